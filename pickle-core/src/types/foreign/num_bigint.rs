//! `num-bigint`.

use num_bigint::{BigInt, BigUint};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::value::Long;

/// An `int`.
impl Reduce for BigInt {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&Long::from_le_bytes(&self.to_signed_bytes_le()))
    }
}

impl<'de> Reconstruct<'de> for BigInt {
    const STARTS: Starts = Starts::INT.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_long().map(|bytes| BigInt::from_signed_bytes_le(&bytes))
    }
}

/// An `int`.
impl Reduce for BigUint {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&BigInt::from(self.clone()))
    }
}

impl<'de> Reconstruct<'de> for BigUint {
    const STARTS: Starts = Starts::INT.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let number: BigInt = loader.load()?;
        number.to_biguint().ok_or_else(|| loader.mismatch("int that is not negative"))
    }
}
