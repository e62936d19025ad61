//! When Python takes two dict keys or set members for one.
//!
//! `1 == 1.0 == True`; text, bytes and 8-bit strings differ; tuples and frozensets are compared by
//! content, globals by name, objects by identity, and NaN equals only itself.
//!
//! Small keys are compared as they are. What may be large (long text, long or nested tuples,
//! frozensets) is put into a *class* once per node, and equal nodes get the same class; so a key
//! that is shared a million times, or nested a million deep, is looked at once.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::quality::RandomState;
use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::graph::table::Table;
use crate::graph::{Graph, Node, NodeId};

/// Text and bytes up to this length are compared as they are.
const SHORT: usize = 64;

/// Tuples up to this length are compared as they are, if nothing in them is large.
const FLAT: usize = 4;

/// No finite float has more bytes as an integer.
const FLOAT_BYTES: usize = 129;

/// A key that takes bounded time to hash and compare.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Atom<'g> {
    None,
    /// An int, bool or integral float.
    Int(i64),
    /// The bits of another float, or of an int beyond 64 bits that a float equals.
    Float(u64),
    Long(&'g [u8]),
    Text(&'g [u8]),
    Str8(&'g [u8]),
    Bytes(&'g [u8]),
    Global(&'g [u8], &'g [u8]),
    Extension(i32),
    /// Only itself.
    Identity(NodeId),
    /// All that is equal to a large key.
    Class(u32),
}

/// A key in comparable form.
#[derive(Clone, Copy)]
pub(crate) enum Key<'g> {
    Atom(Atom<'g>),
    /// A short tuple of atoms.
    Tuple(&'g [NodeId]),
}

/// How a node is as a key.
enum Look<'g> {
    Key(Key<'g>),
    /// It has to be put into a class.
    Large,
    Unhashable(&'static str),
}

/// Compares keys, and remembers the classes of the large ones.
#[derive(Clone, Default)]
pub(crate) struct Keys {
    /// Randomly seeded, so no pickle can choose keys that collide.
    state: RandomState,
    /// The class of each large node that was ever a key or part of one.
    class_of: HashMap<NodeId, u32, RandomState>,
    /// One member of each class.
    members: Vec<NodeId>,
    classes: Table,
}

impl Keys {
    /// The node as a key, put into a class when that is needed.
    pub(crate) fn key<'g>(&mut self, graph: &'g Graph<'_>, id: NodeId) -> Result<Key<'g>> {
        match look(graph, id) {
            Look::Key(key) => Ok(key),
            Look::Large => {
                self.classify(graph, id)?;
                Ok(self.known(graph, id))
            }
            Look::Unhashable(what) => Err(unhashable(what)),
        }
    }

    /// The node as a key, after [`Keys::key`] accepted it.
    pub(crate) fn known<'g>(&self, graph: &'g Graph<'_>, id: NodeId) -> Key<'g> {
        match look(graph, id) {
            Look::Key(key) => key,
            Look::Large | Look::Unhashable(_) => Key::Atom(match self.class_of.get(&id) {
                Some(&class) => Atom::Class(class),
                None => Atom::Identity(id),
            }),
        }
    }

    pub(crate) fn equal(&self, graph: &Graph<'_>, a: Key<'_>, b: Key<'_>) -> bool {
        match (a, b) {
            (Key::Atom(a), Key::Atom(b)) => a == b,
            (Key::Tuple(a), Key::Tuple(b)) => {
                a.len() == b.len()
                    && a.iter().zip(b).all(|(&a, &b)| a == b || atom(graph, a) == atom(graph, b))
            }
            _ => false,
        }
    }

    pub(crate) fn hash(&self, graph: &Graph<'_>, key: Key<'_>) -> u64 {
        match key {
            // Neighbours share a cache line of the table, as ranges of ints are common keys; where
            // that line is stays random.
            Key::Atom(Atom::Int(number)) => {
                (self.state.hash_one(number >> 3) & !7) | (number.cast_unsigned() & 7)
            }
            Key::Atom(atom) => self.state.hash_one(atom),
            Key::Tuple(items) => {
                let mut hasher = self.state.build_hasher();
                for &item in items {
                    atom(graph, item).hash(&mut hasher);
                }
                hasher.finish()
            }
        }
    }

    /// Whether these nodes can be the keys of one dict.
    pub(crate) fn check_distinct(
        &mut self,
        graph: &Graph<'_>,
        ids: impl Iterator<Item = NodeId>,
    ) -> Result<()> {
        let mut hashed = Vec::new();
        for id in ids {
            let key = self.key(graph, id)?;
            hashed.push((self.hash(graph, key), id));
        }
        hashed.sort_unstable();
        for same in hashed.chunk_by(|a, b| a.0 == b.0) {
            for (index, &(_, id)) in same.iter().enumerate() {
                let key = self.known(graph, id);
                let mut before = same.iter().take(index);
                if before.any(|&(_, other)| self.equal(graph, self.known(graph, other), key)) {
                    return Err(Error::malformed("two equal keys", "distinct ones"));
                }
            }
        }
        Ok(())
    }

    /// Finds the class of a large node, those of its parts first.
    fn classify(&mut self, graph: &Graph<'_>, id: NodeId) -> Result<()> {
        // Taken out, as comparing needs the rest of `self`.
        let mut classes = std::mem::take(&mut self.classes);
        let result = self.classify_into(&mut classes, graph, id);
        self.classes = classes;
        result
    }

    fn classify_into(&mut self, classes: &mut Table, graph: &Graph<'_>, id: NodeId) -> Result<()> {
        let mut stack = vec![(id, false)];
        while let Some((id, ready)) = stack.pop() {
            if self.class_of.contains_key(&id) {
                continue;
            }
            if !ready {
                stack.push((id, true));
                for part in parts(graph, id) {
                    match look(graph, part) {
                        Look::Large => stack.push((part, false)),
                        Look::Unhashable(what) => return Err(unhashable(what)),
                        Look::Key(_) => {}
                    }
                }
                continue;
            }
            let hash = self.hash_content(graph, id);
            let equal = |class: u32| {
                let member = self.members.get(class as usize);
                member.is_some_and(|&member| self.equal_content(graph, member, id))
            };
            let new = u32::try_from(self.members.len()).unwrap_or(u32::MAX);
            let found = classes.find_or_insert(hash, new, equal);
            if found.is_none() {
                self.members.push(id);
            }
            let class = found.unwrap_or(new);
            self.class_of.insert(id, class);
        }
        Ok(())
    }

    fn hash_part(&self, graph: &Graph<'_>, part: NodeId) -> u64 {
        self.hash(graph, self.known(graph, part))
    }

    /// Hashes a large node whose parts have classes.
    fn hash_content(&self, graph: &Graph<'_>, id: NodeId) -> u64 {
        if let Node::FrozenSet(_) = graph.node(id) {
            // Whatever the order of the members.
            let members = graph.items(id).iter();
            return members
                .fold(0, |sum: u64, &member| sum.wrapping_add(self.hash_part(graph, member)));
        }
        let mut hasher = self.state.build_hasher();
        match large_bytes(graph, id) {
            Some(bytes) => bytes.hash(&mut hasher),
            None => {
                for part in parts(graph, id) {
                    hasher.write_u64(self.hash_part(graph, part));
                }
            }
        }
        hasher.finish()
    }

    fn equal_parts(&self, graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
        a == b || self.equal(graph, self.known(graph, a), self.known(graph, b))
    }

    /// Compares two large nodes whose parts have classes. Called for equal hashes only, so the
    /// answer is yes as good as always, and each node is the second argument once.
    fn equal_content(&self, graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
        match (graph.node(a), graph.node(b)) {
            (Node::FrozenSet(_), Node::FrozenSet(_)) => self.equal_members(graph, a, b),
            (Node::Tuple(_), Node::Tuple(_)) | (Node::Global { .. }, Node::Global { .. }) => {
                let (a, b) = (parts(graph, a), parts(graph, b));
                a.len() == b.len() && a.zip(b).all(|(a, b)| self.equal_parts(graph, a, b))
            }
            (Node::Bytes(_), Node::Bytes(_))
            | (Node::Str8(_), Node::Str8(_))
            | (Node::Long(_), Node::Long(_))
            | (Node::Str(_) | Node::Wtf8(_), Node::Str(_) | Node::Wtf8(_)) => {
                large_bytes(graph, a) == large_bytes(graph, b)
            }
            _ => false,
        }
    }

    fn equal_members(&self, graph: &Graph<'_>, a: NodeId, b: NodeId) -> bool {
        let sorted = |id: NodeId| {
            let members = graph.items(id).iter();
            let mut members: Vec<(u64, NodeId)> =
                members.map(|&member| (self.hash_part(graph, member), member)).collect();
            members.sort_unstable();
            members
        };
        let (a, b) = (sorted(a), sorted(b));
        // Members are distinct, so as many as in `b` that are all in `b` are those of `b`.
        a.len() == b.len()
            && a.iter().all(|&(hash, member)| {
                let from = b.partition_point(|&(other, _)| other < hash);
                let same = b.iter().skip(from).take_while(|&&(other, _)| other == hash);
                same.into_iter().any(|&(_, other)| self.equal_parts(graph, member, other))
            })
    }
}

/// The node as a key, without looking into anything large.
fn look<'g>(graph: &'g Graph<'_>, id: NodeId) -> Look<'g> {
    if let Some(atom) = atom(graph, id) {
        return Look::Key(Key::Atom(atom));
    }
    match graph.node(id) {
        Node::Tuple(_) => {
            let items = graph.items(id);
            if items.len() <= FLAT && items.iter().all(|&item| atom(graph, item).is_some()) {
                Look::Key(Key::Tuple(items))
            } else {
                Look::Large
            }
        }
        node @ (Node::List(_) | Node::Dict(_) | Node::Set(_) | Node::ByteArray(_)) => {
            Look::Unhashable(node.describe())
        }
        _ => Look::Large,
    }
}

fn atom<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<Atom<'g>> {
    let short = |bytes: &'g [u8]| (bytes.len() <= SHORT).then_some(bytes);
    match graph.node(id) {
        Node::Str(text) => short(text.as_bytes()).map(Atom::Text),
        Node::Int(number) => Some(Atom::Int(number)),
        Node::None => Some(Atom::None),
        Node::Bool(bool) => Some(Atom::Int(i64::from(bool))),
        Node::Float(float) => Some(float_atom(float, id)),
        Node::Long(bytes) if bytes.len() <= FLOAT_BYTES => {
            Some(float_of(bytes).map_or(Atom::Long(bytes), |float| Atom::Float(float.to_bits())))
        }
        Node::Wtf8(text) => short(text).map(Atom::Text),
        Node::Str8(text) => short(text).map(Atom::Str8),
        Node::Bytes(bytes) => short(bytes).map(Atom::Bytes),
        Node::Global { .. } => {
            let (module, name) = graph.global(id)?;
            Some(Atom::Global(short(module.as_bytes())?, short(name.as_bytes())?))
        }
        Node::Extension(code) => Some(Atom::Extension(code)),
        Node::Persistent(_) | Node::Buffer { .. } | Node::Object(_) => Some(Atom::Identity(id)),
        _ => None,
    }
}

/// A float is the int that it equals, if there is one.
#[allow(clippy::cast_possible_truncation, reason = "checked to be integral and in range")]
fn float_atom(float: f64, id: NodeId) -> Atom<'static> {
    const BOUND: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        Atom::Identity(id)
    } else if float.fract() == 0.0 && (-BOUND..BOUND).contains(&float) {
        Atom::Int(float as i64)
    } else {
        Atom::Float(float.to_bits())
    }
}

/// The float that is exactly this int, if there is one.
fn float_of(bytes: &[u8]) -> Option<f64> {
    let number = BigInt::from_signed_bytes_le(bytes);
    let zeros = number.trailing_zeros()?;
    if number.bits() > 1024 || number.bits() - zeros > 53 {
        return None;
    }
    let digits = (number.magnitude() >> zeros).iter_u64_digits().next()?;
    #[allow(clippy::cast_precision_loss, reason = "at most 53 bits")]
    let float = digits as f64 * 2f64.powi(i32::try_from(zeros).ok()?);
    Some(if number.sign() == num_bigint::Sign::Minus { -float } else { float })
}

/// What a large node is compared by, if that is bytes.
fn large_bytes<'g>(graph: &'g Graph<'_>, id: NodeId) -> Option<&'g [u8]> {
    match graph.node(id) {
        Node::Str(text) => Some(text.as_bytes()),
        Node::Wtf8(bytes) | Node::Str8(bytes) | Node::Bytes(bytes) | Node::Long(bytes) => {
            Some(bytes)
        }
        _ => None,
    }
}

/// What a large node is compared by, if that is other nodes.
fn parts<'g>(graph: &'g Graph<'_>, id: NodeId) -> impl ExactSizeIterator<Item = NodeId> + 'g {
    let (pair, items) = match graph.node(id) {
        Node::Global { module, name } => ([module, name], &[][..]),
        _ => ([NodeId::NONE; 2], graph.items(id)),
    };
    let length = if items.is_empty() && pair[0] != NodeId::NONE { 2 } else { items.len() };
    (0..length).map(move |index| {
        items.get(index).or_else(|| pair.get(index)).copied().unwrap_or(NodeId::NONE)
    })
}

#[cold]
fn unhashable(what: &'static str) -> Error {
    Error::malformed(what, "a dict key or set member that can be hashed")
}
