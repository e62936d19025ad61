// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::Reduce;

pub type Root = Vec<Point>;

/// Python's `infer_models.Point`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", new)]
pub struct Point(pub i64, pub i64);
