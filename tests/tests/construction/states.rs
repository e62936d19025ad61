//! What a state is: a dict, slots, a tuple or a list.

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
        row(vec![listed(None), listed(None)], "[Listed(1, None), Listed(1, None)]", SETUP, (2, 7)),
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
