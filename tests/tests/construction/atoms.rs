//! Subclasses of atoms, which `copyreg._reconstructor` makes of one below protocol 2.

use super::*;

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", new)]
struct Metres(f64);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", new)]
struct Count {
    #[reduce(ctor)]
    number: i64,
    unit: u8,
}

/// A subclass of `tuple` with one argument, and a named tuple with one for each field.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", new)]
struct Route((u8, String));

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "construction_models", new)]
struct Stop(u8, String);

#[test]
fn tuples_agree() {
    let (route, stop) = (|| Route((1, "a".to_owned())), || Stop(1, "a".to_owned()));
    agree_on_instances(&[
        row(route(), "Route((1, 'a'))", SETUP, (2, 7)),
        row(vec![route(), route()], "[Route((1, 'a')), Route((1, 'a'))]", SETUP, (2, 7)),
        row(stop(), "Stop(1, 'a')", SETUP, (2, 7)),
        row(vec![stop(), stop()], "[Stop(1, 'a'), Stop(1, 'a')]", SETUP, (2, 7)),
    ]);
}

#[test]
fn agree() {
    agree_on_instances(&[
        row(Metres(1.5), "Metres(1.5)", SETUP, (2, 7)),
        row(Count { number: 70_000, unit: 3 }, "counted(70000, 3)", SETUP, (2, 7)),
        row(vec![Metres(0.5), Metres(-1.0)], "[Metres(0.5), Metres(-1.0)]", SETUP, (2, 7)),
    ]);
}
