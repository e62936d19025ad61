//! Looking at pickles without loading them: the counterpart of Python's `pickletools`.
//!
//! | | |
//! |---|---|
//! | [`genops`] | the instructions of a pickle, one after the other |
//! | [`dis`], [`Disassembler`] | a listing for humans, and a check of the stack and the memo |
//! | [`optimize`] | the same pickle without the memo entries that nothing refers to |
//! | [`audit`] | what a pickle would import and call in Python, and what to think of it |
//! | [`Program`] | the instructions as a list that can be changed and written again |
//!
//! Nothing here builds an object, so the tools are safe on any input, and they work on pickles that
//! no unpickler would accept. What Python has, too, has the
//! output and the offsets of CPython 3.13 to the letter.
//!
//! What is wrong with a pickle is an [`ErrorKind::Tool`](crate::ErrorKind) with the message
//! of the Python exception, and the offset of the instruction:
//!
//! ```
//! use pickle_core::tools;
//!
//! let listing = tools::dis(b"\x80\x04Kx\x85");
//! assert_eq!(
//!     listing.text,
//!     "    0: \\x80 PROTO      4\n    2: K    BININT1    120\n    4: \\x85 TUPLE1\n",
//! );
//! let error = listing.error.unwrap();
//! assert_eq!(error.kind().to_string(), "pickle exhausted before seeing STOP");
//! assert_eq!(error.offset(), Some(5));
//! ```

pub mod audit;
mod dis;
mod genops;
mod operand;
mod optimize;
mod printable;
mod program;
mod repr;

pub use dis::{Disassembler, Listing, dis};
pub use genops::{Operation, Operations, genops};
pub use operand::Operand;
pub use optimize::optimize;
pub use program::{Instruction, Program};

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};

/// An error in the words of `pickletools`.
#[cold]
fn complaint(message: impl Into<Cow<'static, str>>) -> Error {
    Error::new(ErrorKind::Tool { message: message.into() })
}
