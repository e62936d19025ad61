//! The two reading routes give the same value or the same error for every input: valid pickles of
//! every shape, and thousands of damaged ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt::Debug;
use std::rc::Rc;

use pickle_core::tools::genops;
use pickle_core::{
    Graph, Opcode, PersistentId, PickleBuffer, PickleOptions, Placement, Profile, Protocol,
    ReconstructOwned, Reduce, Registry, Route, UnpickleOptions, Value, to_vec,
};
use pickle_tests::check::{load, load_with};
use pickle_tests::corpus::{cases, folder};
use pickle_tests::models::{Called, Labelled, Point, Shape, Shared};
use pickle_tests::random::Random;

/// How many damaged pickles are made of each valid one; `PICKLE_ROUNDS` multiplies it.
const ROUNDS: usize = 300;

fn rounds() -> usize {
    let times = std::env::var("PICKLE_ROUNDS").ok().and_then(|times| times.parse().ok());
    ROUNDS * times.unwrap_or(1)
}

fn point(x: f64) -> Point {
    Point { x, y: -x }
}

fn labelled(name: &str) -> Labelled {
    Labelled {
        name: name.to_owned(),
        at: point(1.5),
        tags: vec![],
        note: (name.len() > 1).then(|| "a note".to_owned()),
        count: 70_000,
    }
}

/// Both routes agree on the value's pickles and on what becomes of them by damage.
fn agree_on<T: Reduce + ReconstructOwned + Debug + PartialEq>(value: &T) {
    let mut random = Random::new(7);
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
        assert_eq!(&load::<T>(&pickle).unwrap(), value);
        for _ in 0..rounds() {
            let _ = load::<T>(&random.damage(&pickle));
        }
    }
}

/// States of each form, items, keyword arguments, bases and members of enums.
mod constructions {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", state = "slots")]
    struct Slotted {
        x: u8,
        note: Option<String>,
        inner: Option<Box<Slotted>>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", state = "list")]
    struct Listed {
        #[reduce(ctor)]
        name: String,
        x: Option<u8>,
        many: Vec<u16>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", state = "list")]
    struct Single {
        only: Option<u16>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", state = "tuple", init)]
    struct Tupled {
        x: Vec<Option<u16>>,
        y: BTreeMap<u8, u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Stack {
        #[reduce(listitems)]
        items: Vec<Option<Slotted>>,
        label: Option<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", init, state = "tuple")]
    struct Table {
        #[reduce(dictitems)]
        entries: BTreeMap<u8, Vec<u16>>,
        label: BTreeMap<u8, u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", new)]
    struct Colour {
        #[reduce(ctor)]
        name: String,
        #[reduce(kw)]
        alpha: u8,
        #[reduce(kw, default)]
        depth: Option<u8>,
        kept: u8,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Reduce)]
    #[reduce(module = "shapes", enum)]
    enum Level {
        Low = 1,
        High = 300,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Reduce)]
    #[reduce(module = "shapes", enum = "name")]
    enum Compass {
        North,
        South,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", state_setter = "shapes.fill")]
    struct Dog {
        #[reduce(flatten)]
        colour: Point,
        level: Level,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    enum Known {
        Level(Level),
        #[reduce(other)]
        Other(Value),
    }

    fn slotted(x: u8, inner: Option<Slotted>) -> Slotted {
        Slotted { x, note: (x > 1).then(|| "n".to_owned()), inner: inner.map(Box::new) }
    }

    /// The predictive route reads what we write ourselves, from protocol 2 on.
    fn predicted<T: Reduce + ReconstructOwned + Debug + PartialEq>(value: &T, since: Protocol) {
        let options = UnpickleOptions::new().route(Route::Predictive);
        for protocol in Protocol::ALL.into_iter().filter(|protocol| *protocol >= since) {
            let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
            assert_eq!(&options.from_slice::<T>(&pickle).unwrap(), value, "protocol {protocol}");
        }
    }

