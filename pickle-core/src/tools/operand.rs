//! The operands of instructions, decoded as Python's `pickletools` decodes them.
//!
//! It is not the decoder of the machine: it does not follow frames, it knows other text forms, and
//! its errors are those of `pickletools`.

use std::borrow::Cow;
use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::opcode::Argument;
use crate::tools::{complaint, repr};
use crate::wire::float::float_repr;
use crate::wire::literal::{self, WideText};
use crate::wire::long::{self, Notation, Whole};

/// The operand of an instruction, as the Python object that `pickletools.genops` makes of it.
///
/// It displays as Python's `repr`.
///
/// ```
/// use pickle_core::tools::Operand;
///
/// assert_eq!(Operand::Str("it's".into()).to_string(), "\"it's\"");
/// assert_eq!(Operand::Bytes(b"\xff").to_string(), "b'\\xff'");
/// assert_eq!(Operand::Float(1e16).to_string(), "1e+16");
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Operand<'de> {
    /// No operand.
    None,
    /// A `bool`: the lines `00` and `01`.
    Bool(bool),
    /// An `int`.
    Int(i64),
    /// An `int` that is no `i64`: two's complement, little endian, without superfluous bytes.
    Long(Cow<'de, [u8]>),
    /// A `float`.
    Float(f64),
    /// A `str`. Two lines are joined by a blank, and 8-bit strings are taken as latin-1.
    Str(Cow<'de, str>),
    /// A `str` with surrogates in it, in UTF-8 where each surrogate is three bytes.
    Surrogates(Cow<'de, [u8]>),
    /// A `bytes`.
    Bytes(&'de [u8]),
    /// A `bytearray`.
    ByteArray(&'de [u8]),
}

impl Operand<'_> {
    /// Appends the `repr`; an error, as in Python, if the integer is too long.
    pub(super) fn repr(&self, out: &mut String) -> Result<()> {
        match self {
            Operand::None => out.push_str("None"),
            Operand::Bool(true) => out.push_str("True"),
            Operand::Bool(false) => out.push_str("False"),
            Operand::Int(number) => out.push_str(&number.to_string()),
            Operand::Long(bytes) => out.push_str(&repr::long(bytes).ok_or_else(|| {
                complaint(format!(
                    "Exceeds the limit ({} digits) for integer string conversion; \
                     use sys.set_int_max_str_digits() to increase the limit",
                    repr::DIGITS,
                ))
            })?),
            Operand::Float(number) => out.push_str(&float_repr(*number)),
            Operand::Str(text) => repr::str(out, text.as_bytes()),
            Operand::Surrogates(text) => repr::str(out, text),
            Operand::Bytes(bytes) => repr::bytes(out, bytes),
            Operand::ByteArray(bytes) => repr::bytearray(out, bytes),
        }
        Ok(())
    }
}

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        match self.repr(&mut out) {
            Ok(()) => f.write_str(&out),
            Err(_) => f.write_str("an integer of too many digits"),
        }
    }
}

/// An index of the memo. Python takes any integer, and `True` for 1.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Int(i64),
    Long(Box<[u8]>),
}

impl Key {
    pub(super) fn new(operand: &Operand<'_>) -> Option<Key> {
        match operand {
            Operand::Bool(number) => Some(Key::Int((*number).into())),
            Operand::Int(number) => Some(Key::Int(*number)),
            Operand::Long(bytes) => Some(Key::Long(bytes.as_ref().into())),
            _ => None,
        }
    }
}

/// Whatever is left of the input.
#[derive(Debug, Clone)]
pub(super) struct Source<'de> {
    rest: &'de [u8],
    length: usize,
}

