//! Writing: from reductions to opcodes.

mod container;
mod fixed;
mod global;
mod graph;
mod identity;
mod lane;
mod list;
mod memo;
mod object;
mod outside;
mod reduction;
mod saver;
mod settings;
mod stream;

pub use container::{Batch, TupleToken};
pub use fixed::{Fixed, Stencil};
pub use graph::Profile;
pub(crate) use graph::write as write_graph;
pub use lane::{LaneWriter, Name, Records};
pub use object::{Call, Callable, Instance};
pub use saver::Saver;
pub(crate) use settings::Settings;
pub use stream::Pickler;
