//! What a graph consists of.

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;

use crate::graph::edges::Span;
use crate::wire::text::checked;

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

/// Text of a node: UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text<'g>(&'g [u8]);

impl<'g> Text<'g> {
    /// Of bytes that were found to be UTF-8.
    #[inline]
    pub(crate) fn new(bytes: &'g [u8]) -> Text<'g> {
        Text(bytes)
    }

    /// The text. It is checked again each time, so [`as_bytes`](Text::as_bytes) is faster where
    /// bytes are enough.
    #[must_use]
    pub fn as_str(self) -> &'g str {
        checked(self.0).unwrap_or_default()
    }

    /// The text in UTF-8.
    #[inline]
    #[must_use]
    pub fn as_bytes(self) -> &'g [u8] {
        self.0
    }

    /// How many bytes it has.
    #[inline]
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether it is empty.
    #[inline]
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

/// Bytes that no instruction of the pickle has as they are.
///
/// It is two words wide where a `Cow` is three.
pub(super) enum Stored<'de> {
    Borrowed(&'de [u8]),
    #[expect(clippy::box_collection, reason = "a pointer that is one word wide")]
    Owned(Box<Vec<u8>>),
}

impl Stored<'_> {
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        match self {
            Stored::Borrowed(bytes) => bytes,
            Stored::Owned(bytes) => bytes,
        }
    }

    pub(super) fn into_owned(self) -> Stored<'static> {
        match self {
            Stored::Borrowed(bytes) => Stored::Owned(Box::new(bytes.to_vec())),
            Stored::Owned(bytes) => Stored::Owned(bytes),
        }
    }
}

impl Clone for Stored<'_> {
    fn clone(&self) -> Self {
        match self {
            Stored::Borrowed(bytes) => Stored::Borrowed(bytes),
            Stored::Owned(bytes) => Stored::Owned(bytes.clone()),
        }
    }
}

impl<'de> From<Cow<'de, [u8]>> for Stored<'de> {
    fn from(bytes: Cow<'de, [u8]>) -> Stored<'de> {
        match bytes {
            Cow::Borrowed(bytes) => Stored::Borrowed(bytes),
            Cow::Owned(bytes) => Stored::Owned(Box::new(bytes)),
        }
    }
}

/// One value of a [`Graph`](crate::Graph).
///
/// The children of containers are found with [`Graph::items`](crate::Graph::items),
/// [`Graph::entries`](crate::Graph::entries) and [`Graph::object`](crate::Graph::object).
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Node<'g> {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    Int(i64),
    /// An `int` that does not fit 64 bits: minimal two's complement, little endian.
    Long(&'g [u8]),
    /// A `float`.
    Float(f64),
    /// A `str`.
    Str(Text<'g>),
    /// A `str` with lone surrogates, as generalized UTF-8: each surrogate is three bytes.
    Wtf8(&'g [u8]),
    /// An 8-bit string: a `str` of Python 2.
    Str8(&'g [u8]),
    /// A `bytes`.
    Bytes(&'g [u8]),
    /// A `bytearray`.
    ByteArray(&'g [u8]),
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

impl Node<'_> {
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

impl How {
    /// All of them in their order, as many as three bits tell apart.
    pub(super) const ALL: [How; 8] = {
        let how = [How::Reduce, How::NewObj, How::NewObjEx, How::Inst, How::Obj];
        let mut all = [How::Reduce; 8];
        all.split_at_mut(how.len()).0.copy_from_slice(&how);
        all
    };
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
