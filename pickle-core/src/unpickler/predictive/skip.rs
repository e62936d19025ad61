//! Values that nobody asks for, such as attributes that a struct does not know.
//!
//! No type says what comes next, so this follows the stack as the machine does, and knows of each
//! value on it only what the instructions ask of their operands. That takes no recursion, whatever is
//! within what. Only where the value ends is a guess: what follows may go on with it, or be the value
//! beside it. A wrong one leaves the reader at something that it does not expect.

use super::replay::Entry;
use super::{Predictive, miss};
use crate::error::Result;
use crate::opcode::{Opcode, Pops, op};
use crate::wire::length;

/// What is known of something on the stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Mark,
    /// A string, spelled out at this offset.
    Text(u32),
    /// A class or function, by its number.
    Global(u32),
    /// Another value that can be a key, and that no instruction changes or calls.
    Atom,
    Tuple {
        is_key: bool,
    },
    List,
    Dict,
    Set,
    Object,
    /// A value of which nothing is known, such as one that was made elsewhere.
    Opaque,
}

impl Part {
    /// Whether the machine surely takes it as a key.
    fn is_key(self) -> bool {
        match self {
            Part::Text(_) | Part::Global(_) | Part::Atom | Part::Object => true,
            Part::Tuple { is_key } => is_key,
            _ => false,
        }
    }

    /// Whether what follows a mark may be for it.
    fn takes_items(self) -> bool {
        matches!(self, Part::Global(_) | Part::List | Part::Dict | Part::Set | Part::Object)
    }

    /// Whether it is the lowest operand of an instruction that has so many values above it.
    fn is_operand(self, opcode: Option<&u8>, above: usize) -> bool {
        match (opcode, above) {
            (Some(&op::TUPLE2), 1) | (Some(&op::TUPLE3), 2) => true,
            (Some(&op::STACK_GLOBAL), 1) => matches!(self, Part::Text(_)),
            (Some(&(op::NEWOBJ | op::REDUCE)), 1) | (Some(&op::NEWOBJ_EX), 2) => {
                matches!(self, Part::Global(_) | Part::Object)
            }
            (Some(&op::BUILD), 1) => self == Part::Object,
            (Some(&op::APPEND), 1) => matches!(self, Part::List | Part::Object),
            (Some(&op::SETITEM), 2) => matches!(self, Part::Dict | Part::Object),
            _ => false,
        }
    }
}

/// Whether every one of so many can be a key.
fn are_keys(parts: &[Part], width: usize) -> bool {
    parts.iter().step_by(width).all(|part| part.is_key())
}

impl Predictive<'_, '_> {
    /// Passes over a value. What is memoized where it begins, such as the name of its class, is not
    /// what a shared pointer waits for.
    #[inline(never)]
    pub(super) fn pass_over(&mut self) -> Result<()> {
        if self.is_past_number()? {
            return Ok(());
        }
        let watch = std::mem::replace(&mut self.watch, (usize::MAX, None));
        self.parts.clear();
        let part = loop {
            let opcode = self.opcode()?;
            if let &[part] = self.parts.as_slice()
                && part != Part::Mark
                && !self.goes_on(part, opcode)?
            {
                break part;
            }
            self.step(opcode)?;
        };
        self.watch = watch;
        if self.in_key && !part.is_key() { miss() } else { Ok(()) }
    }

    /// Passes over a number, bool or `None`, if the value is no more than that.
    fn is_past_number(&mut self) -> Result<bool> {
        let before = self.rest;
        let Some(len) = self.byte().and_then(length::number) else { return Ok(false) };
        self.take(len)?;
        let is_all = match self.byte() {
            // The beginning of a frame is passed once.
            None | Some(op::FRAME) => false,
            Some(opcode) => !self.goes_on(Part::Atom, opcode)?,
        };
        if !is_all {
            self.rest = before;
        }
        Ok(is_all)
    }

