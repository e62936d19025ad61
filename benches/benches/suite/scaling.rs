//! What one record costs among few and among many.

use pickle_core::Graph;

use crate::compare::Comparison;
use crate::peers::{self, MESSAGEPACK, OURS, Peer};
use crate::plan::Plan;
use crate::report::Report;
use crate::shapes::{Small, small};
use crate::table::{Cell, Row, Table, Unit};

/// With how many records the others are compared.
const COMMON: usize = 10_000;

/// Who makes copies of one record: what the memory of the result costs, new pages above all.
const COPIES: &str = "copies";

/// What a record should cost: as much as among 10 000, and its memory.
pub(crate) const FLAT: &str = "at 10 000, and copies";

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
         holds costs more, and so do the pages that the system has to give anew for a large result, \
         whoever reads it. Copies are a vector of as many equal records, made and dropped.",
    );
    let most = plan.size(10_000_000);
    let mut rows: [Vec<(usize, Row)>; 3] = Default::default();
    let counts = std::iter::successors(Some(100usize), |count| count.checked_mul(10));
    for count in counts.take_while(|count| *count <= most.max(COMMON)) {
        for (rows, row) in rows.iter_mut().zip(measure(plan, count)) {
            rows.extend(row.map(|row| (count, row)));
        }
    }
    for rows in rows {
        let common = rows.iter().find(|(count, _)| *count == COMMON);
        let common = common.and_then(|(_, row)| row.measure(OURS)).unwrap();
        table.rows.extend(rows.into_iter().map(|(_, row)| {
            let flat = row.measure(COPIES).map_or(common, |copies| common.and(copies));
            row.with(FLAT, flat)
        }));
    }
    report.add(table);
}

/// The times for a record to encode, to decode and to make a graph.
fn measure(plan: &Plan, count: usize) -> [Option<Row>; 3] {
    let value = small(count);
    let peers: Vec<Peer<Vec<Small>>> = peers::of_serde()
        .into_iter()
        .filter(|peer| [OURS, MESSAGEPACK].contains(&peer.name))
        .collect();
    let row = |name: &str, comparison: Comparison<'_>| {
        let Row { cells, .. } = comparison.run(plan, 2);
        let label = format!("{name}, {count} records");
        let cells = cells.into_iter().map(|cell| Cell { measure: cell.measure.per(count), ..cell });
        Row { label, cells: cells.collect() }
    };
    let (mut encode, mut decode) = (Comparison::new("encode"), Comparison::new("decode"));
    for peer in &peers {
        let (value, bytes, mut buffer) = (&value, peer.encoded(&value), Vec::new());
        encode = encode.with(peer.name, move || {
            buffer.clear();
            (peer.encode)(value, &mut buffer);
        });
        decode = decode.with(peer.name, move || (peer.decode)(&bytes));
    }
    let decode = decode.with(COPIES, || value.first().map(|first| vec![first.clone(); count]));
    let (encode, decode) = (row("encode", encode), row("decode", decode));
    let graph = (count <= 1_000_000).then(|| {
        let pickle = pickle_core::to_vec(&value).unwrap();
        let graph = Comparison::new("to a graph");
        row("to a graph", graph.with(OURS, || Graph::from_slice(&pickle).unwrap()))
    });
    [Some(encode), Some(decode), graph]
}
