//! Pickles in streams: what is read and how far, what faults do, and how a memo lives on.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on should panic"
)]

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::rc::Rc;
use std::thread;

use pickle_core::{
    Error, ErrorKind, Graph, PickleOptions, Pickler, Protocol, Reduce, Unpickler, Value,
    from_reader,
};
use pickle_tests::check::{hex, unhex};
use pickle_tests::corpus::{self, Case};
use pickle_tests::faulty::{Faulty, agree};
use pickle_tests::neutral::Tree;
use pickle_tests::python::pythons;
use pickle_tests::random::Random;
use serde_json::json;

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes")]
struct Record {
    name: String,
    scores: Vec<f64>,
    next: Option<Rc<Record>>,
}

fn record(name: &str, next: Option<Rc<Record>>) -> Record {
    Record { name: name.to_owned(), scores: vec![0.5, 2.0], next }
}

/// The JSON of the manifest nests deeper than the stack of a test thread allows.
fn on_each_case(check: impl Fn(&Case) + Send + 'static) {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let run = move || corpus::cases(&folder).iter().for_each(check);
    thread::Builder::new().stack_size(512 << 20).spawn(run).unwrap().join().unwrap();
}

fn tokens(graph: &Graph<'_>) -> Vec<String> {
    Tree::of_graph(graph).tokens()
}

#[test]
fn slice_and_stream_agree() {
    on_each_case(|case| {
        let is_small = case.pickle.len() < 100_000;
        let steps: &[usize] = if is_small { &[1, 7, usize::MAX] } else { &[4096] };
        let beyond = agree(case.name(), &case.pickle, steps, tokens);
        // A frame is read whole, even when it is longer than its pickle.
        if !case.is("may_reject") && case.expect()["any"] != true {
            assert!(matches!(beyond, None | Some(0)), "{}: {beyond:?} bytes beyond", case.name());
        }
    });
}

/// Cut anywhere and damaged in any way, too.
#[test]
fn slice_and_stream_agree_on_damaged_pickles() {
    on_each_case(|case| {
        if case.pickle.len() > 400 {
            return;
        }
        let form = |graph: &Graph<'_>| format!("{graph:?}");
        for end in 0..case.pickle.len() {
            agree(case.name(), &case.pickle[..end], &[3], form);
        }
        let mut random = Random::new(case.pickle.len() as u64);
        for _ in 0..20 {
            let pickle = random.damage(&case.pickle);
            agree(&format!("{} as {pickle:x?}", case.name()), &pickle, &[1, 50], form);
        }
    });
}

/// With its memo kept, an unpickler makes the same of a first pickle, from copies.
#[test]
fn graphs_that_grow_agree() {
    on_each_case(|case| {
        let expected = Graph::from_slice(&case.pickle).map(|graph| tokens(&graph));
        let mut unpickler = Unpickler::new(&case.pickle[..]).keep_memo(true);
        match (expected, unpickler.load_graph()) {
            (Ok(expected), Ok(found)) => assert!(tokens(&found) == expected, "{}", case.name()),
            (Err(expected), Err(found)) => assert_eq!(found.to_string(), expected.to_string()),
            (expected, found) => panic!("{}: {expected:?}, {found:?}", case.name()),
        }
    });
}

/// Streams of every protocol: values, positions, the end, and borrowed strings.
#[test]
fn several_pickles() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let mut stream = b"header".to_vec();
        let mut ends = vec![];
        for index in 0..5 {
            options.to_buffer(&mut stream, &record(&format!("r{index}"), None)).unwrap();
            ends.push(stream.len() as u64 - 6);
        }
        stream.extend_from_slice(b"trailer");
        for step in [1, 3, usize::MAX] {
            let mut reader = Faulty::new(&stream, step);
            let mut header = [0; 6];
            reader.read_exact(&mut header).unwrap();
            let mut unpickler = Unpickler::new(reader);
            for (index, end) in ends.iter().enumerate() {
                assert_eq!(unpickler.load::<Record>().unwrap().name, format!("r{index}"));
                assert_eq!(unpickler.offset(), *end, "protocol {protocol}");
            }
            assert_eq!(unpickler.get_ref().rest, b"trailer", "protocol {protocol}");
            assert_eq!(unpickler.into_inner().rest, b"trailer", "protocol {protocol}");
        }
        let whole = &stream[6..stream.len() - 7];
        let mut unpickler = Unpickler::new(whole);
        let names: Vec<String> =
            unpickler.iter::<Record>().map(|record| record.unwrap().name).collect();
        assert_eq!(names, ["r0", "r1", "r2", "r3", "r4"]);
        assert!(unpickler.at_end().unwrap());
        assert!(unpickler.iter::<Value>().next().is_none());
    }
    let mut unpickler = Unpickler::new(&b"\x80\x04\x8c\x02ab.\x80\x04C\x02cd."[..]);
    assert_eq!(unpickler.load::<&str>().unwrap(), "ab");
    assert_eq!(unpickler.load::<&[u8]>().unwrap(), b"cd");
}

