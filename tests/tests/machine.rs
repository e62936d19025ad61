//! The general route where the corpus does not go: hostile sizes, and when two keys are one.

#![allow(clippy::unwrap_used, reason = "a helper of tests should panic")]

use pickle_core::{Graph, How, Node};

/// Loads a pickle; what is quadratic in its size would take hours.
fn load(pickle: &[u8]) -> Graph<'_> {
    Graph::from_slice(pickle).unwrap()
}

/// A pickle in opcodes one after the other.
fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// How many keys remain when these expressions become the keys of one dict.
fn distinct(keys: &[&[u8]]) -> usize {
    let mut pickle = b"}(".to_vec();
    for key in keys {
        pickle.extend_from_slice(key);
        pickle.extend_from_slice(b"N");
    }
    pickle.extend_from_slice(b"u.");
    let graph = load(&pickle);
    graph.entries(graph.root_id()).len() / 2
}

#[test]
fn keys_are_equal_as_in_python() {
    let one: [&[u8]; 4] = [b"K\x01", b"G\x3f\xf0\0\0\0\0\0\0", b"\x88", b"L1L\n"];
    assert_eq!(distinct(&one), 1);
    assert_eq!(distinct(&[b"K\0", b"G\x80\0\0\0\0\0\0\0", b"\x89", b"\x8a\0"]), 1);
    // 2 ** 70, and one more.
    let float = b"F1180591620717411303424\n";
    assert_eq!(distinct(&[float, b"L1180591620717411303424L\n", b"L1180591620717411303425L\n"]), 2);
    assert_eq!(distinct(&[b"F-1e300\n", b"F1e300\n", b"Finf\n", b"F-inf\n"]), 4);
    // NaN equals only itself.
    assert_eq!(distinct(&[b"Fnan\n", b"Fnan\n", b"Fnan\nq\0", b"h\0"]), 3);
    assert_eq!(distinct(&[b"Va\n", b"\x8c\x01a", b"U\x01a", b"C\x01a", b"N"]), 4);
    assert_eq!(distinct(&[b"cm\na\n", b"\x8c\x01m\x8c\x01a\x93", b"cm\nb\n"]), 2);
    assert_eq!(distinct(&[b"\x82\x05", b"\x83\x05\0", b"K\x05"]), 2);
    // Objects are their identity.
    assert_eq!(distinct(&[b"cm\nC\n)Rq\0", b"cm\nC\n)R", b"h\0"]), 2);
    // Tuples and frozensets are their content.
    assert_eq!(distinct(&[b"K\x01K\x02\x86", b"\x88G\x40\0\0\0\0\0\0\0\x86", b"(K\x01K\x02t"]), 1);
    assert_eq!(distinct(&[b"(K\x01K\x02\x91", b"(K\x02K\x01\x91", b"K\x01K\x02\x86"]), 2);
    assert_eq!(distinct(&[b"((K\x01\x91Va\nt", b"((\x88\x91Va\nt", b"((K\x02\x91Va\nt"]), 2);
    assert_eq!(distinct(&[b"(NNNNNNNNNNt", b"(NNNNNNNNNNt", b"(NNNNNNNNNt"]), 2);
    let (a, b) = ([&b"V"[..], &[b'a'; 99], b"\n"].concat(), [&b"U\x63"[..], &[b'a'; 99]].concat());
    assert_eq!(distinct(&[&a, &a, &b, &b]), 2);
}

#[test]
fn unhashable_keys_are_refused_wherever_they_are() {
    for key in
        [&b"]"[..], b"}", b"\x8f", b"\x96\0\0\0\0\0\0\0\0", b"]\x85", b"]\x85\x85", b"(NNNN]t"]
    {
        let dict = join(&[b"}", key, b"Ns."]);
        let error = Graph::from_slice(&dict).unwrap_err();
        assert!(error.to_string().contains("can be hashed"), "{error}");
        assert!(Graph::from_slice(&join(&[b"(", key, b"\x91."])).is_err());
        // An object hides what is in it.
        assert!(Graph::from_slice(&join(&[b"}cm\nC\n)R", key, b"bNs."])).is_ok());
    }
}

#[test]
fn the_first_key_stays_and_the_last_value_wins() {
    // Twelve keys, so the table is in use, and the first once more.
    let mut pickle = b"}(".to_vec();
    for key in (0..12).chain([0]) {
        pickle.extend_from_slice(&[b'K', key, b'M', key, 1]);
    }
    pickle.extend_from_slice(b"u\x89K\x07s.");
    let graph = load(&pickle);
    let entries = graph.entries(graph.root_id());
    assert_eq!(entries.len(), 24);
    assert!(matches!(graph.node(entries[0]), Node::Int(0)));
    assert!(matches!(graph.node(entries[1]), Node::Int(7)));
    assert!(matches!(graph.node(entries[22]), Node::Int(11)));
}

