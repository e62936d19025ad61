//! Every way of constructing an object and of keeping its state, against classes of every CPython
//! here: they load what we write, and we read what they write, in all protocols and by both routes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::{BTreeMap, VecDeque};

use pickle_core::{PickleOptions, Protocol, Reduce, Value, from_slice, to_vec, tools};
use pickle_tests::check::{Row, agree_on_instances, load, row};

const SETUP: &str = "from construction_models import *";
const DATACLASSES: &str = "from dataclass_models import *";

mod states {
    use super::*;

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "slots")]
    struct Pixel {
        x: i32,
        y: i32,
    }

    /// What only its dict has goes by the same way.
    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "slots")]
    struct Tagged {
        tag: u8,
        x: i32,
        y: i32,
    }

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "slots")]
    struct One {
        only: Vec<Option<u8>>,
    }

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "list")]
    struct Listed {
        a: u8,
        b: Option<Vec<u16>>,
    }

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "tuple")]
    struct Tupled {
        a: BTreeMap<u8, u8>,
        b: BTreeMap<u8, u8>,
    }

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "construction_models", state = "tuple", new)]
    struct Quad {
        #[reduce(ctor)]
        a: u8,
        #[reduce(ctor)]
        b: u8,
        c: u8,
        d: u8,
        e: u8,
        f: u8,
    }

    fn rows() -> Vec<Row> {
        let pixel = |x, y| Pixel { x, y };
        let one = |only: &[Option<u8>]| One { only: only.to_vec() };
        let listed = |b: Option<&[u16]>| Listed { a: 1, b: b.map(<[u16]>::to_vec) };
        let map = |keys: &[u8]| keys.iter().map(|&key| (key, 0)).collect();
        vec![
            row(pixel(1, -2), "Pixel(1, -2)", SETUP, (2, 7)),
            row(
                vec![pixel(1, 2), pixel(3, 4), pixel(5, 6)],
                "[Pixel(1, 2), Pixel(3, 4), Pixel(5, 6)]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![Tagged { tag: 1, x: 2, y: 3 }, Tagged { tag: 4, x: 5, y: 6 }],
                "[Tagged(2, 3, 1), Tagged(5, 6, 4)]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![one(&[]), one(&[None]), one(&[Some(1), None])],
                "[One([]), One([None]), One([1, None])]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![listed(None), listed(None)],
                "[Listed(1, None), Listed(1, None)]",
                SETUP,
                (2, 7),
            ),
            // Two dicts look like the pair of a class with slots.
            row(
                vec![Tupled { a: map(&[]), b: map(&[1]) }, Tupled { a: map(&[1, 2]), b: map(&[]) }],
                "[Tupled({}, {1: 0}), Tupled({1: 0, 2: 0}, {})]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![Quad { a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }],
                "[quad(1, 2, 3, 4, 5, 6)]",
                SETUP,
                (2, 7),
            ),
        ]
    }

    #[test]
    fn agree_with_python() {
        agree_on_instances(&rows());
    }

    /// A struct for a dataclass; each has the form that its class has.
    macro_rules! dataclasses {
        ($($name:ident $form:literal;)*) => {$(
            #[derive(Debug, PartialEq, Clone, Reduce)]
            #[reduce(module = "dataclass_models", state = $form)]
            struct $name {
                x: u8,
                y: u8,
            }
        )*};
    }

    dataclasses! {
        Plain "dict";
        Frozen "dict";
        HandSlotted "slots";
        Slotted "slots";
        FrozenSlotted "list";
    }

    #[derive(Debug, PartialEq, Clone, Reduce)]
    #[reduce(module = "dataclass_models", state = "list")]
    struct Derived {
        x: u8,
        y: u8,
        z: u8,
    }

    #[test]
    fn dataclasses_agree_with_python() {
        let (x, y) = (1, 2);
        agree_on_instances(&[
            row(
                vec![Plain { x, y }, Plain { x, y }],
                "[Plain(1, 2), Plain(1, 2)]",
                DATACLASSES,
                (3, 7),
            ),
            row(vec![Frozen { x, y }], "[Frozen(1, 2)]", DATACLASSES, (3, 7)),
            row(vec![HandSlotted { x, y }], "[HandSlotted(1, 2)]", DATACLASSES, (3, 7)),
            row(vec![Slotted { x, y }], "[Slotted(1, 2)]", DATACLASSES, (3, 10)),
            row(
                vec![FrozenSlotted { x, y }, FrozenSlotted { x: 3, y }],
                "[FrozenSlotted(1, 2), FrozenSlotted(3, 2)]",
                DATACLASSES,
                (3, 10),
            ),
            row(vec![Derived { x, y, z: 3 }], "[Derived(1, 2, 3)]", DATACLASSES, (3, 10)),
        ]);
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "m")]
    struct Dict {
        x: u8,
        y: u8,
        z: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "m", name = "Dict", state = "list", deny_unknown)]
    struct List {
        x: u8,
        y: u8,
        #[reduce(default)]
        z: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "m", name = "Dict", state = "tuple")]
    struct Rest {
        #[reduce(ctor)]
        x: u8,
        y: u8,
        z: u8,
    }

    /// Forms that a class does not have are read where they can be nothing else.
    #[test]
    fn other_forms_are_read() {
        let states: [&[u8]; 6] = [
            b"}(X\x01\0\0\0xK\x01X\x01\0\0\0yK\x02X\x01\0\0\0zK\x03ub",
            b"N}(X\x01\0\0\0xK\x01X\x01\0\0\0yK\x02X\x01\0\0\0zK\x03u\x86b",
            b"}X\x01\0\0\0xK\x01s}(X\x01\0\0\0yK\x02X\x01\0\0\0zK\x03u\x86b",
            b"](K\x01K\x02K\x03eb",
            b"K\x01K\x02K\x03\x87b",
            // Set by a function in place of BUILD.
            b"q\x00cm\nset_state\nh\x00}(X\x01\0\0\0xK\x01X\x01\0\0\0yK\x02X\x01\0\0\0zK\x03u\x86R0",
        ];
        for state in states {
            let pickle = [&b"\x80\x02cm\nDict\n)\x81"[..], state, b"."].concat();
            assert_eq!(load(&pickle), Ok(Dict { x: 1, y: 2, z: 3 }), "{state:x?}");
            assert_eq!(load(&pickle), Ok(List { x: 1, y: 2, z: 3 }), "{state:x?}");
            // Two values are taken for what the class declares, not for the pair of another class.
            if !state.ends_with(b"u\x86b") {
                assert_eq!(load(&pickle), Ok(Rest { x: 1, y: 2, z: 3 }), "{state:x?}");
            }
        }
        // With its argument, the rest is the state.
        let pickle = b"\x80\x02cm\nDict\nK\x01\x85\x81K\x02K\x03\x86b.";
        assert_eq!(load(pickle), Ok(Rest { x: 1, y: 2, z: 3 }));
        let pickle = b"\x80\x02cm\nDict\nK\x01\x85\x81](K\x02K\x03eb.";
        assert_eq!(load(pickle), Ok(Rest { x: 1, y: 2, z: 3 }));
        // A shorter list is that of an older class, a longer one that of a newer.
        let pickle = b"\x80\x02cm\nDict\n)\x81](K\x01K\x02eb.";
        assert_eq!(load(pickle), Ok(List { x: 1, y: 2, z: 0 }));
        let error = load::<Dict>(pickle).unwrap_err();
        assert_eq!(
            error,
            "found list of 2, expected dict, the state of an object, in Dict (offset 12)"
        );
        let error = load::<List>(b"\x80\x02cm\nDict\n)\x81](K\x01K\x02K\x03K\x04eb.").unwrap_err();
        assert!(error.contains("state[3]") && error.contains("x, y, z"), "{error}");
        let error = load::<List>(b"\x80\x02cm\nDict\n)\x81](K\x01Neb.").unwrap_err();
        assert_eq!(error, "found None, expected u8, in Dict.y (offset 16)");
    }
}

