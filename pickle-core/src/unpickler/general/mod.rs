//! The general route: typed values from the graph of any pickle, and all error messages.

mod builtin;
mod describe;
mod instance;
mod known;
mod loader;
mod path;
mod spelling;

use std::any::{Any, TypeId};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::class::Class;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{self, Graph, Node, NodeId, Slot};
use crate::loader::Loader;
use crate::reconstruct::Reconstruct;
use crate::registry::{Implementor, short};
use crate::unpickler::settings::Settings;
use crate::wire::integer::Integer;
use known::Known;
use path::{Path, Step};

/// How many nodes may be visited for each byte of the pickle, before the limit of replays counts.
/// Above what the predictive route allows, so that it never accepts what this route refuses.
const VISITS_PER_BYTE: usize = 40;

/// How much of a string costs no more than a node.
const FREE_TEXT: usize = 64;

/// The loader of the general route: it stands at a node of the graph.
pub(crate) struct GraphLoader<'a, 'g, 'de> {
    pub(super) graph: &'g Graph<'de>,
    start: NodeId,
    pub(super) at: NodeId,
    pub(super) path: Path,
    depth: usize,
    settings: &'a Settings<'de>,
    names: spelling::Names<'a>,
    known: Known,
    /// How many nodes may still be visited.
    visits: usize,
    pointers: FxHashMap<(NodeId, TypeId), Progress>,
    /// The nodes that cells were left vacant for, and those of them that were filled in since.
    vacancies: FxHashSet<NodeId>,
    filled: FxHashSet<NodeId>,
    relinked: FxHashSet<(NodeId, TypeId)>,
    /// The trees around the value, down to the one that is being made.
    trees: Vec<NodeId>,
    begins: Begins<'g>,
    /// Whether the root is one that was changed on the way, and nobody asked yet.
    is_reread: bool,
}

/// What the object is that begins next.
#[derive(Debug, Clone, Copy)]
enum Begins<'g> {
    Whole,
    /// A base of the one around it.
    Base,
    /// A base of one that has its attributes in these entries of a dict, and nowhere else.
    BaseAmong(&'g [NodeId]),
}

/// How far a shared pointer is.
enum Progress {
    Pending,
    Finished(Box<dyn Any>),
}

/// Where the loader stands, to go back to from what lies deeper.
#[derive(Clone, Copy)]
struct Position {
    at: NodeId,
    depth: usize,
    steps: usize,
    trees: usize,
}

/// A list, tuple or set that is being walked.
pub(crate) struct Items<'g> {
    node: NodeId,
    items: &'g [NodeId],
    next: usize,
}

/// A dict that is being walked.
pub(crate) struct Entries<'g> {
    node: NodeId,
    entries: &'g [NodeId],
    next: usize,
}

/// A tuple of known length that is being walked.
pub(crate) struct Elements<'g> {
    node: NodeId,
    elements: &'g [NodeId],
    next: usize,
}

