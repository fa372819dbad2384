//! One JSON value as a record: only what a review needs is kept.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::fields::Fault;

/// Largest number of keys of an object.
const MAX_KEYS: usize = 10_000;

/// A JSON value that is a record, or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// A string.
    Text(String),
    /// An object's keys and values in their order.
    Object(Vec<(String, Value)>),
    /// Anything else.
    Other,
}

/// A value under a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Value {
    /// `null`.
    #[default]
    Null,
    /// A string, or a number or boolean as one.
    Text(String),
    /// An array or object; its content is read past, without recursion, and not kept.
    Nested,
}

impl Value {
    /// The string, if there is one.
    pub fn text(self) -> Option<String> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::Nested => None,
        }
    }
}

/// Reads one JSON value.
///
/// # Errors
/// [`Fault::Row`] if `json` is not exactly one value.
pub(super) fn parse(json: &str) -> Result<Entry, Fault> {
    match json.trim_ascii_start().as_bytes().first() {
        Some(b'"') => serde_json::from_str(json).map(Entry::Text),
        Some(b'{') => serde_json::from_str(json).map(|Pairs(pairs)| Entry::Object(pairs)),
        _ => serde_json::from_str(json).map(|_: IgnoredAny| Entry::Other),
    }
    .map_err(|error| Fault::Row(format!("invalid JSON: {error}")))
}

/// An object's keys and values.
struct Pairs(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct Keys;
        impl<'de> Visitor<'de> for Keys {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    if pairs.len() == MAX_KEYS {
                        return Err(A::Error::custom(format!("more than {MAX_KEYS} keys")));
                    }
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Keys)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        struct Scalar;
        impl<'de> Visitor<'de> for Scalar {
            type Value = Value;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a JSON value")
            }

            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }

            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }

            fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }

            fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }

            fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
                Ok(Value::Text(value.to_string()))
            }

            fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
                Ok(Number::from_f64(value).map_or(Value::Null, |n| Value::Text(n.to_string())))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Value::Nested)
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Value::Nested)
            }
        }
        deserializer.deserialize_any(Scalar)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(json: &str) -> Vec<(String, Value)> {
        match parse(json) {
            Ok(Entry::Object(pairs)) => pairs,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn values_become_strings() {
        let text = |t: &str| Value::Text(t.into());
        let values: Vec<Value> = object(
            r#"{"a":"x\n\u00e9","b":3.5,"c":4,"d":-1,"e":null,"f":true,"g":[1,{"h":2}],"h":{"i":[]},"j":18446744073709551615,"k":4.0}"#,
        )
        .into_iter()
        .map(|(_, v)| v)
        .collect();
        assert_eq!(
            values,
            [
                text("x\né"),
                text("3.5"),
                text("4"),
                text("-1"),
                Value::Null,
                text("true"),
                Value::Nested,
                Value::Nested,
                text("18446744073709551615"),
                text("4.0")
            ]
        );
    }

    #[test]
    fn what_is_no_object() {
        assert_eq!(parse(" \"plain\" ").unwrap(), Entry::Text("plain".into()));
        for other in ["null", "[1, [2]]", "1", "-1", "1.5", "true"] {
            assert_eq!(parse(other).unwrap(), Entry::Other, "{other}");
        }
        for invalid in ["", "{", "{\"a\":1,}", "{} {}", "nul", "\"\t\"", "\"\\ud800\""] {
            assert!(matches!(parse(invalid), Err(Fault::Row(why)) if why.starts_with("invalid JSON: ")));
        }
    }

    #[test]
    fn depth_and_width_are_bounded() {
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(1_000_000), "]".repeat(1_000_000));
        assert_eq!(object(&deep)[0].1, Value::Nested);
        assert!(parse(&"[{\"a\":".repeat(500_000)).is_err());
        let wide: Vec<String> = (0..=MAX_KEYS).map(|i| format!("\"{i}\":{i}")).collect();
        assert!(parse(&format!("{{{}}}", wide.join(","))).is_err());
    }
}
