//! Nodes as the graph keeps them.

use crate::graph::edges::Span;
use crate::graph::node::{How, NodeId, ObjectIndex};

/// What a slot holds, one for each variant of [`Node`](crate::Node).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    None,
    Bool,
    Int,
    Long,
    Float,
    Str,
    Wtf8,
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

impl Kind {
    /// All of them in their order, as many as five bits tell apart.
    const ALL: [Kind; 32] = {
        let mut all = [Kind::None; 32];
        let kinds = [
            Kind::None,
            Kind::Bool,
            Kind::Int,
            Kind::Long,
            Kind::Float,
            Kind::Str,
            Kind::Wtf8,
            Kind::Str8,
            Kind::Bytes,
            Kind::ByteArray,
            Kind::List,
            Kind::Tuple,
            Kind::Set,
            Kind::FrozenSet,
            Kind::Dict,
            Kind::Global,
            Kind::Extension,
            Kind::Persistent,
            Kind::Buffer,
            Kind::Object,
        ];
        all.split_at_mut(kinds.len()).0.copy_from_slice(&kinds);
        all
    };
}

/// Some kinds, a bit for each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kinds(u32);

impl Kinds {
    /// The kinds of these slots.
    pub(super) fn of(slots: &[Slot]) -> Kinds {
        Kinds(slots.iter().fold(0, |kinds, slot| kinds | 1 << (slot.tag & 31)))
    }

    /// Whether it is among them.
    pub(crate) fn has(self, kind: Kind) -> bool {
        self.0 & (1 << kind as u8) != 0
    }
}

/// How many bytes of an instruction come before its payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Head {
    One = 1,
    Two,
    Five,
    Nine,
}

impl Head {
    #[inline]
    pub(crate) fn len(self) -> usize {
        HEADS.get(self as usize).copied().unwrap_or(0)
    }
}

/// The bytes before a payload, by the form of its slot; nothing for what is in a table.
const HEADS: [usize; 8] = [0, 1, 2, 5, 9, 0, 0, 0];

/// One node. A graph is mostly slots, so they are small: what the pickle has is read there, what
/// it has not is in tables.
#[derive(Debug, Clone, Copy)]
#[repr(Rust, packed)]
pub(crate) struct Slot {
    /// The kind, and in the three bits above it which form of that the value has.
    tag: u8,
    /// Where the node begins in the pickle.
    start: u32,
    /// A number, the length of what is in the pickle, or a place in a table, as the tag says.
    value: u32,
}

const _: () = assert!(size_of::<Slot>() == 9);

/// Where a number is that does not fit into its slot.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place {
    /// In the slot.
    Here(i32),
    /// In the table of numbers.
    Table(usize),
    /// In the pickle.
    Pickle(usize, usize),
}

impl Slot {
    pub(crate) const NONE: Slot = Slot::new(Kind::None, 0, 0);

    const fn new(kind: Kind, form: u8, value: u32) -> Slot {
        Slot { tag: kind as u8 | form << 5, start: 0, value }
    }

    #[inline]
    pub(crate) fn kind(self) -> Kind {
        Kind::ALL.get(usize::from(self.tag & 31)).copied().unwrap_or(Kind::None)
    }

    #[inline]
    fn form(self) -> u8 {
        self.tag >> 5
    }

    /// Where the node begins in the pickle.
    #[inline]
    pub(crate) fn start(self) -> u32 {
        self.start
    }

    #[inline]
    pub(crate) fn bool(value: bool) -> Slot {
        Slot::new(Kind::Bool, 0, u32::from(value))
    }

    #[inline]
    pub(crate) fn small(number: i32) -> Slot {
        Slot::new(Kind::Int, 0, number.cast_unsigned())
    }

    /// An int, by its place in the table of numbers.
    #[inline]
    pub(super) fn wide(place: u32) -> Slot {
        Slot::new(Kind::Int, 1, place)
    }

