//! Which type of `pickle_core` stands for a class of the standard library or of NumPy.

use pickle_core::{Node, NodeRef};

use super::plan::Key;
use super::shape::{ARRAY, FROZEN_SET, SET};

/// How the arguments of a generic type are found in an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// It is not generic, or its defaults will do.
    None,
    /// It is made of bytes.
    Bytes,
    /// Keys and values, from the entries, or from the pairs in the first argument.
    Entries,
    /// Keys and values, from the first argument.
    Counts,
    /// From the items.
    Items,
    /// From the items of the first argument.
    Argument,
    /// Numbers of any size.
    Long,
    /// From the letter of an `array.array`.
    Letter,
    /// Bytes if the first argument is no text.
    Pattern,
}

/// Classes and functions by name, as the table in the documentation of `pickle_core::types`.
const TABLE: &[(&str, &str, &str, Parts)] = &[
    ("datetime", "date", "pickle_core::types::Date", Parts::None),
    ("datetime", "time", "pickle_core::types::Time", Parts::None),
    ("datetime", "datetime", "pickle_core::types::DateTime", Parts::None),
    ("datetime", "timedelta", "pickle_core::types::TimeDelta", Parts::None),
    ("datetime", "timezone", "pickle_core::types::TimeZone", Parts::None),
    ("zoneinfo", "ZoneInfo._unpickle", "pickle_core::types::ZoneInfo", Parts::None),
    ("decimal", "Decimal", "pickle_core::types::Decimal", Parts::None),
    ("fractions", "Fraction", "pickle_core::types::Fraction", Parts::Long),
    ("uuid", "UUID", "pickle_core::types::Uuid", Parts::None),
    ("builtins", "complex", "pickle_core::types::Complex", Parts::None),
    ("builtins", "range", "pickle_core::types::Range", Parts::None),
    ("builtins", "xrange", "pickle_core::types::Range", Parts::None),
    ("builtins", "set", SET, Parts::Argument),
    ("builtins", "frozenset", FROZEN_SET, Parts::Argument),
    ("builtins", "bytearray", "pickle_core::types::ByteArray", Parts::None),
    ("collections", "OrderedDict", "pickle_core::types::OrderedDict", Parts::Entries),
    ("collections", "defaultdict", "pickle_core::types::DefaultDict", Parts::Entries),
    ("collections", "Counter", "pickle_core::types::Counter", Parts::Counts),
    ("collections", "deque", "pickle_core::types::Deque", Parts::Items),
    ("array", "array", ARRAY, Parts::Letter),
    ("array", "_array_reconstructor", ARRAY, Parts::Letter),
    ("re", "_compile", "pickle_core::types::Pattern", Parts::Pattern),
    ("types", "SimpleNamespace", "pickle_core::types::SimpleNamespace", Parts::None),
    ("ipaddress", "IPv4Address", "std::net::IpAddr", Parts::None),
    ("ipaddress", "IPv6Address", "std::net::IpAddr", Parts::None),
    ("ipaddress", "IPv4Network", "pickle_core::types::IpNetwork", Parts::None),
    ("ipaddress", "IPv6Network", "pickle_core::types::IpNetwork", Parts::None),
    ("ipaddress", "IPv4Interface", "pickle_core::types::IpInterface", Parts::None),
    ("ipaddress", "IPv6Interface", "pickle_core::types::IpInterface", Parts::None),
    // Bytes, below protocol 3.
    ("_codecs", "encode", "Vec", Parts::Bytes),
    ("builtins", "bytes", "Vec", Parts::Bytes),
    ("numpy", "_frombuffer", "pickle_core::types::numpy::NdArray", Parts::None),
    ("numpy", "scalar", "pickle_core::types::numpy::Scalar", Parts::None),
    ("numpy", "dtype", "pickle_core::types::numpy::Dtype", Parts::None),
    ("numpy", "_mareconstruct", "pickle_core::types::numpy::MaskedArray", Parts::None),
];

/// How many names of classes a qualified name has at most.
const NESTING: usize = 16;

