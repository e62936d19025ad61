//! Integers of any size, from text and from two's complement.

use std::borrow::Cow;

use num_bigint::{BigInt, BigUint, Sign};

use crate::error::{Error, Result};
use crate::wire::integer::{minimal, short};

/// An integer in the smaller of two forms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Whole<'de> {
    /// It fits.
    Small(i64),
    /// It does not: minimal two's complement, little endian, of more than eight bytes.
    Large(Cow<'de, [u8]>),
}

/// Reads two's complement, little endian, minimal or not; nothing at all is zero.
pub(crate) fn from_bytes(bytes: &[u8]) -> Whole<'_> {
    let bytes = minimal(bytes);
    match short(bytes) {
        Some(number) => Whole::Small(number),
        None if bytes.is_empty() => Whole::Small(0),
        None => Whole::Large(Cow::Borrowed(bytes)),
    }
}

/// Which notation an integer in text form may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notation {
    /// As `int(text, 0)`: a prefix such as `0x` selects the base, and a decimal number has no
    /// leading zeros.
    Literal,
    /// As `int(text)`: decimal, leading zeros allowed.
    Decimal,
}

/// Reads an integer in text form as Python's `int` does: blanks around it, a sign, and single
/// underscores between digits are fine.
pub(crate) fn from_text(text: &[u8], notation: Notation, digits: usize) -> Result<Whole<'static>> {
    let bad = || {
        let shown = String::from_utf8_lossy(text.get(..40).unwrap_or(text)).into_owned();
        Error::malformed(format!("{shown:?}"), "an integer")
    };
    let mut rest = trim(text);
    let negative = match rest.split_first() {
        Some((sign @ (b'-' | b'+'), tail)) => {
            rest = tail;
            *sign == b'-'
        }
        _ => false,
    };
    let radix = match rest {
        [b'0', letter, ..] if notation == Notation::Literal => match letter {
            b'x' | b'X' => 16,
            b'o' | b'O' => 8,
            b'b' | b'B' => 2,
            _ => 10,
        },
        _ => 10,
    };
    if radix != 10 {
        rest = rest.get(2..).unwrap_or_default();
        // One underscore may stand between the prefix and the digits.
        rest = rest.strip_prefix(b"_").unwrap_or(rest);
    }
    let count = count_digits(rest, radix).ok_or_else(bad)?;
    let octal_look = notation == Notation::Literal && radix == 10 && rest.first() == Some(&b'0');
    if octal_look && rest.iter().any(|byte| !matches!(byte, b'0' | b'_')) {
        return Err(bad());
    }
    // A base that is a power of two is read in linear time and needs no limit.
    if radix == 10 && count > digits {
        return Err(Error::limit("decimal digits in an integer", count, digits, "digits"));
    }
    if count <= 15 {
        let magnitude = rest.iter().filter(|&&byte| byte != b'_').fold(0, |number, &byte| {
            number * i64::from(radix) + char::from(byte).to_digit(radix).map_or(0, i64::from)
        });
        return Ok(Whole::Small(if negative { -magnitude } else { magnitude }));
    }
    let magnitude = BigUint::parse_bytes(rest, radix).ok_or_else(bad)?;
    let sign = if negative { Sign::Minus } else { Sign::Plus };
    let bytes = BigInt::from_biguint(sign, magnitude).to_signed_bytes_le();
    Ok(match from_bytes(&bytes) {
        Whole::Small(number) => Whole::Small(number),
        Whole::Large(minimal) => Whole::Large(Cow::Owned(minimal.into_owned())),
    })
}

/// Counts the digits, or finds that there are none, that one is foreign to the radix, or that an
/// underscore is not between two digits.
fn count_digits(text: &[u8], radix: u32) -> Option<usize> {
    let mut count = 0;
    let mut underscore = true;
    for &byte in text {
        if byte == b'_' {
            if underscore {
                return None;
            }
            underscore = true;
        } else {
            char::from(byte).to_digit(radix)?;
            underscore = false;
            count += 1;
        }
    }
    (!underscore).then_some(count)
}

fn trim(mut text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | 0x0b | 0x0c | b'\r');
    while let Some((_, tail)) = text.split_first().filter(|(byte, _)| blank(byte)) {
        text = tail;
    }
    while let Some((_, head)) = text.split_last().filter(|(byte, _)| blank(byte)) {
        text = head;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn large(bytes: &[u8]) -> Whole<'_> {
        Whole::Large(Cow::Borrowed(bytes))
    }

    #[test]
    fn twos_complement_is_minimal() {
        assert_eq!(from_bytes(b""), Whole::Small(0));
        assert_eq!(from_bytes(b"\xff\0"), Whole::Small(255));
        assert_eq!(from_bytes(b"\x80"), Whole::Small(-128));
        assert_eq!(from_bytes(b"\0\xff\xff\xff"), Whole::Small(-256));
        assert_eq!(from_bytes(b"\0\0\0\0\0\0\0\x80"), Whole::Small(i64::MIN));
        let beyond = b"\0\0\0\0\0\0\0\x80\0";
        assert_eq!(from_bytes(beyond), large(beyond));
        assert_eq!(from_bytes(b"\0\0\0\0\0\0\0\x80\0\0\0"), large(beyond));
    }

    #[test]
    fn text_is_read_as_python_does() {
        let read = |text: &str| from_text(text.as_bytes(), Notation::Literal, 4300).ok();
        for (text, number) in [
            ("0", 0),
            ("00_0", 0),
            ("-12", -12),
            (" +1_000\t", 1000),
            ("0x_1F", 31),
            ("-0b101", -5),
            ("0o17", 15),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(read(text), Some(Whole::Small(number)), "{text}");
        }
        assert_eq!(read("9223372036854775808"), Some(large(b"\0\0\0\0\0\0\0\x80\0")));
        for text in ["", "-", "010", "1__0", "_1", "1_", "0x", "0x_", "--1", "1 1", "0b2", "1.0"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(from_text(b"010", Notation::Decimal, 9).ok(), Some(Whole::Small(10)));
        assert!(from_text(b"0x1", Notation::Decimal, 9).is_err());
        assert!(from_text(b"1234567890", Notation::Decimal, 9).is_err());
    }
}
