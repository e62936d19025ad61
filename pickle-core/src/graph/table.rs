//! A hash table of small numbers.

/// An open-addressing table from hashes to positions in someone else's vector.
///
/// The standard map owns its keys; here a key is wherever the position says, and only the caller
/// can compare it.
#[derive(Default)]
pub(crate) struct Table {
    /// A part of the hash, and the position or `FREE`. The length is a power of two.
    slots: Vec<(u32, u32)>,
    used: usize,
}

const FREE: u32 = u32::MAX;

/// The half of the hash that is kept, so that growing needs no keys.
#[allow(clippy::cast_possible_truncation, reason = "the other half is not needed")]
fn tag(hash: u64) -> u32 {
    (hash ^ (hash >> 32)) as u32
}

impl Table {
    /// The position with this hash for which `equal` holds.
    pub(crate) fn find(&self, hash: u64, mut equal: impl FnMut(u32) -> bool) -> Option<u32> {
        let tag = tag(hash);
        let mask = self.slots.len().checked_sub(1)?;
        let mut at = tag as usize & mask;
        loop {
            let &(found, position) = self.slots.get(at)?;
            if position == FREE {
                return None;
            }
            if found == tag && equal(position) {
                return Some(position);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds a position that is not there yet.
    pub(crate) fn insert(&mut self, hash: u64, position: u32) {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            let old = std::mem::take(&mut self.slots);
            self.slots = vec![(0, FREE); (old.len() * 2).max(32)];
            for (tag, position) in old {
                if position != FREE {
                    self.place(tag, position);
                }
            }
        }
        self.place(tag(hash), position);
        self.used += 1;
    }

    fn place(&mut self, tag: u32, position: u32) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = tag as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.1 == FREE {
                *slot = (tag, position);
                return;
            }
            at = (at + 1) & mask;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_inserted_even_with_equal_hashes() {
        let mut table = Table::default();
        assert_eq!(table.find(1, |_| true), None);
        for position in 0..1000 {
            table.insert(u64::from(position % 7), position);
        }
        for position in 0..1000 {
            let found = table.find(u64::from(position % 7), |found| found == position);
            assert_eq!(found, Some(position));
        }
        assert_eq!(table.find(8, |_| true), None);
    }
}
