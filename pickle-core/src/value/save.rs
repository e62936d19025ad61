//! Pickles from trees.

use crate::error::Result;
use crate::pickler::{Batch, Saver};
use crate::reduce::Reduce;
use crate::stack::deeper;
use crate::value::{Global, Object, Value};

impl Reduce for Value {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        if let Some(result) = saver.persistent(self) {
            return result;
        }
        match self {
            Value::None => saver.none(),
            Value::Bool(bool) => saver.bool(*bool),
            Value::Int(number) => saver.int(*number),
            Value::Long(number) => saver.long(number.as_le_bytes())?,
            Value::Float(number) => saver.float(*number),
            Value::Str(text) => saver.str(text)?,
            Value::Bytes(bytes) => saver.bytes(bytes)?,
            Value::ByteArray(bytes) => saver.bytearray(bytes)?,
            Value::List(items) => saver.save(items)?,
            Value::Tuple(items) => deeper(|| saver.save(&Tuple(items)))?,
            Value::Set(members) => deeper(|| {
                let set = saver.begin_set(members.len())?;
                save_members(saver, set, members)
            })?,
            Value::FrozenSet(members) => deeper(|| {
                let set = saver.begin_frozenset(members.len())?;
                save_members(saver, set, members)
            })?,
            Value::Dict(entries) => deeper(|| saver.save(&Dict(entries)))?,
            Value::Global(global) => saver.save(&**global)?,
            Value::Object(object) => deeper(|| saver.save(&**object))?,
        }
        Ok(())
    }
}

fn save_members(saver: &mut Saver<'_>, mut set: Batch, members: &[Value]) -> Result<()> {
    for member in members {
        saver.member(&mut set, member)?;
    }
    saver.end_set(set)
}

/// A tuple of any length.
struct Tuple<'a>(&'a [Value]);

impl Reduce for Tuple<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let tuple = saver.begin_tuple(self.0.len())?;
        for item in self.0 {
            saver.save(item)?;
        }
        saver.end_tuple(tuple)
    }
}

/// A dict from entries.
struct Dict<'a>(&'a [(Value, Value)]);

impl Reduce for Dict<'_> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut dict = saver.begin_dict(self.0.len())?;
        for (key, value) in self.0 {
            saver.entry(&mut dict, key, value)?;
        }
        saver.end_dict(dict)
    }
}

impl Reduce for Global {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.dynamic_global(&self.module, &self.name)
    }
}

impl Reduce for Object {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let Global { module, name } = &self.class;
        let call = if self.kwargs.is_empty() {
            let mut call =
                saver.begin_dynamic_call(module, name, self.callable, self.args.len())?;
            for arg in &self.args {
                saver.save(arg)?;
            }
            saver.end_call(&mut call)?;
            call
        } else {
            saver.begin_dynamic_new_ex(module, name, &Tuple(&self.args), &Dict(&self.kwargs))?
        };
        let mut list = saver.list_items(self.list_items.len());
        for item in &self.list_items {
            saver.item(&mut list, item)?;
        }
        saver.end_list_items(&list)?;
        let mut dict = saver.dict_items(self.dict_items.len());
        for (key, value) in &self.dict_items {
            saver.entry(&mut dict, key, value)?;
        }
        saver.end_list_items(&dict)?;
        match &self.state {
            Some(state) => saver.end_with_state(call, state),
            None => saver.end_object(call),
        }
    }
}
