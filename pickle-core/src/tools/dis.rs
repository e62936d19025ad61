//! A listing of a pickle for humans, which also checks its use of the stack and the memo.

use std::collections::HashMap;
use std::fmt;
use std::io;

use crate::error::{Error, Result};
use crate::opcode::{Opcode, Pops};
use crate::tools::complaint;
use crate::tools::genops::{Operation, genops};
use crate::tools::operand::{Key, Operand};

/// Lists the pickle at the beginning of the input, as `python -m pickletools` does.
///
/// [`Disassembler`] has the options, and writes to a file.
///
/// ```
/// let listing = pickle_core::tools::dis(b"(K\x01I01\n]t.");
/// assert_eq!(
///     listing.to_string(),
///     "    0: (    MARK\n\
///      \x20   1: K        BININT1    1\n\
///      \x20   3: I        INT        True\n\
///      \x20   7: ]        EMPTY_LIST\n\
///      \x20   8: t        TUPLE      (MARK at 0)\n\
///      \x20   9: .    STOP\n\
///      highest protocol among opcodes = 1\n",
/// );
/// assert!(listing.error.is_none());
/// ```
#[must_use]
pub fn dis(pickle: &[u8]) -> Listing {
    Disassembler::new().dis(pickle)
}

/// What [`dis`] printed, and what it found wrong at the end of that.
///
/// It displays as its text.
#[derive(Debug)]
#[non_exhaustive]
pub struct Listing {
    /// One line for each instruction up to the first that is wrong. That line is incomplete if its
    /// operand cannot be shown.
    pub text: String,
    /// How many bytes were read. If nothing was wrong, another pickle may follow there.
    pub length: usize,
    /// What is wrong with the pickle.
    pub error: Option<Error>,
}

