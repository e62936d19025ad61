//! The stack with its marks, and the memo.

use super::{Machine, Mark, Value, ids, nothing};
use crate::error::{Error, Result};
use crate::graph::{Kind, NodeId, Room, Slot};
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::wire::literal;

impl Machine<'_, '_> {
    /// The value on top of the stack, above the last mark.
    #[inline]
    pub(super) fn top(&self) -> Result<NodeId> {
        match self.stack.last() {
            Some(value) if self.stack.len() > self.floor => Ok(value.id),
            _ => Err(nothing()),
        }
    }

    #[inline]
    pub(super) fn pop(&mut self) -> Result<Value> {
        if self.stack.len() <= self.floor {
            return Err(nothing());
        }
        self.stack.pop().ok_or_else(nothing)
    }

    /// `POP`: drops the top of the stack, or the mark when nothing is above it.
    pub(super) fn discard(&mut self) -> Result<()> {
        if self.stack.len() <= self.floor {
            self.pop_mark()?;
            return Ok(());
        }
        let dropped = self.pop()?.id;
        match self.top() {
            Ok(target) if !self.is_replaced(dropped) => {
                self.heap.graph.note_setter(dropped, target)
            }
            _ => Ok(()),
        }
    }

    /// Whether an object that was dropped was made twice, because it was reached through its own
    /// arguments: the first one comes from the memo next (`save_reduce` of `pickle.py`).
    fn is_replaced(&self, dropped: NodeId) -> bool {
        let mut ahead = self.decoder.clone();
        let index = match ahead.opcode() {
            Ok(op::BINGET) => ahead.u8().map(u64::from),
            Ok(op::LONG_BINGET) => ahead.u32().map(u64::from),
            Ok(op::GET) => ahead.line().and_then(literal::index_line),
            _ => return false,
        };
        let callable = |id| self.heap.graph.object(id).map(|object| object.callable());
        index.is_ok_and(|index| {
            self.heap.memo.get(index).is_some_and(|first| callable(first) == callable(dropped))
        })
    }

    #[inline]
    pub(super) fn truncate(&mut self, height: usize) {
        self.stack.truncate(height);
    }

    #[inline]
    pub(super) fn mark(&mut self) -> Result<()> {
        let height = u32::try_from(self.stack.len())
            .map_err(|_| Error::malformed("more than 4294967295 values", "a smaller pickle"))?;
        self.marks.push(Mark { height, start: self.start() });
        self.floor = self.stack.len();
        if self.here >= self.checkpoint {
            self.checkpoint = 2 * self.here;
            let waiting = self.stack.len();
            self.heap.reserve(Room { done: self.here, length: self.length, waiting });
        }
        Ok(())
    }

    /// Removes the last mark; the values above it stay, for the caller to take.
    #[inline]
    pub(super) fn pop_mark(&mut self) -> Result<Mark> {
        let mark = self
            .marks
            .pop()
            .ok_or_else(|| Error::malformed("no mark on the stack", "one below the items"))?;
        self.floor = self.marks.last().map_or(0, |mark| mark.height as usize);
        Ok(mark)
    }

    /// The container below a mark that was just removed.
    #[inline]
    pub(super) fn below(&self, mark: Mark) -> Result<NodeId> {
        let height = mark.height as usize;
        match height.checked_sub(1).and_then(|index| self.stack.get(index)) {
            Some(value) if height > self.floor => Ok(value.id),
            _ => Err(nothing()),
        }
    }

    /// Puts one value in the place of a removed mark and all above it.
    pub(super) fn replace(&mut self, mark: Mark, slot: Slot) -> Result<()> {
        self.truncate(mark.height as usize);
        self.push_at(slot, mark.start)
    }

    pub(super) fn put(&mut self, index: u64) -> Result<()> {
        let id = self.top()?;
        self.heap.memo.put(index, id);
        Ok(())
    }

    #[inline]
    pub(super) fn get(&mut self, index: u64) -> Result<()> {
        let memo = &self.heap.memo;
        let id = match memo.near(index) {
            Some(id) => id,
            None => memo.get(index).ok_or_else(|| unstored(index))?,
        };
        self.push_id(id, self.start());
        Ok(())
    }

    pub(super) fn proto(&mut self) -> Result<()> {
        let number = self.decoder.u8()?;
        match Protocol::from_number(number) {
            // Every instruction works in every protocol; only names of globals depend on it.
            Some(protocol) => {
                self.protocol = protocol;
                Ok(())
            }
            None => Err(Error::malformed(format!("protocol {number}"), "a protocol up to 5")),
        }
    }

    /// Makes a tuple of the topmost values.
    #[inline]
    pub(super) fn tuple(&mut self, length: usize) -> Result<()> {
        match self.stack.len().checked_sub(length) {
            Some(height) if height >= self.floor => {
                let start = self.stack.get(height).map_or_else(|| self.start(), |it| it.start);
                self.tuple_from(height, start)
            }
            _ => Err(nothing()),
        }
    }

    #[inline]
    pub(super) fn tuple_from(&mut self, height: usize, start: u32) -> Result<()> {
        let items = self.stack.get(height..).unwrap_or_default();
        let span = self.heap.graph.span(ids(items))?;
        self.truncate(height);
        self.push_at(Slot::container(Kind::Tuple, span), start)
    }
}

#[cold]
fn unstored(index: u64) -> Error {
    Error::malformed(format!("memo index {index}"), "an index that was stored before")
}
