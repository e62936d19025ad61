//! Texts, bytes and globals that are equal: which of them are one object is an accident of whoever
//! pickled them.

use rustc_hash::FxHashMap;

use crate::graph::{Graph, Node, NodeId};

#[derive(PartialEq, Eq, Hash)]
enum Atom<'g> {
    Text(&'g [u8]),
    Str8(&'g [u8]),
    Bytes(&'g [u8]),
    Global(&'g str, &'g str),
}

impl Graph<'_> {
    /// For each text, bytes and global that is equal to an earlier one, that one.
    pub(crate) fn equal_atoms(&self) -> FxHashMap<NodeId, NodeId> {
        let mut first: FxHashMap<Atom<'_>, NodeId> = FxHashMap::default();
        let mut equal = FxHashMap::default();
        for id in self.ids() {
            let atom = match self.node(id) {
                Node::Str(text) => Atom::Text(text.as_bytes()),
                Node::Wtf8(bytes) => Atom::Text(bytes),
                Node::Str8(bytes) => Atom::Str8(bytes),
                Node::Bytes(bytes) => Atom::Bytes(bytes),
                Node::Global { .. } => match self.global(id) {
                    Some((module, name)) => Atom::Global(module, name),
                    None => continue,
                },
                _ => continue,
            };
            let known = *first.entry(atom).or_insert(id);
            if known != id {
                equal.insert(id, known);
            }
        }
        equal
    }

    /// Makes one node of each such group.
    pub(crate) fn unify_atoms(&mut self) {
        let equal = self.equal_atoms();
        for id in self.ids() {
            self.each_reference_mut(id, |reference| {
                if let Some(&first) = equal.get(reference) {
                    *reference = first;
                }
            });
        }
    }
}
