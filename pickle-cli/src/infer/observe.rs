//! Goes through graphs, and gathers what instances of each class consist of.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::IndexMap;
use pickle_core::{Graph, How, Node, NodeId, NodeRef, Protocol};

use super::class::{Class, Constant, Form, Instance, State};
use super::cycles;
use super::shape::{ClassId, DICT, FROZEN_SET, Kind, Record, SET, Shape};
use super::standard::{self, Parts};
use crate::modern;

/// How deep containers may be in one another, without an object between, to be looked into.
const DEPTH: usize = 16;

/// Of how many types that of a container may be made.
const SIZE: usize = 1024;

/// The longest text, in bytes, that may be the value of an enum's member.
const TEXT: usize = 40;

/// What was seen in all samples.
#[derive(Debug, Default)]
pub struct Seen {
    /// The roots.
    pub root: Shape,
    /// How many samples there were.
    pub samples: usize,
    /// The classes by module and name, in the order in which they were met.
    classes: IndexMap<(String, String), Class>,
}

impl Seen {
    /// Adds what a pickle builds.
    pub fn add(&mut self, graph: &Graph<'_>) {
        // The names of Python 2 would be none for what is written in newer protocols.
        let is_old = graph.protocol() < Protocol::V3;
        match is_old.then(|| modern::graph(graph)).flatten() {
            Some(modern) => self.add_modern(&modern),
            None => self.add_modern(graph),
        }
    }

    fn add_modern(&mut self, graph: &Graph<'_>) {
        let mut sample = Sample::new(self, graph);
        let root = sample.shape(graph.root(), graph.root_id(), 0);
        // The root is no part of itself by being the root.
        if sample.edges.first() == Some(&(graph.root_id(), graph.root_id())) {
            sample.edges.swap_remove(0);
        }
        // What is met is looked into later, not deeper, so the depth of objects does not matter.
        let mut next = 0;
        while let Some(&(class, id)) = sample.found.get(next) {
            next += 1;
            if let Some(node) = graph.get(id) {
                sample.object(class, node);
            }
        }
        let cyclic = cycles::find(sample.edges);
        let found = sample.found.into_iter().filter(|(_, id)| cyclic.contains(id));
        for class in found.map(|found| found.0).collect::<BTreeSet<_>>() {
            self.change(class, |class| {
                class.cyclic = true;
                class.shared = true;
            });
        }
        self.root.add(root);
        self.samples += 1;
    }

    /// The classes, each at the place that its number says.
    #[must_use]
    pub fn classes(&self) -> impl ExactSizeIterator<Item = &Class> {
        self.classes.values()
    }

    /// The class with this number.
    #[must_use]
    pub fn class(&self, id: ClassId) -> Option<&Class> {
        self.classes.get_index(id).map(|(_, class)| class)
    }

    fn change(&mut self, id: ClassId, change: impl FnOnce(&mut Class)) {
        if let Some((_, class)) = self.classes.get_index_mut(id) {
            change(class);
        }
    }

    fn id(&mut self, (module, name): (&str, String)) -> ClassId {
        let entry = self.classes.entry((module.to_owned(), name));
        let id = entry.index();
        let (module, name) = entry.key().clone();
        entry.or_insert_with(|| Class::new(module, name));
        id
    }
}

/// What is known while one graph is looked at.
struct Sample<'s> {
    seen: &'s mut Seen,
    /// The instances, in the order in which they were met.
    found: Vec<(ClassId, NodeId)>,
    met: HashSet<NodeId>,
    /// What more than one reference leads to.
    shared: HashSet<NodeId>,
    /// What was found out about containers among that.
    containers: HashMap<NodeId, Shape>,
    edges: Vec<(NodeId, NodeId)>,
    /// The one object of each value that may be the member of an enum.
    constants: HashMap<(ClassId, Constant), NodeId>,
}

