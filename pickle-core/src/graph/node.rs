//! What a graph consists of.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use crate::graph::edges::Span;

/// Names one node of a [`Graph`](crate::Graph).
///
/// Two references to one Python object are one id.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(crate) u32);

impl NodeId {
    /// Stands for no node; a graph never has so many.
    pub(crate) const NONE: NodeId = NodeId(u32::MAX);

    /// The place of the node in its graph, below [`Graph::len`](crate::Graph::len): for tables with
    /// an entry for each node.
    ///
    /// ```
    /// let graph = pickle_core::Graph::from_slice(b"(K\x01K\x02l.")?;
    /// assert!(graph.root_id().index() < graph.len());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[inline]
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    #[inline]
    pub(crate) fn some(self) -> Option<NodeId> {
        (self != NodeId::NONE).then_some(self)
    }
}

impl fmt::Debug for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "&{}", self.0)
    }
}

/// Text or bytes that are borrowed from the pickle whenever its wire form allows it.
///
/// It is two words wide where a `Cow` is three.
pub struct Borrowable<'de, T: ?Sized>(Repr<'de, T>);

enum Repr<'de, T: ?Sized> {
    Borrowed(&'de T),
    Owned(Box<Owned<T>>),
}

/// Makes the pointer to it one word wide.
struct Owned<T: ?Sized>(Box<T>);

/// Text of a node.
pub type Text<'de> = Borrowable<'de, str>;

/// Bytes of a node.
pub type Data<'de> = Borrowable<'de, [u8]>;

impl<'de, T: ?Sized> Borrowable<'de, T> {
    pub(crate) fn borrowed(value: &'de T) -> Borrowable<'de, T> {
        Borrowable(Repr::Borrowed(value))
    }

    #[cold]
    pub(crate) fn owned(value: Box<T>) -> Borrowable<'de, T> {
        Borrowable(Repr::Owned(Box::new(Owned(value))))
    }

    /// What it holds, when that is a part of the pickle.
    #[must_use]
    pub fn as_borrowed(&self) -> Option<&'de T> {
        match self.0 {
            Repr::Borrowed(value) => Some(value),
            Repr::Owned(_) => None,
        }
    }
}

impl<T: ?Sized> Borrowable<'_, T>
where
    for<'a> Box<T>: From<&'a T>,
{
    pub(crate) fn into_owned(self) -> Borrowable<'static, T> {
        match self.0 {
            Repr::Borrowed(value) => Borrowable::owned(value.into()),
            Repr::Owned(owned) => Borrowable(Repr::Owned(owned)),
        }
    }
}

impl<T: ?Sized> Clone for Borrowable<'_, T>
where
    for<'a> Box<T>: From<&'a T>,
{
    fn clone(&self) -> Self {
        match &self.0 {
            Repr::Borrowed(value) => Borrowable::borrowed(value),
            Repr::Owned(owned) => Borrowable::owned((&*owned.0).into()),
        }
    }
}

impl<'de> From<Cow<'de, str>> for Text<'de> {
    fn from(text: Cow<'de, str>) -> Text<'de> {
        match text {
            Cow::Borrowed(text) => Text::borrowed(text),
            Cow::Owned(text) => Text::owned(text.into_boxed_str()),
        }
    }
}

impl<'de> From<Cow<'de, [u8]>> for Data<'de> {
    fn from(bytes: Cow<'de, [u8]>) -> Data<'de> {
        match bytes {
            Cow::Borrowed(bytes) => Data::borrowed(bytes),
            Cow::Owned(bytes) => Data::owned(bytes.into_boxed_slice()),
        }
    }
}

impl<T: ?Sized> Deref for Borrowable<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match &self.0 {
            Repr::Borrowed(value) => value,
            Repr::Owned(owned) => &owned.0,
        }
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Borrowable<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

/// One value of a [`Graph`](crate::Graph).
///
/// The children of containers are found with [`Graph::items`](crate::Graph::items),
/// [`Graph::entries`](crate::Graph::entries) and [`Graph::object`](crate::Graph::object).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Node<'g, 'de> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    Int(i64),
    /// An `int` that does not fit 64 bits: minimal two's complement, little endian.
    Long(&'g Data<'de>),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Str(&'g Text<'de>),
    /// A `str` with lone surrogates, as generalized UTF-8: each surrogate is three bytes.
    Wtf8(&'g Data<'de>),
    /// An 8-bit string: a `str` of Python 2.
    Str8(&'g Data<'de>),
    /// A `bytes`.
    Bytes(&'g Data<'de>),
    /// A `bytearray`.
    ByteArray(&'g Data<'de>),
    /// A `list`.
    List(Span),
    /// A `tuple`.
    Tuple(Span),
    /// A `set`; its members are distinct and in the order of the pickle.
    Set(Span),
    /// A `frozenset`; its members are distinct and in the order of the pickle.
    FrozenSet(Span),
    /// A `dict`; its keys are distinct.
    Dict(Span),
    /// A class or function, by the names in the pickle. Both are text nodes.
    Global {
        /// Where it lives, such as `collections`.
        module: NodeId,
        /// Its qualified name, such as `OrderedDict`.
        name: NodeId,
    },
    /// What is registered under an extension code.
    Extension(i32),
    /// An object outside of the pickle, by its persistent id.
    Persistent(NodeId),
    /// An out-of-band buffer.
    Buffer {
        /// Which one, in the order of the pickle.
        index: u32,
        /// Whether the pickle makes it read-only.
        readonly: bool,
    },
    /// The result of a call; see [`Graph::object`](crate::Graph::object).
    Object(ObjectIndex),
}

