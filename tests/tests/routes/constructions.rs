//! States of each form, items, keyword arguments, bases and members of enums.

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
