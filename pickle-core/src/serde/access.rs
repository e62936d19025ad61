//! Walks through containers, as serde takes them.

use serde_core::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::de::Source;
use super::key::{Key, Seen};
use crate::error::{Error, Result};
use crate::loader::{Kind, Loader};
use crate::reconstruct::Starts;

/// What has to be known of the keys of a dict, or of the members of a set.
pub(super) enum Keys {
    /// Nothing: the graph has each key once.
    Any,
    /// Nothing: a type with fields looks for them itself.
    Fields,
    /// That none comes twice, where a pickle is read that may say so.
    Distinct(Seen),
}

impl Keys {
    pub(super) fn distinct<'de, L: Loader<'de>>() -> Keys {
        if L::PREDICTS { Keys::Distinct(Seen::default()) } else { Keys::Any }
    }

    /// Hands out a key.
    #[inline]
    fn make<'de, L, S>(&mut self, source: &mut Source<'_, L>, seed: S) -> Result<S::Value>
    where
        L: Loader<'de>,
        S: DeserializeSeed<'de>,
    {
        let loader = &mut *source.loader;
        let key = match (&mut *self, L::PREDICTS) {
            (Keys::Any, _) | (_, false) => return source.make(seed),
            (Keys::Fields, _) => Key::Str(loader.load_str()?),
            (Keys::Distinct(seen), _) => {
                let key = match loader.peek()? {
                    Kind::Str => Key::Str(loader.load_str()?),
                    Kind::Int => Key::Int(loader.load_integer()?),
                    // A bool or float may be equal to an int.
                    _ => return Err(unpredicted(loader)),
                };
                if !seen.insert(&key) {
                    return Err(unpredicted(loader));
                }
                key
            }
        };
        let made = seed.deserialize(key);
        source.progress.has_failed |= made.is_err();
        made
    }
}

/// Leaves the pickle to the general route.
#[cold]
fn unpredicted<'de, L: Loader<'de>>(loader: &mut L) -> Error {
    loader.mismatch("what the general route takes")
}

/// A list, tuple or set that is being walked.
pub(super) struct Items<'l, 'de, L: Loader<'de>> {
    source: Source<'l, L>,
    items: L::Items,
    keys: Keys,
    place: Place,
    taken: usize,
}

/// How far a walk is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before an item or its key, or the end.
    Before,
    /// At an item or its key.
    At,
    /// Between a key and its value.
    Between,
    /// Behind the last item.
    End,
}

impl<'l, 'de, L: Loader<'de>> Items<'l, 'de, L> {
    pub(super) fn new(source: Source<'l, L>, items: L::Items, keys: Keys) -> Self {
        Items { source, items, keys, place: Place::Before, taken: 0 }
    }

    pub(super) fn at_first(source: Source<'l, L>, items: L::Items) -> Self {
        Items { place: Place::At, ..Items::new(source, items, Keys::Any) }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_seq(&mut self)?;
        self.end()?;
        Ok(value)
    }

    /// Leaves the container, all of which must have been taken.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.advance()? { Err(too_many(self.taken)) } else { Ok(()) }
    }

    #[inline]
    fn advance(&mut self) -> Result<bool> {
        if self.place == Place::Before {
            let more = self.source.loader.next_item(&mut self.items)?;
            self.place = if more { Place::At } else { Place::End };
        }
        Ok(self.place != Place::End)
    }
}

#[cold]
fn too_many(taken: usize) -> Error {
    Error::mismatch(format!("more than {taken} of them"), format!("{taken}"))
}

impl<'de, L: Loader<'de>> SeqAccess<'de> for Items<'_, 'de, L> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.source.is_lost() || !self.advance()? {
            return Ok(None);
        }
        self.place = Place::Before;
        self.taken += 1;
        self.keys.make(&mut self.source, seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        let hint = self.source.loader.items_hint::<()>(&self.items);
        (!L::PREDICTS).then(|| hint.saturating_sub(self.taken))
    }
}

/// A dict that is being walked.
pub(super) struct Entries<'l, 'de, L: Loader<'de>> {
    source: Source<'l, L>,
    entries: L::Entries,
    keys: Keys,
    place: Place,
    taken: usize,
}

