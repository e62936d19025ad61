//! Values that nobody asks for are passed over, whatever they hold, and both routes agree on what
//! comes of it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;
use std::time::Instant;

use pickle_core::types::{Date, Decimal, OrderedDict};
use pickle_core::{
    ErrorKind, Graph, NodeRef, PickleOptions, Profile, Protocol, ReconstructOwned, Reduce, Route,
    UnpickleOptions, Value, from_slice, to_vec,
};
use pickle_tests::check::{agree, load, row_of};
use pickle_tests::models::{Called, Labelled, Point, Shape};
use pickle_tests::random::Random;

/// What is in the pickle.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes", name = "Outer")]
struct Whole<T> {
    id: u16,
    cache: T,
    name: String,
}

/// What is read.
#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shapes", name = "Outer")]
struct Part {
    id: u16,
    name: String,
}

fn point() -> Point {
    Point { x: 1.5, y: -2.0 }
}

fn labelled(name: &str) -> Labelled {
    let tags = vec!["tag".to_owned(), name.to_owned()];
    Labelled { name: name.to_owned(), at: point(), tags, note: None, count: 70_000 }
}

/// Three instances, the first of which has no cache at all if that is `None`.
fn three<T: Clone>(cache: T) -> (Vec<Whole<T>>, Vec<Part>) {
    let whole = |id| Whole { id, cache: cache.clone(), name: format!("name {id}") };
    let part = |id| Part { id, name: format!("name {id}") };
    ((1..4).map(whole).collect(), (1..4).map(part).collect())
}

/// The value as we write it, and as CPython does.
fn pickles<T: Reduce>(value: &T, protocol: Protocol) -> [Vec<u8>; 2] {
    let options = PickleOptions::new().protocol(protocol);
    let ours = options.to_vec(value).unwrap();
    let cpython = options.profile(Profile::CPythonC);
    let theirs = cpython.graph_to_vec(&Graph::from_slice(&ours).unwrap()).unwrap();
    [ours, theirs]
}

/// The predictive route passes over it, from protocol 2 on.
fn passed_over<T: Reduce + Clone + Debug>(cache: T) {
    passed_over_since(Protocol::V2, cache);
}

/// The predictive route passes over it, from a protocol on.
fn passed_over_since<T: Reduce + Clone + Debug>(since: Protocol, cache: T) {
    let what = format!("{cache:?}");
    let (whole, parts) = three(cache);
    let mut random = Random::new(3);
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    for protocol in Protocol::ALL {
        for pickle in pickles(&whole, protocol) {
            assert_eq!(load::<Vec<Part>>(&pickle).unwrap(), parts, "{what}, {protocol}");
            if protocol >= since {
                let predicted = predictive.from_slice::<Vec<Part>>(&pickle);
                assert_eq!(predicted.ok(), Some(parts.clone()), "{what}, {protocol}: {pickle:x?}");
            }
            for end in (0..pickle.len()).step_by(1 + pickle.len() / 300) {
                let error = from_slice::<Vec<Part>>(&pickle[..end]).unwrap_err();
                let is_end = matches!(error.kind(), ErrorKind::EndOfInput { .. });
                assert!(is_end, "{what}, {protocol}, {end}: {error}");
            }
            for _ in 0..40 {
                let _ = load::<Vec<Part>>(&random.damage(&pickle));
            }
        }
    }
}

#[test]
fn objects() {
    passed_over(point());
    passed_over(labelled("a"));
    passed_over(vec![labelled("a"), labelled("bc")]);
    passed_over(vec![labelled("a")]);
    passed_over(Some(Box::new(three(point()).0)));
    passed_over(Called { first: 1, second: vec![point(); 3], kept: "kept".to_owned() });
    passed_over(Called { first: 1 << 40, second: vec![], kept: String::new() });
    passed_over_since(Protocol::V4, Shape::Nothing);
    passed_over_since(Protocol::V4, Shape::Circle(1.0));
    passed_over_since(
        Protocol::V4,
        Shape::Many(vec![Shape::Nothing, Shape::Rect { low: point(), high: point() }]),
    );
    passed_over_since(Protocol::V4, vec![Shape::Many(vec![]), Shape::Many(vec![Shape::Nothing])]);
    passed_over((point(), labelled("a"), 1u8, point()));
    passed_over(Date::new(2024, 2, 29).unwrap());
    passed_over("1.5".parse::<Decimal>().unwrap());
}