    /// What consists of bytes that the pickle has, or of the digits of a number.
    #[inline]
    pub(crate) fn in_pickle(kind: Kind, head: Head, length: u32) -> Slot {
        Slot::new(kind, head as u8, length)
    }

    /// Any other value, by its place in a table.
    #[inline]
    pub(super) fn entry(kind: Kind, place: u32) -> Slot {
        Slot::new(kind, 0, place)
    }

    /// A list, tuple, dict, set or frozenset.
    #[inline]
    pub(crate) fn container(kind: Kind, span: Span) -> Slot {
        Slot::new(kind, u8::from(span.is_roomy), span.start)
    }

    pub(crate) fn extension(code: i32) -> Slot {
        Slot::new(Kind::Extension, 0, code.cast_unsigned())
    }

    pub(crate) fn persistent(id: NodeId) -> Slot {
        Slot::new(Kind::Persistent, 0, id.0)
    }

    pub(crate) fn buffer(index: u32, readonly: bool) -> Slot {
        Slot::new(Kind::Buffer, u8::from(readonly), index)
    }

    #[inline]
    pub(super) fn object(index: ObjectIndex, how: How) -> Slot {
        Slot::new(Kind::Object, how as u8, index.0)
    }

    #[inline]
    pub(super) fn at(self, start: u32) -> Slot {
        Slot { start, ..self }
    }

    #[inline]
    pub(crate) fn as_bool(self) -> bool {
        self.value != 0
    }

    /// Where an int is.
    #[inline]
    pub(super) fn as_int(self) -> Place {
        match self.form() {
            0 => Place::Here(self.value.cast_signed()),
            1 => Place::Table(self.place()),
            _ => self.as_pickle().map_or(Place::Here(0), |(start, len)| Place::Pickle(start, len)),
        }
    }

    /// Where a payload begins in the pickle, and how long it is.
    #[inline]
    pub(super) fn as_pickle(self) -> Option<(usize, usize)> {
        let head = HEADS.get(usize::from(self.form())).copied().unwrap_or(0);
        (head != 0).then(|| (self.start as usize + head, self.value as usize))
    }

    /// Where the children of a container begin, and whether there is room behind them.
    #[inline]
    pub(super) fn as_children(self) -> (u32, bool) {
        (self.value, self.form() != 0)
    }

    /// Whether a container never had children.
    #[inline]
    pub(super) fn is_bare(self) -> bool {
        self.value == 0
    }

    #[inline]
    pub(crate) fn as_id(self) -> NodeId {
        NodeId(self.value)
    }

    #[inline]
    pub(crate) fn as_extension(self) -> i32 {
        self.value.cast_signed()
    }

    #[inline]
    pub(crate) fn as_buffer(self) -> (u32, bool) {
        (self.value, self.form() != 0)
    }

    #[inline]
    pub(super) fn as_object(self) -> (ObjectIndex, How) {
        let how = How::ALL.get(usize::from(self.form())).copied().unwrap_or(How::Reduce);
        (ObjectIndex(self.value), how)
    }

    #[inline]
    pub(super) fn place(self) -> usize {
        self.value as usize
    }
}

/// An object as the graph keeps it; how it was made is in its slot.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) callable: NodeId,
    pub(super) args: NodeId,
    /// Its state if it has one, and no more than that.
    pub(super) state: NodeId,
    /// Where the rest of it is, or `u32::MAX`: few objects have any.
    pub(super) items: u32,
}

/// What was done to an object that is a container, or that has a state setter.
#[derive(Debug, Clone)]
pub(super) struct ObjectItems {
    pub(super) kwargs: NodeId,
    /// All states, if there are several.
    pub(super) states: Span,
    pub(super) list: Span,
    pub(super) dict: Span,
    pub(super) set: Span,
    pub(super) setters: Span,
    /// How many states were given before the first of these.
    pub(super) states_before: u32,
}

impl Default for ObjectItems {
    fn default() -> Self {
        let [states, list, dict, set, setters] = [Span::default(); 5];
        ObjectItems { kwargs: NodeId::NONE, states, list, dict, set, setters, states_before: 0 }
    }
}
