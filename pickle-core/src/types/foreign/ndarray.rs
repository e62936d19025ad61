//! `ndarray`: NumPy's arrays with arithmetic.

use std::borrow::Cow;

use bytemuck::{NoUninit, Pod};
use ndarray::{
    ArrayBase, ArrayD, ArrayView, ArrayViewD, CowArray, Data, Dimension, IxDyn, OwnedRepr,
    ShapeBuilder as _,
};

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
    pub fn view<T: Element + Pod>(&self) -> Result<ArrayViewD<'_, T>> {
        let items = native(self, self.as_bytes())?;
        ArrayViewD::from_shape(shape_of(self), items).map_err(Error::custom)
    }
}

/// The shape of an array, and the order of its items in memory.
fn shape_of<D: AsRef<[u8]>>(array: &NdArray<D>) -> ndarray::Shape<IxDyn> {
    IxDyn(array.shape()).set_f(array.order() == Order::Fortran)
}

/// The bytes of an array as the items that they are.
fn native<'a, T, D>(array: &NdArray<D>, bytes: &'a [u8]) -> Result<&'a [T]>
where
    T: Element + Pod,
    D: AsRef<[u8]>,
{
    array.check::<T>()?;
    let order = array.dtype().byte_order();
    if !matches!(order, ByteOrder::Irrelevant | ByteOrder::NATIVE) {
        return Err(Error::mismatch(
            format!("dtype {}", array.dtype()),
            "the byte order of this machine; `ArrayD::try_from` converts it",
        ));
    }
    bytemuck::try_cast_slice(bytes).map_err(|_| {
        Error::mismatch("bytes that are not aligned", "aligned ones; `ArrayD::try_from` copies")
    })
}

/// A copy, in the order in memory that the array has.
///
/// # Errors
/// When the dtype is another one.
impl<T: Element, D: AsRef<[u8]>> TryFrom<&NdArray<D>> for ArrayD<T> {
    type Error = Error;

    fn try_from(array: &NdArray<D>) -> Result<ArrayD<T>> {
        ArrayD::from_shape_vec(shape_of(array), array.items()?).map_err(Error::custom)
    }
}

/// The items as they lie in memory, if they lie side by side, and whether that is Fortran order; or
/// else a copy in C order.
fn side_by_side<T, S, D>(array: &ArrayBase<S, D>) -> (Cow<'_, [T]>, Order)
where
    T: Element,
    S: Data<Elem = T>,
    D: Dimension,
{
    if let Some(items) = array.as_slice() {
        return (Cow::Borrowed(items), Order::C);
    }
    if let (Some(items), Some(_)) = (array.as_slice_memory_order(), array.t().as_slice()) {
        return (Cow::Borrowed(items), Order::Fortran);
    }
    (array.iter().copied().collect(), Order::C)
}

/// In Fortran order if the array is, in C order if it is not.
impl<T, S, D> From<&ArrayBase<S, D>> for NdArray
where
    T: Element,
    S: Data<Elem = T>,
    D: Dimension,
{
    fn from(array: &ArrayBase<S, D>) -> NdArray {
        let (items, order) = side_by_side(array);
        NdArray::of_items(array.shape().to_vec(), order, &items)
    }
}

/// A `numpy.ndarray`. Of an owned array or a view, in C or Fortran order, the items are copied once,
/// into the pickle.
impl<T, S, D> Reduce for ArrayBase<S, D>
where
    T: Element + NoUninit,
    S: Data<Elem = T>,
    D: Dimension,
{
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let (items, order) = side_by_side(self);
        let shape = self.shape().to_vec();
        if ByteOrder::NATIVE == ByteOrder::Big {
            return saver.save(&NdArray::of_items(shape, order, &items));
        }
        let bytes: &[u8] = bytemuck::cast_slice(&items);
        saver.save(&NdArray::from_bytes(T::dtype(), shape, order, bytes)?)
    }
}

/// From an array of this dtype and number of axes. The items are copied once.
impl<'de, T: Element, D: Dimension> Reconstruct<'de> for ArrayBase<OwnedRepr<T>, D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let array: NdArray<Cow<'de, [u8]>> = loader.load()?;
        let array = ArrayD::try_from(&array).map_err(|error| loader.locate(error))?;
        array.into_dimensionality().map_err(|_| other_axes::<D, L>(loader))
    }
}

#[cold]
fn other_axes<'de, D: Dimension, L: Loader<'de>>(loader: &mut L) -> Error {
    let axes = D::NDIM.map_or_else(|| "any".to_owned(), |axes| axes.to_string());
    loader.mismatch(&format!("ndarray of {axes} axes"))
}

/// A view of the items where they are in the pickle or in the buffer beside it, without a copy.
///
/// It is an error if that cannot be: in another byte order, or if the bytes are not aligned, which
/// those within a pickle seldom are. A [`CowArray`] is such a view where it can be one.
impl<'de, T: Element + Pod, D: Dimension> Reconstruct<'de> for ArrayView<'de, T, D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let array: NdArray<&'de [u8]> = loader.load()?;
        let items = native(&array, array.data()).map_err(|error| loader.locate(error))?;
        let view = ArrayView::from_shape(shape_of(&array), items).map_err(Error::custom)?;
        view.into_dimensionality().map_err(|_| other_axes::<D, L>(loader))
    }
}

/// A view of the items where they are in the pickle or in the buffer beside it, or a copy where a
/// view cannot be.
impl<'de, T: Element + Pod, D: Dimension> Reconstruct<'de> for CowArray<'de, T, D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let array: NdArray<Cow<'de, [u8]>> = loader.load()?;
        let borrowed = match array.data() {
            Cow::Borrowed(bytes) => native(&array, bytes).ok(),
            Cow::Owned(_) => None,
        };
        let array: CowArray<'de, T, IxDyn> = match borrowed {
            Some(items) => {
                ArrayView::from_shape(shape_of(&array), items).map_err(Error::custom)?.into()
            }
            None => ArrayD::try_from(&array).map_err(|error| loader.locate(error))?.into(),
        };
        array.into_dimensionality().map_err(|_| other_axes::<D, L>(loader))
    }
}