    #[test]
    fn are_predicted() {
        let slots = vec![slotted(1, None), slotted(2, Some(slotted(3, None))), slotted(4, None)];
        predicted(&slots, Protocol::V2);
        let listed = Listed { name: "n".to_owned(), x: None, many: vec![1, 2] };
        predicted(&vec![listed.clone(), listed], Protocol::V2);
        predicted(&vec![Tupled { x: vec![None], y: [(1, 2)].into() }], Protocol::V2);
        let items = vec![Some(slotted(1, None)), None];
        predicted(&vec![Stack { items, label: None }], Protocol::V2);
        let entries = [(1, vec![2]), (3, vec![])].into();
        predicted(&vec![Table { entries, label: BTreeMap::new() }], Protocol::V2);
        let colour = |depth| Colour { name: "n".to_owned(), alpha: 1, depth, kept: 2 };
        predicted(&vec![colour(None), colour(Some(1))], Protocol::V4);
        let members = vec![(Level::Low, Compass::North), (Level::High, Compass::South)];
        predicted(&members, Protocol::V2);
    }

    #[test]
    fn states() {
        agree_on(&vec![slotted(1, None), slotted(2, Some(slotted(3, None))), slotted(4, None)]);
        let listed = |x| Listed { name: "n".to_owned(), x, many: vec![1, 2] };
        agree_on(&vec![listed(None), listed(Some(1)), listed(None)]);
        agree_on(&vec![Single { only: None }, Single { only: Some(1) }]);
        let tupled = |x: &[Option<u16>]| Tupled { x: x.to_vec(), y: [(1, 2)].into() };
        agree_on(&vec![tupled(&[]), tupled(&[None]), tupled(&[Some(1), None])]);
    }

    #[test]
    fn items() {
        let stack = |items: &[Option<Slotted>]| Stack { items: items.to_vec(), label: None };
        let one = || Some(slotted(1, None));
        agree_on(&vec![stack(&[]), stack(&[None]), stack(&[one(), None]), stack(&[one()])]);
        let table = |keys: &[u8]| {
            let entries = keys.iter().map(|&key| (key, vec![1])).collect();
            Table { entries, label: BTreeMap::new() }
        };
        agree_on(&vec![table(&[]), table(&[1]), table(&[1, 2])]);
    }

    #[test]
    fn calls() {
        let colour = |depth| Colour { name: "n".to_owned(), alpha: 1, depth, kept: 2 };
        agree_on(&vec![colour(None), colour(Some(1))]);
        agree_on(&vec![(Level::Low, Compass::North), (Level::High, Compass::South)]);
        agree_on(&vec![Dog { colour: point(1.0), level: Level::Low }]);
        agree_on(&vec![Known::Level(Level::Low), Known::Other(Value::from(1))]);
    }
}

/// Records that all take as many bytes: many in a row, as we write them and as CPython does, and
/// references to them.
mod fixed {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Spot {
        x: f64,
        near: f32,
        is_on: bool,
        kind: u8,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Pair {
        low: Spot,
        high: Spot,
    }

    #[derive(Debug, Clone, Copy, PartialEq, Reduce)]
    #[reduce(dict)]
    struct Row {
        at: f64,
        spot: Spot,
        is_last: bool,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Generic<T> {
        left: T,
        right: T,
    }

    fn spot(kind: u8) -> Spot {
        let x = f64::from(kind) / 3.0;
        Spot { x, near: f32::from(kind) / 3.0, is_on: kind.is_multiple_of(3), kind }
    }

    fn pairs(count: u8) -> Vec<Pair> {
        (0..count).map(|kind| Pair { low: spot(kind), high: spot(!kind) }).collect()
    }

    /// As CPython writes it, and damaged.
    fn agree_as_cpython<T>(value: &T) -> Vec<u8>
    where
        T: Reduce + ReconstructOwned + Debug + PartialEq,
    {
        agree_on(value);
        let ours = to_vec(value).unwrap();
        let graph = Graph::from_slice(&ours).unwrap();
        let options = PickleOptions::new().protocol(Protocol::V4).profile(Profile::CPythonC);
        let pickle = options.graph_to_vec(&graph).unwrap();
        assert_eq!(&load::<T>(&pickle).unwrap(), value);
        let predictive = UnpickleOptions::new().route(Route::Predictive);
        assert_eq!(&predictive.from_slice::<T>(&pickle).unwrap(), value);
        let mut random = Random::new(5);
        for _ in 0..3 * rounds() {
            let _ = load::<T>(&random.damage(&pickle));
        }
        pickle
    }

