//! The values of the crate `serde-pickle`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use num_bigint::BigInt;
use serde_core::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::de::Mapping;
use super::object::{DATA, Part, part};
use crate::error::{Error, ErrorKind, Result};
use crate::loader::{Kind, Loader};
use crate::stack::deeper;
use crate::value::{self, Long};

/// Any value of Python's built-in types, as the crate `serde-pickle` has it, so that programs that
/// use that need not change. New ones use [`pickle_core::Value`](crate::Value), which has objects
/// and the order of dicts, too.
///
/// ```
/// use pickle_core::serde::{Value, value_from_slice};
///
/// let value = value_from_slice(b"\x80\x04K\x01K\x02\x86.", Default::default())?;
/// assert_eq!(value, Value::Tuple(vec![Value::I64(1), Value::I64(2)]));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    I64(i64),
    /// An `int` that does not fit 64 bits.
    Int(BigInt),
    /// A `float`.
    F64(f64),
    /// A `bytes`, a `bytearray`, or a string of Python 2.
    Bytes(Vec<u8>),
    /// A `str`.
    String(String),
    /// A `list`.
    List(Vec<Value>),
    /// A `tuple`.
    Tuple(Vec<Value>),
    /// A `set`.
    Set(BTreeSet<HashableValue>),
    /// A `frozenset`.
    FrozenSet(BTreeSet<HashableValue>),
    /// A `dict`.
    Dict(BTreeMap<HashableValue, Value>),
}

/// A [`Value`] that Python can hash. As there, numbers that are equal are so whatever their types.
///
/// ```
/// use pickle_core::serde::HashableValue;
/// assert_eq!(HashableValue::I64(1), HashableValue::F64(1.0));
/// assert!(HashableValue::F64(1.5) < HashableValue::I64(2));
/// ```
#[derive(Debug, Clone)]
pub enum HashableValue {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An `int` that fits.
    I64(i64),
    /// An `int` that does not fit 64 bits.
    Int(BigInt),
    /// A `float`.
    F64(f64),
    /// A `bytes`.
    Bytes(Vec<u8>),
    /// A `str`.
    String(String),
    /// A `tuple`.
    Tuple(Vec<HashableValue>),
    /// A `frozenset`.
    FrozenSet(BTreeSet<HashableValue>),
}

impl Value {
    /// The value as one that Python can hash.
    ///
    /// # Errors
    /// When Python cannot.
    pub fn into_hashable(self) -> Result<HashableValue> {
        Ok(match self {
            Value::None => HashableValue::None,
            Value::Bool(bool) => HashableValue::Bool(bool),
            Value::I64(number) => HashableValue::I64(number),
            Value::Int(number) => HashableValue::Int(number),
            Value::F64(number) => HashableValue::F64(number),
            Value::Bytes(bytes) => HashableValue::Bytes(bytes),
            Value::String(text) => HashableValue::String(text),
            Value::FrozenSet(members) => HashableValue::FrozenSet(members),
            Value::Tuple(items) => {
                let items = items.into_iter().map(Value::into_hashable);
                HashableValue::Tuple(deeper(|| items.collect::<Result<_>>())?)
            }
            Value::List(_) => return Err(unhashable("a list")),
            Value::Set(_) => return Err(unhashable("a set")),
            Value::Dict(_) => return Err(unhashable("a dict")),
        })
    }
}

fn unhashable(found: &'static str) -> Error {
    Error::mismatch(found, "a key or member that Python can hash")
}

impl HashableValue {
    /// The same without the promise.
    #[must_use]
    pub fn into_value(self) -> Value {
        match self {
            HashableValue::None => Value::None,
            HashableValue::Bool(bool) => Value::Bool(bool),
            HashableValue::I64(number) => Value::I64(number),
            HashableValue::Int(number) => Value::Int(number),
            HashableValue::F64(number) => Value::F64(number),
            HashableValue::Bytes(bytes) => Value::Bytes(bytes),
            HashableValue::String(text) => Value::String(text),
            HashableValue::FrozenSet(members) => Value::FrozenSet(members),
            HashableValue::Tuple(items) => {
                Value::Tuple(deeper(|| items.into_iter().map(Self::into_value).collect()))
            }
        }
    }
}

