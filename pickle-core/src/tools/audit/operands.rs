//! Instructions as the symbolic machine takes them: split by their lengths alone.
//!
//! It is neither the decoder of the unpicklers nor that of `genops`: both refuse operands that one
//! of CPython's unpicklers accepts, and what comes behind such an operand would be missed. Frames
//! do not count, as those of CPython's C unpickler did not.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::opcode::{Argument, Opcode};
use crate::wire::decode;
use crate::wire::length::{self, Extent};
use crate::wire::literal::{self, WideText};

/// One instruction.
pub(super) struct Instruction<'de> {
    pub(super) opcode: Opcode,
    pub(super) operand: Raw<'de>,
    pub(super) length: usize,
}

/// An operand, without what only delimits it.
#[derive(Clone, Copy)]
pub(super) enum Raw<'de> {
    Word(u64),
    Data(&'de [u8]),
    Lines(&'de [u8], &'de [u8]),
}

/// The instruction at this offset.
pub(super) fn read(input: &[u8], at: usize) -> Result<Instruction<'_>> {
    let bytes = input.get(at..).unwrap_or_default();
    let Some(&byte) = bytes.first() else { return Err(Error::end_of_input("an opcode")) };
    let opcode = Opcode::from_byte(byte).ok_or_else(|| decode::unknown(byte, at))?;
    let rest = bytes.get(1..).unwrap_or_default();
    let length = match length::extent(bytes) {
        Extent::Whole(length) => length,
        // `pickle.py` takes a line that the input cuts off, without its last byte, and imports
        // the module before it sees the end.
        Extent::MissingLines(_) if opcode.argument() == Argument::TextLinePair => bytes.len(),
        Extent::MissingLines(_) => return Err(Error::end_of_input("the end of a line")),
        _ => return Err(Error::end_of_input("the rest of an operand")),
    };
    let operand = bytes.get(1..length).unwrap_or_default();
    let operand = match opcode.argument() {
        Argument::None => Raw::Word(0),
        Argument::UInt1
        | Argument::UInt2
        | Argument::UInt4
        | Argument::UInt8
        | Argument::Float8
        | Argument::Int4 => Raw::Word(little_endian(operand)),
        Argument::TextLinePair => {
            let (first, second) = lines(rest);
            Raw::Lines(first, second)
        }
        Argument::DecimalShort
        | Argument::DecimalLong
        | Argument::FloatLine
        | Argument::StringLine
        | Argument::TextLine
        | Argument::UnicodeLine => {
            Raw::Data(operand.split_last().map_or(operand, |(_, line)| line))
        }
        Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => {
            Raw::Data(operand.get(1..).unwrap_or_default())
        }
        Argument::String4 | Argument::Bytes4 | Argument::Unicode4 | Argument::Long4 => {
            Raw::Data(operand.get(4..).unwrap_or_default())
        }
        Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => {
            Raw::Data(operand.get(8..).unwrap_or_default())
        }
    };
    Ok(Instruction { opcode, operand, length })
}

/// Two lines, whose ends may be missing.
fn lines(bytes: &[u8]) -> (&[u8], &[u8]) {
    let (first, rest) = line(bytes);
    (first, line(rest).0)
}

/// A line without its last byte, and what follows it.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len().saturating_sub(1));
    let (line, rest) = bytes.split_at_checked(end).unwrap_or_default();
    (line, rest.get(1..).unwrap_or_default())
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// The text of an operand, in generalized UTF-8; as it is in the stream where that is ill-formed.
pub(super) fn text(argument: Argument, data: &[u8]) -> Cow<'_, [u8]> {
    match argument {
        Argument::UnicodeLine => match literal::unicode_line(data) {
            Ok(WideText::Utf8(Cow::Borrowed(text))) => Cow::Borrowed(text.as_bytes()),
            Ok(WideText::Utf8(Cow::Owned(text))) => Cow::Owned(text.into_bytes()),
            Ok(WideText::Wtf8(bytes)) => bytes,
            Err(_) => Cow::Borrowed(data),
        },
        Argument::StringLine => literal::string_line(data).unwrap_or(Cow::Borrowed(data)),
        _ => Cow::Borrowed(data),
    }
}
