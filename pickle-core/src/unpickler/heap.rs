//! Where the machine puts what it makes.

use std::borrow::Cow;

use crate::graph::{Collector, Data, Graph, Room, Text};
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

impl Heap<'_> {
    /// Reserves the room that the rest of a pickle takes if it is like its first part.
    ///
    /// Vectors that grow by doubling take up to three times what they hold while they move, and
    /// memory that is touched for the first time is most of the cost of a large graph.
    #[cold]
    pub(super) fn reserve(&mut self, done: usize, length: usize) {
        let room = Room { done, length };
        self.graph.reserve(room);
        self.memo.reserve(room);
    }
}

/// How a graph comes by the text and bytes of a pickle.
pub(super) trait Keep<'de, 'g> {
    fn text(text: &'de str) -> Text<'g>;
    fn data(bytes: &'de [u8]) -> Data<'g>;
}

/// The graph borrows from the pickle.
pub(super) enum Borrowed {}

impl<'de> Keep<'de, 'de> for Borrowed {
    #[inline]
    fn text(text: &'de str) -> Text<'de> {
        Text::borrowed(text)
    }

    #[inline]
    fn data(bytes: &'de [u8]) -> Data<'de> {
        Data::borrowed(bytes)
    }
}

/// The graph outlives the pickle.
pub(super) enum Copied {}

impl Keep<'_, 'static> for Copied {
    fn text(text: &str) -> Text<'static> {
        Text::owned(text.into())
    }

    fn data(bytes: &[u8]) -> Data<'static> {
        Data::owned(bytes.into())
    }
}

pub(super) fn data<'de, 'g, K: Keep<'de, 'g>>(bytes: Cow<'de, [u8]>) -> Data<'g> {
    match bytes {
        Cow::Borrowed(bytes) => K::data(bytes),
        Cow::Owned(bytes) => Data::owned(bytes.into_boxed_slice()),
    }
}
