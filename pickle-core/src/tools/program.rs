//! A pickle as a list of instructions that can be changed and written again.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::opcode::{Argument, Opcode};
use crate::wire::length::{self, Extent};

/// The instructions of one pickle, written again byte for byte unless they are changed.
///
/// A [`Graph`](crate::Graph) keeps what a pickle means; this keeps how it says it: where the memo
/// is filled, how items are cut into batches, which of several instructions writes a number, how
/// its digits are spelled, and the frames. Frames are made to fit when the instructions in them
/// change in length. All 68 instructions can be written, also those that no pickler writes.
///
/// ```
/// use pickle_core::Opcode;
/// use pickle_core::tools::{Instruction, Program};
///
/// let mut program = Program::from_slice(b"\x80\x04\x95\x06\0\0\0\0\0\0\0\x8c\x02id\x94.")?;
/// let text = program.instructions_mut().iter_mut().find(|it| it.opcode() == Opcode::ShortBinUnicode);
/// *text.unwrap() = Instruction::with_data(Opcode::ShortBinUnicode, &b"name"[..])?;
/// assert_eq!(program.to_vec(), b"\x80\x04\x95\x08\0\0\0\0\0\0\0\x8c\x04name\x94.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Program<'de> {
    instructions: Vec<Instruction<'de>>,
    /// Where `FRAME` instructions are, and the instructions that come after the end of each.
    frames: Vec<(usize, usize)>,
}

/// One instruction: an opcode and its operand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction<'de> {
    opcode: Opcode,
    operand: Raw<'de>,
}

