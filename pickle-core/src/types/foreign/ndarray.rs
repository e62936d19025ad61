//! `ndarray`: NumPy's arrays with arithmetic.

use ndarray::{Array, ArrayD, ArrayViewD, Dimension, IxDyn, ShapeBuilder as _};

use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::types::numpy::{ByteOrder, Element, NdArray, Order};

impl<D: AsRef<[u8]>> NdArray<D> {
    /// A view of the items where they are, without a copy.
    ///
    /// ```
    /// use pickle_core::types::numpy::NdArray;
    ///
    /// let matrix = NdArray::new([2, 2], [1u8, 2, 3, 4])?;
    /// assert_eq!(matrix.view::<u8>()?[[1, 0]], 3);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the dtype is another one, the byte order is not that of this machine, or the bytes are
    /// not aligned for `T`, as they may be within a pickle; `ArrayD::try_from` copies then.
    pub fn view<T: Element + bytemuck::Pod>(&self) -> Result<ArrayViewD<'_, T>> {
        self.check::<T>()?;
        let order = self.dtype().byte_order();
        if !matches!(order, ByteOrder::Irrelevant | ByteOrder::NATIVE) {
            return Err(Error::mismatch(
                format!("dtype {}", self.dtype()),
                "the byte order of this machine; `ArrayD::try_from` converts it",
            ));
        }
        let items = bytemuck::try_cast_slice(self.as_bytes()).map_err(|_| {
            Error::mismatch("bytes that are not aligned", "aligned ones; `ArrayD::try_from` copies")
        })?;
        let shape = IxDyn(self.shape()).set_f(self.order() == Order::Fortran);
        ArrayViewD::from_shape(shape, items).map_err(Error::custom)
    }
}

/// # Errors
/// When the dtype is another one.
impl<T: Element, D: AsRef<[u8]>> TryFrom<&NdArray<D>> for ArrayD<T> {
    type Error = Error;

    fn try_from(array: &NdArray<D>) -> Result<ArrayD<T>> {
        ArrayD::from_shape_vec(IxDyn(array.shape()), array.to_vec()?).map_err(Error::custom)
    }
}

/// In C order, whatever the order of the array is.
impl<T: Element, D: Dimension> From<&Array<T, D>> for NdArray {
    fn from(array: &Array<T, D>) -> NdArray {
        let items: Vec<T> = array.iter().copied().collect();
        NdArray::of_items(array.shape().to_vec(), &items)
    }
}

/// A `numpy.ndarray`.
impl<T: Element, D: Dimension> Reduce for Array<T, D> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&NdArray::from(self))
    }
}

/// From an array of this dtype and number of axes.
impl<'de, T: Element, D: Dimension> Reconstruct<'de> for Array<T, D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let array: NdArray<std::borrow::Cow<'de, [u8]>> = loader.load()?;
        let array = ArrayD::try_from(&array).map_err(|error| loader.locate(error))?;
        let axes = D::NDIM;
        array.into_dimensionality().map_err(|_| {
            let axes = axes.map_or_else(|| "any".to_owned(), |axes| axes.to_string());
            loader.mismatch(&format!("ndarray of {axes} axes"))
        })
    }
}
