//! What serde reports, in the words of this crate.

use std::fmt::Display;

use serde_core::de::{self, Expected, Unexpected};
use serde_core::ser;

use crate::error::Error;

impl ser::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error::custom(message.to_string())
    }
}

impl de::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error::custom(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Error {
        Error::mismatch(describe(&found), expected.to_string())
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Error {
        Error::mismatch(describe(&found), expected.to_string())
    }

    fn invalid_length(found: usize, expected: &dyn Expected) -> Error {
        Error::mismatch(format!("{found} items"), expected.to_string())
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Error {
        Error::mismatch(format!("variant {found:?}"), one_of(known))
    }

    fn unknown_field(found: &str, known: &'static [&'static str]) -> Error {
        Error::mismatch(format!("field {found:?}"), one_of(known))
    }

    fn missing_field(field: &'static str) -> Error {
        let expected = "one; `#[serde(default)]` makes it optional";
        Error::mismatch(format!("no field {field:?}"), expected)
    }

    fn duplicate_field(field: &'static str) -> Error {
        Error::mismatch(format!("field {field:?} twice"), "it once")
    }
}

/// What serde names by its data model, by its name in Python.
fn describe(found: &Unexpected<'_>) -> String {
    match found {
        Unexpected::Unit | Unexpected::Option => "None".to_owned(),
        Unexpected::Bool(true) => "True".to_owned(),
        Unexpected::Bool(false) => "False".to_owned(),
        Unexpected::Signed(number) => format!("int {number}"),
        Unexpected::Unsigned(number) => format!("int {number}"),
        Unexpected::Float(number) => format!("float {number:?}"),
        Unexpected::Str(text) => format!("str {text:?}"),
        Unexpected::Bytes(bytes) => format!("bytes of {}", bytes.len()),
        Unexpected::Seq => "a list, tuple or set".to_owned(),
        Unexpected::Map => "a dict".to_owned(),
        Unexpected::UnitVariant => "the name of a variant alone".to_owned(),
        other => other.to_string(),
    }
}

fn one_of(known: &[&str]) -> String {
    match known {
        [] => "none at all".to_owned(),
        [only] => format!("{only:?}"),
        _ => {
            let known: Vec<String> = known.iter().map(|name| format!("{name:?}")).collect();
            format!("one of {}", known.join(", "))
        }
    }
}
