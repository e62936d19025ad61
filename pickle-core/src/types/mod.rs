//! Plain Rust types for what Rust has no type of its own: Python's standard library, and NumPy.
//!
//! They are read from the pickles of every CPython from 2.7 on, which spell some of them
//! differently, and are written in a spelling that all of them load. The crates that people use
//! for the same things are fields of a record too, behind the feature of the crate's name.
//!
//! | Python | Rust | feature: its types | protocols | remarks |
//! |---|---|---|---|---|
//! | `datetime.date` | [`Date`] | `chrono`: `NaiveDate`; `jiff`: `civil::Date` | 0–5 | |
//! | `datetime.time` | [`Time`] | `chrono`: `NaiveTime`; `jiff`: `civil::Time` | 0–5, `fold` 4–5 | `fold` as in Python |
//! | `datetime.datetime` | [`DateTime`], `std::time::SystemTime` | `chrono`: `NaiveDateTime`, `DateTime<Utc>`, `DateTime<FixedOffset>`; `jiff`: `Timestamp`, `Zoned`, `civil::DateTime` | 0–5, `fold` 4–5 | time zones: Python 3 |
//! | `datetime.timedelta` | [`TimeDelta`], `std::time::Duration` | `chrono`: `TimeDelta`; `jiff`: `SignedDuration` | 0–5 | |
//! | `datetime.timezone` | [`TimeZone`] | | 0–5 | Python 3 |
//! | `zoneinfo.ZoneInfo` | [`ZoneInfo`] | | 0–5 | Python 3.9 |
//! | a `tzinfo` | [`TzInfo`] | | 0–5 | either of these; the UTC of `pytz` and `dateutil` is read, too |
//! | `decimal.Decimal` | [`Decimal`] | `rust_decimal`: `Decimal`; `bigdecimal`: `BigDecimal` | 0–5 | as text |
//! | `fractions.Fraction` | [`Fraction`] | | 0–5 | |
//! | `int` of any size | [`Long`](crate::Long) | `num-bigint`: `BigInt`, `BigUint` | 0–5 | |
//! | `complex` | [`Complex`] | `num-complex`: `Complex64` | 0–5 | |
//! | `uuid.UUID` | [`Uuid`] | `uuid`: `Uuid` | 0–5 | without `is_safe` |
//! | `dict` in its order | | `indexmap`: `IndexMap` | 0–5 | `IndexSet` is a `set` |
//! | `collections.OrderedDict` | [`OrderedDict`] | | 0–5 | |
//! | `collections.defaultdict` | [`DefaultDict`] | | 0–5 | with its factory's name |
//! | `collections.Counter` | [`Counter`] | | 0–5 | |
//! | `collections.deque` | [`Deque`] | | 0–5 | with its maximal length |
//! | `frozenset` | [`FrozenSet`] | | 0–5 | around a `BTreeSet` or `HashSet` |
//! | `collections.namedtuple` | a derived struct, see below | | 0–5 | |
//! | `range` | [`Range`] | | 0–5 | with its step |
//! | `slice` | [`Slice`] | | 0–5 | |
//! | `pathlib.PurePath`, `Path` | [`PurePath`], `std::path::PathBuf` | | 0–5 | of either platform, by its [`PathClass`]; Python 3 |
//! | `bytes` | `&[u8]`, `Cow<[u8]>` | `bytes`: `Bytes` | 0–5 | Python 2: its `str` |
//! | `bytearray` | [`ByteArray`] | `bytes`: `BytesMut` | 0–5 | |
//! | `ipaddress.IPv4Address`, `IPv6Address` | `std::net::IpAddr` | | 0–5 | Python 3; without a scope |
//! | `ipaddress.IPv4Network`, `IPv6Network` | [`IpNetwork`] | | 0–5 | Python 3 |
//! | `ipaddress.IPv4Interface`, `IPv6Interface` | [`IpInterface`] | | 0–5 | Python 3 |
//! | `array.array` | [`Array`] | | 0–5 | of any [`ArrayItem`]: numbers, and text in UTF-32; `q` and `Q`: Python 3 |
//! | `re.Pattern` | [`Pattern`] | | 0–5 | of text or bytes, with its flags |
//! | `types.SimpleNamespace` | [`SimpleNamespace`] | | 0–5 | Python 3 |
//! | an exception | [`Exception`] | | 0–5 | class, arguments, attributes; of groups as well |
//! | `numpy.ndarray` | [`numpy::NdArray`] | `ndarray`: `Array`, `ArrayView`, `CowArray` | 0–5, buffers 5 | of any [`numpy::Element`] but objects, in either [`numpy::Order`]; `half::f16` and `num_complex::{Complex32, Complex64}` are items with the features `half` and `num-complex` |
//! | `numpy.ndarray` of objects or `StringDType` | [`numpy::ObjectArray`] | | 0–5 | |
//! | `numpy.ma.MaskedArray` | [`numpy::MaskedArray`] | | 0–5 | without fields |
//! | a NumPy scalar | [`numpy::Scalar`] | | 0–5 | |
//! | `numpy.dtype` | [`numpy::Dtype`] | | 0–5 | a [`numpy::Type`] in a [`numpy::ByteOrder`]; dates have a [`numpy::TimeUnit`], a [`numpy::Structure`] has a [`numpy::Field`] for each name, a [`numpy::Text`] says what is [`numpy::Missing`] |
//!
//! The objects of pandas, scikit-learn and others, the states of `numpy.random` among them, are read
//! as a [`Graph`](crate::Graph), and their arrays out of it
//! ([`UnpickleOptions::from_node`](crate::UnpickleOptions::from_node)).
//!
//! A named tuple needs no type of its own:
//!
//! ```
//! use pickle_core::Reduce;
//!
//! /// `Point = collections.namedtuple("Point", "x y")` in the module `shapes`.
//! #[derive(Debug, PartialEq, Reduce)]
//! #[reduce(module = "shapes", new)]
//! struct Point {
//!     #[reduce(ctor)]
//!     x: i32,
//!     #[reduce(ctor)]
//!     y: i32,
//! }
//!
//! let pickle = b"\x80\x02cshapes\nPoint\nq\0K\x01K\x02\x86q\x01\x81q\x02.";
//! assert_eq!(pickle_core::from_slice::<Point>(pickle)?, Point { x: 1, y: 2 });
//! # Ok::<(), pickle_core::Error>(())
//! ```
//!
//! An implementation never sees an opcode.

mod array;
mod collections;
mod datetime;
mod foreign;
mod network;
mod number;
pub mod numpy;
mod object;
mod path;
mod pattern;
mod slice;
mod timezone;
mod uuid;

pub use array::{Array, ArrayItem, ByteArray};
pub use collections::{Counter, DefaultDict, Deque, FrozenSet, OrderedDict};
pub use datetime::{Date, DateTime, Time};
pub use network::{IpInterface, IpNetwork};
pub use number::{Complex, Decimal, Fraction};
pub use object::{Exception, SimpleNamespace};
pub use path::{PathClass, PurePath};
pub use pattern::Pattern;
pub use slice::{Range, Slice};
pub use timezone::{TimeDelta, TimeZone, TzInfo, ZoneInfo};
pub use uuid::Uuid;
