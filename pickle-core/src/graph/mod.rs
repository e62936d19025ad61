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
mod iter;
mod key;
mod node;
mod object;
mod order;
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
pub use node::{Borrowable, Data, How, Node, NodeId, ObjectIndex, ObjectRef, Text};
pub use read::NodeRef;
pub(crate) use room::Room;
pub(crate) use slot::{Kind, Slot};
pub(crate) use table::Table;
pub(crate) use unify::Atoms;
pub use walk::Walk;

use crate::error::{Error, Result};
use crate::protocol::Protocol;
use edges::Edges;
use slot::{Object, ObjectItems};

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
    slots: Vec<Slot>,
    texts: Vec<Text<'de>>,
    data: Vec<Data<'de>>,
    edges: Edges,
    objects: Vec<Object>,
    object_items: Vec<ObjectItems>,
    root: NodeId,
    protocol: Protocol,
    /// What the memo held at the end.
    memoized: Vec<NodeId>,
    /// What is known of keys, once a dict or set was edited.
    collector: Option<Box<Collector>>,
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
    pub fn node(&self, id: NodeId) -> Node<'_, 'de> {
        let slot = self.slot(id);
        let data = |node: fn(_) -> _| self.data.get(slot.place()).map_or(Node::None, node);
        match slot.kind {
            Kind::None => Node::None,
            Kind::Bool => Node::Bool(slot.as_bool()),
            Kind::Int => Node::Int(slot.as_int()),
            Kind::Long => data(Node::Long),
            Kind::Float => Node::Float(slot.as_float()),
            Kind::Str => self.texts.get(slot.place()).map_or(Node::None, Node::Str),
            Kind::Wtf8 => data(Node::Wtf8),
            Kind::Str8 => data(Node::Str8),
            Kind::Bytes => data(Node::Bytes),
            Kind::ByteArray => data(Node::ByteArray),
            Kind::List => Node::List(slot.as_span()),
            Kind::Tuple => Node::Tuple(slot.as_span()),
            Kind::Set => Node::Set(slot.as_span()),
            Kind::FrozenSet => Node::FrozenSet(slot.as_span()),
            Kind::Dict => Node::Dict(slot.as_span()),
            Kind::Global => {
                let [module, name] = slot.as_ids();
                Node::Global { module, name }
            }
            Kind::Extension => Node::Extension(slot.as_extension()),
            Kind::Persistent => {
                let [id, _] = slot.as_ids();
                Node::Persistent(id)
            }
            Kind::Buffer => {
                let (index, readonly) = slot.as_buffer();
                Node::Buffer { index, readonly }
            }
            Kind::Object => Node::Object(slot.as_object()),
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
        self.slot(id).kind
    }

    /// The items of a list, tuple, set or frozenset; nothing for other nodes.
    #[inline]
    #[must_use]
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        let slot = self.slot(id);
        match slot.kind {
            Kind::List | Kind::Tuple | Kind::Set | Kind::FrozenSet => {
                self.edges.get(slot.as_span())
            }
            _ => &[],
        }
    }

    /// The entries of a dict: key, value, key, value; nothing for other nodes.
    #[inline]
    #[must_use]
    pub fn entries(&self, id: NodeId) -> &[NodeId] {
        let slot = self.slot(id);
        if slot.kind == Kind::Dict { self.edges.get(slot.as_span()) } else { &[] }
    }

    /// The parts of an object; `None` for other nodes.
    #[must_use]
    pub fn object(&self, id: NodeId) -> Option<ObjectRef<'_>> {
        let Node::Object(index) = self.node(id) else { return None };
        let object = self.objects.get(index.0 as usize)?;
        let items = self.object_items.get(object.items as usize);
        let slice = |span: Option<Span>| span.map_or(&[][..], |span| self.edges.get(span));
        Some(ObjectRef {
            how: object.how,
            callable: object.callable,
            args: object.args,
            kwargs: object.kwargs.some(),
            states: self.edges.get(object.states),
            list_items: slice(items.map(|items| items.list)),
            dict_items: slice(items.map(|items| items.dict)),
            set_items: slice(items.map(|items| items.set)),
            setters: slice(items.map(|items| items.setters)),
            states_before: items.map_or(0, |items| items.states_before as usize),
        })
    }

    /// The module and the qualified name of a global; `None` for other nodes.
    #[must_use]
    pub fn global(&self, id: NodeId) -> Option<(&str, &str)> {
        let Node::Global { module, name } = self.node(id) else { return None };
        match (self.node(module), self.node(name)) {
            (Node::Str(module), Node::Str(name)) => Some((module, name)),
            _ => None,
        }
    }

    /// Where in the pickle the expression of a node begins. For an object that is where its class
    /// begins, or the mark before it; for a tuple its first element or mark. Offsets beyond four
    /// gibibytes, and those of nodes made by hand, are `u32::MAX`.
    #[must_use]
    pub fn offset(&self, id: NodeId) -> usize {
        self.slot(id).start as usize
    }
}

