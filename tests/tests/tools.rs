//! The tools say what `pickletools` of CPython 3.13 says.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use pickle_core::opcode::Pops;
use pickle_core::tools::{self, Disassembler, Operand};
use pickle_core::{Error, Opcode};
use pickle_tests::corpus;
use pickle_tests::python::{self, Python};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The one whose `pickletools` is the model: others differ in what they refuse.
fn model() -> Option<&'static Python> {
    let found = python::pythons().iter().find(|python| python.version == (3, 13));
    if found.is_none() {
        eprintln!("skipped: there is no CPython 3.13");
    }
    found
}

#[test]
fn corpus_cases_are_as_in_cpython() {
    let (Some(python), Some(folder)) = (model(), corpus::folder()) else { return };
    let pickles = pickles(&folder);
    assert!(pickles.len() > 2000, "the corpus has only {} cases", pickles.len());
    compare(python, &pickles);
}

/// Damage that nobody thought of: each case of the corpus with a few bytes changed.
#[test]
fn damaged_cases_are_as_in_cpython() {
    let (Some(python), Some(folder)) = (model(), corpus::folder()) else { return };
    let rounds: u64 = std::env::var("PICKLE_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap());
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let originals = pickles(&folder);
    for round in 0..rounds {
        let damaged: Vec<(String, Vec<u8>)> = originals
            .iter()
            .filter(|(_, pickle)| (1..4000).contains(&pickle.len()))
            .map(|(name, pickle)| (format!("{name}, round {round}"), random.damage(pickle)))
            .collect();
        compare(python, &damaged);
    }
}

/// Every kind of operand with every kind of text in it.
#[test]
fn operands_are_as_in_cpython() {
    let Some(python) = model() else { return };
    let mut pickles = Vec::new();
    let mut add = |what: &str, pickle: Vec<u8>| {
        let shown = pickle.get(..60).unwrap_or(&pickle).escape_ascii();
        pickles.push((format!("{what} {shown}"), pickle));
    };
    let long = "7".repeat(4301);
    let lines: &[&[u8]] = &[
        b"",
        b"0",
        b"00",
        b"01",
        b"-1",
        b" +1_0 ",
        b"\x0b1\x0c",
        b"1L",
        b"L",
        b"1_",
        b"0x1",
        b"01\r",
        b"9223372036854775808",
        b"-9223372036854775809",
        b"- 1",
        b"1\0",
        b"\xff",
        b"1.5",
        b"1e400",
        b"-inf",
        b" NaN\t",
        b"1_0.0_1e1_0",
        b"1_.5",
        b"1._5",
        b"1e_5",
        b"_1.0",
        b"nan(1)",
        b"infinit",
        b".5",
        b"5.",
        b".",
        b"e1",
        b"'",
        b"\"",
        b"'a",
        b"'a\"",
        b"\"it's\"",
        b"'\\x4'",
        b"'\\'",
        b"a",
        b"'\\x41\\n\\101\\q'",
        b"'\\xe9'",
        b"'\xe9'",
        b"\\u20ac\\U0001f600",
        b"\\ud83d\\ude00",
        b"\\u12",
        b"\\U00110000",
        b"\\U0010ffff",
        b"\\\\u0041",
        b"\\U0011zzzz",
        b"\xe9\\",
        b"caf\\xe9",
        b"\\x4g",
        b"a\\",
        b"-0.0",
        b"1e16",
        b"123456789012345678",
        b"1e-5",
        b"0.0001",
        b"5e-324",
        long.as_bytes(),
        &long.as_bytes()[1..],
        &[b'x'; 300],
        &[0xff; 300],
        &[b'\''; 300],
    ];
    for &opcode in b"FILPSVgp" {
        for line in lines {
            add("line", [b"N", &[opcode][..], line, b"\n."].concat());
        }
    }
    for first in lines.iter().take(60) {
        add("lines", [&b"c"[..], first, b"\n", b"it's\n."].concat());
        add("lines", [&b"(ia\n"[..], first, b"\n."].concat());
    }
    let texts: &[&[u8]] = &[
        b"",
        b"it's",
        b"\"it's\"",
        b"\\\t\n\r\0\x7f",
        b"\xc2\xa0\xc2\xad\xc3\xa9",
        b"\xe2\x80\x8b\xf3\xa0\x80\x81",
        b"\xf0\x9f\x98\x80",
        b"\xed\xa0\xbd\xed\xb8\x80\xed\xbf\xbf",
        b"\xff",
        b"\x80",
        b"ab\xc0\x80",
        b"\xe0\x80\x80",
        b"a\xed\xa0\x80\xe2\x82",
        b"\xed\xa0",
        b"\xf0\x90\x80a",
        b"\xf4\x90\x80\x80",
        b"\xf5",
        b"\xc3",
        b"\xe2\x28\xa1",
        b"\xf0\x9f\x98",
        b"\xed\xa0\x80\xff",
    ];
    for text in texts {
        let length = u8::try_from(text.len()).unwrap();
        for (opcode, width) in [
            (b'U', 1),
            (b'T', 4),
            (b'C', 1),
            (b'B', 4),
            (0x8e, 8),
            (0x96, 8),
            (0x8c, 1),
            (b'X', 4),
            (0x8d, 8),
        ] {
            let mut prefix = vec![0; width];
            prefix[0] = length;
            add("text", [&[opcode][..], &prefix, text, b"."].concat());
        }
    }
    for number in
        [0.0, -0.0, 1.0, 0.1, 1e15, 1e16, 123_456_789.125, 1e22, 1e23, 1e-4, 9.9e-5, f64::MAX]
    {
        add("float", [b"G", &number.to_be_bytes()[..], b"."].concat());
    }
    add("floats", floats());
    for length in [0u8, 1, 7, 8, 9, 16, 255] {
        for fill in [0, 1, 0x7f, 0x80, 0xff] {
            let bytes = vec![fill; length.into()];
            add("long1", [b"\x8a", &[length][..], &bytes, b"."].concat());
        }
    }
    for length in [1784u32, 1785, 1786, 1787, 3000] {
        let bytes = vec![0x7f; length as usize];
        add("long4", [b"(\x8b", &length.to_le_bytes()[..], &bytes, b"t."].concat());
    }
    for opcode in Opcode::ALL {
        let byte = *opcode as u8;
        for argument in
            [&b""[..], b"\xff", b"\xff\xff\xff\xff", &[0xff; 8], &[0xff; 12], b"\0\0\0\0\0\0\0\x80"]
        {
            add("number", [b"NN(NN", &[byte][..], argument].concat());
        }
    }
    compare(python, &pickles);
}

/// Floats of every kind whose `repr` is hard to get right: near powers of two and of ten, and those
/// halfway between two decimal numbers.
fn floats() -> Vec<u8> {
    let mut random = Random(1);
    let mut numbers = Vec::new();
    for exponent in -1074..1024 {
        numbers.push(2f64.powi(exponent));
    }
    for exponent in -320..309 {
        numbers.push(format!("1e{exponent}").parse().unwrap());
    }
    for _ in 0..20_000 {
        numbers.push(f64::from_bits(random.next()));
        let few_bits = (random.next() >> random.below(40)) & !0 << random.below(50);
        numbers.push(few_bits as f64 / 2f64.powi(i32::try_from(random.below(70)).unwrap()));
    }
    let mut pickle = Vec::new();
    for number in numbers {
        for bits in
            [number.to_bits().wrapping_sub(1), number.to_bits(), number.to_bits().wrapping_add(1)]
        {
            pickle.push(b'G');
            pickle.extend_from_slice(&bits.to_be_bytes());
        }
    }
    pickle.push(b'.');
    pickle
}

/// Every character, so that the table of printable ones is that of CPython 3.13.
#[test]
fn every_character_is_shown_as_in_cpython() {
    let Some(python) = model() else { return };
    let mut pickles = Vec::new();
    for block in 0..0x110 {
        let text: String = (block << 12..(block + 1) << 12).filter_map(char::from_u32).collect();
        let length = u32::try_from(text.len()).unwrap().to_le_bytes();
        let pickle = [b"X", &length[..], text.as_bytes(), b"."].concat();
        pickles.push((format!("characters {block:x}000"), pickle));
    }
    compare(python, &pickles);
}

/// Files that CPython 3.13 listed: `python -m pickletools NAME.pkl > NAME.dis 2>&1`, without the
/// traceback.
#[test]
fn golden_listings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/dis");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "pkl") {
            continue;
        }
        count += 1;
        let listing = tools::dis(&fs::read(&path).unwrap());
        let mut found = listing.text;
        if let Some(error) = listing.error {
            found.push_str(&format!("ValueError: {}\n", error.kind()));
        }
        let expected = fs::read_to_string(path.with_extension("dis")).unwrap();
        assert_eq!(found, expected, "{}", path.display());
    }
    assert!(count >= 10, "found only {count} golden files");
}

