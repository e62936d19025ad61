//! The general route builds what the corpus expects, case by case.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::thread;

use pickle_core::{Error, ErrorKind, Graph, Limits};
use pickle_tests::corpus::{self, Case};
use pickle_tests::neutral::Tree;

/// The JSON of the manifest nests deeper than the stack of a test thread allows.
const STACK: usize = 512 << 20;

#[test]
fn every_case() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let run = move || {
        let cases = corpus::cases(&folder);
        assert!(cases.len() > 2000, "the corpus has only {} cases", cases.len());
        let failures: Vec<String> = cases
            .iter()
            .filter_map(|case| Some(format!("{}: {}", case.name(), check(case).err()?)))
            .collect();
        eprintln!("{} cases, {} failures", cases.len(), failures.len());
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// A comparison that never fails would pass every case.
#[test]
fn differences_are_found() {
    let differs = |pickle: &[u8], expect: &str| {
        let graph = Graph::from_slice(pickle).unwrap();
        Tree::of_graph(&graph).matches(&serde_json::from_str(expect).unwrap()).is_err()
    };
    let shared = b"(]2t.";
    assert!(!differs(
        shared,
        r#"{"t":"tuple","items":[{"t":"list","id":1,"items":[]},{"ref":1}]}"#
    ));
    for expect in [
        r#"{"t":"tuple","items":[{"t":"list","items":[]},{"t":"list","items":[]}]}"#,
        r#"{"t":"tuple","items":[{"t":"list","items":[]}]}"#,
        r#"{"t":"list","items":[{"t":"list","id":1,"items":[]},{"ref":1}]}"#,
        r#"{"t":"none"}"#,
    ] {
        assert!(differs(shared, expect), "{expect}");
    }
    assert!(differs(b"I1\n.", r#"{"t":"bool","v":true}"#));
    assert!(differs(b"I1\n.", r#"{"t":"int","v":"2"}"#));
    assert!(differs(b"U\x01a.", r#"{"t":"bytes","b64":"YQ=="}"#));
    assert!(differs(
        b"}(K\x01K\x02u.",
        r#"{"t":"dict","items":[[{"t":"int","v":"2"},{"t":"int","v":"1"}]]}"#
    ));
}

fn check(case: &Case) -> Result<(), String> {
    let count = case.expect()["stream"].as_array().map_or(1, Vec::len);
    case.judge(load_all(&case.pickle, count))
}

/// The trees of the first pickles, which must be all if there are several.
fn load_all(mut rest: &[u8], count: usize) -> Result<Vec<Tree>, String> {
    let mut trees = Vec::new();
    for place in 0..count {
        let (graph, used) = load(rest).map_err(|error| format!("pickle {place}: {error}"))?;
        trees.push(Tree::of_graph(&graph));
        rest = &rest[used..];
    }
    assert!(count == 1 || rest.is_empty(), "{} bytes are left", rest.len());
    Ok(trees)
}

/// Loads with the default limits, and once more without when a limit was reached.
fn load(pickle: &[u8]) -> Result<(Graph<'_>, usize), Error> {
    let limits = Limits::default();
    let found = Graph::from_prefix(pickle, &limits).or_else(|error| match error.kind() {
        ErrorKind::Limit { .. } => Graph::from_prefix(pickle, &limits.digits(1 << 20)),
        _ => Err(error),
    });
    if let Ok((graph, _)) = &found {
        let shown = format!("{graph:?}");
        assert!(shown.len() < 100_000, "{} bytes of debug output", shown.len());
    }
    found
}

/// A pickle that is cut anywhere has no value, and the error says so.
#[test]
fn every_prefix_ends_too_early() {
    each_small_case(|case| {
        let Ok((_, used)) = Graph::from_prefix(&case.pickle, &Limits::default()) else { return };
        for end in 0..used {
            let error = Graph::from_slice(&case.pickle[..end]).unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::EndOfInput { .. }),
                "{} cut at {end}: {error}",
                case.name()
            );
        }
    });
}

/// Whatever the bytes are, there is a value or an error.
#[test]
fn damaged_cases_are_harmless() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = move |end: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % end.max(1) as u64).unwrap()
    };
    each_small_case(move |case| {
        for _ in 0..20 {
            let mut pickle = case.pickle.clone();
            for _ in 0..=below(3) {
                if pickle.is_empty() {
                    return;
                }
                let (at, from) = (below(pickle.len()), below(pickle.len()));
                match below(3) {
                    0 => pickle[at] = below(256).to_le_bytes()[0],
                    1 => drop(pickle.remove(at)),
                    _ => pickle.insert(at, pickle[from]),
                }
            }
            if let Ok(graph) = Graph::from_slice(&pickle) {
                assert!(format!("{graph:?}").len() < 100_000);
            }
        }
    });
}

fn each_small_case(mut run: impl FnMut(&Case) + Send + 'static) {
    let Some(folder) = corpus::folder() else { return };
    let run = move || {
        corpus::cases(&folder).iter().filter(|case| case.pickle.len() < 1000).for_each(&mut run);
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}
