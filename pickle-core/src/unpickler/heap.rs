//! Where the machine puts what it makes.

use crate::graph::{Collector, Graph, Room};
use crate::unpickler::memo::Memo;

/// What a pickle makes, and what the next one may refer to.
pub(crate) struct Heap<'g> {
    /// Its root is the value of the last pickle.
    pub(crate) graph: Graph<'g>,
    pub(super) collector: Collector,
    pub(super) memo: Memo,
    /// How many bytes it was read from.
    pub(crate) bytes: usize,
}

impl Default for Heap<'_> {
    fn default() -> Self {
        Heap {
            graph: Graph::empty(),
            collector: Collector::default(),
            memo: Memo::default(),
            bytes: 0,
        }
    }
}

impl<'g> Heap<'g> {
    /// For one pickle, which is borrowed.
    pub(super) fn over(input: &'g [u8]) -> Heap<'g> {
        Heap { graph: Graph::over(input), ..Heap::default() }
    }

    /// Reserves the room that the rest of a pickle takes if it is like its first part.
    ///
    /// Vectors that grow by doubling take up to three times what they hold while they move, and
    /// memory that is touched for the first time is most of the cost of a large graph.
    #[cold]
    pub(super) fn reserve(&mut self, room: Room) {
        self.graph.reserve(room);
        self.memo.reserve(room);
    }
}
