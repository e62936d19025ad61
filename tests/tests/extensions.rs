//! Extension codes: numbers in the place of names.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fmt::Debug;

use pickle_core::{
    Global, Graph, PickleOptions, Protocol, ReconstructOwned, Reduce, Registry, Route,
    UnpickleOptions, Value,
};
use pickle_tests::check::{Row, agree_on_instances, load, load_with, row_of};

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "extended")]
struct Point {
    x: i64,
    y: i64,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "extended", name = "Outer.Inner")]
struct Inner {
    #[reduce(ctor)]
    of: Option<Point>,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "extended")]
enum Shape {
    Dot(Point),
    Line { from: Point, to: Point },
}

const SETUP: &str = "\
import sys, types
try:
    import copyreg
except ImportError:
    import copy_reg as copyreg
if 'extended' not in sys.modules:
    module = types.ModuleType('extended')
    sys.modules['extended'] = module
    exec('''
class Point(object):
    def __init__(self, x, y):
        self.x = x
        self.y = y
class Outer(object):
    class Inner(object):
        def __init__(self, of):
            self.of = of
        def __reduce__(self):
            return Outer.Inner, (self.of,)
    Inner.__qualname__ = 'Outer.Inner'
class Line(object):
    pass
''', module.__dict__)
    copyreg.add_extension('extended', 'Point', 1)
    copyreg.add_extension('extended', 'Outer.Inner', 0x7fffffff)
    copyreg.add_extension('extended', 'Line', 0x8000)
from extended import Point, Outer
";

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.extension("extended", "Point", 1).unwrap();
    registry.extension("extended", "Outer.Inner", 0x7fff_ffff).unwrap();
    registry.extension("extended", "Line", 0x8000).unwrap();
    registry
}

fn options(registry: &Registry) -> UnpickleOptions<'_> {
    UnpickleOptions::new().registry(registry)
}

/// A row whose pickles have codes from a protocol on.
fn extended<T>(value: T, since: Protocol, expr: &str) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    let registry = registry();
    let pickles = Protocol::ALL.map(|protocol| {
        PickleOptions::new().protocol(protocol).registry(&registry).to_vec(&value).unwrap()
    });
    for (pickle, protocol) in pickles.iter().zip(Protocol::ALL) {
        assert_eq!(load_with::<T>(options(&registry), pickle).unwrap(), value);
        // Nothing but the code names the class, and without it nobody knows.
        let names = pickle.windows(8).filter(|window| window == b"extended").count();
        assert_eq!(names == 0, protocol >= since, "protocol {protocol}");
        let needed = protocol >= Protocol::V2 && *pickle != plain(&value, protocol);
        assert_eq!(load::<T>(pickle).is_err(), needed, "protocol {protocol}");
    }
    row_of(&pickles, expr, SETUP, move |pickle| match load_with::<T>(options(&registry), pickle) {
        Ok(back) if back == value => Ok(()),
        other => Err(format!("{other:?}")),
    })
}

fn plain(value: &impl Reduce, protocol: Protocol) -> Vec<u8> {
    PickleOptions::new().protocol(protocol).to_vec(value).unwrap()
}

#[test]
fn python_agrees() {
    let point = |x| Point { x, y: -x };
    agree_on_instances(&[
        extended(point(1), Protocol::V2, "Point(1, -1)"),
        extended(
            vec![point(1), point(2), point(3)],
            Protocol::V2,
            "[Point(n, -n) for n in (1, 2, 3)]",
        ),
    ]);
    // Python 2 has no nested classes in pickles.
    let rows = [
        extended(Inner { of: None }, Protocol::V4, "Outer.Inner(None)"),
        extended(
            vec![Inner { of: Some(point(3)) }, Inner { of: Some(point(4)) }],
            Protocol::V4,
            "[Outer.Inner(Point(n, -n)) for n in (3, 4)]",
        ),
    ];
    agree_on_instances(&rows.map(|row| row.since((3, 4))));
}

#[test]
fn variants() {
    let (registry, value) = (
        registry(),
        vec![
            Shape::Line { from: Point { x: 1, y: 2 }, to: Point { x: 3, y: 4 } },
            Shape::Dot(Point { x: 5, y: 6 }),
            Shape::Line { from: Point { x: 1, y: 2 }, to: Point { x: 3, y: 4 } },
        ],
    );
    let mut registry_of_variant = Registry::new();
    registry_of_variant.extension("extended", "Shape.Line", 300).unwrap();
    for registry in [&registry, &registry_of_variant] {
        for protocol in Protocol::ALL {
            let writer = PickleOptions::new().protocol(protocol).registry(registry);
            let pickle = writer.to_vec(&value).unwrap();
            assert_eq!(load_with::<Vec<Shape>>(options(registry), &pickle).unwrap(), value);
        }
    }
}

