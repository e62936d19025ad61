//! N5 and N6: integers, bools, floats; strings and bytes.

use pickle_core::{Encoding, Limits, PickleOptions, Profile, Protocol, UnpickleOptions, Value};

use crate::support::Reads::{As, Error};
use crate::support::{expect_all, options, read, refused, shown, write_by, writes};

#[test]
fn n5_1_the_shortest_integer() {
    writes(b"K\xff.", &[(0, b"I255\n."), (1, b"K\xff.")]);
    writes(b"M\xff\xff.", &[(1, b"M\xff\xff.")]);
    writes(b"J\0\0\x01\0.", &[(1, b"J\0\0\x01\0.")]);
    writes(b"J\0\0\0\x80.", &[(0, b"I-2147483648\n."), (1, b"J\0\0\0\x80.")]);
    writes(b"L2147483648L\n.", &[(0, b"L2147483648L\n."), (1, b"L2147483648L\n.")]);
    let longest = [&b"\x8a\xff"[..], &[1; 255], b"."].concat();
    let longer = [&b"\x8b\0\x01\0\0"[..], &[1; 256], b"."].concat();
    for pickle in [longest, longer] {
        assert_eq!(write_by(&pickle, 2, Profile::CPythonC)[2..], pickle);
    }
}

#[test]
fn n5_2_longs_are_minimal_and_need_not_be() {
    for (text, bytes) in
        [("0", &b""[..]), ("255", b"\xff\0"), ("-128", b"\x80"), ("-256", b"\0\xff")]
    {
        let long = [b"\x8a", &[u8::try_from(bytes.len()).unwrap()][..], bytes, b"."].concat();
        assert_eq!(shown(&long), text);
    }
    writes(b"L-549755813888L\n.", &[(2, b"\x80\x02\x8a\x05\0\0\0\0\x80.")]);
    writes(b"L549755813888L\n.", &[(2, b"\x80\x02\x8a\x06\0\0\0\0\x80\0.")]);
    writes(b"\x8a\x0a\0\0\0\0\x80\0\0\0\0\0.", &[(2, b"\x80\x02\x8a\x06\0\0\0\0\x80\0.")]);
}

#[test]
fn n5_3_bools() {
    writes(b"\x88.", &[(0, b"I01\n."), (1, b"I01\n."), (2, b"\x80\x02\x88.")]);
    expect_all(&[
        (b"I00\n.", As(b"\x89.")),
        (b"I1\n.", As(b"K\x01.")),
        (b"I0\n.", As(b"K\0.")),
        (b"I01\r\n.", Error("converted as if it were text")),
    ]);
}

#[test]
fn n5_4_text_of_integers() {
    expect_all(&[
        (b"I0x1F\n.", As(b"K\x1f.")),
        (b"I0o17\n.", As(b"K\x0f.")),
        (b"I1_000\n.", As(b"M\xe8\x03.")),
        (b"I 7 \n.", As(b"K\x07.")),
        (b"L-5\n.", As(b"J\xfb\xff\xff\xff.")),
        (b"I\n.", Error("expected an integer")),
    ]);
    let digits = |count| [&b"L"[..], &b"7".repeat(count), b"L\n."].concat();
    read(&digits(4300));
    assert!(refused(&digits(4301)).contains("4300"));
    let more = UnpickleOptions::new().limits(Limits::DEFAULT.digits(1_000_000));
    more.from_slice::<Value>(&digits(4301)).unwrap();
}

