//! Graphs and programs written again: the bytes that CPython's picklers write.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::collections::BTreeMap;

use pickle_core::tools::Program;
use pickle_core::{Graph, Limits, PickleOptions, Profile, Protocol};
use pickle_tests::check::unhex;
use pickle_tests::corpus::{self, Case};
use pickle_tests::python::{Python, pythons};
use serde_json::json;

/// What no profile reproduces, and why. Everything else of the corpus that a pickler of Python 3
/// wrote comes out as it was.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("optimized-", "not by a pickler, but by pickletools.optimize"),
    ("fast-mode-", "Pickler.fast writes no memo"),
];

fn limits() -> Limits {
    Limits::DEFAULT.digits(1_000_000)
}

fn again(graph: &Graph<'_>, protocol: Protocol, profile: Profile) -> Vec<u8> {
    let options = PickleOptions::new().protocol(protocol).profile(profile).limits(limits());
    options.graph_to_vec(graph).unwrap()
}

/// What the manifest says; a pickle of protocol 1 does not tell.
fn protocol(case: &Case) -> Protocol {
    let number = case.entry["protocol"].as_u64().unwrap();
    Protocol::from_number(u8::try_from(number).unwrap()).unwrap()
}

/// The pickles of a case with the bytes of each; what follows the last one is left out.
fn pickles(case: &Case) -> Vec<(Graph<'_>, &[u8])> {
    let mut rest = &case.pickle[..];
    let mut found = Vec::new();
    for _ in 0..case.entry["multi"].as_u64().unwrap_or(1) {
        let Ok((graph, len)) = Graph::from_prefix(rest, &limits()) else { break };
        found.push((graph, &rest[..len]));
        rest = &rest[len..];
    }
    found
}

fn is_reproduced(case: &Case, profile: Profile) -> bool {
    let pickles = pickles(case);
    !pickles.is_empty()
        && pickles.iter().all(|(graph, bytes)| again(graph, protocol(case), profile) == *bytes)
}

#[test]
fn a_profile_reproduces_what_cpython_wrote() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut failures = Vec::new();
    for case in &corpus::cases(&folder) {
        let producer = case.entry["producer"].as_str().unwrap();
        let group = if producer.starts_with("hand") {
            continue;
        } else if producer == "CPython 2.7.18 cPickle" {
            "cPickle"
        } else if producer == "CPython 2.7.18 pickle" {
            "Python 2"
        } else {
            "Python 3"
        };
        let profiles = [Profile::CPythonC, Profile::CPythonPython, Profile::CPython36];
        let is_reproduced = profiles.into_iter().any(|profile| is_reproduced(case, profile));
        let count = counts.entry(group).or_default();
        count.0 += usize::from(is_reproduced);
        count.1 += 1;
        let is_known = EXCEPTIONS.iter().any(|(name, _)| case.name().starts_with(name));
        if group == "Python 3" && !is_reproduced && !is_known {
            failures.push(case.name().to_owned());
        }
    }
    eprintln!("reproduced: {counts:?}");
    assert!(failures.is_empty(), "{failures:#?}");
    let (reproduced, all) = counts["Python 3"];
    assert!((all - reproduced) * 75 < all, "{reproduced} of {all}");
    // Python 2 wrote small ints and longs differently, which a graph does not keep; its cPickle
    // leaves out memo entries by reference counts.
    let (reproduced, all) = counts["Python 2"];
    assert!(all - reproduced <= 5, "{reproduced} of {all}");
}

/// Every instruction of every case, also of those that are no pickles, is written as it was.
#[test]
fn a_program_is_written_as_it_was() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let mut programs = 0;
    for case in &corpus::cases(&folder) {
        let accepted = Graph::from_prefix(&case.pickle, &limits()).map(|(_, len)| len);
        match (Program::from_slice(&case.pickle), accepted) {
            (Ok(program), len) => {
                let bytes = program.to_vec();
                assert!(case.pickle.starts_with(&bytes), "{}", case.name());
                assert!(len.is_err() || len.unwrap() == bytes.len(), "{}", case.name());
                programs += 1;
            }
            (Err(error), accepted) => assert!(accepted.is_err(), "{}: {error}", case.name()),
        }
    }
    assert!(programs > 2000, "{programs}");
}

/// Every profile gives a pickle of an equal graph, where the protocol has instructions for all that
/// is in it. Where a set is a call with a list, the canonical profile sorts the list: that graph is
/// equal once such calls are sets.
#[test]
fn what_is_written_again_is_equal() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let (mut compared, mut sorted) = (0, 0);
    for case in &corpus::cases(&folder) {
        let Ok((graph, _)) = Graph::from_prefix(&case.pickle, &limits()) else { continue };
        let is_crafted = case.entry["producer"].as_str().unwrap().starts_with("hand");
        if is_crafted && graph.protocol() < Protocol::V5 {
            // It may hold instructions of later protocols, which come back as calls.
            continue;
        }
        for profile in [Profile::Canonical, Profile::CPythonC] {
            let bytes = again(&graph, protocol(case), profile);
            let read = Graph::from_prefix(&bytes, &limits()).unwrap().0;
            let is_sorted = profile == Profile::Canonical && graph.protocol() < Protocol::V4;
            let is_equal = if is_sorted && read != graph {
                sorted += 1;
                let newest = [&graph, &read].map(|it| again(it, Protocol::V5, Profile::Canonical));
                Graph::from_slice(&newest[0]).unwrap() == Graph::from_slice(&newest[1]).unwrap()
            } else {
                read == graph
            };
            assert!(is_equal, "{} {profile:?}: {graph:?} became {read:?}", case.name());
            compared += 1;
        }
    }
    assert!(sorted < 100, "{sorted}");
    assert!(compared > 3500, "{compared}");
}

/// The profile of the C and of the Python pickler of a version.
fn profiles(python: &Python) -> (Profile, Option<Profile>) {
    match python.version {
        (3, ..=6) => (Profile::CPython36, None),
        (3, ..=14) => (Profile::CPythonC, Some(Profile::CPythonPython)),
        _ => (Profile::CPythonPython, Some(Profile::CPythonPython)),
    }
}

/// Values made here by every CPython, with both of its picklers.
#[test]
fn profiles_are_those_of_every_cpython() {
    let mut failures = Vec::new();
    for python in pythons().iter().filter(|python| python.at_least(3, 6)) {
        let answers = python.run("emission.py", &json!({ "highest": python.highest_protocol() }));
        let (c, pure) = profiles(python);
        let answers = answers.as_array().unwrap();
        assert!(answers.len() > 100, "{python}: {}", answers.len());
        for answer in answers {
            let name = answer["name"].as_str().unwrap();
            let number = u8::try_from(answer["protocol"].as_u64().unwrap()).unwrap();
            let protocol = Protocol::from_number(number).unwrap();
            for (pickler, profile) in [("c", Some(c)), ("python", pure)] {
                let Some(profile) = profile else { continue };
                // Their Python picklers forgot to memoize a bytearray (`save_bytearray`).
                let has_bytearrays = ["bytes", "large text", "standard library"].contains(&name);
                if pickler == "python" && !python.at_least(3, 10) && number == 5 && has_bytearrays {
                    continue;
                }
                let bytes = unhex(answer[pickler].as_str().unwrap());
                let graph = Graph::from_slice(&bytes).unwrap();
                if again(&graph, protocol, profile) != bytes {
                    failures.push(format!("{python}, {pickler}, {name}, protocol {number}"));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
}