/// Expected bytes: the C pickler of CPython 3.13, and `copyreg.py` for the range.
#[test]
fn codes_take_one_two_or_four_bytes_and_no_place_in_the_memo() {
    for (code, expected) in [
        (1, &b"\x80\x02\x82\x01."[..]),
        (240, b"\x80\x02\x82\xf0."),
        (0xff, b"\x80\x02\x82\xff."),
        (0x100, b"\x80\x02\x83\x00\x01."),
        (0xffff, b"\x80\x02\x83\xff\xff."),
        (0x1_0000, b"\x80\x02\x84\x00\x00\x01\x00."),
        (0x7fff_ffff, b"\x80\x02\x84\xff\xff\xff\x7f."),
    ] {
        let mut registry = Registry::new();
        registry.extension("m", "C", code).unwrap();
        let class = Value::from(Global::new("m", "C"));
        let writer = PickleOptions::new().protocol(Protocol::V2).registry(&registry);
        assert_eq!(writer.to_vec(&class).unwrap(), expected, "code {code}");
        assert_eq!(load_with::<Value>(options(&registry), expected).unwrap(), class);
        let twice = writer.to_vec(&vec![class.clone(), class.clone()]).unwrap();
        assert_eq!(
            twice
                .windows(expected.len() - 3)
                .filter(|w| *w == &expected[2..expected.len() - 1])
                .count(),
            2
        );
        let old = writer.protocol(Protocol::V1).to_vec(&class).unwrap();
        assert_eq!(old, b"cm\nC\nq\0.");
    }
}

#[test]
fn records_of_extended_classes_are_predicted() {
    let registry = registry();
    let points: Vec<Point> = (0..5).map(|x| Point { x, y: 1 }).collect();
    let pickle = PickleOptions::new().registry(&registry).to_vec(&points).unwrap();
    let predictive = options(&registry).route(Route::Predictive);
    assert_eq!(predictive.from_slice::<Vec<Point>>(&pickle).unwrap(), points);
}

#[test]
fn unknown_codes_are_errors_that_say_how_to_register_them() {
    let error = |pickle: &[u8]| load::<Point>(pickle).unwrap_err();
    assert_eq!(
        error(b"\x80\x02\x82\x05)\x81."),
        "found an object of extension code 5, expected extended.Point object; \
         `Registry::extension` says what a code stands for (offset 2)"
    );
    assert_eq!(
        load::<Value>(b"\x80\x02]\x83\x05\x01a.").unwrap_err(),
        "found extension code 261, expected a value that a tree can hold; a `Graph` holds any; \
         `Registry::extension` says what a code stands for, in [0] (offset 3)"
    );
    assert_eq!(
        error(b"\x80\x02\x82\x00)\x81."),
        "found extension code 0, expected a code above zero (offset 2)"
    );
}

/// A graph keeps codes, and is read as well as a pickle.
#[test]
fn values_of_graphs() {
    let registry = registry();
    let points = vec![Point { x: 1, y: 2 }, Point { x: 3, y: 4 }];
    let pickle = PickleOptions::new().registry(&registry).to_vec(&points).unwrap();
    let graph = Graph::from_slice(&pickle).unwrap();
    let back: Vec<Point> = options(&registry).from_node(graph.root()).unwrap();
    assert_eq!(back, points);
    let error = options(&registry).from_node::<Inner>(graph.root().index(0).unwrap()).unwrap_err();
    let error = error.to_string();
    assert!(
        error.starts_with("found extended.Point object, expected extended.Outer.Inner"),
        "{error}"
    );
}

#[test]
fn conflicts_are_errors() {
    let mut registry = Registry::new();
    registry.extension("m", "C", 5).unwrap().extension("m", "C", 5).unwrap();
    let mut error = |name, code| registry.extension("m", name, code).unwrap_err().to_string();
    assert_eq!(
        error("D", 5),
        "found extension code 5 for m.D, expected another one: it stands for m.C"
    );
    assert_eq!(error("C", 6), "found extension code 6 for m.C, expected 5, which it has");
    assert_eq!(error("D", 0), "found extension code 0, expected 1 to 0x7fffffff");
    assert_eq!(error("D", -1), "found extension code -1, expected 1 to 0x7fffffff");
}
