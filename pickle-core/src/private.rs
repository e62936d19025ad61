//! What the code that the derive writes needs, and nobody else. Not part of the public interface.

pub use core;
pub use std;

mod base;
mod items;
mod members;
mod migrate;

pub use base::{Base, Hierarchy};
pub use items::{
    DictItems, Entry, ListItems, load_dict_items, load_list_items, relink_dict_items,
    relink_list_items, save_dict_items, save_list_items,
};

pub use members::{
    Constant, lane_member, load_any_member, load_member, load_member_or, load_member_or_name,
    save_member, save_member_in_lane, save_member_name, save_other_member, save_other_name,
    unwritable_variant,
};

pub use migrate::migrate;

pub use crate::pickler::{Fixed, LaneWriter, Name, Records, Stencil};
pub use crate::unpickler::{
    FixedBytes, FixedLen, LaneReader, LaneRecord, NameRef, Place, TemplateMaker,
};

use crate::class::Class;
use crate::error::{Error, ErrorKind, Result};
use crate::loader::{Arguments, Loader};
use crate::pickler::Saver;
use crate::python::{Hint, Modules, PythonType};
use crate::reduce::Reduce;

/// Keeps traits from being implemented elsewhere.
pub trait Sealed {}

/// The value itself, as something of which no more is known than that it can be reduced.
///
/// The code of the derive mentions a field several times. Behind this function its type holds what
/// is demanded of it, so a missing trait is one error and not one for each.
#[inline(always)]
pub fn reducible<T: Reduce>(value: &T) -> &(impl Reduce + use<T>) {
    value
}

/// The type hint of the value that a `getstate` function returns.
pub fn state_hint<'a, T: 'a, S: PythonType>(
    _getstate: impl Fn(&'a T) -> S,
    modules: &mut Modules,
) -> Hint {
    S::hint(modules)
}

/// What stands in for an attribute that the object did not have.
///
/// # Errors
/// When nothing does.
#[inline]
pub fn require<'de, T, L: Loader<'de>>(
    absent: Option<T>,
    loader: &mut L,
    class: &'static Class,
    index: usize,
) -> Result<T> {
    absent.map_or_else(|| Err(missing(loader, class, index)), Ok)
}

#[cold]
#[inline(never)]
fn missing<'de, L: Loader<'de>>(loader: &mut L, class: &'static Class, index: usize) -> Error {
    let attribute = class.attributes.get(index).copied().unwrap_or_default();
    let others = loader.unknown_attributes(class);
    loader.locate(Error::new(ErrorKind::MissingAttribute { attribute, others }))
}

/// The error for an attribute that a struct with `deny_unknown` does not know.
#[cold]
#[inline(never)]
pub fn unknown_attribute<'de, L: Loader<'de>>(loader: &mut L, class: &'static Class) -> Error {
    let bases = if class.has_bases { " and those of its bases" } else { "" };
    let expected = format!("{}{bases}", class.attributes.join(", "));
    let attribute = loader.attribute_name();
    loader.locate(Error::new(ErrorKind::UnknownAttribute { attribute, expected }))
}

/// The error for a keyword argument that the constructor does not know.
#[cold]
#[inline(never)]
pub fn unknown_keyword<'de, L: Loader<'de>>(loader: &mut L, class: &'static Class) -> Error {
    let expected = format!("one of {}", class.attributes.join(", "));
    let found = format!("keyword argument {:?}", loader.attribute_name());
    loader.locate(Error::mismatch(found, expected))
}

/// The error for a number of arguments that no constructor takes.
#[cold]
#[inline(never)]
pub fn wrong_arguments<'de, L: Loader<'de>>(
    loader: &mut L,
    found: usize,
    expected: usize,
) -> Error {
    let plural = if found == 1 { "" } else { "s" };
    let found = format!("{found} constructor argument{plural}");
    loader.locate(Error::mismatch(found, expected.to_string()))
}

/// What a constructor may return: the value, or a result.
#[diagnostic::on_unimplemented(
    message = "found a function that returns `{Self}`, expected `{T}` or `Result<{T}, E>`",
    label = "this function returns something else",
    note = "`E` is any error that goes into a `Box<dyn Error + Send + Sync>`, or a string"
)]
pub trait IntoConstructed<T> {
    /// The value, or the constructor's own error.
    ///
    /// # Errors
    /// When the constructor failed.
    fn into_constructed(self) -> Result<T>;
}