fn pickles(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("cases")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "pkl") {
                let name = path.file_stem().unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

const VIEWS: [&str; 4] = ["dis", "dis of a stream", "genops", "optimize"];

fn compare(python: &Python, pickles: &[(String, Vec<u8>)]) {
    let docs: serde_json::Map<String, Value> = Opcode::ALL
        .iter()
        .map(|opcode| (opcode.name().to_owned(), opcode.doc().trim_start().into()))
        .collect();
    let rows: Vec<Value> = pickles
        .iter()
        .map(|(_, pickle)| json!([indent(pickle), BASE64_STANDARD.encode(pickle)]))
        .collect();
    let answer = python.run("tools.py", &json!({ "docs": docs, "pickles": rows }));
    let answer = answer.as_array().unwrap();
    assert_eq!(answer.len(), pickles.len());
    let mut failures = Vec::new();
    for ((name, pickle), theirs) in pickles.iter().zip(answer) {
        for (index, (view, ours)) in VIEWS.iter().zip(examine(pickle)).enumerate() {
            let theirs = &theirs[index];
            if ours != *theirs && !excused(view, &ours, theirs) {
                failures.push(format!("{name}, {view}\n  ours   {ours}\n  theirs {theirs}"));
            }
        }
    }
    eprintln!("{} pickles, {} failures", pickles.len(), failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// `pickletools.optimize` runs into a `TypeError`, or writes `gNone`, where an entry of the memo is
/// fetched that was not stored; ours says so.
fn excused(view: &str, ours: &Value, theirs: &Value) -> bool {
    let theirs = format!("{}{}", theirs[0], theirs[1]);
    view == "optimize"
        && ours[1] == "a memo entry is fetched that has never been stored"
        && (theirs.contains("gNone") || theirs.contains("'NoneType'"))
}

/// The usual indent, or none where the blanks alone would be gigabytes.
fn indent(pickle: &[u8]) -> usize {
    let (mut depth, mut deepest) = (0usize, 0);
    for operation in tools::genops(pickle).map_while(Result::ok) {
        match operation.opcode.pops() {
            _ if operation.opcode == Opcode::Mark => depth += 1,
            Pops::ToMark | Pops::ToMarkAnd(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    if deepest > 2000 { 0 } else { 4 }
}

fn examine(pickle: &[u8]) -> [Value; 4] {
    [
        attempt(|sink| Disassembler::new().indent(indent(pickle)).dis_to(pickle, sink).map(drop)),
        attempt(|sink| {
            let mut rest = pickle;
            let mut disassembler = Disassembler::new().indent(0).annotate(30).keep_memo(true);
            while !rest.is_empty() {
                let length = disassembler.dis_to(rest, &mut *sink)?;
                rest = &rest[length..];
            }
            Ok(())
        }),
        attempt(|sink| {
            for operation in tools::genops(pickle) {
                let operation = operation?;
                let name = operation.opcode.name();
                let kind = match operation.operand {
                    Operand::None => "NoneType",
                    Operand::Bool(_) => "bool",
                    Operand::Int(_) | Operand::Long(_) => "int",
                    Operand::Float(_) => "float",
                    Operand::Str(_) | Operand::Surrogates(_) => "str",
                    Operand::Bytes(_) => "bytes",
                    Operand::ByteArray(_) => "bytearray",
                    _ => "?",
                };
                let (start, end) = (operation.offset, operation.end);
                writeln!(sink, "{start} {end} {name} {kind} {}", operation.operand)?;
            }
            Ok(())
        }),
        attempt(|sink| Ok(sink.write_all(&tools::optimize(pickle)?)?)),
    ]
}

/// As in `tools.py`.
fn attempt(work: impl FnOnce(&mut Sink) -> Result<(), Error>) -> Value {
    const SHORT: usize = 2000;
    let mut sink = Sink { digest: Sha256::new(), start: Vec::new(), size: 0 };
    let error = work(&mut sink).err().map(|error| error.kind().to_string());
    let text = if sink.size > SHORT {
        format!("{} bytes, {:x}", sink.size, sink.digest.finalize())
    } else {
        sink.start.iter().copied().map(char::from).collect()
    };
    json!([text, error])
}

struct Sink {
    digest: Sha256,
    start: Vec<u8>,
    size: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.digest.update(bytes);
        self.size += bytes.len();
        if self.size <= 2000 {
            self.start.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Xorshift: the same damage on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 16).unwrap() % end
    }

    fn damage(&mut self, pickle: &[u8]) -> Vec<u8> {
        let mut damaged = pickle.to_vec();
        for _ in 0..=self.below(3) {
            let place = self.below(damaged.len());
            match self.below(4) {
                0 => damaged[place] ^= 1 << self.below(8),
                1 => damaged[place] = Opcode::ALL[self.below(Opcode::ALL.len())] as u8,
                2 => damaged.insert(place, Opcode::ALL[self.below(Opcode::ALL.len())] as u8),
                _ if damaged.len() > 1 => drop(damaged.remove(place)),
                _ => {}
            }
        }
        damaged
    }
}
