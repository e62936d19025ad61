//! The bridge to serde, beside the crate `serde-pickle` and every CPython.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::marker::PhantomData;
use std::net::Ipv4Addr;

use pickle_core::serde as ours;
use pickle_core::serde::{DeOptions, SerOptions, Serde};
use pickle_core::{Graph, Limits, Protocol, Reduce, Value};
use pickle_tests::check::{agree, hex, load, row};
use pickle_tests::corpus::{cases, folder};
use serde::de::{DeserializeOwned, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_pickle as theirs;

/// One of each that serde knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Everything {
    integers: (i8, i16, i32, i64, u8, u16, u32),
    floats: (f32, f64),
    text: String,
    letter: char,
    some: Option<u8>,
    none: Option<u8>,
    unit: (),
    list: Vec<Newtype>,
    by_number: BTreeMap<i32, bool>,
    by_tuple: BTreeMap<(u8, String), Unit>,
    set: BTreeSet<u8>,
    variants: Vec<Variants>,
    address: Ipv4Addr,
    result: Result<u8, String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Unit;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Newtype(Option<i64>);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Tuple(u8, String);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Point {
    x: i32,
    y: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum Variants {
    Nothing,
    One(u8),
    List(Vec<u8>),
    Two(u8, String),
    Fields { x: i32, y: Option<Box<Variants>> },
}

/// Bytes, as `serde_bytes` has them.
#[derive(Debug, Clone, PartialEq)]
struct Bytes(Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Bytes, D::Error> {
        struct BytesVisitor;
        impl Visitor<'_> for BytesVisitor {
            type Value = Bytes;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(BytesVisitor)
    }
}

fn variants() -> Vec<Variants> {
    vec![
        Variants::Nothing,
        Variants::One(1),
        Variants::List(vec![1, 2]),
        Variants::Two(2, "b".into()),
        Variants::Fields { x: 3, y: Some(Box::new(Variants::Nothing)) },
        Variants::Fields { x: 3, y: None },
    ]
}

fn everything() -> Everything {
    Everything {
        integers: (i8::MIN, i16::MIN, i32::MIN, i64::MIN, u8::MAX, u16::MAX, u32::MAX),
        floats: (0.1, -0.0),
        text: "h\u{e9}llo\n".into(),
        letter: '\u{1f600}',
        some: Some(1),
        none: None,
        unit: (),
        list: vec![Newtype(None), Newtype(Some(5))],
        by_number: [(-1, true), (70_000, false)].into(),
        by_tuple: [((1, "a".into()), Unit)].into(),
        set: [3, 1].into(),
        variants: variants(),
        address: Ipv4Addr::LOCALHOST,
        result: Err("no".into()),
    }
}

/// Their options for the same as ours.
fn all_options() -> Vec<(SerOptions, theirs::SerOptions)> {
    vec![
        (SerOptions::new(), theirs::SerOptions::new()),
        (SerOptions::new().proto_v2(), theirs::SerOptions::new().proto_v2()),
        (SerOptions::new().compat_enum_repr(), theirs::SerOptions::new().compat_enum_repr()),
    ]
}

/// What must hold for every value that serde-pickle can hold, too: each reads what the other
/// writes, as the type and as any value, and both have the same pickled value.
fn same_as_theirs<T>(value: &T)
where
    T: Serialize + DeserializeOwned + Debug + PartialEq,
{
    for (our_options, their_options) in all_options() {
        let pickle = ours::to_vec(value, our_options).unwrap();
        let theirs = theirs::to_vec(value, their_options).unwrap();
        for pickle in [&pickle, &theirs] {
            let back: T = theirs::from_slice(pickle, theirs::DeOptions::new()).unwrap();
            assert_eq!(&back, value);
            let back: T = ours::from_slice(pickle, DeOptions::new()).unwrap();
            assert_eq!(&back, value);
            assert_eq!(&load::<Serde<T>>(pickle).unwrap().0, value);
            let back: T = ours::from_reader(&pickle[..], DeOptions::new()).unwrap();
            assert_eq!(&back, value);
            let graph = Graph::from_slice(pickle).unwrap();
            assert_eq!(&T::deserialize(graph.root()).unwrap(), value);
            same_value(pickle);
        }
        let known = theirs::value_from_slice(&theirs, theirs::DeOptions::new()).unwrap();
        assert_eq!(theirs::value_from_slice(&pickle, theirs::DeOptions::new()).unwrap(), known);
    }
    let known = ours::to_value(value).unwrap();
    assert_eq!(&ours::from_value::<T>(known).unwrap(), value);
}

/// Both make the same `Value` of a pickle, and write it so that the other reads it.
fn same_value(pickle: &[u8]) {
    let ours = ours::value_from_slice(pickle, DeOptions::new()).unwrap();
    let theirs = theirs::value_from_slice(pickle, theirs::DeOptions::new()).unwrap();
    assert_eq!(format!("{ours:?}"), format!("{theirs:?}"));
    let written = ours::value_to_vec(&ours, SerOptions::new()).unwrap();
    let back = theirs::value_from_slice(&written, theirs::DeOptions::new()).unwrap();
    assert_eq!(back, theirs);
    let written = theirs::value_to_vec(&theirs, theirs::SerOptions::new()).unwrap();
    assert_eq!(ours::value_from_slice(&written, DeOptions::new()).unwrap(), ours);
}

#[test]
fn whatever_serde_knows_is_the_same_as_in_serde_pickle() {
    same_as_theirs(&everything());
    same_as_theirs(&());
    same_as_theirs(&Unit);
    same_as_theirs(&true);
    same_as_theirs(&1.5f32);
    same_as_theirs(&'x');
    same_as_theirs(&String::new());
    same_as_theirs(&Some(Newtype(Some(1))));
    same_as_theirs(&Tuple(1, "a".into()));
    same_as_theirs(&(1,));
    same_as_theirs(&(1, 2));
    same_as_theirs(&(1, 2, 3, 4));
    same_as_theirs(&[1u8; 5]);
    same_as_theirs(&Vec::<u8>::new());
    same_as_theirs(&BTreeMap::<u8, u8>::new());
    same_as_theirs(&(0..2500).collect::<Vec<_>>());
    same_as_theirs(&(0..2500).map(|n| (n, n)).collect::<BTreeMap<_, _>>());
    same_as_theirs(&Bytes((0..=255).collect()));
    for variant in variants() {
        same_as_theirs(&variant);
    }
    let by_variant = |variant| BTreeMap::from([(variant, 1)]);
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    enum Level {
        Low,
        High,
    }
    same_as_theirs(&by_variant(Level::Low));
    same_as_theirs(&by_variant(Level::High));
}

#[test]
fn empty_bytes_at_protocol_2_are_what_python_writes_there() {
    let pickle = ours::to_vec(&Bytes(vec![]), SerOptions::new().proto_v2()).unwrap();
    assert_eq!(pickle, b"\x80\x02c__builtin__\nbytes\nq\0)R.");
    assert_eq!(ours::from_slice::<Bytes>(&pickle, DeOptions::new()).unwrap(), Bytes(vec![]));
    assert!(theirs::value_from_slice(&pickle, theirs::DeOptions::new()).is_err());
    same_value(&ours::to_vec(&Bytes(vec![]), SerOptions::new()).unwrap());
}

/// What differs in the corpus, by the beginnings of names.
const DIFFERENT: &[&str] = &[
    // serde-pickle makes an empty dict of every other reference to an object, also of cycles.
    "child-",
    "http-cookie-",
    "object-self-",
    "object-tuple-",
    "py2-newstyle-shared-",
    "sub-dict-",
    "sub-list-",
    "tree-parent-links-",
    "two-objects-",
    // It makes an empty dict of old-style instances with arguments, and of several states the last.
    "crafted-inst-nested",
    "exploit-inst",
    "crafted-reduce-build-twice",
    "exploit-build-setstate",
    // It reads beyond frames and limits, and copies what `DUP` shares.
    "bad-truncated-144",
    "crafted-long-big",
    "crafted-dup-append",
];

/// Where serde-pickle reads a pickle of the corpus, we read the same.
#[test]
fn what_serde_pickle_makes_of_the_corpus() {
    let Some(folder) = folder() else { return };
    let (mut same, mut differ) = (0, Vec::new());
    let options = [
        (DeOptions::new(), theirs::DeOptions::new()),
        (DeOptions::new().decode_strings(), theirs::DeOptions::new().decode_strings()),
    ];
    for case in cases(&folder) {
        // They copy what is shared, and recurse: some of these they never end with.
        let is_bomb =
            ["sharing-", "hostile-", "dee", "depth"].iter().any(|bomb| case.name().contains(bomb))
                || case.pickle.len() > 10_000;
        let is_one = case.expect()["error"] != true && case.expect()["stream"].is_null();
        if is_bomb || !is_one || DIFFERENT.iter().any(|known| case.name().starts_with(known)) {
            continue;
        }
        for (our, their) in &options {
            let Ok(theirs) = theirs::value_from_slice(&case.pickle, their.clone()) else {
                continue;
            };
            let ours = match ours::value_from_slice(&case.pickle, *our) {
                Ok(ours) => format!("{ours:?}"),
                Err(error) => error.to_string(),
            };
            if ours == format!("{theirs:?}") {
                same += 1;
            } else {
                differ.push(format!("{}: {ours:.200}, theirs {theirs:.200?}", case.name()));
            }
        }
    }
    assert!(differ.is_empty(), "{same} same, {} differ:\n{}", differ.len(), differ.join("\n"));
    assert!(same > 2000, "{same}");
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Wide {
    u64: u64,
    i128: i128,
    u128: u128,
}

#[test]
fn every_cpython_reads_and_writes_what_serde_knows() {
    let all = "{'integers': (-128, -2**15, -2**31, -2**63, 255, 2**16-1, 2**32-1), \
        'floats': (0.10000000149011612, -0.0), 'text': u'h\\xe9llo\\n', \
        'letter': u'\\U0001f600', 'some': 1, 'none': None, 'unit': None, 'list': [None, 5], \
        'by_number': {-1: True, 70000: False}, 'by_tuple': {(1, u'a'): None}, 'set': [1, 3], \
        'variants': [u'Nothing', {'One': 1}, {'List': [1, 2]}, {'Two': [2, u'b']}, \
        {'Fields': {'x': 3, 'y': u'Nothing'}}, {'Fields': {'x': 3, 'y': None}}], \
        'address': u'127.0.0.1', 'result': {'Err': u'no'}}";
    let wide = Wide { u64: u64::MAX, i128: i128::MIN, u128: u128::MAX };
    let point = Point { x: 1, y: 2.5 };
    agree(&[
        row(Serde(everything()), all, "", (2, 7)),
        row(Serde(wide), "{'u64': 2**64-1, 'i128': -2**127, 'u128': 2**128-1}", "", (2, 7)),
        row(Serde(Unit), "None", "", (2, 7)),
        row(Serde(Newtype(Some(7))), "7", "", (2, 7)),
        row(Serde(Tuple(7, "a".into())), "(7, u'a')", "", (2, 7)),
        row(Serde(vec![point]), "[{'x': 1, 'y': 2.5}]", "", (2, 7)),
        row(Serde(BTreeMap::from([(vec![1, 2], 3)])), "{(1, 2): 3}", "", (2, 7)),
        row(Serde(Bytes(vec![0, 255])), r"b'\x00\xff'", "", (3, 0)),
        row(Serde(Bytes(vec![])), "b''", "", (3, 0)),
        row(Serde(Bytes(vec![7; 70_000])), r"b'\x07' * 70000", "", (3, 0)),
        row(Serde((0..2500).collect::<Vec<u32>>()), "list(range(2500))", "", (2, 7)),
        row(Serde([1u8, 2]), "(1, 2)", "", (2, 7)),
    ]);
}

/// Sequences and maps of unknown length.
#[derive(Debug, PartialEq, Deserialize)]
struct Open {
    list: Vec<u16>,
    #[serde(flatten)]
    dict: BTreeMap<String, u16>,
}

impl Serialize for Open {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct List<'a>(&'a [u16]);
        impl Serialize for List<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.iter().filter(|_| true))
            }
        }
        let list = std::iter::once(("list".to_owned(), None));
        let dict = self.dict.iter().map(|(key, value)| (key.clone(), Some(value)));
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in list.chain(dict) {
            match value {
                Some(value) => map.serialize_entry(&key, value)?,
                None => map.serialize_entry(&key, &List(&self.list))?,
            }
        }
        map.end()
    }
}

