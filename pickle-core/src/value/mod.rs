//! A pickle as an owned tree.

mod access;
mod convert;
pub(crate) mod distinct;
mod load;
mod long;
mod object;
mod save;

pub use long::Long;
pub use object::{Global, Object};

/// Any Python value, as an owned tree: for when a tree suffices.
///
/// It is read and written as every other type, so it may also be a field of one. What a tree
/// cannot say:
///
/// - *Identity.* An object with two references is there twice, and is written twice.
/// - *Cycles.* They are an error.
/// - Strings with lone surrogates, persistent ids, extension codes and out-of-band buffers that
///   the caller does not resolve, objects with several states or a state setter: an error too.
///
/// A [`Graph`](crate::Graph) holds all of these.
///
/// Keys of a dict and members of a set are distinct as Python sees it (`1 == 1.0 == True`); the
/// last value of a key that comes twice counts. Two values are equal when they are spelled
/// alike: `Int(1)` differs from `Float(1.0)`, the order of sets and dicts counts, and NaN is not
/// equal to itself.
///
/// Reading, writing, cloning and dropping recurse. [`Limits::depth`](crate::Limits::depth) bounds
/// how deep a value from a pickle is, so such a value is safe to drop; one that is built by hand,
/// or read with a far higher limit, may be too deep for the stack.
///
/// ```
/// use pickle_core::{Value, from_slice, to_vec};
///
/// // {'name': 'web', 'ports': [80, 443]}
/// let pickle = b"\x80\x04}(\x8c\x04name\x8c\x03web\x8c\x05ports](K\x50M\xbb\x01eu.";
/// let server: Value = from_slice(pickle)?;
/// assert_eq!(server.get("name").and_then(Value::as_str), Some("web"));
/// let second = server.get("ports").and_then(|ports| ports.index(1));
/// assert_eq!(second.and_then(Value::as_i64), Some(443));
/// assert_eq!(from_slice::<Value>(&to_vec(&server)?)?, server);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub enum Value {
    /// `None`.
    #[default]
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    Int(i64),
    /// An `int` that does not fit 64 bits.
    Long(Long),
    /// A `float`.
    Float(f64),
    /// A `str`, or an 8-bit string of Python 2 that is text in the
    /// [`Encoding`](crate::Encoding) of the reader.
    Str(String),
    /// A `bytes`, or an 8-bit string of Python 2 that is no text.
    Bytes(Vec<u8>),
    /// A `bytearray`.
    ByteArray(Vec<u8>),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`, in the order of the pickle.
    Set(Vec<Value>),
    /// A `frozenset`, in the order of the pickle.
    FrozenSet(Vec<Value>),
    /// A `dict`, in the order of insertion.
    Dict(Vec<(Value, Value)>),
    /// A class or a function.
    Global(Box<Global>),
    /// An instance of a class, or what else a call makes.
    Object(Box<Object>),
}

const _: () = assert!(size_of::<Value>() <= 32);
