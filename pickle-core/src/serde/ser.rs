//! The saver as a serializer: serde's data model in the terms of Python.

use serde_core::ser::{self, Serialize};

use crate::error::{Error, Result};
use crate::pickler::{Batch, Saver, TupleToken};
use crate::reduce::Reduce;
use crate::stack::{deeper, is_low};

/// What a variant of an enum is in Python.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Enums {
    /// A dict with the name as its key, or the name alone.
    #[default]
    Dicts,
    /// A tuple that begins with the name.
    Tuples,
}

/// The name of a newtype whose content is told that this is no format for people, since pickles
/// have words for it.
pub(super) const EXACT: &str = "$pickle_core::exact";

/// A value of serde as one of this crate.
pub(super) struct Described<'v, T: ?Sized> {
    pub(super) value: &'v T,
    pub(super) enums: Enums,
}

impl<T: ?Sized + Serialize> Reduce for Described<'_, T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        self.value.serialize(Serializer { saver, enums: self.enums, is_exact: false })
    }
}

/// A saver that serde describes one value to.
pub(super) struct Serializer<'s, 'a> {
    saver: &'s mut Saver<'a>,
    enums: Enums,
    is_exact: bool,
}

/// The variant around a value.
enum Around {
    Nothing,
    Dict(Batch),
    Tuple(TupleToken),
}

/// A list that is being written.
pub(super) struct Items<'s, 'a> {
    inside: Inside<'s, 'a>,
    batch: Batch,
}

/// A tuple that is being written.
pub(super) struct Elements<'s, 'a> {
    inside: Inside<'s, 'a>,
    tuple: TupleToken,
    left: usize,
}

/// A dict that is being written.
pub(super) struct Entries<'s, 'a> {
    inside: Inside<'s, 'a>,
    batch: Batch,
}

/// What all containers have in common.
struct Inside<'s, 'a> {
    serializer: Serializer<'s, 'a>,
    around: Around,
    /// Whether the values in it need more stack.
    is_deep: bool,
}

impl<'s, 'a> Serializer<'s, 'a> {
    fn within(self, around: Around) -> Inside<'s, 'a> {
        Inside { serializer: self, around, is_deep: is_low() }
    }

    /// Begins a variant with content, which follows.
    fn begin_variant(&mut self, variant: &'static str) -> Result<Around> {
        match self.enums {
            Enums::Dicts => {
                let mut batch = self.saver.begin_dict(1)?;
                self.saver.key(&mut batch, variant)?;
                Ok(Around::Dict(batch))
            }
            Enums::Tuples => {
                let tuple = self.saver.begin_tuple(2)?;
                self.saver.str(variant)?;
                Ok(Around::Tuple(tuple))
            }
        }
    }
}

impl<'a> Inside<'_, 'a> {
    fn run<T: ?Sized>(
        &mut self,
        value: &T,
        write: impl FnOnce(&mut Saver<'a>, &Described<'_, T>) -> Result<()>,
    ) -> Result<()> {
        let value = Described { value, enums: self.serializer.enums };
        let saver = &mut *self.serializer.saver;
        if self.is_deep { deeper(|| write(saver, &value)) } else { write(saver, &value) }
    }

    fn saver(&mut self) -> &mut Saver<'a> {
        self.serializer.saver
    }

    /// Ends the variant around the value.
    fn end(self) -> Result<()> {
        let saver = self.serializer.saver;
        match self.around {
            Around::Nothing => Ok(()),
            Around::Dict(mut batch) => {
                saver.end_entry(&mut batch);
                saver.end_dict(batch)
            }
            Around::Tuple(tuple) => saver.end_tuple(tuple),
        }
    }
}

macro_rules! atoms {
    ($($method:ident: $t:ty, |$saver:ident, $value:ident| $save:expr;)*) => {$(
        #[inline]
        fn $method(self, $value: $t) -> Result<()> {
            let $saver = self.saver;
            $save
        }
    )*};
}

macro_rules! integers {
    ($($method:ident: $t:ty;)*) => {$(
        #[inline]
        fn $method(self, value: $t) -> Result<()> {
            self.saver.integer(value)
        }
    )*};
}