/// What a frame holds beyond its pickle is the next pickle, as in a slice.
#[test]
fn two_pickles_in_one_frame() {
    let stream = b"\x80\x04\x95\x08\0\0\0\0\0\0\0K\x01.\x80\x04K\x02.K\x03.";
    let mut unpickler = Unpickler::new(&stream[..]);
    let found: Vec<u8> = unpickler.iter().map(Result::unwrap).collect();
    assert_eq!(found, [1, 2, 3]);
    // Many of them take linear time.
    let count = 200_000_u64;
    let mut stream = b"\x95".to_vec();
    stream.extend((count * 3).to_le_bytes());
    stream.extend(b"K\x07.".repeat(usize::try_from(count).unwrap()));
    let mut unpickler = Unpickler::new(&stream[..]);
    assert_eq!(unpickler.iter::<u8>().filter(Result::is_ok).count() as u64, count);
}

/// The end between two pickles is the end; the end inside one is an error at its place.
#[test]
fn ends_of_streams() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let first = options.to_vec(&record("first", None)).unwrap();
        let second = options.to_vec(&record("second", None)).unwrap();
        let stream = [&first[..], &second[..]].concat();
        for end in 0..=stream.len() {
            let mut unpickler = Unpickler::new(Faulty::new(&stream[..end], 5));
            let found: Vec<Result<Record, Error>> = unpickler.iter().collect();
            let whole = usize::from(end >= first.len()) + usize::from(end == stream.len());
            assert_eq!(found.iter().filter(|found| found.is_ok()).count(), whole);
            let is_between = [0, first.len(), stream.len()].contains(&end);
            assert_eq!(found.len(), whole + usize::from(!is_between), "cut at {end}");
            if let Some(Err(error)) = found.last() {
                assert!(matches!(error.kind(), ErrorKind::EndOfInput { .. }), "{error}");
                let begin = if end > first.len() { first.len() } else { 0 };
                let place = error.offset().unwrap();
                assert!((begin as u64..=end as u64).contains(&place), "{error}, cut at {end}");
            }
        }
    }
}

/// A stream that fails anywhere gives its own error at that place, and nothing is lost.
#[test]
fn streams_that_fail() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let mut stream = options.to_vec(&record("first", None)).unwrap();
        stream.extend(options.to_vec(&record("second", None)).unwrap());
        for keep in [false, true] {
            for fails_in in 0..stream.len() {
                let reader = Faulty { fails_in: Some(fails_in), ..Faulty::new(&stream, 3) };
                let mut unpickler = Unpickler::new(reader).keep_memo(keep);
                let mut found = Vec::new();
                let mut errors = Vec::new();
                while found.len() < 2 {
                    if found.len() == 1 {
                        unpickler.clear_memo();
                    }
                    match unpickler.load::<Record>() {
                        Ok(record) => found.push(record.name),
                        Err(error) => errors.push(error),
                    }
                }
                assert_eq!(found, ["first", "second"]);
                let [error] = &errors[..] else { panic!("{errors:?}") };
                assert!(
                    matches!(error.kind(), ErrorKind::Io(e) if e.kind() == io::ErrorKind::Other)
                );
                assert_eq!(error.to_string(), format!("disk on fire (offset {fails_in})"));
            }
        }
        let reader = Faulty { fails_in: Some(5), ..Faulty::new(&stream, 3) };
        let mut unpickler = Unpickler::new(reader);
        let found: Vec<bool> = unpickler.iter::<Value>().map(|found| found.is_ok()).collect();
        assert_eq!(found, [false]);
    }
}

