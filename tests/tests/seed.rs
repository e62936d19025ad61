//! The five classes of the copyreg tutorial, as structs: against the pickles in the corpus, and
//! against every CPython here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Debug, Display};
use std::fs;
use std::path::Path;
use std::rc::Rc;

use pickle_core::{Kind, Loader, Reconstruct, ReconstructOwned, Reduce, Result, Saver};
use pickle_tests::{check, corpus};

/// A coordinate: Python has no need to say which kind of number.
#[derive(Debug, PartialEq, Clone, Copy)]
enum Number {
    Int(i128),
    Float(f64),
}

impl Reduce for Number {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            Number::Int(value) => saver.save(value),
            Number::Float(value) => saver.save(value),
        }
    }
}

impl<'de> Reconstruct<'de> for Number {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Number> {
        match loader.peek()? {
            Kind::Int => loader.load().map(Number::Int),
            _ => loader.load().map(Number::Float),
        }
    }
}

/// The value of a setting.
#[derive(Debug, PartialEq)]
enum Setting {
    Bool(bool),
    Int(i64),
    Str(String),
}

impl Reduce for Setting {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            Setting::Bool(value) => saver.save(value),
            Setting::Int(value) => saver.save(value),
            Setting::Str(value) => saver.save(value),
        }
    }
}

impl<'de> Reconstruct<'de> for Setting {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Setting> {
        match loader.peek()? {
            Kind::Bool => loader.load().map(Setting::Bool),
            Kind::Int => loader.load().map(Setting::Int),
            Kind::Str => loader.load().map(Setting::Str),
            _ => Err(loader.mismatch("bool, int or str")),
        }
    }
}

/// A dict in its own order, as `printed` shows it.
#[derive(Debug, PartialEq)]
struct Entries<V>(Vec<(String, V)>);

impl<V: Reduce> Reduce for Entries<V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut dict = saver.begin_dict(self.0.len())?;
        for (name, value) in &self.0 {
            saver.entry(&mut dict, name, value)?;
        }
        saver.end_dict(dict)
    }
}

impl<'de, V: Reconstruct<'de>> Reconstruct<'de> for Entries<V> {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Entries<V>> {
        let mut items = Vec::new();
        let mut entries = loader.begin_dict()?;
        while loader.next_key(&mut entries)? {
            let name = loader.load_key()?;
            loader.next_value(&mut entries)?;
            items.push((name, loader.load()?));
        }
        Ok(Entries(items))
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models")]
struct Point {
    #[reduce(ctor)]
    x: Number,
    #[reduce(ctor)]
    y: Number,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models")]
struct DataProcessor {
    #[reduce(ctor, state)]
    name: String,
    #[reduce(skip)]
    cache: HashMap<String, String>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models")]
struct Vector<A = Number, B = Number, C = Number> {
    #[reduce(args)]
    coords: (A, B, C),
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(
    module = "seed_models",
    ctor = Self::new,
    ctor = Self::with_pair,
    ctor = Self::with_value
)]
struct Config<V = Setting> {
    #[reduce(ctor)]
    settings: Entries<V>,
}

impl<V> Config<V> {
    fn new(settings: Entries<V>) -> Config<V> {
        Config { settings }
    }

    fn with_pair(name: String, value: V) -> Config<V> {
        Config { settings: Entries(vec![(name, value)]) }
    }

