//! Records that all take as many bytes: many in a row, as we write them and as CPython does, and
//! references to them.

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
        if let Ok((.., last)) = predictive.from_slice::<(Vec<Pair>, Vec<Pair>, Vec<Pair>)>(&pickle)
        {
            found.extend(last);
        }
    }
    assert_eq!(found, [pairs.clone(), vec![pairs[0]]].concat());
}
