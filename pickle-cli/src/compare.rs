//! Where two graphs differ.

use std::collections::{HashMap, HashSet};
use std::mem::discriminant;

use pickle_core::{Graph, Node, NodeId};
use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::fingerprint::Fingerprints;
use crate::path::{self, Step};
use crate::walk::{Part, bytes_of, has_identity};

/// Lists are aligned when the product of their lengths, without what both begin and end with, is at
/// most this; others are compared place by place.
const ALIGNED: usize = 1 << 20;

/// One difference.
#[derive(Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where it is: on the left, unless it is only on the right.
    pub path: String,
    /// What it is.
    pub what: What,
}

/// What differs.
#[derive(Debug, PartialEq, Eq)]
pub enum What {
    /// A value: one for another, or only on one side.
    Values(Option<NodeId>, Option<NodeId>),
    /// The values are, or are not, others that are met at these paths too.
    Sharing(Option<String>, Option<String>),
    /// A dict has the same keys in another order.
    Order,
    /// Something that is not found on one path.
    Other,
}

/// Walks two graphs side by side.
///
/// Each value is compared once, with the one that it is met with first. Items of lists are aligned,
/// entries of dicts and members of sets are found by what they hold.
///
/// ```
/// use pickle_cli::compare::{Comparison, What};
/// use pickle_core::Graph;
///
/// let (left, right) = (Graph::from_slice(b"](K\x01K\x02e.")?, Graph::from_slice(b"]K\x02a.")?);
/// let (differences, is_all) = Comparison::new(&left, &right).run(10);
/// assert_eq!((differences[0].path.as_str(), is_all), ("[0]", true));
/// assert!(matches!(differences[0].what, What::Values(Some(_), None)));
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub struct Comparison<'a, 'l, 'r> {
    left: Side<'a, 'l>,
    right: Side<'a, 'r>,
    /// Steps from the paths before, which are shared.
    paths: Vec<(u32, Step)>,
    work: Vec<Work>,
    compared: HashSet<(NodeId, NodeId)>,
    found: Vec<Difference>,
}

struct Side<'a, 'de> {
    graph: &'a Graph<'de>,
    fingerprints: Fingerprints,
    /// The partners of values with identity, and where they were met first.
    partners: HashMap<NodeId, (NodeId, u32)>,
}

/// What is to be done, at a path.
#[derive(Clone, Copy)]
enum Work {
    Pair(NodeId, NodeId, u32),
    Removed(NodeId, u32),
    /// The last step is one of the right graph.
    Added(NodeId, u32, Step),
    Order(u32),
    Other(u32),
}

/// The path of the root.
const ROOT: u32 = u32::MAX;

impl<'a, 'de> Side<'a, 'de> {
    fn new(graph: &'a Graph<'de>) -> Side<'a, 'de> {
        Side { graph, fingerprints: Fingerprints::new(graph), partners: HashMap::new() }
    }

    fn prints(&self, ids: &[NodeId]) -> Vec<u64> {
        ids.iter().map(|&id| self.fingerprints.get(id)).collect()
    }
}

