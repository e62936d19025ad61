// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub type Root = Vec<Rc<Dog>>;

/// Python's `infer_models.Dog`.
#[derive(Clone, Reduce)]
#[reduce(module = "infer_models")]
pub struct Dog {
    pub name: String,
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    #[reduce(default, skip_if = Option::is_none)]
    pub boss: Option<RefCell<Option<Rc<Dog>>>>,
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    #[reduce(default, skip_if = Option::is_none)]
    pub others: Option<RefCell<Vec<Rc<Dog>>>>,
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    #[reduce(default, skip_if = Option::is_none)]
    pub by_name: Option<RefCell<BTreeMap<String, Rc<Dog>>>>,
}
