//! The 68 opcodes: each is read and written, and does what readers are known to get wrong.

use std::collections::{BTreeMap, BTreeSet};

use pickle_core::tools::{Instruction, Program};
use pickle_core::{Graph, Opcode, Profile};

use crate::support::Reads::{self, As, Error};
use crate::support::{expect, options, read, shown};

/// Who writes an opcode.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Written {
    /// The writer of graphs, at some protocol.
    ByGraphs,
    /// Nobody: no pickler needs it.
    ByInstructions,
}
use Written::{ByGraphs, ByInstructions};

/// An opcode, a pickle that uses it, its value as a graph shows it, and who writes it.
const ROWS: &[(Opcode, &[u8], &str, Written)] = &[
    (Opcode::Mark, b"(K\x01t.", "(1,)", ByGraphs),
    (Opcode::Stop, b"N.", "None", ByGraphs),
    (Opcode::Pop, b"\x80\x02]q\0h\0\x85q\x01a0h\x01.", "&1 = ([&1],)", ByGraphs),
    (Opcode::Dup, b"N2\x86.", "(None, None)", ByInstructions),
    (Opcode::Float, b"F-0.0\n.", "-0.0", ByGraphs),
    (Opcode::Int, b"I-7\n.", "-7", ByGraphs),
    (Opcode::Long, b"L2147483648L\n.", "2147483648", ByGraphs),
    (Opcode::None, b"N.", "None", ByGraphs),
    (Opcode::PersId, b"Pid 1\n.", "persistent(\"id 1\")", ByGraphs),
    (Opcode::Reduce, b"cm\nf\n)R.", "m.f()", ByGraphs),
    (Opcode::String, b"S'it\\'s'\n.", "str8 b\"it\\'s\"", ByGraphs),
    (Opcode::Unicode, b"V\\u20ac\n.", "\"\u{20ac}\"", ByGraphs),
    (Opcode::Append, b"]K\x01a.", "[1]", ByGraphs),
    (Opcode::Build, b"cm\nC\n)\x81}b.", "new m.C() state {}", ByGraphs),
    (Opcode::Global, b"cm\nC\n.", "m.C", ByGraphs),
    (Opcode::Dict, b"(K\x01Nd.", "{1: None}", ByGraphs),
    (Opcode::Get, b"]p7\ng7\n\x86.", "(&0 = [], &0)", ByGraphs),
    (Opcode::Inst, b"(K\x01im\nC\n.", "instance m.C(1)", ByGraphs),
    (Opcode::List, b"(K\x01l.", "[1]", ByGraphs),
    (Opcode::Put, b"]p7\n.", "[]", ByGraphs),
    (Opcode::SetItem, b"}K\x01Ns.", "{1: None}", ByGraphs),
    (Opcode::Tuple, b"(NNNNt.", "(None, None, None, None)", ByGraphs),
    (Opcode::EmptyTuple, b").", "()", ByGraphs),
    (Opcode::PopMark, b"(]q\0(h\0tq\x01a1h\x01.", "&1 = ([&1],)", ByGraphs),
    (Opcode::BinFloat, b"G\x3f\xf8\0\0\0\0\0\0.", "1.5", ByGraphs),
    (Opcode::BinInt, b"J\xff\xff\xff\xff.", "-1", ByGraphs),
    (Opcode::BinInt1, b"K\xff.", "255", ByGraphs),
    (Opcode::BinInt2, b"M\xff\xff.", "65535", ByGraphs),
    (Opcode::BinPersId, b"K\x01Q.", "persistent(1)", ByGraphs),
    (Opcode::BinString, b"T\x01\0\0\0\xff.", "str8 b\"\\xff\"", ByGraphs),
    (Opcode::ShortBinString, b"U\x01\xff.", "str8 b\"\\xff\"", ByGraphs),
    (Opcode::BinUnicode, b"X\x01\0\0\0a.", "\"a\"", ByGraphs),
    (Opcode::EmptyList, b"].", "[]", ByGraphs),
    (Opcode::Appends, b"](K\x01K\x02e.", "[1, 2]", ByGraphs),
    (Opcode::BinGet, b"]q\0h\0\x86.", "(&0 = [], &0)", ByGraphs),
    (Opcode::LongBinGet, b"]r\0\x01\0\0j\0\x01\0\0\x86.", "(&0 = [], &0)", ByGraphs),
    (Opcode::Obj, b"(cm\nC\nK\x01o.", "instance m.C(1)", ByGraphs),
    (Opcode::BinPut, b"]q\0.", "[]", ByGraphs),
    (Opcode::LongBinPut, b"]r\0\x01\0\0.", "[]", ByGraphs),
    (Opcode::SetItems, b"}(K\x01NK\x02Nu.", "{1: None, 2: None}", ByGraphs),
    (Opcode::EmptyDict, b"}.", "{}", ByGraphs),
    (Opcode::Proto, b"\x80\x02N.", "None", ByGraphs),
    (Opcode::NewObj, b"cm\nC\n)\x81.", "new m.C()", ByGraphs),
    (Opcode::Ext1, b"\x82\xf0.", "extension(240)", ByGraphs),
    (Opcode::Ext2, b"\x83\xff\xff.", "extension(65535)", ByGraphs),
    (Opcode::Ext4, b"\x84\0\0\x01\0.", "extension(65536)", ByGraphs),
    (Opcode::Tuple1, b"N\x85.", "(None,)", ByGraphs),
    (Opcode::Tuple2, b"NN\x86.", "(None, None)", ByGraphs),
    (Opcode::Tuple3, b"NNN\x87.", "(None, None, None)", ByGraphs),
    (Opcode::NewTrue, b"\x88.", "True", ByGraphs),
    (Opcode::NewFalse, b"\x89.", "False", ByGraphs),
    (Opcode::Long1, b"\x8a\x05\0\0\0\x80\0.", "2147483648", ByGraphs),
    (Opcode::Long4, b"\x8b\x01\0\0\0\x80.", "-128", ByGraphs),
    (Opcode::BinBytes, b"B\x01\0\0\0\xff.", "b\"\\xff\"", ByGraphs),
    (Opcode::ShortBinBytes, b"C\x01\xff.", "b\"\\xff\"", ByGraphs),
    (Opcode::ShortBinUnicode, b"\x8c\x01a.", "\"a\"", ByGraphs),
    (Opcode::BinUnicode8, b"\x8d\x01\0\0\0\0\0\0\0a.", "\"a\"", ByInstructions),
    (Opcode::BinBytes8, b"\x8e\x01\0\0\0\0\0\0\0\xff.", "b\"\\xff\"", ByInstructions),
    (Opcode::EmptySet, b"\x8f.", "set()", ByGraphs),
    (Opcode::AddItems, b"\x8f(K\x01\x90.", "{1}", ByGraphs),
    (Opcode::FrozenSet, b"(K\x01\x91.", "frozenset({1})", ByGraphs),
    (Opcode::NewObjEx, b"cm\nC\n)}Vk\nNs\x92.", "new m.C() keywords {\"k\": None}", ByGraphs),
    (Opcode::StackGlobal, b"\x8c\x01m\x8c\x03A.B\x93.", "m.A.B", ByGraphs),
    (Opcode::Memoize, b"]\x94h\0\x86.", "(&0 = [], &0)", ByGraphs),
    (Opcode::Frame, b"\x95\x02\0\0\0\0\0\0\0N.", "None", ByGraphs),
    (Opcode::ByteArray8, b"\x96\x01\0\0\0\0\0\0\0\xff.", "bytearray(b\"\\xff\")", ByGraphs),
    (Opcode::NextBuffer, b"\x97.", "buffer(0)", ByGraphs),
    (Opcode::ReadonlyBuffer, b"\x97\x98.", "buffer(0, readonly)", ByGraphs),
];

