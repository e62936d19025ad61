//! Mistakes that were found once, each with the pickle or the value that showed it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use pickle_core::tools::{Program, genops};
use pickle_core::{
    Class, Graph, Opcode, PickleOptions, Pickler, Profile, Protocol, Reduce, Registered, Registry,
    Route, UnpickleOptions, Value, from_slice, to_vec,
};
use pickle_tests::check::{self, load};

/// `MEMOIZE` counts the entries, `PUT` names one; with gaps these differ.
#[test]
fn memoize_after_a_gap() {
    let pickle = b"\x80\x04](\x8c\x01aq\x05\x8c\x01b\x94h\x06e.";
    assert!(load::<Vec<String>>(pickle).is_err());
    let pickle = b"\x80\x04](\x8c\x01aq\x05\x8c\x01b\x94h\x01h\x05e.";
    assert_eq!(load::<Vec<String>>(pickle).unwrap(), ["a", "b", "b", "a"]);
}

/// Far indices cost no more than what is there.
#[test]
fn gaps_cost_no_memory() {
    let mut pickle = b"\x80\x02](".to_vec();
    for number in 1..1000u32 {
        pickle.extend(b"\x8c\0r");
        pickle.extend((number * 1024).to_le_bytes());
    }
    pickle.extend(b"e.");
    let options = UnpickleOptions::new();
    assert!(options.route(Route::Predictive).from_slice::<Vec<String>>(&pickle).is_err());
    assert_eq!(load::<Vec<String>>(&pickle).unwrap().len(), 999);
}

/// A `bytearray` cannot be hashed, wherever in a key it is.
#[test]
fn bytearray_in_a_key() {
    let array = b"\x96\x01\0\0\0\0\0\0\0x";
    let pickle = |parts: &[&[u8]]| [b"\x80\x05".as_slice(), &parts.concat(), b"."].concat();
    type Deep = BTreeMap<(Box<[u8]>, u8), u8>;
    assert!(load::<Deep>(&pickle(&[b"}", array, b"K\x01\x86K\x02s"])).is_err());
    type Pair = (Box<[u8]>, BTreeMap<Box<[u8]>, u8>);
    assert!(load::<Pair>(&pickle(&[array, b"\x94}h\0K\x01s\x86"])).is_err());
}

/// Many short lists do not each reserve what is left of the pickle.
#[test]
fn short_lists_stay_short() {
    let value: Vec<Vec<f64>> = vec![vec![0.5; 6]; 20_000];
    let back: Vec<Vec<f64>> = from_slice(&to_vec(&value).unwrap()).unwrap();
    let reserved: usize = back.iter().map(Vec::capacity).sum();
    assert!(reserved < 20_000 * 6 * 4, "{reserved}");
    let value: Vec<Vec<String>> = vec![vec!["ab".to_owned(); 600]; 500];
    let back: Vec<Vec<String>> = from_slice(&to_vec(&value).unwrap()).unwrap();
    let reserved: usize = back.iter().map(Vec::capacity).sum();
    assert!(reserved < 500 * 600 * 4, "{reserved}");
}

#[derive(Debug, PartialEq, Clone)]
struct Marker;

static MARKER: Class = Class::new("builtins", "object");

/// A registered reducer without arguments writes a call without arguments.
#[test]
fn registered_without_arguments() {
    let mut registry = Registry::new();
    registry.register(&MARKER, |_: &Marker| (), |(): ()| Marker);
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol).registry(&registry);
        let pickle = options.to_vec(&Registered(Marker)).unwrap();
        assert!(!pickle.contains(&b'N'), "protocol {protocol}: {}", pickle.escape_ascii());
        let options = UnpickleOptions::new().registry(&registry);
        for route in [Route::Predictive, Route::General] {
            if route == Route::General || protocol >= Protocol::V2 {
                options.route(route).from_slice::<Registered<Marker>>(&pickle).unwrap();
            }
        }
    }
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "m")]
#[expect(clippy::redundant_allocation, reason = "what the test is about")]
struct Pointers {
    inner: Rc<i32>,
    outer: Rc<Rc<i32>>,
    again: Rc<Rc<i32>>,
}

/// A pointer to a pointer to an atom that was written before is no cycle.
#[test]
fn pointer_to_a_pointer_to_an_atom() {
    let inner = Rc::new(1);
    let outer = Rc::new(inner.clone());
    let value = Pointers { inner, outer: outer.clone(), again: outer };
    check::round_trip(&value);
}