#[test]
fn containers() {
    passed_over(BTreeMap::from([(1u8, labelled("a")), (2, labelled("b"))]));
    passed_over(BTreeMap::from([("only".to_owned(), labelled("a"))]));
    passed_over(BTreeMap::from([((1u8, "a".to_owned()), vec![point()])]));
    passed_over(BTreeMap::<u8, u8>::new());
    passed_over(BTreeMap::from([(1u8, 2u8)]));
    passed_over(BTreeSet::from([1u8, 2, 3]));
    passed_over(BTreeSet::from([(1u8, "a".to_owned())]));
    passed_over(BTreeSet::<u8>::new());
    passed_over(OrderedDict::from_iter([("a".to_owned(), 1u8)]));
    passed_over(OrderedDict::from_iter([("a".to_owned(), 1u8), ("b".to_owned(), 2)]));
    passed_over(vec![vec![0u8; 3]; 1]);
    passed_over((0..2500u16).collect::<Vec<_>>());
    passed_over(Vec::<u8>::new());
    passed_over(vec!["only".to_owned()]);
    passed_over(vec![(1u8, "a".to_owned()), (2, "b".to_owned())]);
    passed_over(vec![(1u8, "a".to_owned())]);
}

#[test]
fn tuples() {
    let text = |text: &str| text.to_owned();
    passed_over(());
    passed_over((1u8,));
    passed_over((text("a"),));
    passed_over((point(),));
    passed_over((1u8, 2u8));
    passed_over((1u8, 2u8, 300u16));
    passed_over((1u8, 2u8, 300u16, 1.5));
    passed_over((1u8, text("a")));
    passed_over((text("a"), 1u8));
    passed_over((text("a"), text("b")));
    passed_over((text("a"), text("b"), text("c")));
    passed_over((text("a"), 1u8, text("c")));
    passed_over((vec![1u8], 1u8));
    passed_over((None::<u8>, point()));
    passed_over((point(), None::<u8>));
    passed_over((BTreeMap::from([(text("a"), 1u8)]), text("b")));
    passed_over(((1u8, 2u8), (1u8, point())));
}

#[test]
fn atoms() {
    passed_over(1u8);
    passed_over(i64::MIN);
    passed_over(1u128 << 100);
    passed_over(true);
    passed_over(0.5);
    passed_over("text".to_owned());
    passed_over("long ".repeat(100));
    passed_over(None::<u8>);
}

#[test]
fn values_by_calls() {
    // Bytes below protocol 3, sets below protocol 4.
    passed_over(Value::Bytes(b"\xff\0".to_vec()));
    passed_over(Value::List(vec![Value::Bytes(b"\xff\0".to_vec()), Value::Bytes(vec![])]));
    passed_over(Value::Set(vec![Value::from(1), Value::from("a")]));
    passed_over(Value::FrozenSet(vec![Value::from(1), Value::from("a")]));
}

