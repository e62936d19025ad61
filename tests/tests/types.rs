//! Rust's own types against their Python counterparts, on every CPython found, both directions,
//! every protocol.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::{NonZero, Saturating, Wrapping};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pickle_core::types::FrozenSet;
use pickle_tests::check::{Row, agree, row};

const ANY: (u32, u32) = (2, 7);
const PY3: (u32, u32) = (3, 0);

fn plain<T>(value: T, expr: &str) -> Row
where
    T: pickle_core::Reduce + pickle_core::ReconstructOwned + std::fmt::Debug + PartialEq + 'static,
{
    row(value, expr, "", ANY)
}

#[test]
fn numbers() {
    let mut rows = vec![
        plain(true, "True"),
        plain(false, "False"),
        plain(0u8, "0"),
        plain(255u8, "255"),
        plain(-128i8, "-128"),
        plain(256u16, "256"),
        plain(65535u16, "65535"),
        plain(65536i32, "65536"),
        plain(i32::MIN, "-2**31"),
        plain(i32::MAX, "2**31-1"),
        plain(u32::MAX, "2**32-1"),
        plain(1i64 << 31, "2**31"),
        plain(i64::MIN, "-2**63"),
        plain(i64::MAX, "2**63-1"),
        plain(u64::MAX, "2**64-1"),
        plain(i128::MIN, "-2**127"),
        plain(u128::MAX, "2**128-1"),
        plain(usize::MAX, "2**64-1"),
        plain(isize::MIN, "-2**63"),
        plain(NonZero::new(7u32).unwrap(), "7"),
        plain(Wrapping(7i16), "7"),
        plain(Saturating(-7i16), "-7"),
        plain(Reverse(7u8), "7"),
    ];
    for (value, expr) in [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.5, "1.5"),
        (0.1, "0.1"),
        (1e16, "1e16"),
        (1e-5, "1e-5"),
        (5e-324, "5e-324"),
        (f64::MAX, "1.7976931348623157e308"),
        (f64::INFINITY, "float('inf')"),
        (f64::NAN, "float('nan')"),
    ] {
        rows.push(plain(value, expr));
    }
    rows.push(plain(0.5f32, "0.5"));
    agree(&rows);
}

#[test]
fn atomics_are_what_is_in_them() {
    let pickle = pickle_core::to_vec(&(AtomicU64::new(u64::MAX), vec![AtomicBool::new(true)]));
    let pickle = pickle.unwrap();
    assert_eq!(
        pickle_core::from_slice::<(u64, Vec<bool>)>(&pickle).unwrap(),
        (u64::MAX, vec![true])
    );
    let (number, bools): (AtomicU64, Vec<AtomicBool>) = pickle_core::from_slice(&pickle).unwrap();
    assert_eq!(number.load(Ordering::Relaxed), u64::MAX);
    assert!(bools.iter().all(|value| value.load(Ordering::Relaxed)));
}

#[test]
fn heaps_are_lists_in_the_order_of_popping() {
    let heap = BinaryHeap::from([Reverse(3u8), Reverse(1), Reverse(2)]);
    let pickle = pickle_core::to_vec(&heap).unwrap();
    assert_eq!(pickle_core::from_slice::<Vec<u16>>(&pickle).unwrap(), [1, 2, 3]);
    let heap: BinaryHeap<u8> = pickle_core::from_slice(&pickle).unwrap();
    assert_eq!(heap.into_sorted_vec(), [1, 2, 3]);
}

#[test]
fn every_small_and_boundary_integer() {
    let mut values: Vec<i128> = (-300..70_000).step_by(7).collect();
    for bits in 0..127 {
        let power = 1i128 << bits;
        values.extend([power - 1, power, power + 1, -power - 1, -power, -power + 1]);
    }
    let expr = format!("{values:?}");
    agree(&[plain(values, &expr)]);
}