/// The type that stands for an object, if there is one.
#[must_use]
pub fn find(node: NodeRef<'_, '_>) -> Option<(&'static str, Parts)> {
    let (module, name) = callee(node)?;
    let module = match module {
        "__builtin__" | "exceptions" => "builtins",
        _ if module.starts_with("numpy.") => "numpy",
        _ if module.starts_with("pathlib") => "pathlib",
        _ => module,
    };
    match (module, name) {
        ("numpy", "_reconstruct") => {
            let data = node.state().and_then(|state| state.iter().next_back());
            let of_objects = data.is_some_and(|data| matches!(data.node(), Node::List(_)));
            let path = if of_objects {
                "pickle_core::types::numpy::ObjectArray"
            } else {
                "pickle_core::types::numpy::NdArray"
            };
            let class = node.args().next().and_then(NodeRef::global);
            (class == Some(("numpy", "ndarray"))).then_some((path, Parts::None))
        }
        ("builtins", "slice") => {
            let are_integers = node.args().all(|part| part.is_none() || part.as_i64().is_some());
            are_integers.then_some(("pickle_core::types::Slice", Parts::None))
        }
        ("pathlib", _) => Some(("pickle_core::types::PurePath", Parts::None)),
        ("builtins", name) if is_exception(name) => {
            Some(("pickle_core::types::Exception", Parts::None))
        }
        _ => {
            let row = TABLE.iter().find(|row| (row.0, row.1) == (module, name));
            row.map(|row| (row.2, row.3))
        }
    }
}

/// Whether a class is an exception by its name.
#[must_use]
pub fn is_exception(name: &str) -> bool {
    let ends = ["Error", "Exception", "Warning", "StopIteration", "Interrupt", "Exit", "Group"];
    ends.iter().any(|end| name.ends_with(end))
}

/// The type of the items of an `array.array`, by its letter.
#[must_use]
pub fn letter(letter: &str) -> Option<&'static str> {
    Some(match letter {
        "b" => "i8",
        "B" => "u8",
        "h" => "i16",
        "H" => "u16",
        "i" => "i32",
        "I" => "u32",
        "l" | "q" => "i64",
        "L" | "Q" => "u64",
        "f" => "f32",
        "d" => "f64",
        "u" | "w" => "char",
        _ => return None,
    })
}

/// The names of what was called; those of a class for what `copyreg` makes of it.
fn callee<'g>(node: NodeRef<'g, '_>) -> Option<(&'g str, &'g str)> {
    if let Some(names) = node.class_name() {
        return Some(names);
    }
    // Below protocol 4, a method of a class is a call of getattr.
    let ((module, class), _) = member(node.callable()?)?;
    (class == "ZoneInfo").then_some((module, "ZoneInfo._unpickle"))
}

/// The module and the qualified name of a class. Below protocol 4, one that is nested in another is
/// a call of `getattr`.
#[must_use]
pub fn class_name<'g>(class: NodeRef<'g, '_>) -> Option<(&'g str, String)> {
    match class.global() {
        Some((module, name)) => Some((module, name.to_owned())),
        None => member(class).map(|((module, outer), name)| (module, format!("{outer}.{name}"))),
    }
}

/// What may be done with the values of a type that is not generic, or whose arguments allow it.
#[must_use]
pub fn key(path: &str) -> Key {
    match path {
        "String"
        | "i64"
        | "u64"
        | "bool"
        | "u8"
        | "Vec"
        | SET
        | FROZEN_SET
        | "std::net::IpAddr"
        | "pickle_core::types::Date"
        | "pickle_core::types::TimeDelta"
        | "pickle_core::types::ZoneInfo"
        | "pickle_core::types::Uuid" => Key::Ord,
        "pickle_core::Long"
        | "pickle_core::Global"
        | "pickle_core::types::DateTime"
        | "pickle_core::types::Time"
        | "pickle_core::types::TimeZone"
        | "pickle_core::types::Decimal"
        | "pickle_core::types::Fraction"
        | "pickle_core::types::PurePath"
        | "pickle_core::types::Pattern"
        | "pickle_core::types::IpNetwork"
        | "pickle_core::types::IpInterface" => Key::Hash,
        _ => Key::No,
    }
}

/// The class and the name that a call of `getattr` looks up.
#[must_use]
pub fn member<'g>(node: NodeRef<'g, '_>) -> Option<((&'g str, String), &'g str)> {
    let mut names = Vec::new();
    let mut object = node;
    while object.global().is_none() {
        let ("builtins" | "__builtin__", "getattr") = object.class_name()? else { return None };
        let mut args = object.args();
        object = args.next()?;
        names.push(args.next()?.as_str()?);
        if names.len() > NESTING {
            return None;
        }
    }
    let (module, class) = object.global()?;
    let (name, outer) = names.split_first()?;
    let path = outer.iter().rev().fold(class.to_owned(), |path, name| format!("{path}.{name}"));
    Some(((module, path), name))
}
