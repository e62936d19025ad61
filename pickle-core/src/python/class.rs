//! What a class of Python is made of, as the derive describes it.

use crate::class::StateForm;
use crate::options::{from_slice, to_vec};
use crate::python::{Hint, names};
use crate::reduce::Reduce;
use crate::value::Value;

/// The description of a class whose instances are pickled; [`Modules::class`] asks for one.
///
/// [`Modules::class`]: crate::python::Modules::class
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassDef {
    pub(super) doc: String,
    pub(super) fields: Vec<Field>,
    pub(super) bases: Vec<Hint>,
    /// `list` or `dict` with its types; both cannot be bases of one class.
    pub(super) containers: Vec<Hint>,
    pub(super) made: Made,
    pub(super) form: StateForm,
    pub(super) state: Option<Hint>,
    pub(super) setter: Option<(String, String)>,
}

/// How an instance is made, before its state is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Made {
    /// `cls.__new__(cls)`, as Python does by default.
    #[default]
    Empty,
    /// `cls(*args)`
    Called,
    /// `cls.__new__(cls, *args)`
    New,
}

impl ClassDef {
    /// Sets the docstring.
    pub fn doc(&mut self, doc: &str) -> &mut ClassDef {
        self.doc = doc.to_owned();
        self
    }

    /// Adds an attribute, or an argument of the constructor.
    pub fn field(&mut self, field: Field) -> &mut ClassDef {
        self.fields.push(field);
        self
    }

    /// Instances are made by a call of the class, so that `__init__` runs.
    pub fn called(&mut self) -> &mut ClassDef {
        self.made = Made::Called;
        self
    }

    /// Instances are made by `__new__`, which takes the arguments.
    pub fn made_by_new(&mut self) -> &mut ClassDef {
        self.made = Made::New;
        self
    }

    /// Adds a base class.
    pub fn base(&mut self, base: Hint) -> &mut ClassDef {
        self.bases.push(base);
        self
    }

    /// The class is a subclass of `list`, with the items of such a collection.
    pub fn list_items(&mut self, collection: &Hint) -> &mut ClassDef {
        let item = collection.args().first().cloned().unwrap_or_else(Hint::any);
        self.containers.push(Hint::builtin("list").of([item]));
        self
    }

    /// The class is a subclass of `dict`, with the entries of such a map, or of such a collection
    /// of pairs.
    pub fn dict_items(&mut self, collection: &Hint) -> &mut ClassDef {
        let entry = match collection.args() {
            [pair] => pair.args(),
            entry => entry,
        };
        let entry = match entry {
            [key, value] => [key.clone(), value.clone()],
            _ => [Hint::any(), Hint::any()],
        };
        self.containers.push(Hint::builtin("dict").of(entry));
        self
    }

    /// Sets the form of the state.
    pub fn state_form(&mut self, form: StateForm) -> &mut ClassDef {
        self.form = form;
        self
    }

    /// The state is one value of this type, which `__getstate__` returns.
    pub fn state_value(&mut self, hint: Hint) -> &mut ClassDef {
        self.state = Some(hint);
        self
    }

    /// The state is set by a function of this module and name.
    pub fn state_setter(&mut self, module: &str, name: &str) -> &mut ClassDef {
        self.setter = Some((module.to_owned(), name.to_owned()));
        self
    }

