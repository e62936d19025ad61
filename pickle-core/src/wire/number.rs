//! Numbers as instructions of the binary protocols: some bytes, and how many of them count.
//!
//! How long a number is cannot be foreseen, so which instruction it takes is computed and not
//! decided by branches.

use crate::opcode::op;

/// An `int` of 32 bits, signed or not: `BININT1`, `BININT2`, `BININT` or `LONG1` (`save_long` of
/// `pickle.py`).
#[inline(always)]
pub(crate) fn short_int(value: i64) -> ([u8; 8], usize) {
    const HEADS: u64 =
        u64::from_le_bytes([op::BININT1, 0, op::BININT2, 0, op::BININT, 0, op::LONG1, 5]);
    const LENGTHS: usize = 0x07_05_03_02;
    let bits = value.cast_unsigned();
    let (over8, over16, over31) = (bits > 0xff, bits > 0xffff, value > 0x7fff_ffff);
    let form = u32::from(over8) + u32::from(over16) + u32::from(over31);
    let head = HEADS >> (16 * form) & 0xffff;
    let word = head | bits << (8 + 8 * u32::from(over31));
    (word.to_le_bytes(), LENGTHS >> (8 * form) & 0xf)
}

/// Any other `int`: `LONG1` with the minimal two's complement form, which is its bits and a sign
/// bit.
#[inline(always)]
pub(crate) fn long_int(value: i64) -> ([u8; 10], usize) {
    let bits = 65 - (value ^ (value >> 63) | 1).leading_zeros();
    let len = bits.div_ceil(8);
    let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_le_bytes();
    #[expect(clippy::cast_possible_truncation, reason = "at most 8")]
    let bytes = [op::LONG1, len as u8, b0, b1, b2, b3, b4, b5, b6, b7];
    (bytes, 2 + len as usize)
}

/// A `float`.
#[inline(always)]
pub(crate) fn float(value: f64) -> [u8; 9] {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_be_bytes();
    [op::BINFLOAT, b0, b1, b2, b3, b4, b5, b6, b7]
}

#[cfg(test)]
mod tests {
    use super::{long_int, short_int};

    /// Expected bytes: `pickle.dumps(value, 2)[2:-1]` in CPython 3.13.
    #[test]
    fn ints_are_as_short_as_those_of_cpython() {
        for (value, bytes) in [
            (0, &b"K\0"[..]),
            (255, b"K\xff"),
            (256, b"M\0\x01"),
            (65535, b"M\xff\xff"),
            (65536, b"J\0\0\x01\0"),
            (-1, b"J\xff\xff\xff\xff"),
            (2_147_483_647, b"J\xff\xff\xff\x7f"),
            (-2_147_483_648, b"J\0\0\0\x80"),
            (2_147_483_648, b"\x8a\x05\0\0\0\x80\0"),
            (4_294_967_295, b"\x8a\x05\xff\xff\xff\xff\0"),
        ] {
            let (word, len) = short_int(value);
            assert_eq!(word.get(..len), Some(bytes), "{value}");
        }
        for (value, bytes) in [
            (-2_147_483_649, &b"\x8a\x05\xff\xff\xff\x7f\xff"[..]),
            (0x7f_ffff_ffff, b"\x8a\x05\xff\xff\xff\xff\x7f"),
            (0x80_0000_0000, b"\x8a\x06\0\0\0\0\x80\0"),
            (i64::MAX, b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f"),
            (i64::MIN, b"\x8a\x08\0\0\0\0\0\0\0\x80"),
        ] {
            let (word, len) = long_int(value);
            assert_eq!(word.get(..len), Some(bytes), "{value}");
        }
    }
}
