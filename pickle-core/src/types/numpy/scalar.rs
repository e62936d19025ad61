//! Scalars: single items of an array.

use super::dtype::Dtype;
use super::element::Element;
use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static SCALAR: Class =
    Class::new("numpy.core.multiarray", "scalar").aliases(&[("numpy._core.multiarray", "scalar")]);

/// A single item with its dtype, such as a `numpy.float64`.
///
/// ```
/// use pickle_core::types::numpy::Scalar;
///
/// let scalar = Scalar::from(1.5f64);
/// let back: Scalar = pickle_core::from_slice(&pickle_core::to_vec(&scalar)?)?;
/// assert_eq!(back.get::<f64>()?, 1.5);
/// assert!(back.get::<u8>().is_err());
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scalar {
    dtype: Dtype,
    bytes: Vec<u8>,
}

impl Scalar {
    /// The item that these bytes are.
    ///
    /// # Errors
    /// When there are not as many as the dtype has.
    pub fn from_bytes(dtype: Dtype, bytes: impl Into<Vec<u8>>) -> Result<Scalar> {
        let bytes = bytes.into();
        if bytes.len() == dtype.itemsize() {
            Ok(Scalar { dtype, bytes })
        } else {
            let expected = format!("{}, the size of {dtype}", dtype.itemsize());
            Err(Error::mismatch(format!("{} bytes", bytes.len()), expected))
        }
    }

    /// What it is.
    #[must_use]
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Its value.
    ///
    /// # Errors
    /// When the dtype is another one.
    pub fn get<T: Element>(&self) -> Result<T> {
        check::<T>(&self.dtype)?;
        let items = T::vec_from_bytes(&self.bytes, self.dtype.byte_order());
        items.and_then(|items| items.first().copied()).ok_or_else(|| wrong::<T>(&self.dtype))
    }
}

impl<T: Element> From<T> for Scalar {
    fn from(item: T) -> Scalar {
        let mut bytes = Vec::new();
        T::append_to(&[item], &mut bytes);
        Scalar { dtype: T::dtype(), bytes }
    }
}

/// Checks that items of this dtype are such elements, in any byte order.
pub(super) fn check<T: Element>(dtype: &Dtype) -> Result<()> {
    let own = T::dtype();
    if own.kind() == dtype.kind() && own.itemsize() == dtype.itemsize() {
        Ok(())
    } else {
        Err(wrong::<T>(dtype))
    }
}

#[cold]
pub(super) fn wrong<T: Element>(dtype: &Dtype) -> Error {
    Error::mismatch(format!("dtype {dtype}"), format!("{} or its other byte order", T::dtype()))
}

impl Reduce for Scalar {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&SCALAR, &(&self.dtype, self.bytes.as_slice()))
    }
}

impl<'de> Reconstruct<'de> for Scalar {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (dtype, bytes) = loader.load_call::<(Dtype, Vec<u8>)>(&SCALAR)?;
        Scalar::from_bytes(dtype, bytes).map_err(|error| loader.locate(error))
    }
}
