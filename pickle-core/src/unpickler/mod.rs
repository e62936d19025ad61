//! Reading.

pub(crate) mod machine;
mod memo;
