// Inferred by `pickle infer` from a pickle; others may hold more.

use pickle_core::Reduce;
use pickle_core::types::Complex;

pub type Root = (I, F, Str, By, C);

/// Python's `bases.I`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "bases", new)]
pub struct I {
    #[reduce(ctor)]
    pub arg_1: i64,
    pub unit: String,
}

/// Python's `bases.F`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "bases", new)]
pub struct F(pub f64);

/// Python's `bases.Str`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "bases", new)]
pub struct Str(pub String);

/// Python's `bases.By`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "bases", new)]
pub struct By(pub Vec<u8>);

/// Python's `bases.C`.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "bases", new)]
pub struct C(pub Complex);
