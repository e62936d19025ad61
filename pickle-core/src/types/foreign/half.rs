//! `half`: NumPy's `float16`.

use half::f16;

use crate::private::Sealed;
use crate::types::numpy::elements;

impl Sealed for f16 {}

elements! {
    f16 as Float;
}
