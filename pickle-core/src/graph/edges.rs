//! The children of all containers, in one vector.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::graph::Room;
use crate::graph::node::NodeId;

/// Where the children of one container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
    /// The binary logarithm of how many fit before something else begins, plus one; 0 when that is
    /// as many as there are.
    pub(super) room: u8,
}

impl Span {
    #[inline]
    pub(crate) fn len(self) -> usize {
        self.len as usize
    }

    #[inline]
    pub(crate) fn is_empty(self) -> bool {
        self.len == 0
    }

    /// How many fit before something else begins.
    fn capacity(self) -> usize {
        match self.room.checked_sub(1) {
            Some(exponent) => 1 << exponent,
            None => self.len(),
        }
    }
}

/// The vector.
///
/// A span that grows and is not at its end moves there with twice the room, so that a container
/// filled in many batches costs linear time, whatever is built in between.
#[derive(Clone, Default)]
pub(crate) struct Edges(Vec<NodeId>);

impl Edges {
    /// The children of that span; none for a span of another graph.
    #[inline]
    pub(crate) fn get(&self, span: Span) -> &[NodeId] {
        let start = span.start as usize;
        self.0.get(start..start + span.len()).unwrap_or_default()
    }

    /// Reserves room for what is still to come.
    pub(crate) fn reserve(&mut self, room: Room) {
        room.reserve(&mut self.0);
    }

    /// Replaces one child, which is returned.
    pub(crate) fn set(&mut self, span: Span, index: usize, id: NodeId) -> Option<NodeId> {
        let edge = self.0.get_mut(span.start as usize + index)?;
        Some(std::mem::replace(edge, id))
    }

    /// The children of that span, to be exchanged.
    pub(crate) fn get_mut(&mut self, span: Span) -> &mut [NodeId] {
        let start = span.start as usize;
        self.0.get_mut(start..start + span.len()).unwrap_or_default()
    }

    /// Puts other children in the place of a range of them, which is within the span.
    pub(crate) fn splice(
        &mut self,
        span: &mut Span,
        range: Range<usize>,
        items: &[NodeId],
    ) -> Result<()> {
        let tail = self.get(*span).get(range.end..).unwrap_or_default();
        let moved: Vec<NodeId> = items.iter().chain(tail).copied().collect();
        // What the span has room for stays in use, even when it is empty for now.
        if span.room == 0 {
            span.room = room_of(span.len());
        }
        span.len = narrow(range.start)?;
        self.append_more(span, moved.into_iter())
    }

    /// Adds children at the end of a span.
    #[inline]
    pub(crate) fn append(
        &mut self,
        span: &mut Span,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        let added = items.len();
        if added == 0 {
            return Ok(());
        }
        let len = span.len() + added;
        if span.is_empty() {
            // Most containers are filled at once, and get exactly the room they need.
            let start = narrow(self.0.len())?;
            narrow(self.0.len() + added)?;
            self.0.extend(items);
            *span = Span { start, len: narrow(len)?, room: 0 };
            return Ok(());
        }
        self.append_more(span, items)
    }

    fn append_more(
        &mut self,
        span: &mut Span,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        let start = span.start as usize;
        let len = span.len() + items.len();
        let capacity = span.capacity();
        if len <= capacity {
            let room = self.0.get_mut(start + span.len()..start + len).unwrap_or_default();
            for (edge, item) in room.iter_mut().zip(items) {
                *edge = item;
            }
            span.len = narrow(len)?;
        } else if start + capacity == self.0.len() {
            narrow(start + len)?;
            self.0.truncate(start + span.len());
            self.0.extend(items);
            *span = Span { start: span.start, len: narrow(len)?, room: 0 };
        } else {
            let capacity = (len + 1).next_power_of_two();
            let moved = self.0.len();
            narrow(moved + capacity)?;
            self.0.extend_from_within(start..start + span.len());
            self.0.extend(items);
            self.0.resize(moved + capacity, NodeId::NONE);
            *span = Span { start: narrow(moved)?, len: narrow(len)?, room: room_of(capacity) };
        }
        Ok(())
    }
}

/// The room of so many children, rounded down to a power of two.
#[expect(clippy::cast_possible_truncation, reason = "at most 64")]
fn room_of(capacity: usize) -> u8 {
    (usize::BITS - capacity.leading_zeros()) as u8
}

#[inline]
fn narrow(number: usize) -> Result<u32> {
    u32::try_from(number)
        .map_err(|_| Error::malformed("more than 4294967295 items", "a smaller pickle"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interleaved_growth_keeps_the_children_and_stays_linear() {
        let mut edges = Edges::default();
        let mut spans = [Span::default(); 3];
        for round in 0..1000 {
            for (index, span) in (0..).zip(&mut spans) {
                // One at a time or at once: both happen.
                let items = [round * 3 + index, round];
                if round % 2 == 0 {
                    edges.append(span, items.map(NodeId).into_iter()).unwrap();
                } else {
                    for item in items {
                        edges.append(span, [NodeId(item)].into_iter()).unwrap();
                    }
                }
            }
        }
        for (index, &span) in spans.iter().enumerate() {
            let found: Vec<usize> = edges.get(span).iter().map(|id| id.index()).collect();
            let expected: Vec<usize> =
                (0..1000).flat_map(|round| [round * 3 + index, round]).collect();
            assert_eq!(found, expected);
        }
        assert!(edges.0.len() < 3 * 4 * 2000, "{}", edges.0.len());
    }

    #[test]
    fn spliced_spans_hold_what_a_vector_would_and_use_their_room_again() {
        let mut edges = Edges::default();
        let (mut span, mut other) = (Span::default(), Span::default());
        let mut expected: Vec<NodeId> = Vec::new();
        for round in 0..2000u32 {
            let at = (round as usize * 7) % (expected.len() + 1);
            let end = (at + round as usize % 3).min(expected.len());
            let items: Vec<NodeId> = (0..round % 4).map(|item| NodeId(round + item)).collect();
            edges.splice(&mut span, at..end, &items).unwrap();
            expected.splice(at..end, items);
            edges.splice(&mut other, 0..0, &[NodeId(round)]).unwrap();
            assert_eq!(edges.get(span), expected);
        }
        let reversed: Vec<NodeId> = (0..2000).rev().map(NodeId).collect();
        assert_eq!(edges.get(other), reversed);
        assert!(edges.0.len() < 8 * (expected.len() + 2000), "{}", edges.0.len());
    }
}
