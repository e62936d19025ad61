//! The type does not implement the trait.

use pickle_core::{DynReduce, Reduce, Registry};

trait Shape: DynReduce {}

pickle_core::trait_object!(Shape);

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Circle {
    radius: f64,
}

fn main() {
    let _ = Registry::new().implementor::<dyn Shape, Circle>();
}
