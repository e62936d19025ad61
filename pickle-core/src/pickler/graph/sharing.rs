//! What is memoized, and what is one value.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{Atoms, Graph, How, Kind, Node, NodeId};
use crate::pickler::graph::Profile;
use crate::protocol::Protocol;

/// What a profile has to know of a graph before it is written.
pub(super) struct Sharing {
    rule: Rule,
    /// For each text, bytes and global the first that is equal, where that is another one, plus one;
    /// nothing if there is no such pair. What is not met twice is not written here, so that no
    /// memory is.
    representatives: Vec<u32>,
    /// The members of sets, in an order that does not depend on where they come from.
    sorted: FxHashMap<NodeId, Vec<NodeId>>,
    /// How often each node is met that can be in a memo, if that matters: for the canonical profile,
    /// and for buffers, which no profile memoizes otherwise.
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
            representatives: Vec::new(),
            sorted: FxHashMap::default(),
            counts: Vec::new(),
        };
        let is_canonical = profile == Profile::Canonical;
        let kinds = graph.kinds();
        let has_any = |some: &[Kind]| some.iter().any(|&kind| kinds.has(kind));
        let mut except = FxHashSet::default();
        if is_canonical && has_any(&[Kind::Set, Kind::FrozenSet]) {
            sharing.sort_sets(graph);
        }
        if !is_canonical && protocol < Protocol::V4 && kinds.has(Kind::Object) {
            except = unsaved(graph);
        }
        if is_canonical || !except.is_empty() || kinds.has(Kind::Buffer) {
            sharing.count(graph, protocol, is_canonical);
        }
        // Graphs that no `CPython` pickled may refer to those, too.
        except.retain(|&id| graph.object(id).is_none() || !sharing.is_shared(id));
        sharing.rule = if is_canonical { Rule::Needed } else { Rule::All { except } };
        if is_canonical && has_any(&[Kind::Tuple, Kind::FrozenSet, Kind::Object]) {
            sharing.add_cycles(graph);
        }
        if is_canonical && protocol < Protocol::V4 && kinds.has(Kind::Object) {
            sharing.add_calls_of_getattr(graph);
        }
        sharing
    }

    /// The node that is written in the place of another.
    #[inline]
    pub(super) fn representative(&self, id: NodeId) -> NodeId {
        let known = self.representatives.get(id.index()).and_then(|place| place.checked_sub(1));
        known.map_or(id, NodeId)
    }

    /// Whether a node is known to be met once, so that nothing has to be remembered of it: it is
    /// not in the memo, is its own representative, and lies on no cycle.
    #[inline]
    pub(super) fn is_met_once(&self, id: NodeId) -> bool {
        matches!(self.rule, Rule::Needed) && self.counts.get(id.index()) == Some(&1)
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

    /// Counts how often each node is met on a walk, and on the way finds the equal texts, bytes and
    /// globals if the profile `unifies` them. The walk enters each node once, but what has no place
    /// in the memo twice: it is written anew each time, and refers to its parts again.
    fn count(&mut self, graph: &Graph<'_>, protocol: Protocol, unifies: bool) {
        self.counts = vec![0; graph.len()];
        let mut atoms = unifies.then(Atoms::default);
        let mut work = Vec::new();
        let mut meet = |id, work: &mut Vec<NodeId>| self.meet(graph, id, &mut atoms, work);
        meet(graph.root_id(), &mut work);
        while let Some(id) = work.pop() {
            match graph.kind(id) {
                Kind::List | Kind::Tuple => {
                    graph.items(id).iter().for_each(|&item| meet(item, &mut work));
                }
                Kind::Dict => graph.entries(id).iter().for_each(|&part| meet(part, &mut work)),
                Kind::Global if protocol < Protocol::V4 => {}
                _ => graph.each_child(id, |child| meet(child, &mut work)),
            }
        }
    }

    /// Counts a node; one that was not met before and has children is put to the work.
    #[inline]
    fn meet(
        &mut self,
        graph: &Graph<'_>,
        id: NodeId,
        atoms: &mut Option<Atoms>,
        work: &mut Vec<NodeId>,
    ) {
        let kind = graph.kind(id);
        if matches!(kind, Kind::None | Kind::Bool | Kind::Int | Kind::Long | Kind::Float) {
            return;
        }
        match self.counts.get_mut(id.index()) {
            Some(0) => self.meet_new(graph, id, kind, atoms, work),
            Some(count) => {
                if *count == 1 && kind == Kind::Persistent {
                    work.push(id);
                }
                *count = count.saturating_add(1);
            }
            None => {}
        }
    }

    /// Counts a node that was not met before, or the one that is written in its place.
    fn meet_new(
        &mut self,
        graph: &Graph<'_>,
        id: NodeId,
        kind: Kind,
        atoms: &mut Option<Atoms>,
        work: &mut Vec<NodeId>,
    ) {
        let is_text = matches!(kind, Kind::Str | Kind::Wtf8 | Kind::Str8 | Kind::Bytes);
        let mut id = id;
        if let Some(atoms) = atoms
            && (is_text || kind == Kind::Global)
        {
            let known = self.representative(id);
            if known != id {
                id = known;
            } else if let Some(known) = atoms.find_or_insert(graph, id) {
                self.represent(id, known);
                id = known;
            }
        }
        let Some(count) = self.counts.get_mut(id.index()) else { return };
        *count = count.saturating_add(1);
        if *count == 1 && !is_text && kind != Kind::ByteArray {
            work.push(id);
        }
    }

    /// Writes one node in the place of another.
    fn represent(&mut self, id: NodeId, representative: NodeId) {
        if self.representatives.is_empty() {
            self.representatives = vec![0; self.counts.len()];
        }
        if let Some(slot) = self.representatives.get_mut(id.index()) {
            *slot = representative.0 + 1;
        }
    }

    /// Counts everything on a cycle as shared if a tuple, frozenset or call may be: those come into
    /// the memo after their parts, which end a cycle only if they are in the memo before.
    fn add_cycles(&mut self, graph: &Graph<'_>) {
        // An empty tuple or frozenset has no parts.
        let is_late = |id: NodeId| match graph.kind(id) {
            Kind::Tuple | Kind::FrozenSet => !graph.items(id).is_empty(),
            kind => kind == Kind::Object,
        };
        if graph.ids().any(|id| self.is_shared(id) && is_late(id)) {
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
        let is_set = |id: &NodeId| matches!(graph.kind(*id), Kind::Set | Kind::FrozenSet);
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
            memoized.extend(graph.memoized());
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
