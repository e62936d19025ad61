//! Plain Rust types for what Rust has no type of its own: Python's standard library, and NumPy.
//!
//! They are read from the pickles of every CPython from 2.7 on, which spell some of them
//! differently, and are written in a spelling that all of them load. The crates that people use
//! for the same things are fields of a record too, behind the feature of the crate's name.
//!
//! | Python | Rust | with the feature of its crate | notes |
//! |---|---|---|---|
//! | `datetime.date` | [`Date`] | `chrono::NaiveDate`, `jiff::civil::Date` | |
//! | `datetime.time` | [`Time`] | `chrono::NaiveTime`, `jiff::civil::Time` | `fold` from protocol 4 on, as in Python |
//! | `datetime.datetime` | [`DateTime`] | `chrono::{NaiveDateTime, DateTime<Utc>, DateTime<FixedOffset>}`, `jiff::{Timestamp, Zoned, civil::DateTime}` | `fold` as for `Time`; time zones: Python 3 |
//! | `datetime.timedelta` | [`TimeDelta`] | `chrono::TimeDelta`, `jiff::SignedDuration` | |
//! | `datetime.timezone` | [`TimeZone`] | | Python 3 |
//! | `zoneinfo.ZoneInfo` | [`ZoneInfo`] | | Python 3.9 |
//! | a `tzinfo` | [`TzInfo`] | | also the UTC of `pytz` and `dateutil`, when read |
//! | `decimal.Decimal` | [`Decimal`] | `rust_decimal::Decimal`, `bigdecimal::BigDecimal` | as text |
//! | `fractions.Fraction` | [`Fraction`] | | |
//! | `int` of any size | [`Long`](crate::Long) | `num_bigint::{BigInt, BigUint}` | |
//! | `complex` | [`Complex`] | `num_complex::Complex64` | |
//! | `uuid.UUID` | [`Uuid`] | `uuid::Uuid` | without `is_safe` |
//! | `dict` in its order | | `indexmap::IndexMap` | |
//! | `collections.OrderedDict` | [`OrderedDict`] | | |
//! | `collections.defaultdict` | [`DefaultDict`] | | with its factory's name |
//! | `collections.Counter` | [`Counter`] | | |
//! | `collections.deque` | [`Deque`] | | with its maximal length |
//! | `collections.namedtuple` | a derived struct with `new` and `ctor` fields | | |
//! | `range` | [`Range`] | | with its step |
//! | `slice` | [`Slice`] | | |
//! | `pathlib.PurePath`, `Path` | [`PurePath`] | | of either platform, with its class; Python 3 |
//! | `bytes`, `bytearray` | [`ByteArray`] | `bytes::Bytes`, `bytes::BytesMut` | |
//! | `ipaddress.IPv4Address`, `IPv6Address` | `std::net::IpAddr` | | Python 3; without a scope |
//! | `ipaddress.IPv4Network`, `IPv6Network` | [`IpNetwork`] | | Python 3 |
//! | `ipaddress.IPv4Interface`, `IPv6Interface` | [`IpInterface`] | | Python 3 |
//! | `array.array` | [`Array`] | | numbers, and text in UTF-32; `q` and `Q`: Python 3 |
//! | `re.Pattern` | [`Pattern`] | | with its flags |
//! | `types.SimpleNamespace` | [`SimpleNamespace`] | | Python 3 |
//! | an exception | [`Exception`] | | class, arguments, attributes; of groups as well |
//! | `numpy.ndarray` | [`numpy::NdArray`] | `ndarray::{Array, ArrayView, CowArray}` | every dtype but objects; `half::f16` and `num_complex::{Complex32, Complex64}` as items |
//! | `numpy.ndarray` of objects or `StringDType` | [`numpy::ObjectArray`] | | |
//! | `numpy.ma.MaskedArray` | [`numpy::MaskedArray`] | | without fields |
//! | a NumPy scalar | [`numpy::Scalar`] | | |
//! | `numpy.dtype` | [`numpy::Dtype`] | | |
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
//! All protocols, 0 to 5, are read and written. An implementation never sees an opcode.

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
pub use collections::{Counter, DefaultDict, Deque, OrderedDict};
pub use datetime::{Date, DateTime, Time};
pub use network::{IpInterface, IpNetwork};
pub use number::{Complex, Decimal, Fraction};
pub use object::{Exception, SimpleNamespace};
pub use path::{PathClass, PurePath};
pub use pattern::Pattern;
pub use slice::{Range, Slice};
pub use timezone::{TimeDelta, TimeZone, TzInfo, ZoneInfo};
pub use uuid::Uuid;
