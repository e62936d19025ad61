//! The functions most programs need, and the settings behind them, by the names that the crate
//! `serde-pickle` has for them.

use std::io;
use std::marker::PhantomData;

use serde_core::de::DeserializeOwned;
use serde_core::{Deserialize, Serialize};

use super::compat::{self, Value};
use super::de::{self, Mapping};
use super::ser::{Described, Enums};
use super::wrapper::Serde;
use crate::error::Result;
use crate::graph::{Graph, NodeId, NodeRef};
use crate::limits::Limits;
use crate::options::PickleOptions;
use crate::protocol::Protocol;
use crate::unpickler::{Encoding, GraphLoader, Predictive, Settings, machine};
use crate::value;
use crate::wire::source::Source;

/// How to write.
#[derive(Debug, Clone, Copy)]
pub struct SerOptions {
    protocol: Protocol,
    limits: Limits,
    enums: Enums,
}

impl Default for SerOptions {
    fn default() -> SerOptions {
        SerOptions { protocol: Protocol::V3, limits: Limits::DEFAULT, enums: Enums::Dicts }
    }
}

impl SerOptions {
    /// Protocol 3, enums as dicts.
    #[must_use]
    pub fn new() -> SerOptions {
        SerOptions::default()
    }

    /// Sets protocol 2, for Python 2.
    #[must_use]
    pub fn proto_v2(self) -> SerOptions {
        self.protocol(Protocol::V2)
    }

    /// Sets the protocol.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> SerOptions {
        self.protocol = protocol;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> SerOptions {
        self.limits = limits;
        self
    }

    /// Writes each variant of an enum as a tuple that begins with its name, as serde-pickle did up
    /// to version 0.6. Both forms are read.
    ///
    /// ```
    /// use pickle_core::Value;
    /// use pickle_core::serde::{SerOptions, to_vec};
    ///
    /// let ok: Result<u8, u8> = Ok(1);
    /// let pickle = to_vec(&ok, SerOptions::new())?;
    /// assert_eq!(pickle_core::from_slice::<Value>(&pickle)?, Value::from([("Ok", 1)]));
    /// let pickle = to_vec(&ok, SerOptions::new().compat_enum_repr())?;
    /// let expected = Value::Tuple(vec!["Ok".into(), 1.into()]);
    /// assert_eq!(pickle_core::from_slice::<Value>(&pickle)?, expected);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn compat_enum_repr(mut self) -> SerOptions {
        self.enums = Enums::Tuples;
        self
    }

    fn options(self) -> PickleOptions<'static> {
        PickleOptions::new().protocol(self.protocol).limits(self.limits)
    }
}

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeOptions {
    pub(super) mapping: Mapping,
    pub(super) limits: Limits,
    decodes: bool,
}

impl DeOptions {
    /// The strings of Python 2 are bytes; classes, functions and cycles are errors; an object is
    /// its state.
    #[must_use]
    pub fn new() -> DeOptions {
        DeOptions::default()
    }

