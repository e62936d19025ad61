//! A graph as JSON: what the opcodes build, with nothing imported, called or renamed.
//!
//! Each value is an object with its type in `t`:
//!
//! | | |
//! |---|---|
//! | `{"t":"none"}`, `{"t":"bool","v":true}` | |
//! | `{"t":"int","v":"123"}` | decimal, or hexadecimal with `0x` when it is long |
//! | `{"t":"float","v":"1.5","bits":"3ff8000000000000"}` | IEEE 754, big endian |
//! | `{"t":"str","v":"text"}` | `u8` instead of `v` has base64 of UTF-8 with lone surrogates |
//! | `{"t":"bytes","b64":"…"}` | also `str8`, an 8-bit string, and `bytearray` |
//! | `{"t":"str","len":2000,"sha256":"…"}` | any of these when it takes more than 1024 bytes |
//! | `{"t":"list","id":0,"items":[…]}` | also `tuple`, `set`, `frozenset` |
//! | `{"t":"dict","id":0,"items":[[key,value],…]}` | |
//! | `{"t":"global","module":"m","name":"A.b"}`, `{"t":"ext","code":5}` | |
//! | `{"t":"persid","v":…}`, `{"t":"buffer","index":0,"readonly":true}` | |
//! | `{"t":"object","id":0,"new":"reduce","class":…,"args":…}` | with `kwargs`, `state`, `listitems`, `additems`, `dictitems`, `setters` if there are any |
//! | `{"ref":0}` | the value written before with this id |
//!
//! The `setters` of an object are the calls that set its state, and `states_before` is the number of
//! states that come before any item, if there are some. [In full](Detail::Full) the first value has the
//! `protocol` of the pickle too, whose names of globals may be those of Python 2.
//!
//! Values with identity are written once and referred to later. So are those whose text is long and
//! not hashed: the output is linear in the pickle.

mod build;
mod read;
mod write;

pub use read::{ReadError, read};
pub use write::{Detail, write};

use pickle_core::{How, Node};

/// What `t` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Bool,
    Int,
    Float,
    Str,
    Str8,
    Bytes,
    ByteArray,
    List,
    Tuple,
    Set,
    FrozenSet,
    Dict,
    Global,
    Extension,
    Persistent,
    Buffer,
    Object,
}

/// The word for each kind.
const KINDS: [(Kind, &str); 18] = [
    (Kind::None, "none"),
    (Kind::Bool, "bool"),
    (Kind::Int, "int"),
    (Kind::Float, "float"),
    (Kind::Str, "str"),
    (Kind::Str8, "str8"),
    (Kind::Bytes, "bytes"),
    (Kind::ByteArray, "bytearray"),
    (Kind::List, "list"),
    (Kind::Tuple, "tuple"),
    (Kind::Set, "set"),
    (Kind::FrozenSet, "frozenset"),
    (Kind::Dict, "dict"),
    (Kind::Global, "global"),
    (Kind::Extension, "ext"),
    (Kind::Persistent, "persid"),
    (Kind::Buffer, "buffer"),
    (Kind::Object, "object"),
];

/// What `new` says.
const HOWS: [(How, &str); 5] = [
    (How::Reduce, "reduce"),
    (How::NewObj, "newobj"),
    (How::NewObjEx, "newobj_ex"),
    (How::Inst, "inst"),
    (How::Obj, "obj"),
];

/// The word in a table.
fn word<T: PartialEq>(table: &[(T, &'static str)], thing: &T) -> &'static str {
    // Nothing is missing in the tables but what a later version of the library may add.
    table.iter().find(|(known, _)| known == thing).map_or("unknown", |(_, word)| word)
}

/// What `t` says of a node.
#[must_use]
pub fn kind(node: Node<'_>) -> &'static str {
    Kind::of(node).map_or("unknown", |kind| word(&KINDS, &kind))
}

/// The thing that a word of a table stands for.
fn thing<T: Copy>(table: &[(T, &'static str)], word: &str) -> Option<T> {
    table.iter().find(|(_, known)| *known == word).map(|(thing, _)| *thing)
}

impl Kind {
    fn of(node: Node<'_>) -> Option<Kind> {
        Some(match node {
            Node::None => Kind::None,
            Node::Bool(_) => Kind::Bool,
            Node::Int(_) | Node::Long(_) => Kind::Int,
            Node::Float(_) => Kind::Float,
            Node::Str(_) | Node::Wtf8(_) => Kind::Str,
            Node::Str8(_) => Kind::Str8,
            Node::Bytes(_) => Kind::Bytes,
            Node::ByteArray(_) => Kind::ByteArray,
            Node::List(_) => Kind::List,
            Node::Tuple(_) => Kind::Tuple,
            Node::Set(_) => Kind::Set,
            Node::FrozenSet(_) => Kind::FrozenSet,
            Node::Dict(_) => Kind::Dict,
            Node::Global { .. } => Kind::Global,
            Node::Extension(_) => Kind::Extension,
            Node::Persistent(_) => Kind::Persistent,
            Node::Buffer { .. } => Kind::Buffer,
            Node::Object(_) => Kind::Object,
            // A graph of a later version of the library.
            _ => return None,
        })
    }
}
