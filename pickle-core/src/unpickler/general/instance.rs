//! Objects of a graph as instances of a class: their arguments, items and attributes.
//!
//! The state may be a dict or a pair of dicts (`object.__reduce_ex__`, PEP 307), or the values alone.

use std::borrow::Cow;

use super::builtin;
use super::spelling::{Names, Spelling, modern, spelling};
use crate::class::{Class, StateForm};
use crate::graph::{self, Graph, Node, NodeId, ObjectRef};

/// An object that is being taken apart. It is copied often, so it is small: 64 bytes, with
/// [`NodeId::NONE`] for what there is not.
#[derive(Clone)]
pub(crate) struct Object<'g> {
    pub(super) node: NodeId,
    pub(super) class: &'static Class,
    /// What is in the state where the walk through the attributes is, as keys and values or as values
    /// alone, how many of these were passed, and the dict that follows.
    here: &'g [NodeId],
    passed: u32,
    next: NodeId,
    /// How many states the walk has begun.
    state: u32,
    /// The tuple with the arguments, and how many of its items were taken.
    args: NodeId,
    taken: u32,
    /// The keyword arguments of `__new__`, and where the walk through them is.
    kwargs: NodeId,
    keyword: u32,
    /// The list or dict that a subclass of one is made from below protocol 2.
    built_in: NodeId,
    /// How many items of that tuple are no arguments of the class.
    skipped: u8,
    has_names: bool,
    /// Whether there are states that the walk has not begun.
    more_states: bool,
    /// Whether it is read as a base of its class: attributes that the base does not know belong to
    /// other ones.
    pub(super) is_base: bool,
}

const _: () = assert!(size_of::<Object<'_>>() == 64);

/// What the walk through attributes found.
pub(super) enum Attribute {
    At {
        key: NodeId,
        value: NodeId,
    },
    /// In a state without names: its place, that of its attribute in the class, and the value.
    InOrder {
        place: u32,
        index: usize,
        value: NodeId,
    },
    NoState(NodeId),
    End,
}

/// An object of a class that no type stands for.
pub(super) struct Unknown<'g> {
    /// The module and qualified name of the class.
    pub(super) name: (String, String),
    pub(super) is_new: bool,
    pub(super) object: Object<'g>,
}

/// Stands in for the class of such an object.
static ANY: Class = Class::new("builtins", "object");

impl<'g> Object<'g> {
    /// The object, if it is one of these classes, and which.
    pub(super) fn of(
        graph: &'g Graph<'_>,
        names: Names<'_>,
        node: NodeId,
        classes: &'static [Class],
    ) -> Option<(usize, Object<'g>)> {
        let object = graph.object(node)?;
        let mut spelling = spelling(graph, names, object)?;
        match spelling.base.map(|base| (base, graph.node(base))) {
            None | Some((_, Node::None | Node::List(_) | Node::Dict(_))) => {}
            // A named tuple, whose fields are its arguments from protocol 2 on, or else see `fit_args`.
            Some((base, Node::Tuple(_))) => (spelling.args, spelling.skipped) = (base, 0),
            // A subclass of `int` and the like is made from one.
            Some(_) => spelling.skipped -= 1,
        }
        let variant = Class::find(classes, spelling.module, &spelling.name, names.are_old)?;
        Some((variant, Object::new(graph, node, object, classes.get(variant)?, &spelling)))
    }