#[test]
fn n5_5_floats() {
    for (number, text) in [
        (1e16, "1e+16"),
        (1e-5, "1e-05"),
        (f64::INFINITY, "inf"),
        (f64::NEG_INFINITY, "-inf"),
        (f64::NAN, "nan"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
    ] {
        let pickle = options(0, Profile::CPythonC).to_vec(&number).unwrap();
        assert_eq!(pickle, format!("F{text}\n.").as_bytes());
    }
    let pickle = options(1, Profile::CPythonC).to_vec(&1.5).unwrap();
    assert_eq!(pickle, b"G\x3f\xf8\0\0\0\0\0\0.");
    expect_all(&[
        (b"F-1\n.", As(b"G\xbf\xf0\0\0\0\0\0\0.")),
        (b"F0.10000000000000001\n.", As(b"G\x3f\xb9\x99\x99\x99\x99\x99\x9a.")),
        (b"F1_0.0\n.", Error("expected a float")),
    ]);
}

#[test]
fn n5_6_equal_numbers_are_one_key() {
    expect_all(&[
        (b"}(K\x01Va\n\x88Vb\nG\x3f\xf0\0\0\0\0\0\0Vc\nu.", As(b"}K\x01Vc\ns.")),
        (b"\x8f(\x88K\x01\x90.", As(b"\x8f(\x88\x90.")),
    ]);
    assert_eq!(read(b"}(Fnan\nNFnan\nNu.").root().entries().count(), 2);
    assert_eq!(read(b"}(Fnan\np0\nNg0\nNu.").root().entries().count(), 1);
}

#[test]
fn n6_1_lone_surrogates() {
    let lone: &[u8] = b"X\x03\0\0\0\xed\xa0\x80.";
    writes(lone, &[(0, b"V\\ud800\np0\n."), (1, b"X\x03\0\0\0\xed\xa0\x80q\0.")]);
    assert!(refused(b"X\x02\0\0\0\xff\xfe.").contains("expected"));
    // A `String` cannot hold one; the error names what can.
    let error = pickle_core::from_slice::<Value>(lone).unwrap_err().to_string();
    assert!(error.contains("lone surrogates") && error.contains("`Graph`"), "{error}");
}

#[test]
fn n6_2_short_forms() {
    for (len, short) in [(255, true), (256, false)] {
        let text = "x".repeat(len);
        let bytes = text.clone().into_bytes();
        let v = |protocol| options(protocol, Profile::CPythonC);
        assert_eq!(v(4).to_vec(&text).unwrap()[11] == b'\x8c', short);
        assert_eq!(v(3).to_vec(&text).unwrap()[2], b'X');
        assert_eq!(v(3).to_vec(&bytes).unwrap()[2] == b'C', short);
    }
    writes(b"\x8d\x01\0\0\0\0\0\0\0a.", &[(4, &crate::support::v4(b"\x8c\x01a\x94."))]);
    assert_eq!(write_by(b"\x96\x01\0\0\0\0\0\0\0a.", 5, Profile::CPythonC)[11], b'\x96');
}

#[test]
fn n6_3_raw_unicode_escape() {
    let text = "\u{e9}\n\\";
    assert_eq!(options(0, Profile::CPythonC).to_vec(text).unwrap(), b"V\xe9\\u000a\\u005c\n.");
    let text = "\0\r\x1a\u{20ac}\u{1f600}";
    let written = options(0, Profile::CPythonC).to_vec(text).unwrap();
    assert_eq!(written, b"V\\u0000\\u000d\\u001a\\u20ac\\U0001f600\n.");
    expect_all(&[
        (b"V\\\\u0041\n.", As(b"X\x07\0\0\0\\\\u0041.")),
        (b"V\\x41\n.", As(b"X\x04\0\0\0\\x41.")),
        (b"V\\u12\n.", Error("expected four or eight digits")),
        (b"Va\r\n.", As(b"X\x02\0\0\0a\r.")),
    ]);
}

#[test]
fn n6_4_quoted_strings() {
    expect_all(&[
        (b"S'it\\'s'\n.", As(b"U\x04it's.")),
        (b"S\"a\"\n.", As(b"U\x01a.")),
        (b"S'\\101\\x42\\n\\q'\n.", As(b"U\x05AB\n\\q.")),
        (b"S'a\n.", Error("expected a quoted string")),
        (b"Sa\n.", Error("expected a quoted string")),
        (b"S'a\"\n.", Error("expected a quoted string")),
        (b"S'\n.", Error("expected a quoted string")),
        (b"T\xff\xff\xff\xff.", Error("found length -1")),
    ]);
}

#[test]
fn n6_5_an_encoding_for_strings_of_python_2() {
    let latin: &[u8] = b"(U\x01\xe9T\x01\0\0\0\xe9S'\\xe9'\nt.";
    let read = |encoding| {
        let options = UnpickleOptions::new().encoding(encoding);
        options.from_slice::<(String, String, String)>(latin).map(|all| all.2)
    };
    assert_eq!(read(Encoding::Latin1).unwrap(), "\u{e9}");
    assert!(read(Encoding::Utf8).is_err());
    // It is not asked for the strings that know their own.
    let options = UnpickleOptions::new().encoding(Encoding::Latin1);
    assert_eq!(options.from_slice::<String>(b"X\x02\0\0\0\xc3\xa9.").unwrap(), "\u{e9}");
}

#[test]
fn n6_6_bytes_before_their_opcodes() {
    writes(b"C\x01\xff.", &[(
        2,
        b"\x80\x02c_codecs\nencode\nq\0X\x02\0\0\0\xc3\xbfq\x01X\x06\0\0\0latin1q\x02\x86q\x03Rq\x04.",
    )]);
    writes(b"C\0.", &[(2, b"\x80\x02c__builtin__\nbytes\nq\0)Rq\x01.")]);
    writes(b"\x96\0\0\0\0\0\0\0\0.", &[(3, b"\x80\x03cbuiltins\nbytearray\nq\0)Rq\x01.")]);
    writes(
        b"\x96\x01\0\0\0\0\0\0\0a.",
        &[(3, b"\x80\x03cbuiltins\nbytearray\nq\0C\x01aq\x01\x85q\x02Rq\x03.")],
    );
    for protocol in Protocol::ALL {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&vec![0xffu8, 0]).unwrap();
        assert_eq!(pickle_core::from_slice::<Vec<u8>>(&pickle).unwrap(), [0xff, 0]);
    }
    // What Python 2 wrote for a bytearray.
    let old = b"c__builtin__\nbytearray\n(V\xff\nVlatin-1\ntR.";
    assert_eq!(pickle_core::from_slice::<Vec<u8>>(old).unwrap(), [0xff]);
}