#[test]
fn lengths_need_not_be_known() {
    for len in [0, 1, 2, 999, 1000, 1001, 2000, 2001] {
        let dict = (0..len).map(|n| (n.to_string(), n)).collect();
        let open = Open { list: (0..len).collect(), dict };
        for protocol in Protocol::ALL {
            let pickle = pickle_core::PickleOptions::new().protocol(protocol).to_vec(&Serde(&open));
            assert_eq!(load::<Serde<Open>>(&pickle.unwrap()).unwrap().0, open, "{protocol}");
        }
    }
    let keys = |len| BTreeMap::from([(BTreeSet::from_iter(0..len), 1)]);
    struct Keys(BTreeMap<BTreeSet<u8>, u8>);
    impl Serialize for Keys {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            struct Key<'a>(&'a BTreeSet<u8>);
            impl Serialize for Key<'_> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_seq(self.0.iter().filter(|_| true))
                }
            }
            serializer.collect_map(self.0.iter().map(|(key, value)| (Key(key), value)))
        }
    }
    for len in [0, 1, 2, 3, 4, 9] {
        for protocol in Protocol::ALL {
            let options = pickle_core::PickleOptions::new().protocol(protocol);
            let pickle = options.to_vec(&Serde(Keys(keys(len)))).unwrap();
            let back = load::<Serde<BTreeMap<BTreeSet<u8>, u8>>>(&pickle);
            assert_eq!(back.unwrap().0, keys(len), "{protocol}");
        }
    }
}

