//! What the tests share: the Pythons of this machine, the corpus of real pickles, and checks that
//! hold for every value.

pub mod check;
pub mod corpus;
pub mod neutral;
pub mod python;