impl<'a, 'g, 'de> GraphLoader<'a, 'g, 'de> {
    /// Stands at a node of a graph that was read from so many bytes.
    pub(crate) fn new(
        graph: &'g Graph<'de>,
        start: NodeId,
        bytes: usize,
        settings: &'a Settings<'de>,
    ) -> GraphLoader<'a, 'g, 'de> {
        let buffers = settings.buffers.unwrap_or_default().iter();
        let bytes = buffers.fold(bytes, |bytes, buffer| bytes.saturating_add(buffer.len()));
        GraphLoader {
            graph,
            start,
            at: start,
            path: Path::default(),
            depth: 0,
            settings,
            names: spelling::Names {
                registry: settings.registry,
                are_old: settings.has_old_names(graph.protocol()),
            },
            known: Known::default(),
            visits: settings.limits.replays.saturating_add(bytes.saturating_mul(VISITS_PER_BYTE)),
            pointers: FxHashMap::default(),
            vacancies: FxHashSet::default(),
            filled: FxHashSet::default(),
            relinked: FxHashSet::default(),
            trees: Vec::new(),
            begins: Begins::Whole,
            is_reread: false,
        }
    }

    /// Makes the value of the node where it stands.
    pub(crate) fn read<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        let value = T::reconstruct(self)?;
        if !self.vacancies.is_empty() {
            self.at = self.start;
            value.relink(self)?;
        }
        match self.vacancies.difference(&self.filled).min() {
            None => Ok(value),
            Some(&node) => Err(self.left_vacant(node)),
        }
    }

    #[cold]
    fn left_vacant(&self, node: NodeId) -> Error {
        let through = "a cell that is in a type which does not relink its parts".into();
        let expected =
            "one with `Reconstruct::relink`, such as those of the derive, `Vec`, `HashMap`, `Rc`";
        let error = Error::new(ErrorKind::Cycle { through, expected: expected.into() });
        self.graph.locate(node, error)
    }

    /// Takes an int that is none of 64 bits, or none that fits.
    #[inline(never)]
    fn load_long_integer<I: Integer>(&mut self) -> Result<I> {
        let slot = self.slot();
        let is_long = slot.kind() == graph::Kind::Long;
        let value = is_long.then(|| I::from_long(self.graph.bytes_of(slot))).flatten();
        value.ok_or_else(|| self.mismatch(I::NAME))
    }

    /// Takes an int as a float.
    #[inline(never)]
    fn load_whole_f64(&mut self) -> Result<f64> {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        match self.node() {
            #[expect(clippy::cast_precision_loss, reason = "checked to be exact")]
            Node::Int(value) if value.unsigned_abs() <= EXACT => Ok(value as f64),
            Node::Int(_) | Node::Long(_) => Err(self.mismatch("float or an int up to 2**53")),
            _ => Err(self.mismatch("float")),
        }
    }

    /// The node as the graph keeps it.
    #[inline]
    fn slot(&self) -> Slot {
        self.graph.slot(self.at)
    }

    #[inline]
    pub(super) fn node(&self) -> Node<'g> {
        self.graph.node(self.at)
    }

    /// Counts a visit to a node, and what of it is copied.
    #[inline]
    fn visit(&mut self, bytes: usize) -> Result<()> {
        let cost = 1 + bytes.saturating_sub(FREE_TEXT);
        match self.visits.checked_sub(cost) {
            Some(left) => {
                self.visits = left;
                Ok(())
            }
            None => Err(self.too_many_visits()),
        }
    }

    #[cold]
    #[inline(never)]
    fn too_many_visits(&self) -> Error {
        let limit = self.settings.limits.replays;
        let what = "values decoded again for references to one object";
        self.locate(Error::limit(what, limit.saturating_add(1), limit, "replays"))
    }

    #[inline]
    fn enter(&mut self, step: Step) -> Result<()> {
        self.visit(0)?;
        self.depth += 1;
        if self.depth > self.settings.limits.depth {
            return Err(self.too_deep());
        }
        self.path.push(step, self.at);
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        let (depth, limit) = (self.depth, self.settings.limits.depth);
        self.locate(if self.path.leads_through(self.at) {
            Error::mismatch(
                "an object that contains itself",
                "an `Rc` or `Arc` there, with the reference back in a cell",
            )
        } else {
            Error::limit("levels of nesting", depth, limit, "depth")
        })
    }

    fn position(&self) -> Position {
        let (at, depth) = (self.at, self.depth);
        Position { at, depth, steps: self.path.len(), trees: self.trees.len() }
    }

    fn go_back(&mut self, position: Position) {
        (self.at, self.depth) = (position.at, position.depth);
        self.path.truncate(position.steps);
        self.trees.truncate(position.trees);
    }

    fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.path.pop();
    }

    /// Moves to an object itself, from a part of it.
    #[inline]
    fn go_to(&mut self, object: &instance::Object<'g>) {
        self.path.replace(Step::Object(object.class));
        self.at = object.node;
    }

    /// Moves to the value of an attribute.
    #[inline]
    fn go_to_attribute(&mut self, class: &'static Class, key: NodeId, value: NodeId) {
        self.path.replace(Step::Attribute(class, key));
        self.at = value;
    }

    /// The index in a class of the attribute that a node names, of which `place` others came before.
    fn attribute_index(&mut self, class: &'static Class, place: usize, key: NodeId) -> usize {
        if let Some(index) = self.known.attribute(class, key) {
            return index;
        }
        let index = match spelling::name(self.graph, key) {
            Some(name) => class.attribute_index_at(name, place),
            // The keys of a dict may be anything; those of other types are no fields.
            None => class.attributes.len(),
        };
        self.known.learn_attribute(class, key, index);
        index
    }

    /// The object here, if it is one of these classes, and which.
    #[inline]
    fn object_of(&mut self, classes: &'static [Class]) -> Option<(usize, instance::Object<'g>)> {
        if let Some([callable, args, state]) = self.graph.plain_object(self.at)
            && let Some(variant) = self.known.class(classes, callable)
            && let Some(class) = classes.get(variant)
        {
            let object = instance::Object::plain(self.graph, self.at, class, args, state);
            return Some((variant, object));
        }
        self.any_object_of(classes)
    }

    /// The object here as one of this class that is new, not plain, or a base.
    #[inline(never)]
    fn begin_object_slow(
        &mut self,
        class: &'static Class,
        is_base: bool,
    ) -> Result<instance::Object<'g>> {
        if class.is_dict {
            return self.begin_mapping(class);
        }
        let object = if is_base {
            instance::Object::base(self.graph, self.at, class)
        } else {
            let classes = std::slice::from_ref(class);
            match self.any_object_of(classes) {
                Some((_, object)) => object,
                None => return Err(self.other_class(classes)),
            }
        };
        self.enter(Step::Object(class))?;
        Ok(object)
    }

    #[inline(never)]
    fn any_object_of(
        &mut self,
        classes: &'static [Class],
    ) -> Option<(usize, instance::Object<'g>)> {
        let object = self.graph.object(self.at)?;
        let callable = object.callable();
        if let Some(variant) = self.known.class(classes, callable) {
            let class = classes.get(variant)?;
            return Some((variant, instance::Object::called(self.graph, self.at, class, object)));
        }
        let found = instance::Object::of(self.graph, self.names, self.at, classes)?;
        if spelling::is_plain(self.graph, callable) {
            self.known.learn_class(classes, callable, found.0);
        }
        Some(found)
    }

    #[cold]
    fn other_class(&mut self, classes: &'static [Class]) -> Error {
        let names: Vec<String> = classes.iter().map(ToString::to_string).collect();
        let found = spelling::class_name(self.graph, self.names, self.at);
        let way_out = match found {
            _ if matches!(self.graph.node(self.at), Node::Dict(_)) => {
                "; `#[reduce(dict)]` is for what is a dict in Python".to_owned()
            }
            Some((module, name)) if classes.iter().any(|class| class.name == name) => {
                format!("; `#[reduce(alias = \"{module}.{name}\")]` accepts that name too")
            }
            _ => String::new(),
        };
        self.mismatch(&format!("{} object{way_out}", names.join(" or ")))
    }

    /// Goes into a dict whose keys are the attributes of a class.
    fn begin_mapping(&mut self, class: &'static Class) -> Result<instance::Object<'g>> {
        let Some(entries) = self.entries() else { return Err(self.mismatch("dict")) };
        self.enter(Step::Object(class))?;
        Ok(instance::Object::mapping(self.at, class, entries))
    }

    /// The attribute that comes next, at the beginning or end of a state or in one without names.
    #[inline(never)]
    fn next_attribute_slow(&mut self, object: &mut instance::Object<'g>) -> Result<Option<usize>> {
        loop {
            self.go_to(object);
            match object.next_attribute(self.graph) {
                instance::Attribute::At { key, value } => {
                    let index = self.attribute_index(object.class, object.passed() - 1, key);
                    if object.takes(index) {
                        self.go_to_attribute(object.class, key, value);
                        return Ok(Some(index));
                    }
                }
                instance::Attribute::InOrder { place, index, value } => {
                    let narrow = u32::try_from(index).unwrap_or(u32::MAX);
                    self.path.replace(Step::InOrder(object.class, place, narrow));
                    self.at = value;
                    return Ok(Some(index));
                }
                instance::Attribute::NoState(state) => {
                    self.at = state;
                    return Err(self.mismatch("dict, the state of an object"));
                }
                instance::Attribute::End => return Ok(None),
            }
        }
    }

    /// The out-of-band buffer with this number; `None` if the caller gave none at all.
    fn buffer(&self, index: u32) -> Result<Option<&'de [u8]>> {
        let Some(buffers) = self.settings.buffers else { return Ok(None) };
        match buffers.get(index as usize) {
            Some(bytes) => Ok(Some(bytes)),
            None => Err(self.locate(Error::mismatch(
                format!("out-of-band buffer {index}"),
                format!(
                    "as many as the pickle has; `UnpickleOptions::buffers` got {}",
                    buffers.len()
                ),
            ))),
        }
    }

    /// The type that stands for the object here behind a trait object, or else what was expected.
    fn find_implementor<D: ?Sized + 'static>(&self) -> Result<Implementor<D>, String> {
        let Some((module, name)) = spelling::class_name(self.graph, self.names, self.at) else {
            return Err(format!("an object that is {}", short::<D>()));
        };
        let registry = self.settings.registry;
        let found = registry.and_then(|r| r.find_implementor(&module, &name, self.names.are_old));
        found.ok_or_else(|| {
            let (of, class) = (short::<D>(), name.rsplit('.').next().unwrap_or(&name));
            format!(
                "a registered implementor of {of}; `registry.implementor::<{of}, {class}>()` \
                 registers one"
            )
        })
    }

    /// The entries of the dict here, or of an object that is one.
    fn entries(&self) -> Option<&'g [NodeId]> {
        builtin::entries(self.graph, self.at)
    }
}

impl crate::private::Sealed for GraphLoader<'_, '_, '_> {}
