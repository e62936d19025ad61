//! The children of all containers, in one vector.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::graph::Room;
use crate::graph::node::NodeId;

/// Where the children of one container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    /// Where they begin, behind how many there are; 0 for none.
    pub(super) start: u32,
    pub(super) len: u32,
    /// Whether more fit before something else begins, and how many in all comes before the length.
    pub(super) is_roomy: bool,
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
}

/// How many times its length a span that moves gets as room, at most.
const MOST: usize = 16;

/// The part of that room which is added, as it is an estimate.
const SLACK: usize = 32;

/// The vector. The children of each container have their number before them.
///
/// A span that grows and is not at its end moves there with at least twice the room, so that a
/// container filled in many batches costs linear time, whatever is built in between.
#[derive(Clone, Default)]
pub(crate) struct Edges {
    edges: Vec<NodeId>,
    /// How much room spans have that is not in use yet.
    spare: usize,
    /// How much room spans had that have moved.
    left: usize,
}

impl Edges {
    /// The span that begins there.
    #[inline]
    pub(crate) fn span(&self, (start, is_roomy): (u32, bool)) -> Span {
        let header = (start as usize).checked_sub(1).and_then(|at| self.edges.get(at));
        Span { start, len: header.map_or(0, |len| len.0), is_roomy }
    }

    /// The children that begin there.
    #[inline]
    pub(crate) fn children(&self, (start, _): (u32, bool)) -> &[NodeId] {
        let header = (start as usize).checked_sub(1).and_then(|at| self.edges.get(at..));
        match header.and_then(<[NodeId]>::split_first) {
            Some((len, rest)) => rest.get(..len.index()).unwrap_or_default(),
            None => &[],
        }
    }

    /// The children of that span; none for a span of another graph.
    #[inline]
    pub(crate) fn get(&self, span: Span) -> &[NodeId] {
        let start = span.start as usize;
        self.edges.get(start..start + span.len()).unwrap_or_default()
    }

    /// Reserves room for what is still to come.
    pub(crate) fn reserve(&mut self, room: Room) {
        // The first part of a list of all records waits on the stack, and is no child as yet.
        let children = self.edges.len().saturating_sub(self.spare + self.left) + room.waiting;
        room.reserve_for(&mut self.edges, children, self.left);
    }

    /// Replaces one child, which is returned.
    pub(crate) fn set(&mut self, span: Span, index: usize, id: NodeId) -> Option<NodeId> {
        let edge = self.edges.get_mut(span.start as usize + index)?;
        Some(std::mem::replace(edge, id))
    }

    /// The children of that span, to be exchanged.
    pub(crate) fn get_mut(&mut self, span: Span) -> &mut [NodeId] {
        let start = span.start as usize;
        self.edges.get_mut(start..start + span.len()).unwrap_or_default()
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
        let mut capacity = self.capacity(*span);
        if !span.is_roomy && range.start + moved.len() < span.len() {
            // What the span has room for stays in use; how much that is takes the first place of it.
            let start = span.start as usize;
            self.edges.copy_within(start..start + range.start, start + 1);
            capacity -= 1;
            self.put(start - 1, narrow(capacity)?);
            (span.start, span.is_roomy) = (narrow(start + 1)?, true);
        }
        if span.start == 0 {
            return self.append(span, moved.into_iter());
        }
        span.len = narrow(range.start)?;
        self.append_more(span, capacity, moved.into_iter())
    }

    /// Adds children at the end of a span.
    #[inline]
    pub(crate) fn append(
        &mut self,
        span: &mut Span,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        if items.len() == 0 {
            return Ok(());
        }
        if span.start == 0 {
            *span = self.add(items)?;
            return Ok(());
        }
        self.append_more(span, self.capacity(*span), items)
    }

    /// Adds children, at least one, as a span of their own. Most containers are filled at once, and
    /// get exactly the room they need.
    #[inline]
    pub(crate) fn add(&mut self, items: impl ExactSizeIterator<Item = NodeId>) -> Result<Span> {
        let (start, len) = (self.edges.len() + 1, items.len());
        narrow(start + len)?;
        let (start, len) = (narrow(start)?, narrow(len)?);
        self.edges.reserve(items.len() + 1);
        self.edges.push(NodeId(len));
        self.edges.extend(items);
        Ok(Span { start, len, is_roomy: false })
    }

    /// How many children fit before something else begins.
    fn capacity(&self, span: Span) -> usize {
        let header = (span.start as usize).checked_sub(2).filter(|_| span.is_roomy);
        header.and_then(|at| self.edges.get(at)).map_or(span.len(), |capacity| capacity.index())
    }

    fn append_more(
        &mut self,
        span: &mut Span,
        capacity: usize,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        let start = span.start as usize;
        let len = span.len() + items.len();
        if len <= capacity {
            self.spare = self.spare.saturating_sub(items.len());
            let room = self.edges.get_mut(start + span.len()..start + len).unwrap_or_default();
            for (edge, item) in room.iter_mut().zip(items) {
                *edge = item;
            }
        } else if start + capacity == self.edges.len() {
            narrow(start + len)?;
            self.edges.truncate(start + span.len());
            self.edges.extend(items);
            span.is_roomy = false;
        } else {
            let room = self.room_for(start, len);
            let moved = self.edges.len() + 2;
            narrow(moved + room)?;
            self.edges.extend([NodeId(narrow(room)?), NodeId::NONE]);
            self.edges.extend_from_within(start..start + span.len());
            self.edges.extend(items);
            self.edges.resize(moved + room, NodeId::NONE);
            (span.start, span.is_roomy) = (narrow(moved)?, true);
            self.spare += room - len;
            self.left += capacity;
        }
        span.len = narrow(len)?;
        self.put(span.start as usize - 1, span.len);
        Ok(())
    }

    /// How much room a span gets that has to move: if most of what was built lies behind it, it is the
    /// list of all records, and grows as much as the vector will, which knows how long it will be.
    fn room_for(&self, start: usize, len: usize) -> usize {
        let (built, expected) = (self.edges.len(), self.edges.capacity());
        if start > built / 2 {
            return 2 * len;
        }
        let room = len.saturating_mul(expected) / built.max(1);
        room.saturating_add(room / SLACK).clamp(2 * len, MOST * len)
    }

    /// Sets a number before the children of a span.
    fn put(&mut self, at: usize, number: u32) {
        if let Some(header) = self.edges.get_mut(at) {
            *header = NodeId(number);
        }
    }
}

#[inline]
fn narrow(number: usize) -> Result<u32> {
    u32::try_from(number).map_err(|_| too_many())
}

#[cold]
fn too_many() -> Error {
    Error::malformed("more than 4294967295 items", "a smaller pickle")
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
        assert!(edges.edges.len() < 3 * 4 * 2000, "{}", edges.edges.len());
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
        assert!(edges.edges.len() < 8 * (expected.len() + 2000), "{}", edges.edges.len());
    }
}
