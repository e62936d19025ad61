//! What an instruction makes of its operands, onto the stack.

use std::borrow::Cow;

use super::{Machine, Value};
use crate::error::Result;
use crate::graph::{Graph, Head, Kind, NodeId, Slot, Span};
use crate::opcode::op;
use crate::wire::literal::{self, WideText};
use crate::wire::long::{self, Whole};

impl<'de> Machine<'de, '_> {
    /// The offset of the instruction, as the graph keeps it.
    #[inline]
    pub(super) fn start(&self) -> u32 {
        u32::try_from(self.here).unwrap_or(u32::MAX)
    }

    #[inline(always)]
    pub(super) fn push_id(&mut self, id: NodeId, start: u32) {
        self.stack.push(Value { id, start });
    }

    #[inline(always)]
    pub(super) fn push_at(&mut self, slot: Slot, start: u32) -> Result<()> {
        let id = self.heap.graph.push(slot, start)?;
        self.push_id(id, start);
        Ok(())
    }

    #[inline(always)]
    pub(super) fn push(&mut self, slot: Slot) -> Result<()> {
        self.push_at(slot, self.start())
    }

    /// The slot of text or bytes that are an operand of this instruction, or a part of one; what is
    /// not at its beginning is kept in a table.
    #[inline(always)]
    pub(super) fn data_slot(&mut self, kind: Kind, head: Head, bytes: &[u8]) -> Result<Slot> {
        match u32::try_from(bytes.len()) {
            Ok(length) if self.start() != Graph::NOWHERE => Ok(Slot::in_pickle(kind, head, length)),
            _ => self.data_far(kind, head, bytes),
        }
    }

    #[cold]
    fn data_far(&mut self, kind: Kind, head: Head, bytes: &[u8]) -> Result<Slot> {
        let start = self.here + head.len();
        self.heap.graph.data_at(kind, start..start + bytes.len())
    }

    #[inline(always)]
    pub(super) fn push_bytes(&mut self, kind: Kind, head: Head, bytes: &[u8]) -> Result<()> {
        let slot = self.data_slot(kind, head, bytes)?;
        self.push(slot)
    }

    /// Pushes what may have been changed on the way out of the pickle.
    #[cold]
    pub(super) fn push_data(
        &mut self,
        kind: Kind,
        head: Head,
        bytes: Cow<'de, [u8]>,
    ) -> Result<()> {
        match bytes {
            Cow::Borrowed(bytes) if self.heap.graph.has_at(self.here + head.len(), bytes) => {
                self.push_bytes(kind, head, bytes)
            }
            bytes => {
                let slot = self.heap.graph.data(kind, bytes.into_owned())?;
                self.push(slot)
            }
        }
    }

    #[cold]
    pub(super) fn push_whole(&mut self, number: Whole<'de>, head: Head) -> Result<()> {
        match number {
            Whole::Small(number) => {
                let slot = self.heap.graph.int(number)?;
                self.push(slot)
            }
            Whole::Large(bytes) => self.push_data(Kind::Long, head, bytes),
        }
    }

    pub(super) fn push_long1(&mut self, bytes: &'de [u8], number: Option<i64>) -> Result<()> {
        match number.map_or_else(|| long::from_bytes(bytes), Whole::Small) {
            Whole::Small(number)
                if i32::try_from(number).is_err()
                    && bytes.len() <= 8
                    && self.start() != Graph::NOWHERE =>
            {
                self.push_bytes(Kind::Int, Head::Two, bytes)
            }
            number => self.push_whole(number, Head::Two),
        }
    }

    #[cold]
    pub(super) fn push_wide(&mut self, text: WideText<'de>, head: Head) -> Result<()> {
        match text {
            WideText::Utf8(Cow::Borrowed(text)) => {
                self.push_data(Kind::Str, head, Cow::Borrowed(text.as_bytes()))
            }
            WideText::Utf8(Cow::Owned(text)) => {
                self.push_data(Kind::Str, head, Cow::Owned(text.into_bytes()))
            }
            WideText::Wtf8(bytes) => self.push_data(Kind::Wtf8, head, bytes),
        }
    }

    #[inline]
    pub(super) fn push_utf8(&mut self, bytes: &'de [u8], head: Head) -> Result<()> {
        // ASCII, as most text is, is told by a third of the instructions.
        if bytes.is_ascii() || std::str::from_utf8(bytes).is_ok() {
            return self.push_bytes(Kind::Str, head, bytes);
        }
        self.push_wide(literal::utf8(bytes)?, head)
    }

    /// An empty tuple. Those that are the arguments of a call are one node, which nothing else
    /// refers to.
    pub(super) fn empty_tuple(&mut self) -> Result<()> {
        let empty = Slot::container(Kind::Tuple, Span::default());
        if !matches!(self.decoder.next_opcode(), Some(op::NEWOBJ | op::REDUCE)) {
            return self.push(empty);
        }
        if self.nothing == NodeId::NONE {
            self.nothing = self.heap.graph.push(empty, self.start())?;
        }
        self.push_id(self.nothing, self.start());
        Ok(())
    }
}