impl Node<'_, '_> {
    /// What it is, for error messages.
    pub(crate) fn describe(&self) -> &'static str {
        match self {
            Node::None => "None",
            Node::Bool(_) => "a bool",
            Node::Int(_) | Node::Long(_) => "an int",
            Node::Float(_) => "a float",
            Node::Str(_) => "a str",
            Node::Wtf8(_) => "a str with lone surrogates",
            Node::Str8(_) => "an 8-bit string",
            Node::Bytes(_) => "bytes",
            Node::ByteArray(_) => "a bytearray",
            Node::List(_) => "a list",
            Node::Tuple(_) => "a tuple",
            Node::Set(_) => "a set",
            Node::FrozenSet(_) => "a frozenset",
            Node::Dict(_) => "a dict",
            Node::Global { .. } => "a global",
            Node::Extension(_) => "an extension code",
            Node::Persistent(_) => "a persistent id",
            Node::Buffer { .. } => "a buffer",
            Node::Object(_) => "an object",
        }
    }

    /// Whether a pickle may call it.
    pub(crate) fn is_callable(&self) -> bool {
        matches!(
            self,
            Node::Global { .. } | Node::Extension(_) | Node::Persistent(_) | Node::Object(_)
        )
    }
}

/// Where the parts of an object are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectIndex(pub(crate) u32);

/// The opcode that made an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum How {
    /// `REDUCE`: `callable(*args)`.
    Reduce,
    /// `NEWOBJ`: `cls.__new__(cls, *args)`.
    NewObj,
    /// `NEWOBJ_EX`: `cls.__new__(cls, *args, **kwargs)`.
    NewObjEx,
    /// `INST`: an instance of a named class.
    Inst,
    /// `OBJ`: an instance of a class on the stack.
    Obj,
}

/// An object of a [`Graph`](crate::Graph): what was called, and what was done to the result.
#[derive(Debug, Clone, Copy)]
pub struct ObjectRef<'g> {
    pub(crate) how: How,
    pub(crate) callable: NodeId,
    pub(crate) args: NodeId,
    pub(crate) kwargs: Option<NodeId>,
    pub(crate) states: &'g [NodeId],
    pub(crate) list_items: &'g [NodeId],
    pub(crate) dict_items: &'g [NodeId],
    pub(crate) set_items: &'g [NodeId],
    pub(crate) setters: &'g [NodeId],
    pub(crate) states_before: usize,
}

impl<'g> ObjectRef<'g> {
    /// The opcode that made it.
    #[must_use]
    pub fn how(&self) -> How {
        self.how
    }

    /// The class or function that was called.
    #[must_use]
    pub fn callable(&self) -> NodeId {
        self.callable
    }

    /// The tuple of positional arguments.
    #[must_use]
    pub fn args(&self) -> NodeId {
        self.args
    }

    /// The dict of keyword arguments of `NEWOBJ_EX`.
    #[must_use]
    pub fn kwargs(&self) -> Option<NodeId> {
        self.kwargs
    }

    /// The states, one for each `BUILD`.
    #[must_use]
    pub fn states(&self) -> &'g [NodeId] {
        self.states
    }

    /// The items added by `APPEND` and `APPENDS`.
    #[must_use]
    pub fn list_items(&self) -> &'g [NodeId] {
        self.list_items
    }

    /// The items stored by `SETITEM` and `SETITEMS`: key, value, key, value. Unlike those of a
    /// dict, equal keys are all here: what they mean is for the class to say.
    #[must_use]
    pub fn dict_items(&self) -> &'g [NodeId] {
        self.dict_items
    }

    /// The items added by `ADDITEMS`.
    #[must_use]
    pub fn set_items(&self) -> &'g [NodeId] {
        self.set_items
    }

    /// Whether it is the result of its call as it is, without state or items.
    pub(crate) fn is_plain(&self) -> bool {
        let parts = [self.states, self.list_items, self.dict_items, self.set_items, self.setters];
        parts.iter().all(|part| part.is_empty())
    }

    /// The calls that gave it state in place of `BUILD`: objects made of a state setter and the
    /// arguments `(object, state)`, whose results the pickle dropped (the sixth part of a
    /// reduction, `save_reduce` of `pickle.py`).
    #[must_use]
    pub fn setters(&self) -> &'g [NodeId] {
        self.setters
    }

    /// How many of the [`states`](ObjectRef::states) were given before any item was added. Picklers
    /// add items first, so it is 0 unless something else wrote the pickle.
    #[must_use]
    pub fn states_before_items(&self) -> usize {
        self.states_before
    }
}
