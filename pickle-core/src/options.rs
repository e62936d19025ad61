//! The functions most programs need, and the settings behind them.

use std::io;

use crate::error::Result;
use crate::graph::{Graph, NodeRef};
use crate::limits::Limits;
use crate::pickler::{Profile, Saver, write_graph};
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, ReconstructOwned};
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::unpickler::{GraphLoader, Predictive, machine};
use crate::wire::encode::Encoder;
use crate::wire::source::Source;

/// Pickles a value, at protocol 4.
///
/// ```
/// assert_eq!(pickle_core::to_vec(&[1u16, 2])?, b"\x80\x04\x95\x06\0\0\0\0\0\0\0K\x01K\x02\x86.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// When the value cannot be expressed in Python, or a reducer fails.
pub fn to_vec<T: ?Sized + Reduce>(value: &T) -> Result<Vec<u8>> {
    PickleOptions::new().to_vec(value)
}

/// Pickles a value into a stream, at protocol 4.
///
/// ```
/// let mut stream = Vec::new();
/// pickle_core::to_writer(&mut stream, &true)?;
/// assert_eq!(stream, b"\x80\x04\x88.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// As [`to_vec`], and when the stream fails.
pub fn to_writer<W: io::Write, T: ?Sized + Reduce>(writer: W, value: &T) -> Result<()> {
    PickleOptions::new().to_writer(writer, value)
}

/// Pickles a value at the end of a buffer, at protocol 4, so that its memory is used again.
///
/// ```
/// let mut buffer = b"length ".to_vec();
/// pickle_core::to_buffer(&mut buffer, &None::<u8>)?;
/// assert_eq!(buffer, b"length \x80\x04N.");
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// As [`to_vec`]; the buffer then is as before.
pub fn to_buffer<T: ?Sized + Reduce>(buffer: &mut Vec<u8>, value: &T) -> Result<()> {
    PickleOptions::new().to_buffer(buffer, value)
}

/// Reads a value from a pickle. What follows the pickle is ignored, as Python does.
///
/// Strings and bytes may be borrowed from it:
///
/// ```
/// let pickle = b"\x80\x04](\x8c\x02ab\x8c\x02cde.";
/// assert_eq!(pickle_core::from_slice::<Vec<&str>>(pickle)?, ["ab", "cd"]);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// When the pickle is ill-formed or holds something else.
pub fn from_slice<'de, T: Reconstruct<'de>>(pickle: &'de [u8]) -> Result<T> {
    UnpickleOptions::new().from_slice(pickle)
}

/// Reads a value from a pickle in a stream, and not a byte beyond it.
///
/// A pickle without frames (below protocol 4) is read in small pieces; a `BufReader` around the
/// stream makes that fast.
///
/// ```
/// let mut stream = &b"\x80\x04K\x01.rest"[..];
/// assert_eq!(pickle_core::from_reader::<_, u8>(&mut stream)?, 1);
/// assert_eq!(stream, b"rest");
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Errors
/// As [`from_slice`], and when the stream fails.
pub fn from_reader<R: io::Read, T: ReconstructOwned>(reader: R) -> Result<T> {
    UnpickleOptions::new().from_reader(reader)
}

/// How to write.
#[derive(Debug, Clone, Copy, Default)]
pub struct PickleOptions<'a> {
    protocol: Protocol,
    limits: Limits,
    registry: Option<&'a Registry>,
    profile: Profile,
    keep_imports: bool,
}

