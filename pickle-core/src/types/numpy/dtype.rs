//! Dtypes: what the items of an array are.

mod state;

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

pub(super) use state::Shape;

/// An item must be made before it is used, as any bytes would be no valid text: `NPY_NEEDS_INIT`.
const NEEDS_INIT: i64 = 8;

/// Set for all that have fields: `NPY_NEEDS_PYAPI`.
const NEEDS_PYAPI: i64 = 16;

/// What a dtype of objects has: `NPY_OBJECT_DTYPE_FLAGS`.
const OBJECT: i64 = 63;

/// What a structure has of its fields: `NPY_FROM_FIELDS`.
const FROM_FIELDS: i64 = 27;

/// In which order the bytes of an item are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ByteOrder {
    /// Least significant byte first: `<`.
    Little,
    /// Most significant byte first: `>`.
    Big,
    /// Items have no byte order: `|`.
    Irrelevant,
}

impl ByteOrder {
    /// The order of this machine.
    pub const NATIVE: ByteOrder =
        if cfg!(target_endian = "big") { ByteOrder::Big } else { ByteOrder::Little };

    fn symbol(self) -> &'static str {
        match self {
            ByteOrder::Little => "<",
            ByteOrder::Big => ">",
            ByteOrder::Irrelevant => "|",
        }
    }

    fn from_symbol(symbol: &str) -> Option<ByteOrder> {
        match symbol {
            "<" => Some(ByteOrder::Little),
            ">" => Some(ByteOrder::Big),
            "=" => Some(ByteOrder::NATIVE),
            "|" => Some(ByteOrder::Irrelevant),
            _ => None,
        }
    }
}

/// The unit of a date or a span of time, such as 25 microseconds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TimeUnit {
    /// NumPy's name: `ns`, `D`, `generic`, ….
    pub name: Box<str>,
    /// How many of them.
    pub count: i64,
}

/// A field of a structured dtype.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name.
    pub name: Box<str>,
    /// Its title, by which NumPy finds it as well.
    pub title: Option<Box<str>>,
    /// What it holds.
    pub dtype: Dtype,
    /// Where it is in an item, in bytes.
    pub offset: usize,
}

/// The fields of a structured dtype.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Structure {
    /// The fields by name, in their order.
    pub fields: Vec<Field>,
    /// To how many bytes an item is aligned; 1 if it is packed.
    pub alignment: usize,
    /// NumPy's flags of the dtype.
    flags: i64,
}

/// What the items of a `StringDType` may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    /// Whether NumPy makes text of what is none.
    pub coerce: bool,
    /// What stands for an item that is missing.
    pub missing: Missing,
}

/// What stands for an item that is missing: the `na_object` of a `StringDType`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Missing {
    /// None is missing.
    #[default]
    Never,
    /// Python's `None`.
    None,
    /// NaN.
    NaN,
    /// Other text.
    Text(Box<str>),
}

/// What an item is, without its size and byte order.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// `bool`: `b`.
    Bool,
    /// A signed integer: `i`.
    Int,
    /// An unsigned integer: `u`.
    Uint,
    /// A floating-point number: `f`.
    Float,
    /// A pair of them: `c`.
    Complex,
    /// Any Python objects: `O`. Their arrays are an [`ObjectArray`](super::ObjectArray).
    Object,
    /// Text of any length, NumPy 2's `StringDType`. Its arrays are an
    /// [`ObjectArray`](super::ObjectArray) as well.
    Text(Text),
    /// Bytes up to the first of the zeros at the end: `S`.
    Bytes,
    /// Text in UTF-32 up to the first of the zeros at the end: `U`.
    Str,
    /// Bytes: `V`.
    Void,
    /// A count of units since 1970: `M`.
    DateTime(TimeUnit),
    /// A count of units: `m`.
    TimeDelta(TimeUnit),
    /// Fields.
    Structure(Box<Structure>),
    /// An array of this shape in each item.
    Subarray(Box<Dtype>, Vec<usize>),
}

impl Type {
    fn code(&self) -> char {
        match self {
            Type::Bool => 'b',
            Type::Int => 'i',
            Type::Uint => 'u',
            Type::Float => 'f',
            Type::Complex => 'c',
            Type::Object => 'O',
            Type::Text(_) => 'T',
            Type::Bytes => 'S',
            Type::Str => 'U',
            Type::Void | Type::Structure(_) | Type::Subarray(..) => 'V',
            Type::DateTime(_) => 'M',
            Type::TimeDelta(_) => 'm',
        }
    }