#[test]
fn wrong_lengths_are_errors_instead_of_other_pickles() {
    struct Lies(usize);
    impl Serialize for Lies {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            use serde::ser::SerializeTuple;
            let mut tuple = serializer.serialize_tuple(2)?;
            for n in 0..self.0 {
                tuple.serialize_element(&n)?;
            }
            tuple.end()
        }
    }
    for (len, message) in [(1, "1 elements less"), (3, "more elements")] {
        let error = ours::to_vec(&Lies(len), SerOptions::new()).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}

#[test]
fn text_and_bytes_are_borrowed() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Borrowed<'a> {
        text: &'a str,
        bytes: &'a [u8],
        #[serde(borrow)]
        cow: Cow<'a, str>,
        #[serde(borrow)]
        map: HashMap<&'a str, &'a str>,
    }
    // {'text': 'a', 'bytes': b'b', 'cow': 'c', 'map': {'d': 'a'}}
    let pickle = b"\x80\x04}(\x8c\x04text\x8c\x01a\x94\x8c\x05bytesC\x01b\x8c\x03cow\x8c\x01c\
        \x8c\x03map}\x8c\x01dh\0su.";
    let map = HashMap::from([("d", "a")]);
    let expected = Borrowed { text: "a", bytes: b"b", cow: "c".into(), map };
    let read: Borrowed<'_> = ours::from_slice(pickle, DeOptions::new()).unwrap();
    assert_eq!(read, expected);
    assert!(matches!(read.cow, Cow::Borrowed("c")));
    let graph = Graph::from_slice(pickle).unwrap();
    assert_eq!(Borrowed::deserialize(graph.root()).unwrap(), expected);
}

