//! A hash table of small numbers.

/// An open-addressing table from hashes to positions in someone else's vector.
///
/// The standard map owns its keys; here a key is wherever the position says, and only the caller
/// can compare it.
#[derive(Clone, Default)]
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
    /// The position with this hash for which `equal` holds. When there is none, `new` is added.
    #[inline]
    pub(crate) fn find_or_insert(
        &mut self,
        hash: u64,
        new: u32,
        mut equal: impl FnMut(u32) -> bool,
    ) -> Option<u32> {
        if (self.used + 1) * 4 > self.slots.len() * 3 {
            self.grow();
        }
        let tag = tag(hash);
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = tag as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.1 == FREE {
                *slot = (tag, new);
                self.used += 1;
                return None;
            }
            if slot.0 == tag && equal(slot.1) {
                return Some(slot.1);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// Adds a position that is not there yet.
    pub(crate) fn insert(&mut self, hash: u64, position: u32) {
        self.find_or_insert(hash, position, |_| false);
    }

    #[cold]
    fn grow(&mut self) {
        // Small tables are cheap to make large; large ones are expensive to fill again.
        let length = (self.slots.len() * 4).max(32);
        let old = std::mem::replace(&mut self.slots, vec![(0, FREE); length]);
        let mask = length - 1;
        for (tag, position) in old.into_iter().filter(|slot| slot.1 != FREE) {
            let mut at = tag as usize & mask;
            while let Some(slot) = self.slots.get_mut(at) {
                if slot.1 == FREE {
                    *slot = (tag, position);
                    break;
                }
                at = (at + 1) & mask;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_inserted_even_with_equal_hashes() {
        let mut table = Table::default();
        for position in 0..1000 {
            let hash = u64::from(position % 7);
            assert_eq!(table.find_or_insert(hash, position, |found| found == position), None);
        }
        for position in 0..1000 {
            let hash = u64::from(position % 7);
            let found = table.find_or_insert(hash, 9999, |found| found == position);
            assert_eq!(found, Some(position));
        }
    }
}
