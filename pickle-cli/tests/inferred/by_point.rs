// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use std::collections::BTreeMap;

pub type Root = BTreeMap<Point, i64>;

/// Python's `infer_models.Point`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
#[reduce(module = "infer_models", new)]
pub struct Point(pub i64, pub String);
