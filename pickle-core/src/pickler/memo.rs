//! What was written before and can be referred to.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::class::ClassTable;
use crate::pickler::identity::Identities;
use crate::pickler::object::Shape;

/// A table by name.
pub(crate) type Names<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// Stands for the index of what was not written yet.
pub(crate) const UNWRITTEN: u32 = u32::MAX;

/// The memo of a pickler: which index holds what.
#[derive(Default)]
pub(crate) struct Memo {
    /// How many entries there are.
    pub(crate) len: u32,
    /// The classes that are in it, and how instances of each are spelled.
    pub(crate) classes: ClassTable<Shape>,
    /// The index of each attribute name; a shape says where those of its class begin.
    pub(crate) keys: Vec<u32>,
    /// Where in `keys` the attribute names of each base begin, by the address of its class.
    pub(crate) bases: FxHashMap<usize, usize>,
    /// The index of each global that was written by a name known at run time only: by module, then
    /// by name. The names may be anybody's, so the hash has to withstand that.
    pub(crate) named: Names<Names<u32>>,
    /// The objects that shared pointers point to.
    pub(crate) identities: Identities,
}
