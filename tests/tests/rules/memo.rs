//! N2 and N3: what is memoized, when and how; and batches.

use pickle_core::{PickleOptions, Pickler, Profile, Protocol};
use std::rc::Rc;

use crate::support::Reads::{As, Error};
use crate::support::{
    ask, dump, expect_all, options, pickle_of, python3, read, v4, write, write_by, writes,
};

/// A list of shared lists, by number of entries.
fn shared_lists(count: u32) -> Vec<u8> {
    let mut pickle = b"(".to_vec();
    for number in 0..count {
        pickle.extend([&b"]r"[..], &number.to_le_bytes(), b"j", &number.to_le_bytes()].concat());
    }
    pickle.extend(b"t.");
    pickle
}

#[test]
fn n2_1_an_index_is_the_number_of_entries_so_far() {
    let source = shared_lists(257);
    writes(
        b"]q\x09h\x09\x86.",
        &[(0, b"((lp0\ng0\ntp1\n."), (1, b"(]q\0h\0tq\x01."), (3, b"\x80\x03]q\0h\0\x86q\x01.")],
    );
    assert_eq!(write(b"]q\x09h\x09\x86.", 4), v4(b"]\x94h\0\x86\x94."));
    let binary = write(&source, 2);
    assert!(binary.ends_with(b"]q\xffh\xff]r\0\x01\0\0j\0\x01\0\0tr\x01\x01\0\0."));
    let framed = write(&source, 4);
    assert!(framed.ends_with(b"]\x94h\xff]\x94j\0\x01\0\0t\x94."), "{}", framed.escape_ascii());
}

#[test]
fn n2_2_what_is_memoized() {
    // Each of these puts one entry, the second list none.
    for value in [&b"\x8c\0"[..], b"C\0", b"N\x85", b"]", b"}", b"\x8f", b"(\x91"] {
        let pickle = [value, b"."].concat();
        let written = write(&pickle, 4);
        assert!(written.ends_with(b"\x94."), "{}", written.escape_ascii());
    }
    assert_eq!(write(b"\x96\0\0\0\0\0\0\0\0.", 5).last_chunk(), Some(b"\x94."));
    for value in [&b"N"[..], b"\x88", b"K\x01", b"G\0\0\0\0\0\0\0\0", b")", b"\x82\x01", b"K\x01Q"]
    {
        let pickle = [value, b"."].concat();
        let written = write(&pickle, 4);
        assert!(!written.contains(&b'\x94'), "{}", written.escape_ascii());
    }
    assert_eq!(
        write(b"cm\nf\nK\x01\x85R.", 4),
        v4(b"\x8c\x01m\x94\x8c\x01f\x94\x93\x94K\x01\x85\x94R\x94.")
    );
}

#[test]
fn n2_3_containers_before_and_immutables_after_their_children() {
    assert_eq!(write(b"]]a.", 4), v4(b"]\x94]\x94a."));
    assert_eq!(write(b"]\x85.", 4), v4(b"]\x94\x85\x94."));
    assert_eq!(write(b"(K\x01\x91.", 4), v4(b"(K\x01\x91\x94."));
    // A call before its items and its state.
    assert_eq!(
        write(b"cm\nf\n)R]a}b.", 4),
        v4(b"\x8c\x01m\x94\x8c\x01f\x94\x93\x94)R\x94]\x94a}\x94b.")
    );
}

#[test]
fn n2_5_equal_strings_are_merged_by_nobody_but_the_canonical_profile() {
    assert_eq!(write(b"Va\nVa\n\x86.", 4), v4(b"\x8c\x01a\x94\x8c\x01a\x94\x86\x94."));
    assert_eq!(write(b"Va\np0\ng0\n\x86.", 4), v4(b"\x8c\x01a\x94h\0\x86\x94."));
    let canonical = write_by(b"Va\nVa\n\x86.", 4, Profile::Canonical);
    assert_eq!(canonical, v4(b"\x8c\x01a\x94h\0\x86."));
    // A typed writer never merges values.
    let pair = ("a".to_owned(), "a".to_owned());
    assert_eq!(PickleOptions::new().to_vec(&pair).unwrap(), v4(b"\x8c\x01a\x8c\x01a\x86."));
}

#[test]
fn n2_6_the_memo_lives_as_long_as_the_pickler() {
    let list = Rc::new(vec![1u16]);
    let _second_owner = list.clone();
    let mut pickler = Pickler::new(Vec::new());
    pickler.dump(&list).unwrap();
    let first = pickler.get_ref().len();
    pickler.dump(&list).unwrap();
    assert_eq!(pickler.get_ref()[first..], *b"\x80\x04h\0.");
    let second = pickler.get_ref().len();
    pickler.clear_memo();
    pickler.dump(&list).unwrap();
    let stream = pickler.into_inner();
    assert_eq!(stream[second..], stream[..first]);
}

