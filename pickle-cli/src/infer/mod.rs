//! `pickle infer`: the types of Rust for the classes in sample pickles.
//!
//! | module | what it does |
//! |---|---|
//! | [`observe`] | goes through the graphs of the samples |
//! | [`shape`] | what the values at one position have in common: a lattice |
//! | [`class`] | what the instances of one class consist of |
//! | [`standard`] | which type stands for a class of Python's own |
//! | [`cycles`] | what leads back to itself |
//! | [`plan`] | decides which types there are, what they are called, and what they can do |
//! | [`names`] | names of Rust for names of Python |
//! | [`types`] | writes types |
//! | [`members`], [`structs`] | write enums and structs |
//! | [`source`] | writes the module that has them all |

pub mod class;
pub mod cycles;
pub mod members;
pub mod names;
pub mod observe;
pub mod plan;
pub mod shape;
pub mod source;
pub mod standard;
pub mod structs;
pub mod types;

use std::io::{self, Write as _};

use pickle_core::Limits;

use crate::cli::InferArgs;
use crate::failure::{Failure, Result};
use crate::{files, show, stream};
use observe::Seen;

/// Prints types of Rust that load what files of pickles hold.
///
/// # Errors
/// A file holds no well-formed pickle, or cannot be read; nothing is printed then.
pub fn run(args: &InferArgs) -> Result<()> {
    let limits = Limits::default().digits(args.read.digits);
    let mut seen = Seen::default();
    for file in &args.files {
        let input = files::read(file)?;
        let pickles = stream::read(&input, args.read.all, &limits)
            .map_err(|(offset, error)| Failure::pickle(file, error, offset))?;
        pickles
            .each(|_, _, graph| {
                seen.add(graph);
                Ok(())
            })
            .map_err(|error| Failure::io(file, error))?;
        show::note_rest(file, &pickles);
    }
    let source = source::module(&seen, &args.root).map_err(|error| {
        Failure::Arguments(format!("found names that Rust does not take: {error}"))
    })?;
    io::stdout().lock().write_all(source.as_bytes()).map_err(Failure::stdout)
}