    /// Reads the strings of Python 2 as text in UTF-8.
    ///
    /// ```
    /// use pickle_core::serde::{DeOptions, Value, value_from_slice};
    ///
    /// let pickle = b"\x80\x02U\x01a.";
    /// assert_eq!(value_from_slice(pickle, DeOptions::new())?, Value::Bytes(b"a".to_vec()));
    /// let options = DeOptions::new().decode_strings();
    /// assert_eq!(value_from_slice(pickle, options)?, Value::String("a".into()));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn decode_strings(mut self) -> DeOptions {
        self.decodes = true;
        self
    }

    /// Reads an object that has no state as the list of the arguments that made it.
    ///
    /// ```
    /// use pickle_core::serde::{DeOptions, from_slice};
    ///
    /// // fractions.Fraction(1, 3)
    /// let pickle = b"\x80\x02cfractions\nFraction\nK\x01K\x03\x86R.";
    /// assert!(from_slice::<(u8, u8)>(pickle, DeOptions::new()).is_err());
    /// let options = DeOptions::new().keep_restore_state();
    /// assert_eq!(from_slice::<(u8, u8)>(pickle, options)?, (1, 3));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn keep_restore_state(mut self) -> DeOptions {
        self.mapping.keeps_arguments = true;
        self
    }

    /// Reads classes and functions, and what they are called for if it has no state, as `None`.
    ///
    /// ```
    /// use pickle_core::serde::{DeOptions, from_slice};
    ///
    /// let pickle = b"\x80\x02]cbuiltins\nlen\na.";
    /// assert!(from_slice::<Vec<Option<u8>>>(pickle, DeOptions::new()).is_err());
    /// let options = DeOptions::new().replace_unresolved_globals();
    /// assert_eq!(from_slice::<Vec<()>>(pickle, options)?, [()]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn replace_unresolved_globals(mut self) -> DeOptions {
        self.mapping.drops_globals = true;
        self
    }

    /// Reads what leads back to itself as `None` there.
    ///
    /// ```
    /// use pickle_core::serde::{DeOptions, from_slice};
    ///
    /// // [[...]]
    /// let pickle = b"\x80\x02]q\0h\0a.";
    /// assert!(from_slice::<Vec<()>>(pickle, DeOptions::new()).is_err());
    /// let options = DeOptions::new().replace_recursive_structures();
    /// assert_eq!(from_slice::<Vec<()>>(pickle, options)?, [()]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn replace_recursive_structures(mut self) -> DeOptions {
        self.mapping.drops_cycles = true;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> DeOptions {
        self.limits = limits;
        self
    }

    fn encoding(self) -> Encoding {
        if self.decodes { Encoding::Utf8 } else { Encoding::Bytes }
    }

    pub(super) fn settings(self) -> Settings<'static> {
        Settings { limits: self.limits, encoding: self.encoding(), ..Settings::default() }
    }

    /// Reads a value from a node of a graph that was made of so many bytes.
    fn read<'de, T>(self, graph: &Graph<'de>, node: NodeId, bytes: usize) -> Result<T>
    where
        T: Deserialize<'de>,
    {
        let settings = self.settings();
        let mut loader = GraphLoader::new(graph, node, bytes, &settings);
        de::make(&mut loader, self.mapping, PhantomData)
    }
}

/// Pickles a value.
///
/// ```
/// use pickle_core::serde::{from_slice, to_vec};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Server { name: String, ports: Vec<u16>, load: Option<f32> }
///
/// let server = Server { name: "web".into(), ports: vec![80, 443], load: None };
/// // In Python: {'name': 'web', 'ports': [80, 443], 'load': None}
/// let pickle = to_vec(&server, Default::default())?;
/// assert_eq!(from_slice::<Server>(&pickle, Default::default())?, server);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// When the value cannot be expressed in Python, or its `Serialize` fails.
pub fn to_vec<T: ?Sized + Serialize>(value: &T, options: SerOptions) -> Result<Vec<u8>> {
    options.options().to_vec(&Described { value, enums: options.enums })
}

/// Pickles a value into a stream.
///
/// # Errors
/// As [`to_vec`], and when the stream fails.
pub fn to_writer<W, T>(writer: &mut W, value: &T, options: SerOptions) -> Result<()>
where
    W: ?Sized + io::Write,
    T: ?Sized + Serialize,
{
    options.options().to_writer(writer, &Described { value, enums: options.enums })
}

/// Reads a value from a pickle. What follows the pickle is ignored, as Python does.
///
/// Strings and bytes may be borrowed from it:
///
/// ```
/// use pickle_core::serde::{DeOptions, from_slice};
/// use serde::Deserialize;
///
/// #[derive(Deserialize)]
/// struct Server<'a> { name: &'a str, port: u16 }
///
/// let pickle = b"\x80\x04}(\x8c\x04name\x8c\x03web\x8c\x04portK\x50u.";
/// let server: Server = from_slice(pickle, DeOptions::new())?;
/// assert_eq!((server.name, server.port), ("web", 80));
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// When the pickle is ill-formed or holds something else.
pub fn from_slice<'de, T: Deserialize<'de>>(pickle: &'de [u8], options: DeOptions) -> Result<T> {
    // What the options are about is no matter of the predictive route.
    if let Ok(Serde(value)) = Predictive::new(pickle, &options.settings()).read() {
        return Ok(value);
    }
    let (graph, bytes) = machine::load(pickle, &options.limits)?;
    options.read(&graph, graph.root_id(), bytes)
}

