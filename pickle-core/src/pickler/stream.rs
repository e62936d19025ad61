//! Several pickles into one stream.

use std::fmt;
use std::io;

use crate::error::Result;
use crate::options::PickleOptions;
use crate::pickler::memo::Memo;
use crate::reduce::Reduce;

/// Writes pickles into a stream, one after the other, as Python's `pickle.Pickler` does.
///
/// The memo lives as long as the pickler: what was written in one dump is a reference in the next,
/// and only an unpickler that lives as long can read it: Python's, or
/// [ours](crate::Unpickler::keep_memo) when told so. [`clear_memo`](Pickler::clear_memo) between
/// the dumps makes each stand on its own, so that `pickle.load` reads it, and keeps memory small.
///
/// A stream is written in pieces of about 64 KiB. When a dump fails before the first of them was
/// passed on, the stream is as before and the pickler may go on. When it fails later, the stream
/// itself fails, or a hook panics, the stream ends inside a pickle, and every further dump is an
/// error.
///
/// ```
/// use pickle_core::Pickler;
///
/// let mut pickler = Pickler::new(Vec::new());
/// pickler.dump("first")?;
/// pickler.clear_memo();
/// pickler.dump(&2)?;
/// assert_eq!(pickler.into_inner(), b"\x80\x04\x95\x08\0\0\0\0\0\0\0\x8c\x05first.\x80\x04K\x02.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub struct Pickler<'a, W> {
    writer: W,
    options: PickleOptions<'a>,
    memo: Memo,
    buffer: Vec<u8>,
    /// Whether the stream ends inside a pickle.
    is_broken: bool,
}

impl<'a, W: io::Write> Pickler<'a, W> {
    /// Writes at protocol 4.
    pub fn new(writer: W) -> Pickler<'a, W> {
        Pickler::with_options(writer, PickleOptions::new())
    }

    /// Writes as the options say.
    pub fn with_options(writer: W, options: PickleOptions<'a>) -> Pickler<'a, W> {
        Pickler { writer, options, memo: Memo::default(), buffer: Vec::new(), is_broken: false }
    }

    /// Writes one pickle.
    ///
    /// # Errors
    /// As [`to_writer`](crate::to_writer), and after an error that left the stream inside a pickle.
    pub fn dump<T: ?Sized + Reduce>(&mut self, value: &T) -> Result<()> {
        if self.is_broken {
            let message = "found a stream that ends inside a pickle, expected a new one";
            return Err(io::Error::other(message).into());
        }
        // A reducer that panics leaves it so.
        self.is_broken = true;
        let buffer = std::mem::take(&mut self.buffer);
        let mut saver = self.options.saver(buffer, Some(&mut self.writer));
        saver.memo = std::mem::take(&mut self.memo);
        let before = saver.memo.len;
        let result = saver.dump(value);
        self.memo = if result.is_ok() {
            std::mem::take(&mut saver.memo)
        } else {
            // What the memo gained was not written. Its entries are forgotten, but not how many the
            // reader has, which is what `MEMOIZE` goes by.
            Memo { len: before, ..Memo::default() }
        };
        self.is_broken = result.is_err() && saver.encoder.has_sent();
        self.buffer = saver.encoder.take_buffer();
        self.buffer.clear();
        result
    }

    /// Forgets what was written before, so that the next pickle stands on its own.
    pub fn clear_memo(&mut self) {
        self.memo = Memo::default();
    }

    /// The stream.
    pub fn get_ref(&self) -> &W {
        &self.writer
    }

    /// Gives back the stream.
    pub fn into_inner(self) -> W {
        self.writer
    }
}

impl<W> fmt::Debug for Pickler<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pickler").field("memo", &self.memo.len).finish_non_exhaustive()
    }
}