/// What serde-pickle does not read.
#[test]
fn more_than_serde_pickle_reads() {
    fn read<T: DeserializeOwned + Debug + PartialEq>(pickle: &[u8], expected: T) {
        assert_eq!(load::<Serde<T>>(pickle).unwrap().0, expected);
        assert!(theirs::from_slice::<T>(pickle, theirs::DeOptions::new()).is_err());
    }
    read(b"\x80\x02\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\0.", u64::MAX);
    // OrderedDict(a=1), deque([1]), Counter({'a': 1})
    read(
        b"\x80\x04ccollections\nOrderedDict\n)RX\x01\0\0\0aK\x01s.",
        BTreeMap::from([("a".to_owned(), 1)]),
    );
    read(b"\x80\x04ccollections\ndeque\n)RK\x01a.", vec![1]);
    read(b"ccollections\nCounter\n(}Va\nI1\nstR.", BTreeMap::from([("a".to_owned(), 1)]));
}

#[test]
fn the_state_of_an_object_stands_for_it() {
    let state = b"}(X\x01\0\0\0xK\x01X\x01\0\0\0yG\x3f\xe0\0\0\0\0\0\0u";
    let pickles: [&[&[u8]]; 4] = [
        &[b"\x80\x02cshapes\nPoint\n)\x81", state, b"b."],
        &[b"ccopy_reg\n_reconstructor\n(cshapes\nPoint\nc__builtin__\nobject\nNtR", state, b"b."],
        &[b"(ishapes\nPoint\n", state, b"b."],
        &[b"cshapes\nmake\n(K\x01tR", state, b"b."],
    ];
    for pickle in pickles.map(<[_]>::concat) {
        assert_eq!(load::<Serde<Point>>(&pickle).unwrap().0, Point { x: 1, y: 0.5 });
        same_value(&pickle);
    }
    // An instance with nothing in it is an empty dict.
    let empty = b"\x80\x02cshapes\nPoint\n)\x81.";
    assert_eq!(load::<Serde<BTreeMap<u8, u8>>>(empty).unwrap().0, BTreeMap::new());
    same_value(empty);
}

