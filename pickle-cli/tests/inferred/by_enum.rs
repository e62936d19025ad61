// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use std::collections::BTreeMap;

pub type Root = BTreeMap<Colour, String>;

/// Python's `infer_models.Colour`, by all appearances an enum.
/// Its members are named here by their values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
#[reduce(module = "infer_models", enum)]
pub enum Colour {
    #[reduce(value = 1)]
    Value1,
    #[reduce(value = 2)]
    Value2,
    /// A member that was not found.
    #[reduce(other)]
    Other(i64),
}
