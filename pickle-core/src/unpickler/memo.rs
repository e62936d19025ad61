//! What `PUT` stores and `GET` finds.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::graph::packed::Packed;
use crate::graph::{NodeId, Room};

/// Entries in the order in which picklers write them, packed, and a map of all others, so that a far
/// index costs no more than a near one.
#[derive(Default)]
pub(crate) struct Memo {
    /// One entry after the other; [`NodeId::NONE`] for what was skipped.
    row: Packed,
    /// Those far beyond the row, and those that replace one in it.
    others: HashMap<u64, NodeId, RandomState>,
    /// How many entries there are, once that is not the length of the row.
    count: Option<u64>,
}

/// How far beyond twice the entries the row may reach.
const SLACK: u64 = 256;

impl Memo {
    /// The entry with that index, if it is one of the first: most references go to names and
    /// classes, which are among those.
    #[inline]
    pub(super) fn near(&self, index: u64) -> Option<NodeId> {
        let first = usize::try_from(index).ok().and_then(|index| self.row.first(index));
        first.and_then(NodeId::unpack)
    }

    /// The entry with that index.
    #[inline(never)]
    pub(super) fn get(&self, index: u64) -> Option<NodeId> {
        if let Some(&id) = self.others.get(&index) {
            return Some(id);
        }
        usize::try_from(index).ok().and_then(|index| self.row.get(index)).and_then(NodeId::unpack)
    }

    /// Stores an entry; an old one with that index is replaced.
    #[inline]
    pub(crate) fn put(&mut self, index: u64, id: NodeId) {
        if self.count.is_none() && index == self.row.len() as u64 {
            self.row.push(id.pack(), 0);
        } else {
            self.put_elsewhere(index, id);
        }
    }

    /// Stores an entry under the number of entries so far, which may replace one.
    #[inline]
    pub(crate) fn memoize(&mut self, id: NodeId) {
        match self.count {
            None => self.row.push(id.pack(), 0),
            Some(count) => self.put_elsewhere(count, id),
        }
    }

    /// Reserves room for what is still to come.
    pub(super) fn reserve(&mut self, room: Room) {
        self.row.reserve(room);
    }

    /// What it holds, in no particular order: the row as it is, and others.
    pub(crate) fn into_parts(self) -> (Packed, Vec<NodeId>) {
        if self.others.is_empty() {
            return (self.row, Vec::new());
        }
        let row = (0..).zip(self.row.iter());
        let row = row.filter(|(index, _)| !self.others.contains_key(index));
        let row = row.filter_map(|(_, packed)| NodeId::unpack(packed));
        (Packed::default(), row.chain(self.others.values().copied()).collect())
    }

    #[inline(never)]
    fn put_elsewhere(&mut self, index: u64, id: NodeId) {
        let is_new = self.get(index).is_none();
        let count = self.count.unwrap_or(self.row.len() as u64);
        let is_near = index <= 2 * count + SLACK;
        self.count = Some(count + u64::from(is_new));
        let skipped = index.checked_sub(self.row.len() as u64);
        if let Some(skipped) = skipped.filter(|_| is_new && is_near) {
            (0..skipped).for_each(|_| self.row.push(NodeId::NONE.pack(), 0));
            self.row.push(id.pack(), 0);
        } else if usize::try_from(index).is_ok_and(|index| self.row.replace(index, id.pack())) {
            self.others.remove(&index);
        } else {
            self.others.insert(index, id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_near_and_replaced() {
        let mut memo = Memo::default();
        memo.put(u64::MAX, NodeId(1));
        memo.put(700, NodeId(2));
        memo.put(5, NodeId(3));
        assert_eq!(memo.count, Some(3));
        memo.memoize(NodeId(4));
        assert_eq!(memo.get(3), Some(NodeId(4)));
        for index in 6..2000 {
            memo.put(index, NodeId(9));
        }
        assert_eq!(memo.count, Some(1 + 1 + 1 + 1994));
        assert_eq!(memo.get(700), Some(NodeId(9)));
        assert_eq!(memo.get(u64::MAX), Some(NodeId(1)));
        assert_eq!(memo.get(4), None);
        assert_eq!(memo.get(u64::MAX - 1), None);
        assert!(memo.row.len() <= 2000);
        for index in 700..4000 {
            memo.put(index, NodeId(8));
        }
        assert_eq!(memo.get(3999), Some(NodeId(8)));
        memo.put(3999, NodeId(7));
        assert_eq!((memo.get(699), memo.get(3999)), (Some(NodeId(9)), Some(NodeId(7))));
        assert_eq!(memo.into_parts().1.len(), 3997);
    }
}