/// An operand as it is in the stream, without what only delimits it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Raw<'de> {
    None,
    /// Up to eight bytes in the order of the stream, then zeros.
    Word([u8; 8]),
    /// What follows a length.
    Data(Cow<'de, [u8]>),
    /// A line without its end.
    Line(Cow<'de, [u8]>),
    Lines(Cow<'de, [u8]>, Cow<'de, [u8]>),
}

/// How many bytes the length of a frame takes.
const FRAME_LENGTH: usize = 8;

/// The form of an operand.
enum Form {
    None,
    /// This many bytes.
    Word(usize),
    /// A length of this many bytes, and what follows.
    Data {
        width: usize,
        most: u64,
    },
    Line,
    Lines,
}

fn form(opcode: Opcode) -> Form {
    let signed = i32::MAX as u64;
    match opcode.argument() {
        Argument::None => Form::None,
        Argument::UInt1 => Form::Word(1),
        Argument::UInt2 => Form::Word(2),
        Argument::Int4 | Argument::UInt4 => Form::Word(4),
        Argument::UInt8 | Argument::Float8 => Form::Word(8),
        Argument::DecimalShort
        | Argument::DecimalLong
        | Argument::FloatLine
        | Argument::StringLine
        | Argument::TextLine
        | Argument::UnicodeLine => Form::Line,
        Argument::TextLinePair => Form::Lines,
        Argument::String1 | Argument::Bytes1 | Argument::Unicode1 | Argument::Long1 => {
            Form::Data { width: 1, most: 0xff }
        }
        Argument::String4 | Argument::Long4 => Form::Data { width: 4, most: signed },
        Argument::Bytes4 | Argument::Unicode4 => Form::Data { width: 4, most: 0xffff_ffff },
        Argument::Bytes8 | Argument::ByteArray8 | Argument::Unicode8 => {
            Form::Data { width: 8, most: u64::MAX }
        }
    }
}

impl<'de> Instruction<'de> {
    /// An instruction without operand.
    ///
    /// # Errors
    /// When the opcode has one.
    pub fn new(opcode: Opcode) -> Result<Instruction<'de>> {
        match form(opcode) {
            Form::None => Ok(Instruction { opcode, operand: Raw::None }),
            _ => Err(unsuitable(opcode, "no operand")),
        }
    }

    /// An instruction with a number of fixed size: a memo index, an extension code, the length of a
    /// frame, an int. Negative numbers are given in two's complement, floats as their bits.
    ///
    /// # Errors
    /// When the opcode has another kind of operand, or a smaller one.
    pub fn with_number(opcode: Opcode, number: u64) -> Result<Instruction<'de>> {
        let Form::Word(width) = form(opcode) else { return Err(unsuitable(opcode, "a number")) };
        let mut bytes = number.to_le_bytes();
        let is_negative = opcode.argument() == Argument::Int4
            && i64::from_le_bytes(bytes) < 0
            && i64::from_le_bytes(bytes) >= i64::from(i32::MIN);
        if is_negative {
            bytes = (number & 0xffff_ffff).to_le_bytes();
        }
        if bytes.iter().skip(width).any(|&byte| byte != 0) {
            return Err(unsuitable(opcode, "a number of this size"));
        }
        if opcode.argument() == Argument::Float8 {
            bytes.reverse();
        }
        Ok(Instruction { opcode, operand: Raw::Word(bytes) })
    }

    /// An instruction with bytes behind a length: text, bytes, or an int in two's complement.
    ///
    /// # Errors
    /// When the opcode has another kind of operand, or the length does not fit.
    pub fn with_data(opcode: Opcode, data: impl Into<Cow<'de, [u8]>>) -> Result<Instruction<'de>> {
        let data = data.into();
        match form(opcode) {
            Form::Data { most, .. } if data.len() as u64 <= most => {
                Ok(Instruction { opcode, operand: Raw::Data(data) })
            }
            Form::Data { .. } => Err(unsuitable(opcode, "data of this length")),
            _ => Err(unsuitable(opcode, "data")),
        }
    }

    /// An instruction with a line of text, given without its end.
    ///
    /// # Errors
    /// When the opcode has another kind of operand, or the line has an end inside.
    pub fn with_line(opcode: Opcode, line: impl Into<Cow<'de, [u8]>>) -> Result<Instruction<'de>> {
        let line = line.into();
        match form(opcode) {
            Form::Line if !line.contains(&b'\n') => {
                Ok(Instruction { opcode, operand: Raw::Line(line) })
            }
            _ => Err(unsuitable(opcode, "such a line")),
        }
    }

    /// An instruction with two lines, a module and a name, given without their ends.
    ///
    /// # Errors
    /// When the opcode has another kind of operand, or a line has an end inside.
    pub fn with_lines(
        opcode: Opcode,
        module: impl Into<Cow<'de, [u8]>>,
        name: impl Into<Cow<'de, [u8]>>,
    ) -> Result<Instruction<'de>> {
        let (module, name) = (module.into(), name.into());
        match form(opcode) {
            Form::Lines if !module.contains(&b'\n') && !name.contains(&b'\n') => {
                Ok(Instruction { opcode, operand: Raw::Lines(module, name) })
            }
            _ => Err(unsuitable(opcode, "such lines")),
        }
    }

    /// The opcode.
    #[must_use]
    pub fn opcode(&self) -> Opcode {
        self.opcode
    }

    /// The number of fixed size that is its operand, if that is one. Negative numbers are in two's
    /// complement of 64 bits, floats their bits.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        let Raw::Word(bytes) = self.operand else { return None };
        let [b0, b1, b2, b3, ..] = bytes;
        Some(match self.opcode.argument() {
            Argument::Int4 => i64::from(i32::from_le_bytes([b0, b1, b2, b3])).cast_unsigned(),
            Argument::Float8 => u64::from_be_bytes(bytes),
            _ => u64::from_le_bytes(bytes),
        })
    }

    /// The bytes behind a length that are its operand, if that is some.
    #[must_use]
    pub fn data(&self) -> Option<&[u8]> {
        match &self.operand {
            Raw::Data(data) => Some(data),
            _ => None,
        }
    }

    /// The line that is its operand, if that is one; the first of two.
    #[must_use]
    pub fn line(&self) -> Option<&[u8]> {
        match &self.operand {
            Raw::Line(line) | Raw::Lines(line, _) => Some(line),
            _ => None,
        }
    }

    /// The second of two lines.
    #[must_use]
    pub fn second_line(&self) -> Option<&[u8]> {
        match &self.operand {
            Raw::Lines(_, line) => Some(line),
            _ => None,
        }
    }

    /// Reads one instruction of which all bytes are there.
    fn parse(opcode: Opcode, argument: &'de [u8]) -> Option<Instruction<'de>> {
        let operand = match form(opcode) {
            Form::None => Raw::None,
            Form::Word(width) => {
                let mut word = [0; 8];
                word.get_mut(..width)?.copy_from_slice(argument);
                Raw::Word(word)
            }
            Form::Data { width, .. } => Raw::Data(argument.get(width..)?.into()),
            Form::Line => Raw::Line(argument.strip_suffix(b"\n")?.into()),
            Form::Lines => {
                let lines = argument.strip_suffix(b"\n")?;
                let end = memchr::memchr(b'\n', lines)?;
                Raw::Lines(lines.get(..end)?.into(), lines.get(end + 1..)?.into())
            }
        };
        Some(Instruction { opcode, operand })
    }

    /// How many bytes it takes.
    #[expect(clippy::len_without_is_empty, reason = "an instruction has an opcode")]
    #[must_use]
    pub fn len(&self) -> usize {
        1 + match (&self.operand, form(self.opcode)) {
            (Raw::Word(_), Form::Word(width)) => width,
            (Raw::Data(data), Form::Data { width, .. }) => width + data.len(),
            (Raw::Line(line), _) => line.len() + 1,
            (Raw::Lines(module, name), _) => module.len() + name.len() + 2,
            _ => 0,
        }
    }

    /// Writes it at the end of a buffer.
    pub fn write(&self, out: &mut Vec<u8>) {
        out.push(self.opcode as u8);
        match (&self.operand, form(self.opcode)) {
            (Raw::Word(word), Form::Word(width)) => out.extend(word.iter().take(width)),
            (Raw::Data(data), Form::Data { width, .. }) => {
                out.extend((data.len() as u64).to_le_bytes().iter().take(width));
                out.extend_from_slice(data);
            }
            (Raw::Line(line), _) => {
                out.extend_from_slice(line);
                out.push(b'\n');
            }
            (Raw::Lines(module, name), _) => {
                for line in [module, name] {
                    out.extend_from_slice(line);
                    out.push(b'\n');
                }
            }
            _ => {}
        }
    }
}

