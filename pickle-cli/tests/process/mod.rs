//! The tool as a process.

use std::process::Command;

/// The binary, with no arguments yet.
pub(crate) fn pickle() -> Command {
    Command::new(env!("CARGO_BIN_EXE_pickle"))
}
