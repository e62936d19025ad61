//! Values whose bytes differ in a few places are copies of one another: none may keep a number of the
//! one before, or the form of another type.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fmt::Debug;

use pickle_core::{PickleOptions, Protocol, ReconstructOwned, Reduce, Route, UnpickleOptions};

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