/// What the writer respells with.
impl Graph<'_> {
    /// A graph of the same nodes, whose texts and bytes are those of this one.
    pub(crate) fn reborrow(&self) -> Graph<'_> {
        Graph {
            slots: self.slots.clone(),
            texts: self.texts.iter().map(|text| Text::borrowed(text)).collect(),
            data: self.data.iter().map(|data| Data::borrowed(data)).collect(),
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
    ) {
        let Node::Object(index) = self.node(id) else { return };
        if let Some(object) = self.objects.get_mut(index.0 as usize) {
            object.how = how;
            object.callable = callable;
            object.args = args;
            object.kwargs = kwargs.unwrap_or(NodeId::NONE);
        }
    }

    /// Says that the memo held a node.
    pub(crate) fn note_memoized(&mut self, id: NodeId) {
        self.memoized.push(id);
    }

    /// Puts a node in the place of another; the children of both must be nodes of this graph.
    pub(crate) fn set_slot(&mut self, id: NodeId, new: Slot) {
        if let Some(slot) = self.slots.get_mut(id.index()) {
            *slot = new.at(slot.start);
        }
    }
}

/// What the machine builds with.
impl<'de> Graph<'de> {
    pub(crate) fn empty() -> Graph<'de> {
        Graph {
            slots: Vec::new(),
            texts: Vec::new(),
            data: Vec::new(),
            edges: Edges::default(),
            objects: Vec::new(),
            object_items: Vec::new(),
            root: NodeId::NONE,
            protocol: Protocol::V0,
            memoized: Vec::new(),
            collector: None,
        }
    }

    /// Says what the pickle ended with.
    pub(crate) fn finish(&mut self, root: NodeId, protocol: Protocol) {
        self.root = root;
        self.protocol = protocol;
    }

    /// Says what the memo held at the end, when no other pickle goes on with it.
    pub(crate) fn set_memoized(&mut self, memoized: Vec<NodeId>) {
        self.memoized = memoized;
    }

    /// What the memo held at the end of the pickle, in no particular order; nothing if the memo
    /// lives on.
    pub(crate) fn memoized(&self) -> &[NodeId] {
        &self.memoized
    }

    /// Reserves room for what is still to come.
    pub(crate) fn reserve(&mut self, room: Room) {
        room.reserve(&mut self.slots);
        room.reserve(&mut self.texts);
        room.reserve(&mut self.data);
        room.reserve(&mut self.objects);
        room.reserve(&mut self.object_items);
        self.edges.reserve(room);
    }

    /// Adds a node. Every call makes a new identity.
    #[inline]
    pub(crate) fn push(&mut self, slot: Slot, start: u32) -> Result<NodeId> {
        let id = NodeId(place_after(&self.slots)?);
        self.slots.push(slot.at(start));
        Ok(id)
    }

    /// The slot of a `str`.
    #[inline]
    pub(crate) fn text(&mut self, text: Text<'de>) -> Result<Slot> {
        let place = place_after(&self.texts)?;
        self.texts.push(text);
        Ok(Slot::entry(Kind::Str, place))
    }

    /// The slot of what consists of bytes.
    #[inline]
    pub(crate) fn data(&mut self, kind: Kind, data: Data<'de>) -> Result<Slot> {
        let place = place_after(&self.data)?;
        self.data.push(data);
        Ok(Slot::entry(kind, place))
    }

    /// Makes the span of a new container.
    #[inline]
    pub(crate) fn span(&mut self, items: impl ExactSizeIterator<Item = NodeId>) -> Result<Span> {
        let mut span = Span::default();
        self.edges.append(&mut span, items)?;
        Ok(span)
    }

    /// Adds an object that was just called.
    pub(crate) fn push_object(
        &mut self,
        how: How,
        callable: NodeId,
        args: NodeId,
        kwargs: Option<NodeId>,
        start: u32,
    ) -> Result<NodeId> {
        let index = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        self.objects.push(Object {
            how,
            callable,
            args,
            kwargs: kwargs.unwrap_or(NodeId::NONE),
            states: Span::default(),
            items: u32::MAX,
        });
        self.push(Slot::object(ObjectIndex(index)), start)
    }

    /// Records a state of an object.
    pub(crate) fn build(&mut self, target: NodeId, state: NodeId) -> Result<()> {
        let object = match self.node(target) {
            Node::Object(index) => self.objects.get_mut(index.0 as usize),
            _ => None,
        };
        match object {
            Some(object) => self.edges.append(&mut object.states, [state].into_iter()),
            None => Err(Error::malformed(self.node(target).describe(), "an object to give state")),
        }
    }

    /// Adds items to a list, or to an object that is one.
    #[inline]
    pub(crate) fn extend(
        &mut self,
        target: NodeId,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        if self.kind(target) == Kind::List {
            self.append_to(target, items)
        } else {
            self.append_to_object(target, "a list or an object", |parts| &mut parts.list, items)
        }
    }

    /// Adds to the span of a container, without a look at keys.
    #[inline]
    fn append_to(
        &mut self,
        container: NodeId,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        self.change_span(container, |span, edges| edges.append(span, items))
    }

    /// Changes the children of a container.
    #[inline]
    fn change_span<T>(
        &mut self,
        container: NodeId,
        change: impl FnOnce(&mut Span, &mut Edges) -> Result<T>,
    ) -> Result<T> {
        let mut slot = self.slot(container);
        let mut span = slot.as_span();
        let result = change(&mut span, &mut self.edges)?;
        slot.set_span(span);
        self.set_slot(container, slot);
        Ok(result)
    }

    /// Records the call of a state setter, if it is one: its result is about to be dropped, and
    /// the object that it got lies below.
    #[cold]
    pub(crate) fn note_setter(&mut self, call: NodeId, target: NodeId) -> Result<()> {
        if self.is_setter(call, target) && matches!(self.node(target), Node::Object(_)) {
            self.append_to_object(
                target,
                "an object",
                |parts| &mut parts.setters,
                [call].into_iter(),
            )?;
        }
        Ok(())
    }

    /// Whether a node is a call with an object and its state.
    fn is_setter(&self, call: NodeId, target: NodeId) -> bool {
        self.object(call).is_some_and(|call| {
            call.how == How::Reduce
                && matches!(self.items(call.args), [object, _] if *object == target)
        })
    }

    /// Records items in an object.
    fn append_to_object(
        &mut self,
        target: NodeId,
        expected: &'static str,
        part: fn(&mut ObjectItems) -> &mut Span,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        let Node::Object(index) = self.node(target) else {
            return Err(Error::malformed(self.node(target).describe(), expected));
        };
        if items.len() == 0 {
            return Ok(());
        }
        let Some(object) = self.objects.get_mut(index.0 as usize) else { return Ok(()) };
        if object.items == u32::MAX {
            object.items = u32::try_from(self.object_items.len()).unwrap_or(u32::MAX);
            let states_before = u32::try_from(object.states.len()).unwrap_or(u32::MAX);
            self.object_items.push(ObjectItems { states_before, ..ObjectItems::default() });
        }
        match self.object_items.get_mut(object.items as usize) {
            Some(parts) => self.edges.append(part(parts), items),
            None => Ok(()),
        }
    }
}

/// Where the next of these comes.
#[inline]
fn place_after<T>(entries: &[T]) -> Result<u32> {
    match u32::try_from(entries.len()) {
        Ok(place) if place != u32::MAX => Ok(place),
        _ => Err(Error::malformed("more than 4294967294 values", "a smaller pickle")),
    }
}
