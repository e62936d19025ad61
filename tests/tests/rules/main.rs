//! The rules of the format, one by one: each has a number and a test of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

mod golden;
mod opcodes;
mod support;
