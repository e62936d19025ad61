// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;

pub type Root = Vec<Pixel>;

/// Python's `infer_models.Pixel`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", state = "slots")]
pub struct Pixel {
    pub x: i64,
    pub colour: String,
}