    fn unit(&self) -> Option<&TimeUnit> {
        match self {
            Type::DateTime(unit) | Type::TimeDelta(unit) => Some(unit),
            _ => None,
        }
    }
}

/// What the items of an array are: `numpy.dtype`.
///
/// ```
/// use pickle_core::types::numpy::{ByteOrder, Dtype, Type};
///
/// let dtype: Dtype = ">i4".parse()?;
/// assert_eq!((dtype.kind(), dtype.itemsize(), dtype.byte_order()), (&Type::Int, 4, ByteOrder::Big));
/// assert_eq!("<M8[ns]".parse::<Dtype>()?.to_string(), "<M8[ns]");
///
/// let point = Dtype::structure([("x", "<f8".parse()?), ("y", "<f8".parse()?)]);
/// assert_eq!(point.itemsize(), 16);
/// assert_eq!(pickle_core::from_slice::<Dtype>(&pickle_core::to_vec(&point)?)?, point);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Dtype {
    kind: Type,
    itemsize: usize,
    byte_order: ByteOrder,
}

impl Dtype {
    pub(in crate::types) fn new(kind: Type, itemsize: usize) -> Dtype {
        let has_order = match kind {
            Type::Str => true,
            Type::Bool
            | Type::Object
            | Type::Text(_)
            | Type::Bytes
            | Type::Void
            | Type::Structure(_)
            | Type::Subarray(..) => false,
            _ => itemsize > 1,
        };
        let byte_order = if has_order { ByteOrder::Little } else { ByteOrder::Irrelevant };
        Dtype { kind, itemsize, byte_order }
    }

    /// A structured dtype with these fields, one right behind the other.
    #[must_use]
    pub fn structure<N: Into<Box<str>>>(fields: impl IntoIterator<Item = (N, Dtype)>) -> Dtype {
        let mut itemsize = 0;
        let field = |(name, dtype): (N, Dtype)| {
            let offset = itemsize;
            itemsize += dtype.itemsize;
            Field { name: name.into(), title: None, dtype, offset }
        };
        let fields: Vec<Field> = fields.into_iter().map(field).collect();
        let inherited = fields.iter().fold(0, |flags, field| flags | field.dtype.flags());
        let flags = NEEDS_PYAPI | (inherited & FROM_FIELDS);
        let structure = Structure { fields, alignment: 1, flags };
        Dtype::new(Type::Structure(Box::new(structure)), itemsize)
    }

    /// An array of this shape in each item.
    #[must_use]
    pub fn subarray(self, shape: impl Into<Vec<usize>>) -> Dtype {
        let shape = shape.into();
        let itemsize = shape.iter().fold(self.itemsize, |size, count| size.saturating_mul(*count));
        Dtype::new(Type::Subarray(Box::new(self), shape), itemsize)
    }

    /// Text of any length: `numpy.dtypes.StringDType()`, which NumPy has from 2.0 on.
    #[must_use]
    pub fn text() -> Dtype {
        Dtype::of_text(Text { coerce: true, missing: Missing::Never })
    }

    /// Text of any length, some of which may be missing: `numpy.dtypes.StringDType(na_object=…)`.
    #[must_use]
    pub fn of_text(text: Text) -> Dtype {
        Dtype::new(Type::Text(text), 16)
    }

    /// Whether its items are Python objects or have such fields, and not bytes.
    #[must_use]
    pub fn has_objects(&self) -> bool {
        match &self.kind {
            Type::Object | Type::Text(_) => true,
            Type::Subarray(base, _) => base.has_objects(),
            Type::Structure(structure) => {
                structure.fields.iter().any(|field| field.dtype.has_objects())
            }
            _ => false,
        }
    }