/// Subclasses of atoms, which `copyreg._reconstructor` makes of one below protocol 2.
mod atoms {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", new)]
    struct Metres(f64);

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", new)]
    struct Count {
        #[reduce(ctor)]
        number: i64,
        unit: u8,
    }

    /// A subclass of `tuple` with one argument, and a named tuple with one for each field.
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", new)]
    struct Route((u8, String));

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", new)]
    struct Stop(u8, String);

    #[test]
    fn tuples_agree() {
        let (route, stop) = (|| Route((1, "a".to_owned())), || Stop(1, "a".to_owned()));
        agree_on_instances(&[
            row(route(), "Route((1, 'a'))", SETUP, (2, 7)),
            row(vec![route(), route()], "[Route((1, 'a')), Route((1, 'a'))]", SETUP, (2, 7)),
            row(stop(), "Stop(1, 'a')", SETUP, (2, 7)),
            row(vec![stop(), stop()], "[Stop(1, 'a'), Stop(1, 'a')]", SETUP, (2, 7)),
        ]);
    }

    #[test]
    fn agree() {
        agree_on_instances(&[
            row(Metres(1.5), "Metres(1.5)", SETUP, (2, 7)),
            row(Count { number: 70_000, unit: 3 }, "counted(70000, 3)", SETUP, (2, 7)),
            row(vec![Metres(0.5), Metres(-1.0)], "[Metres(0.5), Metres(-1.0)]", SETUP, (2, 7)),
        ]);
    }
}

