//! What `pickle infer` writes compiles, loads the samples, and dumps what Python finds equal.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

mod inferred;
mod process;

use std::fs;
use std::path::{Path, PathBuf};

use pickle_cli::infer::{observe::Seen, source};
use pickle_core::{Graph, PickleOptions, Protocol, ReconstructOwned, Reduce, Unpickler};
use pickle_tests::corpus;
use pickle_tests::python::{Python, pythons};

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

fn infer(samples: &[&Path]) -> String {
    let output = process::pickle().args(["infer", "--all"]).args(samples).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Whatever pickles hold, what is written for them is Rust.
#[test]
fn corpus_cases() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let mut count = 0;
    for case in corpus::cases(&folder) {
        let Ok(graph) = Graph::from_slice(&case.pickle) else { continue };
        let mut seen = Seen::default();
        seen.add(&graph);
        let source = source::module(&seen, "Root").unwrap();
        assert!(syn::parse_file(&source).is_ok(), "{}: {source}", case.name());
        count += 1;
    }
    assert!(count > 1000, "only {count} cases are pickles");
}

/// Those that have the classes, which need names with dots and ordered attributes.
fn interpreters() -> impl Iterator<Item = &'static Python> {
    pythons().iter().filter(|python| python.at_least(3, 6))
}

/// Runs a function of the module that has the classes.
fn run(python: &Python, call: &str) {
    let code = format!("import infer_models as models; models.{call}");
    let mut command = python.command();
    command.args(["-c", &code]).env("PYTHONPATH", here("python"));
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{python}: {call}: {errors}");
}

#[test]
fn source() {
    for (name, source) in inferred::SOURCES {
        let sample = here(&format!("samples/{name}.pkl"));
        assert_eq!(infer(&[&sample]), *source, "{name}");
    }
}

/// What is in one file and not in the other is optional; what is of another type is any value.
#[test]
fn several_files() {
    let folder = tempfile::tempdir().unwrap();
    let samples = [
        &b"\x80\x02cshop\nItem\n)\x81}(X\x04\0\0\0nameX\x01\0\0\0aX\x02\0\0\0noK\x01ub."[..],
        b"\x80\x02cshop\nItem\n)\x81}(X\x04\0\0\0nameNX\x02\0\0\0noX\x01\0\0\x001ub.",
        b"\x80\x02cshop\nItem\n)\x81}(X\x04\0\0\0nameX\x01\0\0\0bX\x02\0\0\0noK\x02X\x04\0\0\0sizeK\x02ub.",
    ];
    let paths: Vec<_> = (0..samples.len()).map(|n| folder.path().join(n.to_string())).collect();
    for (path, sample) in paths.iter().zip(samples) {
        fs::write(path, sample).unwrap();
    }
    let mut files: Vec<&Path> = paths.iter().map(PathBuf::as_path).collect();
    let source = infer(&files);
    insta::assert_snapshot!(source);
    files.insert(0, Path::new("--root=Item"));
    assert_eq!(infer(&files), source.replace("pub type Root = Item;\n\n", ""));
    *files.first_mut().unwrap() = Path::new("--root=the basket");
    assert_eq!(infer(&files), source.replace("type Root", "type TheBasket"));
}

/// Whoever wrote the samples, and in which protocol, the types are the same.
#[test]
fn every_spelling() {
    for python in interpreters() {
        for protocol in 0..=python.highest_protocol() {
            let folder = tempfile::tempdir().unwrap();
            run(python, &format!("write({:?}, {protocol})", folder.path()));
            for (name, source) in inferred::SOURCES {
                let sample = folder.path().join(format!("{name}.pkl"));
                if sample.exists() {
                    let found = infer(&[&sample]);
                    assert_eq!(found, *source, "{name}: {python}, protocol {protocol}");
                }
            }
        }
    }
}

/// Loads all pickles of a file, and writes them to another one.
fn rewrite<T: Reduce + ReconstructOwned>(name: &str, from: &Path, to: &Path, protocol: Protocol) {
    let file = format!("{name}.pkl");
    let input = fs::read(from.join(&file)).unwrap();
    let mut output = Vec::new();
    for value in Unpickler::new(&input[..]).iter::<T>() {
        let value = value.unwrap_or_else(|error| panic!("{name}: {error}"));
        output.extend(PickleOptions::new().protocol(protocol).to_vec(&value).unwrap());
    }
    fs::write(to.join(&file), output).unwrap();
}

#[test]
fn round_trip() {
    let folder = tempfile::tempdir().unwrap();
    for python in interpreters() {
        let highest = python.highest_protocol();
        for protocol in Protocol::ALL.into_iter().filter(|protocol| protocol.number() <= highest) {
            inferred::rewrite_each(&here("samples"), folder.path(), protocol);
            run(python, &format!("check({:?})", folder.path()));
        }
    }
}
