//! Vectors and other sequences: Python's `list`.

use crate::error::Result;
use crate::pickler::Saver;
use crate::reconstruct::{Loader, Reconstruct, Starts};
use crate::reduce::{Reduce, Sequence};

impl<T: Reduce> Reduce for [T] {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self, Sequence::List, saver)
    }
}

impl<T: Reduce> Reduce for Vec<T> {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        T::reduce_slice(self, Sequence::List, saver)
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Vec<T> {
    const STARTS: Starts = Starts::LIST.or(Starts::MARK).or(Starts::BYTES);

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        T::reconstruct_vec(loader)
    }

    fn vacant() -> Option<Self> {
        Some(Vec::new())
    }
}
