//! What a value is in Python.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use pickle_core::types::FrozenSet;

/// A value that has a Python expression, the same for Python 2 and 3.
pub(crate) trait Spelled {
    /// The expression.
    fn python(&self) -> String;
}

macro_rules! shown {
    ($($t:ty)*) => {$(
        impl Spelled for $t {
            fn python(&self) -> String {
                self.to_string()
            }
        }
    )*};
}

shown!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 usize isize pickle_core::Long);

impl Spelled for f64 {
    fn python(&self) -> String {
        format!("float('{self:?}')")
    }
}

impl Spelled for f32 {
    fn python(&self) -> String {
        f64::from(*self).python()
    }
}

impl Spelled for bool {
    fn python(&self) -> String {
        if *self { "True".to_owned() } else { "False".to_owned() }
    }
}

impl Spelled for () {
    fn python(&self) -> String {
        "None".to_owned()
    }
}

impl Spelled for str {
    fn python(&self) -> String {
        let escaped = |char: char| match char {
            ' '..='~' if !matches!(char, '\'' | '\\') => char.to_string(),
            _ => format!("\\U{:08x}", u32::from(char)),
        };
        format!("u'{}'", self.chars().map(escaped).collect::<String>())
    }
}

impl Spelled for String {
    fn python(&self) -> String {
        self.as_str().python()
    }
}

impl Spelled for char {
    fn python(&self) -> String {
        self.to_string().python()
    }
}

/// Bytes in quotes.
pub(crate) fn bytes(bytes: &[u8]) -> String {
    let digits = bytes.iter().map(|byte| format!("\\x{byte:02x}"));
    format!("b'{}'", digits.collect::<String>())
}

/// Values with commas between them.
pub(crate) fn listed<'a, T: Spelled + 'a>(values: impl IntoIterator<Item = &'a T>) -> String {
    values.into_iter().map(Spelled::python).collect::<Vec<_>>().join(", ")
}

/// The entries of a dict as a list of pairs.
pub(crate) fn pairs<'a, K, V>(entries: impl IntoIterator<Item = (&'a K, &'a V)>) -> String
where
    K: Spelled + 'a,
    V: Spelled + 'a,
{
    let entries =
        entries.into_iter().map(|(key, value)| format!("({}, {})", key.python(), value.python()));
    format!("[{}]", entries.collect::<Vec<_>>().join(", "))
}

impl<T: Spelled> Spelled for Vec<T> {
    fn python(&self) -> String {
        format!("[{}]", listed(self))
    }
}

impl<T: Spelled, const N: usize> Spelled for [T; N] {
    fn python(&self) -> String {
        format!("({},)", listed(self))
    }
}

impl<T: Spelled> Spelled for VecDeque<T> {
    fn python(&self) -> String {
        format!("collections.deque([{}])", listed(self))
    }
}

impl<T: Spelled> Spelled for Option<T> {
    fn python(&self) -> String {
        self.as_ref().map_or_else(|| "None".to_owned(), Spelled::python)
    }
}

impl<T: Spelled> Spelled for Box<T> {
    fn python(&self) -> String {
        (**self).python()
    }
}

impl<K: Spelled, V: Spelled> Spelled for BTreeMap<K, V> {
    fn python(&self) -> String {
        format!("dict({})", pairs(self))
    }
}

impl<T: Spelled> Spelled for BTreeSet<T> {
    fn python(&self) -> String {
        format!("set([{}])", listed(self))
    }
}

impl<T: Spelled> Spelled for FrozenSet<BTreeSet<T>> {
    fn python(&self) -> String {
        format!("frozenset([{}])", listed(&self.0))
    }
}

macro_rules! tuples {
    ($(($($name:ident $index:tt),*))*) => {$(
        impl<$($name: Spelled),*> Spelled for ($($name,)*) {
            fn python(&self) -> String {
                format!("({},)", [$(self.$index.python()),*].join(", "))
            }
        }
    )*};
}

tuples! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
}