impl<'de> Source<'de> {
    pub(super) fn new(input: &'de [u8]) -> Source<'de> {
        Source { rest: input, length: input.len() }
    }

    pub(super) fn position(&self) -> usize {
        self.length - self.rest.len()
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// The operand that follows an opcode.
    pub(super) fn operand(&mut self, argument: Argument) -> Result<Operand<'de>> {
        Ok(match argument {
            Argument::None => Operand::None,
            Argument::UInt1 => Operand::Int(self.u8()?.into()),
            Argument::UInt2 => Operand::Int(u16::from_le_bytes(self.array("uint2")?).into()),
            Argument::Int4 => Operand::Int(self.i32()?.into()),
            Argument::UInt4 => Operand::Int(self.u32()?.into()),
            Argument::UInt8 => {
                let number = self.u64()?;
                match i64::try_from(number) {
                    Ok(number) => Operand::Int(number),
                    Err(_) => {
                        // The ninth byte is the sign.
                        Operand::Long([&number.to_le_bytes()[..], &[0]].concat().into())
                    }
                }
            }
            Argument::Float8 => Operand::Float(f64::from_be_bytes(self.array("float8")?)),
            Argument::DecimalShort => match self.line("stringnl")? {
                b"00" => Operand::Bool(false),
                b"01" => Operand::Bool(true),
                line => int(line)?,
            },
            Argument::DecimalLong => {
                let line = self.line("stringnl")?;
                int(line.strip_suffix(b"L").unwrap_or(line))?
            }
            Argument::FloatLine => Operand::Float(float(self.line("stringnl")?)?),
            Argument::StringLine => Operand::Str(escaped(unquoted(self.line("stringnl")?)?)?),
            Argument::TextLine => Operand::Str(escaped(self.line("stringnl")?)?),
            Argument::TextLinePair => {
                let first = escaped(self.line("stringnl")?)?;
                let second = escaped(self.line("stringnl")?)?;
                Operand::Str(format!("{first} {second}").into())
            }
            Argument::UnicodeLine => {
                let line = self.line("unicodestringnl")?;
                wide(literal::unicode_line(line).map_err(|_| bad_raw_escape(line))?)
            }
            Argument::String1 => {
                let length = self.u8()?;
                latin1(self.take(length.into(), "string1")?)
            }
            Argument::String4 => {
                let length = self.i32()?;
                let length = u64::try_from(length).map_err(|_| negative("string4", length))?;
                latin1(self.take(length, "string4")?)
            }
            Argument::Bytes1 => {
                let length = self.u8()?;
                Operand::Bytes(self.take(length.into(), "bytes1")?)
            }
            Argument::Bytes4 => {
                let length = self.u32()?;
                Operand::Bytes(self.take(length.into(), "bytes4")?)
            }
            Argument::Bytes8 => {
                let length = self.u64()?;
                Operand::Bytes(self.take(length, "bytes8")?)
            }
            Argument::ByteArray8 => {
                let length = self.u64()?;
                Operand::ByteArray(self.take(length, "bytearray8")?)
            }
            Argument::Unicode1 => {
                let length = self.u8()?;
                utf8(self.take(length.into(), "unicodestring1")?)?
            }
            Argument::Unicode4 => {
                let length = self.u32()?;
                utf8(self.take(length.into(), "unicodestring4")?)?
            }
            Argument::Unicode8 => {
                let length = self.u64()?;
                utf8(self.take(length, "unicodestring8")?)?
            }
            Argument::Long1 => {
                let length = self.u8()?;
                self.long(length.into(), "long1")?
            }
            Argument::Long4 => {
                let length = self.i32()?;
                let length = u64::try_from(length).map_err(|_| negative("long4", length))?;
                self.long(length, "long4")?
            }
        })
    }

    fn u8(&mut self) -> Result<u8> {
        let [byte] = self.array("uint1")?;
        Ok(byte)
    }

    fn i32(&mut self) -> Result<i32> {
        Ok(i32::from_le_bytes(self.array("int4")?))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_le_bytes(self.array("uint4")?))
    }