    /// The fields that are arguments, in their order.
    pub(super) fn args(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.argument != Argument::No)
    }

    /// Takes what another type says of the same class: what differs in the types is a union.
    ///
    /// Returns whether it can be the same class.
    pub(super) fn merge(&mut self, other: ClassDef) -> bool {
        let blank = |class: &ClassDef| {
            let mut blank = class.clone();
            let hints = blank.fields.iter_mut().map(|field| &mut field.hint);
            let hints = hints.chain(&mut blank.containers).chain(&mut blank.state);
            hints.for_each(|hint| *hint = Hint::none());
            blank.fields.iter_mut().for_each(|field| field.default = None);
            blank.doc.clear();
            blank
        };
        if blank(self) != blank(&other) {
            return false;
        }
        let unite = |mine: &mut Hint, theirs: Hint| *mine = Hint::union([mine.clone(), theirs]);
        for (mine, theirs) in self.fields.iter_mut().zip(other.fields) {
            unite(&mut mine.hint, theirs.hint);
            if mine.default != theirs.default {
                mine.default = None;
            }
        }
        for (mine, theirs) in self.containers.iter_mut().zip(other.containers) {
            let name = mine.class().map_or("list", |(_, name)| name).to_owned();
            let args = mine.args().iter().zip(theirs.args());
            let args = args.map(|(mine, theirs)| Hint::union([mine.clone(), theirs.clone()]));
            *mine = Hint::builtin(&name).of(args.collect::<Vec<_>>());
        }
        for (mine, theirs) in self.state.iter_mut().zip(other.state) {
            unite(mine, theirs);
        }
        true
    }
}

/// An attribute of a class, or an argument of its constructor.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    pub(super) name: String,
    pub(super) doc: String,
    pub(super) hint: Hint,
    pub(super) argument: Argument,
    pub(super) is_state: bool,
    pub(super) default: Option<Value>,
}

/// Whether a field is passed when an instance is made, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// It is not passed.
    No,
    /// By its position.
    Positional,
    /// By its name, to `__new__`.
    Keyword,
    /// It is a tuple of all positional arguments.
    All,
}

impl Field {
    /// An attribute of the state.
    #[must_use]
    pub fn new(name: &str, hint: Hint) -> Field {
        Field {
            name: names::attribute(name),
            doc: String::new(),
            hint,
            argument: Argument::No,
            is_state: true,
            default: None,
        }
    }

    /// Sets what is said about it.
    #[must_use]
    pub fn doc(mut self, doc: &str) -> Field {
        doc.clone_into(&mut self.doc);
        self
    }

    /// Makes it an argument, which may be an attribute of the state as well.
    #[must_use]
    pub fn argument(mut self, argument: Argument, is_state: bool) -> Field {
        (self.argument, self.is_state) = (argument, is_state);
        self
    }

    /// Sets what it is when a pickle does not say.
    #[must_use]
    pub fn default<T: Reduce>(mut self, value: &T) -> Field {
        self.default = to_vec(value).and_then(|pickle| from_slice(&pickle)).ok();
        self
    }
}

/// The description of a Python enum; [`Modules::enumeration`] asks for one.
///
/// [`Modules::enumeration`]: crate::python::Modules::enumeration
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EnumDef {
    pub(super) doc: String,
    pub(super) members: Vec<(String, String, Value)>,
    pub(super) by_name: bool,
    pub(super) other: Option<Hint>,
}

impl EnumDef {
    /// Sets the docstring.
    pub fn doc(&mut self, doc: &str) -> &mut EnumDef {
        self.doc = doc.to_owned();
        self
    }

    /// Members are pickled by their names, and not by their values.
    pub fn by_name(&mut self) -> &mut EnumDef {
        self.by_name = true;
        self
    }

    /// Adds a member with its value.
    pub fn member(&mut self, name: &str, doc: &str, value: impl Into<Value>) -> &mut EnumDef {
        self.members.push((name.to_owned(), doc.to_owned(), value.into()));
        self
    }

    /// There are other members, with values of this type.
    pub fn other(&mut self, hint: Hint) -> &mut EnumDef {
        self.other = Some(hint);
        self
    }

    /// Whether all values are bits that can be combined.
    pub(super) fn is_flag(&self) -> bool {
        let is_int = self.other.as_ref().is_some_and(|other| *other == Hint::builtin("int"));
        let is_bits = |value: &Value| value.as_i64().is_some_and(|bits| bits >= 0);
        is_int && !self.by_name && self.members.iter().all(|(_, _, value)| is_bits(value))
    }
}
