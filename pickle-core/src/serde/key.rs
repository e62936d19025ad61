//! Keys that were read already.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash};

use foldhash::fast::FixedState;
use rustc_hash::FxHashSet;
use serde_core::de::{self, DeserializeSeed, EnumAccess, Unexpected, VariantAccess, Visitor};
use serde_core::forward_to_deserialize_any;

use crate::error::{Error, Result};

/// A key that was read before serde said what it should be.
#[derive(Hash)]
pub(super) enum Key<'de> {
    Str(Cow<'de, str>),
    Int(i64),
}

/// The digests of the keys that a dict had so far. Two keys with one digest are taken for one,
/// which costs no more than the way by the general route.
#[derive(Default)]
pub(super) struct Seen(FxHashSet<u64>);

impl Seen {
    /// Notes a key, and tells whether it is a new one.
    #[inline]
    pub(super) fn insert(&mut self, key: &Key<'_>) -> bool {
        self.0.insert(FixedState::default().hash_one(key))
    }
}

impl<'de> de::Deserializer<'de> for Key<'de> {
    type Error = Error;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self {
            Key::Str(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Key::Str(Cow::Owned(text)) => visitor.visit_string(text),
            Key::Int(number) => visitor.visit_i64(number),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// A variant without content.
impl<'de> EnumAccess<'de> for Key<'de> {
    type Error = Error;
    type Variant = NoContent;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, NoContent)> {
        Ok((seed.deserialize(self)?, NoContent))
    }
}

/// What a variant that is its name alone has in it.
pub(super) struct NoContent;

impl<'de> VariantAccess<'de> for NoContent {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _seed: S) -> Result<S::Value> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &"a value in it"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        Err(de::Error::invalid_type(Unexpected::UnitVariant, &visitor))
    }
}
