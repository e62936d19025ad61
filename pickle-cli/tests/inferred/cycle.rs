// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use std::cell::RefCell;
use std::rc::Rc;

pub type Root = Rc<Node>;

/// Python's `infer_models.Node`.
#[derive(Clone, Reduce)]
#[reduce(module = "infer_models")]
pub struct Node {
    pub name: String,
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    pub next: RefCell<Option<Rc<Node>>>,
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    pub near: RefCell<Vec<Rc<Node>>>,
}
