//! Maps: Python's `dict`.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

macro_rules! maps {
    ($([$($generics:tt)*] [$($bounds:tt)*] $t:ty, $new:expr;)*) => {$(
        impl<K: Reduce, V: Reduce, $($generics)*> Reduce for $t {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                deeper(|| {
                    let mut dict = saver.begin_dict(self.len())?;
                    saver.entries(&mut dict, self.iter())?;
                    saver.end_dict(dict)
                })
            }
        }

        /// The last value of a key that comes twice counts, as in Python.
        impl<'de, K, V, $($generics)*> Reconstruct<'de> for $t
        where
            K: Reconstruct<'de>,
            V: Reconstruct<'de>,
            $($bounds)*
        {
            const STARTS: Starts = Starts::DICT.or(Starts::GLOBAL);

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                deeper(|| {
                    let mut map = $new;
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
                Some($new)
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                let mut entries = loader.begin_dict()?;
                while loader.next_key(&mut entries)? {
                    let key = loader.load_key()?;
                    loader.next_value(&mut entries)?;
                    if let Some(value) = self.get(&key) {
                        value.relink(loader)?;
                    }
                }
                Ok(())
            }
        }
    )*};
}

maps! {
    [] [K: Ord] BTreeMap<K, V>, BTreeMap::new();
    [S: BuildHasher] [K: Eq + Hash, S: Default] HashMap<K, V, S>, HashMap::with_hasher(S::default());
}
