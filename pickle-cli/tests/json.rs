//! `pickle to-json` and `pickle from-json`: nothing is lost, and errors say where.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

use std::fmt::Write as _;

use pickle_cli::neutral::{self, Detail};
use pickle_core::{Graph, PickleOptions, Protocol};

fn json(graph: &Graph<'_>, detail: Detail) -> String {
    let mut out = Vec::new();
    neutral::write(graph.root(), detail, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn read(json: &str) -> Graph<'static> {
    let mut graphs = neutral::read(json.as_bytes(), 4300).unwrap();
    assert_eq!(graphs.len(), 1);
    graphs.remove(0)
}

/// Asserts that a pickle is the same graph after the way through JSON, which has a certain text.
#[track_caller]
fn check(pickle: &[u8], part: &str) {
    let graph = Graph::from_slice(pickle).unwrap();
    // Where there is no long text, what is built is in JSON for eyes, too.
    assert_eq!(read(&json(&graph, Detail::Short)), graph);
    let json = json(&graph, Detail::Full);
    assert!(json.contains(part), "{json}");
    let copy = read(&json);
    assert_eq!(copy, graph);
    assert_eq!(copy.protocol(), graph.protocol());
}

#[test]
fn nothing_is_lost() {
    check(b"\x80\x02cm\nC\n)\x81.", r#"{"t":"object","protocol":2,"id":0,"new":"newobj","#);
    // A state setter.
    check(
        b"\x80\x02cm\nC\n)\x81q\0cm\nset_c\n(h\0K\x05tR0.",
        r#""setters":[{"t":"object","id":1,"new":"reduce","class":{"t":"global","module":"m","name":"set_c"},"args":{"t":"tuple","id":2,"items":[{"ref":0},{"t":"int","v":"5"}]}}]"#,
    );
    // Two states before an item and one after it.
    check(b"\x80\x02cm\nC\n)\x81K\x01bK\x02bK\x03aK\x04b.", r#""new":"newobj","states_before":2,"#);
    check(b"]q\0(K\x01h\0e.", r#"[{"t":"int","v":"1"},{"ref":0}]"#);
    // A tuple in a list in the tuple.
    check(b"(]q\0(h\0tq\x01ah\x01.", r#"{"t":"tuple""#);
    check(b"\x80\x04\x8c\x03\xed\xa0\x80.", r#""u8":"7aCA""#);
    check(b"G\x7f\xf8\0\0\0\0\0\x01.", r#""bits":"7ff8000000000001""#);
    check(b"\x80\x05\x97\x97\x98\x86.", r#""readonly":true"#);
    check(b"PPy\n.", r#"{"t":"persid","protocol":0,"v":{"t":"str","v":"Py"}}"#);
}

/// Members in any order, references before what they refer to.
#[test]
fn any_order() {
    let list = read(r#" { "items": [ {"ref":1}, {"items":[],"id":1,"t":"list"} ], "t":"list" } "#);
    assert_eq!(list, Graph::from_slice(b"](]q\0h\0e.").unwrap());
    assert_eq!(list.protocol(), Protocol::V4);
    let json = r#"{"stream":[{"t":"none"},{"v":true,"t":"bool"}]}"#;
    let graphs = neutral::read(json.as_bytes(), 4300).unwrap();
    let [none, bool] = &graphs[..] else { panic!() };
    assert_eq!(format!("{none:?} {bool:?}"), "None True");
    // Equal keys are one entry, as in Python.
    let json = r#"{"t":"dict","items":[[{"t":"int","v":"1"},{"t":"none"}],
                   [{"t":"bool","v":true},{"t":"int","v":"-0x10"}]]}"#;
    assert_eq!(format!("{:?}", read(json)), "{1: -16}");
}

#[track_caller]
fn refused(json: &str, expected: &str) {
    let error = neutral::read(json.as_bytes(), 4).unwrap_err();
    assert_eq!(error.to_string(), expected);
}

#[test]
fn errors_say_where() {
    refused("", "found no JSON: incomplete document (line 1, column 1)");
    refused("[]", "found a list, expected an object (line 1, column 1)");
    refused("{\n \"t\":nul}", "found no JSON: invalid literal (line 2, column 6)");
    refused("{\"t\":\"none\"} x", "found no JSON: trailing data (line 1, column 14)");
    refused("{\"t\":\"none\"", "found no JSON: incomplete document (line 1, column 12)");
    refused("{}", "found no \"t\", expected the type of the value (line 1, column 1)");
    refused(
        r#"{"t":"list","x":1}"#,
        "found \"x\", expected a name of the format (line 1, column 17)",
    );
    refused(r#"{"t":"list","t":"list"}"#, "found \"t\" twice (line 1, column 17)");
    refused(
        r#"{"t":"list","v":"1"}"#,
        "found \"v\", expected nothing of that name here (line 1, column 1)",
    );
    refused(
        r#"{"t":"int","items":[]}"#,
        "found no fitting \"v\", expected one in a \"int\" (line 1, column 1)",
    );
    refused(
        r#"{"t":"int","v":"12345"}"#,
        "found an int of 5 decimal digits, expected at most 4; `--digits` raises it, hexadecimal \
         ones after `0x` have no limit (line 1, column 1)",
    );
    refused(
        r#"{"t":"int","v":"1.5"}"#,
        "found a text that is no int, expected digits (line 1, column 1)",
    );
    refused(
        r#"{"t":"str","len":2000,"sha256":"00"}"#,
        "found the hash of a text, expected the text, which `pickle to-json` or `pickle show \
         --json --full` prints (line 1, column 32)",
    );
    refused(
        r#"{"t":"list","items":[{"ref":4}]}"#,
        "found a reference to 4, expected a value with this id (line 1, column 22)",
    );
    refused(
        r#"{"t":"list","id":0,"items":[{"t":"list","id":0}]}"#,
        "found the id 0 twice (line 1, column 1)",
    );
    refused(
        r#"{"t":"tuple","id":0,"items":[{"ref":0}]}"#,
        "found a value that is made of itself (line 1, column 1)",
    );
    refused(
        r#"{"t":"dict","items":[[{"t":"list"},{"t":"none"}]]}"#,
        "found a list, expected a dict key or set member that can be hashed (line 1, column 1)",
    );
    refused(
        r#"{"t":"dict","items":[[{"t":"none"}]]}"#,
        "found a key without a value (line 1, column 36)",
    );
    refused(r#"{"t":"dict","items":[[]]}"#, "found an empty pair (line 1, column 23)");
    refused(
        r#"{"t":"dict","items":[[{"t":"none"},{"t":"none"},{"t":"none"}]]}"#,
        "found more than a key and a value (line 1, column 49)",
    );
    refused(
        r#"{"t":"dict","items":[{"t":"none"}]}"#,
        "found \"items\" of another shape, expected a list of pairs (line 1, column 1)",
    );
    refused(
        r#"{"t":"object","new":"reduce","class":{"t":"none"},"args":{"t":"tuple","items":[]}}"#,
        "found None, expected a class or function to call (line 1, column 1)",
    );
    refused(
        r#"{"t":"object","new":"reduce","args":{"t":"tuple"}}"#,
        "found no \"class\", expected a value of that name (line 1, column 1)",
    );
    refused(
        r#"{"t":"ext","code":0}"#,
        "found extension code 0, expected a code above zero (line 1, column 1)",
    );
}

/// No depth is too deep, and what is shared stays so.
#[test]
fn depth_and_sharing() {
    let depth = 1_000_000;
    let mut text = r#"{"t":"tuple","items":["#.repeat(depth);
    text.push_str(r#"{"t":"none"}"#);
    text.push_str(&"]}".repeat(depth));
    let tuple = [&b"N"[..], &b"\x85".repeat(depth), b"."].concat();
    assert_eq!(read(&text), Graph::from_slice(&tuple).unwrap());
    // Each level twice in the next.
    let mut text = String::from(r#"{"t":"list","id":0,"items":["#);
    for level in 1..60 {
        write!(text, r#"{{"t":"list","id":{level},"items":["#).unwrap();
    }
    for level in (1..60).rev() {
        write!(text, r#"]}},{{"ref":{level}}}"#).unwrap();
    }
    text.push_str("]}");
    let graph = read(&text);
    assert_eq!(json(&graph, Detail::Short), text);
    let pickle = PickleOptions::new().graph_to_vec(&graph).unwrap();
    assert!(pickle.len() < 1000);
}