/// What CPython writes for attributes of all kinds.
#[test]
fn attributes_of_pythons() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "types", name = "SimpleNamespace")]
    struct Known {
        id: u16,
        name: String,
    }
    let setup = "import array, collections, datetime, decimal, enum, fractions, pathlib, random, re, \
                 types, uuid\nN = types.SimpleNamespace\nlist_ = []\nlist_.append(list_)";
    let caches = [
        "N()",
        "N(a=N(b=1), c=[N(), N(a=N())])",
        "[N(), {1: N(), 'a': (N(), N(x=2))}]",
        "{(i, 'a'): N(), frozenset([1, 2]): {1, 2}, int: [int, str]}",
        "datetime.datetime(2024, 2, 29, 1, 2, 3, 4, datetime.timezone.utc)",
        "decimal.Decimal('1.5')",
        "fractions.Fraction(1, 3)",
        "collections.OrderedDict(a=1)",
        "collections.OrderedDict([('a', N()), ('b', N())])",
        "collections.defaultdict(list, a=[1], b=[2])",
        "collections.Counter('abca')",
        "collections.deque([1, N(), 'a'], 5)",
        "collections.deque(['a'])",
        "random.Random(1)",
        "re.compile('a+')",
        "uuid.UUID(int=5)",
        "pathlib.PurePosixPath('/a/b')",
        "array.array('d', [1.5, 2.5])",
        "bytearray(b'abc')",
        "b'abc'",
        "1 + 2j",
        "int",
        "len",
        "range(1, 5)",
        "slice(1, 2)",
        "Exception('a', N())",
        "ValueError('a')",
        "datetime.timedelta(1, 2, 3)",
        "list_",
        "(N(), 1)",
        "(1, 'a', N(), 2.5, None)",
        "('a', 'b')",
        "...",
        "enum.IntFlag('Flag', 'a b', module='collections')(3).value",
    ];
    let rows = caches.map(|cache| {
        let expr = format!("[N(id=i, cache={cache}, name='n%d' % i) for i in (1, 2, 3)]");
        let load = move |pickle: &[u8]| {
            let known = |id| Known { id, name: format!("n{id}") };
            let expected: Vec<Known> = (1..4).map(known).collect();
            if load::<Vec<Known>>(pickle)? != expected {
                return Err("another value".to_owned());
            }
            let predictive = UnpickleOptions::new().route(Route::Predictive);
            let is_new = pickle[0] == 0x80 && pickle[1] >= 2;
            match predictive.from_slice::<Vec<Known>>(pickle) {
                Err(_) if is_new => Err(format!("not predicted: {pickle:x?}")),
                _ => Ok(()),
            }
        };
        row_of(&[], &expr, setup, load).since((3, 4))
    });
    agree(&rows);
}

/// Attributes that only the pickle has and ones that only the struct has, at all places and in all
/// orders, as CPython writes them.
#[test]
fn attributes_in_any_order() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "argparse", name = "Namespace")]
    struct Known {
        id: u16,
        #[reduce(default = missing)]
        note: String,
        name: String,
        owner: Option<u8>,
    }
    fn missing() -> String {
        "missing".to_owned()
    }
    // Which of the optional ones there are is in the id.
    let setup = "import argparse, itertools\nN = argparse.Namespace\n\
                 def instance(order, cache):\n    \
                     there = dict.fromkeys(order)\n    \
                     there.update(id=('note' in there) + 2 * ('owner' in there), name='n')\n    \
                     values = dict(note='a note', owner=7, cache=cache, last=[cache], **{})\n    \
                     value = N()\n    \
                     for name in order:\n        \
                         setattr(value, name, values.get(name, there[name]))\n    \
                     return value\n\
                 names = ['id', 'note', 'name', 'owner', 'cache', 'last']\n\
                 orders = [order for count in range(2, 7)\n    \
                     for order in itertools.permutations(names, count)\n    \
                     if 'id' in order and 'name' in order]\n\
                 in_order = [order for count in range(2, 7)\n    \
                     for order in itertools.combinations(names, count)\n    \
                     if 'id' in order and 'name' in order]";
    let load = |pickle: &[u8]| {
        let values = load::<Vec<Known>>(pickle)?;
        for value in &values {
            let (has_note, has_owner) = (value.id & 1 != 0, value.id & 2 != 0);
            let note = if has_note { "a note" } else { "missing" };
            let owner = has_owner.then_some(7);
            let expected = Known { id: value.id, note: note.into(), name: "n".into(), owner };
            if *value != expected {
                return Err(format!("{value:?}"));
            }
        }
        let predictive = UnpickleOptions::new().route(Route::Predictive);
        let is_new = pickle[0] == 0x80 && pickle[1] >= 2;
        match predictive.from_slice::<Vec<Known>>(pickle) {
            Err(_) if is_new => Err("not predicted".to_owned()),
            _ => Ok(()),
        }
    };
    let mut rows = Vec::new();
    for cache in
        ["1", "2.5", "'text'", "('a', 1)", "(1, 'name')", "(1, 'id', 2)", "N(id=1)", "{1: 2}"]
    {
        // One order again and again, so that the names are known, and each order once.
        let alike = format!("[instance(order, {cache}) for order in in_order for i in range(3)]");
        rows.push(row_of(&[], &alike, setup, load).since((3, 6)));
        let each = format!("[instance(order, {cache}) for order in orders]");
        rows.push(row_of(&[], &each, setup, load).since((3, 6)));
    }
    agree(&rows);
}

