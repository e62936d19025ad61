//! What a pickle may cost: bounds on memory and time for input that is made to be expensive. This
//! binary counts what is allocated, so its tests run one after the other, in one function.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::collections::HashMap;
use std::time::{Duration, Instant};

use peak_alloc::PeakAlloc;
use pickle_core::tools::audit::Auditor;
use pickle_core::tools::{self, Disassembler, Program};
use pickle_core::{Graph, PickleOptions, Profile, Protocol, Unpickler, Value};
use pickle_tests::corpus;
use pickle_tests::fuzz::inputs;

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// What anything may take beyond what is in proportion to the input.
const BASE: usize = 8 << 20;

/// How many bytes may be allocated at once for each byte of the input: a node with its place in
/// the stack and in the vector of children, while vectors grow.
const FACTOR: usize = 200;

/// Of a pickle up to this length, nothing takes more than [`BASE`].
const SMALL: usize = 1 << 10;

/// What an optimized build needs less than; others get ten times as much.
const TIME: Duration = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });

type Way = (&'static str, fn(&[u8]) -> bool);

/// Everything that can be done with bytes that nobody knows, each with whether it succeeded.
const WAYS: &[Way] = &[
    ("graph", |pickle| Graph::from_slice(pickle).is_ok()),
    ("value", |pickle| pickle_core::from_slice::<Value>(pickle).is_ok()),
    ("list", |pickle| pickle_core::from_slice::<Vec<Vec<String>>>(pickle).is_ok()),
    ("dict", |pickle| pickle_core::from_slice::<HashMap<String, Value>>(pickle).is_ok()),
    ("bytes", |pickle| pickle_core::from_slice::<Vec<u8>>(pickle).is_ok()),
    ("stream", |pickle| Unpickler::new(pickle).load_graph().is_ok()),
    ("program", |pickle| Program::from_slice(pickle).is_ok()),
    ("optimize", |pickle| tools::optimize(pickle).is_ok()),
    ("dis", |pickle| Disassembler::new().indent(0).dis(pickle).error.is_none()),
    ("audit", |pickle| Auditor::new().audit(pickle).findings.is_empty()),
    ("genops", |pickle| tools::genops(pickle).all(|operation| operation.is_ok())),
    ("debug", |pickle| Graph::from_slice(pickle).is_ok_and(|graph| format!("{graph:?}").len() > 1)),
    ("equal", |pickle| {
        let (a, b) = (Graph::from_slice(pickle), Graph::from_slice(pickle));
        a.is_ok_and(|a| b.is_ok_and(|b| a == b))
    }),
    ("canonical", |pickle| written(pickle, Protocol::V4, Profile::Canonical)),
    ("protocol 2", |pickle| written(pickle, Protocol::V2, Profile::CPythonC)),
];

fn written(pickle: &[u8], protocol: Protocol, profile: Profile) -> bool {
    let options = PickleOptions::new().protocol(protocol).profile(profile);
    Graph::from_slice(pickle).is_ok_and(|graph| options.graph_to_vec(&graph).is_ok())
}

/// Does everything with a pickle, and returns what exceeded its bounds.
fn excesses(name: &str, pickle: &[u8], most: usize) -> Vec<String> {
    let mut found = Vec::new();
    for (way, run) in WAYS {
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        let begin = Instant::now();
        run(pickle);
        let time = begin.elapsed();
        let peak = ALLOCATED.peak_usage().saturating_sub(before);
        if peak > most || time > TIME {
            let per_byte = peak / pickle.len().max(1);
            found.push(format!("{name}, {way}: {peak} bytes ({per_byte} per byte), {time:?}"));
        }
    }
    found
}

/// Figures that peers are known for, and others of their kind.
fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    let many = |bytes: &[u8], times: usize| bytes.repeat(times);
    let nested = |open: &[u8], close: &[u8]| [many(open, 500_000), many(close, 500_000)].concat();
    // Each tuple holds the one before it twice.
    let bomb = |step: &[u8], times| [b"\x80\x04)\x94", &many(step, times)[..], b"."].concat();
    let digits = |line: &[u8]| [line, &many(b"7", 1 << 20), b"\n."].concat();
    vec![
        ("marks", many(b"(", 1 << 20)),
        ("memo index of 4 GiB", b"]r\xff\xff\xff\xff.".to_vec()),
        ("memo index in text", b"]p99999999999999999999\n.".to_vec()),
        ("nested tuples", [b"N", &many(b"\x85", 1_000_000)[..], b"."].concat()),
        ("nested lists", nested(b"]", b"a")),
        ("nested marks and tuples", nested(b"(", b"t")),
        ("doubling tuples", bomb(b"2\x86", 200)),
        ("doubling lists", bomb(b"]\x94(h\x00h\x00e\x94", 40)),
        ("decimal digits, int", digits(b"I")),
        ("decimal digits, long", digits(b"L")),
        ("decimal digits, float", digits(b"F")),
        ("a claimed length", b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f".to_vec()),
        ("a claimed length of text", b"X\xff\xff\xff\x7f".to_vec()),
        ("a claimed long", b"\x8b\xff\xff\xff\x7f".to_vec()),
        ("a claimed frame", b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.".to_vec()),
        ("frames", many(b"\x95\0\0\0\0\0\0\0\0", 100_000)),
        ("protocols", many(b"\x80\x04", 500_000)),
        ("values", [&many(b"N", 1 << 20)[..], b"."].concat()),
        ("lists", [&many(b"]", 1 << 20)[..], b"."].concat()),
        ("dicts", [&many(b"}", 1 << 20)[..], b"."].concat()),
        ("items", [b"](", &many(b"N", 1 << 20)[..], b"e."].concat()),
        ("small batches", [b"]", &many(b"(N(NNNe", 0)[..], &many(b"Na", 500_000), b"."].concat()),
        ("calls", [b"cm\nf\n", &many(b")R", 500_000)[..], b"."].concat()),
        ("states", [b"cm\nf\n)R", &many(b"Nb", 500_000)[..], b"."].concat()),
        ("duplicates", [b"]", &many(b"2", 1 << 20)[..], b"."].concat()),
        ("memo", [b"]", &many(b"\x94", 1 << 20)[..], b"."].concat()),
        ("globals", [&many(b"ca\nb\n", 200_000)[..], b"."].concat()),
        (
            "sets of nine",
            [&many(b"\x8f(K\x01K\x02K\x03K\x04K\x05K\x06K\x07K\x08K\x09\x90", 40_000)[..], b"."]
                .concat(),
        ),
        ("tuples as keys", [b"}", &many(b"(NNNNNNNNNNtNs", 60_000)[..], b"."].concat()),
    ]
}

fn most(pickle: &[u8]) -> usize {
    if pickle.len() <= SMALL { BASE } else { FACTOR * pickle.len() + BASE }
}

#[test]
fn costs_are_bounded() {
    let mut found = Vec::new();
    for (name, pickle) in hostile() {
        found.extend(excesses(name, &pickle, most(&pickle)));
    }
    for pickle in inputs::inputs(1).take(inputs::count(3000)) {
        found.extend(excesses("input", &pickle, most(&pickle)));
    }
    if let Some(folder) = corpus::folder() {
        for case in &corpus::cases(&folder) {
            let family = case.entry["family"].as_str().unwrap();
            if ["bad", "hostile", "exploit", "sharing"].contains(&family) {
                let most = most(&case.pickle).min(64 << 20);
                found.extend(excesses(case.name(), &case.pickle, most));
            }
        }
    } else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
