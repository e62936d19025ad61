//! Trees and graphs as types of serde: so a pickle becomes JSON, YAML or MessagePack.

use std::fmt;

use serde_core::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_core::ser::{Error as _, Serialize, SerializeMap, SerializeTuple, Serializer};

use super::ser::EXACT;
use crate::graph::{Graph, NodeRef};
use crate::stack::deeper;
use crate::value::{Global, Long, Object, Value, distinct};

/// What JSON has no words for is written as [the module](crate::serde) says.
///
/// ```
/// use pickle_core::{Value, from_slice};
///
/// // {'at': (1, 2.5), 'tags': {'a'}, 3: None}
/// let pickle = b"\x80\x04}(\x8c\x02atK\x01G\x40\x04\0\0\0\0\0\0\x86\x8c\x04tags\x8f(\x8c\x01a\x90K\x03Nu.";
/// let value: Value = from_slice(pickle)?;
/// let json = serde_json::to_string(&value).unwrap();
/// assert_eq!(json, r#"{"at":[1,2.5],"tags":["a"],"3":null}"#);
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::None => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::Long(number) => number.serialize(serializer),
            Value::Float(number) => serializer.serialize_f64(*number),
            Value::Str(text) => serializer.serialize_str(text),
            Value::Bytes(bytes) | Value::ByteArray(bytes) => serializer.serialize_bytes(bytes),
            Value::List(items) | Value::Set(items) | Value::FrozenSet(items) => {
                deeper(|| serializer.collect_seq(items))
            }
            Value::Tuple(items) => deeper(|| {
                let mut tuple = serializer.serialize_tuple(items.len())?;
                for item in items {
                    tuple.serialize_element(item)?;
                }
                tuple.end()
            }),
            Value::Dict(entries) => deeper(|| Entries(entries).serialize(serializer)),
            Value::Global(global) => serializer.collect_str(global),
            Value::Object(object) => deeper(|| object.serialize(serializer)),
        }
    }
}

/// A number where the format has one that is large enough, and else its digits.
impl Serialize for Long {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (self.to_i128(), self.to_u128()) {
            (Some(number), _) => match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.serialize_i128(number),
            },
            (_, Some(number)) => serializer.serialize_u128(number),
            _ => serializer.collect_str(self),
        }
    }
}

/// The module and the name.
impl Serialize for Global {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Its parts by their names, without those that are empty.
impl Serialize for Object {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut parts = serializer.serialize_map(None)?;
        parts.serialize_entry("class", &self.class)?;
        for (name, items) in [("args", &self.args), ("list_items", &self.list_items)] {
            if !items.is_empty() {
                parts.serialize_entry(name, items)?;
            }
        }
        for (name, entries) in [("kwargs", &self.kwargs), ("dict_items", &self.dict_items)] {
            if !entries.is_empty() {
                parts.serialize_entry(name, &Entries(entries))?;
            }
        }
        if let Some(state) = &self.state {
            parts.serialize_entry("state", state)?;
        }
        parts.end()
    }
}

/// The entries of a dict.
struct Entries<'v>(&'v [(Value, Value)]);

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in self.0 {
            match key {
                Value::Str(_) | Value::Int(_) | Value::Bool(_) | Value::Float(_) => {
                    map.serialize_entry(key, value)?;
                }
                key => map.serialize_entry(&Key(key), value)?,
            }
        }
        map.end()
    }
}

/// A key that formats for people have no words for.
struct Key<'v>(&'v Value);

impl Serialize for Key<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.serialize_newtype_struct(EXACT, &KeyText(self.0))
        } else {
            self.0.serialize(serializer)
        }
    }
}

/// The text of such a key, unless pickles are what is written.
struct KeyText<'v>(&'v Value);

impl Serialize for KeyText<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            match self.0 {
                // As in the keys of Python's `json`.
                Value::None => serializer.serialize_str("null"),
                key => serializer.collect_str(&Repr(key)),
            }
        } else {
            self.0.serialize(serializer)
        }
    }
}

/// A value as Python shows it.
struct Repr<'v>(&'v Value);

impl Value {
    pub(super) fn write_repr(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Repr(self), f)
    }

    /// The value as a key: lists are tuples there, and sets frozensets.
    pub(super) fn into_key(self) -> Value {
        let items = |items: Vec<Value>| items.into_iter().map(Value::into_key).collect();
        match self {
            Value::List(list) | Value::Tuple(list) => Value::Tuple(deeper(|| items(list))),
            Value::Set(members) => Value::FrozenSet(members),
            key => key,
        }
    }
}