impl Listing {
    /// The text, if nothing is wrong with the pickle.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// ```
    /// let error = pickle_core::tools::dis(b"0.").into_result().unwrap_err();
    /// let message = "tries to pop 1 items from stack with only 0 items (offset 0)";
    /// assert_eq!(error.to_string(), message);
    /// ```
    pub fn into_result(self) -> Result<String> {
        match self.error {
            None => Ok(self.text),
            Some(error) => Err(error),
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Lists pickles, with options.
///
/// ```
/// use pickle_core::tools::Disassembler;
///
/// let listing = Disassembler::new().annotate(23).dis(b"\x88.");
/// assert_eq!(
///     listing.text,
///     "    0: \\x88 NEWTRUE            Pushes `True`.\n\
///      \x20   1: .    STOP               Ends the pickle; the top of the stack is the value.\n\
///      highest protocol among opcodes = 2\n",
/// );
/// ```
///
/// A pickle of n bytes can nest marks n deep, so its listing can be of the order of n² characters;
/// [`indent(0)`](Disassembler::indent) prevents that.
#[derive(Debug, Clone)]
pub struct Disassembler {
    indent: usize,
    annotate: usize,
    keep_memo: bool,
    memo: HashMap<Key, Item>,
}

impl Disassembler {
    /// No annotations, an indent of four, and a new memo for each pickle.
    #[must_use]
    pub fn new() -> Disassembler {
        Disassembler { indent: 4, annotate: 0, keep_memo: false, memo: HashMap::new() }
    }

    /// By how many blanks each open mark indents, as the option `-l` of `pickletools`.
    #[must_use]
    pub fn indent(mut self, blanks: usize) -> Disassembler {
        self.indent = blanks;
        self
    }

    /// Says on each line what the instruction does, not before this column of the line behind the
    /// offset; 0 for no annotations. The option `-a` of `pickletools` is 30.
    ///
    /// The layout is that of `pickletools`; the words are those of [`Opcode::doc`].
    #[must_use]
    pub fn annotate(mut self, column: usize) -> Disassembler {
        self.annotate = column;
        self
    }

    /// Keeps the memo from one pickle to the next, as the option `-m` of `pickletools`, for pickles
    /// that one pickler wrote one after the other.
    ///
    /// ```
    /// use pickle_core::tools::Disassembler;
    ///
    /// let stream = b"]q\0.h\0.";
    /// let mut disassembler = Disassembler::new().keep_memo(true);
    /// let first = disassembler.dis(stream);
    /// assert!(disassembler.dis(&stream[first.length..]).error.is_none());
    /// ```
    #[must_use]
    pub fn keep_memo(mut self, keep: bool) -> Disassembler {
        self.keep_memo = keep;
        self
    }

    /// Lists the pickle at the beginning of the input.
    pub fn dis(&mut self, pickle: &[u8]) -> Listing {
        let mut out = Vec::new();
        let mut length = 0;
        let error = self.run(pickle, &mut out, &mut length).err();
        // Only whole pieces of text were written.
        let text = String::from_utf8(out)
            .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        Listing { text, length, error }
    }

    /// Writes the listing of the pickle at the beginning of the input, and returns the length of
    /// that pickle.
    ///
    /// # Errors
    /// What is wrong with the pickle; the listing so far is written. Or that the writer failed.
    ///
    /// ```
    /// use pickle_core::tools::Disassembler;
    ///
    /// let stream = b"K\x01.K\x02.";
    /// let mut out = Vec::new();
    /// let length = Disassembler::new().dis_to(stream, &mut out)?;
    /// assert_eq!(length, 3);
    /// assert!(out.starts_with(b"    0: K    BININT1    1\n"));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    pub fn dis_to<W: io::Write>(&mut self, pickle: &[u8], mut writer: W) -> Result<usize> {
        let mut length = 0;
        self.run(pickle, &mut writer, &mut length)?;
        Ok(length)
    }

    fn run(&mut self, pickle: &[u8], out: &mut dyn io::Write, length: &mut usize) -> Result<()> {
        if !self.keep_memo {
            self.memo.clear();
        }
        let mut state = State { stack: Vec::new(), marks: Vec::new() };
        let mut highest = 0;
        let mut column = self.annotate;
        let mut line = String::new();
        let mut operations = genops(pickle);
        while let Some(operation) = operations.next() {
            *length = operations.position();
            let operation = operation?;
            highest = highest.max(operation.opcode.since() as u8);
            let at = |error: Error| error.at(operation.offset);
            write!(out, "{:>5}: ", operation.offset)?;
            line.clear();
            let depth = state.marks.len();
            let effect = state.effect(&operation, &mut self.memo).map_err(at)?;
            self.line(&mut line, &operation, depth, effect.note.as_deref()).map_err(at)?;
            if self.annotate > 0 {
                pad(&mut line, column);
                column = line.chars().count();
                if column > 50 {
                    column = self.annotate;
                }
                line.push(' ');
                // The table keeps the blank behind `///`.
                line.push_str(operation.opcode.doc());
            }
            line.push('\n');
            out.write_all(line.as_bytes())?;
            state.apply(&operation, effect).map_err(at)?;
        }
        writeln!(out, "highest protocol among opcodes = {highest}")?;
        if state.stack.is_empty() {
            return Ok(());
        }
        let names: Vec<&str> = state.stack.iter().map(|item| item.0).collect();
        let left = names.join(", ");
        Err(complaint(format!("stack not empty after STOP: [{left}]")).at(*length))
    }

    /// The line without its offset and annotation.
    fn line(
        &self,
        line: &mut String,
        operation: &Operation<'_>,
        depth: usize,
        note: Option<&str>,
    ) -> Result<()> {
        let name = operation.opcode.name();
        let byte = operation.opcode as u8;
        if byte.is_ascii() {
            line.push(byte.into());
        } else {
            line.push_str(&format!("\\x{byte:02x}"));
        }
        pad(line, 4);
        line.push(' ');
        line.extend(std::iter::repeat_n(' ', self.indent.saturating_mul(depth)));
        line.push_str(name);
        if operation.operand != Operand::None || note.is_some() {
            line.extend(std::iter::repeat_n(' ', 10usize.saturating_sub(name.len())));
        }
        if operation.operand != Operand::None {
            line.push(' ');
            operation.operand.repr(line)?;
        }
        if let Some(note) = note {
            line.push(' ');
            line.push_str(note);
        }
        Ok(())
    }
}

impl Default for Disassembler {
    fn default() -> Disassembler {
        Disassembler::new()
    }
}

fn pad(line: &mut String, width: usize) {
    let blanks = width.saturating_sub(line.chars().count());
    line.extend(std::iter::repeat_n(' ', blanks));
}

/// What kind of thing is on the stack, by the name that `pickletools` has for it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Item(&'static str);

const MARK: Item = Item("mark");

/// What an instruction does to the stack, besides what it has done already.
struct Effect {
    /// What the line says behind the operand.
    note: Option<String>,
    /// What is wrong, to be said behind the line.
    error: Option<Error>,
    pops: usize,
    pushes: Item,
}

/// The stack of an unpickler, without the objects.
struct State {
    stack: Vec<Item>,
    /// The offsets of the marks.
    marks: Vec<usize>,
}

impl State {
    /// Pops down to the mark if the instruction does, and checks its use of the memo.
    ///
    /// Only what prevents the line from being printed is an error here.
    fn effect(
        &mut self,
        operation: &Operation<'_>,
        memo: &mut HashMap<Key, Item>,
    ) -> Result<Effect> {
        let opcode = operation.opcode;
        let mut effect = Effect { note: None, error: None, pops: 0, pushes: pushed(opcode) };
        let to_mark = match opcode.pops() {
            Pops::Exact(count) => {
                effect.pops = count.into();
                false
            }
            Pops::TopOrMark => {
                effect.pops = 1;
                self.stack.last() == Some(&MARK)
            }
            Pops::ToMark => true,
            Pops::ToMarkAnd(count) => {
                effect.pops = count.into();
                true
            }
        };
        if to_mark {
            match self.marks.pop() {
                Some(offset) => {
                    effect.note = Some(format!("(MARK at {offset})"));
                    // An instruction that pops a fixed number of items may have popped the mark.
                    let mark = self.stack.iter().rposition(|&item| item == MARK);
                    self.stack.truncate(mark.ok_or_else(|| complaint("list index out of range"))?);
                    if opcode == Opcode::Pop {
                        effect.pops = 0;
                    }
                }
                None => {
                    effect.note = Some("no MARK exists on stack".to_owned());
                    effect.error = Some(complaint("no MARK exists on stack"));
                }
            }
        }
        match opcode {
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut => {
                // It leaves the stack alone.
                effect.pops = 0;
                if let Some(key) = Key::new(&operation.operand) {
                    effect.error = self.store(key, &operation.operand, memo);
                }
            }
            Opcode::Memoize => {
                let index = memo.len();
                effect.note = Some(format!("(as {index})"));
                let key = Key::Int(i64::try_from(index).unwrap_or(i64::MAX));
                effect.error = self.store(key, &operation.operand, memo);
            }
            Opcode::Get | Opcode::BinGet | Opcode::LongBinGet => {
                match Key::new(&operation.operand).and_then(|key| memo.get(&key)) {
                    Some(&item) => effect.pushes = item,
                    None => {
                        let index = &operation.operand;
                        effect.error =
                            Some(complaint(format!("memo key {index} has never been stored into")));
                    }
                }
            }
            _ => {}
        }
        Ok(effect)
    }

    /// Stores the top of the stack in the memo, or says why it cannot be.
    fn store(
        &self,
        key: Key,
        operand: &Operand<'_>,
        memo: &mut HashMap<Key, Item>,
    ) -> Option<Error> {
        if memo.contains_key(&key) {
            return Some(complaint(format!("memo key {operand} already defined")));
        }
        match self.stack.last() {
            None => Some(complaint("stack is empty -- can't store into memo")),
            Some(&MARK) => Some(complaint("can't store markobject in the memo")),
            Some(&item) => {
                memo.insert(key, item);
                None
            }
        }
    }

    fn apply(&mut self, operation: &Operation<'_>, effect: Effect) -> Result<()> {
        if let Some(error) = effect.error {
            return Err(error);
        }
        let depth = self.stack.len();
        let Some(left) = depth.checked_sub(effect.pops) else {
            return Err(complaint(format!(
                "tries to pop {} items from stack with only {depth} items",
                effect.pops,
            )));
        };
        self.stack.truncate(left);
        let opcode = operation.opcode;
        if opcode == Opcode::Mark {
            self.marks.push(operation.offset);
        }
        let pushes = match opcode {
            Opcode::Put | Opcode::BinPut | Opcode::LongBinPut => 0,
            _ => opcode.pushes().into(),
        };
        self.stack.extend(std::iter::repeat_n(effect.pushes, pushes));
        Ok(())
    }
}

/// What `pickletools` calls that which the instruction pushes.
fn pushed(opcode: Opcode) -> Item {
    Item(match opcode {
        Opcode::Mark => return MARK,
        Opcode::Int => "int_or_bool",
        Opcode::BinInt
        | Opcode::BinInt1
        | Opcode::BinInt2
        | Opcode::Long
        | Opcode::Long1
        | Opcode::Long4 => "int",
        Opcode::String | Opcode::BinString | Opcode::ShortBinString => "bytes_or_str",
        Opcode::BinBytes | Opcode::ShortBinBytes | Opcode::BinBytes8 => "bytes",
        Opcode::ByteArray8 => "bytearray",
        Opcode::NextBuffer | Opcode::ReadonlyBuffer => "buffer",
        Opcode::None => "None",
        Opcode::NewTrue | Opcode::NewFalse => "bool",
        Opcode::Unicode | Opcode::ShortBinUnicode | Opcode::BinUnicode | Opcode::BinUnicode8 => {
            "str"
        }
        Opcode::Float | Opcode::BinFloat => "float",
        Opcode::EmptyList | Opcode::Append | Opcode::Appends | Opcode::List => "list",
        Opcode::EmptyTuple | Opcode::Tuple | Opcode::Tuple1 | Opcode::Tuple2 | Opcode::Tuple3 => {
            "tuple"
        }
        Opcode::EmptyDict | Opcode::Dict | Opcode::SetItem | Opcode::SetItems => "dict",
        Opcode::EmptySet | Opcode::AddItems => "set",
        Opcode::FrozenSet => "frozenset",
        _ => "any",
    })
}
