//! N8: reductions and their readers.

use pickle_core::Reduce;

use crate::support::Reads::{As, Error};
use crate::support::{expect_all, read, shown, v4, write, writes};

#[test]
fn n8_1_items_then_entries_then_state() {
    let object: &[u8] = b"\x80\x02cm\nC\nq\0)\x81q\x01K\x01aK\x02K\x03s}q\x02b.";
    writes(object, &[(2, object)]);
    assert_eq!(read(object).object(read(object).root_id()).unwrap().states_before_items(), 0);
    // Where a pickle has them the other way round, they stay so.
    let state_first: &[u8] = b"\x80\x02cm\nC\nq\0)\x81q\x01}q\x02bK\x01a.";
    writes(state_first, &[(2, state_first)]);
}

#[test]
fn n8_2_newobj_is_a_function_before_protocol_2() {
    writes(
        b"cm\nC\nK\x01\x85\x81.",
        &[
            (0, b"ccopy_reg\n__newobj__\np0\n(cm\nC\np1\nI1\ntp2\nRp3\n."),
            (2, b"\x80\x02cm\nC\nq\0K\x01\x85q\x01\x81q\x02."),
        ],
    );
}

#[test]
fn n8_3_keyword_arguments_are_a_partial_call_before_protocol_4() {
    let written = write(b"\x80\x04cm\nX\n)}Vk\nNs\x92\x94.", 2);
    assert!(written.starts_with(b"\x80\x02cfunctools\npartial\nq\0c__builtin__\ngetattr\nq\x01"));
    assert!(written.ends_with(b"b)Rq\x0b."), "{}", written.escape_ascii());
    // The class is named twice.
    assert_eq!(written.windows(5).filter(|window| window == b"cm\nX\n").count(), 2);
    assert_eq!(write(&written, 4), write(b"\x80\x04cm\nX\n)}Vk\nNs\x92\x94.", 4));
}

#[test]
fn n8_4_a_state_is_written_unless_there_is_none() {
    assert_eq!(
        write(b"cm\nC\n)\x81}b.", 4),
        v4(b"\x8c\x01m\x94\x8c\x01C\x94\x93\x94)\x81\x94}\x94b.")
    );
    assert_eq!(write(b"cm\nC\n)\x81.", 4), v4(b"\x8c\x01m\x94\x8c\x01C\x94\x93\x94)\x81\x94."));
    let setter: &[u8] = b"\x80\x02cm\nmk\nq\0)Rq\x01cm\nsetter\nq\x02h\x01}q\x03\x86R0.";
    writes(setter, &[(2, setter)]);
    assert_eq!(read(setter).root().setters().count(), 1);
}

#[derive(Debug, PartialEq, Default, Reduce)]
#[reduce(module = "m", name = "C")]
struct Pair {
    #[reduce(default)]
    a: u8,
    #[reduce(default)]
    b: u8,
}

#[test]
fn n8_5_every_form_of_a_state() {
    for (state, value) in [
        (&b"}Va\nK\x01s"[..], Pair { a: 1, b: 0 }),
        (b"}Va\nK\x01s}Vb\nK\x02s\x86", Pair { a: 1, b: 2 }),
        (b"N}Vb\nK\x02s\x86", Pair { a: 0, b: 2 }),
        (b"}Va\nK\x01sN\x86", Pair { a: 1, b: 0 }),
        (b"}}\x86", Pair::default()),
    ] {
        let pickle = [b"cm\nC\n)\x81", state, b"b."].concat();
        assert_eq!(pickle_tests::check::load::<Pair>(&pickle), Ok(value), "{}", shown(&pickle));
    }
    // Two states: the second updates.
    assert_eq!(
        read(b"cm\nC\n)\x81}bNb.")
            .object(read(b"cm\nC\n)\x81}bNb.").root_id())
            .unwrap()
            .states()
            .len(),
        2
    );
    expect_all(&[(b"]}b.", Error("expected an object to give state"))]);
}

#[test]
fn n8_6_items_of_objects() {
    expect_all(&[
        (b"cm\nL\n)\x81(K\x01K\x02e.", As(b"cm\nL\n)\x81K\x01aK\x02a.")),
        (b"cm\nD\n)\x81(K\x01NK\x02Nu.", As(b"cm\nD\n)\x81K\x01NsK\x02Ns.")),
        (b"cm\nD\n)\x81(K\x01u.", Error("odd number")),
        (b"K\x01(Ne.", Error("expected a list or an object")),
    ]);
}

#[test]
fn n8_7_arguments_are_a_tuple() {
    expect_all(&[
        (b"cm\nf\n]R.", Error("found a list, expected a tuple of arguments")),
        (b"cm\nC\n]\x81.", Error("found a list, expected a tuple of arguments")),
        (b"cm\nC\nN}\x92.", Error("found None, expected a tuple of arguments")),
    ]);
}

#[test]
fn n8_8_instances_of_python_2() {
    assert_eq!(shown(b"(K\x01K\x02im\nC\n."), "instance m.C(1, 2)");
    assert_eq!(shown(b"(cm\nC\nK\x01K\x02o."), "instance m.C(1, 2)");
    for pickle in [&b"(im\nC\n}Va\nK\x01sb."[..], b"(cm\nC\no}Va\nK\x01sb."] {
        assert_eq!(pickle_tests::check::load::<Pair>(pickle), Ok(Pair { a: 1, b: 0 }));
    }
    expect_all(&[(b"(o.", Error("expected")), (b"(K\x01o.", Error("expected a class"))]);
}

#[test]
fn n8_9_the_reconstructor_of_protocols_0_and_1() {
    let old = b"ccopy_reg\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR(dVa\nI1\nsb.";
    let new = Pair { a: 1, b: 0 };
    assert_eq!(pickle_tests::check::load::<Pair>(old), Ok(new));
    // It remains a call of that function, by the name of Python 3.
    assert!(write(old, 4)[11..].starts_with(b"\x8c\x07copyreg\x94\x8c\x0e_reconstructor\x94\x93"));
    // The items of a list subclass are in its arguments.
    let list = b"ccopy_reg\n_reconstructor\n(cm\nL\nc__builtin__\nlist\n(lI1\natR.";
    assert_eq!(read(list).root().args().next_back().unwrap().len(), 1);
}

#[test]
fn n8_10_slots_are_the_second_part_of_a_state() {
    let slots = b"cm\nC\n)\x81N}Va\nK\x01s\x86b.";
    let graph = read(slots);
    let names: Vec<_> = graph.root().attributes().map(|(name, _)| format!("{name:?}")).collect();
    assert_eq!(names.len(), 1, "{names:?}");
    assert_eq!(graph.root().attribute("a").unwrap().as_i64(), Some(1));
}
