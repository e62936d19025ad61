//! Dtypes: what the items of an array are.

use std::fmt;
use std::str::FromStr;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

static DTYPE: Class = Class::new("numpy", "dtype");

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
    /// Its name; a title is not kept.
    pub name: Box<str>,
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
    pub(super) fn new(kind: Type, itemsize: usize) -> Dtype {
        let has_order = match kind {
            Type::Str => true,
            Type::Bool | Type::Bytes | Type::Void | Type::Structure(_) | Type::Subarray(..) => {
                false
            }
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
            Field { name: name.into(), dtype, offset }
        };
        let fields = fields.into_iter().map(field).collect();
        // NPY_NEEDS_PYAPI, which NumPy sets for all with fields.
        let structure = Structure { fields, alignment: 1, flags: 16 };
        Dtype::new(Type::Structure(Box::new(structure)), itemsize)
    }

    /// An array of this shape in each item.
    #[must_use]
    pub fn subarray(self, shape: impl Into<Vec<usize>>) -> Dtype {
        let shape = shape.into();
        let itemsize = shape.iter().fold(self.itemsize, |size, count| size.saturating_mul(*count));
        Dtype::new(Type::Subarray(Box::new(self), shape), itemsize)
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

    /// The argument of the constructor, such as `f8`: without byte order and unit.
    fn code(&self) -> String {
        let size = if self.kind == Type::Str { self.itemsize / 4 } else { self.itemsize };
        format!("{}{size}", self.kind.code())
    }
}

/// As `dtype.str`, such as `<f8`.
impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
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
/// When the text is no such dtype, or one of objects.
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
        ('S', _) => Type::Bytes,
        ('V', _) => Type::Void,
        ('U', _) => return Some(Dtype::new(Type::Str, size.checked_mul(4)?)),
        ('M', 8) => Type::DateTime(unit()),
        ('m', 8) => Type::TimeDelta(unit()),
        _ => return None,
    };
    Some(Dtype::new(kind, size))
}

/// By its code, and by what `dtype.__reduce__` has as its state.
impl Reduce for Dtype {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&DTYPE, 3)?;
        saver.save(&self.code())?;
        saver.bool(false);
        saver.bool(true);
        saver.end_call(&mut call)?;
        deeper(|| saver.end_with_state(call, &State(self)))
    }
}

/// The tuple of which `dtype.__setstate__` makes what the code does not say.
struct State<'a>(&'a Dtype);

impl Reduce for State<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let State(dtype) = self;
        let unit = dtype.kind.unit();
        let (version, len) = if unit.is_some() { (4, 9) } else { (3, 8) };
        let tuple = saver.begin_tuple(len)?;
        saver.int(version);
        saver.str(dtype.byte_order.symbol())?;
        let Parts { base, structure, size, alignment, flags } = Parts::of(dtype);
        saver.save(&base.map(|(base, shape)| (base, Shape(shape))))?;
        saver.save(&structure.map(|structure| Names(&structure.fields)))?;
        saver.save(&structure.map(|structure| Fields(&structure.fields)))?;
        saver.integer(size)?;
        saver.integer(alignment)?;
        saver.int(flags);
        if let Some(TimeUnit { name, count }) = unit {
            saver.save(&((), (name.as_bytes(), count, 1u8, 1u8)))?;
        }
        saver.end_tuple(tuple)
    }
}

/// What of the state depends on the type; -1 stands for what the code says already.
struct Parts<'a> {
    base: Option<(&'a Dtype, &'a [usize])>,
    structure: Option<&'a Structure>,
    size: i128,
    alignment: i128,
    flags: i64,
}

impl Parts<'_> {
    fn of(dtype: &Dtype) -> Parts<'_> {
        let size = i128::try_from(dtype.itemsize).unwrap_or(-1);
        let plain = Parts { base: None, structure: None, size: -1, alignment: -1, flags: 0 };
        match &dtype.kind {
            Type::Bytes | Type::Void => Parts { size, alignment: 1, ..plain },
            // NPY_NEEDS_INIT, as an item must be valid text.
            Type::Str => Parts { size, alignment: 4, flags: 8, ..plain },
            Type::Structure(structure) => Parts {
                structure: Some(structure),
                size,
                alignment: i128::try_from(structure.alignment).unwrap_or(1),
                flags: structure.flags,
                ..plain
            },
            Type::Subarray(base, shape) => {
                Parts { base: Some((base, shape)), size, alignment: alignment(base), ..plain }
            }
            _ => plain,
        }
    }
}

fn alignment(dtype: &Dtype) -> i128 {
    let size = i128::try_from(dtype.itemsize).unwrap_or(1);
    match &dtype.kind {
        Type::Str => 4,
        Type::Bytes | Type::Void => 1,
        Type::Complex => size / 2,
        Type::Structure(structure) => i128::try_from(structure.alignment).unwrap_or(1),
        Type::Subarray(base, _) => alignment(base),
        _ => size,
    }
}

/// A tuple of integers.
pub(super) struct Shape<'a>(pub(super) &'a [usize]);

impl Reduce for Shape<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let tuple = saver.begin_tuple(self.0.len())?;
        for count in self.0 {
            saver.save(count)?;
        }
        saver.end_tuple(tuple)
    }
}

struct Names<'a>(&'a [Field]);

impl Reduce for Names<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let tuple = saver.begin_tuple(self.0.len())?;
        for field in self.0 {
            saver.str(&field.name)?;
        }
        saver.end_tuple(tuple)
    }
}

struct Fields<'a>(&'a [Field]);

impl Reduce for Fields<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut dict = saver.begin_dict(self.0.len())?;
        for Field { name, dtype, offset } in self.0 {
            saver.entry(&mut dict, &**name, &(dtype, offset))?;
        }
        saver.end_dict(dict)
    }
}

