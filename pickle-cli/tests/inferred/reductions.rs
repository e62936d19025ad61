// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::{Reduce, Value};

/// Found instances of `m.A`, which is made with different numbers of arguments.
/// Found instances of `m.B`, which has states of different forms.
pub type Root = (Value, Value, Value, Value, C, D, Level, E, F, G);

/// Python's `m.C`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "m", state_setter = "m.set_state")]
pub struct C {
    pub value: i64,
}

/// Python's `m.D`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "m", new)]
pub struct D {
    #[reduce(ctor)]
    pub arg_1: String,
    #[reduce(kw)]
    pub alpha: i64,
}

/// Python's enum `m.Level`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Reduce)]
#[reduce(module = "m", enum = "name")]
pub enum Level {
    #[reduce(name = "HIGH")]
    High,
    /// A member that was not found.
    #[reduce(other)]
    Other(String),
}

/// Python's `m.E`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "m", state = "list")]
pub struct E {
    pub value_1: i64,
    pub value_2: String,
}

/// Python's `m.F`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "m")]
pub struct F;

/// Python's `m.G`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "m", init)]
pub struct G;
