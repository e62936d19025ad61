//! What `pickle diff` finds.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

mod process;

use std::fs;

use pickle_cli::compare::Comparison;
use pickle_cli::{diff, stream};
use pickle_core::{Graph, Limits, PickleOptions, Profile, Protocol};
use pickle_tests::corpus;
use pickle_tests::python::pythons;

fn differences(left: &[u8], right: &[u8], limit: usize) -> String {
    let left = stream::read(left, true, &Limits::DEFAULT).unwrap();
    let right = stream::read(right, true, &Limits::DEFAULT).unwrap();
    let mut out = Vec::new();
    let differs = diff::diff(&left, &right, limit, &mut out).unwrap();
    assert_eq!(differs, !out.is_empty());
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn check(left: &[u8], right: &[u8], expected: &str) {
    assert_eq!(differences(left, right, 100), expected);
}

#[test]
fn what_is_spelled_otherwise_is_the_same() {
    check(b"(lp0\nI1\na.", b"\x80\x04]\x94K\x01a.", "");
    check(b"\x80\x04\x8f(K\x01K\x02\x90.", b"\x80\x04\x8f(K\x02K\x01\x90.", "");
    // Calls that are values in newer protocols, and names of Python 2.
    let encoded = b"\x80\x02c_codecs\nencode\n(X\x02\0\0\0\xc3\xa4X\x06\0\0\0latin1tR.";
    check(encoded, b"\x80\x03C\x01\xe4.", "");
    check(encoded, b"\x80\x03C\x01\xe5.", "<root>\n- b'\\xe4'\n+ b'\\xe5'\n");
    check(b"\x80\x02c__builtin__\nset\n]K\x01a\x85R.", b"\x80\x04\x8f(K\x01\x90.", "");
    check(b"c__builtin__\nxrange\n.", b"\x80\x04cbuiltins\nrange\n.", "");
}

/// Sets have no order and equal bytes no identity, though they are calls with lists and texts in old
/// protocols; what is in them counts there too.
#[test]
fn calls_of_one_protocol_are_values() {
    let set = |members: &[u8]| [b"\x80\x02c__builtin__\nset\n](", members, b"e\x85R."].concat();
    check(&set(b"K\x01K\x02"), &set(b"K\x02K\x01"), "");
    check(&set(b"K\x02K\x01"), &set(b"K\x03K\x02"), "[0]\n- 1\n[1]\n+ 3\n");
    for python in pythons().iter().filter(|python| python.at_least(3, 0)) {
        let dumped = |seed: &str, protocol: u8| {
            let code = format!(
                "import pickle, sys; letters = set('abcdefgh'); \
                 one, two = (bytes(bytearray([255, 254])) for _ in range(2)); \
                 value = [letters, frozenset(letters), one, two]; \
                 sys.stdout.buffer.write(pickle.dumps(value, {protocol}))"
            );
            let mut command = python.command();
            command.args(["-c", &code]).env("PYTHONHASHSEED", seed);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{python}");
            output.stdout
        };
        for protocol in Protocol::ALL.into_iter().take(python.highest_protocol() as usize + 1) {
            let (one, two) = (dumped("1", protocol.number()), dumped("2", protocol.number()));
            assert_ne!(one, two);
            let graph = Graph::from_slice(&one).unwrap();
            let canonical = PickleOptions::new().protocol(protocol).graph_to_vec(&graph).unwrap();
            for other in [two, canonical] {
                assert_eq!(differences(&one, &other, 100), "", "{python}, {protocol:?}");
            }
        }
    }
}

#[test]
fn each_kind_of_difference() {
    check(b"K\x01.", b"K\x02.", "<root>\n- 1\n+ 2\n");
    check(b"K\x01.", b"G\x3f\xf0\0\0\0\0\0\0.", "<root>\n- 1\n+ 1.0\n");
    // An item at the front moves the others.
    check(b"](K\x01K\x02K\x03e.", b"](K\x00K\x01K\x02K\x04e.", "[0]\n+ 0\n[2]\n- 3\n+ 4\n");
    check(b"](](K\x01K\x02ee.", b"](](K\x01ee.", "[0][1]\n- 2\n");
    check(
        b"}(Va\nK\x01Vb\nK\x02u.",
        b"}(Vb\nK\x03Vc d\nNu.",
        "a\n- 1\nb\n- 2\n+ 3\n[\"c d\"]\n+ None\n",
    );
    check(b"}(Va\nNVb\nNu.", b"}(Vb\nNVa\nNu.", "<root>\n  the same keys in another order\n");
    check(b"\x80\x04\x8f(K\x01K\x02\x90.", b"\x80\x04\x8f(K\x03K\x01\x90.", "[1]\n- 2\n[0]\n+ 3\n");
    check(b"N.N.", b"N.", "- 2 pickles\n+ 1 pickles\n");
    check(b"N.K\x01.", b"N.K\x02.", "# pickle 2\n<root>\n- 1\n+ 2\n");
}

#[test]
fn objects() {
    let object = |state: &[u8]| [b"\x80\x02]cm\nC\nK\x07\x85\x81", state, b"a."].concat();
    check(&object(b"}Vx\nK\x01sb"), &object(b"}Vx\nK\x02sb"), "[0].x\n- 1\n+ 2\n");
    check(&object(b"K\x01b"), &object(b""), "[0].state\n- 1\n");
    check(
        &object(b""),
        b"\x80\x02]cn\nC\nK\x08\x85\x81a.",
        "[0]<class>\n- m.C\n+ n.C\n[0].args[0]\n- 7\n+ 8\n",
    );
    check(
        &object(b"K\x01bNa"),
        &object(b"NaK\x01b"),
        "[0]\n  a difference in what objects share or when they get state\n",
    );
    let setter =
        |state: &[u8]| [&b"\x80\x02cm\nC\n)\x81q\0cm\nset\n(h\0"[..], state, b"tR0."].concat();
    check(&setter(b"K\x01"), &setter(b"K\x02"), "<setter>.args[1]\n- 1\n+ 2\n");
}

#[test]
fn sharing() {
    check(b"](]2e.", b"](]]e.", "[1]\n- the value of [0]\n+ a value of its own\n");
    check(b"](]]e.", b"](]2e.", "[1]\n- a value of its own\n+ the value of [0]\n");
    check(
        b"](]q\0]q\x01h\0e.",
        b"](]q\0]q\x01h\x01e.",
        "[2]\n- the value of [0]\n+ the value of [1]\n",
    );
    // A cycle, and a list that only looks like it.
    check(b"]q\0h\0a.", b"]]q\0h\0aa.", "[0]\n- the value of <root>\n+ a value of its own\n");
}

#[test]
fn output_is_bounded() {
    let list = |number: u8| [&b"]("[..], &[b'K', number].repeat(5000), b"e."].concat();
    let text = differences(&list(1), &list(2), 3);
    assert_eq!(text.lines().count(), 10, "{text}");
    assert!(text.ends_with("… more differences; `--limit` shows them\n"));
    let deep = |end: &[u8]| [&b"]".repeat(200_000), end, &b"a".repeat(199_999), b"."].concat();
    let text = differences(&deep(b"K\x01a")[..], &deep(b"K\x02a")[..], 3);
    assert!(text.starts_with("<…>[0][0]") && text.ends_with("- 1\n+ 2\n"), "{text}");
    assert!(text.len() < 200);
}

/// No pickle differs from itself in another spelling; and one that is cut differs from it.
#[test]
fn corpus_cases_are_the_same_in_any_profile() {
    let Some(folder) = corpus::folder() else {
        eprintln!("skipped: no corpus; set PICKLE_CORPUS to its folder");
        return;
    };
    let mut count = 0;
    for case in corpus::cases(&folder).iter().filter(|case| case.pickle.len() < 1 << 16) {
        let Ok(graph) = Graph::from_slice(&case.pickle) else { continue };
        let options = PickleOptions::new().protocol(Protocol::V5).profile(Profile::CPythonC);
        let Ok(other) = options.graph_to_vec(&graph) else { continue };
        let other = Graph::from_slice(&other).unwrap();
        if graph == other {
            let (found, _) = Comparison::new(&graph, &other).run(10);
            assert!(found.is_empty(), "{}: {found:?}", case.name());
            count += 1;
        } else {
            assert!(!Comparison::new(&graph, &other).run(10).0.is_empty(), "{}", case.name());
        }
    }
    assert!(count > 500, "only {count} cases are the same");
}

#[test]
fn exit_codes() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, pickle: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, pickle).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (one, two, bad) = (file("1", b"K\x01."), file("2", b"K\x02."), file("3", b"K"));
    let run = |args: &[&str]| {
        let output = process::pickle().arg("diff").args(args).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(run(&[&one, &one]), (0, String::new()));
    assert_eq!(run(&[&one, &two]), (1, "<root>\n- 1\n+ 2\n".to_owned()));
    assert_eq!(run(&["--quiet", &one, &two]), (1, String::new()));
    assert_eq!(run(&[&one, &bad]), (2, String::new()));
    assert_eq!(run(&[&one, "no/such/file"]), (2, String::new()));
}
