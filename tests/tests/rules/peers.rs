//! Pickles that other readers take for something else without an error.

use pickle_core::{Unpickler, Value};

use crate::support::{read, shown};

/// A pickle, and its value as a graph shows it.
const ROWS: &[(&str, &[u8], &str)] = &[
    (
        "a shared dict",
        b"\x80\x04\x95\x10\0\0\0\0\0\0\0]\x94(}\x94\x8c\x01a\x94K\x01sh\x01e.",
        "[&1 = {\"a\": 1}, &1]",
    ),
    ("a shared list, filled later", b"](]q\0h\0K\x01ae.", "[&1 = [1], &1]"),
    ("a carriage return in text", b"Vabc\r\n.", "\"abc\\r\""),
    ("an index that is used again", b"(K\x01q\0K\x02q\0h\0t.", "(1, 2, 2)"),
    ("arguments and a state", b"cm\nf\nK\x01\x85R}Va\nK\x02sb.", "m.f(1) state {\"a\": 2}"),
    ("the order of a dict", b"}(Vb\nK\x01Va\nK\x02u.", "{\"b\": 1, \"a\": 2}"),
    ("a frozenset with items", b"(K\x01K\x02\x91.", "frozenset({1, 2})"),
    ("a negative long", b"\x8a\x02\xff\xfe.", "-257"),
];

#[test]
fn nothing_is_wrong_without_an_error() {
    for (what, pickle, text) in ROWS {
        assert_eq!(shown(pickle), *text, "{what}");
    }
    let module = read(b"cos\r\nx\n.");
    assert_eq!(module.root().global(), Some(("os\r", "x")));
}

#[test]
fn the_type_of_an_array_is_not_lost() {
    let array = |dtype: &str| {
        let head =
            "cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nI0\n\u{85}C\u{1}b\u{87}R";
        let state = format!("(I1\nI1\n\u{85}cnumpy\ndtype\nV{dtype}\nI00\nI01\n\u{87}RI00\nC\u{8}");
        let mut pickle: Vec<u8> = format!("{head}{state}").chars().map(|c| c as u8).collect();
        pickle.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        pickle.extend(b"tb.");
        pickle
    };
    let (ints, floats) = (array("i8"), array("f8"));
    assert!(read(&ints) != read(&floats));
    for (pickle, dtype) in [(&ints, "i8"), (&floats, "f8")] {
        let graph = read(pickle);
        let described = graph.root().state().unwrap().index(2).unwrap();
        assert_eq!(described.args().next().unwrap().as_str(), Some(dtype));
        assert_eq!(graph.root().args().count(), 3);
    }
    let values = [&ints, &floats].map(|pickle| pickle_core::from_slice::<Value>(pickle).unwrap());
    assert_ne!(values[0], values[1]);
}

#[test]
fn a_pickle_with_dots_in_its_names_is_skipped_to_its_end() {
    let tensor = b"ctorch._utils\n_rebuild_tensor_v2\n((Vstorage\nctorch\nFloatStorage\nV0\nVcpu\n\
                   K\x06tQK\0K\x02K\x03\x86K\x01K\x02\x86\x89N)tR.";
    let stream = [&tensor[..], b"K\x07."].concat();
    let mut unpickler = Unpickler::new(&stream[..]);
    unpickler.load_graph().unwrap();
    assert_eq!(unpickler.load::<u8>().unwrap(), 7);
    // The strides say that it is transposed.
    let graph = read(tensor);
    let strides = graph.root().args().nth(3).unwrap();
    assert_eq!(strides.iter().map(|it| it.as_i64().unwrap()).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(graph.root().args().next().unwrap().persistent_id().unwrap().len(), 5);
}
