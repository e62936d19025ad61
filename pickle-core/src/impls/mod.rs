//! Reducers and constructors of Rust's own types, one file for each family.

mod number;
mod sequence;
mod text;
mod tuple;
