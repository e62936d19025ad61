//! N7: globals.

use pickle_core::{Profile, Protocol};

use crate::support::Reads::{As, Error};
use crate::support::{ask, expect_all, load, options, python3, read, shown, v4, write, writes};

#[test]
fn n7_1_extension_codes_are_never_memoized() {
    writes(b"\x82\xff2\x86.", &[(2, b"\x80\x02\x82\xff\x82\xff\x86q\0.")]);
    writes(b"\x83\0\x01.", &[(2, b"\x80\x02\x83\0\x01.")]);
    writes(b"\x84\xff\xff\xff\x7f.", &[(2, b"\x80\x02\x84\xff\xff\xff\x7f.")]);
    expect_all(&[
        (b"\x83\x05\0.", As(b"\x82\x05.")),
        (b"\x82\0.", Error("expected a code above zero")),
        (b"\x84\0\0\0\x80.", Error("expected a code above zero")),
    ]);
    // Before protocol 2 there are none.
    assert!(options(1, Profile::CPythonC).graph_to_vec(&read(b"\x82\x05.")).is_err());
}

#[test]
fn n7_2_nested_names_are_chains_before_protocol_4() {
    let nested: &[u8] = b"\x80\x04\x8c\x01m\x8c\x05A.B.C\x93\x94.";
    writes(
        nested,
        &[
            (0, b"c__builtin__\ngetattr\np0\n(g0\n(cm\nA\nVB\np1\ntRVC\np2\ntRp3\n."),
            (
                2,
                b"\x80\x02c__builtin__\ngetattr\nq\0h\0cm\nA\nX\x01\0\0\0Bq\x01\x86R\
              X\x01\0\0\0Cq\x02\x86Rq\x03.",
            ),
        ],
    );
    // Dots are followed from protocol 4 on, and belong to a name before.
    assert_eq!(write(b"cm\nA.B\n.", 2), b"\x80\x02cm\nA.B\nq\0.");
    assert_eq!(write(nested, 4), v4(b"\x8c\x01m\x94\x8c\x05A.B.C\x94\x93\x94."));
}

#[test]
fn n7_3_names_are_ascii_before_protocol_3() {
    let name = "X\x01\0\0\0mX\x02\0\0\0\u{e9}\u{93}.".replace("\u{93}", "");
    let pickle = [&name.as_bytes()[..name.len() - 1], b"\x93."].concat();
    assert_eq!(shown(&pickle), "m.\u{e9}");
    for protocol in Protocol::ALL {
        let written = options(protocol.number(), Profile::CPythonC).graph_to_vec(&read(&pickle));
        assert_eq!(written.is_ok(), protocol >= Protocol::V3, "{protocol}");
    }
    expect_all(&[(b"(i\xe9\nC\n.", Error("expected text in ASCII"))]);
}

#[test]
fn n7_4_names_of_python_2_before_protocol_3() {
    writes(
        b"\x80\x04cbuiltins\nint\n.",
        &[(2, b"\x80\x02c__builtin__\nlong\nq\0."), (3, b"\x80\x03cbuiltins\nint\nq\0.")],
    );
    writes(b"\x80\x04cbuiltins\nrange\n.", &[(2, b"\x80\x02c__builtin__\nxrange\nq\0.")]);
    // The name goes before the module.
    writes(b"\x80\x04cfunctools\nreduce\n.", &[(2, b"\x80\x02c__builtin__\nreduce\nq\0.")]);
    for name in ["ConnectionError", "FileNotFoundError"] {
        let pickle = format!("\u{1}cbuiltins\n{name}\n.").split_off(1);
        let found = write(&[b"\x80\x04", pickle.as_bytes()].concat(), 2);
        assert_eq!(found, b"\x80\x02cexceptions\nOSError\nq\0.");
    }
    // A graph has the names that the pickle has.
    assert_eq!(read(b"c__builtin__\nlong\n.").root().global(), Some(("__builtin__", "long")));
}

/// A graph only names things; whoever looks them up has to refuse.
#[test]
fn n7_5_what_is_local_cannot_be_found() {
    let local = b"\x80\x04\x8c\x01m\x8c\x0cf.<locals>.C\x93.";
    assert_eq!(read(local).root().global(), Some(("m", "f.<locals>.C")));
    for python in python3() {
        let error = ask(python, &[load(local)])[0]["error"].to_string();
        assert!(error.contains("AttributeError"), "{python}: {error}");
    }
}

#[test]
fn n7_6_classes_without_a_name() {
    writes(
        b"\x80\x04cbuiltins\ntype\nN\x85R.",
        &[
            (2, b"\x80\x02c__builtin__\ntype\nq\0N\x85q\x01Rq\x02."),
            (3, b"\x80\x03cbuiltins\ntype\nq\0N\x85q\x01Rq\x02."),
        ],
    );
    writes(b"\x80\x04cbuiltins\nEllipsis\n.", &[(2, b"\x80\x02c__builtin__\nEllipsis\nq\0.")]);
}

#[test]
fn n7_7_operands_of_a_stack_global_are_str() {
    expect_all(&[
        // From anywhere: the memo decides, not what stands before.
        (b"Vm\n\x940VA\n\x940h\0h\x01\x93.", As(b"cm\nA\n.")),
        (b"Vm\n\x940VA\n\x940h\x01h\0\x93.", As(b"cA\nm\n.")),
        (b"C\x01mVA\n\x93.", Error("expected a str")),
        (b"Vm\nU\x01A\x93.", Error("expected a str")),
        (b"Vm\nN\x93.", Error("expected a str")),
    ]);
}

#[test]
fn n7_8_dots_and_mangled_names_are_kept() {
    for name in ["A.B", "_C__priv", ".x", "a..b", "<locals>"] {
        let pickle = write(format!("cm\n{name}\n.").as_bytes(), 4);
        assert_eq!(read(&pickle).root().global(), Some(("m", name)));
    }
}
