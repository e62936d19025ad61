//! Text forms of values: what the opcodes of protocol 0 carry in their lines.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::wire::long::{self, Notation, Whole};

/// Text that may hold lone surrogates, which neither `str` nor `String` can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WideText<'de> {
    /// Text without lone surrogates.
    Utf8(Cow<'de, str>),
    /// Generalized UTF-8: each surrogate is three bytes, pairs are not joined.
    Wtf8(Cow<'de, [u8]>),
}

/// What an `INT` line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum IntLine {
    /// Exactly `00` or `01`.
    Bool(bool),
    /// Anything else.
    Int(Whole<'static>),
}

/// Reads the line of `INT`.
pub(crate) fn int_line(line: &[u8], digits: usize) -> Result<IntLine> {
    match line {
        b"00" => Ok(IntLine::Bool(false)),
        b"01" => Ok(IntLine::Bool(true)),
        b"00\r" | b"01\r" => Err(malformed(line, "a bool")),
        _ => long::from_text(line, Notation::Literal, digits).map(IntLine::Int),
    }
}

/// An error about a line; a line that ends in a carriage return went through a text conversion,
/// which damages all that is binary as well.
#[cold]
fn malformed(line: &[u8], expected: &'static str) -> Error {
    if line.ends_with(b"\r") {
        return Error::malformed(
            "a line that ends in \\r\\n",
            "\\n alone: the file was converted as if it were text; transfer it as binary",
        );
    }
    Error::malformed(show(line), expected)
}

/// Reads the line of `LONG`; the `L` at the end is optional.
pub(crate) fn long_line(line: &[u8], digits: usize) -> Result<Whole<'static>> {
    long::from_text(line.strip_suffix(b"L").unwrap_or(line), Notation::Literal, digits)
}

/// Reads the line of `GET` and `PUT`: a memo index.
pub(crate) fn index_line(line: &[u8]) -> Result<u64> {
    match long::from_text(line, Notation::Decimal, 4300)? {
        Whole::Small(number) => u64::try_from(number).ok(),
        Whole::Large(_) => None,
    }
    .ok_or_else(|| Error::malformed(show(line), "a memo index of zero or more"))
}

/// Reads the line of `FLOAT`, without the blanks and underscores that Python's `float` allows.
pub(crate) fn float_line(line: &[u8]) -> Result<f64> {
    std::str::from_utf8(line)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| malformed(line, "a float"))
}

/// Reads the line of `STRING`: quoted at both ends, with the escapes of Python 2.
pub(crate) fn string_line(line: &[u8]) -> Result<Cow<'_, [u8]>> {
    let inner = match line {
        [b'\'', inner @ .., b'\''] | [b'"', inner @ .., b'"'] => inner,
        _ => return Err(malformed(line, "a quoted string")),
    };
    unescape(inner)
}

/// Undoes the escapes of Python 2, which are those of `bytes` literals.
pub(crate) fn unescape(inner: &[u8]) -> Result<Cow<'_, [u8]>> {
    let Some(first) = memchr::memchr(b'\\', inner) else {
        return Ok(Cow::Borrowed(inner));
    };
    let mut out = Vec::with_capacity(inner.len());
    let (plain, mut rest) = inner.split_at(first);
    out.extend_from_slice(plain);
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        let Some((&letter, tail)) = rest.split_first() else {
            return Err(Error::malformed("a backslash before the closing quote", "an escape"));
        };
        rest = tail;
        match letter {
            b'\\' | b'\'' | b'"' => out.push(letter),
            b'b' => out.push(0x08),
            b'f' => out.push(0x0c),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(0x0b),
            b'a' => out.push(0x07),
            b'0'..=b'7' => {
                let mut value = letter - b'0';
                for _ in 0..2 {
                    let Some((&digit @ b'0'..=b'7', tail)) = rest.split_first() else { break };
                    // As in C, what is beyond a byte is cut off.
                    value = value.wrapping_mul(8).wrapping_add(digit - b'0');
                    rest = tail;
                }
                out.push(value);
            }
            b'x' => {
                let Some((digits, tail)) = rest.split_first_chunk::<2>() else {
                    return Err(Error::malformed("an incomplete \\x escape", "two hex digits"));
                };
                let value = hex(digits).and_then(|value| u8::try_from(value).ok());
                out.push(value.ok_or_else(|| {
                    Error::malformed("an incomplete \\x escape", "two hex digits")
                })?);
                rest = tail;
            }
            _ => out.extend_from_slice(&[b'\\', letter]),
        }
    }
    Ok(Cow::Owned(out))
}

/// Reads the line of `UNICODE` in the raw-unicode-escape encoding: `\u` and `\U` are escapes, all
/// other bytes are latin-1.
pub(crate) fn unicode_line(line: &[u8]) -> Result<WideText<'_>> {
    if line.is_ascii() && memchr::memchr(b'\\', line).is_none() {
        // ASCII is UTF-8, so this is never lossy.
        return Ok(WideText::Utf8(String::from_utf8_lossy(line)));
    }
    let mut out = Vec::with_capacity(line.len());
    let mut surrogates = false;
    let mut rest = line;
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte != b'\\' {
            push_scalar(&mut out, byte.into());
            continue;
        }
        let Some((&letter, tail)) = rest.split_first() else {
            out.push(b'\\');
            break;
        };
        rest = tail;
        let width = match letter {
            b'u' => 4,
            b'U' => 8,
            _ => {
                // Also for a second backslash, so what follows a pair of them is no escape.
                out.push(b'\\');
                push_scalar(&mut out, letter.into());
                continue;
            }
        };
        let (code, tail) = rest
            .split_at_checked(width)
            .and_then(|(digits, tail)| Some((hex(digits)?, tail)))
            .ok_or_else(|| Error::malformed("an incomplete \\u escape", "four or eight digits"))?;
        rest = tail;
        if code > 0x10_ffff {
            return Err(Error::malformed(format!("code point {code:x}"), "at most 10ffff"));
        }
        surrogates |= (0xd800..0xe000).contains(&code);
        push_scalar(&mut out, code);
    }
    if surrogates {
        return Ok(WideText::Wtf8(Cow::Owned(out)));
    }
    match String::from_utf8(out) {
        Ok(text) => Ok(WideText::Utf8(Cow::Owned(text))),
        Err(error) => Ok(WideText::Wtf8(Cow::Owned(error.into_bytes()))),
    }
}