#[test]
fn n2_7_gaps_are_normal() {
    expect_all(&[
        (b"(]q\x01h\x01t.", As(b"]2\x86.")),
        (b"(]q\x05]q\x02h\x05t.", As(b"(]q\0]h\0t.")),
        (b"]q\x05h\x04\x86.", Error("found memo index 4")),
    ]);
}

/// The end of what is written for a container of this many entries.
fn tail(open: &[u8], entry: &[u8], close: &[u8], count: u32, profile: Profile) -> Vec<u8> {
    let mut pickle = [open, b"("].concat();
    for number in 0..count {
        pickle.extend(b"J");
        pickle.extend(number.to_le_bytes());
        pickle.extend(entry);
    }
    pickle.extend(close);
    let end = write_by(&pickle, 4, profile).split_off(18);
    let last = end.iter().rposition(|&byte| byte == b'(').unwrap();
    end[last.min(end.len().saturating_sub(12))..].to_vec()
}

#[test]
fn n3_1_batches_have_a_thousand_items() {
    writes(b"](K\x01K\x02e.", &[(0, b"(lp0\nI1\naI2\na."), (1, b"]q\0(K\x01K\x02e.")]);
    writes(b"]K\x01a.", &[(1, b"]q\0K\x01a.")]);
    writes(b"}(K\x01NK\x02Nu.", &[(0, b"(dp0\nI1\nNsI2\nNs."), (1, b"}q\0(K\x01NK\x02Nu.")]);
    assert_eq!(write(b"\x8f(K\x01\x90.", 4), v4(b"\x8f\x94(K\x01\x90."));
    for profile in [Profile::CPythonC, Profile::CPythonPython] {
        let list = [b"](", &b"N".repeat(2500)[..], b"e."].concat();
        let appends = write_by(&list, 2, profile).iter().filter(|&&byte| byte == b'e').count();
        assert_eq!(appends, 3);
    }
}

#[test]
fn n3_2_the_c_pickler_ends_batches_in_its_own_way() {
    let list = [b"](", &b"N".repeat(1001)[..], b"e."].concat();
    assert!(write_by(&list, 4, Profile::CPythonC).ends_with(b"e(Ne."));
    assert!(write_by(&list, 4, Profile::CPythonPython).ends_with(b"eNa."));
    for (count, c, python) in
        [(1000, &b"Nu(u."[..], &b"Nu."[..]), (1001, b"u(M\xe8\x03Nu.", b"uM\xe8\x03Ns.")]
    {
        assert!(tail(b"}", b"N", b"u.", count, Profile::CPythonC).ends_with(c));
        let end = tail(b"}", b"N", b"u.", count, Profile::CPythonPython);
        assert!(end.ends_with(python), "{}", end.escape_ascii());
    }
    assert!(tail(b"\x8f", b"", b"\x90.", 1000, Profile::CPythonC).ends_with(b"\x90(\x90."));
    assert!(!tail(b"\x8f", b"", b"\x90.", 1000, Profile::CPythonPython).ends_with(b"(\x90."));
    // A subclass is filled as the Python pickler does by both.
    let object = [b"cm\nL\n)\x81(", &b"N".repeat(1001)[..], b"e."].concat();
    assert!(write_by(&object, 4, Profile::CPythonC).ends_with(b"eNa."));
    let exprs =
        ["[None] * 1001", "dict.fromkeys(range(1000))", "set(range(1000))", "L([None] * 1001)"];
    for python in python3().filter(|python| python.version < (3, 15)) {
        let requests: Vec<_> =
            exprs.iter().flat_map(|expr| ["c", "python"].map(|by| dump(expr, 4, by))).collect();
        let profiles = [Profile::CPythonC, Profile::CPythonPython].into_iter().cycle();
        for (profile, answer) in profiles.zip(ask(python, &requests)) {
            let pickle = pickle_of(&answer);
            assert!(write_by(&pickle, 4, profile) == pickle, "{python}: {profile:?}");
        }
    }
}

#[test]
fn n3_3_batches_add_up() {
    expect_all(&[
        (b"](NNe(NNe(eNa.", As(b"](NNNNNe.")),
        (b"}(u(K\x01Nu.", As(b"}K\x01Ns.")),
        (b"\x8f(\x90(K\x01\x90.", As(b"\x8f(K\x01\x90.")),
    ]);
    let long: Vec<u16> = (0..3001).collect();
    let pickle = options(4, Profile::CPythonC).to_vec(&long).unwrap();
    assert_eq!(pickle_core::from_slice::<Vec<u16>>(&pickle).unwrap(), long);
    assert_eq!(read(&pickle).root().len(), 3001);
    assert_eq!(read(&pickle).protocol(), Protocol::V4);
}
