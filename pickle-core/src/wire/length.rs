//! Passing over instructions without looking into them.

use crate::opcode::{Argument, Opcode, Pops, op};

/// How far an instruction goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// It is all there, in this many bytes.
    Whole(usize),
    /// At least this many bytes more must come.
    Missing(u64),
    /// So many newlines more must come.
    MissingLines(usize),
    /// There is no such instruction.
    Unknown,
}

/// How far the instruction goes that begins here, argument included.
pub(crate) fn extent(bytes: &[u8]) -> Extent {
    let Some((&byte, rest)) = bytes.split_first() else { return Extent::Missing(1) };
    let Some(opcode) = Opcode::from_byte(byte) else { return Extent::Unknown };
    let (have, need) = (rest.len() as u64, argument(opcode, rest));
    match need {
        Some(need) if need <= have => {
            Extent::Whole(1 + usize::try_from(need).unwrap_or(usize::MAX - 1))
        }
        Some(need) => Extent::Missing(need - have),
        None => {
            let lines = if opcode.argument() == Argument::TextLinePair { 2 } else { 1 };
            Extent::MissingLines(lines - memchr::memchr_iter(b'\n', rest).count())
        }
    }
}

/// How far [`plain`] steps at each byte: the length of an instruction that always has the same, or
/// one of these.
static STEPS: [u8; 256] = steps();

/// Not at all.
const STAY: u8 = 0;

/// Two bytes, and as many as the second says.
const PREFIXED: u8 = u8::MAX;

#[allow(clippy::cast_possible_truncation, clippy::indexing_slicing, reason = "not at run time")]
const fn steps() -> [u8; 256] {
    let mut steps = [STAY; 256];
    let mut byte = 0;
    while byte < steps.len() {
        steps[byte] = match Opcode::from_byte(byte as u8) {
            None | Some(Opcode::Stop | Opcode::Frame) => STAY,
            Some(opcode) => match opcode.argument() {
                Argument::None => 1,
                Argument::UInt1 => 2,
                Argument::UInt2 => 3,
                Argument::Int4 | Argument::UInt4 => 5,
                Argument::UInt8 | Argument::Float8 => 9,
                Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => {
                    PREFIXED
                }
                _ => STAY,
            },
        };
        byte += 1;
    }
    steps
}

/// How many bytes of whole instructions begin here that are quickly passed over, and neither a
/// `STOP` nor a `FRAME`.
pub(crate) fn plain(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(&byte) = bytes.get(end) {
        match step(bytes, end, byte) {
            0 => break,
            step if step > bytes.len() - end => break,
            step => end += step,
        }
    }
    end
}

/// How many bytes the instruction has that begins with this byte; 0 for one that takes longer to
/// pass over.
#[inline]
fn step(bytes: &[u8], at: usize, byte: u8) -> usize {
    match STEPS.get(usize::from(byte)) {
        None | Some(&STAY) => 0,
        Some(&PREFIXED) => bytes.get(at + 1).map_or(0, |len| 2 + usize::from(*len)),
        Some(&step) => usize::from(step),
    }
}

/// How many atoms follow each other here, as far as the first [`AHEAD`] instructions tell.
pub(crate) fn items(bytes: &[u8]) -> usize {
    let (mut at, mut count, mut ahead) = (0, 0, AHEAD);
    while ahead > 0 {
        let Some(&byte) = bytes.get(at) else { break };
        let Some(&atom) = ATOMS.get(usize::from(byte)) else { break };
        let before = ahead;
        match atom & !IS_VALUE {
            STAY => break,
            LONG_STEP => {
                at += bytes.get(at + 1).map_or(0, |len| 2 + usize::from(*len));
                ahead -= 1;
            }
            // Most are like the one before, and where those begin takes no table to wait for.
            step => {
                let differs = if byte | BOOLS == op::NEWTRUE | BOOLS { !BOOLS } else { u8::MAX };
                while ahead > 0 && bytes.get(at).is_some_and(|next| (next ^ byte) & differs == 0) {
                    at += usize::from(step);
                    ahead -= 1;
                }
            }
        }
        count += (before - ahead) * usize::from(atom / IS_VALUE);
    }
    count
}

/// The bits in which the two bools differ.
const BOOLS: u8 = op::NEWTRUE ^ op::NEWFALSE;

