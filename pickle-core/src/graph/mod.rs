//! A pickle as data: an arena of nodes with identity.

mod build;
mod collect;
mod cycles;
mod debug;
mod digest;
mod edges;
mod edit;
mod edit_object;
mod equal;
mod fill;
mod iter;
mod key;
mod node;
mod object;
mod order;
pub(crate) mod packed;
mod path;
mod read;
mod replace;
mod room;
mod slot;
mod table;
mod unify;
mod walk;

pub(crate) use collect::Collector;
pub use edges::Span;
pub use iter::{Entries, Items};
use node::Stored;
pub use node::{How, Node, NodeId, ObjectIndex, ObjectRef, Text};
pub use read::NodeRef;
pub(crate) use room::Room;
pub(crate) use slot::{Head, Kind, Kinds, Slot};
pub(crate) use table::Table;
pub(crate) use unify::Atoms;
pub use walk::Walk;

use std::borrow::Cow;

use crate::error::Result;
use crate::protocol::Protocol;
use crate::wire::integer;
use edges::Edges;
use packed::Packed;
use slot::{Object, ObjectItems, Place};

/// Everything one pickle builds, with nothing imported, called or renamed.
///
/// Shared values are one node, cycles are cycles, and no depth is too deep: nothing here recurses.
///
/// ```
/// use pickle_core::{Graph, Node};
///
/// let graph = Graph::from_slice(b"\x80\x04]\x94(K\x01h\0e.")?;
/// let list = graph.root_id();
/// let [one, itself] = graph.items(list) else { panic!() };
/// assert!(matches!(graph.node(*one), Node::Int(1)));
/// assert_eq!(*itself, list);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// [`root`](Graph::root) looks into it by names and places. The `add` methods make more nodes; the
/// others change what the nodes hold, and never what is immutable in Python: a tuple, a string, a
/// frozenset is replaced by another one. So keys stay valid, and an edit that would make them not
/// so is an error that changes nothing.
#[derive(Clone)]
pub struct Graph<'de> {
    /// The pickle, which most text, bytes and numbers are read from when asked for.
    input: Cow<'de, [u8]>,
    slots: Vec<Slot>,
    /// Text and bytes that are not in the pickle as they are.
    stored: Vec<Stored<'de>>,
    /// Numbers that are neither in the pickle nor fit into a slot, and the names of globals.
    numbers: Vec<u64>,
    edges: Edges,
    objects: Vec<Object>,
    object_items: Vec<ObjectItems>,
    root: NodeId,
    protocol: Protocol,
    /// What the memo held at the end, if that is known.
    memoized: Option<Box<Memoized>>,
    /// What is known of keys, once a dict or set was edited.
    collector: Option<Box<Collector>>,
}

/// What a memo held at the end of a pickle.
#[derive(Clone, Default)]
struct Memoized {
    /// The entries as the memo kept them.
    row: Packed,
    others: Vec<NodeId>,
}

impl<'de> Graph<'de> {
    /// The offset of a node that is in no pickle.
    pub(crate) const NOWHERE: u32 = u32::MAX;

    /// The id of the value of the pickle.
    #[must_use]
    pub fn root_id(&self) -> NodeId {
        self.root
    }

