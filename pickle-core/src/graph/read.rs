//! Looking into a graph.

use crate::error::Error;
use crate::graph::{Entries, Graph, Items, Node, NodeId, Walk};
use crate::wire::integer::Integer;

/// A node together with its graph: what to look into a pickle with.
///
/// It is two words that are copied freely. Questions that a node has no answer to are answered by
/// `None` or by nothing, as those of [`Value`](crate::Value); [`at`](NodeRef::at) says what is
/// wrong instead.
///
/// ```
/// use pickle_core::Graph;
///
/// // {'servers': ['web', 'db']}
/// let graph = Graph::from_slice(b"\x80\x04}\x8c\x07servers](\x8c\x03web\x8c\x02dbes.")?;
/// let servers = graph.root().get("servers").unwrap();
/// assert_eq!(servers.index(0).and_then(|server| server.as_str()), Some("web"));
/// assert_eq!(graph.root().at("servers[1]")?.as_str(), Some("db"));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct NodeRef<'g, 'de> {
    graph: &'g Graph<'de>,
    id: NodeId,
}

impl<'de> Graph<'de> {
    /// The value of the pickle, to look into.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"K\x07.")?.root().as_i64(), Some(7));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn root(&self) -> NodeRef<'_, 'de> {
        NodeRef::new(self, self.root_id())
    }

    /// The node with this id, to look into; `None` when no node has it.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let graph = Graph::from_slice(b"](K\x01K\x02e.")?;
    /// let last = graph.root().index(1).unwrap().id();
    /// assert_eq!(graph.get(last).unwrap().as_i64(), Some(2));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn get(&self, id: NodeId) -> Option<NodeRef<'_, 'de>> {
        (id.index() < self.len()).then_some(NodeRef::new(self, id))
    }
}

impl Graph<'_> {
    /// An error with the place of a node, if it has one.
    pub(crate) fn locate(&self, id: NodeId, error: Error) -> Error {
        match NodeRef::new(self, id).offset() {
            Some(offset) => error.at(offset),
            None => error,
        }
    }
}

impl<'g, 'de> NodeRef<'g, 'de> {
    pub(crate) fn new(graph: &'g Graph<'de>, id: NodeId) -> NodeRef<'g, 'de> {
        NodeRef { graph, id }
    }

    /// The same for another node of the graph.
    pub(crate) fn other(self, id: NodeId) -> NodeRef<'g, 'de> {
        NodeRef::new(self.graph, id)
    }

    /// Its graph.
    #[must_use]
    pub fn graph(self) -> &'g Graph<'de> {
        self.graph
    }

    /// Its id, which stays the same when the graph is edited.
    #[must_use]
    pub fn id(self) -> NodeId {
        self.id
    }

