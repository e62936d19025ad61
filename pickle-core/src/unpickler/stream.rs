//! Several pickles out of one stream.

use std::fmt;
use std::io;
use std::iter;
use std::ops::Deref;

use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::options::UnpickleOptions;
use crate::reconstruct::{Reconstruct, ReconstructOwned};
use crate::unpickler::heap::Heap;
use crate::unpickler::machine;
use crate::wire::source::Source;

/// Reads pickles from a stream, one after the other, as Python's `pickle.Unpickler` does.
///
/// ```
/// use pickle_core::Unpickler;
///
/// let mut unpickler = Unpickler::new(&b"\x80\x04K\x01.\x80\x04K\x02.\x80\x04\x8c\x01a."[..]);
/// assert_eq!(unpickler.load::<u8>()?, 1);
/// assert_eq!(unpickler.load::<u8>()?, 2);
/// assert!(!unpickler.at_end()?);
/// assert_eq!(unpickler.load::<&str>()?, "a");
/// assert!(unpickler.at_end()?);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # How much it reads
///
/// After a value, the stream stands directly behind the `STOP` of its pickle, so something else
/// may follow there. Frames are read whole; pickles without frames (below protocol 4) are read in
/// small pieces, which a [`BufReader`](io::BufReader) around the stream makes fast. The memory
/// it takes is that of the largest pickle.
///
/// # Memo
///
/// Each pickle stands on its own, as those of repeated calls of `pickle.dump` in Python do. One
/// `Pickler` that dumps several times, be it Python's or [ours](crate::Pickler), keeps its memo
/// instead, unless `clear_memo` is called between the dumps: later pickles refer to earlier ones.
/// [`keep_memo`](Unpickler::keep_memo) reads such streams.
///
/// The program has to know which of the two it is, because the same reference means different
/// things: from protocol 4 on, values are counted from the beginning of the pickle or of the
/// stream. Where it chose wrongly, errors such as `found memo index 0, expected an index that was
/// stored before` are the better case; a reference may also find another value, here as in Python.
///
/// # After an error
///
/// Offsets in errors are those of the stream, from where reading began.
///
/// | error | what the next call does |
/// |---|---|
/// | about a value: another type, a limit, a hook that fails or panics | reads the next pickle |
/// | about a pickle that is ill-formed, but has a `STOP` | reads the next pickle |
/// | about a byte that is no opcode | gives the error again: nobody knows where the pickle ends |
/// | the stream ended inside a pickle | goes on there, if more has come |
/// | the stream failed ([`ErrorKind::Io`](crate::ErrorKind::Io)) | goes on there, nothing is lost |
///
/// With [`keep_memo`](Unpickler::keep_memo), all but the first and the last end the reading, until
/// [`clear_memo`](Unpickler::clear_memo): what the broken pickle would have stored is missing.
pub struct Unpickler<'a, R> {
    source: Source<R>,
    options: UnpickleOptions<'a>,
    memory: Memory,
}

/// What a pickle may refer to beside itself.
enum Memory {
    Nothing,
    /// What was read since an offset in the stream.
    Kept(Box<Heap<'static>>, u64),
    /// Something that could not be read.
    Lost,
}

/// The graph of a pickle from an [`Unpickler`].
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamGraph<'u> {
    /// Of one pickle that stands on its own; it borrows the unpickler's buffer.
    Single(Graph<'u>),
    /// Of all pickles since [`keep_memo`](Unpickler::keep_memo) or
    /// [`clear_memo`](Unpickler::clear_memo); its root is that of the last. Offsets of nodes count
    /// from there, too.
    Grown(&'u Graph<'static>),
}

impl<'u> Deref for StreamGraph<'u> {
    type Target = Graph<'u>;

    fn deref(&self) -> &Graph<'u> {
        match self {
            StreamGraph::Single(graph) => graph,
            StreamGraph::Grown(graph) => graph,
        }
    }
}

