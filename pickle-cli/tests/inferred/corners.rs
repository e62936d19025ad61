// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::types::{Counter, DefaultDict, Pattern, Slice};
use pickle_core::{Reduce, Value};
use std::collections::BTreeMap;

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub r#gen: i64,
    /// Found only empty ones: the type of the keys is a guess.
    pub empty: BTreeMap<String, Value>,
    pub first: First,
    pub second: Second,
    /// Found nothing but `None` in them: the type of the keys is a guess.
    pub nothing: BTreeMap<Option<String>, i64>,
    pub ratios: Counter<String, f64>,
    /// Found dicts with keys that have no hash in Rust.
    pub mixed: Value,
    pub groups: DefaultDict<(i64, i64), Vec<i64>>,
    pub pattern: Pattern<Vec<u8>>,
    /// Found Array.
    pub arrays: Vec<Value>,
    pub part: Slice,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct First {
    pub a: i64,
    pub b: String,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Second {
    pub b: i64,
    pub a: String,
}
