//! Pickles in a stream, and in an iterator of bytes.

use std::io::{self, Read};
use std::iter::FusedIterator;

use serde_core::de::{self, DeserializeOwned, Visitor};

use super::compat::{self, Value};
use super::de::{Progress, Source, deserializer_methods};
use super::options::{DeOptions, from_reader, value_from_reader};
use crate::error::{Error, Result};
use crate::graph::Graph;
use crate::unpickler::{GraphLoader, machine};
use crate::wire::source;

/// Reads pickles one behind the other from a stream, by their `Deserialize`.
///
/// A stream that ends is an error about the end of the input; [`end`](Deserializer::end) says it
/// without one. [`Unpickler`](crate::Unpickler) with [`Serde`](crate::serde::Serde) does the same
/// for typed values, and faster.
///
/// ```
/// use pickle_core::serde::{DeOptions, Deserializer};
/// use serde::Deserialize;
///
/// let mut pickles = Deserializer::new(&b"K\x01.K\x02."[..], DeOptions::new());
/// assert_eq!(u8::deserialize(&mut pickles)?, 1);
/// assert!(pickles.end().is_err());
/// assert_eq!(u8::deserialize(&mut pickles)?, 2);
/// pickles.end()?;
/// # Ok::<(), pickle_core::Error>(())
/// ```
pub struct Deserializer<R> {
    source: source::Source<R>,
    options: DeOptions,
}

impl<R: Read> Deserializer<R> {
    /// Reads from a stream, and not a byte beyond what was asked for.
    pub fn new(reader: R, options: DeOptions) -> Deserializer<R> {
        Deserializer { source: source::Source::new(reader), options }
    }

    /// Does nothing: each pickle has a memo of its own. In `serde-pickle` it makes it so.
    pub fn reset_memo(&mut self) {}

    /// Reads the next pickle as a value of Python's built-in types.
    ///
    /// # Errors
    /// When the pickle is ill-formed or holds something else, or the stream fails.
    pub fn deserialize_value(&mut self) -> Result<Value> {
        let options = self.options;
        let (graph, bytes) = self.next()?;
        let settings = options.settings();
        let mut loader = GraphLoader::new(&graph, graph.root_id(), bytes, &settings);
        compat::load(&mut loader, options.mapping)
    }

    /// Makes sure that nothing is left.
    ///
    /// # Errors
    /// When there is more, or the stream fails.
    pub fn end(&mut self) -> Result<()> {
        if self.source.at_end()? {
            return Ok(());
        }
        Err(Error::mismatch("more bytes", "the end of the input"))
    }

    /// The next pickle, and how many bytes it takes.
    fn next(&mut self) -> Result<(Graph<'static>, usize)> {
        self.source.read_pickle()?;
        let (graph, bytes) = machine::load(self.source.pickle(), &self.options.limits)?;
        Ok((graph.into_owned(), bytes))
    }
}

impl<R> std::fmt::Debug for Deserializer<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deserializer").field("options", &self.options).finish_non_exhaustive()
    }
}

macro_rules! of_the_next_pickle {
    ($($method:ident($($name:ident: $t:ty),*);)*) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $t,)* visitor: V) -> Result<V::Value> {
            let options = self.options;
            let (graph, bytes): (Graph<'de>, usize) = self.next()?;
            let settings = options.settings();
            let mut loader = GraphLoader::new(&graph, graph.root_id(), bytes, &settings);
            let mut progress = Progress::new(options.mapping);
            Source { loader: &mut loader, progress: &mut progress }.$method($($name,)* visitor)
        }
    )*};
}

impl<'de, R: Read> de::Deserializer<'de> for &mut Deserializer<R> {
    type Error = Error;

    deserializer_methods!(of_the_next_pickle);
}

/// What an iterator of bytes yields: a byte, or the result of reading one.
pub trait IterReadItem: crate::private::Sealed {
    /// The byte.
    ///
    /// # Errors
    /// When reading failed.
    fn byte(self) -> io::Result<u8>;
}

impl crate::private::Sealed for &u8 {}
impl crate::private::Sealed for io::Result<u8> {}

impl IterReadItem for u8 {
    fn byte(self) -> io::Result<u8> {
        Ok(self)
    }
}

impl IterReadItem for &u8 {
    fn byte(self) -> io::Result<u8> {
        Ok(*self)
    }
}

impl IterReadItem for io::Result<u8> {
    fn byte(self) -> io::Result<u8> {
        self
    }
}

/// An iterator of bytes as a stream.
struct Bytes<I>(I);

impl<I: Iterator<Item: IterReadItem>> Read for Bytes<I> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        for (to, byte) in buffer.iter_mut().zip(&mut self.0) {
            *to = byte.byte()?;
            read += 1;
        }
        Ok(read)
    }
}

/// Reads a value from an iterator of bytes, of references to some, or of results of reading them.
///
/// ```
/// use pickle_core::serde::{DeOptions, from_iter};
///
/// let bytes = b"(K\x01K\x02t.".iter();
/// assert_eq!(from_iter::<_, _, (u8, u8)>(bytes, DeOptions::new())?, (1, 2));
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// As [`from_reader`], and when the iterator says so.
pub fn from_iter<E, I, T>(bytes: I, options: DeOptions) -> Result<T>
where
    E: IterReadItem,
    I: FusedIterator<Item = E>,
    T: DeserializeOwned,
{
    from_reader(Bytes(bytes), options)
}

/// Reads a value of Python's built-in types from an iterator of bytes.
///
/// # Errors
/// As [`from_iter`].
pub fn value_from_iter<E, I>(bytes: I, options: DeOptions) -> Result<Value>
where
    E: IterReadItem,
    I: FusedIterator<Item = E>,
{
    value_from_reader(Bytes(bytes), options)
}
