//! The type cannot be pickled.

use pickle_core::DynReduce;

trait Shape: DynReduce {}

struct Circle {
    radius: f64,
}

impl Shape for Circle {}

fn main() {}
