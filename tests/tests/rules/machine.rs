//! N9 and N10: frames, and the machine that reads.

use pickle_core::{Graph, PickleOptions, Profile, Unpickler, tools};

use crate::support::Reads::{As, Error};
use crate::support::{ends_early, expect_all, options, read, refused, v4, write, write_by, writes};

#[test]
fn n9_1_small_frames_have_no_header() {
    writes(b"N.", &[(4, b"\x80\x04N.")]);
    writes(b"Va\n.", &[(4, b"\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x01a\x94.")]);
    assert_eq!(PickleOptions::new().to_vec(&()).unwrap(), b"\x80\x04N.");
    // CPython 3.6 had one for every frame.
    assert_eq!(write_by(b"N.", 4, Profile::CPython36), v4(b"N."));
}

/// The lengths of the frames, and of what is outside of them.
fn frames(pickle: &[u8]) -> Vec<usize> {
    let mut frames = Vec::new();
    let mut at = 2;
    while pickle.get(at) == Some(&0x95) {
        let len = u64::from_le_bytes(pickle[at + 1..at + 9].try_into().unwrap());
        frames.push(len.try_into().unwrap());
        at += 9 + frames.last().unwrap();
    }
    frames
}

#[test]
fn n9_2_a_frame_ends_before_the_value_that_finds_it_full() {
    let pickle = [b"(", &b"J\0\0\0\x80".repeat(30_000)[..], b"t."].concat();
    for profile in [Profile::CPythonC, Profile::Canonical] {
        let frames = frames(&write_by(&pickle, 4, profile));
        assert!(frames[0] >= 65_536 && frames[0] < 65_536 + 5, "{frames:?}");
        assert_eq!(frames.len(), 3);
    }
}

#[test]
fn n9_3_large_payloads_stay_outside() {
    for (len, outside) in [(65_535u32, false), (65_536, true)] {
        let payload = vec![b'x'; len as usize];
        let pickle = [&b"X"[..], &len.to_le_bytes(), &payload, b"."].concat();
        let written = write(&pickle, 4);
        let header = [&b"X"[..], &len.to_le_bytes()].concat();
        assert_eq!(written[2..].starts_with(&header), outside);
        let text = String::from_utf8(payload).unwrap();
        let typed = PickleOptions::new().to_vec(&text).unwrap();
        assert_eq!(typed[2..].starts_with(&header), outside);
    }
}

#[test]
fn n9_4_optimize_makes_frames_of_its_own() {
    let pickle = v4(b"]\x94(\x8c\x01a\x94\x8c\x01b\x94h\x02e.");
    let optimized = tools::optimize(&pickle).unwrap();
    assert_eq!(optimized, v4(b"](\x8c\x01a\x8c\x01b\x94h\0e."));
    assert!(read(&optimized) == read(&pickle));
}

#[test]
fn n9_5_frames_are_optional_and_must_hold_whole_instructions() {
    expect_all(&[
        (b"\x80\x04]\x94(K\x01K\x02e.", As(b"](K\x01K\x02e.")),
        (b"\x95\x02\0\0\0\0\0\0\0N.", As(b"N.")),
        // An operand may follow the frame of its opcode, as in `pickle.py`.
        (b"\x95\x01\0\0\0\0\0\0\0K\x01.", As(b"K\x01.")),
        (b"\x95\x01\0\0\0\0\0\0\0N\x95\x01\0\0\0\0\0\0\0.", As(b"N.")),
    ]);
    // An argument, a line and a frame that go beyond the end of their frame.
    for pickle in [
        &b"\x95\x02\0\0\0\0\0\0\0M\x01\0."[..],
        b"\x95\x02\0\0\0\0\0\0\0I1\n.",
        b"\x95\x0b\0\0\0\0\0\0\0N\x95\x02\0\0\0\0\0\0\0N.",
    ] {
        refused(pickle);
    }
}

