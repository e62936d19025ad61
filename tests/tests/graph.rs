//! Graphs that are looked into, compared, built and edited, against CPython doing the same.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a helper of tests should panic"
)]

use std::collections::BTreeMap;
use std::thread;

use pickle_core::{Graph, How, NodeId, NodeRef, Result, UnpickleOptions, Value};
use pickle_tests::check::unhex;
use pickle_tests::corpus;
use pickle_tests::neutral::Tree;
use pickle_tests::python::{Python, pythons};
use pickle_tests::random::Random;
use serde_json::json;

/// Some cases of the corpus nest deeper than the stack of a test thread allows in JSON.
const STACK: usize = 512 << 20;

fn read(pickle: &[u8]) -> Graph<'_> {
    Graph::from_slice(pickle).unwrap()
}

/// What a Python pickles: a value, what is done to it, and from which protocol on that is the same
/// graph everywhere.
#[derive(Clone)]
struct Row {
    expr: &'static str,
    steps: Vec<String>,
    since: u8,
}

const SETUP: &str = "
import sys, types, collections, datetime, decimal, fractions
m = types.ModuleType('m')
sys.modules['m'] = m
exec('''
class C(object):
    def __init__(self, **attributes):
        self.__dict__.update(attributes)
class L(list):
    pass
class D(dict):
    pass
class S(object):
    __slots__ = ('s', 't')
class Old:
    pass
''', m.__dict__)
for one in [m.C, m.L, m.D, m.S, m.Old]:
    one.__module__ = 'm'
def cycle():
    c = m.C(); c.itself = [c, (c,)]; return c
def slots():
    s = m.S(); s.s = 1; return s
def shared():
    a = [1]; t = (a, a); return [t, t, {'a': a, 'b': t}]
def set_of_objects():
    a, b, c = m.C(n=1), m.C(n=2), m.C(n=3); a.friend = b; return [{a, b, c}, b, frozenset([a, c])]
";

impl Row {
    fn new(expr: &'static str) -> Row {
        Row { expr, steps: Vec::new(), since: 0 }
    }

    fn since(self, since: u8) -> Row {
        Row { since, ..self }
    }

    fn then(mut self, step: impl Into<String>) -> Row {
        self.steps.push(step.into());
        self
    }
}

/// The pickles of one value: protocol, before and after.
struct Pickles {
    place: String,
    before: Vec<Vec<u8>>,
    after: Vec<Vec<u8>>,
}

/// What one Python pickles for each row.
fn dumped(python: &Python, rows: &[Row]) -> Vec<Vec<Pickles>> {
    let request = |row: &Row| json!({"setup": SETUP, "expr": row.expr, "steps": row.steps, "since": row.since});
    let answer = python.run("graphs.py", &json!(rows.iter().map(request).collect::<Vec<_>>()));
    let hexes = |value: &serde_json::Value| -> Vec<Vec<u8>> {
        value.as_array().unwrap().iter().map(|digits| unhex(digits.as_str().unwrap())).collect()
    };
    let answers = answer.as_array().unwrap().iter().zip(rows);
    answers
        .map(|(answers, row)| {
            let pickles = |answer: &serde_json::Value| Pickles {
                place: format!("{} of {python}, protocol {}", row.expr, answer["protocol"]),
                before: hexes(&answer["before"]),
                after: hexes(&answer["after"]),
            };
            answers.as_array().unwrap().iter().map(pickles).collect()
        })
        .collect()
}

/// Pythons whose dicts keep their order.
fn ordered() -> impl Iterator<Item = &'static Python> {
    pythons().iter().filter(|python| python.at_least(3, 7))
}

