//! The two reading routes give the same value or the same error for every input: valid pickles of
//! every shape, and thousands of damaged ones.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod bases;
mod constructions;
mod fixed;

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

/// A list of one item that is read again as one of other items.
#[test]
fn lists_of_other_items() {
    let items: [&[u8]; 7] =
        [b"K\x01", b"\x8c\x01a", b"]", b"]K\x01a", b"K\x01K\x02\x86", b"N", b"G\0\0\0\0\0\0\0\0"];
    for item in items {
        let pickle = [b"\x80\x04]\x94", item, b"ah\0\x86."].concat();
        let _ = load::<(Vec<u8>, Vec<String>)>(&pickle);
        let _ = load::<(Vec<String>, Vec<u8>)>(&pickle);
        let _ = load::<(Vec<Vec<u8>>, Vec<u8>)>(&pickle);
        let _ = load::<(Vec<(u8, u8)>, Vec<u8>)>(&pickle);
        let _ = load::<(Vec<Option<u8>>, Vec<f64>)>(&pickle);
        let _ = load::<(Vec<f64>, Vec<Option<Point>>)>(&pickle);
    }
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

/// More attributes than are remembered for a class, with names that the next class has as well.
#[test]
fn many_unknown_attributes() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Few {
        a: u8,
    }
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Other {
        x: u8,
    }
    // The memo: `Few`, its attributes `a` to `j`, `x`, and `Other`.
    let few = |is_first: bool| {
        let mut few = if is_first { b"cshapes\nFew\n\x94".to_vec() } else { b"h\0".to_vec() };
        few.extend(b")\x81}(");
        for (index, name) in (1..).zip(b"abcdefghijx") {
            let (spelled, known) = ([0x8c, 1, *name, 0x94], [b'h', index]);
            few.extend(if is_first { &spelled[..] } else { &known });
            few.extend([b'K', index]);
        }
        few.extend(b"ub");
        few
    };
    let other = b"cshapes\nOther\n\x94)\x81}(h\x0bK\x07h\x01K\x08ub";
    let again = b"h\x0c)\x81}(h\x0bK\x07h\x01K\x08ub";
    let parts = [b"\x80\x04(", &few(true)[..], other, &few(false), again, &few(false), b"t."];
    let value = load::<(Few, Other, Few, Other, Few)>(&parts.concat()).unwrap();
    let (few, other) = (|| Few { a: 1 }, || Other { x: 7 });
    assert_eq!(value, (few(), other(), few(), other(), few()));
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
