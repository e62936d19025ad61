//! What the caller passes in about types, classes and objects that this crate does not know.

mod extension;
mod function;
mod implementor;
mod persistent;
mod reducer;
pub mod registered;

use std::any::{Any, TypeId};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;
use extension::Extensions;
pub use function::Function;
pub use implementor::TraitObject;
pub(crate) use implementor::{Implementor, Pointer, short};
use persistent::Persistent;
use reducer::Reducer;

/// A table of one type's, with the type forgotten.
type AnyTable = Box<dyn Any + Send + Sync>;

/// Reducers for types one does not own: what `copyreg.dispatch_table` is in Python.
///
/// A reducer is found by the *exact* type, as in Python (`pickle.py`, `save`), and wins over the
/// type's own. It is passed in with [`PickleOptions`](crate::PickleOptions) and
/// [`UnpickleOptions`](crate::UnpickleOptions); there is no global one.
///
/// ```
/// use pickle_core::{Class, PickleOptions, Registered, Registry, UnpickleOptions};
///
/// // A type of another crate, which implements nothing of ours.
/// #[derive(Debug, PartialEq)]
/// struct Version { major: u32, minor: u32 }
///
/// static VERSION: Class = Class::new("packaging.version", "Version");
///
/// let mut registry = Registry::new();
/// registry.register(
///     &VERSION,
///     |version: &Version| (format!("{}.{}", version.major, version.minor),),
///     |(text,): (String,)| {
///         let (major, minor) = text.split_once('.').ok_or("a version without a dot")?;
///         Ok::<_, Box<dyn std::error::Error + Send + Sync>>(Version {
///             major: major.parse()?,
///             minor: minor.parse()?,
///         })
///     },
/// );
///
/// let value = Registered(Version { major: 3, minor: 11 });
/// let pickle = PickleOptions::new().registry(&registry).to_vec(&value)?;
/// let back: Registered<Version> = UnpickleOptions::new().registry(&registry).from_slice(&pickle)?;
/// assert_eq!(back.0, value.0);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Default)]
pub struct Registry {
    reducers: FxHashMap<TypeId, Box<dyn Reducer>>,
    extensions: Extensions,
    persistent: FxHashMap<TypeId, Arc<dyn Persistent>>,
    /// The same hooks by the shared pointers to what they are for.
    pointees: FxHashMap<TypeId, Arc<dyn Persistent>>,
    /// By the trait object.
    implementors: FxHashMap<TypeId, AnyTable>,
    /// By the type of what is called.
    functions: FxHashMap<TypeId, AnyTable>,
}

impl Registry {
    /// An empty registry.
    #[must_use]
    pub fn new() -> Registry {
        Registry::default()
    }

    /// Whether it has no say in how a record is written and read, which the fast lane relies on.
    pub(crate) fn leaves_records_alone(&self) -> bool {
        self.reducers.is_empty() && self.persistent.is_empty() && self.extensions.is_empty()
    }
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("reducers", &self.reducers.len()).finish()
    }
}

/// A value of a type that the [`Registry`] knows how to reduce.
///
/// A field of such a type takes `#[reduce(with = pickle_core::registered)]` instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Registered<T>(pub T);

impl<T: 'static> Reduce for Registered<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        registered::reduce(&self.0, saver)
    }
}

impl<'de, T: 'static> Reconstruct<'de> for Registered<T> {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        registered::reconstruct(loader).map(Registered)
    }
}