#[test]
fn messages_say_what_where_and_what_to_do() {
    fn check<T: DeserializeOwned + Debug + PartialEq>(pickle: &[u8], message: &str) {
        assert_eq!(load::<Serde<T>>(pickle).unwrap_err(), message, "{}", hex(pickle));
    }
    // [{'x': 1}]
    check::<Vec<Point>>(
        b"\x80\x02]}X\x01\0\0\0xK\x01sa.",
        "found no field \"y\", expected one; `#[serde(default)]` makes it optional, in [0] (offset 3)",
    );
    check::<BTreeMap<String, Vec<u8>>>(
        b"\x80\x02}X\x01\0\0\0a](K\x01X\x01\0\0\0bes.",
        "found str \"b\", expected u8, in [\"a\"][1] (offset 13)",
    );
    check::<Point>(
        b"}(Vx\nK\x01Vx\nK\x02u.",
        "found no field \"y\", expected one; `#[serde(default)]` makes it optional (offset 0)",
    );
    check::<(u8, u8)>(
        b"\x80\x02K\x01K\x02K\x03\x87.",
        "found more than 2 of them, expected 2 (offset 2)",
    );
    check::<(u8, u8)>(
        b"\x80\x02K\x01\x85.",
        "found 1 items, expected a tuple of size 2 (offset 2)",
    );
    check::<Vec<u8>>(b"\x80\x02N.", "found None, expected a sequence (offset 2)");
    check::<u8>(b"\x80\x02M\0\x01.", "found int 256, expected u8 (offset 2)");
    check::<Unit>(
        b"\x80\x02cm\nf\n.",
        "found global m.f, expected data; `DeOptions::replace_unresolved_globals` makes classes, functions and calls None (offset 2)",
    );
    check::<Unit>(
        b"\x80\x02cm\nf\n)R.",
        "found m.f object, expected data; `DeOptions::replace_unresolved_globals` makes classes, functions and calls None, in f (offset 2)",
    );
    check::<Variants>(
        b"\x80\x02X\x03\0\0\0Two.",
        "found the name of a variant alone, expected a value in it (offset 2)",
    );
    check::<Variants>(
        b"\x80\x02X\x03\0\0\0Six.",
        "found variant \"Six\", expected one of \"Nothing\", \"One\", \"List\", \"Two\", \"Fields\" (offset 2)",
    );
    check::<Variants>(b"\x80\x02}.", "found nothing, expected the name of a variant (offset 2)");
    check::<Variants>(
        b"\x80\x02}(X\x03\0\0\0OneK\x01X\x04\0\0\0ListNu.",
        "found more than 1 of them, expected 1 (offset 2)",
    );
    check::<Variants>(
        b"\x80\x02K\x01.",
        "found int 1, expected the variant of an enum: its name, a dict with the name as its key, or a tuple that begins with the name (offset 2)",
    );
    check::<Vec<IgnoredRest>>(
        b"]q\0h\0a.",
        "found a cycle through a list, expected a tree; a `Graph` holds cycles, in [0] (offset 0)",
    );
}

/// Anything, with nothing left out.
#[derive(Debug, PartialEq)]
struct IgnoredRest;

impl<'de> Deserialize<'de> for IgnoredRest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(|_| IgnoredRest)
    }
}

/// The entries of a dict, which this type does not compare.
#[derive(Debug, PartialEq)]
struct Pairs<K>(Vec<(K, u8)>);

impl<'de, K: Deserialize<'de>> Deserialize<'de> for Pairs<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PairsVisitor<K>(PhantomData<K>);
        impl<'de, K: Deserialize<'de>> Visitor<'de> for PairsVisitor<K> {
            type Value = Pairs<K>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a dict")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<K>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(PairsVisitor(PhantomData))
    }
}

/// A value that may be wrong.
#[derive(Debug, PartialEq)]
struct Forgiving<T>(Option<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Forgiving<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Forgiving(T::deserialize(deserializer).ok()))
    }
}

/// A type that does not look at its value.
#[derive(Debug, PartialEq)]
struct Blind;

impl<'de> Deserialize<'de> for Blind {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Ok(Blind)
    }
}

/// The first item, and not the others.
#[derive(Debug, PartialEq)]
struct First(Option<u8>);

impl<'de> Deserialize<'de> for First {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct FirstVisitor;
        impl<'de> Visitor<'de> for FirstVisitor {
            type Value = First;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<First, A::Error> {
                seq.next_element().map(First)
            }
        }
        deserializer.deserialize_seq(FirstVisitor)
    }
}

