//! How a dtype is reduced: a code for the constructor, and a state for all the rest
//! (`arraydescr_reduce` and `arraydescr_setstate` in NumPy's `descriptor.c`).

use super::{ByteOrder, Dtype, Field, Structure, TimeUnit, Type, from_code};
use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

static DTYPE: Class = Class::new("numpy", "dtype");

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
        let Parts { base, structure, size, alignment } = Parts::of(dtype);
        saver.save(&base.map(|(base, shape)| (base, Shape(shape))))?;
        saver.save(&structure.map(|structure| Names(&structure.fields)))?;
        saver.save(&structure.map(|structure| Fields(&structure.fields)))?;
        saver.integer(size)?;
        saver.integer(alignment)?;
        saver.int(dtype.flags());
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
}

impl Parts<'_> {
    fn of(dtype: &Dtype) -> Parts<'_> {
        let size = i128::try_from(dtype.itemsize).unwrap_or(-1);
        let plain = Parts { base: None, structure: None, size: -1, alignment: -1 };
        match &dtype.kind {
            Type::Bytes | Type::Void => Parts { size, alignment: 1, ..plain },
            Type::Str => Parts { size, alignment: 4, ..plain },
            Type::Structure(structure) => Parts {
                structure: Some(structure),
                size,
                alignment: i128::try_from(structure.alignment).unwrap_or(1),
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
pub(in crate::types::numpy) struct Shape<'a>(pub(in crate::types::numpy) &'a [usize]);

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
            L::load::<(Dtype, usize)>,
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
