//! Arrays.

use super::dtype::{Dtype, Shape};
use super::element::Element;
use super::scalar::{check, wrong};
use crate::buffer::PickleBuffer;
use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

/// The functions that make an array; NumPy 2 has them in a module of another name, and loads both.
static MAKERS: [Class; 2] = [
    Class::new("numpy.core.multiarray", "_reconstruct")
        .aliases(&[("numpy._core.multiarray", "_reconstruct")]),
    Class::new("numpy.core.numeric", "_frombuffer")
        .aliases(&[("numpy._core.numeric", "_frombuffer")]),
];

static NDARRAY: Class = Class::new("numpy", "ndarray");

/// In which order the items of an array lie in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// The last index changes fastest.
    #[default]
    C,
    /// The first index changes fastest.
    Fortran,
}

/// An array: `numpy.ndarray`.
///
/// `D` is how its data is held: a `Vec<u8>`, or borrowed from the pickle (or the buffer beside it)
/// a `&[u8]` or `Cow<[u8]>`. The items of a subclass, such as `recarray` or `memmap`, arrive as
/// well; the subclass is not kept.
///
/// ```
/// use pickle_core::types::numpy::{NdArray, Order};
///
/// let grid = NdArray::from_bytes("<u2".parse()?, [2, 2], Order::Fortran, vec![1, 0, 3, 0, 2, 0, 4, 0])?;
/// assert_eq!(grid.to_vec::<u16>()?, [1, 2, 3, 4]);
/// let back: NdArray = pickle_core::from_slice(&pickle_core::to_vec(&grid)?)?;
/// assert_eq!(back, grid);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NdArray<D = Vec<u8>> {
    dtype: Dtype,
    shape: Vec<usize>,
    order: Order,
    data: D,
}

impl NdArray {
    /// An array of this shape with these items, in C order.
    ///
    /// # Errors
    /// When the shape has another number of items.
    pub fn new<T: Element>(
        shape: impl Into<Vec<usize>>,
        items: impl AsRef<[T]>,
    ) -> Result<NdArray> {
        let NdArray { dtype, data, .. } = NdArray::of_items(Vec::new(), items.as_ref());
        NdArray::from_bytes(dtype, shape, Order::C, data)
    }

    /// As [`new`](NdArray::new), for a shape that is known to fit.
    pub(in crate::types) fn of_items<T: Element>(shape: Vec<usize>, items: &[T]) -> NdArray {
        let mut data = Vec::with_capacity(size_of_val(items));
        for item in items {
            item.append_to(&mut data);
        }
        NdArray { dtype: T::dtype(), shape, order: Order::C, data }
    }
}

impl<D: AsRef<[u8]>> NdArray<D> {
    /// An array of this dtype and shape with this data.
    ///
    /// # Errors
    /// When dtype and shape need another number of bytes.
    pub fn from_bytes(
        dtype: Dtype,
        shape: impl Into<Vec<usize>>,
        order: Order,
        data: D,
    ) -> Result<NdArray<D>> {
        let shape = shape.into();
        let count = shape.iter().try_fold(1usize, |size, count| size.checked_mul(*count));
        let size = count.and_then(|count| count.checked_mul(dtype.itemsize()));
        let found = data.as_ref().len();
        if size == Some(found) {
            return Ok(NdArray { dtype, shape, order, data });
        }
        let size =
            size.map_or_else(|| "more than there can be".to_owned(), |size| size.to_string());
        let expected = format!("{size} of an array of {dtype} in the shape {shape:?}");
        Err(Error::mismatch(format!("{found} bytes"), expected))
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

    /// In which order the items lie in memory.
    #[must_use]
    pub fn order(&self) -> Order {
        self.order
    }

    /// The items as they lie in memory.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.data.as_ref()
    }

    /// How many items there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The same array with data of its own.
    #[must_use]
    pub fn to_owned(&self) -> NdArray {
        NdArray {
            dtype: self.dtype.clone(),
            shape: self.shape.clone(),
            order: self.order,
            data: self.as_bytes().to_vec(),
        }
    }

    /// Checks that its items are such elements, in any byte order.
    #[cfg(feature = "ndarray")]
    pub(in crate::types) fn check<T: Element>(&self) -> Result<()> {
        check::<T>(&self.dtype)
    }

    /// The items in C order, whatever their order in memory and their byte order.
    ///
    /// # Errors
    /// When the dtype is another one.
    pub fn to_vec<T: Element>(&self) -> Result<Vec<T>> {
        check::<T>(&self.dtype)?;
        let order = self.dtype.byte_order();
        let items = self.as_bytes().chunks_exact(self.dtype.itemsize().max(1));
        let items: Option<Vec<T>> = items.map(|item| T::from_bytes(item, order)).collect();
        let items = items.ok_or_else(|| wrong::<T>(&self.dtype))?;
        Ok(if self.order == Order::Fortran { transposed(&items, &self.shape) } else { items })
    }

