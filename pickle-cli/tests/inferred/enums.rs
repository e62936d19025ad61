// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::Reduce;

pub type Root = Vec<Plain>;

/// Python's `infer_models.Plain`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Plain {
    pub colour: Colour,
    pub mood: Mood,
}

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

/// Python's `infer_models.Mood`, by all appearances an enum.
/// Its members are named here by their values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
#[reduce(module = "infer_models", enum)]
pub enum Mood {
    #[reduce(value = "happy")]
    Happy,
    #[reduce(value = "very-sad")]
    VerySad,
    /// A member that was not found.
    #[reduce(other)]
    Other(String),
}