    #[test]
    fn in_a_row() {
        for count in [0, 1, 2, 3, 40, 100] {
            let pairs = pairs(count);
            agree_as_cpython(&pairs);
            let rows = pairs.iter().map(|pair| Row {
                at: pair.low.x,
                spot: pair.high,
                is_last: pair.low.is_on,
            });
            agree_as_cpython(&rows.collect::<Vec<_>>());
            let generic = pairs.iter().map(|pair| Generic { left: pair.low, right: pair.high });
            agree_as_cpython(&generic.collect::<Vec<_>>());
            let lists = pairs.chunks(7).map(<[Pair]>::to_vec).collect::<Vec<_>>();
            agree_as_cpython(&(lists, pairs.len() as u64, pairs));
        }
    }

    /// A byte that is spelled as a longer integer, a float as an integer, and back.
    #[test]
    fn spelled_otherwise() {
        // Without frames, whose lengths would have to change.
        let pickle = PickleOptions::new().protocol(Protocol::V3).to_vec(&pairs(20)).unwrap();
        let float = |x: f64| [&b"G"[..], &x.to_be_bytes()].concat();
        for kind in [3u8, 9, 12] {
            let long = [b'M', kind, 0];
            let replaced = replace(&pickle, &[b'K', kind, b'u'], &[&long[..], b"u"].concat());
            assert_eq!(load::<Vec<Pair>>(&replaced).unwrap(), pairs(20));
            let x = spot(kind).x;
            let replaced = replace(&pickle, &float(x), &[b'K', kind / 3]);
            assert_eq!(load::<Vec<Pair>>(&replaced).unwrap(), pairs(20));
        }
    }

    fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
        let at = bytes.windows(from.len()).position(|part| part == from).unwrap();
        let (before, rest) = bytes.split_at(at);
        let (_, behind) = rest.split_at(from.len());
        [before, to, behind].concat()
    }

    /// Types of one generic struct have one class, but not one template.
    #[test]
    fn of_one_class() {
        #[derive(Debug, Clone, PartialEq, Reduce)]
        #[reduce(module = "shapes")]
        struct Two<T, U> {
            left: T,
            right: U,
        }
        let two = |right| Two { left: true, right };
        let values = || (0..40u8).map(two).collect::<Vec<_>>();
        let others = || (0..40u8).map(|left| Two { left, right: true }).collect::<Vec<_>>();
        agree_as_cpython(&(values(), others(), values()));
        let pickle = to_vec(&(values(), values())).unwrap();
        type Wrong = (Vec<Two<bool, u8>>, Vec<Two<u8, bool>>);
        load::<Wrong>(&pickle).unwrap_err();
    }

