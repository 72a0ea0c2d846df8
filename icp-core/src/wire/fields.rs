//! Fields that may be in several places under several names, and the errors found in them.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::CleanText;
use crate::words::count;

/// One error in the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct FieldError {
    /// JSON pointer (RFC 6901) to the place; empty for the whole document.
    pub pointer: String,
    /// The error and its remedy.
    pub message: String,
}

impl FieldError {
    /// An error at the place that `pointer` names.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), message: message.into() }
    }
}

/// All errors of an intake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IntakeErrors(Vec<FieldError>);

impl IntakeErrors {
    pub(super) fn new(errors: Vec<FieldError>) -> Self {
        Self(errors)
    }

    /// The errors, at least one, in the order they were found.
    pub fn errors(&self) -> &[FieldError] {
        &self.0
    }
}

impl fmt::Display for IntakeErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the intake has {}", count(self.0.len(), "error"))?;
        for error in &self.0 {
            let place = if error.pointer.is_empty() { "(whole document)" } else { &error.pointer };
            write!(f, "\n  {place}: {}", error.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for IntakeErrors {}

/// A value and its place.
#[derive(Clone, Debug)]
pub(super) struct Field<'a> {
    pub(super) pointer: String,
    pub(super) value: &'a Value,
}

/// The objects a field may stand in, and the errors so far.
#[derive(Debug, Default)]
pub(super) struct Reader<'a> {
    places: Vec<(String, &'a Map<String, Value>)>,
    pub(super) errors: Vec<FieldError>,
}

impl<'a> Reader<'a> {
    pub(super) fn add_place(&mut self, pointer: &str, object: &'a Map<String, Value>) {
        self.places.push((pointer.to_owned(), object));
    }

    pub(super) fn error(&mut self, pointer: impl Into<String>, message: impl Into<String>) {
        self.errors.push(FieldError::new(pointer, message));
    }

    /// The field under any of its names, in any of the places. Two of them at once is an error; `null` is absence.
    pub(super) fn field(&mut self, names: &[&str]) -> Option<Field<'a>> {
        let mut found: Vec<Field<'a>> = Vec::new();
        for (place, object) in &self.places {
            found.extend(lookup(place, object, names));
        }
        self.only(found)
    }

    /// The same within one object.
    pub(super) fn field_of(
        &mut self,
        place: &str,
        object: &'a Map<String, Value>,
        names: &[&str],
    ) -> Option<Field<'a>> {
        let found = lookup(place, object, names);
        self.only(found)
    }

    fn only(&mut self, mut found: Vec<Field<'a>>) -> Option<Field<'a>> {
        if let [first, second, ..] = found.as_slice() {
            let message = format!("the same answer stands at {} too; keep one of them", first.pointer);
            let pointer = second.pointer.clone();
            self.error(pointer, message);
        }
        if found.is_empty() { None } else { Some(found.swap_remove(0)) }
    }

    pub(super) fn text(&mut self, field: &Field<'_>) -> Option<String> {
        match field.value {
            Value::String(text) => {
                let text = text.trim();
                if text.chars().count() > 2000 {
                    self.error(&field.pointer, "it is longer than 2,000 characters; shorten it");
                    return None;
                }
                (!text.is_empty()).then(|| text.to_owned())
            }
            other => {
                self.error(&field.pointer, format!("expected text, found {}", kind(other)));
                None
            }
        }
    }

    /// Free text, without personal data.
    pub(super) fn clean_text(&mut self, field: &Field<'_>) -> Option<CleanText> {
        self.text(field).map(|text| CleanText::scrub_free(&text))
    }

    /// A list of free texts without personal data, each once.
    pub(super) fn clean_texts(&mut self, field: &Field<'a>) -> Vec<CleanText> {
        CleanText::each_once(self.texts(field))
    }

    /// A list of texts; a single text counts as a list of its comma-separated parts.
    fn texts(&mut self, field: &Field<'a>) -> Vec<String> {
        match field.value {
            Value::String(text) => text
                .split([',', ';', '\n'])
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(str::to_owned)
                .collect(),
            Value::Array(items) => items
                .iter()
                .enumerate()
                .filter_map(|(i, value)| {
                    self.text(&Field { pointer: format!("{}/{i}", field.pointer), value })
                })
                .collect(),
            other => {
                self.error(&field.pointer, format!("expected a list of texts, found {}", kind(other)));
                Vec::new()
            }
        }
    }

    /// A whole number of dollars or days, as a number or as people write it: `25000`, `"$25k"`, `"60 days"`.
    pub(super) fn amount(&mut self, field: &Field<'_>) -> Option<u64> {
        let parsed = match field.value {
            Value::Number(number) => number
                .as_u64()
                .or_else(|| number.as_f64().filter(|n| *n >= 0.0 && n.fract() == 0.0).map(|n| n as u64)),
            Value::String(text) => amount_text(text),
            _ => None,
        };
        if parsed.is_none() {
            self.error(
                &field.pointer,
                format!("expected a whole number such as 25000, found {}", show(field.value)),
            );
        }
        parsed
    }
}

fn lookup<'a>(place: &str, object: &'a Map<String, Value>, names: &[&str]) -> Vec<Field<'a>> {
    names
        .iter()
        .filter_map(|name| {
            let value = object.get(*name).filter(|value| !value.is_null())?;
            Some(Field { pointer: format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), value })
        })
        .collect()
}

fn amount_text(text: &str) -> Option<u64> {
    let lower = text.trim().to_lowercase();
    let bare: String = lower
        .trim_start_matches(|c: char| c.is_alphabetic() || "$€£ ".contains(c))
        .trim_end_matches("days")
        .trim_end_matches("day")
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '_'))
        .collect();
    let (digits, factor) = match bare.strip_suffix('k') {
        Some(digits) => (digits, 1_000.0),
        None => match bare.strip_suffix('m') {
            Some(digits) => (digits, 1_000_000.0),
            None => (bare.as_str(), 1.0),
        },
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let value = digits.parse::<f64>().ok()? * factor;
    (value.fract() == 0.0 && value < 1e15).then_some(value as u64)
}

/// The kind of a value, in words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn show(value: &Value) -> String {
    match value {
        Value::String(text) => format!("`{}`", text.chars().take(60).collect::<String>()),
        other => kind(other).to_owned(),
    }
}
