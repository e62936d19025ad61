//! Values that are one instruction.

use super::replay::Entry;
use super::{Predictive, Replay, miss};
use crate::error::Result;
use crate::opcode::op;
use crate::wire::text::checked;

impl<'de> Predictive<'_, 'de> {
    /// A payload of at least this size ends a frame before it (`write_large_bytes`).
    #[inline]
    pub(super) fn check_frame(&mut self, start: usize, len: usize) {
        if len >= 0x1_0000 && self.frame_end() == Some(start) && !self.replaying {
            self.frames.push((start, None));
        }
    }

    /// The text of the string instruction here, which is passed.
    pub(super) fn text(&mut self, opcode: u8) -> Result<&'de str> {
        let start = self.pos();
        let len = match opcode {
            op::SHORT_BINUNICODE => usize::from(self.argument::<1>()?[0]),
            op::BINUNICODE => u32::from_le_bytes(self.argument()?) as usize,
            op::BINUNICODE8 => match usize::try_from(u64::from_le_bytes(self.argument()?)) {
                Ok(len) => len,
                Err(_) => return miss(),
            },
            _ => return miss(),
        };
        let bytes = self.take(len)?;
        self.check_frame(start, len);
        checked(bytes).map_or_else(miss, Ok)
    }

    /// The string of a memo entry.
    #[inline(never)]
    pub(super) fn text_from_memo(&mut self) -> Result<&'de str> {
        let index = self.memo_index()?;
        match self.memo.get(index) {
            Some(Entry::Text(start)) => self.string_at(start),
            _ => miss(),
        }
    }

    /// The string that is spelled out at an offset.
    pub(super) fn string_at(&mut self, start: usize) -> Result<&'de str> {
        if self.patience == 0 {
            return miss();
        }
        let back = Replay(Some((self.pos(), self.replaying, start)));
        self.seek(start);
        self.replaying = true;
        let Some(opcode) = self.byte() else { return miss() };
        let text = self.text(opcode)?;
        self.resume(back);
        Ok(text)
    }

    #[inline]
    pub(super) fn begin_str(&mut self) -> Result<&'de str> {
        if let [op::SHORT_BINUNICODE, len, tail @ ..] = self.rest {
            let start = self.pos();
            if let Some((bytes, rest)) = tail.split_at_checked(usize::from(*len))
                && let Some(text) = checked(bytes)
            {
                self.rest = rest;
                self.memoize(Entry::Text(start))?;
                return Ok(text);
            }
            return miss();
        }
        let opcode = self.opcode()?;
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            return self.text_from_memo();
        }
        let start = self.pos();
        let text = self.text(opcode)?;
        self.memoize(Entry::Text(start))?;
        Ok(text)
    }

    pub(super) fn bytes(&mut self) -> Result<&'de [u8]> {
        let opcode = self.opcode()?;
        let start = self.pos();
        let len = match opcode {
            op::SHORT_BINBYTES => usize::from(self.argument::<1>()?[0]),
            op::BINBYTES => u32::from_le_bytes(self.argument()?) as usize,
            op::BYTEARRAY8 if self.in_key => return miss(),
            op::BINBYTES8 | op::BYTEARRAY8 => {
                match usize::try_from(u64::from_le_bytes(self.argument()?)) {
                    Ok(len) => len,
                    Err(_) => return miss(),
                }
            }
            op::BINGET | op::LONG_BINGET => {
                let replay = self.replay()?;
                let bytes = self.bytes()?;
                self.resume(replay);
                return Ok(bytes);
            }
            op::NEXT_BUFFER => return self.next_buffer(),
            _ => return miss(),
        };
        let bytes = self.take(len)?;
        self.check_frame(start, len);
        self.memoize(Entry::Value(start))?;
        Ok(bytes)
    }

    /// The out-of-band buffer that comes next. One that is read again would be another one.
    fn next_buffer(&mut self) -> Result<&'de [u8]> {
        let buffers = self.settings.buffers.filter(|_| !self.replaying && !self.in_key);
        let Some(bytes) = buffers.and_then(|buffers| buffers.get(self.buffers.len())) else {
            return miss();
        };
        self.buffers.push(self.pos());
        self.pass(1);
        if self.byte() == Some(op::READONLY_BUFFER) {
            self.pass(1);
        }
        Ok(bytes)
    }

    #[inline(never)]
    pub(super) fn long(&mut self, opcode: u8) -> Result<&'de [u8]> {
        let len = match opcode {
            op::LONG1 => usize::from(self.argument::<1>()?[0]),
            op::LONG4 => match usize::try_from(i32::from_le_bytes(self.argument()?)) {
                Ok(len) => len,
                Err(_) => return miss(),
            },
            _ => return miss(),
        };
        self.take(len)
    }

    #[inline]
    pub(super) fn small_int(&mut self) -> Result<Option<i64>> {
        match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(b0)))
            }
            [op::BININT2, b0, b1, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(u16::from_le_bytes([b0, b1]))))
            }
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(i32::from_le_bytes([b0, b1, b2, b3]))))
            }
            [op::FRAME, ..] => {
                self.frame_header()?;
                if self.byte() == Some(op::FRAME) { miss() } else { self.framed_int() }
            }
            _ => Ok(None),
        }
    }

    #[cold]
    pub(super) fn framed_int(&mut self) -> Result<Option<i64>> {
        self.small_int()
    }
}
