//! `pickle optimize`.

use pickle_core::tools;

use crate::cli::OptimizeArgs;
use crate::failure::{Failure, Result};
use crate::files;

/// Writes the pickle without the memo entries that nothing refers to, as Python's
/// `pickletools.optimize`.
///
/// # Errors
/// The input is no pickle, and then nothing is written; or a file cannot be read or written.
pub fn run(args: &OptimizeArgs) -> Result<()> {
    let pickle = files::read(&args.input)?;
    let optimized =
        tools::optimize(&pickle).map_err(|error| Failure::pickle(&args.input, error, 0))?;
    files::write(&args.output, &optimized)
}