/// `from_reader` is one pickle of such a stream, and takes nothing behind it.
#[test]
fn from_reader_is_exact_and_fails_alike() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let value = record("only", None);
        let mut stream = options.to_vec(&value).unwrap();
        let used = stream.len();
        stream.extend_from_slice(b"rest");
        for step in [1, 2, usize::MAX] {
            let mut reader = Faulty::new(&stream, step);
            assert_eq!(from_reader::<_, Record>(&mut reader).unwrap(), value);
            assert_eq!(reader.rest, b"rest", "protocol {protocol}");
            for fails_in in 0..used {
                let reader = Faulty { fails_in: Some(fails_in), ..Faulty::new(&stream, step) };
                let error = from_reader::<_, Record>(reader).unwrap_err();
                assert_eq!(error.to_string(), format!("disk on fire (offset {fails_in})"));
                let error = from_reader::<_, Record>(&stream[..fails_in]).unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::EndOfInput { .. }), "{error}");
            }
        }
    }
}

/// Many dumps of one pickler take linear time and no more nodes than there are values.
#[test]
fn a_memo_of_many_pickles() {
    let tail = Rc::new(record("tail", None));
    let mut pickler = Pickler::new(Vec::new());
    let count = 20_000_u32;
    for index in 0..count {
        pickler.dump(&record(&index.to_string(), Some(tail.clone()))).unwrap();
    }
    let stream = pickler.into_inner();
    let mut unpickler = Unpickler::new(&stream[..]).keep_memo(true);
    let mut names = Vec::new();
    for found in unpickler.iter::<Record>() {
        names.push(found.unwrap().name.parse::<u32>().unwrap());
    }
    assert!(names.into_iter().eq(0..count));
}

/// What the next call does after each kind of error.
#[test]
fn after_an_error() {
    let run = |stream: &[u8], keep: bool| -> Vec<String> {
        let mut unpickler = Unpickler::new(stream).keep_memo(keep);
        let show =
            |found: Result<u8, Error>| found.map_or_else(|e| e.to_string(), |n| n.to_string());
        (0..3).map(|_| show(unpickler.load())).collect()
    };
    let lost = "found a pickle after one that could not be read, expected `clear_memo` before it, \
                as it may refer to the other";
    for keep in [false, true] {
        assert_eq!(
            run(b"K\x01.\x80\x04N.K\x03.", keep),
            ["1", "found None, expected u8 (offset 5)", "3"],
        );
        let refused = run(b"K\x01.\x80\x040.K\x03.", keep);
        let no_mark = "found no mark on the stack, expected one below the items (offset 5)";
        assert_eq!(refused[1], no_mark);
        assert_eq!(refused[2], if keep { format!("{lost} (offset 7)") } else { "3".to_owned() });
        let unknown = "found byte 0xff, expected an opcode (offset 4)";
        let again = if keep { format!("{lost} (offset 3)") } else { unknown.to_owned() };
        assert_eq!(run(b"K\x01.N\xffK\x03.", keep), ["1", unknown, &again]);
        let mut unpickler = Unpickler::new(&b"K\x01.0.K\x03."[..]).keep_memo(keep);
        let found: Vec<Option<u8>> = unpickler.iter().map(Result::ok).collect();
        let expected = [Some(1), None, Some(3)];
        assert_eq!(found, expected[..if keep { 2 } else { 3 }]);
        unpickler.clear_memo();
        assert_eq!(unpickler.iter::<u8>().count(), usize::from(keep));
    }
}

/// A file that is still being written is read as far as it goes, and then on.
#[test]
fn a_growing_stream() {
    struct Pieces(Vec<&'static [u8]>);
    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let Some(piece) = self.0.first_mut() else { return Ok(0) };
            let read = piece.read(buffer)?;
            if read == 0 {
                self.0.remove(0);
            }
            Ok(read)
        }
    }
    let mut unpickler = Unpickler::new(Pieces(vec![b"Va lo", b"ng li", b"ne\n.K\x05."]));
    let ends: Vec<String> =
        (0..2).map(|_| unpickler.load::<String>().unwrap_err().to_string()).collect();
    assert_eq!(ends, ["found the end of the input, expected the end of a line (offset 0)"; 2]);
    assert_eq!(unpickler.load::<String>().unwrap(), "a long line");
    assert_eq!(unpickler.load::<u8>().unwrap(), 5);
}

