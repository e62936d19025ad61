// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::Reduce;

pub type Root = Inner;

/// Python's `infer_models.Outer.Inner`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", name = "Outer.Inner")]
pub struct Inner {
    pub inner: Option<Box<Inner>>,
    pub name: String,
}
