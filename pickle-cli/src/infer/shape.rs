//! What is known about the values at one position, and what two of them have in common.

use std::collections::BTreeSet;

use indexmap::IndexMap;

/// Which class of the table of all classes.
pub type ClassId = usize;

/// The type of a `dict`. Where its keys have no order in Rust it becomes a `HashMap`.
pub const DICT: &str = "std::collections::BTreeMap";

/// The type of a `set`. Where its members have no order in Rust it becomes a `HashSet`.
pub const SET: &str = "std::collections::BTreeSet";

/// The type of a `frozenset`, around that of a `set`.
pub const FROZEN_SET: &str = "pickle_core::types::FrozenSet";

/// The type of an `array.array`, all of whose items are of one type.
pub const ARRAY: &str = "pickle_core::types::Array";

/// Longer tuples are arrays, or have no type.
const TUPLE: usize = 12;

/// How many keys a dict has at most that is a struct.
const ENTRIES: usize = 64;

/// Of how many classes the instances at one position may be.
const CLASSES: usize = 16;

/// How many kinds of values are told apart in a comment.
const KINDS: usize = 12;

/// What the values at one position have in common.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Whether one of them was `None`.
    pub optional: bool,
    /// What the others were.
    pub kind: Kind,
}

/// What the values at one position are, other than `None`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Kind {
    /// No value was seen; the bottom of the lattice.
    #[default]
    Unseen,
    /// A type of Rust or of `pickle_core`, by its path, with the arguments that it is generic over.
    Type(&'static str, Vec<Shape>),
    /// Tuples of one length.
    Tuple(Vec<Shape>),
    /// Tuples of one length, too long for a type for each item.
    Array(usize, Box<Shape>),
    /// Instances of these classes.
    Class(BTreeSet<ClassId>),
    /// Dicts whose keys are text.
    Record(Record),
    /// Values without a common type, and what they were; the top of the lattice.
    Mixed(BTreeSet<String>),
}

/// What dicts have in common whose keys are text.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// How many dicts there are.
    pub count: usize,
    /// The keys, and how many dicts have each.
    pub keys: IndexMap<String, usize>,
    /// The values for each key.
    pub values: Vec<Shape>,
}

/// Equal ones are one type. How often dicts were found does not count, but the order of the keys does:
/// the values are in that order.
impl PartialEq for Record {
    fn eq(&self, other: &Record) -> bool {
        self.fields().eq(other.fields()) && self.values == other.values
    }
}

impl Record {
    /// Of one dict; `None` if it cannot be a struct, whatever others there are.
    #[must_use]
    pub fn of(entries: Vec<(String, Shape)>) -> Option<Record> {
        let mut record = Record { count: 1, ..Record::default() };
        for (key, value) in entries {
            record.add(key, 1, value);
        }
        let is_small =
            record.keys.len() <= ENTRIES && record.keys.keys().all(|key| !key.is_empty());
        (is_small && !record.keys.is_empty()).then_some(record)
    }

    /// The keys, and whether they are missing in some dicts.
    fn fields(&self) -> impl Iterator<Item = (&String, bool)> {
        self.keys.iter().map(|(key, count)| (key, *count < self.count))
    }

    fn add(&mut self, key: String, count: usize, value: Shape) {
        let entry = self.keys.entry(key);
        let place = entry.index();
        *entry.or_default() += count;
        match self.values.get_mut(place) {
            Some(known) => known.add(value),
            None => self.values.push(value),
        }
    }

    fn join(mut self, other: Record) -> Record {
        self.count += other.count;
        for ((key, count), value) in other.keys.into_iter().zip(other.values) {
            self.add(key, count, value);
        }
        self
    }

    /// What all values have in common.
    #[must_use]
    pub fn value(&self) -> Shape {
        self.values.iter().cloned().fold(Shape::default(), Shape::join)
    }

    /// Whether they are structs rather than maps: their values are of different types, and most have
    /// all keys.
    #[must_use]
    pub fn is_struct(&self) -> bool {
        let mut differ = false;
        self.value().visit(&mut |shape| {
            differ |= match &shape.kind {
                Kind::Mixed(_) => true,
                Kind::Class(classes) => classes.len() > 1,
                _ => false,
            };
        });
        differ && self.keys.values().all(|count| 2 * count >= self.count)
    }

    /// The same as a map.
    #[must_use]
    pub fn map(&self) -> Shape {
        Shape::generic(DICT, [Shape::of("String"), self.value()])
    }
}

impl Shape {
    /// Of values that are a type without arguments.
    #[must_use]
    pub fn of(path: &'static str) -> Shape {
        Shape::generic(path, [])
    }

    /// Of values that are a type with arguments.
    #[must_use]
    pub fn generic(path: &'static str, arguments: impl Into<Vec<Shape>>) -> Shape {
        Shape::from(Kind::Type(path, arguments.into()))
    }

    /// Of a tuple.
    #[must_use]
    pub fn tuple(items: impl ExactSizeIterator<Item = Shape>) -> Shape {
        let length = items.len();
        // The empty tuple of Rust is `None` in Python.
        if (1..=TUPLE).contains(&length) {
            return Shape::from(Kind::Tuple(items.collect()));
        }
        Shape::from(Kind::Array(length, Box::new(items.fold(Shape::default(), Shape::join))))
    }

    /// Of a value for which there is no type.
    #[must_use]
    pub fn mixed(what: impl Into<String>) -> Shape {
        Shape::from(Kind::Mixed([what.into()].into()))
    }

    /// Of `None`.
    #[must_use]
    pub fn none() -> Shape {
        Shape { optional: true, kind: Kind::Unseen }
    }

    /// Of instances of a class.
    #[must_use]
    pub fn class(id: ClassId) -> Shape {
        Shape::from(Kind::Class([id].into()))
    }