    /// The protocol that the pickle says it is written in: the last `PROTO`, or 0 without one.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Says which protocol the graph is in the terms of: below 3, globals have the names of Python 2,
    /// and what an old protocol has no instruction for is a call.
    ///
    /// ```
    /// use pickle_core::{Graph, PickleOptions, Protocol};
    ///
    /// let mut graph = Graph::new();
    /// let class = graph.add_global("copy_reg", "_reconstructor")?;
    /// graph.set_root(class)?;
    /// graph.set_protocol(Protocol::V2);
    /// let pickle = PickleOptions::new().protocol(Protocol::V3).graph_to_vec(&graph)?;
    /// assert_eq!(pickle, b"\x80\x03ccopyreg\n_reconstructor\n.");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    pub fn set_protocol(&mut self, protocol: Protocol) {
        self.protocol = protocol;
    }

    /// How many nodes there are, in use or not.
    #[must_use]
    #[allow(clippy::len_without_is_empty, reason = "a graph has a root, so it is never empty")]
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// The node with this id; `None` as a value when the id is of another graph.
    #[inline]
    #[must_use]
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let slot = self.slot(id);
        match slot.kind() {
            Kind::None => Node::None,
            Kind::Bool => Node::Bool(slot.as_bool()),
            Kind::Int => Node::Int(self.int_of(slot)),
            Kind::Long => Node::Long(self.bytes_of(slot)),
            Kind::Float => Node::Float(self.float_of(slot)),
            Kind::Str => Node::Str(Text::new(self.bytes_of(slot))),
            Kind::Wtf8 => Node::Wtf8(self.bytes_of(slot)),
            Kind::Str8 => Node::Str8(self.bytes_of(slot)),
            Kind::Bytes => Node::Bytes(self.bytes_of(slot)),
            Kind::ByteArray => Node::ByteArray(self.bytes_of(slot)),
            Kind::List => Node::List(self.edges.span(slot.as_children())),
            Kind::Tuple => Node::Tuple(self.edges.span(slot.as_children())),
            Kind::Set => Node::Set(self.edges.span(slot.as_children())),
            Kind::FrozenSet => Node::FrozenSet(self.edges.span(slot.as_children())),
            Kind::Dict => Node::Dict(self.edges.span(slot.as_children())),
            Kind::Global => {
                let [module, name] = self.names_of(slot);
                Node::Global { module, name }
            }
            Kind::Extension => Node::Extension(slot.as_extension()),
            Kind::Persistent => Node::Persistent(slot.as_id()),
            Kind::Buffer => {
                let (index, readonly) = slot.as_buffer();
                Node::Buffer { index, readonly }
            }
            Kind::Object => Node::Object(slot.as_object().0),
        }
    }

    /// The node as it is kept.
    #[inline]
    pub(crate) fn slot(&self, id: NodeId) -> Slot {
        self.slots.get(id.index()).copied().unwrap_or(Slot::NONE)
    }

    /// What kind of node it is, for those who need no more.
    #[inline]
    pub(crate) fn kind(&self, id: NodeId) -> Kind {
        self.slot(id).kind()
    }

    /// The kinds of all nodes.
    pub(crate) fn kinds(&self) -> Kinds {
        Kinds::of(&self.slots)
    }

    /// The number of a slot of that kind.
    #[inline]
    pub(crate) fn int_of(&self, slot: Slot) -> i64 {
        match slot.as_int() {
            Place::Here(number) => number.into(),
            Place::Table(place) => self.numbers.get(place).map_or(0, |bits| bits.cast_signed()),
            Place::Pickle(start, len) => {
                let rest = self.input.get(start..).unwrap_or_default();
                let near_end = || integer::short(rest.get(..len)?);
                integer::in_word(rest, len).or_else(near_end).unwrap_or_default()
            }
        }
    }

    /// The number of a slot of that kind.
    #[inline]
    pub(crate) fn float_of(&self, slot: Slot) -> f64 {
        match slot.as_pickle() {
            Some((start, _)) => {
                let rest = self.input.get(start..).unwrap_or_default();
                rest.first_chunk().map_or(0.0, |bytes| f64::from_be_bytes(*bytes))
            }
            None => self.numbers.get(slot.place()).map_or(0.0, |bits| f64::from_bits(*bits)),
        }
    }

    /// The text or bytes of a node, or those of a large int.
    #[inline]
    pub(crate) fn bytes_of(&self, slot: Slot) -> &[u8] {
        match slot.as_pickle() {
            Some((start, len)) => self.input.get(start..start + len).unwrap_or_default(),
            None => self.stored.get(slot.place()).map_or(&[], Stored::bytes),
        }
    }

    /// The pickle from a text on which it spells out, and how long that is.
    #[inline]
    pub(crate) fn spelled_out(&self, text: Slot) -> Option<(&[u8], usize)> {
        let (start, len) = text.as_pickle().filter(|_| text.kind() == Kind::Str)?;
        Some((self.input.get(start..)?, len))
    }

    /// The text or bytes of a node, or those of a large int, when they are borrowed from the pickle
    /// or from whoever made the node.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// fn text<'de>(pickle: &'de [u8]) -> Option<&'de [u8]> {
    ///     let graph = Graph::from_slice(pickle).ok()?;
    ///     graph.borrowed_bytes(graph.root_id())
    /// }
    /// assert_eq!(text(b"\x8c\x01a."), Some(&b"a"[..]));
    /// assert_eq!(text(b"V\\u0061\n."), None);
    /// ```
    #[must_use]
    pub fn borrowed_bytes(&self, id: NodeId) -> Option<&'de [u8]> {
        let slot = self.slot(id);
        match slot.kind() {
            Kind::Long | Kind::Str | Kind::Wtf8 | Kind::Str8 | Kind::Bytes | Kind::ByteArray => {}
            _ => return None,
        }
        match (slot.as_pickle(), &self.input) {
            (Some((start, len)), Cow::Borrowed(input)) => input.get(start..start + len),
            (Some(_), Cow::Owned(_)) => None,
            (None, _) => match self.stored.get(slot.place())? {
                Stored::Borrowed(bytes) => Some(bytes),
                Stored::Owned(_) => None,
            },
        }
    }

    /// The module and the name of a global.
    #[inline]
    pub(crate) fn names_of(&self, slot: Slot) -> [NodeId; 2] {
        let names = self.numbers.get(slot.place()).copied().unwrap_or(u64::MAX);
        #[expect(clippy::cast_possible_truncation, reason = "the other half is the other name")]
        [NodeId(names as u32), NodeId((names >> 32) as u32)]
    }

    /// The items of a list, tuple, set or frozenset; nothing for other nodes.
    #[inline]
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        let slot = self.slot(id);
        match slot.kind() {
            Kind::List | Kind::Tuple | Kind::Set | Kind::FrozenSet => {
                self.edges.children(slot.as_children())
            }
            _ => &[],
        }
    }

    /// The entries of a dict: key, value, key, value; nothing for other nodes.
    #[inline]
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[NodeId] {
        let slot = self.slot(id);
        if slot.kind() == Kind::Dict { self.edges.children(slot.as_children()) } else { &[] }
    }

    /// The parts of an object; `None` for other nodes.
    #[must_use]
    pub fn object(&self, id: NodeId) -> Option<ObjectRef<'_>> {
        let slot = self.slot(id);
        if slot.kind() != Kind::Object {
            return None;
        }
        let (index, how) = slot.as_object();
        let object = self.objects.get(index.0 as usize)?;
        let items = self.object_items.get(object.items as usize);
        let slice = |span: Option<Span>| span.map_or(&[][..], |span| self.edges.get(span));
        Some(ObjectRef {
            how,
            callable: object.callable,
            args: object.args,
            kwargs: items.and_then(|items| items.kwargs.some()),
            states: match object.state {
                NodeId::NONE => slice(items.map(|items| items.states)),
                _ => std::slice::from_ref(&object.state),
            },
            list_items: slice(items.map(|items| items.list)),
            dict_items: slice(items.map(|items| items.dict)),
            set_items: slice(items.map(|items| items.set)),
            setters: slice(items.map(|items| items.setters)),
            states_before: items.map_or(0, |items| items.states_before as usize),
        })
    }

    /// The callable, the arguments and the state of an object that has one state and nothing else, as
    /// most have.
    #[inline]
    pub(crate) fn plain_object(&self, id: NodeId) -> Option<[NodeId; 3]> {
        let slot = self.slot(id);
        if slot.kind() != Kind::Object {
            return None;
        }
        let Object { callable, args, state, items } = *self.objects.get(slot.place())?;
        (items == u32::MAX && state != NodeId::NONE).then_some([callable, args, state])
    }

    /// The module and the qualified name of a global; `None` for other nodes.
    #[must_use]
    pub fn global(&self, id: NodeId) -> Option<(&str, &str)> {
        let Node::Global { module, name } = self.node(id) else { return None };
        match (self.node(module), self.node(name)) {
            (Node::Str(module), Node::Str(name)) => Some((module.as_str(), name.as_str())),
            _ => None,
        }
    }

    /// Where in the pickle the expression of a node begins. For an object that is where its class
    /// begins, or the mark before it; for a tuple its first element or mark. Offsets beyond four
    /// gibibytes, and those of nodes made by hand, are `u32::MAX`.
    #[must_use]
    pub fn offset(&self, id: NodeId) -> usize {
        self.slot(id).start() as usize
    }
}

