//! Python's pickle as a serialization framework.

mod error;
mod graph;
mod limits;
pub mod opcode;
mod protocol;
mod unpickler;
mod wire;

pub use error::{Error, ErrorKind, Result};
pub use graph::{Borrowable, Data, Graph, How, Node, NodeId, ObjectIndex, ObjectRef, Span, Text};
pub use limits::Limits;
pub use opcode::Opcode;
pub use protocol::Protocol;
