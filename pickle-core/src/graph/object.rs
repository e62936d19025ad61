//! Looking into objects, globals, and references to what lies outside.

use crate::graph::{Entries, Items, Node, NodeRef, ObjectRef};

/// What objects are made of.
impl<'g, 'de> NodeRef<'g, 'de> {
    /// The parts of an object, if it is one.
    #[must_use]
    pub fn object(self) -> Option<ObjectRef<'g>> {
        self.graph().object(self.id())
    }

    /// The module and the qualified name of a class or function, if it is one: those in the
    /// pickle, which below protocol 3 are the names of Python 2.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"ccollections\ndeque\n.")?;
    /// assert_eq!(graph.root().global(), Some(("collections", "deque")));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn global(self) -> Option<(&'g str, &'g str)> {
        self.graph().global(self.id())
    }

    /// What was called to make an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"ccollections\ndeque\n)R.")?;
    /// assert_eq!(graph.root().callable().unwrap().global(), Some(("collections", "deque")));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn callable(self) -> Option<NodeRef<'g, 'de>> {
        self.object().map(|object| self.other(object.callable()))
    }

    /// The class of an object: what was called, or the class that a helper of `copyreg` was called
    /// with.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let new = Graph::from_slice(b"cshapes\nCircle\n)\x81.")?;
    /// assert_eq!(new.root().class().unwrap().global(), Some(("shapes", "Circle")));
    /// // The same at protocol 1.
    /// let old = b"ccopy_reg\n_reconstructor\n(cshapes\nCircle\nc__builtin__\nobject\nNtR.";
    /// assert_eq!(Graph::from_slice(old)?.root().class(), new.root().class());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn class(self) -> Option<NodeRef<'g, 'de>> {
        let callable = self.callable()?;
        match callable.global() {
            Some(("copyreg" | "copy_reg", "_reconstructor" | "__newobj__" | "__newobj_ex__")) => {
                self.args().next()
            }
            _ => Some(callable),
        }
    }

    /// The module and the qualified name of the class of an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"cshapes\nCircle\n)\x81.")?;
    /// assert_eq!(graph.root().class_name(), Some(("shapes", "Circle")));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn class_name(self) -> Option<(&'g str, &'g str)> {
        self.class()?.global()
    }

    /// The positional arguments that made an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"cfractions\nFraction\n(K\x01K\x03tR.")?;
    /// let args: Vec<_> = graph.root().args().map(|arg| arg.as_i64()).collect();
    /// assert_eq!(args, [Some(1), Some(3)]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn args(self) -> Items<'g, 'de> {
        let args = self.object().map(|object| self.graph().items(object.args()));
        Items::new(self.graph(), args.unwrap_or_default())
    }

    /// The keyword arguments that made an object with `NEWOBJ_EX`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"\x80\x04cm\nC\n)}\x8c\x01kK\x01s\x92.")?;
    /// let (name, value) = graph.root().kwargs().next().unwrap();
    /// assert_eq!((name.as_str(), value.as_i64()), (Some("k"), Some(1)));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn kwargs(self) -> Entries<'g, 'de> {
        let kwargs = self.object().and_then(|object| object.kwargs());
        Entries::new(self.graph(), kwargs.map(|id| self.graph().entries(id)).unwrap_or_default())
    }

    /// The state of an object, whether `BUILD` or a state setter gives it; the last one, should
    /// there be several.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"cm\nC\n)\x81K\x05b.")?;
    /// assert_eq!(graph.root().state().unwrap().as_i64(), Some(5));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn state(self) -> Option<NodeRef<'g, 'de>> {
        self.states().next_back()
    }

    /// Every state of an object, in the order of the pickle.
    fn states(self) -> impl DoubleEndedIterator<Item = NodeRef<'g, 'de>> {
        let states = self.object().map(|object| object.states());
        let set = self.setters().filter_map(|setter| setter.args().nth(1));
        Items::new(self.graph(), states.unwrap_or_default()).chain(set)
    }

    /// The attributes of an object, by name: the entries of its states that are dicts, and of the
    /// two dicts of a state for a class with slots (`save_reduce` of `pickle.py`; `__getstate__` of
    /// `object`). An attribute that is set twice is here twice; the last one counts.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// // The state is ({'x': 1}, {'slot': 2}).
    /// let graph = Graph::from_slice(b"\x80\x02cm\nC\n)\x81}Vx\nK\x01s}Vslot\nK\x02s\x86b.")?;
    /// let names: Vec<&str> = graph.root().attributes().map(|(name, _)| name).collect();
    /// assert_eq!(names, ["x", "slot"]);
    /// assert_eq!(graph.root().get("slot").unwrap().as_i64(), Some(2));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    pub fn attributes(
        self,
    ) -> impl DoubleEndedIterator<Item = (&'g str, NodeRef<'g, 'de>)> + use<'g, 'de> {
        let halves =
            move |state: NodeRef<'g, 'de>| match (state.node(), state.graph().items(state.id())) {
                (Node::Tuple(_), &[dict, slots]) => {
                    [Some(state.other(dict)), Some(state.other(slots))]
                }
                _ => [Some(state), None],
            };
        let dicts = self.states().flat_map(halves).flatten();
        // Also an instance of a subclass of dict, which has its entries.
        let dicts = dicts.filter(|half| matches!(half.node(), Node::Dict(_) | Node::Object(_)));
        let entries = dicts.flat_map(NodeRef::entries);
        entries.filter_map(|(name, value)| Some((name.as_str()?, value)))
    }

    /// The attribute of an object with this name.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"cm\nC\n)\x81}Vx\nK\x01sb.")?;
    /// assert_eq!(graph.root().attribute("x").unwrap().as_i64(), Some(1));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<NodeRef<'g, 'de>> {
        self.attributes().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// What was appended to an object: the items of a subclass of `list`, of a `deque`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"ccollections\ndeque\n)R(K\x01K\x02e.")?;
    /// assert_eq!(graph.root().list_items().len(), 2);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn list_items(self) -> Items<'g, 'de> {
        Items::new(
            self.graph(),
            self.object().map(|object| object.list_items()).unwrap_or_default(),
        )
    }

    /// What was stored in an object: the entries of a subclass of `dict`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"ccollections\nOrderedDict\n)RK\x01K\x02s.")?;
    /// assert_eq!(graph.root().dict_items().len(), 1);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn dict_items(self) -> Entries<'g, 'de> {
        Entries::new(
            self.graph(),
            self.object().map(|object| object.dict_items()).unwrap_or_default(),
        )
    }

    /// The calls of state setters on an object, as [`ObjectRef::setters`].
    ///
    /// ```
    /// use pickle_core::Graph;
    /// // m.set_state(object, 5), and its result dropped.
    /// let graph = Graph::from_slice(b"cm\nC\n)\x81q\0cm\nset_state\n(h\0K\x05tR0.")?;
    /// let setter = graph.root().setters().next().unwrap();
    /// assert_eq!(setter.callable().unwrap().global(), Some(("m", "set_state")));
    /// assert_eq!(graph.root().state().unwrap().as_i64(), Some(5));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn setters(self) -> Items<'g, 'de> {
        Items::new(self.graph(), self.object().map(|object| object.setters()).unwrap_or_default())
    }

    /// The persistent id of an object outside of the pickle, if it is one.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"Pstorage\n.")?;
    /// assert_eq!(graph.root().persistent_id().unwrap().as_str(), Some("storage"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn persistent_id(self) -> Option<NodeRef<'g, 'de>> {
        match self.node() {
            Node::Persistent(id) => Some(self.other(id)),
            _ => None,
        }
    }

    /// The extension code, if it is one.
    ///
    /// ```
    /// assert_eq!(pickle_core::Graph::from_slice(b"\x82\x05.")?.root().extension(), Some(5));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn extension(self) -> Option<i32> {
        match self.node() {
            Node::Extension(code) => Some(code),
            _ => None,
        }
    }

    /// Which out-of-band buffer it is, counted from zero, if it is one.
    ///
    /// ```
    /// assert_eq!(pickle_core::Graph::from_slice(b"\x80\x05\x97.")?.root().buffer(), Some(0));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn buffer(self) -> Option<usize> {
        match self.node() {
            Node::Buffer { index, .. } => usize::try_from(index).ok(),
            _ => None,
        }
    }
}
