//! State setters, the sixth element of a reduction.

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
    let tail = b"\x04Cell\x93)R\x94\x8c\x13construction_models\x8c\x04fill\x93h\x01}\x8c\x05value\
                 K\x07s\x86R0.";
    let without: Vec<u8> = pickle.iter().copied().filter(|byte| *byte != 0x94).collect();
    let expected: Vec<u8> = tail.iter().copied().filter(|byte| *byte != 0x94).collect();
    assert!(without.ends_with(&expected), "{}", String::from_utf8_lossy(&pickle));
}