impl<T> IntoConstructed<T> for T {
    fn into_constructed(self) -> Result<T> {
        Ok(self)
    }
}

impl<T, E: Into<Box<dyn std::error::Error + Send + Sync>>> IntoConstructed<T> for Result<T, E> {
    fn into_constructed(self) -> Result<T> {
        self.map_err(Error::custom)
    }
}

/// Gives what a constructor or hook returned the place of the object.
///
/// # Errors
/// When the constructor failed.
#[inline]
pub fn constructed<'de, T, L: Loader<'de>>(
    outcome: impl IntoConstructed<T>,
    loader: &mut L,
) -> Result<T> {
    outcome.into_constructed().map_err(|error| loader.locate(error))
}

/// A function that makes an object from its arguments.
pub trait Constructor<A> {
    /// What it returns.
    type Output;

    /// Calls it.
    fn construct(&self, arguments: A) -> Self::Output;
}

/// Takes the arguments that a constructor asks for, and calls it.
///
/// # Errors
/// When the number or type of an argument differs.
pub fn construct<'de, A, C, L>(
    constructor: &C,
    loader: &mut L,
    object: &mut L::Object,
    found: usize,
) -> Result<C::Output>
where
    A: Arguments<'de>,
    C: Constructor<A>,
    L: Loader<'de>,
{
    Ok(constructor.construct(A::load(loader, object, found)?))
}

/// A tuple that is written as the whole argument list of a call.
pub trait SaveArguments {
    /// How many there are.
    const COUNT: usize;

    /// Writes each of them.
    ///
    /// # Errors
    /// As [`Reduce::reduce`].
    fn save_all(&self, saver: &mut Saver<'_>) -> Result<()>;
}

/// Passes over all parts of an object.
///
/// # Errors
/// When one is ill-formed.
pub fn skip_parts<'de, L: Loader<'de>>(loader: &mut L, object: &mut L::Object) -> Result<()> {
    let found = loader.begin_args(object, 0)?;
    for _ in 0..found {
        loader.next_arg(object)?;
        loader.skip()?;
    }
    loader.end_args(object)?;
    if loader.begin_state(object)? {
        loader.skip()?;
    }
    Ok(())
}

/// How many arguments a constructor takes.
#[must_use]
pub fn arity<'de, A: Arguments<'de>, C: Constructor<A>>(_constructor: &C) -> usize {
    A::COUNT
}

/// A field that a module of the user's own writes.
#[derive(Debug)]
pub struct With<'a, T: ?Sized, F>(pub &'a T, pub F);

impl<T: ?Sized, F: Fn(&T, &mut Saver<'_>) -> Result<()>> Reduce for With<'_, T, F> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        (self.1)(self.0, saver)
    }
}

/// The length of a module path of Rust as one of Python.
#[must_use]
pub const fn dotted_len(path: &str) -> usize {
    let bytes = path.as_bytes();
    let (mut at, mut len) = (0, 0);
    while at < bytes.len() {
        at += if is_separator(bytes, at) { 2 } else { 1 };
        len += 1;
    }
    len
}

/// A module path of Rust as one of Python: `a::b` becomes `a.b`.
#[must_use]
#[expect(clippy::indexing_slicing, reason = "runs at compile time, on a module path")]
pub const fn dotted<const N: usize>(path: &str) -> [u8; N] {
    let bytes = path.as_bytes();
    let mut out = [0; N];
    let (mut at, mut len) = (0, 0);
    while at < bytes.len() && len < N {
        if is_separator(bytes, at) {
            out[len] = b'.';
            at += 2;
        } else {
            out[len] = bytes[at];
            at += 1;
        }
        len += 1;
    }
    out
}

#[expect(clippy::indexing_slicing, reason = "runs at compile time, on a module path")]
const fn is_separator(bytes: &[u8], at: usize) -> bool {
    at + 1 < bytes.len() && bytes[at] == b':' && bytes[at + 1] == b':'
}

/// The text of [`dotted`].
#[must_use]
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}
