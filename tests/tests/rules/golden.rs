//! Golden vectors: what the C pickler of CPython 3.13 writes, byte for byte.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Debug;

use pickle_core::{PickleOptions, Profile, Protocol, ReconstructOwned, Reduce};
use pickle_tests::check;

use crate::support::{ask, dump, pickle_of, python3, read, shown, v4, writes};

/// A value as a Python expression, the first CPython that writes it so, and its pickles.
type Golden = (&'static str, (u32, u32), &'static [(u8, &'static [u8])]);

const ALL: (u32, u32) = (3, 7);

const ATOMS: &[Golden] = &[
    ("None", ALL, &[(0, b"N."), (2, b"\x80\x02N."), (4, b"\x80\x04N.")]),
    ("True", ALL, &[(0, b"I01\n."), (1, b"I01\n."), (2, b"\x80\x02\x88.")]),
    ("False", ALL, &[(0, b"I00\n."), (1, b"I00\n."), (2, b"\x80\x02\x89.")]),
    ("255", ALL, &[(1, b"K\xff.")]),
    ("256", ALL, &[(1, b"M\x00\x01.")]),
    ("-1", ALL, &[(1, b"J\xff\xff\xff\xff.")]),
    (
        "2**31",
        ALL,
        &[
            (0, b"L2147483648L\n."),
            (1, b"L2147483648L\n."),
            (2, b"\x80\x02\x8a\x05\x00\x00\x00\x80\x00."),
        ],
    ),
    ("-2**63", ALL, &[(2, b"\x80\x02\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.")]),
    ("1e16", ALL, &[(0, b"F1e+16\n."), (1, b"GCA\xc3y7\xe0\x80\x00.")]),
    (
        "'a'",
        ALL,
        &[
            (0, b"Va\np0\n."),
            (1, b"X\x01\x00\x00\x00aq\x00."),
            (4, b"\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x01a\x94."),
        ],
    ),
    ("'\\ud800'", ALL, &[(0, b"V\\ud800\np0\n."), (1, b"X\x03\x00\x00\x00\xed\xa0\x80q\x00.")]),
    ("b''", ALL, &[(0, b"c__builtin__\nbytes\np0\n(tRp1\n."), (3, b"\x80\x03C\x00q\x00.")]),
    (
        "b'\\xff'",
        ALL,
        &[(
            2,
            b"\x80\x02c_codecs\nencode\nq\x00X\x02\x00\x00\x00\xc3\xbfq\x01\
              X\x06\x00\x00\x00latin1q\x02\x86q\x03Rq\x04.",
        )],
    ),
];

const CONTAINERS: &[Golden] = &[
    ("()", ALL, &[(0, b"(t."), (1, b").")]),
    ("[1]", ALL, &[(0, b"(lp0\nI1\na."), (1, b"]q\x00K\x01a.")]),
    (
        "[1, 2]",
        ALL,
        &[(1, b"]q\x00(K\x01K\x02e."), (4, b"\x80\x04\x95\x09\0\0\0\0\0\0\0]\x94(K\x01K\x02e.")],
    ),
    ("{1: 2}", ALL, &[(0, b"(dp0\nI1\nI2\ns."), (1, b"}q\x00K\x01K\x02s.")]),
    ("set()", ALL, &[(0, b"c__builtin__\nset\np0\n((lp1\ntp2\nRp3\n."), (4, b"\x80\x04\x8f\x94.")]),
    ("{1}", ALL, &[(4, b"\x80\x04\x95\x07\0\0\0\0\0\0\0\x8f\x94(K\x01\x90.")]),
    ("frozenset()", ALL, &[(4, b"\x80\x04\x95\x04\0\0\0\0\0\0\0(\x91\x94.")]),
    ("listed()", ALL, &[(0, b"(lp0\ng0\na."), (2, b"\x80\x02]q\x00h\x00a.")]),
    (
        "tupled()",
        ALL,
        &[
            (0, b"((lp0\n(g0\ntp1\na00g1\n."),
            (1, b"(]q\x00(h\x00tq\x01a1h\x01."),
            (2, b"\x80\x02]q\x00h\x00\x85q\x01a0h\x01."),
        ],
    ),
    (
        "tupled(1, 2, 3)",
        ALL,
        &[
            (0, b"((lp0\n(g0\nI1\nI2\nI3\ntp1\naI1\nI2\nI3\n00000g1\n."),
            (2, b"\x80\x02(]q\x00(h\x00K\x01K\x02K\x03tq\x01aK\x01K\x02K\x031h\x01."),
        ],
    ),
];

const GLOBALS: &[Golden] = &[
    (
        "int",
        ALL,
        &[(2, b"\x80\x02c__builtin__\nlong\nq\x00."), (3, b"\x80\x03cbuiltins\nint\nq\x00.")],
    ),
    ("type(None)", ALL, &[(2, b"\x80\x02c__builtin__\ntype\nq\x00N\x85q\x01Rq\x02.")]),
    (
        "A.B.C",
        (3, 13),
        &[
            (0, b"c__builtin__\ngetattr\np0\n(g0\n(cm\nA\nVB\np1\ntRVC\np2\ntRp3\n."),
            (4, b"\x80\x04\x95\x0f\0\0\0\0\0\0\0\x8c\x01m\x94\x8c\x05A.B.C\x94\x93\x94."),
        ],
    ),
    ("Outside('id1')", ALL, &[(0, b"Pid1\n."), (1, b"X\x03\x00\x00\x00id1q\x00Q.")]),
    ("Coded", ALL, &[(1, b"cm\nCoded\nq\x00."), (2, b"\x80\x02\x82\xf0.")]),
    ("pickle.PickleBuffer(bytearray(b'x'))", (3, 8), &[(5, b"\x80\x05\x97.")]),
    ("pickle.PickleBuffer(b'x')", (3, 8), &[(5, b"\x80\x05\x97\x98.")]),
];

const OBJECTS: &[Golden] = &[
    (
        "C(x=1)",
        ALL,
        &[
            (
                0,
                b"ccopy_reg\n_reconstructor\np0\n(cm\nC\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n\
                  (dp5\nVx\np6\nI1\nsb.",
            ),
            (2, b"\x80\x02cm\nC\nq\x00)\x81q\x01}q\x02X\x01\x00\x00\x00xq\x03K\x01sb."),
            (
                4,
                b"\x80\x04\x95\x18\0\0\0\0\0\0\0\x8c\x01m\x94\x8c\x01C\x94\x93\x94)\x81\x94}\x94\
                  \x8c\x01x\x94K\x01sb.",
            ),
        ],
    ),
    ("C()", ALL, &[(2, b"\x80\x02cm\nC\nq\x00)\x81q\x01.")]),
    ("S()", ALL, &[(2, b"\x80\x02cm\nS\nq\x00)\x81q\x01N}q\x02X\x01\x00\x00\x00aq\x03K\x01s\x86q\x04b.")]),
    (
        "SD()",
        ALL,
        &[(
            2,
            b"\x80\x02cm\nSD\nq\x00)\x81q\x01}q\x02X\x01\x00\x00\x00bq\x03K\x02s\
              }q\x04X\x01\x00\x00\x00aq\x05K\x01s\x86q\x06b.",
        )],
    ),
    (
        "X(1, k=2)",
        (3, 13),
        &[
            (
                4,
                b"\x80\x04\x95\x1a\0\0\0\0\0\0\0\x8c\x01m\x94\x8c\x01X\x94\x93\x94K\x01\x85\x94}\x94\
                  \x8c\x01k\x94K\x02s\x92\x94.",
            ),
            (
                2,
                b"\x80\x02cfunctools\npartial\nq\x00c__builtin__\ngetattr\nq\x01cm\nX\n\
                  X\x07\x00\x00\x00__new__q\x02\x86Rq\x03\x85q\x04Rq\x05\
                  (h\x03cm\nX\nq\x06K\x01\x86q\x07}q\x08X\x01\x00\x00\x00kq\x09K\x02sNtq\nb)Rq\x0b.",
            ),
        ],
    ),
    (
        "(lambda l: (l.append(1), setattr(l, 'z', 1), l)[2])(L())",
        ALL,
        &[
            (
                0,
                b"ccopy_reg\n_reconstructor\np0\n(cm\nL\np1\nc__builtin__\nlist\np2\n(lp3\nI1\natp4\n\
                  Rp5\n(dp6\nVz\np7\nI1\nsb.",
            ),
            (2, b"\x80\x02cm\nL\nq\x00)\x81q\x01K\x01a}q\x02X\x01\x00\x00\x00zq\x03K\x01sb."),
        ],
    ),
    ("E.A", ALL, &[(2, b"\x80\x02cm\nE\nq\x00K\x01\x85q\x01Rq\x02.")]),
    ("NT(1, 2)", ALL, &[(2, b"\x80\x02cm\nNT\nq\x00K\x01K\x02\x86q\x01\x81q\x02.")]),
    ("FS(1)", (3, 10), &[(2, b"\x80\x02cm\nFS\nq\x00)\x81q\x01]q\x02K\x01ab.")]),
    (
        "Made()",
        (3, 8),
        &[(2, b"\x80\x02cm\nmk\nq\x00)Rq\x01cm\nsetter\nq\x02h\x01}q\x03X\x01\x00\x00\x00aq\x04K\x01s\x86R0.")],
    ),
    (
        "datetime.date(2020, 1, 2)",
        ALL,
        &[(3, b"\x80\x03cdatetime\ndate\nq\x00C\x04\x07\xe4\x01\x02q\x01\x85q\x02Rq\x03.")],
    ),
    (
        "ValueError('a')",
        ALL,
        &[(2, b"\x80\x02cexceptions\nValueError\nq\x00X\x01\x00\x00\x00aq\x01\x85q\x02Rq\x03.")],
    ),
    (
        "collections.OrderedDict(a=1)",
        ALL,
        &[(2, b"\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x01\x00\x00\x00aq\x02K\x01s.")],
    ),
];

/// Every golden vector.
pub(crate) fn vectors() -> impl Iterator<Item = &'static Golden> {
    [ATOMS, CONTAINERS, GLOBALS, OBJECTS].into_iter().flatten()
}

#[test]
fn n13_graphs_are_written_as_cpython_does() {
    for (_, _, pickles) in vectors() {
        for pickle in *pickles {
            writes(pickle.1, &[*pickle]);
        }
    }
}

/// One spelling becomes every other: what a protocol says in its own way is one value.
#[test]
fn n13_graphs_change_their_protocol_as_cpython_does() {
    for (expr, _, pickles) in vectors() {
        // What CPython loses or adds below protocol 2 is another object, and names of globals
        // below protocol 2 hide extension codes.
        if ["C(x=1)", "Coded"].contains(expr) || expr.contains("L()") {
            continue;
        }
        for (_, from) in *pickles {
            writes(from, pickles);
        }
    }
}

#[test]
fn n13_every_cpython_writes_them() {
    let mut failures = Vec::new();
    for python in python3() {
        let known = vectors().filter(|(_, since, _)| python.version >= *since);
        let rows = known.flat_map(|(expr, _, pickles)| {
            let possible = |row: &&(u8, &[u8])| row.0 <= python.highest_protocol();
            pickles
                .iter()
                .filter(possible)
                .map(move |&(protocol, pickle)| (*expr, protocol, pickle))
        });
        let rows: Vec<_> = rows.collect();
        let requests: Vec<_> = rows.iter().map(|row| dump(row.0, row.1, "c")).collect();
        for ((expr, protocol, pickle), answer) in rows.iter().zip(ask(python, &requests)) {
            let found = pickle_of(&answer);
            if found != *pickle {
                let found = found.escape_ascii();
                failures.push(format!("{python}, {expr}, protocol {protocol}: {found}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Asserts that a value is what the golden pickles of an expression hold, and that what is written
/// for it is the same graph.
fn typed<T>(expr: &str, value: &T)
where
    T: Reduce + ReconstructOwned + Debug + PartialEq,
{
    let (_, _, pickles) = vectors().find(|row| row.0 == expr).expect("an expression of the tables");
    for &(number, golden) in *pickles {
        assert_eq!(check::load::<T>(golden).as_ref(), Ok(value), "{expr}, protocol {number}");
        let protocol = Protocol::from_number(number).expect("0 to 5");
        let written = PickleOptions::new().protocol(protocol).to_vec(value).expect("a pickle");
        assert!(
            read(&written) == read(golden),
            "{expr}, protocol {number}: {}, expected {}",
            shown(&written),
            shown(golden)
        );
    }
}

#[test]
fn n13_typed_atoms_and_containers() {
    typed("None", &());
    typed("True", &true);
    typed("False", &false);
    typed("255", &255u8);
    typed("256", &256u16);
    typed("-1", &-1i8);
    typed("2**31", &(1u32 << 31));
    typed("-2**63", &i64::MIN);
    typed("1e16", &1e16);
    typed("'a'", &"a".to_owned());
    typed("b''", &Vec::<u8>::new());
    typed("b'\\xff'", &vec![0xffu8]);
    typed("[1]", &vec![1u16]);
    typed("[1, 2]", &vec![1u16, 2]);
    typed("{1: 2}", &HashMap::from([(1u16, 2u16)]));
    typed("set()", &BTreeSet::<u16>::new());
    typed("{1}", &BTreeSet::from([1u16]));
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "C")]
struct Plain {
    x: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "C")]
struct Empty {}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "S", getstate = Slots::state, setstate = Slots::set_state)]
struct Slots {
    #[reduce(skip)]
    a: u8,
}

/// A dict with one attribute.
type One = HashMap<String, u8>;

fn one(name: &str, number: u8) -> One {
    HashMap::from([(name.to_owned(), number)])
}

impl Slots {
    fn state(&self) -> ((), One) {
        ((), one("a", self.a))
    }

    fn set_state(&mut self, ((), slots): ((), One)) -> Result<(), &'static str> {
        self.a = *slots.get("a").ok_or("found no a")?;
        Ok(())
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "SD", getstate = Both::state, setstate = Both::set_state)]
struct Both {
    #[reduce(skip)]
    a: u8,
    #[reduce(skip)]
    b: u8,
}

impl Both {
    fn state(&self) -> (One, One) {
        (one("b", self.b), one("a", self.a))
    }

    fn set_state(&mut self, (dict, slots): (One, One)) -> Result<(), &'static str> {
        self.a = *slots.get("a").ok_or("found no a")?;
        self.b = *dict.get("b").ok_or("found no b")?;
        Ok(())
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "E")]
struct Member(#[reduce(ctor)] u8);

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "NT", new)]
struct Named {
    #[reduce(ctor)]
    a: u8,
    #[reduce(ctor)]
    b: u8,
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "m", name = "FS", getstate = Frozen::state, setstate = Frozen::set_state)]
struct Frozen {
    #[reduce(skip)]
    a: u8,
}