impl<'a, R: io::Read> Unpickler<'a, R> {
    /// Reads with the default options.
    pub fn new(reader: R) -> Unpickler<'a, R> {
        Unpickler::with_options(reader, UnpickleOptions::new())
    }

    /// Reads as the options say.
    pub fn with_options(reader: R, options: UnpickleOptions<'a>) -> Unpickler<'a, R> {
        Unpickler { source: Source::new(reader), options, memory: Memory::Nothing }
    }

    /// Sets whether later pickles refer to earlier ones, as those of one `Pickler` do.
    ///
    /// Everything that was read is kept then, so memory grows with the stream; and all values are
    /// read by the [general route](crate::Route), where strings are copied.
    ///
    /// ```
    /// use pickle_core::Unpickler;
    ///
    /// // pickler = pickle.Pickler(file); pickler.dump(words); pickler.dump(words)
    /// let stream = b"\x80\x04]\x94(\x8c\x02ab\x94h\x01e.\x80\x04h\x00.";
    /// let mut unpickler = Unpickler::new(&stream[..]).keep_memo(true);
    /// assert_eq!(unpickler.load::<Vec<String>>()?, ["ab", "ab"]);
    /// assert_eq!(unpickler.load::<Vec<String>>()?, ["ab", "ab"]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// A typed value is made anew by each call, so an `Rc` of one call is not that of another; a
    /// [graph](Unpickler::load_graph) has one node for both.
    #[must_use]
    pub fn keep_memo(mut self, keep: bool) -> Unpickler<'a, R> {
        let begin = self.source.next_offset();
        self.memory = if keep { Memory::Kept(Box::default(), begin) } else { Memory::Nothing };
        self
    }

    /// Forgets what was read, as the writer's `clear_memo` did at this place.
    pub fn clear_memo(&mut self) {
        if !matches!(self.memory, Memory::Nothing) {
            self.memory = Memory::Kept(Box::default(), self.source.next_offset());
        }
    }

    /// Reads the next value.
    ///
    /// Strings and bytes may be borrowed from the unpickler, until its next call.
    ///
    /// # Errors
    /// As [`from_reader`](crate::from_reader). Where there is no other pickle, the error is one
    /// about the end of the input; [`at_end`](Unpickler::at_end) tells before.
    pub fn load<'u, T: Reconstruct<'u>>(&'u mut self) -> Result<T> {
        self.advance()?;
        let begin = self.source.offset();
        match &self.memory {
            Memory::Kept(heap, begin) => self
                .options
                .read_graph(&heap.graph, heap.bytes)
                .map_err(|error| error.after(*begin)),
            _ => self.options.from_slice(self.source.pickle()).map_err(|error| error.after(begin)),
        }
    }

    /// Reads the next pickle as a graph, whatever it holds.
    ///
    /// ```
    /// use pickle_core::Unpickler;
    ///
    /// let mut unpickler = Unpickler::new(&b"\x80\x04]\x94.\x80\x04h\0."[..]).keep_memo(true);
    /// let first = unpickler.load_graph()?.root_id();
    /// let second = unpickler.load_graph()?.root_id();
    /// assert_eq!(first, second);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Graph::from_slice`], and when the stream fails.
    pub fn load_graph(&mut self) -> Result<StreamGraph<'_>> {
        self.advance()?;
        let begin = self.source.offset();
        match &self.memory {
            Memory::Kept(heap, _) => Ok(StreamGraph::Grown(&heap.graph)),
            _ => machine::load(self.source.pickle(), self.options.limits_in_use())
                .map(|(graph, _)| StreamGraph::Single(graph))
                .map_err(|error| error.after(begin)),
        }
    }

    /// The values of the pickles that follow, up to the end of the stream.
    ///
    /// Errors about one pickle do not end it when another one may follow.
    ///
    /// ```
    /// use pickle_core::Unpickler;
    ///
    /// let mut unpickler = Unpickler::new(&b"K\x01.N.K\x03."[..]);
    /// let found: Vec<Option<u8>> = unpickler.iter().map(Result::ok).collect();
    /// assert_eq!(found, [Some(1), None, Some(3)]);
    /// ```
    pub fn iter<T: ReconstructOwned>(&mut self) -> impl Iterator<Item = Result<T>> {
        let mut stays = false;
        iter::from_fn(move || {
            if stays {
                return None;
            }
            let next = match self.at_end() {
                Ok(true) => return None,
                Ok(false) => self.load(),
                Err(error) => Err(error),
            };
            stays = next.is_err() && !self.can_go_on();
            Some(next)
        })
    }

    /// Whether no pickle follows.
    ///
    /// When one does, its first byte was taken from the stream.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn at_end(&mut self) -> Result<bool> {
        self.source.at_end()
    }

    /// Where the next pickle begins, in bytes from where reading began.
    pub fn offset(&self) -> u64 {
        self.source.next_offset()
    }

    /// The stream.
    pub fn get_ref(&self) -> &R {
        self.source.get_ref()
    }

    /// Gives back the stream. It stands behind the last pickle, unless [`at_end`](Unpickler::at_end)
    /// was called since, or a frame held more than that pickle.
    pub fn into_inner(self) -> R {
        self.source.into_inner()
    }

    /// Reads the bytes of the next pickle, and what they make if that is kept.
    fn advance(&mut self) -> Result<()> {
        if matches!(self.memory, Memory::Lost) {
            return Err(Error::malformed(
                "a pickle after one that could not be read",
                "`clear_memo` before it, as it may refer to the other",
            )
            .at(0)
            .after(self.source.next_offset()));
        }
        self.source.read_pickle()?;
        match std::mem::replace(&mut self.memory, Memory::Lost) {
            Memory::Kept(heap, begin) => {
                let (pickle, limits) = (self.source.pickle(), self.options.limits_in_use());
                let heap = machine::load_next(pickle, limits, *heap)
                    .map_err(|error| error.after(begin))?;
                self.memory = Memory::Kept(Box::new(heap), begin);
            }
            other => self.memory = other,
        }
        Ok(())
    }

    /// Whether the stream stands behind a pickle, and whatever follows can be read.
    fn can_go_on(&self) -> bool {
        self.source.is_whole() && !matches!(self.memory, Memory::Lost)
    }
}

impl<R: io::Read> fmt::Debug for Unpickler<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unpickler").field("offset", &self.offset()).finish_non_exhaustive()
    }
}
