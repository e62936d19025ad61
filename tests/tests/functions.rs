//! Functions and classes by their names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may panic")]

use std::sync::Arc;

use pickle_core::{Function, Global, PickleOptions, Protocol, Registry, UnpickleOptions, to_vec};
use pickle_tests::check;

type Unary = fn(f64) -> f64;

const SQRT: Function<Unary> = Function::new("math", "sqrt", f64::sqrt);
const CEIL: Function<Unary> = Function::new("math", "ceil", f64::ceil);
const UPPER: Function<fn(&str) -> String> =
    Function::new("builtins", "str.upper", str::to_uppercase);

fn registry() -> Registry {
    let mut registry = Registry::new();
    registry.function(SQRT).function(CEIL).function(UPPER);
    registry
}

#[test]
fn every_python_has_the_same_functions() {
    let value = (vec![SQRT, CEIL, SQRT], Global::new("builtins", "int"));
    let load = move |pickle: &[u8]| {
        let registry = registry();
        let options = UnpickleOptions::new().registry(&registry);
        let (functions, class): (Vec<Function<Unary>>, Global) = check::load_with(options, pickle)?;
        let results: Vec<f64> = functions.iter().map(|function| function(2.25)).collect();
        if results != [1.5, 3.0, 1.5] || class != Global::new("builtins", "int") {
            return Err(format!("{functions:?}, {class}"));
        }
        Ok(())
    };
    let pickles = Protocol::ALL.map(|protocol| {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&value).unwrap();
        load(&pickle).unwrap();
        pickle
    });
    let expr = "([math.sqrt, math.ceil, math.sqrt], int)";
    check::agree(&[check::row_of(&pickles, expr, "import math", load).since((3, 6))]);
}

/// Below protocol 4 the name is a chain of `getattr` calls.
#[test]
fn nested_names() {
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry);
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&UPPER).unwrap();
        let upper: Function<fn(&str) -> String> = check::load_with(options, &pickle).unwrap();
        assert_eq!(upper("a"), "A");
    }
}

#[test]
fn whatever_can_be_called() {
    type Shared = Arc<dyn Fn(u32) -> u32 + Send + Sync>;
    let offset = 5;
    let add: Function<Shared> = Function::new("operators", "add", Arc::new(move |n| n + offset));
    let mut registry = Registry::new();
    registry.function(add.clone());
    let options = UnpickleOptions::new().registry(&registry);
    let back: Function<Shared> = check::load_with(options, &to_vec(&add).unwrap()).unwrap();
    assert_eq!(back(1), 6);
    let copy = PickleOptions::new().registry(&registry).deepcopy(&vec![add]).unwrap();
    assert_eq!(copy.first().map(|add| add(2)), Some(7));
}

/// A pickle can name what was registered, by its type, and nothing else.
#[test]
fn errors() {
    let registry = registry();
    let options = UnpickleOptions::new().registry(&registry);
    let load = |pickle: &[u8]| check::load_with::<Function<Unary>>(options, pickle).unwrap_err();
    let expected =
        "a registered function of type fn(f64) -> f64; `Registry::function` registers one";
    for (pickle, found) in [
        (&b"\x80\x02cos\nsystem\n."[..], "global os.system"),
        (b"\x80\x02c__builtin__\nstr\n.", "global __builtin__.str"),
        (b"\x80\x02K\x01.", "int 1"),
        (b"\x80\x02cmath\nsqrt\nK\x01\x85R.", "math.sqrt object"),
    ] {
        assert_eq!(load(pickle), format!("found {found}, expected {expected} (offset 2)"));
    }
    let pickle = to_vec(&UPPER).unwrap();
    assert!(load(&pickle).contains(expected), "{}", load(&pickle));
    let error = check::load_with::<Global>(options, b"\x80\x02K\x01.").unwrap_err();
    assert_eq!(error, "found int 1, expected a class or function (offset 2)");
}