    /// An object that is made by a call of its class, as [`is_plain`] tells.
    pub(super) fn called(
        graph: &'g Graph<'_>,
        node: NodeId,
        class: &'static Class,
        object: ObjectRef<'g>,
    ) -> Object<'g> {
        let (module, name) = ("", Cow::Borrowed(""));
        let (args, kwargs) = (object.args(), object.kwargs());
        let spelling =
            Spelling { module, name, args, skipped: 0, base: None, kwargs, is_new: true };
        Object::new(graph, node, object, class, &spelling)
    }

    /// The object, whatever its class is, if a tree can hold its parts.
    pub(super) fn of_any(
        graph: &'g Graph<'_>,
        names: Names<'_>,
        node: NodeId,
    ) -> Option<Unknown<'g>> {
        let parts = graph.object(node)?;
        let mut spelling = spelling(graph, names, parts)?;
        let has_more = parts.states().len() > 1 || !parts.setters().is_empty();
        if has_more || !parts.set_items().is_empty() {
            return None;
        }
        if let Some(base) = spelling.base {
            let items = graph.items(spelling.args);
            (spelling.args, spelling.skipped) = match graph.node(base) {
                Node::None | Node::List(_) | Node::Dict(_) => (spelling.args, items.len()),
                // The fields of a named tuple; few other classes are tuples.
                Node::Tuple(_) => (base, 0),
                // As for `__new__`: a subclass of `int` and the like is made from one.
                _ => (spelling.args, items.len() - 1),
            };
            if !parts.list_items().is_empty() || !parts.dict_items().is_empty() {
                return None;
            }
        }
        Some(Unknown {
            name: modern(spelling.module, &spelling.name, names.are_old),
            is_new: spelling.is_new,
            object: Object::new(graph, node, parts, &ANY, &spelling),
        })
    }

    fn new(
        graph: &'g Graph<'_>,
        node: NodeId,
        parts: ObjectRef<'g>,
        class: &'static Class,
        spelling: &Spelling<'_>,
    ) -> Object<'g> {
        let kwargs = spelling.kwargs.filter(|&kwargs| !graph.entries(kwargs).is_empty());
        let skipped = u8::try_from(spelling.skipped).unwrap_or(u8::MAX);
        let object = Object {
            args: spelling.args,
            skipped,
            taken: skipped.into(),
            kwargs: kwargs.unwrap_or(NodeId::NONE),
            built_in: spelling.base.unwrap_or(NodeId::NONE),
            ..Object::bare(node, class)
        };
        object.with_states(graph, parts)
    }

    /// What most objects are: made by a call of their class, with one state and no items.
    #[inline]
    pub(super) fn plain(
        graph: &'g Graph<'_>,
        node: NodeId,
        class: &'static Class,
        args: NodeId,
        state: NodeId,
    ) -> Object<'g> {
        Object { args, ..Object::bare(node, class) }.with_state(graph, state)
    }

    /// The object as a base of its class has it: its attributes alone.
    #[inline]
    pub(super) fn into_base(self) -> Object<'g> {
        Object { is_base: true, ..self }
    }

    /// The object at a node as a base of its class.
    pub(super) fn base(graph: &'g Graph<'_>, node: NodeId, class: &'static Class) -> Object<'g> {
        let base = Object::bare(node, class).into_base();
        match graph.object(node) {
            Some(parts) => base.with_states(graph, parts),
            None => base,
        }
    }

    fn with_states(self, graph: &'g Graph<'_>, parts: ObjectRef<'g>) -> Object<'g> {
        match (parts.states(), parts.setters()) {
            ([], []) => self,
            (&[state], []) => self.with_state(graph, state),
            _ => Object { more_states: true, ..self },
        }
    }

    /// Begins the walk in the only state, if it is a dict.
    #[inline]
    fn with_state(self, graph: &'g Graph<'_>, state: NodeId) -> Object<'g> {
        match graph.kind(state) {
            graph::Kind::Dict => self.with_entries(graph.entries(state)),
            _ => Object { more_states: true, ..self },
        }
    }

    /// Begins the walk in the dict that has all attributes.
    #[inline]
    fn with_entries(self, entries: &'g [NodeId]) -> Object<'g> {
        Object { here: entries, has_names: true, ..self }
    }

    /// Nothing but a node.
    #[inline]
    fn bare(node: NodeId, class: &'static Class) -> Object<'g> {
        Object {
            node,
            class,
            here: &[],
            passed: 0,
            next: NodeId::NONE,
            state: 0,
            args: NodeId::NONE,
            taken: 0,
            kwargs: NodeId::NONE,
            keyword: 0,
            built_in: NodeId::NONE,
            skipped: 0,
            has_names: false,
            more_states: false,
            is_base: false,
        }
    }

    /// A dict whose keys are the attributes of the class.
    pub(super) fn mapping(
        node: NodeId,
        class: &'static Class,
        entries: &'g [NodeId],
    ) -> Object<'g> {
        Object::bare(node, class).with_entries(entries)
    }

    /// The items of the object as a list.
    pub(super) fn list(&self, graph: &'g Graph<'_>) -> &'g [NodeId] {
        match graph.kind(self.built_in) {
            graph::Kind::List => graph.items(self.built_in),
            _ => graph.object(self.node).map_or(&[], |object| object.list_items()),
        }
    }

    /// The entries of the object as a dict.
    pub(super) fn dict(&self, graph: &'g Graph<'_>) -> &'g [NodeId] {
        match graph.kind(self.built_in) {
            graph::Kind::Dict => graph.entries(self.built_in),
            _ => graph.object(self.node).map_or(&[], |object| object.dict_items()),
        }
    }

    /// How many attributes were passed in the half at which the walk is.
    pub(super) fn passed(&self) -> usize {
        self.passed as usize
    }

    /// How many arguments were not taken yet.
    pub(super) fn arg_count(&self, graph: &Graph<'_>) -> usize {
        graph.items(self.args).len().saturating_sub(self.taken as usize)
    }

    /// Says how many arguments there should be: another subclass of `tuple` than a named one is made
    /// from one tuple, and not from its items.
    pub(super) fn fit_args(&mut self, graph: &'g Graph<'_>, count: usize) {
        if count == 1
            && self.arg_count(graph) != 1
            && graph.kind(self.built_in) == graph::Kind::Tuple
            && let Some(call) = graph.object(self.node)
        {
            let items = graph.items(call.args()).len();
            self.args = call.args();
            self.skipped = u8::try_from(items - 1).unwrap_or(u8::MAX);
            self.taken = self.skipped.into();
        }
    }

    /// The argument that comes next, and its place.
    pub(super) fn next_arg(&mut self, graph: &Graph<'_>) -> Option<(usize, NodeId)> {
        let arg = *graph.items(self.args).get(self.taken as usize)?;
        let place = self.taken as usize - usize::from(self.skipped);
        self.taken += 1;
        Some((place, arg))
    }

    /// The keyword arguments, as a dict.
    pub(super) fn kwargs(&self) -> Option<NodeId> {
        self.kwargs.some()
    }

    /// The keyword argument that comes next: its name, and its value.
    pub(super) fn next_keyword(&mut self, graph: &Graph<'_>) -> Option<(NodeId, NodeId)> {
        let entry = pair(graph.entries(self.kwargs), self.keyword)?;
        self.keyword += 1;
        Some(entry)
    }

    /// The attribute at which the walk through a dict is.
    #[inline]
    pub(super) fn named(&self) -> Option<(NodeId, NodeId)> {
        if self.has_names { pair(self.here, self.passed) } else { None }
    }

    /// The entries of the dict that has all attributes, before the walk through them.
    #[inline]
    pub(super) fn only_entries(&self) -> Option<&'g [NodeId]> {
        let is_only = self.has_names && self.next == NodeId::NONE && !self.more_states;
        (is_only && self.passed == 0).then_some(self.here)
    }

    /// Goes on behind that attribute.
    #[inline]
    pub(super) fn pass(&mut self) {
        self.passed += 1;
    }

    /// Whether an attribute is one of the object: what a base does not know belongs to the class, or
    /// to another base.
    #[inline]
    pub(super) fn takes(&self, index: usize) -> bool {
        !self.is_base || index < self.class.attributes.len()
    }

    /// Whether nothing follows the dict at which the walk is.
    #[inline]
    pub(super) fn is_last(&self) -> bool {
        self.has_names
            && self.passed as usize >= self.here.len() / 2
            && self.next == NodeId::NONE
            && !self.more_states
    }

    /// The attribute that comes next, over all states and both halves of each.
    pub(super) fn next_attribute(&mut self, graph: &'g Graph<'_>) -> Attribute {
        loop {
            if let Some((key, value)) = self.named() {
                self.pass();
                return Attribute::At { key, value };
            }
            let place = self.passed;
            if let (false, Some(&value)) = (self.has_names, self.here.get(place as usize)) {
                self.pass();
                let index = self.class.attribute_in_order(place as usize, self.here.len());
                return Attribute::InOrder { place, index, value };
            }
            if let Some(second) = self.next.some() {
                self.begin_half(graph, second, NodeId::NONE);
                continue;
            }
            let more = self.more_states.then(|| state(graph, self.node, self.state as usize));
            let Some(state) = more.flatten() else { return Attribute::End };
            self.state += 1;
            match form(graph, state, self.class, self.is_base) {
                Form::Values => {
                    (self.here, self.passed, self.has_names) = (graph.items(state), 0, false);
                }
                Form::Names([first, second]) => self.begin_half(graph, first, second),
                Form::Neither(node) => {
                    self.here = &[];
                    return Attribute::NoState(node);
                }
            }
        }
    }

    /// Goes on with a dict of a state, if there is one, behind which another one may follow.
    fn begin_half(&mut self, graph: &'g Graph<'_>, dict: NodeId, next: NodeId) {
        let entries = builtin::state_entries(graph, dict).unwrap_or_default();
        (self.here, self.passed, self.has_names) = (entries, 0, true);
        self.next = next;
    }
}

