//! Persistent ids themselves.

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;

/// The id of an object that is not in the pickle: what Python's `persistent_load` gets.
///
/// The id may be of any type; at protocol 0 it is a `str` in ASCII without newlines. To have the
/// objects themselves, see [`Registry::persistent`](crate::Registry::persistent).
///
/// ```
/// use pickle_core::PersistentId;
///
/// let id = PersistentId("user 7".to_owned());
/// let pickle = pickle_core::to_vec(&id)?;
/// assert_eq!(&pickle[11..], b"\x8c\x06user 7Q.");
/// assert_eq!(pickle_core::from_slice::<PersistentId<String>>(&pickle)?, id);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PersistentId<I>(pub I);

impl<I: Reduce> Reduce for PersistentId<I> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.persistent_id(&self.0)
    }
}

impl<'de, I: Reconstruct<'de>> Reconstruct<'de> for PersistentId<I> {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_persistent_id().map(PersistentId)
    }

    fn relink<L: Loader<'de>>(&self, _loader: &mut L) -> Result<()> {
        Ok(())
    }
}
