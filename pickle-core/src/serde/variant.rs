//! Variants of enums, in both representations.

use serde_core::de::{self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny};
use serde_core::de::{MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor};

use super::access::{Entries, Items, Keys};
use super::de::Source;
use crate::error::{Error, Result};
use crate::loader::{Kind, Loader};
use crate::reconstruct::Starts;

/// A variant: its name, and then what is in it.
pub(super) enum Variant<'v, 'l, 'de, L: Loader<'de>> {
    /// `"Name"`.
    Name(Source<'l, L>),
    /// `{"Name": …}`.
    Entry(&'v mut Entries<'l, 'de, L>),
    /// `("Name", …)`.
    Tuple(&'v mut Items<'l, 'de, L>),
}

/// Takes an enum.
pub(super) fn visit<'de, V, L>(source: Source<'_, L>, visitor: V) -> Result<V::Value>
where
    V: Visitor<'de>,
    L: Loader<'de>,
{
    match source.loader.peek()? {
        Kind::Str => visitor.visit_enum(Variant::Name(source)),
        Kind::Dict => source.tree(visitor, |source, visitor| {
            let entries = source.loader.begin_dict()?;
            let mut entries = Entries::new(source, entries, Keys::Fields);
            let value = visitor.visit_enum(Variant::Entry(&mut entries))?;
            entries.end()?;
            Ok(value)
        }),
        Kind::Tuple => source.tree(visitor, |source, visitor| {
            let items = source.loader.begin_items("tuple", Starts::ANY)?;
            let mut items = Items::new(source, items, Keys::Any);
            let value = visitor.visit_enum(Variant::Tuple(&mut items))?;
            items.end()?;
            Ok(value)
        }),
        _ => Err(source.loader.mismatch(
            "the variant of an enum: its name, a dict with the name as its key, \
             or a tuple that begins with the name",
        )),
    }
}

impl<'v, 'l, 'de, L: Loader<'de>> EnumAccess<'de> for Variant<'v, 'l, 'de, L> {
    type Error = Error;
    type Variant = Variant<'v, 'l, 'de, L>;

    fn variant_seed<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<(S::Value, Self)> {
        let name = match &mut self {
            Variant::Name(source) => source.make(seed).map(Some),
            Variant::Entry(entries) => entries.next_key_seed(seed),
            Variant::Tuple(items) => items.next_element_seed(seed),
        };
        match name? {
            Some(name) => Ok((name, self)),
            None => Err(Error::mismatch("nothing", "the name of a variant")),
        }
    }
}

impl<'de, L: Loader<'de>> VariantAccess<'de> for Variant<'_, '_, 'de, L> {
    type Error = Error;

    fn unit_variant(self) -> Result<()> {
        match self {
            Variant::Name(_) | Variant::Entry(_) => Ok(()),
            Variant::Tuple(items) => items.next_element::<IgnoredAny>().map(drop),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        let value = match self {
            Variant::Name(_) => None,
            Variant::Entry(entries) => Some(entries.next_value_seed(seed)?),
            Variant::Tuple(items) => items.next_element_seed(seed)?,
        };
        value.ok_or_else(|| de::Error::invalid_type(Unexpected::UnitVariant, &"a value in it"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        self.newtype_variant_seed(Content::Tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.newtype_variant_seed(Content::Struct(fields, visitor))
    }
}

/// What is in a variant with several fields.
enum Content<V> {
    Tuple(usize, V),
    Struct(&'static [&'static str], V),
}

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Content<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        match self {
            Content::Tuple(len, visitor) => deserializer.deserialize_tuple(len, visitor),
            Content::Struct(fields, visitor) => {
                deserializer.deserialize_struct("", fields, visitor)
            }
        }
    }
}
