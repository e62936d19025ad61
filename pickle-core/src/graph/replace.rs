//! Changes all over a graph.

use std::borrow::Cow;
use std::collections::HashMap;

use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::graph::key::Keys;
use crate::graph::{Graph, Kind, Node, NodeId, NodeRef, ObjectIndex, Slot, Stored};

/// Changes that look at every node once.
impl<'de> Graph<'de> {
    /// Puts out-of-band buffers into the graph, given in the order of the pickle: read-only ones
    /// become bytes, others a `bytearray`, as when they are pickled in band (PEP 574).
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x05\x97\x97\x98\x86.")?;
    /// graph.embed_buffers(&[b"ab", b"cd"])?;
    /// assert_eq!(format!("{graph:?}"), r#"(bytearray(b"ab"), b"cd")"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there are fewer buffers than the graph has, or a writable one is a key.
    pub fn embed_buffers(&mut self, buffers: &[&'de [u8]]) -> Result<()> {
        for id in self.ids() {
            let Node::Buffer { index, readonly } = self.node(id) else { continue };
            let buffer = usize::try_from(index).ok().and_then(|index| buffers.get(index));
            let Some(&buffer) = buffer else {
                let found = format!("{} buffers", buffers.len());
                return Err(Error::mismatch(found, format!("buffer {index} of the pickle")));
            };
            let node = if readonly { self.add_bytes(buffer)? } else { self.add_bytearray(buffer)? };
            self.replace(id, node)?;
            if self.root_id() == id {
                self.set_root(node)?;
            }
        }
        Ok(())
    }

    /// Puts a node in the place of another, wherever that is referred to, and returns how many
    /// references that changed.
    ///
    /// References that `new` itself is made of stay, so a value can be wrapped: those in its
    /// arguments and items, and in whatever else was built and is not yet part of the graph.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](K\x01](K\x02K\x03ee.")?;
    /// let inner = graph.root().at("[1]")?.id();
    /// let class = graph.add_global("collections", "deque")?;
    /// let deque = graph.add_call(class, [inner])?;
    /// graph.replace(inner, deque)?;
    /// assert_eq!(format!("{graph:?}"), "[1, collections.deque([2, 3])]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the new node cannot stand where the old one does: as a key that cannot be hashed or is
    /// there already, as a callable, as the name of a global. The graph is then as before.
    pub fn replace(&mut self, old: NodeId, new: NodeId) -> Result<usize> {
        let (old, new) = (self.checked(old)?, self.checked(new)?);
        if old == new {
            return Ok(0);
        }
        let kept = self.parts_of_new(new);
        // Which reference of which node.
        let mut changed: Vec<(NodeId, usize)> = Vec::new();
        for id in self.ids().filter(|id| !kept.contains(id)) {
            let mut place = 0;
            self.each_reference_mut(id, |reference| {
                if *reference == old {
                    *reference = new;
                    changed.push((id, place));
                }
                place += 1;
            });
        }
        let mut nodes: Vec<NodeId> = changed.iter().map(|&(id, _)| id).collect();
        nodes.dedup();
        let checked = nodes.iter().try_for_each(|&id| self.check(id));
        if let Err(error) = checked.and_then(|()| self.check_keys()) {
            let changed: FxHashSet<(NodeId, usize)> = changed.into_iter().collect();
            for id in nodes {
                let mut place = 0;
                self.each_reference_mut(id, |reference| {
                    if changed.contains(&(id, place)) {
                        *reference = old;
                    }
                    place += 1;
                });
            }
            return Err(error);
        }
        let mut count = changed.len();
        if self.root == old {
            self.root = new;
            count += 1;
        }
        self.collector = None;
        Ok(count)
    }

    /// What a new node is made of: what it needs to exist, and what only it leads to.
    fn parts_of_new(&self, new: NodeId) -> FxHashSet<NodeId> {
        let known: FxHashSet<NodeId> = self.root().walk().map(NodeRef::id).collect();
        let mut parts = self.bases(new);
        let mut work = vec![new];
        let mut seen = FxHashSet::default();
        while let Some(id) = work.pop() {
            if !known.contains(&id) && seen.insert(id) {
                self.each_child(id, |child| work.push(child));
            }
        }
        parts.extend(seen);
        parts
    }

    /// Gives classes and functions other names: for when they moved. The function gets the module
    /// and the qualified name as they are in the pickle, and returns other ones or `None`; how many
    /// it renamed is returned.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"](cold.models\nUser\n)\x81cdecimal\nDecimal\n)Re.")?;
    /// let count = graph.rename_globals(|module, name| {
    ///     (module == "old.models").then(|| ("new.models".to_owned(), name.to_owned()))
    /// })?;
    /// assert_eq!(count, 1);
    /// assert_eq!(format!("{graph:?}"), "[new new.models.User(), decimal.Decimal()]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When two keys of a dict, or members of a set, are then the same. The graph is then as before.
    pub fn rename_globals(
        &mut self,
        mut rename: impl FnMut(&str, &str) -> Option<(String, String)>,
    ) -> Result<usize> {
        let mut names: HashMap<(String, String), Option<Slot>> = HashMap::new();
        let mut before: Vec<(NodeId, Slot)> = Vec::new();
        for id in self.ids() {
            let Some((module, name)) = self.global(id) else { continue };
            let key = (module.to_owned(), name.to_owned());
            let renamed = match names.get(&key) {
                Some(known) => *known,
                None => {
                    let renamed = match rename(module, name) {
                        Some((module, name)) => {
                            let (module, name) = (self.add_str(module)?, self.add_str(name)?);
                            Some(self.global_of(module, name)?)
                        }
                        None => None,
                    };
                    names.insert(key, renamed);
                    renamed
                }
            };
            if let Some(renamed) = renamed {
                before.push((id, self.slot(id)));
                self.set_slot(id, renamed);
            }
        }
        let count = before.len();
        if let Err(error) = self.check_keys() {
            for (id, global) in before {
                self.set_slot(id, global);
            }
            return Err(error);
        }
        self.collector = None;
        Ok(count)
    }

    /// The same graph with nothing borrowed from the pickle.
    ///
    /// ```
    /// use pickle_core::{Graph, Result};
    ///
    /// fn load(pickle: Vec<u8>) -> Result<Graph<'static>> {
    ///     Ok(Graph::from_slice(&pickle)?.into_owned())
    /// }
    /// assert_eq!(load(b"\x8c\x01a.".to_vec())?.root().as_str(), Some("a"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn into_owned(self) -> Graph<'static> {
        Graph {
            input: Cow::Owned(self.input.into_owned()),
            slots: self.slots,
            stored: self.stored.into_iter().map(Stored::into_owned).collect(),
            numbers: self.numbers,
            edges: self.edges,
            objects: self.objects,
            object_items: self.object_items,
            root: self.root,
            protocol: self.protocol,
            memoized: self.memoized,
            collector: self.collector,
        }
    }

