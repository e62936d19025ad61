//! The functions most programs need, and the settings behind them.

use std::io;
use std::sync::{Mutex, PoisonError};

use crate::buffer::{BufferCallback, PickleBuffer, Placement};
use crate::error::Result;
use crate::graph::{Graph, NodeRef};
use crate::limits::Limits;
use crate::pickler::{self, Profile, Saver, write_graph};
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, ReconstructOwned};
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::unpickler::{self, Encoding, GraphLoader, Predictive, machine};
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

/// Pickles a value at the end of a buffer, at protocol 4, so that its memory is used again. If a
/// reducer panics, the buffer is empty.
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

/// Copies a value with everything that it leads to: what `copy.deepcopy` does in Python, by the
/// same reductions.
///
/// Unlike [`Clone`], which copies the pointers, it copies what `Rc` and `Arc` point to, once for
/// each object: what was shared is shared among the copies, and cycles stay cycles. What is not
/// part of a reduction is made as on loading: skipped fields from their defaults, and `after` hooks
/// run.
///
/// ```
/// use std::cell::RefCell;
/// use std::rc::{Rc, Weak};
/// use pickle_core::{Reduce, deepcopy};
///
/// #[derive(Reduce)]
/// struct Folder { name: String, parent: RefCell<Weak<Folder>>, children: RefCell<Vec<Rc<Folder>>> }
///
/// let folder = |name: &str| {
///     Rc::new(Folder { name: name.into(), parent: Weak::new().into(), children: vec![].into() })
/// };
/// let (root, src) = (folder("/"), folder("src"));
/// *src.parent.borrow_mut() = Rc::downgrade(&root);
/// root.children.borrow_mut().push(src);
///
/// let copy = deepcopy(&root)?;
/// assert!(!Rc::ptr_eq(&copy, &root));
/// let parent = copy.children.borrow()[0].parent.borrow().upgrade();
/// assert!(parent.is_some_and(|parent| Rc::ptr_eq(&parent, &copy)));
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// The copy is what comes back from a pickle of protocol 5, so it is as exact: a `Duration` has the
/// microseconds of Python's. What is no object in Python (a cell, an `Option`, a pointer itself)
/// has the identity of what is in it, so two `Rc<Cell<_>>` of one `Rc` become one. [`PickleOptions::deepcopy`] takes a [`Registry`], which trait objects
/// and foreign types need.
///
/// # Errors
/// As [`to_vec`] and [`from_slice`].
pub fn deepcopy<T: Reduce + ReconstructOwned>(value: &T) -> Result<T> {
    PickleOptions::new().deepcopy(value)
}

