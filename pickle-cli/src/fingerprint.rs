//! Numbers that tell values apart at a glance.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::mem::discriminant;

use pickle_core::{Graph, Node, NodeId, NodeRef};

use crate::walk::{Step, Walk, bytes_of, has_parts};

/// How deep values are looked into.
const DEPTH: usize = 4;

/// One number for each value of a graph: equal for equal values, and for those that differ only
/// further inside.
pub(crate) struct Fingerprints(Vec<u64>);

impl Fingerprints {
    pub(crate) fn new(graph: &Graph<'_>) -> Fingerprints {
        let ids: Vec<NodeId> = graph.root().walk().map(NodeRef::id).collect();
        let mut prints = Fingerprints(vec![0; graph.len()]);
        for &id in &ids {
            prints.set(id, of_label(graph, id));
        }
        for _ in 0..DEPTH {
            let next: Vec<(NodeId, u64)> = ids
                .iter()
                .filter(|&&id| has_parts(graph.node(id)))
                .map(|&id| (id, prints.with_parts(graph, id)))
                .collect();
            for (id, print) in next {
                prints.set(id, print);
            }
        }
        prints
    }

    pub(crate) fn get(&self, id: NodeId) -> u64 {
        self.0.get(id.index()).copied().unwrap_or(0)
    }

    fn set(&mut self, id: NodeId, print: u64) {
        self.0.get_mut(id.index()).into_iter().for_each(|slot| *slot = print);
    }

    fn with_parts(&self, graph: &Graph<'_>, id: NodeId) -> u64 {
        let mut hasher = DefaultHasher::new();
        of_label(graph, id).hash(&mut hasher);
        let is_set = matches!(graph.node(id), Node::Set(_) | Node::FrozenSet(_));
        // Whatever the order of the members.
        let mut sum = 0u64;
        let mut walk = Walk::new(graph);
        walk.open(id);
        for step in walk {
            match step {
                Step::Child(_, _, child) if is_set => sum = sum.wrapping_add(self.get(child)),
                Step::Child(_, _, child) => self.get(child).hash(&mut hasher),
                Step::Begin(_, _, count) => count.hash(&mut hasher),
                Step::End(..) | Step::Close(_) => {}
            }
        }
        sum.hash(&mut hasher);
        hasher.finish()
    }
}

/// The number of a value without its parts.
fn of_label(graph: &Graph<'_>, id: NodeId) -> u64 {
    let mut hasher = DefaultHasher::new();
    let node = graph.node(id);
    discriminant(&node).hash(&mut hasher);
    bytes_of(node).hash(&mut hasher);
    match node {
        Node::Bool(bool) => bool.hash(&mut hasher),
        Node::Int(number) => number.hash(&mut hasher),
        Node::Float(number) => number.to_bits().hash(&mut hasher),
        Node::Extension(code) => code.hash(&mut hasher),
        Node::Global { .. } => graph.global(id).hash(&mut hasher),
        Node::Buffer { index, .. } => index.hash(&mut hasher),
        _ => {}
    }
    hasher.finish()
}