/// After a dump that failed, the next one counts the memo as its reader does.
#[test]
fn pickler_after_an_error() {
    let shared = Rc::new("shared".to_owned());
    let mut pickler = Pickler::new(Vec::new());
    pickler.dump(&(shared.clone(), shared.clone())).unwrap();
    let bad = Value::Dict(vec![(Value::Dict(vec![]), Value::None)]);
    assert!(pickler.dump(&bad).is_err());
    let other = Rc::new("other".to_owned());
    pickler.dump(&(other.clone(), other)).unwrap();
    let stream = pickler.into_inner();
    // One unpickler for both: the memo of the first has one entry.
    let text = stream.escape_ascii().to_string();
    assert!(text.ends_with("h\\x01\\x86."), "{text}");
}

/// As a key, what Python cannot hash is an error of the writer.
#[test]
fn unhashable_keys() {
    for key in [
        Value::ByteArray(b"x".to_vec()),
        Value::Tuple(vec![Value::ByteArray(vec![])]),
        Value::Tuple(vec![Value::List(vec![])]),
        Value::Set(vec![]),
    ] {
        for protocol in Protocol::ALL {
            let value = Value::Dict(vec![(key.clone(), Value::None)]);
            let result = PickleOptions::new().protocol(protocol).to_vec(&value);
            if let Ok(pickle) = result {
                let back = from_slice::<Value>(&pickle);
                assert!(back.is_ok(), "{key:?} {protocol}: {back:?}");
            }
        }
    }
}

/// What is made from a small pickle is small, and what is refused by one route is by both.
#[test]
fn replays() {
    for fill in [b"N".as_slice(), b")", b"K\x01", b"N\x85", b"]"] {
        for count in [10, 30, 62, 100] {
            let mut pickle = b"\x80\x02]q\0(]q\x01(".to_vec();
            pickle.extend(fill.repeat(count / fill.len()));
            pickle.extend(b"e");
            pickle.extend(b"h\x01".repeat(30_000));
            pickle.extend(b"e.");
            let _ = load::<Vec<Vec<Option<u8>>>>(&pickle);
            let _ = load::<Vec<Vec<Vec<u8>>>>(&pickle);
            let _ = load::<Vec<Vec<((),)>>>(&pickle);
        }
    }
}

/// Deep and branching pickles neither overflow the stack nor take forever.
#[test]
fn deep_and_branching() {
    let deep = |open: &[u8], close: &[u8]| {
        [b"\x80\x02}".as_slice(), open, &close.repeat(200_000), b"Ns."].concat()
    };
    let pickle = deep(b")", b"\x85");
    let graph = Graph::from_slice(&pickle).unwrap();
    let _ = format!("{graph:?}").len();
    assert!(from_slice::<Value>(&pickle).is_err());
    assert!(load::<HashMap<(u8,), ()>>(&pickle).is_err());
    let mut keys = b"\x80\x02})q\x000".to_vec();
    for number in 0..60u8 {
        keys.extend([b'h', number, b'h', number, 0x86, b'q', number + 1, b'0']);
    }
    keys.extend(b"h\x3cNs.");
    let graph = Graph::from_slice(&keys).unwrap();
    let _ = format!("{graph:?}").len();
    let _ = format!("{graph:#?}").len();
    assert!(from_slice::<Value>(&keys).is_err());
    let _ = pickle_core::tools::dis(&keys).into_result();
    let _ = pickle_core::tools::optimize(&keys);
    let marks = b"(".repeat(300_000);
    assert!(Graph::from_slice(&marks).is_err());
    assert!(load::<Vec<u8>>(&marks).is_err());
    let lists = b"]".repeat(300_000);
    assert!(load::<Vec<Value>>(&lists).is_err());
    let _ = pickle_core::tools::dis(&lists).into_result();
}

/// Sizes at which spellings change, against Python.
#[test]
fn sizes() {
    let mut rows = Vec::new();
    for len in [0usize, 1, 255, 256, 65_533, 65_535, 65_536, 70_000] {
        rows.push(check::row("a".repeat(len), &format!("u'a'*{len}"), "", (3, 0)));
        let pair = (vec!["b".repeat(len)], vec![1u8; 3]);
        rows.push(check::row(
            vec![pair.clone(), pair],
            &format!("[([u'b'*{len}], bytes([1,1,1]))]*2"),
            "",
            (3, 0),
        ));
    }
    for len in [0usize, 1, 2, 999, 1000, 1001, 2000, 2001] {
        let set: BTreeSet<usize> = (0..len).collect();
        rows.push(check::row(set, &format!("set(range({len}))"), "", (3, 0)));
        let map: BTreeMap<usize, (u8, Vec<u16>)> =
            (0..len).map(|n| (n, (1, vec![1; n % 3]))).collect();
        rows.push(check::row(
            map,
            &format!("{{n: (1, [1]*(n%3)) for n in range({len})}}"),
            "",
            (3, 0),
        ));
    }
    check::agree(&rows);
}

