//! Values of certain shapes: many small ones, deep ones, shared ones, and those of the general
//! route.

use std::fmt::Debug;
use std::rc::Rc;

use pickle_benches::datasets::Random;
use pickle_core::{Limits, PickleOptions, ReconstructOwned, Reduce, Route, UnpickleOptions};
use serde::{Deserialize, Serialize};

use crate::compare::Comparison;
use crate::peers::{self, OURS, Peer};
use crate::plan::Plan;
use crate::python;
use crate::report::Report;
use crate::table::{Row, Table, Unit};

/// A small record.
#[derive(Debug, Clone, PartialEq, Reduce, Serialize, Deserialize)]
#[reduce(module = "bench_models")]
pub(crate) struct Small {
    id: u32,
    x: f64,
    y: f64,
    visible: bool,
}

/// So many small records.
pub(crate) fn small(count: usize) -> Vec<Small> {
    Random::new(7).many(count, |random| Small {
        id: random.any(),
        x: random.any(),
        y: random.any(),
        visible: random.any(),
    })
}

/// A chain of values within each other.
#[derive(Debug, PartialEq, Reduce, Serialize, Deserialize)]
#[reduce(module = "bench_models")]
struct Nested {
    depth: u32,
    next: Option<Box<Nested>>,
}

fn nested(depth: u32) -> Nested {
    (0..depth).fold(Nested { depth: 0, next: None }, |inner, depth| Nested {
        depth,
        next: Some(Box::new(inner)),
    })
}

/// A node that others share.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models")]
struct Node {
    value: u32,
    left: Option<Rc<Node>>,
    right: Option<Rc<Node>>,
}

/// So many nodes, each of which refers to two before it.
fn shared(count: usize) -> Vec<Rc<Node>> {
    let mut nodes: Vec<Rc<Node>> = Vec::with_capacity(count);
    for index in 0..count {
        let node = |index: usize| nodes.get(index).cloned();
        let value = u32::try_from(index).unwrap();
        nodes.push(Rc::new(Node { value, left: node(index / 2), right: node(index / 3) }));
    }
    nodes
}

/// The base of a class.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models")]
struct Base {
    id: u32,
    name: String,
}

/// A class with a base.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models", name = "Derived")]
struct Derived {
    #[reduce(flatten)]
    base: Base,
    x: f64,
    y: f64,
}

/// The same class without a base.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models", name = "Derived")]
struct Twin {
    id: u32,
    name: String,
    x: f64,
    y: f64,
}

/// The same class, which gives itself its own attributes before those of its base.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models", name = "Derived")]
struct BaseLast {
    x: f64,
    y: f64,
    id: u32,
    name: String,
}

/// A class with another instance in it.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models", name = "Sighting")]
struct Sighting {
    id: u32,
    name: String,
    at: Place,
    certain: bool,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models")]
struct Place {
    x: f64,
    y: f64,
}

/// The same class without the instance.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "bench_models", name = "Sighting")]
struct Nowhere {
    id: u32,
    name: String,
    certain: bool,
}

/// Adds the tables of all shapes.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    let mut table = Table::new(
        "shapes",
        Unit::Time,
        "Many small values, deep ones, shared ones",
        "100 000 records of two floats, a number and a bool; 1000 records within each other; \
         100 000 `Rc`s, each of which refers to two others (in the other formats nothing is shared, so only \
         CPython does the same).",
    );
    if plan.wants(&["shapes", "small records"]) {
        let value = small(plan.size(100_000));
        table.rows.extend(both(plan, "small records", &value, &peers::of_serde()));
    }
    if plan.wants(&["shapes", "nesting"]) {
        table.rows.extend(nesting(plan, &nested(1000)));
    }
    if plan.wants(&["shapes", "shared"]) {
        table.rows.extend(sharing(plan, &shared(plan.size(100_000))));
    }
    report.add(table);
    report.add(routes(plan));
}

fn both<T: PartialEq + Debug>(plan: &Plan, name: &str, value: &T, peers: &[Peer<T>]) -> Vec<Row> {
    let encoded = peers::encode(plan, &format!("{name}: encode"), value, peers, 4);
    let mut rows = peers::decode(plan, &format!("{name}: decode"), value, peers, &[], 4);
    rows.insert(0, encoded);
    rows
}

