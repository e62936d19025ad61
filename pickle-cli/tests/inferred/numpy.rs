// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use pickle_core::types::numpy::{Dtype, NdArray, ObjectArray, Scalar};

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub weights: NdArray,
    pub count: Scalar,
    pub kind: Dtype,
    pub names: ObjectArray,
}