/// The encoding of a call that makes bytes counts: this one is no latin-1.
#[test]
fn bytes_in_another_encoding() {
    let utf16 = b"c_codecs\nencode\n(Va\nVutf-16\ntR.";
    let error = load::<Vec<u8>>(utf16).unwrap_err();
    assert!(error.starts_with("found _codecs.encode object, expected bytes"), "{error}");
    let latin1 = b"c_codecs\nencode\n(V\xe9\nVlatin1\ntR.";
    assert_eq!(load::<Vec<u8>>(latin1).unwrap(), [0xe9]);
}

/// What a pickle becomes in another protocol, with shared nodes as `Debug` shows them.
fn transcoded(pickle: &[u8], protocol: Protocol, profile: Profile) -> Vec<u8> {
    let graph = Graph::from_slice(pickle).unwrap();
    PickleOptions::new().protocol(protocol).profile(profile).graph_to_vec(&graph).unwrap()
}

/// The id of a persistent id that comes twice is written twice, so it is shared as if there were
/// two: canonical bytes do not depend on which of the two the pickle had.
#[test]
fn a_persistent_id_that_comes_twice() {
    let one = transcoded(b"\x80\x05(\x8c\x02idQ\x94h\0t.", Protocol::V5, Profile::Canonical);
    let two = transcoded(b"\x80\x05(\x8c\x02idQ\x8c\x02idQt.", Protocol::V5, Profile::Canonical);
    assert_eq!(one.escape_ascii().to_string(), two.escape_ascii().to_string());
}

/// The machine lets an object be a key and be called, whatever its class; what a call stands for in
/// a newer protocol may be neither.
#[test]
fn calls_that_must_stay_calls() {
    for (pickle, text) in [
        (&b"(c__builtin__\nbytearray\n)R\x91."[..], "frozenset({builtins.bytearray()})"),
        (
            b"c__builtin__\nfrozenset\n(](c__builtin__\nbytearray\n)RetR.",
            "frozenset({builtins.bytearray()})",
        ),
        (b"}c__builtin__\nset\n](K\x01e\x85RNs.", "{builtins.set([1]): None}"),
        (b"c__builtin__\nset\n](K\x01e\x85R)R.", "builtins.set([1])()"),
    ] {
        let newest = transcoded(pickle, Protocol::V5, Profile::Canonical);
        assert_eq!(format!("{:?}", Graph::from_slice(&newest).unwrap()), text);
    }
}

/// An instance of a nested class that is shared, though no pickler stored it, stays shared.
#[test]
fn a_shared_instance_of_a_nested_class() {
    for profile in [Profile::Canonical, Profile::CPythonC, Profile::CPythonPython] {
        let older = transcoded(b"\x80\x04cm\nA.b\n)RK\x01b2\x86.", Protocol::V3, profile);
        let graph = Graph::from_slice(&older).unwrap();
        let [first, second] = *graph.items(graph.root_id()) else { panic!("{graph:?}") };
        assert_eq!(first, second, "{profile:?}");
    }
}

/// Canonical bytes depend neither on the order of a set nor on which equal values were one object,
/// also in protocols that spell those values as calls.
#[test]
fn canonical_below_protocol_4() {
    let rows: [(&[u8], &[u8]); 4] = [
        (b"\x80\x04\x8f(K\x02K\x01\x90.", b"\x80\x04\x8f(K\x01K\x02\x90."),
        (b"\x80\x02c__builtin__\nset\n](K\x02K\x01e\x85R.", b"\x80\x04\x8f(K\x01K\x02\x90."),
        (b"\x80\x04C\x01a\x94h\0\x86.", b"\x80\x04C\x01aC\x01a\x86."),
        (b"\x80\x04cm\nA.b\n\x94h\0\x86.", b"\x80\x04cm\nA.b\ncm\nA.b\n\x86."),
    ];
    for (a, b) in rows {
        for protocol in [Protocol::V0, Protocol::V1, Protocol::V2, Protocol::V3] {
            let [a, b] = [a, b].map(|it| transcoded(it, protocol, Profile::Canonical));
            assert_eq!(a.escape_ascii().to_string(), b.escape_ascii().to_string(), "{protocol}");
        }
    }
}

