//! NumPy's arrays, scalars and dtypes, without Python.
//!
//! What NumPy 1 and 2 pickle is read alike: in band and out of band
//! ([`UnpickleOptions::buffers`](crate::UnpickleOptions::buffers)), any numeric, bool, string,
//! date or structured dtype, any byte order, C and Fortran order. What is written, every NumPy
//! loads: by protocol 5 the data is a [`PickleBuffer`](crate::PickleBuffer), so it may travel
//! beside the pickle.
//!
//! | Python | Rust |
//! |---|---|
//! | `numpy.ndarray` of numbers, bools, dates, fixed text and bytes, structures | [`NdArray`], and `ndarray::{Array, CowArray}` |
//! | `numpy.ndarray` of objects, or of a `StringDType` | [`ObjectArray`] |
//! | `numpy.ma.MaskedArray` | [`MaskedArray`] |
//! | `numpy.recarray`, `numpy.matrix`, `numpy.memmap` | as an [`NdArray`]; the class is not kept |
//! | `numpy.float64` and the other scalars | [`Scalar`] |
//! | `numpy.dtype` | [`Dtype`] |
//! | what else NumPy has, such as the states of `numpy.random` | a [`Graph`](crate::Graph) |
//!
//! ```
//! use pickle_core::types::numpy::NdArray;
//!
//! let matrix = NdArray::new([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
//! let pickle = pickle_core::to_vec(&matrix)?;
//! // In Python: `pickle.loads(pickle)` is `np.array([[1., 2., 3.], [4., 5., 6.]])`.
//!
//! // The data may be borrowed from the pickle.
//! let view: NdArray<&[u8]> = pickle_core::from_slice(&pickle)?;
//! assert_eq!(view.dtype().to_string(), "<f8");
//! assert_eq!(view.shape(), [2, 3]);
//! assert_eq!(view.to_vec::<f64>()?, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
//! # Ok::<(), pickle_core::Error>(())
//! ```

mod array;
mod dtype;
mod element;
mod masked;
mod objects;
mod scalar;

pub use array::{NdArray, Order};
pub use dtype::{ByteOrder, Dtype, Field, Missing, Structure, Text, TimeUnit, Type};
pub use element::Element;
#[cfg(feature = "half")]
pub(in crate::types) use element::elements;
#[cfg(feature = "num-complex")]
pub(in crate::types) use element::pairs_from_bytes;
pub use masked::MaskedArray;
pub use objects::ObjectArray;
pub use scalar::Scalar;