impl fmt::Display for Repr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::None => f.write_str("None"),
            Value::Bool(bool) => f.write_str(if *bool { "True" } else { "False" }),
            Value::Int(number) => number.fmt(f),
            Value::Long(number) => number.fmt(f),
            Value::Float(number) => write!(f, "{number:?}"),
            Value::Str(text) => write!(f, "{text:?}"),
            Value::Bytes(bytes) | Value::ByteArray(bytes) => {
                write!(f, "b\"{}\"", bytes.escape_ascii())
            }
            Value::Tuple(items) => match &**items {
                [only] => write!(f, "({},)", Repr(only)),
                _ => items_of(f, "(", items, ")"),
            },
            Value::List(items) => items_of(f, "[", items, "]"),
            Value::Set(items) if items.is_empty() => f.write_str("set()"),
            Value::Set(items) => items_of(f, "{", items, "}"),
            Value::FrozenSet(items) => items_of(f, "frozenset({", items, "})"),
            Value::Dict(entries) => {
                f.write_str("{")?;
                for (place, (key, value)) in entries.iter().enumerate() {
                    let comma = if place > 0 { ", " } else { "" };
                    deeper(|| write!(f, "{comma}{}: {}", Repr(key), Repr(value)))?;
                }
                f.write_str("}")
            }
            Value::Global(global) => global.fmt(f),
            Value::Object(object) => {
                object.class.fmt(f)?;
                items_of(f, "(", &object.args, ")")
            }
        }
    }
}

fn items_of(f: &mut fmt::Formatter<'_>, open: &str, items: &[Value], close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (place, item) in items.iter().enumerate() {
        let comma = if place > 0 { ", " } else { "" };
        deeper(|| write!(f, "{comma}{}", Repr(item)))?;
    }
    f.write_str(close)
}

/// As the tree that it is the root of: what it shares is written as often as it is referred to, and
/// what a [`Value`] cannot say is an error, such as a cycle.
///
/// ```
/// use pickle_core::Graph;
///
/// let shapes = Graph::from_slice(b"\x80\x02]cshapes\nCircle\n)\x81}Vradius\nK\x03sba.")?;
/// let json = serde_json::to_string(&shapes.root()).unwrap();
/// assert_eq!(json, r#"[{"class":"shapes.Circle","state":{"radius":3}}]"#);
///
/// let cycle = Graph::from_slice(b"]q\0h\0a.")?;
/// let error = serde_json::to_string(&cycle.root()).unwrap_err();
/// assert!(error.to_string().starts_with("found a cycle through a list, expected a tree"));
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl Serialize for NodeRef<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Value::try_from(*self).map_err(S::Error::custom)?.serialize(serializer)
    }
}

/// As its root.
impl Serialize for Graph<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.root().serialize(serializer)
    }
}

/// From any format: sequences are lists, maps are dicts.
///
/// ```
/// use pickle_core::Value;
///
/// let value: Value = serde_json::from_str(r#"{"ports": [80, 443]}"#).unwrap();
/// let pickle = pickle_core::to_vec(&value)?; // pickle.dumps({'ports': [80, 443]})
/// # assert_eq!(pickle_core::from_slice::<Value>(&pickle)?, value);
/// # Ok::<(), pickle_core::Error>(())
/// ```
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

macro_rules! from {
    ($($method:ident: $t:ty;)*) => {$(
        fn $method<E>(self, value: $t) -> Result<Value, E> {
            Ok(Value::from(value))
        }
    )*};
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that Python has, too")
    }

    from! {
        visit_bool: bool;
        visit_i64: i64;
        visit_i128: i128;
        visit_u64: u64;
        visit_u128: u128;
        visit_f64: f64;
        visit_str: &str;
        visit_string: String;
        visit_bytes: &[u8];
        visit_byte_buf: Vec<u8>;
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        deeper(|| {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                list.push(item);
            }
            Ok(Value::List(list))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        deeper(|| {
            let mut dict: Vec<(Value, Value)> = Vec::new();
            while let Some((key, value)) = entries.next_entry::<Value, Value>()? {
                if matches!(key, Value::Dict(_)) {
                    return Err(de::Error::invalid_type(Unexpected::Map, &"what Python can hash"));
                }
                dict.push((Value::into_key(key), value));
            }
            Ok(Value::Dict(distinct::entries(dict)))
        })
    }
}
