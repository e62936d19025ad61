//! What was written before and can be referred to.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use crate::class::ClassTable;
use crate::pickler::identity::Identities;
use crate::pickler::object::Shape;
use crate::wire::encode::Reference;

/// A table by name.
pub(crate) type Names<T> = HashMap<Box<str>, T, foldhash::fast::RandomState>;

/// The memo of a pickler: which index holds what.
#[derive(Default)]
pub(crate) struct Memo {
    /// How many entries there are.
    pub(crate) len: u32,
    /// The classes that are in it, numbered.
    pub(crate) classes: ClassTable,
    /// How instances of each class are spelled, by its number.
    pub(crate) shapes: Vec<Shape>,
    /// The `BINGET` of each attribute name; a shape says where those of its class begin.
    pub(crate) keys: Vec<Reference>,
    /// Those of two bytes; zeros for the others.
    pub(crate) short_keys: Vec<[u8; 2]>,
    /// Where in `keys` the attribute names of each base begin, by the address of its class.
    pub(crate) bases: FxHashMap<usize, usize>,
    /// The index of each global that was written by a name known at run time only: by module, then
    /// by name. The names may be anybody's, so the hash has to withstand that.
    pub(crate) named: Names<Names<u32>>,
    /// The objects that shared pointers point to.
    pub(crate) identities: Identities,
}
