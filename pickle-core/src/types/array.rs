//! Arrays of numbers, and bytes that change: Python's `array.array` and `bytearray`.

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::private::Sealed;
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

/// Bytes that change: `bytearray`. Those that do not are a `Vec<u8>`.
///
/// ```
/// use pickle_core::types::ByteArray;
///
/// let bytes = ByteArray(b"abc".to_vec());
/// assert_eq!(pickle_core::from_slice::<ByteArray>(&pickle_core::to_vec(&bytes)?)?, bytes);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ByteArray(pub Vec<u8>);

impl Reduce for ByteArray {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.bytearray(&self.0)
    }
}

/// Plain bytes will do as well.
impl<'de> Reconstruct<'de> for ByteArray {
    const STARTS: Starts = Starts::BYTES.or(Starts::GLOBAL);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_bytes().map(|bytes| ByteArray(bytes.into_owned()))
    }
}

/// By protocol 3 and above bytes with a code that says how to read them, by the others a list.
static ARRAYS: [Class; 2] =
    [Class::new("array", "_array_reconstructor"), Class::new("array", "array")];

/// A number or character that Python's `array.array` can hold. The trait is sealed.
pub trait ArrayItem: Copy + Sealed {
    /// The type code: `b`, `B`, `h`, `H`, `i`, `I`, `q`, `Q`, `f`, `d` or `u`.
    const TYPECODE: char;

    /// The machine format code of such items, little endian; one more is big endian
    /// (`arraymodule.c`, `enum machine_format_code`).
    const FORMAT: u8;

    /// Appends the bytes of the item, little endian.
    fn append_to(self, bytes: &mut Vec<u8>);

    /// The item from its bytes; `None` if they are too few or too many.
    fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<Self>;
}

macro_rules! array_items {
    ($($t:ty: $typecode:literal $format:literal;)*) => {$(
        impl ArrayItem for $t {
            const TYPECODE: char = $typecode;
            const FORMAT: u8 = $format;

            #[inline]
            fn append_to(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }

            #[inline]
            fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<$t> {
                let bytes = bytes.try_into().ok()?;
                Some(if big_endian { <$t>::from_be_bytes(bytes) } else { <$t>::from_le_bytes(bytes) })
            }
        }
    )*};
}

array_items! {
    u8: 'B' 0;
    i8: 'b' 1;
    u16: 'H' 2;
    i16: 'h' 4;
    u32: 'I' 6;
    i32: 'i' 8;
    u64: 'Q' 10;
    i64: 'q' 12;
    f32: 'f' 14;
    f64: 'd' 16;
}

impl Sealed for char {}

/// Text in UTF-32; where C's `wchar_t` has two bytes, Python pickles `u` in UTF-16, which is refused.
impl ArrayItem for char {
    const TYPECODE: char = 'u';
    const FORMAT: u8 = 20;

    fn append_to(self, bytes: &mut Vec<u8>) {
        u32::from(self).append_to(bytes);
    }

    fn from_bytes(bytes: &[u8], big_endian: bool) -> Option<char> {
        char::from_u32(u32::from_bytes(bytes, big_endian)?)
    }
}

/// Numbers of one type side by side: `array.array`.
///
/// What is read may have another type code, such as `l` for `q` or `w` for `u`, if its items are of
/// this type.
///
/// ```
/// use pickle_core::types::Array;
///
/// let samples = Array(vec![1i16, -2, 3]);
/// assert_eq!(pickle_core::from_slice::<Array<i16>>(&pickle_core::to_vec(&samples)?)?, samples);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Array<T>(pub Vec<T>);

/// The items as a list.
struct List<'a, T>(&'a [T]);

impl<T: Reduce> Reduce for List<'_, T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut list = saver.begin_list(self.0.len())?;
        saver.items(&mut list, self.0)?;
        saver.end_list(list)
    }
}

impl<T: ArrayItem + Reduce> Reduce for Array<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [reconstructor, array] = &ARRAYS;
        if saver.protocol() < Protocol::V3 {
            return saver.save_call(array, &(T::TYPECODE, List(&self.0)));
        }
        let mut bytes = Vec::with_capacity(size_of_val(self.0.as_slice()));
        for item in &self.0 {
            item.append_to(&mut bytes);
        }
        let mut call = saver.begin_call(reconstructor, 4)?;
        saver.global(array)?;
        saver.save(&T::TYPECODE)?;
        saver.save(&T::FORMAT)?;
        saver.bytes(&bytes)?;
        saver.end_call(&mut call)?;
        saver.end_object(call)
    }
}

impl<'de, T: ArrayItem + Reconstruct<'de>> Reconstruct<'de> for Array<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (class, mut object) = loader.begin_variant(&ARRAYS)?;
        let items = if class == 0 {
            load_bytes(&mut object, loader)?
        } else {
            load_list(&mut object, loader)?
        };
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(Array(items))
    }
}

/// `_array_reconstructor(array, typecode, format, bytes)`.
fn load_bytes<'de, T: ArrayItem, L: Loader<'de>>(
    object: &mut L::Object,
    loader: &mut L,
) -> Result<Vec<T>> {
    loader.begin_args(object, 4)?;
    loader.next_arg(object)?;
    loader.load::<crate::value::Global>()?;
    loader.next_arg(object)?;
    loader.load_str()?;
    loader.next_arg(object)?;
    let format: u8 = loader.load()?;
    // Bytes have no order.
    let big_endian = size_of::<T>() > 1 && format == T::FORMAT + 1;
    if format != T::FORMAT && !big_endian {
        let expected = format!("{}, the machine format of type code {}", T::FORMAT, T::TYPECODE);
        return Err(loader.mismatch(&expected));
    }
    loader.next_arg(object)?;
    let bytes = loader.load_bytes()?;
    let items = bytes.chunks(size_of::<T>()).map(|item| T::from_bytes(item, big_endian));
    let items: Option<Vec<T>> = items.collect();
    items.ok_or_else(|| loader.mismatch("bytes of whole items"))
}

/// `array(typecode, list)`, where an empty one may lack the list.
fn load_list<'de, T: Reconstruct<'de>, L: Loader<'de>>(
    object: &mut L::Object,
    loader: &mut L,
) -> Result<Vec<T>> {
    loader.begin_args(object, 1)?;
    loader.next_arg(object)?;
    loader.load_str()?;
    let mut items = Vec::new();
    if loader.more_args(object)? {
        let mut list = loader.begin_list()?;
        while loader.next_item(&mut list)? {
            items.push(loader.load()?);
        }
    }
    Ok(items)
}
