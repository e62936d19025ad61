//! Bytes and instructions; no objects and no traits.

pub(crate) mod decode;
pub(crate) mod literal;
pub(crate) mod long;