/// `load` checks that both routes agree.
#[test]
fn types_that_do_as_they_like_read_the_same_on_both_routes() {
    fn read<T: DeserializeOwned + Debug + PartialEq>(pickle: &[u8], expected: T) {
        assert_eq!(load::<Serde<T>>(pickle).unwrap().0, expected, "{}", hex(pickle));
    }
    // {'a': 1, 'a': 2}, {1: 1, True: 2}, {1, 1, 2}
    read(b"\x80\x02}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x02u.", Pairs(vec![("a".to_owned(), 2)]));
    read(b"\x80\x02}(K\x01K\x01\x88K\x02u.", Pairs(vec![(Value::Int(1), 2)]));
    read(b"\x80\x04\x8f(K\x01K\x01K\x02\x90.", vec![1u8, 2]);
    read(b"\x80\x04(K\x01K\x01K\x02\x91.", vec![1u8, 2]);
    // [(1, 'x'), (3, 4)], [[1, 'x'], 5, [3, 4]]
    let half = Forgiving(None);
    read(
        b"\x80\x02](K\x01X\x01\0\0\0x\x86K\x03K\x04\x86e.",
        vec![half, Forgiving(Some((3u8, 4u8)))],
    );
    read(
        b"\x80\x02](](K\x01X\x01\0\0\0xeK\x05](K\x03K\x04ee.",
        vec![Forgiving(None), Forgiving(None), Forgiving(Some(vec![3u8, 4]))],
    );
    read(
        b"\x80\x02}X\x01\0\0\0a](K\x01Nes.",
        BTreeMap::from([("a".to_owned(), Forgiving::<Vec<u8>>(None))]),
    );
    read(b"\x80\x02](K\x01K\x02e.", vec![Blind, Blind]);
    read(
        b"\x80\x02](K\x01K\x02K\x03e.",
        vec![Forgiving(Some(Some(1u8))), Forgiving(Some(Some(2))), Forgiving(Some(Some(3)))],
    );
    read(b"\x80\x02K\x01\x85.", (Blind,));
    read(b"\x80\x02]K\x01a.", First(Some(1)));
    assert!(load::<Serde<First>>(b"\x80\x02](K\x01K\x02e.").is_err());
    read(
        b"\x80\x02}(X\x01\0\0\0aK\x01X\x01\0\0\0bK\x02u.",
        BTreeMap::from([("a".to_owned(), Some(Blind)), ("b".to_owned(), Some(Blind))]),
    );
}

/// What stood behind an empty list the last time is its only item now, and the other way round: of
/// `pickle.dumps(…, 4)`, CPython 3.13.
#[test]
fn a_text_behind_a_list_is_its_item_or_the_next_key() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Record {
        a: Vec<(String, u8)>,
        b: u8,
    }
    let without = || Serde(Record { a: vec![], b: 1 });
    let with = || Serde(Record { a: vec![("b".to_owned(), 2)], b: 1 });
    let pickle =
        b"\x80\x04\x95@\0\0\0\0\0\0\0]\x94(}\x94(\x8c\x01a\x94]\x94\x8c\x01b\x94K\x01u}\x94(h\x02]\
        \x94h\x04K\x01u}\x94(h\x02]\x94h\x04K\x02\x86\x94ah\x04K\x01u}\x94(h\x02]\x94h\x04K\x01ue.";
    let found: Vec<Serde<Record>> = load(pickle).unwrap();
    assert_eq!(found, [without(), without(), with(), without()]);
    let pickle =
        b"\x80\x04\x957\0\0\0\0\0\0\0]\x94(}\x94(\x8c\x01a\x94]\x94\x8c\x01b\x94K\x02\x86\x94ah\
        \x04K\x01u}\x94(h\x02]\x94h\x05ah\x04K\x01u}\x94(h\x02]\x94h\x04K\x01ue.";
    let found: Vec<Serde<Record>> = load(pickle).unwrap();
    assert_eq!(found, [with(), with(), without()]);
}

#[test]
fn untagged_and_flattened_types() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(untagged)]
    enum Any {
        Number(i64),
        Text(String),
        List(Vec<Any>),
        Point(Point),
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[serde(tag = "type")]
    enum Tagged {
        Point(Point),
        Empty,
    }
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Flat {
        name: String,
        #[serde(flatten)]
        point: Point,
        #[serde(flatten)]
        rest: BTreeMap<String, Any>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    }
    let point = || Point { x: 1, y: 2.5 };
    same_as_theirs(&vec![
        Any::Number(1),
        Any::Text("a".into()),
        Any::List(vec![Any::Number(2)]),
        Any::Point(point()),
    ]);
    same_as_theirs(&vec![Tagged::Point(point()), Tagged::Empty]);
    let rest = BTreeMap::from([("z".to_owned(), Any::Number(3))]);
    same_as_theirs(&Flat { name: "n".into(), point: point(), rest, note: None });
}

#[test]
fn a_field_of_a_derived_type_may_be_serdes() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "shapes")]
    struct Labelled {
        #[reduce(with = pickle_core::serde::with)]
        point: Point,
        more: Vec<Serde<Variants>>,
    }
    let more = variants().into_iter().map(Serde).collect();
    let labelled = Labelled { point: Point { x: 1, y: 2.0 }, more };
    for pickle in pickle_tests::check::round_trip(&labelled) {
        let graph = Graph::from_slice(&pickle).unwrap();
        assert_eq!(graph.root().at("point.x").unwrap().as_i64(), Some(1));
    }
    let shared = std::rc::Rc::new(Serde(Variants::Nothing));
    let pickle = pickle_core::to_vec(&vec![shared.clone(), shared]).unwrap();
    let back: Vec<std::rc::Rc<Serde<Variants>>> = pickle_core::from_slice(&pickle).unwrap();
    assert!(std::rc::Rc::ptr_eq(&back[0], &back[1]));
}

