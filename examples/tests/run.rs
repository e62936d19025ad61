//! Every example runs, with Python and without, and says what it promises.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// The examples are built beside the tests: `target/debug/examples` and `target/debug/deps`.
fn program(name: &str) -> PathBuf {
    let test = env::current_exe().unwrap();
    let built = test.parent().unwrap().parent().unwrap().join("examples");
    let program = built.join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(program.is_file(), "{} is missing: use cargo test --all-targets", program.display());
    program
}

#[track_caller]
fn check(name: &str, promises: &[&str]) {
    for with_python in [true, false] {
        let mut command = Command::new(program(name));
        if !with_python {
            command.env("PATH", "").env_remove("PICKLE_EXAMPLES_PYTHON");
        }
        let output = command.output().unwrap();
        let printed = String::from_utf8_lossy(&output.stdout);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{printed}{errors}");
        for promise in promises {
            assert!(printed.contains(promise), "{promise} is not in\n{printed}");
        }
        assert!(with_python || printed.contains("Python  not found"), "{printed}");
    }
}

#[test]
fn examples() {
    check("point", &["Point { x: 4.0, y: -3.0 }"]);
    check("data_processor", &["shout has 2 cached items", "whisper has 0 cached items"]);
    check("vector", &["Vector { coords: (1.5, 2.0, 2.5) }"]);
    check("config", &["Config { settings: {\"proxy\": None} }", "\"debug\": Flag(true)"]);
    check("log_buffer", &["buffered by Python", "cannot open no/such/folder/app.log"]);
    check("registry", &["`Registry::register` adds it", "000012345679"]);
    check(
        "shapes",
        &["a deep copy has one circle", "a square of side 4", "math.floor of 2.5 is 2"],
    );
    check("worker", &["job 2 of 1000 has one item, spam"]);
    check("cache", &["and now [(\"spam\", 2), (\"eggs\", 12)]"]);
    check("shelf", &["took naïve 'key'", "does not know shadow: new shelf.Unknown()"]);
    check("pool", &["1321", "zero has no prime factors", "found global textwork.unknown"]);
    check(
        "checkpoint",
        &["transposed: int64 [3, 2] 0, 3, 1, …", "state[3].step: float32 [] 1", "now 2, 4, 6"],
    );
    check(
        "python_module",
        &["class Place:", "height: 1500", "Place { name: \"Peak\", height: 2400 }", "1700 m up"],
    );
    check(
        "to_json",
        &[
            r#"{"class":"shop.Customer","state":{"name":"Ada","tags":["vip"]}}"#,
            r#"the first customer is "Ada""#,
            r#"{"count":2,"customers":["Ada"],"total":24.9}"#,
        ],
    );
    check("tour", &["cache: {} }", "file: open }", "from Python"]);
}
