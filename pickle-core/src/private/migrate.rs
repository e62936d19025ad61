//! Older generations of a class.

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::options::to_vec;
use crate::reconstruct::Reconstruct;
use crate::value::{Object, Value};

/// Makes a value from an object of one of these classes after a step over its reduction; `None`
/// for an object that had it already, which stays.
///
/// # Errors
/// Of the step, and as [`Reconstruct::reconstruct`].
pub fn migrate<'de, T: Reconstruct<'de>, L: Loader<'de>>(
    loader: &mut L,
    classes: &'static [Class],
    step: impl FnOnce(&mut Object) -> Result<()>,
) -> Result<Option<T>> {
    if loader.take_reread() {
        return Ok(None);
    }
    loader.general_only()?;
    let (_, object) = loader.begin_variant(classes)?;
    loader.end_object(object)?;
    let Value::Object(mut object) = loader.load::<Value>()? else {
        return Err(loader.mismatch("an object"));
    };
    step(&mut object).map_err(|error| loader.locate(error))?;
    let pickle = to_vec(&Value::Object(object)).map_err(|error| loader.locate(error))?;
    loader.reread(&pickle).map(Some)
}
