//! `pickle dis`.

use std::io::{self, BufWriter, Write};

use pickle_core::ErrorKind;
use pickle_core::tools::Disassembler;

use crate::cli::DisArgs;
use crate::failure::{Failure, Result};
use crate::files;

/// A listing may take this many bytes in any case…
const ROOM: usize = 64 << 20;

/// … and this many for each byte of the pickle.
///
/// A line is some 40 bytes for an instruction; only indentation for thousands of nested marks
/// makes it longer, and then the listing is quadratic.
const ROOM_PER_BYTE: usize = 256;

/// Lists the instructions of a pickle.
///
/// # Errors
/// Something is wrong with the pickle; what was found until then is printed. Or the file cannot be
/// read.
pub fn run(args: &DisArgs) -> Result<()> {
    let input = files::read(&args.file)?;
    let mut disassembler =
        Disassembler::new().indent(args.indent).annotate(args.annotate).keep_memo(args.memo);
    let room = ROOM.saturating_add(input.len().saturating_mul(ROOM_PER_BYTE));
    let mut out = Bounded { out: BufWriter::new(io::stdout().lock()), room };
    let mut offset = 0;
    loop {
        let pickle = input.get(offset..).unwrap_or_default();
        let listed = disassembler.dis_to(pickle, &mut out);
        out.flush().map_err(Failure::stdout)?;
        let length = listed.map_err(|error| match error.kind() {
            ErrorKind::Io(cause) => {
                Failure::stdout(io::Error::new(cause.kind(), cause.to_string()))
            }
            _ => Failure::pickle(&args.file, error, offset),
        })?;
        offset += length;
        if !args.all || offset >= input.len() {
            return Ok(());
        }
    }
}

/// A writer that fails when too much is written.
struct Bounded<W> {
    out: W,
    room: usize,
}

impl<W: Write> Write for Bounded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self.room.checked_sub(bytes.len()).ok_or_else(|| {
            io::Error::other("found a listing that is mostly indentation, `--indent 0` prevents it")
        })?;
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
