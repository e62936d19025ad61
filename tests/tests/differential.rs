//! CPython's own machine and ours accept the same pickles, and build the same of them: thousands of
//! damaged and generated ones. `PICKLE_FUZZ` sets how many.
//!
//! CPython's is the one in Python of the oldest and of the newest version that knows protocol 5, with
//! stand-ins for what a pickle names (`structure.py`).

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should panic"
)]

use pickle_core::{Error, Graph};
use pickle_tests::check::hex;
use pickle_tests::fuzz::inputs;
use pickle_tests::neutral::Tree;
use pickle_tests::python::{Python, pythons};
use serde_json::{Value, json};

/// How many pickles CPython gets at once.
const BATCH: usize = 100;

/// What only one of the two accepts, and how the error of the other tells.
type Difference = (&'static str, fn(&str) -> bool);

const DIFFERENCES: &[Difference] = &[
    ("only the unpickler in Python takes spaces and underscores in a float", |error| {
        let line = error.split('"').nth(1).filter(|_| error.contains("expected a float"));
        line.is_some_and(|line| line.contains(['_', ' ', '\\']))
    }),
    ("only the unpickler in Python takes memo indices beyond 64 bits", |error| {
        let line = error.split('"').nth(1).filter(|_| error.contains("expected a memo index"));
        line.is_some_and(|line| line.trim_start_matches('0').len() > 18)
    }),
    (
        "CPython hashes a tuple as often as it is met, so tuples of tuples take exponential time",
        |error| error == "too slow",
    ),
];

fn is_known(error: &str) -> bool {
    DIFFERENCES.iter().any(|(_, tells)| tells(error))
}

/// What differs between what was found by CPython and by us.
fn difference(found: &Result<Graph<'_>, Error>, expected: &Value) -> Result<(), String> {
    match (found, expected["error"].as_str()) {
        (Err(_), Some(_)) => Ok(()),
        (Err(ours), None) if is_known(&ours.to_string()) => Ok(()),
        (Ok(_), Some(theirs)) if is_known(theirs) => Ok(()),
        (Err(ours), None) => Err(format!("refused: {ours}")),
        (Ok(graph), Some(theirs)) => Err(format!("accepted: {graph:?}, by CPython {theirs}")),
        (Ok(graph), None) => {
            let (found, expected) = (Tree::of_graph(graph), Tree::of_table(&expected["nodes"])?);
            let (found, expected) = (found.tokens(), expected.tokens());
            let at = found.iter().zip(&expected).position(|(found, expected)| found != expected);
            match at {
                Some(at) => Err(format!("{:?}, by CPython {:?}", found[at], expected[at])),
                None if found.len() != expected.len() => Err("another number of values".to_owned()),
                None => Ok(()),
            }
        }
    }
}

fn compare(python: &Python, count: usize) {
    let mut peer = python.peer("structure.py");
    let mut inputs = inputs::inputs(u64::from(python.version.1));
    let (mut accepted, mut failures) = (0, Vec::new());
    for _ in 0..count.div_ceil(BATCH) {
        let pickles: Vec<Vec<u8>> = inputs.by_ref().take(BATCH).collect();
        let request: Vec<String> = pickles.iter().map(|pickle| hex(pickle)).collect();
        let answers = peer.ask(&json!(request));
        for (pickle, expected) in pickles.iter().zip(answers.as_array().unwrap()) {
            let found = Graph::from_slice(pickle);
            accepted += usize::from(found.is_ok());
            if let Err(error) = difference(&found, expected) {
                failures.push(format!("{error}\n    {}", pickle.escape_ascii()));
            }
        }
    }
    eprintln!("{python}: {accepted} of {count} are pickles");
    assert!(accepted * 4 > count, "only {accepted} of {count} are pickles");
    failures.sort_by_key(String::len);
    let shown = failures.iter().take(12).map(String::as_str).collect::<Vec<_>>().join("\n");
    assert!(failures.is_empty(), "{python}: {} of {count}\n{shown}", failures.len());
}

#[test]
fn cpython_builds_the_same() {
    let capable: Vec<&Python> =
        pythons().iter().filter(|python| python.highest_protocol() == 5).collect();
    let (Some(oldest), Some(newest)) = (capable.first(), capable.last()) else { return };
    compare(newest, inputs::count(6000));
    if oldest.version != newest.version {
        compare(oldest, inputs::count(3000));
    }
}
