//! A class whose constructor takes everything: `Point(3, 4)`.
//!
//! In Python: `copyreg.pickle(Point, lambda p: (Point, (p.x, p.y)))`.

use pickle_core::Reduce;
use pickle_examples::{Result, ask_python};

// The module and the name are all that ties this struct to a class. Nothing in a pickle is code, so
// `tutorial.Point` must be importable where the pickle is loaded.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "tutorial")]
struct Point {
    #[reduce(ctor)]
    x: f64,
    #[reduce(ctor)]
    y: f64,
}

fn main() -> Result {
    let point = Point { x: 3.0, y: 4.0 };
    let ours = pickle_core::to_vec(&point)?;
    println!("Rust    {point:?} is {} bytes: {}", ours.len(), ours.escape_ascii());

    let theirs = ask_python(
        &ours,
        r#"
point = pickle.loads(ours)
print("%r is a %s.%s" % (point, type(point).__module__, type(point).__name__))
point.x, point.y = point.y, -point.x
print("turned by a right angle: %r" % point)
theirs = pickle.dumps(point)
"#,
        "point.pkl",
    )?;

    let turned: Point = pickle_core::from_slice(&theirs)?;
    println!("Rust    {turned:?}");
    assert_eq!(turned, Point { x: 4.0, y: -3.0 });
    Ok(())
}
