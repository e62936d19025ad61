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

/// Base classes: their attributes in the order that picklers write, and in all others.
mod bases {
    use super::*;

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Animal {
        legs: u8,
        #[reduce(default)]
        names: Vec<String>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo", deny_unknown)]
    struct Pet<B> {
        #[reduce(flatten)]
        animal: B,
        #[reduce(alias = "keeper")]
        owner: Option<u16>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Place {
        x: Option<f64>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Dog {
        #[reduce(flatten)]
        pet: Pet<Animal>,
        #[reduce(flatten)]
        place: Place,
        friend: Option<Box<Dog>>,
        #[reduce(default)]
        tricks: u8,
    }

    /// All attributes are those of bases.
    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Cat {
        #[reduce(flatten)]
        pet: Pet<Animal>,
    }

    fn animal(legs: u8) -> Animal {
        Animal { legs, names: vec!["n".to_owned(); usize::from(legs % 3)] }
    }

    fn pet(legs: u8) -> Pet<Animal> {
        Pet { animal: animal(legs), owner: (legs > 1).then_some(300) }
    }

    fn dog(legs: u8) -> Dog {
        let friend = (legs > 2).then(|| Box::new(dog(legs - 1)));
        Dog { pet: pet(legs), place: Place { x: Some(1.5) }, friend, tricks: legs }
    }

    #[test]
    fn are_predicted() {
        type All = (Vec<Dog>, Vec<Cat>, Vec<Pet<Animal>>, Vec<Animal>, Vec<Rc<Dog>>, Vec<Dog>);
        let shared = Rc::new(dog(4));
        let value: All = (
            (0..5).map(dog).collect(),
            (0..5).map(|legs| Cat { pet: pet(legs) }).collect(),
            (0..5).map(pet).collect(),
            (0..5).map(animal).collect(),
            vec![shared.clone(), Rc::new(dog(1)), shared],
            (0..5).map(dog).collect(),
        );
        agree_on(&value);
        let predictive = UnpickleOptions::new().route(Route::Predictive);
        for protocol in [Protocol::V2, Protocol::V3, Protocol::V4, Protocol::V5] {
            let options = PickleOptions::new().protocol(protocol);
            let ours = options.to_vec(&value).unwrap();
            let graph = Graph::from_slice(&ours).unwrap();
            let cpython = options.profile(Profile::CPythonC).graph_to_vec(&graph).unwrap();
            for pickle in [ours, cpython] {
                assert_eq!(predictive.from_slice::<All>(&pickle).unwrap(), value, "{protocol}");
            }
        }
    }

    /// Instances of the base and of the class that take turns.
    #[test]
    fn beside_their_own_instances() {
        let value: Vec<_> = (0..20).map(|legs| (animal(legs), pet(legs), dog(legs % 3))).collect();
        agree_on(&value);
        let predictive = UnpickleOptions::new().route(Route::Predictive);
        let pickle = to_vec(&value).unwrap();
        assert_eq!(
            predictive.from_slice::<Vec<(Animal, Pet<Animal>, Dog)>>(&pickle).unwrap(),
            value
        );
    }

    /// A base is attributes, whatever the registry says about its type elsewhere.
    #[test]
    fn that_the_registry_knows() {
        let mut registry = Registry::new();
        registry.persistent(|_: &Animal| Some(7u8), |_: u8| animal(9));
        let value = (vec![dog(1), dog(4)], animal(9));
        let pickle = PickleOptions::new().registry(&registry).to_vec(&value).unwrap();
        let options = UnpickleOptions::new().registry(&registry);
        assert_eq!(load_with::<(Vec<Dog>, Animal)>(options, &pickle), Ok(value));
    }

    /// A name that two structs ask for is given to both.
    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Twice {
        #[reduce(flatten)]
        animal: Animal,
        legs: Option<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Renamed {
        #[reduce(alias = "legs")]
        feet: Option<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct ByAlias {
        #[reduce(flatten)]
        animal: Animal,
        #[reduce(flatten)]
        renamed: Renamed,
    }

    /// Two bases with one base.
    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Diamond {
        #[reduce(flatten)]
        pet: Pet<Place>,
        #[reduce(flatten)]
        place: Place,
        legs: Option<u8>,
    }

    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "zoo")]
    struct Lenient {
        #[reduce(flatten)]
        place: Place,
        #[reduce(flatten)]
        renamed: Renamed,
        owner: Option<u8>,
    }

    /// Attributes in every order, absent, twice, and unknown ones, in two instances.
    #[test]
    fn in_any_order() {
        const NAMES: [&[u8]; 6] =
            [b"\x04legs", b"\x05names", b"\x05owner", b"\x01x", b"\x04feet", b"\x06keeper"];
        const VALUES: [&[u8]; 6] = [b"K\x03", b"]", b"K\x05", b"N", b"N", b"K\x06"];
        let attributes = |mut order: usize| {
            let mut pickle = Vec::new();
            while order > 0 {
                let at = order % 7;
                order /= 7;
                if let (Some(name), Some(value)) = (NAMES.get(at), VALUES.get(at)) {
                    pickle.extend([b"\x8c", *name, b"\x94", *value].concat());
                }
            }
            pickle
        };
        for order in 0..7usize.pow(5) {
            let body = attributes(order);
            for name in ["Twice", "ByAlias", "Diamond", "Lenient", "Pet"] {
                let pickle = [b"\x80\x04czoo\n", name.as_bytes(), b"\n)\x81}(", &body, b"ub."];
                let pickle = pickle.concat();
                match name {
                    "Twice" => drop(load::<Twice>(&pickle)),
                    "ByAlias" => drop(load::<ByAlias>(&pickle)),
                    "Diamond" => drop(load::<Diamond>(&pickle)),
                    "Lenient" => drop(load::<Lenient>(&pickle)),
                    _ => drop(load::<Pet<Animal>>(&pickle)),
                }
            }
        }
    }

    #[test]
    fn that_are_ambiguous() {
        agree_on(&vec![Twice { animal: animal(4), legs: Some(4) }; 3]);
        let renamed = Renamed { feet: None };
        agree_on(&vec![ByAlias { animal: animal(4), renamed }; 3]);
        let place = || Place { x: Some(0.5) };
        let pet = Pet { animal: place(), owner: None };
        agree_on(&vec![Diamond { pet, place: place(), legs: None }; 3]);
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
