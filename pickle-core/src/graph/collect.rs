//! Dicts and sets: each key once.

use std::collections::HashMap;

use foldhash::quality::RandomState;
use rustc_hash::FxHashSet;

use crate::error::{Error, Result};
use crate::graph::key::Keys;
use crate::graph::table::Table;
use crate::graph::{Graph, Kind, Node, NodeId, Span};

/// Containers up to this many keys are searched one by one.
const SMALL: usize = 8;

/// How many sequences of keys are remembered.
const SHAPES: usize = 64;

/// Fills dicts and sets, and keeps what that needs until the pickle ends.
#[derive(Clone, Default)]
pub(crate) struct Collector {
    pub(super) keys: Keys,
    /// The containers filled by another collector whose keys this one knows too.
    adopted: FxHashSet<NodeId>,
    /// The tables of the containers that are not small.
    tables: HashMap<NodeId, Table, RandomState>,
    shapes: Shapes,
}

/// Dicts whose keys were found to be distinct.
///
/// Records of one kind have the same keys, and a pickler writes a key once and refers to it later.
/// When the keys of a dict are, node for node, those of an earlier one, there is nothing to check.
#[derive(Clone)]
struct Shapes([NodeId; SHAPES]);

impl Default for Shapes {
    fn default() -> Shapes {
        Shapes([NodeId::NONE; SHAPES])
    }
}

impl Shapes {
    fn slot<V: Copy + Into<NodeId>>(&mut self, entries: &[V]) -> Option<&mut NodeId> {
        let first: NodeId = (*entries.first()?).into();
        self.0.get_mut((first.index() ^ entries.len()) % SHAPES)
    }

    #[inline]
    fn knows<V: Copy + Into<NodeId>>(&mut self, graph: &Graph<'_>, entries: &[V]) -> bool {
        let Some(&mut known) = self.slot(entries) else { return false };
        let known = graph.entries(known);
        known.len() >= entries.len()
            && entries.len().is_multiple_of(2)
            && known.iter().step_by(2).zip(entries.iter().step_by(2)).all(|(&a, &b)| a == b.into())
    }
}

impl Collector {
    /// Stores keys and values (key, value, key, value) in a dict, or records them in an object.
    #[inline]
    pub(crate) fn set_items<V: Copy + Into<NodeId>>(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        entries: &[V],
    ) -> Result<()> {
        let slot = graph.slot(target);
        if slot.kind() == Kind::Dict && slot.is_bare() && self.shapes.knows(graph, entries) {
            return graph.fill_dict(target, entries.iter().map(|&part| part.into()));
        }
        self.set_new_items(graph, target, entries)
    }

    /// Stores what is in no dict of a known shape.
    #[inline(never)]
    fn set_new_items<V: Copy + Into<NodeId>>(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        entries: &[V],
    ) -> Result<()> {
        if !entries.len().is_multiple_of(2) {
            return Err(Error::malformed("an odd number of keys and values", "an even number"));
        }
        let slot = graph.slot(target);
        if slot.kind() != Kind::Dict {
            return graph.append_to_object(
                target,
                "a dict or an object",
                |items| &mut items.dict,
                entries.iter().map(|&part| part.into()),
            );
        }
        let fresh = graph.edges.children(slot.as_children()).is_empty();
        let (pairs, _) = entries.as_chunks::<2>();
        for &[key, value] in pairs {
            self.insert(graph, target, key.into(), Some(value.into()))?;
        }
        if fresh
            && entries.len() > 2
            && graph.entries(target).len() == entries.len()
            && let Some(slot) = self.shapes.slot(entries)
        {
            *slot = target;
        }
        Ok(())
    }

    /// Adds members to a set, or records them in an object.
    pub(crate) fn add_items<V: Copy + Into<NodeId>>(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        members: &[V],
    ) -> Result<()> {
        match graph.node(target) {
            Node::Set(_) => self.add_members(graph, target, members),
            _ => graph.append_to_object(
                target,
                "a set or an object",
                |items| &mut items.set,
                members.iter().map(|&member| member.into()),
            ),
        }
    }

    /// Adds members to a set or to a new frozenset.
    pub(crate) fn add_members<V: Copy + Into<NodeId>>(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        members: &[V],
    ) -> Result<()> {
        members
            .iter()
            .try_for_each(|&member| self.insert(graph, target, member.into(), None).map(|_| ()))
    }

