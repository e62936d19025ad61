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

/// The pickle from the hexadecimal digits.
fn hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

#[test]
fn hex_is_hex() {
    assert_eq!(hex("00ff10"), [0, 255, 16]);
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", new)]
struct Fraction {
    #[reduce(ctor)]
    top: i64,
    #[reduce(ctor)]
    bottom: i64,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Pair(u8, String);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Labelled(f64, #[reduce(state, rename = "label")] String);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Unit;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Empty {}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(transparent)]
struct Metres(f64);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Track {
    length: Metres,
    times: Vec<Metres>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Vector {
    #[reduce(args)]
    coords: (f64, f64, f64),
    label: String,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Bare {
    #[reduce(args)]
    coords: (u8, String),
}

#[test]
fn calls() {
    check(&vec![Fraction { top: 1, bottom: 3 }, Fraction { top: -1, bottom: 70_000 }]);
    check(&vec![Pair(1, "a".into()), Pair(2, "b".into())]);
    check(&vec![Labelled(1.0, "a".into()), Labelled(2.0, "b".into())]);
    check(&vec![Vector { coords: (1.0, 2.0, 3.0), label: "v".into() }]);
    check(&vec![Bare { coords: (1, "x".into()) }, Bare { coords: (2, "y".into()) }]);
    let pickle = check(&Bare { coords: (1, "x".into()) });
    assert!(pickle.ends_with(b"K\x01\x8c\x01x\x86R."));
}

#[test]
fn without_fields() {
    check(&vec![Unit, Unit]);
    check(&vec![Empty {}, Empty {}]);
}

#[test]
fn transparent() {
    let metres = || vec![Metres(1.0), Metres(2.5)];
    assert_eq!(check(&Metres(1.0)), to_vec(&1.0).unwrap());
    check(&vec![Track { length: Metres(3.0), times: metres() }, Track { length: Metres(3.0), times: metres() }]);
}

/// A date written as days, although it is a struct of another crate.
mod days {
    use pickle_core::{Loader, Result, Saver};

    #[derive(Debug, PartialEq, Clone, Copy, Default)]
    pub(super) struct Date(pub(super) u32);

    pub(super) fn reduce(date: &Date, saver: &mut Saver<'_>) -> Result<()> {
        saver.integer(date.0)
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<Date> {
        loader.load_integer().map(Date)
    }
}

fn is_zero(value: &u8) -> bool {
    *value == 0
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", rename_all = "camelCase")]
struct Event {
    #[reduce(ctor, with = days)]
    starts_on: days::Date,
    #[reduce(with = days, alias = "until")]
    ends_on: days::Date,
    #[reduce(rename = "n", skip_if = is_zero, default)]
    count: u8,
    #[reduce(ctor, state)]
    both: String,
    r#type: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(transparent)]
struct Wrapped(#[reduce(with = days)] days::Date);

#[test]
fn fields() {
    let event = |count| Event {
        starts_on: days::Date(700_000),
        ends_on: days::Date(3),
        count,
        both: "b".into(),
        r#type: 9,
    };
    let pickle = check(&vec![event(0), event(1), event(2)]);
    let has = |name: &[u8]| pickle.windows(name.len()).any(|window| window == name);
    assert!(has(b"\x06endsOn") && has(b"\x01n") && has(b"\x04type") && !has(b"starts_on"));
    check(&Wrapped(days::Date(4)));
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
enum Shape {
    Empty,
    Disc { #[reduce(ctor)] radius: f64, label: String },
    Square(f64),
    Polygon { points: Vec<Point>, #[reduce(skip)] area: f64 },
    #[reduce(name = "Group")]
    Many(Vec<Shape>),
}

#[test]
fn enums() {
    let shapes = || {
        vec![
            Shape::Empty,
            Shape::Disc { radius: 1.0, label: "d".into() },
            Shape::Square(2.0),
            Shape::Polygon { points: vec![Point { x: 1.0, y: 2.0 }], area: 0.0 },
        ]
    };
    let mut all = shapes();
    all.extend(shapes());
    all.push(Shape::Many(shapes()));
    let pickle = check(&all);
    let has = |name: &[u8]| pickle.windows(name.len()).any(|window| window == name);
    assert!(has(b"\x0aShape.Disc") && has(b"\x0bShape.Group"));
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", ctor = Config::new, ctor = Config::older, after = Config::validate)]
struct Config {
    #[reduce(ctor)]
    host: String,
    #[reduce(ctor)]
    port: u16,
    retries: u8,
    #[reduce(skip)]
    address: String,
}

impl Config {
    fn new(host: String, port: u16) -> Config {
        let address = format!("{host}:{port}");
        Config { host, port, retries: 3, address }
    }

    fn older(host: String) -> Result<Config, String> {
        if host.is_empty() { Err("no host".into()) } else { Ok(Config::new(host, 80)) }
    }

    fn validate(&mut self) -> Result<(), String> {
        if self.retries > 10 { Err(format!("found {} retries", self.retries)) } else { Ok(()) }
    }
}

#[test]
fn constructors() {
    let mut config = Config::new("localhost".into(), 8080);
    config.retries = 5;
    check(&vec![Config::new("a".into(), 1), config]);
    let mut config = Config::new("localhost".into(), 8080);
    config.retries = 50;
    let error = from_slice::<Config>(&to_vec(&config).unwrap()).unwrap_err();
    assert!(error.to_string().contains("found 50 retries"), "{error}");
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", getstate = Stack::state, setstate = Stack::set_state)]
struct Stack {
    items: Vec<u8>,
    #[reduce(default = 9)]
    limit: u8,
}

impl Stack {
    fn state(&self) -> (Vec<u8>, u8) {
        (self.items.clone(), self.limit)
    }

    fn set_state(&mut self, (items, limit): (Vec<u8>, u8)) -> Result<(), String> {
        self.items = items;
        self.limit = limit;
        if self.items.len() > usize::from(limit) { Err("too many".into()) } else { Ok(()) }
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", getstate = Named::state, setstate = Named::set_state)]
struct Named {
    #[reduce(ctor)]
    name: String,
    value: u8,
}

impl Named {
    fn state(&self) -> u8 {
        self.value
    }

    fn set_state(&mut self, state: u8) {
        self.value = state;
    }
}

#[test]
fn states() {
    check(&vec![Stack { items: vec![1, 2], limit: 3 }, Stack { items: vec![], limit: 3 }]);
    check(&Named { name: "n".into(), value: 4 });
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Tree<T> {
    value: T,
    children: Vec<Tree<T>>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Borrowed<'a, T: Debug, const N: usize>
where
    T: Clone,
{
    #[reduce(with = text)]
    text: &'a str,
    items: Vec<T>,
    #[reduce(skip)]
    last: T,
    #[reduce(skip, default = [0; N])]
    scratch: [u8; N],
}

/// `&str` as a field, which borrows from the pickle.
mod text {
    use pickle_core::{Loader, Result, Saver};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a field is passed by reference")]
    pub(super) fn reduce(text: &&str, saver: &mut Saver<'_>) -> Result<()> {
        saver.str(text)
    }

    pub(super) fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<&'de str> {
        loader.load()
    }
}

#[test]
fn generics() {
    let leaf = |value| Tree { value, children: vec![] };
    check(&Tree { value: 1u8, children: vec![leaf(2), leaf(3)] });
    let value = Borrowed { text: "t", items: vec![1u8], last: 0, scratch: [0; 3] };
    let pickle = to_vec(&value).unwrap();
    assert_eq!(from_slice::<Borrowed<'_, u8, 3>>(&pickle).unwrap(), value);
}

mod defaults {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(alias = "older.Plain")]
    pub(super) struct Plain {
        pub(super) a: String,
    }
}

#[test]
fn default_module() {
    let pickle = check(&defaults::Plain { a: "x".into() });
    let name = b"\x8c\x10derive.defaults\x8c\x05Plain\x93";
    let name = &[&b"\x8c\x0f"[..], &name[2..]].concat();
    assert!(pickle.windows(name.len()).any(|window| window == name), "{pickle:?}");
}
