//! Integers of any size, as two's complement.

/// The smallest two's complement form of a number, little endian; empty for zero.
///
/// As `encode_long` of `pickle.py`.
pub(crate) fn minimal(bytes: &[u8]) -> &[u8] {
    let mut rest = bytes;
    while let [head @ .., last] = rest {
        let sign = head.last().map_or(0, |below| below >> 7);
        let redundant = if *last == 0 { sign == 0 } else { *last == 0xff && sign == 1 };
        if !redundant {
            break;
        }
        rest = head;
    }
    rest
}

/// Widens a two's complement number to `N` bytes; `None` if it does not fit.
pub(crate) fn widen<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    let bytes = minimal(bytes);
    let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
    let mut wide = [if negative { 0xff } else { 0 }; N];
    wide.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(wide)
}

/// The number, if it has one to eight bytes.
#[inline]
pub(crate) fn short(bytes: &[u8]) -> Option<i64> {
    if let Ok(bytes) = bytes.try_into() {
        return Some(i64::from_le_bytes(bytes));
    }
    let sign = if bytes.last()? & 0x80 == 0 { 0 } else { -1 };
    let digits = bytes.iter().rev();
    (bytes.len() < 8).then(|| digits.fold(sign, |number, byte| number << 8 | i64::from(*byte)))
}

/// The number that is the first `len` bytes of these, if they are one to eight and there are as many as
/// eight: how many count decides nothing then, as it is hard to foresee.
#[inline]
pub(crate) fn in_word(bytes: &[u8], len: usize) -> Option<i64> {
    let word = i64::from_le_bytes(*bytes.first_chunk()?);
    let behind = (1..=8).contains(&len).then(|| 64 - 8 * len)?;
    Some(word << behind >> behind)
}

/// A Rust integer type.
pub trait Integer: Copy + crate::private::Sealed {
    /// Its name, for messages.
    const NAME: &'static str;

    /// Its size.
    const BITS: u32;

    /// Whether it has a sign.
    const IS_SIGNED: bool;

    /// The number, if it fits.
    fn from_i64(value: i64) -> Option<Self>;

    /// The number in two's complement, little endian, if it fits.
    fn from_long(bytes: &[u8]) -> Option<Self>;

    /// The number, if an `i64` holds it.
    fn to_i64(self) -> Option<i64>;

    /// The number in two's complement, little endian, in 17 bytes.
    fn to_long(self) -> [u8; 17];
}

macro_rules! integers {
    ($($int:ident)*) => {$(
        impl crate::private::Sealed for $int {}

        impl Integer for $int {
            const NAME: &'static str = stringify!($int);
            const BITS: u32 = <$int>::BITS;
            const IS_SIGNED: bool = <$int>::MIN != 0;

            #[inline]
            fn from_i64(value: i64) -> Option<$int> {
                $int::try_from(value).ok()
            }

            fn from_long(bytes: &[u8]) -> Option<$int> {
                if let Some(value) = short(bytes) {
                    return $int::try_from(value).ok();
                }
                match widen::<16>(bytes) {
                    Some(wide) => $int::try_from(i128::from_le_bytes(wide)).ok(),
                    None => {
                        let [wide @ .., 0] = widen::<17>(bytes)? else { return None };
                        $int::try_from(u128::from_le_bytes(wide)).ok()
                    }
                }
            }

            #[inline]
            fn to_i64(self) -> Option<i64> {
                i64::try_from(self).ok()
            }

            fn to_long(self) -> [u8; 17] {
                let (low, sign) = match i128::try_from(self) {
                    Ok(signed) => (signed.to_le_bytes(), if signed < 0 { 0xff } else { 0 }),
                    Err(_) => (u128::try_from(self).unwrap_or_default().to_le_bytes(), 0),
                };
                let mut wide = [sign; 17];
                for (to, from) in wide.iter_mut().zip(low) {
                    *to = from;
                }
                wide
            }
        }
    )*};
}

integers!(i8 i16 i32 i64 i128 isize u8 u16 u32 u64 u128 usize);

#[cfg(test)]
mod tests {
    use super::*;

    /// Values and bytes of `pickle.encode_long`, CPython 3.13.
    #[test]
    fn minimal_form_is_that_of_cpython() {
        for (value, bytes) in [
            (0i128, &b""[..]),
            (1, b"\x01"),
            (127, b"\x7f"),
            (128, b"\x80\0"),
            (255, b"\xff\0"),
            (256, b"\0\x01"),
            (-1, b"\xff"),
            (-128, b"\x80"),
            (-129, b"\x7f\xff"),
            (-256, b"\0\xff"),
            (32767, b"\xff\x7f"),
            (-32768, b"\0\x80"),
        ] {
            assert_eq!(minimal(&value.to_le_bytes()), bytes, "{value}");
            assert_eq!(minimal(&value.to_long()), bytes, "{value}");
            assert_eq!(i128::from_long(bytes), Some(value));
            assert_eq!(i64::from_long(bytes).map(i128::from), Some(value));
            let word = in_word(&[bytes, &[0x5a; 8]].concat(), bytes.len());
            assert_eq!(word.map(i128::from), Some(value).filter(|_| !bytes.is_empty()));
            assert_eq!(in_word(&[bytes, &[0; 5]].concat(), bytes.len()), None);
        }
    }

    #[test]
    fn the_largest_integers_fit_and_the_next_do_not() {
        assert_eq!(u128::from_long(&u128::MAX.to_long()), Some(u128::MAX));
        assert_eq!(i128::from_long(&i128::MIN.to_long()), Some(i128::MIN));
        assert_eq!(i128::from_long(&u128::MAX.to_long()), None);
        assert_eq!(u128::from_long(&(-1i8).to_long()), None);
        assert_eq!(u128::from_long(&[0xff; 17]), None);
        assert_eq!(u8::from_long(&256u16.to_long()), None);
    }
}
