//! The JSON of Prosimos: as Python writes it, and in the shapes of several years.

use serde_json::{Value, json};
use std::borrow::Cow;

/// Returns a text as JSON proper: Python, in which Prosimos is written, also writes `Infinity` and `NaN`.
pub(super) fn plain_json(text: &str) -> Cow<'_, str> {
    /// More than any time, and finite.
    const INFINITE: &str = "1e300";
    let mut plain = String::new();
    let (mut taken, mut in_text, mut at) = (0, false, 0);
    let bytes = text.as_bytes();
    while at < bytes.len() {
        let is_word = |word: &str| !in_text && bytes[at..].starts_with(word.as_bytes());
        let (length, instead) = match bytes[at] {
            b'\\' if in_text => (2, None),
            b'"' => {
                in_text = !in_text;
                (1, None)
            }
            b'I' if is_word("Infinity") => (8, Some(INFINITE)),
            b'N' if is_word("NaN") => (3, Some("null")),
            _ => (1, None),
        };
        if let Some(instead) = instead {
            plain.push_str(&text[taken..at]);
            plain.push_str(instead);
            taken = at + length;
        }
        at += length;
    }
    if taken == 0 { Cow::Borrowed(text) } else { Cow::Owned(plain + &text[taken..]) }
}

/// Returns the entries of a list, or of a map as old files have it, with the key as `id`.
pub(super) fn entries(value: &Value, id: &str, content: &str) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::Object(map) => map
            .iter()
            .map(|(key, inner)| match inner {
                Value::Object(fields) if fields.contains_key(content) => {
                    let mut fields = fields.clone();
                    fields.insert(id.to_owned(), json!(key));
                    Value::Object(fields)
                }
                other => json!({id: key, content: other}),
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Returns a text of an object, or none.
pub(super) fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_python_become_json_and_texts_stay() {
        assert_eq!(
            plain_json(r#"{"a": [Infinity, -Infinity, NaN], "NaN \" Infinity": 1}"#),
            r#"{"a": [1e300, -1e300, null], "NaN \" Infinity": 1}"#
        );
        assert!(matches!(plain_json(r#"{"a": "Infinity"}"#), Cow::Borrowed(_)));
    }
}
