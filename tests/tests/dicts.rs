//! Structs that are plain dicts in Python.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::rc::Rc;

use pickle_core::python::Modules;
use pickle_core::{PickleOptions, Protocol, PythonType, Reduce, Route, UnpickleOptions, to_vec};
use pickle_tests::check::{self, Row, agree, agree_on_instances, load, row};

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(dict)]
struct User {
    id: u32,
    name: String,
    score: Option<f64>,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(dict)]
struct One {
    only: Vec<u8>,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(dict, rename_all = "camelCase")]
struct Page {
    #[reduce(alias = "users")]
    all_users: Vec<User>,
    #[reduce(default, skip_if = Option::is_none)]
    next_page: Option<Box<Page>>,
    by_name: BTreeMap<String, One>,
    #[reduce(skip)]
    fetched: bool,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(dict)]
struct Sparse {
    #[reduce(default, skip_if = Option::is_none)]
    a: Option<u8>,
    #[reduce(default, skip_if = Option::is_none)]
    b: Option<u8>,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(dict, deny_unknown)]
struct Strict {
    x: u8,
    y: u8,
}

#[derive(Debug, PartialEq, Clone, Reduce)]
#[reduce(module = "construction_models")]
struct Plain {
    user: User,
    rest: Vec<Sparse>,
}

fn user(id: u32) -> User {
    User { id, name: format!("user {id}"), score: (id % 2 == 1).then_some(0.5) }
}

fn page(next: Option<Page>) -> Page {
    Page {
        all_users: (0..3).map(user).collect(),
        next_page: next.map(Box::new),
        by_name: [("a".to_owned(), One { only: vec![1] })].into(),
        fetched: false,
    }
}

fn rows() -> Vec<Row> {
    let users = "[{'id': i, 'name': u'user %d' % i, 'score': 0.5 if i % 2 else None} \
                 for i in range(COUNT)]";
    let users = |count: &str| users.replace("COUNT", count);
    let inner = format!(
        "{{'allUsers': {}, 'byName': {{u'a': {{'only': bytes(bytearray([1]))}}}}}}",
        users("3")
    );
    let outer = format!("dict({inner}, nextPage={inner})");
    let sparse = |a, b| Sparse { a, b };
    vec![
        row(user(1), &format!("{}[1]", users("2")), "", (3, 0)),
        row((0..5).map(user).collect::<Vec<_>>(), &users("5"), "", (3, 0)),
        row(One { only: vec![1, 2] }, "{'only': b'\\x01\\x02'}", "", (3, 0)),
        row(page(None), &inner, "", (3, 0)),
        row(page(Some(page(None))), &outer, "", (3, 0)),
        row(
            vec![
                sparse(None, None),
                sparse(Some(1), None),
                sparse(Some(1), Some(2)),
                sparse(None, Some(3)),
            ],
            "[{}, {'a': 1}, {'a': 1, 'b': 2}, {'b': 3}]",
            "",
            (2, 7),
        ),
    ]
}

#[test]
fn are_the_dicts_of_python() {
    agree(&rows());
}

/// In each other, in either order.
#[test]
fn in_instances() {
    let one = |n| Sparse { a: Some(n), b: None };
    let plain = Plain { user: user(1), rest: vec![one(1), one(2)] };
    let setup = "import copy\n\
                 class Plain(object): pass\n\
                 Plain.__module__ = 'construction_models'\n\
                 import construction_models\n\
                 construction_models.Plain = Plain\n\
                 plain = Plain()\n\
                 plain.__dict__.update(user={'id': 1, 'name': u'user 1', 'score': 0.5}, \
                                       rest=[{'a': 1}, {'a': 2}])";
    agree_on_instances(&[row(
        vec![plain.clone(), plain],
        "[plain, copy.deepcopy(plain)]",
        setup,
        (3, 0),
    )]);
}

