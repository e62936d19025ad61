//! Making graphs by hand.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::graph::{Collector, Graph, How, Kind, Node, NodeId, Slot, Span};
use crate::protocol::Protocol;
use crate::wire::integer::Integer;
use crate::wire::literal::{self, WideText};
use crate::wire::long::{self, Whole};

/// Making nodes. Each gives the id of the new node, which is not part of the value until something
/// refers to it, or [`set_root`](Graph::set_root) makes it the value.
///
/// An id that no node of this graph has is an error. Ids are numbers, so one of another graph may
/// happen to name a node of this one.
impl<'de> Graph<'de> {
    /// A graph whose value is `None`, to be filled.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::new();
    /// let one = graph.add_int(1)?;
    /// let list = graph.add_list([one, one])?;
    /// graph.set_root(list)?;
    /// assert_eq!(graph, Graph::from_slice(b"](K\x01K\x01e.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn new() -> Graph<'de> {
        let mut graph = Graph::empty();
        graph.slots.push(Slot::NONE.at(Graph::NOWHERE));
        graph.finish(NodeId(0), Protocol::default());
        graph
    }

    /// Makes a node the value of the graph.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// // Only a part of a pickle is wanted.
    /// let mut graph = Graph::from_slice(b"}Vdata\n](K\x01K\x02es.")?;
    /// let data = graph.root().at("data")?.id();
    /// graph.set_root(data)?;
    /// assert_eq!(graph, Graph::from_slice(b"](K\x01K\x02e.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When no node has this id.
    pub fn set_root(&mut self, root: NodeId) -> Result<()> {
        self.root = self.checked(root)?;
        Ok(())
    }

    /// Adds a `None`.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_none(&mut self) -> Result<NodeId> {
        self.add(Slot::NONE)
    }

    /// Adds a `bool`.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_bool(&mut self, value: bool) -> Result<NodeId> {
        self.add(Slot::bool(value))
    }

    /// Adds an `int` from any integer type.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let id = graph.add_int(u64::MAX)?;
    /// assert_eq!(graph.get(id).unwrap().as_u64(), Some(u64::MAX));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_int<I: Integer>(&mut self, number: I) -> Result<NodeId> {
        match number.to_i64() {
            Some(number) => self.add_small(number),
            None => self.add_long(number.to_long().to_vec()),
        }
    }

    /// Adds an `int` of any size, in two's complement, little endian; nothing at all is zero.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let id = graph.add_long(&[0xff, 0])?;
    /// assert_eq!(graph.get(id).unwrap().as_i64(), Some(255));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_long(&mut self, bytes: impl Into<Cow<'de, [u8]>>) -> Result<NodeId> {
        let number = match bytes.into() {
            Cow::Borrowed(bytes) => long::from_bytes(bytes),
            Cow::Owned(bytes) => match long::from_bytes(&bytes) {
                Whole::Small(number) => Whole::Small(number),
                Whole::Large(bytes) => Whole::Large(Cow::Owned(bytes.into_owned())),
            },
        };
        match number {
            Whole::Small(number) => self.add_small(number),
            Whole::Large(bytes) => self.add_data(Kind::Long, bytes),
        }
    }

    /// Adds a `float`.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_float(&mut self, number: f64) -> Result<NodeId> {
        let slot = self.float(number)?;
        self.add(slot)
    }

    /// Adds a `str`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let borrowed = graph.add_str("a")?;
    /// let owned = graph.add_str(format!("{}", 1))?;
    /// assert_eq!(graph.get(owned).unwrap().as_str(), Some("1"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_str(&mut self, text: impl Into<Cow<'de, str>>) -> Result<NodeId> {
        let text = match text.into() {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        };
        self.add_data(Kind::Str, text)
    }

    /// Adds a `str` from generalized UTF-8, in which a lone surrogate is three bytes.
    ///
    /// ```
    /// use pickle_core::{Graph, Node};
    /// let mut graph = Graph::new();
    /// let lone = graph.add_wtf8(b"\xed\xa0\x80")?;
    /// assert!(matches!(graph.node(lone), Node::Wtf8(_)));
    /// // Without surrogates it is UTF-8.
    /// let text = graph.add_wtf8(b"a")?;
    /// assert!(matches!(graph.node(text), Node::Str(_)));
    /// assert!(graph.add_wtf8(b"\xff").is_err());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the bytes are something else.
    pub fn add_wtf8(&mut self, bytes: impl Into<Cow<'de, [u8]>>) -> Result<NodeId> {
        let bytes = bytes.into();
        let kind = match literal::utf8(&bytes)? {
            WideText::Utf8(_) => Kind::Str,
            WideText::Wtf8(_) => Kind::Wtf8,
        };
        self.add_data(kind, bytes)
    }

    /// Adds an 8-bit string, a `str` of Python 2.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_str8(&mut self, bytes: impl Into<Cow<'de, [u8]>>) -> Result<NodeId> {
        self.add_data(Kind::Str8, bytes.into())
    }

    /// Adds a `bytes`.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_bytes(&mut self, bytes: impl Into<Cow<'de, [u8]>>) -> Result<NodeId> {
        self.add_data(Kind::Bytes, bytes.into())
    }

    /// Adds a `bytearray`.
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_bytearray(&mut self, bytes: impl Into<Cow<'de, [u8]>>) -> Result<NodeId> {
        self.add_data(Kind::ByteArray, bytes.into())
    }

    /// Adds a `list`. A cycle is made with [`push_item`](Graph::push_item) afterwards.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let list = graph.add_list([])?;
    /// graph.push_item(list, list)?;
    /// graph.set_root(list)?;
    /// assert_eq!(graph, Graph::from_slice(b"]q\0h\0a.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When no node has one of these ids.
    pub fn add_list(&mut self, items: impl IntoIterator<Item = NodeId>) -> Result<NodeId> {
        let span = self.checked_span(items)?;
        self.add(Slot::container(Kind::List, span))
    }

    /// Adds a `tuple`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let none = graph.add_none()?;
    /// let tuple = graph.add_tuple([none])?;
    /// graph.set_root(tuple)?;
    /// assert_eq!(graph, Graph::from_slice(b"N\x85.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When no node has one of these ids.
    pub fn add_tuple(&mut self, items: impl IntoIterator<Item = NodeId>) -> Result<NodeId> {
        let span = self.checked_span(items)?;
        self.add(Slot::container(Kind::Tuple, span))
    }

    /// Adds a `dict`. As in Python, a key that is there already keeps its place and takes the new
    /// value (`1 == 1.0 == True`).
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let (key, value) = (graph.add_str("port")?, graph.add_int(80)?);
    /// let dict = graph.add_dict([(key, value)])?;
    /// assert_eq!(graph.get(dict).unwrap().at("port")?.as_i64(), Some(80));
    /// // A dict cannot be a key.
    /// assert!(graph.add_dict([(dict, value)]).is_err());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a key cannot be hashed, or no node has one of these ids.
    pub fn add_dict(
        &mut self,
        entries: impl IntoIterator<Item = (NodeId, NodeId)>,
    ) -> Result<NodeId> {
        let entries = self.checked_pairs(entries)?;
        let dict = self.add(Slot::container(Kind::Dict, Span::default()))?;
        self.collect(|collector, graph| collector.set_items(graph, dict, &entries))?;
        Ok(dict)
    }

    /// Adds a `set`; a member that is there already is left out.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let (one, also_one) = (graph.add_int(1)?, graph.add_float(1.0)?);
    /// let set = graph.add_set([one, also_one])?;
    /// assert_eq!(graph.get(set).unwrap().len(), 1);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a member cannot be hashed, or no node has one of these ids.
    pub fn add_set(&mut self, members: impl IntoIterator<Item = NodeId>) -> Result<NodeId> {
        let members = self.all_checked(members)?;
        let set = self.add(Slot::container(Kind::Set, Span::default()))?;
        self.collect(|collector, graph| collector.add_members(graph, set, &members))?;
        Ok(set)
    }

    /// Adds a `frozenset`; a member that is there already is left out.
    ///
    /// # Errors
    /// When a member cannot be hashed, or no node has one of these ids.
    pub fn add_frozenset(&mut self, members: impl IntoIterator<Item = NodeId>) -> Result<NodeId> {
        let members = self.all_checked(members)?;
        let set = self.add(Slot::container(Kind::FrozenSet, Span::default()))?;
        self.collect(|collector, graph| collector.add_members(graph, set, &members))?;
        Ok(set)
    }

    /// Adds a class or function by its module and qualified name.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let class = graph.add_global("collections", "OrderedDict")?;
    /// assert_eq!(graph.global(class), Some(("collections", "OrderedDict")));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_global(
        &mut self,
        module: impl Into<Cow<'de, str>>,
        name: impl Into<Cow<'de, str>>,
    ) -> Result<NodeId> {
        let (module, name) = (self.add_str(module)?, self.add_str(name)?);
        let slot = self.global_of(module, name)?;
        self.add(slot)
    }

    /// Adds what is registered under an extension code (PEP 307).
    ///
    /// # Errors
    /// When the code is not above zero.
    pub fn add_extension(&mut self, code: i32) -> Result<NodeId> {
        if code <= 0 {
            let found = format!("extension code {code}");
            return Err(Error::mismatch(found, "a code above zero"));
        }
        self.add(Slot::extension(code))
    }

    /// Adds a reference to an object outside of the pickle, by its persistent id: a `str` at
    /// protocol 0, anything since.
    ///
    /// # Errors
    /// When no node has this id.
    pub fn add_persistent(&mut self, id: NodeId) -> Result<NodeId> {
        let id = self.checked(id)?;
        self.add(Slot::persistent(id))
    }

    /// Adds the out-of-band buffer with this index (PEP 574).
    ///
    /// # Errors
    /// As for all nodes: when there are 4 294 967 294 already.
    pub fn add_buffer(&mut self, index: u32, readonly: bool) -> Result<NodeId> {
        self.add(Slot::buffer(index, readonly))
    }

    /// Adds the result of a call. What else there is to an object is set afterwards:
    /// [`set_state`](Graph::set_state), [`push_item`](Graph::push_item),
    /// [`set_entry`](Graph::set_entry).
    ///
    /// ```
    /// use pickle_core::{Graph, How};
    /// let mut graph = Graph::new();
    /// let class = graph.add_global("decimal", "Decimal")?;
    /// let text = graph.add_str("0.1")?;
    /// let args = graph.add_tuple([text])?;
    /// let decimal = graph.add_object(How::Reduce, class, args, None)?;
    /// assert_eq!(format!("{:?}", graph.get(decimal).unwrap()), r#"decimal.Decimal("0.1")"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the callable can be none, the arguments are no tuple, or the keywords no dict; when
    /// there are keywords without [`How::NewObjEx`], or none with it.
    pub fn add_object(
        &mut self,
        how: How,
        callable: NodeId,
        args: NodeId,
        kwargs: Option<NodeId>,
    ) -> Result<NodeId> {
        for id in [Some(callable), Some(args), kwargs].into_iter().flatten() {
            self.checked(id)?;
        }
        self.check_call(how, callable, args, kwargs)?;
        self.push_object(how, callable, args, kwargs, Graph::NOWHERE)
    }

    /// Adds the result of `callable(*args)`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let class = graph.add_global("fractions", "Fraction")?;
    /// let args = [graph.add_int(1)?, graph.add_int(3)?];
    /// let third = graph.add_call(class, args)?;
    /// graph.set_root(third)?;
    /// assert_eq!(graph, Graph::from_slice(b"cfractions\nFraction\nK\x01K\x03\x86R.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the callable can be none, or no node has one of these ids.
    pub fn add_call(
        &mut self,
        callable: NodeId,
        args: impl IntoIterator<Item = NodeId>,
    ) -> Result<NodeId> {
        let args = self.add_tuple(args)?;
        self.add_object(How::Reduce, callable, args, None)
    }

    /// Adds an instance of a class with these attributes, as a plain Python object pickles from
    /// protocol 2 on: `cls.__new__(cls)`, and the attributes as its state.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let mut graph = Graph::new();
    /// let class = graph.add_global("shapes", "Circle")?;
    /// let radius = graph.add_int(3)?;
    /// let circle = graph.add_instance(class, [("radius", radius)])?;
    /// assert_eq!(graph.get(circle).unwrap().at("radius")?.as_i64(), Some(3));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the class can be none, or no node has one of these ids.
    pub fn add_instance<N: Into<Cow<'de, str>>>(
        &mut self,
        class: NodeId,
        attributes: impl IntoIterator<Item = (N, NodeId)>,
    ) -> Result<NodeId> {
        let args = self.add_tuple([])?;
        let object = self.add_object(How::NewObj, class, args, None)?;
        let mut entries = Vec::new();
        for (name, value) in attributes {
            entries.push((self.add_str(name)?, value));
        }
        if !entries.is_empty() {
            let state = self.add_dict(entries)?;
            self.build(object, state)?;
        }
        Ok(object)
    }

    pub(super) fn add(&mut self, slot: Slot) -> Result<NodeId> {
        self.push(slot, Graph::NOWHERE)
    }

    fn add_small(&mut self, number: i64) -> Result<NodeId> {
        let slot = self.int(number)?;
        self.add(slot)
    }

    fn add_data(&mut self, kind: Kind, data: Cow<'de, [u8]>) -> Result<NodeId> {
        let slot = self.data(kind, data)?;
        self.add(slot)
    }

    /// The id, if a node has it.
    pub(super) fn checked(&self, id: NodeId) -> Result<NodeId> {
        if id.index() < self.len() {
            return Ok(id);
        }
        let found = format!("node {id:?} in a graph of {} nodes", self.len());
        Err(Error::mismatch(found, "the id of a node of this graph"))
    }

    pub(super) fn all_checked(&self, ids: impl IntoIterator<Item = NodeId>) -> Result<Vec<NodeId>> {
        ids.into_iter().map(|id| self.checked(id)).collect()
    }

    /// Pairs one after the other: key, value, key, value.
    pub(super) fn checked_pairs(
        &self,
        pairs: impl IntoIterator<Item = (NodeId, NodeId)>,
    ) -> Result<Vec<NodeId>> {
        self.all_checked(pairs.into_iter().flat_map(|(key, value)| [key, value]))
    }

    fn checked_span(&mut self, items: impl IntoIterator<Item = NodeId>) -> Result<Span> {
        let items = self.all_checked(items)?;
        self.span(items.into_iter())
    }

    /// Runs something that adds keys.
    ///
    /// What the collector knows of keys is kept from one edit to the next, so that each costs no
    /// more than a lookup.
    pub(super) fn collect<T>(
        &mut self,
        run: impl FnOnce(&mut Collector, &mut Graph<'de>) -> Result<T>,
    ) -> Result<T> {
        let mut collector = self.collector.take().unwrap_or_default();
        let result = run(&mut collector, self);
        self.collector = Some(collector);
        result
    }

    /// Whether an object can be made like this.
    pub(super) fn check_call(
        &self,
        how: How,
        callable: NodeId,
        args: NodeId,
        kwargs: Option<NodeId>,
    ) -> Result<()> {
        let node = self.node(callable);
        match how {
            How::Inst if !matches!(node, Node::Global { .. }) => {
                return Err(self.wrong(callable, "a global to make an instance of"));
            }
            _ if !node.is_callable() => {
                return Err(self.wrong(callable, "a class or function to call"));
            }
            _ => {}
        }
        if !matches!(self.node(args), Node::Tuple(_)) {
            return Err(self.wrong(args, "a tuple of arguments"));
        }
        match (how, kwargs) {
            (How::NewObjEx, Some(kwargs)) if !matches!(self.node(kwargs), Node::Dict(_)) => {
                Err(self.wrong(kwargs, "a dict of keyword arguments"))
            }
            (How::NewObjEx, None) => {
                Err(Error::mismatch("no keyword arguments", "a dict of them for `How::NewObjEx`"))
            }
            (How::NewObjEx, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => Err(Error::mismatch("keyword arguments", "none, or `How::NewObjEx`")),
        }
    }

    /// An error about a node of another kind.
    pub(super) fn wrong(&self, id: NodeId, expected: &'static str) -> Error {
        self.locate(id, Error::mismatch(self.node(id).describe(), expected))
    }
}

/// As [`Graph::new`].
impl Default for Graph<'_> {
    fn default() -> Self {
        Graph::new()
    }
}
