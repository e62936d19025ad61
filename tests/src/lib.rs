//! What the tests share: the Pythons of this machine, and checks that hold for every value.

pub mod check;
pub mod python;
