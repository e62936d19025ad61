//! Dicts that CPython wrote: to a graph, to structs, and through the tool.

use std::fs;
use std::process::{Command, Stdio};

use pickle_core::{Graph, Reduce};
use serde::{Deserialize, Serialize};

use crate::compare::Comparison;
use crate::peers::OURS;
use crate::plan::Plan;
use crate::python::{self, Python, Written};
use crate::report::Report;
use crate::table::{Row, Table, Unit};

/// A row of a table in a database.
#[derive(Debug, PartialEq, Reduce, Serialize, Deserialize, deser::Deserialize)]
#[reduce(dict)]
struct User {
    id: u32,
    name: String,
    score: f64,
    active: bool,
    group: String,
}

/// The same with text that stays in the pickle.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(dict)]
struct Borrowed<'a> {
    id: u32,
    name: &'a str,
    score: f64,
    active: bool,
    group: &'a str,
}

/// A Python that is started for `loads` and `dumps`.
pub(crate) const PROCESS: &str = "a process of CPython";

/// Adds the tables of dicts.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    if !plan.wants(&["dicts", "transcode"]) {
        return;
    }
    let Some(python) = python::find() else { return };
    let written = python.dicts(plan, plan.size(200_000));
    if plan.wants(&["dicts"]) {
        report.add(dicts(plan, &written));
    }
    if plan.wants(&["transcode"]) {
        report.add(transcode(plan, python, &written));
    }
}

fn dicts(plan: &Plan, written: &Written) -> Table {
    let mut table = Table::new(
        "dicts",
        Unit::Time,
        "200 000 dicts that CPython wrote",
        "Records of five entries, 11 MB. All contenders read the same pickle.",
    );
    let pickle = written.pickle();
    let users: Vec<User> = pickle_core::from_slice(pickle).unwrap();
    let options = serde_pickle::DeOptions::new;
    assert!(serde_pickle::from_slice::<Vec<User>>(pickle, options()).unwrap() == users);
    assert!(deser_pickle::from_slice::<Vec<User>>(pickle).unwrap() == users);
    let graph = Comparison::new("to a graph")
        .with(OURS, || Graph::from_slice(pickle).unwrap())
        .with("serde-pickle", || serde_pickle::value_from_slice(pickle, options()).unwrap())
        .with("deser-pickle", || deser_pickle::from_slice::<deser_value::Value>(pickle).unwrap())
        .run(plan, 8);
    let structs = Comparison::new("to structs that own their text")
        .with(OURS, || pickle_core::from_slice::<Vec<User>>(pickle).unwrap())
        .with("serde-pickle", || serde_pickle::from_slice::<Vec<User>>(pickle, options()).unwrap())
        .with("deser-pickle", || deser_pickle::from_slice::<Vec<User>>(pickle).unwrap())
        .run(plan, 6);
    let borrowed = Comparison::new("to structs that borrow their text")
        .with(OURS, || pickle_core::from_slice::<Vec<Borrowed<'_>>>(pickle).unwrap())
        .run(plan, 6);
    let with_python = |row: Row| match written.loads() {
        Some(loads) => row.with("CPython", loads),
        None => row,
    };
    table.rows = [graph, structs, borrowed].map(with_python).into();
    table
}

/// The tool as a process, with all that a process costs, against the two calls alone in a Python
/// that runs already.
fn transcode(plan: &Plan, python: &Python, written: &Written) -> Table {
    let mut table = Table::new(
        "transcode",
        Unit::Time,
        "`pickle transcode`",
        "The same 11 MB to protocol 4 and as a whole process, against `loads` and `dumps` in a \
         Python that runs already, and against a process of Python.",
    );
    let folder = python::scratch();
    let (input, output) = (folder.join("dicts.pickle"), folder.join("transcoded.pickle"));
    fs::write(&input, written.pickle()).unwrap();
    let run = |mut command: Command| {
        let status = command.stdout(Stdio::null()).status().unwrap();
        assert!(status.success(), "{command:?}");
    };
    let tool = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tool"));
        command.args(words).arg(&input).arg(&output);
        command
    };
    run(tool(&["transcode", "--protocol", "4"]));
    let graphs = [&input, &output].map(|path| fs::read(path).unwrap());
    let [before, after] = graphs.each_ref().map(|pickle| Graph::from_slice(pickle).unwrap());
    assert!(before == after, "transcoding changed the data");
    let mut row = Comparison::new("transcode")
        .with(OURS, || run(tool(&["transcode", "--protocol", "4"])))
        .with(PROCESS, || run(python.transcoder(&input, &output)))
        .run(plan, 8);
    if let Some((loads, dumps)) = written.loads().zip(written.dumps()) {
        row = row.with("CPython", loads.and(dumps));
    }
    table.rows.push(row);
    table
}
