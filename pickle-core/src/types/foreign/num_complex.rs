//! `num-complex`: complex numbers, and NumPy's `complex64` and `complex128`.

use num_complex::{Complex32, Complex64};

use super::through;
use crate::private::Sealed;
use crate::types::Complex;
use crate::types::numpy::{ByteOrder, Dtype, Element, Type, pairs_from_bytes};

through! {
    /// A `complex`.
    Complex64 as Complex, "complex":
        |number| Some(Complex { re: number.re, im: number.im }),
        |number| Some(Complex64::new(number.re, number.im));
}

impl Sealed for Complex32 {}
impl Sealed for Complex64 {}

macro_rules! complex_elements {
    ($($pair:ident of $part:ident;)*) => {$(
        impl Element for $pair {
            fn dtype() -> Dtype {
                Dtype::new(Type::Complex, size_of::<$pair>())
            }

            fn vec_from_bytes(bytes: &[u8], order: ByteOrder) -> Option<Vec<$pair>> {
                pairs_from_bytes(bytes, order, $pair::new)
            }

            fn append_to(items: &[$pair], bytes: &mut Vec<u8>) {
                for item in items {
                    $part::append_to(&[item.re, item.im], bytes);
                }
            }
        }
    )*};
}

complex_elements! {
    Complex32 of f32;
    Complex64 of f64;
}