#[test]
fn limits_hold() {
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Deep(Vec<Deep>);
    fn deep(levels: usize) -> Deep {
        (1..levels).fold(Deep(vec![]), |inner, _| Deep(vec![inner]))
    }
    // More than the stack of this thread has room for.
    let limits = Limits::default().depth(20_000);
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(move || {
            let value = deep(3000);
            let pickle = ours::to_vec(&value, SerOptions::new().limits(limits)).unwrap();
            let back: Deep = ours::from_slice(&pickle, DeOptions::new().limits(limits)).unwrap();
            assert_eq!(back.0.len(), 1);
            let error = ours::to_vec(&value, SerOptions::new()).unwrap_err();
            assert!(error.to_string().contains("`Limits::depth` raises it"), "{error}");
            let error = ours::from_slice::<Deep>(&pickle, DeOptions::new()).unwrap_err();
            assert!(error.to_string().contains("`Limits::depth` raises it"), "{error}");
            let error = ours::value_from_slice(&pickle, DeOptions::new()).unwrap_err();
            assert!(error.to_string().contains("`Limits::depth` raises it"), "{error}");
            let error = serde_json::to_string(&Graph::from_slice(&pickle).unwrap()).unwrap_err();
            assert!(error.to_string().contains("`Limits::depth` raises it"), "{error}");
        })
        .unwrap()
        .join()
        .unwrap();

    // A list of ten times the list before it, thirty times over.
    let mut bomb = b"\x80\x04]\x94".to_vec();
    for level in 1..30u8 {
        bomb.extend_from_slice(b"]\x94(");
        for _ in 0..10 {
            bomb.extend_from_slice(&[b'h', level - 1]);
        }
        bomb.push(b'e');
    }
    bomb.push(b'.');
    let replays = "`Limits::replays` raises it";
    let error = ours::from_slice::<Value>(&bomb, DeOptions::new()).unwrap_err();
    assert!(error.to_string().contains(replays), "{error}");
    let error = ours::value_from_slice(&bomb, DeOptions::new()).unwrap_err();
    assert!(error.to_string().contains(replays), "{error}");
    let error = serde_json::to_string(&Graph::from_slice(&bomb).unwrap()).unwrap_err();
    assert!(error.to_string().contains(replays), "{error}");

    // A type that is nothing but itself.
    #[derive(Debug, PartialEq, Deserialize)]
    struct Endless(Option<Box<Endless>>);
    let error = ours::from_slice::<Endless>(b"K\x05.", DeOptions::new()).unwrap_err();
    assert!(error.to_string().starts_with("found options or newtypes in each other"), "{error}");
}

