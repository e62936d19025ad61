//! What one record costs among few and among many.

use pickle_core::Graph;

use crate::compare::Comparison;
use crate::plan::Plan;
use crate::report::Report;
use crate::shapes::{Small, small};
use crate::table::{Measure, Row, Table, Unit};

/// With how many records the others are compared.
const COMMON: usize = 10_000;

/// Adds the table of costs at all sizes.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    if !plan.wants(&["scaling"]) {
        return;
    }
    let mut table = Table::new(
        "scaling",
        Unit::Time,
        "The cost of one record, among few and many",
        "Small records, from 100 to 10 million of them (to a graph: a million); the time of all \
         over their number. The cost should not grow with the number, but memory that no cache \
         holds costs more.",
    );
    let most = plan.size(10_000_000);
    let mut rows: [Vec<(usize, Measure)>; 3] = Default::default();
    let counts = std::iter::successors(Some(100usize), |count| count.checked_mul(10));
    for count in counts.take_while(|count| *count <= most.max(COMMON)) {
        for (row, measured) in rows.iter_mut().zip(measure(plan, count)) {
            row.extend(measured.map(|measure| (count, measure.per(count))));
        }
    }
    for (name, costs) in ["encode", "decode", "to a graph"].into_iter().zip(rows) {
        let common = costs.iter().find(|(count, _)| *count == COMMON).map(|(_, cost)| *cost);
        table.rows.extend(costs.iter().map(|(count, cost)| {
            let row = Row::new(format!("{name}, {count} records"), *cost);
            common.map_or(row.clone(), |common| row.with("at 10 000", common))
        }));
    }
    report.add(table);
}

/// The times to encode, to decode and to make a graph.
fn measure(plan: &Plan, count: usize) -> [Option<Measure>; 3] {
    let value = small(count);
    let pickle = pickle_core::to_vec(&value).unwrap();
    let mut buffer = Vec::new();
    let mut comparison = Comparison::new(String::new())
        .with("encode", || {
            buffer.clear();
            pickle_core::to_buffer(&mut buffer, &value).unwrap();
        })
        .with("decode", || pickle_core::from_slice::<Vec<Small>>(&pickle).unwrap());
    if count <= 1_000_000 {
        comparison = comparison.with("graph", || Graph::from_slice(&pickle).unwrap());
    }
    let row = comparison.run(plan, 3);
    ["encode", "decode", "graph"].map(|name| row.measure(name))
}
