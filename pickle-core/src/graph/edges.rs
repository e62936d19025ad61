//! The children of all containers, in one vector.

use crate::error::{Error, Result};
use crate::graph::node::NodeId;

/// Where the children of one container are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Span {
    start: u32,
    len: u32,
    /// How many fit before something else begins.
    capacity: u32,
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

    /// Replaces one child.
    pub(crate) fn set(&mut self, span: Span, index: usize, id: NodeId) {
        if let Some(edge) = self.0.get_mut(span.start as usize + index) {
            *edge = id;
        }
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
            *span = Span { start, len: narrow(len)?, capacity: narrow(len)? };
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
        let capacity = span.capacity as usize;
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
            *span = Span { start: span.start, len: narrow(len)?, capacity: narrow(len)? };
        } else {
            let capacity = len.max(2 * capacity);
            let moved = self.0.len();
            narrow(moved + capacity)?;
            self.0.extend_from_within(start..start + span.len());
            self.0.extend(items);
            self.0.resize(moved + capacity, NodeId::NONE);
            *span = Span { start: narrow(moved)?, len: narrow(len)?, capacity: narrow(capacity)? };
        }
        Ok(())
    }
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
}