    fn with_value(value: V) -> Config<V> {
        Config::with_pair("value".into(), value)
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models")]
struct LogBuffer {
    #[reduce(ctor)]
    filename: String,
    #[reduce(skip)]
    buffer: String,
}

/// One of each, as `seed-all` has them in a list.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models", name = "")]
enum Any {
    Point(Number, Number),
    DataProcessor {
        #[reduce(ctor, state)]
        name: String,
    },
    Vector(Number, Number, Number),
    #[reduce(name = "Config")]
    Pair(String, Setting),
    LogBuffer(String),
}

type Origin = Vector<Point, Vector, ()>;

/// The value in `seed-shared-points`.
#[derive(Debug, PartialEq)]
enum Shared {
    One(Rc<Point>),
    Line(Rc<Point>, Rc<Point>),
}

impl Reduce for Shared {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            Shared::One(point) => saver.save(point),
            Shared::Line(from, to) => saver.save(&(from, to)),
        }
    }
}

impl<'de> Reconstruct<'de> for Shared {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Shared> {
        match loader.peek()? {
            Kind::Tuple => loader.load().map(|(from, to)| Shared::Line(from, to)),
            _ => loader.load().map(Shared::One),
        }
    }
}

/// A value as Python prints it.
trait Repr {
    fn repr(&self) -> String;
}

impl Repr for () {
    fn repr(&self) -> String {
        "None".into()
    }
}

impl Repr for Number {
    fn repr(&self) -> String {
        match self {
            Number::Int(value) => value.to_string(),
            Number::Float(value) => format!("{value:?}"),
        }
    }
}

impl Repr for Setting {
    fn repr(&self) -> String {
        match self {
            Setting::Bool(true) => "True".into(),
            Setting::Bool(false) => "False".into(),
            Setting::Int(value) => value.to_string(),
            Setting::Str(value) => format!("'{value}'"),
        }
    }
}

impl<V: Repr> Repr for Entries<V> {
    fn repr(&self) -> String {
        let entry = |(name, value): &(String, V)| format!("'{name}': {}", value.repr());
        format!("{{{}}}", self.0.iter().map(entry).collect::<Vec<_>>().join(", "))
    }
}

impl Repr for Point {
    fn repr(&self) -> String {
        format!("Point({}, {})", self.x.repr(), self.y.repr())
    }
}

impl Repr for DataProcessor {
    fn repr(&self) -> String {
        format!("DataProcessor({}, cache_size={})", self.name, self.cache.len())
    }
}

impl<A: Repr, B: Repr, C: Repr> Repr for Vector<A, B, C> {
    fn repr(&self) -> String {
        let (x, y, z) = &self.coords;
        format!("Vector({}, {}, {})", x.repr(), y.repr(), z.repr())
    }
}

impl<V: Repr> Repr for Config<V> {
    fn repr(&self) -> String {
        format!("Config({})", self.settings.repr())
    }
}

impl Repr for LogBuffer {
    fn repr(&self) -> String {
        format!("LogBuffer({}, buffered={})", self.filename, self.buffer.len())
    }
}

impl Repr for Shared {
    fn repr(&self) -> String {
        match self {
            Shared::One(point) => point.repr(),
            Shared::Line(from, to) => format!("({}, {})", from.repr(), to.repr()),
        }
    }
}

type All = (Point, DataProcessor, Vector, Config, Config, LogBuffer);

impl Repr for All {
    fn repr(&self) -> String {
        let (point, processor, vector, pair, dict, log) = self;
        let (point, processor, vector) = (point.repr(), processor.repr(), vector.repr());
        let (pair, dict, log) = (pair.repr(), dict.repr(), log.repr());
        format!("[{point}, {processor}, {vector}, {pair}, {dict}, {log}]")
    }
}

struct Printed<'a, T>(&'a T);

impl<T: Repr> Display for Printed<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.repr())
    }
}

/// What the pickle of this name holds, as Python prints it.
fn printed(name: &str, pickle: &[u8]) -> Result<String, String> {
    fn load<T: ReconstructOwned + Repr + Debug + PartialEq>(
        pickle: &[u8],
    ) -> Result<String, String> {
        check::load::<T>(pickle).map(|value| Printed(&value).to_string())
    }
    let kind = name.strip_prefix("seed-").unwrap_or(name);
    let kind = kind.strip_prefix("default-").unwrap_or(kind);
    match kind.split('-').next().unwrap_or_default() {
        "point" => load::<Point>(pickle),
        "processor" => load::<DataProcessor>(pickle),
        "vector" => load::<Vector>(pickle),
        "config" => load::<Config>(pickle),
        "logbuffer" => load::<LogBuffer>(pickle),
        "all" => load::<All>(pickle),
        "nested" => load::<Config<Origin>>(pickle),
        "shared" => {
            check::each_route(pickle, |value: BTreeMap<String, Shared>| {
                let (Some(Shared::One(a)), Some(Shared::One(b)), Some(Shared::Line(from, _))) =
                    (value.get("a"), value.get("b"), value.get("line"))
                else {
                    return Err(format!("found {value:?}"));
                };
                let is_one = Rc::ptr_eq(a, b) && Rc::ptr_eq(a, from);
                if is_one { Ok(()) } else { Err("found three points, expected one".into()) }
            })?;
            load::<Entries<Shared>>(pickle)
        }
        other => Err(format!("{other} is none of the programs")),
    }
}