/// Reads UTF-8 in which surrogates are passed through, as Python's `surrogatepass` does.
#[inline]
pub(crate) fn utf8(bytes: &[u8]) -> Result<WideText<'_>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(WideText::Utf8(Cow::Borrowed(text))),
        Err(_) => wtf8(bytes),
    }
}

#[cold]
fn wtf8(bytes: &[u8]) -> Result<WideText<'_>> {
    let mut rest = bytes;
    while let Err(error) = std::str::from_utf8(rest) {
        match rest.get(error.valid_up_to()..) {
            Some([0xed, 0xa0..=0xbf, 0x80..=0xbf, tail @ ..]) => rest = tail,
            _ => return Err(Error::malformed("bytes that are not UTF-8", "text")),
        }
    }
    Ok(WideText::Wtf8(Cow::Borrowed(bytes)))
}

/// Reads a module or name of `GLOBAL`, which is strict UTF-8.
pub(crate) fn name_line(line: &[u8]) -> Result<&str> {
    std::str::from_utf8(line).map_err(|_| Error::malformed(show(line), "a name in UTF-8"))
}

/// Reads a name of `INST` or the id of `PERSID`, which are ASCII.
pub(crate) fn ascii_line(line: &[u8]) -> Result<&str> {
    std::str::from_utf8(line)
        .ok()
        .filter(|text| text.is_ascii())
        .ok_or_else(|| Error::malformed(show(line), "text in ASCII"))
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0u32, |value, &digit| {
        let digit = char::from(digit).to_digit(16)?;
        value.checked_mul(16)?.checked_add(digit)
    })
}

/// Appends a code point, a surrogate too, in generalized UTF-8.
fn push_scalar(out: &mut Vec<u8>, code: u32) {
    match char::from_u32(code) {
        Some(char) => out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
        None => {
            let [_, _, high, low] = code.to_be_bytes();
            out.extend_from_slice(&[
                0xe0 | high >> 4,
                0x80 | (high & 0x0f) << 2 | low >> 6,
                0x80 | low & 0x3f,
            ]);
        }
    }
}

fn show(line: &[u8]) -> String {
    format!("{:?}", String::from_utf8_lossy(line.get(..40).unwrap_or(line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(line: &[u8]) -> WideText<'_> {
        unicode_line(line).unwrap()
    }

    #[test]
    fn raw_unicode_escape() {
        for (line, expected) in [
            (&b"abc"[..], "abc"),
            (b"\\u20ac", "\u{20ac}"),
            (b"\\U0001F600", "\u{1f600}"),
            (b"\\\\u0041", "\\\\u0041"),
            (b"\\x41\\", "\\x41\\"),
            (b"\xe9\\u005c", "\u{e9}\\"),
            (b"a\r", "a\r"),
        ] {
            assert_eq!(text(line), WideText::Utf8(Cow::Borrowed(expected)));
        }
        let pair = WideText::Wtf8(Cow::Borrowed(&b"\xed\xa0\xbd\xed\xb8\x80"[..]));
        assert_eq!(text(b"\\ud83d\\ude00"), pair);
        assert_eq!(utf8(b"\xed\xa0\xbd\xed\xb8\x80").unwrap(), pair);
        for line in [&b"\\u12"[..], b"\\U0001", b"\\U00110000", b"\\uzzzz", b"\\u"] {
            assert!(unicode_line(line).is_err());
        }
    }

    #[test]
    fn string_escapes() {
        for (line, expected) in [
            (&b"'it\"s'"[..], &b"it\"s"[..]),
            (b"\"\\\"\"", b"\""),
            (b"'\\x00\\n\\101\\0\\777\\18'", b"\0\n\x41\0\xff\x018"),
            (b"'\\q\\ '", b"\\q\\ "),
            (b"'a'b'", b"a'b"),
        ] {
            assert_eq!(string_line(line).unwrap(), expected);
        }
        for line in [&b"'"[..], b"", b"'a\"", b"'a' ", b"'\\'", b"'\\x4'", b"'\\xzz'"] {
            assert!(string_line(line).is_err());
        }
    }

    #[test]
    fn floats_have_neither_blanks_nor_underscores() {
        assert_eq!(float_line(b"-.5e1").unwrap(), -5.0);
        assert_eq!(float_line(b"-INF").unwrap(), f64::NEG_INFINITY);
        assert!(float_line(b"nan").unwrap().is_nan());
        for line in [&b""[..], b" 1", b"1_0.5", b"1e", b"infx", b"0x1p3", b"1.5\0"] {
            assert!(float_line(line).is_err());
        }
    }
}
