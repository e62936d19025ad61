//! Nodes as the graph keeps them.

use crate::graph::edges::Span;
use crate::graph::node::{How, NodeId, ObjectIndex};

/// What a slot holds, one for each variant of [`Node`](crate::Node).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// One node. A graph is mostly slots, so they are as small as the largest of them that are common;
/// text and bytes are in tables of their own, as they take more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slot {
    pub(crate) kind: Kind,
    /// The room of a span.
    room: u8,
    /// Where the node begins in the pickle.
    pub(super) start: u32,
    /// A number, a span, two ids or a place in a table, as the kind says.
    low: u32,
    high: u32,
}

const _: () = assert!(size_of::<Slot>() == 16);

impl Slot {
    pub(crate) const NONE: Slot = Slot::new(Kind::None, 0, 0);

    const fn new(kind: Kind, low: u32, high: u32) -> Slot {
        Slot { kind, room: 0, start: 0, low, high }
    }

    #[inline]
    pub(crate) fn bool(value: bool) -> Slot {
        Slot::new(Kind::Bool, value.into(), 0)
    }

    #[inline]
    pub(crate) fn int(number: i64) -> Slot {
        Slot::wide(Kind::Int, number.cast_unsigned())
    }

    #[inline]
    pub(crate) fn float(number: f64) -> Slot {
        Slot::wide(Kind::Float, number.to_bits())
    }

    #[allow(clippy::cast_possible_truncation, reason = "the other half is kept, too")]
    #[inline]
    fn wide(kind: Kind, bits: u64) -> Slot {
        Slot::new(kind, bits as u32, (bits >> 32) as u32)
    }

    /// A list, tuple, dict, set or frozenset.
    #[inline]
    pub(crate) fn container(kind: Kind, span: Span) -> Slot {
        let mut slot = Slot::new(kind, 0, 0);
        slot.set_span(span);
        slot
    }

    #[inline]
    pub(crate) fn global(module: NodeId, name: NodeId) -> Slot {
        Slot::new(Kind::Global, module.0, name.0)
    }

    pub(crate) fn extension(code: i32) -> Slot {
        Slot::new(Kind::Extension, code.cast_unsigned(), 0)
    }

    pub(crate) fn persistent(id: NodeId) -> Slot {
        Slot::new(Kind::Persistent, id.0, 0)
    }

    pub(crate) fn buffer(index: u32, readonly: bool) -> Slot {
        Slot::new(Kind::Buffer, index, readonly.into())
    }

    #[inline]
    pub(super) fn object(index: ObjectIndex) -> Slot {
        Slot::new(Kind::Object, index.0, 0)
    }

    /// Text or bytes, by their place in a table.
    #[inline]
    pub(super) fn entry(kind: Kind, place: u32) -> Slot {
        Slot::new(kind, place, 0)
    }

    #[inline]
    pub(super) fn at(self, start: u32) -> Slot {
        Slot { start, ..self }
    }

    #[inline]
    fn bits(self) -> u64 {
        u64::from(self.high) << 32 | u64::from(self.low)
    }

    #[inline]
    pub(super) fn as_bool(self) -> bool {
        self.low != 0
    }

    #[inline]
    pub(super) fn as_int(self) -> i64 {
        self.bits().cast_signed()
    }

    #[inline]
    pub(super) fn as_float(self) -> f64 {
        f64::from_bits(self.bits())
    }

    #[inline]
    pub(super) fn as_span(self) -> Span {
        Span { start: self.low, len: self.high, room: self.room }
    }

    #[inline]
    pub(super) fn set_span(&mut self, span: Span) {
        (self.low, self.high, self.room) = (span.start, span.len, span.room);
    }

    /// Two ids, or one and nothing.
    #[inline]
    pub(super) fn as_ids(self) -> [NodeId; 2] {
        [NodeId(self.low), NodeId(self.high)]
    }

    #[inline]
    pub(super) fn set_ids(&mut self, [low, high]: [NodeId; 2]) {
        (self.low, self.high) = (low.0, high.0);
    }

    #[inline]
    pub(super) fn as_extension(self) -> i32 {
        self.low.cast_signed()
    }

    #[inline]
    pub(super) fn as_buffer(self) -> (u32, bool) {
        (self.low, self.high != 0)
    }

    #[inline]
    pub(super) fn as_object(self) -> ObjectIndex {
        ObjectIndex(self.low)
    }

    #[inline]
    pub(super) fn place(self) -> usize {
        self.low as usize
    }
}

/// An object as the graph keeps it.
#[derive(Debug, Clone)]
pub(super) struct Object {
    pub(super) how: How,
    pub(super) callable: NodeId,
    pub(super) args: NodeId,
    pub(super) kwargs: NodeId,
    pub(super) states: Span,
    /// Where its items are, or `u32::MAX`: few objects have any.
    pub(super) items: u32,
}

/// What was done to an object that is a container, or that has a state setter.
#[derive(Debug, Clone, Default)]
pub(super) struct ObjectItems {
    pub(super) list: Span,
    pub(super) dict: Span,
    pub(super) set: Span,
    pub(super) setters: Span,
    /// How many states were given before the first of these.
    pub(super) states_before: u32,
}
