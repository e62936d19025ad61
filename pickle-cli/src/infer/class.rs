//! What the instances of one class consist of.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use super::shape::Shape;
use super::standard;

/// How many members an enum has at most; what has more is taken for a class with an argument.
const MEMBERS: usize = 64;

/// How many arguments, or values of a state, there are at most.
const FIELDS: usize = 64;

/// How an instance is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// By `__new__` of its class.
    New,
    /// By a call of its class.
    Call,
}

/// A value that stands for the member of an enum.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Constant {
    /// A number.
    Int(i64),
    /// Text.
    Str(String),
}

/// The state of one instance.
#[derive(Debug)]
pub enum State {
    /// There is none.
    None,
    /// A dict of attributes.
    Dict(Vec<(String, Shape)>),
    /// A pair of dicts, for a class with slots.
    Slots(Vec<(String, Shape)>),
    /// The values without names, in a list.
    List(Vec<Shape>),
    /// The values without names, in a tuple.
    Tuple(Vec<Shape>),
    /// Any other value.
    Other(Shape),
}

/// What one instance consists of.
#[derive(Debug)]
pub struct Instance {
    /// How it is made.
    pub form: Form,
    /// The arguments by position.
    pub arguments: Vec<Shape>,
    /// The arguments by keyword.
    pub keywords: Vec<(String, Shape)>,
    /// Its state.
    pub state: State,
    /// The function that takes the state, if one does, with a dot before its name.
    pub setter: Option<String>,
    /// What is appended to it, if anything is.
    pub items: Option<Shape>,
    /// The keys and values that are stored in it, if any are.
    pub entries: Option<(Shape, Shape)>,
    /// What makes it look like the member of an enum.
    pub constant: Option<Constant>,
}

/// A part of instances that has a name.
#[derive(Debug, Default)]
pub struct Field {
    /// What its values have in common.
    pub shape: Shape,
    /// How many instances have it.
    pub count: usize,
}

/// Which of the states the instances have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// That of a plain object.
    Dict,
    /// That of a class with slots.
    Slots,
    /// A list of values.
    List,
    /// A tuple of values.
    Tuple,
    /// A value of another type.
    Other,
}

/// What the instances of a class consist of.
#[derive(Debug)]
pub struct Class {
    /// The module.
    pub module: String,
    /// The qualified name.
    pub name: String,
    /// How many instances there are.
    pub count: usize,
    /// Whether two references lead to one instance.
    pub shared: bool,
    /// Whether an instance leads back to itself.
    pub cyclic: bool,
    /// How they are made. What is made in both ways is read in both.
    pub form: Option<Form>,
    /// The arguments by position.
    pub arguments: Vec<Shape>,
    /// The arguments by keyword.
    pub keywords: IndexMap<String, Field>,
    /// The form of the states, if there are any.
    pub layout: Option<Layout>,
    /// The attributes.
    pub attributes: IndexMap<String, Field>,
    /// The values of states without names; of a state that is any other value, this one.
    pub values: Vec<Shape>,
    /// The function that takes the state, if one does.
    pub setter: Option<String>,
    /// The items, if there are any.
    pub items: Option<Shape>,
    /// The keys and values, if there are any.
    pub entries: Option<(Shape, Shape)>,
    /// The names of members of an enum.
    pub members: BTreeSet<String>,
    /// The values of members of an enum; none when the class is no enum.
    pub constants: BTreeSet<Constant>,
    /// Why no struct can stand for it.
    pub problem: Option<&'static str>,
}

impl Class {
    /// One of which nothing was seen yet.
    #[must_use]
    pub fn new(module: String, name: String) -> Class {
        let nameable = is_dotted(&module) && is_dotted(&name);
        Class {
            module,
            name,
            count: 0,
            shared: false,
            cyclic: false,
            form: None,
            arguments: Vec::new(),
            keywords: IndexMap::new(),
            layout: None,
            attributes: IndexMap::new(),
            values: Vec::new(),
            setter: None,
            items: None,
            entries: None,
            members: BTreeSet::new(),
            constants: BTreeSet::new(),
            problem: (!nameable).then_some("has no name that Python could have given it"),
        }
    }

