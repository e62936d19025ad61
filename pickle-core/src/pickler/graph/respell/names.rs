//! Names of globals in Python 2 and 3.

use std::collections::hash_map::Entry;

use crate::error::Result;
use crate::global::{python2_name, python3_name};
use crate::graph::{Graph, Kind, NodeId, Slot};
use crate::pickler::graph::respell::Respelling;
use crate::protocol::Protocol;

/// What a name is for. Equal names in one role are one object in Python, which interns them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Role {
    Module,
    Global,
    Attribute,
}

impl Respelling<'_> {
    /// Gives globals the names that the target protocol knows them by: those of Python 2 below
    /// protocol 3 (`fix_imports`).
    ///
    /// Below protocol 4 names are text in an instruction, without identity; above they are values,
    /// and get theirs here.
    pub(super) fn rename(&mut self) -> Result<()> {
        let crosses = (self.source < Protocol::V3) != (self.target < Protocol::V3);
        let renames = crosses && self.fix_imports;
        if !renames && !self.gains(Protocol::V4) {
            return Ok(());
        }
        for id in self.graph.ids() {
            let Some((module, name)) = self.graph.global(id) else { continue };
            if name.contains('.') && self.source >= Protocol::V4 {
                // Its first part will be a global of its own.
                continue;
            }
            let (module, name) = match (renames, self.target < Protocol::V3) {
                (false, _) => (module, name),
                (true, true) => python2_name(module, name),
                (true, false) => python3_name(module, name),
            };
            let (module, name) = (module.to_owned(), name.to_owned());
            let global = self.named(module, name)?;
            self.graph.set_slot(id, global);
        }
        Ok(())
    }

    /// A global of Python 3, by the name that the target knows it by.
    pub(super) fn add_global(&mut self, module: &str, name: &str) -> Result<NodeId> {
        let (module, name) = if self.target < Protocol::V3 && self.fix_imports {
            python2_name(module, name)
        } else {
            (module, name)
        };
        let global = self.named(module.to_owned(), name.to_owned())?;
        self.add(global)
    }

    pub(super) fn named(&mut self, module: String, name: String) -> Result<Slot> {
        let module = self.name(Role::Module, module)?;
        let name = self.name(Role::Global, name)?;
        self.graph.global_of(module, name)
    }

    pub(super) fn name(&mut self, role: Role, text: String) -> Result<NodeId> {
        match self.names.entry((role, text)) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(new) => {
                let text = new.key().1.clone().into_bytes();
                let slot = self.graph.data(Kind::Str, text)?;
                let id = self.graph.push(slot, 0)?;
                Ok(*new.insert(id))
            }
        }
    }
}

/// Whether a global is this one of Python 3, by either of its names.
pub(super) fn is_global(graph: &Graph<'_>, id: NodeId, module: &str, name: &str) -> bool {
    graph
        .global(id)
        .is_some_and(|found| found == (module, name) || found == python2_name(module, name))
}
