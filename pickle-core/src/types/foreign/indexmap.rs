//! `indexmap`: dicts and sets that keep their order.

use std::hash::{BuildHasher, Hash};

use indexmap::{IndexMap, IndexSet};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

/// A `dict`, whose order Python keeps as well.
impl<K: Reduce, V: Reduce, S> Reduce for IndexMap<K, V, S> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| {
            let mut dict = saver.begin_dict(self.len())?;
            for (key, value) in self {
                saver.entry(&mut dict, key, value)?;
            }
            saver.end_dict(dict)
        })
    }
}

/// From a `dict`, or a subclass of the standard library.
impl<'de, K, V, S> Reconstruct<'de> for IndexMap<K, V, S>
where
    K: Reconstruct<'de> + Eq + Hash,
    V: Reconstruct<'de>,
    S: BuildHasher + Default,
{
    const STARTS: Starts = Starts::DICT.or(Starts::GLOBAL);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        deeper(|| {
            let mut map = IndexMap::default();
            let mut entries = loader.begin_dict()?;
            while loader.next_key(&mut entries)? {
                let key = loader.load_key()?;
                loader.next_value(&mut entries)?;
                map.insert(key, loader.load()?);
            }
            Ok(map)
        })
    }

    fn vacant() -> Option<Self> {
        Some(IndexMap::default())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        let mut entries = loader.begin_dict()?;
        while loader.next_key(&mut entries)? {
            let key = loader.load_key()?;
            loader.next_value(&mut entries)?;
            if let Some(value) = self.get::<K>(&key) {
                value.relink(loader)?;
            }
        }
        Ok(())
    }
}

/// A `set`, in an order that Python does not keep.
impl<T: Reduce, S> Reduce for IndexSet<T, S> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| {
            let mut set = saver.begin_set(self.len())?;
            for item in self {
                saver.member(&mut set, item)?;
            }
            saver.end_set(set)
        })
    }
}

impl<'de, T, S> Reconstruct<'de> for IndexSet<T, S>
where
    T: Reconstruct<'de> + Eq + Hash,
    S: BuildHasher + Default,
{
    const STARTS: Starts = Starts::SET.or(Starts::MARK).or(Starts::GLOBAL);

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        deeper(|| {
            let mut set = IndexSet::default();
            let mut items = loader.begin_set()?;
            while loader.next_item(&mut items)? {
                set.insert(loader.load_key()?);
            }
            Ok(set)
        })
    }
}
