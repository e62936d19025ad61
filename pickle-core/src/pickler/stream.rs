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
/// and only an unpickler that lives as long can read it. [`clear_memo`](Pickler::clear_memo)
/// between the dumps makes each stand on its own.
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
}

impl<'a, W: io::Write> Pickler<'a, W> {
    /// Writes at protocol 4.
    pub fn new(writer: W) -> Pickler<'a, W> {
        Pickler::with_options(writer, PickleOptions::new())
    }

    /// Writes as the options say.
    pub fn with_options(writer: W, options: PickleOptions<'a>) -> Pickler<'a, W> {
        Pickler { writer, options, memo: Memo::default(), buffer: Vec::new() }
    }

    /// Writes one pickle.
    ///
    /// # Errors
    /// As [`to_writer`](crate::to_writer). The stream then ends inside a pickle, and the memo is
    /// empty.
    pub fn dump<T: ?Sized + Reduce>(&mut self, value: &T) -> Result<()> {
        let buffer = std::mem::take(&mut self.buffer);
        let mut saver = self.options.saver(buffer, Some(&mut self.writer));
        saver.memo = std::mem::take(&mut self.memo);
        let before = saver.memo.len;
        if let Err(error) = saver.dump(value) {
            // What the memo gained was not written. Its entries are forgotten, but not how many the
            // reader has, which is what `MEMOIZE` goes by.
            self.memo = Memo { len: before, ..Memo::default() };
            return Err(error);
        }
        self.memo = std::mem::take(&mut saver.memo);
        self.buffer = saver.encoder.into_buffer();
        Ok(())
    }

    /// Forgets what was written before, so that the next pickle stands on its own.
    pub fn clear_memo(&mut self) {
        self.memo = Memo::default();
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
