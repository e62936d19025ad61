//! How a dtype is reduced: a code for the constructor, and a state for all the rest
//! (`arraydescr_reduce` and `arraydescr_setstate` in NumPy's `descriptor.c`).

use super::{ByteOrder, Dtype, Field, Missing, Structure, Text, TimeUnit, Type, from_code};
use crate::class::Class;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;
use crate::value::Global;

static DTYPES: [Class; 2] = [
    Class::new("numpy", "dtype"),
    // A `StringDType`.
    Class::new("numpy._core._internal", "_convert_to_stringdtype_kwargs"),
];

/// By its code, and by what `dtype.__reduce__` has as its state.
impl Reduce for Dtype {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [dtype, string_dtype] = &DTYPES;
        if let Type::Text(text) = &self.kind {
            return save_text(text, string_dtype, saver);
        }
        let mut call = saver.begin_call(dtype, 3)?;
        saver.save(&self.code())?;
        saver.bool(false);
        saver.bool(true);
        saver.end_call(&mut call)?;
        deeper(|| saver.end_with_state(call, &State(self)))
    }
}

fn save_text(text: &Text, class: &'static Class, saver: &mut Saver<'_>) -> Result<()> {
    let coerce = i64::from(text.coerce);
    match &text.missing {
        Missing::Never => saver.save_call(class, &(coerce,)),
        Missing::None => saver.save_call(class, &(coerce, ())),
        Missing::NaN => saver.save_call(class, &(coerce, f64::NAN)),
        Missing::Text(missing) => saver.save_call(class, &(coerce, missing)),
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
        // A signed byte is what every version takes, although NumPy 2 then forgets that fields are
        // aligned, as it does with the dtypes of NumPy 1.
        let flags = dtype.flags();
        saver.int(if flags > 127 { flags - 256 } else { flags });
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
        let titles = self.0.iter().filter(|field| field.title.is_some());
        let mut dict = saver.begin_dict(self.0.len() + titles.count())?;
        for Field { name, title, dtype, offset } in self.0 {
            match title {
                None => saver.entry(&mut dict, &**name, &(dtype, offset))?,
                Some(title) => {
                    saver.entry(&mut dict, &**name, &(dtype, offset, title))?;
                    saver.entry(&mut dict, &**title, &(dtype, offset, title))?;
                }
            }
        }
        saver.end_dict(dict)
    }
}

impl<'de> Reconstruct<'de> for Dtype {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (class, mut object) = loader.begin_variant(&DTYPES)?;
        if class == 1 {
            let text = load_text(&mut object, loader)?;
            loader.end_object(object)?;
            return Ok(Dtype::of_text(text));
        }
        loader.begin_args(&mut object, 3)?;
        loader.next_arg(&mut object)?;
        let mut dtype = load_code(loader)?;
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

/// The code, or in its place the class of the scalars of a `recarray`, which is not kept.
fn load_code<'de, L: Loader<'de>>(loader: &mut L) -> Result<Dtype> {
    let code = loader.either(
        |loader| loader.load_str().map(Some),
        |loader| loader.load::<Global>().map(|_| None),
    )?;
    let dtype = code.map_or_else(|| Some(Dtype::new(Type::Void, 0)), |code| from_code(&code, None));
    dtype.ok_or_else(|| {
        loader.mismatch("a dtype of numbers, text, bytes, dates, objects or fields, such as \"f8\"")
    })
}

/// `_convert_to_stringdtype_kwargs(coerce)`, or with the `na_object` as well.
fn load_text<'de, L: Loader<'de>>(object: &mut L::Object, loader: &mut L) -> Result<Text> {
    loader.begin_args(object, 1)?;
    loader.next_arg(object)?;
    let coerce = loader.load_integer::<i64>()? != 0;
    let missing = if loader.more_args(object)? {
        match loader.peek()? {
            Kind::None => loader.load().map(|()| Missing::None)?,
            Kind::Str => Missing::Text(loader.load()?),
            _ if loader.load_f64()?.is_nan() => Missing::NaN,
            _ => return Err(loader.mismatch("an na_object that is None, NaN or text")),
        }
    } else {
        Missing::Never
    };
    loader.end_args(object)?;
    Ok(Text { coerce, missing })
}

fn load_state<'de, L: Loader<'de>>(dtype: &mut Dtype, loader: &mut L) -> Result<()> {
    let has_unit = dtype.kind.unit().is_some();
    let begin = |loader: &mut L, len| loader.begin_tuple(len).map(|state| (state, len > 8));
    let (mut state, has_metadata) = loader
        .either(|loader| begin(loader, if has_unit { 9 } else { 8 }), |loader| begin(loader, 9))?;
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
    // NumPy 1 writes them as a signed byte, NumPy 2 as an unsigned number.
    let flags = loader.load_integer::<i64>()? & 0xff;
    if let Type::DateTime(unit) | Type::TimeDelta(unit) = &mut dtype.kind {
        loader.next_element(&mut state)?;
        *unit = load_unit(loader)?;
    } else if has_metadata {
        loader.next_element(&mut state)?;
        loader.skip()?;
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
        let (dtype, offset, title) = loader.either(
            |loader| loader.load().map(|(dtype, offset)| (dtype, offset, None)),
            // With a title, under which the dict has the field again.
            |loader| loader.load().map(|(dtype, offset, title)| (dtype, offset, Some(title))),
        )?;
        fields.push(Field { name, title, dtype, offset });
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