mod items {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models")]
    struct Stack {
        #[reduce(listitems)]
        items: Vec<u16>,
        label: u8,
    }

    /// As `Stack`, whose instances need have no attributes.
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", name = "Stack")]
    struct Bare<T>(#[reduce(listitems)] VecDeque<T>);

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models")]
    struct Named {
        owner: u8,
        #[reduce(listitems)]
        items: Vec<Option<u16>>,
        #[reduce(ctor)]
        name: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models")]
    struct Table {
        #[reduce(dictitems)]
        entries: BTreeMap<u16, Vec<u16>>,
        label: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", init)]
    struct Ordered(#[reduce(dictitems)] Vec<(u16, u8)>);

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models")]
    struct Groups {
        #[reduce(ctor)]
        factory: Value,
        #[reduce(dictitems)]
        groups: BTreeMap<u8, Vec<u16>>,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", init)]
    struct Both {
        #[reduce(dictitems)]
        under: BTreeMap<u8, u8>,
        #[reduce(listitems)]
        items: Vec<u8>,
    }

    #[test]
    fn agree_with_python() {
        let list = Value::from(pickle_core::Global::new("builtins", "list"));
        let mut rows = vec![
            row(
                vec![
                    Stack { items: vec![], label: 1 },
                    Stack { items: vec![2], label: 1 },
                    Stack { items: vec![2, 3], label: 1 },
                ],
                "[make(Stack, {'label': 1}, items) for items in ([], [2], [2, 3])]",
                SETUP,
                (2, 7),
            ),
            row(Bare(VecDeque::from([1u8, 2])), "make(Stack, {}, [1, 2])", SETUP, (2, 7)),
            row(
                vec![Bare(VecDeque::from([Bare(VecDeque::<u8>::new())])), Bare(VecDeque::new())],
                "[make(Stack, {}, [Stack()]), Stack()]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![
                    Named { owner: 1, items: vec![Some(1), None], name: 2 },
                    Named { owner: 1, items: vec![None], name: 2 },
                    Named { owner: 1, items: vec![], name: 2 },
                ],
                "[make(Named, {'owner': 1}, items, 2) for items in ([1, None], [None], [])]",
                SETUP,
                (2, 7),
            ),
            row(
                vec![
                    Table { entries: BTreeMap::new(), label: 1 },
                    Table { entries: [(2, vec![])].into(), label: 1 },
                    Table { entries: [(2, vec![3]), (4, vec![])].into(), label: 1 },
                ],
                "[make(Table, {'label': 1}, items) \
                 for items in ([], [(2, [])], [(2, [3]), (4, [])])]",
                SETUP,
                (3, 0),
            ),
            row(
                vec![
                    Groups { factory: list.clone(), groups: [(1, vec![2]), (3, vec![])].into() },
                    Groups { factory: list.clone(), groups: BTreeMap::new() },
                ],
                "[make(Groups, {}, [(1, [2]), (3, [])], list), Groups(list)]",
                SETUP,
                (2, 7),
            ),
            row(
                Both { under: [(1, 2), (3, 4)].into(), items: vec![5, 6] },
                "make(Both, {'under': {1: 2, 3: 4}}, [5, 6])",
                SETUP,
                (2, 7),
            ),
        ];
        for count in [0, 1, 2] {
            let entries = [(7, 1), (5, 2)][..count].to_vec();
            let expr = format!("make(Ordered, {{}}, [(7, 1), (5, 2)][:{count}])");
            rows.push(row(vec![Ordered(entries)], &format!("[{expr}]"), SETUP, (3, 0)));
        }
        // Batches of 1000. Python 2 has the entries of an OrderedDict as an argument.
        for count in [1000, 1001, 2500] {
            let items = (0..count).collect();
            let expr = format!("make(Stack, {{'label': 1}}, list(range({count})))");
            rows.push(row(Stack { items, label: 1 }, &expr, SETUP, (2, 7)));
            let entries = (0..count).map(|key| (key, 0)).collect();
            let expr = format!("make(Ordered, {{}}, [(key, 0) for key in range({count})])");
            rows.push(row(Ordered(entries), &expr, SETUP, (3, 0)));
        }
        agree_on_instances(&rows);
    }
}

mod keywords {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", new)]
    struct Colour {
        #[reduce(ctor)]
        name: u8,
        #[reduce(kw)]
        alpha: u16,
        note: Option<u8>,
        #[reduce(kw, default = 8, skip_if = is_8)]
        depth: u8,
    }

    fn is_8(depth: &u8) -> bool {
        *depth == 8
    }

    #[test]
    fn agree_with_python() {
        let colour = |alpha, depth| Colour { name: 1, alpha, note: Some(9), depth };
        agree_on_instances(&[
            // Below protocol 2, and in Python 2, __getnewargs_ex__ is not known.
            row(colour(128, 16), "colour(1, 128, 16, 9)", &format!("{SETUP}\n{FULL}"), (3, 4)),
            row(
                vec![colour(0, 8), colour(0, 8), colour(255, 16)],
                "[colour(1, 0, 8, 9), colour(1, 0, 8, 9), colour(1, 255, 16, 9)]",
                &format!("{SETUP}\n{FULL}"),
                (3, 4),
            ),
        ]);
    }

    /// Protocols 0 and 1 leave the arguments out (`copyreg._reduce_ex`), so the state has them.
    const FULL: &str = "Colour.__getstate__ = lambda self: dict(self.__dict__)";

    /// The bytes of CPython 3.13 through `pickletools.optimize`.
    #[test]
    fn written_as_cpython_does() {
        let value = Colour { name: 1, alpha: 2, note: None, depth: 3 };
        let expected: [(Protocol, &[u8]); 2] = [
            (
                Protocol::V2,
                b"\x80\x02cfunctools\npartial\nc__builtin__\ngetattr\ncconstruction_models\n\
                  Colour\nq\x00X\x07\x00\x00\x00__new__\x86Rq\x01\x85R(h\x01h\x00K\x01\x86}(X\x05\
                  \x00\x00\x00alphaK\x02X\x05\x00\x00\x00depthK\x03uNtb)R}X\x04\x00\x00\x00noteNsb.",
            ),
            (
                Protocol::V4,
                b"\x80\x04\x95B\x00\x00\x00\x00\x00\x00\x00\x8c\x13construction_models\x8c\x06\
                  Colour\x93K\x01\x85}(\x8c\x05alphaK\x02\x8c\x05depthK\x03u\x92}\x8c\x04noteNsb.",
            ),
        ];
        for (protocol, expected) in expected {
            let pickle = PickleOptions::new().protocol(protocol).to_vec(&value).unwrap();
            let pickle = tools::optimize(&pickle).unwrap();
            assert_eq!(pickle, expected, "{}", String::from_utf8_lossy(&pickle));
        }
    }

    #[test]
    fn any_argument_may_come_by_keyword() {
        let pickle = b"\x80\x04\x8c\x13construction_models\x8c\x06Colour\x93)}(\x8c\x05alphaK\x02\
                       \x8c\x04nameK\x01u\x92}\x8c\x04noteNsb.";
        assert_eq!(load(pickle), Ok(Colour { name: 1, alpha: 2, note: None, depth: 8 }));
        let pickle =
            b"\x80\x04\x8c\x13construction_models\x8c\x06Colour\x93K\x01\x85}(\x8c\x05alphaK\
                       \x02\x8c\x03hueK\x01u\x92.";
        let error = load::<Colour>(pickle).unwrap_err();
        assert!(
            error.starts_with("found keyword argument \"hue\", expected one of name, alpha"),
            "{error}"
        );
    }
}

mod setters {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", init, state_setter = "construction_models.fill")]
    struct Cell {
        value: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(
        module = "construction_models",
        init,
        state_setter = "construction_models.fill_pair",
        state = "tuple"
    )]
    struct Pair {
        x: u8,
        y: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(transparent)]
    struct Shared(std::rc::Rc<Cell>);

    #[test]
    fn agree_with_python() {
        let shared = std::rc::Rc::new(Cell { value: 3 });
        agree_on_instances(&[
            row(vec![Cell { value: 1 }, Cell { value: 2 }], "[Cell(1), Cell(2)]", SETUP, (3, 8)),
            row(vec![Pair { x: 1, y: 2 }], "[Pair(1, 2)]", SETUP, (3, 8)),
            row(vec![Shared(shared.clone()), Shared(shared)], "[Cell(3)] * 2", SETUP, (3, 8)),
        ]);
    }

    /// `save_reduce` of CPython 3.13, through `pickletools.optimize`.
    #[test]
    fn written_as_cpython_does() {
        let pickle = to_vec(&Cell { value: 7 }).unwrap();
        let tail =
            b"\x04Cell\x93)R\x94\x8c\x13construction_models\x8c\x04fill\x93h\x01}\x8c\x05value\
                     K\x07s\x86R0.";
        let without: Vec<u8> = pickle.iter().copied().filter(|byte| *byte != 0x94).collect();
        let expected: Vec<u8> = tail.iter().copied().filter(|byte| *byte != 0x94).collect();
        assert!(without.ends_with(&expected), "{}", String::from_utf8_lossy(&pickle));
    }
}

mod bases {
    use super::*;

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", deny_unknown)]
    struct Animal {
        legs: u8,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", after = Pet::check)]
    struct Pet {
        #[reduce(flatten)]
        animal: Animal,
        owner: Option<u8>,
    }

    impl Pet {
        fn check(&mut self) -> Result<(), String> {
            if self.owner == Some(0) { Err("nobody owns it".into()) } else { Ok(()) }
        }
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", deny_unknown)]
    struct Dog<B> {
        tricks: Vec<u16>,
        #[reduce(flatten)]
        pet: B,
    }

    #[test]
    fn agree_with_python() {
        let pet = |legs| Pet { animal: Animal { legs }, owner: Some(2) };
        let dog = |tricks| Dog { tricks, pet: pet(3) };
        agree_on_instances(&[
            row(vec![pet(4), pet(3)], "[Pet(4, 2), Pet(3, 2)]", SETUP, (2, 7)),
            row(vec![dog(vec![1]), dog(vec![])], "[Dog(3, 2, [1]), Dog(3, 2, [])]", SETUP, (2, 7)),
        ]);
    }

    /// What is in its slots comes from the base.
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", state = "slots")]
    struct Pixel {
        x: i32,
        y: i32,
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", state = "slots")]
    struct Tagged {
        #[reduce(flatten)]
        pixel: Pixel,
        tag: u8,
    }

    #[test]
    fn with_slots_agree_with_python() {
        let pixel = |x, y| Pixel { x, y };
        let tagged = |tag| Tagged { pixel: pixel(2, 3), tag };
        agree_on_instances(&[
            row(tagged(1), "Tagged(2, 3, 1)", SETUP, (2, 7)),
            row(
                (vec![tagged(1), tagged(4)], pixel(5, 6)),
                "([Tagged(2, 3, 1), Tagged(2, 3, 4)], Pixel(5, 6))",
                SETUP,
                (2, 7),
            ),
        ]);
    }

    #[test]
    fn names_are_written_once_and_instances_of_a_base_stay_instances() {
        let pet = || Pet { animal: Animal { legs: 4 }, owner: None };
        let value =
            (vec![pet(), pet(), pet()], Animal { legs: 2 }, vec![pet()], Animal { legs: 3 });
        let pickle = to_vec(&value).unwrap();
        assert_eq!(load(&pickle), Ok(value));
        // Once for the base, once for the class itself.
        let count = pickle.windows(5).filter(|bytes| bytes == b"\x04legs").count();
        assert_eq!(count, 2);
    }

    #[test]
    fn errors_are_those_of_the_whole() {
        let head = b"\x80\x02cconstruction_models\nDog\n)\x81}(X\x06\0\0\0tricks]";
        let pickle = |tail: &[u8]| [&head[..], tail, b"ub."].concat();
        let error = |tail: &[u8]| load::<Dog<Pet>>(&pickle(tail)).unwrap_err();
        let found = error(b"X\x05\0\0\0ownerN");
        assert!(found.starts_with("found no attribute `legs`, expected one"), "{found}");
        let found = error(b"X\x05\0\0\0ownerNX\x04\0\0\0legsK\x01X\x04\0\0\0tailK\x01");
        assert!(found.contains("\"tail\"") || found.contains("tail"), "{found}");
        let found = error(b"X\x05\0\0\0ownerK\0X\x04\0\0\0legsK\x01");
        assert!(found.starts_with("nobody owns it, in Dog"), "{found}");
        let found = error(b"X\x05\0\0\0ownerNX\x04\0\0\0legs]");
        assert!(found.starts_with("found list of 0, expected u8, in Dog.legs"), "{found}");
        assert!(from_slice::<Dog<Pet>>(&pickle(b"X\x05\0\0\0ownerNX\x04\0\0\0legsK\x04")).is_ok());
    }

    /// Values without names would be those of the class and of its base at once.
    #[test]
    fn a_state_without_names_is_an_error() {
        for (state, found) in [(&b"]K\x07a"[..], "list of 1"), (b"K\x07\x85", "tuple of 1")] {
            let pickle = [b"\x80\x02cconstruction_models\nPet\n)\x81", state, b"b."].concat();
            let expected = format!("found {found}, expected dict, the state of an object, in Pet");
            let error = load::<Pet>(&pickle).unwrap_err();
            assert!(error.starts_with(&expected), "{error}");
        }
    }

    /// The first constructor fails, the second one makes the base.
    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models", ctor = Tried::first, ctor = Tried::second)]
    struct Tried {
        x: u8,
        #[reduce(skip)]
        by: u8,
    }

    impl Tried {
        fn first() -> Result<Tried, String> {
            Err("the first fails".into())
        }

        fn second() -> Tried {
            Tried { x: 0, by: 2 }
        }
    }

    #[derive(Debug, PartialEq, Reduce)]
    #[reduce(module = "construction_models")]
    struct Around {
        #[reduce(flatten)]
        tried: Tried,
        y: u8,
    }

    #[test]
    fn a_base_is_made_by_whichever_constructor_works() {
        let pickle =
            b"\x80\x02cconstruction_models\nAround\n)\x81}(X\x01\0\0\0xK\x05X\x01\0\0\0yK\x06ub.";
        let tried = Tried { x: 5, by: 2 };
        assert_eq!(load::<Around>(pickle), Ok(Around { tried, y: 6 }));
    }
}
