//! Values to opcodes: the only place that writes them.

use std::io;

use crate::error::{Error, Result};
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::wire::block::Block;
use crate::wire::float::float_repr;
use crate::wire::integer::minimal;
use crate::wire::number::{float, long_int, short_int};

/// Frames are closed when they hold this much, and payloads of this size stay outside of them.
/// `_Framer._FRAME_SIZE_TARGET` of `pickle.py`.
const FRAME_TARGET: usize = 64 * 1024;

/// How much room a new buffer gets for a pickle that does not end in the first portion.
const ROOM: usize = 4096;

/// A frame with less than this is written without its header (`_Framer._FRAME_SIZE_MIN`).
const FRAME_MIN: usize = 4;

/// The opcode and the eight-byte length.
const FRAME_HEADER: usize = 9;

/// Writes opcodes through a block into a buffer, in frames from protocol 4 on, and empties that
/// into a stream if there is one.
pub(crate) struct Encoder<'a> {
    pub(crate) block: Block,
    /// How much of the block was written.
    pub(crate) at: usize,
    /// How much of it may be written before [`roll`](Encoder::roll) is due.
    pub(crate) full: usize,
    out: Vec<u8>,
    protocol: Protocol,
    /// Where the header of the open frame is.
    frame: Option<usize>,
    /// The length at which something has to be done.
    watermark: usize,
    sink: Option<&'a mut dyn io::Write>,
    /// How many decimal digits an int in text form may have.
    digits: usize,
    /// Whether to write as CPython 3.6 did: see [`Encoder::write_as_3_6`].
    is_3_6: bool,
    /// Whether the stream has got some of it.
    has_sent: bool,
}

