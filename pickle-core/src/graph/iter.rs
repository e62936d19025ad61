//! Iterators over what a node holds.

use std::slice;

use crate::graph::{Graph, NodeId, NodeRef};

/// The items of a node: see [`NodeRef::iter`].
#[derive(Clone)]
pub struct Items<'g, 'de> {
    graph: &'g Graph<'de>,
    ids: slice::Iter<'g, NodeId>,
}

/// The keys and values of a node: see [`NodeRef::entries`].
#[derive(Clone)]
pub struct Entries<'g, 'de> {
    graph: &'g Graph<'de>,
    ids: slice::Iter<'g, [NodeId; 2]>,
}

impl<'g, 'de> Items<'g, 'de> {
    pub(super) fn new(graph: &'g Graph<'de>, ids: &'g [NodeId]) -> Items<'g, 'de> {
        Items { graph, ids: ids.iter() }
    }
}

impl<'g, 'de> Entries<'g, 'de> {
    /// From keys and values one after the other.
    pub(super) fn new(graph: &'g Graph<'de>, ids: &'g [NodeId]) -> Entries<'g, 'de> {
        let (pairs, _) = ids.as_chunks::<2>();
        Entries { graph, ids: pairs.iter() }
    }

    fn pair(&self, &[key, value]: &[NodeId; 2]) -> (NodeRef<'g, 'de>, NodeRef<'g, 'de>) {
        (NodeRef::new(self.graph, key), NodeRef::new(self.graph, value))
    }
}

impl<'g, 'de> Iterator for Items<'g, 'de> {
    type Item = NodeRef<'g, 'de>;

    fn next(&mut self) -> Option<Self::Item> {
        self.ids.next().map(|&id| NodeRef::new(self.graph, id))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ids.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.ids.nth(n).map(|&id| NodeRef::new(self.graph, id))
    }
}

impl DoubleEndedIterator for Items<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.ids.next_back().map(|&id| NodeRef::new(self.graph, id))
    }
}

impl ExactSizeIterator for Items<'_, '_> {}

impl<'g, 'de> Iterator for Entries<'g, 'de> {
    type Item = (NodeRef<'g, 'de>, NodeRef<'g, 'de>);

    fn next(&mut self) -> Option<Self::Item> {
        self.ids.next().map(|pair| self.pair(pair))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.ids.size_hint()
    }
}

impl DoubleEndedIterator for Entries<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.ids.next_back().map(|pair| self.pair(pair))
    }
}

impl ExactSizeIterator for Entries<'_, '_> {}

impl std::fmt::Debug for Items<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl std::fmt::Debug for Entries<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_map().entries(self.clone()).finish()
    }
}
