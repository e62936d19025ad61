//! `pickle transcode`.

use std::io;

use pickle_core::{ErrorKind, Graph, Limits, PickleOptions, Protocol};

use crate::cli::TranscodeArgs;
use crate::failure::{Failure, Result};
use crate::files::Output;
use crate::{files, show, stream};

/// Writes the pickles of a file in another protocol.
///
/// # Errors
/// The input is no pickle, or the protocol cannot express it, and then nothing is written; or a file
/// cannot be read or written.
pub fn run(args: &TranscodeArgs) -> Result<()> {
    let input = files::read(&args.input)?;
    let buffers = args.buffers.iter().map(|path| files::read(path)).collect::<Result<Vec<_>>>()?;
    let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
    let limits = Limits::default().digits(args.read.digits);
    let pickles = stream::read(&input, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.input, error, offset))?;
    let options = PickleOptions::new()
        .protocol(Protocol::from_number(args.protocol).unwrap_or_default())
        .profile(args.profile.into())
        .fix_imports(!args.no_fix_imports)
        .limits(limits);
    let mut output = Output::create(&args.output)?;
    let mut write = |graph: &Graph<'_>| {
        if buffers.is_empty() {
            return options.graph_to_writer(&mut output, graph);
        }
        let mut graph = graph.clone();
        graph.embed_buffers(&buffers)?;
        options.graph_to_writer(&mut output, &graph)
    };
    let mut failure = None;
    pickles
        .each(|_, offset, graph| {
            if failure.is_none() {
                failure = write(graph).err().map(|error| (error, offset));
            }
            Ok(())
        })
        .map_err(|error| Failure::io(&args.input, error))?;
    match failure {
        Some((error, offset)) => Err(match error.kind() {
            ErrorKind::Io(error) => {
                Failure::io(&args.output, io::Error::new(error.kind(), error.to_string()))
            }
            _ => Failure::pickle(&args.input, error, offset),
        }),
        None => {
            show::note_rest(&args.input, &pickles);
            output.finish()
        }
    }
}
