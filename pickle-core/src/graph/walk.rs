//! From node to node.

use rustc_hash::FxHashSet;

use crate::graph::{Graph, Node, NodeId, NodeRef};

impl Graph<'_> {
    /// Whether it matters that two references are to one value.
    ///
    /// Python has one empty tuple and one empty frozenset.
    pub(crate) fn has_identity(&self, id: NodeId) -> bool {
        match self.node(id) {
            Node::List(_) | Node::Dict(_) | Node::Set(_) | Node::ByteArray(_) | Node::Object(_) => {
                true
            }
            Node::Tuple(span) | Node::FrozenSet(span) => !span.is_empty(),
            _ => false,
        }
    }

    /// Visits what must exist before a node can be made.
    ///
    /// No pickle leads from a node to itself along these alone, and no edit makes it so.
    pub(crate) fn each_base(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        match self.node(id) {
            Node::Tuple(_) | Node::FrozenSet(_) => self.items(id).iter().copied().for_each(visit),
            Node::Global { module, name } => [module, name].into_iter().for_each(visit),
            Node::Persistent(id) => visit(id),
            Node::Object(_) => {
                let Some(object) = self.object(id) else { return };
                visit(object.callable());
                visit(object.args());
                object.kwargs().into_iter().for_each(visit);
            }
            _ => {}
        }
    }

    /// Visits what is put into a node after it was made.
    fn each_addition(&self, id: NodeId, visit: impl FnMut(NodeId)) {
        match self.node(id) {
            Node::List(_) | Node::Set(_) => self.items(id).iter().copied().for_each(visit),
            Node::Dict(_) => self.entries(id).iter().copied().for_each(visit),
            Node::Object(_) => {
                let Some(object) = self.object(id) else { return };
                let items = object.list_items().iter().chain(object.dict_items());
                let items = items.chain(object.set_items()).chain(object.states());
                items.chain(object.setters()).copied().for_each(visit);
            }
            _ => {}
        }
    }

    /// Visits all that a node refers to, in the order in which picklers write it.
    pub(crate) fn each_child(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        self.each_base(id, &mut visit);
        self.each_addition(id, visit);
    }

    /// All that a node needs in order to be made, itself among them.
    pub(crate) fn bases(&self, id: NodeId) -> FxHashSet<NodeId> {
        let mut found = FxHashSet::from_iter([id]);
        let mut work = vec![id];
        while let Some(id) = work.pop() {
            self.each_base(id, |base| {
                if found.insert(base) {
                    work.push(base);
                }
            });
        }
        found
    }
}

/// The nodes that a node leads to, itself first, each once: see [`NodeRef::walk`].
pub struct Walk<'g, 'de> {
    graph: &'g Graph<'de>,
    seen: FxHashSet<NodeId>,
    work: Vec<NodeId>,
}

impl<'g, 'de> Walk<'g, 'de> {
    pub(crate) fn new(from: NodeRef<'g, 'de>) -> Walk<'g, 'de> {
        Walk { graph: from.graph(), seen: FxHashSet::default(), work: vec![from.id()] }
    }
}

impl<'g, 'de> Iterator for Walk<'g, 'de> {
    type Item = NodeRef<'g, 'de>;

    fn next(&mut self) -> Option<NodeRef<'g, 'de>> {
        while let Some(id) = self.work.pop() {
            if !self.seen.insert(id) {
                continue;
            }
            let from = self.work.len();
            let Walk { graph, seen, work } = self;
            graph.each_child(id, |child| {
                if !seen.contains(&child) {
                    work.push(child);
                }
            });
            work.get_mut(from..).unwrap_or_default().reverse();
            return Some(NodeRef::new(graph, id));
        }
        None
    }
}

impl std::fmt::Debug for Walk<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Walk").field("seen", &self.seen.len()).finish_non_exhaustive()
    }
}