/// What the writer respells with.
impl Graph<'_> {
    /// A graph of the same nodes, whose texts and bytes are those of this one.
    pub(crate) fn reborrow(&self) -> Graph<'_> {
        Graph {
            input: Cow::Borrowed(&self.input),
            slots: self.slots.clone(),
            stored: self.stored.iter().map(|it| Stored::Borrowed(it.bytes())).collect(),
            numbers: self.numbers.clone(),
            edges: self.edges.clone(),
            objects: self.objects.clone(),
            object_items: self.object_items.clone(),
            root: self.root,
            protocol: self.protocol,
            memoized: self.memoized.clone(),
            collector: None,
        }
    }

    /// Changes what made an object.
    pub(crate) fn respell_call(
        &mut self,
        id: NodeId,
        how: How,
        callable: NodeId,
        args: NodeId,
        kwargs: Option<NodeId>,
    ) -> Result<()> {
        let (object, _) = self.object_mut(id)?;
        (object.callable, object.args) = (callable, args);
        let has_items = object.items != u32::MAX;
        if has_items || kwargs.is_some() {
            self.object_items_mut(id)?.0.kwargs = kwargs.unwrap_or(NodeId::NONE);
        }
        self.set_how(id, how);
        Ok(())
    }

    /// Changes by which opcode an object is made.
    fn set_how(&mut self, id: NodeId, how: How) {
        if let Node::Object(index) = self.node(id) {
            self.set_slot(id, Slot::object(index, how));
        }
    }

    /// Says that the memo held a node.
    pub(crate) fn note_memoized(&mut self, id: NodeId) {
        self.memoized.get_or_insert_default().others.push(id);
    }

    /// Puts a node in the place of another; the children of both must be nodes of this graph, and
    /// nothing of the new one may be read from the pickle.
    pub(crate) fn set_slot(&mut self, id: NodeId, new: Slot) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            *slot = new.at(slot.start());
        }
    }
}