#[test]
fn every_pickler_of_a_python_makes_the_same_graph() {
    let rows: Vec<Row> = [
        "[None, True, 1, -1, 2**70, 0.5, float('nan'), u'a', b'b', u'\\ud800']",
        "{'a': [1, 2], 'b': (3, (4,)), 5: {6}, None: frozenset([7, 8])}",
        // Python's own pickler forgets that they are one (protocol 5, all versions).
        "[bytearray(b'x')]",
        "cycle()",
        "slots().__class__",
        "shared()",
        "set_of_objects()",
        "m.L([1, m.L([2])])",
        "m.D(a=1)",
        "m.Old()",
        "m.C(a=1, b=m.C(), c=m.C)",
        "collections.OrderedDict([('b', 1), ('a', 2)])",
        "collections.defaultdict(list, {'k': [1]})",
        "collections.deque([1, 2], 5)",
        "datetime.datetime(2020, 1, 2, 3, 4, 5, 6)",
        "decimal.Decimal('1.5')",
        "fractions.Fraction(1, 3)",
        "list(range(3000))",
        "set(range(3000))",
        "dict((n, str(n)) for n in range(3000))",
    ]
    .map(Row::new)
    .into();
    for python in pythons() {
        for pickles in dumped(python, &rows).iter().flatten() {
            let [by_python, by_c] = &pickles.before[..] else { panic!("two picklers") };
            let (by_python, by_c) = (read(by_python), read(by_c));
            assert!(by_python == by_c, "{}: {by_python:?} and {by_c:?}", pickles.place);
        }
    }
}