/// A line of protocol 0 may be long, and is looked at once or twice, not once for each byte.
#[test]
fn long_lines() {
    let mut pickle = vec![b'V'];
    pickle.resize(4 << 20, b'x');
    pickle.extend_from_slice(b"\n.");
    let mut unpickler = Unpickler::new(Faulty::new(&pickle, usize::MAX));
    assert_eq!(unpickler.load::<&str>().unwrap().len(), (4 << 20) - 1);
}

/// A stream that takes so many bytes, at most three at once, and then fails.
struct Narrow {
    taken: Vec<u8>,
    room: usize,
}

impl Write for Narrow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.taken.len() == self.room {
            return Err(io::Error::other("disk full"));
        }
        let len = bytes.len().min(3).min(self.room - self.taken.len());
        self.taken.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A stream that fails while it is written ends there, and its pickler does not write behind that.
#[test]
fn writers_that_fail() {
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol);
        let (first, second) = (record("first", None), record("second", None));
        let mut pickler = Pickler::with_options(Vec::new(), options);
        pickler.dump(&first).unwrap();
        let boundary = pickler.get_ref().len();
        pickler.dump(&second).unwrap();
        let expected = pickler.into_inner();
        for room in 0..expected.len() {
            let mut pickler = Pickler::with_options(Narrow { taken: vec![], room }, options);
            let results = [pickler.dump(&first), pickler.dump(&second), pickler.dump(&first)];
            let messages: Vec<String> = results
                .iter()
                .map(|r| r.as_ref().map_or_else(Error::to_string, |()| String::new()))
                .collect();
            let broken = "found a stream that ends inside a pickle, expected a new one";
            let at = if room < boundary {
                ["disk full", broken, broken]
            } else {
                ["", "disk full", broken]
            };
            assert_eq!(messages, at, "room for {room}");
            assert!(matches!(results[2].as_ref().unwrap_err().kind(), ErrorKind::Io(_)));
            let narrow = pickler.into_inner();
            assert_eq!(narrow.taken, expected[..room]);
            let writer = Narrow { taken: vec![], room: room.min(boundary - 1) };
            let error = options.to_writer(writer, &first).unwrap_err();
            assert_eq!(error.to_string(), "disk full");
        }
    }
}

/// A value that cannot be written leaves the stream as it was if nothing was passed on, and the
/// pickler says so if something was.
#[test]
fn values_that_fail() {
    let bad = || Value::Dict(vec![(Value::Dict(vec![]), Value::None)]);
    let shared = Rc::new("shared".to_owned());
    let mut pickler = Pickler::new(Vec::new());
    pickler.dump(&shared).unwrap();
    assert!(pickler.dump(&(shared.clone(), bad())).is_err());
    pickler.dump(&(shared.clone(), shared.clone())).unwrap();
    pickler.dump(&shared).unwrap();
    let stream = pickler.into_inner();
    let mut unpickler = Unpickler::new(&stream[..]).keep_memo(true);
    let expected = || Value::Str("shared".into());
    assert_eq!(unpickler.load::<Value>().unwrap(), expected());
    assert_eq!(unpickler.load::<Value>().unwrap(), Value::Tuple(vec![expected(), expected()]));
    assert_eq!(unpickler.load::<Value>().unwrap(), expected());
    assert!(unpickler.at_end().unwrap());

    let mut pickler = Pickler::new(Vec::new());
    let long = vec![vec!["x".repeat(100)]; 2000];
    assert!(pickler.dump(&(long, bad())).is_err());
    let error = pickler.dump(&1).unwrap_err().to_string();
    assert_eq!(error, "found a stream that ends inside a pickle, expected a new one");
    assert!(Unpickler::new(&pickler.into_inner()[..]).load::<Value>().is_err());
}

