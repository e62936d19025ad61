//! Unique identifiers: Python's `UUID`.

use std::fmt;

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::private;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static UUID: Class = Class::new("uuid", "UUID").attributes(&["int"]);

/// A universally unique identifier by its number: `uuid.UUID`.
///
/// ```
/// use pickle_core::types::Uuid;
///
/// let dns = Uuid(0x6ba7b810_9dad_11d1_80b4_00c04fd430c8);
/// assert_eq!(dns.to_string(), "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
/// assert_eq!(pickle_core::from_slice::<Uuid>(&pickle_core::to_vec(&dns)?)?, dns);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Uuid(pub u128);

/// As `str()` of it in Python.
impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:032x}", self.0);
        for (at, digit) in digits.chars().enumerate() {
            if matches!(at, 8 | 12 | 16 | 20) {
                f.write_str("-")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl Reduce for Uuid {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let instance = saver.begin_instance(&UUID, 1)?;
        saver.attribute(&instance, 0, &self.0)?;
        saver.end_instance(instance)
    }
}

/// Whether it was made in a multiprocessing-safe way (`is_safe`) is not kept.
impl<'de> Reconstruct<'de> for Uuid {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&UUID)?;
        loader.begin_args(&mut object, 0)?;
        loader.end_args(&mut object)?;
        let mut number = None;
        while let Some(attribute) = loader.next_attribute(&mut object)? {
            match attribute {
                0 => number = Some(loader.load()?),
                _ => loader.skip()?,
            }
        }
        let number = private::require(number, loader, &UUID, 0)?;
        loader.end_object(object)?;
        Ok(Uuid(number))
    }
}
