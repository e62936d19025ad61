//! Sets: Python's `set`.

use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, Hash};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

macro_rules! sets {
    ($([$($generics:tt)*] [$($bounds:tt)*] $t:ty, $new:expr;)*) => {$(
        impl<T: Reduce, $($generics)*> Reduce for $t {
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

        /// A `frozenset` will do as well.
        impl<'de, T: Reconstruct<'de>, $($generics)*> Reconstruct<'de> for $t
        where
            $($bounds)*
        {
            const STARTS: Starts = Starts::SET.or(Starts::MARK).or(Starts::GLOBAL);

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                deeper(|| {
                    let mut set = $new;
                    let mut items = loader.begin_set()?;
                    while loader.next_item(&mut items)? {
                        set.insert(loader.load_key()?);
                    }
                    Ok(set)
                })
            }

            fn vacant() -> Option<Self> {
                Some($new)
            }
        }
    )*};
}

sets! {
    [] [T: Ord] BTreeSet<T>, BTreeSet::new();
    [S: BuildHasher] [T: Eq + Hash, S: Default] HashSet<T, S>, HashSet::with_hasher(S::default());
}