    /// Whether the instruction here goes on with the only value on the stack.
    fn goes_on(&mut self, part: Part, opcode: u8) -> Result<bool> {
        let is_open = match opcode {
            op::MEMOIZE | op::BINPUT | op::LONG_BINPUT | op::TUPLE1 | op::BINPERSID => true,
            op::MARK => part.takes_items(),
            op::EMPTY_TUPLE => matches!(part, Part::Global(_)),
            op::EMPTY_DICT => part == Part::Object,
            _ => false,
        };
        if is_open || !begins_value(opcode) {
            return Ok(is_open);
        }
        let second = self.behind(self.pos())?;
        let third = self.behind(second)?;
        let then = self.input.get(third);
        if part.is_operand(self.input.get(second), 1) || part.is_operand(then, 2) {
            return Ok(true);
        }
        let is_name = match self.named_entry() {
            Some(entry) => matches!(entry, Entry::Text(_)),
            None => is_text(opcode),
        };
        // Most often it is the name of the next attribute. To follow the stack to the end of the object
        // would be to read all that is left of it for each of them.
        let may_be_within = matches!(part, Part::Global(_) | Part::Dict);
        if is_name && !may_be_within && then != Some(&op::STACK_GLOBAL) {
            return Ok(false);
        }
        Ok(match self.reaching_below()? {
            Some((opcode, above)) => part.is_operand(Some(&opcode), above),
            None => false,
        })
    }

    /// Where the instruction behind the one at an offset begins.
    fn behind(&self, at: usize) -> Result<usize> {
        let after = self.after_instruction(at)?;
        let is_frame = self.input.get(after) == Some(&op::FRAME);
        Ok(if is_frame { after + size_of::<(u8, [u8; 8])>() } else { after })
    }

    /// Does what the machine does with its stack.
    fn step(&mut self, opcode: u8) -> Result<()> {
        let part = match opcode {
            op::MEMOIZE | op::BINPUT | op::LONG_BINPUT => {
                let entry = match self.parts.last() {
                    Some(&Part::Text(start)) => Entry::Text(start as usize),
                    Some(&Part::Global(number)) => Entry::Global(number as usize),
                    None | Some(Part::Mark) => return miss(),
                    // Where a type would stop to read it again is not where it ended here.
                    Some(_) => Entry::Opaque(self.pos()),
                };
                return self.memoize(entry).map(drop);
            }
            op::BINGET | op::LONG_BINGET => self.part_in_memo()?,

            op::BININT1 => self.take(2).map(|_| Part::Atom)?,
            op::BININT2 => self.take(3).map(|_| Part::Atom)?,
            op::BININT => self.take(5).map(|_| Part::Atom)?,
            op::BINFLOAT => self.take(9).map(|_| Part::Atom)?,
            op::LONG1 | op::LONG4 => self.long(opcode).map(|_| Part::Atom)?,
            op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8 => {
                let start = number(self.pos())?;
                self.text(opcode)?;
                Part::Text(start)
            }
            op::SHORT_BINBYTES | op::BINBYTES | op::BINBYTES8 => {
                self.bytes().map(|_| Part::Atom)?
            }
            op::BYTEARRAY8 | op::NEXT_BUFFER => self.bytes().map(|_| Part::Opaque)?,
            op::GLOBAL | op::EXT1 | op::EXT2 | op::EXT4 => {
                let (global, _) = self.global()?;
                Part::Global(number(global)?)
            }
            _ => {
                self.pass(1);
                match opcode {
                    op::MARK => Part::Mark,
                    op::NONE | op::NEWTRUE | op::NEWFALSE => Part::Atom,
                    op::EMPTY_LIST => Part::List,
                    op::EMPTY_DICT => Part::Dict,
                    op::EMPTY_SET => Part::Set,
                    op::EMPTY_TUPLE => Part::Tuple { is_key: true },
                    op::TUPLE1 => self.tuple_of(1)?,
                    op::TUPLE2 => self.tuple_of(2)?,
                    op::TUPLE3 => self.tuple_of(3)?,
                    op::TUPLE => {
                        let is_key = self.take_marked(|items| are_keys(items, 1))?;
                        Part::Tuple { is_key }
                    }
                    op::FROZENSET => match self.take_marked(|items| are_keys(items, 1))? {
                        true => Part::Atom,
                        false => return miss(),
                    },
                    op::STACK_GLOBAL => self.named_global()?,
                    op::REDUCE | op::NEWOBJ => self.object_of_call()?,
                    op::NEWOBJ_EX if self.take_part()? == Part::Dict => self.object_of_call()?,
                    op::BINPERSID => self.take_part().map(|_| Part::Opaque)?,
                    _ => return self.fill(opcode),
                }
            }
        };
        self.parts.push(part);
        Ok(())
    }

