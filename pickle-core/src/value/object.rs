//! Globals and objects of a tree.

use crate::pickler::Callable;
use crate::value::Value;

/// A class or function by its name; nothing is imported.
///
/// Names that Python 2 spells otherwise, such as `__builtin__.xrange`, are those of Python 3.
///
/// ```
/// use pickle_core::{Global, Value, from_slice};
///
/// let len: Value = from_slice(b"\x80\x02c__builtin__\nlen\n.")?;
/// assert_eq!(len, Value::from(Global::new("builtins", "len")));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Global {
    /// Where it lives, such as `collections`.
    pub module: String,
    /// Its qualified name, such as `OrderedDict`.
    pub name: String,
}

impl Global {
    /// The class or function with this module and qualified name.
    ///
    /// ```
    /// use pickle_core::Global;
    /// assert_eq!(Global::new("fractions", "Fraction").to_string(), "fractions.Fraction");
    /// ```
    #[must_use]
    pub fn new(module: impl Into<String>, name: impl Into<String>) -> Global {
        Global { module: module.into(), name: name.into() }
    }
}

impl std::fmt::Display for Global {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

/// An instance of a class as a reduction: what is called, and what is done to the result.
///
/// Equal reductions that are spelled differently are one: `copyreg._reconstructor` and
/// `copyreg.__newobj__` of the older protocols arrive as [`Callable::New`].
///
/// ```
/// use pickle_core::{Global, Object, Value, from_slice};
///
/// // fractions.Fraction(1, 3) of CPython 3.13
/// let pickle = b"\x80\x04\x8c\tfractions\x8c\x08Fraction\x93K\x01K\x03\x86R.";
/// let third: Value = from_slice(pickle)?;
/// let fraction = Object::call(Global::new("fractions", "Fraction"), [1.into(), 3.into()]);
/// assert_eq!(third, Value::from(fraction));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Object {
    /// The class, or the function that makes the object.
    pub class: Global,
    /// Whether it is called, or its `__new__`.
    pub callable: Callable,
    /// The arguments of the call.
    pub args: Vec<Value>,
    /// The keyword arguments of `__new__`; empty for other calls.
    pub kwargs: Vec<(Value, Value)>,
    /// What is appended: the items of a subclass of `list`, of a `deque`.
    pub list_items: Vec<Value>,
    /// What is stored under keys: the items of a subclass of `dict`. Unlike in a
    /// [`Value::Dict`], equal keys are all here.
    pub dict_items: Vec<(Value, Value)>,
    /// What `__setstate__` gets, or what is put into `__dict__`.
    pub state: Option<Value>,
}

impl Object {
    /// What `class(*args)` makes. The other fields can be set afterwards.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    ///
    /// let mut deque = Object::call(Global::new("collections", "deque"), []);
    /// deque.list_items = vec![1.into(), 2.into()];
    /// assert!(pickle_core::to_vec(&Value::from(deque)).is_ok());
    /// ```
    #[must_use]
    pub fn call(class: Global, args: impl Into<Vec<Value>>) -> Object {
        Object {
            class,
            callable: Callable::Class,
            args: args.into(),
            kwargs: Vec::new(),
            list_items: Vec::new(),
            dict_items: Vec::new(),
            state: None,
        }
    }

    /// An instance with these attributes and no arguments, as a plain Python object pickles:
    /// `class.__new__(class)`, and the attributes as its state.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    ///
    /// let point = Object::instance(
    ///     Global::new("shapes", "Point"),
    ///     [("x".into(), 1.into()), ("y".into(), 2.into())],
    /// );
    /// assert_eq!(point.attribute("y").and_then(Value::as_i64), Some(2));
    /// ```
    #[must_use]
    pub fn instance(class: Global, attributes: impl Into<Vec<(Value, Value)>>) -> Object {
        let state = Value::Dict(attributes.into());
        Object { callable: Callable::New, state: Some(state), ..Object::call(class, []) }
    }

    /// The attribute with this name in the state: in a dict, or in a pair of dicts, the second of
    /// which has the slots.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    ///
    /// let mut slotted = Object::instance(Global::new("shapes", "Slotted"), []);
    /// let slots = Value::from([("x", 1)]);
    /// slotted.state = Some(Value::Tuple(vec![Value::None, slots]));
    /// assert_eq!(slotted.attribute("x"), Some(&Value::Int(1)));
    /// assert_eq!(slotted.attribute("y"), None);
    /// ```
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Value> {
        match self.state.as_ref()? {
            Value::Tuple(halves) => match &**halves {
                [dict, slots] => slots.get(name).or_else(|| dict.get(name)),
                _ => None,
            },
            state => state.get(name),
        }
    }

    /// Takes the attribute with this name out of the state.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    ///
    /// let class = Global::new("shapes", "Point");
    /// let mut point = Object::instance(class, [("x".into(), 1.into())]);
    /// assert_eq!(point.take_attribute("x"), Some(Value::Int(1)));
    /// assert_eq!(point.take_attribute("x"), None);
    /// ```
    pub fn take_attribute(&mut self, name: &str) -> Option<Value> {
        let is_named = |(key, _): &(Value, Value)| key.as_str() == Some(name);
        self.halves().into_iter().flatten().find_map(|entries| {
            let place = entries.iter().position(is_named)?;
            Some(entries.remove(place).1)
        })
    }

    /// Sets the attribute with this name in the state, which becomes a dict if there is none.
    ///
    /// A state without names, such as a list, is left alone.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    ///
    /// let mut point = Object::call(Global::new("shapes", "Point"), []);
    /// point.set_attribute("x", 1);
    /// point.set_attribute("x", 2);
    /// assert_eq!(point.state, Some(Value::from([("x", 2)])));
    /// ```
    pub fn set_attribute(&mut self, name: &str, value: impl Into<Value>) {
        if matches!(self.state, None | Some(Value::None)) {
            self.state = Some(Value::Dict(Vec::new()));
        }
        let is_named = |(key, _): &(Value, Value)| key.as_str() == Some(name);
        let [first, second] = self.halves();
        let has_name = |half: &&mut Vec<(Value, Value)>| half.iter().any(is_named);
        let half = match (first, second) {
            (Some(first), Some(second)) if has_name(&first) || !has_name(&second) => Some(first),
            (first, second) => second.or(first),
        };
        let Some(entries) = half else { return };
        match entries.iter_mut().find(|entry| is_named(entry)) {
            Some((_, old)) => *old = value.into(),
            None => entries.push((Value::from(name), value.into())),
        }
    }

    /// The dicts of the state: one, or a pair.
    fn halves(&mut self) -> [Option<&mut Vec<(Value, Value)>>; 2] {
        fn dict(half: &mut Value) -> Option<&mut Vec<(Value, Value)>> {
            match half {
                Value::Dict(entries) => Some(entries),
                _ => None,
            }
        }
        match self.state.as_mut() {
            Some(Value::Tuple(halves)) => match halves.as_mut_slice() {
                [first, second] => [dict(first), dict(second)],
                _ => [None, None],
            },
            Some(state) => [dict(state), None],
            None => [None, None],
        }
    }
}
