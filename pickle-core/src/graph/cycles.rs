//! Which nodes lie on cycles.

use crate::graph::{Graph, NodeId};

/// How far the search has come with a node.
const UNSEEN: u32 = u32::MAX;
const DONE: u32 = u32::MAX - 1;

/// A node whose children are being searched.
struct Frame {
    id: NodeId,
    /// The smallest number that is reached from it.
    low: u32,
    /// Where its children begin among those of all frames.
    children: usize,
}

impl Graph<'_> {
    /// The nodes reachable from the root that can be reached from themselves, by Tarjan's strongly
    /// connected components.
    pub(crate) fn on_cycles(&self) -> Vec<NodeId> {
        let mut numbers = vec![UNSEEN; self.len()];
        let mut found = Vec::new();
        let mut frames: Vec<Frame> = Vec::new();
        // Nodes seen whose component is not known yet, and the children left of each frame.
        let (mut open, mut children) = (Vec::new(), vec![self.root_id()]);
        let mut next = 0;
        loop {
            let floor = frames.last().map_or(0, |frame| frame.children);
            if children.len() > floor {
                let Some(id) = children.pop() else { break };
                let number = numbers.get(id.index()).copied().unwrap_or(DONE);
                if number == UNSEEN {
                    if let Some(slot) = numbers.get_mut(id.index()) {
                        *slot = next;
                    }
                    frames.push(Frame { id, low: next, children: children.len() });
                    open.push(id);
                    next += 1;
                    self.each_child(id, |child| children.push(child));
                } else if let Some(frame) = frames.last_mut()
                    && number != DONE
                {
                    frame.low = frame.low.min(number);
                    if number == numbers.get(frame.id.index()).copied().unwrap_or(DONE) {
                        found.push(id);
                    }
                }
                continue;
            }
            let Some(Frame { id, low, .. }) = frames.pop() else { break };
            if let Some(parent) = frames.last_mut() {
                parent.low = parent.low.min(low);
            }
            if numbers.get(id.index()) != Some(&low) {
                continue;
            }
            let first = open.iter().rposition(|&other| other == id).unwrap_or(0);
            let component = open.split_off(first);
            for member in &component {
                if let Some(slot) = numbers.get_mut(member.index()) {
                    *slot = DONE;
                }
            }
            if component.len() > 1 {
                found.extend(component);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use crate::Graph;

    /// How many nodes lie on cycles.
    fn check(pickle: &[u8], expected: usize) {
        let mut found = Graph::from_slice(pickle).unwrap().on_cycles();
        found.sort_unstable();
        found.dedup();
        assert_eq!(found.len(), expected, "{}", pickle.escape_ascii());
    }

    #[test]
    fn members_of_cycles_and_nothing_else() {
        check(b"N.", 0);
        check(b"]q\0h\0\x862.", 0);
        check(b"]q\0h\0a.", 1);
        check(b"]q\0h\0\x85q\x01a0h\x01.", 2);
        check(b"(]q\0h\0at]\x86.", 1);
        // Two cycles that share a node are one component.
        check(b"]q\0(]q\x01h\0a]q\x02h\0ae.", 3);
        // A dict that holds an object whose state is the dict; the class is on no cycle.
        check(b"}q\0Vk\ncm\nC\n)Rh\0bs.", 2);
    }
}