impl<'a, 'l, 'r> Comparison<'a, 'l, 'r> {
    /// Of the values of two graphs.
    #[must_use]
    pub fn new(left: &'a Graph<'l>, right: &'a Graph<'r>) -> Comparison<'a, 'l, 'r> {
        Comparison {
            work: vec![Work::Pair(left.root_id(), right.root_id(), ROOT)],
            left: Side::new(left),
            right: Side::new(right),
            paths: Vec::new(),
            compared: HashSet::new(),
            found: Vec::new(),
        }
    }

    /// The first so many differences, and whether these are all. When the graphs are unequal there
    /// is at least one.
    #[must_use]
    pub fn run(mut self, limit: usize) -> (Vec<Difference>, bool) {
        while let Some(work) = self.work.pop() {
            match work {
                Work::Pair(left, right, path) => {
                    let before = self.work.len();
                    self.pair(left, right, path);
                    // In the order of the values.
                    self.work.get_mut(before..).unwrap_or_default().reverse();
                }
                Work::Removed(id, path) => {
                    self.report(path, None, What::Values(Some(id), None));
                }
                Work::Added(id, path, step) => {
                    self.report(path, Some(step), What::Values(None, Some(id)));
                }
                Work::Order(path) => self.report(path, None, What::Order),
                Work::Other(path) => self.report(path, None, What::Other),
            }
            if self.found.len() > limit {
                self.found.truncate(limit);
                return (self.found, false);
            }
        }
        if self.found.is_empty() && self.left.graph != self.right.graph {
            self.report(ROOT, None, What::Other);
        }
        (self.found, true)
    }

    fn report(&mut self, path: u32, last: Option<Step>, what: What) {
        let mut text = self.path(path);
        if let Some(step) = last {
            if path == ROOT {
                text.clear();
            }
            path::push(&mut text, self.right.graph, step);
        }
        self.found.push(Difference { path: text, what });
    }

    fn path(&self, mut path: u32) -> String {
        let mut steps = Vec::new();
        while let Some(&(before, step)) = self.paths.get(path as usize) {
            steps.push(step);
            path = before;
        }
        steps.reverse();
        path::text(self.left.graph, &steps)
    }

    fn step(&mut self, path: u32, step: Step) -> u32 {
        self.paths.push((path, step));
        u32::try_from(self.paths.len() - 1).unwrap_or(ROOT)
    }

    /// Compares two values, and puts their parts off.
    fn pair(&mut self, left: NodeId, right: NodeId, path: u32) {
        let (a, b) = (self.left.graph.node(left), self.right.graph.node(right));
        if !self.is_alike(left, right) {
            return self.report(path, None, What::Values(Some(left), Some(right)));
        }
        if let Node::Persistent(from) = a {
            if let (Node::Persistent(to), true) = (b, self.compared.insert((left, right))) {
                let path = self.step(path, Step::Place(Part::PersistentId, 0));
                self.work.push(Work::Pair(from, to, path));
            }
            return;
        }
        if has_identity(self.left.graph, left) && has_identity(self.right.graph, right) {
            let known = |side: Option<&(NodeId, u32)>| side.copied();
            let from = known(self.left.partners.get(&left));
            let to = known(self.right.partners.get(&right));
            if from.is_some_and(|(partner, _)| partner == right) {
                return;
            }
            if from.is_some() || to.is_some() {
                let path_of = |met: Option<(NodeId, u32)>| met.map(|(_, path)| self.path(path));
                let what = What::Sharing(path_of(from), path_of(to));
                return self.report(path, None, what);
            }
            self.left.partners.insert(left, (right, path));
            self.right.partners.insert(right, (left, path));
        }
        let (graph, other) = (self.left.graph, self.right.graph);
        match a {
            Node::List(_) | Node::Tuple(_) => {
                self.sequences(Part::Items, graph.items(left), other.items(right), path);
            }
            Node::Set(_) | Node::FrozenSet(_) => {
                self.members(graph.items(left), other.items(right), path);
            }
            Node::Dict(_) => self.entries(graph.entries(left), other.entries(right), path),
            Node::Object(_) => self.objects(left, right, path),
            _ => {}
        }
    }

    /// Whether two values are the same but for their parts.
    fn is_alike(&self, left: NodeId, right: NodeId) -> bool {
        let (graph, other) = (self.left.graph, self.right.graph);
        let (a, b) = (graph.node(left), other.node(right));
        if discriminant(&a) != discriminant(&b) || bytes_of(a) != bytes_of(b) {
            return false;
        }
        match (a, b) {
            (Node::Bool(a), Node::Bool(b)) => a == b,
            (Node::Int(a), Node::Int(b)) => a == b,
            (Node::Float(a), Node::Float(b)) => a.to_bits() == b.to_bits(),
            (Node::Extension(a), Node::Extension(b)) => a == b,
            (Node::Buffer { .. }, Node::Buffer { .. }) => graph.get(left) == other.get(right),
            (Node::Global { .. }, Node::Global { .. }) => graph.global(left) == other.global(right),
            (Node::Object(_), Node::Object(_)) => {
                let how = |graph: &Graph<'_>, id| graph.object(id).map(|object| object.how());
                how(graph, left) == how(other, right)
            }
            _ => true,
        }
    }

    fn objects(&mut self, left: NodeId, right: NodeId, path: u32) {
        let (graph, other) = (self.left.graph, self.right.graph);
        let (Some(a), Some(b)) = (graph.object(left), other.object(right)) else { return };
        self.sequences(Part::Callable, &[a.callable()], &[b.callable()], path);
        self.sequences(Part::Args, &[a.args()], &[b.args()], path);
        self.sequences(Part::Kwargs, a.kwargs().as_slice(), b.kwargs().as_slice(), path);
        self.sequences(Part::States, a.states(), b.states(), path);
        self.sequences(Part::ListItems, a.list_items(), b.list_items(), path);
        self.sequences(Part::SetItems, a.set_items(), b.set_items(), path);
        self.entries(a.dict_items(), b.dict_items(), path);
        self.sequences(Part::Setters, a.setters(), b.setters(), path);
        if a.states_before_items() != b.states_before_items() {
            self.work.push(Work::Other(path));
        }
    }

    /// Aligns the items of two lists, and compares those that stand for each other.
    fn sequences(&mut self, part: Part, left: &[NodeId], right: &[NodeId], path: u32) {
        let (a, b) = (self.left.prints(left), self.right.prints(right));
        let alike = |(a, b): &(&u64, &u64)| a == b;
        let head = a.iter().zip(&b).take_while(alike).count();
        let (a, b) = (a.get(head..).unwrap_or_default(), b.get(head..).unwrap_or_default());
        let tail = a.iter().rev().zip(b.iter().rev()).take_while(alike).count();
        let a = a.get(..a.len() - tail).unwrap_or_default();
        let b = b.get(..b.len() - tail).unwrap_or_default();
        let replace =
            DiffOp::Replace { old_index: 0, old_len: a.len(), new_index: 0, new_len: b.len() };
        let operations = match a.len().saturating_mul(b.len()) <= ALIGNED {
            true => capture_diff_slices(Algorithm::Myers, a, b),
            false => vec![replace],
        };
        self.places(part, (left, 0), (right, 0), (head, head), path);
        for operation in operations {
            let (from, to) = (operation.old_range(), operation.new_range());
            let (from, to) = (from.start + head..from.end + head, to.start + head..to.end + head);
            let lengths = (from.len(), to.len());
            self.places(part, (left, from.start), (right, to.start), lengths, path);
        }
        let (from, to) = (left.len() - tail, right.len() - tail);
        self.places(part, (left, from), (right, to), (tail, tail), path);
    }

    /// Compares items from certain places on, one by one; what is left is on one side only.
    fn places(
        &mut self,
        part: Part,
        (left, from): (&[NodeId], usize),
        (right, to): (&[NodeId], usize),
        lengths: (usize, usize),
        path: u32,
    ) {
        let both = lengths.0.min(lengths.1);
        for place in 0..lengths.0.max(lengths.1) {
            let items = (left.get(from + place), right.get(to + place));
            match items {
                (Some(&a), Some(&b)) if place < both => {
                    let path = self.step(path, Step::Place(part, from + place));
                    self.work.push(Work::Pair(a, b, path));
                }
                (Some(&a), _) if place < lengths.0 => {
                    let path = self.step(path, Step::Place(part, from + place));
                    self.work.push(Work::Removed(a, path));
                }
                (_, Some(&b)) => {
                    let step = Step::Place(part, to + place);
                    self.work.push(Work::Added(b, path, step));
                }
                _ => {}
            }
        }
    }

    fn members(&mut self, left: &[NodeId], right: &[NodeId], path: u32) {
        let matched = match_up(&self.left.prints(left), &self.right.prints(right));
        for (place, (&id, found)) in left.iter().zip(&matched.0).enumerate() {
            let path = self.step(path, Step::Place(Part::SetItems, place));
            self.work.push(match found.and_then(|place| right.get(place)) {
                Some(&partner) => Work::Pair(id, partner, path),
                None => Work::Removed(id, path),
            });
        }
        for place in matched.1 {
            let step = Step::Place(Part::SetItems, place);
            self.work.extend(right.get(place).map(|&id| Work::Added(id, path, step)));
        }
    }

    fn entries(&mut self, left: &[NodeId], right: &[NodeId], path: u32) {
        let (lefts, _) = left.as_chunks::<2>();
        let (rights, _) = right.as_chunks::<2>();
        let prints = |fingerprints: &Fingerprints, pairs: &[[NodeId; 2]]| -> Vec<u64> {
            pairs.iter().map(|[key, _]| fingerprints.get(*key)).collect()
        };
        let keys = prints(&self.left.fingerprints, lefts);
        let matched = match_up(&keys, &prints(&self.right.fingerprints, rights));
        for (&[key, value], found) in lefts.iter().zip(&matched.0) {
            let at = self.step(path, Step::Key(key));
            let Some(&[other, partner]) = found.and_then(|place| rights.get(place)) else {
                self.work.push(Work::Removed(value, at));
                continue;
            };
            let key_path = self.step(path, Step::AsKey(key));
            self.work.push(Work::Pair(key, other, key_path));
            self.work.push(Work::Pair(value, partner, at));
        }
        for &place in &matched.1 {
            let entry = rights.get(place);
            let added = entry.map(|&[key, value]| Work::Added(value, path, Step::Key(key)));
            self.work.extend(added);
        }
        if !matched.0.iter().flatten().is_sorted() {
            self.work.push(Work::Order(path));
        }
    }
}

/// The place of each on the right, and those of the right that are left over.
fn match_up(left: &[u64], right: &[u64]) -> (Vec<Option<usize>>, Vec<usize>) {
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, &print) in right.iter().enumerate().rev() {
        places.entry(print).or_default().push(place);
    }
    let found = left.iter().map(|print| places.get_mut(print)?.pop()).collect();
    let mut rest: Vec<usize> = places.into_values().flatten().collect();
    rest.sort_unstable();
    (found, rest)
}
