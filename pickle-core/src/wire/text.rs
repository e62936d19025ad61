//! Text that is checked, and copied, out of a pickle.

use ascii::{AsciiStr, AsciiString};

/// Up to how many bytes it takes less to see that text is ASCII than that it is UTF-8.
const SHORT: usize = 64;

/// As [`std::str::from_utf8`], fast where text is ASCII, as most is.
#[inline]
pub(crate) fn checked(bytes: &[u8]) -> Option<&str> {
    if bytes.len() <= SHORT
        && let Ok(text) = AsciiStr::from_ascii(bytes)
    {
        return Some(text.as_str());
    }
    std::str::from_utf8(bytes).ok()
}

/// As [`String::from_utf8`], fast where text is ASCII, of the first `len` bytes; behind them are zeros.
#[inline(always)]
fn checked_string(bytes: Vec<u8>, len: usize) -> Option<String> {
    match AsciiString::from_ascii(bytes) {
        Ok(mut text) => {
            // A `String` would look at the byte there, and wait for what was just stored.
            text.truncate(len);
            Some(text.into())
        }
        Err(other) => {
            let mut text = String::from_utf8(other.into_source()).ok()?;
            text.truncate(len);
            Some(text)
        }
    }
}

/// How many bytes are looked at at once.
const WORD: usize = size_of::<u128>();

/// A copy of the text that is the first `len` bytes of the input's tail.
///
/// It is checked with zeros behind it, as whole words: how many bytes are left over would decide how
/// often a loop runs, which is hard to foresee. What is allocated begins at the bound of a word, from
/// where it takes less to see that all is ASCII, and ends at one, so it may be 15 bytes longer.
#[inline]
pub(crate) fn copy_of_text(tail: &[u8], len: usize) -> Option<String> {
    // Of one or two words it is known how many they are.
    if (1..=WORD).contains(&len)
        && let Some(words) = tail.first_chunk::<WORD>()
    {
        return copy_of_words(*words, len);
    }
    if (WORD + 1..=2 * WORD).contains(&len)
        && let Some(words) = tail.first_chunk::<{ 2 * WORD }>()
    {
        return copy_of_words(*words, len);
    }
    let words = len.next_multiple_of(WORD);
    let Some(padded) = tail.get(..words).filter(|_| len != 0) else {
        return checked_string(tail.get(..len)?.to_vec(), len);
    };
    let mut bytes = padded.to_vec();
    end_with_zeros(&mut bytes, len);
    checked_string(bytes, len)
}

#[inline(always)]
fn copy_of_words<const N: usize>(mut words: [u8; N], len: usize) -> Option<String> {
    end_with_zeros(&mut words, len);
    checked_string(words.to_vec(), len)
}

/// Puts zeros behind the first `len` bytes, of which the last one is in the last word.
#[inline(always)]
fn end_with_zeros(words: &mut [u8], len: usize) {
    let behind = 8 * (words.len() - len);
    if let Some(last) = words.last_chunk_mut() {
        *last = (u128::from_le_bytes(*last) << behind >> behind).to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::{checked, copy_of_text};

    /// As the standard library has it, also where a character is cut off or nothing follows.
    #[test]
    fn texts_of_all_lengths_are_checked_and_copied() {
        for text in ["a", "aé", "é€", "😀a", "\0é"].map(|text| text.repeat(50)) {
            let bytes = text.as_bytes();
            for len in 0..=70 {
                for behind in [0, 1, 15, 20] {
                    let Some(tail) = bytes.get(..len + behind) else { continue };
                    let expected = std::str::from_utf8(&tail[..len]).ok();
                    assert_eq!(checked(&tail[..len]), expected, "{text:?} {len}");
                    let expected = expected.map(str::to_owned);
                    assert_eq!(copy_of_text(tail, len), expected, "{text:?} {len} {behind}");
                }
                assert_eq!(copy_of_text(&bytes[..len.min(50)], len.max(51)), None);
            }
        }
    }
}
