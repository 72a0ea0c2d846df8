//! A model's answer: strict JSON, nothing but the agreed fields, of bounded size.

use icp_core::model::SignalKey;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

/// The most bytes of an answer that is read.
const MAX_BYTES: usize = 64 * 1024;

/// An answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    /// The facts.
    pub(crate) items: Vec<Item>,
}

/// A claim. Where it stands on the page is found by us, never told by the model.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Item {
    /// The kind of fact.
    pub(crate) key: String,
    /// What it says.
    #[schemars(length(max = 80))]
    pub(crate) value: String,
    /// The page's words.
    #[schemars(length(max = 240))]
    pub(crate) quote: String,
}

/// The schema of an answer that may use some keys.
pub(crate) fn schema(keys: &[SignalKey]) -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|it| it.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<Answer>().to_value();
    let names: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    if let Some(items) = schema.pointer_mut("/properties/items") {
        items["maxItems"] = json!(crate::ground::MAX_ITEMS);
        if let Some(key) = items.pointer_mut("/items/properties/key") {
            *key = json!({"type": "string", "enum": names});
        }
    }
    schema
}

/// Reads an answer. Only a fence of Markdown around the whole of it is forgiven.
///
/// # Errors
/// What is wrong, without words of the answer.
pub(crate) fn parse(text: &str) -> Result<Answer, String> {
    if text.len() > MAX_BYTES {
        return Err(format!("it is longer than {} KB", MAX_BYTES / 1024));
    }
    let mut json = text.trim();
    if let Some(inner) = json.strip_prefix("```").and_then(|it| it.strip_suffix("```")) {
        json = inner.strip_prefix("json").unwrap_or(inner).trim();
    }
    serde_json::from_str(json).map_err(|error| {
        use serde_json::error::Category;
        let what = match error.classify() {
            Category::Data => "it has other fields or types than agreed",
            Category::Eof => "it ends too early",
            Category::Io | Category::Syntax => "it is not JSON",
        };
        format!("{what} (line {}, column {})", error.line(), error.column())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_strictly() {
        let item = r#"{"key":"integration","value":"Xero","quote":"syncs with Xero"}"#;
        for (text, items) in [
            (r#"{"items":[]}"#.to_owned(), Some(0)),
            (format!(r#"{{"items":[{item}]}}"#), Some(1)),
            (format!("```json\n{{\"items\":[{item}]}}\n```"), Some(1)),
            (String::new(), None),
            ("Sure! {\"items\":[]}".into(), None),
            ("{\"items\":[]} Done.".into(), None),
            (r#"{"items":[],"note":"x"}"#.into(), None),
            (r#"{"items":[{"key":"integration","value":"Xero","quote":"x","start":1}]}"#.into(), None),
            (r#"{"items":[{"key":"integration","value":NaN,"quote":"x"}]}"#.into(), None),
            (r#"{"items":[{"key":"integration","value":5,"quote":"x"}]}"#.into(), None),
            (r#"{"items":[{"key":"integration","value":"Xero"}]}"#.into(), None),
            (r#"{"items":[],"items":[]}"#.into(), None),
            ("[".repeat(60_000), None),
            ("x".repeat(10 << 20), None),
        ] {
            let read = parse(&text).ok().map(|answer| answer.items.len());
            assert_eq!(read, items, "{}", &text[..text.len().min(80)]);
        }
    }

    #[test]
    fn the_schema_names_the_keys_and_allows_nothing_else() {
        let schema = schema(&[SignalKey::Integration, SignalKey::Location]);
        let item = schema.pointer("/properties/items/items").unwrap();
        assert_eq!(item["properties"]["key"]["enum"], json!(["integration", "location"]));
        assert_eq!(item["additionalProperties"], json!(false));
        assert_eq!(item["required"].as_array().unwrap().len(), 3);
        assert_eq!(schema.pointer("/properties/items/maxItems"), Some(&json!(25)));
    }
}
