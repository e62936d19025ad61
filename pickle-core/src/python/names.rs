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

/// Checks the name of what is in a class.
///
/// # Errors
/// When it is none, or is another one inside of the class.
pub(super) fn check_inner(name: &str, what: &str, class: &str) -> Result<()> {
    check(name, what, class)?;
    let inside = inside(name, class);
    if inside == name {
        return Ok(());
    }
    Err(Error::custom(format!(
        "found {what} {name:?} of {class}, which Python calls {inside:?} in a class; give it that \
         name or another one by `rename` or `name`"
    )))
}

/// Checks the name of the member of an enum.
///
/// # Errors
/// When it is none, or one that is no member there.
pub(super) fn check_member(name: &str, class: &str) -> Result<()> {
    check(name, "the member", class)?;
    let is_reserved = name == "mro"
        || (name.len() > 2 && name.starts_with('_') && name.ends_with('_'))
        || name.starts_with(&format!("_{}__", innermost(class)))
        || inside(name, class) != name;
    if !is_reserved {
        return Ok(());
    }
    Err(Error::custom(format!(
        "found the member {name:?} of {class}, expected a name that is not reserved in enums of \
         Python; give it another one by `name`"
    )))
}

/// What a name is in a class: the name of the class is put before one that is private there.
fn inside(name: &str, class: &str) -> String {
    let class = innermost(class);
    let is_private = name.starts_with("__") && !name.ends_with("__") && !class.is_empty();
    if is_private { format!("_{class}{name}") } else { name.to_owned() }
}

/// The name of a class as private names have it.
fn innermost(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class).trim_start_matches('_')
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
