//! What is written, instruction by instruction: snapshots that show every choice of the writer.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pickle_core::{PickleOptions, Protocol, Reduce, tools};

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Reduce)]
#[reduce(module = "shapes")]
struct Path {
    #[reduce(ctor)]
    name: String,
    points: Vec<Point>,
    #[reduce(skip)]
    #[expect(dead_code, reason = "it is there to be skipped")]
    length: Option<f64>,
}

#[derive(Reduce)]
#[reduce(module = "shapes")]
enum Shape {
    Nothing,
    Circle(Point, f64),
    Labelled { label: Rc<str>, again: Rc<str> },
}

fn listing<T: ?Sized + Reduce>(protocol: Protocol, value: &T) -> String {
    let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
    tools::dis(&pickle).into_result().unwrap()
}

fn path() -> Path {
    let points = vec![Point { x: 0.0, y: 0.5 }, Point { x: 1.0, y: 1.5 }];
    Path { name: "edge".to_owned(), points, length: Some(1.4) }
}

#[test]
fn instances_in_protocol_4() {
    insta::assert_snapshot!(listing(Protocol::V4, &path()));
}

#[test]
fn instances_in_protocol_2() {
    insta::assert_snapshot!(listing(Protocol::V2, &path()));
}

#[test]
fn instances_in_protocol_0() {
    insta::assert_snapshot!(listing(Protocol::V0, &path()));
}

#[test]
fn variants_and_shared_strings() {
    let label = Rc::<str>::from("twice");
    let labelled = Shape::Labelled { label: label.clone(), again: label };
    let circle = Shape::Circle(Point { x: 1.0, y: 2.0 }, 3.0);
    insta::assert_snapshot!(listing(Protocol::V4, &[Shape::Nothing, circle, labelled]));
}

#[test]
fn nested_class_names_in_protocol_2() {
    insta::assert_snapshot!(listing(Protocol::V2, &Shape::Nothing));
}

#[test]
fn containers_in_protocol_5() {
    let map = BTreeMap::from([("bytes", vec![1u8, 2]), ("none", vec![])]);
    insta::assert_snapshot!(listing(Protocol::V5, &(map, BTreeSet::from([1, 2]), [1u16; 4])));
}

#[test]
fn containers_in_protocol_0() {
    let map = BTreeMap::from([("bytes", vec![1u8, 2]), ("none", vec![])]);
    insta::assert_snapshot!(listing(Protocol::V0, &(map, BTreeSet::from([1, 2]), [1u16; 4])));
}
