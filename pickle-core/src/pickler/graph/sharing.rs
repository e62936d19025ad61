//! What is memoized, and what is one value.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{Graph, How, Node, NodeId};
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;

/// What a profile has to know of a graph before it is written.
pub(super) struct Sharing {
    rule: Rule,
    /// Where a text, bytes or a global stands for all that are equal to it.
    representatives: FxHashMap<NodeId, NodeId>,
    /// The members of sets, in an order that does not depend on where they come from.
    sorted: FxHashMap<NodeId, Vec<NodeId>>,
    /// How often each node is met, if that matters for buffers, which no profile memoizes otherwise.
    counts: Vec<u8>,
}

enum Rule {
    /// Everything, but for what `CPython` writes without its `save`.
    All { except: FxHashSet<NodeId> },
    /// What is referred to more than once.
    Needed,
}

impl Sharing {
    pub(super) fn new(graph: &Graph<'_>, profile: Profile, protocol: Protocol) -> Sharing {
        let mut sharing = Sharing {
            rule: Rule::All { except: FxHashSet::default() },
            representatives: FxHashMap::default(),
            sorted: FxHashMap::default(),
            counts: Vec::new(),
        };
        let is_canonical = profile == Profile::Canonical;
        let is_buffer = |id| matches!(graph.node(id), Node::Buffer { .. });
        let mut except = FxHashSet::default();
        if is_canonical {
            sharing.representatives = graph.equal_atoms();
            sharing.sort_sets(graph);
        } else if protocol < Protocol::V4 {
            except = unsaved(graph);
        }
        if is_canonical || !except.is_empty() || graph.ids().any(is_buffer) {
            sharing.count(graph, protocol);
        }
        // Graphs that no `CPython` pickled may refer to those, too.
        except.retain(|&id| graph.object(id).is_none() || !sharing.is_shared(id));
        sharing.rule = if is_canonical { Rule::Needed } else { Rule::All { except } };
        if is_canonical {
            sharing.add_cycles(graph);
            if protocol < Protocol::V4 {
                sharing.add_calls_of_getattr(graph);
            }
        }
        sharing
    }

    /// The node that is written in the place of another.
    #[inline]
    pub(super) fn representative(&self, id: NodeId) -> NodeId {
        if self.representatives.is_empty() {
            return id;
        }
        self.representatives.get(&id).copied().unwrap_or(id)
    }

    /// Whether a node is put into the memo.
    #[inline]
    pub(super) fn memoizes(&self, id: NodeId) -> bool {
        match &self.rule {
            Rule::All { except } => except.is_empty() || !except.contains(&id),
            Rule::Needed => self.is_shared(id),
        }
    }

    /// Whether a node is referred to more than once, if that was counted.
    pub(super) fn is_shared(&self, id: NodeId) -> bool {
        self.counts.get(id.index()).is_some_and(|&count| count > 1)
    }

    /// The members of a set, in the order in which they are written.
    pub(super) fn members<'s>(&'s self, graph: &'s Graph<'_>, id: NodeId) -> &'s [NodeId] {
        self.sorted.get(&id).map_or_else(|| graph.items(id), Vec::as_slice)
    }

    /// Counts how often each node is met on a walk that enters each once, but what has no place
    /// in the memo twice: it is written anew each time, and refers to its parts again.
    fn count(&mut self, graph: &Graph<'_>, protocol: Protocol) {
        let mut counts = vec![0_u8; graph.len()];
        let mut work = vec![graph.root_id()];
        while let Some(id) = work.pop() {
            let id = self.representative(id);
            let Some(count) = counts.get_mut(id.index()) else { continue };
            *count = count.saturating_add(1);
            let enters = match graph.node(id) {
                Node::Global { .. } => *count == 1 && protocol >= Protocol::V4,
                Node::Persistent(_) => *count <= 2,
                _ => *count == 1,
            };
            if enters {
                graph.each_child(id, |child| work.push(child));
            }
        }
        self.counts = counts;
    }

    /// Counts everything on a cycle as shared if a tuple, frozenset or call may be: those come into
    /// the memo after their parts, which end a cycle only if they are in the memo before.
    fn add_cycles(&mut self, graph: &Graph<'_>) {
        let is_late = |id: NodeId| {
            matches!(graph.node(id), Node::Tuple(_) | Node::FrozenSet(_) | Node::Object(_))
        };
        if graph.ids().any(|id| is_late(id) && self.is_shared(id)) {
            graph.on_cycles().into_iter().for_each(|id| self.share(id));
        }
    }

    fn add_calls_of_getattr(&mut self, graph: &Graph<'_>) {
        let mut memoized: FxHashSet<NodeId> = FxHashSet::default();
        for object in graph.ids().filter_map(|id| graph.object(id)) {
            if is_getattr(graph, object.callable()) {
                if memoized.is_empty() {
                    memoized.extend(graph.memoized());
                }
                if memoized.contains(&object.args()) {
                    self.share(object.args());
                }
            }
        }
    }

    fn share(&mut self, id: NodeId) {
        if let Some(count) = self.counts.get_mut(id.index()) {
            *count = 2;
        }
    }

    fn sort_sets(&mut self, graph: &Graph<'_>) {
        let is_set = |id: &NodeId| matches!(graph.node(*id), Node::Set(_) | Node::FrozenSet(_));
        for id in graph.ids().filter(is_set) {
            let mut members = graph.items(id).to_vec();
            members.sort_by_cached_key(|&member| graph.sort_key(member));
            self.sorted.insert(id, members);
        }
    }
}

/// The nodes that a pickle refers to nowhere and that `CPython` leaves out of the memo below
/// protocol 4: the steps of `getattr` that lead to a nested class, and what `NEWOBJ_EX` becomes.
fn unsaved(graph: &Graph<'_>) -> FxHashSet<NodeId> {
    let is_spelled_out =
        |id| is_getattr(graph, id) || graph.global(id) == Some(("functools", "partial"));
    let mut unsaved = FxHashSet::default();
    let mut memoized = FxHashSet::default();
    for id in graph.ids() {
        let Some(object) = graph.object(id) else { continue };
        let is_call = object.how() == How::Reduce
            && (is_spelled_out(object.callable())
                || graph.object(object.callable()).is_some_and(|it| is_spelled_out(it.callable())));
        if !is_call {
            continue;
        }
        if memoized.is_empty() {
            memoized.extend(graph.memoized().iter().copied());
        }
        let arguments = graph.items(object.args()).iter().copied();
        let globals = arguments.filter(|&id| matches!(graph.node(id), Node::Global { .. }));
        let parts = [id, object.args()].into_iter().chain(globals);
        unsaved.extend(parts.filter(|id| !memoized.contains(id)));
    }
    unsaved
}

fn is_getattr(graph: &Graph<'_>, id: NodeId) -> bool {
    matches!(graph.global(id), Some(("builtins" | "__builtin__", "getattr")))
}