fn opcodes(pickle: &[u8]) -> BTreeSet<u8> {
    let program = Program::from_slice(pickle).unwrap();
    program.instructions().iter().map(|instruction| instruction.opcode() as u8).collect()
}

#[test]
fn each_opcode_is_read() {
    let all: BTreeSet<u8> = Opcode::ALL.iter().map(|&opcode| opcode as u8).collect();
    assert_eq!(ROWS.iter().map(|row| row.0 as u8).collect::<BTreeSet<u8>>(), all);
    for (opcode, pickle, value, _) in ROWS {
        assert!(opcodes(pickle).contains(&(*opcode as u8)), "{opcode:?}");
        assert_eq!(shown(pickle), *value, "{opcode:?}");
    }
}

/// Pickles that need the longer forms.
fn large() -> Vec<Vec<u8>> {
    let many = |count: u32| {
        (0..count).flat_map(|number| [&b"J"[..], &number.to_le_bytes(), b"\x85"].concat())
    };
    let mut shared = b"]".to_vec();
    for number in 0..300u16 {
        shared.extend([&b"]r"[..], &u32::from(number).to_le_bytes(), b"aj"].concat());
        shared.extend([&u32::from(number).to_le_bytes()[..], b"a"].concat());
    }
    shared.push(b'.');
    vec![
        [b"(", &many(3).collect::<Vec<u8>>()[..], b"t."].concat(),
        [&b"B"[..], &300u32.to_le_bytes(), &[b'x'; 300], b"."].concat(),
        [&b"T"[..], &300u32.to_le_bytes(), &[b'x'; 300], b"."].concat(),
        [&b"X"[..], &300u32.to_le_bytes(), &[b'x'; 300], b"."].concat(),
        [&b"\x8b"[..], &300u32.to_le_bytes(), &[1; 300], b"."].concat(),
        shared,
    ]
}