#[test]
fn text() {
    agree(&[
        plain(String::new(), "u''"),
        plain("a".to_owned(), "u'a'"),
        plain("h\u{e9}llo \u{20ac} \u{1f600}".to_owned(), r"u'h\xe9llo \u20ac \U0001f600'"),
        plain("line\nbreak\r\\ \0 \x1a end".to_owned(), r"u'line\nbreak\r\\ \0 \x1a end'"),
        plain("\\u0041".to_owned(), r"u'\\u0041'"),
        plain("x".repeat(255), "u'x' * 255"),
        plain("x".repeat(256), "u'x' * 256"),
        plain("y".repeat(70_000), "u'y' * 70000"),
        plain('\u{1f600}', r"u'\U0001f600'"),
        plain(Box::<str>::from("boxed"), "u'boxed'"),
        plain(std::ffi::OsString::from("os"), "u'os'"),
    ]);
}

#[test]
fn bytes() {
    agree(&[
        row(Vec::<u8>::new(), "b''", "", PY3),
        row(vec![0u8, 255, 10], r"b'\x00\xff\n'", "", PY3),
        row(vec![7u8; 256], "b'\\x07' * 256", "", PY3),
        row(vec![7u8; 70_000], "b'\\x07' * 70000", "", PY3),
        row([1u8, 2, 3], r"b'\x01\x02\x03'", "", PY3),
        row(Box::<[u8]>::from([1, 2]), r"b'\x01\x02'", "", PY3),
    ]);
}

#[test]
fn sequences() {
    agree(&[
        plain(Vec::<i32>::new(), "[]"),
        plain(vec![1], "[1]"),
        plain(vec![1, 2], "[1, 2]"),
        plain(vec![vec![], vec![1], vec![2, 3], vec![]], "[[], [1], [2, 3], []]"),
        plain((0..1000).collect::<Vec<u16>>(), "list(range(1000))"),
        plain((0..1001).collect::<Vec<u16>>(), "list(range(1001))"),
        plain((0..2500).collect::<Vec<u16>>(), "list(range(2500))"),
        plain(vec![String::from("a"), String::from("b")], "[u'a', u'b']"),
        plain([1, 2, 3], "(1, 2, 3)"),
        plain([1, 2, 3, 4, 5], "(1, 2, 3, 4, 5)"),
        plain(LinkedList::from([1, 2]), "[1, 2]"),
        plain((1,), "(1,)"),
        plain((1, String::from("a")), "(1, u'a')"),
        plain((1, 2.5, true), "(1, 2.5, True)"),
        plain((1, 2, 3, 4), "(1, 2, 3, 4)"),
        plain(((1, 2), (3, 4), ((5,),)), "((1, 2), (3, 4), ((5,),))"),
        plain(
            vec![(vec![1], (1, 2, 3, 4)), (vec![], (5, 6, 7, 8))],
            "[([1], (1, 2, 3, 4)), ([], (5, 6, 7, 8))]",
        ),
        row(VecDeque::from([1, 2, 3]), "collections.deque([1, 2, 3])", "import collections", ANY),
        row(VecDeque::<i32>::new(), "collections.deque()", "import collections", ANY),
    ]);
}

