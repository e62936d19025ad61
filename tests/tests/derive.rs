//! What the derive writes and reads.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::fmt::Debug;

use pickle_core::{
    Class, PickleOptions, Protocol, ReconstructOwned, Reduce, Registry, UnpickleOptions,
    from_slice, to_vec,
};

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

/// The bytes from the hexadecimal digits.
fn hex(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
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
    check(&vec![
        Track { length: Metres(3.0), times: metres() },
        Track { length: Metres(3.0), times: metres() },
    ]);
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
    Disc {
        #[reduce(ctor)]
        radius: f64,
        label: String,
    },
    Square(f64),
    Polygon {
        points: Vec<Point>,
        #[reduce(skip)]
        area: f64,
    },
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
#[reduce(module = "shapes")]
struct Defaults {
    #[reduce(default = None)]
    nothing: Option<Option<u8>>,
    #[reduce(default = u8::MAX)]
    constant: u8,
    #[reduce(default = Self::LIMIT)]
    own: u8,
    #[reduce(default = Level::High)]
    variant: Level,
    #[reduce(default = Vec::new)]
    function: Vec<u8>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", enum)]
enum Level {
    High = 1,
}

impl Defaults {
    const LIMIT: u8 = 9;
}

#[test]
fn defaults_are_values_or_functions() {
    let expected = Defaults {
        nothing: None,
        constant: 255,
        own: 9,
        variant: Level::High,
        function: Vec::new(),
    };
    assert_eq!(from_slice::<Defaults>(b"\x80\x02cshapes\nDefaults\n)\x81.").unwrap(), expected);
    check(&expected);
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", getstate = Stack::state, setstate = Stack::set_state)]
struct Stack {
    items: Vec<u16>,
    #[reduce(default = 9)]
    limit: u8,
}

impl Stack {
    fn state(&self) -> (Vec<u16>, u8) {
        (self.items.clone(), self.limit)
    }

    fn set_state(&mut self, (items, limit): (Vec<u16>, u8)) -> Result<(), String> {
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

/// What CPython 3.13 wrote for an equal instance, with protocols 2 and 4, is read; and the value is
/// written as `pickletools.optimize` makes of protocol 4, but for the memo.
#[track_caller]
fn golden<T: Reduce + ReconstructOwned + PartialEq + Debug>(value: &T, pickles: [&str; 3]) {
    for pickle in pickles {
        assert_eq!(from_slice::<T>(&hex(pickle)).unwrap(), *value, "{pickle}");
    }
    let ours = PickleOptions::new().protocol(Protocol::V4).to_vec(value).unwrap();
    let [.., optimized] = pickles;
    // Every MEMOIZE is gone from theirs; there is no other 0x94 in these, nor in the frame's length.
    let body = |pickle: &[u8]| -> Vec<u8> {
        let behind_frame = if pickle[2] == 0x95 { 11 } else { 2 };
        pickle[behind_frame..].iter().copied().filter(|byte| *byte != 0x94).collect()
    };
    assert_eq!(body(&ours), body(&hex(optimized)));
}

#[test]
fn golden_vectors() {
    golden(
        &Point { x: 1.0, y: -2.0 },
        [
            "8002637368617065730a506f696e740a7100298171017d7102285801000000787103473ff00000000000\
             00580100000079710447c00000000000000075622e",
            "80049536000000000000008c06736861706573948c05506f696e749493942981947d94288c017894473f\
             f00000000000008c01799447c00000000000000075622e",
            "8004952f000000000000008c067368617065738c05506f696e749329817d288c0178473ff00000000000\
             008c017947c00000000000000075622e",
        ],
    );
    golden(
        &vec![Point { x: 1.0, y: -2.0 }, Point { x: 3.0, y: 4.0 }],
        [
            "80025d710028637368617065730a506f696e740a7101298171027d7103285801000000787104473ff000\
             0000000000580100000079710547c00000000000000075626801298171067d7107286804474008000000\
             00000068054740100000000000007562652e",
            "8004955a000000000000005d94288c06736861706573948c05506f696e749493942981947d94288c0178\
             94473ff00000000000008c01799447c000000000000000756268032981947d9428680647400800000000\
             000068074740100000000000007562652e",
            "80049553000000000000005d288c067368617065738c05506f696e74939429817d288c017894473ff000\
             00000000008c01799447c0000000000000007562680029817d2868014740080000000000006802474010\
             0000000000007562652e",
        ],
    );
    golden(
        &Circle { radius: 1.0, label: "c".into(), points: vec![Point { x: 0.0, y: 0.5 }] },
        [
            "8002637368617065730a436972636c650a7100473ff00000000000005801000000637101867102527103\
             7d71045806000000706f696e747371055d7106637368617065730a506f696e740a7107298171087d7109\
             28580100000078710a470000000000000000580100000079710b473fe000000000000075626173622e",
            "8004956b000000000000008c06736861706573948c06436972636c65949394473ff00000000000008c01\
             6394869452947d948c06706f696e7473945d948c06736861706573948c05506f696e749493942981947d\
             94288c0178944700000000000000008c017994473fe000000000000075626173622e",
            "8004955b000000000000008c067368617065738c06436972636c6593473ff00000000000008c01638652\
             7d8c06706f696e74735d8c067368617065738c05506f696e749329817d288c0178470000000000000000\
             8c0179473fe000000000000075626173622e",
        ],
    );
    golden(
        &Fraction { top: 1, bottom: 3 },
        [
            "8002637368617065730a4672616374696f6e0a71004b014b038671018171022e",
            "8004951f000000000000008c06736861706573948c084672616374696f6e9493944b014b03869481942e",
            "8004951a000000000000008c067368617065738c084672616374696f6e934b014b0386812e",
        ],
    );
    golden(
        &Unit,
        [
            "8002637368617065730a556e69740a7100298171012e",
            "80049516000000000000008c06736861706573948c04556e69749493942981942e",
            "80049512000000000000008c067368617065738c04556e69749329812e",
        ],
    );
    golden(
        &Pair(1, "a".into()),
        [
            "8002637368617065730a506169720a71004b0158010000006171018671025271032e",
            "8004951d000000000000008c06736861706573948c04506169729493944b018c016194869452942e",
            "80049517000000000000008c067368617065738c0450616972934b018c016186522e",
        ],
    );
    golden(
        &Vector { coords: (1.0, 2.0, 3.0), label: "v".into() },
        [
            "8002637368617065730a566563746f720a7100473ff00000000000004740000000000000004740080000\
             000000008771015271027d710358050000006c6162656c7104580100000076710573622e",
            "80049544000000000000008c06736861706573948c06566563746f72949394473ff00000000000004740\
             00000000000000474008000000000000879452947d948c056c6162656c948c01769473622e",
            "8004953c000000000000008c067368617065738c06566563746f7293473ff00000000000004740000000\
             0000000047400800000000000087527d8c056c6162656c8c017673622e",
        ],
    );
    golden(
        &Stack { items: vec![1, 2], limit: 3 },
        [
            "8002637368617065730a537461636b0a7100298171015d7102284b014b02654b03867103622e",
            "80049524000000000000008c06736861706573948c05537461636b9493942981945d94284b014b02654b\
             038694622e",
            "8004951e000000000000008c067368617065738c05537461636b9329815d284b014b02654b0386622e",
        ],
    );
    golden(
        &Shape::Empty,
        [
            "8002635f5f6275696c74696e5f5f0a676574617474720a7100637368617065730a53686170650a580500\
             0000456d707479710186527102298171032e",
            "8004951d000000000000008c06736861706573948c0b53686170652e456d7074799493942981942e",
            "80049519000000000000008c067368617065738c0b53686170652e456d7074799329812e",
        ],
    );
    golden(
        &Shape::Disc { radius: 1.0, label: "d".into() },
        [
            "8002635f5f6275696c74696e5f5f0a676574617474720a7100637368617065730a53686170650a580400\
             000044697363710186527102473ff00000000000008571035271047d710558050000006c6162656c7106\
             580100000064710773622e",
            "80049536000000000000008c06736861706573948c0a53686170652e44697363949394473ff000000000\
             0000859452947d948c056c6162656c948c01649473622e",
            "8004952e000000000000008c067368617065738c0a53686170652e4469736393473ff000000000000085\
             527d8c056c6162656c8c016473622e",
        ],
    );
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", deny_unknown, alias = "older.shapes.Spot", alias = "older:Outer.Spot")]
struct Spot {
    #[reduce(ctor)]
    x: u8,
    #[reduce(ctor, alias = "why")]
    y: u8,
}

#[test]
fn reads_liberally() {
    let spot = Spot { x: 1, y: 2 };
    check(&spot);
    let is_read = |pickle: &[u8]| assert_eq!(from_slice::<Spot>(pickle).unwrap(), spot);
    is_read(b"\x80\x02cshapes\nSpot\nK\x01K\x02\x86R.");
    is_read(b"\x80\x02cshapes\nSpot\nK\x01K\x02\x86\x81.");
    // The class pickled by default: attributes carry what the arguments do not.
    is_read(b"\x80\x02cshapes\nSpot\n)\x81}(X\x01\0\0\0xK\x01X\x01\0\0\0yK\x02ub.");
    is_read(b"\x80\x02cshapes\nSpot\n)\x81}(X\x03\0\0\0whyK\x02X\x01\0\0\0xK\x01ub.");
    is_read(b"\x80\x02colder.shapes\nSpot\nK\x01K\x02\x86R.");
    is_read(b"\x80\x04\x8c\x05older\x8c\x0aOuter.Spot\x93K\x01K\x02\x86R.");
    let message = |pickle: &[u8]| from_slice::<Spot>(pickle).unwrap_err().to_string();
    let found = message(b"\x80\x02cshapes\nSpot\nK\x01\x85R.");
    assert!(found.contains("found 1 constructor argument, expected 2"), "{found}");
    let found = message(b"\x80\x02cshapes\nSpot\n)\x81}X\x01\0\0\0xK\x01sb.");
    assert!(found.contains('y'), "{found}");
    let found = message(b"\x80\x02cshapes\nSpot\n)\x81}X\x01\0\0\0zK\x01sb.");
    assert!(found.contains('z') && found.contains("x, y"), "{found}");
}

#[test]
fn denies_unknown_attributes_behind_arguments() {
    let pickle = b"\x80\x02cshapes\nSpot\nK\x01K\x02\x86R}X\x01\0\0\0zK\x01sb.";
    let found = from_slice::<Spot>(pickle).unwrap_err().to_string();
    assert!(found.contains('z') && found.contains("x, y"), "{found}");
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "jobs", name = "", alias = "older.Job", rename_all = "UPPERCASE")]
enum Job {
    #[reduce(alias = "Halt", alias = "other:Outer.Stop")]
    Stop,
    Run(u8),
}

#[test]
fn enum_names() {
    let pickle = check(&vec![Job::Stop, Job::Run(1), Job::Stop]);
    let has = |name: &[u8]| pickle.windows(name.len()).any(|window| window == name);
    assert!(has(b"\x04jobs\x8c\x04STOP") && has(b"\x04jobs\x8c\x03RUN"));
    let is_stop = |pickle: &[u8]| assert_eq!(from_slice::<Job>(pickle).unwrap(), Job::Stop);
    is_stop(b"\x80\x02cjobs\nHalt\n)\x81.");
    is_stop(b"\x80\x04\x8c\x05other\x8c\x0aOuter.Stop\x93)\x81.");
    is_stop(b"\x80\x04\x8c\x05older\x8c\x08Job.STOP\x93)\x81.");
    let found = from_slice::<Job>(b"\x80\x02cjobs\nWalk\n)\x81.").unwrap_err().to_string();
    assert!(found.contains("jobs.STOP or jobs.RUN"), "{found}");
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", getstate = Bag::state, setstate = Bag::set_state, ctor = Bag::new)]
struct Bag {
    #[reduce(ctor)]
    name: String,
    items: Vec<u16>,
}

impl Bag {
    fn new(name: String) -> Bag {
        Bag { name, items: vec![1] }
    }

    fn state(&self) -> Vec<u16> {
        self.items.clone()
    }

    fn set_state(&mut self, items: Vec<u16>) {
        self.items.extend(items);
    }
}

#[test]
fn state_goes_onto_what_was_constructed() {
    let pickle = to_vec(&Bag { name: "b".into(), items: vec![2, 3] }).unwrap();
    let back: Bag = from_slice(&pickle).unwrap();
    assert_eq!(back, Bag { name: "b".into(), items: vec![1, 2, 3] });
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "shapes", ctor = Turned::new)]
struct Turned {
    #[reduce(args)]
    coords: (f64, f64),
    #[reduce(skip)]
    norm: f64,
}

impl Turned {
    fn new(x: f64, y: f64) -> Result<Turned, std::num::TryFromIntError> {
        Ok(Turned { coords: (x, y), norm: x.hypot(y) })
    }
}

#[test]
fn whole_arguments_go_to_the_constructor() {
    check(&Turned { coords: (3.0, 4.0), norm: 5.0 });
    // As attributes, the tuple is one of them.
    let pickle = b"\x80\x02cshapes\nTurned\n)\x81}X\x06\0\0\0coordsK\x03K\x04\x86sb.";
    let found: Turned = from_slice(pickle).unwrap();
    assert_eq!(found, Turned { coords: (3.0, 4.0), norm: 5.0 });
}

#[test]
fn the_registry_wins() {
    static SPOT: Class = Class::new("other", "spot");
    let mut registry = Registry::new();
    registry.register(
        &SPOT,
        |spot: &Spot| (spot.x, spot.y, 0u8),
        |(x, y, _): (u8, u8, u8)| Spot { x, y },
    );
    let spots = vec![Spot { x: 1, y: 2 }, Spot { x: 3, y: 4 }];
    let pickle = PickleOptions::new().registry(&registry).to_vec(&spots).unwrap();
    assert!(from_slice::<Vec<Spot>>(&pickle).is_err());
    let options = UnpickleOptions::new().registry(&registry);
    assert_eq!(options.from_slice::<Vec<Spot>>(&pickle).unwrap(), spots);
}

#[test]
fn reads_older_argument_lists() {
    let config = Config::new("h".into(), 80);
    let older = b"\x80\x02cshapes\nConfig\nX\x01\0\0\0h\x85R}X\x07\0\0\0retriesK\x03sb.";
    assert_eq!(from_slice::<Config>(older).unwrap(), config);
    let without_state = b"\x80\x02cshapes\nConfig\nX\x01\0\0\0h\x85R.";
    assert_eq!(from_slice::<Config>(without_state).unwrap(), config);
    // The error is that of the list that came furthest, and of the first one, which is that of today,
    // if none did.
    let fails = |pickle: &[u8], message: &str| {
        assert_eq!(from_slice::<Config>(pickle).unwrap_err().to_string(), message);
    };
    fails(b"\x80\x02cshapes\nConfig\nX\0\0\0\0\x85R.", "no host, in Config (offset 2)");
    fails(
        b"\x80\x02cshapes\nConfig\nK\x05\x85R.",
        "found int 5, expected str, in Config.args[0] (offset 17)",
    );
    fails(
        b"\x80\x02cshapes\nConfig\n(K\x05K\x05K\x05tR.",
        "found 3 constructor arguments, expected 2, in Config (offset 2)",
    );
}

/// A cycle through a cell is closed by `relink`, in the state and behind an argument.
mod cycles {
    use std::cell::RefCell;
    use std::rc::{Rc, Weak};

    use pickle_core::{Reduce, from_slice, to_vec};

    #[derive(Debug, Default, Reduce)]
    #[reduce(module = "shapes")]
    struct Parent {
        children: RefCell<Vec<Rc<Child>>>,
    }

    #[derive(Debug, Default, Reduce)]
    #[reduce(module = "shapes")]
    struct Child {
        #[reduce(ctor)]
        name: String,
        parent: RefCell<Weak<Parent>>,
    }

    #[derive(Debug, Reduce)]
    #[reduce(module = "shapes")]
    enum Node {
        Leaf,
        Inner {
            below: RefCell<Vec<Rc<Node>>>,
            #[reduce(ctor)]
            above: Back,
        },
        Pair(Rc<Node>, Back),
    }

    #[derive(Debug, Reduce)]
    #[reduce(transparent)]
    struct Back(RefCell<Weak<Node>>);

    #[test]
    fn are_closed_in_enums() {
        let back = || Back(RefCell::new(Weak::new()));
        let leaf = Rc::new(Node::Leaf);
        let root = Rc::new(Node::Inner { below: RefCell::new(vec![]), above: back() });
        let pair = Node::Pair(leaf, Back(RefCell::new(Rc::downgrade(&root))));
        let Node::Inner { below, .. } = &*root else { panic!("found another variant") };
        below.borrow_mut().push(Rc::new(pair));
        let root: Rc<Node> = from_slice(&to_vec(&root).unwrap()).unwrap();
        let Node::Inner { below, .. } = &*root else { panic!("found another variant") };
        let pair = Rc::clone(&below.borrow()[0]);
        let Node::Pair(leaf, above) = &*pair else { panic!("found another variant") };
        assert!(matches!(**leaf, Node::Leaf));
        assert!(Rc::ptr_eq(&above.0.borrow().upgrade().unwrap(), &root));
    }

    #[test]
    fn are_closed() {
        let parent = Rc::new(Parent::default());
        let child = Child { name: "c".into(), parent: RefCell::new(Rc::downgrade(&parent)) };
        parent.children.borrow_mut().push(Rc::new(child));
        let pickle = to_vec(&parent).unwrap();
        let back: Rc<Parent> = from_slice(&pickle).unwrap();
        let child = Rc::clone(&back.children.borrow()[0]);
        let found = child.parent.borrow().upgrade().unwrap();
        assert!(Rc::ptr_eq(&found, &back));
    }
}

#[test]
fn every_protocol() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let track = Track { length: Metres(3.0), times: vec![Metres(1.0)] };
        let pickle = options.to_vec(&track).unwrap();
        assert_eq!(from_slice::<Track>(&pickle).unwrap(), track, "{protocol:?}");
        let fraction = Fraction { top: 1, bottom: 3 };
        let pickle = options.to_vec(&fraction).unwrap();
        assert_eq!(from_slice::<Fraction>(&pickle).unwrap(), fraction, "{protocol:?}");
        let shapes = vec![Shape::Empty, Shape::Disc { radius: 1.0, label: "d".into() }];
        let pickle = options.to_vec(&shapes).unwrap();
        assert_eq!(from_slice::<Vec<Shape>>(&pickle).unwrap(), shapes, "{protocol:?}");
    }
}

/// Hidden methods of the traits have names that hide none of the standard library's.
#[test]
fn methods_of_vectors_are_theirs_where_reduce_is_imported() {
    let mut bytes = vec![1_u8, 2];
    bytes.fill(7);
    assert_eq!(bytes, [7, 7]);
}
