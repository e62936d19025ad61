// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;

pub type Root = (Vector, Window, Meter, Tag, TooHot);

/// Python's `infer_models.Vector`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct Vector {
    #[reduce(ctor)]
    pub arg_1: f64,
    #[reduce(ctor)]
    pub arg_2: f64,
    pub label: String,
}

/// Python's `infer_models.Window`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", state = "tuple")]
pub struct Window {
    pub value_1: String,
    pub value_2: i64,
    pub value_3: i64,
}

/// Python's `infer_models.Meter`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", getstate = Self::getstate, setstate = Self::setstate)]
pub struct Meter {
    #[reduce(skip)]
    pub state: Option<i64>,
}

impl Meter {
    fn getstate(&self) -> Option<i64> {
        self.state
    }
    fn setstate(&mut self, state: Option<i64>) {
        self.state = state;
    }
}

/// Python's `infer_models.Tag`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models", new)]
pub struct Tag(pub String);

/// Python's `infer_models.TooHot`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "infer_models")]
pub struct TooHot(pub String, pub i64);
