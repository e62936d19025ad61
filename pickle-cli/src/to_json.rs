//! `pickle to-json`.

use std::io::{self, BufWriter};

use pickle_core::Limits;

use crate::cli::ToJsonArgs;
use crate::failure::{Failure, Result};
use crate::neutral::Detail;
use crate::{files, show, stream};

/// Prints JSON that says all about a pickle.
///
/// # Errors
/// The file holds no well-formed pickle, and then nothing is printed; or it cannot be read.
pub fn run(args: &ToJsonArgs) -> Result<()> {
    let input = files::read(&args.file)?;
    let limits = Limits::default().digits(args.read.digits);
    let pickles = stream::read(&input, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.file, error, offset))?;
    show::json(&pickles, Detail::Full, &mut BufWriter::new(io::stdout().lock()))
        .map_err(Failure::stdout)?;
    show::note_rest(&args.file, &pickles);
    Ok(())
}
