//! Plain Rust types for what Rust has no type of its own: Python's standard library, and NumPy.
//!
//! They are read from the pickles of every CPython from 2.7 on, which spell some of them
//! differently, and are written in a spelling that all of them load. The crates that people use
//! for the same things are fields of a record too, behind the feature of the crate's name.
//!
//! | Python | Rust | and with a feature | notes |
//! |---|---|---|---|
//! | `datetime.date` | [`Date`] | | |
//! | `datetime.time` | [`Time`] | | `fold` from protocol 4 on, as in Python |
//! | `datetime.datetime` | [`DateTime`] | | `fold` as for `Time` |
//! | `datetime.timedelta` | [`TimeDelta`] | | |
//! | `datetime.timezone` | [`TimeZone`] | | Python 3 |
//! | `zoneinfo.ZoneInfo` | [`ZoneInfo`] | | Python 3.9 |
//! | a `tzinfo` | [`TzInfo`] | | also the UTC of `pytz` and `dateutil`, when read |
//! | `decimal.Decimal` | [`Decimal`] | | as text |
//! | `fractions.Fraction` | [`Fraction`] | | |
//! | `complex` | [`Complex`] | | |
//! | `uuid.UUID` | [`Uuid`] | | |
//! | `collections.OrderedDict` | [`OrderedDict`] | | |
//! | `collections.defaultdict` | [`DefaultDict`] | | with its factory's name |
//! | `collections.Counter` | [`Counter`] | | |
//! | `collections.deque` | [`Deque`] | | with its maximal length |
//! | `range` | [`Range`] | | with its step |
//! | `slice` | [`Slice`] | | |
//! | `pathlib.PurePath`, `Path` | [`PurePath`] | | of either platform, with its class |
//! | `bytearray` | [`ByteArray`] | | |
//! | `array.array` | [`Array`] | | `q` and `Q`: Python 3 |
//! | `re.Pattern` | [`Pattern`] | | with its flags |
//! | `types.SimpleNamespace` | [`SimpleNamespace`] | | Python 3 |
//! | an exception | [`Exception`] | | class, arguments, attributes |
//! | `numpy.ndarray` | [`numpy::NdArray`] | | every dtype but objects |
//! | a NumPy scalar | [`numpy::Scalar`] | | |
//! | `numpy.dtype` | [`numpy::Dtype`] | | |
//!
//! All protocols, 0 to 5, are read and written. An implementation never sees an opcode.

mod array;
mod collections;
mod datetime;
mod foreign;
mod number;
pub mod numpy;
mod object;
mod path;
mod pattern;
mod slice;
mod timezone;
mod uuid;

pub use array::{Array, ArrayItem, ByteArray};
pub use collections::{Counter, DefaultDict, Deque, OrderedDict};
pub use datetime::{Date, DateTime, Time};
pub use number::{Complex, Decimal, Fraction};
pub use object::{Exception, SimpleNamespace};
pub use path::{PathClass, PurePath};
pub use pattern::Pattern;
pub use slice::{Range, Slice};
pub use timezone::{TimeDelta, TimeZone, TzInfo, ZoneInfo};
pub use uuid::Uuid;