/// A key and a value, at a place among entries.
#[inline]
fn pair(entries: &[NodeId], place: u32) -> Option<(NodeId, NodeId)> {
    let (pairs, _) = entries.as_chunks();
    pairs.get(place as usize).map(|&[key, value]| (key, value))
}

/// A state of an object: what `BUILD` gave it, then what state setters did.
fn state(graph: &Graph<'_>, node: NodeId, index: usize) -> Option<NodeId> {
    let object = graph.object(node)?;
    let built = object.states();
    if let Some(&state) = built.get(index) {
        return Some(state);
    }
    let setter = graph.object(*object.setters().get(index - built.len())?)?;
    graph.items(setter.args()).get(1).copied()
}

/// The last state of an object.
pub(super) fn last_state(graph: &Graph<'_>, node: NodeId) -> Option<NodeId> {
    let object = graph.object(node)?;
    state(graph, node, (object.states().len() + object.setters().len()).checked_sub(1)?)
}

/// How a state has the attributes.
enum Form {
    /// By their names, in a dict or in two.
    Names([NodeId; 2]),
    /// In the order of the class.
    Values,
    /// Not at all; the node says what there is in their place.
    Neither(NodeId),
}

/// The form of a state. One that the class does not have is taken where it can be no other. Where only
/// names tell whose an attribute is, of the class or of a base, they are needed.
fn form(graph: &Graph<'_>, state: NodeId, class: &'static Class, is_base: bool) -> Form {
    let dict = |id| if builtin::state_entries(graph, id).is_some() { id } else { NodeId::NONE };
    let is_half = |id| graph.kind(id) == graph::Kind::None || dict(id) != NodeId::NONE;
    let values = graph.items(state);
    let needs_names = is_base || class.has_bases;
    let has_values = !needs_names && matches!(class.state, StateForm::Tuple | StateForm::List);
    let may_have = |len| has_values || !needs_names && class.takes_values(len);
    match (graph.node(state), values) {
        _ if is_half(state) => Form::Names([dict(state), NodeId::NONE]),
        (Node::List(_), _) if may_have(values.len()) => Form::Values,
        (Node::Tuple(_), _) if has_values && class.takes_values(values.len()) => Form::Values,
        // `load_build` of pickle.py: a pair is two dicts, and what is false there is passed over.
        (Node::Tuple(_), &[first, second]) if is_half(first) && is_half(second) => {
            match (dict(first), dict(second)) {
                (NodeId::NONE, second) => Form::Names([second, NodeId::NONE]),
                halves => Form::Names(halves.into()),
            }
        }
        (Node::Tuple(_), _) if may_have(values.len()) => Form::Values,
        (Node::Tuple(_), &[first, second]) => {
            Form::Neither(if is_half(first) { second } else { first })
        }
        _ => Form::Neither(state),
    }
}
