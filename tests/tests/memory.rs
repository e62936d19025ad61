//! A long stream is read in constant memory. This binary counts what is allocated, so its tests
//! run one after the other, in one function.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::env;
use std::io::{self, BufReader, Read};
use std::time::Instant;

use peak_alloc::PeakAlloc;
use pickle_core::serde::{self as pickle_serde, DeOptions, SerOptions};
use pickle_core::types::numpy::NdArray;
use pickle_core::{Graph, PickleOptions, Pickler, Protocol, Reduce, Unpickler, Value};

#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// How many pickles each stream has; `PICKLE_STREAM` sets another number. A million are 2 GB.
const PICKLES: usize = 100_000;

/// What reading may hold at any time, in bytes: some pickles, a step of the reader, and tables.
const ALLOWED: usize = 256 << 10;

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Entry {
    time: f64,
    level: String,
    message: String,
    tags: Vec<String>,
    values: Vec<i64>,
}

fn entry() -> Entry {
    Entry {
        time: 1.5e9,
        level: "warning".to_owned(),
        message: "a message of some length, ".repeat(40),
        tags: (0..20).map(|index| format!("tag number {index}")).collect(),
        values: (0..180).map(|index| index * index).collect(),
    }
}

/// The same bytes so many times over, and how many were taken.
struct Repeated {
    bytes: Vec<u8>,
    at: usize,
    times: usize,
}

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.times == 0 {
            return Ok(0);
        }
        let read = self.bytes.get(self.at..).unwrap_or_default().read(buffer)?;
        self.at += read;
        if self.at == self.bytes.len() {
            (self.at, self.times) = (0, self.times - 1);
        }
        Ok(read)
    }
}

fn pickles() -> usize {
    env::var("PICKLE_STREAM").ok().and_then(|count| count.parse().ok()).unwrap_or(PICKLES)
}

/// Reads a stream to its end, and tells the most that was allocated at once while doing so.
fn peak(name: &str, bytes: &[u8], times: usize, read: impl FnOnce(Box<dyn Read>) -> usize) {
    let bytes = bytes.to_vec();
    let total = bytes.len() * times;
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let begin = Instant::now();
    let count = read(Box::new(Repeated { bytes, at: 0, times }));
    let seconds = begin.elapsed().as_secs_f64();
    let peak = ALLOCATED.peak_usage() - before;
    #[allow(clippy::cast_precision_loss, reason = "only to be shown")]
    let speed = total as f64 / seconds / 1e6;
    eprintln!(
        "{name}: {count} of {total} bytes in {seconds:.2} s, {speed:.0} MB/s, peak {peak} bytes"
    );
    assert_eq!(count, times, "{name}");
    assert!(peak < ALLOWED, "{name}: a peak of {peak} bytes");
}

fn count_entries(reader: impl Read) -> usize {
    let expected = entry();
    let mut unpickler = Unpickler::new(reader);
    unpickler.iter::<Entry>().map(Result::unwrap).filter(|found| *found == expected).count()
}

#[test]
fn long_streams_take_constant_memory() {
    let count = pickles();
    for (protocol, times) in
        [(Protocol::V5, count), (Protocol::V2, count / 10), (Protocol::V0, count / 100)]
    {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&entry()).unwrap();
        peak(&format!("protocol {protocol}"), &pickle, times, count_entries);
        peak(&format!("protocol {protocol}, buffered"), &pickle, times, |reader| {
            count_entries(BufReader::new(reader))
        });
    }
    let pickle = pickle_core::to_vec(&entry()).unwrap();
    peak("graphs", &pickle, count / 10, |reader| {
        let mut unpickler = Unpickler::new(reader);
        let mut count = 0;
        while !unpickler.at_end().unwrap() {
            let graph = unpickler.load_graph().unwrap();
            count += usize::from(graph.global(graph.root_id()).is_none());
        }
        count
    });
    peak("values", &pickle, count / 10, |reader| {
        Unpickler::new(reader).iter::<Value>().filter(Result::is_ok).count()
    });
    peak("a memo that is cleared", &pickle, count / 10, |reader| {
        let mut unpickler = Unpickler::new(reader).keep_memo(true);
        let mut count = 0;
        while !unpickler.at_end().unwrap() {
            unpickler.clear_memo();
            count += usize::from(unpickler.load::<Entry>().is_ok());
        }
        count
    });

    writing(count / 10);
    claims();
    arrays();
    records_of_serde();
}