/// Nesting goes deeper than the limits of ours, and of most others, are by default.
fn nesting(plan: &Plan, value: &Nested) -> Vec<Row> {
    const DEEPER: Limits = Limits::DEFAULT.depth(5000);
    const DEEP: &[&str] = &[peers::MESSAGEPACK, "postcard", "serde-pickle"];
    let mut peers: Vec<Peer<Nested>> = peers::of_serde();
    peers.retain(|peer| DEEP.contains(&peer.name));
    peers.insert(
        0,
        Peer {
            name: OURS,
            encode: |value, buffer| {
                PickleOptions::new().limits(DEEPER).to_buffer(buffer, value).unwrap();
            },
            decode: |pickle| UnpickleOptions::new().limits(DEEPER).from_slice(pickle).unwrap(),
        },
    );
    both(plan, "nesting", value, &peers)
}

/// Only CPython keeps what is shared.
fn sharing(plan: &Plan, value: &Vec<Rc<Node>>) -> Vec<Row> {
    let pickle = pickle_core::to_vec(value).unwrap();
    let encoded = peers::encode(plan, "shared: encode", value, &[peers::ours()], 2);
    let written = python::find().map(|python| python.objects(plan, &pickle));
    let foreign: Vec<(&str, &[u8])> =
        written.iter().map(|written| ("CPython", written.pickle())).collect();
    let decoded = peers::decode(plan, "shared: decode", value, &[peers::ours()], &foreign, 3);
    let mut rows = vec![encoded];
    rows.extend(decoded);
    let Some((dumps, loads)) = written.as_ref().and_then(|w| w.dumps().zip(w.loads())) else {
        return rows;
    };
    let theirs = [dumps].into_iter().chain(std::iter::repeat(loads));
    rows.into_iter().zip(theirs).map(|(row, theirs)| row.with("CPython", theirs)).collect()
}

/// What it costs when a pickle cannot be read as the fast lane reads one.
fn routes(plan: &Plan) -> Table {
    let mut table = Table::new(
        "routes",
        Unit::Time,
        "The general route",
        "What takes the general route, or took it once, against the same pickle read as the fast lane \
         reads one. 10 000 instances of a class with a base (`flatten`), against a struct without one; \
         the same with the attributes of the base behind those of the class, which only the general route \
         reads; and 10 000 instances with another one in them, read by a struct that leaves that out, \
         against one that reads it too.",
    );
    if plan.wants(&["routes", "flatten"]) {
        table.rows.push(flattened(plan));
    }
    if plan.wants(&["routes", "base last"]) {
        table.rows.push(base_last(plan));
    }
    if plan.wants(&["routes", "left out"]) {
        table.rows.push(left_out(plan));
    }
    table
}

fn flattened(plan: &Plan) -> Row {
    let pickle = pickle_core::to_vec(&derived(plan)).unwrap();
    against_general::<Vec<Derived>, Vec<Twin>>(plan, "flatten: decode", &pickle)
}

fn base_last(plan: &Plan) -> Row {
    let derived = derived(plan).into_iter();
    let last = derived.map(|Derived { base: Base { id, name }, x, y }| BaseLast { x, y, id, name });
    let pickle = pickle_core::to_vec(&last.collect::<Vec<_>>()).unwrap();
    against_general::<Vec<Derived>, Vec<BaseLast>>(plan, "base last: decode", &pickle)
}

fn left_out(plan: &Plan) -> Row {
    let derived = derived(plan).into_iter();
    let sightings = derived.map(|Derived { base: Base { id, name }, x, y }| Sighting {
        id,
        name,
        at: Place { x, y },
        certain: id.is_multiple_of(2),
    });
    let pickle = pickle_core::to_vec(&sightings.collect::<Vec<_>>()).unwrap();
    against_general::<Vec<Nowhere>, Vec<Sighting>>(plan, "left out: decode", &pickle)
}

fn derived(plan: &Plan) -> Vec<Derived> {
    Random::new(8).many(plan.size(10_000), |random| Derived {
        base: Base { id: random.any(), name: format!("name {}", random.below(1000)) },
        x: random.any(),
        y: random.any(),
    })
}

/// A pickle read as `T`, by any route and by the general one, against the same read as `F`, which the fast
/// lane reads.
fn against_general<T, F>(plan: &Plan, name: &str, pickle: &[u8]) -> Row
where
    T: ReconstructOwned + PartialEq,
    F: ReconstructOwned,
{
    let general = UnpickleOptions::new().route(Route::General);
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    let load = || pickle_core::from_slice::<T>(pickle).unwrap();
    let in_general = || general.from_slice::<T>(pickle).unwrap();
    assert!(load() == in_general());
    Comparison::new(name)
        .with(OURS, load)
        .with("predictive route", || predictive.from_slice::<F>(pickle).unwrap())
        .with("general route", in_general)
        .run(plan, 3)
}
