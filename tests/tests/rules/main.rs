//! The rules of the format, one by one: each has a number and a test of it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should panic"
)]

mod atoms;
mod cycles;
mod globals;
mod golden;
mod hostile;
mod index;
mod machine;
mod memo;
mod objects;
mod opcodes;
mod peers;
mod saving;
mod support;
