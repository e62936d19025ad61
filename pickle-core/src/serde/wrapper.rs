//! Types of serde as types of this crate.

use std::marker::PhantomData;

use serde_core::{Deserialize, Serialize};

use super::de::{self, Mapping};
use super::ser::{Described, Enums};
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;

/// A type that implements serde's traits as one that implements those of this crate: for all that
/// takes such a type, and so for every option, stream and protocol.
///
/// ```
/// use pickle_core::serde::Serde;
/// use pickle_core::{PickleOptions, Protocol, Unpickler};
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Point { x: i32, y: i32 }
///
/// let options = PickleOptions::new().protocol(Protocol::V5);
/// let pickle = options.to_vec(&Serde(Point { x: 1, y: 2 }))?; // pickle.dumps({'x': 1, 'y': 2}, 5)
///
/// let stream = [&pickle[..], &pickle[..]].concat();
/// for point in Unpickler::new(&stream[..]).iter::<Serde<Point>>() {
///     assert_eq!(point?.0, Point { x: 1, y: 2 });
/// }
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// For a field of a derived type there is [`with`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Serde<T>(pub T);

impl<T: Serialize> Reduce for Serde<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        with::reduce(&self.0, saver)
    }
}

impl<'de, T: Deserialize<'de>> Reconstruct<'de> for Serde<T> {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        with::reconstruct(loader).map(Serde)
    }
}

/// For a field whose type is serde's: `#[reduce(with = pickle_core::serde::with)]`.
///
/// ```
/// use pickle_core::Reduce;
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// enum Unit { Meter, Other(String) }
///
/// #[derive(Debug, PartialEq, Reduce)]
/// #[reduce(module = "shapes")]
/// struct Length {
///     value: f64,
///     #[reduce(with = pickle_core::serde::with)]
///     unit: Unit,
/// }
///
/// let length = Length { value: 1.0, unit: Unit::Other("foot".into()) };
/// let pickle = pickle_core::to_vec(&length)?; // shapes.Length with unit = {'Other': 'foot'}
/// assert_eq!(pickle_core::from_slice::<Length>(&pickle)?, length);
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub mod with {
    use super::{Described, Deserialize, Enums, Loader, Mapping, PhantomData, Result, Saver};
    use super::{Serialize, de};

    /// Writes a value.
    ///
    /// # Errors
    /// When the value cannot be expressed in Python, or its `Serialize` fails.
    pub fn reduce<T: ?Sized + Serialize>(value: &T, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&Described { value, enums: Enums::Dicts })
    }

    /// Reads a value.
    ///
    /// # Errors
    /// When the pickle holds something else, or `Deserialize` fails.
    pub fn reconstruct<'de, T: Deserialize<'de>, L: Loader<'de>>(loader: &mut L) -> Result<T> {
        de::make(loader, Mapping::default(), PhantomData)
    }
}
