//! Buffers beside the pickle (PEP 574).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Mutex;

use pickle_core::{
    Error, Graph, Limits, Node, PickleBuffer, PickleOptions, Placement, Protocol, Reduce, Route,
    UnpickleOptions, Value,
};
use pickle_tests::check::{hex, load, load_with, unhex};
use pickle_tests::python::pythons;
use serde_json::json;

type Buffers = Vec<PickleBuffer<'static>>;

fn options() -> PickleOptions<'static> {
    PickleOptions::new().protocol(Protocol::V5)
}

/// A pickle and its buffers, with those beside it that are longer than four bytes.
fn dump(value: &impl Reduce) -> (Vec<u8>, Vec<Vec<u8>>) {
    let beside = Mutex::new(Vec::new());
    let callback = |buffer: &PickleBuffer<'_>| {
        if buffer.len() <= 4 {
            return Ok(Placement::InBand);
        }
        beside.lock().unwrap().push(buffer.to_vec());
        Ok(Placement::OutOfBand)
    };
    let pickle = options().buffer_callback(&callback).to_vec(value).unwrap();
    (pickle, beside.into_inner().unwrap())
}

fn slices(buffers: &[Vec<u8>]) -> Vec<&[u8]> {
    buffers.iter().map(Vec::as_slice).collect()
}

fn rows() -> Vec<Buffers> {
    let long = b"more than four".as_slice();
    vec![
        vec![],
        vec![PickleBuffer::new(long)],
        vec![PickleBuffer::readonly(long)],
        vec![PickleBuffer::new(b"ab"), PickleBuffer::readonly(b"ab")],
        vec![
            PickleBuffer::readonly(vec![7; 70_000]),
            PickleBuffer::new(b""),
            PickleBuffer::new(long),
            PickleBuffer::readonly(b"cd"),
            PickleBuffer::readonly(long),
        ],
    ]
}

/// Both routes give these buffers, and the bytes of those.
fn check(pickle: &[u8], buffers: &[Vec<u8>], expected: &Buffers) {
    let slices = slices(buffers);
    let options = UnpickleOptions::new().buffers(&slices);
    for route in [Route::Auto, Route::General] {
        let back: Vec<PickleBuffer<'_>> = options.route(route).from_slice(pickle).unwrap();
        assert_eq!(back, *expected, "{route:?}");
        // What was beside the pickle is borrowed from there, and the rest from the pickle.
        assert!(back.into_iter().all(|buffer| matches!(buffer.into_bytes(), Cow::Borrowed(_))));
    }
    let owned: Vec<Vec<u8>> = load_with(options, pickle).unwrap();
    assert_eq!(owned, expected.iter().map(|buffer| buffer.to_vec()).collect::<Vec<_>>());
    let value = |buffer: &PickleBuffer<'_>| match buffer.is_readonly() {
        true => Value::Bytes(buffer.to_vec()),
        false => Value::ByteArray(buffer.to_vec()),
    };
    let tree: Value = load_with(options, pickle).unwrap();
    assert_eq!(tree, expected.iter().map(value).collect());
}

#[test]
fn python_agrees() {
    let rows = rows();
    let pickles: Vec<_> = rows.iter().map(dump).collect();
    for ((pickle, buffers), row) in pickles.iter().zip(&rows) {
        check(pickle, buffers, row);
    }
    let pickles: Vec<_> = pickles
        .iter()
        .map(|(pickle, buffers)| {
            let buffers: Vec<String> = buffers.iter().map(|buffer| hex(buffer)).collect();
            json!({"pickle": hex(pickle), "buffers": buffers})
        })
        .collect();
    let items = |row: &Buffers| -> Vec<_> {
        row.iter().map(|buffer| json!([buffer.is_readonly(), hex(buffer)])).collect()
    };
    let request = json!({"pickles": pickles, "items": rows.iter().map(items).collect::<Vec<_>>()});
    for python in pythons().iter().filter(|python| python.at_least(3, 8)) {
        let answer = python.run("out_of_band.py", &request);
        for (loaded, row) in answer["loaded"].as_array().unwrap().iter().zip(&rows) {
            let expected: Vec<_> = row
                .iter()
                .map(|buffer| {
                    let in_band = buffer.len() <= 4;
                    let kind = match (in_band, buffer.is_readonly()) {
                        (true, true) => "bytes",
                        (false, true) => "memoryview",
                        (_, false) => "bytearray",
                    };
                    json!([kind, buffer.is_readonly(), hex(buffer)])
                })
                .collect();
            assert_eq!(*loaded, json!(expected), "{python}");
        }
        for (dumped, row) in answer["dumps"].as_array().unwrap().iter().zip(&rows) {
            let pickle = unhex(dumped["pickle"].as_str().unwrap());
            let buffers = dumped["buffers"].as_array().unwrap().iter();
            let buffers: Vec<_> = buffers.map(|buffer| unhex(buffer.as_str().unwrap())).collect();
            check(&pickle, &buffers, row);
        }
    }
}

/// A large buffer costs no more than it is long, and a graph that keeps its references is read as
/// well as a pickle.
#[test]
fn large_buffers_and_graphs() {
    let large = vec![1u8; 1 << 23];
    let buffers: [&[u8]; 1] = [&large];
    let options = UnpickleOptions::new().buffers(&buffers).limits(Limits::default().replays(0));
    for route in [Route::Auto, Route::General] {
        let back: Vec<u8> = options.route(route).from_slice(b"\x80\x05\x97\x98.").unwrap();
        assert_eq!(back.len(), large.len());
    }
    let graph = Graph::from_slice(b"\x80\x05\x97\x94h\0\x98\x86.").unwrap();
    let (writable, readonly): (PickleBuffer<'_>, PickleBuffer<'_>) =
        options.from_node(graph.root()).unwrap();
    assert!(!writable.is_readonly() && readonly.is_readonly());
    assert_eq!(writable.as_ptr(), large.as_ptr());
    // Copies of one buffer have to be paid for.
    let again = [b"\x80\x05\x97\x94(".to_vec(), b"h\0".repeat(100), b"t\x86.".to_vec()].concat();
    let error = options.from_slice::<(Vec<u8>, Vec<Vec<u8>>)>(&again).unwrap_err();
    assert!(error.to_string().contains("`Limits::replays` raises it"), "{error}");
}