/// What one of our picklers dumps several times, one of our unpicklers reads: shared objects are
/// one node, and equal values.
#[test]
fn a_memo_that_lives_on() {
    for protocol in Protocol::ALL {
        let tail = Rc::new(record("tail", None));
        let values = [record("a", Some(tail.clone())), record("b", Some(tail.clone()))];
        let mut pickler =
            Pickler::with_options(Vec::new(), PickleOptions::new().protocol(protocol));
        values.iter().for_each(|value| pickler.dump(value).unwrap());
        pickler.dump(&tail).unwrap();
        pickler.clear_memo();
        pickler.dump(&values[0]).unwrap();
        let stream = pickler.into_inner();

        let mut unpickler = Unpickler::new(&stream[..]).keep_memo(true);
        let found: Vec<Record> = (0..3).map(|_| unpickler.load().unwrap()).collect();
        assert_eq!(found, [values[0].clone(), values[1].clone(), (*tail).clone()]);
        unpickler.clear_memo();
        assert_eq!(unpickler.load::<Record>().unwrap(), values[0]);

        let mut unpickler = Unpickler::new(&stream[..]).keep_memo(true);
        let mut roots = Vec::new();
        for _ in 0..3 {
            let graph = unpickler.load_graph().unwrap();
            roots.push((graph.root_id(), graph.len(), graph.offset(graph.root_id())));
        }
        let graph = {
            unpickler.clear_memo();
            unpickler.load_graph().unwrap()
        };
        assert!(graph.len() < roots[0].1 + 1, "the graph was begun anew");
        assert_eq!(roots[2].1, roots[1].1, "the third pickle has no node of its own");
        assert!(roots[2].2 > roots[0].2 && roots[2].2 < roots[1].2, "{roots:?}");
        // The first pickle alone cannot be missed.
        let mut alone = Unpickler::new(&stream[..]);
        assert_eq!(alone.load::<Record>().unwrap(), values[0]);
        assert!(alone.load::<Record>().is_err() || protocol >= Protocol::V4);
    }
}

/// The offset of an error is that of the stream, with and without a memo, also after `clear_memo`.
#[test]
fn offsets_are_those_of_the_stream() {
    let stream = b"K\x01.K\x02.K\x03.(I1\nNt.";
    for keep in [false, true] {
        for clear in [false, true] {
            let mut unpickler = Unpickler::new(&stream[..]).keep_memo(keep);
            for expected in 1..=3 {
                assert_eq!(unpickler.load::<u8>().unwrap(), expected);
            }
            if clear {
                unpickler.clear_memo();
            }
            assert_eq!(unpickler.offset(), 9);
            let error = unpickler.load::<(u8, u8)>().unwrap_err();
            assert_eq!(error.to_string(), "found None, expected u8, in [1] (offset 13)");
        }
    }
}

type Item = BTreeMap<String, Vec<i64>>;

/// Streams of one CPython pickler with its memo are read here, and ours there.
#[test]
fn shared_memos_agree_with_python() {
    for python in pythons() {
        for protocol in 0..=python.highest_protocol() {
            let number = i32::from(protocol);
            let options = PickleOptions::new().protocol(Protocol::from_number(protocol).unwrap());
            let shared = Rc::new(vec![1_i64, 2, 300]);
            let mut pickler = Pickler::with_options(Vec::new(), options);
            pickler.dump(&("one", shared.clone())).unwrap();
            pickler.dump(&(shared.clone(), "two", shared.clone())).unwrap();
            pickler.dump(&shared).unwrap();
            let ours = hex(&pickler.into_inner());
            let answer = python.run("stream.py", &json!({ "protocol": number, "stream": ours }));
            assert_eq!(
                answer["values"],
                json!(["('one', [1, 2, 300])", "([1, 2, 300], 'two', [1, 2, 300])", "[1, 2, 300]"]),
                "{python}"
            );
            assert_eq!(answer["same"], json!(true), "{python}, protocol {protocol}");

            for theirs in answer["streams"].as_array().unwrap() {
                let theirs = unhex(theirs.as_str().unwrap());
                let mut unpickler = Unpickler::new(&theirs[..]).keep_memo(true);
                let item = BTreeMap::from([("a".to_owned(), vec![1, 2]), ("b".to_owned(), vec![])]);
                assert_eq!(unpickler.load::<Item>().unwrap(), item, "{python}, {protocol}");
                assert_eq!(unpickler.load::<Vec<Item>>().unwrap(), vec![item.clone(); 3]);
                assert_eq!(unpickler.load::<Item>().unwrap(), item);
                unpickler.clear_memo();
                assert_eq!(unpickler.load::<Item>().unwrap(), item);
                assert!(unpickler.at_end().unwrap());

                let mut unpickler = Unpickler::new(&theirs[..]).keep_memo(true);
                let first = unpickler.load_graph().unwrap().root_id();
                let second = unpickler.load_graph().unwrap();
                let root = second.root_id();
                assert_eq!(second.items(root), [first; 3], "{python}, {protocol}");
                assert_eq!(unpickler.load_graph().unwrap().root_id(), first);
            }
        }
    }
}