impl<'de> Program<'de> {
    /// Reads the instructions of the first pickle of a slice, up to its `STOP`. Whether they make
    /// sense together is not looked at. A frame that goes on behind the `STOP` ends there.
    ///
    /// # Errors
    /// When there is an unknown opcode, or the pickle ends before its `STOP`.
    pub fn from_slice(pickle: &'de [u8]) -> Result<Program<'de>> {
        let mut instructions = Vec::new();
        let mut frames = Vec::new();
        let mut open: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut at = 0;
        loop {
            let ended = open.remove(&at).unwrap_or_default();
            frames.extend(ended.into_iter().map(|frame| (frame, instructions.len())));
            let rest = pickle.get(at..).unwrap_or_default();
            let Extent::Whole(len) = length::extent(rest) else {
                return Err(match rest.first() {
                    Some(&byte) if Opcode::from_byte(byte).is_none() => {
                        crate::wire::decode::unknown(byte, at).at(at)
                    }
                    _ => Error::end_of_input("an instruction").at(at),
                });
            };
            let instruction = rest.split_first().and_then(|(&byte, rest)| {
                Instruction::parse(Opcode::from_byte(byte)?, rest.get(..len - 1)?)
            });
            let Some(instruction) = instruction else {
                return Err(Error::end_of_input("an instruction").at(at));
            };
            at += len;
            let (opcode, number) = (instruction.opcode, instruction.number().unwrap_or(0));
            if opcode == Opcode::Frame {
                let end = usize::try_from(number).ok().and_then(|size| at.checked_add(size));
                end.into_iter()
                    .for_each(|end| open.entry(end).or_default().push(instructions.len()));
            }
            instructions.push(instruction);
            if opcode == Opcode::Stop {
                // A frame may hold the pickles that follow, too; one that the input cuts off
                // stays as wrong as it is.
                let ended = open.into_iter().filter(|&(end, _)| (at..=pickle.len()).contains(&end));
                let ended = ended.flat_map(|(_, frames)| frames);
                frames.extend(ended.map(|frame| (frame, instructions.len())));
                return Ok(Program { instructions, frames });
            }
        }
    }

    /// The instructions in order.
    #[must_use]
    pub fn instructions(&self) -> &[Instruction<'de>] {
        &self.instructions
    }

    /// The instructions, to be replaced one by one. The frames follow their lengths.
    pub fn instructions_mut(&mut self) -> &mut [Instruction<'de>] {
        &mut self.instructions
    }

    /// The pickle.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut starts = Vec::with_capacity(self.instructions.len() + 1);
        for instruction in &self.instructions {
            starts.push(out.len());
            instruction.write(&mut out);
        }
        starts.push(out.len());
        for &(frame, end) in &self.frames {
            let is_frame = |it: &Instruction<'_>| it.opcode == Opcode::Frame;
            if self.instructions.get(frame).is_some_and(is_frame)
                && let (Some(&body), Some(&end)) = (starts.get(frame + 1), starts.get(end))
                && let Some(field) = out.get_mut(body - FRAME_LENGTH..body)
            {
                field.copy_from_slice(&((end - body) as u64).to_le_bytes());
            }
        }
        out
    }
}

#[cold]
fn unsuitable(opcode: Opcode, found: &'static str) -> Error {
    Error::malformed(
        format!("{found} for {}", opcode.name()),
        format!("its operand, {:?}", opcode.argument()),
    )
}
