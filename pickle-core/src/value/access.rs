//! Looking into a tree.

use crate::value::{Global, Object, Value};

impl Value {
    /// The value under a `str` key of a dict.
    ///
    /// ```
    /// use pickle_core::Value;
    /// let dict = Value::from([("a", 1)]);
    /// assert_eq!(dict.get("a"), Some(&Value::Int(1)));
    /// assert_eq!(dict.get("b"), None);
    /// ```
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        let entries = self.as_dict()?;
        entries.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value)
    }

    /// The item of a list or tuple at a place, counted from zero.
    ///
    /// ```
    /// use pickle_core::Value;
    /// let list: Value = [1, 2].into_iter().collect();
    /// assert_eq!(list.index(1), Some(&Value::Int(2)));
    /// assert_eq!(list.index(2), None);
    /// ```
    #[must_use]
    pub fn index(&self, place: usize) -> Option<&Value> {
        match self {
            Value::List(items) | Value::Tuple(items) => items.get(place),
            _ => None,
        }
    }

    /// Whether it is `None`.
    ///
    /// ```
    /// assert!(pickle_core::Value::None.is_none());
    /// ```
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// The `bool`, if it is one.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::Bool(true).as_bool(), Some(true));
    /// assert_eq!(Value::Int(1).as_bool(), None);
    /// ```
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Value::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The `int`, if it is one that fits.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::from(7u8).as_i64(), Some(7));
    /// assert_eq!(Value::from(u64::MAX).as_i64(), None);
    /// ```
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        match self {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    /// The `float`, or the `int` if a float holds it exactly.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::Float(0.5).as_f64(), Some(0.5));
    /// assert_eq!(Value::Int(2).as_f64(), Some(2.0));
    /// assert_eq!(Value::Int(i64::MAX).as_f64(), None);
    /// ```
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
        match self {
            Value::Float(number) => Some(*number),
            #[expect(clippy::cast_precision_loss, reason = "checked to be exact")]
            Value::Int(number) if number.unsigned_abs() <= EXACT => Some(*number as f64),
            _ => None,
        }
    }

    /// The `str`, if it is one.
    ///
    /// ```
    /// assert_eq!(pickle_core::Value::from("a").as_str(), Some("a"));
    /// ```
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The `bytes` or `bytearray`, if it is one.
    ///
    /// ```
    /// assert_eq!(pickle_core::Value::from(vec![0u8]).as_bytes(), Some(&[0][..]));
    /// ```
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self {
            Value::Bytes(bytes) | Value::ByteArray(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The items, if it is a list.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::List(vec![Value::None]).as_list(), Some(&[Value::None][..]));
    /// ```
    #[must_use]
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    /// The items, if it is a tuple.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::Tuple(vec![]).as_tuple(), Some(&[][..]));
    /// ```
    #[must_use]
    pub fn as_tuple(&self) -> Option<&[Value]> {
        match self {
            Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The members, if it is a set or frozenset.
    ///
    /// ```
    /// use pickle_core::Value;
    /// assert_eq!(Value::Set(vec![Value::Int(1)]).as_set(), Some(&[Value::Int(1)][..]));
    /// ```
    #[must_use]
    pub fn as_set(&self) -> Option<&[Value]> {
        match self {
            Value::Set(members) | Value::FrozenSet(members) => Some(members),
            _ => None,
        }
    }

    /// The entries, if it is a dict.
    ///
    /// ```
    /// use pickle_core::Value;
    /// let dict = Value::from([(1, 2)]);
    /// assert_eq!(dict.as_dict(), Some(&[(Value::Int(1), Value::Int(2))][..]));
    /// ```
    #[must_use]
    pub fn as_dict(&self) -> Option<&[(Value, Value)]> {
        match self {
            Value::Dict(entries) => Some(entries),
            _ => None,
        }
    }

    /// The class or function, if it is one.
    ///
    /// ```
    /// use pickle_core::{Global, Value};
    /// let value = Value::from(Global::new("builtins", "len"));
    /// assert_eq!(value.as_global().map(|global| &*global.name), Some("len"));
    /// ```
    #[must_use]
    pub fn as_global(&self) -> Option<&Global> {
        match self {
            Value::Global(global) => Some(global),
            _ => None,
        }
    }

    /// The object, if it is one.
    ///
    /// ```
    /// use pickle_core::{Global, Object, Value};
    /// let value = Value::from(Object::call(Global::new("fractions", "Fraction"), [Value::Int(1)]));
    /// assert_eq!(value.as_object().map(|object| object.args.len()), Some(1));
    /// ```
    #[must_use]
    pub fn as_object(&self) -> Option<&Object> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }
}
