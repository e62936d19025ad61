//! Values in the words of error messages.

use super::spelling::{self, Names};
use crate::graph::{Graph, Node, NodeId};
use crate::unpickler::settings::Settings;

/// How many characters of a text a message shows.
const SHOWN: usize = 40;

fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// A key or other atom, as short as it goes.
pub(crate) fn short(graph: &Graph<'_>, id: NodeId) -> String {
    match graph.node(id) {
        Node::None => "None".to_owned(),
        Node::Bool(value) => if value { "True" } else { "False" }.to_owned(),
        Node::Int(value) => value.to_string(),
        Node::Float(value) => format!("{value:?}"),
        Node::Str(text) => clipped(&text),
        Node::Str8(bytes) => clipped(&String::from_utf8_lossy(bytes)),
        _ => node(graph, Names::default(), id),
    }
}

/// Classes of the standard library that a type of [`types`](crate::types) stands for.
const STANDARD: [(&str, &str, &str); 14] = [
    ("builtins", "complex", "Complex"),
    ("collections", "Counter", "Counter"),
    ("collections", "OrderedDict", "OrderedDict"),
    ("collections", "defaultdict", "DefaultDict"),
    ("collections", "deque", "Deque"),
    ("datetime", "date", "Date"),
    ("datetime", "datetime", "DateTime"),
    ("datetime", "time", "Time"),
    ("datetime", "timedelta", "TimeDelta"),
    ("datetime", "timezone", "TimeZone"),
    ("decimal", "Decimal", "Decimal"),
    ("fractions", "Fraction", "Fraction"),
    ("types", "SimpleNamespace", "SimpleNamespace"),
    ("uuid", "UUID", "Uuid"),
];

/// What stands for an object where a plain value was expected. A call of what has no name like a class
/// may be one of a function.
pub(crate) fn stand_in(graph: &Graph<'_>, names: Names<'_>, id: NodeId) -> String {
    let Some((module, name)) = spelling::class_name(graph, names, id) else {
        return String::new();
    };
    let known = STANDARD.iter().find(|(m, n, _)| *m == module && *n == name);
    match (known, module.split('.').next()) {
        (Some((_, _, known)), _) => format!("; `pickle_core::types::{known}` stands for it"),
        (None, Some("numpy")) => "; `pickle_core::types::numpy` has types for those".to_owned(),
        _ if name.rsplit('.').next().is_some_and(|name| name.starts_with(char::is_uppercase)) => {
            "; a struct with `#[derive(Reduce)]` stands for a class".to_owned()
        }
        _ => String::new(),
    }
}

/// What to do about a value that stands for something outside of the pickle.
pub(crate) fn way_out(graph: &Graph<'_>, settings: &Settings<'_>, id: NodeId) -> &'static str {
    let callable = graph.object(id).map_or(id, |object| object.callable());
    match graph.node(callable) {
        Node::Extension(code) if !knows(settings, code) => {
            "; `Registry::extension` says what a code stands for"
        }
        Node::Buffer { .. } if settings.buffers.is_none() => {
            "; `UnpickleOptions::buffers` takes the buffers"
        }
        Node::Persistent(_) => "; `Registry::persistent` says what an id stands for",
        _ => "",
    }
}

fn knows(settings: &Settings<'_>, code: i32) -> bool {
    settings.registry.is_some_and(|registry| registry.extension_name(code).is_some())
}

/// A persistent id. It may be anything, so what is not an atom is only named by its kind.
fn id_text(graph: &Graph<'_>, id: NodeId) -> String {
    match graph.node(id) {
        Node::Int(_) | Node::Str(_) | Node::Str8(_) => short(graph, id),
        other => format!("that is {}", other.describe()),
    }
}

/// A value with its Python type.
pub(crate) fn node(graph: &Graph<'_>, names: Names<'_>, id: NodeId) -> String {
    let sized = |what: &str| format!("{what} of {}", graph.items(id).len());
    match graph.node(id) {
        Node::None | Node::Bool(_) => short(graph, id),
        Node::Int(value) => format!("int {value}"),
        Node::Long(bytes) => format!("int of {} bytes", bytes.len()),
        Node::Float(_) => format!("float {}", short(graph, id)),
        Node::Str8(bytes) if std::str::from_utf8(bytes).is_err() => {
            format!("str of Python 2 with {} bytes that are not UTF-8", bytes.len())
        }
        Node::Str(_) | Node::Str8(_) => format!("str {}", short(graph, id)),
        Node::Wtf8(_) => "str with lone surrogates".to_owned(),
        Node::Bytes(bytes) => format!("bytes of {}", bytes.len()),
        Node::ByteArray(bytes) => format!("bytearray of {}", bytes.len()),
        Node::List(_) => sized("list"),
        Node::Tuple(_) => sized("tuple"),
        Node::Set(_) => sized("set"),
        Node::FrozenSet(_) => sized("frozenset"),
        Node::Dict(_) => format!("dict of {}", graph.entries(id).len() / 2),
        Node::Global { .. } => match graph.global(id) {
            Some((module, name)) => format!("global {module}.{name}"),
            None => "a global".to_owned(),
        },
        Node::Extension(code) => format!("extension code {code}"),
        Node::Persistent(id) => format!("persistent id {}", id_text(graph, id)),
        Node::Buffer { index, .. } => format!("out-of-band buffer {index}"),
        Node::Object(_) => match spelling::class_name(graph, names, id) {
            Some((module, name)) => format!("{module}.{name} object"),
            None => match graph.object(id).map(|object| graph.node(object.callable())) {
                Some(Node::Extension(code)) => format!("an object of extension code {code}"),
                Some(Node::Persistent(id)) => {
                    format!("an object of persistent id {}", id_text(graph, id))
                }
                _ => "an object".to_owned(),
            },
        },
    }
}
