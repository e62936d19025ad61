//! `bytes`.

use bytes::{Bytes, BytesMut};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

/// A `bytes`.
impl Reduce for Bytes {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.bytes(self)
    }
}

impl<'de> Reconstruct<'de> for Bytes {
    const STARTS: Starts = Starts::BYTES.or(Starts::GLOBAL);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_bytes().map(|bytes| Bytes::from(bytes.into_owned()))
    }
}

/// A `bytearray`.
impl Reduce for BytesMut {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.bytearray(self)
    }
}

impl<'de> Reconstruct<'de> for BytesMut {
    const STARTS: Starts = Starts::BYTES.or(Starts::GLOBAL);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_bytes().map(|bytes| BytesMut::from(bytes.as_ref()))
    }
}
