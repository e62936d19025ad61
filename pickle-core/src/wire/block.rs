//! Where opcodes are written before they go to the buffer.

/// How much is gathered before it is copied to the buffer.
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

    pub(crate) const fn new() -> Block {
        Block([0; SIZE + SLACK])
    }

    /// Whether [`SLACK`] bytes have room.
    #[inline(always)]
    pub(crate) fn has_room(at: usize) -> bool {
        at <= LAST
    }

    /// Whether a text of [`TEXT`](Block::TEXT) bytes has room, and what goes before it.
    #[inline(always)]
    pub(crate) fn has_room_for_text(at: usize) -> bool {
        at <= LAST - Block::TEXT
    }

    /// What was written.
    #[inline]
    pub(crate) fn filled(&self, at: usize) -> &[u8] {
        self.0.get(..at).unwrap_or_default()
    }

    /// The room that is left.
    #[inline]
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
        const { assert!(2 + N <= SLACK) }
        let Some(room) = self.room(at) else { return };
        if let Some(room) = room.first_chunk_mut() {
            *room = head;
        }
        if let Some(room) = room.get_mut(skip & 2..).and_then(<[u8]>::first_chunk_mut) {
            *room = bytes;
        }
    }

    /// Copies a text of up to [`TEXT`](Block::TEXT) bytes; there must be room.
    ///
    /// Moves of fixed sizes that overlap take less than the call of a function.
    #[inline(always)]
    pub(crate) fn copy(&mut self, at: usize, text: &[u8]) {
        let end = at + text.len();
        if let Some(tail) = text.last_chunk::<16>() {
            let (chunks, _) = text.as_chunks::<16>();
            for (index, chunk) in chunks.iter().enumerate() {
                self.store(at + 16 * index, *chunk);
            }
            self.store(end - 16, *tail);
        } else if let (Some(head), Some(tail)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
            self.store(at, *head);
            self.store(end - 8, *tail);
        } else if let (Some(head), Some(tail)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
            self.store(at, *head);
            self.store(end - 4, *tail);
        } else {
            match *text {
                [a] => self.store(at, [a]),
                [a, b] => self.store(at, [a, b]),
                [a, b, c] => self.store(at, [a, b, c]),
                _ => {}
            }
        }
    }
}