/// A pickler that passes on what it writes takes constant memory, too, also within one pickle.
fn writing(count: usize) {
    let entry = entry();
    let many = vec![&entry; count];
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let mut pickler = Pickler::new(io::sink());
    for _ in 0..count {
        pickler.dump(&entry).unwrap();
    }
    pickler.dump(&many).unwrap();
    let peak = ALLOCATED.peak_usage() - before;
    assert!(peak < ALLOWED, "a peak of {peak} bytes");
}

/// What a stream only claims to be long takes no memory.
fn claims() {
    for claim in
        [&b"\x95\0\0\0\0\x01\0\0\0N."[..], b"\x8e\0\0\0\0\x01\0\0\0N.", b"T\xff\xff\xff\x7fN."]
    {
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        assert!(Unpickler::new(claim).load::<Value>().is_err());
        assert!(Graph::from_slice(claim).is_err());
        let peak = ALLOCATED.peak_usage() - before;
        assert!(peak < 2 << 20, "{claim:?}: a peak of {peak} bytes");
    }
}

/// Serde does not say how what a list holds can begin, so what follows an empty one, and the only entry
/// of a dict, are found by looking ahead. That must not take so long that a graph is made after all.
fn records_of_serde() {
    #[derive(serde::Serialize, serde::Deserialize, Clone)]
    struct Book {
        pages: Vec<Page>,
    }
    #[derive(serde::Serialize, serde::Deserialize, Clone)]
    struct Page {
        marks: Vec<String>,
        text: Vec<f64>,
        notes: Vec<String>,
    }
    let page = Page { marks: Vec::new(), text: vec![0.5; 100], notes: Vec::new() };
    let pickle =
        pickle_serde::to_vec(&Book { pages: vec![page; 2000] }, SerOptions::new()).unwrap();
    let before = ALLOCATED.current_usage();
    ALLOCATED.reset_peak_usage();
    let book: Book = pickle_serde::from_slice(&pickle, DeOptions::new()).unwrap();
    let (peak, result) = (ALLOCATED.peak_usage() - before, ALLOCATED.current_usage() - before);
    drop(book);
    assert!(peak < result + result / 4, "a peak of {peak} bytes for {result}");
}

/// The numbers of an array are copied once: into the buffer, or into the result, and a view copies
/// nothing. Any other copy of them would have to be somewhere.
fn arrays() {
    const NUMBERS: usize = 8 << 20;
    let whole = NdArray::new([NUMBERS], vec![0.5; NUMBERS]).unwrap();
    let size = whole.as_bytes().len();
    let mut pickle = Vec::with_capacity(size + 1000);
    let allocated = |run: &mut dyn FnMut()| {
        let before = ALLOCATED.current_usage();
        ALLOCATED.reset_peak_usage();
        run();
        ALLOCATED.peak_usage() - before
    };
    let cases = [
        ("made", size, allocated(&mut || drop(pickle_core::to_vec(&whole)))),
        ("written", 0, allocated(&mut || pickle_core::to_buffer(&mut pickle, &whole).unwrap())),
        ("read", size, allocated(&mut || drop(pickle_core::from_slice::<NdArray>(&pickle)))),
        ("viewed", 0, allocated(&mut || drop(pickle_core::from_slice::<NdArray<&[u8]>>(&pickle)))),
        ("numbers", size, {
            let view: NdArray<&[u8]> = pickle_core::from_slice(&pickle).unwrap();
            allocated(&mut || drop(view.to_vec::<f64>()))
        }),
    ];
    for (name, result, peak) in cases {
        let more = peak.checked_sub(result);
        assert!(more.is_some_and(|more| more < 64 << 10), "{name}: {peak} bytes");
    }
}