/// Other orders, names that are spelled anew, and what the struct does not know.
#[test]
fn however_they_are_spelled() {
    let expected = User { id: 1, name: "a".to_owned(), score: Some(0.5) };
    let score = b"\x8c\x05scoreG?\xe0\0\0\0\0\0\0";
    let one = [b"}(\x8c\x02idK\x01\x8c\x04name\x8c\x01a", &score[..], b"u"].concat();
    let other = [b"}(", &score[..], b"\x8c\x04name\x8c\x01a\x8c\x02idK\x01u"].concat();
    let more = [b"}(\x8c\x02idK\x01\x8c\x04moreN\x8c\x04name\x8c\x01a", &score[..], b"u"].concat();
    let number = [b"}(\x8c\x02idK\x01K\x07N\x8c\x04name\x8c\x01aN]", &score[..], b"u"].concat();
    let twice =
        [b"}(\x8c\x02idK\x05\x8c\x04name\x8c\x01a", &score[..], b"\x8c\x02idK\x01u"].concat();
    let ordered = [b"ccollections\nOrderedDict\n)R(", &one[2..]].concat();
    let singles = [b"}\x8c\x02idK\x01s\x8c\x04name\x8c\x01as", &score[..], b"s"].concat();
    for spelled in [&one, &other, &more, &number, &twice, &ordered, &singles] {
        let pickle = [&spelled[..], b"."].concat();
        assert_eq!(load::<User>(&pickle).unwrap(), expected, "{}", pickle.escape_ascii());
        let pickle = [b"](", &one[..], spelled, &one, b"e."].concat();
        assert_eq!(load::<Vec<User>>(&pickle).unwrap(), vec![expected.clone(); 3]);
    }
    // Without a score, which may be None.
    let pickle = b"}(\x8c\x02idK\x01\x8c\x04name\x8c\x01au.";
    assert_eq!(load::<User>(pickle).unwrap(), User { score: None, ..expected });
    // Two batches of keys that the struct does not know, and one that it does.
    let unknown: Vec<u8> =
        (0..1000u16).flat_map(|n| [&b"M"[..], &n.to_le_bytes(), b"N"].concat()).collect();
    let pickle = [b"}(", &unknown[..], b"u(", &one[2..], b"."].concat();
    assert_eq!(load::<User>(&pickle).unwrap(), user_of(&one));
}

#[derive(Debug, PartialEq, Clone, Default, Reduce)]
#[reduce(dict)]
struct Tree {
    x: u8,
    inner: Vec<Tree>,
    #[reduce(default)]
    y: u8,
}

/// How the name of a key is written when it is not in the memo.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Names {
    Spelled,
    Memoized,
    Put,
}

/// Writes trees by hand.
#[derive(Default)]
struct Writer {
    pickle: Vec<u8>,
    memo: Vec<&'static str>,
    is_long: bool,
}

impl Writer {
    fn name(&mut self, name: &'static str, names: Names) {
        let known = self.memo.iter().position(|known| *known == name);
        if let Some(index) = known.and_then(|index| u8::try_from(index).ok()) {
            let get: &[u8] = if self.is_long { &[b'j', index, 0, 0, 0] } else { &[b'h', index] };
            self.pickle.extend(get);
            return;
        }
        self.pickle.extend([0x8c, u8::try_from(name.len()).unwrap()]);
        self.pickle.extend(name.as_bytes());
        match names {
            Names::Spelled => return,
            Names::Memoized => self.pickle.push(0x94),
            Names::Put => self.pickle.extend([b'q', u8::try_from(self.memo.len()).unwrap()]),
        }
        self.memo.push(name);
    }

    /// A tree whose keys come in this order; in its middle there is another one, if there is one.
    fn tree(&mut self, orders: &[&'static str], names: Names) -> Tree {
        let Some((order, inner)) = orders.split_first() else { return Tree::default() };
        let mut tree = Tree::default();
        self.pickle.extend(b"}(");
        for key in order.split(' ') {
            match key {
                "x" => {
                    self.name("x", names);
                    self.pickle.extend(b"K\x01");
                    tree.x = 1;
                }
                "y" => {
                    self.name("y", names);
                    self.pickle.extend(b"K\x02");
                    tree.y = 2;
                }
                "inner" => {
                    self.name("inner", names);
                    self.pickle.extend(b"](");
                    tree.inner = inner.iter().map(|_| self.tree(inner, names)).collect();
                    self.pickle.push(b'e');
                }
                other => {
                    self.name("other", names);
                    self.pickle.extend(other.as_bytes());
                }
            }
        }
        self.pickle.push(b'u');
        tree
    }
}

/// Whatever the first of them taught, the others are read as they are.
#[test]
fn the_first_and_the_others() {
    let orders = ["x inner y", "x inner", "y inner x", "x inner y N", "x N inner y", "inner x"];
    let mut count = 0;
    for first in orders {
        for second in orders {
            for third in orders {
                for names in [Names::Spelled, Names::Memoized, Names::Put] {
                    let is_long = count % 2 == 1;
                    let mut writer = Writer { is_long, ..Writer::default() };
                    writer.pickle.extend(b"](");
                    let trees: Vec<_> = [[first, second], [second, third], [third, first]]
                        .iter()
                        .map(|orders| writer.tree(orders, names))
                        .collect();
                    writer.pickle.extend(b"e.");
                    let pickle = writer.pickle;
                    assert_eq!(
                        load::<Vec<Tree>>(&pickle).as_ref(),
                        Ok(&trees),
                        "{first}, {second}"
                    );
                    count += 1;
                }
            }
        }
    }
    assert_eq!(count, 648);
}

fn user_of(spelled: &[u8]) -> User {
    load(&[spelled, b"."].concat()).unwrap()
}

/// What CPython writes for many of a kind is predicted, and so is what we write.
#[test]
fn are_predicted() {
    let users: Vec<_> = (0..3000).map(user).collect();
    for protocol in [Protocol::V2, Protocol::V3, Protocol::V4, Protocol::V5] {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&users).unwrap();
        let predicted =
            UnpickleOptions::new().route(Route::Predictive).from_slice::<Vec<User>>(&pickle);
        assert_eq!(predicted.unwrap(), users, "protocol {protocol}");
    }
}