impl<'s, 'a> ser::Serializer for Serializer<'s, 'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Items<'s, 'a>;
    type SerializeTuple = Elements<'s, 'a>;
    type SerializeTupleStruct = Elements<'s, 'a>;
    type SerializeTupleVariant = Items<'s, 'a>;
    type SerializeMap = Entries<'s, 'a>;
    type SerializeStruct = Entries<'s, 'a>;
    type SerializeStructVariant = Entries<'s, 'a>;

    integers! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_i128: i128;
        serialize_u8: u8;
        serialize_u16: u16;
        serialize_u32: u32;
        serialize_u64: u64;
        serialize_u128: u128;
    }

    atoms! {
        serialize_bool: bool, |saver, value| {
            saver.bool(value);
            Ok(())
        };
        serialize_f32: f32, |saver, value| {
            saver.float(f64::from(value));
            Ok(())
        };
        serialize_f64: f64, |saver, value| {
            saver.float(value);
            Ok(())
        };
        serialize_char: char, |saver, value| saver.save(&value);
        serialize_str: &str, |saver, value| saver.str(value);
        serialize_bytes: &[u8], |saver, value| saver.bytes(value);
    }

    fn serialize_unit(self) -> Result<()> {
        self.saver.none();
        Ok(())
    }

    fn serialize_none(self) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Result<()> {
        value.serialize(self)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<()> {
        self.serialize_unit()
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<()> {
        value.serialize(Serializer { is_exact: name == EXACT, ..self })
    }

    /// As in the crate `serde-pickle`: an address, a date, a UUID is its text.
    fn is_human_readable(&self) -> bool {
        !self.is_exact
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<()> {
        match self.enums {
            Enums::Dicts => self.saver.str(variant),
            Enums::Tuples => {
                let tuple = self.saver.begin_tuple(1)?;
                self.saver.str(variant)?;
                self.saver.end_tuple(tuple)
            }
        }
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<()> {
        let around = self.begin_variant(variant)?;
        let mut inside = self.within(around);
        inside.run(value, |saver, value| saver.save(value))?;
        inside.end()
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'s, 'a>> {
        let batch = self.saver.begin_list(len.unwrap_or(Batch::UNKNOWN))?;
        Ok(Items { inside: self.within(Around::Nothing), batch })
    }

    fn serialize_tuple(self, len: usize) -> Result<Elements<'s, 'a>> {
        let tuple = self.saver.begin_tuple(len)?;
        Ok(Elements { inside: self.within(Around::Nothing), tuple, left: len })
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<Elements<'s, 'a>> {
        self.serialize_tuple(len)
    }

    fn serialize_tuple_variant(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items<'s, 'a>> {
        let around = self.begin_variant(variant)?;
        let batch = self.saver.begin_list(len)?;
        Ok(Items { inside: self.within(around), batch })
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Entries<'s, 'a>> {
        let batch = self.saver.begin_dict(len.unwrap_or(Batch::UNKNOWN))?;
        Ok(Entries { inside: self.within(Around::Nothing), batch })
    }

    fn serialize_struct(self, _name: &'static str, len: usize) -> Result<Entries<'s, 'a>> {
        self.serialize_map(Some(len))
    }

    fn serialize_struct_variant(
        mut self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Entries<'s, 'a>> {
        let around = self.begin_variant(variant)?;
        let batch = self.saver.begin_dict(len)?;
        Ok(Entries { inside: self.within(around), batch })
    }
}

impl Items<'_, '_> {
    fn item<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        let batch = &mut self.batch;
        self.inside.run(value, |saver, value| saver.item(batch, value))
    }

    fn finish(mut self) -> Result<()> {
        self.inside.saver().end_list(self.batch)?;
        self.inside.end()
    }
}

impl Elements<'_, '_> {
    fn element<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        self.left = match self.left.checked_sub(1) {
            Some(left) => left,
            None => return Err(Error::custom("found more elements than the length announced")),
        };
        self.inside.run(value, |saver, value| saver.save(value))
    }

    fn finish(mut self) -> Result<()> {
        if self.left > 0 {
            return Err(Error::custom(format!(
                "found {} elements less than the length announced",
                self.left
            )));
        }
        self.inside.saver().end_tuple(self.tuple)?;
        self.inside.end()
    }
}

impl Entries<'_, '_> {
    fn key<T: ?Sized + Serialize>(&mut self, key: &T) -> Result<()> {
        let batch = &mut self.batch;
        self.inside.run(key, |saver, key| saver.key(batch, key))
    }

    fn value<T: ?Sized + Serialize>(&mut self, value: &T) -> Result<()> {
        let batch = &mut self.batch;
        self.inside.run(value, |saver, value| {
            value.reduce(saver)?;
            saver.end_entry(batch);
            Ok(())
        })
    }

    fn field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Result<()> {
        self.inside.saver().text_key(&mut self.batch, name)?;
        self.value(value)
    }

    fn finish(mut self) -> Result<()> {
        self.inside.saver().end_dict(self.batch)?;
        self.inside.end()
    }
}

macro_rules! compounds {
    ($($t:ident: $trait:ident {
        $($method:ident($($name:ident: $name_type:ty)?) = $own:ident;)*
    })*) => {$(
        impl ser::$trait for $t<'_, '_> {
            type Ok = ();
            type Error = Error;

            $(
                #[inline]
                fn $method<T: ?Sized + Serialize>(
                    &mut self,
                    $($name: $name_type,)?
                    value: &T,
                ) -> Result<()> {
                    self.$own($($name,)? value)
                }
            )*

            fn end(self) -> Result<()> {
                self.finish()
            }
        }
    )*};
}

compounds! {
    Items: SerializeSeq { serialize_element() = item; }
    Items: SerializeTupleVariant { serialize_field() = item; }
    Elements: SerializeTuple { serialize_element() = element; }
    Elements: SerializeTupleStruct { serialize_field() = element; }
    Entries: SerializeMap { serialize_key() = key; serialize_value() = value; }
    Entries: SerializeStruct { serialize_field(name: &'static str) = field; }
    Entries: SerializeStructVariant { serialize_field(name: &'static str) = field; }
}
