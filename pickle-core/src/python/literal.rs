//! Values as Python writes them in source code.

use std::fmt::Write as _;

use crate::pickler::Callable;
use crate::value::Value;

/// A value in source code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) text: String,
    /// Whether instances may share it.
    pub(super) is_immutable: bool,
}

impl Literal {
    pub(super) fn immutable(text: impl Into<String>) -> Literal {
        Literal { text: text.into(), is_immutable: true }
    }

    pub(super) fn mutable(text: impl Into<String>) -> Literal {
        Literal { text: text.into(), is_immutable: false }
    }

    /// What a value is in a module; `None` if that takes more than a literal.
    pub(super) fn of_value(value: &Value, home: &str) -> Option<Literal> {
        literal(value, home)
    }
}

fn literal(value: &Value, home: &str) -> Option<Literal> {
    let atom = |text: String| Some(Literal::immutable(text));
    match value {
        Value::None => atom("None".to_owned()),
        Value::Bool(value) => atom(if *value { "True" } else { "False" }.to_owned()),
        Value::Int(value) => atom(value.to_string()),
        Value::Long(value) => atom(value.to_string()),
        Value::Float(value) if value.is_finite() => atom(format!("{value:?}")),
        Value::Float(value) => atom(format!("float(\"{value}\")")),
        Value::Str(text) => atom(quoted(text)),
        Value::Bytes(bytes) => atom(quoted_bytes(bytes)),
        Value::ByteArray(bytes) => {
            Some(Literal::mutable(format!("bytearray({})", quoted_bytes(bytes))))
        }
        Value::Tuple(items) => tuple(items, home),
        Value::List(items) => {
            Some(Literal::mutable(format!("[{}]", texts(items, home)?.join(", "))))
        }
        Value::Set(items) if items.is_empty() => Some(Literal::mutable("set()")),
        Value::Set(items) => {
            Some(Literal::mutable(format!("{{{}}}", texts(items, home)?.join(", "))))
        }
        Value::FrozenSet(items) if items.is_empty() => atom("frozenset()".to_owned()),
        Value::Dict(entries) => {
            let entry = |(key, value): &(Value, Value)| {
                Some(format!("{}: {}", literal(key, home)?.text, literal(value, home)?.text))
            };
            let entries: Option<Vec<_>> = entries.iter().map(entry).collect();
            Some(Literal::mutable(format!("{{{}}}", entries?.join(", "))))
        }
        Value::Object(object) => {
            // Of the same module, and made by a call: the member of an enum is one such.
            let is_call = object.callable == Callable::Class
                && object.state.is_none()
                && object.list_items.is_empty()
                && object.dict_items.is_empty()
                && object.class.module == home;
            let args = is_call.then(|| texts(&object.args, home)).flatten()?;
            Some(Literal::mutable(format!("{}({})", object.class.name, args.join(", "))))
        }
        _ => None,
    }
}

fn texts(values: &[Value], home: &str) -> Option<Vec<String>> {
    values.iter().map(|value| Some(literal(value, home)?.text)).collect()
}

fn tuple(items: &[Value], home: &str) -> Option<Literal> {
    let items: Option<Vec<_>> = items.iter().map(|item| literal(item, home)).collect();
    let items = items?;
    let is_immutable = items.iter().all(|item| item.is_immutable);
    Some(Literal { text: parenthesized(items.into_iter().map(|item| item.text)), is_immutable })
}

/// The expressions as a tuple.
pub(super) fn parenthesized(items: impl IntoIterator<Item = String>) -> String {
    let items: Vec<_> = items.into_iter().collect();
    match &items[..] {
        [only] => format!("({only},)"),
        items => format!("({})", items.join(", ")),
    }
}

/// A `str` in double quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        match char {
            '"' | '\\' => out.extend(['\\', char]),
            '\n' => out.push_str("\\n"),
            char if char.is_control() || is_invisible(char) => {
                // Writing to a `String` never fails.
                let _ = write!(out, "\\U{:08x}", u32::from(char));
            }
            char => out.push(char),
        }
    }
    out.push('"');
    out
}

/// Whether a character turns the text around it, or ends a line.
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn quoted_bytes(bytes: &[u8]) -> String {
    let mut out = String::from("b\"");
    for &byte in bytes {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(byte)]),
            b' '..=b'~' => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}
