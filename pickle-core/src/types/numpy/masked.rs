//! Arrays of which some items are missing.

use super::array::{MAKERS, NdArray, Order, load_parts};
use super::dtype::Shape;
use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::value::Global;

static RECONSTRUCT: Class =
    Class::new("numpy.ma.core", "_mareconstruct").aliases(&[("numpy.ma", "_mareconstruct")]);
static MASKED_ARRAY: Class = Class::new("numpy.ma.core", "MaskedArray");

/// An array of which some items are missing: `numpy.ma.MaskedArray`, of any dtype without fields.
///
/// ```
/// use pickle_core::types::numpy::{MaskedArray, NdArray};
///
/// let data = NdArray::new([3], [1.0, 2.0, 3.0])?;
/// let array = MaskedArray::new(data, [false, true, false])?;
/// let back: MaskedArray = pickle_core::from_slice(&pickle_core::to_vec(&array)?)?;
/// assert_eq!(back, array);
/// assert_eq!(back.mask(), [false, true, false]);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MaskedArray<D = Vec<u8>> {
    data: NdArray<D>,
    mask: Vec<bool>,
    fill_value: Option<NdArray>,
}

impl<D: AsRef<[u8]>> MaskedArray<D> {
    /// An array whose items are missing where the mask is true. Both are in the same order in
    /// memory.
    ///
    /// # Errors
    /// When the mask has another length than the array.
    pub fn new(data: NdArray<D>, mask: impl Into<Vec<bool>>) -> Result<MaskedArray<D>> {
        let mask = mask.into();
        if mask.len() == data.len() {
            Ok(MaskedArray { data, mask, fill_value: None })
        } else {
            let expected = format!("{}, one for each item of an array without fields", data.len());
            Err(Error::mismatch(format!("a mask of {}", mask.len()), expected))
        }
    }

    /// The same array with a value that stands for what is missing: an array without axes.
    #[must_use]
    pub fn filled_by(self, value: NdArray) -> MaskedArray<D> {
        MaskedArray { fill_value: Some(value), ..self }
    }

    /// The items, also those that are missing.
    #[must_use]
    pub fn data(&self) -> &NdArray<D> {
        &self.data
    }

    /// Which items are missing, in the order of the items in memory.
    #[must_use]
    pub fn mask(&self) -> &[bool] {
        &self.mask
    }

    /// What stands for what is missing; `None` for what NumPy has for the dtype.
    #[must_use]
    pub fn fill_value(&self) -> Option<&NdArray> {
        self.fill_value.as_ref()
    }
}

/// By `_mareconstruct(MaskedArray, ndarray, (0,), 'b')`, and the state of an array with mask and
/// fill value (`MaskedArray.__reduce__`).
impl<D: AsRef<[u8]>> Reduce for MaskedArray<D> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&RECONSTRUCT, 4)?;
        saver.global(&MASKED_ARRAY)?;
        let [_, ndarray, _] = &MAKERS;
        saver.global(ndarray)?;
        saver.save(&(0u8,))?;
        saver.str("b")?;
        saver.end_call(&mut call)?;
        let (data, is_fortran) = (&self.data, self.data.order() == Order::Fortran);
        let mask: Vec<u8> = self.mask.iter().map(|is_missing| u8::from(*is_missing)).collect();
        let (shape, bytes) = (Shape(data.shape()), data.as_bytes());
        let state = (1u8, shape, data.dtype(), is_fortran, bytes, &*mask, &self.fill_value);
        saver.end_with_state(call, &state)
    }
}

impl<'de, D: Reconstruct<'de> + AsRef<[u8]>> Reconstruct<'de> for MaskedArray<D> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&RECONSTRUCT)?;
        loader.begin_args(&mut object, 4)?;
        for _ in 0..2 {
            loader.next_arg(&mut object)?;
            loader.load::<Global>()?;
        }
        loader.next_arg(&mut object)?;
        loader.load_integers()?;
        loader.next_arg(&mut object)?;
        loader.load_str()?;
        loader.end_args(&mut object)?;
        if !loader.begin_state(&mut object)? {
            return Err(loader.mismatch("MaskedArray with its data"));
        }
        let mut state = loader.begin_tuple(7)?;
        let (dtype, shape, order, data) = load_parts(&mut state, false, loader)?;
        loader.next_element(&mut state)?;
        let mask: Vec<bool> = loader.load_bytes()?.iter().map(|byte| *byte != 0).collect();
        loader.next_element(&mut state)?;
        let fill_value = loader.load()?;
        loader.end_tuple(state)?;
        loader.end_object(object)?;
        let array = NdArray::from_bytes(dtype, shape, order, data)
            .and_then(|data| MaskedArray::new(data, mask))
            .map_err(|error| loader.locate(error))?;
        Ok(MaskedArray { fill_value, ..array })
    }
}
