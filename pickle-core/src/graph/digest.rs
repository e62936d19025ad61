//! Numbers that are equal for nodes that hold the same.

use std::hash::{BuildHasher, Hash, Hasher};

use crate::graph::{Graph, How, Node, NodeId, NodeRef};
use foldhash::quality::RandomState;

/// How often the nodes of a cycle look at their neighbours.
const ROUNDS: usize = 16;

/// What a node is without its children, but with how many it has.
#[derive(PartialEq, Eq, Hash)]
pub(super) enum Label<'g> {
    None,
    Bool(bool),
    Int(i64),
    /// By its bits.
    Float(u64),
    Long(&'g [u8]),
    Str(&'g [u8]),
    Wtf8(&'g [u8]),
    Str8(&'g [u8]),
    Bytes(&'g [u8]),
    ByteArray(&'g [u8]),
    List(usize),
    Tuple(usize),
    Set(usize),
    FrozenSet(usize),
    Dict(usize),
    Global(&'g str, &'g str),
    Extension(i32),
    Persistent,
    Buffer(u32, bool),
    Object {
        how: How,
        has_kwargs: bool,
        counts: [usize; 5],
        states_before: usize,
    },
}

impl<'g> Label<'g> {
    pub(super) fn of(graph: &'g Graph<'_>, id: NodeId) -> Label<'g> {
        let count = || graph.items(id).len();
        match graph.node(id) {
            Node::None => Label::None,
            Node::Bool(bool) => Label::Bool(bool),
            Node::Int(number) => Label::Int(number),
            Node::Float(number) => Label::Float(number.to_bits()),
            Node::Long(bytes) => Label::Long(bytes),
            Node::Str(text) => Label::Str(text.as_bytes()),
            Node::Wtf8(bytes) => Label::Wtf8(bytes),
            Node::Str8(bytes) => Label::Str8(bytes),
            Node::Bytes(bytes) => Label::Bytes(bytes),
            Node::ByteArray(bytes) => Label::ByteArray(bytes),
            Node::List(_) => Label::List(count()),
            Node::Tuple(_) => Label::Tuple(count()),
            Node::Set(_) => Label::Set(count()),
            Node::FrozenSet(_) => Label::FrozenSet(count()),
            Node::Dict(_) => Label::Dict(graph.entries(id).len()),
            Node::Global { .. } => {
                let (module, name) = graph.global(id).unwrap_or_default();
                Label::Global(module, name)
            }
            Node::Extension(code) => Label::Extension(code),
            Node::Persistent(_) => Label::Persistent,
            Node::Buffer { index, readonly } => Label::Buffer(index, readonly),
            Node::Object(_) => Label::of_object(graph, id),
        }
    }

    fn of_object(graph: &'g Graph<'_>, id: NodeId) -> Label<'g> {
        let Some(object) = graph.object(id) else { return Label::None };
        Label::Object {
            how: object.how(),
            has_kwargs: object.kwargs().is_some(),
            counts: [
                object.list_items().len(),
                object.dict_items().len(),
                object.set_items().len(),
                object.states().len(),
                object.setters().len(),
            ],
            states_before: object.states_before_items(),
        }
    }

    /// Its text or bytes, if it is made of them.
    pub(super) fn bytes(&self) -> Option<&'g [u8]> {
        match *self {
            Label::Long(bytes) | Label::Str(bytes) | Label::Wtf8(bytes) => Some(bytes),
            Label::Str8(bytes) | Label::Bytes(bytes) | Label::ByteArray(bytes) => Some(bytes),
            Label::Persistent => None,
            _ => Some(&[]),
        }
    }
}

/// The digest of a node without children.
pub(super) fn of_atom(graph: &Graph<'_>, id: NodeId, state: &RandomState) -> u64 {
    state.hash_one(Label::of(graph, id))
}

/// The digests of all that a node leads to.
///
/// Equal nodes have equal digests. Nodes that differ have different ones as a rule; exceptions are
/// those in large cycles that differ only far away.
pub(super) struct Digests(Vec<u64>);

impl Digests {
    pub(super) fn new(graph: &Graph<'_>, root: NodeId, state: &RandomState) -> Digests {
        let mut digests = Digests(vec![0; graph.len()]);
        let references = references(graph, root);
        components(graph, root, |component| {
            // An identity that is shared differs from one that is not.
            let label =
                |id: NodeId| state.hash_one((Label::of(graph, id), references.get(id.index())));
            let labels: Vec<u64> = component.iter().map(|&id| label(id)).collect();
            digests.set(component, &labels);
            // What is outside of the component has its digests, so one round is all that a node
            // without a cycle needs.
            for _ in 0..component.len().min(ROUNDS) {
                let round: Vec<u64> = component
                    .iter()
                    .zip(&labels)
                    .map(|(&id, &label)| digests.combined(graph, id, label, state))
                    .collect();
                digests.set(component, &round);
            }
        });
        digests
    }

    pub(super) fn get(&self, id: NodeId) -> u64 {
        self.0.get(id.index()).copied().unwrap_or(0)
    }

    fn set(&mut self, ids: &[NodeId], digests: &[u64]) {
        for (id, &digest) in ids.iter().zip(digests) {
            if let Some(known) = self.0.get_mut(id.index()) {
                *known = digest;
            }
        }
    }

    /// The digest of a node from those of its children.
    fn combined(&self, graph: &Graph<'_>, id: NodeId, label: u64, state: &RandomState) -> u64 {
        let mut hasher = state.build_hasher();
        label.hash(&mut hasher);
        if let Node::Set(_) | Node::FrozenSet(_) = graph.node(id) {
            // Whatever the order of the members.
            let mut sum = 0u64;
            graph.each_child(id, |child| sum = sum.wrapping_add(state.hash_one(self.get(child))));
            sum.hash(&mut hasher);
        } else {
            graph.each_child(id, |child| self.get(child).hash(&mut hasher));
        }
        hasher.finish()
    }
}

/// How many references there are to each node with identity. Those of persistent ids do not count,
/// as it does not matter how many nodes spell the same one.
fn references(graph: &Graph<'_>, root: NodeId) -> Vec<u32> {
    let mut references = vec![0u32; graph.len()];
    for node in NodeRef::new(graph, root).walk() {
        if !matches!(node.node(), Node::Persistent(_)) {
            graph.each_child(node.id(), |child| {
                if let Some(count) = references.get_mut(child.index())
                    && graph.has_identity(child)
                {
                    *count += 1;
                }
            });
        }
    }
    references
}

/// A node whose children are being visited.
struct Frame {
    order: u32,
    /// The first node that it is known to lead to.
    low: u32,
    /// Where its children begin among those that are to be visited.
    children: usize,
    /// Where its component begins among the nodes without one.
    open: usize,
}

/// Visits the strongly connected components, each after all that it leads to (Tarjan's algorithm
/// without recursion).
fn components(graph: &Graph<'_>, root: NodeId, mut visit: impl FnMut(&[NodeId])) {
    const NEW: u32 = 0;
    /// Of nodes that have a component.
    const DONE: u32 = u32::MAX;
    let mut orders = vec![NEW; graph.len()];
    let mut last = NEW;
    let mut open: Vec<NodeId> = Vec::new();
    let mut children: Vec<NodeId> = Vec::new();
    let mut frames: Vec<Frame> = Vec::new();
    let mut next = Some(root);
    loop {
        if let Some(id) = next.take() {
            last += 1;
            let order = last;
            orders.get_mut(id.index()).into_iter().for_each(|known| *known = order);
            let (first, place) = (children.len(), open.len());
            frames.push(Frame { order, low: order, children: first, open: place });
            open.push(id);
            graph.each_child(id, |child| children.push(child));
        }
        let Some(frame) = frames.last_mut() else { return };
        let child = if children.len() > frame.children { children.pop() } else { None };
        if let Some(child) = child {
            match orders.get(child.index()) {
                Some(&NEW) => next = Some(child),
                Some(&DONE) | None => {}
                Some(&order) => frame.low = frame.low.min(order),
            }
            continue;
        }
        let &mut Frame { order, low, open: place, .. } = frame;
        frames.pop();
        if let Some(parent) = frames.last_mut() {
            parent.low = parent.low.min(low);
        }
        if low == order {
            let component = open.split_off(place);
            for id in &component {
                orders.get_mut(id.index()).into_iter().for_each(|known| *known = DONE);
            }
            visit(&component);
        }
    }
}
