//! The entries of a memo in about a byte each.

use crate::graph::node::NodeId;
use crate::graph::room::Room;

/// Numbers of which most are a little above the one before. The first ones are whole, as names and
/// classes are among them, to which most references go; of the others the difference to the one
/// before is kept.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    first: Vec<u64>,
    /// For each number of all blocks but the last a difference and a tag, or that the number is the
    /// next of the `whole` ones.
    codes: Vec<u8>,
    /// The codes of the last block, which is not in a vector so that its length is a constant.
    open: [u8; BLOCK],
    /// How many numbers are not among the first.
    places: usize,
    /// The first number of each block of codes, and those that are far from the one before.
    whole: Vec<u64>,
    /// Where the numbers of each block begin among the whole ones.
    starts: Vec<u32>,
    /// The last number without its tag.
    last: u64,
}

/// How many numbers are whole.
const FIRST: usize = 1024;

/// How many codes make a block.
const BLOCK: usize = 2 * HALF;

/// How many of them are looked at at once.
const HALF: usize = 16;

/// For how many numbers there is room at first: enough to tell how many will follow.
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
        self.first.len() + self.places
    }

    /// Makes room for so many numbers at first, if they are few.
    pub(crate) fn with_room(numbers: usize) -> Packed {
        Packed { first: Vec::with_capacity(numbers.min(ROOM)), ..Packed::default() }
    }

    /// The codes that the last block still lacks; all where there is none that lacks some.
    #[inline(always)]
    fn lacking(&mut self) -> &mut [u8] {
        self.open.get_mut(self.places % BLOCK..).unwrap_or_default()
    }

    /// Whether the next number begins a block, or is one of the first.
    #[inline(always)]
    fn begins(&self) -> bool {
        self.places.is_multiple_of(BLOCK)
    }

    /// Adds a number; `input` is what may come of it, to estimate how many more there will be.
    #[inline(always)]
    pub(crate) fn push(&mut self, number: u64, input: usize) {
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        if ahead < u64::from(WHOLE)
            && !self.begins()
            && let [code, ..] = self.lacking()
        {
            #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
            (*code = ahead as u8);
            self.places += 1;
            self.last = number & !TAG;
        } else {
            self.push_slowly(number, input);
        }
    }

    /// Adds two numbers, of which the second is said by its code; see [`Packed::code`].
    #[inline(always)]
    pub(crate) fn push_pair(&mut self, number: u64, second: u8, input: usize) {
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        let after = (number & !TAG) + u64::from(second) - BEHIND;
        if ahead < u64::from(WHOLE)
            && !self.begins()
            && let [first, code, ..] = self.lacking()
        {
            #[expect(clippy::cast_possible_truncation, reason = "it was compared")]
            (*first = ahead as u8);
            *code = second;
            self.places += 2;
            self.last = after & !TAG;
        } else {
            self.push_slowly(number, input);
            self.push_slowly(after, input);
        }
    }

    /// The code of a number that is so much more than the one before without its tag, if it has one.
    pub(crate) fn code(more: u64) -> Option<u8> {
        u8::try_from(more.checked_add(BEHIND)?).ok().filter(|code| *code != WHOLE)
    }

    /// Adds a number of which only the tag counts.
    #[inline]
    pub(crate) fn push_near(&mut self, tag: u64, input: usize) {
        self.push(self.last + tag, input);
    }

    #[cold]
    #[inline(never)]
    fn push_slowly(&mut self, number: u64, input: usize) {
        if self.first.len() < FIRST {
            self.first.push(number);
        } else {
            self.push_code(number, input);
        }
    }

    #[inline(never)]
    fn push_code(&mut self, number: u64, input: usize) {
        let begins = self.begins();
        if begins {
            self.begin_block(number, input);
        }
        let ahead = number.wrapping_sub(self.last).wrapping_add(BEHIND);
        let code = match u8::try_from(ahead) {
            Ok(code) if !begins => code,
            _ => WHOLE,
        };
        if code == WHOLE {
            if self.whole.len() == self.whole.capacity() {
                self.grow_whole();
            }
            self.whole.push(number);
        }
        if let [next, ..] = self.lacking() {
            *next = code;
            self.places += 1;
        }
        self.last = number & !TAG;
    }

    fn begin_block(&mut self, number: u64, input: usize) {
        if !self.starts.is_empty() {
            if self.codes.len() + BLOCK > self.codes.capacity() {
                self.grow(number, input);
            }
            self.codes.extend_from_slice(&self.open);
        }
        self.starts.push(u32::try_from(self.whole.len()).unwrap_or(u32::MAX));
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
        let more = more.clamp(len / 8, 15 * len).next_multiple_of(BLOCK);
        self.codes.reserve_exact(more);
        self.starts.reserve_exact(more / BLOCK + 1);
    }

    /// Makes room for as many whole numbers as the codes that have room will need if they are like
    /// those before.
    #[cold]
    fn grow_whole(&mut self) {
        let (len, places) = (self.whole.len(), self.places);
        let more = len.saturating_mul(self.codes.capacity().saturating_sub(places));
        let more = more / places.max(1);
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
        let codes = self.codes.iter().chain(&self.open).take(self.places);
        let rest = codes.map(move |&code| {
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
        let tag = u64::from(*self.block(place / BLOCK).get(place % BLOCK)?) & TAG;
        Some(((number & !TAG) + sum as u64 + tag).wrapping_sub(BEHIND * behind as u64))
    }

    /// The codes of a block that was begun.
    #[inline]
    fn block(&self, block: usize) -> &[u8; BLOCK] {
        let closed = self.codes.get(block * BLOCK..).and_then(|codes| codes.first_chunk());
        closed.unwrap_or(&self.open)
    }

    /// How many numbers are whole up to the place, and what is behind the last of them.
    #[inline]
    fn find(&self, place: usize) -> Option<Found> {
        if place >= self.places {
            return None;
        }
        let (block, count) = (place / BLOCK, place % BLOCK + 1);
        let codes = self.block(block);
        let first = Codes(u128::from_le_bytes(*codes.first_chunk()?));
        let last = Codes(u128::from_le_bytes(*codes.last_chunk()?));
        let found = first.find(count.min(HALF));
        let found = if count <= HALF { found } else { found.and(last.find(count - HALF)) };
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
        let blocks = places.div_ceil(BLOCK);
        if let Some(last) = blocks.checked_sub(1) {
            self.open = *self.block(last);
        }
        self.codes.truncate(blocks.saturating_sub(1) * BLOCK);
        self.starts.truncate(blocks);
        self.places = places;
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
        #[expect(clippy::cast_possible_truncation, reason = "it was packed from one of 32 bits")]
        NodeId((packed / TAGS as u64) as u32).some()
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
            let more = pair[1].checked_sub(pair[0] & !TAG);
            match more.and_then(Packed::code) {
                Some(code) => packed.push_pair(pair[0], code, 100_000),
                None => pair.iter().for_each(|number| packed.push(*number, 100_000)),
            }
        }
        for len in [10_000, 9_999, 5_000, FIRST + 1, FIRST, FIRST - 1, 1] {
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
