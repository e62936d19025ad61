//! The entries of a memo in about a byte each.

use crate::graph::node::NodeId;
use crate::graph::room::Room;

/// Numbers of which most are a little above the one before. The first ones are whole, as names and
/// classes are among them, to which most references go; of the others the difference to the one
/// before is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    first: Vec<u64>,
    /// A difference and a tag, or that the number is the next of the `whole` ones.
    codes: Vec<u8>,
    /// The first number of each block of codes, and those that are far from the one before.
    whole: Vec<u64>,
    /// Where the numbers of each block begin among the whole ones.
    starts: Vec<u32>,
    /// The last number without its tag.
    last: u64,
}

/// How many numbers are whole.
const FIRST: usize = 2048;

/// How many codes make a block.
const BLOCK: usize = 2 * HALF;

/// How many of them are looked at at once.
const HALF: usize = 16;

/// For how many whole numbers there is room at first: enough to tell how many will follow.
const ROOM: usize = 256;

/// How many tags there are: the last bits of a number, which are no part of its difference to others.
pub(crate) const TAGS: usize = 4;

pub(crate) const TAG: u64 = TAGS as u64 - 1;

/// How much less than the one before a number may be.
const BEHIND: u64 = 8 * (TAG + 1);

/// The code of a number that is whole.
const WHOLE: u8 = u8::MAX;

/// Half of the codes of a block, which are worked on all at once.
#[derive(Clone, Copy)]
struct Codes(u128);

/// What the codes up to a place say.
struct Found {
    /// How many numbers are whole.
    whole: usize,
    /// How many codes are behind the last of them.
    behind: usize,
    /// The sum of their differences.
    sum: usize,
}

impl Codes {
    /// This byte for each code.
    const fn every(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; HALF])
    }

    /// Looks at the first codes, at least one.
    fn find(self, count: usize) -> Found {
        let codes = self.0 << (8 * (HALF - count));
        let ends_in_ones = (codes & Self::every(0x7f)) + Self::every(1);
        let whole = ends_in_ones & codes & Self::every(0x80);
        let behind = whole.leading_zeros() / u8::BITS;
        let others = u128::MAX.checked_shr(behind * u8::BITS).unwrap_or_default();
        // Without the tags.
        let differences = codes & !others & Self::every(!0b11);
        Found {
            whole: total(whole >> 7),
            behind: count.min(behind as usize),
            sum: total(differences),
        }
    }
}

/// The sum of all bytes.
#[expect(clippy::cast_possible_truncation, reason = "the other half is added")]
fn total(bytes: u128) -> usize {
    const EVEN: u128 = u128::MAX / 0x101;
    // Sixteen bits for the sum of two bytes, of four, and of all.
    let sums = (bytes & EVEN) + (bytes >> 8 & EVEN);
    let sums = (sums >> 64) as u64 + sums as u64;
    (sums.wrapping_mul(0x0001_0001_0001_0001) >> 48) as usize
}

impl Found {
    /// What these codes say and those behind them.
    fn and(self, more: Found) -> Found {
        let whole = self.whole + more.whole;
        match more.whole {
            0 => Found { whole, behind: self.behind + more.behind, sum: self.sum + more.sum },
            _ => Found { whole, ..more },
        }
    }
}