    /// Adds to the container or object below what an instruction takes.
    fn fill(&mut self, opcode: u8) -> Result<()> {
        let can_fill = match opcode {
            op::BUILD | op::APPEND => self.take_part().map(|_| true)?,
            op::APPENDS => self.take_marked(|_| true)?,
            op::ADDITEMS => self.take_marked(|items| are_keys(items, 1))?,
            op::SETITEM => {
                self.take_part()?;
                self.take_part()?.is_key()
            }
            op::SETITEMS => {
                self.take_marked(|entries| entries.len().is_multiple_of(2) && are_keys(entries, 2))?
            }
            _ => false,
        };
        let is_filled = match self.parts.last() {
            Some(Part::Object) => true,
            Some(Part::List) => matches!(opcode, op::APPEND | op::APPENDS),
            Some(Part::Dict) => matches!(opcode, op::SETITEM | op::SETITEMS),
            Some(Part::Set) => opcode == op::ADDITEMS,
            _ => false,
        };
        if can_fill && is_filled { Ok(()) } else { miss() }
    }

    fn part_in_memo(&mut self) -> Result<Part> {
        let index = self.memo_index()?;
        Ok(match self.memo.get(index) {
            Some(Entry::Text(start)) => Part::Text(number(start)?),
            Some(Entry::Global(global)) => Part::Global(number(global)?),
            Some(Entry::Value(_)) => Part::Opaque,
            // What looks like an entry may be a hole.
            Some(Entry::Opaque(_)) if !self.gaps => Part::Opaque,
            _ => return miss(),
        })
    }

    /// Takes the value on top of the stack.
    fn take_part(&mut self) -> Result<Part> {
        match self.parts.pop() {
            None | Some(Part::Mark) => miss(),
            Some(part) => Ok(part),
        }
    }

    /// Takes what is above the last mark, and the mark.
    fn take_marked(&mut self, check: impl FnOnce(&[Part]) -> bool) -> Result<bool> {
        let Some(mark) = self.parts.iter().rposition(|part| *part == Part::Mark) else {
            return miss();
        };
        let checked = check(self.parts.get(mark + 1..).unwrap_or_default());
        self.parts.truncate(mark);
        Ok(checked)
    }

    fn tuple_of(&mut self, len: usize) -> Result<Part> {
        let mut is_key = true;
        for _ in 0..len {
            is_key &= self.take_part()?.is_key();
        }
        Ok(Part::Tuple { is_key })
    }

    fn named_global(&mut self) -> Result<Part> {
        let (Part::Text(name), Part::Text(module)) = (self.take_part()?, self.take_part()?) else {
            return miss();
        };
        let (module, name) = (self.string_at(module as usize)?, self.string_at(name as usize)?);
        Ok(Part::Global(number(self.add_global(module, name))?))
    }

    fn object_of_call(&mut self) -> Result<Part> {
        match (self.take_part()?, self.take_part()?) {
            (Part::Tuple { .. }, Part::Global(_) | Part::Object) => Ok(Part::Object),
            _ => miss(),
        }
    }
}

/// An offset or number as it is kept on the stack.
fn number(number: usize) -> Result<u32> {
    u32::try_from(number).or_else(|_| miss())
}

/// Whether an instruction puts a value on the stack and takes none.
fn begins_value(opcode: u8) -> bool {
    BEGIN_VALUE.get(usize::from(opcode)).is_some_and(|begins| *begins)
}

static BEGIN_VALUE: [bool; 256] = begin_value();

#[allow(clippy::indexing_slicing, reason = "not at run time")]
const fn begin_value() -> [bool; 256] {
    let mut begin = [false; 256];
    let mut opcodes = Opcode::ALL;
    while let [opcode, others @ ..] = opcodes {
        begin[*opcode as usize] = matches!(opcode.pops(), Pops::Exact(0)) && opcode.pushes() == 1;
        opcodes = others;
    }
    begin
}

fn is_text(opcode: u8) -> bool {
    matches!(opcode, op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8)
}
