//! Trees from Rust values.

use std::collections::{BTreeMap, HashMap};

use crate::value::{Global, Long, Object, Value};
use crate::wire::integer::Integer;

macro_rules! integers {
    ($($int:ty)*) => {$(
        impl From<$int> for Value {
            fn from(number: $int) -> Value {
                match number.to_i64() {
                    Some(number) => Value::Int(number),
                    None => Value::Long(Long::from_le_bytes(&number.to_long())),
                }
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

/// An [`Int`](Value::Int) if it fits.
impl From<Long> for Value {
    fn from(number: Long) -> Value {
        match i64::from_long(number.as_le_bytes()) {
            Some(number) => Value::Int(number),
            None => Value::Long(number),
        }
    }
}

macro_rules! variants {
    ($($t:ty, $value:ident => $variant:expr;)*) => {$(
        impl From<$t> for Value {
            fn from($value: $t) -> Value {
                $variant
            }
        }
    )*};
}

variants! {
    bool, value => Value::Bool(value);
    f32, value => Value::Float(f64::from(value));
    f64, value => Value::Float(value);
    &str, value => Value::Str(value.to_owned());
    String, value => Value::Str(value);
    &[u8], value => Value::Bytes(value.to_vec());
    Vec<u8>, value => Value::Bytes(value);
    Vec<Value>, value => Value::List(value);
    Global, value => Value::Global(Box::new(value));
    Object, value => Value::Object(Box::new(value));
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::None, Into::into)
    }
}

/// A dict with these entries, whose keys must be distinct.
impl<K: Into<Value>, V: Into<Value>, const N: usize> From<[(K, V); N]> for Value {
    fn from(entries: [(K, V); N]) -> Value {
        dict(entries)
    }
}

impl<K: Into<Value>, V: Into<Value>> From<BTreeMap<K, V>> for Value {
    fn from(map: BTreeMap<K, V>) -> Value {
        dict(map)
    }
}

impl<K: Into<Value>, V: Into<Value>, S> From<HashMap<K, V, S>> for Value {
    fn from(map: HashMap<K, V, S>) -> Value {
        dict(map)
    }
}

fn dict<K: Into<Value>, V: Into<Value>>(entries: impl IntoIterator<Item = (K, V)>) -> Value {
    Value::Dict(entries.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
}

/// A list of these items.
impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Value {
        Value::List(items.into_iter().map(Into::into).collect())
    }
}
