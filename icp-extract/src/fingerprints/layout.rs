//! The JSON layout of fingerprints: one object a technology, whose fields are a text, a list or an object.

use serde_json::{Map, Value};

use super::pattern::percentage;

/// A field's texts: one, or a list of them.
pub(super) fn texts(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::String(text)) => vec![text],
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// A field's texts by name; each name may have several.
pub(super) fn named(value: Option<&Value>) -> Vec<(String, &str)> {
    let fields = value.and_then(Value::as_object).into_iter().flatten();
    fields
        .flat_map(|(name, value)| {
            texts(Some(value)).into_iter().map(|text| (name.to_ascii_lowercase(), text))
        })
        .collect()
}

/// A field's numbers.
pub(super) fn numbers(value: Option<&Value>) -> Vec<u64> {
    match value {
        Some(Value::Array(values)) => values.iter().filter_map(Value::as_u64).collect(),
        Some(value) => value.as_u64().into_iter().collect(),
        None => Vec::new(),
    }
}

/// Names of technologies, and how sure each is: `PHP\;confidence:50`.
pub(super) fn names(value: Option<&Value>) -> Vec<(String, f64)> {
    let name = |text: &str| match text.split_once("\\;") {
        Some((name, tag)) => (name.to_owned(), tag.strip_prefix("confidence:").map_or(1.0, percentage)),
        None => (text.to_owned(), 1.0),
    };
    texts(value).into_iter().map(name).collect()
}

/// The technologies of a file: all its fields, or those below `technologies` or `apps`.
pub(super) fn technologies(file: &Value) -> Option<&Map<String, Value>> {
    let whole = file.as_object()?;
    let below = ["technologies", "apps"].iter().find_map(|name| whole.get(*name)?.as_object());
    Some(below.unwrap_or(whole))
}

/// How an element reaches an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Scripts, style sheets and frames.
    Load,
    /// Pictures and forms.
    Use,
    /// Links.
    Link,
}

/// A selector by an element's address, as a pattern for that address: `a[href*='acme.example']`.
pub(super) fn address_selector(selector: &str) -> Option<(Reach, String)> {
    let (element, rest) = selector.trim().split_once('[')?;
    let test = rest.strip_suffix(']')?;
    let (name, value) = test.split_once('=')?;
    let (name, anchor) = match name.strip_suffix(['*', '^', '$']) {
        Some(short) => (short, name.chars().next_back()),
        None => (name, None),
    };
    let reach = match (element, name.trim()) {
        ("script" | "iframe" | "embed", "src" | "data-src") | ("link", "href") => Reach::Load,
        ("img", "src" | "data-src") | ("form", "action") => Reach::Use,
        ("a", "href") => Reach::Link,
        _ => return None,
    };
    let value = value.trim();
    let quoted = value.len() >= 2 && value.starts_with(['\'', '"']) && value.ends_with(['\'', '"']);
    let value = if quoted { &value[1..value.len() - 1] } else { value };
    if value.is_empty() || value.contains(['\'', '"', '[', ']', '\\']) {
        return None;
    }
    let value = regex::escape(value);
    Some((
        reach,
        match anchor {
            Some('^') => format!("^{value}"),
            Some('$') => format!("{value}$"),
            Some(_) => value,
            None => format!("^{value}$"),
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_by_an_address() {
        for (selector, expected) in [
            ("a[href*='acme.example']", Some((Reach::Link, r"acme\.example"))),
            ("script[src^=\"https://x.example/\"]", Some((Reach::Load, r"^https://x\.example/"))),
            ("link[href$='a.css']", Some((Reach::Load, r"a\.css$"))),
            ("img[src*=pixel]", Some((Reach::Use, "pixel"))),
            ("div.acme", None),
            ("div[class*='acme']", None),
            ("a[href*='x'] > img[src*='y']", None),
            ("script[src]", None),
        ] {
            let found = address_selector(selector);
            assert_eq!(found, expected.map(|(reach, text)| (reach, text.to_owned())), "{selector}");
        }
    }

    #[test]
    fn fields_in_three_shapes() {
        let value: Value = serde_json::from_str(
            r#"{ "one": "a", "many": ["a", "b\\;confidence:25"], "by": { "X-A": "1", "X-B": ["2", "3"] } }"#,
        )
        .unwrap();
        assert_eq!(texts(value.get("one")), ["a"]);
        assert_eq!(names(value.get("many")), [("a".to_owned(), 1.0), ("b".to_owned(), 0.25)]);
        let named = named(value.get("by"));
        assert_eq!(named, [("x-a".to_owned(), "1"), ("x-b".to_owned(), "2"), ("x-b".to_owned(), "3")]);
        assert!(texts(value.get("none")).is_empty());
    }
}