#[test]
fn records_with_shared_keys_are_not_merged_by_mistake() {
    // The second dict has the keys of the first; the third repeats one of them.
    let pickle = b"(}(Va\nq\0NVb\nq\x01Nu}(h\0Nh\x01Nu}(h\0Nh\0Nut.";
    let graph = load(pickle);
    let sizes: Vec<usize> =
        graph.items(graph.root_id()).iter().map(|&dict| graph.entries(dict).len()).collect();
    assert_eq!(sizes, [4, 4, 2]);
}

#[test]
fn a_million_levels() {
    const LEVELS: usize = 1_000_000;
    let tuples = join(&[b"N", &[0x85; LEVELS], b"."]);
    let lists = join(&[&[b']'; LEVELS], &[b'a'; LEVELS - 1], b"."]);
    let objects = join(&[b"cm\nf\n", &b")R".repeat(LEVELS), b"."]);
    let ids = join(&[b"N", &[b'Q'; LEVELS], b"."]);
    let keys = join(&[b"}N", &[0x85; LEVELS], b"NsN", &[0x85; LEVELS], b"Ns."]);
    for pickle in [&tuples, &lists, &objects, &ids, &keys] {
        let graph = load(pickle);
        assert!(graph.len() >= LEVELS);
        assert!(format!("{graph:?}").len() < 50_000);
    }
    // Both keys are one value.
    let graph = load(&keys);
    assert_eq!(graph.entries(graph.root_id()).len(), 2);
}

#[test]
fn a_large_key_is_looked_at_once() {
    let long = join(&[b"X", &1_000_000u32.to_le_bytes(), &[b'x'; 1_000_000]]);
    let twice = join(&[&long, b"q\0", &long, b"q\x010"]);
    let uses = b"h\0Nsh\x01Nsh\0h\x01\x86Nsh\0h\0\x93Ns".repeat(50_000);
    let pickle = join(&[&twice, b"0}", &uses, b"."]);
    let graph = load(&pickle);
    // The text, the pair, and the global.
    assert_eq!(graph.entries(graph.root_id()).len(), 6);
    // A tuple that holds the one below twice, and an equal one beside it.
    let mut bomb = b"\x80\x04}".to_vec();
    for _ in 0..2 {
        bomb.extend_from_slice(b"K\x01\x85");
        bomb.extend_from_slice(&b"2\x86".repeat(10_000));
        bomb.extend_from_slice(b"Ns");
    }
    bomb.push(b'.');
    let graph = load(&bomb);
    assert_eq!(graph.entries(graph.root_id()).len(), 2);
}

#[test]
fn many_batches_and_many_containers_are_linear() {
    // Two dicts and two lists that grow in turn.
    let mut pickle = b"(}q\0}q\x01]q\x02]q\x03t".to_vec();
    for number in 0..200_000u32 {
        for memo in 0..4u8 {
            pickle.extend_from_slice(&[b'h', memo, b'J']);
            pickle.extend_from_slice(&number.to_le_bytes());
            pickle.extend_from_slice(if memo < 2 { b"Ns0" } else { b"a0" });
        }
    }
    pickle.push(b'.');
    let graph = load(&pickle);
    let [a, b, c, d] = *graph.items(graph.root_id()) else { panic!() };
    assert_eq!((graph.entries(a).len(), graph.entries(b).len()), (400_000, 400_000));
    assert_eq!((graph.items(c).len(), graph.items(d).len()), (200_000, 200_000));
    assert!(matches!(graph.node(graph.items(d)[199_999]), Node::Int(199_999)));
}

#[test]
fn offsets_are_where_expressions_begin() {
    let pickle = b"\x80\x02cm\nC\nq\0K\x01K\x02\x86\x81}Va\nh\0)\x81sb.";
    let graph = load(pickle);
    let root = graph.root_id();
    let object = graph.object(root).unwrap();
    assert_eq!((object.how(), graph.offset(root)), (How::NewObj, 2));
    assert_eq!(graph.offset(object.args()), 9);
    let state = object.states()[0];
    assert_eq!(graph.offset(state), 15);
    let [key, value] = *graph.entries(state) else { panic!() };
    assert_eq!(graph.offset(key), 16);
    // Its class is a memo reference, and begins there.
    assert_eq!(graph.offset(value), 19);
    let graph = load(b"N(K\x01t.");
    assert_eq!(graph.offset(graph.root_id()), 1);
}

#[test]
fn text_is_borrowed_from_the_pickle() {
    let pickle = b"(X\x01\0\0\0aVb\nC\x01cU\x01dS'e'\nV\\u0066\nt.".to_vec();
    let graph = load(&pickle);
    let borrowed: Vec<bool> =
        graph.items(graph.root_id()).iter().map(|&id| graph.borrowed_bytes(id).is_some()).collect();
    assert_eq!(borrowed, [true, true, true, true, true, false]);
}
