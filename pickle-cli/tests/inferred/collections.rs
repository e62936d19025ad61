// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use pickle_core::types::{Array, Counter, Deque, OrderedDict};

pub type Root = (
    Stack,
    Table,
    Register,
    Deque<i64>,
    OrderedDict<String, i64>,
    Counter<String, i64>,
    Array<f64>,
);

/// Python's `infer_models.Stack`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Stack {
    pub label: String,
    #[reduce(listitems)]
    pub items: Vec<i64>,
}

/// Python's `infer_models.Table`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Table {
    pub label: String,
    #[reduce(dictitems)]
    pub entries: Vec<(String, f64)>,
}

/// Python's `infer_models.Register`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", init)]
pub struct Register {
    #[reduce(dictitems)]
    pub entries: Vec<(String, i64)>,
}
