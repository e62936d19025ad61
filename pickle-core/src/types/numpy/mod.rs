//! NumPy's arrays, scalars and dtypes, without Python.
//!
//! What NumPy 1 and 2 pickle is read alike: in band and out of band
//! ([`UnpickleOptions::buffers`](crate::UnpickleOptions::buffers)), any numeric, bool, string,
//! date or structured dtype, any byte order, C and Fortran order. What is written, every NumPy
//! loads: by protocol 5 the data is a [`PickleBuffer`](crate::PickleBuffer), so it may travel
//! beside the pickle.
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
//!
//! Arrays of objects are not among them: their items are Python objects.

mod array;
mod dtype;
mod element;
mod scalar;

pub use array::{NdArray, Order};
pub use dtype::{ByteOrder, Dtype, Field, Structure, TimeUnit, Type};
pub use element::Element;
pub use scalar::Scalar;