/// How to write.
#[derive(Debug, Clone, Copy, Default)]
pub struct PickleOptions<'a> {
    settings: pickler::Settings<'a>,
    profile: Profile,
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
        self.settings.protocol = protocol;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> PickleOptions<'a> {
        self.settings.limits = limits;
        self
    }

    /// Sets the registry.
    #[must_use]
    pub fn registry(mut self, registry: &'a Registry) -> PickleOptions<'a> {
        self.settings.registry = Some(registry);
        self
    }

    /// Sets whether globals get the names that Python 2 has for them below protocol 3, as Python's
    /// argument of that name: `builtins.range` is written as `__builtin__.xrange`. True by default.
    ///
    /// ```
    /// use pickle_core::{Global, PickleOptions, Protocol, Value};
    ///
    /// let len = Value::from(Global::new("builtins", "len"));
    /// let options = PickleOptions::new().protocol(Protocol::V2);
    /// assert_eq!(options.to_vec(&len)?, b"\x80\x02c__builtin__\nlen\nq\0.");
    /// assert_eq!(options.fix_imports(false).to_vec(&len)?, b"\x80\x02cbuiltins\nlen\nq\0.");
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn fix_imports(mut self, fix_imports: bool) -> PickleOptions<'a> {
        self.settings.fix_imports = fix_imports;
        self
    }

    /// Sets what decides where each [`PickleBuffer`] goes: into the pickle, or beside it, in which
    /// case the callback takes its bytes to where the reader gets them from, in the same order. It
    /// needs protocol 5. In Python it is the argument of that name, which returns false for
    /// [`Placement::OutOfBand`].
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use pickle_core::{PickleBuffer, PickleOptions, Placement, Protocol};
    ///
    /// let beside = Mutex::new(Vec::new());
    /// let large_ones = |buffer: &PickleBuffer<'_>| {
    ///     if buffer.len() < 4 {
    ///         return Ok(Placement::InBand);
    ///     }
    ///     beside.lock().unwrap().push(buffer.to_vec());
    ///     Ok(Placement::OutOfBand)
    /// };
    /// let options = PickleOptions::new().protocol(Protocol::V5).buffer_callback(&large_ones);
    /// let value = (PickleBuffer::readonly(b"abc"), PickleBuffer::readonly(b"defg"));
    /// assert_eq!(&options.to_vec(&value)?[11..], b"C\x03abc\x97\x98\x86.");
    /// assert_eq!(beside.into_inner().unwrap(), [b"defg"]);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn buffer_callback(
        mut self,
        callback: &'a (dyn Fn(&PickleBuffer<'_>) -> Result<Placement> + Sync),
    ) -> PickleOptions<'a> {
        self.settings.buffers = Some(BufferCallback(callback));
        self
    }

    /// As [`to_vec`], with every [`PickleBuffer`] beside the pickle. It needs protocol 5.
    ///
    /// # Errors
    /// As [`to_vec`], and below protocol 5.
    pub fn to_vec_with_buffers<T: ?Sized + Reduce>(
        &self,
        value: &T,
    ) -> Result<(Vec<u8>, Vec<Vec<u8>>)> {
        let buffers = Mutex::new(Vec::new());
        let callback = |buffer: &PickleBuffer<'_>| {
            buffers.lock().unwrap_or_else(PoisonError::into_inner).push(buffer.to_vec());
            Ok(Placement::OutOfBand)
        };
        let pickle = PickleOptions { ..*self }.buffer_callback(&callback).to_vec(value)?;
        Ok((pickle, buffers.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Sets whose habits graphs are written with. Typed values have their own: they memoize what
    /// is referred to later, and nothing else.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> PickleOptions<'a> {
        self.profile = profile;
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
        let mut encoder = Encoder::new(
            Vec::with_capacity(256),
            self.settings.protocol,
            self.settings.limits.digits,
            None,
        );
        write_graph(
            graph,
            &mut encoder,
            self.profile,
            self.settings.fix_imports,
            &self.settings.limits,
        )?;
        Ok(encoder.take_buffer())
    }

    /// As [`graph_to_vec`](PickleOptions::graph_to_vec), into a stream.
    ///
    /// # Errors
    /// As [`graph_to_vec`](PickleOptions::graph_to_vec), and when the stream fails.
    pub fn graph_to_writer<W: io::Write>(&self, mut writer: W, graph: &Graph<'_>) -> Result<()> {
        let mut encoder = Encoder::new(
            Vec::new(),
            self.settings.protocol,
            self.settings.limits.digits,
            Some(&mut writer),
        );
        write_graph(
            graph,
            &mut encoder,
            self.profile,
            self.settings.fix_imports,
            &self.settings.limits,
        )
    }

    /// As [`deepcopy`](crate::deepcopy()), with the registry and the limits of these options. What
    /// its [persistent ids](Registry::persistent) name is not copied but found again.
    ///
    /// Python sets the state of a copied object before it adds list and dict items, and in a
    /// pickle after them (`_reconstruct` of `copy.py`, `save_reduce` of `pickle.py`). A Rust value
    /// is made when all of them are there, so it cannot tell.
    ///
    /// ```
    /// use pickle_core::{DynReduce, PickleOptions, Reduce, Registry};
    ///
    /// trait Shape: DynReduce {
    ///     fn area(&self) -> f64;
    /// }
    /// pickle_core::trait_object!(Shape);
    ///
    /// #[derive(Reduce)]
    /// struct Square { side: f64 }
    /// # impl Shape for Square { fn area(&self) -> f64 { self.side * self.side } }
    ///
    /// let mut registry = Registry::new();
    /// registry.implementor::<dyn Shape, Square>()?;
    /// let shapes: Vec<Box<dyn Shape>> = vec![Box::new(Square { side: 2.0 })];
    /// let copies = PickleOptions::new().registry(&registry).deepcopy(&shapes)?;
    /// assert_eq!(copies[0].area(), 4.0);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`deepcopy`](crate::deepcopy()).
    pub fn deepcopy<T: Reduce + ReconstructOwned>(&self, value: &T) -> Result<T> {
        let pickler::Settings { limits, registry, .. } = self.settings;
        let settings = pickler::Settings {
            protocol: Protocol::V5,
            limits,
            registry,
            memoize_atoms: true,
            ..pickler::Settings::default()
        };
        let pickle = PickleOptions { settings, profile: self.profile }.to_vec(value)?;
        let settings = unpickler::Settings { limits, registry, ..unpickler::Settings::default() };
        UnpickleOptions { settings, ..UnpickleOptions::default() }.from_slice(&pickle)
    }

    /// As [`to_vec`].
    ///
    /// # Errors
    /// As [`to_vec`].
    pub fn to_vec<T: ?Sized + Reduce>(&self, value: &T) -> Result<Vec<u8>> {
        // A small pickle is copied out of the block once, into as much memory as it takes.
        let mut buffer = Vec::new();
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
        *buffer = saver.encoder.take_buffer();
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
        Saver::new(buffer, self.settings, sink)
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
    settings: unpickler::Settings<'a>,
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
        self.settings.limits = limits;
        self
    }

    /// Sets the registry.
    #[must_use]
    pub fn registry(mut self, registry: &'a Registry) -> UnpickleOptions<'a> {
        self.settings.registry = Some(registry);
        self
    }

    /// Sets what the 8-bit strings of Python 2 are; [`Encoding::Utf8`] by default.
    #[must_use]
    pub fn encoding(mut self, encoding: Encoding) -> UnpickleOptions<'a> {
        self.settings.encoding = encoding;
        self
    }

    /// Gives the buffers that are beside the pickle (PEP 574), in their order. `&[u8]` and
    /// `Cow<[u8]>` borrow them without a copy; see [`PickleBuffer`] for an example.
    #[must_use]
    pub fn buffers(mut self, buffers: &'a [&'a [u8]]) -> UnpickleOptions<'a> {
        self.settings.buffers = Some(buffers);
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

    /// Sets whether globals have the names of Python 2 below protocol 3, as Python's argument of
    /// that name. True by default.
    ///
    /// ```
    /// use pickle_core::{Global, UnpickleOptions, Value};
    ///
    /// let pickle = b"\x80\x02c__builtin__\nxrange\n.";
    /// let options = UnpickleOptions::new();
    /// let range: Value = options.from_slice(pickle)?;
    /// assert_eq!(range, Value::from(Global::new("builtins", "range")));
    /// let xrange: Value = options.fix_imports(false).from_slice(pickle)?;
    /// assert_eq!(xrange, Value::from(Global::new("__builtin__", "xrange")));
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    #[must_use]
    pub fn fix_imports(mut self, fix_imports: bool) -> UnpickleOptions<'a> {
        self.settings.fix_imports = fix_imports;
        self
    }

    /// As [`from_slice`].
    ///
    /// # Errors
    /// As [`from_slice`].
    pub fn from_slice<'de, T: Reconstruct<'de>>(&self, pickle: &'de [u8]) -> Result<T>
    where
        'a: 'de,
    {
        if self.route != Route::General {
            let value = Predictive::new(pickle, &self.settings).read();
            if value.is_ok() || self.route == Route::Predictive {
                return value;
            }
        }
        let (graph, bytes) = machine::load(pickle, &self.settings.limits)?;
        self.read_graph(&graph, bytes)
    }

    /// Makes a value of a graph that was read from so many bytes.
    pub(crate) fn read_graph<'de, T: Reconstruct<'de>>(
        &self,
        graph: &Graph<'de>,
        bytes: usize,
    ) -> Result<T>
    where
        'a: 'de,
    {
        GraphLoader::new(graph, graph.root_id(), bytes, &self.settings).read()
    }

    pub(crate) fn limits_in_use(&self) -> &Limits {
        &self.settings.limits
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
    pub fn from_node<'de, T: Reconstruct<'de>>(&self, node: NodeRef<'_, 'de>) -> Result<T>
    where
        'a: 'de,
    {
        let (graph, id) = (node.graph(), node.id());
        GraphLoader::new(graph, id, graph.len(), &self.settings).read()
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