#[test]
fn the_corpus() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: there is no corpus");
        return;
    };
    let mut count = 0;
    let mut failures = Vec::new();
    for case in corpus::cases(&folder) {
        let name = case.name();
        if !name.starts_with("seed-") {
            continue;
        }
        count += 1;
        // Where it is not said, it would have opened a file.
        let expected = case.entry["printed"].as_str().unwrap_or("LogBuffer(app.log, buffered=0)");
        let found = printed(name, &case.pickle);
        if found.as_deref() != Ok(expected) {
            failures.push(format!("{name}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 121, "found {count} cases, expected at least 121");
}

/// Some of the corpus's pickles, for a clone without it.
#[test]
fn golden() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/seed");
    let list = fs::read_to_string(folder.join("printed.txt")).unwrap();
    for line in list.lines() {
        let (name, expected) = line.split_once(": ").unwrap();
        let pickle = fs::read(folder.join(format!("{name}.pkl"))).unwrap();
        assert_eq!(printed(name, &pickle).as_deref(), Ok(expected), "{name}");
    }
}

fn int(value: i128) -> Number {
    Number::Int(value)
}

fn point() -> Point {
    Point { x: int(3), y: int(4) }
}

fn processor() -> DataProcessor {
    DataProcessor { name: "my_processor".into(), cache: HashMap::new() }
}

fn vector() -> Vector {
    Vector { coords: (int(1), int(2), int(3)) }
}

fn settings() -> Config {
    let entries = [("theme", Setting::Str("dark".into())), ("timeout", Setting::Int(30))];
    Config::new(Entries(entries.map(|(name, value)| (name.to_owned(), value)).into()))
}

fn pair() -> Config {
    Config::with_pair("debug".into(), Setting::Bool(true))
}

fn log() -> LogBuffer {
    LogBuffer { filename: "app.log".into(), buffer: String::new() }
}

#[test]
fn every_python() {
    const SETUP: &str = "from seed_models import *";
    const PY_2_7: (u32, u32) = (2, 7);
    let floats = Point { x: Number::Float(-0.5), y: int(10i128.pow(30)) };
    let origin = Vector { coords: (point(), Vector { coords: (int(0), int(0), int(0)) }, ()) };
    let all = vec![
        Any::Point(int(3), int(4)),
        Any::DataProcessor { name: "p".into() },
        Any::Vector(int(1), int(2), int(3)),
        Any::Pair("a".into(), Setting::Int(5)),
        Any::LogBuffer("app.log".into()),
    ];
    let all_expr = "[Point(3, 4), DataProcessor('p'), Vector(1, 2, 3), Config('a', 5), \
                    LogBuffer('app.log')]";
    check::agree_on_instances(&[
        check::row(point(), "Point(3, 4)", SETUP, PY_2_7),
        check::row(floats, "Point(-0.5, 10**30)", SETUP, PY_2_7),
        check::row(processor(), "DataProcessor('my_processor')", SETUP, PY_2_7),
        check::row(vector(), "Vector(1, 2, 3)", SETUP, PY_2_7),
        check::row(pair(), "Config('debug', True)", SETUP, PY_2_7),
        // From 3.7 on a dict keeps its order, and so does the pickle.
        check::row(settings(), "Config({'theme': 'dark', 'timeout': 30})", SETUP, (3, 7)),
        check::row(Config::<Setting>::new(Entries(vec![])), "Config({})", SETUP, PY_2_7),
        check::row(log(), "LogBuffer('app.log')", SETUP, PY_2_7),
        check::row(
            Config::with_pair("origin".into(), origin),
            "Config('origin', Vector(Point(3, 4), Vector(0, 0, 0), None))",
            SETUP,
            PY_2_7,
        ),
        check::row(all, all_expr, SETUP, PY_2_7),
    ]);
}

/// Sharing in both directions: `a is b is line[0]`.
#[test]
fn shared_points() {
    let a = Rc::new(point());
    let to = Rc::new(Point { x: int(5), y: int(6) });
    let value = BTreeMap::from([
        ("a".to_owned(), Shared::One(Rc::clone(&a))),
        ("b".to_owned(), Shared::One(Rc::clone(&a))),
        ("line".to_owned(), Shared::Line(a, to)),
    ]);
    let pickles = check::round_trip(&value);
    check::agree_on_instances(&[check::row_of(
        &pickles,
        "{'a': point, 'b': point, 'line': (point, Point(5, 6))}",
        "from seed_models import *; point = Point(3, 4)",
        |pickle| printed("seed-shared-points", pickle).map(drop),
    )]);
}

/// A buffer that opens its file when it is loaded.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "seed_models", name = "LogBuffer", after = Reopened::reopen)]
struct Reopened {
    #[reduce(ctor)]
    filename: String,
}

impl Reopened {
    fn reopen(&mut self) -> Result<(), String> {
        let file = fs::File::open(&self.filename);
        file.map(drop).map_err(|error| format!("cannot open {}: {:?}", self.filename, error.kind()))
    }
}

#[test]
fn a_file_that_is_missing() {
    let buffers = |name: &str| vec![(1, Reopened { filename: name.into() })];
    let pickle = pickle_core::to_vec(&buffers("no/such/app.log")).unwrap();
    assert_eq!(
        check::load::<Vec<(u8, Reopened)>>(&pickle).unwrap_err(),
        "cannot open no/such/app.log: NotFound, in [0][1] (offset 14)",
    );
    let there = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    check::round_trip(&buffers(there));
}