/// Makes the value at which a loader of the general route stands.
pub(super) fn load<'de, L: Loader<'de>>(loader: &mut L, mapping: Mapping) -> Result<Value> {
    Ok(match loader.peek()? {
        Kind::None => {
            loader.take_none()?;
            Value::None
        }
        Kind::Bool => Value::Bool(loader.load_bool()?),
        Kind::Int => {
            let number = BigInt::from_signed_bytes_le(&loader.load_long()?);
            i64::try_from(&number).map_or(Value::Int(number), Value::I64)
        }
        Kind::Float => Value::F64(loader.load_f64()?),
        Kind::Str => Value::String(loader.load_str()?.into_owned()),
        Kind::Bytes => Value::Bytes(loader.load_bytes()?.into_owned()),
        kind => return load_tree(loader, mapping, kind),
    })
}

/// Makes what must not contain itself.
fn load_tree<'de, L: Loader<'de>>(loader: &mut L, mapping: Mapping, kind: Kind) -> Result<Value> {
    match loader.begin_tree() {
        Err(error) if !mapping.drops_cycles => return Err(error),
        Err(_) => return Ok(Value::None),
        Ok(()) => {}
    }
    let value = deeper(|| match kind {
        Kind::List | Kind::Tuple => {
            let items = loader.begin_list()?;
            let items = load_items(loader, mapping, items, false)?;
            Ok(if kind == Kind::List { Value::List(items) } else { Value::Tuple(items) })
        }
        Kind::Set | Kind::FrozenSet => {
            let items = loader.begin_set()?;
            let members = load_items(loader, mapping, items, false)?.into_iter();
            let members = members.map(Value::into_hashable).collect::<Result<_>>()?;
            Ok(if kind == Kind::Set { Value::Set(members) } else { Value::FrozenSet(members) })
        }
        Kind::Dict => {
            let entries = loader.begin_dict()?;
            load_dict(loader, mapping, entries, false)
        }
        _ if loader.is_mapping() => {
            let entries = loader.begin_dict()?;
            load_dict(loader, mapping, entries, false)
        }
        _ => load_object(loader, mapping),
    })?;
    loader.end_tree();
    Ok(value)
}

fn load_items<'de, L: Loader<'de>>(
    loader: &mut L,
    mapping: Mapping,
    mut items: L::Items,
    at_first: bool,
) -> Result<Vec<Value>> {
    let mut list = Vec::with_capacity(loader.items_hint::<Value>(&items));
    if at_first {
        list.push(load(loader, mapping)?);
    }
    while loader.next_item(&mut items)? {
        list.push(load(loader, mapping)?);
    }
    Ok(list)
}

fn load_dict<'de, L: Loader<'de>>(
    loader: &mut L,
    mapping: Mapping,
    mut entries: L::Entries,
    mut at_key: bool,
) -> Result<Value> {
    let mut dict = BTreeMap::new();
    while at_key || loader.next_key(&mut entries)? {
        at_key = false;
        let key = loader.located(|loader| load(loader, mapping)?.into_hashable())?;
        loader.next_value(&mut entries)?;
        dict.insert(key, load(loader, mapping)?);
    }
    Ok(Value::Dict(dict))
}

fn load_object<'de, L: Loader<'de>>(loader: &mut L, mapping: Mapping) -> Result<Value> {
    let any = loader.begin_any()?;
    let Some((is_new, mut object)) = any.made else { return nothing(loader, mapping) };
    let value = match part(loader, &mut object, is_new, mapping)? {
        Part::State => load(loader, mapping)?,
        Part::Items(items) => Value::List(load_items(loader, mapping, items, true)?),
        Part::Entries(entries) => load_dict(loader, mapping, entries, true)?,
        Part::Args(count) => {
            let mut args = Vec::with_capacity(count.min(64));
            for _ in 0..count {
                loader.next_arg(&mut object)?;
                args.push(load(loader, mapping)?);
            }
            Value::Tuple(args)
        }
        Part::Empty => Value::Dict(BTreeMap::new()),
        Part::None => {
            loader.end_object(object)?;
            return nothing(loader, mapping);
        }
    };
    loader.end_object(object)?;
    Ok(value)
}