/// As [`items`], for text.
pub(crate) fn texts(bytes: &[u8]) -> usize {
    let end = |at: usize| match bytes.get(at..)? {
        [op::SHORT_BINUNICODE, len, ..] => Some(at + 2 + usize::from(*len)),
        [op::BINGET, ..] => Some(at + 2),
        _ => None,
    };
    let gap = |end: usize| usize::from(bytes.get(end) == Some(&op::MEMOIZE));
    let (mut at, mut count) = (0, 0);
    while let Some(first) = end(at) {
        // Whether the next ones are memoized as this one is foreseen.
        let known = gap(first);
        while let Some(end) = end(at)
            && gap(end) == known
        {
            at = end + known;
            count += 1;
            if count == AHEAD {
                return count;
            }
        }
    }
    count
}

/// The steps of [`items`]: of what may come with an atom, its length, and whether it is the atom itself.
static ATOMS: [u8; 256] = atoms();

const IS_VALUE: u8 = 16;

/// As [`PREFIXED`].
const LONG_STEP: u8 = 15;

#[allow(clippy::cast_possible_truncation, clippy::indexing_slicing, reason = "not at run time")]
const fn atoms() -> [u8; 256] {
    let mut atoms = [STAY; 256];
    let mut byte = 0;
    while byte < atoms.len() {
        let step = if STEPS[byte] == PREFIXED { LONG_STEP } else { STEPS[byte] };
        let opcode = Opcode::from_byte(byte as u8);
        if let (Some(opcode), true) = (opcode, step != STAY) {
            atoms[byte] = match (opcode, opcode.pops()) {
                (Opcode::Memoize | Opcode::BinPut | Opcode::LongBinPut, _) => step,
                (Opcode::Mark | Opcode::EmptyDict | Opcode::EmptyList | Opcode::EmptySet, _) => {
                    STAY
                }
                (_, Pops::Exact(0)) if opcode.pushes() == 1 => step | IS_VALUE,
                _ => STAY,
            };
        }
        byte += 1;
    }
    atoms
}

/// How many instructions, or texts, are looked at to count items.
const AHEAD: usize = 64;

/// How long an instruction is that has no more than a number, a bool or `None` as its value.
#[inline]
pub(crate) fn number(opcode: u8) -> Option<usize> {
    match opcode {
        op::NONE | op::NEWTRUE | op::NEWFALSE => Some(1),
        op::BININT1 => Some(2),
        op::BININT2 => Some(3),
        op::BININT => Some(5),
        op::BINFLOAT => Some(9),
        _ => None,
    }
}

/// The number of bytes of the instruction that begins here, argument included; `None` when it is
/// unknown or goes beyond the end.
#[inline]
pub(crate) fn instruction(bytes: &[u8]) -> Option<usize> {
    match step(bytes, 0, *bytes.first()?) {
        0 => whole(bytes),
        len => (len <= bytes.len()).then_some(len),
    }
}

#[inline(never)]
fn whole(bytes: &[u8]) -> Option<usize> {
    match extent(bytes) {
        Extent::Whole(len) => Some(len),
        _ => None,
    }
}

/// The number of bytes of an argument, as far as the bytes that are there tell; `None` for a line
/// whose end is not there.
fn argument(opcode: Opcode, rest: &[u8]) -> Option<u64> {
    let line = |from: usize| {
        let tail = rest.get(from..)?;
        memchr::memchr(b'\n', tail).map(|end| from + end + 1)
    };
    let prefixed = |width: usize| {
        let mut wide = [0; 8];
        match (wide.get_mut(..width), rest.get(..width)) {
            (Some(to), Some(from)) => to.copy_from_slice(from),
            _ => return Some(width as u64),
        }
        Some(u64::from_le_bytes(wide).saturating_add(width as u64))
    };
    match opcode.argument() {
        Argument::None => Some(0),
        Argument::UInt1 => Some(1),
        Argument::UInt2 => Some(2),
        Argument::Int4 | Argument::UInt4 => Some(4),
        Argument::UInt8 | Argument::Float8 => Some(8),
        Argument::DecimalShort
        | Argument::DecimalLong
        | Argument::FloatLine
        | Argument::StringLine
        | Argument::TextLine
        | Argument::UnicodeLine => line(0).map(|len| len as u64),
        Argument::TextLinePair => line(line(0)?).map(|len| len as u64),
        Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => prefixed(1),
        // A negative length of the signed ones is beyond any end.
        Argument::String4 | Argument::Bytes4 | Argument::Unicode4 | Argument::Long4 => prefixed(4),
        Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => prefixed(8),
    }
}

/// How many items a stack holds above a certain point, and where its marks are.
#[derive(Debug)]
pub(crate) struct Depth {
    items: usize,
    marks: Vec<usize>,
}

impl Depth {
    pub(crate) fn new() -> Depth {
        Depth { items: 0, marks: Vec::new() }
    }

