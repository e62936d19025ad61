// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::{Reduce, Value};

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    /// Found bytes, list.
    pub data: Value,
    /// Found bytes, list.
    pub raw: Vec<Value>,
    /// Found frozenset, set.
    pub frozen: Value,
}
