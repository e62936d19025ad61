//! What must hold for every value that is pickled.

use std::fmt::Debug;

use pickle_core::{
    ErrorKind, PickleOptions, Protocol, Reconstruct, ReconstructOwned, Reduce, Route,
    UnpickleOptions,
};
use serde_json::{Value, json};

use crate::python::{Peer, Python, pythons, with_numpy};

/// The value that a pickle holds, by both routes, which must agree.
///
/// # Panics
/// When they do not.
pub fn load<T: ReconstructOwned + Debug + PartialEq>(pickle: &[u8]) -> Result<T, String> {
    load_with(UnpickleOptions::new(), pickle)
}

/// As [`load`], with options.
///
/// # Panics
/// When the routes do not agree.
pub fn load_with<T: ReconstructOwned + Debug + PartialEq>(
    options: UnpickleOptions<'_>,
    pickle: &[u8],
) -> Result<T, String> {
    let general = options.route(Route::General).from_slice::<T>(pickle);
    let auto = options.from_slice::<T>(pickle);
    if let Ok(predicted) = options.route(Route::Predictive).from_slice::<T>(pickle) {
        match &general {
            Ok(general) => assert_eq!(same(&predicted), same(general), "{pickle:x?}"),
            Err(error) => panic!("predicted {predicted:?}, in general {error}: {pickle:x?}"),
        }
    }
    match (general, auto) {
        (Ok(general), Ok(auto)) => {
            assert_eq!(same(&general), same(&auto));
            Ok(auto)
        }
        (Err(general), Err(auto)) => {
            assert_eq!(general.to_string(), auto.to_string());
            Err(auto.to_string())
        }
        (general, auto) => panic!("{general:?} and {auto:?}"),
    }
}

/// A value in a form in which NaN is equal to itself.
fn same(value: &impl Debug) -> String {
    format!("{value:?}")
}

/// Pickles a value in every protocol and checks what holds for each: both routes read it back, and
/// every proper prefix is an error about the end of the input.
///
/// # Panics
/// When something does not hold.
pub fn round_trip<T: Reduce + ReconstructOwned + Debug + PartialEq>(value: &T) -> Vec<Vec<u8>> {
    let pickles = written(value);
    for (protocol, pickle) in pickles.iter().enumerate() {
        for end in (0..pickle.len()).step_by(1 + pickle.len() / 500) {
            let error = UnpickleOptions::new().from_slice::<T>(&pickle[..end]).unwrap_err();
            let is_end = matches!(error.kind(), ErrorKind::EndOfInput { .. });
            assert!(is_end, "{value:?}, protocol {protocol}, prefix {end}: {error}");
        }
    }
    pickles
}

/// Pickles a value in every protocol, from each of which both routes read it back.
///
/// # Panics
/// When they do not.
pub fn written<T: Reduce + ReconstructOwned + Debug + PartialEq>(value: &T) -> Vec<Vec<u8>> {
    Protocol::ALL
        .into_iter()
        .map(|protocol| {
            let pickle = PickleOptions::new().protocol(protocol).to_vec(value).unwrap();
            let back = load::<T>(&pickle).unwrap_or_else(|error| {
                panic!(
                    "{value:?}, protocol {protocol}: {error}, {}",
                    String::from_utf8_lossy(&pickle)
                )
            });
            assert_eq!(same(&back), same(value), "protocol {protocol}");
            pickle
        })
        .collect()
}

/// Loads a pickle and says what is wrong with the value.
type Load = dyn Fn(&[u8]) -> Result<(), String>;

/// A row of a table: a value, and what it is in Python.
pub struct Row {
    request: Value,
    name: String,
    since: (u32, u32),
    load: Box<Load>,
}

impl Row {
    /// The row for CPythons from a version on.
    #[must_use]
    pub fn since(self, since: (u32, u32)) -> Row {
        Row { since, ..self }
    }
}

/// A value and the Python expression for it, which CPythons from a version on know.
///
/// # Panics
/// When the value does not come back from its own pickles.
pub fn row<T>(value: T, expr: &str, setup: &str, since: (u32, u32)) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    let pickles = round_trip(&value);
    row_with(&pickles, value, expr, setup).since(since)
}

/// As [`row`], for one of many values: without a look at its damaged pickles.
///
/// # Panics
/// As there.
pub fn quick_row<T>(value: T, expr: &str, setup: &str) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    row_with(&written(&value), value, expr, setup)
}

fn row_with<T>(pickles: &[Vec<u8>], value: T, expr: &str, setup: &str) -> Row
where
    T: ReconstructOwned + Debug + PartialEq + 'static,
{
    let load = move |pickle: &[u8]| match load::<T>(pickle) {
        Ok(back) if same(&back) == same(&value) => Ok(()),
        Ok(back) => Err(format!("{back:?}, expected {value:?}")),
        Err(error) => Err(error),
    };
    let row = row_of(pickles, expr, setup, load);
    Row { name: format!("{expr} as {}", std::any::type_name::<T>()), ..row }
}

