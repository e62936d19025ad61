//! Writing: from reductions to opcodes.

mod identity;
mod lane;
mod object;
mod saver;

pub use lane::{LaneWriter, Name};
pub use object::{Call, Callable, Instance};
pub use saver::{Batch, Saver, TupleToken};
