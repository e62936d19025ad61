//! What `cargo fuzz` looks for in hours, with a few thousand inputs that are the same in every run.
//! `PICKLE_FUZZ` sets how many.

#![allow(clippy::panic, reason = "a test that cannot go on should panic")]

use std::panic::{self, AssertUnwindSafe};

use pickle_tests::fuzz::{TARGETS, Target, inputs};

/// Runs one of the targets, and shows the smallest input found that it does not stand.
fn run(name: &str, count: usize) {
    let target = TARGETS.iter().find(|target| target.name == name);
    let Some(target) = target else { panic!("there is no target {name}") };
    let seed = name.bytes().map(u64::from).sum();
    for input in inputs::inputs(seed).take(inputs::count(count)) {
        if let Err(message) = attempt(target, &input) {
            let (input, message) = smallest(target, input, message);
            panic!("{name}: {message}\n{}", input.escape_ascii());
        }
    }
}

/// Runs a target; the error is what it panics with.
fn attempt(target: &Target, input: &[u8]) -> Result<(), String> {
    let result = panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    result.map_err(|panic| match panic.downcast::<String>() {
        Ok(message) => *message,
        Err(panic) => panic.downcast::<&str>().map_or_else(|_| String::new(), |it| (*it).into()),
    })
}

/// Leaves out what does not matter.
fn smallest(target: &Target, mut input: Vec<u8>, mut message: String) -> (Vec<u8>, String) {
    let mut piece = input.len().div_ceil(2);
    while piece > 0 {
        let mut at = 0;
        while at < input.len() {
            let mut shorter = input.clone();
            shorter.drain(at..(at + piece).min(input.len()));
            match attempt(target, &shorter) {
                Ok(()) => at += piece,
                Err(error) => (input, message) = (shorter, error),
            }
        }
        piece /= 2;
    }
    (input, message)
}

#[test]
fn typed() {
    run("typed", 8000);
}

#[test]
fn graph() {
    run("graph", 4000);
}

#[test]
fn tools() {
    run("tools", 6000);
}

#[test]
fn optimize() {
    run("optimize", 8000);
}

#[test]
fn transcode() {
    run("transcode", 2000);
}

#[test]
fn stream() {
    run("stream", 4000);
}

#[test]
fn audit() {
    run("audit", 8000);
}

#[test]
fn value() {
    run("value", 4000);
}

/// Most of what is generated is a valid pickle, and all instructions are in it.
#[test]
fn generated_pickles_are_mostly_valid() {
    let mut random = pickle_tests::random::Random::new(1);
    let pickles: Vec<Vec<u8>> = (0..1000).map(|_| inputs::generated(&mut random)).collect();
    let valid: Vec<&Vec<u8>> =
        pickles.iter().filter(|pickle| pickle_core::Graph::from_slice(pickle).is_ok()).collect();
    assert!(valid.len() > 550, "{}", valid.len());
    let mut missing: Vec<&pickle_core::Opcode> = pickle_core::Opcode::ALL.iter().collect();
    for operation in valid.iter().flat_map(|pickle| pickle_core::tools::genops(pickle)).flatten() {
        missing.retain(|opcode| **opcode != operation.opcode);
    }
    assert!(missing.is_empty(), "{missing:?}");
}
