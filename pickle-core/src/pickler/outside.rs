//! What stays outside of the pickle: objects with persistent ids, and buffers.

use crate::buffer::{PickleBuffer, Placement};
use crate::error::{Error, Result};
use crate::opcode::op;
use crate::pickler::saver::Saver;
use crate::pickler::settings::Settings;
use crate::protocol::Protocol;
use crate::reduce::Reduce;
use crate::stack::deeper;

impl Saver<'_> {
    /// Writes a buffer: beside the pickle if the caller's callback says so, or else as `bytes` when
    /// it is read-only and as `bytearray` when not (`save_picklebuffer` of `pickle.py`).
    ///
    /// # Errors
    /// Below protocol 5, and when the callback fails.
    pub fn buffer(&mut self, buffer: &PickleBuffer<'_>) -> Result<()> {
        if self.protocol() < Protocol::V5 {
            return Err(Error::unrepresentable(
                format!("a PickleBuffer at protocol {}", self.protocol()),
                "protocol 5 or above, or bytes",
            ));
        }
        // A key has to be hashable, which what comes from outside need not be.
        let callback = self.settings.buffers.filter(|_| !self.in_key);
        let placement = callback.map_or(Ok(Placement::InBand), |callback| (callback.0)(buffer))?;
        match (placement, buffer.readonly) {
            (Placement::InBand, true) => return self.bytes(buffer),
            (Placement::InBand, false) => return self.bytearray(buffer),
            (Placement::OutOfBand, true) => {
                self.encoder.code([op::NEXT_BUFFER, op::READONLY_BUFFER]);
            }
            (Placement::OutOfBand, false) => self.encoder.op(op::NEXT_BUFFER),
        }
        Ok(())
    }

    /// Writes the id of an object that stays outside of the pickle, for Python's `persistent_load`.
    ///
    /// The id may be any value; at protocol 0 it is a `str` in ASCII without newlines. It has no
    /// place in the memo, so each reference to the object is the id again.
    ///
    /// ```
    /// use pickle_core::{PickleOptions, Protocol, Reduce, Result, Saver};
    ///
    /// struct Connection { host: String }
    ///
    /// impl Reduce for Connection {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         saver.persistent_id(&self.host)
    ///     }
    /// }
    ///
    /// let connection = Connection { host: "db1".to_owned() };
    /// let options = PickleOptions::new();
    /// assert_eq!(options.protocol(Protocol::V0).to_vec(&connection)?, b"Pdb1\n.");
    /// assert_eq!(options.protocol(Protocol::V2).to_vec(&connection)?, b"\x80\x02X\x03\0\0\0db1Q.");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Reduce::reduce`] of the id, and when protocol 0 cannot express it.
    pub fn persistent_id<I: ?Sized + Reduce>(&mut self, id: &I) -> Result<()> {
        self.enter()?;
        // What a pointer announced is the object and not its id, and a key is the object too.
        let (identity, in_key) = (self.pending.take(), std::mem::take(&mut self.in_key));
        if self.encoder.is_binary() {
            deeper(|| self.save(id))?;
            self.encoder.op(op::BINPERSID);
        } else {
            let mut alone =
                Saver::new(Vec::new(), Settings { protocol: Protocol::V1, ..self.settings }, None);
            alone.depth = self.depth;
            deeper(|| alone.save(id))?;
            let pickle = alone.encoder.take_buffer();
            let Some(text) = sole_string(&pickle) else {
                return Err(Error::unrepresentable(
                    "a persistent id that is no str at protocol 0",
                    "a str, or a protocol above 0",
                ));
            };
            self.encoder.persistent_line(text)?;
        }
        (self.pending, self.in_key) = (identity, in_key);
        self.leave();
        Ok(())
    }
}

/// The string that these instructions of protocol 1 are, if they are one and nothing else.
fn sole_string(pickle: &[u8]) -> Option<&str> {
    match pickle {
        [op::BINUNICODE, b0, b1, b2, b3, text @ ..]
            if u32::from_le_bytes([*b0, *b1, *b2, *b3]) as usize == text.len() =>
        {
            std::str::from_utf8(text).ok()
        }
        _ => None,
    }
}