#[test]
fn shared() {
    let shared = Rc::new(user(1));
    let both = vec![Rc::clone(&shared), Rc::new(user(1)), shared];
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&both).unwrap();
        let check = |back: Vec<Rc<User>>| match &back[..] {
            [a, b, c] if Rc::ptr_eq(a, c) && !Rc::ptr_eq(a, b) && back == both => Ok(()),
            _ => Err(format!("{back:?}")),
        };
        check::each_route(&pickle, check).unwrap();
    }
}

#[test]
fn errors_say_where() {
    let fail = |pickle: &[u8]| load::<Vec<Strict>>(pickle).unwrap_err();
    let pickle = b"](}(\x8c\x01xK\x01\x8c\x01yK\x02u}\x8c\x01xK\x01se.";
    assert_eq!(
        fail(pickle),
        "found no attribute `y`, expected one, in [1] (offset 15); `#[reduce(default)]` makes it optional"
    );
    let pickle = b"](}(\x8c\x01xK\x01\x8c\x01yNue.";
    assert_eq!(fail(pickle), "found None, expected u8, in [0].y (offset 12)");
    let pickle = b"](}(\x8c\x01xK\x01\x8c\x01yK\x02\x8c\x01zNue.";
    assert_eq!(fail(pickle), "found attribute `z`, expected one of x, y, in [0].z (offset 17)");
    let pickle = b"](}(\x8c\x01xK\x01\x8c\x01yK\x02K\x05Nue.";
    assert_eq!(fail(pickle), "found attribute `5`, expected one of x, y, in [0][5] (offset 16)");
    assert_eq!(fail(b"](K\x01e."), "found int 1, expected dict, in [0] (offset 2)");
}

/// A dict is no key in Python.
#[test]
fn keys() {
    #[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Reduce)]
    #[reduce(dict)]
    struct Key {
        a: u8,
        b: u8,
    }

    let error = to_vec(&BTreeMap::from([(Key { a: 1, b: 2 }, 3u8)])).unwrap_err();
    assert_eq!(error.to_string(), "found a dict as a key, expected what Python can hash");
    let pickle = b"}}(\x8c\x01aK\x01\x8c\x01bK\x02uK\x03s.";
    assert!(load::<BTreeMap<Key, u8>>(pickle).is_err());
}

/// A module of Python has no class for a dict, and those of what is in it.
#[test]
fn in_a_module_of_python() {
    #[derive(Reduce, PythonType)]
    #[reduce(module = "app")]
    struct Place {
        height: u16,
    }

    #[derive(Reduce, PythonType)]
    #[reduce(dict)]
    struct Row {
        place: Place,
        visits: u8,
    }

    #[derive(Reduce, PythonType)]
    #[reduce(module = "app")]
    struct Trail {
        rows: Vec<Row>,
    }

    let source = Modules::of::<Trail>().source("app").unwrap();
    assert!(source.contains("class Place:") && source.contains("class Trail:"), "{source}");
    assert!(
        !source.contains("Row") && source.contains("rows: list[dict[str, typing.Any]]"),
        "{source}"
    );
}