impl<'s> Sample<'s> {
    fn new(seen: &'s mut Seen, graph: &Graph<'_>) -> Sample<'s> {
        Sample {
            seen,
            found: Vec::new(),
            met: HashSet::new(),
            shared: shared(graph),
            containers: HashMap::new(),
            edges: Vec::new(),
            constants: HashMap::new(),
        }
    }

    /// The shape of a value, which is a part of `parent`.
    fn shape(&mut self, node: NodeRef<'_, '_>, parent: NodeId, depth: usize) -> Shape {
        match node.node() {
            Node::None => Shape::none(),
            Node::Bool(_) => Shape::of("bool"),
            Node::Int(_) => Shape::of("i64"),
            Node::Long(_) if node.as_u64().is_some() => Shape::of("u64"),
            Node::Long(_) => Shape::of("pickle_core::Long"),
            Node::Float(_) => Shape::of("f64"),
            Node::Str(_) => Shape::of("String"),
            Node::Str8(text) if text.is_ascii() => Shape::of("String"),
            Node::Bytes(_) => Shape::generic("Vec", [Shape::of("u8")]),
            Node::ByteArray(_) | Node::Buffer { .. } => Shape::of("pickle_core::types::ByteArray"),
            Node::Global { .. } => Shape::of("pickle_core::Global"),
            Node::Persistent(_) => match node.persistent_id() {
                Some(id) if depth < DEPTH => {
                    let id = self.shape(id, parent, depth + 1);
                    Shape::generic("pickle_core::PersistentId", [id])
                }
                _ => Shape::mixed("persistent id"),
            },
            Node::Object(_) => {
                self.edges.push((parent, node.id()));
                self.called(node, depth)
            }
            Node::List(_) | Node::Tuple(_) | Node::Set(_) | Node::FrozenSet(_) | Node::Dict(_) => {
                self.edges.push((parent, node.id()));
                self.container(node, depth)
            }
            _ => {
                let kind = node.kind();
                Shape::mixed(kind.strip_prefix("an ").or(kind.strip_prefix("a ")).unwrap_or(kind))
            }
        }
    }

    fn container(&mut self, node: NodeRef<'_, '_>, depth: usize) -> Shape {
        let id = node.id();
        self.once(id, depth, |sample, depth| match node.node() {
            Node::Tuple(_) => Shape::tuple(node.iter().map(|item| sample.shape(item, id, depth))),
            Node::Dict(_) => sample.dict(node, depth),
            Node::List(_) => Shape::generic("Vec", [sample.items(node.iter(), id, depth)]),
            Node::FrozenSet(_) => {
                Shape::generic(FROZEN_SET, [sample.items(node.iter(), id, depth)])
            }
            _ => Shape::generic(SET, [sample.items(node.iter(), id, depth)]),
        })
    }

    fn dict(&mut self, node: NodeRef<'_, '_>, depth: usize) -> Shape {
        let id = node.id();
        let named = node.entries().map(|(key, value)| Some((key.as_str()?, value)));
        if let Some(named) = named.collect::<Option<Vec<_>>>() {
            let mut shapes = Vec::new();
            for (key, value) in named {
                shapes.push((key.to_owned(), self.shape(value, id, depth)));
            }
            if let Some(record) = Record::of(shapes) {
                return Shape::from(Kind::Record(record));
            }
        }
        let (keys, values) = self.entries(node.entries(), id, depth);
        Shape::generic(DICT, [keys, values])
    }

    /// What was found out about a container, or what the function finds out.
    fn once(
        &mut self,
        id: NodeId,
        depth: usize,
        find: impl FnOnce(&mut Self, usize) -> Shape,
    ) -> Shape {
        if let Some(shape) = self.containers.get(&id) {
            return shape.clone();
        }
        if depth == DEPTH {
            return Shape::mixed(format!("containers over {DEPTH} levels deep"));
        }
        let is_shared = self.shared.contains(&id);
        if is_shared {
            self.containers.insert(id, Shape::mixed("container in itself"));
        }
        let mut shape = find(self, depth + 1);
        // Tuples that share their items would double the size of the type at each level.
        if shape.size() > SIZE {
            shape = Shape::mixed(format!("containers of over {SIZE} types"));
        }
        if is_shared {
            self.containers.insert(id, shape.clone());
        }
        shape
    }

    fn items<'g>(
        &mut self,
        items: impl Iterator<Item = NodeRef<'g, 'g>>,
        parent: NodeId,
        depth: usize,
    ) -> Shape {
        items.fold(Shape::default(), |all, item| all.join(self.shape(item, parent, depth)))
    }

    fn entries<'g>(
        &mut self,
        entries: impl Iterator<Item = (NodeRef<'g, 'g>, NodeRef<'g, 'g>)>,
        parent: NodeId,
        depth: usize,
    ) -> (Shape, Shape) {
        entries.fold(Default::default(), |(keys, values): (Shape, Shape), (key, value)| {
            let key = self.shape(key, parent, depth);
            (keys.join(key), values.join(self.shape(value, parent, depth)))
        })
    }

    fn named<'g>(
        &mut self,
        entries: impl Iterator<Item = (&'g str, NodeRef<'g, 'g>)>,
        parent: NodeId,
    ) -> Vec<(String, Shape)> {
        entries.map(|(name, value)| (name.to_owned(), self.shape(value, parent, 0))).collect()
    }

    fn each<'g>(
        &mut self,
        values: impl Iterator<Item = NodeRef<'g, 'g>>,
        parent: NodeId,
    ) -> Vec<Shape> {
        values.map(|value| self.shape(value, parent, 0)).collect()
    }

    /// The shape of the result of a call.
    fn called(&mut self, node: NodeRef<'_, '_>, depth: usize) -> Shape {
        if let Some((path, parts)) = standard::find(node) {
            return self.standard(node, path, parts, depth);
        }
        if let Some((class, member)) = standard::member(node) {
            let id = self.seen.id(class);
            self.seen.change(id, |class| class.add_member(member));
            return Shape::class(id);
        }
        let Some(class) = node.class().and_then(standard::class_name) else {
            return Shape::mixed("result of a call of what is no class");
        };
        let id = self.seen.id(class);
        if self.met.insert(node.id()) {
            self.found.push((id, node.id()));
        } else {
            self.seen.change(id, |class| class.shared = true);
        }
        Shape::class(id)
    }

    fn standard(
        &mut self,
        node: NodeRef<'_, '_>,
        path: &'static str,
        parts: Parts,
        depth: usize,
    ) -> Shape {
        let id = node.id();
        self.once(id, depth, |sample, depth| {
            let first = || node.args().next();
            match parts {
                Parts::None => Shape::of(path),
                Parts::Bytes => Shape::generic(path, [Shape::of("u8")]),
                Parts::Long => Shape::generic(path, [Shape::of("pickle_core::Long")]),
                Parts::Items => {
                    let before = first().into_iter().flat_map(NodeRef::iter);
                    let items = before.chain(node.list_items());
                    Shape::generic(path, [sample.items(items, id, depth)])
                }
                Parts::Argument => {
                    let members = first().into_iter().flat_map(NodeRef::iter);
                    Shape::generic(path, [sample.items(members, id, depth)])
                }
                Parts::Entries => {
                    let pairs = first().into_iter().flat_map(NodeRef::iter).filter_map(|pair| {
                        let mut pair = pair.iter();
                        Some((pair.next()?, pair.next()?))
                    });
                    let (keys, values) = sample.entries(pairs.chain(node.dict_items()), id, depth);
                    Shape::generic(path, [keys, values])
                }
                Parts::Counts => {
                    let entries = first().into_iter().flat_map(NodeRef::entries);
                    let (keys, counts) = sample.entries(entries, id, depth);
                    let is_empty = counts == Shape::default();
                    Shape::generic(path, [keys, if is_empty { Shape::of("i64") } else { counts }])
                }
                Parts::Pattern => match first().map(NodeRef::node) {
                    Some(Node::Str(_) | Node::Str8(_)) => Shape::of(path),
                    _ => Shape::generic(path, [Shape::generic("Vec", [Shape::of("u8")])]),
                },
                Parts::Letter => {
                    let letter = node.args().take(2).find_map(NodeRef::as_str);
                    match letter.and_then(standard::letter) {
                        Some(item) => Shape::generic(path, [Shape::of(item)]),
                        None => Shape::mixed("array of an unknown letter"),
                    }
                }
            }
        })
    }

    /// Adds what an instance consists of.
    fn object(&mut self, id: ClassId, node: NodeRef<'_, '_>) {
        let Some(object) = node.object() else { return };
        let me = node.id();
        let helper = node.callable().and_then(NodeRef::global).map(|(_, name)| name);
        let mut instance = Instance {
            form: Form::New,
            arguments: Vec::new(),
            keywords: node
                .kwargs()
                .filter_map(|(name, value)| {
                    Some((name.as_str()?.to_owned(), self.shape(value, me, 0)))
                })
                .collect(),
            state: self.state(node),
            setter: node.setters().next().and_then(|setter| {
                let (module, name) = standard::class_name(setter.callable()?)?;
                Some(format!("{module}.{name}"))
            }),
            items: (node.list_items().len() > 0).then(|| self.items(node.list_items(), me, 0)),
            entries: (node.dict_items().len() > 0).then(|| self.entries(node.dict_items(), me, 0)),
            constant: self.constant(id, node),
        };
        match helper {
            Some("_reconstructor") => self.rebuilt(node, &mut instance),
            Some("__newobj__" | "__newobj_ex__") => {
                instance.arguments = self.each(node.args().skip(1), me);
            }
            _ => {
                instance.arguments = self.each(node.args(), me);
                if object.how() == How::Reduce {
                    instance.form = Form::Call;
                }
            }
        }
        self.seen.change(id, |class| class.add(instance));
    }

    /// Adds what `copyreg._reconstructor(cls, base, value)` makes an instance of, below protocol 2.
    fn rebuilt(&mut self, node: NodeRef<'_, '_>, instance: &mut Instance) {
        let me = node.id();
        let mut args = node.args().skip(1);
        let (base, value) = (args.next().and_then(NodeRef::global), args.next());
        let (Some((_, base)), Some(value)) = (base, value) else { return };
        match base {
            "object" => {}
            "list" => instance.items = Some(self.items(value.iter(), me, 0)),
            "dict" => instance.entries = Some(self.entries(value.entries(), me, 0)),
            // That of a named tuple, which is by far the most common.
            "tuple" => instance.arguments = self.each(value.iter(), me),
            _ => instance.arguments = vec![self.shape(value, me, 0)],
        }
    }

    fn state(&mut self, node: NodeRef<'_, '_>) -> State {
        let me = node.id();
        let Some(state) = node.state() else { return State::None };
        let halves: Vec<_> = state.iter().map(NodeRef::node).take(3).collect();
        match (state.node(), &halves[..]) {
            (Node::Dict(_), _) => State::Dict(self.named(node.attributes(), me)),
            (Node::Tuple(_), [Node::None | Node::Dict(_), Node::Dict(_)]) => {
                State::Slots(self.named(node.attributes(), me))
            }
            (Node::List(_), _) => State::List(self.each(state.iter(), me)),
            (Node::Tuple(_), _) => State::Tuple(self.each(state.iter(), me)),
            _ => State::Other(self.shape(state, me, 0)),
        }
    }

    /// The value of an instance that may be the member of an enum: there is one object for each.
    fn constant(&mut self, id: ClassId, node: NodeRef<'_, '_>) -> Option<Constant> {
        let mut args = node.args();
        let (Some(value), None) = (args.next(), args.next()) else { return None };
        let constant = match value.node() {
            Node::Int(value) if is_usual(value.unsigned_abs()) => Constant::Int(value),
            Node::Str(_) | Node::Str8(_) => {
                let text = value.as_str().filter(|text| text.len() <= TEXT)?;
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
                let is_word = text.starts_with(char::is_alphabetic) && text.chars().all(word);
                Constant::Str(is_word.then(|| text.to_owned())?)
            }
            _ => return None,
        };
        let first = *self.constants.entry((id, constant.clone())).or_insert(node.id());
        (first == node.id()).then_some(constant)
    }
}

/// Whether members of an enum have such values: small numbers, and flags.
fn is_usual(value: u64) -> bool {
    value < 1000 || value.is_power_of_two()
}

/// What more than one reference leads to, the root among it if one does.
fn shared(graph: &Graph<'_>) -> HashSet<NodeId> {
    let mut met = vec![false; graph.len()];
    let mut shared = HashSet::new();
    let mut meet = |id: NodeId| {
        if let Some(met) = met.get_mut(id.index())
            && std::mem::replace(met, true)
        {
            shared.insert(id);
        }
    };
    meet(graph.root_id());
    for id in graph.root().walk().map(NodeRef::id) {
        let parts = graph.items(id).iter().chain(graph.entries(id));
        parts.copied().for_each(&mut meet);
        if let Some(object) = graph.object(id) {
            let single = [object.callable(), object.args()].into_iter().chain(object.kwargs());
            let lists = [object.states(), object.list_items(), object.dict_items()];
            single.chain(lists.into_iter().flatten().copied()).for_each(&mut meet);
        }
    }
    shared
}
