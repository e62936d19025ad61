//! Graphs in other protocols: to each that can represent them and back, and what CPython makes of
//! them.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::thread;

use pickle_core::{Graph, Profile, Protocol};
use pickle_tests::check::{hex, unhex};
use pickle_tests::corpus::{self, Case};
use pickle_tests::python::newest;
use pickle_tests::transcode::{limits, read, there_and_back, tokens, write};
use serde_json::{Value, json};

/// The JSON of the manifest nests deeper than the stack of a test thread allows.
const STACK: usize = 512 << 20;

fn fails(
    cases: &[Case],
    check: impl Fn(&Graph<'_>, [Protocol; 2], Profile) -> Result<(), String>,
) -> Vec<String> {
    let mut failures = Vec::new();
    let mut graphs = 0;
    for case in cases {
        let Ok((graph, _)) = Graph::from_prefix(&case.pickle, &limits()) else { continue };
        graphs += 1;
        // A pickle of protocol 1 does not tell.
        let number = case.entry["protocol"].as_u64().unwrap_or(0);
        let source = Protocol::from_number(u8::try_from(number).unwrap()).unwrap();
        let source = source.max(graph.protocol());
        for profile in [Profile::Canonical, Profile::CPythonC] {
            // The large ones are many items of few kinds, and profiles differ in the memo only.
            let step = match graph.len() {
                50_000.. => 6,
                5000.. => 3,
                _ => 1 + 2 * usize::from(profile != Profile::Canonical),
            };
            for target in Protocol::ALL.into_iter().step_by(step) {
                if let Err(error) = check(&graph, [source, target], profile) {
                    failures.push(format!("{} {target} {profile:?}: {error}", case.name()));
                }
            }
        }
    }
    assert!(graphs > 2000, "{graphs}");
    failures
}

#[test]
fn to_each_protocol_and_back() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let run = move || {
        let failures = fails(&corpus::cases(&folder), there_and_back);
        assert!(failures.is_empty(), "{} {}", failures.len(), failures.join("\n"));
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// What is written canonically is the same however it was pickled before, and again the same when
/// it is read and written once more.
#[test]
fn canonical_bytes_do_not_depend_on_the_pickler() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let failures = fails(&corpus::cases(&folder), |graph, [_, target], profile| {
        if profile == Profile::Canonical {
            return Ok(());
        }
        let Ok(other) = write(graph, target, profile) else { return Ok(()) };
        let Ok(other) = write(&read(&other), target, Profile::Canonical) else { return Ok(()) };
        let direct = write(graph, target, Profile::Canonical).unwrap();
        if direct == other {
            return Ok(());
        }
        Err(format!("{} {}", direct.escape_ascii(), other.escape_ascii())
            .chars()
            .take(600)
            .collect())
    });
    assert!(failures.is_empty(), "{} {}", failures.len(), failures.join("\n"));
}

/// Real classes, in the newest CPython: loading the other spelling gives an equal object.
#[test]
fn cpython_loads_the_same() {
    let (Some(folder), Some(python)) = (corpus::folder(), newest()) else {
        eprintln!("skipped: no corpus or no Python");
        return;
    };
    let mut names = Vec::new();
    let mut pairs = Vec::new();
    for case in &corpus::cases(&folder) {
        let family = case.entry["family"].as_str().unwrap();
        // A limit of Python that the corpus was written without.
        let is_too_long = case.name().starts_with("int-20000");
        let is_known = ["scalar", "container", "recursion", "stdlib", "class", "seed"];
        if is_too_long || !is_known.contains(&family) || case.pickle.len() > 20_000 {
            continue;
        }
        let Ok((graph, len)) = Graph::from_prefix(&case.pickle, &limits()) else { continue };
        for profile in [Profile::Canonical, Profile::CPythonPython] {
            let step = if profile == Profile::Canonical { 1 } else { 3 };
            for target in Protocol::ALL.into_iter().step_by(step) {
                let Ok(other) = write(&graph, target, profile) else { continue };
                names.push(format!("{} {target} {profile:?}", case.name()));
                pairs.push(json!([hex(&case.pickle[..len]), hex(&other)]));
            }
        }
    }
    let answers = python.run("transcode.py", &pairs.into());
    let mut compared = 0;
    let mut failures = Vec::new();
    for (name, answer) in names.iter().zip(answers.as_array().unwrap()) {
        match answer {
            Value::Null => continue,
            Value::String(error) => failures.push(format!("{name}: {error}")),
            pair => {
                let (before, after) = (bytes(&pair[0]), bytes(&pair[1]));
                if tokens(&read(&before)) != tokens(&read(&after)) {
                    failures.push(format!("{name}: {:?}, {:?}", read(&before), read(&after)));
                }
            }
        }
        compared += 1;
    }
    eprintln!("{compared} of {} compared", names.len());
    assert!(compared > 5000, "{compared}");
    assert!(failures.is_empty(), "{} {}", failures.len(), failures.join("\n"));
}

fn bytes(value: &Value) -> Vec<u8> {
    unhex(value.as_str().unwrap())
}