    /// Gets to know the keys of a container that was filled by another collector.
    pub(super) fn adopt(&mut self, graph: &Graph<'_>, target: NodeId) -> Result<()> {
        if self.adopted.insert(target) {
            let width = graph.key_width(target);
            for &key in graph.edges.get(graph.span_of(target)).iter().step_by(width) {
                self.keys.key(graph, key)?;
            }
        }
        Ok(())
    }

    /// The place of a key among the keys of a container.
    pub(super) fn find(
        &mut self,
        graph: &Graph<'_>,
        target: NodeId,
        id: NodeId,
    ) -> Result<Option<usize>> {
        self.adopt(graph, target)?;
        let key = self.keys.key(graph, id)?;
        let mut keys =
            graph.edges.get(graph.span_of(target)).iter().step_by(graph.key_width(target));
        Ok(keys.position(|&other| {
            other == id || self.keys.equal(graph, self.keys.known(graph, other), key)
        }))
    }

    /// Whether two nodes are equal keys; what cannot be hashed equals nothing.
    pub(super) fn is_equal(&mut self, graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
        let hashable = self.keys.key(graph, a).is_ok() && self.keys.key(graph, b).is_ok();
        hashable && self.keys.equal(graph, self.keys.known(graph, a), self.keys.known(graph, b))
    }

    /// Stores one entry in a dict whose keys are known, and returns the value that was there.
    pub(super) fn set_entry(
        &mut self,
        graph: &mut Graph<'_>,
        dict: NodeId,
        key: NodeId,
        value: NodeId,
    ) -> Result<Option<NodeId>> {
        self.insert(graph, dict, key, Some(value))
    }

    /// Forgets where the keys of a container are, as they move.
    pub(super) fn forget_places(&mut self, target: NodeId) {
        self.tables.remove(&target);
    }

    /// Stores one key, with a value for a dict and without for a set. A key that is there already
    /// keeps its place and takes the new value; the old one is returned.
    fn insert(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        id: NodeId,
        value: Option<NodeId>,
    ) -> Result<Option<NodeId>> {
        let width = if value.is_some() { 2 } else { 1 };
        let span = graph.span_of(target);
        let key = self.keys.key(graph, id)?;
        let count = span.len() / width;
        let found = if count < SMALL {
            let known = graph.edges.get(span).iter().step_by(width);
            known.clone().position(|&other| other == id).or_else(|| {
                known
                    .clone()
                    .position(|&other| self.keys.equal(graph, self.keys.known(graph, other), key))
            })
        } else {
            let hash = self.keys.hash(graph, key);
            let table = self.tables.entry(target).or_insert_with(|| {
                let mut table = Table::default();
                for (position, &other) in (0..).zip(graph.edges.get(span).iter().step_by(width)) {
                    let hash = self.keys.hash(graph, self.keys.known(graph, other));
                    table.insert(hash, position);
                }
                table
            });
            let entries = graph.edges.get(span);
            let equal = |position: u32| {
                entries.get(position as usize * width).is_some_and(|&other| {
                    other == id || self.keys.equal(graph, self.keys.known(graph, other), key)
                })
            };
            let new = u32::try_from(count).unwrap_or(u32::MAX);
            table.find_or_insert(hash, new, equal).map(|position| position as usize)
        };
        match (found, value) {
            (Some(position), Some(value)) => Ok(graph.edges.set(span, position * width + 1, value)),
            (Some(_), None) => Ok(None),
            (None, Some(value)) => graph.append_to(target, [id, value].into_iter()).map(|()| None),
            (None, None) => graph.append_to(target, [id].into_iter()).map(|()| None),
        }
    }
}

impl Graph<'_> {
    /// How far one key of a container is from the next.
    fn key_width(&self, id: NodeId) -> usize {
        if let Node::Dict(_) = self.node(id) { 2 } else { 1 }
    }

    /// The span of a container.
    pub(super) fn span_of(&self, id: NodeId) -> Span {
        match self.node(id) {
            Node::Dict(span) | Node::Set(span) | Node::FrozenSet(span) => span,
            _ => Span::default(),
        }
    }
}
