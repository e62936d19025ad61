//! Bytes and instructions: no objects, no traits.

pub(crate) mod encode;
pub(crate) mod length;
pub mod integer;
