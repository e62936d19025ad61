//! What the tests share: the Pythons of this machine, the corpus of real pickles, and checks that
//! hold for every value.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_errors_doc,
    reason = "a test that cannot go on should panic"
)]

pub mod check;
pub mod corpus;
pub mod faulty;
pub mod fuzz;
pub mod models;
pub mod neutral;
pub mod python;
pub mod random;
pub mod transcode;
