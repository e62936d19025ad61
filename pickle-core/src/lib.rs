//! Python's pickle as a serialization framework: annotate structs, exchange real class instances.
//!
//! `#[derive(Reduce)]` turns a struct into what Python calls a *reduction* (a callable, its
//! arguments, a state) and back. The bytes are genuine pickles, protocols 0 to 5: `pickle.loads`
//! gives instances of a Python class, and what `pickle.dumps` wrote becomes the struct again.
//!
//! ```
//! use pickle_core::Reduce;
//!
//! #[derive(Debug, PartialEq, Reduce)]
//! #[reduce(module = "shapes")]
//! struct Circle {
//!     center: (f64, f64),
//!     radius: f64,
//!     #[reduce(skip)]
//!     area: Option<f64>,
//! }
//!
//! let circle = Circle { center: (1.0, 2.0), radius: 3.0, area: Some(28.3) };
//! let pickle = pickle_core::to_vec(&circle)?;
//! // In Python: `pickle.loads(pickle)` is a `shapes.Circle` with `center` and `radius`.
//! let back: Circle = pickle_core::from_slice(&pickle)?;
//! assert_eq!(back, Circle { area: None, ..circle });
//! # Ok::<(), pickle_core::Error>(())
//! ```
//!
//! Nothing that a pickle names is ever executed: a pickle can only make values of the types that
//! the caller asks for, or has put into a [`Registry`].
//!
//! # Where to look
//!
//! | for | see |
//! |---|---|
//! | writing | [`to_vec`], [`to_writer`], [`to_buffer`], [`PickleOptions`], [`Pickler`] |
//! | reading | [`from_slice`], [`from_reader`], [`UnpickleOptions`], [`Limits`], [`Unpickler`] |
//! | one's own types | [`derive@Reduce`] and its attributes; the traits [`Reduce`](trait@Reduce) and [`Reconstruct`] |
//! | trait objects | [`trait_object!`], [`Registry::implementor`], [`DynReduce`] |
//! | functions and classes as values | [`Function`], [`Global`] |
//! | copies of graphs of objects | [`deepcopy`] |
//! | types one does not own | [`Registry`], [`registered`] |
//! | pickles of unknown classes | [below](#pickles-of-unknown-classes): [`Value`], an owned tree; [`Graph`] and [`NodeRef`], with identity and cycles |
//! | objects outside of the pickle | [`Registry::persistent`], [`PersistentId`]; [`PickleBuffer`] |
//! | Python 2 | [`Encoding`], [`UnpickleOptions::fix_imports`] |
//! | numbers for names | [`Registry::extension`] |
//! | classes for Python, generated | [`python`], [`derive@PythonType`] |
//! | Python's own types | [below](#rusts-types-and-pythons); [`types`]: dates, `Decimal`, `Fraction`, collections, NumPy |
//! | looking at the bytes | [`tools`]: `genops`, `dis`, `optimize`, `Program`; [`opcode`] |
//! | what a pickle would do in Python | [`tools::audit`], with a [`Policy`](tools::audit::Policy) |
//!
//! # Rust's types and Python's
//!
//! | Rust | Python | reading also takes |
//! |---|---|---|
//! | `i8` … `i128`, `u8` … `u128`, `isize`, `usize`, `NonZero`, `Wrapping`, `Saturating`, atomics | `int` | |
//! | `f32`, `f64` | `float` | an `int` that is exact as one |
//! | `bool`, `AtomicBool` | `bool` | |
//! | `char`, `str`, `String`, `Cow<str>`, `Box<str>`, `OsString` | `str` | Python 2's `str` in the [`Encoding`] |
//! | `Vec<u8>`, `&[u8]`, `[u8; N]`, `Cow<[u8]>`, `Box<[u8]>` | `bytes` | `bytearray`, Python 2's `str`; owned: a list of ints |
//! | `PickleBuffer` | `PickleBuffer`, `bytes` or `bytearray` | |
//! | `PersistentId<I>` | what `persistent_load` makes of the id | |
//! | `Vec<T>`, `[T]`, `Box<[T]>`, `LinkedList<T>` | `list` | `tuple` |
//! | `BinaryHeap<T>` | `list` in the order of popping; of `Reverse<T>`, a heap of `heapq` | `tuple` |
//! | `VecDeque<T>` | `collections.deque` | `list`, `tuple` |
//! | `(A, B, …)` up to twelve, `[T; N]` | `tuple` | `list` |
//! | `HashMap`, `BTreeMap` | `dict` | `OrderedDict`, `defaultdict`, `Counter` |
//! | `HashSet`, `BTreeSet` | `set` | `frozenset` |
//! | `Option<T>` | `None` or the value | |
//! | `()`, `PhantomData<T>` | `None` | |
//! | `Box<T>`, `&T`, `Reverse<T>`, `Cell`, `RefCell`, `Mutex`, `RwLock`, `OnceCell`, `OnceLock` | what is in it | |
//! | `Rc<T>`, `Arc<T>` | what it points to, one object for each pointee | |
//! | `rc::Weak<T>`, `sync::Weak<T>` | what it points to, or `None` | |
//! | `Box<dyn Trait>`, `Rc<dyn Trait>`, `Arc<dyn Trait>` | an instance of the class of what is behind it | |
//! | `Duration` | `datetime.timedelta`, to the microsecond | |
//! | `SystemTime` | `datetime.datetime` in UTC, to the microsecond (Python 3) | any fixed offset |
//! | `Path`, `PathBuf`, `Cow<Path>` | `pathlib.Path` (Python 3) | every path class, `pathlib._local` |
//! | `Ipv4Addr`, `Ipv6Addr`, `IpAddr` | `ipaddress.IPv4Address`, `IPv6Address` (Python 3) | |
//! | `SocketAddr`, `SocketAddrV4`, `SocketAddrV6` | `(host, port)`, `(host, port, flow, scope)` | |
//! | `Range<T>`, `RangeInclusive<T>` | `range` | Python 2's `xrange` |
//! | `RangeFrom`, `RangeTo`, `RangeFull` | `slice` | |
//! | a derived struct or enum variant | an instance of its class | every way such an instance pickles |
//! | a derived struct with `#[reduce(dict)]` | `dict` with the fields for keys | `OrderedDict`, `defaultdict`, `Counter` |
//!
//! Keys of dicts and members of sets must be hashable in Python, so a `Vec` becomes a tuple there
//! and a set a frozenset. Atoms (`None`, `bool`, `int`, `float`) have no identity in a pickle: an
//! `Rc<u8>` is written anew for each pointer.
//!
//! # Pickles of unknown classes
//!
//! A [`Graph`] holds any pickle without a type for its classes: what was called with what, and what
//! was done to the result. Nothing is imported, shared values stay shared, and cycles stay cycles.
//!
//! ```
//! use pickle_core::{Graph, PickleOptions, Protocol, Result};
//!
//! /// Moves the servers of a configuration into another module, and gives all of them TLS.
//! fn migrate(pickle: &[u8]) -> Result<Vec<u8>> {
//!     let mut graph = Graph::from_slice(pickle)?;
//!
//!     // Read: by names and places. An error would say how far the path led.
//!     assert_eq!(graph.root().at("servers[0].port")?.as_i64(), Some(80));
//!
//!     // Find: everything that the value leads to, each node once.
//!     let servers = graph.root().walk().filter(|node| node.class_name() == Some(("app", "Server")));
//!     let servers: Vec<_> = servers.map(|node| node.id()).collect();
//!
//!     // Edit: nodes are made, and put where ids say.
//!     let port = graph.add_int(443)?;
//!     for server in servers {
//!         graph.set_attribute(server, "port", port)?;
//!     }
//!     graph.rename_globals(|module, name| {
//!         (module == "app").then(|| ("app.net".to_owned(), name.to_owned()))
//!     })?;
//!
//!     // Write: in any protocol.
//!     PickleOptions::new().protocol(Protocol::V2).graph_to_vec(&graph)
//! }
//!
//! // {'servers': [app.Server(port=80)]}
//! let pickle = b"\x80\x02}Vservers\n]capp\nServer\n)\x81}Vport\nK\x50sbas.";
//! let expected = r#"{"servers": [new app.net.Server() state {"port": 443}]}"#;
//! assert_eq!(format!("{:?}", Graph::from_slice(&migrate(pickle)?)?), expected);
//! # Ok::<(), pickle_core::Error>(())
//! ```
//!
//! [`Graph::new`] starts an empty one, to be built by hand; graphs are compared by value with `==`;
//! a part whose type is known is read with [`UnpickleOptions::from_node`], and as a tree with
//! `Value::try_from`. A [`Profile`] says whose habits a graph is written with: byte for byte those of
//! CPython's picklers, or canonically, so that the same data gives the same bytes. Where even the
//! instructions have to stay what they are, [`tools::Program`] changes them one by one.
//!
//! # What a hostile pickle can do
//!
//! A pickle is a program, and Python's `pickle.load` runs it with the rights of its process. Here
//! the attacker is whoever wrote the bytes, and gets this much:
//!
//! * *No code of theirs runs.* The machine makes a node of each call. Typed reading calls the
//!   constructors and hooks of the types that the caller asks for or put into a [`Registry`], with
//!   arguments of the types that those declare; [`Graph`], [`Value`] and [`tools`] call nothing.
//! * *No panic, no overflow of the stack.* The machine, graphs and tools do not recurse. Typed values
//!   do, as deep as [`Limits::depth`] allows.
//! * *Memory in proportion.* Nothing is reserved for a length that is only claimed. A graph takes at
//!   most 200 bytes for each byte of the pickle; typed values may be larger than that where a
//!   reference stands for a large value that Rust cannot share: by 40 values for each byte and
//!   [`Limits::replays`] more.
//! * *Time in proportion*, also for digits of numbers ([`Limits::digits`]), keys that collide, memo
//!   indices, marks and frames.
//!
//! Each of these is tested with pickles made for it and with fuzzed ones (`ARCHITECTURE.md`, Fuzzing).
//!
//! What is left to the caller: what their own constructors and hooks do with values that an attacker
//! chose, and how many bytes they read in the first place. A pickle that is to be passed on to Python
//! is a danger there, whatever it looks like here: [`tools::audit`] says what it
//! would call.
//!
//! # Hooks may run twice
//!
//! Typed values are read by a route that predicts the pickle from the types, and what it does not
//! predict is read again by a general one (`ARCHITECTURE.md` says how). Constructors and `after`
//! hooks of the first attempt have then run already, and their values are dropped.