#[test]
fn n9_6_a_length_of_a_frame_is_not_memory() {
    assert!(ends_early(b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\xffN."));
    let mut unpickler = Unpickler::new(&b"\x80\x04\x95\xff\xff\xff\xff\xff\xff\xff\x7fN."[..]);
    assert!(unpickler.load_graph().is_err());
}

#[test]
fn n10_1_memo_indexes() {
    expect_all(&[
        (b"]p4294967296\n0g4294967296\n.", As(b"].")),
        (b"]q\0}q\0h\0\x87.", As(b"]}2\x87.")),
        (b"h\0.", Error("found memo index 0")),
        (b"]p-1\n.", Error("expected a memo index of zero or more")),
        // The second entry has index 1, and takes the place of one that was put there.
        (b"(]q\x01}\x94h\x01t.", As(b"(]}2t.")),
    ]);
}

#[test]
fn n10_2_far_indexes_are_no_memory() {
    expect_all(&[
        (b"]r\xff\xff\xff\xff.", As(b"].")),
        (b"]r\xff\xff\xff\xffj\xff\xff\xff\xff\x86.", As(b"]2\x86.")),
    ]);
}

#[test]
fn n10_3_nothing_below_the_last_mark_is_seen() {
    expect_all(&[
        (b"N(\x85.", Error("above the last mark")),
        (b"](K\x01(a.", Error("above the last mark")),
        (b"](R.", Error("above the last mark")),
        (b"N(2.", Error("above the last mark")),
        (b"(NK\x01(0\x86.", As(b"NK\x01\x86.")),
        (b"e.", Error("found no mark")),
        (b"0.", Error("found no mark")),
    ]);
}

#[test]
fn n10_4_the_top_is_the_value() {
    expect_all(&[
        (b"(K\x01.", As(b"K\x01.")),
        (b"NN(K\x01.", As(b"K\x01.")),
        (b"K\x01.rest", As(b"K\x01.")),
        (b"N(.", Error("above the last mark")),
    ]);
    assert!(tools::dis(b"(K\x01.").into_result().is_err());
    let mut stream = &b"K\x01.rest"[..];
    assert_eq!(pickle_core::from_reader::<_, u8>(&mut stream).unwrap(), 1);
    assert_eq!(stream, b"rest");
}

#[test]
fn n10_5_a_protocol_number_gates_nothing() {
    expect_all(&[
        (b"\x80\0\x8f\x94.", As(b"\x8f.")),
        (b"\x96\0\0\0\0\0\0\0\0.", As(b"\x80\x05\x96\0\0\0\0\0\0\0\0.")),
        (b"N\x80\x02\x80\x05.", As(b"N.")),
        (b"\x80\x06N.", Error("found protocol 6")),
    ]);
    assert_eq!(read(b"\x80\x02N\x80\x04.").protocol().number(), 4);
}

#[test]
fn n10_7_the_memo_outlives_a_pickle_on_request() {
    let stream = b"\x80\x02]q\0.\x80\x02h\0.";
    let mut kept = Unpickler::new(&stream[..]).keep_memo(true);
    kept.load::<Vec<u8>>().unwrap();
    assert!(kept.load::<Vec<u8>>().unwrap().is_empty());
    let mut forgotten = Unpickler::new(&stream[..]);
    forgotten.load::<Vec<u8>>().unwrap();
    assert!(forgotten.load::<Vec<u8>>().is_err());
}

#[test]
fn n10_8_persistent_ids() {
    writes(b"Pid\n.", &[(0, b"Pid\n."), (1, b"X\x02\0\0\0idq\0Q.")]);
    expect_all(&[(b"Pid\n.", As(b"Vid\nQ.")), (b"P\xe9\n.", Error("expected text in ASCII"))]);
    assert_eq!(read(b"NK\x01\x86Q.").root().persistent_id().unwrap().len(), 2);
    assert!(options(0, Profile::CPythonC).graph_to_vec(&read(b"K\x01Q.")).is_err());
}

#[test]
fn n10_10_a_dot_may_be_an_operand() {
    for pickle in [&b"(K.ca.b\nC.D\n}q.h.t."[..], b"\x8a\x01.", b"U\x01..", b"X.\0\0\0"] {
        let pickle = match pickle {
            b"X.\0\0\0" => [pickle, &[b'.'; 46], b"."].concat(),
            b"\x8a\x01." => b"\x8a\x01..".to_vec(),
            other => other.to_vec(),
        };
        let stream = [&pickle[..], b"K\x07."].concat();
        let mut unpickler = Unpickler::new(&stream[..]);
        unpickler.load_graph().unwrap();
        assert_eq!(unpickler.load::<u8>().unwrap(), 7, "{}", pickle.escape_ascii());
        assert_eq!(
            Graph::from_prefix(&stream, &pickle_core::Limits::DEFAULT).unwrap().1,
            pickle.len()
        );
    }
}

#[test]
fn n10_11_lengths_that_cannot_be() {
    expect_all(&[
        (b"\x8b\xff\xff\xff\xff.", Error("found length -1")),
        (b"T\xff\xff\xff\xff.", Error("found length -1")),
    ]);
    for opcode in *b"\x8d\x8e\x96" {
        assert!(ends_early(&[&[opcode][..], &[0xff; 8], b"a."].concat()));
    }
    assert!(ends_early(b"X\xff\xff\xff\xffa."));
    assert!(ends_early(b"B\xff\xff\xff\xffa."));
}
