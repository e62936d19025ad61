//! Modules of Python that are generated from Rust types: their text, and that CPython's pickle and
//! mypy take them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod refused;
mod types;

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pickle_core::python::Modules;
use pickle_core::{
    Graph, PickleOptions, Protocol, PythonType, ReconstructOwned, Reduce, UnpickleOptions,
};
use pickle_tests::python::{newest, pythons};
use refused::*;
use serde_json::{Value, json};
use types::*;

/// The modules of all types of the table.
fn modules() -> Modules {
    let mut modules = Modules::new();
    modules.add::<Everything>().add::<Setters>().add::<Wrapper<f64>>().add::<Wrapper<String>>();
    modules.add::<Planet>().add::<Tagged>().add::<WithBases>();
    modules.add::<Receivers>().add::<Receiver>();
    modules.add::<Mixed>().add::<Dunder>();
    modules
}

/// The modules as files in a folder of their own.
fn written(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    modules().write_to(&folder).unwrap();
    folder
}

#[test]
fn texts() {
    let modules = modules();
    for name in modules.names() {
        insta::assert_snapshot!(name.to_owned(), modules.source(name).unwrap());
    }
}

/// What is wrong with the pickle that Python answers with.
type Answer = Box<dyn Fn(usize, &[u8], &[u8]) -> Result<(), String>>;

/// A value and what Python has to find.
struct Row {
    request: Value,
    answer: Answer,
}