#[test]
fn each_opcode_is_written() {
    let mut written = BTreeSet::new();
    let sources = ROWS.iter().map(|row| row.1.to_vec()).chain(large());
    for source in sources {
        for protocol in 0..=5 {
            for profile in [Profile::Canonical, Profile::CPythonC, Profile::CPython36] {
                if let Ok(pickle) = options(protocol, profile).graph_to_vec(&read(&source)) {
                    written.extend(opcodes(&pickle));
                }
            }
        }
    }
    for (opcode, pickle, _, by) in ROWS {
        let is_written = written.contains(&(*opcode as u8));
        assert_eq!(is_written, *by == ByGraphs, "{opcode:?}");
        let program = Program::from_slice(pickle).unwrap();
        assert_eq!(program.to_vec(), *pickle, "{opcode:?}");
        let mut out = Vec::new();
        for instruction in program.instructions() {
            made_anew(instruction).write(&mut out);
        }
        assert_eq!(out, *pickle, "{opcode:?}");
    }
}

/// The same instruction, by the constructors that callers have.
fn made_anew(instruction: &Instruction<'_>) -> Instruction<'static> {
    let opcode = instruction.opcode();
    let own = |bytes: &[u8]| bytes.to_vec();
    let made = if let Some(number) = instruction.number() {
        Instruction::with_number(opcode, number)
    } else if let Some(data) = instruction.data() {
        Instruction::with_data(opcode, own(data))
    } else if let (Some(module), Some(name)) = (instruction.line(), instruction.second_line()) {
        Instruction::with_lines(opcode, own(module), own(name))
    } else if let Some(line) = instruction.line() {
        Instruction::with_line(opcode, own(line))
    } else {
        Instruction::new(opcode)
    };
    made.unwrap()
}

/// What readers are known to get wrong, opcode by opcode.
const TRAPS: &[(Opcode, &[u8], Reads)] = &[
    (Opcode::Mark, b"((((N.", As(b"N.")),
    (Opcode::Global, b"cmark\nmark\nK\x01t.", Error("found no mark")),
    (Opcode::Pop, b"(0N.", As(b"N.")),
    (Opcode::Pop, b"(N0K\x01K\x02t.", As(b"K\x01K\x02\x86.")),
    (Opcode::Dup, b"]2\x86.", As(b"]q\0h\0\x86.")),
    (Opcode::Float, b"F1e+16\n.", As(b"GCA\xc3y7\xe0\x80\0.")),
    (Opcode::Float, b"F-inf\n.", As(b"G\xff\xf0\0\0\0\0\0\0.")),
    (Opcode::Int, b"I01\n.", As(b"\x88.")),
    (Opcode::Int, b"I1\n.", As(b"K\x01.")),
    (Opcode::Int, b"I9223372036854775808\n.", As(b"\x8a\x09\0\0\0\0\0\0\0\x80\0.")),
    (Opcode::Long, b"L18446744073709551616L\n.", As(b"\x8a\x09\0\0\0\0\0\0\0\0\x01.")),
    (Opcode::PersId, b"P\xe9\n.", Error("expected text in ASCII")),
    (Opcode::String, b"S'\\101\\x42\\q'\n.", As(b"U\x04AB\\q.")),
    (Opcode::String, b"S'a\"\n.", Error("expected a quoted string")),
    (Opcode::Unicode, b"Vabc\r\n.", As(b"X\x04\0\0\0abc\r.")),
    (Opcode::Unicode, b"Va\\b\n.", As(b"X\x03\0\0\0a\\b.")),
    (Opcode::Unicode, b"V\\ud800\n.", As(b"X\x03\0\0\0\xed\xa0\x80.")),
    (Opcode::Global, b"cos\r\nx\n.", As(b"\x8c\x03os\r\x8c\x01x\x93.")),
    (Opcode::Dict, b"(d.", As(b"}.")),
    (Opcode::Dict, b"K\x05(K\x01Nd.", As(b"}K\x01Ns.")),
    (Opcode::Get, b"]p4294967296\n0g4294967296\n.", As(b"].")),
    (Opcode::Inst, b"(K\x01K\x02im\nC\n.", As(b"K\x05(K\x01K\x02im\nC\n.")),
    (Opcode::Inst, b"(i\xe9\nC\n.", Error("expected text in ASCII")),
    (Opcode::PopMark, b"N(NNN1.", As(b"N.")),
    (Opcode::BinPersId, b"](NNeQ.", As(b"](NNeQ.")),
    (Opcode::BinString, b"T\xff\xff\xff\xffa.", Error("found length -1")),
    (Opcode::BinUnicode, b"X\x03\0\0\0\xed\xa0\x80.", As(b"\x8c\x03\xed\xa0\x80.")),
    (Opcode::Appends, b"cm\nL\n)\x81(K\x01K\x02e.", As(b"cm\nL\n)\x81K\x01aK\x02a.")),
    (Opcode::BinGet, b"]q\0K\x01ah\0\x86.", As(b"]K\x01a2\x86.")),
    (Opcode::BinGet, b"]q\0h\0K\x01a\x86.", As(b"]2K\x01a\x86.")),
    (Opcode::Obj, b"N(cm\nC\nK\x01o\x86.", As(b"(N(cm\nC\nK\x01ot.")),
    (Opcode::LongBinPut, b"]r\xff\xff\xff\xff.", As(b"].")),
    (Opcode::SetItems, b"}(K\x01u.", Error("odd number")),
    (Opcode::SetItems, b"}(Vb\nK\x01Va\nK\x02u.", As(b"}Vb\nK\x01sVa\nK\x02s.")),
    (Opcode::Proto, b"\x80\x02N\x80\x04\x80\0.", As(b"N.")),
    (Opcode::Proto, b"\x80\x63N.", Error("found protocol 99")),
    (Opcode::Ext1, b"\x82\0.", Error("expected a code above zero")),
    (Opcode::Ext4, b"\x84\xff\xff\xff\xff.", Error("found extension code -1")),
    (Opcode::Long1, b"\x8a\x01\x80.", As(b"J\x80\xff\xff\xff.")),
    (Opcode::Long1, b"\x8a\0.", As(b"K\0.")),
    (Opcode::Long1, b"\x8a\x07\x01\0\0\0\0\0\x20.", As(b"L9007199254740993L\n.")),
    (Opcode::Long4, b"\x8b\xff\xff\xff\xff.", Error("found length -1")),
    (Opcode::FrozenSet, b"K\x05(K\x01K\x02\x91.", As(b"(K\x01K\x02\x91.")),
    (Opcode::NewObjEx, b"cm\nC\nN}\x92.", Error("found None, expected a tuple")),
    (Opcode::StackGlobal, b"U\x01m\x8c\x01x\x93.", Error("expected a str as the name of a global")),
    (Opcode::StackGlobal, b"\x8c\x01m\x94C\x01x\x93.", Error("expected a str")),
    // Two entries, so the next index is 2, although 7 is the greatest.
    (Opcode::Memoize, b"\x8c\x01aq\x07\x8c\x01b\x94]\x94h\x08N\x87.", Error("found memo index 8")),
    (Opcode::Memoize, b"(\x8c\x01aq\x07\x8c\x01b\x94]\x94h\x02t.", As(b"(Va\nVb\n]2t.")),
    (Opcode::Frame, b"\x95\xff\xff\xff\xff\xff\xff\xff\x7fN.", Error("the end of the input")),
    (Opcode::ByteArray8, b"\x96\xff\xff\xff\xff\xff\xff\xff\xffa.", Error("the end of the input")),
    (Opcode::ReadonlyBuffer, b"N\x98.", Error("expected a buffer")),
];

#[test]
fn no_trap_works() {
    for (opcode, pickle, reads) in TRAPS {
        assert!(pickle.contains(&(*opcode as u8)), "{opcode:?}");
        expect(pickle, reads);
    }
}

/// Objects keep the parts that calling, building and filling them gave.
#[test]
fn nothing_of_an_object_is_lost() {
    let rows: BTreeMap<&[u8], &str> = BTreeMap::from([
        // The state neither replaces the object nor its arguments.
        (&b"cm\nf\nK\x01\x85R}Va\nK\x02sb."[..], "m.f(1) state {\"a\": 2}"),
        (b"cm\nf\nK\x01\x85RNb.", "m.f(1) state None"),
        (b"(K\x01im\nC\n}b.", "instance m.C(1) state {}"),
        (b"cm\nC\nN\x85}Vk\nK\x01s\x92.", "new m.C(None) keywords {\"k\": 1}"),
    ]);
    for (pickle, text) in rows {
        assert_eq!(shown(pickle), text);
    }
    assert!(Graph::from_slice(b"(m\nC\n.").is_err());
}
