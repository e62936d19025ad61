//! `pickle show --json` says of every case of the corpus what the corpus expects.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

mod process;

use std::collections::HashMap;
use std::thread;
use std::time::{Duration, Instant};

use pickle_cli::neutral::{self, Detail};
use pickle_cli::{show, stream};
use pickle_core::Limits;
use pickle_tests::corpus::{self, Case};
use pickle_tests::neutral::Tree;
use serde_json::Value;

/// The JSON nests deeper than the stack of a test thread allows.
const STACK: usize = 1 << 30;

/// How many cases of each family run as processes; of ill-formed and hostile ones all do.
const SAMPLE: usize = 8;

fn with_cases(run: impl FnOnce(Vec<Case>) + Send + 'static) {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let run = move || {
        let cases = corpus::cases(&folder);
        assert!(cases.len() > 2000, "the corpus has only {} cases", cases.len());
        run(cases);
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// The trees that a JSON document holds.
fn trees(json: &[u8]) -> Result<Vec<Tree>, String> {
    let document =
        corpus::parse(std::str::from_utf8(json).unwrap()).map_err(|error| error.to_string())?;
    let trees = match document["stream"].as_array() {
        Some(stream) => stream.iter().map(Tree::of_json).collect(),
        None => Tree::of_json(&document).map(|tree| vec![tree]),
    };
    // The drop of a deep document recurses; the process ends soon.
    std::mem::forget(document);
    trees
}

/// What the library prints, in short and in full.
fn printed(pickle: &[u8], detail: Detail) -> Result<Vec<u8>, String> {
    let limits = Limits::default().digits(1 << 16);
    let pickles = stream::read(pickle, false, &limits).map_err(|(_, error)| error.to_string())?;
    let mut json = Vec::new();
    show::json(&pickles, detail, &mut json).unwrap();
    Ok(json)
}

#[test]
fn every_case_is_as_expected() {
    with_cases(|cases| {
        let mut failures = Vec::new();
        for case in &cases {
            for detail in [Detail::Short, Detail::Full] {
                let found = printed(&case.pickle, detail);
                // What is read back tells nothing beyond that it is JSON for cases of any value.
                let is_any = case.expect()["any"] == Value::Bool(true);
                if is_any && found.as_ref().is_ok_and(|json| json.len() > 1 << 20) {
                    continue;
                }
                let found = found.map(|json| trees(&json).unwrap());
                if let Err(difference) = case.judge(found) {
                    failures.push(format!("{}, {detail:?}: {difference}", case.name()));
                }
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    });
}

/// Whatever can be read is the same graph after the way through JSON.
#[test]
fn json_is_lossless() {
    with_cases(|cases| {
        let (mut failures, mut count) = (Vec::new(), 0);
        for case in &cases {
            let limits = Limits::default().digits(1 << 16);
            let Ok(pickles) = stream::read(&case.pickle, false, &limits) else { continue };
            let mut json = Vec::new();
            show::json(&pickles, Detail::Full, &mut json).unwrap();
            let graphs = match neutral::read(&json, 1 << 16) {
                Ok(graphs) => graphs,
                Err(error) => {
                    failures.push(format!("{}: {error}", case.name()));
                    continue;
                }
            };
            assert_eq!(graphs.len(), pickles.count(), "{}", case.name());
            pickles
                .each(|place, _, graph| {
                    let read = &graphs[place];
                    if graph != read || graph.protocol() != read.protocol() {
                        failures.push(format!("{}: pickle {place} differs", case.name()));
                    }
                    count += 1;
                    Ok(())
                })
                .unwrap();
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
        assert!(count > 2000, "only {count} pickles were read");
    });
}

#[test]
fn processes_say_the_same_within_the_limits() {
    with_cases(|cases| {
        let folder = corpus::folder().unwrap();
        let mut seen: HashMap<String, usize> = HashMap::new();
        for case in &cases {
            let family = case.entry["family"].as_str().unwrap();
            let count = seen.entry(family.to_owned()).or_default();
            *count += 1;
            if *count > SAMPLE && !matches!(family, "bad" | "hostile" | "sharing" | "exploit") {
                continue;
            }
            let file = folder.join(case.entry["file"].as_str().unwrap());
            let start = Instant::now();
            let output = process::pickle().args(["show", "--json"]).arg(file).output().unwrap();
            assert!(start.elapsed() < Duration::from_secs(10), "{}", case.name());
            let stderr = String::from_utf8_lossy(&output.stderr);
            match printed(&case.pickle, Detail::Short) {
                Ok(json) => {
                    assert_eq!(output.status.code(), Some(0), "{}: {stderr}", case.name());
                    assert!(output.stdout == json, "{}", case.name());
                }
                Err(error) => {
                    assert_eq!(output.status.code(), Some(2), "{}: {stderr}", case.name());
                    assert!(output.stdout.is_empty(), "{}", case.name());
                    let message = error.split(';').next().unwrap();
                    assert!(stderr.contains(message), "{}: {stderr}", case.name());
                }
            }
        }
    });
}
