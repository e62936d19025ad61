//! Structs of the four datasets, against all formats: the page's main tables.

use std::fmt::Debug;

use pickle_benches::datasets::{logs, mesh, players, updates};
use pickle_core::{Graph, ReconstructOwned, Reduce};
use serde::Serialize;

use crate::compare::Comparison;
use crate::peers::{self, OURS, Peer};
use crate::plan::Plan;
use crate::python;
use crate::report::Report;
use crate::table::{Row, Table, Unit};

struct Tables {
    encode: Table,
    decode: Table,
    graph: Table,
    cpython: Table,
    size: Table,
}

/// Adds the tables of all structs.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    let mut tables = Tables::new();
    tables.measure(plan, "log", &peers::all(), || logs(plan.size(10_000)));
    tables.measure(plan, "mesh", &peers::all(), || mesh(plan.size(40_000)));
    tables.measure(plan, "minecraft_savedata", &peers::all(), || players(plan.size(500)));
    tables.measure(plan, "mk48", &peers::all(), || updates(plan.size(1000)));
    let Tables { encode, decode, graph, cpython, size } = tables;
    [encode, decode, cpython, graph, size].into_iter().for_each(|table| report.add(table));
}

impl Tables {
    fn new() -> Tables {
        Tables {
            encode: Table::new(
                "encode",
                Unit::Time,
                "Structs: encode",
                "A log of 10 000 lines, a mesh of 40 000 triangles, 500 players, 1000 messages of a \
                 game's server; the structs are those of rust_serialization_benchmark.",
            ),
            decode: Table::new(
                "decode",
                Unit::Time,
                "Structs: decode",
                "What CPython wrote are equal objects, of classes with a `__dict__`; in such a row \
                 the others still read what they write themselves.",
            ),
            graph: Table::new(
                "graph",
                Unit::Time,
                "Structs: to values of no type",
                "Ours is a `Graph`. serde-pickle reads no instances of classes, so it reads its own \
                 dicts to its `Value`; deser-pickle reads the same pickle as ours to deser's `Value`.",
            ),
            cpython: Table::new(
                "cpython",
                Unit::Time,
                "Structs: against the C pickle of CPython",
                "Equal objects. What is loaded is what CPython wrote.",
            ),
            size: Table::new("size", Unit::Bytes, "Structs: encoded size", ""),
        }
    }

    fn measure<T>(&mut self, plan: &Plan, name: &str, peers: &[Peer<T>], make: impl Fn() -> T)
    where
        T: Reduce + ReconstructOwned + Serialize + PartialEq + Debug,
    {
        if !plan.wants(&["structs", name]) {
            return;
        }
        let value = make();
        let ours = pickle_core::to_vec(&value).unwrap();
        let python = python::find();
        let written = python.map(|python| python.objects(plan, &ours));
        let foreign: Vec<(&str, &[u8])> =
            written.iter().map(|written| ("CPython", written.pickle())).collect();

        let encoded = peers::encode(plan, name, &value, peers, 8);
        let decoded = peers::decode(plan, name, &value, peers, &foreign, 12);
        if let Some((dumps, loads)) = written.as_ref().and_then(|w| w.dumps().zip(w.loads())) {
            let row = |label, ours: &Row| {
                let ours = ours.measure(OURS).unwrap();
                Row::new(format!("{name}: {label}"), ours)
            };
            self.cpython.rows.push(row("dumps", &encoded).with("CPython", dumps));
            self.cpython
                .rows
                .extend(decoded.get(1).map(|own| row("loads", own).with("CPython", loads)));
        }
        self.encode.rows.push(encoded);
        self.decode.rows.extend(decoded);
        self.size.rows.push(peers::sizes(name, &value, peers));
        self.graph.rows.push(graph(plan, name, &value, &ours));
        if let Some(written) = &written {
            let label = format!("{name}, written by CPython");
            self.graph.rows.push(graph(plan, &label, &value, written.pickle()));
        }
    }
}

fn graph<T: Serialize>(plan: &Plan, label: &str, value: &T, pickle: &[u8]) -> Row {
    let dicts = serde_pickle::to_vec(value, serde_pickle::SerOptions::new()).unwrap();
    Comparison::new(label)
        .with(OURS, || Graph::from_slice(pickle).unwrap())
        .with("serde-pickle", || {
            serde_pickle::value_from_slice(&dicts, serde_pickle::DeOptions::new()).unwrap()
        })
        .with("deser-pickle", || deser_pickle::from_slice::<deser_value::Value>(pickle).unwrap())
        .run(plan, 4)
}
