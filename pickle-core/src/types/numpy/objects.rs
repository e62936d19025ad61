//! Arrays of Python objects.

use super::array::{begin_array, load_objects};
use super::dtype::{Dtype, Shape, Type};
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;
use crate::value::Value;

/// An array whose items are pickled one by one: a `numpy.ndarray` of the dtype `object`, of NumPy
/// 2's `StringDType`, or of structures with such fields.
///
/// `T` is what an item is: any [`Value`], or what the caller says.
///
/// ```
/// use pickle_core::types::numpy::{Dtype, ObjectArray};
///
/// let names = ["Ada", "Grace Brewster Murray"].map(str::to_owned);
/// let array = ObjectArray::new([2], names.clone())?;
/// let back: ObjectArray<String> = pickle_core::from_slice(&pickle_core::to_vec(&array)?)?;
/// assert_eq!(back.items(), names);
///
/// // In NumPy 2 also `np.array([...], dtype=np.dtypes.StringDType())`.
/// let array = ObjectArray::of_dtype(Dtype::text(), [2], names)?;
/// assert_eq!(array.shape(), [2]);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ObjectArray<T = Value> {
    dtype: Dtype,
    shape: Vec<usize>,
    items: Vec<T>,
}

impl<T> ObjectArray<T> {
    /// An array of objects of this shape with these items, in C order.
    ///
    /// # Errors
    /// When the shape has another number of items.
    pub fn new(shape: impl Into<Vec<usize>>, items: impl Into<Vec<T>>) -> Result<ObjectArray<T>> {
        ObjectArray::of_dtype(Dtype::new(Type::Object, 8), shape, items)
    }

    /// As [`new`](ObjectArray::new), with a dtype: of objects, text, or structures of them.
    ///
    /// # Errors
    /// When the shape has another number of items, or items of this dtype are bytes.
    pub fn of_dtype(
        dtype: Dtype,
        shape: impl Into<Vec<usize>>,
        items: impl Into<Vec<T>>,
    ) -> Result<ObjectArray<T>> {
        let (shape, items) = (shape.into(), items.into());
        if !dtype.has_objects() {
            return Err(Error::mismatch(
                format!("dtype {dtype}, whose items are bytes"),
                "one whose items are objects; those of an `NdArray` are bytes",
            ));
        }
        let count = shape.iter().try_fold(1usize, |size, count| size.checked_mul(*count));
        if count == Some(items.len()) {
            return Ok(ObjectArray { dtype, shape, items });
        }
        let expected = format!("as many as the shape {shape:?} has");
        Err(Error::mismatch(format!("{} items", items.len()), expected))
    }

    /// What its items are.
    #[must_use]
    pub fn dtype(&self) -> &Dtype {
        &self.dtype
    }

    /// How many items there are along each axis; empty for a single item.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The items in C order.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The items in C order.
    #[must_use]
    pub fn into_items(self) -> Vec<T> {
        self.items
    }
}

/// The items as a list, whatever type they are.
struct List<'a, T>(&'a [T]);

impl<T: Reduce> Reduce for List<'_, T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| {
            let mut list = saver.begin_list(self.0.len())?;
            saver.items(&mut list, self.0)?;
            saver.end_list(list)
        })
    }
}

impl<T: Reduce> Reduce for ObjectArray<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let call = begin_array(saver)?;
        let state = (1u8, Shape(&self.shape), &self.dtype, false, List(&self.items));
        saver.end_with_state(call, &state)
    }
}

/// Items of a list, which bytes are none of.
struct Items<T>(Vec<T>);

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Items<T> {
    const STARTS: Starts = Starts::ANY;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        deeper(|| {
            let mut items = Vec::new();
            let mut list = loader.begin_list()?;
            while loader.next_item(&mut list)? {
                items.push(loader.load()?);
            }
            Ok(Items(items))
        })
    }
}

/// From an array of NumPy 1 or 2. The items are in C order in the pickle as well.
impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for ObjectArray<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (dtype, shape, _order, Items(items)) = load_objects(loader)?;
        ObjectArray::of_dtype(dtype, shape, items).map_err(|error| loader.locate(error))
    }
}
