//! Members of Python enums.

use std::borrow::Cow;
use std::fmt;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::{Kind, Loader, Member};
use crate::pickler::{LaneWriter, Name, Saver};
use crate::private::wrong_arguments;
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;
use crate::unpickler::LaneReader;
use crate::value::Value;

/// The value of a member, where it is known.
#[derive(Debug, Clone, Copy)]
pub enum Constant {
    /// It is not.
    Unknown,
    /// An `int`.
    Int(i64),
    /// A `bool`.
    Bool(bool),
    /// A `str`.
    Str(&'static str),
    /// A `float`.
    Float(f64),
    /// A `tuple`.
    Tuple(&'static [Constant]),
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Unknown => f.write_str("a name"),
            Constant::Int(value) => value.fmt(f),
            Constant::Bool(true) => f.write_str("True"),
            Constant::Bool(false) => f.write_str("False"),
            Constant::Str(value) => write!(f, "{value:?}"),
            Constant::Float(value) => write!(f, "{value:?}"),
            Constant::Tuple(values) => {
                f.write_str("(")?;
                for (index, value) in values.iter().enumerate() {
                    let before = if index == 0 { "" } else { ", " };
                    write!(f, "{before}{value}")?;
                }
                f.write_str(if values.len() == 1 { ",)" } else { ")" })
            }
        }
    }
}

impl Constant {
    /// The value as an integer; `True` is 1 where Python looks for a member.
    fn as_int(self) -> Option<i64> {
        match self {
            Constant::Int(value) => Some(value),
            Constant::Bool(value) => Some(value.into()),
            Constant::Unknown | Constant::Str(_) | Constant::Float(_) | Constant::Tuple(_) => None,
        }
    }
}

impl From<Constant> for Value {
    fn from(value: Constant) -> Value {
        match value {
            Constant::Unknown => Value::None,
            Constant::Int(value) => Value::Int(value),
            Constant::Bool(value) => Value::Bool(value),
            Constant::Str(value) => Value::Str(value.to_owned()),
            Constant::Float(value) => Value::Float(value),
            Constant::Tuple(values) => {
                Value::Tuple(values.iter().copied().map(Value::from).collect())
            }
        }
    }
}

impl Reduce for Constant {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match *self {
            Constant::Unknown => return Err(Error::custom("found no value of the member")),
            Constant::Int(value) => saver.int(value),
            Constant::Bool(value) => saver.bool(value),
            Constant::Str(value) => saver.str(value)?,
            Constant::Float(value) => saver.float(value),
            Constant::Tuple(values) => {
                let tuple = saver.begin_tuple(values.len())?;
                for value in values {
                    saver.save(value)?;
                }
                saver.end_tuple(tuple)?;
            }
        }
        Ok(())
    }
}

/// Writes a member by its value: `cls(value)`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_member(
    class: &'static Class,
    values: &'static [Constant],
    index: usize,
    saver: &mut Saver<'_>,
) -> Result<()> {
    save_other_member(class, values.get(index).unwrap_or(&Constant::Unknown), saver)
}

/// Writes a member by its value in the fast lane.
///
/// # Errors
/// As [`Reduce::reduce`].
#[inline(always)]
pub fn save_member_in_lane<T: Reduce>(
    class: &'static Class,
    values: &'static [Constant],
    index: usize,
    member: &T,
    name: Name,
    lane: &mut LaneWriter<'_, '_>,
) -> Result<()> {
    if let Some(Constant::Int(value)) = values.get(index)
        && let Ok(value) = u8::try_from(*value)
        && lane.call(name, class, value)
    {
        return Ok(());
    }
    lane.spell(name, member)
}

/// Writes a member by a value that has no variant.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_other_member<T: Reduce>(
    class: &'static Class,
    value: &T,
    saver: &mut Saver<'_>,
) -> Result<()> {
    let mut call = saver.begin_call(class, 1)?;
    saver.save(value)?;
    saver.end_call(&mut call)?;
    saver.end_object(call)
}

/// Writes a member by its name: `getattr(cls, name)`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_member_name(class: &'static Class, index: usize, saver: &mut Saver<'_>) -> Result<()> {
    save_other_name(class, class.attributes.get(index).copied().unwrap_or_default(), saver)
}

static GETATTR: Class = Class::new("builtins", "getattr");

/// Writes a member by a name that has no variant.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_other_name<T: ?Sized + AsRef<str>>(
    class: &'static Class,
    name: &T,
    saver: &mut Saver<'_>,
) -> Result<()> {
    let mut call = saver.begin_call(&GETATTR, 2)?;
    saver.global(class)?;
    saver.str(name.as_ref())?;
    saver.end_call(&mut call)?;
    saver.end_object(call)
}

/// The error for a variant that stands for others and does not know which.
#[cold]
pub fn unwritable_variant(variant: &str) -> Error {
    Error::unrepresentable(
        format!("`{variant}`, which stands for what has no variant"),
        "a variant that holds what it stands for",
    )
}

