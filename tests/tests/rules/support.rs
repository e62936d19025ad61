//! One row of a table: a pickle and what it must be.

use pickle_core::{ErrorKind, Graph, PickleOptions, Profile, Protocol, UnpickleOptions, Value};
use pickle_tests::check::{hex, unhex};
use pickle_tests::python::{Python, pythons};
use serde_json::{Value as Json, json};

/// What reading a pickle gives.
pub(crate) enum Reads {
    /// The same graph as this pickle, which says it in another way.
    As(&'static [u8]),
    /// An error with these words in it.
    Error(&'static str),
}

/// The graph of a pickle that is valid.
pub(crate) fn read(pickle: &[u8]) -> Graph<'_> {
    Graph::from_slice(pickle).unwrap_or_else(|error| panic!("{}: {error}", pickle.escape_ascii()))
}

/// A graph as text.
pub(crate) fn shown(pickle: &[u8]) -> String {
    format!("{:?}", read(pickle))
}

/// The error of a pickle, which a typed reader must find as well.
pub(crate) fn refused(pickle: &[u8]) -> String {
    let Err(error) = Graph::from_slice(pickle) else {
        panic!("{} is {}", pickle.escape_ascii(), shown(pickle));
    };
    let typed = UnpickleOptions::new().from_slice::<Value>(pickle).unwrap_err();
    assert_eq!(typed.to_string(), error.to_string(), "{}", pickle.escape_ascii());
    error.to_string()
}

/// Whether reading ends in an error about the end of the input.
pub(crate) fn ends_early(pickle: &[u8]) -> bool {
    let error = Graph::from_slice(pickle).expect_err("a pickle that is cut off");
    matches!(error.kind(), ErrorKind::EndOfInput { .. })
}

/// Asserts one row of a table of pickles.
pub(crate) fn expect(pickle: &[u8], reads: &Reads) {
    match *reads {
        Reads::As(other) => assert!(
            read(pickle) == read(other),
            "{} is {}, expected {}",
            pickle.escape_ascii(),
            shown(pickle),
            shown(other)
        ),
        Reads::Error(words) => {
            let error = refused(pickle);
            assert!(error.contains(words), "{}: {error}, expected {words}", pickle.escape_ascii());
        }
    }
}

/// Asserts a table of pickles.
pub(crate) fn expect_all(rows: &[(&[u8], Reads)]) {
    for (pickle, reads) in rows {
        expect(pickle, reads);
    }
}

/// Options for a protocol by number and a profile.
pub(crate) fn options(protocol: u8, profile: Profile) -> PickleOptions<'static> {
    let protocol = Protocol::from_number(protocol).expect("0 to 5");
    PickleOptions::new().protocol(protocol).profile(profile)
}

/// A graph written again, as C picklers up to CPython 3.14 do.
pub(crate) fn write(pickle: &[u8], protocol: u8) -> Vec<u8> {
    write_by(pickle, protocol, Profile::CPythonC)
}

/// A graph written again.
pub(crate) fn write_by(pickle: &[u8], protocol: u8, profile: Profile) -> Vec<u8> {
    options(protocol, profile)
        .graph_to_vec(&read(pickle))
        .unwrap_or_else(|error| panic!("{} at {protocol}: {error}", shown(pickle)))
}

/// Asserts what a graph is written as, protocol by protocol.
pub(crate) fn writes(pickle: &[u8], expected: &[(u8, &[u8])]) {
    for &(protocol, expected) in expected {
        let found = write(pickle, protocol);
        assert_eq!(
            found.escape_ascii().to_string(),
            expected.escape_ascii().to_string(),
            "{} at protocol {protocol}",
            shown(pickle)
        );
    }
}

/// `PROTO 4`, a frame, and its content.
pub(crate) fn v4(content: &[u8]) -> Vec<u8> {
    [b"\x80\x04\x95", &(content.len() as u64).to_le_bytes()[..], content].concat()
}

/// Every Python 3 of this machine that these tests know the habits of.
pub(crate) fn python3() -> impl Iterator<Item = &'static Python> {
    pythons().iter().filter(|python| python.at_least(3, 7))
}

/// What a Python answers to requests; see `tests/python/rules.py`.
pub(crate) fn ask(python: &Python, requests: &[Json]) -> Vec<Json> {
    let answers = python.run("rules.py", &json!(requests));
    answers.as_array().expect("one answer for each request").clone()
}

/// The request for the pickle of an expression.
pub(crate) fn dump(expr: &str, protocol: u8, pickler: &str) -> Json {
    json!({"dump": expr, "protocol": protocol, "pickler": pickler})
}

/// The request for the `repr` of what a pickle holds.
pub(crate) fn load(pickle: &[u8]) -> Json {
    json!({"load": hex(pickle)})
}

/// The pickle that was answered.
pub(crate) fn pickle_of(answer: &Json) -> Vec<u8> {
    unhex(answer["pickle"].as_str().unwrap_or_else(|| panic!("{answer}")))
}