    /// The strings of an array of text or bytes, in C order.
    ///
    /// ```
    /// use pickle_core::types::numpy::{NdArray, Order};
    ///
    /// let names = NdArray::from_bytes("|S3".parse()?, [2], Order::C, b"a\0\0bcd")?;
    /// assert_eq!(names.to_strings()?, ["a", "bcd"]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the dtype is neither, or an item is not valid Unicode.
    pub fn to_strings(&self) -> Result<Vec<String>> {
        use super::dtype::{ByteOrder, Type};
        let is_big = self.dtype.byte_order() == ByteOrder::Big;
        let decode = |item: &[u8]| match self.dtype.kind() {
            Type::Bytes => String::from_utf8(item.to_vec()).ok(),
            Type::Str => item.chunks_exact(4).map(|unit| char_of(unit, is_big)).collect(),
            _ => None,
        };
        let expected = || Error::mismatch(format!("dtype {}", self.dtype), "one of valid text");
        let size = self.dtype.itemsize();
        if size == 0 {
            return Err(expected());
        }
        let items: Option<Vec<String>> = self.as_bytes().chunks_exact(size).map(decode).collect();
        let items = items.ok_or_else(expected)?;
        let items = items.into_iter().map(|item| item.trim_end_matches('\0').to_owned());
        let items: Vec<String> = items.collect();
        Ok(if self.order == Order::Fortran { transposed(&items, &self.shape) } else { items })
    }
}

fn char_of(unit: &[u8], is_big: bool) -> Option<char> {
    let unit = unit.try_into().ok()?;
    char::from_u32(if is_big { u32::from_be_bytes(unit) } else { u32::from_le_bytes(unit) })
}

/// Items in Fortran order, in C order.
fn transposed<T: Clone>(items: &[T], shape: &[usize]) -> Vec<T> {
    let mut result = Vec::with_capacity(items.len());
    let mut index = vec![0; shape.len()];
    while let Some(item) = items.get(place(&index, shape)) {
        if result.len() == items.len() {
            break;
        }
        result.push(item.clone());
        // The next index, the last of which changes fastest.
        for (index, count) in index.iter_mut().zip(shape).rev() {
            *index += 1;
            if *index < *count {
                break;
            }
            *index = 0;
        }
    }
    result
}

/// Where an item lies in Fortran order.
fn place(index: &[usize], shape: &[usize]) -> usize {
    index.iter().zip(shape).rev().fold(0, |place, (index, count)| place * count + index)
}

/// By protocol 5 with a buffer, which may be placed beside the pickle; below that with bytes.
impl<D: AsRef<[u8]>> Reduce for NdArray<D> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [reconstruct, from_buffer] = &MAKERS;
        if saver.protocol() >= Protocol::V5 {
            let order = if self.order == Order::Fortran { "F" } else { "C" };
            let mut call = saver.begin_call(from_buffer, 4)?;
            saver.buffer(&PickleBuffer::new(self.as_bytes()))?;
            saver.save(&self.dtype)?;
            saver.save(&Shape(&self.shape))?;
            saver.str(order)?;
            saver.end_call(&mut call)?;
            return saver.end_object(call);
        }
        let mut call = saver.begin_call(reconstruct, 3)?;
        saver.global(&NDARRAY)?;
        saver.save(&(0u8,))?;
        saver.bytes(b"b")?;
        saver.end_call(&mut call)?;
        let is_fortran = self.order == Order::Fortran;
        let state = (1u8, Shape(&self.shape), &self.dtype, is_fortran, self.as_bytes());
        saver.end_with_state(call, &state)
    }
}

impl<'de, D: Reconstruct<'de> + AsRef<[u8]>> Reconstruct<'de> for NdArray<D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (maker, mut object) = loader.begin_variant(&MAKERS)?;
        let parts = match maker {
            0 => load_state(&mut object, loader)?,
            _ => load_call(&mut object, loader)?,
        };
        loader.end_object(object)?;
        let (dtype, shape, order, data) = parts;
        NdArray::from_bytes(dtype, shape, order, data).map_err(|error| loader.locate(error))
    }
}

type Parts<D> = (Dtype, Vec<usize>, Order, D);

/// `_reconstruct(ndarray, (0,), b'b')`, and the state `(1, shape, dtype, is_fortran, data)`.
fn load_state<'de, D, L>(object: &mut L::Object, loader: &mut L) -> Result<Parts<D>>
where
    D: Reconstruct<'de>,
    L: Loader<'de>,
{
    loader.begin_args(object, 3)?;
    loader.next_arg(object)?;
    loader.load::<crate::value::Global>()?;
    loader.next_arg(object)?;
    loader.load_integers()?;
    loader.next_arg(object)?;
    loader.load_bytes()?;
    loader.end_args(object)?;
    if !loader.begin_state(object)? {
        return Err(loader.mismatch("ndarray with its data"));
    }
    let mut state = loader.begin_tuple(5)?;
    loader.next_element(&mut state)?;
    loader.load_integer::<i64>()?;
    loader.next_element(&mut state)?;
    let shape = loader.load_integers()?;
    loader.next_element(&mut state)?;
    let dtype = loader.load()?;
    loader.next_element(&mut state)?;
    let order = if loader.load_bool()? { Order::Fortran } else { Order::C };
    loader.next_element(&mut state)?;
    let data = loader.load()?;
    loader.end_tuple(state)?;
    Ok((dtype, shape, order, data))
}

/// `_frombuffer(data, dtype, shape, order)`.
fn load_call<'de, D, L>(object: &mut L::Object, loader: &mut L) -> Result<Parts<D>>
where
    D: Reconstruct<'de>,
    L: Loader<'de>,
{
    loader.begin_args(object, 4)?;
    loader.next_arg(object)?;
    let data = loader.load()?;
    loader.next_arg(object)?;
    let dtype = loader.load()?;
    loader.next_arg(object)?;
    let shape = loader.load_integers()?;
    loader.next_arg(object)?;
    let order = match &*loader.load_str()? {
        "C" => Order::C,
        "F" => Order::Fortran,
        _ => return Err(loader.mismatch("the order \"C\" or \"F\"")),
    };
    loader.end_args(object)?;
    Ok((dtype, shape, order, data))
}