impl<'l, 'de, L: Loader<'de>> Entries<'l, 'de, L> {
    pub(super) fn new(source: Source<'l, L>, entries: L::Entries, keys: Keys) -> Self {
        Entries { source, entries, keys, place: Place::Before, taken: 0 }
    }

    pub(super) fn at_first(source: Source<'l, L>, entries: L::Entries) -> Self {
        Entries { place: Place::At, ..Entries::new(source, entries, Keys::Any) }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_map(&mut self)?;
        self.end()?;
        Ok(value)
    }

    /// Leaves the dict, all of which must have been taken.
    pub(super) fn end(&mut self) -> Result<()> {
        if self.advance()? { Err(too_many(self.taken)) } else { Ok(()) }
    }

    #[inline]
    fn advance(&mut self) -> Result<bool> {
        if self.place == Place::Between {
            self.source.loader.next_value(&mut self.entries)?;
            self.source.loader.skip()?;
            self.place = Place::Before;
        }
        if self.place == Place::Before {
            let more = self.source.loader.next_key(&mut self.entries)?;
            self.place = if more { Place::At } else { Place::End };
        }
        Ok(self.place != Place::End)
    }
}

impl<'de, L: Loader<'de>> MapAccess<'de> for Entries<'_, 'de, L> {
    type Error = Error;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.source.is_lost() || !self.advance()? {
            return Ok(None);
        }
        self.place = Place::Between;
        self.taken += 1;
        self.keys.make(&mut self.source, seed).map(Some)
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        if self.place != Place::Between {
            return Err(Error::custom("found a value asked for before its key"));
        }
        self.place = Place::Before;
        self.source.loader.next_value(&mut self.entries)?;
        self.source.make(seed)
    }
}

/// A tuple of known length that is being predicted.
pub(super) struct Elements<'l, 'de, L: Loader<'de>> {
    source: Source<'l, L>,
    elements: L::Elements,
    left: usize,
}

impl<'l, 'de, L: Loader<'de>> Elements<'l, 'de, L> {
    /// Takes a tuple of this length, or a list.
    pub(super) fn predict<V>(source: Source<'l, L>, len: usize, visitor: V) -> Result<V::Value>
    where
        V: Visitor<'de>,
    {
        if source.loader.peek_sequence()? == Some(Kind::List) {
            let items = source.loader.begin_items("list", Starts::ANY)?;
            return Items::new(source, items, Keys::Any).visit(visitor);
        }
        let elements = source.loader.begin_tuple(len)?;
        let mut elements = Elements { source, elements, left: len };
        let value = visitor.visit_seq(&mut elements)?;
        let Elements { source, elements, left } = elements;
        if left > 0 {
            return Err(unpredicted(source.loader));
        }
        source.loader.end_tuple(elements)?;
        Ok(value)
    }
}

impl<'de, L: Loader<'de>> SeqAccess<'de> for Elements<'_, 'de, L> {
    type Error = Error;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        if self.source.is_lost() {
            return Ok(None);
        }
        self.left = left;
        self.source.loader.next_element(&mut self.elements)?;
        self.source.make(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

/// The arguments that made an object.
pub(super) struct Args<'l, 'de, L: Loader<'de>> {
    source: Source<'l, L>,
    object: &'l mut L::Object,
    count: usize,
    left: usize,
}

impl<'l, 'de, L: Loader<'de>> Args<'l, 'de, L> {
    pub(super) fn new(source: Source<'l, L>, object: &'l mut L::Object, count: usize) -> Self {
        Args { source, object, count, left: count }
    }

    pub(super) fn visit<V: Visitor<'de>>(mut self, visitor: V) -> Result<V::Value> {
        let value = visitor.visit_seq(&mut self)?;
        if self.left > 0 { Err(too_many(self.count - self.left)) } else { Ok(value) }
    }
}

impl<'de, L: Loader<'de>> SeqAccess<'de> for Args<'_, 'de, L> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        self.source.loader.next_arg(self.object)?;
        self.source.make(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}