#[test]
fn maps_and_sets() {
    agree(&[
        plain(BTreeMap::<String, i32>::new(), "{}"),
        plain(BTreeMap::from([("a".to_owned(), 1)]), "{u'a': 1}"),
        plain(BTreeMap::from([("a".to_owned(), 1), ("b".to_owned(), 2)]), "{u'a': 1, u'b': 2}"),
        plain(HashMap::from([(1, vec![2])]), "{1: [2]}"),
        plain(BTreeMap::from([((1, 2), 3)]), "{(1, 2): 3}"),
        plain(BTreeMap::from([(vec![1, 2], 3)]), "{(1, 2): 3}"),
        plain(
            (0..1000).map(|n| (n, n)).collect::<BTreeMap<i32, i32>>(),
            "{n: n for n in range(1000)}",
        ),
        plain(
            (0..1001).map(|n| (n, n)).collect::<BTreeMap<i32, i32>>(),
            "{n: n for n in range(1001)}",
        ),
        plain(
            BTreeMap::from([("a".to_owned(), vec![]), ("b".to_owned(), vec!["x".to_owned()])]),
            "{u'a': [], u'b': [u'x']}",
        ),
        plain(BTreeSet::<i32>::new(), "set()"),
        plain(BTreeSet::from([1, 2]), "{1, 2}"),
        plain(HashSet::from([String::from("one")]), "{u'one'}"),
        plain((0..1000).collect::<BTreeSet<i32>>(), "set(range(1000))"),
        plain(BTreeSet::from([BTreeSet::from([1, 2])]), "{frozenset([1, 2])}"),
        plain(FrozenSet(BTreeSet::<i32>::new()), "frozenset()"),
        plain(FrozenSet(BTreeSet::from([1, 2])), "frozenset([1, 2])"),
        plain(
            FrozenSet(HashSet::from([FrozenSet(BTreeSet::from([1]))])),
            "frozenset([frozenset([1])])",
        ),
        plain(vec![FrozenSet(BTreeSet::from([vec![1]]))], "[frozenset([(1,)])]"),
        plain(FrozenSet((0..1001).collect::<BTreeSet<i32>>()), "frozenset(range(1001))"),
    ]);
}

#[test]
fn options_and_cells() {
    agree(&[
        plain(None::<i32>, "None"),
        plain(Some(1), "1"),
        plain((), "None"),
        plain(vec![Some(1), None], "[1, None]"),
        plain(Box::new(1), "1"),
        plain(Cell::new(1), "1"),
        plain(RefCell::new(vec![1]), "[1]"),
        plain(OnceCell::from(1), "1"),
        plain(OnceCell::<i32>::new(), "None"),
        plain(Rc::new(String::from("shared")), "u'shared'"),
        plain(Arc::<str>::from("shared"), "u'shared'"),
    ]);
}

#[test]
fn standard_library() {
    let ipaddress = "import ipaddress";
    let datetime = "import datetime";
    let utc = "datetime.datetime(2001, 9, 9, 1, 46, 40, 123456, tzinfo=datetime.timezone.utc)";
    let time = UNIX_EPOCH + Duration::new(1_000_000_000, 123_456_000);
    agree(&[
        row(PathBuf::from("/a/b"), "pathlib.Path('/a/b')", "import pathlib", PY3),
        row(PathBuf::from("a"), "pathlib.Path('a')", "import pathlib", PY3),
        row(Cow::Borrowed(Path::new("a")), "pathlib.Path('a')", "import pathlib", PY3),
        row(Ipv4Addr::LOCALHOST, "ipaddress.ip_address('127.0.0.1')", ipaddress, PY3),
        row(Ipv6Addr::LOCALHOST, "ipaddress.ip_address('::1')", ipaddress, PY3),
        row(IpAddr::from([10, 0, 0, 1]), "ipaddress.ip_address('10.0.0.1')", ipaddress, PY3),
        plain("127.0.0.1:80".parse::<SocketAddr>().unwrap(), "(u'127.0.0.1', 80)"),
        plain("[::1]:80".parse::<SocketAddr>().unwrap(), "(u'::1', 80, 0, 0)"),
        row(0..10, "range(0, 10)", "", PY3),
        row(3u8..=255, "range(3, 256)", "", PY3),
        plain(1.., "slice(1, None, None)"),
        plain(..2, "slice(None, 2, None)"),
        plain(.., "slice(None, None, None)"),
        row(Duration::from_micros(90_061_000_005), "datetime.timedelta(1, 3661, 5)", datetime, ANY),
        row(Duration::ZERO, "datetime.timedelta(0)", datetime, ANY),
        row(time, utc, datetime, PY3),
        row(
            UNIX_EPOCH - Duration::from_micros(1),
            "datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=datetime.timezone.utc)",
            datetime,
            PY3,
        ),
    ]);
    let _: SystemTime = time;
}
