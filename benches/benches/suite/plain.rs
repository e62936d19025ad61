//! Plain values: numbers, text, bytes and arrays in large amounts.

use std::fmt::Debug;

use pickle_benches::datasets::Random;
use pickle_core::types::numpy::NdArray;
use pickle_core::{PickleOptions, ReconstructOwned, Reduce, UnpickleOptions};

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
    report.add(arrays(plan));
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
        "Writing them into one of eight buffers that were used before, against one `memcpy` into such \
         buffers; reading them as `&[u8]`, against reading a tenth of them.",
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
    let mut rmp = Buffers::default();
    encode("encode", value, value)
        .with(peers::MESSAGEPACK, || {
            let mut serializer = rmp_serde::Serializer::new(rmp.next());
            serde_bytes::serialize(value, &mut serializer).unwrap();
        })
        .run(plan, 4)
}

/// Buffers that are used in turn: how fast one is depends on where its pages happen to lie.
#[derive(Default)]
struct Buffers([Vec<u8>; 8]);

impl Buffers {
    /// The one that was used longest ago, without what was in it.
    fn next(&mut self) -> &mut Vec<u8> {
        self.0.rotate_left(1);
        self.0[0].clear();
        &mut self.0[0]
    }
}

/// Writing a value into a used buffer, against a copy of its bytes.
fn encode<'a, T: Reduce>(name: &str, value: &'a T, bytes: &'a [u8]) -> Comparison<'a> {
    let (mut ours, mut copy) = (Buffers::default(), Buffers::default());
    Comparison::new(name)
        .with(OURS, move || pickle_core::to_buffer(ours.next(), value).unwrap())
        .with("memcpy", move || copy.next().extend_from_slice(std::hint::black_box(bytes)))
}

/// An array of NumPy: one copy each way, and none for a view.
fn arrays(plan: &Plan) -> Table {
    let mut table = Table::new(
        "arrays",
        Unit::Time,
        "64 MiB of `f64` in a NumPy array",
        "Writing it into one of eight buffers that were used before, reading it as an array of its \
         own bytes and as numbers, against one `memcpy`; reading a view of its bytes, in the pickle \
         and in a buffer beside it, against that of a tenth of it.",
    );
    if !plan.wants(&["arrays"]) {
        return table;
    }
    let mut random = Random::new(7);
    let numbers = random.many(plan.size(8 << 20), Random::any::<f64>);
    let array = |numbers: &[f64]| NdArray::new([numbers.len()], numbers).unwrap();
    let (whole, tenth) = (array(&numbers), array(&numbers[..numbers.len() / 10]));
    let inside = [&whole, &tenth].map(|array| pickle_core::to_vec(array).unwrap());
    let options = PickleOptions::new().protocol(pickle_core::Protocol::V5);
    let beside = [&whole, &tenth].map(|array| options.to_vec_with_buffers(array).unwrap());
    let view = |pickle| pickle_core::from_slice::<NdArray<&[u8]>>(pickle).unwrap();
    let view_beside = |(pickle, buffers): &(Vec<u8>, Vec<Vec<u8>>)| {
        let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
        let options = UnpickleOptions::new().buffers(&buffers);
        options.from_slice::<NdArray<&[u8]>>(pickle).unwrap().len()
    };
    assert!(view(&inside[0]).to_owned() == whole && view_beside(&beside[0]) == numbers.len());
    let copy = || std::hint::black_box(whole.as_bytes()).to_vec();
    table.rows = vec![
        encode("encode", &whole, whole.as_bytes()).run(plan, 4),
        Comparison::new("decode")
            .with(OURS, || pickle_core::from_slice::<NdArray>(&inside[0]).unwrap())
            .with("memcpy", copy)
            .run(plan, 10),
        Comparison::new("decode to numbers")
            .with(OURS, || view(&inside[0]).to_vec::<f64>().unwrap())
            .with("memcpy", copy)
            .run(plan, 10),
        Comparison::new("view")
            .with(OURS, || view(&inside[0]))
            .with("a tenth of it", || view(&inside[1]))
            .run(plan, 1),
        Comparison::new("view beside")
            .with(OURS, || view_beside(&beside[0]))
            .with("a tenth of it", || view_beside(&beside[1]))
            .run(plan, 1),
    ];
    table
}