    /// How many items there are, if there are no marks.
    pub(crate) fn plain(&self) -> Option<usize> {
        self.marks.is_empty().then_some(self.items)
    }

    /// Applies an instruction; `false`, and no change, if it reaches below the point, or ends the
    /// pickle.
    pub(crate) fn apply(&mut self, byte: u8) -> bool {
        let Some(opcode) = Opcode::from_byte(byte) else { return false };
        match opcode {
            Opcode::Mark => {
                self.marks.push(self.items);
                return true;
            }
            Opcode::Stop => return false,
            _ => {}
        }
        let floor = self.marks.last().copied().unwrap_or(0);
        let left = match opcode.pops() {
            Pops::Exact(count) => {
                self.items.checked_sub(usize::from(count)).filter(|&n| n >= floor)
            }
            Pops::TopOrMark if self.items > floor => Some(self.items - 1),
            Pops::TopOrMark | Pops::ToMark => self.marks.pop(),
            Pops::ToMarkAnd(count) => {
                let below = self.marks.iter().rev().nth(1).copied().unwrap_or(0);
                let left = self.marks.last().and_then(|mark| mark.checked_sub(usize::from(count)));
                let left = left.filter(|&n| n >= below);
                if left.is_some() {
                    self.marks.pop();
                }
                left
            }
        };
        let Some(left) = left else { return false };
        self.items = left + usize::from(opcode.pushes());
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::opcode::op;

    #[test]
    fn every_opcode_has_an_operand_that_ends_where_the_next_begins() {
        for &opcode in Opcode::ALL {
            let argument: &[u8] = match opcode.argument() {
                Argument::None => b"",
                Argument::UInt1 => b"\x01",
                Argument::UInt2 => b"\x01\0",
                Argument::Int4 | Argument::UInt4 => b"\x01\0\0\0",
                Argument::UInt8 => b"\x01\0\0\0\0\0\0\0",
                Argument::Float8 => b"\x3f\xf0\0\0\0\0\0\0",
                Argument::TextLinePair => b"1\n1\n",
                Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => {
                    b"\x01a"
                }
                Argument::String4 | Argument::Bytes4 | Argument::Unicode4 | Argument::Long4 => {
                    b"\x01\0\0\0a"
                }
                Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => {
                    b"\x01\0\0\0\0\0\0\0a"
                }
                _ => b"1\n",
            };
            let mut pickle = vec![opcode as u8];
            pickle.extend_from_slice(argument);
            let len = pickle.len();
            pickle.push(op::STOP);
            assert_eq!(extent(&pickle), Extent::Whole(len), "{}", opcode.name());
            assert!([0, len].contains(&plain(&pickle)), "{}", opcode.name());
            for end in 0..len {
                let cut = extent(&pickle[..end]);
                let is_cut = matches!(cut, Extent::Missing(1..) | Extent::MissingLines(1..));
                assert_eq!(plain(&pickle[..end]), 0, "{} cut at {end}", opcode.name());
                assert!(is_cut, "{} cut at {end}", opcode.name());
            }
        }
    }

    /// What was counted one instruction at a time.
    #[test]
    fn atoms_are_counted_up_to_what_is_none() {
        let spelled: &[&[u8]] =
            &[b"\x8c\x02ab\x94", b"\x8c\x02ab", b"h\x05", b"\x8c\0\x94", b"\x8c\x03\x8c\x94h\x94"];
        let numbers: &[&[u8]] = &[
            b"K\x88",
            b"K\x07",
            b"M\x89\x95",
            b"J\0\0\0\x80",
            b"\x88",
            b"\x89",
            b"\x8a\x01e",
            b"N",
        ];
        for (atoms, count) in [(spelled, texts as fn(&[u8]) -> usize), (numbers, items)] {
            for first in 0..atoms.len() {
                for step in 0..atoms.len() {
                    let row = (0..9).map(|place| atoms[(first + place * step) % atoms.len()]);
                    for len in 0..=9 {
                        let mut pickle = row.clone().take(len).collect::<Vec<_>>().concat();
                        assert_eq!(count(&pickle), len, "{pickle:x?}");
                        pickle.push(op::APPENDS);
                        assert_eq!(count(&pickle), len, "{pickle:x?}");
                        assert_eq!(items(&pickle), len, "{pickle:x?}");
                    }
                }
            }
        }
        assert_eq!(items(&[op::NEWTRUE; 200]), AHEAD);
        assert_eq!(texts(&b"\x8c\x01a\x94".repeat(200)), AHEAD);
        assert_eq!(items(b"K"), 1);
        assert_eq!(texts(b"\x8c"), 0);
    }
}
