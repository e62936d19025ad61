//! Bytes and instructions: no objects, no traits.

pub(crate) mod block;
pub(crate) mod decode;
pub(crate) mod encode;
pub(crate) mod float;
pub(crate) mod integer;
pub(crate) mod length;
pub(crate) mod literal;
pub(crate) mod long;
pub(crate) mod number;
pub(crate) mod record;
pub(crate) mod source;
pub(crate) mod spell;
pub(crate) mod text;
