//! Changing objects.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::graph::edges::Edges;
use crate::graph::slot::{Object, ObjectItems};
use crate::graph::{Graph, How, Node, NodeId, ObjectRef, Span};

/// What makes an object.
struct Call {
    how: How,
    callable: NodeId,
    args: NodeId,
    kwargs: Option<NodeId>,
}

/// Changing what objects are made of.
impl<'de> Graph<'de> {
    /// Sets what is called to make an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"cold\nPoint\n(K\x01K\x02tR.")?;
    /// let class = graph.add_global("new", "Point")?;
    /// graph.set_callable(graph.root_id(), class)?;
    /// assert_eq!(format!("{graph:?}"), "new.Point(1, 2)");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, the second can be no callable or is made of the object, or no
    /// node has one of these ids.
    pub fn set_callable(&mut self, object: NodeId, callable: NodeId) -> Result<()> {
        self.set_call(object, |call| call.callable = callable)
    }

    /// Sets the tuple of positional arguments of an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"cdecimal\nDecimal\n(V1\ntR.")?;
    /// let text = graph.add_str("2")?;
    /// let args = graph.add_tuple([text])?;
    /// graph.set_args(graph.root_id(), args)?;
    /// assert_eq!(format!("{graph:?}"), r#"decimal.Decimal("2")"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, the second no tuple or made of the object, or no node has one
    /// of these ids.
    pub fn set_args(&mut self, object: NodeId, args: NodeId) -> Result<()> {
        self.set_call(object, |call| call.args = args)
    }

    /// Sets the dict of keyword arguments of an object. With them it is made by
    /// [`How::NewObjEx`]; without it is no longer.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81.")?;
    /// let (key, value) = (graph.add_str("key")?, graph.add_int(1)?);
    /// let kwargs = graph.add_dict([(key, value)])?;
    /// graph.set_kwargs(graph.root_id(), Some(kwargs))?;
    /// assert_eq!(format!("{graph:?}"), r#"new m.C() keywords {"key": 1}"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is an object of a call, or none, the second no dict, or no node has one of
    /// these ids.
    pub fn set_kwargs(&mut self, object: NodeId, kwargs: Option<NodeId>) -> Result<()> {
        self.set_call(object, |call| {
            call.how = match (call.how, kwargs) {
                (How::NewObj, Some(_)) => How::NewObjEx,
                (How::NewObjEx, None) => How::NewObj,
                (how, _) => how,
            };
            call.kwargs = kwargs;
        })
    }

    /// Sets the state of an object, in the place of all states that it got by `BUILD`, or takes
    /// them away.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81K\x01b.")?;
    /// let state = graph.add_str("new")?;
    /// graph.set_state(graph.root_id(), Some(state))?;
    /// assert_eq!(format!("{graph:?}"), r#"new m.C() state "new""#);
    /// graph.set_state(graph.root_id(), None)?;
    /// assert_eq!(format!("{graph:?}"), "new m.C()");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, or no node has one of these ids.
    pub fn set_state(&mut self, object: NodeId, state: Option<NodeId>) -> Result<()> {
        self.set_states(object, state, 0)
    }

    /// Sets all states of an object, one for each `BUILD`, and how many of them are given before any
    /// item is added. Picklers give at most one, after the items: [`set_state`](Graph::set_state).
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81.")?;
    /// let states = [graph.add_int(1)?, graph.add_int(2)?];
    /// graph.set_states(graph.root_id(), states, 0)?;
    /// assert_eq!(graph, Graph::from_slice(b"\x80\x02cm\nC\n)\x81K\x01bK\x02b.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, more states come before the items than there are, or no node
    /// has one of these ids.
    pub fn set_states(
        &mut self,
        object: NodeId,
        states: impl IntoIterator<Item = NodeId>,
        before_items: usize,
    ) -> Result<()> {
        let states = self.all_checked(states)?;
        let before = u32::try_from(before_items).unwrap_or(u32::MAX);
        if before_items > states.len() {
            let found = format!("{before_items} states before the items");
            return Err(Error::mismatch(found, format!("at most {}", states.len())));
        }
        let (parts, _) = self.object_mut(object)?;
        let (one, several) = match *states {
            [] => (NodeId::NONE, &[][..]),
            [one] => (one, &[][..]),
            _ => (NodeId::NONE, &states[..]),
        };
        parts.state = one;
        if before > 0 || !several.is_empty() || parts.items != u32::MAX {
            let (items, edges) = self.object_items_mut(object)?;
            items.states_before = before;
            let count = items.states.len();
            edges.splice(&mut items.states, 0..count, several)?;
        }
        Ok(())
    }

