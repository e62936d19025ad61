//! N4: tuples and other immutables, also in cycles.

use crate::support::Reads::{As, Error};
use crate::support::{expect_all, read, shown, v4, write, writes};

#[test]
fn n4_1_tuples_by_length() {
    writes(b").", &[(0, b"(t."), (1, b")."), (2, b"\x80\x02).")]);
    writes(b"NN\x86.", &[(0, b"(NNtp0\n."), (1, b"(NNtq\0."), (2, b"\x80\x02NN\x86q\0.")]);
    writes(b"(NNNNt.", &[(2, b"\x80\x02(NNNNtq\0.")]);
}

#[test]
fn n4_2_a_tuple_reached_through_itself_is_thrown_away() {
    let pair: &[u8] = b"\x80\x02]q\0h\0\x85q\x01a0h\x01.";
    assert_eq!(shown(pair), "&1 = ([&1],)");
    // At protocol 0 the last POP takes the mark.
    writes(pair, &[(0, b"((lp0\n(g0\ntp1\na00g1\n."), (1, b"(]q\0(h\0tq\x01a1h\x01."), (2, pair)]);
}

#[test]
fn n4_3_frozensets_too_and_sets_as_calls_before_protocol_4() {
    let cycle = b"(cm\nC\nq\0)\x81q\x01(h\x01\x91q\x02b1h\x02.";
    assert_eq!(
        write(cycle, 4),
        v4(b"(\x8c\x01m\x94\x8c\x01C\x94\x93\x94)\x81\x94(h\x03\x91\x94b1h\x04.")
    );
    writes(
        b"(K\x01\x91.",
        &[
            (0, b"c__builtin__\nfrozenset\np0\n((lp1\nI1\natp2\nRp3\n."),
            (2, b"\x80\x02c__builtin__\nfrozenset\nq\0]q\x01K\x01a\x85q\x02Rq\x03."),
        ],
    );
}

#[test]
fn n4_4_a_call_that_is_reached_through_its_arguments_is_thrown_away_too() {
    // Made twice; the first one stays.
    let pickle = b"cm\nf\n]q\0cm\nf\nh\0\x85Rq\x01a\x85R0h\x01.";
    assert_eq!(read(pickle).root().callable().unwrap().global(), Some(("m", "f")));
    let again = write(pickle, 2);
    assert!(read(&again) == read(pickle), "{}", again.escape_ascii());
    // Directly inside its own arguments there is no object yet.
    expect_all(&[(b"cm\nf\nh\0\x85Rq\0.", Error("found memo index 0"))]);
}

#[test]
fn n4_5_keys_that_are_incomplete_when_they_are_hashed() {
    // A member whose state comes later, and a tuple of it: equal by identity alone.
    let pickle = b"cm\nC\n)\x81q\0\x8fq\x01(h\0h\0\x85\x90b.";
    assert_eq!(read(pickle).root().state().unwrap().len(), 2);
    expect_all(&[
        (b"}(]q\0\x85Nu.", Error("can be hashed")),
        (b"\x8f(K\x02K\x01K\x02\x90.", As(b"\x8f(K\x02K\x01\x90.")),
    ]);
}
