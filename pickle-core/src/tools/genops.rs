//! The instructions of a pickle, one after the other.

use std::iter::FusedIterator;

use crate::error::Result;
use crate::opcode::Opcode;
use crate::tools::complaint;
use crate::tools::operand::{Operand, Source, shown};

/// One instruction of a pickle.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation<'de> {
    /// Where its opcode byte is.
    pub offset: usize,
    /// Where the next instruction begins.
    pub end: usize,
    /// What it does.
    pub opcode: Opcode,
    /// What it does it with.
    pub operand: Operand<'de>,
}

/// The instructions of the pickle at the beginning of the input, up to and including `STOP`.
///
/// As Python's `pickletools.genops`. Operands are decoded and checked; frames are not, nor is the
/// order of the instructions.
///
/// ```
/// use pickle_core::Opcode;
/// use pickle_core::tools::{Operand, genops};
///
/// let operations = genops(b"\x80\x04\x8c\x02hi.").collect::<Result<Vec<_>, _>>()?;
/// assert_eq!(operations.len(), 3);
/// assert_eq!(operations[1].offset, 2);
/// assert_eq!(operations[1].opcode, Opcode::ShortBinUnicode);
/// assert_eq!(operations[1].operand, Operand::Str("hi".into()));
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[must_use]
pub fn genops(pickle: &[u8]) -> Operations<'_> {
    Operations { source: Source::new(pickle), done: false }
}

/// The iterator of [`genops`]. It ends after `STOP` or the first error.
#[derive(Debug, Clone)]
pub struct Operations<'de> {
    source: Source<'de>,
    done: bool,
}

impl Operations<'_> {
    /// How many bytes were read. After `STOP`, the next pickle of a stream begins there.
    ///
    /// ```
    /// let mut operations = pickle_core::tools::genops(b"N.N.");
    /// assert_eq!(operations.by_ref().count(), 2);
    /// assert_eq!(operations.position(), 2);
    /// ```
    #[must_use]
    pub fn position(&self) -> usize {
        self.source.position()
    }
}

impl<'de> Iterator for Operations<'de> {
    type Item = Result<Operation<'de>>;

    fn next(&mut self) -> Option<Result<Operation<'de>>> {
        if self.done {
            return None;
        }
        let offset = self.source.position();
        let operation = operation(&mut self.source).map_err(|error| error.at(offset));
        self.done = operation.as_ref().map_or(true, |found| found.opcode == Opcode::Stop);
        Some(operation)
    }
}

impl FusedIterator for Operations<'_> {}

fn operation<'de>(source: &mut Source<'de>) -> Result<Operation<'de>> {
    let offset = source.position();
    let byte = source.byte().ok_or_else(|| complaint("pickle exhausted before seeing STOP"))?;
    let opcode = Opcode::from_byte(byte).ok_or_else(|| {
        complaint(format!("at position {offset}, opcode {} unknown", shown(&[byte])))
    })?;
    let operand = source.operand(opcode.argument())?;
    Ok(Operation { offset, end: source.position(), opcode, operand })
}
