//! Plain values: numbers, text and bytes in large amounts.

use std::fmt::Debug;

use pickle_benches::datasets::Random;
use pickle_core::{ReconstructOwned, Reduce};

use crate::compare::Comparison;
use crate::peers::{self, OURS, Peer};
use crate::plan::Plan;
use crate::python;
use crate::report::Report;
use crate::table::{Row, Table, Unit};

struct Tables {
    encode: Table,
    decode: Table,
}

/// Adds the tables of plain values.
pub(crate) fn run(plan: &Plan, report: &mut Report<'_>) {
    let mut tables = Tables {
        encode: Table::new(
            "plain-encode",
            Unit::Time,
            "Numbers and text: encode",
            "A million numbers: floats, integers below 256, and integers of all sizes. 100 000 \
             strings, of which nine in ten came before.",
        ),
        decode: Table::new(
            "plain-decode",
            Unit::Time,
            "Numbers and text: decode",
            "CPython writes a string that is the same object once.",
        ),
    };
    let million = plan.size(1_000_000);
    let mut random = Random::new(5);
    tables.measure(plan, "f64", &peers::all(), || random.many(million, Random::any::<f64>));
    tables.measure(plan, "small i64", &peers::all(), || {
        random.many(million, |random| i64::from(random.any::<u8>()))
    });
    tables.measure(plan, "large i64", &peers::all(), || random.many(million, Random::any::<i64>));
    tables.measure(plan, "strings", &peers::all(), || strings(plan.size(100_000)));
    report.add(tables.encode);
    report.add(tables.decode);
    report.add(bytes(plan));
}

fn strings(count: usize) -> Vec<String> {
    let mut random = Random::new(6);
    let different = count / 10;
    random.many(count, |random| format!("a string, number {}", random.below(different)))
}

impl Tables {
    fn measure<T>(&mut self, plan: &Plan, name: &str, peers: &[Peer<T>], make: impl FnOnce() -> T)
    where
        T: Reduce + ReconstructOwned + PartialEq + Debug,
    {
        if !plan.wants(&["plain", name]) {
            return;
        }
        let value = make();
        let ours = pickle_core::to_vec(&value).unwrap();
        let written = python::find().map(|python| python.objects(plan, &ours));
        let foreign: Vec<(&str, &[u8])> =
            written.iter().map(|written| ("CPython", written.pickle())).collect();
        let mut encoded = peers::encode(plan, name, &value, peers, 5);
        let mut decoded = peers::decode(plan, name, &value, peers, &foreign, 6);
        if let Some((dumps, loads)) = written.as_ref().and_then(|w| w.dumps().zip(w.loads())) {
            encoded = encoded.with("CPython", dumps);
            decoded = decoded.into_iter().map(|row| row.with("CPython", loads)).collect();
        }
        self.encode.rows.push(encoded);
        self.decode.rows.extend(decoded);
    }
}

/// Bytes: a copy when they are written, none when they are read.
fn bytes(plan: &Plan) -> Table {
    let mut table = Table::new(
        "bytes",
        Unit::Time,
        "64 MiB of bytes",
        "Writing them into a buffer that was used before, against one `memcpy` into such a buffer; \
         reading them as `&[u8]`, against reading a tenth of them.",
    );
    if !plan.wants(&["bytes"]) {
        return table;
    }
    let value = vec![7u8; plan.size(64 << 20)];
    let pickle = pickle_core::to_vec(&value).unwrap();
    let tenth = pickle_core::to_vec(&value[..value.len() / 10]).unwrap();
    let borrow = |pickle| pickle_core::from_slice::<&[u8]>(pickle).unwrap();
    assert!(borrow(&pickle) == value);
    table.rows = vec![encode_bytes(plan, &value), {
        Comparison::new("borrowed")
            .with(OURS, || borrow(&pickle))
            .with("a tenth of it", || borrow(&tenth))
            .run(plan, 1)
    }];
    table
}

fn encode_bytes(plan: &Plan, value: &Vec<u8>) -> Row {
    let (mut ours, mut copy, mut rmp) = (Vec::new(), Vec::new(), Vec::new());
    Comparison::new("encode")
        .with(OURS, || {
            ours.clear();
            pickle_core::to_buffer(&mut ours, value).unwrap();
        })
        .with("memcpy", || {
            copy.clear();
            copy.extend_from_slice(std::hint::black_box(value));
        })
        .with(peers::MESSAGEPACK, || {
            rmp.clear();
            let mut serializer = rmp_serde::Serializer::new(&mut rmp);
            serde_bytes::serialize(value, &mut serializer).unwrap();
        })
        .run(plan, 4)
}
