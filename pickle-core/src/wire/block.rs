//! Where opcodes are written before they go to the buffer.

/// How much is gathered before it is copied to the buffer: a few cache lines, which the processor
/// has on their way to the memory while it goes on with the next values.
const PORTION: usize = 448;

/// How much has room: what begins in the portion may end behind it.
const SIZE: usize = 1024;

/// How far a store may go beyond what it is about.
const SLACK: usize = 32;

/// The last place where a store of up to [`SLACK`] bytes may begin.
const LAST: usize = SIZE - SLACK;

/// A block of bytes that is written from its beginning on.
///
/// Its size is fixed, so a store of a few bytes is checked by one comparison with a constant, and
/// where it begins can be kept in a register: two things that a growing vector cannot have.
pub(crate) struct Block([u8; SIZE + SLACK]);

impl Block {
    /// The longest text that [`copy`](Block::copy) takes.
    pub(crate) const TEXT: usize = 255;

    /// How much room is made for an item of a list: such a text, with what goes before it and a few
    /// numbers behind it.
    pub(crate) const ITEM: usize = Block::TEXT + 48;

    /// How much may be written at once.
    pub(crate) const PIECE: usize = 256;

    pub(crate) const fn new() -> Block {
        Block([0; SIZE + SLACK])
    }

    /// Whether [`SLACK`] bytes have room.
    #[inline(always)]
    pub(crate) fn has_room(at: usize) -> bool {
        at <= LAST
    }

    /// Whether `len` bytes have room, and a store behind them, before the next portion is due.
    #[inline(always)]
    pub(crate) fn has_room_for(at: usize, len: usize) -> bool {
        at <= PORTION.min(LAST - len)
    }

    /// Whether an [`ITEM`](Block::ITEM) has room.
    #[inline(always)]
    pub(crate) fn has_room_for_text(at: usize) -> bool {
        at <= LAST - Block::ITEM
    }

    /// What was written.
    #[inline]
    pub(crate) fn filled(&self, at: usize) -> &[u8] {
        self.0.get(..at).unwrap_or_default()
    }

    /// The room that is left.
    #[inline(always)]
    pub(crate) fn rest(&mut self, at: usize) -> &mut [u8] {
        self.0.get_mut(at..SIZE).unwrap_or_default()
    }

    /// The next bytes; there must be room.
    #[inline(always)]
    fn room(&mut self, at: usize) -> Option<&mut [u8; SLACK]> {
        // The remainder is what the place is anyway, but the compiler does not know.
        self.0.get_mut(at % SIZE..)?.first_chunk_mut()
    }

    /// Writes these bytes; there must be room.
    #[inline(always)]
    pub(crate) fn store<const N: usize>(&mut self, at: usize, bytes: [u8; N]) {
        const { assert!(N <= SLACK) }
        if let Some(room) = self.room(at).and_then(|room| room.first_chunk_mut()) {
            *room = bytes;
        }
    }

    /// Writes the first `skip` bytes of a head, up to two, and these bytes behind them; there must
    /// be room.
    #[inline(always)]
    pub(crate) fn store_behind<const N: usize>(
        &mut self,
        at: usize,
        head: [u8; 2],
        skip: usize,
        bytes: [u8; N],
    ) {
        self.write_behind(at, head, skip, |room| {
            *room = bytes;
            N
        });
    }

    /// Writes the first `skip` bytes of a head, up to two, and what is written behind them; there must
    /// be room. Tells how many bytes that is in all.
    #[inline(always)]
    pub(crate) fn write_behind<const N: usize>(
        &mut self,
        at: usize,
        head: [u8; 2],
        skip: usize,
        write: impl FnOnce(&mut [u8; N]) -> usize,
    ) -> usize {
        const { assert!(2 + N <= SLACK) }
        let Some(room) = self.room(at) else { return 0 };
        if let Some(room) = room.first_chunk_mut() {
            *room = head;
        }
        let room = room.get_mut(skip & 2..).and_then(<[u8]>::first_chunk_mut);
        skip + room.map_or(0, write)
    }

