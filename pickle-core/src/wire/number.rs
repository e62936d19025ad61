//! Numbers as instructions of the binary protocols: some bytes, and how many of them count.
//!
//! How long a number is cannot be foreseen, so which instruction it takes is computed and not
//! decided by branches.

use crate::opcode::op;
use crate::wire::integer::Integer;

/// An `int` of 32 bits with a sign: `BININT1`, `BININT2` or `BININT` (`save_long` of `pickle.py`).
#[inline(always)]
pub(crate) fn short_int(value: i32) -> ([u8; 8], usize) {
    let bits = value.cast_unsigned();
    let (over8, over16) = (u8::from(bits > 0xff), u8::from(bits > 0xffff));
    let opcode =
        op::BININT1 + over8 * (op::BININT2 - op::BININT1) - over16 * (op::BININT2 - op::BININT);
    // What is behind the number does not count, so nothing has to be cut off.
    let word = u64::from(opcode) | i64::from(value).cast_unsigned() << 8;
    (word.to_le_bytes(), 2 + usize::from(over8) + 2 * usize::from(over16))
}

/// Reads an `int` that was written as by [`short_int`], and tells how long the instruction is; none for a
/// type of which few numbers have another length than most.
///
/// As in writing, no branch depends on the length: with a sign, it comes in an order that nothing foresees.
#[inline(always)]
pub(crate) fn read_short_int<I: Integer>([opcode, payload @ ..]: [u8; 9]) -> Option<(i64, usize)> {
    if !I::IS_SIGNED || I::BITS > 16 {
        return None;
    }
    let is_byte = opcode == op::BININT1;
    let is_pair = opcode == op::BININT2;
    let word = i64::from_le_bytes(payload);
    let number = word << 32 >> 32;
    let (number, len) = if is_pair { (number & 0xffff, 3) } else { (number, 5) };
    let (number, len) = if is_byte { (number & 0xff, 2) } else { (number, len) };
    (is_byte | is_pair | (opcode == op::BININT)).then_some((number, len))
}

/// Reads an `int` of more than 16 bits that was written as by [`unsigned_int`], and tells how long the
/// instruction is; none for a type that is not of 32 bits without a sign.
#[inline(always)]
pub(crate) fn read_unsigned_int<I: Integer>(
    [opcode, payload @ ..]: [u8; 9],
) -> Option<(i64, usize)> {
    if I::IS_SIGNED || I::BITS != 32 {
        return None;
    }
    let is_long = opcode == op::LONG1;
    let word = u64::from_le_bytes(payload);
    // Of `BININT` the sign, and of `LONG1` the length and what is above 32 bits.
    let (number, other, len) = match is_long {
        true => (word >> 8, (word ^ 5) & 0xff00_0000_00ff, 7),
        false => (word, word & 0x8000_0000, 5),
    };
    let is_whole = (is_long | (opcode == op::BININT)) & (other == 0);
    is_whole.then_some(((number & 0xffff_ffff).cast_signed(), len))
}