impl Frozen {
    fn state(&self) -> Vec<u16> {
        vec![self.a.into()]
    }

    fn set_state(&mut self, values: Vec<u16>) -> Result<(), &'static str> {
        let [a] = *values else { return Err("found no single value") };
        self.a = a.try_into().map_err(|_| "found a large value")?;
        Ok(())
    }
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "exceptions", name = "ValueError")]
struct WrongValue(#[reduce(ctor)] String);

#[test]
fn n13_typed_objects() {
    typed("C(x=1)", &Plain { x: 1 });
    typed("C()", &Empty {});
    typed("S()", &Slots { a: 1 });
    typed("SD()", &Both { a: 1, b: 2 });
    typed("E.A", &Member(1));
    typed("NT(1, 2)", &Named { a: 1, b: 2 });
    typed("FS(1)", &Frozen { a: 1 });
    typed("ValueError('a')", &WrongValue("a".to_owned()));
}

/// Canonically written, all protocols of a value keep its meaning.
#[test]
fn n13_canonical_pickles_mean_the_same() {
    for (expr, _, pickles) in vectors() {
        for &(protocol, pickle) in *pickles {
            let again = crate::support::write_by(pickle, protocol, Profile::Canonical);
            assert!(read(&again) == read(pickle), "{expr}: {}", shown(&again));
        }
    }
}

#[test]
fn n13_frames_count_what_follows() {
    for (_, _, pickles) in vectors() {
        for (_, pickle) in pickles.iter().filter(|(_, pickle)| pickle.starts_with(b"\x80\x04\x95"))
        {
            assert_eq!(*pickle, v4(&pickle[11..]));
        }
    }
}
