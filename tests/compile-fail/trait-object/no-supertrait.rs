//! What is behind the trait object cannot be pickled.

trait Shape {}

pickle_core::trait_object!(Shape);

fn main() {}