impl Packed {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.first.len() + self.codes.len()
    }

    /// Adds a number; `input` is what may come of it, to estimate how many more there will be.
    #[inline(always)]
    pub(crate) fn push(&mut self, number: u64, input: usize) {
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        let has_room = self.codes.len() < self.codes.capacity();
        if has_room && ahead < u64::from(WHOLE) && !self.codes.len().is_multiple_of(BLOCK) {
            #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
            self.codes.push(ahead as u8);
            self.last = number & !TAG;
        } else {
            self.push_slowly(number, input);
        }
    }

    /// Adds two numbers of which the second is a little more than the first.
    #[inline(always)]
    pub(crate) fn push_pair(&mut self, number: u64, more: u8, input: usize) {
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        let place = self.codes.len() % BLOCK;
        let after = (number & TAG) + u64::from(more) + BEHIND;
        let has_room = self.codes.len() + 2 <= self.codes.capacity();
        if has_room && ahead.max(after) < u64::from(WHOLE) && place != 0 && place != BLOCK - 1 {
            #[expect(clippy::cast_possible_truncation, reason = "they were compared")]
            self.codes.extend_from_slice(&[ahead as u8, after as u8]);
            self.last = (number + u64::from(more)) & !TAG;
        } else {
            self.push(number, input);
            self.push(number + u64::from(more), input);
        }
    }

    /// Adds a number of which only the tag counts.
    #[inline]
    pub(crate) fn push_near(&mut self, tag: u64, input: usize) {
        self.push(self.last + tag, input);
    }

    #[inline(never)]
    fn push_slowly(&mut self, number: u64, input: usize) {
        if self.first.len() < FIRST {
            return self.first.push(number);
        }
        let place = self.codes.len();
        if place == self.codes.capacity() {
            self.grow(number, input);
        }
        if self.whole.len() == self.whole.capacity() {
            self.grow_whole(place);
        }
        let begins = place.is_multiple_of(BLOCK);
        if begins {
            self.starts.push(u32::try_from(self.whole.len()).unwrap_or(u32::MAX));
        }
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        match u8::try_from(ahead) {
            Ok(code) if code != WHOLE && !begins => self.codes.push(code),
            _ => {
                self.codes.push(WHOLE);
                self.whole.push(number);
            }
        }
        self.last = number & !TAG;
    }

    /// Makes room for as many numbers as the rest of the pickle has if it is like what was read: to
    /// double would take half as much again while they are copied. An estimate that is wrong is made
    /// good in steps.
    #[cold]
    fn grow(&mut self, number: u64, input: usize) {
        let len = self.len();
        let offset = usize::try_from(number / (TAG + 1)).unwrap_or(usize::MAX);
        let alike = len.saturating_mul(input) / offset.max(1);
        let more = alike.saturating_sub(len).saturating_add(len / 64);
        let more = more.clamp(len / 8, 15 * len);
        self.codes.reserve_exact(more);
        self.starts.reserve_exact(more / BLOCK + 1);
    }

    /// Makes room for as many whole numbers as the codes that have room will need if they are like
    /// those before.
    #[cold]
    fn grow_whole(&mut self, place: usize) {
        let len = self.whole.len();
        let more = len.saturating_mul(self.codes.capacity() - place) / place.max(1);
        self.whole.reserve_exact(more + len / 16 + ROOM);
    }

    /// Reserves room for what is still to come.
    pub(crate) fn reserve(&mut self, room: Room) {
        let more = room.expected(self.len()).saturating_sub(self.len());
        // Without the room it takes longer, and no less.
        let _ = self.codes.try_reserve_exact(more);
        let _ = self.starts.try_reserve_exact(more / BLOCK + 1);
    }

    /// A number, if it is one of the first.
    #[inline]
    pub(crate) fn first(&self, index: usize) -> Option<u64> {
        self.first.get(index).copied()
    }

    /// Puts another number in the place of one of the first; `false` for all others.
    pub(crate) fn replace(&mut self, index: usize, number: u64) -> bool {
        self.first.get_mut(index).map(|known| *known = number).is_some()
    }

    /// All numbers in their order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> {
        let (mut whole, mut last) = (self.whole.iter(), 0u64);
        let rest = self.codes.iter().map(move |&code| {
            let number = match code {
                WHOLE => whole.next().copied().unwrap_or_default(),
                code => last.wrapping_add(u64::from(code)).wrapping_sub(BEHIND),
            };
            last = number & !TAG;
            number
        });
        self.first.iter().copied().chain(rest)
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<u64> {
        match self.first.get(index) {
            Some(number) => Some(*number),
            None => self.unpack(index.checked_sub(FIRST)?),
        }
    }

    #[inline]
    fn unpack(&self, place: usize) -> Option<u64> {
        let Found { whole, behind, sum } = self.find(place)?;
        let number = *self.whole.get(whole.checked_sub(1)?)?;
        if behind == 0 {
            return Some(number);
        }
        let tag = u64::from(*self.codes.get(place)?) & TAG;
        Some(((number & !TAG) + sum as u64 + tag).wrapping_sub(BEHIND * behind as u64))
    }

    /// How many numbers are whole up to the place, and what is behind the last of them.
    #[inline]
    fn find(&self, place: usize) -> Option<Found> {
        let (block, count) = (place / BLOCK, place % BLOCK + 1);
        let half = |half: usize| {
            let codes = self.codes.get(block * BLOCK + half * HALF..).unwrap_or_default();
            let codes = match codes.first_chunk() {
                Some(codes) => *codes,
                None => std::array::from_fn(|at| codes.get(at).copied().unwrap_or_default()),
            };
            Codes(u128::from_le_bytes(codes))
        };
        let found = half(0).find(count.min(HALF));
        let found = if count <= HALF { found } else { found.and(half(1).find(count - HALF)) };
        Some(Found { whole: *self.starts.get(block)? as usize + found.whole, ..found })
    }

    /// Forgets the numbers from an index on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.first.truncate(len);
        let places = len.saturating_sub(FIRST);
        let last = places.checked_sub(1);
        let whole = last.and_then(|place| self.find(place)).map_or(0, |found| found.whole);
        self.last = last.and_then(|place| self.unpack(place)).unwrap_or_default() & !TAG;
        self.whole.truncate(whole);
        self.starts.truncate(places.div_ceil(BLOCK));
        self.codes.truncate(places);
    }
}

impl NodeId {
    /// The id as an entry; it has no tag.
    #[inline]
    pub(crate) fn pack(self) -> u64 {
        u64::from(self.0) * TAGS as u64
    }

    /// The id of such an entry; nothing for that of no node.
    #[inline]
    pub(crate) fn unpack(packed: u64) -> Option<NodeId> {
        NodeId(u32::try_from(packed / TAGS as u64).ok()?).some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_packed_is_unpacked() {
        let mut state = 1u64;
        let mut number = 0u64;
        let numbers: Vec<u64> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            number = match state >> 60 {
                0 => number.saturating_sub((state >> 32) % 512),
                1 => number + (state >> 32) % 4096,
                _ => number + (state >> 32) % 128,
            };
            number
        })
        .take(10_000)
        .collect();
        let mut packed = Packed::default();
        for pair in numbers.chunks(2) {
            match u8::try_from(pair[1].wrapping_sub(pair[0])) {
                Ok(more) => packed.push_pair(pair[0], more, 100_000),
                Err(_) => pair.iter().for_each(|number| packed.push(*number, 100_000)),
            }
        }
        for len in [10_000, 9_999, 5_000, 2_049, 2_048, 2_047, 1] {
            packed.truncate(len);
            assert_eq!(packed.len(), len);
            let found: Vec<u64> = (0..=len).filter_map(|index| packed.get(index)).collect();
            assert_eq!(found, numbers[..len]);
            assert!(packed.iter().eq(found));
            packed.push(numbers[len - 1], 100_000);
            assert_eq!(packed.get(len), Some(numbers[len - 1]));
        }
    }
}