    /// Sets an attribute of an object, and returns the value that it had: in the dict that is its
    /// state, in that of its slots if it is one of them, or in a new dict if it has no state.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nServer\n)\x81}Vport\nK\x50sb.")?;
    /// let (port, name) = (graph.add_int(443)?, graph.add_str("web")?);
    /// graph.set_attribute(graph.root_id(), "port", port)?;
    /// graph.set_attribute(graph.root_id(), "name", name)?;
    /// assert_eq!(format!("{graph:?}"), r#"new m.Server() state {"port": 443, "name": "web"}"#);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, its state is something else, or no node has one of these ids.
    pub fn set_attribute(
        &mut self,
        object: NodeId,
        name: impl Into<Cow<'de, str>>,
        value: NodeId,
    ) -> Result<Option<NodeId>> {
        let name = name.into();
        let value = self.checked(value)?;
        self.object_mut(object)?;
        let Some((dict, key)) = self.place_of_attribute(object, &name)? else {
            let name = self.add_str(name)?;
            let state = self.add_dict([(name, value)])?;
            return self.set_state(object, Some(state)).map(|()| None);
        };
        let key = match key {
            Some(key) => key,
            None => self.add_str(name)?,
        };
        self.set_entry(dict, key, value)
    }

    /// The dict that an attribute belongs to, and its key if it is there; `None` when the object
    /// has no state yet.
    fn place_of_attribute(
        &self,
        object: NodeId,
        name: &str,
    ) -> Result<Option<(NodeId, Option<NodeId>)>> {
        let Some(object) = self.get(object) else { return Ok(None) };
        let Some(state) = object.state() else { return Ok(None) };
        let is_dict = |id: NodeId| matches!(self.node(id), Node::Dict(_));
        let key = |dict: NodeId| {
            let mut entries = self.entries(dict).iter().step_by(2);
            entries.find(|&&key| self.get(key).is_some_and(|key| key.as_str() == Some(name)))
        };
        let halves = match (state.node(), self.items(state.id())) {
            (Node::Dict(_), _) => vec![state.id()],
            (Node::Tuple(_), [dict, slots]) if is_dict(*slots) => vec![*dict, *slots],
            _ => return Err(self.wrong(state.id(), "a dict of attributes as the state")),
        };
        // An attribute that is not there yet goes into the first dict.
        let mut dicts = halves.iter().copied().filter(|&half| is_dict(half));
        let known = dicts.clone().rev().find_map(|dict| Some((dict, Some(*key(dict)?))));
        Ok(known.or_else(|| dicts.next().map(|dict| (dict, None))))
    }

    /// Sets the items that are appended to an object: those of a subclass of `list`, of a `deque`.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"ccollections\ndeque\n)R(K\x01K\x02e.")?;
    /// let reversed: Vec<_> = graph.root().list_items().rev().map(|item| item.id()).collect();
    /// graph.set_list_items(graph.root_id(), reversed)?;
    /// assert_eq!(format!("{graph:?}"), "collections.deque() items [2, 1]");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, or no node has one of these ids.
    pub fn set_list_items(
        &mut self,
        object: NodeId,
        items: impl IntoIterator<Item = NodeId>,
    ) -> Result<()> {
        let items = self.all_checked(items)?;
        self.set_part(object, |parts| &mut parts.list, &items)
    }

    /// Sets what is stored in an object under keys: the entries of a subclass of `dict`.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"ccollections\nOrderedDict\n)R(K\x01NK\x02Nu.")?;
    /// let ids = |(key, value): (pickle_core::NodeRef, pickle_core::NodeRef)| (key.id(), value.id());
    /// let reversed: Vec<_> = graph.root().dict_items().rev().map(ids).collect();
    /// graph.set_dict_items(graph.root_id(), reversed)?;
    /// assert_eq!(format!("{graph:?}"), "collections.OrderedDict() items {2: None, 1: None}");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, or no node has one of these ids.
    pub fn set_dict_items(
        &mut self,
        object: NodeId,
        entries: impl IntoIterator<Item = (NodeId, NodeId)>,
    ) -> Result<()> {
        let entries = self.checked_pairs(entries)?;
        self.set_part(object, |parts| &mut parts.dict, &entries)
    }

    /// Sets what is added to an object by `ADDITEMS`. Python's pickler does so for sets alone.
    ///
    /// # Errors
    /// When the first is no object, or no node has one of these ids.
    pub fn set_set_items(
        &mut self,
        object: NodeId,
        members: impl IntoIterator<Item = NodeId>,
    ) -> Result<()> {
        let members = self.all_checked(members)?;
        self.set_part(object, |parts| &mut parts.set, &members)
    }