#[test]
fn n6_7_a_line_cannot_hold_a_newline() {
    for pickle in [
        &b"X\x03\0\0\0a\nbQ."[..],
        b"X\x03\0\0\0a\nbX\x01\0\0\0c\x93.",
        b"X\x01\0\0\0cX\x03\0\0\0a\nb\x93.",
    ] {
        let result = options(0, Profile::CPythonC).graph_to_vec(&read(pickle));
        assert!(result.is_err(), "{}", pickle.escape_ascii());
    }
    let text = options(1, Profile::CPythonC).to_vec("a\nb").unwrap();
    assert_eq!(text, b"X\x03\0\0\0a\nb.");
}

#[test]
fn n6_8_lines_end_in_a_newline_only() {
    expect_all(&[
        (b"cos\r\nx\n.", As(b"\x8c\x03os\r\x8c\x01x\x93.")),
        (b"Pid\r\n.", As(b"\x8c\x03id\rQ.")),
    ]);
    // In a file that went through a text conversion, numbers survive: `int` takes blanks. The rest
    // is an error that says so.
    expect_all(&[
        (b"(lp0\r\nI7\r\na.", As(b"]K\x07a.")),
        (b"I01\r\n.", Error("converted as if it were text")),
        (b"S'a'\r\n.", Error("found a line that ends in \\r\\n, expected")),
        (b"F1.5\r\n.", Error("transfer it as binary")),
    ]);
}
