//! The whole argument list in one field: `Vector(*coords)`.
//!
//! In Python: `copyreg.pickle(Vector, lambda v: (Vector, v.coords))`. The tuple that the instance
//! keeps is the argument list as it stands.

use pickle_core::Reduce;
use pickle_examples::{Result, ask_python};

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "tutorial")]
struct Vector {
    // With `ctor` instead of `args`, the tuple would be one argument: `Vector((1, 2, 3))`.
    #[reduce(args)]
    coords: (f64, f64, f64),
}

fn main() -> Result {
    let vectors = vec![Vector { coords: (1.0, 2.0, 3.0) }, Vector { coords: (0.5, 0.0, -0.5) }];
    println!("Rust    {vectors:?}");

    let ours = pickle_core::to_vec(&vectors)?;
    let theirs = ask_python(
        &ours,
        r#"
from tutorial import Vector
vectors = pickle.loads(ours)
print(vectors)
total = Vector(*[sum(axis) for axis in zip(*[v.coords for v in vectors])])
print("their sum is %r" % total)
theirs = pickle.dumps(total)
"#,
        "vector.pkl",
    )?;

    let total: Vector = pickle_core::from_slice(&theirs)?;
    println!("Rust    {total:?}");
    assert_eq!(total, Vector { coords: (1.5, 2.0, 2.5) });
    Ok(())
}