    /// Lets a function set the state of an object, `setter(object, state)`, in the place of the
    /// setters that it has; or takes them away. It is the sixth part of a reduction (Python 3.8).
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81.")?;
    /// let (setter, state) = (graph.add_global("m", "set_c")?, graph.add_int(5)?);
    /// graph.set_setter(graph.root_id(), Some((setter, state)))?;
    /// assert_eq!(graph, Graph::from_slice(b"\x80\x02cm\nC\n)\x81q\0cm\nset_c\n(h\0K\x05tR0.")?);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the first is no object, the setter can be no callable, or no node has one of these ids.
    pub fn set_setter(&mut self, object: NodeId, setter: Option<(NodeId, NodeId)>) -> Result<()> {
        self.object_mut(object)?;
        let mut calls = Vec::new();
        if let Some((setter, state)) = setter {
            calls.push(self.add_call(setter, [object, state])?);
        }
        self.set_part(object, |parts| &mut parts.setters, &calls)
    }

    /// Sets the calls that give an object its state, as [`ObjectRef::setters`] has them, in the
    /// place of those that it has.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let mut graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81.")?;
    /// let object = graph.root_id();
    /// let (setter, state) = (graph.add_global("m", "set_c")?, graph.add_int(5)?);
    /// let call = graph.add_call(setter, [object, state])?;
    /// graph.set_setters(object, [call, call])?;
    /// assert_eq!(graph.root().setters().len(), 2);
    /// assert!(graph.set_setters(object, [object]).is_err());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// [`ObjectRef::setters`]: crate::ObjectRef::setters
    ///
    /// # Errors
    /// When the first is no object, another is no call with the object and a state, or no node has
    /// one of these ids.
    pub fn set_setters(
        &mut self,
        object: NodeId,
        calls: impl IntoIterator<Item = NodeId>,
    ) -> Result<()> {
        let calls = self.all_checked(calls)?;
        if let Some(&call) = calls.iter().find(|&&call| !self.is_setter(call, object)) {
            return Err(self.wrong(call, "the call of a state setter"));
        }
        self.set_part(object, |parts| &mut parts.setters, &calls)
    }

    /// Changes the call that made an object.
    fn set_call(&mut self, id: NodeId, change: impl FnOnce(&mut Call)) -> Result<()> {
        let Some(object) = self.object(self.checked(id)?) else {
            return Err(self.wrong(id, "an object"));
        };
        let ObjectRef { how, callable, args, kwargs, .. } = object;
        let mut changed = Call { how, callable, args, kwargs };
        change(&mut changed);
        let Call { how, callable, args, kwargs } = changed;
        for part in [Some(callable), Some(args), kwargs].into_iter().flatten() {
            if self.bases(self.checked(part)?).contains(&id) {
                return Err(self.wrong(id, "a call without the object that it makes"));
            }
        }
        self.check_call(how, callable, args, kwargs)?;
        self.respell_call(id, how, callable, args, kwargs)
    }

    fn set_part(
        &mut self,
        id: NodeId,
        part: fn(&mut ObjectItems) -> &mut Span,
        ids: &[NodeId],
    ) -> Result<()> {
        let (items, edges) = self.object_items_mut(id)?;
        let span = part(items);
        edges.splice(span, 0..span.len(), ids)
    }

    pub(super) fn object_mut(&mut self, id: NodeId) -> Result<(&mut Object, &mut Edges)> {
        let wrong = match self.node(self.checked(id)?) {
            Node::Object(index) => {
                return match self.objects.get_mut(index.0 as usize) {
                    Some(object) => Ok((object, &mut self.edges)),
                    None => Err(Error::mismatch("no object", "an object")),
                };
            }
            _ => self.wrong(id, "an object"),
        };
        Err(wrong)
    }

    /// The items of an object, which few have before they are asked for here.
    pub(super) fn object_items_mut(
        &mut self,
        id: NodeId,
    ) -> Result<(&mut ObjectItems, &mut Edges)> {
        let next = self.object_items.len();
        let (object, _) = self.object_mut(id)?;
        let index = next.min(object.items as usize);
        if index == next {
            object.items = u32::try_from(next).unwrap_or(u32::MAX);
            self.object_items.push(ObjectItems::default());
        }
        match self.object_items.get_mut(index) {
            Some(items) => Ok((items, &mut self.edges)),
            None => Err(Error::mismatch("no items", "items")),
        }
    }
}
