//! When two graphs are the same.

use foldhash::quality::RandomState;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::digest::{self, Digests, Label};
use crate::graph::{Graph, Node, NodeId, NodeRef};

/// Text and bytes up to this length are compared as often as they are met.
const SHORT: usize = 64;

/// Two graphs are equal when Python could not tell their values apart by looking at them, short of
/// running methods of their classes:
///
/// - Numbers, text and bytes are compared by what they are: `1`, `1.0` and `True` differ, and so
///   do `0.0` and `-0.0`; NaN is equal to NaN with the same bits.
/// - Lists, tuples, dicts, sets, frozensets, bytearrays and objects are shared in one graph where
///   they are in the other, and have the same cycles. The empty tuple and the empty frozenset are
///   one each in Python, so they are not looked at that way.
/// - The order of dicts counts, as iterating and pickling show it; that of sets does not.
/// - Objects are made by the same opcode of equal callables and arguments, and then get equal
///   items and states.
/// - Offsets, the memo, the protocol, batches and nodes that nothing refers to do not count.
///
/// Members of one set that hold the same and are themselves shared with other sets are paired in
/// the order in which they come; graphs that differ only in such an order may be found unequal.
///
/// ```
/// use pickle_core::Graph;
///
/// let spelled = |pickle| Graph::from_slice(pickle).unwrap();
/// assert_eq!(spelled(b"(lp0\nI1\na."), spelled(b"\x80\x04]\x94K\x01a."));
/// assert_eq!(spelled(b"\x80\x04\x8f(K\x01K\x02\x90."), spelled(b"\x80\x04\x8f(K\x02K\x01\x90."));
/// // A list that is there twice, and two lists.
/// assert_ne!(spelled(b"](]2e."), spelled(b"](]]e."));
/// ```
impl PartialEq for Graph<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.root() == other.root()
    }
}

impl Eq for Graph<'_> {}

/// By value, as two graphs that have these nodes as their roots. For identity, see
/// [`NodeRef::ptr_eq`].
///
/// ```
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"](]]e.")?;
/// let (first, second) = (graph.root().index(0).unwrap(), graph.root().index(1).unwrap());
/// assert!(first == second && !first.ptr_eq(second));
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl PartialEq for NodeRef<'_, '_> {
    fn eq(&self, other: &Self) -> bool {
        Comparison::new(*self, *other).run()
    }
}

impl Eq for NodeRef<'_, '_> {}

/// Walks two graphs side by side.
struct Comparison<'g> {
    left: Side<'g>,
    right: Side<'g>,
    /// Pairs that were found alike and are expensive to compare again.
    compared: FxHashSet<(NodeId, NodeId)>,
    /// Pairs still to be compared.
    work: Vec<(NodeId, NodeId)>,
    /// Sets whose members are still to be paired. They wait until nothing else is to be done, as
    /// members that are met elsewhere are paired then.
    sets: Vec<(NodeId, NodeId)>,
}

/// One of the two graphs.
struct Side<'g> {
    graph: &'g Graph<'g>,
    root: NodeId,
    /// The nodes with identity that have their counterparts.
    partners: FxHashMap<NodeId, NodeId>,
    /// Only made when members of sets are more than atoms.
    digests: Option<Digests>,
}

impl<'g> Side<'g> {
    fn new(root: NodeRef<'g, 'g>) -> Side<'g> {
        let (graph, root) = (root.graph(), root.id());
        Side { graph, root, partners: FxHashMap::default(), digests: None }
    }

    /// The members of a set, in an order that does not depend on the one in the pickle.
    fn ranked(&mut self, set: NodeId, state: &RandomState) -> Vec<(u64, NodeId)> {
        let mut ranked: Vec<(u64, NodeId)> = self
            .graph
            .items(set)
            .iter()
            .map(|&member| (self.rank(member, state), member))
            .collect();
        ranked.sort_by_key(|&(rank, _)| rank);
        ranked
    }

    fn rank(&mut self, member: NodeId, state: &RandomState) -> u64 {
        let mut is_atom = true;
        self.graph.each_child(member, |_| is_atom = false);
        if is_atom {
            return digest::of_atom(self.graph, member, state);
        }
        let digests =
            self.digests.get_or_insert_with(|| Digests::new(self.graph, self.root, state));
        digests.get(member)
    }
}