    fn u64(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array("uint8")?))
    }

    fn array<const N: usize>(&mut self, what: &str) -> Result<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(|| short(what))?;
        self.rest = rest;
        Ok(*head)
    }

    fn line(&mut self, what: &str) -> Result<&'de [u8]> {
        let split = memchr::memchr(b'\n', self.rest)
            .and_then(|end| Some((self.rest.get(..end)?, self.rest.get(end + 1..)?)));
        let (line, rest) = split
            .ok_or_else(|| complaint(format!("no newline found when trying to read {what}")))?;
        self.rest = rest;
        Ok(line)
    }

    fn take(&mut self, length: u64, what: &str) -> Result<&'de [u8]> {
        // Python's `sys.maxsize` on a 64-bit machine.
        if i64::try_from(length).is_err() {
            return Err(complaint(format!("{what} byte count > sys.maxsize: {length}")));
        }
        self.try_take(length).ok_or_else(|| {
            let left = self.rest.len();
            complaint(format!("expected {length} bytes in a {what}, but only {left} remain"))
        })
    }

    fn long(&mut self, length: u64, what: &str) -> Result<Operand<'de>> {
        Ok(whole(long::from_bytes(self.try_take(length).ok_or_else(|| short(what))?)))
    }

    fn try_take(&mut self, length: u64) -> Option<&'de [u8]> {
        let (head, rest) = self.rest.split_at_checked(usize::try_from(length).ok()?)?;
        self.rest = rest;
        Some(head)
    }
}

#[cold]
fn short(what: &str) -> Error {
    complaint(format!("not enough data in stream to read {what}"))
}

#[cold]
fn negative(what: &str, length: i32) -> Error {
    complaint(format!("{what} byte count < 0: {length}"))
}

fn whole(number: Whole<'_>) -> Operand<'_> {
    match number {
        Whole::Small(number) => Operand::Int(number),
        Whole::Large(bytes) => Operand::Long(bytes),
    }
}

fn wide(text: WideText<'_>) -> Operand<'_> {
    match text {
        WideText::Utf8(text) => Operand::Str(text),
        WideText::Wtf8(bytes) => Operand::Surrogates(bytes),
    }
}

fn latin1(bytes: &[u8]) -> Operand<'_> {
    Operand::Str(match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => Cow::Borrowed(text),
        _ => bytes.iter().copied().map(char::from).collect(),
    })
}

/// As Python's `int(line)`.
fn int(line: &[u8]) -> Result<Operand<'static>> {
    long::from_text(line, Notation::Decimal, repr::DIGITS).map(whole).map_err(|error| {
        if let ErrorKind::Limit { asked, allowed, .. } = error.kind() {
            return complaint(format!(
                "Exceeds the limit ({allowed} digits) for integer string conversion: value has \
                 {asked} digits; use sys.set_int_max_str_digits() to increase the limit"
            ));
        }
        // A `repr` of bytes is ASCII, so this cuts at a character.
        let mut shown = shown(line.get(..200).unwrap_or(line));
        shown.truncate(200);
        complaint(format!("invalid literal for int() with base 10: {shown}"))
    })
}

/// As Python's `float(line)`: blanks around the number and underscores between its digits are fine.
fn float(line: &[u8]) -> Result<f64> {
    let parse = || {
        // Python counts vertical tabs as blanks, `trim_ascii` does not.
        let blank = |char: char| char.is_ascii_whitespace() || char == '\x0b';
        let text = std::str::from_utf8(line).ok()?.trim_matches(blank);
        if !text.contains('_') {
            return text.parse().ok();
        }
        let bytes = text.as_bytes();
        let digit = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_digit);
        let misplaced = |(index, &byte): (usize, &u8)| {
            byte == b'_' && !(index > 0 && digit(index - 1) && digit(index + 1))
        };
        let fine = !bytes.iter().enumerate().any(misplaced);
        fine.then(|| text.replace('_', "").parse().ok()).flatten()
    };
    parse().ok_or_else(|| complaint(format!("could not convert string to float: {}", shown(line))))
}

