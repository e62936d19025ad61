//! Python's pickle as a serialization framework.

mod class;
mod error;
mod global;
mod graph;
mod impls;
mod limits;
pub mod opcode;
mod options;
mod pickler;
#[doc(hidden)]
pub mod private;
mod protocol;
mod reconstruct;
mod reduce;
mod registry;
pub mod tools;
mod unpickler;
mod value;
pub mod wire;

pub use class::Class;
pub use error::{Error, ErrorKind, Result};
pub use graph::{Borrowable, Data, Graph, How, Node, NodeId, ObjectIndex, ObjectRef, Span, Text};
pub use limits::Limits;
pub use opcode::Opcode;
pub use options::{
    PickleOptions, Route, UnpickleOptions, from_reader, from_slice, to_buffer, to_vec, to_writer,
};
#[cfg(feature = "derive")]
pub use pickle_derive::Reduce;
pub use pickler::{Batch, Call, Callable, Instance, Pickler, Saver, TupleToken};
pub use protocol::Protocol;
pub use reconstruct::{Arguments, Kind, Loader, Pointee, Reconstruct, ReconstructOwned, Starts};
pub use reduce::{Reduce, Sequence};
pub use registry::{Registered, Registry, registered};
pub use value::{Global, Long, Object, Value};
pub use wire::integer::Integer;