/// Reads a value from a pickle in a stream, and not a byte beyond it.
///
/// A pickle without frames (below protocol 4) is read in small pieces; a `BufReader` around the
/// stream makes that fast.
///
/// # Errors
/// As [`from_slice`], and when the stream fails.
pub fn from_reader<R: io::Read, T: DeserializeOwned>(reader: R, options: DeOptions) -> Result<T> {
    let mut source = Source::new(reader);
    source.read_pickle()?;
    from_slice(source.pickle(), options)
}

/// Reads a value from a node of a graph, for when only a part of a pickle has a known type.
///
/// ```
/// use pickle_core::serde::{DeOptions, from_node};
/// use pickle_core::Graph;
///
/// // {'version': 2, 'data': [1, 2]}
/// let graph = Graph::from_slice(b"}(Vversion\nK\x02Vdata\n](K\x01K\x02eu.")?;
/// let data: Vec<u8> = from_node(graph.root().at("data")?, DeOptions::new())?;
/// assert_eq!(data, [1, 2]);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// When the node is something else.
pub fn from_node<'de, T>(node: NodeRef<'_, 'de>, options: DeOptions) -> Result<T>
where
    T: Deserialize<'de>,
{
    options.read(node.graph(), node.id(), node.graph().len())
}

/// Pickles a value of Python's built-in types.
///
/// # Errors
/// As [`to_vec`].
pub fn value_to_vec(value: &Value, options: SerOptions) -> Result<Vec<u8>> {
    options.options().to_vec(&value::Value::from(value.clone()))
}

/// Pickles a value of Python's built-in types into a stream.
///
/// # Errors
/// As [`to_writer`].
pub fn value_to_writer<W>(writer: &mut W, value: &Value, options: SerOptions) -> Result<()>
where
    W: ?Sized + io::Write,
{
    options.options().to_writer(writer, &value::Value::from(value.clone()))
}

/// Reads a value of Python's built-in types from a pickle, without what serde does not know apart:
/// tuples and lists, sets and frozensets.
///
/// # Errors
/// As [`from_slice`].
pub fn value_from_slice(pickle: &[u8], options: DeOptions) -> Result<Value> {
    let (graph, bytes) = machine::load(pickle, &options.limits)?;
    let settings = options.settings();
    let mut loader = GraphLoader::new(&graph, graph.root_id(), bytes, &settings);
    compat::load(&mut loader, options.mapping)
}

/// Reads a value of Python's built-in types from a pickle in a stream.
///
/// # Errors
/// As [`from_reader`].
pub fn value_from_reader<R: io::Read>(reader: R, options: DeOptions) -> Result<Value> {
    let mut source = Source::new(reader);
    source.read_pickle()?;
    value_from_slice(source.pickle(), options)
}

/// What a value of serde is in Python.
///
/// ```
/// use pickle_core::serde::{Value, from_value, to_value};
///
/// let value = to_value(&(1, "a"))?;
/// assert_eq!(value, Value::Tuple(vec![Value::I64(1), Value::String("a".into())]));
/// assert_eq!(from_value::<(u8, String)>(value)?, (1, "a".to_owned()));
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// As [`to_vec`].
pub fn to_value<T: ?Sized + Serialize>(value: &T) -> Result<Value> {
    value_from_slice(&to_vec(value, SerOptions::new())?, DeOptions::new())
}

/// Reads a type of serde from a value.
///
/// # Errors
/// As [`from_slice`].
pub fn from_value<T: DeserializeOwned>(value: Value) -> Result<T> {
    let pickle = SerOptions::new().options().to_vec(&value::Value::from(value))?;
    from_slice(&pickle, DeOptions::new())
}
