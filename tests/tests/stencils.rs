//! Values whose bytes differ in a few places are copies of one another: none may keep a number of the
//! one before, or the form of another type.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fmt::Debug;

use pickle_core::tools::optimize;
use pickle_core::{
    PickleOptions, Protocol, ReconstructOwned, Reduce, Registry, Route, UnpickleOptions,
};

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Point {
    x: f64,
    y: f32,
    level: u8,
    is_set: bool,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Line {
    ends: [Point; 2],
    weights: [f32; 4],
    pair: (bool, f64),
    only: Only,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Only {
    value: u8,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(dict)]
struct Entry {
    key: f64,
    is_set: bool,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Of<T> {
    value: T,
    is_set: bool,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Both {
    float: Of<f64>,
    byte: Of<u8>,
    pair: Of<(f32, bool)>,
}

fn point(n: u16) -> Point {
    let [low, high] = n.to_le_bytes();
    Point { x: f64::from(n) / 7.0, y: f32::from(n), level: low ^ high, is_set: n.is_multiple_of(3) }
}

fn line(n: u16) -> Line {
    let weights = [n, n / 2, n / 3, n / 5].map(f32::from);
    let [value, _] = n.to_le_bytes();
    let pair = (n.is_multiple_of(2), f64::from(n) * 1e9);
    Line { ends: [point(n), point(!n)], weights, pair, only: Only { value } }
}

fn both(n: u16) -> Both {
    let [low, high] = n.to_le_bytes();
    Both {
        float: Of { value: f64::from(n), is_set: n.is_multiple_of(2) },
        byte: Of { value: low, is_set: high % 2 == 0 },
        pair: Of { value: (f32::from(n), n.is_multiple_of(5)), is_set: n.is_multiple_of(3) },
    }
}

/// At all protocols and by both routes.
fn comes_back<T: Reduce + ReconstructOwned + PartialEq + Debug>(value: &T) {
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
        for route in [Route::Auto, Route::General] {
            let back: T = UnpickleOptions::new().route(route).from_slice(&pickle).unwrap();
            assert!(back == *value, "{protocol} {route:?}");
        }
    }
}

#[test]
fn long_lists_of_one_length() {
    for len in [0, 1, 2, 3, 999, 1000, 1001, 1002, 3000] {
        comes_back(&(0..len).map(point).collect::<Vec<_>>());
        comes_back(&(0..len).map(line).collect::<Vec<_>>());
        comes_back(&(0..len).map(both).collect::<Vec<_>>());
        comes_back(&(0..len).map(|n| n % 3 == 0).collect::<Vec<_>>());
        comes_back(&(0..len).map(|n| f64::from(n) / 3.0).collect::<Vec<_>>());
        comes_back(&(0..len).map(|n| (f32::from(n), n % 2 == 0)).collect::<Vec<_>>());
        let entry = |n: u16| Entry { key: n.into(), is_set: n.is_multiple_of(2) };
        comes_back(&(0..len).map(entry).collect::<Vec<_>>());
    }
}

#[test]
fn values_of_one_length_among_others() {
    let mixed = |n: u16| {
        let text = "x".repeat(usize::from(n % 90));
        (text, point(n), (line(n), vec![both(n), both(!n)], Some(Only { value: 7 })))
    };
    comes_back(&(0..2000).map(mixed).collect::<Vec<_>>());
}

#[test]
fn instantiations_of_a_generic_type_share_a_class() {
    let of = |n: u16| {
        let bytes = Of { value: [n.to_le_bytes()[0], 1].map(|byte| byte > 100), is_set: true };
        (
            Of { value: f64::from(n), is_set: n.is_multiple_of(2) },
            bytes,
            Of { value: 3u8, is_set: false },
        )
    };
    comes_back(&(0..1500).map(of).collect::<Vec<_>>());
    let floats = vec![Of { value: 1.0f64, is_set: true }; 3];
    comes_back(&(floats, vec![Of { value: 1u8, is_set: true }; 3]));
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Lists {
    bools: Vec<bool>,
    narrow: Vec<i8>,
    unsigned: Vec<u32>,
    wide: Vec<i64>,
    huge: Vec<u128>,
    floats: Vec<f64>,
    bytes: Vec<u8>,
    text: String,
    texts: Vec<String>,
    three: [u16; 3],
    four: [u32; 4],
    seven: [i64; 7],
    five: [bool; 5],
    two: [f32; 2],
    one: [i8; 1],
    none: [f64; 0],
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any numbers do")]
fn lists(n: u16) -> Lists {
    let len = usize::from(n);
    let number = |place: usize| (place * 37 + len).wrapping_mul(place * 0x0101_0101 + 1);
    let numbers = |most: usize| (0..len % (most + 1)).map(number).collect::<Vec<_>>();
    let wide =
        |number: usize| i64::try_from(number).unwrap_or_default().wrapping_mul(1 << (len % 50));
    Lists {
        bools: (0..len % 300).map(|place| number(place) % 3 == 0).collect(),
        narrow: numbers(9).iter().map(|number| number.to_le_bytes()[0].cast_signed()).collect(),
        unsigned: numbers(17).iter().map(|number| *number as u32).collect(),
        wide: numbers(10).into_iter().map(wide).collect(),
        huge: numbers(8).iter().map(|number| (*number as u128) << (len % 90)).collect(),
        floats: numbers(31).iter().map(|number| *number as f64 / 3.0).collect(),
        bytes: (0..len % 270).map(|place| number(place).to_le_bytes()[0]).collect(),
        text: "x".repeat(len % 300),
        texts: [3, 17, 66, 300].map(|most| "abcdefg".repeat(43)[..len % most].to_owned()).to_vec(),
        three: [n, n / 2, 255],
        four: [len as u32, 1, u32::MAX, u32::MAX / 2 + 1]
            .map(|value| value.rotate_left(len as u32)),
        seven: std::array::from_fn(|place| wide(number(place))),
        five: std::array::from_fn(|place| number(place) % 2 == 0),
        two: [f32::from(n), 0.5],
        one: [n.to_le_bytes()[0].cast_signed()],
        none: [],
    }
}

/// The lane writes a short list in one go. An extension closes the lane, and all is written part by part
/// then.
#[test]
fn short_lists_are_what_their_parts_are() {
    let mut registry = Registry::new();
    registry.extension("stencils", "Unused", 1).unwrap();
    let slow = PickleOptions::new().registry(&registry);
    for n in 0..900 {
        let value = lists(n);
        assert!(slow.to_vec(&value).unwrap() == pickle_core::to_vec(&value).unwrap(), "{n}");
        comes_back(&value);
    }
    // Ends of portions come at all places; those of frames may differ.
    let many: Vec<Lists> = (0..3000).map(lists).collect();
    let [one, other] = [slow.to_vec(&many), pickle_core::to_vec(&many)].map(Result::unwrap);
    assert!(optimize(&one).unwrap() == optimize(&other).unwrap());
    comes_back(&many);
}

#[test]
fn integers_of_all_widths() {
    let bits = (0..63).map(|bit| 1i64 << bit);
    let edges: Vec<i64> = bits.flat_map(|bit| [bit, bit - 1, -bit, -bit - 1]).collect();
    for width in 1..=20 {
        // Runs of each number, and what is left of a run.
        comes_back(&edges.iter().flat_map(|edge| vec![*edge; width]).collect::<Vec<_>>());
    }
    comes_back(&(0..5000).map(|n: u16| n.wrapping_mul(n)).collect::<Vec<_>>());
    comes_back(&edges.iter().map(|edge| edge.cast_unsigned()).collect::<Vec<_>>());
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "stencils")]
struct Signed {
    short: i8,
    long: i16,
    text: String,
    last: i8,
}

/// Signs and widths that come in no order decide nothing in the lane. As what an extension has written
/// part by part, and read back from it; the end of the pickle is near behind the last ones.
#[test]
fn signs_and_widths_in_any_order() {
    let mut registry = Registry::new();
    registry.extension("stencils", "Unused", 1).unwrap();
    let slow = PickleOptions::new().registry(&registry);
    let is_same = |one: Vec<u8>, other: Vec<u8>| {
        assert!(optimize(&one).unwrap() == optimize(&other).unwrap());
    };
    let mut state = 1u64;
    let mut bits = || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 32, state >> 59)
    };
    let wide: Vec<i64> = (0..2000)
        .map(|_| bits())
        .map(|(bits, width)| bits.cast_signed() << 31 >> (32 + width) ^ -(bits & 1).cast_signed())
        .collect();
    let bytes = || wide.iter().map(|number| number.to_le_bytes());
    let records: Vec<Signed> = bytes()
        .map(|[b0, b1, b2, ..]| Signed {
            short: b0.cast_signed(),
            long: i16::from_le_bytes([b1, b2]) >> (b0 % 16),
            text: "text".repeat(usize::from(b2 % 3)),
            last: b1.cast_signed(),
        })
        .collect();
    for len in [1, 2, 3, 2000] {
        is_same(
            slow.to_vec(&records[..len]).unwrap(),
            pickle_core::to_vec(&records[..len]).unwrap(),
        );
    }
    comes_back(&records);
    for few in records.chunks(2) {
        let few: Vec<_> = few.iter().map(|record| (record.short, record.long)).collect();
        comes_back(&few);
    }
    let signed: Vec<i32> =
        bytes().map(|[b0, b1, b2, b3, ..]| i32::from_le_bytes([b0, b1, b2, b3])).collect();
    let unsigned: Vec<u32> = signed.iter().map(|number| number.cast_unsigned()).collect();
    let short: Vec<i16> = bytes().map(|[b0, b1, ..]| i16::from_le_bytes([b0, b1])).collect();
    is_same(slow.to_vec(&wide).unwrap(), pickle_core::to_vec(&wide).unwrap());
    is_same(slow.to_vec(&signed).unwrap(), pickle_core::to_vec(&signed).unwrap());
    is_same(slow.to_vec(&unsigned).unwrap(), pickle_core::to_vec(&unsigned).unwrap());
    is_same(slow.to_vec(&short).unwrap(), pickle_core::to_vec(&short).unwrap());
    comes_back(&wide);
    comes_back(&signed);
    comes_back(&unsigned);
    comes_back(&short);
}
