//! An order of what Python can hash, by value.

use crate::graph::{Graph, Node, NodeId};
use crate::wire::integer::minimal;

/// Keys nest no deeper than this for the order; what is below counts as equal.
const DEPTH: usize = 64;

/// How many values inside of a key count, and how many bytes of one text.
const BUDGET: usize = 1 << 16;

impl Graph<'_> {
    /// Puts the members of each set into the order of their [keys](Graph::sort_key).
    pub(crate) fn sort_sets(&mut self) {
        for id in self.ids() {
            let (Node::Set(span) | Node::FrozenSet(span)) = self.node(id) else { continue };
            let mut members = self.items(id).to_vec();
            members.sort_by_cached_key(|&member| self.sort_key(member));
            let places = self.edges.get_mut(span).iter_mut();
            places.zip(members).for_each(|(place, member)| *place = member);
        }
    }

    /// What a member of a set is sorted by: its type, then its value. Of values that only their
    /// class can compare, the type alone.
    pub(crate) fn sort_key(&self, id: NodeId) -> Vec<u8> {
        let mut key = Vec::new();
        self.add_sort_key(id, DEPTH, &mut { BUDGET }, &mut key);
        key
    }

    fn add_sort_key(&self, id: NodeId, depth: usize, budget: &mut usize, key: &mut Vec<u8>) {
        if depth == 0 || *budget == 0 {
            return;
        }
        *budget -= 1;
        match self.node(id) {
            Node::None => key.push(1),
            Node::Bool(bool) => key.extend([2, u8::from(bool)]),
            Node::Int(number) => {
                let bytes = number.to_le_bytes();
                add_whole(key, minimal(&bytes));
            }
            Node::Long(bytes) => add_whole(key, bytes),
            Node::Float(number) => {
                // Negative numbers descend in bits; this makes them ascend below the positive.
                let bits = number.to_bits();
                let ordered = if bits >> 63 == 1 { !bits } else { bits | 1 << 63 };
                key.push(4);
                key.extend(ordered.to_be_bytes());
            }
            Node::Str(text) => add_text(key, 5, text.as_bytes()),
            Node::Wtf8(bytes) => add_text(key, 5, bytes),
            Node::Str8(bytes) => add_text(key, 6, bytes),
            Node::Bytes(bytes) => add_text(key, 7, bytes),
            Node::Tuple(_) => {
                key.push(8);
                for &item in self.items(id) {
                    self.add_sort_key(item, depth - 1, budget, key);
                }
                key.push(0);
            }
            Node::FrozenSet(_) => {
                key.push(9);
                let members = self.items(id).iter();
                let mut members: Vec<Vec<u8>> = members
                    .map(|&member| {
                        let mut key = Vec::new();
                        self.add_sort_key(member, depth - 1, budget, &mut key);
                        key
                    })
                    .collect();
                members.sort_unstable();
                members.iter().for_each(|member| key.extend(member));
                key.push(0);
            }
            Node::Global { .. } => {
                let (module, name) = self.global(id).unwrap_or_default();
                add_text(key, 10, module.as_bytes());
                add_text(key, 10, name.as_bytes());
            }
            Node::Extension(code) => {
                key.push(11);
                key.extend(code.to_be_bytes());
            }
            _ => key.push(12),
        }
    }
}

/// Numbers by sign, length, and then from the top byte on.
fn add_whole(key: &mut Vec<u8>, bytes: &[u8]) {
    let is_negative = bytes.last().is_some_and(|top| top & 0x80 != 0);
    let length = (bytes.len() as u64).to_be_bytes();
    key.push(3);
    key.push(u8::from(!is_negative));
    key.extend(length.map(|byte| if is_negative { !byte } else { byte }));
    key.extend(bytes.iter().rev());
}

/// Text that ends below everything that goes on.
fn add_text(key: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
    key.push(tag);
    for &byte in bytes.iter().take(BUDGET) {
        if byte < 2 {
            key.push(1);
        }
        key.push(byte);
    }
    key.push(0);
}
