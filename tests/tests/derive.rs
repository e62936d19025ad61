//! What the derive writes and reads.

use std::fmt::Debug;

use pickle_core::{Reduce, ReconstructOwned, from_slice, to_vec};

/// Writes the value, reads it back, and returns the pickle.
#[track_caller]
fn check<T: Reduce + ReconstructOwned + PartialEq + Debug>(value: &T) -> Vec<u8> {
    let pickle = to_vec(value).unwrap();
    assert_eq!(from_slice::<T>(&pickle).unwrap(), *value);
    pickle
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Path {
    name: String,
    points: Vec<Point>,
    #[reduce(skip)]
    cache: Option<u64>,
    #[reduce(skip, default = 7)]
    seven: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Circle {
    #[reduce(ctor)]
    radius: f64,
    #[reduce(ctor)]
    label: String,
    points: Vec<Point>,
}

#[test]
fn plain_structs() {
    check(&Point { x: 1.0, y: -2.0 });
    let points = || (0..5).map(|n| Point { x: f64::from(n), y: 0.5 }).collect();
    check(&Path { name: "p".into(), points: points(), cache: None, seven: 7 });
    check(&vec![Circle { radius: 1.0, label: "c".into(), points: points() }]);
}
