//! `pickle get`.

use std::io::{self, BufWriter, Write as _};

use pickle_core::{Error, Graph, Limits, Node, NodeRef};

use crate::cli::GetArgs;
use crate::failure::{Failure, Result};
use crate::neutral::{self, Detail};
use crate::tree::{Cuts, Tree};
use crate::{files, show};

/// Shows the value at the end of a path in the first pickle of a file.
///
/// # Errors
/// The path leads to nothing, and the message says how far it got; with `raw`, the value is neither
/// text nor bytes; the file holds no well-formed pickle, or cannot be read.
pub fn run(args: &GetArgs, color: clap::ColorChoice) -> Result<()> {
    let input = files::read(&args.file)?;
    let buffers = args.buffers.iter().map(|path| files::read(path)).collect::<Result<Vec<_>>>()?;
    let limits = Limits::default().digits(args.digits);
    let fail = |error| Failure::pickle(&args.file, error, 0);
    let (graph, _) = Graph::from_prefix(&input, &limits).map_err(fail)?;
    let node = graph.root().at(&args.path).map_err(fail)?;
    let stdout = io::stdout().lock();
    let written = if args.raw {
        let bytes = raw(node, &buffers).map_err(fail)?;
        let mut stdout = stdout;
        stdout.write_all(bytes).and_then(|()| stdout.flush())
    } else if args.json {
        let mut out = BufWriter::new(stdout);
        let detail = if args.full { Detail::Full } else { Detail::Short };
        neutral::write(node, detail, &mut out)
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush())
    } else {
        let width = show::terminal_width();
        let cuts = if args.full { Cuts::none() } else { Cuts { text: width, ..Cuts::default() } };
        let (stream, styled) = show::styled(stdout, color);
        let mut out = BufWriter::new(stream);
        let tree = Tree { cuts, width, buffers: &buffers, styled };
        tree.write(node, &mut out).and_then(|()| out.flush())
    };
    written.map_err(Failure::stdout)
}

/// The bytes of a value that is made of them; text with lone surrogates as generalized UTF-8.
fn raw<'g>(node: NodeRef<'g, '_>, buffers: &'g [Vec<u8>]) -> pickle_core::Result<&'g [u8]> {
    match node.node() {
        Node::Str(text) => return Ok(text.as_bytes()),
        Node::Wtf8(bytes) | Node::Str8(bytes) | Node::Bytes(bytes) | Node::ByteArray(bytes) => {
            return Ok(bytes);
        }
        _ => {}
    }
    let error = match node.buffer() {
        Some(index) => match buffers.get(index) {
            Some(buffer) => return Ok(buffer),
            None => Error::mismatch(
                format!("a reference to buffer {index}"),
                format!("{} of `--buffer FILE`, one for each", index + 1),
            ),
        },
        None => Error::mismatch(node.kind(), "text or bytes for `--raw`"),
    };
    Err(match node.offset() {
        Some(offset) => error.at(offset),
        None => error,
    })
}