    /// What it is, to match on.
    ///
    /// ```
    /// use pickle_core::{Graph, Node};
    ///
    /// let graph = Graph::from_slice(b"U\x01a.")?;
    /// assert!(matches!(graph.root().node(), Node::Str8(_)));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn node(self) -> Node<'g> {
        self.graph.node(self.id)
    }

    /// Where in the pickle its expression begins, as [`Graph::offset`]; `None` for a node that was
    /// made by hand.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"\x80\x04N.")?.root().offset(), Some(2));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn offset(self) -> Option<usize> {
        Some(self.graph.offset(self.id)).filter(|&offset| offset != Graph::NOWHERE as usize)
    }

    /// Whether both are one and the same node of one graph: `is` of Python, for values that have
    /// identity there. Equal values are compared by `==`.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let graph = Graph::from_slice(b"](]2]e.")?;
    /// let items: Vec<_> = graph.root().iter().collect();
    /// assert!(items[0].ptr_eq(items[1]) && !items[0].ptr_eq(items[2]));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn ptr_eq(self, other: NodeRef<'_, '_>) -> bool {
        std::ptr::addr_eq(self.graph, other.graph) && self.id == other.id
    }

    /// What it is in a few words, such as `a list` or `an object`.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"U\x01a.")?.root().kind(), "an 8-bit string");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn kind(self) -> &'static str {
        self.node().describe()
    }

    /// Whether it is `None`.
    ///
    /// ```
    /// assert!(pickle_core::Graph::from_slice(b"N.")?.root().is_none());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_none(self) -> bool {
        matches!(self.node(), Node::None)
    }

    /// The `bool`, if it is one.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"\x88.")?.root().as_bool(), Some(true));
    /// assert_eq!(Graph::from_slice(b"K\x01.")?.root().as_bool(), None);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.node() {
            Node::Bool(bool) => Some(bool),
            _ => None,
        }
    }

    /// The `int`, if it is one that fits.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"J\xff\xff\xff\xff.")?.root().as_i64(), Some(-1));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        self.as_int()
    }

    /// The `int`, if it is one that fits.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let largest = Graph::from_slice(b"L18446744073709551615L\n.")?;
    /// assert_eq!(largest.root().as_u64(), Some(u64::MAX));
    /// assert_eq!(largest.root().as_i64(), None);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_u64(self) -> Option<u64> {
        self.as_int()
    }

    /// The `int` as any type of Rust, if it is one that fits.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// let graph = Graph::from_slice(b"M\0\x01.")?;
    /// assert_eq!(graph.root().as_int::<u8>(), None);
    /// assert_eq!(graph.root().as_int::<u16>(), Some(256));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_int<I: Integer>(self) -> Option<I> {
        match self.node() {
            Node::Int(number) => I::from_i64(number),
            Node::Long(bytes) => I::from_long(bytes),
            _ => None,
        }
    }

    /// The `int` that does not fit an `i64`, if it is one: two's complement, little endian, for
    /// [`Long::from_le_bytes`](crate::Long::from_le_bytes).
    ///
    /// ```
    /// use pickle_core::{Graph, Long};
    /// let graph = Graph::from_slice(b"L340282366920938463463374607431768211456L\n.")?;
    /// let long = graph.root().as_long().map(Long::from_le_bytes);
    /// assert_eq!(long.unwrap().to_string(), "340282366920938463463374607431768211456");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_long(self) -> Option<&'g [u8]> {
        match self.node() {
            Node::Long(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The `float`, or the `int` if a float holds it exactly.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"F0.5\n.")?.root().as_f64(), Some(0.5));
    /// assert_eq!(Graph::from_slice(b"K\x02.")?.root().as_f64(), Some(2.0));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_f64(self) -> Option<f64> {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        match self.node() {
            Node::Float(number) => Some(number),
            #[expect(clippy::cast_precision_loss, reason = "checked to be exact")]
            Node::Int(number) if number.unsigned_abs() <= EXACT => Some(number as f64),
            _ => None,
        }
    }

    /// The `str`, if it is one; also an 8-bit string of Python 2 that is UTF-8.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"\x8c\x01a.")?.root().as_str(), Some("a"));
    /// assert_eq!(Graph::from_slice(b"U\x01a.")?.root().as_str(), Some("a"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_str(self) -> Option<&'g str> {
        match self.node() {
            Node::Str(text) => Some(text.as_str()),
            Node::Str8(bytes) => std::str::from_utf8(bytes).ok(),
            _ => None,
        }
    }

    /// The `bytes` or `bytearray`, if it is one; also an 8-bit string of Python 2. Below protocol
    /// 3 `bytes` are the call of a function, and so an object.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"C\x01a.")?.root().as_bytes(), Some(&b"a"[..]));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn as_bytes(self) -> Option<&'g [u8]> {
        match self.node() {
            Node::Bytes(bytes) | Node::ByteArray(bytes) | Node::Str8(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The value under a `str` key of a dict; for an object its attribute with that name, or else
    /// the last value stored under that key.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// // An instance of shapes.Circle.
    /// let graph = Graph::from_slice(b"\x80\x04cshapes\nCircle\n)\x81}\x8c\x06radiusK\x03sb.")?;
    /// assert_eq!(graph.root().get("radius").and_then(|radius| radius.as_i64()), Some(3));
    /// assert!(graph.root().get("center").is_none());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn get(self, key: &str) -> Option<NodeRef<'g, 'de>> {
        self.attribute(key).or_else(|| self.find(|known| known.as_str() == Some(key)))
    }

    /// The last value under a key that a function accepts.
    pub(crate) fn find(
        self,
        mut is_key: impl FnMut(NodeRef<'g, 'de>) -> bool,
    ) -> Option<NodeRef<'g, 'de>> {
        self.entries().rev().find(|(key, _)| is_key(*key)).map(|(_, value)| value)
    }

    /// The item of a list or tuple at a place, counted from zero; for an object that of its list
    /// items.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let graph = Graph::from_slice(b"K\x01K\x02\x86.")?;
    /// assert_eq!(graph.root().index(1).and_then(|item| item.as_i64()), Some(2));
    /// assert!(graph.root().index(2).is_none());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn index(self, place: usize) -> Option<NodeRef<'g, 'de>> {
        match self.node() {
            Node::List(_) | Node::Tuple(_) => self.iter().nth(place),
            Node::Object(_) => self.list_items().nth(place),
            _ => None,
        }
    }

    /// The items of a list or tuple, the members of a set or frozenset, the list items of an
    /// object; nothing for other nodes.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let graph = Graph::from_slice(b"](K\x01K\x02e.")?;
    /// assert_eq!(graph.root().iter().filter_map(|item| item.as_i64()).sum::<i64>(), 3);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn iter(self) -> Items<'g, 'de> {
        let items = self.graph.object(self.id).map(|object| object.list_items());
        Items::new(self.graph(), items.unwrap_or_else(|| self.graph.items(self.id)))
    }

    /// The keys and values of a dict, or those stored in an object; nothing for other nodes.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// let graph = Graph::from_slice(b"}(K\x01K\x02K\x03K\x04u.")?;
    /// let four = graph.root().entries().find(|(key, _)| key.as_i64() == Some(3)).unwrap().1;
    /// assert_eq!(four.as_i64(), Some(4));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn entries(self) -> Entries<'g, 'de> {
        let items = self.graph.object(self.id).map(|object| object.dict_items());
        Entries::new(self.graph(), items.unwrap_or_else(|| self.graph.entries(self.id)))
    }

    /// How many items or entries there are; 0 for what has none.
    ///
    /// ```
    /// use pickle_core::Graph;
    /// assert_eq!(Graph::from_slice(b"](K\x01K\x02e.")?.root().len(), 2);
    /// assert_eq!(Graph::from_slice(b"}K\x01K\x02s.")?.root().len(), 1);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn len(self) -> usize {
        self.iter().len() + self.entries().len()
    }

    /// Whether there are no items or entries.
    ///
    /// ```
    /// assert!(pickle_core::Graph::from_slice(b"].")?.root().is_empty());
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// All that it leads to, itself first, each node once: depth first, in the order in which it
    /// is pickled. However deep it is, nothing recurses.
    ///
    /// ```
    /// use pickle_core::Graph;
    ///
    /// // A list with 'a', a list with 'b', and itself.
    /// let graph = Graph::from_slice(b"\x80\x04]\x94(\x8c\x01a]\x8c\x01bah\0e.")?;
    /// let texts: Vec<&str> = graph.root().walk().filter_map(|node| node.as_str()).collect();
    /// assert_eq!(texts, ["a", "b"]);
    /// assert_eq!(graph.root().walk().count(), 4);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn walk(self) -> Walk<'g, 'de> {
        Walk::new(self)
    }
}
