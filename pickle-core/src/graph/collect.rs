//! Dicts and sets: each key once.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::error::{Error, Result};
use crate::graph::key::Keys;
use crate::graph::table::Table;
use crate::graph::{Graph, Node, NodeId, Span};

/// Containers up to this many keys are searched one by one.
const SMALL: usize = 8;

/// How many sequences of keys are remembered.
const SHAPES: usize = 64;

/// Fills dicts and sets, and keeps what that needs until the pickle ends.
#[derive(Default)]
pub(crate) struct Collector {
    keys: Keys,
    /// The tables of the containers that are not small.
    tables: HashMap<NodeId, Table, RandomState>,
    shapes: Shapes,
}

/// Dicts whose keys were found to be distinct.
///
/// Records of one kind have the same keys, and a pickler writes a key once and refers to it later.
/// When the keys of a dict are, node for node, those of an earlier one, there is nothing to check.
struct Shapes([NodeId; SHAPES]);

impl Default for Shapes {
    fn default() -> Shapes {
        Shapes([NodeId::NONE; SHAPES])
    }
}

impl Shapes {
    fn slot(&mut self, entries: &[NodeId]) -> Option<&mut NodeId> {
        let first = entries.first()?.index();
        self.0.get_mut((first ^ entries.len()) % SHAPES)
    }

    fn knows(&mut self, graph: &Graph<'_>, entries: &[NodeId]) -> bool {
        let Some(&mut known) = self.slot(entries) else { return false };
        let known = graph.entries(known);
        known.len() >= entries.len()
            && known.iter().step_by(2).zip(entries.iter().step_by(2)).all(|(a, b)| a == b)
    }
}

impl Collector {
    /// Stores keys and values (key, value, key, value) in a dict, or records them in an object.
    pub(crate) fn set_items(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        entries: &[NodeId],
    ) -> Result<()> {
        if !entries.len().is_multiple_of(2) {
            return Err(Error::malformed("an odd number of keys and values", "an even number"));
        }
        let Node::Dict(span) = *graph.node(target) else {
            return graph.append_to_object(
                target,
                "a dict or an object",
                |items| &mut items.dict,
                entries.iter().copied(),
            );
        };
        let fresh = span.is_empty();
        if fresh && self.shapes.knows(graph, entries) {
            return graph.append_to(target, entries);
        }
        let (pairs, _) = entries.as_chunks::<2>();
        for &[key, value] in pairs {
            self.insert(graph, target, key, Some(value))?;
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
    pub(crate) fn add_items(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        members: &[NodeId],
    ) -> Result<()> {
        match graph.node(target) {
            Node::Set(_) => self.add_members(graph, target, members),
            _ => graph.append_to_object(
                target,
                "a set or an object",
                |items| &mut items.set,
                members.iter().copied(),
            ),
        }
    }

    /// Adds members to a set or to a new frozenset.
    pub(crate) fn add_members(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        members: &[NodeId],
    ) -> Result<()> {
        members.iter().try_for_each(|&member| self.insert(graph, target, member, None))
    }

    /// Stores one key, with a value for a dict and without for a set. A key that is there already
    /// keeps its place and takes the new value.
    fn insert(
        &mut self,
        graph: &mut Graph<'_>,
        target: NodeId,
        id: NodeId,
        value: Option<NodeId>,
    ) -> Result<()> {
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
            match table.find(hash, equal) {
                Some(position) => Some(position as usize),
                None => {
                    table.insert(hash, u32::try_from(count).unwrap_or(u32::MAX));
                    None
                }
            }
        };
        match (found, value) {
            (Some(position), Some(value)) => {
                graph.edges.set(span, position * width + 1, value);
                Ok(())
            }
            (Some(_), None) => Ok(()),
            (None, Some(value)) => graph.append_to(target, &[id, value]),
            (None, None) => graph.append_to(target, &[id]),
        }
    }
}

impl Graph<'_> {
    /// The span of a container.
    fn span_of(&self, id: NodeId) -> Span {
        match *self.node(id) {
            Node::Dict(span) | Node::Set(span) | Node::FrozenSet(span) => span,
            _ => Span::default(),
        }
    }

    /// Adds to the span of a container, without a look at keys.
    fn append_to(&mut self, id: NodeId, items: &[NodeId]) -> Result<()> {
        match self.nodes.get_mut(id.index()) {
            Some(Node::Dict(span) | Node::Set(span) | Node::FrozenSet(span)) => {
                self.edges.append(span, items.iter().copied())
            }
            _ => Ok(()),
        }
    }
}
