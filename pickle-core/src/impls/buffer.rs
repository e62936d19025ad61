//! Buffers: Python's `PickleBuffer`.

use crate::buffer::PickleBuffer;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

impl Reduce for PickleBuffer<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.buffer(self)
    }
}

/// Borrows from the pickle or from the buffer beside it.
impl<'de: 'a, 'a> Reconstruct<'de> for PickleBuffer<'a> {
    const STARTS: Starts = Starts::BYTES;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        if loader.peek()? != Kind::Bytes {
            return Err(loader.mismatch("bytes"));
        }
        let readonly = !loader.peek_bytearray()?;
        Ok(PickleBuffer { bytes: loader.load_bytes()?, readonly })
    }
}