fn nothing<'de, L: Loader<'de>>(loader: &mut L, mapping: Mapping) -> Result<Value> {
    if mapping.drops_globals { Ok(Value::None) } else { Err(loader.mismatch(DATA)) }
}

impl From<Value> for value::Value {
    fn from(value: Value) -> value::Value {
        deeper(|| match value {
            Value::None => value::Value::None,
            Value::Bool(bool) => value::Value::Bool(bool),
            Value::I64(number) => value::Value::Int(number),
            Value::Int(number) => Long::from_le_bytes(&number.to_signed_bytes_le()).into(),
            Value::F64(number) => value::Value::Float(number),
            Value::Bytes(bytes) => value::Value::Bytes(bytes),
            Value::String(text) => value::Value::Str(text),
            Value::List(items) => value::Value::List(all(items)),
            Value::Tuple(items) => value::Value::Tuple(all(items)),
            Value::Set(members) => value::Value::Set(all(members)),
            Value::FrozenSet(members) => value::Value::FrozenSet(all(members)),
            Value::Dict(entries) => value::Value::Dict(
                entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect(),
            ),
        })
    }
}

fn all<T: Into<value::Value>>(items: impl IntoIterator<Item = T>) -> Vec<value::Value> {
    items.into_iter().map(Into::into).collect()
}

impl From<HashableValue> for value::Value {
    fn from(value: HashableValue) -> value::Value {
        value.into_value().into()
    }
}

/// Classes, functions and objects are errors.
impl TryFrom<value::Value> for Value {
    type Error = Error;

    fn try_from(value: value::Value) -> Result<Value> {
        fn hashable<C: FromIterator<HashableValue>>(members: Vec<value::Value>) -> Result<C> {
            members.into_iter().map(|member| Value::try_from(member)?.into_hashable()).collect()
        }
        fn any(items: Vec<value::Value>) -> Result<Vec<Value>> {
            items.into_iter().map(Value::try_from).collect()
        }
        deeper(|| {
            Ok(match value {
                value::Value::None => Value::None,
                value::Value::Bool(bool) => Value::Bool(bool),
                value::Value::Int(number) => Value::I64(number),
                value::Value::Long(number) => {
                    Value::Int(BigInt::from_signed_bytes_le(number.as_le_bytes()))
                }
                value::Value::Float(number) => Value::F64(number),
                value::Value::Str(text) => Value::String(text),
                value::Value::Bytes(bytes) | value::Value::ByteArray(bytes) => Value::Bytes(bytes),
                value::Value::List(items) => Value::List(any(items)?),
                value::Value::Tuple(items) => Value::Tuple(any(items)?),
                value::Value::Set(members) => Value::Set(hashable(members)?),
                value::Value::FrozenSet(members) => Value::FrozenSet(hashable(members)?),
                value::Value::Dict(entries) => {
                    let entries = entries.into_iter().map(|(key, value)| {
                        Ok((Value::try_from(key)?.into_hashable()?, Value::try_from(value)?))
                    });
                    Value::Dict(entries.collect::<Result<_>>()?)
                }
                value::Value::Global(global) => return Err(no_data(format!("{global}"))),
                value::Value::Object(object) => {
                    return Err(no_data(format!("{} object", object.class)));
                }
            })
        })
    }
}

fn no_data(found: String) -> Error {
    Error::new(ErrorKind::Mismatch { found: found.into(), expected: "data".into() })
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        value::Value::from(self.clone()).serialize(serializer)
    }
}

impl Serialize for HashableValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        value::Value::from(self.clone()).serialize(serializer)
    }
}

/// Sequences are lists, since serde has one kind of them; [`value_from_slice`](super::value_from_slice)
/// knows them apart.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        Value::try_from(value::Value::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// Sequences are tuples.
impl<'de> Deserialize<'de> for HashableValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HashableValue, D::Error> {
        let key = value::Value::deserialize(deserializer)?.into_key();
        Value::try_from(key).and_then(Value::into_hashable).map_err(de::Error::custom)
    }
}

/// As Python shows it.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        value::Value::from(self.clone()).write_repr(f)
    }
}

/// As Python shows it.
impl fmt::Display for HashableValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        value::Value::from(self.clone()).write_repr(f)
    }
}
