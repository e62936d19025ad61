//! Small inputs that want much, and inputs that end too early.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use pickle_core::{ErrorKind, Graph, UnpickleOptions, Unpickler, Value, tools};

use crate::golden::vectors;

/// Each way of reading, which must come back soon.
fn in_time(name: &str, pickle: &[u8]) -> bool {
    let start = Instant::now();
    let graph = Graph::from_slice(pickle);
    let _ = UnpickleOptions::new().from_slice::<Value>(pickle);
    let _ = UnpickleOptions::new().from_slice::<Vec<Value>>(pickle);
    assert_eq!(Unpickler::new(pickle).load_graph().is_ok(), graph.is_ok(), "{name}");
    let _ = tools::genops(pickle).count();
    assert!(start.elapsed() < Duration::from_secs(5), "{name}: {:?}", start.elapsed());
    if let Ok(graph) = &graph {
        let mut text = String::new();
        write!(text, "{graph:?}").unwrap();
        assert!(text.len() < 100_000, "{name}: {}", text.len());
    }
    graph.is_ok()
}

#[test]
fn hostile_inputs_are_cheap() {
    const MANY: usize = 200_000;
    let doubling = |open: &[u8], twice: &[u8]| [open, &twice.repeat(60), b"."].concat();
    let rows: &[(&str, Vec<u8>, bool)] = &[
        ("marks", [&b"(".repeat(MANY)[..], b"."].concat(), false),
        ("nested tuples", [b"N", &b"\x85".repeat(MANY)[..], b"."].concat(), true),
        ("nested lists", [&b"]".repeat(MANY)[..], &b"a".repeat(MANY - 1), b"."].concat(), true),
        ("a far index", b"]r\xff\xff\xff\xff.".to_vec(), true),
        ("doubled tuples", doubling(b")", b"2\x86"), true),
        ("doubled lists", doubling(b"]", b"q\0]h\0ah\0a"), true),
        ("a long decimal", [b"L", &b"7".repeat(MANY)[..], b"L\n."].concat(), false),
        ("a long hexadecimal", [b"I0x", &b"7".repeat(MANY)[..], b"\n."].concat(), true),
        ("a claimed length", b"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f".to_vec(), false),
        ("many copies", [b"]", &b"2a".repeat(MANY)[..], b"."].concat(), true),
    ];
    for (name, pickle, accepted) in rows {
        assert_eq!(in_time(name, pickle), *accepted, "{name}");
    }
}

fn is_end(error: &pickle_core::Error) -> bool {
    matches!(error.kind(), ErrorKind::EndOfInput { .. })
}

#[test]
fn n10_6_every_prefix_is_an_end_of_input() {
    let mut count = 0;
    for (expr, _, pickles) in vectors() {
        for (_, pickle) in *pickles {
            for end in 0..pickle.len() {
                let prefix = &pickle[..end];
                let graph = Graph::from_slice(prefix).unwrap_err();
                let typed = UnpickleOptions::new().from_slice::<Value>(prefix).unwrap_err();
                let mut unpickler = Unpickler::new(prefix);
                let stream = unpickler.load_graph().map(drop).unwrap_err();
                for error in [graph, typed, stream] {
                    assert!(is_end(&error), "{expr}: {}: {error}", prefix.escape_ascii());
                }
                count += 1;
            }
        }
    }
    assert!(count > 1000, "{count}");
}
