//! What `PUT` stores and `GET` finds.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::graph::{NodeId, Room};

/// A sparse vector: dense near the number of entries, where picklers write, and a map beyond, so
/// that a far index costs no more than a near one.
#[derive(Default)]
pub(crate) struct Memo {
    dense: Vec<NodeId>,
    far: HashMap<u64, NodeId, RandomState>,
    count: u64,
}

/// How far beyond twice the entries the vector may reach.
const SLACK: u64 = 256;

impl Memo {
    /// The entry with that index.
    #[inline]
    pub(crate) fn get(&self, index: u64) -> Option<NodeId> {
        let dense = usize::try_from(index).ok().and_then(|index| self.dense.get(index));
        match dense {
            Some(&id) if id != NodeId::NONE => Some(id),
            _ => self.get_far(index),
        }
    }

    #[cold]
    fn get_far(&self, index: u64) -> Option<NodeId> {
        self.far.get(&index).copied()
    }

    /// Stores an entry; an old one with that index is replaced.
    #[inline]
    pub(crate) fn put(&mut self, index: u64, id: NodeId) {
        if index == self.dense.len() as u64 && self.far.is_empty() {
            self.dense.push(id);
            self.count += 1;
        } else {
            self.put_elsewhere(index, id);
        }
    }

    /// Stores an entry under the number of entries so far, which may replace one.
    #[inline]
    pub(crate) fn memoize(&mut self, id: NodeId) {
        self.put(self.count, id);
    }

    /// Reserves room for what is still to come.
    pub(super) fn reserve(&mut self, room: Room) {
        room.reserve(&mut self.dense);
    }

    /// What it holds, in no particular order.
    pub(crate) fn into_entries(self) -> Vec<NodeId> {
        let mut entries = self.dense;
        entries.extend(self.far.into_values());
        entries
    }

    fn put_elsewhere(&mut self, index: u64, id: NodeId) {
        let position = usize::try_from(index).unwrap_or(usize::MAX);
        if position >= self.dense.len() {
            if index > 2 * self.count + SLACK {
                self.count += u64::from(self.far.insert(index, id).is_none());
                return;
            }
            self.dense.resize(position + 1, NodeId::NONE);
        }
        if let Some(entry) = self.dense.get_mut(position) {
            // An entry may be in the map from before the vector grew that far.
            if *entry == NodeId::NONE && self.far.remove(&index).is_none() {
                self.count += 1;
            }
            *entry = id;
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
        assert_eq!(memo.count, 3);
        memo.memoize(NodeId(4));
        assert_eq!(memo.get(3), Some(NodeId(4)));
        for index in 6..2000 {
            memo.put(index, NodeId(9));
        }
        assert_eq!(memo.count, 1 + 1 + 1 + 1994);
        assert_eq!(memo.get(700), Some(NodeId(9)));
        assert_eq!(memo.get(u64::MAX), Some(NodeId(1)));
        assert_eq!(memo.get(4), None);
        assert_eq!(memo.get(u64::MAX - 1), None);
        assert!(memo.dense.len() <= 2000);
    }
}
