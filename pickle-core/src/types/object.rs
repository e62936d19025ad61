//! Objects of many shapes: Python's exceptions and `SimpleNamespace`.

use std::fmt;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::{Callable, Saver};
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;
use crate::value::{Global, Object, Value};

static NAMESPACE: Class = Class::new("types", "SimpleNamespace");

/// Attributes of any name: `types.SimpleNamespace`. What they hold is any [`Value`], or what the
/// caller says.
///
/// ```
/// use pickle_core::types::SimpleNamespace;
///
/// let options = SimpleNamespace(vec![("verbose".to_owned(), true)]);
/// let pickle = pickle_core::to_vec(&options)?;
/// assert_eq!(pickle_core::from_slice::<SimpleNamespace<bool>>(&pickle)?, options);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimpleNamespace<V = Value>(pub Vec<(String, V)>);

impl<V: Reduce> Reduce for SimpleNamespace<V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&NAMESPACE, 0)?;
        saver.end_call(&mut call)?;
        deeper(|| saver.end_with_state(call, &Attributes(&self.0)))
    }
}

struct Attributes<'a, V>(&'a [(String, V)]);

impl<V: Reduce> Reduce for Attributes<'_, V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut dict = saver.begin_dict(self.0.len())?;
        for (name, value) in self.0 {
            saver.entry(&mut dict, name, value)?;
        }
        saver.end_dict(dict)
    }
}

impl<'de, V: Reconstruct<'de>> Reconstruct<'de> for SimpleNamespace<V> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&NAMESPACE)?;
        loader.begin_args(&mut object, 0)?;
        loader.end_args(&mut object)?;
        let mut attributes = Vec::new();
        if loader.begin_state(&mut object)? {
            deeper(|| -> Result<()> {
                let mut entries = loader.begin_dict()?;
                while loader.next_key(&mut entries)? {
                    let name = loader.load_key()?;
                    loader.next_value(&mut entries)?;
                    attributes.push((name, loader.load()?));
                }
                Ok(())
            })?;
        }
        loader.end_object(object)?;
        Ok(SimpleNamespace(attributes))
    }
}

/// An exception of any class: an instance of `BaseException`.
///
/// As Python pickles it: the cause, the context and the traceback are not there. The exceptions of a
/// group are the second of its `args`: a list of values, of which `Exception::try_from` makes
/// exceptions.
///
/// ```
/// use pickle_core::Global;
/// use pickle_core::types::Exception;
///
/// let error = Exception::new(Global::new("builtins", "OSError"), [2.into(), "no such file".into()]);
/// assert_eq!(error.to_string(), "builtins.OSError(2, 'no such file')");
/// assert_eq!(pickle_core::from_slice::<Exception>(&pickle_core::to_vec(&error)?)?, error);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Exception {
    /// Its class.
    pub class: Global,
    /// What its class was called with: `args`.
    pub args: Vec<Value>,
    /// Attributes that were set afterwards, among them the `__notes__` of `add_note`.
    pub attributes: Vec<(String, Value)>,
}

impl Exception {
    /// What `class(*args)` makes.
    #[must_use]
    pub fn new(class: Global, args: impl Into<Vec<Value>>) -> Exception {
        Exception { class, args: args.into(), attributes: Vec::new() }
    }
}

/// As `repr()` shows it in Python, with the module of its class.
impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.class)?;
        for (index, arg) in self.args.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            match arg {
                Value::Str(text) => write!(f, "{comma}'{text}'")?,
                Value::Int(number) => write!(f, "{comma}{number}")?,
                other => write!(f, "{comma}{other:?}")?,
            }
        }
        f.write_str(")")
    }
}

impl std::error::Error for Exception {}

/// By `BaseException.__reduce__`: a call, and the attributes if there are any.
impl Reduce for Exception {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let Global { module, name } = &self.class;
        let mut call = saver.begin_dynamic_call(module, name, Callable::Class, self.args.len())?;
        for arg in &self.args {
            saver.save(arg)?;
        }
        saver.end_call(&mut call)?;
        if self.attributes.is_empty() {
            return saver.end_object(call);
        }
        deeper(|| saver.end_with_state(call, &Attributes(&self.attributes)))
    }
}

/// As a value among others, such as the exceptions of a group.
impl From<Exception> for Value {
    fn from(exception: Exception) -> Value {
        let Exception { class, args, attributes } = exception;
        let mut object = Object::call(class, args);
        if !attributes.is_empty() {
            let entries = attributes.into_iter().map(|(name, value)| (Value::from(name), value));
            object.state = Some(Value::Dict(entries.collect()));
        }
        Value::from(object)
    }
}

/// # Errors
/// When the value is no call of a class, or has a state other than attributes.
impl TryFrom<Value> for Exception {
    type Error = Error;

    fn try_from(value: Value) -> Result<Exception> {
        let other = |found: &'static str| Error::mismatch(found, "an exception");
        let Value::Object(object) = value else {
            return Err(other("a value that is no object"));
        };
        let Object { class, callable: Callable::Class, args, state, .. } = *object else {
            return Err(other("an object that is not made by a call of its class"));
        };
        let attributes = match state {
            None | Some(Value::None) => Some(Vec::new()),
            Some(Value::Dict(entries)) => entries.into_iter().map(named).collect(),
            Some(_) => None,
        };
        let attributes =
            attributes.ok_or_else(|| other("a state that is no dict of attributes"))?;
        Ok(Exception { class, args, attributes })
    }
}

impl<'de> Reconstruct<'de> for Exception {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let value: Value = loader.load()?;
        Exception::try_from(value).map_err(|error| loader.locate(error))
    }
}

fn named((name, value): (Value, Value)) -> Option<(String, Value)> {
    match name {
        Value::Str(name) => Some((name, value)),
        _ => None,
    }
}
