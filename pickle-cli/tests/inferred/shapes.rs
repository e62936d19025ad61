// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;

pub type Root = Vec<CircleOrSquare>;

/// An instance of Python's `infer_models.Circle` or `infer_models.Square`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", name = "")]
pub enum CircleOrSquare {
    Circle { radius: f64 },
    Square { side: i64 },
}
