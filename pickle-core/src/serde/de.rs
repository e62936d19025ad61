//! A loader as a deserializer: Python's values in the terms of serde.
//!
//! On the general route the value says what it is, whatever serde asks for; on the predictive one
//! serde has to say it. There, three things are watched, because a type may do with a deserializer
//! what it likes, and nothing of that may become another value than on the general route: errors
//! that the type forgives, values that it does not look at, and keys that come twice.

use std::borrow::Cow;

use serde_core::de::{self, DeserializeSeed, Visitor};

use super::access::{Elements, Entries, Items, Keys};
use super::variant;
use crate::error::{Error, Result};
use crate::loader::{Kind, Loader};
use crate::reconstruct::Starts;
use crate::stack::deeper;

/// The methods of a deserializer that makes a [`Source`] when asked: a macro is called with those that
/// tell it more than what the value is, and the others are `deserialize_any`.
macro_rules! deserializer_methods {
    ($by_source:ident) => {
        $by_source! {
            deserialize_any();
            deserialize_option();
            deserialize_ignored_any();
            deserialize_newtype_struct(name: &'static str);
            deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        }

        serde_core::forward_to_deserialize_any! {
            bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
            unit_struct seq tuple tuple_struct map struct identifier
        }
    };
}

pub(super) use deserializer_methods;

/// What is made of what serde has no words for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Mapping {
    /// Whether an object without state is the arguments that made it.
    pub(super) keeps_arguments: bool,
    /// Whether a class or function is `None`.
    pub(super) drops_globals: bool,
    /// Whether what leads back to itself is `None` there.
    pub(super) drops_cycles: bool,
}

/// What is known on the way through one value.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) mapping: Mapping,
    /// Whether something failed, which the type may have forgiven.
    pub(super) has_failed: bool,
    /// Whether the value that was handed out last was looked at.
    is_taken: bool,
    /// How many options and newtypes there are around the value, up to the next container.
    wrappers: usize,
}

impl Progress {
    pub(super) fn new(mapping: Mapping) -> Progress {
        Progress { mapping, ..Progress::default() }
    }
}

/// How many options and newtypes may lie in each other without a container between them: a type
/// that is nothing else has no end.
const WRAPPERS: usize = 1024;

/// A loader that serde makes one value from.
pub(super) struct Source<'l, L> {
    pub(super) loader: &'l mut L,
    pub(super) progress: &'l mut Progress,
}

/// Makes the value at which a loader stands.
pub(super) fn make<'de, S, L>(loader: &mut L, mapping: Mapping, seed: S) -> Result<S::Value>
where
    S: DeserializeSeed<'de>,
    L: Loader<'de>,
{
    let mut progress = Progress::new(mapping);
    let value = Source { loader, progress: &mut progress }.make(seed)?;
    if progress.has_failed {
        loader.general_only()?;
    }
    Ok(value)
}

impl<L> Source<'_, L> {
    pub(super) fn again(&mut self) -> Source<'_, L> {
        Source { loader: self.loader, progress: self.progress }
    }

    /// Whether nobody knows any more where the loader stands, since the type forgave an error on
    /// the predictive route: then every container is at its end, so that no type goes on for ever.
    #[inline]
    pub(super) fn is_lost<'de>(&self) -> bool
    where
        L: Loader<'de>,
    {
        L::PREDICTS && self.progress.has_failed
    }

    /// Hands out the value here.
    #[inline]
    pub(super) fn make<'de, S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value>
    where
        L: Loader<'de>,
    {
        self.progress.is_taken = false;
        let value = seed.deserialize(self.again())?;
        if !self.progress.is_taken {
            self.loader.general_only()?;
        }
        Ok(value)
    }

    /// Takes the value here.
    #[inline]
    fn take<'de, T>(self, take: impl FnOnce(Source<'_, L>) -> Result<T>) -> Result<T>
    where
        L: Loader<'de>,
    {
        let progress = self.progress;
        progress.is_taken = true;
        let result = self.loader.located(|loader| take(Source { loader, progress }));
        progress.has_failed |= result.is_err();
        result
    }

    /// Takes whatever is here.
    pub(super) fn any<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        match self.loader.peek()? {
            Kind::None => {
                self.loader.take_none()?;
                visitor.visit_unit()
            }
            Kind::Bool => visitor.visit_bool(self.loader.load_bool()?),
            Kind::Int => self.int(visitor),
            Kind::Float => visitor.visit_f64(self.loader.load_f64()?),
            Kind::Str => self.str(visitor),
            Kind::Bytes => self.bytes(visitor),
            Kind::List | Kind::Tuple => self.list(visitor),
            Kind::Set | Kind::FrozenSet => self.tree(visitor, |source, visitor| {
                let items = source.loader.begin_set()?;
                Items::new(source, items, Keys::distinct::<L>()).visit(visitor)
            }),
            Kind::Dict => self.dict(visitor, Keys::distinct::<L>()),
            Kind::Global | Kind::Object => self.object(visitor),
        }
    }

    fn int<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        let number = self.loader.either(
            |loader| loader.load_integer::<i128>().map(Ok),
            |loader| loader.load_integer::<u128>().map(Err),
        )?;
        match number {
            Ok(number) => match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => visitor.visit_i128(number),
            },
            Err(number) => visitor.visit_u128(number),
        }
    }

    fn str<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        match self.loader.load_str()? {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    fn bytes<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        match self.loader.load_bytes()? {
            Cow::Borrowed(bytes) => visitor.visit_borrowed_bytes(bytes),
            Cow::Owned(bytes) => visitor.visit_byte_buf(bytes),
        }
    }

    fn list<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        self.tree(visitor, |source, visitor| {
            let items = source.loader.begin_items("list", Starts::ANY)?;
            Items::new(source, items, Keys::Any).visit(visitor)
        })
    }

    pub(super) fn dict<'de, V: Visitor<'de>>(self, visitor: V, keys: Keys) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        self.tree(visitor, |source, visitor| {
            let entries = source.loader.begin_dict()?;
            Entries::new(source, entries, keys).visit(visitor)
        })
    }

    /// Goes into what must not contain itself.
    pub(super) fn tree<'de, V: Visitor<'de>>(
        mut self,
        visitor: V,
        visit: impl FnOnce(Source<'_, L>, V) -> Result<V::Value>,
    ) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        if let Err(error) = self.loader.begin_tree() {
            let is_dropped = self.progress.mapping.drops_cycles;
            return if is_dropped { visitor.visit_unit() } else { Err(error) };
        }
        let wrappers = std::mem::take(&mut self.progress.wrappers);
        let value = deeper(|| visit(self.again(), visitor));
        self.progress.wrappers = wrappers;
        self.loader.end_tree();
        value
    }

    /// Goes into an option or a newtype.
    fn wrapped<T>(self, visit: impl FnOnce(Source<'_, L>) -> Result<T>) -> Result<T> {
        if self.progress.wrappers == WRAPPERS {
            let message = "found options or newtypes in each other without end, expected a value";
            return Err(Error::custom(message));
        }
        self.progress.wrappers += 1;
        let value = visit(Source { loader: self.loader, progress: self.progress });
        self.progress.wrappers -= 1;
        value
    }
}

