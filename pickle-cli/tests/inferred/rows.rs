// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::Reduce;

pub type Root = Vec<Item>;

/// A dict.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
pub struct Item {
    pub id: i64,
    pub name: String,
}
