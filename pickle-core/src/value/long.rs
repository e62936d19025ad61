//! Integers that do not fit 64 bits.

use std::fmt;
use std::str::FromStr;

use num_bigint::BigInt;

use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::wire::integer::{Integer, minimal};

/// An integer of any size: in a [`Value`](crate::Value) one that does not fit an `i64`, on its own
/// any Python `int`.
///
/// ```
/// use pickle_core::Long;
///
/// let long = Long::from(u128::MAX);
/// assert_eq!(long.to_string(), "340282366920938463463374607431768211455");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Long(Box<[u8]>);

impl Long {
    /// The number in two's complement, little endian, of any length; nothing at all is zero.
    ///
    /// ```
    /// use pickle_core::Long;
    /// assert_eq!(Long::from_le_bytes(&[0, 0, 0, 0, 0, 0, 0, 0, 1, 0]).to_string(), "18446744073709551616");
    /// ```
    #[must_use]
    pub fn from_le_bytes(bytes: &[u8]) -> Long {
        Long(minimal(bytes).into())
    }

    /// The number in two's complement, little endian, in as few bytes as it takes.
    ///
    /// ```
    /// use pickle_core::Long;
    /// assert_eq!(Long::from(-129i128).as_le_bytes(), [0x7f, 0xff]);
    /// ```
    #[must_use]
    pub fn as_le_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The number, if it fits.
    ///
    /// ```
    /// use pickle_core::Long;
    /// assert_eq!(Long::from(u128::MAX).to_i128(), None);
    /// assert_eq!(Long::from(u64::MAX as u128).to_i128(), Some(u64::MAX.into()));
    /// ```
    #[must_use]
    pub fn to_i128(&self) -> Option<i128> {
        i128::from_long(&self.0)
    }

    /// The number, if it fits.
    ///
    /// ```
    /// use pickle_core::Long;
    /// assert_eq!(Long::from(u128::MAX).to_u128(), Some(u128::MAX));
    /// assert_eq!(Long::from(i128::MIN).to_u128(), None);
    /// ```
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        u128::from_long(&self.0)
    }
}

impl From<i128> for Long {
    fn from(number: i128) -> Long {
        Long::from_le_bytes(&number.to_le_bytes())
    }
}

impl From<u128> for Long {
    fn from(number: u128) -> Long {
        Long::from_le_bytes(&number.to_long())
    }
}

/// From decimal digits with an optional sign.
///
/// # Errors
/// When there is anything else.
impl FromStr for Long {
    type Err = Error;

    fn from_str(text: &str) -> Result<Long> {
        match text.parse::<BigInt>() {
            Ok(number) => Ok(Long::from_le_bytes(&number.to_signed_bytes_le())),
            Err(error) => Err(Error::custom(error)),
        }
    }
}

impl Reduce for Long {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match i64::from_long(&self.0) {
            Some(small) => saver.integer(small),
            None => saver.long(&self.0),
        }
    }
}

impl<'de> Reconstruct<'de> for Long {
    const STARTS: Starts = Starts::INT.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_long().map(|bytes| Long::from_le_bytes(&bytes))
    }
}

/// In decimal.
impl fmt::Display for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        BigInt::from_signed_bytes_le(&self.0).fmt(f)
    }
}

impl fmt::Debug for Long {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Long({self})")
    }
}