/// Pickles for the protocols from 0 on, the Python expression for their value, and how to check
/// what a Python dumps for that.
pub fn row_of(
    pickles: &[Vec<u8>],
    expr: &str,
    setup: &str,
    load: impl Fn(&[u8]) -> Result<(), String> + 'static,
) -> Row {
    let pickles = pickles.iter().enumerate();
    let hex: serde_json::Map<String, Value> = pickles
        .map(|(protocol, pickle)| (protocol.to_string(), Value::String(hex(pickle))))
        .collect();
    Row {
        request: json!({"expr": expr, "setup": setup, "hex": hex}),
        name: expr.to_owned(),
        since: (2, 7),
        load: Box::new(load),
    }
}

/// The same check of the values that each route reads; for values that `==` cannot compare.
///
/// # Errors
/// Of reading, or of the check.
pub fn each_route<'de, T: Reconstruct<'de>>(
    pickle: &'de [u8],
    check: impl Fn(T) -> Result<(), String>,
) -> Result<(), String> {
    each_route_with(UnpickleOptions::new(), pickle, check)
}

/// As [`each_route`], with options.
///
/// # Errors
/// As there.
pub fn each_route_with<'de, T: Reconstruct<'de>>(
    options: UnpickleOptions<'de>,
    pickle: &'de [u8],
    check: impl Fn(T) -> Result<(), String>,
) -> Result<(), String> {
    if let Ok(predicted) = options.route(Route::Predictive).from_slice::<T>(pickle) {
        check(predicted).map_err(|error| format!("predicted: {error}"))?;
    }
    let general = options.route(Route::General).from_slice::<T>(pickle);
    check(general.map_err(|error| error.to_string())?)
}

/// Checks the rows against every CPython: it loads ours as the value of the expression, and we load
/// what it dumps for that.
///
/// # Panics
/// When something does not hold; the message lists everything that does not.
pub fn agree(rows: &[Row]) {
    agree_by("agree.py", rows);
}

/// As [`agree`], with values compared by what they are made of, for classes without `__eq__`.
///
/// # Panics
/// As there.
pub fn agree_on_instances(rows: &[Row]) {
    agree_by("instances.py", rows);
}

/// As [`agree`], with arrays of every NumPy found.
///
/// # Panics
/// As there.
pub fn agree_on_arrays(rows: &[Row]) {
    agree_of(&with_numpy(), "arrays.py", rows);
}

fn agree_by(script: &str, rows: &[Row]) {
    agree_of(pythons(), script, rows);
}

fn agree_of(pythons: &[Python], script: &str, rows: &[Row]) {
    let mut failures = Vec::new();
    for python in pythons {
        agree_with(python, script, rows, &mut failures);
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn agree_with(python: &Python, script: &str, rows: &[Row], failures: &mut Vec<String>) {
    let rows: Vec<&Row> = rows.iter().filter(|row| python.version >= row.since).collect();
    let requests: Vec<&Value> = rows.iter().map(|row| &row.request).collect();
    let answers = python.run(script, &json!(requests));
    for (row, answer) in rows.iter().zip(answers.as_array().expect("a list")) {
        failures.extend(row.judge(python, answer));
    }
}

impl Row {
    /// Checks the row against running Pythons, all of which know its value.
    ///
    /// # Errors
    /// Everything that does not hold.
    pub fn agree(&self, peers: &mut [Peer]) -> Result<(), String> {
        let mut failures = Vec::new();
        for peer in peers {
            let answer = peer.ask(&self.request);
            failures.extend(self.judge(&peer.python, &answer));
        }
        if failures.is_empty() { Ok(()) } else { Err(failures.join("\n")) }
    }

    /// What is wrong with a Python's answer.
    fn judge(&self, python: &Python, answer: &Value) -> Vec<String> {
        let errors = answer["errors"].as_array().expect("a list").iter();
        let mut failures: Vec<String> =
            errors.map(|error| format!("{python} reads {}: {error}", self.name)).collect();
        for (protocol, digits) in answer["dumps"].as_object().expect("a dict") {
            let pickle = unhex(digits.as_str().expect("a string"));
            if let Err(error) = (self.load)(&pickle) {
                let text = String::from_utf8_lossy(&pickle).into_owned();
                failures.push(format!(
                    "we read {} of {python}, protocol {protocol}: {error}: {text:?}",
                    self.name
                ));
            }
        }
        failures
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes.
///
/// # Panics
/// When they are none.
#[must_use]
pub fn unhex(digits: &str) -> Vec<u8> {
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal"))
        .collect()
}
