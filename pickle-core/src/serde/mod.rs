//! The bridge to serde.

mod access;
mod compat;
mod de;
mod error;
mod key;
mod node;
mod object;
mod options;
mod order;
mod ser;
mod tree;
mod variant;
mod wrapper;

pub use compat::{HashableValue, Value};
pub use options::{
    DeOptions, SerOptions, from_node, from_reader, from_slice, from_value, to_value, to_vec,
    to_writer, value_from_reader, value_from_slice, value_to_vec, value_to_writer,
};
pub use wrapper::{Serde, with};

pub use crate::error::{Error, Result};
