//! For `#[reduce(with = pickle_core::registered)]`: the field's type is in the [`Registry`](crate::Registry).

use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;

fn unregistered<T>() -> Error {
    let name = std::any::type_name::<T>();
    Error::custom(format!(
        "found no reducer for {name}, expected one; `Registry::register` adds it"
    ))
}

/// Writes a value by its registered reducer.
///
/// # Errors
/// When the type is not registered, and as its reducer.
pub fn reduce<T: 'static>(value: &T, saver: &mut Saver<'_>) -> Result<()> {
    saver.overridden(value).unwrap_or_else(|| Err(unregistered::<T>()))
}

/// Makes a value by its registered constructor.
///
/// # Errors
/// When the type is not registered, and as its constructor.
pub fn reconstruct<'de, L: Loader<'de>, T: 'static>(loader: &mut L) -> Result<T> {
    loader.overridden().unwrap_or_else(|| Err(loader.locate(unregistered::<T>())))
}
