//! The trait did not opt in.

use pickle_core::{DynReduce, Reduce};

trait Shape: DynReduce {}

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Drawing {
    shapes: Vec<Box<dyn Shape>>,
}

fn main() {}
