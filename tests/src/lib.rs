//! Helpers of the tests that look at the whole library from outside.

pub mod corpus;
pub mod neutral;