/// `NEWOBJ_EX` of a class that is an extension code comes back from older protocols.
#[test]
fn keyword_arguments_of_an_extension_code() {
    let pickle = b"\x80\x04\x82\x07)}\x92.";
    let older = transcoded(pickle, Protocol::V2, Profile::Canonical);
    let newer = transcoded(&older, Protocol::V4, Profile::Canonical);
    assert!(Graph::from_slice(&newer).unwrap() == Graph::from_slice(pickle).unwrap());
}

/// And so it does of a class that is a persistent id.
#[test]
fn keyword_arguments_of_a_persistent_id() {
    for id in ["K\x41", "N", "\u{8c}\x01a", "G\0\0\0\0\0\0\0\0", ")", "\u{88}"] {
        let id: Vec<u8> = id.chars().map(|char| u8::try_from(char).unwrap()).collect();
        let pickle = [b"\x80\x04", &id[..], b"Q)}\x92."].concat();
        let older = transcoded(&pickle, Protocol::V1, Profile::Canonical);
        let middle = transcoded(&older, Protocol::V2, Profile::Canonical);
        let newer = transcoded(&middle, Protocol::V4, Profile::Canonical);
        assert!(Graph::from_slice(&newer).unwrap() == Graph::from_slice(&pickle).unwrap());
    }
}

/// A name has as many dots below protocol 4 as are read again.
#[test]
fn deeply_nested_names() {
    for (parts, is_written) in [(64, true), (65, false)] {
        let name = vec!["A"; parts].join(".");
        let length = [u8::try_from(name.len()).unwrap()];
        let pickle = [b"\x8c\x01m\x8c", &length[..], name.as_bytes(), b"\x93."].concat();
        let value: Value = load(&pickle).unwrap();
        for protocol in Protocol::ALL {
            let written = PickleOptions::new().protocol(protocol).to_vec(&value);
            assert_eq!(written.is_ok(), is_written || protocol >= Protocol::V4, "{written:?}");
            if let Ok(written) = written {
                assert_eq!(load::<Value>(&written).unwrap(), value, "protocol {protocol}");
            }
        }
    }
}

/// A frame that goes on behind `STOP` ends there in the program of the first pickle.
#[test]
fn a_frame_of_two_pickles_as_a_program() {
    let pickle = b"\x80\x04\x95\x06\0\0\0\0\0\0\0K\x01.K\x02.";
    let written = Program::from_slice(pickle).unwrap().to_vec();
    assert_eq!(written, b"\x80\x04\x95\x03\0\0\0\0\0\0\0K\x01.");
}

/// A frame may begin before any value, also before a `None`, and behind one (`OpcodeBoundary` in
/// CPython's `_pickle.c`); the predictive route is not to give up there.
#[test]
fn frames_anywhere() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "game")]
    struct Player {
        id: [u32; 4],
        rides: Option<([u32; 4], String)>,
        home: Option<(i32, i32)>,
        food: Option<f64>,
        items: Vec<Option<Vec<u8>>>,
        level: u16,
    }

    let player = |number: u32| {
        let odd = number % 2 == 1;
        Player {
            id: [number, 1, 2, 3],
            rides: odd.then(|| ([4; 4], "boat".to_owned())),
            home: odd.then_some((5, 6)),
            food: odd.then_some(0.5),
            items: vec![None, Some(b"bow".to_vec())],
            level: 7,
        }
    };
    let players: Vec<_> = (0..4).map(player).collect();
    let pickle = to_vec(&players).unwrap();
    let first = genops(&pickle).nth(2).unwrap().unwrap().offset;
    let frame = |body: &[u8]| [b"\x95", &(body.len() as u64).to_le_bytes()[..], body].concat();
    for operation in genops(&pickle).skip(3) {
        let operation = operation.unwrap();
        if operation.opcode == Opcode::Memoize {
            continue;
        }
        let (before, after) = pickle.split_at(operation.offset);
        let framed = [&b"\x80\x04"[..], &frame(&before[first..]), &frame(after)].concat();
        let options = UnpickleOptions::new().route(Route::Predictive);
        let predicted = options.from_slice::<Vec<Player>>(&framed);
        assert_eq!(predicted.ok().as_ref(), Some(&players), "{}", after.escape_ascii());
    }
}