mod buffer;
mod class;
mod error;
mod global;
mod graph;
mod impls;
mod limits;
mod loader;
pub mod opcode;
mod options;
mod pickler;
#[doc(hidden)]
pub mod private;
mod protocol;
pub mod python;
mod reconstruct;
mod reduce;
mod registry;
#[cfg(feature = "serde")]
pub mod serde;
mod stack;
pub mod tools;
pub mod types;
mod unpickler;
mod value;
mod wire;

pub use buffer::{PickleBuffer, Placement};
pub use class::{Class, StateForm};
pub use error::{Error, ErrorKind, Result};
pub use graph::{
    Entries, Graph, How, Items, Node, NodeId, NodeRef, ObjectIndex, ObjectRef, Span, Text, Walk,
};
pub use impls::persistent::PersistentId;
pub use limits::Limits;
pub use loader::{Arguments, Kind, Loader};
pub use opcode::Opcode;
pub use options::{
    PickleOptions, Route, UnpickleOptions, deepcopy, from_reader, from_slice, to_buffer, to_vec,
    to_writer,
};
/// Writes [`trait@PythonType`] for what has [`derive@Reduce`], from the same attributes.
#[cfg(feature = "derive")]
pub use pickle_derive::PythonType;
/// Writes [`trait@Reduce`] and [`Reconstruct`] for a struct or enum.
#[cfg(feature = "derive")]
pub use pickle_derive::Reduce;
pub use pickler::{Batch, Call, Callable, Instance, Pickler, Profile, Saver, TupleToken};
pub use protocol::Protocol;
pub use python::PythonType;
pub use reconstruct::{Pointee, Reconstruct, ReconstructOwned, Starts};
pub use reduce::{DynReduce, Reduce, Sequence};
pub use registry::{Function, Registered, Registry, TraitObject, registered};
pub use unpickler::{Encoding, StreamGraph, Unpickler};
pub use value::{Global, Long, Object, Value};
pub use wire::integer::Integer;
