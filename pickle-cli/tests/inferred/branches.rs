// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;

pub type Root = Branch;

/// Python's `infer_models.Branch`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Branch {
    pub left: Option<Box<Branch>>,
    pub leaf: i64,
}
