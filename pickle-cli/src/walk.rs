//! A walk through a graph that does not recurse: values nest a million deep.

use pickle_core::{Graph, Node, NodeId};

/// A part of a value that has children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The items of a list, tuple, set or frozenset.
    Items,
    /// Keys and values of a dict, by turns.
    Entries,
    /// The id of an object outside of the pickle.
    PersistentId,
    /// What an object was made by.
    Callable,
    /// The tuple that it was called with.
    Args,
    /// The dict of keyword arguments.
    Kwargs,
    /// One for each `BUILD`.
    States,
    /// Items that were appended to an object.
    ListItems,
    /// Members that were added to an object.
    SetItems,
    /// Keys and values that were stored in an object, by turns.
    DictItems,
    /// The calls of state setters.
    Setters,
}

impl Part {
    /// Whether the children are keys and values by turns.
    #[must_use]
    pub fn is_pairs(self) -> bool {
        matches!(self, Part::Entries | Part::DictItems)
    }
}

/// The parts of an object, in the order of the walk. The first two are always there.
const OBJECT: [Part; 8] = [
    Part::Callable,
    Part::Args,
    Part::Kwargs,
    Part::States,
    Part::ListItems,
    Part::SetItems,
    Part::DictItems,
    Part::Setters,
];

/// What the walk comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A part of a value begins; it has so many children.
    Begin(NodeId, Part, usize),
    /// A child, and its place in the part. To see its own children, [`Walk::open`] it.
    Child(Part, usize, NodeId),
    /// A part of a value ends; it has so many children.
    End(NodeId, Part, usize),
    /// The value itself ends.
    Close(NodeId),
}

/// The walk: a stack of 12 bytes for each level.
///
/// ```
/// use pickle_cli::walk::{Part, Step, Walk};
/// use pickle_core::Graph;
///
/// let graph = Graph::from_slice(b"K\x01\x85.")?;
/// let mut walk = Walk::new(&graph);
/// let tuple = graph.root_id();
/// walk.open(tuple);
/// assert_eq!(walk.next(), Some(Step::Begin(tuple, Part::Items, 1)));
/// assert!(matches!(walk.next(), Some(Step::Child(Part::Items, 0, _))));
/// assert_eq!(walk.next(), Some(Step::End(tuple, Part::Items, 1)));
/// assert_eq!(walk.next(), Some(Step::Close(tuple)));
/// assert_eq!(walk.next(), None);
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub struct Walk<'g, 'de> {
    graph: &'g Graph<'de>,
    open: Vec<Level>,
}

struct Level {
    node: NodeId,
    /// `None` behind the last part.
    part: Option<Part>,
    begun: bool,
    next: u32,
}

impl<'g, 'de> Walk<'g, 'de> {
    /// A walk with nothing to see yet.
    #[must_use]
    pub fn new(graph: &'g Graph<'de>) -> Walk<'g, 'de> {
        Walk { graph, open: Vec::new() }
    }

    /// Goes to the children of this node next. There are none for a value without parts.
    pub fn open(&mut self, node: NodeId) {
        let part = match self.graph.node(node) {
            Node::List(_) | Node::Tuple(_) | Node::Set(_) | Node::FrozenSet(_) => Some(Part::Items),
            Node::Dict(_) => Some(Part::Entries),
            Node::Persistent(_) => Some(Part::PersistentId),
            Node::Object(_) => Some(Part::Callable),
            _ => None,
        };
        self.open.push(Level { node, part, begun: false, next: 0 });
    }

    /// How many values are open.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// The part that the innermost open value is a child of.
    #[must_use]
    pub fn enclosing(&self) -> Option<Part> {
        self.open.iter().rev().nth(1)?.part
    }

    /// The child before the one that the walk came by last: the key of a value.
    #[must_use]
    pub fn key(&self) -> Option<NodeId> {
        let level = self.open.last()?;
        let place = (level.next as usize).checked_sub(2)?;
        Children::of(self.graph, level.node, level.part?).get(place)
    }

    /// Leaves out the rest of the part that is being walked.
    pub fn skip_rest(&mut self) {
        if let Some(level) = self.open.last_mut() {
            level.next = u32::MAX;
        }
    }
}