    /// The ids of all nodes that there are now.
    pub(crate) fn ids(&self) -> impl Iterator<Item = NodeId> + Clone + use<> {
        (0..u32::try_from(self.len()).unwrap_or(u32::MAX)).map(NodeId)
    }

    /// Visits the references of a node, to exchange them.
    pub(super) fn each_reference_mut(&mut self, id: NodeId, mut visit: impl FnMut(&mut NodeId)) {
        let slot = self.slot(id);
        match slot.kind() {
            Kind::List | Kind::Tuple | Kind::Set | Kind::FrozenSet | Kind::Dict => {
                let span = self.edges.span(slot.as_children());
                self.edges.get_mut(span).iter_mut().for_each(visit);
            }
            Kind::Global => {
                let before = self.names_of(slot);
                let mut names = before;
                names.iter_mut().for_each(visit);
                // Other globals may have the same entry.
                if names != before
                    && let Ok(slot) = self.global_of(names[0], names[1])
                {
                    self.set_slot(id, slot);
                }
            }
            Kind::Persistent => {
                let mut name = slot.as_id();
                visit(&mut name);
                self.set_slot(id, Slot::persistent(name));
            }
            Kind::Object => self.each_part_mut(slot.as_object().0, visit),
            _ => {}
        }
    }

    /// Visits the references of an object.
    fn each_part_mut(&mut self, index: ObjectIndex, mut visit: impl FnMut(&mut NodeId)) {
        let Some(object) = self.objects.get_mut(index.0 as usize) else { return };
        let mut items = self.object_items.get_mut(object.items as usize);
        visit(&mut object.callable);
        visit(&mut object.args);
        let kwargs = items.as_mut().map(|items| &mut items.kwargs);
        for part in kwargs.into_iter().chain([&mut object.state]) {
            if *part != NodeId::NONE {
                visit(part);
            }
        }
        let Some(items) = items else { return };
        for span in [items.states, items.list, items.dict, items.set, items.setters] {
            self.edges.get_mut(span).iter_mut().for_each(&mut visit);
        }
    }

    /// Whether the references of a node are to what may stand there, keys apart.
    fn check(&self, id: NodeId) -> Result<()> {
        match self.node(id) {
            Node::Global { module, name } => {
                for id in [module, name] {
                    if !matches!(self.node(id), Node::Str(_)) {
                        return Err(self.wrong(id, "a str as the name of a global"));
                    }
                }
                Ok(())
            }
            Node::Object(_) => {
                let Some(object) = self.object(id) else { return Ok(()) };
                let (callable, args) = (object.callable(), object.args());
                self.check_call(object.how(), callable, args, object.kwargs())?;
                let is_setter = |&call: &NodeId| {
                    self.object(call).is_some_and(|call| self.items(call.args()).len() == 2)
                };
                match object.setters().iter().find(|call| !is_setter(call)) {
                    Some(&call) => Err(self.wrong(call, "the call of a state setter")),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Whether the keys of each dict, and the members of each set, are distinct and hashable.
    fn check_keys(&self) -> Result<()> {
        let mut keys = Keys::default();
        for id in self.ids() {
            let width = match self.node(id) {
                Node::Dict(_) => 2,
                Node::Set(_) | Node::FrozenSet(_) => 1,
                _ => continue,
            };
            let ids = self.edges.get(self.span_of(id)).iter().step_by(width).copied();
            keys.check_distinct(self, ids).map_err(|error| self.locate(id, error))?;
        }
        Ok(())
    }
}
