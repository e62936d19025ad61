//! `pickle from-json`.

use pickle_core::{PickleOptions, Protocol};

use crate::cli::FromJsonArgs;
use crate::failure::{Failure, Result};
use crate::{files, neutral};

/// Writes the pickles that JSON speaks of.
///
/// # Errors
/// The input is no JSON of the format, or the protocol cannot express it, and then nothing is
/// written; or a file cannot be read or written.
pub fn run(args: &FromJsonArgs) -> Result<()> {
    let input = files::read(&args.file)?;
    let graphs = neutral::read(&input, args.digits)
        .map_err(|error| Failure::Json { file: args.file.clone(), error })?;
    let mut output = Vec::new();
    for graph in graphs {
        let protocol = args.protocol.and_then(Protocol::from_number);
        let options = PickleOptions::new()
            .protocol(protocol.unwrap_or(graph.protocol()))
            .profile(args.profile.into());
        let pickle =
            options.graph_to_vec(&graph).map_err(|error| Failure::pickle(&args.file, error, 0))?;
        output.extend(pickle);
    }
    files::write(&args.output, &output)
}
