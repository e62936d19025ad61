// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use std::rc::Rc;

pub type Root = Vec<Rc<Plain>>;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub name: String,
}
