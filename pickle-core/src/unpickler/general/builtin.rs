//! Objects that stand for a built-in type, which an older protocol has no instruction for, and those of
//! the standard library's subclasses of `dict`.

use super::spelling::name;
use crate::graph::{self, Graph, Node, NodeId};
use crate::loader::Kind;

/// Whether the object is a `bytearray` in an older protocol.
pub(super) fn is_bytearray(graph: &Graph<'_>, id: NodeId) -> bool {
    let callable = graph.object(id).and_then(|object| graph.global(object.callable()));
    matches!(callable, Some(("builtins" | "__builtin__", "bytearray")))
}

/// The bytes that Python 3 writes as a call below protocol 3: `_codecs.encode(text, 'latin1')`,
/// `bytes()`, `bytearray(bytes)`.
pub(super) fn encoded_bytes(graph: &Graph<'_>, id: NodeId) -> Option<Vec<u8>> {
    let object = graph.object(id)?;
    let args = graph.items(object.args());
    match (graph.global(object.callable())?, args) {
        (("_codecs", "encode"), _) => encode_call(graph, id),
        (("builtins" | "__builtin__", "bytes" | "bytearray"), []) => Some(Vec::new()),
        (("builtins" | "__builtin__", "bytearray"), [text, encoding]) => {
            latin1(graph, *text, *encoding)
        }
        (("builtins" | "__builtin__", "bytes" | "bytearray"), [bytes]) => {
            match graph.node(*bytes) {
                Node::Bytes(bytes) | Node::Str8(bytes) => Some(bytes.to_vec()),
                // A bytearray below protocol 3 has bytes in it that are themselves a call.
                _ => encode_call(graph, *bytes),
            }
        }
        _ => None,
    }
}

fn encode_call(graph: &Graph<'_>, id: NodeId) -> Option<Vec<u8>> {
    let object = graph.object(id)?;
    let ("_codecs", "encode") = graph.global(object.callable())? else { return None };
    let &[text, encoding] = graph.items(object.args()) else { return None };
    latin1(graph, text, encoding)
}

/// The bytes of a text in latin-1, the one encoding that picklers use.
fn latin1(graph: &Graph<'_>, text: NodeId, encoding: NodeId) -> Option<Vec<u8>> {
    if !matches!(name(graph, encoding)?, "latin1" | "latin-1") {
        return None;
    }
    name(graph, text)?.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect()
}

/// The items of a set that is written as a call below protocol 4: `set([…])`.
pub(super) fn set_items(graph: &Graph<'_>, id: NodeId) -> Option<NodeId> {
    let object = graph.object(id)?;
    match (graph.global(object.callable())?, graph.items(object.args())) {
        (("builtins" | "__builtin__", "set" | "frozenset"), [items]) => match graph.node(*items) {
            Node::List(_) | Node::Tuple(_) => Some(*items),
            _ => None,
        },
        _ => None,
    }
}

/// The entries of a dict, or of an object that stands for one.
pub(super) fn entries<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<&'g [NodeId]> {
    match graph.kind(id) {
        graph::Kind::Dict => Some(graph.entries(id)),
        _ => mapping_items(graph, id),
    }
}

/// The entries of a state: `BUILD` takes an instance of any subclass of `dict` that has some.
pub(super) fn state_entries<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<&'g [NodeId]> {
    entries(graph, id).or_else(|| {
        let object = graph.object(id)?;
        let function = graph.global(object.callable());
        // A subclass of `dict` below protocol 2 is made from one.
        let is_older = matches!(function, Some(("copyreg" | "copy_reg", "_reconstructor")));
        let items = match *graph.items(object.args()) {
            [_, _, dict] if is_older => graph.entries(dict),
            _ => object.dict_items(),
        };
        (!items.is_empty()).then_some(items)
    })
}

/// The items of the standard library's subclasses of `dict`.
pub(super) fn mapping_items<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<&'g [NodeId]> {
    let object = graph.object(id)?;
    match graph.global(object.callable())? {
        // Python 2 writes the entries of an OrderedDict as a list of pairs.
        ("collections", "OrderedDict") if !graph.items(object.args()).is_empty() => None,
        ("collections", "OrderedDict" | "defaultdict") => Some(object.dict_items()),
        ("collections", "Counter") => match *graph.items(object.args()) {
            [counts] => Some(match graph.kind(counts) {
                graph::Kind::Dict => graph.entries(counts),
                _ => graph.items(counts),
            }),
            _ => Some(&[]),
        },
        _ => None,
    }
}

/// What an object stands for if it is one of the built-in types in an older protocol.
pub(super) fn builtin_kind(graph: &Graph<'_>, id: NodeId) -> Option<Kind> {
    let object = graph.object(id)?;
    match graph.global(object.callable())? {
        ("_codecs", "encode") => Some(Kind::Bytes),
        ("builtins" | "__builtin__", "bytes" | "bytearray") => Some(Kind::Bytes),
        ("builtins" | "__builtin__", "set") => Some(Kind::Set),
        ("builtins" | "__builtin__", "frozenset") => Some(Kind::FrozenSet),
        _ => None,
    }
}
