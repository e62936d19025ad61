//! Helpers of the tests that look at the whole library from outside.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot read its data should panic"
)]

pub mod corpus;
pub mod neutral;
