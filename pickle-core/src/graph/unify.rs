//! Texts, bytes and globals that are equal: which of them are one object is an accident of whoever
//! pickled them.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::RandomState;
use rustc_hash::FxHashSet;

use crate::graph::{Graph, Kind, NodeId, Table};

/// The texts, bytes and globals, whose identity is an accident of whoever wrote them.
#[derive(Default)]
pub(crate) struct Atoms {
    /// Randomly seeded, so no pickle can choose texts that collide.
    state: RandomState,
    /// The first node of each content.
    table: Table,
}

/// What a node is compared by.
#[derive(PartialEq, Eq)]
enum Atom<'g> {
    Text(&'g [u8]),
    Str8(&'g [u8]),
    Bytes(&'g [u8]),
    Global(&'g str, &'g str),
}

impl Atoms {
    /// The first node that is equal to this one; if there is none, it is this one from now on.
    pub(crate) fn find_or_insert(&mut self, graph: &Graph<'_>, id: NodeId) -> Option<NodeId> {
        let atom = Atom::of(graph, id)?;
        let mut hasher = self.state.build_hasher();
        match atom {
            Atom::Text(bytes) | Atom::Str8(bytes) | Atom::Bytes(bytes) => hasher.write(bytes),
            Atom::Global(module, name) => {
                hasher.write(module.as_bytes());
                hasher.write(name.as_bytes());
            }
        }
        let equal = |other| Atom::of(graph, NodeId(other)).is_some_and(|other| other == atom);
        self.table.find_or_insert(hasher.finish(), id.0, equal).map(NodeId)
    }
}

impl<'g> Atom<'g> {
    fn of(graph: &'g Graph<'_>, id: NodeId) -> Option<Atom<'g>> {
        let slot = graph.slot(id);
        Some(match slot.kind() {
            Kind::Str | Kind::Wtf8 => Atom::Text(graph.bytes_of(slot)),
            Kind::Str8 => Atom::Str8(graph.bytes_of(slot)),
            Kind::Bytes => Atom::Bytes(graph.bytes_of(slot)),
            Kind::Global => {
                let (module, name) = graph.global(id)?;
                Atom::Global(module, name)
            }
            _ => return None,
        })
    }
}

impl Graph<'_> {
    /// Makes one node of equal texts, bytes and globals, but for some globals.
    pub(crate) fn unify_atoms(&mut self, except: &FxHashSet<NodeId>) {
        let mut atoms = Atoms::default();
        let mut unified = |id| match except.contains(&id) {
            true => id,
            false => atoms.find_or_insert(self, id).unwrap_or(id),
        };
        let first: Vec<NodeId> = self.ids().map(&mut unified).collect();
        for id in self.ids() {
            self.each_reference_mut(id, |reference| {
                if let Some(&first) = first.get(reference.index()) {
                    *reference = first;
                }
            });
        }
    }
}
