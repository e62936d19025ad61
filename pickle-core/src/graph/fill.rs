//! What the machine adds to a graph, instruction by instruction.

use std::borrow::Cow;
use std::ops::Range;

use super::edges::Edges;
use super::node::Stored;
use super::packed::Packed;
use super::slot::{Object, ObjectItems};
use super::{Graph, How, Kind, Memoized, Node, NodeId, ObjectIndex, Room, Slot, Span};
use crate::error::{Error, Result};
use crate::protocol::Protocol;

/// What the machine builds with.
impl<'de> Graph<'de> {
    pub(crate) fn empty() -> Graph<'de> {
        Graph {
            input: Cow::Borrowed(&[]),
            slots: Vec::new(),
            stored: Vec::new(),
            numbers: Vec::new(),
            edges: Edges::default(),
            objects: Vec::new(),
            object_items: Vec::new(),
            root: NodeId::NONE,
            protocol: Protocol::V0,
            memoized: None,
            collector: None,
        }
    }

    /// A graph that will be read from this pickle, and from what may follow it.
    pub(crate) fn over(input: &'de [u8]) -> Graph<'de> {
        Graph { input: Cow::Borrowed(input), ..Graph::empty() }
    }

    /// Takes another pickle, of which nodes will be read.
    pub(crate) fn add_input(&mut self, input: &[u8]) {
        self.input.to_mut().extend_from_slice(input);
    }

    /// Forgets what follows the pickle.
    pub(crate) fn end_input(&mut self, length: usize) {
        match &mut self.input {
            Cow::Borrowed(input) => *input = input.get(..length).unwrap_or(input),
            Cow::Owned(input) => input.truncate(length),
        }
    }

    /// Says what the pickle ended with.
    pub(crate) fn finish(&mut self, root: NodeId, protocol: Protocol) {
        self.root = root;
        self.protocol = protocol;
    }

    /// Says what the memo held at the end, when no other pickle goes on with it.
    pub(crate) fn set_memoized(&mut self, row: Packed, others: Vec<NodeId>) {
        self.memoized = Some(Box::new(Memoized { row, others }));
    }

    /// What the memo held at the end of the pickle, in no particular order; nothing if the memo
    /// lives on.
    pub(crate) fn memoized(&self) -> impl Iterator<Item = NodeId> {
        self.memoized.iter().flat_map(|memo| {
            memo.row.iter().filter_map(NodeId::unpack).chain(memo.others.iter().copied())
        })
    }

    /// Reserves room for what is still to come.
    pub(crate) fn reserve(&mut self, room: Room) {
        // The large ones first: while one moves there are two of it, and as yet little else.
        room.reserve(&mut self.slots);
        self.edges.reserve(room);
        room.reserve(&mut self.stored);
        room.reserve(&mut self.numbers);
        room.reserve(&mut self.objects);
        room.reserve(&mut self.object_items);
    }

    /// Adds a node. Every call makes a new identity.
    #[inline]
    pub(crate) fn push(&mut self, slot: Slot, start: u32) -> Result<NodeId> {
        let id = NodeId(place_after(&self.slots)?);
        self.slots.push(slot.at(start));
        Ok(id)
    }

    /// The slot of text or bytes that are not in the pickle; a text has to be UTF-8.
    pub(crate) fn data(&mut self, kind: Kind, data: impl Into<Cow<'de, [u8]>>) -> Result<Slot> {
        let place = place_after(&self.stored)?;
        self.stored.push(Stored::from(data.into()));
        Ok(Slot::entry(kind, place))
    }

    /// The slot of text or bytes of the pickle that are not an operand of the instruction where the
    /// node begins.
    pub(crate) fn data_at(&mut self, kind: Kind, range: Range<usize>) -> Result<Slot> {
        let data = match &self.input {
            Cow::Borrowed(input) => Cow::Borrowed(input.get(range).unwrap_or_default()),
            Cow::Owned(input) => Cow::Owned(input.get(range).unwrap_or_default().to_vec()),
        };
        self.data(kind, data)
    }

    /// The slot of another kind for the bytes of a node.
    pub(crate) fn same_data(&mut self, id: NodeId, kind: Kind) -> Result<Slot> {
        let slot = self.slot(id);
        match slot.as_pickle() {
            Some((start, len)) => self.data_at(kind, start..start + len),
            None => self.data(kind, self.bytes_of(slot).to_vec()),
        }
    }

    /// Whether the pickle has these bytes at that place.
    pub(crate) fn has_at(&self, start: usize, bytes: &[u8]) -> bool {
        self.input.get(start..).is_some_and(|rest| rest.starts_with(bytes))
    }

    /// The slot of an int.
    pub(crate) fn int(&mut self, number: i64) -> Result<Slot> {
        match i32::try_from(number) {
            Ok(number) => Ok(Slot::small(number)),
            Err(_) => self.number(number.cast_unsigned()).map(Slot::wide),
        }
    }

    /// The slot of a float.
    pub(crate) fn float(&mut self, number: f64) -> Result<Slot> {
        self.number(number.to_bits()).map(|place| Slot::entry(Kind::Float, place))
    }

    /// The slot of a class or function.
    pub(crate) fn global_of(&mut self, module: NodeId, name: NodeId) -> Result<Slot> {
        let names = u64::from(name.0) << 32 | u64::from(module.0);
        self.number(names).map(|place| Slot::entry(Kind::Global, place))
    }

    fn number(&mut self, bits: u64) -> Result<u32> {
        let place = place_after(&self.numbers)?;
        self.numbers.push(bits);
        Ok(place)
    }

    /// Makes the span of a new container.
    #[inline]
    pub(crate) fn span(&mut self, items: impl ExactSizeIterator<Item = NodeId>) -> Result<Span> {
        let mut span = Span::default();
        self.edges.append(&mut span, items)?;
        Ok(span)
    }

    /// Adds an object that was just called.
    #[inline]
    pub(crate) fn push_object(
        &mut self,
        how: How,
        callable: NodeId,
        args: NodeId,
        kwargs: Option<NodeId>,
        start: u32,
    ) -> Result<NodeId> {
        let index = u32::try_from(self.objects.len()).unwrap_or(u32::MAX);
        self.objects.push(Object { callable, args, state: NodeId::NONE, items: u32::MAX });
        let id = self.push(Slot::object(ObjectIndex(index), how), start)?;
        match kwargs {
            Some(kwargs) => self.note_kwargs(id, kwargs).map(|()| id),
            None => Ok(id),
        }
    }

    #[inline(never)]
    fn note_kwargs(&mut self, object: NodeId, kwargs: NodeId) -> Result<()> {
        self.object_items_mut(object)?.0.kwargs = kwargs;
        Ok(())
    }

    /// Records a state of an object.
    #[inline]
    pub(crate) fn build(&mut self, target: NodeId, state: NodeId) -> Result<()> {
        let slot = self.slot(target);
        if slot.kind() == Kind::Object
            && let Some(object) = self.objects.get_mut(slot.place())
            && object.state == NodeId::NONE
            && object.items == u32::MAX
        {
            object.state = state;
            return Ok(());
        }
        self.build_again(target, state)
    }

    /// Records a state of an object that has items or another state.
    #[inline(never)]
    fn build_again(&mut self, target: NodeId, state: NodeId) -> Result<()> {
        let slot = self.slot(target);
        let object = match slot.kind() {
            Kind::Object => self.objects.get_mut(slot.place()),
            _ => None,
        };
        let Some(object) = object else {
            return Err(Error::malformed(self.node(target).describe(), "an object to give state"));
        };
        let before = std::mem::replace(&mut object.state, NodeId::NONE);
        let items = self.object_items.get(object.items as usize);
        if before == NodeId::NONE && items.is_none_or(|items| items.states.is_empty()) {
            object.state = state;
            return Ok(());
        }
        let (items, edges) = self.object_items_mut(target)?;
        let states = [before, state];
        edges.append(
            &mut items.states,
            states.into_iter().filter_map(NodeId::some).collect::<Vec<_>>().into_iter(),
        )
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

    /// Gives a dict its first entries, without a look at keys.
    #[inline]
    pub(super) fn fill_dict(
        &mut self,
        dict: NodeId,
        entries: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        let span = self.edges.add(entries)?;
        self.set_slot(dict, Slot::container(Kind::Dict, span));
        Ok(())
    }

    /// Adds to the span of a container, without a look at keys.
    #[inline]
    pub(super) fn append_to(
        &mut self,
        container: NodeId,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        self.change_span(container, |span, edges| edges.append(span, items))
    }

    /// Changes the children of a container.
    #[inline]
    pub(super) fn change_span<T>(
        &mut self,
        container: NodeId,
        change: impl FnOnce(&mut Span, &mut Edges) -> Result<T>,
    ) -> Result<T> {
        let slot = self.slot(container);
        let mut span = self.edges.span(slot.as_children());
        let result = change(&mut span, &mut self.edges)?;
        self.set_slot(container, Slot::container(slot.kind(), span));
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
    pub(super) fn is_setter(&self, call: NodeId, target: NodeId) -> bool {
        self.object(call).is_some_and(|call| {
            call.how == How::Reduce
                && matches!(self.items(call.args), [object, _] if *object == target)
        })
    }

    /// Records items in an object.
    pub(super) fn append_to_object(
        &mut self,
        target: NodeId,
        expected: &'static str,
        part: fn(&mut ObjectItems) -> &mut Span,
        items: impl ExactSizeIterator<Item = NodeId>,
    ) -> Result<()> {
        if self.kind(target) != Kind::Object {
            return Err(Error::malformed(self.node(target).describe(), expected));
        }
        if items.len() == 0 {
            return Ok(());
        }
        let states = self.object(target).map_or(0, |object| object.states.len());
        let (parts, edges) = self.object_items_mut(target)?;
        let spans = [parts.list, parts.dict, parts.set, parts.setters];
        if spans.iter().all(|span| span.is_empty()) {
            parts.states_before = u32::try_from(states).unwrap_or(u32::MAX);
        }
        edges.append(part(parts), items)
    }
}

/// Where the next of these comes.
#[inline]
fn place_after<T>(entries: &[T]) -> Result<u32> {
    match u32::try_from(entries.len()) {
        Ok(place) if place != u32::MAX => Ok(place),
        _ => Err(too_many()),
    }
}

#[cold]
fn too_many() -> Error {
    Error::malformed("more than 4294967294 values", "a smaller pickle")
}
