//! The types of Rust, of this crate and of others as Python calls them.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::ffi::OsString;
use std::hash::BuildHasher;
use std::marker::PhantomData;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::{NonZero, Saturating, Wrapping};
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};
use std::path::{Path, PathBuf};
use std::rc::{self, Rc};
use std::sync::{self, Arc, Mutex, OnceLock, RwLock, atomic};
use std::time::{Duration, SystemTime};

use crate::buffer::PickleBuffer;
use crate::impls::number::with_atomics;
use crate::impls::persistent::PersistentId;
use crate::python::{Hint, Modules, PythonType};
use crate::reduce::Reduce;
use crate::registry::Function;
use crate::types::numpy::{Dtype, NdArray, ObjectArray, Scalar};
use crate::types::{
    Array, ArrayItem, ByteArray, Complex, Counter, Date, DateTime, Decimal, DefaultDict, Deque,
    Exception, Fraction, FrozenSet, OrderedDict, Pattern, PurePath, SimpleNamespace, Slice, Time,
    TimeDelta, TimeZone, TzInfo, Uuid, ZoneInfo,
};
use crate::value::{Global, Long, Object, Value};
use crate::wire::integer::Integer;

/// Types that have one hint, whatever they hold: a module of Python, and a name in it.
macro_rules! named {
    ($($module:literal $name:literal: $([$($generics:tt)*] $t:ty),+;)*) => {$($(
        impl<$($generics)*> PythonType for $t {
            fn hint(_: &mut Modules) -> Hint {
                Hint::new($module, $name)
            }
        }
    )+)*};
}

named! {
    "" "int": [] i8, [] i16, [] i32, [] i64, [] i128, [] isize;
    "" "int": [] u16, [] u32, [] u64, [] u128, [] usize, [] Long;
    "" "float": [] f32, [] f64;
    "" "bool": [] bool;
    "" "str": [] char, [] str, [] String, [] OsString;
    "" "bytearray": [] ByteArray;
    "" "complex": [] Complex;
    "" "None": [] (), [T: ?Sized] PhantomData<T>;
    "" "range": [T: Reduce + Integer] Range<T>, [T: Reduce + Integer] RangeInclusive<T>;
    "" "range": [T: Reduce] crate::types::Range<T>;
    "" "slice": [T: Reduce] RangeFrom<T>, [T: Reduce] RangeTo<T>, [] RangeFull, [T: Reduce] Slice<T>;
    "" "BaseException": [] Exception;
    "typing" "Any": [] Value, [] Object, [] PickleBuffer<'_>, [I: Reduce] PersistentId<I>;
    "typing" "Any": [] Global;
    "typing" "Callable[..., typing.Any]": [F] Function<F>;
    "array" "array[typing.Any]": [T: ArrayItem + Reduce] Array<T>;
    "datetime" "date": [] Date;
    "datetime" "time": [] Time;
    "datetime" "datetime": [] DateTime, [] SystemTime;
    "datetime" "timedelta": [] TimeDelta, [] Duration;
    "datetime" "timezone": [] TimeZone;
    "datetime" "tzinfo": [] TzInfo;
    "zoneinfo" "ZoneInfo": [] ZoneInfo;
    "decimal" "Decimal": [] Decimal;
    "fractions" "Fraction": [T: Reduce] Fraction<T>;
    "uuid" "UUID": [] Uuid;
    "pathlib" "PurePath": [] PurePath;
    "pathlib" "Path": [] Path, [] PathBuf;
    "re" "Pattern[typing.Any]": [T: Reduce] Pattern<T>;
    "types" "SimpleNamespace": [V: Reduce] SimpleNamespace<V>;
    "ipaddress" "IPv4Address": [] Ipv4Addr;
    "ipaddress" "IPv6Address": [] Ipv6Addr;
    "numpy.typing" "NDArray[typing.Any]": [D: AsRef<[u8]>] NdArray<D>, [T: Reduce] ObjectArray<T>;
    "numpy" "dtype[typing.Any]": [] Dtype;
    "numpy" "generic": [] Scalar;
}

/// A vector of bytes is `bytes`.
impl PythonType for u8 {
    fn hint(_: &mut Modules) -> Hint {
        Hint::builtin("int")
    }