/// The expression is about `value`. A row that is not `exact` has a pickle that says the same in
/// another way.
fn row<T>(value: T, expr: &str, exact: bool) -> Row
where
    T: Reduce + PythonType + ReconstructOwned + Debug + PartialEq + 'static,
{
    let pickles: Vec<_> = Protocol::ALL
        .into_iter()
        .map(|protocol| hex(&PickleOptions::new().protocol(protocol).to_vec(&value).unwrap()))
        .collect();
    let request = json!({"pickles": pickles, "expr": expr});
    let answer = move |protocol: usize, ours: &[u8], theirs: &[u8]| {
        let back: T =
            UnpickleOptions::new().from_slice(theirs).map_err(|error| error.to_string())?;
        if back != value {
            return Err(format!("found {back:?}, expected {value:?}"));
        }
        let (ours, theirs) = (Graph::from_slice(ours).unwrap(), Graph::from_slice(theirs).unwrap());
        // Older protocols have calls for bytes, which Python shares and Rust does not.
        if exact && protocol > 2 && ours != theirs {
            return Err(format!("found {theirs:?}, expected {ours:?}"));
        }
        Ok(())
    };
    Row { request, answer: Box::new(answer) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn from_hex(text: &str) -> Vec<u8> {
    let digits = text.as_bytes().chunks(2);
    digits.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

#[test]
fn python_loads_and_dumps_instances() {
    let folder = written("generated");
    for python in pythons() {
        if !python.at_least(3, 7) {
            eprintln!("skipped: {python} has no dataclasses");
            continue;
        }
        let rows: Vec<Row> = rows();
        // A tuple of six parts is a reduction since CPython 3.8.
        let rows =
            rows.into_iter().chain(python.at_least(3, 8).then(setter_rows).into_iter().flatten());
        let rows: Vec<Row> = rows.collect();
        let requests: Vec<_> = rows.iter().map(|row| &row.request).collect();
        let input = json!({"folder": folder, "rows": requests});
        let answers = python.run("generated.py", &input);
        let answers = answers.as_array().unwrap();
        assert_eq!(answers.len(), rows.len());
        for (row, answer) in rows.iter().zip(answers) {
            assert_eq!(answer["errors"], json!([]), "{python}: {}", row.request["expr"]);
            let dumps = answer["dumps"].as_array().unwrap();
            assert!(dumps.len() > 4, "{python} has no protocol 4");
            for (protocol, (ours, theirs)) in
                row.request["pickles"].as_array().unwrap().iter().zip(dumps).enumerate()
            {
                let bytes = |value: &Value| from_hex(value.as_str().unwrap());
                let outcome = (row.answer)(protocol, &bytes(ours), &bytes(theirs));
                assert_eq!(
                    outcome,
                    Ok(()),
                    "{python}, protocol {protocol}, {}",
                    row.request["expr"]
                );
            }
        }
    }
}

#[test]
fn mypy_finds_nothing() {
    let Some(mypy) = mypy() else { return };
    let folder = written("checked");
    let output = Command::new(mypy)
        .args(["-m", "mypy", "--strict", "--no-incremental", "."])
        .current_dir(&folder)
        .output()
        .unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{report}{}", String::from_utf8_lossy(&output.stderr));
    assert!(report.starts_with("Success"), "{report}");
}

/// A Python with mypy, in an environment in the target directory. Without one the caller has to
/// skip its test, unless `PICKLE_REQUIRE_PYTHON` is set.
fn mypy() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mypy");
    let mypy = newest().and_then(|newest| newest.environment(&folder, &["mypy"]));
    if mypy.is_none() {
        assert!(std::env::var_os("PICKLE_REQUIRE_PYTHON").is_none(), "mypy cannot be installed");
        eprintln!("skipped: mypy cannot be installed");
    }
    mypy
}

#[test]
fn what_cannot_be_written() {
    let modules = Modules::of::<Kebab>();
    assert_eq!(
        modules.source("m").unwrap_err().to_string(),
        "found the attribute \"line-width\" of Kebab, expected a name that can be written in \
         Python; give it another one by `rename`, `name` or `module`"
    );
    let mut modules = Modules::of::<First>();
    modules.add::<Second>();
    assert_eq!(
        modules.source("m").unwrap_err().to_string(),
        "found two types for m.Same that one class cannot be; give one of them another `name`"
    );
    assert_eq!(
        Modules::of::<Both>().source("m").unwrap_err().to_string(),
        "found list items and dict items in Both, expected one of them: no class of Python is a \
         `list` and a `dict`"
    );
    assert_eq!(
        Modules::of::<Both>().source("n").unwrap_err().to_string(),
        "found no module \"n\", expected one of m"
    );
    assert_eq!(
        Modules::of::<Plain>().source("m").unwrap_err().to_string(),
        "found no module \"m\", as the types lead to none: what they are in Python, such as a \
         `dict`, takes no class of their own"
    );
}

/// Each is a module that Python does not import, or whose attributes have other names.
#[test]
fn what_python_does_not_have() {
    let error = |modules: Modules| modules.source("m").unwrap_err().to_string();
    assert_eq!(
        error(Modules::of::<TwoLayouts>()),
        "found the bases made.Pixel and made.Level2 of TwoLayouts, expected one of them: no class \
         of Python has the slots of two, or is a `list` or a `dict` as well"
    );
    assert_eq!(
        error(Modules::of::<SlotsAndItems>()),
        "found the bases made.Pixel and list[int] of SlotsAndItems, expected one of them: no class of \
         Python has the slots of two, or is a `list` or a `dict` as well"
    );
    assert_eq!(
        error(Modules::of::<Private>()),
        "found the attribute \"__x\" of Outer._Private, which Python calls \"_Private__x\" in a \
         class; give it that name or another one by `rename` or `name`"
    );
    assert_eq!(
        error(Modules::of::<PrivateClass>()),
        "found the class \"__Inner\" of Outer, which Python calls \"_Outer__Inner\" in a class; \
         give it that name or another one by `rename` or `name`"
    );
    assert_eq!(
        error(Modules::of::<PrivateSetter>()),
        "found the state setter \"__set\" of PrivateSetter, which Python calls \
         \"_PrivateSetter__set\" in a class; give it that name or another one by `rename` or `name`"
    );
    let reserved = |name: &str, class: &str| {
        format!(
            "found the member {name:?} of {class}, expected a name that is not reserved in enums \
             of Python; give it another one by `name`"
        )
    };
    assert_eq!(error(Modules::of::<Order>()), reserved("mro", "Order"));
    assert_eq!(error(Modules::of::<Reserved>()), reserved("_name_", "Reserved"));
    assert_eq!(error(Modules::of::<PrivateMember>()), reserved("__low", "PrivateMember"));
    assert_eq!(error(Modules::of::<MangledMember>()), reserved("_Mangled__low", "Mangled"));
    assert_eq!(
        error(Modules::of::<TwoStates>()),
        "found the attribute \"state\" of TwoStates, which keeps what `getstate` returns; give it \
         another name by `rename`"
    );
}
