//! `pickle show`.

use std::io::{self, BufWriter, IsTerminal as _, StdoutLock, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use pickle_core::Limits;

use crate::cli::ShowArgs;
use crate::failure::{Failure, Result};
use crate::files;
use crate::neutral::{self, Detail};
use crate::stream::{self, Pickles};
use crate::tree::{Cuts, Tree};

/// The width of lines when standard output is no terminal.
const WIDTH: usize = 100;

/// Shows what a pickle builds.
///
/// # Errors
/// The file holds no well-formed pickle, and then nothing is printed; or it cannot be read.
pub fn run(args: &ShowArgs, color: clap::ColorChoice) -> Result<()> {
    let input = files::read(&args.file)?;
    let buffers = args.buffers.iter().map(|path| files::read(path)).collect::<Result<Vec<_>>>()?;
    let limits = Limits::default().digits(args.read.digits);
    let pickles = stream::read(&input, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.file, error, offset))?;
    let stdout = io::stdout().lock();
    let result = if args.json {
        let detail = if args.full { Detail::Full } else { Detail::Short };
        json(&pickles, detail, &mut BufWriter::new(stdout))
    } else {
        let width = args.width.unwrap_or_else(terminal_width);
        let cuts = Cuts { depth: args.depth, items: args.items, text: width };
        let cuts = if args.full { Cuts::none() } else { cuts };
        let (stream, styled) = styled(stdout, color);
        let tree = Tree { cuts, width, buffers: &buffers, styled };
        let mut out = BufWriter::new(stream);
        trees(&pickles, &tree, &mut out).and_then(|()| out.flush())
    };
    result.map_err(Failure::stdout)?;
    note_rest(&args.file, &pickles);
    Ok(())
}

/// Writes the pickles as one JSON document: `{"stream": […]}` if there are several.
///
/// # Errors
/// Those of the writer.
pub fn json(pickles: &Pickles<'_>, detail: Detail, out: &mut dyn Write) -> io::Result<()> {
    let several = pickles.count() > 1;
    if several {
        out.write_all(br#"{"stream":["#)?;
    }
    pickles.each(|place, _, graph| {
        out.write_all(if place == 0 { b"" } else { b"," })?;
        neutral::write(graph.root(), detail, out)
    })?;
    if several {
        out.write_all(b"]}")?;
    }
    out.write_all(b"\n")?;
    out.flush()
}

/// Writes the pickles as trees, each under a heading if there are several.
///
/// # Errors
/// Those of the writer.
pub fn trees(pickles: &Pickles<'_>, tree: &Tree<'_>, out: &mut dyn Write) -> io::Result<()> {
    let count = pickles.count();
    pickles.each(|place, offset, graph| {
        if count > 1 {
            writeln!(out, "# pickle {} of {count}, offset {offset}", place + 1)?;
        }
        tree.write(graph.root(), out)
    })
}

/// Whether to use colours on standard output.
pub(crate) fn color_choice(color: clap::ColorChoice, stdout: &StdoutLock<'_>) -> ColorChoice {
    match color {
        clap::ColorChoice::Auto => AutoStream::choice(stdout),
        clap::ColorChoice::Always => ColorChoice::AlwaysAnsi,
        clap::ColorChoice::Never => ColorChoice::Never,
    }
}

/// Says on standard error what of a file was left out.
pub fn note_rest(file: &Path, pickles: &Pickles<'_>) {
    let Some(rest) = &pickles.rest else { return };
    let what = match &rest.error {
        Some(error) => format!("no pickle: {}", error.kind()),
        None => "a pickle that makes calls, `--all` shows it".to_owned(),
    };
    let (file, length, offset) = (file.display(), rest.length, rest.offset);
    anstream::eprintln!("pickle: {file}: left out {length} bytes at offset {offset}: {what}");
}

/// Standard output for text with colours, and whether it gets any.
pub(crate) fn styled(
    stdout: StdoutLock<'static>,
    color: clap::ColorChoice,
) -> (AutoStream<StdoutLock<'static>>, bool) {
    let choice = color_choice(color, &stdout);
    (AutoStream::new(stdout, choice), choice != ColorChoice::Never)
}

/// How many columns a line may take.
pub(crate) fn terminal_width() -> usize {
    let size = terminal_size::terminal_size().filter(|_| io::stdout().is_terminal());
    size.map_or(WIDTH, |(width, _)| width.0.into())
}
