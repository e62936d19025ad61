//! How long lists become, so that most of them are allocated once.

/// The lengths of the last lists, by how deep they nest and how large their items are. Two kinds of
/// list may share a place, so this is a guess.
#[derive(Debug, Default)]
pub(super) struct Lengths([u16; Lengths::PLACES]);

impl Lengths {
    const PLACES: usize = 16;

    /// How many bytes are made room for by a guess: lists that nest in each other hold such room at
    /// the same time.
    const BYTES: usize = 4096;

    fn place<T>(levels: usize) -> usize {
        levels.wrapping_add(size_of::<T>() / 8) % Lengths::PLACES
    }

    /// How many items the next list will have; 0 for any number.
    #[inline]
    pub(super) fn expected<T>(&self, levels: usize) -> usize {
        self.0.get(Lengths::place::<T>(levels)).copied().unwrap_or_default().into()
    }

    /// Notes how long a list was. What is expected falls slowly, as room that is missing costs more
    /// than what is given back.
    #[inline]
    pub(super) fn learn<T>(&mut self, levels: usize, len: usize) {
        if let Some(known) = self.0.get_mut(Lengths::place::<T>(levels)) {
            let expected = len.max(len.midpoint((*known).into()));
            let is_short = expected.saturating_mul(size_of::<T>()) <= Lengths::BYTES;
            *known = u16::try_from(expected).ok().filter(|_| is_short).unwrap_or_default();
        }
    }
}