impl<'a> PickleOptions<'a> {
    /// Protocol 4, default limits, no registry.
    #[must_use]
    pub fn new() -> PickleOptions<'a> {
        PickleOptions::default()
    }

    /// Sets the protocol.
    #[must_use]
    pub fn protocol(mut self, protocol: Protocol) -> PickleOptions<'a> {
        self.protocol = protocol;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> PickleOptions<'a> {
        self.limits = limits;
        self
    }

    /// Sets the registry.
    #[must_use]
    pub fn registry(mut self, registry: &'a Registry) -> PickleOptions<'a> {
        self.registry = Some(registry);
        self
    }

    /// Sets whose habits graphs are written with. Typed values have their own: they memoize what
    /// is referred to later, and nothing else.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> PickleOptions<'a> {
        self.profile = profile;
        self
    }

    /// Sets whether globals get the names that Python 2 knows them by, below protocol 3; they do
    /// unless this is called with `false` (`fix_imports` of `pickle.Pickler`).
    #[must_use]
    pub fn fix_imports(mut self, fix_imports: bool) -> PickleOptions<'a> {
        self.keep_imports = !fix_imports;
        self
    }

    /// Pickles a graph, whatever protocol it was read from.
    ///
    /// What the protocol has no instruction for becomes the call that Python writes there, and such
    /// calls in a graph of an older protocol become what they stand for: a set below protocol 4 is
    /// `set([…])`, bytes below protocol 3 are `_codecs.encode("…", "latin1")`.
    ///
    /// ```
    /// use pickle_core::{Graph, PickleOptions, Protocol};
    ///
    /// let graph = Graph::from_slice(b"\x80\x04\x8f\x94(K\x01\x90.")?;
    /// let pickle = PickleOptions::new().protocol(Protocol::V2).graph_to_vec(&graph)?;
    /// assert_eq!(pickle, b"\x80\x02c__builtin__\nset\n]K\x01a\x85R.");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the protocol cannot express a value, such as an extension code below protocol 2.
    pub fn graph_to_vec(&self, graph: &Graph<'_>) -> Result<Vec<u8>> {
        let mut encoder = Encoder::new(Vec::with_capacity(256), self.protocol, None);
        write_graph(graph, &mut encoder, self.profile, !self.keep_imports, &self.limits)?;
        Ok(encoder.into_buffer())
    }

    /// As [`graph_to_vec`](PickleOptions::graph_to_vec), into a stream.
    ///
    /// # Errors
    /// As [`graph_to_vec`](PickleOptions::graph_to_vec), and when the stream fails.
    pub fn graph_to_writer<W: io::Write>(&self, mut writer: W, graph: &Graph<'_>) -> Result<()> {
        let mut encoder = Encoder::new(Vec::new(), self.protocol, Some(&mut writer));
        write_graph(graph, &mut encoder, self.profile, !self.keep_imports, &self.limits)
    }

    /// As [`to_vec`].
    ///
    /// # Errors
    /// As [`to_vec`].
    pub fn to_vec<T: ?Sized + Reduce>(&self, value: &T) -> Result<Vec<u8>> {
        let mut buffer = Vec::with_capacity(256);
        self.to_buffer(&mut buffer, value)?;
        Ok(buffer)
    }

    /// As [`to_buffer`].
    ///
    /// # Errors
    /// As [`to_buffer`].
    pub fn to_buffer<T: ?Sized + Reduce>(&self, buffer: &mut Vec<u8>, value: &T) -> Result<()> {
        let before = buffer.len();
        let out = std::mem::take(buffer);
        let mut saver = self.saver(out, None);
        let result = saver.dump(value);
        *buffer = saver.encoder.into_buffer();
        if result.is_err() {
            buffer.truncate(before);
        }
        result
    }

    /// As [`to_writer`].
    ///
    /// # Errors
    /// As [`to_writer`].
    pub fn to_writer<W: io::Write, T: ?Sized + Reduce>(
        &self,
        mut writer: W,
        value: &T,
    ) -> Result<()> {
        self.saver(Vec::new(), Some(&mut writer)).dump(value)
    }

    /// A saver that appends to a buffer, or passes on through it to a stream.
    pub(crate) fn saver<'s>(
        &self,
        buffer: Vec<u8>,
        sink: Option<&'s mut dyn io::Write>,
    ) -> Saver<'s>
    where
        'a: 's,
    {
        Saver::new(buffer, self.protocol, self.limits, self.registry, sink)
    }
}