/// Takes a member.
///
/// # Errors
/// When there is no such member.
pub fn load_member<'de, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    values: &'static [Constant],
) -> Result<usize> {
    match loader.begin_member(class)? {
        Member::Named(index, name) => known_name(loader, class, index, &name),
        Member::Called(object) => {
            in_call(loader, object, |loader| known_value(loader, class, values))
        }
    }
}

/// Takes a member in the fast lane, if its value is a small number.
#[inline]
pub fn lane_member(
    lane: &mut LaneReader<'_, '_, '_>,
    class: &'static Class,
    values: &'static [Constant],
) -> Option<usize> {
    lane.member(class, |value| {
        values.iter().position(|known| known.as_int() == Some(i64::from(value)))
    })
}

/// Takes a member, or passes over one that has no variant.
///
/// # Errors
/// When the value is no member of this class.
pub fn load_any_member<'de, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    values: &'static [Constant],
) -> Result<std::result::Result<usize, ()>> {
    match loader.begin_member(class)? {
        Member::Named(index, _) => Ok(if index < values.len() { Ok(index) } else { Err(()) }),
        Member::Called(object) => in_call(loader, object, |loader| {
            loader.either(
                |loader| known_value(loader, class, values).map(Ok),
                |loader| loader.skip().map(Err),
            )
        }),
    }
}

/// Takes a member, or the value of one that has no variant.
///
/// # Errors
/// When the value is no member of this class, or one that has no variant comes by its name.
pub fn load_member_or<'de, T: Reconstruct<'de>, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    values: &'static [Constant],
) -> Result<std::result::Result<usize, T>> {
    match loader.begin_member(class)? {
        Member::Named(index, name) => known_name(loader, class, index, &name).map(Ok),
        Member::Called(object) => in_call(loader, object, |loader| {
            loader.either(
                |loader| known_value(loader, class, values).map(Ok),
                |loader| loader.load().map(Err),
            )
        }),
    }
}

/// Takes a member, or the name of one that has no variant.
///
/// # Errors
/// When the value is no member of this class, or one that has no variant comes by its value.
pub fn load_member_or_name<'de, T: From<String>, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    values: &'static [Constant],
) -> Result<std::result::Result<usize, T>> {
    match loader.begin_member(class)? {
        Member::Named(index, _) if index < values.len() => Ok(Ok(index)),
        Member::Named(_, name) => Ok(Err(T::from(name))),
        Member::Called(object) => {
            in_call(loader, object, |loader| known_value(loader, class, values).map(Ok))
        }
    }
}

/// What `take` makes of the only argument of a call.
fn in_call<'de, T, L: Loader<'de>>(
    loader: &mut L,
    mut object: L::Object,
    take: impl FnOnce(&mut L) -> Result<T>,
) -> Result<T> {
    let found = loader.begin_args(&mut object, 1)?;
    if found != 1 {
        return Err(wrong_arguments(loader, found, 1));
    }
    loader.next_arg(&mut object)?;
    let taken = take(loader)?;
    loader.end_args(&mut object)?;
    loader.end_object(object)?;
    Ok(taken)
}

fn known_name<'de, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    index: usize,
    name: &str,
) -> Result<usize> {
    if index < class.attributes.len() {
        return Ok(index);
    }
    let expected = format!("one of {}", class.attributes.join(", "));
    Err(loader.locate(Error::mismatch(format!("{class}.{name}"), expected)))
}

/// Which member has the value here.
fn known_value<'de, L: Loader<'de>>(
    loader: &mut L,
    class: &'static Class,
    values: &'static [Constant],
) -> Result<usize> {
    let found = match loader.peek()? {
        Kind::Int => {
            let value = loader.either(|loader| loader.load_integer().map(Some), |_| Ok(None))?;
            values.iter().position(|known| value.is_some() && known.as_int() == value)
        }
        Kind::Bool => {
            let value = Some(i64::from(loader.load_bool()?));
            values.iter().position(|known| known.as_int() == value)
        }
        Kind::Str => {
            let value: Cow<'_, str> = loader.load_str()?;
            values.iter().position(|known| matches!(known, Constant::Str(text) if *text == value))
        }
        Kind::Float | Kind::Tuple => {
            let value: Value = loader.load()?;
            // That of a variant without a value is `None`, which is neither.
            values.iter().position(|known| Value::from(*known) == value)
        }
        _ => None,
    };
    found.ok_or_else(|| {
        let known = values.iter().filter(|value| !matches!(value, Constant::Unknown));
        let known: Vec<String> = known.map(ToString::to_string).collect();
        if known.is_empty() {
            let names = class.attributes.join(", ");
            return loader.mismatch(&format!(
                "the name of a member of {class}, as no variant says its `value`: {names}"
            ));
        }
        loader.mismatch(&format!("a member of {class}: {}", known.join(", ")))
    })
}