    /// Every memo entry is what the machine has there, in a run of records and behind it.
    #[test]
    fn named_again() {
        let pairs = pairs(50);
        let pickle = agree_as_cpython(&(pairs.clone(), vec![pairs[0]]));
        let body = &pickle[11..pickle.len() - 3];
        let again = |index: u16| {
            let get = [&b"]\x94(j"[..], &index.to_le_bytes(), b"\0\0e\x87."].concat();
            [&pickle[..2], body, &get].concat()
        };
        let predictive = UnpickleOptions::new().route(Route::Predictive);
        let mut found = vec![];
        for index in 0..400 {
            let pickle = again(index);
            let _ = load::<(Vec<Pair>, Vec<Pair>, Vec<Pair>)>(&pickle);
            let _ = load::<(Vec<Pair>, Vec<Pair>, Vec<Spot>)>(&pickle);
            let _ = load::<(Vec<Pair>, Vec<Pair>, Vec<String>)>(&pickle);
            if let Ok((.., last)) =
                predictive.from_slice::<(Vec<Pair>, Vec<Pair>, Vec<Pair>)>(&pickle)
            {
                found.extend(last);
            }
        }
        assert_eq!(found, [pairs.clone(), vec![pairs[0]]].concat());
    }
}

/// References to each of many memo entries, near ones and far ones, with texts of all lengths.
#[test]
fn long_memo() {
    let names = (0..700).map(|length| labelled(&"x".repeat(length % 90)));
    let items: Vec<_> = names.collect();
    let ours = to_vec(&items).unwrap();
    let graph = Graph::from_slice(&ours).unwrap();
    let options = PickleOptions::new().protocol(Protocol::V4).profile(Profile::CPythonC);
    let pickle = options.graph_to_vec(&graph).unwrap();
    let operations = genops(&pickle).map(Result::unwrap);
    let entries = operations.filter(|operation| operation.opcode == Opcode::Memoize).count();
    assert!(entries > 4000, "{entries}");
    let (frame, body) = pickle.split_at(11);
    let body = body.strip_suffix(b".").unwrap();
    let (mut items, mut texts, mut points) = (0, 0, 0);
    for index in (0..entries).step_by(7).chain(entries - 300..entries) {
        let get = [&b"j"[..], &u32::try_from(index).unwrap().to_le_bytes(), b"\x86."].concat();
        let [proto, ..] = frame else { panic!("{frame:?}") };
        let again = [&[*proto, 4][..], body, &get].concat();
        items += usize::from(load::<(Vec<Labelled>, Labelled)>(&again).is_ok());
        texts += usize::from(load::<(Vec<Labelled>, String)>(&again).is_ok());
        points += usize::from(load::<(Vec<Labelled>, Point)>(&again).is_ok());
    }
    assert!(items > 100 && texts > 10 && points > 100, "{items} {texts} {points}");
}

#[test]
fn records() {
    agree_on(&vec![point(0.0), point(1.0), point(2.0)]);
    agree_on(&vec![labelled("a"), labelled("bc"), labelled("a")]);
    let called =
        |first| Called { first, second: vec![point(0.5), point(7.0)], kept: "kept".to_owned() };
    agree_on(&vec![called(1), called(1 << 40), called(-5)]);
}

#[test]
fn enums() {
    let rect = Shape::Rect { low: point(0.0), high: point(9.0) };
    let many = Shape::Many(vec![Shape::Nothing, rect.clone(), Shape::Circle(1.0)]);
    agree_on(&vec![Shape::Nothing, Shape::Circle(2.0), rect, many, Shape::Nothing]);
}

#[test]
fn containers() {
    agree_on(&vec![vec![], vec![1u16], vec![2, 300], vec![]]);
    agree_on(&vec![(1u8, String::from("one")), (2, String::from("two"))]);
    agree_on(&BTreeMap::from([("a".to_owned(), vec![1i64, 2]), ("b".to_owned(), vec![])]));
    agree_on(&BTreeMap::from([(1u64, Some(point(1.0))), (2, None)]));
    agree_on(&BTreeSet::from(["x".to_owned(), "y".to_owned()]));
    agree_on(&(vec![0u8, 1, 2], [1u32, 2, 3, 4, 5], (true, None::<i8>)));
    agree_on(&VecDeque::from([1.5f64, 2.5]));
    agree_on(&vec![i128::MIN, 0, i128::MAX]);
}

#[test]
fn shared_pointers() {
    let (shared, label) = (Rc::new(point(3.0)), Rc::<str>::from("label"));
    agree_on(&vec![Shared {
        left: shared.clone(),
        right: shared,
        label: label.clone(),
        labels: vec![label.clone(), "other".into(), label],
    }]);
}

#[test]
fn dynamic_values() {
    let record = Value::Dict(vec![
        (Value::from("name"), Value::from("n")),
        (Value::from(1), Value::List(vec![Value::None, Value::from(2.5), Value::from(true)])),
    ]);
    agree_on(&Value::List(vec![record.clone(), Value::Tuple(vec![]), record]));
}

/// What stands for something outside of the pickle: extension codes, persistent ids and buffers.
#[test]
fn the_world_outside() {
    type Outside = Vec<(Point, PersistentId<String>, Shape, Vec<u8>, Option<Labelled>)>;
    let mut registry = Registry::new();
    registry.extension("shapes", "Point", 1).unwrap();
    registry.extension("shapes", "Shape.Rect", 1000).unwrap();
    registry.persistent(|_: &Labelled| Some(7u8), |_: u8| labelled("known"));
    let buffers: [&[u8]; 3] = [b"one", b"two", b"three"];
    let options = UnpickleOptions::new().registry(&registry).buffers(&buffers);
    let writer = PickleOptions::new().registry(&registry).protocol(Protocol::V5);
    let callback = |_: &PickleBuffer<'_>| Ok(Placement::OutOfBand);
    let writer = writer.buffer_callback(&callback);
    let rect = Shape::Rect { low: point(0.0), high: point(9.0) };
    let row = |id: &str, known| {
        let id = PersistentId(id.to_owned());
        (point(1.0), id, rect.clone(), PickleBuffer::new(b""), known)
    };
    let rows = vec![row("a", Some(labelled("x"))), row("b", None), row("c", Some(labelled("y")))];
    let pickle = writer.to_vec(&rows).unwrap();
    let back = load_with::<Outside>(options, &pickle).unwrap();
    assert_eq!((&*back[2].3, &back[2].4), (&b"three"[..], &Some(labelled("known"))));
    let mut random = Random::new(11);
    for _ in 0..10 * rounds() {
        let damaged = random.damage(&pickle);
        let _ = load_with::<Outside>(options, &damaged);
        let _ = load_with::<Value>(options, &damaged);
    }
}

/// The attributes of an instance in an order and with names that its struct does not have: the
/// prediction has to be given up or learned anew.
#[test]
fn instances_of_varying_shape() {
    let plain = to_vec(&vec![point(1.0), point(2.0), point(3.0)]).unwrap();
    let x = plain.windows(2).rposition(|pair| pair == b"h\x01").unwrap();
    let y = plain.windows(2).rposition(|pair| pair == b"h\x02").unwrap();
    let mut swapped = plain.clone();
    (swapped[x + 1], swapped[y + 1]) = (plain[y + 1], plain[x + 1]);
    let points: Vec<Point> = load(&swapped).unwrap();
    assert_eq!(points[2], Point { x: -3.0, y: 3.0 });
}

/// Every pickle of the corpus, as types that it may or may not hold.
#[test]
fn corpus() {
    let Some(folder) = folder() else {
        eprintln!("skipped: there is no corpus of pickles");
        return;
    };
    for case in cases(&folder) {
        let pickle = case.pickle;
        if pickle.len() > 20_000 {
            continue;
        }
        let _ = load::<Value>(&pickle);
        let _ = load::<Vec<Value>>(&pickle);
        let _ = load::<BTreeMap<String, Value>>(&pickle);
        let _ = load::<(i64, String)>(&pickle);
        let _ = load::<Vec<u8>>(&pickle);
        let _ = load::<BTreeSet<i64>>(&pickle);
        let _ = load::<Vec<Rc<Vec<i64>>>>(&pickle);
        let _ = load::<Point>(&pickle);
        let _ = load::<String>(&pickle);
        let _ = load::<i128>(&pickle);
        let _ = load::<f64>(&pickle);
        let _ = load::<Option<bool>>(&pickle);
    }
}

/// What this library writes for records is what the predictive route predicts, from protocol 2 on.
#[test]
fn own_records_are_predicted() {
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    let values = vec![labelled("a"), labelled("bc"), labelled("def")];
    for protocol in [Protocol::V2, Protocol::V3, Protocol::V4, Protocol::V5] {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&values).unwrap();
        assert_eq!(predictive.from_slice::<Vec<Labelled>>(&pickle).unwrap(), values);
    }
}
