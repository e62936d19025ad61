//! What `pickle show` prints, for pickles that say something.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use pickle_cli::show;
use pickle_cli::stream;
use pickle_cli::tree::{Cuts, Tree};
use pickle_core::Limits;

/// The text for a file, as on a terminal of 72 columns.
fn shown(file: &[u8]) -> String {
    shown_with(file, Cuts { depth: 8, items: 12, text: 40 }, &[])
}

fn shown_with(file: &[u8], cuts: Cuts, buffers: &[Vec<u8>]) -> String {
    let pickles = stream::read(file, false, &Limits::DEFAULT).unwrap();
    let tree = Tree { cuts, width: 72, buffers, styled: false };
    let mut out = Vec::new();
    show::trees(&pickles, &tree, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn atoms() {
    insta::assert_snapshot!(shown(
        b"(NI01\nK\x01G\x3f\xf8\0\0\0\0\0\0L123456789012345678901234567890L\nVit's\nU\x02\xc3\xa4\
          C\x02\xc3\xa4\x96\x01\0\0\0\0\0\0\0a\x82\x05Pid\n)l."
    ));
}

#[test]
fn records() {
    insta::assert_snapshot!(shown(
        b"\x80\x04](\x8c\x06shapes\x8c\x06Circle\x93\x94)\x81}(\x8c\x06center\x94K\x01K\x02\x86\x8c\
          \x06radius\x94K\x03ubh\x00)\x81}(h\x01K\x04K\x05\x86h\x02K\x06ube."
    ));
}

#[test]
fn shared_and_cyclic() {
    insta::assert_snapshot!(shown(
        b"\x80\x02}q\0(X\x04\0\0\0selfh\0X\x04\0\0\0pair]q\x01K\x01ah\x01\x86X\x05\0\0\0empty))\x86u."
    ));
}

#[test]
fn an_object_with_all_its_parts() {
    insta::assert_snapshot!(shown(
        b"\x80\x04\x8c\x01m\x8c\x05Thing\x93K\x01\x85}\x8c\x04mode\x8c\x01r\x73\x92(K\x02K\x03e\
          (\x8c\x03keyNu(K\x04\x90}\x8c\x05stateNsbN}\x8c\x05slotsNs\x86b."
    ));
}

#[test]
fn old_instances_and_calls_of_calls() {
    insta::assert_snapshot!(shown(b"((im\nOld\nN(cm\nNew\nK\x01ocm\nf\n)R)Rl."));
}

/// `numpy.arange(3)` as NumPy 2 pickles it, with its buffer beside it.
#[test]
fn numpy_array_with_a_buffer() {
    let pickle = b"\x80\x05\x8c\x13numpy._core.numeric\x8c\x0b_frombuffer\x93(\x97\x98\x8c\x05numpy\
        \x8c\x05dtype\x93\x8c\x02i8\x89\x88\x87R(K\x03\x8c\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff\
        K\0tbK\x03\x85\x8c\x01CtR.";
    let buffer = [0u64, 1, 2].map(u64::to_le_bytes).concat();
    let cuts = Cuts { depth: 8, items: 10, text: 8 };
    insta::assert_snapshot!(shown_with(pickle, cuts, &[buffer]));
}

#[test]
fn deep_nesting() {
    let deep = [&[b']'; 1000][..], &[b'a'; 999], b"."].concat();
    insta::assert_snapshot!(shown(&deep));
}

#[test]
fn many_items() {
    let numbers: Vec<u8> = (0..100).flat_map(|number| [b'K', number]).collect();
    let pickle = [b"((", &numbers[..], b"l(", &numbers[..], b"dt."].concat();
    insta::assert_snapshot!(shown(&pickle));
}

#[test]
fn long_text() {
    let text = "päckle ".repeat(20);
    assert_eq!(text.len(), 0xa0);
    let pickle = [b"(\x8c\xa0", text.as_bytes(), b"C\xc8", &[7; 200], b"l."].concat();
    insta::assert_snapshot!(shown(&pickle));
}

#[test]
fn lone_surrogates_and_controls() {
    insta::assert_snapshot!(shown(
        b"(V\\ud800x\nV\\u202e\x1b[2J\ncm\x07\nC\n\x8f(K\x01\x90(\x91l."
    ));
}

#[test]
fn several_pickles() {
    insta::assert_snapshot!(shown(b"\x80\x02]q\0.\x80\x04]\x94(h\0h\0e.N."));
}

#[test]
fn a_shared_argument_tuple() {
    insta::assert_snapshot!(shown(b"(cm\nf\nK\x01\x85q\0Rcm\ng\nh\0Rl."));
}

/// Every state of an object, and one that is the object.
#[test]
fn states() {
    insta::assert_snapshot!(shown(b"cm\nC\n)\x81q\0h\0bK\x01b."));
}

/// Each value with identity is shown once, however often it is referred to.
#[test]
fn output_is_linear() {
    let mut pickle = b"]q\0".to_vec();
    for level in 0..200u8 {
        pickle.extend_from_slice(&[b'h', level, b'h', level, 0x86, b'q', level + 1]);
    }
    pickle.push(b'.');
    assert!(shown_with(&pickle, Cuts::none(), &[]).len() < 40_000);
    let long = [&b"X\x10\x27\0\0"[..], &[b'a'; 10_000], b"q\0(", &b"h\0".repeat(10_000), b"l."];
    assert!(shown_with(&long.concat(), Cuts::none(), &[]).len() < 200_000);
    let chain = [&b"VX\n"[..], &[b'Q'; 10_000], b"q\0(", &b"h\0".repeat(10_000), b"l."].concat();
    assert!(shown_with(&chain, Cuts::none(), &[]).len() < 500_000);
}

#[test]
fn a_state_setter_is_shown() {
    let text =
        shown(b"\x80\x02cm\nC\n)\x81q\0K\x01bcm\nset_c\n(h\0K\x05tR0cos\nsystem\n(h\0Vls\ntR0.");
    assert_eq!(text, "&1 new m.C() state 1 set by m.set_c(*1, 5) set by os.system(*1, 'ls')\n");
}
