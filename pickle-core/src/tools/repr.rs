//! Python's `repr` of the values that operands can have.

use std::fmt::Write as _;

use num_bigint::BigInt;

use crate::limits::Limits;
use crate::tools::printable::is_printable;

/// As Python does, integers of more decimal digits than this are not shown: the time would be
/// quadratic. It is the default that Python's `sys.set_int_max_str_digits` changes.
pub(super) const DIGITS: usize = Limits::DEFAULT.digits;

/// Appends the `repr` of a `str` given in generalized UTF-8, in which a surrogate is three bytes.
pub(super) fn str(out: &mut String, text: &[u8]) {
    let quote = quote(text);
    out.push(quote);
    let mut rest = text;
    loop {
        let (valid, after) = match std::str::from_utf8(rest) {
            Ok(valid) => (valid, &[][..]),
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                (std::str::from_utf8(valid).unwrap_or_default(), after)
            }
        };
        for char in valid.chars() {
            push_char(out, char, quote);
        }
        // What is not UTF-8 is a surrogate; the low twelve bits follow from the last two bytes.
        let [_, middle, last, tail @ ..] = after else { break };
        let low = u32::from(middle & 0x3f) << 6 | u32::from(last & 0x3f);
        push_escape(out, 0xd000 | low);
        rest = tail;
    }
    out.push(quote);
}

fn push_char(out: &mut String, char: char, quote: char) {
    match char {
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        _ if char == quote || char == '\\' => out.extend(['\\', char]),
        _ if is_printable(char) => out.push(char),
        _ => push_escape(out, char.into()),
    }
}

fn push_escape(out: &mut String, code: u32) {
    // Writing to a `String` never fails.
    let _ = match code {
        ..0x100 => write!(out, "\\x{code:02x}"),
        0x100..0x10000 => write!(out, "\\u{code:04x}"),
        _ => write!(out, "\\U{code:08x}"),
    };
}

/// Single quotes, unless they would need escapes that double quotes do not.
fn quote(text: &[u8]) -> char {
    if text.contains(&b'\'') && !text.contains(&b'"') { '"' } else { '\'' }
}

/// Appends the `repr` of a `bytes`.
pub(super) fn bytes(out: &mut String, bytes: &[u8]) {
    let quote = quote(bytes);
    push_bytes(out, bytes, quote, quote);
}

/// Appends the `repr` of a `bytearray`.
pub(super) fn bytearray(out: &mut String, bytes: &[u8]) {
    out.push_str("bytearray(");
    // Unlike `bytes`, it escapes single quotes between double quotes, too.
    push_bytes(out, bytes, quote(bytes), '\'');
    out.push(')');
}

fn push_bytes(out: &mut String, bytes: &[u8], quote: char, escaped: char) {
    out.extend(['b', quote]);
    for &byte in bytes {
        match byte {
            0x20..0x7f => push_char(out, byte.into(), escaped),
            b'\t' | b'\n' | b'\r' => push_char(out, byte.into(), escaped),
            _ => push_escape(out, byte.into()),
        }
    }
    out.push(quote);
}

/// The decimal digits of a two's complement integer, little endian; `None` if it has too many.
pub(super) fn long(bytes: &[u8]) -> Option<String> {
    // A byte is at least 2.4 digits: this saves the work on those that are far too long.
    if bytes.len() > DIGITS / 2 {
        return None;
    }
    let text = BigInt::from_signed_bytes_le(bytes).to_string();
    (text.trim_start_matches('-').len() <= DIGITS).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check<T>(repr: impl Fn(&mut String, T), value: T, expected: &str) {
        let mut out = String::new();
        repr(&mut out, value);
        assert_eq!(out, expected);
    }

    /// As CPython 3.13 prints them.
    #[test]
    fn texts() {
        check(str, b"it's", "\"it's\"");
        check(str, b"\"it's\"", "'\"it\\'s\"'");
        check(str, b"a\\b\t\n\r\0\x7f", "'a\\\\b\\t\\n\\r\\x00\\x7f'");
        check(
            str,
            "\u{e9}\u{a0}\u{ad}\u{20ac}\u{200b}\u{1f600}\u{e0001}".as_bytes(),
            "'\u{e9}\\xa0\\xad\u{20ac}\\u200b\u{1f600}\\U000e0001'",
        );
        check(str, b"a\xed\xa0\xbd\xed\xb8\x80b\xed\xbf\xbf", "'a\\ud83d\\ude00b\\udfff'");
        check(bytes, b"it's \xff\t\x0b", "b\"it's \\xff\\t\\x0b\"");
        check(bytearray, b"it's", "bytearray(b\"it\\'s\")");
        check(bytearray, b"it's\"\0", "bytearray(b'it\\'s\"\\x00')");
    }

    #[test]
    fn long_integers() {
        assert_eq!(long(&[0, 0, 0, 0, 0, 0, 0, 0x80, 0]).as_deref(), Some("9223372036854775808"));
        assert_eq!(long(&[0x7f; 1785]).map(|digits| digits.len()), Some(4299));
        assert_eq!(long(&[0x7f; 1786]), None);
    }
}