type Build = fn(&mut Graph<'static>) -> Result<NodeId>;

/// Strings and numbers that a dict or list is made of.
fn ints(graph: &mut Graph<'_>, numbers: impl IntoIterator<Item = i64>) -> Result<Vec<NodeId>> {
    numbers.into_iter().map(|number| graph.add_int(number)).collect()
}

#[test]
fn graphs_built_by_hand_are_what_python_pickles() {
    let rows: Vec<(Row, Build)> = vec![
        (Row::new("None"), |g| g.add_none()),
        (Row::new("True"), |g| g.add_bool(true)),
        (Row::new("2**63"), |g| g.add_int(1u64 << 63)),
        (Row::new("-2**63"), |g| g.add_long([0, 0, 0, 0, 0, 0, 0, 0x80, 0xff].to_vec())),
        (Row::new("2**100"), |g| g.add_long([&[0; 12][..], &[16, 0]].concat())),
        (Row::new("-0.0"), |g| g.add_float(-0.0)),
        (Row::new("u'h\\xe9'"), |g| g.add_str("h\u{e9}")),
        (Row::new("u'\\ud800'"), |g| g.add_wtf8(b"\xed\xa0\x80")),
        (Row::new("b'a\\xff'").since(3), |g| g.add_bytes(b"a\xff")),
        (Row::new("bytearray(b'a')").since(5), |g| g.add_bytearray(b"a")),
        (Row::new("[1, [2], (3, 4)]"), |g| {
            let [one, two, three, four] = ints(g, 1..5)?[..] else { unreachable!() };
            let (list, tuple) = (g.add_list([two])?, g.add_tuple([three, four])?);
            g.add_list([one, list, tuple])
        }),
        (Row::new("{1: 2, 'a': (), True: 5}"), |g| {
            let [one, two, five] = ints(g, [1, 2, 5])?[..] else { unreachable!() };
            let (text, empty, yes) = (g.add_str("a")?, g.add_tuple([])?, g.add_bool(true)?);
            g.add_dict([(one, two), (text, empty), (yes, five)])
        }),
        (Row::new("{3, 2, 1, 1.0}").since(4), |g| {
            let mut members = ints(g, 1..4)?;
            members.push(g.add_float(1.0)?);
            g.add_set(members)
        }),
        (Row::new("frozenset([(1, 2), frozenset()])").since(4), |g| {
            let (pair, empty) = (ints(g, 1..3)?, g.add_frozenset([])?);
            let pair = g.add_tuple(pair)?;
            g.add_frozenset([empty, pair])
        }),
        (Row::new("m.C"), |g| g.add_global("m", "C")),
        (Row::new("m.C(a=1)").since(2), |g| {
            let (class, one) = (g.add_global("m", "C")?, g.add_int(1)?);
            g.add_instance(class, [("a", one)])
        }),
        (Row::new("m.L([1, 2])").since(2), |g| {
            let class = g.add_global("m", "L")?;
            let list = g.add_instance::<&str>(class, [])?;
            for item in ints(g, 1..3)? {
                g.push_item(list, item)?;
            }
            Ok(list)
        }),
        (Row::new("m.D({1: 2, 3: 4})").since(2), |g| {
            let class = g.add_global("m", "D")?;
            let dict = g.add_instance::<&str>(class, [])?;
            let [one, two, three, four] = ints(g, 1..5)?[..] else { unreachable!() };
            g.set_entry(dict, one, two)?;
            g.set_entry(dict, three, four)?;
            Ok(dict)
        }),
        (Row::new("slots()").since(2), |g| {
            let (class, one) = (g.add_global("m", "S")?, g.add_int(1)?);
            let slots = g.add_instance::<&str>(class, [])?;
            let (none, name) = (g.add_none()?, g.add_str("s")?);
            let dict = g.add_dict([(name, one)])?;
            let state = g.add_tuple([none, dict])?;
            g.set_state(slots, Some(state))?;
            Ok(slots)
        }),
        (Row::new("cycle()").since(2), |g| {
            let class = g.add_global("m", "C")?;
            let object = g.add_instance::<&str>(class, [])?;
            let tuple = g.add_tuple([object])?;
            let list = g.add_list([object, tuple])?;
            g.set_attribute(object, "itself", list)?;
            Ok(object)
        }),
        (Row::new("shared()"), |g| {
            let one = g.add_int(1)?;
            let a = g.add_list([one])?;
            let t = g.add_tuple([a, a])?;
            let (key, other) = (g.add_str("a")?, g.add_str("b")?);
            let dict = g.add_dict([(key, a), (other, t)])?;
            g.add_list([t, t, dict])
        }),
    ];
    let only_rows: Vec<Row> = rows.iter().map(|(row, _)| row.clone()).collect();
    for python in ordered() {
        for (answers, (_, build)) in dumped(python, &only_rows).iter().zip(&rows) {
            for pickles in answers {
                let mut graph = Graph::new();
                let root = build(&mut graph).unwrap();
                graph.set_root(root).unwrap();
                for pickle in &pickles.before {
                    let read = read(pickle);
                    assert!(graph == read, "{}: {graph:?} and {read:?}", pickles.place);
                }
            }
        }
    }
}

type Edit = fn(&mut Graph<'_>) -> Result<()>;

#[test]
fn edits_do_what_python_does() {
    let rows: Vec<(Row, Edit)> = vec![
        (Row::new("[1, [2, 3]]").then("x[1].insert(1, x)"), |g| {
            let inner = g.root().at("[1]")?.id();
            g.insert_item(inner, 1, g.root_id())
        }),
        (Row::new("{'a': 1, 'b': 2}").then("del x['a']; x['a'] = 3"), |g| {
            let (key, three) = (g.add_str("a")?, g.add_int(3)?);
            g.remove_entry(g.root_id(), key)?;
            g.set_entry(g.root_id(), key, three).map(|_| ())
        }),
        (Row::new("m.C(a=1, b=2)").since(2).then("x.a = [x.b]; x.c = 3"), |g| {
            let (b, three) = (g.root().at("b")?.id(), g.add_int(3)?);
            let list = g.add_list([b])?;
            g.set_attribute(g.root_id(), "a", list)?;
            g.set_attribute(g.root_id(), "c", three).map(|_| ())
        }),
        (Row::new("slots()").since(2).then("x.s = 5"), |g| {
            let five = g.add_int(5)?;
            g.set_attribute(g.root_id(), "s", five).map(|_| ())
        }),
        (Row::new("m.L([1, 2])").since(2).then("x.append(3); del x[0]"), |g| {
            let three = g.add_int(3)?;
            g.push_item(g.root_id(), three)?;
            g.remove_item(g.root_id(), 0).map(|_| ())
        }),
        (Row::new("m.D({'a': 1, 'b': 2})").since(2).then("x['a'] = 3; del x['b']"), |g| {
            let (a, b, three) = (g.add_str("a")?, g.add_str("b")?, g.add_int(3)?);
            g.set_entry(g.root_id(), a, three)?;
            g.remove_entry(g.root_id(), b).map(|_| ())
        }),
        (
            Row::new("[m.C(n=1), m.C, [m.C(n=2)]]")
                .since(2)
                .then("m.New = m.C; m.C.__name__ = 'New'; m.C.__qualname__ = 'New'"),
            |g| {
                let count = g.rename_globals(|module, name| {
                    ((module, name) == ("m", "C")).then(|| ("m".to_owned(), "New".to_owned()))
                })?;
                assert!(count >= 1);
                Ok(())
            },
        ),
        (Row::new("shared()").then("a = []; t = (a, a); x[:] = [t, t, {'a': a, 'b': t}]"), |g| {
            let (old, new) = (g.root().at("[2].a")?.id(), g.add_list([])?);
            assert_eq!(g.replace(old, new)?, 3);
            Ok(())
        }),
        (Row::new("fractions.Fraction(1, 3)").then("x = fractions.Fraction(2, 3)"), |g| {
            let first = g.root().args().next().unwrap();
            // Text until Python 3.11, numbers since.
            let args = match first.as_str() {
                Some(_) => vec![g.add_str("2/3")?],
                None => ints(g, [2, 3])?,
            };
            let args = g.add_tuple(args)?;
            g.set_args(g.root_id(), args)
        }),
    ];
    let only_rows: Vec<Row> = rows.iter().map(|(row, _)| row.clone()).collect();
    for python in ordered() {
        for (answers, (_, edit)) in dumped(python, &only_rows).iter().zip(&rows) {
            for pickles in answers {
                for (before, after) in pickles.before.iter().zip(&pickles.after) {
                    let (mut graph, expected) = (read(before), read(after));
                    assert!(graph != expected, "{}", pickles.place);
                    edit(&mut graph).unwrap();
                    assert!(graph == expected, "{}: {graph:?}, {expected:?}", pickles.place);
                }
            }
        }
    }
}

/// A key or item, as Python spells it and as a node. All of them can be hashed, and some are equal.
fn value(random: &mut Random, graph: &mut Graph<'_>) -> (String, NodeId) {
    let number = i64::try_from(random.below(12)).unwrap();
    let (text, id) = match random.below(7) {
        0 => ("None".to_owned(), graph.add_none()),
        1 => ("True".to_owned(), graph.add_bool(true)),
        2 => (format!("{number}.0"), graph.add_float(f64::from(i32::try_from(number).unwrap()))),
        3 => (format!("'{number}'"), graph.add_str(number.to_string())),
        4 => {
            let items = ints(graph, 0..number).unwrap();
            (format!("tuple(range({number}))"), graph.add_tuple(items))
        }
        _ => (number.to_string(), graph.add_int(number)),
    };
    (text, id.unwrap())
}

/// Changes a list, a dict or a set of `[[], {}, set()]`; returns the statement for it.
fn step(random: &mut Random, graph: &mut Graph<'_>) -> String {
    let [list, dict, set] = graph.items(graph.root_id())[..] else { panic!("three containers") };
    let length = graph.items(list).len();
    let (text, id) = value(random, graph);
    match random.below(8) {
        0 => {
            graph.push_item(list, id).unwrap();
            format!("x[0].append({text})")
        }
        1 => {
            let place = random.below(length + 1);
            graph.insert_item(list, place, id).unwrap();
            format!("x[0].insert({place}, {text})")
        }
        2 => {
            let (start, end) = (random.below(length + 1), random.below(length + 1));
            let range = start.min(end)..start.max(end);
            graph.splice_items(list, range.clone(), [id]).unwrap();
            format!("x[0][{}:{}] = [{text}]", range.start, range.end)
        }
        3 if length > 0 => {
            let place = random.below(length);
            graph.remove_item(list, place).unwrap();
            format!("del x[0][{place}]")
        }
        4 => {
            graph.remove_entry(dict, id).unwrap();
            format!("x[1].pop({text}, None)")
        }
        5 => {
            let (item, item_id) = value(random, graph);
            graph.set_entry(dict, id, item_id).unwrap();
            format!("x[1][{text}] = {item}")
        }
        6 => {
            graph.remove_member(set, id).unwrap();
            format!("x[2].discard({text})")
        }
        _ => {
            graph.insert_member(set, id).unwrap();
            format!("x[2].add({text})")
        }
    }
}

#[test]
fn random_edits_do_what_python_does() {
    let mut random = Random::new(7);
    let mut rows = Vec::new();
    let mut graphs = Vec::new();
    for round in 0..60 {
        let mut graph = Graph::from_slice(b"\x80\x04]\x94(]}\x8fe.").unwrap();
        let mut row = Row::new("[[], {}, set()]").since(4);
        for _ in 0..10 + 5 * round {
            row = row.then(step(&mut random, &mut graph));
        }
        rows.push(row);
        graphs.push(graph);
    }
    for python in ordered() {
        for ((answers, graph), row) in dumped(python, &rows).iter().zip(&graphs).zip(&rows) {
            for pickles in answers {
                let expected = read(&pickles.after[0]);
                let place = &pickles.place;
                assert!(*graph == expected, "{place}: {graph:?}, {expected:?}: {:?}", row.steps);
            }
        }
    }
}

/// Every case of the corpus is equal to itself, and not to itself with one node changed.
#[test]
fn equality_over_the_corpus() {
    let Some(folder) = corpus::folder() else { return };
    let run = move || {
        let mut random = Random::new(3);
        let cases = corpus::cases(&folder);
        let mut before: Option<(Graph<'_>, Vec<String>)> = None;
        let mut changes = 0;
        for case in &cases {
            let Ok(graph) = Graph::from_slice(&case.pickle) else { continue };
            let name = case.name();
            assert!(graph == read(&case.pickle), "{name}");
            assert!(graph.clone().into_owned() == graph, "{name}");
            changes += change_one(&graph, &mut random, name);
            if graph.len() > 500 {
                continue;
            }
            let tokens = Tree::of_graph(&graph).tokens();
            // There every NaN is equal to every other.
            if tokens.iter().any(|token| token == "float nan") {
                continue;
            }
            if let Some((other, other_tokens)) = &before {
                assert_eq!(graph == *other, tokens == *other_tokens, "{name}");
            }
            before = Some((graph, tokens));
        }
        assert!(changes > 3000, "only {changes} changes");
    };
    thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap();
}

/// Replaces some nodes of a graph, one at a time.
fn change_one(graph: &Graph<'_>, random: &mut Random, name: &str) -> usize {
    let ids: Vec<NodeId> = graph.root().walk().map(NodeRef::id).collect();
    let mut changes = 0;
    for _ in 0..4 {
        let mut changed = graph.clone();
        let old = ids[random.below(ids.len())];
        let new = changed.add_str("a text that no case has").unwrap();
        match changed.replace(old, new) {
            Ok(_) => {
                changes += 1;
                assert!(changed != *graph, "{name}: {old:?}");
                assert!(*graph != changed, "{name}: {old:?}");
            }
            // It is called, or the name of a global.
            Err(error) => assert!(changed == *graph, "{name}: {old:?} after {error}"),
        }
    }
    changes
}

fn differ(left: &[u8], right: &[u8]) -> bool {
    let (left, right) = (read(left), read(right));
    let (copy, is_equal) = (left.clone(), left == right);
    assert!(left == copy && (right == copy) == is_equal);
    !is_equal
}

#[test]
fn what_equality_looks_at() {
    // Spelling, the memo and batches do not matter.
    assert!(!differ(b"(lp0\nI1\na.", b"\x80\x04]K\x01a."));
    assert!(!differ(b"\x80\x04](K\x01K\x02e.", b"\x80\x02]K\x01aK\x02a."));
    assert!(!differ(b"cm\nf\n)R.", b"\x80\x04\x8c\x01m\x8c\x01f\x93)R."));
    // Kinds and bits of atoms do.
    assert!(differ(b"K\x01.", b"\x88."));
    assert!(differ(b"F0\n.", b"F-0\n."));
    assert!(!differ(b"Fnan\n.", b"G\x7f\xf8\0\0\0\0\0\0."));
    assert!(differ(b"Fnan\n.", b"G\x7f\xf8\0\0\0\0\0\x01."));
    assert!(differ(b"U\x01a.", b"C\x01a."));
    assert!(differ(b"U\x01a.", b"\x8c\x01a."));
    // Sharing of what has identity, in both directions.
    assert!(differ(b"](]2e.", b"](]]e."));
    assert!(differ(b"](]q\0h\0]e.", b"](]q\0]h\0e."));
    assert!(!differ(b"](K\x012e.", b"](K\x01K\x01e."));
    assert!(!differ(b"]()2e.", b"]())e."));
    // Cycles that unfold to the same.
    assert!(differ(b"]q\0h\0a.", b"]q\0]q\x01h\0aa."));
    // Order of a dict, but not of a set.
    assert!(differ(b"}(K\x01NK\x02Nu.", b"}(K\x02NK\x01Nu."));
    assert!(!differ(b"\x80\x04\x8f(K\x01K\x02\x90.", b"\x80\x04\x8f(K\x02K\x01\x90."));
    assert!(differ(b"\x80\x04\x8f(K\x01K\x02\x90.", b"\x80\x04\x8f(K\x01K\x03\x90."));
    assert!(!differ(b"((K\x01\x91(K\x02\x91\x91.", b"((K\x02\x91(K\x01\x91\x91."));
    // How objects are made, and what is done to them.
    assert!(differ(b"cm\nC\n)R.", b"cm\nC\n)\x81."));
    assert!(differ(b"cm\nC\n)RNb.", b"cm\nC\n)R."));
    assert!(differ(b"cm\nC\n)RNbK\x01a.", b"cm\nC\n)RK\x01aNb."));
    assert!(differ(b"cm\nC\n)R.", b"cm\nD\n)R."));
    assert!(differ(b"Pa\n.", b"Pb\n."));
    assert!(differ(b"\x80\x05\x97.", b"\x80\x05\x97\x98."));
}

/// An object of a class `m.C` with this state.
fn object(state: &[u8]) -> Vec<u8> {
    [b"cm\nC\n)\x81", state, b"b"].concat()
}

#[test]
fn members_of_sets_are_found_in_any_order() {
    let set = |members: &[&[u8]], rest: &[u8]| {
        [b"\x80\x04](\x8f(", &members.concat()[..], b"\x90", rest, b"e."].concat()
    };
    let [one, two] = [object(b"K\x01"), object(b"K\x02")];
    let cyclic = object(b"q\x07h\x07");
    let frozen = |members: &[&[u8]]| [b"(", &members.concat()[..], b"\x91"].concat();
    assert!(!differ(&set(&[&one, &two, &cyclic], b""), &set(&[&cyclic, &two, &one], b"")));
    assert!(differ(&set(&[&one, &two], b""), &set(&[&two, &two], b"")));
    let (a, b) = (frozen(&[&one, b"K\x05", &two]), frozen(&[&two, &one, b"K\x05"]));
    assert!(!differ(&set(&[&a, b"K\x01"], b""), &set(&[b"K\x01", &b], b"")));
    // Which of two that hold the same is also elsewhere.
    let memoized = |object: &[u8]| [object, b"q\x09"].concat();
    let first = set(&[&memoized(&one), &one, &two], b"h\x09");
    let second = set(&[&two, &one, &memoized(&one)], b"h\x09");
    assert!(!differ(&first, &second));
    assert!(differ(&first, &set(&[&memoized(&two), &one, &one], b"h\x09")));
    assert!(differ(&first, &set(&[&one, &one, &two], &one)));
}

#[test]
fn hostile_graphs_are_compared_in_time() {
    // Many levels, with a set at the bottom.
    let deep =
        |bottom: &[u8]| [&b"]".repeat(200_000)[..], bottom, &b"a".repeat(200_000), b"."].concat();
    let (left, right) = (deep(b"\x8f(K\x01)\x85K\x02\x90"), deep(b"\x8f(K\x02K\x01)\x85\x90"));
    assert!(!differ(&left, &right));
    assert_eq!(read(&left).root().walk().count(), 200_005);
    // Nested twice at each level: 2 ** 200 when unfolded.
    let doubled = |count: usize| [b"()", &b"2\x86".repeat(count)[..], b"."].concat();
    assert!(!differ(&doubled(200), &doubled(200)));
    assert!(differ(&doubled(200), &doubled(201)));
    // Long text that is referred to often, and equal objects in one large set.
    let text =
        [b"](X\0\0\x01\0", &[b'a'; 65_536][..], b"q\0", &b"h\0".repeat(50_000), b"e."].concat();
    assert!(!differ(&text, &text));
    let objects = [b"\x80\x04\x8f(", &object(b"]").repeat(50_000)[..], b"\x90."].concat();
    assert!(!differ(&objects, &objects));
}

#[test]
fn a_million_keys_take_linear_time() {
    let mut graph = Graph::new();
    let none = graph.add_none().unwrap();
    let (dict, set) = (graph.add_dict([]).unwrap(), graph.add_set([]).unwrap());
    for number in 0..1_000_000u32 {
        let key = graph.add_str(number.to_string()).unwrap();
        assert_eq!(graph.set_entry(dict, key, none).unwrap(), None);
        assert!(graph.insert_member(set, key).unwrap());
    }
    assert_eq!(graph.get(dict).unwrap().len(), 1_000_000);
    assert_eq!(graph.get(set).unwrap().len(), 1_000_000);
}

/// Does something to a graph with these items.
type Run<'a> = dyn Fn(&mut Graph<'_>, [NodeId; 6]) -> Result<()> + 'a;

/// Each method, with an id that no node has.
#[test]
fn foreign_ids_are_errors() {
    let mut large = Graph::new();
    let foreign = (0..100).map(|_| large.add_none().unwrap()).last().unwrap();
    let graph = || Graph::from_slice(b"\x80\x04](]}\x8fcm\nC\n)Rcm\nC\n)e.").unwrap();
    let check = |what: &str, run: &Run<'_>| {
        let mut graph = graph();
        let items: Vec<NodeId> = graph.items(graph.root_id()).to_vec();
        let error = run(&mut graph, items.try_into().unwrap()).unwrap_err().to_string();
        assert!(error.contains("expected the id of a node of this graph"), "{what}: {error}");
        assert!(graph == read(b"\x80\x04](]}\x8fcm\nC\n)Rcm\nC\n)e."), "{what}: {graph:?}");
    };
    let n = foreign;
    macro_rules! each {
        ($graph:ident, [$list:pat, $dict:pat, $set:pat, $object:pat, $class:pat, $tuple:pat]: $($call:expr;)*) => {$(
            check(stringify!($call), &|$graph, [$list, $dict, $set, $object, $class, $tuple]| {
                $call.map(|_| ())
            });
        )*};
    }
    #[allow(unused_variables, reason = "no call needs all of them")]
    let () = {
        each! { g, [list, dict, set, object, class, tuple]:
            g.set_root(n);
            g.add_list([list, n]);
            g.add_tuple([n]);
            g.add_dict([(class, n)]);
            g.add_dict([(n, class)]);
            g.add_set([n]);
            g.add_frozenset([n]);
            g.add_persistent(n);
            g.add_object(How::Reduce, n, tuple, None);
            g.add_object(How::Reduce, class, n, None);
            g.add_object(How::NewObjEx, class, tuple, Some(n));
            g.add_call(class, [n]);
            g.add_instance(class, [("a", n)]);
            g.push_item(n, list);
            g.push_item(list, n);
            g.insert_item(n, 0, list);
            g.insert_item(list, 0, n);
            g.splice_items(list, 0..0, [n]);
            g.set_item(n, 0, list);
            g.remove_item(n, 0);
            g.set_entry(n, list, list);
            g.set_entry(dict, n, list);
            g.set_entry(dict, class, n);
            g.remove_entry(n, class);
            g.remove_entry(dict, n);
            g.insert_member(n, class);
            g.insert_member(set, n);
            g.remove_member(n, class);
            g.remove_member(set, n);
            g.set_callable(n, class);
            g.set_callable(object, n);
            g.set_args(n, tuple);
            g.set_args(object, n);
            g.set_kwargs(object, Some(n));
            g.set_state(n, None);
            g.set_state(object, Some(n));
            g.set_attribute(n, "a", list);
            g.set_attribute(object, "a", n);
            g.set_list_items(n, []);
            g.set_list_items(object, [n]);
            g.set_dict_items(n, []);
            g.set_dict_items(object, [(class, n)]);
            g.set_set_items(n, []);
            g.set_set_items(object, [n]);
            g.set_setter(n, None);
            g.set_setter(object, Some((n, list)));
            g.set_setter(object, Some((class, n)));
            g.replace(n, list);
            g.replace(list, n);
        }
    };
    assert!(graph().get(foreign).is_none());
}

#[test]
fn edits_that_python_could_not_make_change_nothing() {
    let pickle = b"\x80\x04](}(K\x01NK\x02NuK\x01K\x02\x86cm\nf\n)R\x8f(cm\na\ncm\nb\n\x90e.";
    let check = |expected: &str, run: fn(&mut Graph<'_>) -> Result<()>| {
        let mut graph = read(pickle);
        let error = run(&mut graph).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
        assert!(graph == read(pickle), "{graph:?} after {error}");
    };
    check("found a tuple, expected a list or an object", |g| {
        g.push_item(g.root().at("[1]")?.id(), g.root_id())
    });
    check("found the place 4, expected one below 4", |g| g.remove_item(g.root_id(), 4).map(|_| ()));
    check("found a list, expected a dict key or set member that can be hashed", |g| {
        let (dict, key) = (g.root().at("[0]")?.id(), g.root_id());
        g.set_entry(dict, key, key).map(|_| ())
    });
    check("found a dict, expected a set", |g| {
        let dict = g.root().at("[0]")?.id();
        g.insert_member(dict, dict).map(|_| ())
    });
    // Keys that become equal, or cannot be hashed.
    check("found two equal keys", |g| {
        let (key, new) = (g.root().at("[0]")?.entries().next().unwrap().0.id(), g.add_float(2.0)?);
        g.replace(key, new).map(|_| ())
    });
    check("found a list, expected a dict key", |g| {
        let (key, new) = (g.root().at("[0]")?.entries().next().unwrap().0.id(), g.add_list([])?);
        g.replace(key, new).map(|_| ())
    });
    check("found two equal keys", |g| {
        g.rename_globals(|_, _| Some(("n".to_owned(), "c".to_owned()))).map(|_| ())
    });
    // What is called must stay so, and no object is made of itself.
    check("found None, expected a class or function to call", |g| {
        let (class, none) = (g.root().at("[2]")?.callable().unwrap().id(), g.add_none()?);
        g.replace(class, none).map(|_| ())
    });
    check("found None, expected a tuple of arguments", |g| {
        let (object, none) = (g.root().at("[2]")?.id(), g.add_none()?);
        g.set_args(object, none)
    });
    check("found an object, expected a call without the object that it makes", |g| {
        let object = g.root().at("[2]")?.id();
        let args = g.add_tuple([object])?;
        g.set_args(object, args)
    });
}

/// A graph can be read where it is, as a tree or as any type.
#[test]
fn parts_of_graphs_become_typed_values() {
    let graph = read(b"](]q\0(h\0K\x07e}Va\nK\x01se.");
    let options = UnpickleOptions::new();
    let map: BTreeMap<String, u8> = options.from_node(graph.root().at("[1]").unwrap()).unwrap();
    assert_eq!(map["a"], 1);
    let error = options.from_node::<Vec<u8>>(graph.root().at("[1]").unwrap()).unwrap_err();
    assert!(error.to_string().contains("expected"), "{error}");
    let mut by_hand = Graph::new();
    let text = by_hand.add_str("a").unwrap();
    by_hand.set_root(text).unwrap();
    let error = options.from_node::<u8>(by_hand.root()).unwrap_err();
    assert_eq!(error.to_string(), r#"found str "a", expected u8"#);
    let error = Value::try_from(graph.root()).unwrap_err();
    assert!(error.to_string().starts_with("found a cycle through a list"), "{error}");
}

#[test]
fn lookups_say_how_far_they_got() {
    let graph = read(b"}(Va\n](K\x05NeK\x07cm\nC\n)\x81}Vx\nNsbu.");
    let check = |path: &str, expected: &str| {
        let error = graph.root().at(path).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{path}: {error}");
    };
    check("b", r#"found no key "b", expected one of "a", 7 (offset 0)"#);
    check("a[2]", "found no item 2, expected an index below 2, in a (offset 5)");
    check("a[-1]", "found no item -1, expected an index below 2, in a");
    check("a[0].b", r#"found an int, expected a dict or an object with "b", in a[0]"#);
    check("a[1][0]", "found None, expected a list, tuple or dict with item 0, in a[1]");
    check("[7].y", r#"found no key "y", expected one of "x", in [7]"#);
    for path in ["a[", "a[x]", "a]", ".", "a..b", "a[0]b", r#"["a"#, r#"["a"x"#, "[]"] {
        let error = graph.root().at(path).unwrap_err().to_string();
        assert!(error.contains("in a path"), "{path}: {error}");
    }
    assert!(graph.root().at("").unwrap().ptr_eq(graph.root()));
    assert!(graph.root().at("[7].x").unwrap().is_none());
}
