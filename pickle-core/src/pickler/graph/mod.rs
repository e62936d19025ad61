//! Graphs to opcodes.

mod batch;
mod respell;
mod sharing;
mod writer;

pub(crate) use writer::write;

/// Whose habits a [`Graph`](crate::Graph) is written with.
///
/// Picklers agree on what a pickle means and differ in bytes: in what they put into the memo, and in
/// how they cut containers into batches. Every profile gives a pickle of the same data.
///
/// ```
/// use pickle_core::{Graph, PickleOptions, Profile, Protocol};
///
/// let graph = Graph::from_slice(b"\x80\x02]q\0(K\x01K\x02e.")?;
/// let options = PickleOptions::new().protocol(Protocol::V2);
/// let canonical = options.graph_to_vec(&graph)?;
/// assert_eq!(canonical, b"\x80\x02](K\x01K\x02e.");
/// let same = options.profile(Profile::CPythonC).graph_to_vec(&graph)?;
/// assert_eq!(same, b"\x80\x02]q\0(K\x01K\x02e.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Profile {
    /// The same data gives the same bytes, whoever pickled it and wherever.
    ///
    /// * Only what is referred to more than once, or lies on a cycle, is memoized; and below
    ///   protocol 4 the arguments of calls of `getattr`, which tells those from the names of nested
    ///   classes.
    /// * Strings, bytes and globals that are equal are one value. Everything else is one value
    ///   where the pickle says so.
    /// * Members of sets are sorted: by type, then numbers by value, texts and bytes by their bytes,
    ///   tuples by their items. Members whose hash is a matter of their class stay in the order of
    ///   the pickle, after all others. Dicts keep their order, which in Python is a part of them.
    /// * Batches, frames and spellings are those of [`CPythonPython`](Profile::CPythonPython).
    #[default]
    Canonical,
    /// `_pickle.Pickler`, written in C, from CPython 3.7 to 3.14: full batches are followed by an empty
    /// one in a dict or a set, and the last item of a long list has a batch of its own.
    CPythonC,
    /// `_pickle.Pickler` of CPython 3.6, which differs in protocol 0 (every int is a `LONG`, text
    /// has fewer escapes) and in frames (small ones have a header too, large payloads are inside).
    CPython36,
    /// `pickle._Pickler`, written in Python, and both from CPython 3.15 on.
    CPythonPython,
}