/// An `int` of 32 bits without a sign: as [`short_int`], or `LONG1`.
#[inline(always)]
pub(crate) fn unsigned_int(value: u32) -> ([u8; 8], usize) {
    const HEADS: u64 =
        u64::from_le_bytes([op::BININT1, 0, op::BININT2, 0, op::BININT, 0, op::LONG1, 5]);
    const LENGTHS: usize = 0x07_05_03_02;
    let (over8, over16, over31) = (value > 0xff, value > 0xffff, value > 0x7fff_ffff);
    let form = u32::from(over8) + u32::from(over16) + u32::from(over31);
    let head = HEADS >> (16 * form) & 0xffff;
    let word = head | u64::from(value) << (8 + 8 * u32::from(over31));
    (word.to_le_bytes(), LENGTHS >> (8 * form) & 0x7)
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

/// Writes an `int`, and tells how many bytes it takes; 0 for one that is no `i64`.
#[inline(always)]
pub(crate) fn int<I: Integer>(value: I, room: &mut [u8; 10]) -> usize {
    let Some(long) = value.to_i64() else { return 0 };
    match (i32::try_from(long), u32::try_from(long)) {
        // Half of all such numbers are above the largest `i32`, so a branch would be a guess.
        (_, Ok(value)) if I::BITS == 32 && I::from_i64(-1).is_none() => {
            put(room, unsigned_int(value))
        }
        (Ok(value), _) => put(room, short_int(value)),
        _ => put(room, long_int(long)),
    }
}

/// A `bool`.
#[inline(always)]
pub(crate) fn bool(value: bool) -> [u8; 1] {
    [if value { op::NEWTRUE } else { op::NEWFALSE }]
}

/// How many numbers [`ints`] takes.
pub(crate) const RUN: usize = 8;

/// The most bytes that it writes.
pub(crate) const RUN_BYTES: usize = RUN * 10;

/// Writes numbers side by side, and tells how many bytes they take.
#[inline(always)]
pub(crate) fn ints(values: &[i64; RUN], room: &mut [u8; RUN_BYTES]) -> usize {
    match run(values, room) {
        0 => mixed(values, room),
        len => len,
    }
}

/// Writes numbers of different lengths. Of those that have 32 bits nothing is decided by branches.
#[inline(always)]
fn mixed(values: &[i64; RUN], room: &mut [u8; RUN_BYTES]) -> usize {
    let signed = |value: i64| i32::try_from(value);
    let unsigned = |value: i64| u32::try_from(value);
    if values.iter().fold(true, |all, value| all & signed(*value).is_ok()) {
        return row(values, room, |value, room| put(room, short_int(signed(value).unwrap_or(0))));
    }
    if values.iter().fold(true, |all, value| all & unsigned(*value).is_ok()) {
        return row(values, room, |value, room| {
            put(room, unsigned_int(unsigned(value).unwrap_or(0)))
        });
    }
    row(values, room, |value, room| match (unsigned(value), signed(value)) {
        (Ok(value), _) => put(room, unsigned_int(value)),
        (_, Ok(value)) => put(room, short_int(value)),
        _ => put(room, long_int(value)),
    })
}

#[inline(always)]
fn row(
    values: &[i64; RUN],
    room: &mut [u8; RUN_BYTES],
    write: impl Fn(i64, &mut [u8; 10]) -> usize,
) -> usize {
    let mut at = 0;
    for value in *values {
        let Some(room) = room.get_mut(at..).and_then(<[u8]>::first_chunk_mut) else { break };
        at += write(value, room);
    }
    at
}

#[inline(always)]
fn put<const N: usize>(room: &mut [u8; 10], (bytes, len): ([u8; N], usize)) -> usize {
    if let Some(room) = room.first_chunk_mut() {
        *room = bytes;
    }
    len
}

/// Writes numbers that all take the same instruction, and tells the length; 0 for others.
///
/// Nothing has to be computed or decided for each of them then.
#[inline(always)]
fn run(values: &[i64; RUN], room: &mut [u8; RUN_BYTES]) -> usize {
    let any = values.iter().fold(0, |any, value| any | value.cast_unsigned());
    if any <= 0xff {
        return each(values, room, |[b0, ..]| [op::BININT1, b0]);
    }
    if any <= 0xffff {
        let is_uniform = values.iter().fold(true, |all, value| all & (*value > 0xff));
        return if is_uniform {
            each(values, room, |[b0, b1, ..]| [op::BININT2, b0, b1])
        } else {
            0
        };
    }
    // Without the sign, so that a number has as many bits as its instruction counts.
    let magnitude = |value: &i64| (value ^ (value >> 63)).cast_unsigned();
    if values.iter().fold(0, |any, value| any | magnitude(value)) <= 0x7fff_ffff {
        let is_uniform =
            values.iter().fold(true, |all, value| all & (value.cast_unsigned() > 0xffff));
        let int = |[b0, b1, b2, b3, ..]: [u8; 8]| [op::BININT, b0, b1, b2, b3];
        return if is_uniform { each(values, room, int) } else { 0 };
    }
    let is_uniform = values.iter().fold(true, |all, value| all & (magnitude(value) >> 55 != 0));
    let long =
        |[b0, b1, b2, b3, b4, b5, b6, b7]: [u8; 8]| [op::LONG1, 8, b0, b1, b2, b3, b4, b5, b6, b7];
    if is_uniform { each(values, room, long) } else { 0 }
}

#[inline(always)]
fn each<const N: usize>(
    values: &[i64; RUN],
    room: &mut [u8; RUN_BYTES],
    spell: impl Fn([u8; 8]) -> [u8; N],
) -> usize {
    let (places, _) = room.as_chunks_mut::<N>();
    for (place, value) in places.iter_mut().zip(values) {
        *place = spell(value.to_le_bytes());
    }
    RUN * N
}

/// A `float`.
#[inline(always)]
pub(crate) fn float(value: f64) -> [u8; 9] {
    let [b0, b1, b2, b3, b4, b5, b6, b7] = value.to_be_bytes();
    [op::BINFLOAT, b0, b1, b2, b3, b4, b5, b6, b7]
}

#[cfg(test)]
mod tests {
    use super::{
        RUN_BYTES, ints, long_int, read_short_int, read_unsigned_int, run, short_int, unsigned_int,
    };

    /// One number that differs is enough for it to be no run.
    #[test]
    fn runs_are_what_their_numbers_are_one_by_one() {
        let edges = [
            0,
            1,
            0xff,
            0x100,
            0xffff,
            0x1_0000,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
            (1 << 47) - 1,
            1 << 47,
            (1 << 55) - 1,
            1 << 55,
            i64::MAX,
            -1,
            -0x8000_0000,
            -0x8000_0001,
            -(1 << 55),
            -(1 << 55) - 1,
            i64::MIN,
        ];
        let spell = |value: i64| {
            let (long, len) = long_int(value);
            i32::try_from(value)
                .map(short_int)
                .map_or_else(|_| long[..len].to_vec(), |(short, len)| short[..len].to_vec())
        };
        for common in edges {
            for other in edges {
                let values = [common, common, common, other, common, common, common, common];
                let mut room = [0; RUN_BYTES];
                let len = run(&values, &mut room);
                let expected: Vec<u8> = values.into_iter().flat_map(spell).collect();
                assert!(len == 0 || room[..len] == expected, "{common} {other}");
                let len = ints(&values, &mut room);
                assert_eq!(room[..len], expected, "{common} {other}");
                let is_long = i32::try_from(common).is_err() && spell(common).len() < 10;
                assert!(len > 0 || common != other || is_long, "{common}");
            }
        }
    }

    /// Expected bytes: `pickle.dumps(value, 2)[2:-1]` in CPython 3.13.
    #[test]
    fn ints_are_as_short_as_those_of_cpython() {
        for (value, bytes) in [
            (0i64, &b"K\0"[..]),
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
            let signed = i32::try_from(value).ok().map(short_int);
            let unsigned = u32::try_from(value).ok().map(unsigned_int);
            assert!(signed.is_some() || unsigned.is_some());
            assert!(signed.is_none_or(|(word, len)| word[..len] == *bytes), "{value}");
            assert!(unsigned.is_none_or(|(word, len)| word[..len] == *bytes), "{value}");
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

    /// Instructions of `pickle.dumps`, CPython 3.13, with others behind them.
    #[test]
    fn short_integers_are_taken_with_their_length() {
        let bytes = |instruction: &[u8]| *[instruction, &[0xaa; 9]].concat().first_chunk().unwrap();
        for (instruction, number) in [
            (&b"K\0"[..], 0),
            (b"K\xff", 255),
            (b"M\0\x01", 256),
            (b"M\xff\xff", 65535),
            (b"J\0\0\x01\0", 65536),
            (b"J\xff\xff\xff\xff", -1),
            (b"J\0\0\0\x80", -2_147_483_648),
        ] {
            let expected = Some((number, instruction.len()));
            assert_eq!(read_short_int::<i16>(bytes(instruction)), expected);
            assert_eq!(read_short_int::<i8>(bytes(instruction)), expected);
            assert_eq!(read_short_int::<u8>(bytes(instruction)), None);
            assert_eq!(read_short_int::<i32>(bytes(instruction)), None);
        }
        for (instruction, number) in [
            (&b"J\0\0\x01\0"[..], 0x1_0000),
            (b"J\xff\xff\xff\x7f", 0x7fff_ffff),
            (b"\x8a\x05\0\0\0\x80\0", 0x8000_0000),
            (b"\x8a\x05\xff\xff\xff\xff\0", 0xffff_ffff),
        ] {
            let expected = Some((number, instruction.len()));
            assert_eq!(read_unsigned_int::<u32>(bytes(instruction)), expected);
            assert_eq!(read_unsigned_int::<i32>(bytes(instruction)), None);
            assert_eq!(read_unsigned_int::<u64>(bytes(instruction)), None);
        }
        for other in [
            &b"K\0"[..],
            b"M\0\x01",
            b"J\xff\xff\xff\xff",
            b"J\0\0\0\x80",
            b"\x8a\x01\x01",
            b"\x8a\x05\0\0\0\0\x01",
            b"\x8a\x05\0\0\0\0\xff",
            b"\x8a\x04\0\0\0\x80",
            b"\x8a\x06\0\0\0\0\0\x01",
        ] {
            assert_eq!(read_unsigned_int::<u32>(bytes(other)), None);
        }
        for other in [&b"\x8a\x01\x01"[..], b"N", b"\x88", b"I1\n", b"G\0\0\0\0\0\0\0\0"] {
            assert_eq!(read_short_int::<i16>(bytes(other)), None);
        }
    }
}
