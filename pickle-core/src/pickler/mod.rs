//! Writing: from reductions to opcodes.

mod flat;
mod identity;
mod object;
mod saver;

pub use flat::{FlatWriter, Name};
pub use object::{Call, Callable, Instance};
pub use saver::{Batch, Saver, TupleToken};