#[test]
fn pickles_become_json_and_messagepack() {
    let json = |pickle: &[u8]| {
        let value: Value = pickle_core::from_slice(pickle).unwrap();
        let json = serde_json::to_string(&value).unwrap();
        let graph = Graph::from_slice(pickle).unwrap();
        assert_eq!(serde_json::to_string(&graph).unwrap(), json);
        assert_eq!(rmp_serde::to_vec(&graph).unwrap(), rmp_serde::to_vec(&value).unwrap());
        json
    };
    assert_eq!(json(b"\x80\x04\x95\x02\0\0\0\0\0\0\0N."), "null");
    assert_eq!(json(b"\x80\x04C\x02\0\xff."), "[0,255]");
    assert_eq!(json(b"\x80\x04K\x01\x85."), "[1]");
    assert_eq!(json(b"\x80\x04(K\x01K\x02\x91."), "[1,2]");
    assert_eq!(json(b"L18446744073709551615L\n."), "18446744073709551615");
    assert_eq!(json(b"L-9223372036854775809L\n."), "-9223372036854775809");
    let huge = b"L680564733841876926926749214863536422912L\n.";
    assert_eq!(json(huge), "\"680564733841876926926749214863536422912\"");
    assert_eq!(json(b"ccollections\ndeque\n."), "\"collections.deque\"");
    assert_eq!(
        json(b"cfractions\nFraction\n(I1\nI3\ntR."),
        r#"{"class":"fractions.Fraction","args":[1,3]}"#
    );
    assert_eq!(
        json(b"ccollections\nOrderedDict\n)R(K\x01NK\x02Nu."),
        r#"{"class":"collections.OrderedDict","dict_items":{"1":null,"2":null}}"#
    );
    // The keys None, True, 1.5, (1, 'a'), b'x' and frozenset({1})
    assert_eq!(
        json(b"\x80\x04}(NK\0\x88K\x01G\x3f\xf8\0\0\0\0\0\0K\x02K\x01\x8c\x01a\x86K\x03C\x01xK\x04(K\x01\x91K\x05u."),
        r#"{"null":0,"true":1,"1.5":2,"(1, \"a\")":3,"b\"x\"":4,"frozenset({1})":5}"#
    );

    // {(1, 2): b'x'} in a format for programs.
    let value: Value = pickle_core::from_slice(b"\x80\x04}K\x01K\x02\x86C\x01xs.").unwrap();
    assert_eq!(rmp_serde::to_vec(&value).unwrap(), [0x81, 0x92, 1, 2, 0xc4, 1, b'x']);
    let back: Value = rmp_serde::from_slice(&[0x81, 0x92, 1, 2, 0xc4, 1, b'x']).unwrap();
    assert_eq!(back, value);
    // And in a pickle, where tuples stay what they are.
    let pickle = pickle_core::to_vec(&Serde(&value)).unwrap();
    assert_eq!(pickle_core::from_slice::<Value>(&pickle).unwrap(), value);

    let error = serde_json::to_string(&Graph::from_slice(b"}q\0Vself\nh\0s.").unwrap());
    let error = error.unwrap_err().to_string();
    assert_eq!(
        error,
        "found a cycle through a dict, expected a tree; a `Graph` holds cycles, in [\"self\"] (offset 0)"
    );
}

#[test]
fn a_program_of_serde_pickle_compiles_with_one_line_changed() {
    use pickle_core::serde as serde_pickle;
    use serde_pickle::{HashableValue, Value};

    let map = BTreeMap::from([("x".to_owned(), 5)]);
    let serialized = serde_pickle::to_vec(&map, Default::default()).unwrap();
    let back: BTreeMap<String, i32> =
        serde_pickle::from_slice(&serialized, Default::default()).unwrap();
    assert_eq!(map, back);
    let value: Value = serde_pickle::from_slice(&serialized, Default::default()).unwrap();
    assert_eq!(value.to_string(), r#"{"x": 5}"#);
    let mut writer = Vec::new();
    serde_pickle::value_to_writer(&mut writer, &value, Default::default()).unwrap();
    let Value::Dict(dict) =
        serde_pickle::value_from_reader(&writer[..], Default::default()).unwrap()
    else {
        panic!("no dict")
    };
    assert_eq!(dict[&HashableValue::String("x".into())], Value::I64(5));
    fn fails() -> serde_pickle::Result<u8> {
        serde_pickle::from_slice(b"N.", DeOptions::new().decode_strings())
    }
    let _: serde_pickle::Error = fails().unwrap_err();
    let bytes = serialized.iter();
    let back: BTreeMap<String, i32> =
        serde_pickle::from_iter(bytes.clone(), Default::default()).unwrap();
    assert_eq!(back, map);
    assert_eq!(serde_pickle::value_from_iter(bytes, Default::default()).unwrap(), value);
    serde_pickle::to_writer(&mut writer, &dict, Default::default()).unwrap();
}

/// The same program with either crate: two pickles in a row, then the end.
#[test]
fn pickles_in_a_stream() {
    macro_rules! read {
        ($library:path) => {{
            use $library as serde_pickle;
            let input: &[u8] = b"\x80\x04\x8c\x05Hello\x94.\x80\x04](K\x01K\x02N\x86e.";
            let mut pickles =
                serde_pickle::Deserializer::new(input, serde_pickle::DeOptions::new());
            pickles.reset_memo();
            let text = String::deserialize(&mut pickles).unwrap();
            pickles.reset_memo();
            let value = pickles.deserialize_value().unwrap().to_string();
            pickles.end().unwrap();
            let rest = serde_pickle::Deserializer::new(input, serde_pickle::DeOptions::new()).end();
            (text, value, rest.is_err())
        }};
    }
    let expected = ("Hello".to_owned(), "[1, (2, None)]".to_owned(), true);
    assert_eq!(read!(theirs), expected);
    assert_eq!(read!(pickle_core::serde), expected);
    let failing = [Ok(b'K'), Err(std::io::Error::other("lost"))].into_iter().fuse();
    let error = pickle_core::serde::from_iter::<_, _, u8>(failing, DeOptions::new()).unwrap_err();
    assert!(error.to_string().contains("lost"), "{error}");
}
