//! `num-complex`.

use num_complex::Complex64;

use super::through;
use crate::types::Complex;

through! {
    /// A `complex`.
    Complex64 as Complex, "complex":
        |number| Some(Complex { re: number.re, im: number.im }),
        |number| Some(Complex64::new(number.re, number.im));
}