impl<'a> Encoder<'a> {
    /// Appends to `out`, or passes on to a stream through it.
    // Made where it stays, since to move the block takes as long as a small pickle.
    #[inline(always)]
    pub(crate) fn new(
        out: Vec<u8>,
        protocol: Protocol,
        digits: usize,
        sink: Option<&'a mut dyn io::Write>,
    ) -> Encoder<'a> {
        Encoder {
            block: Block::new(),
            at: 0,
            full: usize::MAX,
            out,
            protocol,
            frame: None,
            watermark: usize::MAX,
            sink,
            digits,
            is_3_6: false,
            has_sent: false,
        }
    }

    /// Writes as CPython 3.6 did: every int as `LONG` at protocol 0, a frame around everything,
    /// and fewer escapes in text.
    pub(crate) fn write_as_3_6(&mut self) {
        self.is_3_6 = true;
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }

    #[inline]
    pub(crate) fn is_binary(&self) -> bool {
        self.protocol >= Protocol::V1
    }

    /// Whether [`roll`](Encoder::roll) is due.
    #[inline]
    pub(crate) fn is_full(&self) -> bool {
        self.at >= self.full
    }

    /// How much was written since the buffer was last emptied, or before this pickle.
    fn len(&self) -> usize {
        self.out.len() + self.at
    }

    /// Moves what is in the block to the buffer.
    #[cold]
    #[inline(never)]
    pub(crate) fn flush(&mut self) {
        if self.out.capacity() == 0 {
            self.out.reserve(ROOM);
        }
        self.out.extend_from_slice(self.block.filled(self.at));
        self.at = 0;
        self.full = self.watermark.saturating_sub(self.out.len());
    }

    /// How much left the block since the buffer was last emptied, or before this pickle.
    #[inline]
    pub(crate) fn sent(&self) -> usize {
        self.out.len()
    }

    /// Has so many bytes written that go past the block, which must be empty.
    ///
    /// To clear them first is no detour: whole cache lines are written then, and what they held need
    /// not be fetched.
    #[inline]
    pub(crate) fn fill(&mut self, len: usize, write: impl FnOnce(&mut [u8])) {
        let from = self.out.len();
        self.out.resize(from + len, 0);
        write(self.out.get_mut(from..).unwrap_or_default());
        self.full = self.watermark.saturating_sub(self.out.len());
    }

    /// As [`fill`](Encoder::fill), if it is not known before how many bytes are written.
    #[inline]
    pub(crate) fn fill_up_to(&mut self, most: usize, write: impl FnOnce(&mut [u8]) -> usize) {
        let from = self.out.len();
        let mut len = 0;
        self.fill(most, |room| len = write(room));
        self.out.truncate(from + len);
        self.full = self.watermark.saturating_sub(self.out.len());
    }

    fn set_watermark(&mut self, watermark: usize) {
        self.watermark = watermark;
        self.full = watermark.saturating_sub(self.out.len());
    }

    /// Begins a pickle.
    pub(crate) fn begin(&mut self) {
        if self.protocol >= Protocol::V2 {
            self.code([op::PROTO, self.protocol.number()]);
        }
        self.open();
    }

    /// Ends a pickle.
    pub(crate) fn end(&mut self) -> Result<()> {
        self.op(op::STOP);
        self.close();
        self.drain()
    }

    /// Gives back the buffer.
    pub(crate) fn take_buffer(&mut self) -> Vec<u8> {
        // A small pickle takes as many bytes as it has.
        self.out.extend_from_slice(self.block.filled(self.at));
        self.at = 0;
        std::mem::take(&mut self.out)
    }

    /// Closes the frame and empties the buffer, once either is large enough.
    #[cold]
    pub(crate) fn roll(&mut self) -> Result<()> {
        self.close();
        self.drain()?;
        self.open();
        Ok(())
    }

    fn open(&mut self) {
        if self.protocol >= Protocol::V4 {
            self.frame = Some(self.len());
            self.code([op::FRAME, 0, 0, 0, 0, 0, 0, 0, 0]);
            self.set_watermark(self.len().saturating_add(FRAME_TARGET));
        } else if self.sink.is_some() {
            self.set_watermark(FRAME_TARGET);
        }
    }

    fn close(&mut self) {
        self.flush();
        let Some(header) = self.frame.take() else { return };
        let body = header + FRAME_HEADER;
        let size = self.out.len() - body;
        if size < FRAME_MIN && !self.is_3_6 {
            self.out.drain(header..body);
        } else if let Some(field) = self.out.get_mut(header + 1..body) {
            field.copy_from_slice(&(size as u64).to_le_bytes());
        }
    }

    fn drain(&mut self) -> Result<()> {
        if let Some(sink) = self.sink.as_mut() {
            self.has_sent = true;
            sink.write_all(&self.out)?;
            self.out.clear();
            self.full = self.watermark;
        }
        Ok(())
    }

    /// Whether the stream has got some of the pickle, or may have.
    pub(crate) fn has_sent(&self) -> bool {
        self.has_sent
    }

    /// Writes bytes as they are.
    #[inline]
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        match self.block.rest(self.at).get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.at += bytes.len();
            }
            None => self.raw_behind(bytes),
        }
    }

    /// Writes bytes for which the block has no room.
    #[cold]
    fn raw_behind(&mut self, bytes: &[u8]) {
        self.flush();
        match self.block.rest(0).get_mut(..bytes.len()) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.at = bytes.len();
            }
            None => {
                self.out.extend_from_slice(bytes);
                self.flush();
            }
        }
    }

    /// Writes a short text or short bytes behind what goes before them; `false` for longer ones.
    #[inline]
    fn short<const N: usize>(&mut self, head: [u8; N], bytes: &[u8]) -> bool {
        if bytes.len() > Block::TEXT {
            return false;
        }
        if !Block::has_room_for_text(self.at) {
            self.flush();
        }
        self.block.store(self.at, head);
        self.block.copy(self.at + N, bytes);
        self.at += N + bytes.len();
        true
    }

    /// Writes a few bytes.
    #[inline]
    pub(crate) fn code<const N: usize>(&mut self, bytes: [u8; N]) {
        self.prefix(bytes, N);
    }

    /// Writes the first `len` of a few bytes: stores of fixed sizes instead of a copy loop.
    #[inline]
    pub(crate) fn prefix<const N: usize>(&mut self, bytes: [u8; N], len: usize) {
        if !Block::has_room(self.at) {
            self.flush();
        }
        self.block.store(self.at, bytes);
        self.at += len;
    }

    #[inline]
    pub(crate) fn op(&mut self, opcode: u8) {
        self.code([opcode]);
    }

    pub(crate) fn line(&mut self, opcode: u8, text: &str) {
        self.op(opcode);
        self.raw(text.as_bytes());
        self.op(b'\n');
    }

    #[inline]
    pub(crate) fn none(&mut self) {
        self.op(op::NONE);
    }

    #[inline]
    pub(crate) fn bool(&mut self, value: bool) {
        if self.protocol >= Protocol::V2 {
            self.op(if value { op::NEWTRUE } else { op::NEWFALSE });
        } else {
            self.line(op::INT, if value { "01" } else { "00" });
        }
    }

    #[inline]
    pub(crate) fn int(&mut self, value: i64) {
        if !self.is_binary() {
            return self.int_line(value);
        }
        match i32::try_from(value) {
            Ok(value) => {
                let (bytes, len) = short_int(value);
                self.prefix(bytes, len);
            }
            Err(_) => self.wide_int(value),
        }
    }

    fn wide_int(&mut self, value: i64) {
        if self.protocol >= Protocol::V2 {
            let (bytes, len) = long_int(value);
            self.prefix(bytes, len);
        } else {
            self.line(op::LONG, &format!("{value}L"));
        }
    }

    #[cold]
    fn int_line(&mut self, value: i64) {
        if i32::try_from(value).is_ok() && !self.is_3_6 {
            self.line(op::INT, &value.to_string());
        } else {
            self.wide_int(value);
        }
    }

    /// An integer in two's complement, little endian.
    pub(crate) fn long(&mut self, bytes: &[u8]) -> Result<()> {
        let bytes = minimal(bytes);
        let mut word = [0; 8];
        if let Some(low) = word.get_mut(..bytes.len()) {
            let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
            low.copy_from_slice(bytes);
            word.iter_mut()
                .skip(bytes.len())
                .for_each(|byte| *byte = if negative { 0xff } else { 0 });
            self.int(i64::from_le_bytes(word));
        } else if self.protocol < Protocol::V2 {
            let text = num_bigint::BigInt::from_signed_bytes_le(bytes).to_string();
            let digits = text.trim_start_matches('-').len();
            if digits > self.digits {
                return Err(Error::limit(
                    "digits of an int in text form",
                    digits,
                    self.digits,
                    "digits",
                ));
            }
            self.line(op::LONG, &format!("{text}L"));
        } else if let Ok(len) = u8::try_from(bytes.len()) {
            self.code([op::LONG1, len]);
            self.raw(bytes);
        } else {
            let len = i32::try_from(bytes.len()).map_err(|_| {
                Error::unrepresentable(
                    format!("an int of {} bytes", bytes.len()),
                    "at most 2147483647",
                )
            })?;
            self.op(op::LONG4);
            self.raw(&len.to_le_bytes());
            self.raw(bytes);
        }
        Ok(())
    }

    #[inline]
    pub(crate) fn float(&mut self, value: f64) {
        if self.is_binary() {
            self.code(float(value));
        } else {
            self.line(op::FLOAT, &float_repr(value));
        }
    }

    #[inline]
    pub(crate) fn unicode(&mut self, text: &str) -> Result<()> {
        match u8::try_from(text.len()) {
            Ok(len) if self.protocol >= Protocol::V4 => {
                self.short([op::SHORT_BINUNICODE, len], text.as_bytes());
                Ok(())
            }
            Ok(len) if self.is_binary() => {
                self.short([op::BINUNICODE, len, 0, 0, 0], text.as_bytes());
                Ok(())
            }
            _ if self.is_binary() => self.long_unicode(text.as_bytes()),
            _ => {
                self.unicode_line(text);
                Ok(())
            }
        }
    }

    /// Writes a short string and what memoizes it; `false` for a long one, and below protocol 4.
    #[inline]
    pub(crate) fn memoized(&mut self, text: &str) -> bool {
        let Ok(len) = u8::try_from(text.len()) else { return false };
        if self.protocol < Protocol::V4 {
            return false;
        }
        self.short([op::SHORT_BINUNICODE, len], text.as_bytes());
        self.block.store(self.at, [op::MEMOIZE]);
        self.at += 1;
        true
    }

    fn long_unicode(&mut self, bytes: &[u8]) -> Result<()> {
        self.sized([0, op::BINUNICODE, op::BINUNICODE8], "a str", bytes)
    }

    /// A string in a binary form, as generalized UTF-8.
    pub(crate) fn unicode_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        match u8::try_from(bytes.len()) {
            Ok(len) if self.protocol >= Protocol::V4 => {
                self.short([op::SHORT_BINUNICODE, len], bytes);
                Ok(())
            }
            _ => self.long_unicode(bytes),
        }
    }

    /// A string in the raw-unicode-escape encoding (`save_str` of `pickle.py`): latin-1 bytes as
    /// they are, what would end or bend the line and everything above as escapes.
    fn unicode_line(&mut self, text: &str) {
        self.op(op::UNICODE);
        text.chars().for_each(|char| self.escaped(u32::from(char)));
        self.op(b'\n');
    }

    /// One code point of such a string.
    pub(crate) fn escaped(&mut self, code: u32) {
        match code {
            0x5c | 0x0a | 0x100..=0xffff => self.raw(format!("\\u{code:04x}").as_bytes()),
            0 | 0x0d | 0x1a if !self.is_3_6 => {
                self.raw(format!("\\u{code:04x}").as_bytes());
            }
            0..=0xff => {
                #[expect(clippy::cast_possible_truncation, reason = "matched as one byte")]
                self.op(code as u8);
            }
            _ => self.raw(format!("\\U{code:08x}").as_bytes()),
        }
    }

    /// Bytes, from protocol 3 on.
    #[inline]
    pub(crate) fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        self.sized([op::SHORT_BINBYTES, op::BINBYTES, op::BINBYTES8], "bytes", bytes)
    }

    /// A bytearray, from protocol 5 on.
    pub(crate) fn bytearray(&mut self, bytes: &[u8]) -> Result<()> {
        self.payload(&[op::BYTEARRAY8], &(bytes.len() as u64).to_le_bytes(), bytes)
    }

    /// A payload behind its length in one, four or eight bytes; 0 stands for a missing opcode.
    fn sized(&mut self, ops: [u8; 3], what: &'static str, bytes: &[u8]) -> Result<()> {
        let [short, long, huge] = ops;
        match (u8::try_from(bytes.len()), u32::try_from(bytes.len())) {
            (Ok(len), _) if short != 0 => {
                self.short([short, len], bytes);
                Ok(())
            }
            (Ok(len), _) => {
                self.short([long, len, 0, 0, 0], bytes);
                Ok(())
            }
            (_, Ok(len)) => self.payload(&[long], &len.to_le_bytes(), bytes),
            _ if self.protocol >= Protocol::V4 => {
                self.payload(&[huge], &(bytes.len() as u64).to_le_bytes(), bytes)
            }
            _ => Err(Error::unrepresentable(
                format!("{what} of {} bytes", bytes.len()),
                "less than 4 GiB below protocol 4",
            )),
        }
    }

    /// Large payloads stay outside of frames, and go straight to the stream.
    fn payload(&mut self, opcode: &[u8], len: &[u8], bytes: &[u8]) -> Result<()> {
        let large = bytes.len() >= FRAME_TARGET && !self.is_3_6;
        if large {
            self.close();
        }
        self.raw(opcode);
        self.raw(len);
        match self.sink.as_mut() {
            Some(sink) if large => {
                self.has_sent = true;
                self.out.extend_from_slice(self.block.filled(self.at));
                self.at = 0;
                sink.write_all(&self.out)?;
                self.out.clear();
                sink.write_all(bytes)?;
            }
            _ => {
                let left = self.out.capacity() - self.out.len();
                if large && left < self.at + bytes.len() {
                    // To grow again for what is behind it would be to copy all of it.
                    self.out.reserve(bytes.len().saturating_add(ROOM));
                }
                self.raw(bytes);
            }
        }
        if large {
            self.open();
        }
        Ok(())
    }

    /// A global in the form of protocols 0 to 3.
    pub(crate) fn global_lines(&mut self, module: &str, name: &str) -> Result<()> {
        let refused = |expected| {
            Err(Error::unrepresentable(format!("the global name {module:?} {name:?}"), expected))
        };
        if module.contains('\n') || name.contains('\n') {
            return refused("one without newlines, or protocol 4 or above");
        }
        if self.protocol < Protocol::V3 && !(module.is_ascii() && name.is_ascii()) {
            return refused("one in ASCII, or protocol 3 or above");
        }
        self.line(op::GLOBAL, module);
        self.raw(name.as_bytes());
        self.op(b'\n');
        Ok(())
    }

    /// Stores the top of the stack in the memo.
    pub(crate) fn put(&mut self, index: u32) {
        if self.protocol >= Protocol::V4 {
            self.op(op::MEMOIZE);
        } else if self.is_binary() {
            match u8::try_from(index) {
                Ok(short) => self.code([op::BINPUT, short]),
                Err(_) => {
                    let [b0, b1, b2, b3] = index.to_le_bytes();
                    self.code([op::LONG_BINPUT, b0, b1, b2, b3]);
                }
            }
        } else {
            self.line(op::PUT, &index.to_string());
        }
    }

    /// Pushes a memo entry.
    #[inline]
    pub(crate) fn get(&mut self, index: u32) {
        if self.is_binary() {
            let [b0, b1, b2, b3] = index.to_le_bytes();
            match u8::try_from(index) {
                Ok(short) => self.code([op::BINGET, short]),
                Err(_) => self.code([op::LONG_BINGET, b0, b1, b2, b3]),
            }
        } else {
            self.line(op::GET, &index.to_string());
        }
    }

    /// Begins a list; `EMPTY_LIST` or its older form.
    pub(crate) fn empty_list(&mut self) {
        if self.is_binary() { self.op(op::EMPTY_LIST) } else { self.code([op::MARK, op::LIST]) }
    }

    /// Begins a dict; `EMPTY_DICT` or its older form.
    pub(crate) fn empty_dict(&mut self) {
        if self.is_binary() { self.op(op::EMPTY_DICT) } else { self.code([op::MARK, op::DICT]) }
    }

    /// What has to precede the elements of a tuple of this length.
    #[inline]
    pub(crate) fn before_tuple(&mut self, len: usize) {
        let is_short = match len {
            0 => self.is_binary(),
            1..=3 => self.protocol >= Protocol::V2,
            _ => false,
        };
        if !is_short {
            self.op(op::MARK);
        }
    }

    /// What has to follow the elements of a tuple of this length.
    #[inline]
    pub(crate) fn after_tuple(&mut self, len: usize) {
        self.op(match len {
            0 if self.is_binary() => op::EMPTY_TUPLE,
            1 if self.protocol >= Protocol::V2 => op::TUPLE1,
            2 if self.protocol >= Protocol::V2 => op::TUPLE2,
            3 if self.protocol >= Protocol::V2 => op::TUPLE3,
            _ => op::TUPLE,
        });
    }
}

