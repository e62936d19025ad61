//! Items that are added to an object as to a list or a dict.

use crate::error::Result;
use crate::pickler::Saver;
use crate::reconstruct::{Loader, Reconstruct};
use crate::reduce::Reduce;
use crate::stack::deeper;

/// Adds the items of a collection to the object just made, as to a subclass of `list`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_list_items<'a, C: ?Sized>(items: &'a C, saver: &mut Saver<'_>) -> Result<()>
where
    &'a C: IntoIterator<Item: Reduce, IntoIter: ExactSizeIterator>,
{
    let items = items.into_iter();
    let mut list = saver.list_items(items.len());
    deeper(|| items.into_iter().try_for_each(|item| saver.item(&mut list, &item)))?;
    saver.end_list_items(&list)
}

/// Takes what was added to an object as to a list.
///
/// # Errors
/// As [`Reconstruct::reconstruct`].
pub fn load_list_items<'de, C, L>(loader: &mut L, object: &mut L::Object) -> Result<C>
where
    C: Default + IntoIterator<Item: Reconstruct<'de>> + Extend<<C as IntoIterator>::Item>,
    L: Loader<'de>,
{
    let mut walk = loader.list_items(object, C::Item::STARTS)?;
    let mut items = C::default();
    deeper(|| {
        while loader.next_item(&mut walk)? {
            items.extend(Some(loader.load()?));
        }
        Ok(items)
    })
}

/// Visits the items of an object, as [`Reconstruct::relink`].
///
/// # Errors
/// As there.
pub fn relink_list_items<'de, 'a, C, T, L>(
    items: &'a C,
    loader: &mut L,
    object: &mut L::Object,
) -> Result<()>
where
    &'a C: IntoIterator<Item = &'a T>,
    T: Reconstruct<'de> + 'a,
    L: Loader<'de>,
{
    let mut items = items.into_iter();
    let mut walk = loader.list_items(object, T::STARTS)?;
    deeper(|| {
        while loader.next_item(&mut walk)? {
            match items.next() {
                Some(item) => item.relink(loader)?,
                None => loader.skip()?,
            }
        }
        Ok(())
    })
}

/// An entry of a map, as walking through one by reference gives it.
pub trait Entry {
    /// The key.
    type Key: Reduce;
    /// The value.
    type Value: Reduce;

    /// Both.
    fn parts(&self) -> (&Self::Key, &Self::Value);
}

impl<K: Reduce, V: Reduce> Entry for (&K, &V) {
    type Key = K;
    type Value = V;

    fn parts(&self) -> (&K, &V) {
        *self
    }
}

impl<K: Reduce, V: Reduce> Entry for &(K, V) {
    type Key = K;
    type Value = V;

    fn parts(&self) -> (&K, &V) {
        (&self.0, &self.1)
    }
}

/// Stores the entries of a collection in the object just made, as in a subclass of `dict`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_dict_items<'a, C: ?Sized>(entries: &'a C, saver: &mut Saver<'_>) -> Result<()>
where
    &'a C: IntoIterator<Item: Entry, IntoIter: ExactSizeIterator>,
{
    let entries = entries.into_iter();
    let mut dict = saver.dict_items(entries.len());
    deeper(|| {
        entries.into_iter().try_for_each(|entry| {
            let (key, value) = entry.parts();
            saver.entry(&mut dict, key, value)
        })
    })?;
    saver.end_list_items(&dict)
}

/// Takes what was stored in an object as in a dict.
///
/// # Errors
/// As [`Reconstruct::reconstruct`].
pub fn load_dict_items<'de, C, K, V, L>(loader: &mut L, object: &mut L::Object) -> Result<C>
where
    C: Default + IntoIterator<Item = (K, V)> + Extend<(K, V)>,
    K: Reconstruct<'de>,
    V: Reconstruct<'de>,
    L: Loader<'de>,
{
    let mut walk = loader.dict_items(object)?;
    let mut entries = C::default();
    deeper(|| {
        while loader.next_key(&mut walk)? {
            let key = loader.load_key()?;
            loader.next_value(&mut walk)?;
            entries.extend(Some((key, loader.load()?)));
        }
        Ok(entries)
    })
}

/// Visits the values of the entries of an object, as [`Reconstruct::relink`].
///
/// # Errors
/// As there.
pub fn relink_dict_items<'de, 'a, C, L>(
    entries: &'a C,
    loader: &mut L,
    object: &mut L::Object,
) -> Result<()>
where
    &'a C: IntoIterator<Item: Entry>,
    <<&'a C as IntoIterator>::Item as Entry>::Key: Reconstruct<'de> + PartialEq,
    <<&'a C as IntoIterator>::Item as Entry>::Value: Reconstruct<'de>,
    L: Loader<'de>,
{
    let entries: Vec<_> = entries.into_iter().collect();
    let mut next = 0;
    let mut walk = loader.dict_items(object)?;
    deeper(|| {
        while loader.next_key(&mut walk)? {
            let key: <<&'a C as IntoIterator>::Item as Entry>::Key = loader.load_key()?;
            loader.next_value(&mut walk)?;
            // Most maps keep the order of the pickle, so the entry is the next one.
            let (before, after) = entries.split_at_checked(next).unwrap_or_default();
            let distance = after.iter().chain(before).position(|entry| *entry.parts().0 == key);
            loader.spend(distance.unwrap_or(entries.len()))?;
            next = (next + distance.unwrap_or_default()) % entries.len().max(1);
            match entries.get(next).filter(|_| distance.is_some()) {
                Some(entry) => entry.parts().1.relink(loader)?,
                None => loader.skip()?,
            }
            next += 1;
        }
        Ok(())
    })
}
