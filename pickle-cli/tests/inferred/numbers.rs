// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::{Long, Reduce, Value};

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub small: i64,
    pub large: Long,
    pub huge: Long,
    /// Found int, str.
    pub mixed: Value,
}