/// The bytes of an instruction that refers to what is known: to a memo entry or an extension.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reference {
    /// The bytes, then zeros.
    pub(crate) padded: [u8; 8],
    /// How many there are.
    pub(crate) len: usize,
}

impl Reference {
    /// Stands in for what is not in the memo yet.
    pub(crate) const UNKNOWN: Reference = Reference { padded: [0; 8], len: 0 };

    /// The bytes as one number, little endian.
    pub(crate) fn word(self) -> u64 {
        u64::from_le_bytes(self.padded)
    }

    /// `BINGET` or `LONG_BINGET`.
    pub(crate) fn get(index: u32) -> Reference {
        let [b0, b1, b2, b3] = index.to_le_bytes();
        if index < 0x100 {
            Reference { padded: [op::BINGET, b0, 0, 0, 0, 0, 0, 0], len: 2 }
        } else {
            Reference { padded: [op::LONG_BINGET, b0, b1, b2, b3, 0, 0, 0], len: 5 }
        }
    }

    /// `EXT1`, `EXT2` or `EXT4`, for a code above zero.
    pub(crate) fn extension(code: i32) -> Reference {
        let [b0, b1, b2, b3] = code.to_le_bytes();
        match code {
            ..0x100 => Reference { padded: [op::EXT1, b0, 0, 0, 0, 0, 0, 0], len: 2 },
            0x100..0x1_0000 => Reference { padded: [op::EXT2, b0, b1, 0, 0, 0, 0, 0], len: 3 },
            _ => Reference { padded: [op::EXT4, b0, b1, b2, b3, 0, 0, 0], len: 5 },
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.padded.get(..self.len).unwrap_or_default()
    }
}