    /// The field of a structured dtype with this name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        match &self.kind {
            Type::Structure(structure) => {
                structure.fields.iter().find(|field| *field.name == *name)
            }
            _ => None,
        }
    }

    /// The unit of dates and spans of time.
    #[must_use]
    pub fn unit(&self) -> Option<&TimeUnit> {
        self.kind.unit()
    }

    /// What an item is.
    #[must_use]
    pub fn kind(&self) -> &Type {
        &self.kind
    }

    /// The size of an item in bytes.
    #[must_use]
    pub fn itemsize(&self) -> usize {
        self.itemsize
    }

    /// The order of the bytes of an item.
    #[must_use]
    pub fn byte_order(&self) -> ByteOrder {
        self.byte_order
    }

    /// NumPy's flags of the dtype.
    fn flags(&self) -> i64 {
        match &self.kind {
            Type::Str => NEEDS_INIT,
            Type::Object => OBJECT,
            Type::Structure(structure) => structure.flags,
            Type::Subarray(base, _) => base.flags(),
            _ => 0,
        }
    }

    /// The argument of the constructor, such as `f8`: without byte order and unit.
    fn code(&self) -> String {
        let size = if self.kind == Type::Str { self.itemsize / 4 } else { self.itemsize };
        format!("{}{size}", self.kind.code())
    }
}

/// As `dtype.str`, such as `<f8`.
impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind == Type::Object {
            return f.write_str("|O");
        }
        write!(f, "{}{}", self.byte_order.symbol(), self.code())?;
        match self.kind.unit() {
            Some(TimeUnit { name, count: 1 }) if **name != *"generic" => write!(f, "[{name}]"),
            Some(TimeUnit { name, count }) if **name != *"generic" => write!(f, "[{count}{name}]"),
            _ => Ok(()),
        }
    }
}

/// From what `dtype.str` is in Python, such as `<f8`, `|S3`, `>U5`, `<M8[ns]`.
///
/// # Errors
/// When the text is no such dtype.
impl FromStr for Dtype {
    type Err = Error;

    fn from_str(text: &str) -> Result<Dtype> {
        let wrong = || Error::mismatch(format!("{text:?}"), "a dtype such as \"<f8\"");
        let order = text.get(..1).and_then(ByteOrder::from_symbol);
        let code = if order.is_some() { text.get(1..).unwrap_or_default() } else { text };
        let (code, unit) = match code.strip_suffix(']').and_then(|code| code.split_once('[')) {
            Some((code, unit)) => (code, Some(unit)),
            None => (code, None),
        };
        let mut dtype = from_code(code, unit.map(time_unit)).ok_or_else(wrong)?;
        if let (Some(order), true) = (order, dtype.byte_order != ByteOrder::Irrelevant) {
            if order == ByteOrder::Irrelevant {
                return Err(wrong());
            }
            dtype.byte_order = order;
        }
        Ok(dtype)
    }
}

/// A unit as it is between brackets, such as `25us`.
fn time_unit(text: &str) -> TimeUnit {
    let name = text.trim_start_matches(|char: char| char.is_ascii_digit());
    let count = text.strip_suffix(name).and_then(|count| count.parse().ok());
    TimeUnit { name: name.into(), count: count.unwrap_or(1) }
}

fn from_code(code: &str, unit: Option<TimeUnit>) -> Option<Dtype> {
    let mut chars = code.chars();
    let (kind, size) = (chars.next()?, chars.as_str());
    let size: usize = if size.is_empty() { 0 } else { size.parse().ok()? };
    let unit = || unit.unwrap_or(TimeUnit { name: "generic".into(), count: 1 });
    let kind = match (kind, size) {
        ('?', 0) => return Some(Dtype::new(Type::Bool, 1)),
        ('b', 1) => Type::Bool,
        ('i', 1 | 2 | 4 | 8) => Type::Int,
        ('u', 1 | 2 | 4 | 8) => Type::Uint,
        ('f', 2 | 4 | 8 | 12 | 16) => Type::Float,
        ('c', 8 | 16 | 24 | 32) => Type::Complex,
        // NumPy shows objects as `|O`, and pickles them as `O8`.
        ('O', 0) => return Some(Dtype::new(Type::Object, 8)),
        ('O', 4 | 8) => Type::Object,
        ('S', _) => Type::Bytes,
        ('V', _) => Type::Void,
        ('U', _) => return Some(Dtype::new(Type::Str, size.checked_mul(4)?)),
        ('M', 8) => Type::DateTime(unit()),
        ('m', 8) => Type::TimeDelta(unit()),
        _ => return None,
    };
    Some(Dtype::new(kind, size))
}