/// The `repr` of bytes, for a message.
pub(super) fn shown(bytes: &[u8]) -> String {
    let mut out = String::new();
    repr::bytes(&mut out, bytes);
    out
}

/// What is between the quotes of a line.
fn unquoted(line: &[u8]) -> Result<&[u8]> {
    let Some(&quote @ (b'"' | b'\'')) = line.first() else {
        return Err(complaint(format!("no string quotes around {}", shown(line))));
    };
    if line.last() != Some(&quote) {
        // The spelling is that of `pickletools`.
        return Err(complaint(format!(
            "strinq quote {} not found at both ends of {}",
            shown(&[quote]),
            shown(line),
        )));
    }
    // A lone quote is both ends of nothing.
    Ok(line.get(1..line.len() - 1).unwrap_or_default())
}

/// Undoes escapes, and demands that the outcome is ASCII.
fn escaped(text: &[u8]) -> Result<Cow<'_, str>> {
    let bytes = literal::unescape(text).map_err(|_| bad_escape(text))?;
    if let Some(position) = bytes.iter().position(|byte| !byte.is_ascii()) {
        let end = position + 1;
        return Err(undecodable("ascii", &bytes, position..end, "ordinal not in range(128)"));
    }
    // It is ASCII, so nothing is lost.
    Ok(match bytes {
        Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
        Cow::Owned(bytes) => String::from_utf8_lossy(&bytes).into_owned().into(),
    })
}

/// What Python says of the first bad escape of a `bytes` literal.
#[cold]
fn bad_escape(text: &[u8]) -> Error {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        rest = match rest.get(at + 1..) {
            Some([b'x', a, b, tail @ ..]) if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => tail,
            Some(tail @ [b'x', ..]) => {
                let position = text.len() - tail.len() - 1;
                return complaint(format!("invalid \\x escape at position {position}"));
            }
            Some([_, tail @ ..]) => tail,
            _ => break,
        };
    }
    complaint("Trailing \\ in string")
}

/// What Python says of the first bad escape in the raw-unicode-escape encoding.
#[cold]
fn bad_raw_escape(line: &[u8]) -> Error {
    let mut rest = line;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let start = line.len() - rest.len() + at;
        let (width, tail) = match rest.get(at + 1..) {
            Some([b'u', tail @ ..]) => (4, tail),
            Some([b'U', tail @ ..]) => (8, tail),
            Some([_, tail @ ..]) => (0, tail),
            _ => break,
        };
        let digits = tail.iter().take(width).take_while(|byte| byte.is_ascii_hexdigit()).count();
        let end = start + 2 + digits;
        let reason = match (width, tail) {
            (4, _) if digits < width => "truncated \\uXXXX escape",
            (8, _) if digits < width => "truncated \\UXXXXXXXX escape",
            // Beyond U+10FFFF.
            (8, [b'0', b'0', b'1', b'0', ..]) | (8, [b'0', b'0', b'0', ..]) => "",
            (8, _) => "\\Uxxxxxxxx out of range",
            _ => "",
        };
        if !reason.is_empty() {
            return undecodable("rawunicodeescape", line, start..end, reason);
        }
        rest = tail;
    }
    complaint("invalid escape")
}

/// UTF-8 in which surrogates are passed through.
fn utf8(bytes: &[u8]) -> Result<Operand<'_>> {
    literal::utf8(bytes).map(wide).map_err(|_| {
        let mut rest = bytes;
        while let Err(error) = std::str::from_utf8(rest) {
            let bad = rest.get(error.valid_up_to()..).unwrap_or_default();
            if let [0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..] = bad {
                rest = tail;
                continue;
            }
            let reason = match (error.error_len(), bad.first()) {
                (None, _) => "unexpected end of data",
                (_, Some(0xc2..=0xf4)) => "invalid continuation byte",
                _ => "invalid start byte",
            };
            let start = bytes.len() - bad.len();
            let end = start + error.error_len().unwrap_or(bad.len());
            return undecodable("utf-8", bytes, start..end, reason);
        }
        complaint("invalid UTF-8")
    })
}

