//! Arrays.

use super::dtype::{ByteOrder, Dtype, Shape, Type};
use super::element::Element;
use super::scalar::{check, wrong};
use crate::buffer::PickleBuffer;
use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::{Call, Saver};
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

/// What makes an array. NumPy 2 has the functions in modules of other names; it loads the first one
/// by both, and warns of the second by that of NumPy 1, which is why the class itself is written.
pub(super) static MAKERS: [Class; 3] = [
    Class::new("numpy.core.multiarray", "_reconstruct")
        .aliases(&[("numpy._core.multiarray", "_reconstruct")]),
    Class::new("numpy", "ndarray"),
    Class::new("numpy.core.numeric", "_frombuffer")
        .aliases(&[("numpy._core.numeric", "_frombuffer")]),
];

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
        let NdArray { dtype, data, .. } = NdArray::of_items(Vec::new(), Order::C, items.as_ref());
        NdArray::from_bytes(dtype, shape, Order::C, data)
    }

    /// As [`new`](NdArray::new), for a shape that is known to fit.
    pub(in crate::types) fn of_items<T: Element>(
        shape: Vec<usize>,
        order: Order,
        items: &[T],
    ) -> NdArray {
        let mut data = Vec::new();
        T::append_to(items, &mut data);
        NdArray { dtype: T::dtype(), shape, order, data }
    }
}

impl<D: AsRef<[u8]>> NdArray<D> {
    /// An array of this dtype and shape with this data.
    ///
    /// # Errors
    /// When dtype and shape need another number of bytes, or items of this dtype are no bytes but
    /// objects.
    pub fn from_bytes(
        dtype: Dtype,
        shape: impl Into<Vec<usize>>,
        order: Order,
        data: D,
    ) -> Result<NdArray<D>> {
        let shape = shape.into();
        if dtype.has_objects() {
            return Err(Error::mismatch(
                format!("dtype {dtype}, whose items are objects"),
                "one whose items are bytes; those of an `ObjectArray` are objects",
            ));
        }
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

    /// The bytes as they are held.
    #[cfg(feature = "ndarray")]
    pub(in crate::types) fn data(&self) -> &D {
        &self.data
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
        let items = self.items()?;
        Ok(if self.order == Order::Fortran { transposed(&items, &self.shape) } else { items })
    }

    /// The items in their order in memory.
    pub(in crate::types) fn items<T: Element>(&self) -> Result<Vec<T>> {
        check::<T>(&self.dtype)?;
        T::vec_from_bytes(self.as_bytes(), self.dtype.byte_order())
            .ok_or_else(|| wrong::<T>(&self.dtype))
    }

    /// The dates or spans of time as counts of their unit, in C order; `i64::MIN` is `NaT`.
    ///
    /// ```
    /// use pickle_core::types::numpy::{NdArray, Order};
    ///
    /// let days = [0u8, 1, 0, 0, 0, 0, 0, 0];
    /// let dates = NdArray::from_bytes("<M8[D]".parse()?, [1], Order::C, &days[..])?;
    /// assert_eq!(dates.to_counts()?, [256]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the dtype is neither `datetime64` nor `timedelta64`.
    pub fn to_counts(&self) -> Result<Vec<i64>> {
        let order = self.dtype.byte_order();
        let items = self.dtype.unit().and_then(|_| i64::vec_from_bytes(self.as_bytes(), order));
        let items = items.ok_or_else(|| {
            Error::mismatch(format!("dtype {}", self.dtype), "one of dates or spans of time")
        })?;
        Ok(if self.order == Order::Fortran { transposed(&items, &self.shape) } else { items })
    }

    /// What the items of a structured array have in one field, in C order.
    ///
    /// ```
    /// use pickle_core::types::numpy::{Dtype, NdArray, Order};
    ///
    /// let point = Dtype::structure([("x", "|u1".parse()?), ("y", "|u1".parse()?)]);
    /// let points = NdArray::from_bytes(point, [2], Order::C, [1, 2, 3, 4])?;
    /// assert_eq!(points.field("y")?.to_vec::<u8>()?, [2, 4]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such field.
    pub fn field(&self, name: &str) -> Result<NdArray> {
        let field = self.dtype.field(name).ok_or_else(|| {
            Error::mismatch(format!("dtype {}", self.dtype), format!("one with the field {name:?}"))
        })?;
        let size = field.dtype.itemsize();
        let items = self.as_bytes().chunks_exact(self.dtype.itemsize().max(1));
        let items: Vec<&[u8]> =
            items.filter_map(|item| item.get(field.offset..)?.get(..size)).collect();
        let items = match self.order {
            Order::C => items,
            Order::Fortran => transposed(&items, &self.shape),
        };
        let mut shape = self.shape.clone();
        let dtype = match field.dtype.kind() {
            Type::Subarray(base, axes) => {
                shape.extend(axes);
                (**base).clone()
            }
            _ => field.dtype.clone(),
        };
        NdArray::from_bytes(dtype, shape, Order::C, items.concat())
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
        if saver.protocol() >= Protocol::V5 {
            let [_, ndarray, _] = &MAKERS;
            let order = if self.order == Order::Fortran { "F" } else { "C" };
            let mut call = saver.begin_call(ndarray, 6)?;
            saver.save(&Shape(&self.shape))?;
            saver.save(&self.dtype)?;
            saver.buffer(&PickleBuffer::new(self.as_bytes()))?;
            // Offset and strides.
            saver.int(0);
            saver.none();
            saver.str(order)?;
            saver.end_call(&mut call)?;
            return saver.end_object(call);
        }
        let is_fortran = self.order == Order::Fortran;
        let call = begin_array(saver)?;
        let state = (1u8, Shape(&self.shape), &self.dtype, is_fortran, self.as_bytes());
        saver.end_with_state(call, &state)
    }
}

/// `_reconstruct(ndarray, (0,), b'b')`: an empty array, before its state is set.
pub(super) fn begin_array(saver: &mut Saver<'_>) -> Result<Call> {
    let [reconstruct, ndarray, _] = &MAKERS;
    let mut call = saver.begin_call(reconstruct, 3)?;
    saver.global(ndarray)?;
    saver.save(&(0u8,))?;
    saver.bytes(b"b")?;
    saver.end_call(&mut call)?;
    Ok(call)
}

impl<'de, D: Reconstruct<'de> + AsRef<[u8]>> Reconstruct<'de> for NdArray<D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (maker, mut object) = loader.begin_variant(&MAKERS)?;
        let parts = match maker {
            0 => load_state(&mut object, false, loader)?,
            1 => load_new(&mut object, loader)?,
            _ => load_call(&mut object, loader)?,
        };
        loader.end_object(object)?;
        let (dtype, shape, order, data) = parts;
        NdArray::from_bytes(dtype, shape, order, data).map_err(|error| loader.locate(error))
    }
}

