// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::types::{DateTime, FrozenSet};
use pickle_core::{Reduce, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub type Root = Plain;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub numbers: Vec<i64>,
    pub empty: Vec<Value>,
    pub pairs: Vec<(String, Option<i64>)>,
    pub names: BTreeMap<String, f64>,
    pub nested: BTreeMap<String, BTreeMap<i64, Vec<bool>>>,
    pub chosen: BTreeSet<i64>,
    pub frozen: FrozenSet<BTreeSet<String>>,
    pub by_pair: BTreeMap<(i64, String), Vec<u8>>,
    pub no_tuple: [Value; 0],
    pub many: [i64; 20],
    /// Found dicts with keys that have no hash in Rust.
    pub by_float: Value,
    pub by_date: HashMap<DateTime, i64>,
}
