//! Passing over instructions without looking into them.

use crate::opcode::{Argument, Opcode, Pops};

/// The number of bytes of the instruction that begins here, argument included; `None` when it is
/// unknown or goes beyond the end.
pub(crate) fn instruction(bytes: &[u8]) -> Option<usize> {
    let (&byte, rest) = bytes.split_first()?;
    let line = |from: usize| {
        let tail = rest.get(from..)?;
        memchr::memchr(b'\n', tail).map(|end| from + end + 1)
    };
    let prefixed = |width: usize| {
        let mut wide = [0; 8];
        wide.get_mut(..width)?.copy_from_slice(rest.get(..width)?);
        usize::try_from(u64::from_le_bytes(wide)).ok()?.checked_add(width)
    };
    let argument = match Opcode::from_byte(byte)?.argument() {
        Argument::None => 0,
        Argument::UInt1 => 1,
        Argument::UInt2 => 2,
        Argument::Int4 | Argument::UInt4 => 4,
        Argument::UInt8 | Argument::Float8 => 8,
        Argument::DecimalShort
        | Argument::DecimalLong
        | Argument::FloatLine
        | Argument::StringLine
        | Argument::TextLine
        | Argument::UnicodeLine => line(0)?,
        Argument::TextLinePair => line(line(0)?)?,
        Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => prefixed(1)?,
        // A negative length of the signed ones is beyond any end.
        Argument::String4 | Argument::Bytes4 | Argument::Unicode4 | Argument::Long4 => prefixed(4)?,
        Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => prefixed(8)?,
    };
    let len = argument.checked_add(1)?;
    (len <= bytes.len()).then_some(len)
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

    /// Whether there are exactly this many items and no marks.
    pub(crate) fn is_plain(&self, items: usize) -> bool {
        self.items == items && self.marks.is_empty()
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
