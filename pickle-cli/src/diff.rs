//! `pickle diff`.

use std::io::{self, BufWriter, ErrorKind, Write};

use pickle_core::{Graph, Limits, NodeId, Protocol};

use crate::cli::DiffArgs;
use crate::compare::{Comparison, Difference, What};
use crate::failure::{Failure, Result};
use crate::path;
use crate::stream::{self, Pickles};
use crate::tree::{Cuts, Tree};
use crate::{files, modern, show};

/// How values are cut that are on one side only.
const CUTS: Cuts = Cuts { depth: 3, items: 6, text: 80 };

/// Prints where two files of pickles differ, and returns whether they do.
///
/// # Errors
/// One of the files holds no well-formed pickle, and then nothing is printed; or it cannot be read.
pub fn run(args: &DiffArgs) -> Result<bool> {
    let (left, right) = (files::read(&args.left)?, files::read(&args.right)?);
    let limits = Limits::default().digits(args.read.digits);
    let left = stream::read(&left, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.left, error, offset))?;
    let right = stream::read(&right, args.read.all, &limits)
        .map_err(|(offset, error)| Failure::pickle(&args.right, error, offset))?;
    let mut out = BufWriter::new(io::stdout().lock());
    let limit = if args.quiet { 0 } else { args.limit };
    let differs = match diff(&left, &right, limit, &mut out) {
        // Whoever read our output has seen enough, and there was some.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => true,
        result => result.map_err(Failure::stdout)?,
    };
    if !args.quiet {
        show::note_rest(&args.left, &left);
        show::note_rest(&args.right, &right);
    }
    Ok(differs)
}

/// Writes at most so many differences, and returns whether there are any; for none at all that is
/// the result alone.
///
/// # Errors
/// Those of the writer.
pub fn diff(
    left: &Pickles<'_>,
    right: &Pickles<'_>,
    limit: usize,
    out: &mut dyn Write,
) -> io::Result<bool> {
    let counts = (left.count(), right.count());
    let mut differs = counts.0 != counts.1;
    let mut room = limit;
    for place in 0..counts.0.min(counts.1) {
        let (left, right) = alike(left.graph(place)?, right.graph(place)?);
        if left == right {
            continue;
        }
        differs = true;
        if room == 0 {
            break;
        }
        if counts.0.max(counts.1) > 1 {
            writeln!(out, "# pickle {}", place + 1)?;
        }
        let (differences, is_all) = Comparison::new(&left, &right).run(room);
        for difference in &differences {
            write(&left, &right, difference, out)?;
        }
        room -= differences.len();
        if !is_all {
            writeln!(out, "… more differences; `--limit` shows them")?;
            room = 0;
        }
    }
    if counts.0 != counts.1 && limit > 0 {
        writeln!(out, "- {} pickles\n+ {} pickles", counts.0, counts.1)?;
    }
    out.flush()?;
    Ok(differs)
}

/// Two graphs in the terms of one protocol, in which values are no calls: those would differ from the
/// values of a newer one, and by the order of a set and by which equal bytes are one object.
fn alike<'l, 'r>(left: Graph<'l>, right: Graph<'r>) -> (Graph<'l>, Graph<'r>) {
    let protocols = (left.protocol(), right.protocol());
    let has_values = protocols.0 == protocols.1 && protocols.0 >= Protocol::V4;
    if has_values || left == right {
        return (left, right);
    }
    match (modern::graph(&left), modern::graph(&right)) {
        (Some(left), Some(right)) => (left, right),
        _ => (left, right),
    }
}

fn write(
    left: &Graph<'_>,
    right: &Graph<'_>,
    difference: &Difference,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "{}", difference.path)?;
    match &difference.what {
        What::Values(from, to) => {
            if let Some(id) = from {
                value(left, *id, "- ", out)?;
            }
            match to {
                Some(id) => value(right, *id, "+ ", out),
                None => Ok(()),
            }
        }
        What::Sharing(from, to) => {
            let words = |met: &Option<String>| match met {
                Some(path) => format!("the value of {path}"),
                None => "a value of its own".to_owned(),
            };
            writeln!(out, "- {}\n+ {}", words(from), words(to))
        }
        What::Order => writeln!(out, "  the same keys in another order"),
        What::Other => writeln!(out, "  a difference in what objects share or when they get state"),
    }
}

fn value(graph: &Graph<'_>, id: NodeId, sign: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(sign.as_bytes())?;
    let tree = Tree { cuts: CUTS, width: usize::MAX, buffers: &[], styled: false };
    match graph.get(id) {
        Some(node) => tree.write(node, out),
        None => writeln!(out, "{}", path::text(graph, &[])),
    }
}