/// Dtype, shape, order and data.
pub(super) type Parts<D> = (Dtype, Vec<usize>, Order, D);

/// The parts of an array of objects, which is always made by `_reconstruct`.
pub(super) fn load_objects<'de, D, L>(loader: &mut L) -> Result<Parts<D>>
where
    D: Reconstruct<'de>,
    L: Loader<'de>,
{
    let [reconstruct, ..] = &MAKERS;
    let mut object = loader.begin_object(reconstruct)?;
    let parts = load_state(&mut object, true, loader)?;
    loader.end_object(object)?;
    Ok(parts)
}

/// `_reconstruct(ndarray, (0,), b'b')`, and its state.
fn load_state<'de, D, L>(
    object: &mut L::Object,
    are_objects: bool,
    loader: &mut L,
) -> Result<Parts<D>>
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
    let parts = load_parts(&mut state, are_objects, loader)?;
    loader.end_tuple(state)?;
    Ok(parts)
}

/// The elements of a state: `1, shape, dtype, is_fortran, data`.
pub(super) fn load_parts<'de, D, L>(
    state: &mut L::Elements,
    are_objects: bool,
    loader: &mut L,
) -> Result<Parts<D>>
where
    D: Reconstruct<'de>,
    L: Loader<'de>,
{
    loader.next_element(state)?;
    loader.load_integer::<i64>()?;
    loader.next_element(state)?;
    let shape = loader.load_integers()?;
    loader.next_element(state)?;
    let dtype: Dtype = loader.load()?;
    if dtype.has_objects() != are_objects {
        return Err(loader.mismatch(match are_objects {
            true => "a dtype of objects; `NdArray` reads arrays of others",
            false => "a dtype whose items are bytes; `ObjectArray` reads arrays of objects",
        }));
    }
    loader.next_element(state)?;
    let order = if loader.load_bool()? { Order::Fortran } else { Order::C };
    loader.next_element(state)?;
    let data = loader.load()?;
    Ok((dtype, shape, order, data))
}

/// `ndarray(shape, dtype, data, 0, None, order)`.
fn load_new<'de, D, L>(object: &mut L::Object, loader: &mut L) -> Result<Parts<D>>
where
    D: Reconstruct<'de>,
    L: Loader<'de>,
{
    loader.begin_args(object, 6)?;
    loader.next_arg(object)?;
    let shape = loader.load_integers()?;
    loader.next_arg(object)?;
    let dtype = loader.load()?;
    loader.next_arg(object)?;
    let data = loader.load()?;
    loader.next_arg(object)?;
    if loader.load_integer::<i64>()? != 0 {
        return Err(loader.mismatch("the offset 0"));
    }
    loader.next_arg(object)?;
    loader.load::<()>()?;
    loader.next_arg(object)?;
    let order = load_order(loader)?;
    loader.end_args(object)?;
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
    let order = load_order(loader)?;
    loader.end_args(object)?;
    Ok((dtype, shape, order, data))
}

fn load_order<'de, L: Loader<'de>>(loader: &mut L) -> Result<Order> {
    match &*loader.load_str()? {
        "C" => Ok(Order::C),
        "F" => Ok(Order::Fortran),
        _ => Err(loader.mismatch("the order \"C\" or \"F\"")),
    }
}