    fn slice_hint(_: &mut Modules) -> Hint {
        Hint::builtin("bytes")
    }

    fn array_hint(_: usize, _: &mut Modules) -> Hint {
        Hint::builtin("bytes")
    }
}

/// Types that are in Python what something else of Rust is there.
macro_rules! same {
    ($([$($generics:tt)*] $t:ty as $other:ty;)*) => {$(
        impl<$($generics)*> PythonType for $t {
            fn hint(modules: &mut Modules) -> Hint {
                <$other>::hint(modules)
            }
        }
    )*};
}

same! {
    [T: PythonType + ?Sized] &T as T;
    [T: PythonType + ?Sized] &mut T as T;
    [T: PythonType + ?Sized] Box<T> as T;
    [T: PythonType + ?Sized + 'static] Rc<T> as T;
    [T: PythonType + ?Sized + 'static] Arc<T> as T;
    [T: PythonType + Copy] Cell<T> as T;
    [T: PythonType + ?Sized] RefCell<T> as T;
    [T: PythonType + ?Sized] Mutex<T> as T;
    [T: PythonType + ?Sized] RwLock<T> as T;
    [T: PythonType] Wrapping<T> as T;
    [T: PythonType] Saturating<T> as T;
    [T: PythonType] Reverse<T> as T;
    [B: PythonType + ToOwned + ?Sized] Cow<'_, B> as B;
    [T: PythonType] Vec<T> as [T];
    [] SocketAddrV4 as (String, u16);
    [] SocketAddrV6 as (String, u16, u32, u32);
}

/// The integers of which one is no `NonZero`.
macro_rules! nonzero {
    ($($int:ty)*) => {$(
        impl PythonType for NonZero<$int> {
            fn hint(_: &mut Modules) -> Hint {
                Hint::builtin("int")
            }
        }
    )*};
}

nonzero!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// Which there are depends on the platform.
macro_rules! atomics {
    ($($width:literal: $($atomic:ident $value:ty),*;)*) => {$($(
        #[cfg(target_has_atomic = $width)]
        impl PythonType for atomic::$atomic {
            fn hint(modules: &mut Modules) -> Hint {
                <$value>::hint(modules)
            }
        }
    )*)*};
}

with_atomics!(atomics);

/// Types that are a value or `None`.
macro_rules! optional {
    ($([$($generics:tt)*] $t:ty;)*) => {$(
        impl<$($generics)*> PythonType for $t {
            fn hint(modules: &mut Modules) -> Hint {
                Hint::optional(T::hint(modules))
            }
        }
    )*};
}

optional! {
    [T: PythonType] Option<T>;
    [T: PythonType] OnceCell<T>;
    [T: PythonType] OnceLock<T>;
    [T: PythonType + ?Sized + 'static] rc::Weak<T>;
    [T: PythonType + ?Sized + 'static] sync::Weak<T>;
}

impl<T: PythonType> PythonType for [T] {
    fn hint(modules: &mut Modules) -> Hint {
        T::slice_hint(modules)
    }
}

impl<T: PythonType, const N: usize> PythonType for [T; N] {
    fn hint(modules: &mut Modules) -> Hint {
        T::array_hint(N, modules)
    }
}

impl PythonType for IpAddr {
    fn hint(modules: &mut Modules) -> Hint {
        Hint::union([Ipv4Addr::hint(modules), Ipv6Addr::hint(modules)])
    }
}

impl PythonType for SocketAddr {
    fn hint(modules: &mut Modules) -> Hint {
        Hint::union([SocketAddrV4::hint(modules), SocketAddrV6::hint(modules)])
    }
}

/// Collections: the class with the types of what is in it, and which of them are hashed.
macro_rules! collections {
    ($($module:literal $name:literal [$($generics:tt)*] $t:ty: $($kind:ident $part:ident),+;)*) => {$(
        impl<$($generics)*> PythonType for $t {
            fn hint(modules: &mut Modules) -> Hint {
                let parts = [$(collections!(@ $kind $part modules)),+];
                Hint::new($module, $name).of(parts)
            }
        }
    )*};
    (@ key $part:ident $modules:ident) => {{
        let hint = <$part>::hint($modules);
        $modules.key(hint)
    }};
    (@ value $part:ident $modules:ident) => {
        <$part>::hint($modules)
    };
}

collections! {
    "" "list" [T: PythonType] LinkedList<T>: value T;
    "" "list" [T: PythonType + Ord] BinaryHeap<T>: value T;
    "collections" "deque" [T: PythonType] VecDeque<T>: value T;
    "collections" "deque" [T: PythonType] Deque<T>: value T;
    "" "dict" [K: PythonType, V: PythonType, S: BuildHasher] HashMap<K, V, S>: key K, value V;
    "" "dict" [K: PythonType, V: PythonType] BTreeMap<K, V>: key K, value V;
    "" "set" [T: PythonType, S: BuildHasher] HashSet<T, S>: key T;
    "" "set" [T: PythonType] BTreeSet<T>: key T;
    "collections" "OrderedDict" [K: PythonType, V: PythonType] OrderedDict<K, V>: key K, value V;
    "collections" "defaultdict" [K: PythonType, V: PythonType] DefaultDict<K, V>: key K, value V;
    "collections" "Counter" [K: PythonType, N: PythonType] Counter<K, N>: key K;
}

impl<S: PythonType> PythonType for FrozenSet<S>
where
    FrozenSet<S>: Reduce,
{
    fn hint(modules: &mut Modules) -> Hint {
        S::hint(modules).hashable()
    }
}

macro_rules! tuples {
    ($(($($t:ident)*))*) => {$(
        impl<$($t: PythonType),*> PythonType for ($($t,)*) {
            fn hint(modules: &mut Modules) -> Hint {
                Hint::tuple([$($t::hint(modules)),*])
            }
        }
    )*};
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}

/// The types of other crates.
macro_rules! foreign {
    ($($feature:literal $module:literal $name:literal: $($t:ty),+;)*) => {$($(
        #[cfg(feature = $feature)]
        impl PythonType for $t {
            fn hint(_: &mut Modules) -> Hint {
                Hint::new($module, $name)
            }
        }
    )+)*};
}

foreign! {
    "bigdecimal" "decimal" "Decimal": bigdecimal::BigDecimal;
    "bytes" "" "bytes": bytes::Bytes;
    "bytes" "" "bytearray": bytes::BytesMut;
    "chrono" "datetime" "date": chrono::NaiveDate;
    "chrono" "datetime" "time": chrono::NaiveTime;
    "chrono" "datetime" "datetime": chrono::NaiveDateTime, chrono::DateTime<chrono::Utc>,
        chrono::DateTime<chrono::FixedOffset>;
    "chrono" "datetime" "timedelta": chrono::TimeDelta;
    "jiff" "datetime" "date": jiff::civil::Date;
    "jiff" "datetime" "time": jiff::civil::Time;
    "jiff" "datetime" "datetime": jiff::civil::DateTime, jiff::Timestamp, jiff::Zoned;
    "jiff" "datetime" "timedelta": jiff::SignedDuration;
    "num-bigint" "" "int": num_bigint::BigInt, num_bigint::BigUint;
    "num-complex" "" "complex": num_complex::Complex64;
    "rust_decimal" "decimal" "Decimal": rust_decimal::Decimal;
    "uuid" "uuid" "UUID": uuid::Uuid;
}

#[cfg(feature = "indexmap")]
collections! {
    "" "dict" [K: PythonType, V: PythonType, S] indexmap::IndexMap<K, V, S>: key K, value V;
    "" "set" [T: PythonType, S] indexmap::IndexSet<T, S>: key T;
}

#[cfg(feature = "ndarray")]
impl<T, S, D> PythonType for ndarray::ArrayBase<S, D>
where
    T: crate::types::numpy::Element + bytemuck::NoUninit,
    S: ndarray::Data<Elem = T>,
    D: ndarray::Dimension,
{
    fn hint(_: &mut Modules) -> Hint {
        Hint::new("numpy.typing", "NDArray[typing.Any]")
    }
}

/// What serde says of a value is known when it is written.
#[cfg(feature = "serde")]
impl<T: serde_core::Serialize> PythonType for crate::serde::Serde<T> {
    fn hint(_: &mut Modules) -> Hint {
        Hint::any()
    }
}
