// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::{Reduce, Value};
use std::collections::BTreeMap;

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Root {
    pub users: Vec<User>,
    #[reduce(rename = "page size")]
    pub page_size: i64,
    /// Nothing but `None` was found.
    pub next: Value,
    pub owner: Plain,
    pub point: BTreeMap<String, f64>,
    pub tree: Tree,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct User {
    pub id: i64,
    pub name: Option<String>,
    pub address: Option<Address>,
    pub scores: BTreeMap<String, f64>,
    #[reduce(default, skip_if = Option::is_none)]
    pub note: Option<String>,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Tree {
    pub leaf: i64,
    pub inner: BTreeMap<String, String>,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Address {
    pub city: String,
    pub zip: i64,
}

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub name: String,
    pub settings: Settings,
}

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Settings {
    pub debug: bool,
    pub level: i64,
}