macro_rules! integers {
    ($($method:ident: $t:ty = $visit:ident;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.take(|source| {
                if L::PREDICTS {
                    visitor.$visit(source.loader.load_integer::<$t>()?)
                } else {
                    source.any(visitor)
                }
            })
        }
    )*};
}

macro_rules! predicted {
    ($($method:ident($($name:ident: $t:ty)*) |$source:ident, $visitor:ident| $take:expr;)*) => {$(
        #[inline]
        fn $method<V: Visitor<'de>>(self, $($name: $t,)* visitor: V) -> Result<V::Value> {
            self.take(|$source| {
                let $visitor = visitor;
                if L::PREDICTS { $take } else { $source.any($visitor) }
            })
        }
    )*};
}

impl<'de, L: Loader<'de>> de::Deserializer<'de> for Source<'_, L> {
    type Error = Error;

    integers! {
        deserialize_i8: i8 = visit_i8;
        deserialize_i16: i16 = visit_i16;
        deserialize_i32: i32 = visit_i32;
        deserialize_i64: i64 = visit_i64;
        deserialize_i128: i128 = visit_i128;
        deserialize_u8: u8 = visit_u8;
        deserialize_u16: u16 = visit_u16;
        deserialize_u32: u32 = visit_u32;
        deserialize_u64: u64 = visit_u64;
        deserialize_u128: u128 = visit_u128;
    }

    predicted! {
        deserialize_any() |source, visitor| source.any(visitor);
        deserialize_bool() |source, visitor| source.any(visitor);
        deserialize_f32() |source, visitor| source.any(visitor);
        deserialize_f64() |source, visitor| source.any(visitor);
        deserialize_char() |source, visitor| source.str(visitor);
        deserialize_str() |source, visitor| source.str(visitor);
        deserialize_string() |source, visitor| source.str(visitor);
        deserialize_identifier() |source, visitor| source.str(visitor);
        deserialize_bytes() |source, visitor| source.bytes(visitor);
        deserialize_byte_buf() |source, visitor| source.bytes(visitor);
        deserialize_unit() |source, visitor| source.any(visitor);
        deserialize_unit_struct(_name: &'static str) |source, visitor| source.any(visitor);
        deserialize_map() |source, visitor| source.dict(visitor, Keys::distinct::<L>());
        deserialize_tuple_struct(_name: &'static str len: usize) |source, visitor| {
            Elements::predict(source, len, visitor)
        };
        deserialize_tuple(len: usize) |source, visitor| Elements::predict(source, len, visitor);
        deserialize_seq() |source, visitor| match source.loader.peek_sequence()? {
            Some(_) => source.list(visitor),
            None => source.any(visitor),
        };
        deserialize_struct(_name: &'static str _fields: &'static [&'static str])
            |source, visitor| source.dict(visitor, Keys::Fields);
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.take(|source| {
            source.loader.skip()?;
            visitor.visit_unit()
        })
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if self.loader.take_none()? {
            return self.take(|_| visitor.visit_none());
        }
        self.wrapped(|source| visitor.visit_some(source))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        self.wrapped(|source| visitor.visit_newtype_struct(source))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.take(|source| variant::visit(source, visitor))
    }
}