    /// The next `len` bytes; there must be room.
    #[inline(always)]
    pub(crate) fn place(&mut self, at: usize, len: usize) -> Option<&mut [u8]> {
        self.0.get_mut(at..)?.get_mut(..len)
    }

    /// The next [`PIECE`](Block::PIECE) bytes; there must be room.
    #[inline(always)]
    pub(crate) fn piece(&mut self, at: usize) -> Option<&mut [u8; Block::PIECE]> {
        self.0.get_mut(at..)?.first_chunk_mut()
    }

    /// Copies a text of up to [`TEXT`](Block::TEXT) bytes, and tells whether it is no longer; there must
    /// be room.
    ///
    /// Moves of fixed sizes that overlap take less than the call of a function.
    #[inline(always)]
    pub(crate) fn copy(&mut self, at: usize, text: &[u8]) -> bool {
        self.piece(at).is_some_and(|room| copy(room, text, |byte| byte))
    }

    /// As [`copy`](Block::copy), for texts of which some are very short and others are not: less than
    /// 16 bytes are copied in one way, however many they are.
    #[inline(always)]
    pub(crate) fn copy_one_of_many(&mut self, at: usize, text: &[u8]) -> bool {
        let Some(room) = self.piece(at) else { return false };
        let len = text.len();
        let Some((first, middle, last)) = ends(text).filter(|_| len < 16) else {
            return copy(room, text, |byte| byte);
        };
        // Up to three bytes are a word, in which some may be twice.
        let word = u32::from(*first)
            | u32::from(*middle) << (len / 2 * 8 % 32)
            | u32::from(*last) << ((len - 1) * 8 % 32);
        let few = word.to_le_bytes();
        four_moves::<4, u8>(room, if len < 4 { &few } else { text }, |byte| byte);
        true
    }
}

/// The first of some items, that in the middle, and the last.
#[inline(always)]
fn ends<T>(items: &[T]) -> Option<(&T, &T, &T)> {
    Some((items.first()?, items.get(items.len() / 2)?, items.last()?))
}

/// Copies up to [`TEXT`](Block::TEXT) items that are a byte each, spelled so, and tells whether they are no
/// more.
///
/// Up to 64 take moves of fixed sizes that overlap, four whatever their number: it is hard to foresee,
/// and less than the call of a function.
#[inline(always)]
pub(crate) fn copy<T: Copy>(
    room: &mut [u8; Block::PIECE],
    items: &[T],
    spell: impl Fn(T) -> u8 + Copy,
) -> bool {
    // What most texts are comes first, so that one comparison is enough for it.
    match items.len() {
        4..16 => four_moves::<4, T>(room, items, spell),
        16..=64 => four_moves::<16, T>(room, items, spell),
        65..=Block::TEXT => {
            for (room, item) in room.iter_mut().zip(items) {
                *room = spell(*item);
            }
        }
        len @ 0..4 => {
            if let Some((first, middle, last)) = ends(items) {
                for (at, item) in [(0, *first), (len / 2, *middle), (len - 1, *last)] {
                    if let Some(room) = room.get_mut(at) {
                        *room = spell(item);
                    }
                }
            }
        }
        _ => return false,
    }
    true
}

#[inline(always)]
fn four_moves<const N: usize, T: Copy>(
    room: &mut [u8; Block::PIECE],
    items: &[T],
    spell: impl Fn(T) -> u8 + Copy,
) {
    let last = items.len().saturating_sub(N);
    for from in [0, last.min(N), last.min(2 * N), last] {
        let room = room.get_mut(from..).and_then(<[u8]>::first_chunk_mut::<N>);
        let items = items.get(from..).and_then(<[T]>::first_chunk::<N>);
        if let (Some(room), Some(items)) = (room, items) {
            *room = items.map(spell);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn texts_of_all_lengths_are_copied() {
        let text: Vec<u8> = (1..=255).collect();
        for len in 0..=Block::TEXT {
            for copy in [Block::copy, Block::copy_one_of_many] {
                let mut block = Block::new();
                copy(&mut block, 3, &text[..len]);
                assert_eq!(block.filled(3 + len)[3..], text[..len], "{len}");
            }
        }
    }
}