/// A class whose state is what a function makes of its attributes.
const STATES: &str = r"
import collections, sys, types
if 'states' not in sys.modules:
    module = sys.modules['states'] = types.ModuleType('states')
    exec('''
class Table(dict):
    pass
class Dog(object):
    def __getstate__(self):
        return self.how(self.__dict__)
''', module.__dict__)
from states import Dog, Table
def dog(how):
    value = Dog()
    value.__dict__.update(legs=4, name=u'Rex')
    Dog.how = staticmethod(how)
    return value
";

/// A state that is an instance of a subclass of dict, and keys that are no names: `BUILD` takes both.
#[test]
fn states_of_other_kinds() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "states", name = "Dog")]
    struct Dog {
        legs: u16,
        name: String,
    }
    let states = [
        "collections.OrderedDict",
        "lambda state: collections.defaultdict(list, state)",
        "Table",
        "lambda state: (Table(state), None)",
        "lambda state: (None, dict(state))",
        "lambda state: (collections.OrderedDict(legs=4), dict(name=u'Rex'))",
    ];
    let rows = states.map(|state| {
        let load = |pickle: &[u8]| match load::<Dog>(pickle)? {
            dog if dog == (Dog { legs: 4, name: "Rex".to_owned() }) => Ok(()),
            dog => Err(format!("{dog:?}")),
        };
        row_of(&[], &format!("dog({state})"), STATES, load).since((3, 0))
    });
    agree(&rows);
    let ordered = b"\x80\x04cm\nC\n)\x81ccollections\nOrderedDict\n)R\x8c\x01xK\x01sb.";
    let graph = Graph::from_slice(ordered).unwrap();
    assert_eq!(graph.root().get("x").and_then(NodeRef::as_i64), Some(1));
    let others =
        b"\x80\x04cstates\nDog\n)\x81}(\x8c\x04legsK\x04K\x07N\x8c\x04name\x8c\x03RexN]ub.";
    assert_eq!(load::<Dog>(others).unwrap(), Dog { legs: 4, name: "Rex".to_owned() });
}

/// A name that is looked at, and is that of a later attribute, stays where it is. Here it is a value,
/// as the number of keys and values is odd.
#[test]
fn names_that_are_looked_at() {
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(dict)]
    struct Many {
        #[reduce(default)]
        name: Option<String>,
        #[reduce(default)]
        n: i64,
        sub: Vec<Part>,
    }
    let (long, short) = (b"X\x04\0\0\0name", b"\x8c\x04name");
    for name in [&long[..], short] {
        let pickle = [b"\x80\x04}(", name, b"\x8c\x01nK\x05\x8c\x03sub]u."].concat();
        let error = load::<Many>(&pickle).unwrap_err();
        assert!(error.contains("odd number"), "{error}");
    }
}

/// One instance with this in the place of an attribute that is left out, and another value behind.
fn beside(cache: &[u8], other: &[u8]) -> Vec<u8> {
    let parts = [
        &b"\x80\x04cshapes\nOuter\n\x94)\x81\x94}\x94(\x8c\x02id\x94K\x07\x8c\x05cache\x94"[..],
        cache,
        b"\x8c\x04name\x94\x8c\x01n\x94ub",
        other,
        b"\x86.",
    ];
    parts.concat()
}