impl<'de> Reconstruct<'de> for Dtype {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&DTYPE)?;
        loader.begin_args(&mut object, 3)?;
        loader.next_arg(&mut object)?;
        let code = loader.load_str()?;
        let dtype = from_code(&code, None);
        let mut dtype = dtype.ok_or_else(|| {
            loader.mismatch("a dtype of numbers, text, bytes, dates or fields, such as \"f8\"")
        })?;
        for _ in 0..2 {
            loader.next_arg(&mut object)?;
            // Whether to align and to copy; numbers in Python 2.
            loader.skip()?;
        }
        loader.end_args(&mut object)?;
        if loader.begin_state(&mut object)? {
            deeper(|| load_state(&mut dtype, loader))?;
        }
        loader.end_object(object)?;
        Ok(dtype)
    }
}

fn load_state<'de, L: Loader<'de>>(dtype: &mut Dtype, loader: &mut L) -> Result<()> {
    let len = if dtype.kind.unit().is_some() { 9 } else { 8 };
    let mut state = loader.begin_tuple(len)?;
    loader.next_element(&mut state)?;
    loader.load_integer::<i64>()?;
    loader.next_element(&mut state)?;
    let symbol = loader.load_str()?;
    let order = ByteOrder::from_symbol(&symbol);
    dtype.byte_order =
        order.ok_or_else(|| loader.mismatch("a byte order, \"<\", \">\" or \"|\""))?;
    loader.next_element(&mut state)?;
    let base: Option<Subarray> = loader.load()?;
    loader.next_element(&mut state)?;
    let names: Option<NameList> = loader.load()?;
    loader.next_element(&mut state)?;
    let fields = if loader.take_none()? { None } else { Some(load_fields(loader)?) };
    loader.next_element(&mut state)?;
    let size: i64 = loader.load_integer()?;
    loader.next_element(&mut state)?;
    let alignment: i64 = loader.load_integer()?;
    loader.next_element(&mut state)?;
    let flags: i64 = loader.load_integer()?;
    if let Type::DateTime(unit) | Type::TimeDelta(unit) = &mut dtype.kind {
        loader.next_element(&mut state)?;
        *unit = load_unit(loader)?;
    }
    loader.end_tuple(state)?;
    if let Ok(size) = usize::try_from(size) {
        dtype.itemsize = size;
    }
    match (base, names, fields) {
        (Some(Subarray(base, shape)), ..) => dtype.kind = Type::Subarray(Box::new(base), shape),
        (None, Some(NameList(names)), Some(mut fields)) => {
            // The dict has titles as well, and is in no order in Python 2.
            let place = |field: &Field| names.iter().position(|name| *name == field.name);
            fields.retain(|field| place(field).is_some());
            fields.sort_by_key(place);
            let fits = |field: &Field| {
                field
                    .offset
                    .checked_add(field.dtype.itemsize)
                    .is_some_and(|end| end <= dtype.itemsize)
            };
            if fields.len() != names.len() || !fields.iter().all(fits) {
                return Err(loader.mismatch("a dtype with its fields within its size"));
            }
            let alignment = usize::try_from(alignment).unwrap_or(1);
            dtype.kind = Type::Structure(Box::new(Structure { fields, alignment, flags }));
        }
        _ => {}
    }
    Ok(())
}

struct Subarray(Dtype, Vec<usize>);

impl<'de> Reconstruct<'de> for Subarray {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut pair = loader.begin_tuple(2)?;
        loader.next_element(&mut pair)?;
        let base = loader.load()?;
        loader.next_element(&mut pair)?;
        let shape = loader.load_integers()?;
        loader.end_tuple(pair)?;
        Ok(Subarray(base, shape))
    }
}

struct NameList(Vec<Box<str>>);

impl<'de> Reconstruct<'de> for NameList {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let names: Vec<String> = loader.load()?;
        Ok(NameList(names.into_iter().map(String::into_boxed_str).collect()))
    }
}

fn load_fields<'de, L: Loader<'de>>(loader: &mut L) -> Result<Vec<Field>> {
    let mut fields = Vec::new();
    let mut entries = loader.begin_dict()?;
    while loader.next_key(&mut entries)? {
        let name = loader.load_str()?.into();
        loader.next_value(&mut entries)?;
        let (dtype, offset) = loader.either(
            |loader| loader.load::<(Dtype, usize)>(),
            // With a title, under which the dict has the field again.
            |loader| {
                loader.load::<(Dtype, usize, String)>().map(|(dtype, offset, _)| (dtype, offset))
            },
        )?;
        fields.push(Field { name, dtype, offset });
    }
    Ok(fields)
}

/// Of `(metadata, (unit, count, denominator, event))`.
fn load_unit<'de, L: Loader<'de>>(loader: &mut L) -> Result<TimeUnit> {
    let mut pair = loader.begin_tuple(2)?;
    loader.next_element(&mut pair)?;
    if !loader.take_none()? {
        loader.skip()?;
    }
    loader.next_element(&mut pair)?;
    let mut unit = loader.begin_tuple(4)?;
    loader.next_element(&mut unit)?;
    let name = loader.load_bytes()?;
    let name = std::str::from_utf8(&name).map(Box::from);
    let name = name.map_err(|_| loader.mismatch("the name of a unit of time"))?;
    loader.next_element(&mut unit)?;
    let count = loader.load_integer()?;
    for _ in 0..2 {
        loader.next_element(&mut unit)?;
        loader.load_integer::<i64>()?;
    }
    loader.end_tuple(unit)?;
    loader.end_tuple(pair)?;
    Ok(TimeUnit { name, count })
}