/// Expected bytes: CPython 3.13.
#[test]
fn read_only_buffers_say_so() {
    let long = b"12345".as_slice();
    assert_eq!(dump(&PickleBuffer::new(long)).0, b"\x80\x05\x97.");
    assert_eq!(dump(&PickleBuffer::readonly(long)).0, b"\x80\x05\x97\x98.");
}

/// An array as NumPy pickles it: a call with a buffer in its arguments.
#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "arrays", name = "from_buffer")]
struct Array<'a> {
    #[reduce(ctor)]
    bytes: PickleBuffer<'a>,
    #[reduce(ctor)]
    shape: (usize, usize),
}

#[test]
fn records_with_buffers_are_predicted() {
    let array = |byte| Array { bytes: PickleBuffer::new(vec![byte; 6]), shape: (2, 3) };
    let arrays = vec![array(1), array(2), array(3)];
    let (pickle, buffers) = dump(&arrays);
    assert_eq!(buffers.len(), 3);
    let slices = slices(&buffers);
    for route in [Route::Predictive, Route::General] {
        let options = UnpickleOptions::new().buffers(&slices).route(route);
        assert_eq!(options.from_slice::<Vec<Array<'_>>>(&pickle).unwrap(), arrays);
    }
}

/// Out-of-band buffers have no place in the memo (`save_picklebuffer` of CPython 3.13): each
/// reference is a buffer of its own.
#[test]
fn shared_buffers() {
    let shared = Rc::new(PickleBuffer::new(b"12345"));
    let (pickle, buffers) = dump(&vec![shared.clone(), shared]);
    assert_eq!(pickle, b"\x80\x05\x95\x06\0\0\0\0\0\0\0](\x97\x97e.");
    assert_eq!(buffers.len(), 2);
}

#[test]
fn both_routes_agree_on_references() {
    // A list with a buffer in it, twice; a buffer in the memo; one that is passed over.
    for pickle in [
        &b"\x80\x05]\x94]\x94\x97ah\x01\x97e."[..],
        b"\x80\x05](]\x94\x97ah\0]\x97ae.",
        b"\x80\x05](\x97\x94h\0e.",
        b"\x80\x05](\x97\x94h\0\x98e.",
        b"\x80\x05](\x97\x98\x98C\x01a\x98e.",
    ] {
        let buffers: [&[u8]; 2] = [b"one", b"two"];
        let options = UnpickleOptions::new().buffers(&buffers);
        let _ = load_with::<Value>(options, pickle);
        let _ = load_with::<Vec<Vec<u8>>>(options, pickle);
        let _ = load_with::<Vec<Vec<Vec<u8>>>>(options, pickle);
    }
}

#[test]
fn missing_buffers_are_two_different_errors() {
    let pickle = b"\x80\x05](\x97\x97\x98e.";
    let error = load::<Vec<Vec<u8>>>(pickle).unwrap_err();
    assert_eq!(
        error,
        "found out-of-band buffer 0, expected bytes; `UnpickleOptions::buffers` takes the buffers, \
         in [0] (offset 4)"
    );
    let error = load::<Value>(pickle).unwrap_err();
    assert!(error.contains("`UnpickleOptions::buffers` takes the buffers, in [0]"), "{error}");
    let one: [&[u8]; 1] = [b"one"];
    let options = UnpickleOptions::new().buffers(&one);
    for error in [
        load_with::<Vec<Vec<u8>>>(options, pickle).unwrap_err(),
        load_with::<Value>(options, pickle).unwrap_err(),
    ] {
        assert_eq!(
            error,
            "found out-of-band buffer 1, expected as many as the pickle has; `UnpickleOptions::buffers` got 1, in [1] (offset 5)"
        );
    }
    let error = load::<Value>(b"\x80\x05K\x01\x98.").unwrap_err();
    assert_eq!(error, "found an int, expected a buffer (offset 4)");
    // A graph holds what it cannot resolve.
    let graph = Graph::from_slice(pickle).unwrap();
    let [_, second] = graph.items(graph.root_id()) else { panic!() };
    assert!(matches!(graph.node(*second), Node::Buffer { index: 1, readonly: true }));
}

#[test]
fn buffers_need_protocol_5() {
    let buffer = PickleBuffer::new(b"ab");
    for protocol in &Protocol::ALL[..5] {
        let options = PickleOptions::new().protocol(*protocol);
        let error = options.to_vec(&buffer).unwrap_err().to_string();
        let expected = format!(
            "found a PickleBuffer at protocol {protocol}, expected protocol 5 or above, or bytes"
        );
        assert_eq!(error, expected);
        let error = options.to_vec_with_buffers(&1).unwrap_err().to_string();
        let expected =
            format!("found a buffer callback at protocol {protocol}, expected protocol 5 or above");
        assert_eq!(error, expected);
    }
    let full = |_: &PickleBuffer<'_>| Err(Error::custom("the disk is full"));
    let error = options().buffer_callback(&full).to_vec(&buffer).unwrap_err();
    assert_eq!(error.to_string(), "the disk is full");
}