/// References to each entry that is memoized in what was passed over, as what is there and as
/// something else.
#[test]
fn references_into_them() {
    let (whole, _) = three((labelled("a"), vec![point()], BTreeMap::from([(1u8, "b".to_owned())])));
    for pickle in pickles(&whole, Protocol::V4) {
        let body = pickle.strip_suffix(b".").unwrap();
        let frame = [&body[..2], &body[11..]].concat();
        let body = if body[2] == 0x95 { &frame[..] } else { body };
        let mut found = 0;
        for index in 0..90u8 {
            let pickle = [body, &[b'h', index], b"\x86."].concat();
            found += usize::from(load::<(Vec<Part>, Point)>(&pickle).is_ok());
            found += usize::from(load::<(Vec<Part>, Labelled)>(&pickle).is_ok());
            found += usize::from(load::<(Vec<Part>, String)>(&pickle).is_ok());
            found += usize::from(load::<(Vec<Part>, Vec<Point>)>(&pickle).is_ok());
            found += usize::from(load::<(Vec<Part>, Part)>(&pickle).is_ok());
            let _ = load::<(Vec<Part>, Value)>(&pickle);
            // A class that is named there.
            let call = [&b"h"[..], &[index], b")\x81}(h\x05G\0\0\0\0\0\0\0\0h\x06h\x05ub\x86."];
            let _ = load::<(Vec<Part>, Point)>(&[body, &call.concat()].concat());
        }
        assert!(found > 5, "{found}");
    }
    // The class of a later value, and the names of its attributes.
    let first = b"cshapes\nPoint\n\x94)\x81\x94}\x94(\x8c\x01x\x94K\x01\x8c\x01y\x94K\x02ub";
    let second = b"h\x05)\x81}(h\x08K\x03h\x09K\x04ub";
    let pickle = beside(first, second);
    let expected = (Part { id: 7, name: "n".to_owned() }, Point { x: 3.0, y: 4.0 });
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    assert_eq!(predictive.from_slice::<(Part, Point)>(&pickle).unwrap(), expected);
    assert_eq!(load::<(Part, Point)>(&pickle).unwrap(), expected);
}

fn agrees<T: ReconstructOwned + Debug + PartialEq>(cache: &[u8], other: &[u8]) {
    let _ = load::<(Part, T)>(&beside(cache, other));
}

/// Whatever instructions stand in the place of a value.
#[test]
fn any_instructions() {
    const SNIPPETS: [&[u8]; 49] = [
        b"(",
        b"N",
        b"\x88",
        b"K\x01",
        b"M\x01\x02",
        b"J\x01\0\0\0",
        b"\x8a\x01\x05",
        b"G\0\0\0\0\0\0\0\0",
        b"\x8c\x01a",
        b"\x8c\x01b\x94",
        b"X\x01\0\0\0\xff",
        b"C\x01a\x94",
        b"]",
        b"]\x94",
        b"}",
        b"}\x94",
        b"\x8f\x94",
        b")",
        b"\x85",
        b"\x86\x94",
        b"\x87",
        b"t",
        b"a",
        b"e",
        b"s",
        b"u",
        b"\x90",
        b"\x91",
        b"cm\nC\n\x94",
        b"\x93",
        b"\x93\x94",
        b"R",
        b"\x81\x94",
        b"\x92",
        b"b",
        b"Q",
        b"0",
        b"2",
        b"1",
        b"h\0",
        b"h\x05",
        b"h\x06",
        b"h\x07",
        b"j\x09\0\0\0",
        b"q\x05",
        b"q\x06",
        b"\x96\x01\0\0\0\0\0\0\0a",
        b"\x97",
        b"K\x01.",
    ];
    let check = |cache: &[u8]| {
        agrees::<u8>(cache, b"K\x01");
        agrees::<String>(cache, b"h\x05");
        agrees::<Vec<u8>>(cache, b"h\x06");
    };
    for first in SNIPPETS {
        check(first);
        for second in SNIPPETS {
            check(&[first, second].concat());
            for third in SNIPPETS {
                check(&[first, second, third].concat());
            }
        }
    }
    let mut random = Random::new(1);
    for _ in 0..60_000 {
        let len = 4 + random.below(7);
        let cache: Vec<u8> =
            (0..len).flat_map(|_| SNIPPETS[random.below(SNIPPETS.len())]).copied().collect();
        check(&cache);
    }
}

