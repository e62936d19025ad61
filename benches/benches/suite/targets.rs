//! What the project promises itself, and whether it keeps it.

use std::fmt::Write as _;

use crate::dicts::PROCESS;
use crate::peers::MESSAGEPACK;
use crate::scaling::FLAT;
use crate::table::{Table, ratio};

/// A limit on ratios of our number over that of a contender.
struct Target {
    claim: &'static str,
    /// The id of the table.
    table: &'static str,
    /// What the labels of the rows contain.
    rows: &'static str,
    who: &'static str,
    /// The highest geometric mean.
    mean: Option<f64>,
    /// The highest of all.
    worst: Option<f64>,
}

/// A target for the highest ratio alone.
const fn each(
    claim: &'static str,
    (table, rows, who): (&'static str, &'static str, &'static str),
    worst: f64,
) -> Target {
    Target { claim, table, rows, who, mean: None, worst: Some(worst) }
}

/// A target for the mean alone.
const fn mean(
    claim: &'static str,
    (table, rows, who): (&'static str, &'static str, &'static str),
    mean: f64,
) -> Target {
    Target { claim, table, rows, who, mean: Some(mean), worst: None }
}

/// A target for the mean and for the highest ratio.
const fn all(
    claim: &'static str,
    (table, rows, who): (&'static str, &'static str, &'static str),
    (mean, worst): (f64, f64),
) -> Target {
    Target { claim, table, rows, who, mean: Some(mean), worst: Some(worst) }
}

const TARGETS: &[Target] = &[
    all("decode structs, over rmp-serde with names", ("decode", "", MESSAGEPACK), (0.47, 0.62)),
    all("decode structs, over serde-pickle", ("decode", "", "serde-pickle"), (0.045, 0.08)),
    each("decode the log, over postcard", ("decode", "log", "postcard"), 1.2),
    all("encode structs, over rmp-serde with names", ("encode", "", MESSAGEPACK), (0.25, 0.3)),
    all("encode structs, over serde-pickle", ("encode", "", "serde-pickle"), (0.2, 0.25)),
    mean("dump equal objects, over CPython", ("cpython", "dumps", "CPython"), 1.0 / 100.0),
    mean("load equal objects, over CPython", ("cpython", "loads", "CPython"), 1.0 / 15.0),
    each("encode a million i64, over rmp-serde", ("plain-encode", "i64", MESSAGEPACK), 0.15),
    each("decode a million i64, over rmp-serde", ("plain-decode", "i64", MESSAGEPACK), 0.5),
    each("encode a million f64, over rmp-serde", ("plain-encode", "f64", MESSAGEPACK), 0.8),
    each("decode a million f64, over rmp-serde", ("plain-decode", "f64", MESSAGEPACK), 0.8),
    each("pyperformance, over msgspec", ("pyperformance", "", "msgspec"), 0.8),
    each("… with msgspec's structs", ("pyperformance", "", "msgspec, structs"), 0.8),
    each("64 MiB of bytes, over one memcpy", ("bytes", "encode", "memcpy"), 1.1),
    each("borrowed bytes, over a tenth of them", ("bytes", "borrowed", "a tenth of it"), 1.5),
    each("64 MiB of an array's numbers, over one memcpy", ("arrays", "code", "memcpy"), 1.1),
    each("a view of an array, over a tenth of it", ("arrays", "view", "a tenth of it"), 1.5),
    each("to a graph, over serde-pickle's values", ("graph", "", "serde-pickle"), 0.15),
    each("to a graph, over deser-pickle's values", ("graph", "", "deser-pickle"), 0.3),
    each("CPython's dicts to a graph, over `loads`", ("dicts", "graph", "CPython"), 0.6),
    each("CPython's dicts to structs, over `loads`", ("dicts", "own their text", "CPython"), 0.2),
    each("… to structs that borrow their text", ("dicts", "borrow", "CPython"), 0.2),
    each("`pickle transcode`, over a process of CPython", ("transcode", "", PROCESS), 0.25),
    each("the general route, over the predictive one", ("routes", "", "predictive route"), 4.0),
    each(
        "cost of a record at any size, over that at 10 000 and its memory",
        ("scaling", "", FLAT),
        2.0,
    ),
    each("peak of a typed decode, over the result", ("memory", "typed", "result"), 1.15),
    each("peak of a graph, over CPython's objects", ("memory", "graph", "CPython"), 0.5),
    mean("encoded size, over MessagePack with names", ("size", "", MESSAGEPACK), 0.95),
];

/// The table of targets in Markdown. Those of tables that were not measured are left out.
pub(crate) fn markdown(tables: &[Table]) -> String {
    let mut text = "| target | mean, at most | worst, at most | measured: mean | worst | |\n\
                    |---|---:|---:|---:|---:|---|\n"
        .to_owned();
    for target in TARGETS {
        let Some((mean, (worst, row))) = target.measured(tables) else { continue };
        let within =
            |measured: f64, limit: Option<f64>| limit.is_none_or(|limit| measured <= limit);
        let met = within(mean, target.mean) && within(worst, target.worst);
        let limit = |limit: Option<f64>| limit.map(ratio).unwrap_or_default();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} ({row}) | {} |",
            target.claim,
            limit(target.mean),
            limit(target.worst),
            ratio(mean),
            ratio(worst),
            if met { "met" } else { "**missed**" },
        );
    }
    text
}

impl Target {
    /// The geometric mean, and the highest ratio with the label of its row.
    #[expect(clippy::cast_precision_loss, reason = "there are few rows")]
    fn measured<'t>(&self, tables: &'t [Table]) -> Option<(f64, (f64, &'t str))> {
        let table = tables.iter().find(|table| table.id == self.table)?;
        let rows = table.rows.iter().filter(|row| row.label.contains(self.rows));
        let ratios: Vec<(f64, &str)> =
            rows.filter_map(|row| Some((row.ratio(self.who)?, row.label.as_str()))).collect();
        let logarithms: f64 = ratios.iter().map(|(ratio, _)| ratio.ln()).sum();
        let mean = (logarithms / ratios.len() as f64).exp();
        Some((mean, ratios.into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b))?))
    }
}