    /// Its qualified name with its module, as it may stand in a comment.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}.{}", self.module.escape_debug(), self.name.escape_debug())
    }

    /// Whether it looks like an enum.
    #[must_use]
    pub fn is_enum(&self) -> bool {
        !self.members.is_empty() || !self.constants.is_empty()
    }

    /// Whether it has nothing but arguments, so that the fields of a struct need no names.
    #[must_use]
    pub fn is_tuple(&self) -> bool {
        let state = self.layout.is_some() || self.items.is_some() || self.entries.is_some();
        !self.arguments.is_empty() && !state && self.keywords.is_empty()
    }

    /// The shapes of all its parts.
    pub fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let named = self.keywords.values().chain(self.attributes.values());
        let named = named.map(|field| &field.shape);
        let entries = self.entries.iter().flat_map(|(keys, values)| [keys, values]);
        let unnamed = self.arguments.iter().chain(&self.values);
        unnamed.chain(named).chain(&self.items).chain(entries)
    }

    /// Adds what an instance consists of.
    pub fn add(&mut self, instance: Instance) {
        let first = self.count == 0;
        self.count += 1;
        self.add_constant(&instance, first);
        self.form = Some(self.form.map_or(instance.form, |form| form.min(instance.form)));
        if instance.arguments.len() > FIELDS {
            self.problem = Some("is made with too many arguments");
        } else if first {
            self.arguments = instance.arguments;
        } else if self.arguments.len() == instance.arguments.len() {
            join_each(&mut self.arguments, instance.arguments);
        } else {
            self.problem = Some("is made with different numbers of arguments");
        }
        add_fields(&mut self.keywords, instance.keywords);
        self.add_state(instance.state);
        match (&self.setter, instance.setter) {
            (Some(known), Some(setter)) if *known != setter => {
                self.problem = Some("gets its state from different functions");
            }
            (None, setter) => self.setter = setter,
            _ => {}
        }
        if let Some(items) = instance.items {
            self.items = Some(self.items.take().unwrap_or_default().join(items));
        }
        if let Some((keys, values)) = instance.entries {
            let (known_keys, known_values) = self.entries.take().unwrap_or_default();
            self.entries = Some((known_keys.join(keys), known_values.join(values)));
        }
        if !self.members.is_empty() {
            self.problem = Some("has members by their names and by their values");
        }
    }

    /// Adds the name of a member of an enum.
    pub fn add_member(&mut self, name: &str) {
        self.members.insert(name.to_owned());
        if self.count > 0 {
            self.problem = Some("has members by their names and by their values");
        }
    }

    fn add_constant(&mut self, instance: &Instance, first: bool) {
        let bare = matches!(instance.state, State::None)
            && instance.items.is_none()
            && instance.entries.is_none()
            && instance.form == Form::Call
            && !standard::is_exception(&self.name);
        let known = first || !self.constants.is_empty();
        match &instance.constant {
            Some(constant) if bare && known && self.constants.len() < MEMBERS => {
                self.constants.insert(constant.clone());
                let numbers =
                    self.constants.iter().filter(|value| matches!(value, Constant::Int(_)));
                if ![0, self.constants.len()].contains(&numbers.count()) {
                    self.constants.clear();
                }
            }
            _ => self.constants.clear(),
        }
    }

    fn add_state(&mut self, state: State) {
        let (layout, attributes, values) = match state {
            State::None => return,
            State::Dict(attributes) => (Layout::Dict, attributes, Vec::new()),
            State::Slots(attributes) => (Layout::Slots, attributes, Vec::new()),
            State::List(values) => (Layout::List, Vec::new(), values),
            State::Tuple(values) => (Layout::Tuple, Vec::new(), values),
            State::Other(value) => (Layout::Other, Vec::new(), vec![value]),
        };
        let named = |layout| matches!(layout, Layout::Dict | Layout::Slots);
        match self.layout {
            None => {
                self.layout = Some(layout);
                self.values = values;
            }
            Some(known) if known == layout && self.values.len() == values.len() => {
                join_each(&mut self.values, values);
            }
            // A class with slots and a `__dict__` has either.
            Some(known) if named(known) && named(layout) => self.layout = Some(Layout::Slots),
            Some(_) => self.problem = Some("has states of different forms"),
        }
        if self.values.len() > FIELDS {
            self.problem = Some("has a state of too many values");
        }
        if attributes.iter().any(|(name, _)| name.is_empty()) {
            self.problem = Some("has an attribute without a name");
        }
        add_fields(&mut self.attributes, attributes);
    }
}

/// Whether it is a name of a module or class, as the derive asks for.
fn is_dotted(name: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && !part.contains(|c: char| c.is_whitespace() || c.is_control() || c == ':')
    };
    name.split('.').all(is_part)
}

fn join_each(known: &mut [Shape], shapes: Vec<Shape>) {
    known.iter_mut().zip(shapes).for_each(|(known, shape)| known.add(shape));
}

/// Adds what has names; of two with one name, the last.
fn add_fields(fields: &mut IndexMap<String, Field>, named: Vec<(String, Shape)>) {
    let named: IndexMap<String, Shape> = named.into_iter().collect();
    for (name, shape) in named {
        let field = fields.entry(name).or_default();
        field.shape.add(shape);
        field.count += 1;
    }
}
