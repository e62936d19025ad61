//! One pickle out of a stream, to the byte.

use std::io::{self, Read};

use crate::error::{Error, Result};
use crate::opcode::op;
use crate::wire::length::{self, Extent};

/// How much is read at once of a payload whose length is only claimed.
const STEP: u64 = 1 << 20;

/// Appends the bytes of one pickle, from where the stream is to its `STOP`.
///
/// Frames are read whole; outside of them each instruction tells how much more it needs, so nothing
/// beyond the `STOP` is taken from the stream.
pub(crate) fn read_pickle(reader: &mut impl Read, pickle: &mut Vec<u8>) -> Result<()> {
    let mut at = pickle.len();
    loop {
        let rest = pickle.get(at..).unwrap_or_default();
        match length::extent(rest) {
            Extent::Whole(len) => {
                let (opcode, argument) = (rest.first().copied(), rest.get(1..len));
                at += len;
                match opcode {
                    Some(op::STOP) => {
                        pickle.truncate(at);
                        return Ok(());
                    }
                    Some(op::FRAME) => {
                        let size = argument.and_then(<[u8]>::first_chunk::<8>);
                        let size = size.map_or(0, |size| u64::from_le_bytes(*size));
                        let have = (pickle.len() - at) as u64;
                        read_more(reader, pickle, size.saturating_sub(have))?;
                    }
                    _ => {}
                }
            }
            Extent::Missing(bytes) => read_more(reader, pickle, bytes)?,
            Extent::Unknown => {
                // The reader of the pickle says what is wrong with it.
                return Ok(());
            }
        }
    }
}

fn read_more(reader: &mut impl Read, pickle: &mut Vec<u8>, bytes: u64) -> Result<()> {
    let mut left = bytes;
    while left > 0 {
        let before = pickle.len();
        let step = left.min(STEP);
        match reader.by_ref().take(step).read_to_end(pickle) {
            Ok(0) => return Err(Error::end_of_input("the rest of a pickle").at(before)),
            Ok(read) => left -= (read as u64).min(left),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