/// Which way typed values are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Route {
    /// The predictive route, and the general one for what that leaves to it.
    #[default]
    Auto,
    /// The predictive route alone: an error for pickles that it does not predict.
    Predictive,
    /// The general route alone.
    General,
}

/// How to read.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnpickleOptions<'a> {
    route: Route,
    limits: Limits,
    registry: Option<&'a Registry>,
}

impl<'a> UnpickleOptions<'a> {
    /// Default limits, no registry.
    #[must_use]
    pub fn new() -> UnpickleOptions<'a> {
        UnpickleOptions::default()
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> UnpickleOptions<'a> {
        self.limits = limits;
        self
    }

    /// Sets the registry.
    #[must_use]
    pub fn registry(mut self, registry: &'a Registry) -> UnpickleOptions<'a> {
        self.registry = Some(registry);
        self
    }

    /// Sets which way values are read. Both give the same results, so this is for measuring.
    ///
    /// ```
    /// use pickle_core::{Route, UnpickleOptions};
    ///
    /// // The text instructions of protocol 0, which the general route knows alone.
    /// let pickle = b"(lp0\nI1\naI2\na.";
    /// let predictive = UnpickleOptions::new().route(Route::Predictive);
    /// assert!(predictive.from_slice::<Vec<u16>>(pickle).is_err());
    /// let general = UnpickleOptions::new().route(Route::General);
    /// assert_eq!(general.from_slice::<Vec<u16>>(pickle)?, [1, 2]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn route(mut self, route: Route) -> UnpickleOptions<'a> {
        self.route = route;
        self
    }

    /// As [`from_slice`].
    ///
    /// # Errors
    /// As [`from_slice`].
    pub fn from_slice<'de, T: Reconstruct<'de>>(&self, pickle: &'de [u8]) -> Result<T> {
        if self.route != Route::General {
            let value = Predictive::new(pickle, &self.limits, self.registry).read();
            if value.is_ok() || self.route == Route::Predictive {
                return value;
            }
        }
        let (graph, bytes) = machine::load(pickle, &self.limits)?;
        self.read_graph(&graph, bytes)
    }

    /// Makes a value of a graph that was read from so many bytes.
    pub(crate) fn read_graph<'de, T: Reconstruct<'de>>(
        &self,
        graph: &Graph<'de>,
        bytes: usize,
    ) -> Result<T> {
        GraphLoader::new(graph, graph.root_id(), bytes, &self.limits, self.registry).read()
    }

    pub(crate) fn limits_in_use(&self) -> &Limits {
        &self.limits
    }

    /// Reads a value from a node of a graph: for when only a part of a pickle has a known type.
    ///
    /// ```
    /// use pickle_core::{Graph, UnpickleOptions};
    ///
    /// // {'version': 2, 'data': [1, 2]}
    /// let graph = Graph::from_slice(b"}(Vversion\nK\x02Vdata\n](K\x01K\x02eu.")?;
    /// let data: Vec<u8> = match graph.root().at("version")?.as_i64() {
    ///     Some(2) => UnpickleOptions::new().from_node(graph.root().at("data")?)?,
    ///     _ => Vec::new(),
    /// };
    /// assert_eq!(data, [1, 2]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// When the node is something else.
    pub fn from_node<'de, T: Reconstruct<'de>>(&self, node: NodeRef<'_, 'de>) -> Result<T> {
        let (graph, id) = (node.graph(), node.id());
        GraphLoader::new(graph, id, graph.len(), &self.limits, self.registry).read()
    }

    /// As [`from_reader`].
    ///
    /// # Errors
    /// As [`from_reader`].
    pub fn from_reader<R: io::Read, T: ReconstructOwned>(&self, reader: R) -> Result<T> {
        let mut source = Source::new(reader);
        source.read_pickle()?;
        self.from_slice(source.pickle())
    }
}