/// What the general route refuses, it refuses here in the same words.
#[test]
fn malformed() {
    let cases: [(&[u8], &str); 12] = [
        (b"}]K\x01s", "hashed"),
        (b"}(]K\x01u", "hashed"),
        (b"\x8f(]\x90", "hashed"),
        (b"}(K\x01u", "odd number"),
        (b"]Nb", "object to give state"),
        (b"cm\nC\nNR", "tuple of arguments"),
        (b"N)R", "class or function to call"),
        (b"N\x8c\x01a\x93", "name of a global"),
        (b"h\x63", "memo index 99"),
        (b"(h\x63t", "memo index 99"),
        (b"]Na]]N\xffee", "0xff"),
        (b"(\x94t", "nothing on the stack"),
    ];
    for (cache, message) in cases {
        let error = load::<(Part, u8)>(&beside(cache, b"K\x01")).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

/// Nesting, references and texts that would cost more than they take in the pickle.
#[test]
fn hostile() {
    let since = Instant::now();
    let deep = |open: &[u8], close: &[u8]| [open.repeat(100_000), close.repeat(99_999)].concat();
    agrees::<u8>(&deep(b"]", b"a"), b"K\x01");
    agrees::<u8>(&[&deep(b"](", b"e")[..], b"e"].concat(), b"K\x01");
    agrees::<u8>(&[b")".to_vec(), b"\x85".repeat(100_000)].concat(), b"K\x01");
    agrees::<u8>(&[b"cm\nC\n)R".repeat(50_000), b"b".repeat(49_999)].concat(), b"K\x01");
    agrees::<u8>(&b"(".repeat(100_000), b"K\x01");
    let twice: Vec<u8> =
        (6..200u8).flat_map(|index| [b'h', index, b'h', index, 0x86, 0x94]).collect();
    let bomb = [&b"(K\x01K\x01\x86\x94"[..], &twice, b"t"].concat();
    agrees::<u8>(&bomb, b"K\x01");
    let text =
        [&b"(X\0\0\x10\0"[..], &[b'a'; 1 << 20], b"\x94", &b"h\x05h\x05\x93".repeat(20_000), b"t"];
    agrees::<u8>(&text.concat(), b"K\x01");
    let lists = [&b"("[..], &b"]]]".repeat(50_000), b"t"].concat();
    agrees::<u8>(&lists, b"K\x01");
    assert!(since.elapsed().as_secs() < 60);
}

/// An attribute that only the pickle has is passed over, one that only the struct has is left as it is.
#[test]
fn fields_that_are_left_out() {
    #[derive(Debug, Clone, PartialEq, Reduce)]
    #[reduce(module = "shapes", name = "Outer")]
    struct Cached {
        id: u16,
        #[reduce(skip)]
        cache: Option<Point>,
        name: String,
    }
    let (whole, _) = three(point());
    let cached = |id| Cached { id, cache: None, name: format!("name {id}") };
    let expected: Vec<_> = (1..4).map(cached).collect();
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    let pickle = to_vec(&whole).unwrap();
    assert_eq!(predictive.from_slice::<Vec<Cached>>(&pickle).unwrap(), expected);
    assert_eq!(load::<Vec<Cached>>(&pickle).unwrap(), expected);
}

/// Instances that are read again, for a reference to one that has something left out.
#[test]
fn read_again() {
    let (whole, parts) = three(labelled("a"));
    let [_, pickle] = pickles(&whole, Protocol::V3);
    let body = pickle.strip_suffix(b".").unwrap();
    let predictive = UnpickleOptions::new().route(Route::Predictive);
    let mut found = vec![];
    for index in 0..90 {
        let pickle = [body, &[b'h', index], b"\x86."].concat();
        let _ = load::<(Vec<Part>, Part)>(&pickle);
        found.extend(predictive.from_slice::<(Vec<Part>, Part)>(&pickle).map(|(_, last)| last));
    }
    assert_eq!(found, parts);
}