/// The message of a `UnicodeDecodeError`.
fn undecodable(codec: &str, bytes: &[u8], range: std::ops::Range<usize>, reason: &str) -> Error {
    let start = range.start;
    complaint(match (bytes.get(start), range.len()) {
        (Some(byte), 1) => {
            format!("'{codec}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
        }
        _ => {
            let last = range.end.saturating_sub(1);
            format!("'{codec}' codec can't decode bytes in position {start}-{last}: {reason}")
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::tools::genops;

    /// The second instruction of `N` and these bytes, as CPython 3.13 shows it or refuses it.
    fn check(instruction: &[u8], expected: &str) {
        let pickle = [b"N", instruction, b"."].concat();
        let found = match genops(&pickle).nth(1) {
            Some(Ok(operation)) => operation.operand.to_string(),
            Some(Err(error)) => {
                assert_eq!(error.offset(), Some(1));
                error.kind().to_string()
            }
            None => "nothing".to_owned(),
        };
        assert_eq!(found, expected, "{}", instruction.escape_ascii());
    }

    #[test]
    fn lines() {
        check(b"I01\n", "True");
        check(b"I 1_0 \n", "10");
        check(b"L-9223372036854775809L\n", "-9223372036854775809");
        check(b"I1L\n", "invalid literal for int() with base 10: b'1L'");
        check(b"F\x0b-1_0.5e1\n", "-105.0");
        check(b"F1_.5\n", "could not convert string to float: b'1_.5'");
        check(b"S'\\x41\\q\"'\n", "'A\\\\q\"'");
        check(b"S'\n", "''");
        check(b"S'a\n", "strinq quote b\"'\" not found at both ends of b\"'a\"");
        check(b"Sa\n", "no string quotes around b'a'");
        check(b"S'a\\x4'\n", "invalid \\x escape at position 1");
        check(b"S'\\'\n", "Trailing \\ in string");
        let ascii = "'ascii' codec can't decode byte 0xe9 in position 1: ordinal not in range(128)";
        check(b"S'a\\xe9'\n", ascii);
        check(b"cos\nit's\n", "\"os it's\"");
        check(b"Va\\ud83d\\u20ac\n", "'a\\ud83d\u{20ac}'");
        let escape = "'rawunicodeescape' codec can't decode bytes in position";
        check(b"Va\\u12\n", &format!("{escape} 1-4: truncated \\uXXXX escape"));
        check(b"V\\U00110000\n", &format!("{escape} 0-9: \\Uxxxxxxxx out of range"));
        check(b"Vopen", "no newline found when trying to read unicodestringnl");
    }

    #[test]
    fn payloads() {
        check(b"U\x01\xe9", "'\u{e9}'");
        check(b"T\xff\xff\xff\xff", "string4 byte count < 0: -1");
        check(b"C\x05ab", "expected 5 bytes in a bytes1, but only 3 remain");
        check(b"\x96\x01\0\0\0\0\0\0\0'", "bytearray(b\"\\'\")");
        check(b"\x8e\0\0\0\0\0\0\0\x80", "bytes8 byte count > sys.maxsize: 9223372036854775808");
        check(b"\x8c\x03\xed\xa0\xbd", "'\\ud83d'");
        check(
            b"\x8c\x05a\xed\xa0\xbd\x80",
            "'utf-8' codec can't decode byte 0x80 in position 4: invalid start byte",
        );
        check(
            b"\x8c\x03a\xe2\x82",
            "'utf-8' codec can't decode bytes in position 1-2: unexpected end of data",
        );
        check(b"\x8a\x02\xff\0", "255");
        check(b"\x8a\x04\xff", "not enough data in stream to read long1");
        check(b"\x95\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615");
        check(b"\xff", "at position 1, opcode b'\\xff' unknown");
    }
}