    /// The least shape that has the values of both.
    #[must_use]
    pub fn join(self, other: Shape) -> Shape {
        let optional = self.optional || other.optional;
        Shape { optional, kind: self.kind.join(other.kind) }
    }

    /// Adds the values of another shape.
    pub fn add(&mut self, other: Shape) {
        *self = std::mem::take(self).join(other);
    }

    /// The shapes that it is made of.
    #[must_use]
    pub fn parts(&self) -> &[Shape] {
        match &self.kind {
            Kind::Type(_, parts) | Kind::Tuple(parts) => parts,
            Kind::Array(_, item) => std::slice::from_ref(item),
            Kind::Record(record) => &record.values,
            Kind::Unseen | Kind::Class(_) | Kind::Mixed(_) => &[],
        }
    }

    /// How many shapes it is made of, itself among them.
    #[must_use]
    pub fn size(&self) -> usize {
        let mut size = 0;
        self.visit(&mut |_| size += 1);
        size
    }

    /// Calls the function with this shape and all that it is made of.
    pub fn visit<'s>(&'s self, f: &mut impl FnMut(&'s Shape)) {
        f(self);
        self.parts().iter().for_each(|part| part.visit(f));
    }

    /// The classes in it, also in what it is made of.
    #[must_use]
    pub fn classes(&self) -> BTreeSet<ClassId> {
        let mut found = BTreeSet::new();
        self.visit(&mut |shape| {
            if let Kind::Class(classes) = &shape.kind {
                found.extend(classes);
            }
        });
        found
    }
}

impl From<Kind> for Shape {
    fn from(kind: Kind) -> Shape {
        Shape { optional: false, kind }
    }
}

impl Kind {
    fn join(self, other: Kind) -> Kind {
        match (self, other) {
            (Kind::Unseen, kind) | (kind, Kind::Unseen) => kind,
            (Kind::Type(a, left), Kind::Type(b, right))
                if a == b
                    && left.len() == right.len()
                    && (left == right || !are_raw(a, &left) && !are_raw(a, &right)) =>
            {
                Kind::Type(a, join_all(left, right))
            }
            (Kind::Type(a, _), Kind::Type(b, _)) if is_integer(a) && is_integer(b) => {
                Kind::Type("pickle_core::Long", Vec::new())
            }
            // Python takes an int for a float, and so does reading.
            (Kind::Type("i64", _), Kind::Type("f64", _))
            | (Kind::Type("f64", _), Kind::Type("i64", _)) => Kind::Type("f64", Vec::new()),
            (Kind::Tuple(left), Kind::Tuple(right)) if left.len() == right.len() => {
                Kind::Tuple(join_all(left, right))
            }
            (Kind::Array(n, left), Kind::Array(m, right)) if n == m => {
                Kind::Array(n, Box::new(left.join(*right)))
            }
            (Kind::Record(left), Kind::Record(right)) => {
                let joined = left.join(right);
                // So many keys are data.
                if joined.keys.len() <= ENTRIES { Kind::Record(joined) } else { joined.map().kind }
            }
            (Kind::Record(record), map @ Kind::Type(DICT, _))
            | (map @ Kind::Type(DICT, _), Kind::Record(record)) => record.map().kind.join(map),
            (Kind::Class(left), Kind::Class(right)) if left.len() + right.len() <= CLASSES => {
                Kind::Class(&left | &right)
            }
            (left, right) => {
                let mut what = left.describe();
                what.extend(right.describe());
                if what.len() > KINDS {
                    what = ["values of many kinds".to_owned()].into();
                }
                Kind::Mixed(what)
            }
        }
    }

    /// What the values are, in the words of Python, for the comment beside a `Value`.
    fn describe(self) -> BTreeSet<String> {
        let what = match self {
            Kind::Mixed(what) => return what,
            Kind::Unseen => return BTreeSet::new(),
            Kind::Type(path, parts) => match (path, &parts[..]) {
                ("i64" | "u64" | "pickle_core::Long", _) => "int".to_owned(),
                ("f64", _) => "float".to_owned(),
                ("String", _) => "str".to_owned(),
                ("Vec", parts) if are_raw(path, parts) => "bytes".to_owned(),
                ("Vec", _) => "list".to_owned(),
                (DICT, _) => "dict".to_owned(),
                (SET, _) => "set".to_owned(),
                (FROZEN_SET, _) => "frozenset".to_owned(),
                _ => path.rsplit("::").next().unwrap_or(path).to_owned(),
            },
            Kind::Tuple(items) => format!("tuple of {}", items.len()),
            Kind::Array(length, _) => format!("tuple of {length}"),
            Kind::Record(_) => "dict".to_owned(),
            Kind::Class(_) => "instance of a class".to_owned(),
        };
        [what].into()
    }
}

fn join_all(left: Vec<Shape>, right: Vec<Shape>) -> Vec<Shape> {
    left.into_iter().zip(right).map(|(left, right)| left.join(right)).collect()
}

/// Whether values of a type hold raw bytes and not objects, so that no other type of items will do:
/// `bytes` are a `Vec<u8>`, and no list.
fn are_raw(path: &str, parts: &[Shape]) -> bool {
    path == ARRAY || matches!(parts, [item] if *item == Shape::of("u8"))
}

/// Whether the first argument of a type has to have a hash.
#[must_use]
pub fn has_keys(path: &str) -> bool {
    let last = path.strip_prefix("pickle_core::types::");
    matches!(path, DICT | SET | FROZEN_SET)
        || matches!(last, Some("OrderedDict" | "DefaultDict" | "Counter"))
}

fn is_integer(path: &str) -> bool {
    matches!(path, "i64" | "u64" | "pickle_core::Long")
}
