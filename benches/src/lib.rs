//! The datasets of the benchmarks, and the runner that compares ways to code them.

pub mod compare;
pub mod cpython;
pub mod datasets;
