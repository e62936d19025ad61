//! Objects, of which serde knows nothing.

use std::iter;

use serde_core::de::Visitor;
use serde_core::de::value::MapDeserializer;

use super::access::{Args, Entries, Items, Keys};
use super::de::{Mapping, Source};
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::reconstruct::Starts;

/// The part of an object that stands for it.
pub(super) enum Part<'de, L: Loader<'de>> {
    /// Its state, at which the loader stands.
    State,
    /// What was appended to it; the loader stands at the first item.
    Items(L::Items),
    /// What was stored in it; the loader stands at the first key.
    Entries(L::Entries),
    /// So many arguments of the call that made it.
    Args(usize),
    /// An empty dict: it has nothing of its own.
    Empty,
    /// None: it is what a call makes of its arguments.
    None,
}

/// What to say about a value without data.
pub(super) const DATA: &str =
    "data; `DeOptions::replace_unresolved_globals` makes classes, functions and calls None";

/// Finds the part that stands for an object. Only the general route has objects of any class, so
/// the parts may be asked for in the order in which they count.
pub(super) fn part<'de, L: Loader<'de>>(
    loader: &mut L,
    object: &mut L::Object,
    is_new: bool,
    mapping: Mapping,
) -> Result<Part<'de, L>> {
    let args = loader.begin_args(object, 0)?;
    if loader.begin_state(object)? {
        return Ok(Part::State);
    }
    let mut items = loader.list_items(object, Starts::ANY)?;
    if loader.next_item(&mut items)? {
        return Ok(Part::Items(items));
    }
    let mut entries = loader.dict_items(object)?;
    if loader.next_key(&mut entries)? {
        return Ok(Part::Entries(entries));
    }
    Ok(match is_new {
        _ if mapping.keeps_arguments => Part::Args(args),
        true => Part::Empty,
        false => Part::None,
    })
}

impl<L> Source<'_, L> {
    /// Takes an object as the part that stands for it, or a class or function.
    pub(super) fn object<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        if self.loader.is_mapping() {
            return self.dict(visitor, Keys::Any);
        }
        self.tree(visitor, |mut source, visitor| {
            let any = source.loader.begin_any()?;
            let Some((is_new, mut object)) = any.made else { return source.nothing(visitor) };
            let mapping = source.progress.mapping;
            let value = match part(source.loader, &mut object, is_new, mapping)? {
                Part::State => source.again().any(visitor),
                Part::Items(items) => Items::at_first(source.again(), items).visit(visitor),
                Part::Entries(entries) => Entries::at_first(source.again(), entries).visit(visitor),
                Part::Args(count) => Args::new(source.again(), &mut object, count).visit(visitor),
                Part::Empty => {
                    let nothing = iter::empty::<((), ())>();
                    visitor.visit_map(MapDeserializer::<_, Error>::new(nothing))
                }
                Part::None => {
                    source.loader.end_object(object)?;
                    return source.nothing(visitor);
                }
            }?;
            source.loader.end_object(object)?;
            Ok(value)
        })
    }

    /// Takes what has no data.
    fn nothing<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value>
    where
        L: Loader<'de>,
    {
        if self.progress.mapping.drops_globals {
            return visitor.visit_unit();
        }
        Err(self.loader.mismatch(DATA))
    }
}
