//! What is on a cycle.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

/// The nodes that are on a cycle, or between two.
///
/// What leads to nothing that is left is taken away, then what nothing leads to.
#[must_use]
pub fn find<N: Copy + Eq + Hash>(edges: impl IntoIterator<Item = (N, N)>) -> HashSet<N> {
    let mut edges: Vec<_> = edges.into_iter().collect();
    for _ in 0..2 {
        edges = peel(&edges);
        edges.iter_mut().for_each(|(from, to)| std::mem::swap(from, to));
    }
    edges.into_iter().flat_map(|(from, to)| [from, to]).collect()
}

/// The edges that are left when ends of ways are taken away.
fn peel<N: Copy + Eq + Hash>(edges: &[(N, N)]) -> Vec<(N, N)> {
    let mut out: HashMap<N, usize> = HashMap::new();
    let mut back: HashMap<N, Vec<N>> = HashMap::new();
    for &(from, to) in edges {
        *out.entry(from).or_default() += 1;
        out.entry(to).or_default();
        back.entry(to).or_default().push(from);
    }
    let mut ends: Vec<_> = out.iter().filter(|(_, left)| **left == 0).map(|(id, _)| *id).collect();
    let mut gone: HashSet<_> = ends.iter().copied().collect();
    while let Some(end) = ends.pop() {
        for from in back.get(&end).into_iter().flatten() {
            if let Some(left) = out.get_mut(from) {
                *left -= 1;
                if *left == 0 && gone.insert(*from) {
                    ends.push(*from);
                }
            }
        }
    }
    let stays = |(from, to): &&(N, N)| !gone.contains(from) && !gone.contains(to);
    edges.iter().filter(stays).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_a_cycle() {
        let found = |edges: &[(u8, u8)]| {
            let mut found: Vec<_> = find(edges.iter().copied()).into_iter().collect();
            found.sort_unstable();
            found
        };
        assert_eq!(found(&[(0, 1), (1, 2), (0, 2)]), [0; 0]);
        assert_eq!(found(&[(0, 0), (0, 1)]), [0]);
        // A way in, a ring, and a way out.
        assert_eq!(found(&[(0, 1), (1, 2), (2, 3), (3, 1), (3, 4)]), [1, 2, 3]);
        // Two rings with a way between them.
        assert_eq!(found(&[(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 3)]), [0, 1, 2, 3, 4]);
    }
}