impl<'g> Comparison<'g> {
    fn new(left: NodeRef<'g, 'g>, right: NodeRef<'g, 'g>) -> Comparison<'g> {
        Comparison {
            work: vec![(left.id(), right.id())],
            left: Side::new(left),
            right: Side::new(right),
            compared: FxHashSet::default(),
            sets: Vec::new(),
        }
    }

    fn run(mut self) -> bool {
        // The same on both sides, so that equal members rank equal.
        let state = RandomState::default();
        loop {
            while let Some((left, right)) = self.work.pop() {
                if !self.pair(left, right) {
                    return false;
                }
            }
            match self.sets.pop() {
                None => return true,
                Some((left, right)) if !self.pair_members(left, right, &state) => return false,
                Some(_) => {}
            }
        }
    }

    /// Compares two nodes without their children, which are put off.
    fn pair(&mut self, left: NodeId, right: NodeId) -> bool {
        let partner = self.left.partners.get(&left);
        if let Some(&partner) = partner {
            return partner == right;
        }
        if self.compared.contains(&(left, right)) {
            return true;
        }
        let label = Label::of(self.left.graph, left);
        if label != Label::of(self.right.graph, right) {
            return false;
        }
        if self.left.graph.has_identity(left) {
            self.left.partners.insert(left, right);
            if self.right.partners.insert(right, left).is_some() {
                return false;
            }
        } else if label.bytes().is_none_or(|bytes| bytes.len() > SHORT) {
            self.compared.insert((left, right));
        }
        match self.left.graph.node(left) {
            Node::Set(_) | Node::FrozenSet(_) => self.sets.push((left, right)),
            // Its label has its names.
            Node::Global { .. } => {}
            _ => {
                let mut children = Vec::new();
                self.left.graph.each_child(left, |child| children.push(child));
                let mut lefts = children.into_iter();
                // As many on the right, since the labels are equal.
                let work = &mut self.work;
                self.right.graph.each_child(right, |child| {
                    work.extend(lefts.next().map(|left| (left, child)));
                });
            }
        }
        true
    }

    /// Finds the counterpart of each member of a set. Whether they are equal is still to be seen.
    fn pair_members(&mut self, left: NodeId, right: NodeId, state: &RandomState) -> bool {
        let lefts = self.left.ranked(left, state);
        let rights = self.right.ranked(right, state);
        let ranks = |members: &[(u64, NodeId)]| -> Vec<u64> {
            members.iter().map(|&(rank, _)| rank).collect()
        };
        if ranks(&lefts) != ranks(&rights) {
            return false;
        }
        let mut from = 0;
        for alike in lefts.chunk_by(|a, b| a.0 == b.0) {
            let end = from + alike.len();
            let others = rights.get(from..end).unwrap_or_default();
            from = end;
            // Those that have a counterpart keep it; whether that is in this set, and not the
            // counterpart of another member, shows as those without are as many on both sides.
            let is_free = |side: &Side<'_>, id: NodeId| !side.partners.contains_key(&id);
            let bound = alike.iter().filter(|member| !is_free(&self.left, member.1));
            let others_bound: FxHashSet<NodeId> = others
                .iter()
                .map(|member| member.1)
                .filter(|&member| !is_free(&self.right, member))
                .collect();
            let mut count = 0;
            for (_, member) in bound {
                count += 1;
                let partner = self.left.partners.get(member);
                if !partner.is_some_and(|partner| others_bound.contains(partner)) {
                    return false;
                }
            }
            if count != others_bound.len() {
                return false;
            }
            let free = alike.iter().filter(|member| is_free(&self.left, member.1));
            let others = others.iter().filter(|member| is_free(&self.right, member.1));
            self.work.extend(free.zip(others).map(|(left, right)| (left.1, right.1)));
        }
        true
    }
}
