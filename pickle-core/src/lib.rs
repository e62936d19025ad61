//! Python's pickle as a serialization framework.

pub mod opcode;
mod error;
mod limits;
mod protocol;

pub use error::{Error, ErrorKind, Result};
pub use limits::Limits;
pub use opcode::Opcode;
pub use protocol::Protocol;
