//! The instructions that only graphs need: for values which Rust's own types never are.

use crate::error::{Error, Result};
use crate::opcode::op;
use crate::wire::encode::{Encoder, Reference};

impl Encoder<'_> {
    /// A string with lone surrogates, given as generalized UTF-8 (`surrogatepass` in Python).
    pub(crate) fn wide_unicode(&mut self, bytes: &[u8]) -> Result<()> {
        if self.is_binary() {
            return self.unicode_bytes(bytes);
        }
        self.op(op::UNICODE);
        let mut rest = bytes;
        while !rest.is_empty() {
            let valid = match std::str::from_utf8(rest) {
                Ok(text) => text,
                Err(error) => rest
                    .get(..error.valid_up_to())
                    .and_then(|valid| std::str::from_utf8(valid).ok())
                    .unwrap_or_default(),
            };
            valid.chars().for_each(|char| self.escaped(u32::from(char)));
            rest = match rest.get(valid.len()..) {
                Some([0xed, middle, last, tail @ ..]) => {
                    let code = u32::from(middle & 0x3f) << 6 | u32::from(last & 0x3f);
                    self.escaped(0xd000 | code);
                    tail
                }
                _ => &[],
            };
        }
        self.op(b'\n');
        Ok(())
    }

    /// An 8-bit string, as Python 2 writes its `str`.
    pub(crate) fn str8(&mut self, bytes: &[u8]) -> Result<()> {
        if !self.is_binary() {
            self.op(op::STRING);
            self.quoted(bytes);
            self.op(b'\n');
        } else if let Ok(len) = u8::try_from(bytes.len()) {
            self.code([op::SHORT_BINSTRING, len]);
            self.raw(bytes);
        } else {
            let len = i32::try_from(bytes.len()).map_err(|_| {
                let found = format!("an 8-bit string of {} bytes", bytes.len());
                Error::unrepresentable(found, "at most 2147483647")
            })?;
            self.op(op::BINSTRING);
            self.raw(&len.to_le_bytes());
            self.raw(bytes);
        }
        Ok(())
    }

    /// The `repr` of Python 2's `str`.
    fn quoted(&mut self, bytes: &[u8]) {
        let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
        self.op(quote);
        for &byte in bytes {
            match byte {
                b'\t' => self.raw(b"\\t"),
                b'\n' => self.raw(b"\\n"),
                b'\r' => self.raw(b"\\r"),
                b'\\' => self.raw(b"\\\\"),
                byte if byte == quote => self.code([b'\\', byte]),
                b' '..=b'~' => self.op(byte),
                byte => self.raw(format!("\\x{byte:02x}").as_bytes()),
            }
        }
        self.op(quote);
    }

    /// An object outside of the pickle, by an id in text.
    pub(crate) fn persistent_line(&mut self, id: &str) -> Result<()> {
        if !id.is_ascii() || id.contains('\n') {
            let found = format!("the persistent id {id:?}");
            let expected = "one in ASCII without newlines, or a protocol above 0";
            return Err(Error::unrepresentable(found, expected));
        }
        self.line(op::PERSID, id);
        Ok(())
    }

    /// What is registered under a code, from protocol 2 on.
    pub(crate) fn extension(&mut self, code: i32) {
        self.raw(Reference::extension(code).bytes());
    }

    /// An instance of a named class, whose arguments lie above a mark.
    pub(crate) fn instance_lines(&mut self, module: &str, name: &str) -> Result<()> {
        let is_clean = |text: &str| text.is_ascii() && !text.contains('\n');
        if !is_clean(module) || !is_clean(name) {
            let found = format!("the class name {module:?} {name:?} of an old-style instance");
            return Err(Error::unrepresentable(found, "one in ASCII without newlines"));
        }
        self.line(op::INST, module);
        self.raw(name.as_bytes());
        self.op(b'\n');
        Ok(())
    }
}
