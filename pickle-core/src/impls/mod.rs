//! Reducers and constructors of Rust's own types, one file for each family.
//!
//! An implementation describes a value to a saver and asks a loader for one; none of them sees an
//! opcode. The table of all of them is in the documentation of the crate.

mod buffer;
mod cell;
mod map;
mod net;
pub(crate) mod number;
mod option;
mod path;
pub(crate) mod persistent;
mod pointer;
pub(crate) mod range;
mod sequence;
mod set;
mod text;
mod time;
mod tuple;
