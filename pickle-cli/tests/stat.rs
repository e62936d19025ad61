//! What `pickle stat` counts.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use pickle_cli::stat::Stat;
use pickle_core::Graph;

fn stat(pickle: &[u8]) -> Stat {
    let mut stat = Stat::new(3);
    stat.add(pickle, &Graph::from_slice(pickle).unwrap());
    stat
}

#[test]
fn text() {
    let mut text = Vec::new();
    let pickle = &[&b"\x80\x04"[..], b"](\x8c\x04name\x94]\x8c\x05hello\x94h\x00e."].concat();
    let mut stat = stat(pickle);
    let circles =
        b"\x80\x02](cshapes\nCircle\nq\0)\x81}q\x01X\x01\0\0\0rX\x05\0\0\0roundsbh\0)\x81h\x01be.";
    stat.add(circles, &Graph::from_slice(circles).unwrap());
    stat.write(&mut text).unwrap();
    insta::assert_snapshot!(String::from_utf8(text).unwrap());
}

/// Every byte behind the first value belongs to one kind, and those of objects to one class.
#[test]
fn bytes_add_up() {
    let pickle = b"\x80\x02](cm\nA\n)\x81}X\x01\0\0\0bcm\nB\n)\x81sbK\x01e.";
    let json = stat(pickle).json();
    let sum = |part: &str| -> u64 {
        let counts = json[part].as_object().unwrap().values();
        counts.map(|count| count["bytes"].as_u64().unwrap()).sum()
    };
    assert_eq!(sum("kinds"), pickle.len() as u64 - 2);
    // The list and the number at the end are of no class.
    assert_eq!(sum("classes"), pickle.len() as u64 - 2 - 2 - 4);
    assert_eq!(json["classes"]["m.A"]["count"], 1);
    assert_eq!(json["classes"]["m.B"]["bytes"], 9);
    // The list, the first object, its state, the second object, which has the same `()` as the first.
    assert_eq!(json["depth"], 4);
    assert_eq!(json["opcodes"]["NEWOBJ"], 2);
    assert_eq!(json["largest"][0]["path"], "[0].state<key>.b");
}

/// No depth is too deep, and the output is small.
#[test]
fn depth() {
    let pickle = [&b"]".repeat(1_000_000)[..], b"Vtext\n", &b"a".repeat(1_000_000), b"."].concat();
    let json = stat(&pickle).json();
    assert_eq!(json["depth"], 1_000_000);
    assert!(json.to_string().len() < 1000, "{json}");
}
