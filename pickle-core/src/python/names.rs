//! What Python takes for a name.

use crate::error::{Error, Result};

/// The words that are no names (`keyword.kwlist` of Python 3).
const KEYWORDS: [&str; 35] = [
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Checks that each part of a dotted name can be written in Python.
///
/// # Errors
/// When one cannot.
pub(super) fn check(name: &str, what: &str, of: &str) -> Result<()> {
    if name.split('.').all(is_identifier) {
        return Ok(());
    }
    Err(Error::custom(format!(
        "found {what} {name:?} of {of}, expected a name that can be written in Python; give it \
         another one by `rename`, `name` or `module`"
    )))
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    let is_start = |char: char| char.is_alphabetic() || char == '_';
    chars.next().is_some_and(is_start)
        && chars.all(|char| is_start(char) || char.is_numeric())
        && !KEYWORDS.contains(&name)
}

/// The name of a field as an attribute of Python: those of tuple structs are numbers.
pub(super) fn attribute(name: &str) -> String {
    if name.starts_with(|char: char| char.is_ascii_digit()) {
        return format!("field_{name}");
    }
    name.to_owned()
}
