//! The bridge to serde (feature `serde`): types with `Serialize` and `Deserialize` to and from
//! pickles, with the names and the mapping of the crate `serde-pickle`.
//!
//! ```
//! use pickle_core::serde::{DeOptions, SerOptions, from_slice, to_vec};
//!
//! let ports = std::collections::BTreeMap::from([("http", 80), ("https", 443)]);
//! let pickle = to_vec(&ports, SerOptions::new())?; // pickle.dumps({'http': 80, 'https': 443}, 3)
//! let back: std::collections::BTreeMap<String, u16> = from_slice(&pickle, DeOptions::new())?;
//! assert_eq!(back["https"], 443);
//! # Ok::<(), pickle_core::Error>(())
//! ```
//!
//! Serde has no classes and no identity. Where Python's classes or shared objects matter,
//! [`derive@crate::Reduce`] has both; [`with`] and [`Serde`] bring types of serde there.
//!
//! # The mapping
//!
//! | serde | Python | reading also takes |
//! |---|---|---|
//! | `bool`, integers up to 128 bits, floats | `bool`, `int`, `float` | an `int` as a float |
//! | `char`, `str` | `str` | UTF-8 `bytes` |
//! | bytes | `bytes` | `bytearray` |
//! | `None`, `()`, a unit struct | `None` | |
//! | `Some(x)`, a newtype struct | `x` | |
//! | a sequence | `list` | `tuple`, `set`, `frozenset`, `deque` |
//! | a tuple, an array, a tuple struct | `tuple` | as a sequence |
//! | a map, a struct | `dict` | `OrderedDict`, `defaultdict`, `Counter`, the state of any object |
//! | a unit variant | `"Name"` | `("Name",)` |
//! | a variant with one value | `{"Name": x}` | `("Name", x)` |
//! | a tuple variant | `{"Name": [x, y]}` | `("Name", [x, y])` |
//! | a struct variant | `{"Name": {"x": x}}` | `("Name", {"x": x})` |
//!
//! Keys must be hashable in Python, so sequences in them are tuples.
//!
//! # From `serde-pickle`
//!
//! `use pickle_core::serde as serde_pickle;` stands for the crate: its functions, options,
//! [`Value`] and [`HashableValue`] have the same names. What differs:
//!
//! * Integers up to 128 bits, shared objects and the collections above are read, not refused or lost.
//! * An object that contains itself is an error instead of an empty dict; so are items of a
//!   sequence that a tuple does not have.
//! * What follows a pickle is ignored, as in Python.
//! * [`Limits`](crate::Limits) bound depth and size; text and bytes may be borrowed.
//! * [`DeOptions::keep_restore_state`] keeps the positional arguments, not those by keyword or the
//!   base value of `copyreg._reconstructor`; it leaves `OrderedDict` and the like dicts.
//! * Empty bytes at protocol 2 are `bytes()`, as Python writes them.
//! * There is no `Serializer`, which writes a pickle without its beginning and end there.
//!
//! # Any pickle as JSON, YAML or MessagePack
//!
//! [`pickle_core::Value`](crate::Value), [`Graph`](crate::Graph) and [`NodeRef`](crate::NodeRef)
//! are `Serialize`. A class is its name; an object is a map of its parts: `class`, `args`, `kwargs`,
//! `list_items`, `dict_items`, `state`. Bytes are what the format has for them, numbers beyond 128
//! bits are their digits. In formats for people, a key that is no text, number or bool is text as
//! Python shows it (`None` is `null`). A cycle is an error, and so is sharing that grows without end.

mod access;
mod compat;
mod de;
mod error;
mod key;
mod node;
mod object;
mod options;
mod order;
mod ser;
mod stream;
mod tree;
mod variant;
mod wrapper;

pub use compat::{HashableValue, Value};
pub use options::{
    DeOptions, SerOptions, from_node, from_reader, from_slice, from_value, to_value, to_vec,
    to_writer, value_from_reader, value_from_slice, value_to_vec, value_to_writer,
};
pub use stream::{Deserializer, IterReadItem, from_iter, value_from_iter};
pub use wrapper::{Serde, with};

pub use crate::error::{Error, Result};
