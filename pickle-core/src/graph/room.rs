//! How large a graph will be.

/// The first part of a pickle tells how much room the rest takes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// How many bytes were read.
    pub(crate) done: usize,
    /// How many there are.
    pub(crate) length: usize,
    /// How many values wait on the stack to get into a container.
    pub(crate) waiting: usize,
}

/// The part of an estimate that is added to it.
const MARGIN: usize = 32;

impl Room {
    /// Makes room for as many entries as there will be if the rest has as many for each byte.
    pub(crate) fn reserve<T>(self, entries: &mut Vec<T>) {
        self.reserve_for(entries, entries.len(), 0);
    }

    /// How many there will be of what there are so many of now.
    pub(crate) fn expected(self, count: usize) -> usize {
        let expected = count as u128 * self.length as u128 / self.done.max(1) as u128;
        usize::try_from(expected).unwrap_or(usize::MAX)
    }

    /// As [`reserve`](Room::reserve), with another number of those that there are now, and so many
    /// beside them.
    pub(crate) fn reserve_for<T>(self, entries: &mut Vec<T>, count: usize, others: usize) {
        let expected = self.expected(count).saturating_add(others);
        if expected <= entries.capacity() {
            // A little more than enough is no reason to move everything.
            return;
        }
        let expected = expected.saturating_add(expected / MARGIN);
        // Without the room it takes longer, and no less.
        let _ = entries.try_reserve_exact(expected.saturating_sub(entries.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn estimates_are_close_and_shrink_nothing() {
        let check = |count: usize, done, length, least: usize| {
            let mut entries = vec![0_u8; count];
            Room { done, length, waiting: 0 }.reserve(&mut entries);
            assert!(entries.capacity() >= least, "{count} {done} {length}");
            assert!(entries.capacity() <= least + least / MARGIN + 8, "{count} {done} {length}");
        };
        check(1000, 10, 100, 10_000);
        check(1000, 100, 100, 1000);
        check(1000, 200, 100, 1000);
        check(0, 10, 100, 0);
        check(5, 0, 100, 500);
        let mut entries = vec![0_u64; 10];
        Room { done: 1, length: usize::MAX, waiting: 0 }.reserve(&mut entries);
        assert_eq!(entries.len(), 10);
    }
}
