// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::{Reduce, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// Found Pattern.
pub type Root = (Rc<Items>, Rc<Entries>, Vec<Keywords>, Vec<Level>, Vec<Value>);

/// Python's `loops.Items`.
#[derive(Clone, Reduce)]
#[reduce(module = "loops")]
pub struct Items {
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    #[reduce(listitems)]
    pub items: Vec<RefCell<Option<Rc<Items>>>>,
}

/// Python's `loops.Entries`.
#[derive(Clone, Reduce)]
#[reduce(module = "loops")]
pub struct Entries {
    /// On a cycle: nothing frees one that is made of `Rc` alone.
    #[reduce(dictitems)]
    pub entries: Vec<(String, RefCell<Option<Rc<Entries>>>)>,
}

/// Python's `loops.Keywords`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "loops", new)]
pub struct Keywords {
    #[reduce(ctor)]
    pub arg_1: i64,
    #[reduce(kw, state)]
    pub b: Option<String>,
    pub a: i64,
}

/// Python's `loops.Level`, by all appearances an enum.
/// Its members are named here by their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
#[reduce(module = "loops", enum)]
pub enum Level {
    #[reduce(value = -9223372036854775808)]
    ValueMinus9223372036854775808,
    #[reduce(value = -1)]
    ValueMinus1,
    /// A member that was not found.
    #[reduce(other)]
    Other(i64),
}
