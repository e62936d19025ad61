// Inferred by `pickle infer` from 2 pickles; others may hold more.

use pickle_core::Value;

/// Found float, instance of a class, int, str.
pub type Root = Vec<Value>;
