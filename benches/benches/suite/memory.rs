//! How much memory reading takes at its peak, counted by the binary `memory`.

use std::fs;
use std::process::Command;

use pickle_benches::datasets::{logs, mesh, players, updates};
use pickle_core::to_vec;

use crate::plan::Plan;
use crate::python;
use crate::report::Report;
use crate::table::{Measure, Row, Table, Unit};

/// Adds the table of memory.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    if !plan.wants(&["memory"]) {
        return;
    }
    let mut table = Table::new(
        "memory",
        Unit::Bytes,
        "Memory at the peak of reading",
        "Beside the pickle, which is there before. Typed: over what the result takes, by a counting \
         allocator that copies whenever memory grows. Graphs: over what `tracemalloc` counts for \
         the objects that CPython makes of the same pickle.",
    );
    for (name, ours) in [
        ("log", to_vec(&logs(plan.size(10_000))).unwrap()),
        ("mesh", to_vec(&mesh(plan.size(40_000))).unwrap()),
        ("minecraft_savedata", to_vec(&players(plan.size(500))).unwrap()),
        ("mk48", to_vec(&updates(plan.size(1000))).unwrap()),
        ("floats", to_vec(&vec![0.5; plan.size(1_000_000)]).unwrap()),
    ] {
        table.rows.push(typed(name, &format!("typed: {name}"), &ours));
        let Some(python) = python::find() else { continue };
        let written = python.objects(plan, &ours);
        let label = format!("typed: {name}, written by CPython");
        table.rows.push(typed(name, &label, written.pickle()));
        table.rows.push(graph(&format!("graph: {name}"), written.pickle(), written.objects()));
    }
    if let Some(python) = python::find() {
        let written = python.dicts(plan, plan.size(200_000));
        table.rows.push(graph("graph: dicts", written.pickle(), written.objects()));
    }
    report.add(table);
}

fn typed(kind: &str, label: &str, pickle: &[u8]) -> Row {
    let (peak, result) = count(kind, pickle);
    Row::new(label, Measure::bytes(peak)).with("result", Measure::bytes(result))
}

fn graph(label: &str, pickle: &[u8], objects: Option<usize>) -> Row {
    let (peak, result) = count("graph", pickle);
    let row = Row::new(label, Measure::bytes(peak)).with("graph", Measure::bytes(result));
    match objects {
        Some(objects) => row.with("CPython", Measure::bytes(objects)),
        None => row,
    }
}

/// The bytes at the peak and those of the result.
fn count(kind: &str, pickle: &[u8]) -> (usize, usize) {
    let path = python::scratch().join("memory.pickle");
    fs::write(&path, pickle).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_memory")).arg(kind).arg(&path).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (peak, result) = text.trim().split_once(' ').unwrap();
    (peak.parse().unwrap(), result.parse().unwrap())
}