impl Iterator for Walk<'_, '_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let graph = self.graph;
        let level = self.open.last_mut()?;
        let Some(part) = level.part else {
            let node = level.node;
            self.open.pop();
            return Some(Step::Close(node));
        };
        let children = Children::of(graph, level.node, part);
        if !level.begun {
            level.begun = true;
            return Some(Step::Begin(level.node, part, children.len()));
        }
        let place = level.next as usize;
        if let Some(child) = children.get(place) {
            level.next += 1;
            return Some(Step::Child(part, place, child));
        }
        level.part = part_behind(graph, level.node, part);
        level.begun = false;
        level.next = 0;
        Some(Step::End(level.node, part, children.len()))
    }
}

/// The next part of an object that is not empty.
fn part_behind(graph: &Graph<'_>, node: NodeId, part: Part) -> Option<Part> {
    let rest = OBJECT.iter().skip_while(|&&other| other != part).skip(1);
    rest.copied().find(|&part| Children::of(graph, node, part).len() > 0)
}

enum Children<'g> {
    One(NodeId),
    Many(&'g [NodeId]),
}

impl<'g> Children<'g> {
    fn of(graph: &'g Graph<'_>, node: NodeId, part: Part) -> Children<'g> {
        match part {
            Part::Items => return Children::Many(graph.items(node)),
            Part::Entries => return Children::Many(graph.entries(node)),
            _ => {}
        }
        if let Node::Persistent(id) = graph.node(node) {
            return Children::One(id);
        }
        let Some(object) = graph.object(node) else { return Children::Many(&[]) };
        match part {
            Part::Callable => Children::One(object.callable()),
            Part::Args => Children::One(object.args()),
            Part::Kwargs => object.kwargs().map_or(Children::Many(&[]), Children::One),
            Part::States => Children::Many(object.states()),
            Part::ListItems => Children::Many(object.list_items()),
            Part::SetItems => Children::Many(object.set_items()),
            Part::DictItems => Children::Many(object.dict_items()),
            Part::Setters => Children::Many(object.setters()),
            Part::Items | Part::Entries | Part::PersistentId => Children::Many(&[]),
        }
    }

    fn len(&self) -> usize {
        match self {
            Children::One(_) => 1,
            Children::Many(ids) => ids.len(),
        }
    }

    fn get(&self, place: usize) -> Option<NodeId> {
        match self {
            Children::One(id) => (place == 0).then_some(*id),
            Children::Many(ids) => ids.get(place).copied(),
        }
    }
}

/// Text of more bytes than this is long: to write it anew for each reference to it would make the
/// output quadratic.
pub const LONG: usize = 1024;

/// The bytes of text, bytes and long integers; none for other nodes.
#[must_use]
pub fn bytes_of<'g>(node: Node<'g>) -> &'g [u8] {
    match node {
        Node::Str(text) => text.as_bytes(),
        Node::Long(bytes)
        | Node::Wtf8(bytes)
        | Node::Str8(bytes)
        | Node::Bytes(bytes)
        | Node::ByteArray(bytes) => bytes,
        _ => &[],
    }
}

/// Whether a second visit must refer to the first: because Python can tell two equal ones apart,
/// or because the output would be quadratic, as with a persistent id of a persistent id.
#[must_use]
pub fn has_identity(graph: &Graph<'_>, id: NodeId) -> bool {
    match graph.node(id) {
        Node::List(_) | Node::Dict(_) | Node::Set(_) | Node::ByteArray(_) | Node::Object(_) => true,
        Node::Tuple(_) | Node::FrozenSet(_) => !graph.items(id).is_empty(),
        Node::Persistent(inner) => matches!(graph.node(inner), Node::Persistent(_)),
        _ => false,
    }
}

/// Whether it has parts.
#[must_use]
pub fn has_parts(node: Node<'_>) -> bool {
    matches!(
        node,
        Node::List(_)
            | Node::Tuple(_)
            | Node::Set(_)
            | Node::FrozenSet(_)
            | Node::Dict(_)
            | Node::Persistent(_)
            | Node::Object(_)
    )
}
