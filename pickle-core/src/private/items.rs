//! Items that are added to an object as to a list or a dict.

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;
use crate::stack::deeper;

/// A collection that can be the items of an object: by the traits of the standard library, so that
/// those of other crates are some too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the items of an object",
    label = "this type is no collection that counts its items",
    note = "`#[reduce(listitems)]` takes a type such as `Vec<T>` or `VecDeque<T>`: one that is \
            `Default`, `Extend` and `IntoIterator`, also by reference"
)]
pub trait ListItems: Default {
    /// What it holds.
    type Item;

    /// Walks through it.
    fn items(&self) -> impl ExactSizeIterator<Item = &Self::Item>;

    /// Adds one.
    fn add(&mut self, item: Self::Item);
}

#[diagnostic::do_not_recommend]
impl<C, T> ListItems for C
where
    C: Default + Extend<T> + IntoIterator<Item = T>,
    for<'a> &'a C: IntoIterator<Item = &'a T, IntoIter: ExactSizeIterator>,
{
    type Item = T;

    fn items(&self) -> impl ExactSizeIterator<Item = &T> {
        self.into_iter()
    }

    fn add(&mut self, item: T) {
        self.extend(Some(item));
    }
}

/// A collection that can be the entries of an object.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the entries of an object",
    label = "this type is no map that counts its entries",
    note = "`#[reduce(dictitems)]` takes a type such as `HashMap<K, V>` or `Vec<(K, V)>`: one that \
            is `Default`, `Extend` and `IntoIterator`, also by reference"
)]
pub trait DictItems: Default {
    /// The keys.
    type Key;
    /// The values.
    type Value;

    /// Walks through it.
    fn entries<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a Self::Key, &'a Self::Value)>
    where
        Self::Key: 'a,
        Self::Value: 'a;

    /// Adds an entry.
    fn add(&mut self, key: Self::Key, value: Self::Value);
}

/// An entry as walking through a map by reference gives it.
pub trait Entry<'a, K, V> {
    /// Key and value.
    fn parts(self) -> (&'a K, &'a V);
}

impl<'a, K, V> Entry<'a, K, V> for (&'a K, &'a V) {
    fn parts(self) -> (&'a K, &'a V) {
        self
    }
}

impl<'a, K, V> Entry<'a, K, V> for &'a (K, V) {
    fn parts(self) -> (&'a K, &'a V) {
        (&self.0, &self.1)
    }
}

#[diagnostic::do_not_recommend]
impl<C, K, V> DictItems for C
where
    C: Default + Extend<(K, V)> + IntoIterator<Item = (K, V)>,
    for<'a> &'a C: IntoIterator<Item: Entry<'a, K, V>, IntoIter: ExactSizeIterator>,
{
    type Key = K;
    type Value = V;

    fn entries<'a>(&'a self) -> impl ExactSizeIterator<Item = (&'a K, &'a V)>
    where
        K: 'a,
        V: 'a,
    {
        self.into_iter().map(Entry::parts)
    }

    fn add(&mut self, key: K, value: V) {
        self.extend(Some((key, value)));
    }
}

/// Appends items to the object just made, as to a subclass of `list`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_list_items<C: ListItems<Item: Reduce>>(items: &C, saver: &mut Saver<'_>) -> Result<()> {
    let mut items = items.items();
    let mut list = saver.list_items(items.len());
    deeper(|| items.try_for_each(|item| saver.item(&mut list, item)))?;
    saver.end_list_items(&list)
}

/// Takes what was added to an object as to a list.
///
/// # Errors
/// As [`Reconstruct::reconstruct`].
pub fn load_list_items<'de, C, L>(loader: &mut L, object: &mut L::Object) -> Result<C>
where
    C: ListItems<Item: Reconstruct<'de>>,
    L: Loader<'de>,
{
    let mut walk = loader.list_items(object, C::Item::STARTS)?;
    let mut items = C::default();
    deeper(|| {
        while loader.next_item(&mut walk)? {
            items.add(loader.load()?);
        }
        Ok(items)
    })
}

/// Visits the items of an object, as [`Reconstruct::relink`].
///
/// # Errors
/// As there.
pub fn relink_list_items<'de, C, L>(items: &C, loader: &mut L, object: &mut L::Object) -> Result<()>
where
    C: ListItems<Item: Reconstruct<'de>>,
    L: Loader<'de>,
{
    let mut items = items.items();
    let mut walk = loader.list_items(object, C::Item::STARTS)?;
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

/// Stores entries in the object just made, as in a subclass of `dict`.
///
/// # Errors
/// As [`Reduce::reduce`].
pub fn save_dict_items<C: DictItems<Key: Reduce, Value: Reduce>>(
    entries: &C,
    saver: &mut Saver<'_>,
) -> Result<()> {
    let mut entries = entries.entries();
    let mut dict = saver.dict_items(entries.len());
    deeper(|| entries.try_for_each(|(key, value)| saver.entry(&mut dict, key, value)))?;
    saver.end_list_items(&dict)
}

/// Takes what was stored in an object as in a dict.
///
/// # Errors
/// As [`Reconstruct::reconstruct`].
pub fn load_dict_items<'de, C, L>(loader: &mut L, object: &mut L::Object) -> Result<C>
where
    C: DictItems<Key: Reconstruct<'de>, Value: Reconstruct<'de>>,
    L: Loader<'de>,
{
    let mut walk = loader.dict_items(object)?;
    let mut entries = C::default();
    deeper(|| {
        while loader.next_key(&mut walk)? {
            let key = loader.load_key()?;
            loader.next_value(&mut walk)?;
            entries.add(key, loader.load()?);
        }
        Ok(entries)
    })
}

/// Visits the values of the entries of an object, as [`Reconstruct::relink`].
///
/// # Errors
/// As there.
pub fn relink_dict_items<'de, C, L>(
    entries: &C,
    loader: &mut L,
    object: &mut L::Object,
) -> Result<()>
where
    C: DictItems<Key: Reconstruct<'de> + PartialEq, Value: Reconstruct<'de>>,
    L: Loader<'de>,
{
    let entries: Vec<_> = entries.entries().collect();
    let mut next = 0;
    let mut walk = loader.dict_items(object)?;
    deeper(|| {
        while loader.next_key(&mut walk)? {
            let key: C::Key = loader.load_key()?;
            loader.next_value(&mut walk)?;
            // Most maps keep the order of the pickle, so the entry is the next one.
            let (before, after) = entries.split_at_checked(next).unwrap_or_default();
            let distance = after.iter().chain(before).position(|(known, _)| **known == key);
            loader.spend(distance.unwrap_or(entries.len()))?;
            next = (next + distance.unwrap_or_default()) % entries.len().max(1);
            match entries.get(next).filter(|_| distance.is_some()) {
                Some((_, value)) => value.relink(loader)?,
                None => loader.skip()?,
            }
            next += 1;
        }
        Ok(())
    })
}
