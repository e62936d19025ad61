//! Collections: Python's `OrderedDict`, `defaultdict`, `Counter`, `deque` and `frozenset`.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};

use crate::class::Class;
use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;
use crate::value::Global;

static ORDERED_DICT: Class = Class::new("collections", "OrderedDict");
static DEFAULT_DICT: Class = Class::new("collections", "defaultdict");
static COUNTER: Class = Class::new("collections", "Counter");
static DEQUE: Class = Class::new("collections", "deque");

/// A dict in the order of insertion: `collections.OrderedDict`.
///
/// ```
/// use pickle_core::types::OrderedDict;
///
/// let headers = OrderedDict(vec![("Host".to_owned(), 1), ("Accept".to_owned(), 2)]);
/// let pickle = pickle_core::to_vec(&headers)?;
/// assert_eq!(pickle_core::from_slice::<OrderedDict<String, i32>>(&pickle)?, headers);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct OrderedDict<K, V>(pub Vec<(K, V)>);

/// A dict that makes what is missing: `collections.defaultdict`.
///
/// ```
/// use pickle_core::Global;
/// use pickle_core::types::DefaultDict;
///
/// let groups = DefaultDict {
///     default_factory: Some(Global::new("builtins", "list")),
///     entries: vec![("even".to_owned(), vec![2, 4])],
/// };
/// let pickle = pickle_core::to_vec(&groups)?;
/// assert_eq!(pickle_core::from_slice::<DefaultDict<String, Vec<i32>>>(&pickle)?, groups);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DefaultDict<K, V> {
    /// The class or function that Python calls for a missing key.
    pub default_factory: Option<Global>,
    /// The entries, in the order of insertion.
    pub entries: Vec<(K, V)>,
}

/// How often each key was counted: `collections.Counter`.
///
/// ```
/// use pickle_core::types::Counter;
///
/// let letters = Counter(vec![('a', 2), ('b', 1)]);
/// let pickle = pickle_core::to_vec(&letters)?;
/// assert_eq!(pickle_core::from_slice::<Counter<char>>(&pickle)?, letters);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Counter<K, N = i64>(pub Vec<(K, N)>);

/// A double-ended queue with a maximal length: `collections.deque`. One without is a `VecDeque`.
///
/// ```
/// use pickle_core::types::Deque;
///
/// let last = Deque { items: [1, 2, 3].into(), maxlen: Some(3) };
/// let pickle = pickle_core::to_vec(&last)?;
/// assert_eq!(pickle_core::from_slice::<Deque<i32>>(&pickle)?, last);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Deque<T> {
    /// The items, leftmost first.
    pub items: VecDeque<T>,
    /// How many there may be.
    pub maxlen: Option<usize>,
}

/// A set that cannot change: `frozenset`. A set of Rust is a `set` in Python, but within keys.
///
/// ```
/// use std::collections::BTreeSet;
///
/// use pickle_core::types::FrozenSet;
///
/// let roles = FrozenSet(BTreeSet::from(["reader", "writer"]));
/// let pickle = pickle_core::to_vec(&roles)?;
/// assert_eq!(pickle_core::from_slice::<FrozenSet<BTreeSet<&str>>>(&pickle)?, roles);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrozenSet<S>(pub S);

macro_rules! frozen {
    ($([$($generics:tt)*] $set:ty;)*) => {$(
        impl<T: Reduce, $($generics)*> Reduce for FrozenSet<$set> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.hashable(&self.0)
            }
        }

        /// A `set` will do as well.
        impl<'de, T, $($generics)*> Reconstruct<'de> for FrozenSet<$set>
        where
            $set: Reconstruct<'de>,
        {
            const STARTS: Starts = <$set>::STARTS;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load().map(FrozenSet)
            }
        }
    )*};
}

frozen! {
    [] BTreeSet<T>;
    [S: BuildHasher] HashSet<T, S>;
}

macro_rules! like_a_vector {
    ($($name:ident)*) => {$(
        impl<K, V> Default for $name<K, V> {
            fn default() -> Self {
                $name(Vec::new())
            }
        }

        /// As is; a key should come once only.
        impl<K, V> FromIterator<(K, V)> for $name<K, V> {
            fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
                $name(Vec::from_iter(entries))
            }
        }

        impl<K, V> IntoIterator for $name<K, V> {
            type Item = (K, V);
            type IntoIter = std::vec::IntoIter<(K, V)>;

            fn into_iter(self) -> Self::IntoIter {
                self.0.into_iter()
            }
        }
    )*};
}

like_a_vector!(OrderedDict Counter);

/// Entries as a plain dict.
struct Dict<'a, K, V>(&'a [(K, V)]);

impl<K: Reduce, V: Reduce> Reduce for Dict<'_, K, V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| {
            let mut dict = saver.begin_dict(self.0.len())?;
            for (key, value) in self.0 {
                saver.entry(&mut dict, key, value)?;
            }
            saver.end_dict(dict)
        })
    }
}

fn save_items<K: Reduce, V: Reduce>(entries: &[(K, V)], saver: &mut Saver<'_>) -> Result<()> {
    let mut dict = saver.dict_items(entries.len());
    for (key, value) in entries {
        deeper(|| saver.entry(&mut dict, key, value))?;
    }
    saver.end_list_items(&dict)
}

fn load_entries<'de, K, V, L>(entries: &mut L::Entries, loader: &mut L) -> Result<Vec<(K, V)>>
where
    K: Reconstruct<'de> + Eq + Hash,
    V: Reconstruct<'de>,
    L: Loader<'de>,
{
    deeper(|| {
        let mut vec = Vec::new();
        while loader.next_key(entries)? {
            let key = loader.load_key()?;
            loader.next_value(entries)?;
            vec.push((key, loader.load()?));
        }
        Ok(distinct(vec))
    })
}

/// A key that comes twice keeps its first place and takes the last value, as in Python.
fn distinct<K: Eq + Hash, V>(entries: Vec<(K, V)>) -> Vec<(K, V)> {
    let mut places = HashMap::with_capacity(entries.len());
    let places: Vec<usize> = entries
        .iter()
        .map(|(key, _)| {
            let next = places.len();
            *places.entry(key).or_insert(next)
        })
        .collect();
    let mut result: Vec<(K, V)> = Vec::with_capacity(entries.len());
    for ((key, value), place) in entries.into_iter().zip(places) {
        match result.get_mut(place) {
            Some((_, known)) => *known = value,
            None => result.push((key, value)),
        }
    }
    result
}

/// Relinks the values of an object that is a dict.
fn relink_values<'de, K, V, L>(
    entries: &[(K, V)],
    class: &'static Class,
    loader: &mut L,
) -> Result<()>
where
    K: Reconstruct<'de> + Eq + Hash,
    V: Reconstruct<'de>,
    L: Loader<'de>,
{
    let values: HashMap<&K, &V> = entries.iter().map(|(key, value)| (key, value)).collect();
    let mut object = loader.begin_object(class)?;
    let mut items = loader.dict_items(&mut object)?;
    while loader.next_key(&mut items)? {
        let key: K = loader.load_key()?;
        loader.next_value(&mut items)?;
        if let Some(value) = values.get(&key) {
            deeper(|| value.relink(loader))?;
        }
    }
    loader.end_object(object)
}

impl<K: Reduce, V: Reduce> Reduce for OrderedDict<K, V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&ORDERED_DICT, 0)?;
        saver.end_call(&mut call)?;
        save_items(&self.0, saver)?;
        saver.end_object(call)
    }
}

/// From the items of Python 3, or the list of pairs that Python 2 writes.
impl<'de, K, V> Reconstruct<'de> for OrderedDict<K, V>
where
    K: Reconstruct<'de> + Eq + Hash,
    V: Reconstruct<'de>,
{
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&ORDERED_DICT)?;
        loader.begin_args(&mut object, 0)?;
        let pairs: Option<Vec<(K, V)>> =
            if loader.more_args(&mut object)? { Some(deeper(|| loader.load())?) } else { None };
        loader.end_args(&mut object)?;
        let mut entries = loader.dict_items(&mut object)?;
        let items = load_entries(&mut entries, loader)?;
        loader.end_object(object)?;
        Ok(OrderedDict(match pairs {
            None => items,
            Some(pairs) => distinct(pairs.into_iter().chain(items).collect()),
        }))
    }

    fn vacant() -> Option<Self> {
        Some(OrderedDict::default())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        relink_values(&self.0, &ORDERED_DICT, loader)
    }
}

/// Empty, and without a factory.
impl<K, V> Default for DefaultDict<K, V> {
    fn default() -> Self {
        DefaultDict { default_factory: None, entries: Vec::new() }
    }
}

impl<K: Reduce, V: Reduce> Reduce for DefaultDict<K, V> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut call = saver.begin_call(&DEFAULT_DICT, 1)?;
        saver.save(&self.default_factory)?;
        saver.end_call(&mut call)?;
        save_items(&self.entries, saver)?;
        saver.end_object(call)
    }
}

/// A factory that is no class or function by name is refused.
impl<'de, K, V> Reconstruct<'de> for DefaultDict<K, V>
where
    K: Reconstruct<'de> + Eq + Hash,
    V: Reconstruct<'de>,
{
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&DEFAULT_DICT)?;
        loader.begin_args(&mut object, 0)?;
        let default_factory = if loader.more_args(&mut object)? { loader.load()? } else { None };
        loader.end_args(&mut object)?;
        let mut entries = loader.dict_items(&mut object)?;
        let entries = load_entries(&mut entries, loader)?;
        loader.end_object(object)?;
        Ok(DefaultDict { default_factory, entries })
    }

    fn vacant() -> Option<Self> {
        Some(DefaultDict::default())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        relink_values(&self.entries, &DEFAULT_DICT, loader)
    }
}

impl<K: Reduce, N: Reduce> Reduce for Counter<K, N> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&COUNTER, &(Dict(&self.0),))
    }
}

impl<'de, K, N> Reconstruct<'de> for Counter<K, N>
where
    K: Reconstruct<'de> + Eq + Hash,
    N: Reconstruct<'de>,
{
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&COUNTER)?;
        loader.begin_args(&mut object, 1)?;
        loader.next_arg(&mut object)?;
        let mut entries = loader.begin_dict()?;
        let counts = load_entries(&mut entries, loader)?;
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(Counter(counts))
    }
}

/// An empty tuple: what a `deque` is made of before its maximal length.
struct Nothing;

impl Reduce for Nothing {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let tuple = saver.begin_tuple(0)?;
        saver.end_tuple(tuple)
    }
}

/// Empty, and of any length.
impl<T> Default for Deque<T> {
    fn default() -> Self {
        Deque { items: VecDeque::new(), maxlen: None }
    }
}

impl<T: Reduce> Reduce for Deque<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let Some(maxlen) = self.maxlen else {
            return saver.save(&self.items);
        };
        let mut call = saver.begin_call(&DEQUE, 2)?;
        saver.save(&Nothing)?;
        saver.save(&maxlen)?;
        saver.end_call(&mut call)?;
        let mut items = saver.list_items(self.items.len());
        for item in &self.items {
            deeper(|| saver.item(&mut items, item))?;
        }
        saver.end_list_items(&items)?;
        saver.end_object(call)
    }
}

/// From the items of Python 3, or the list among the arguments that Python 2 writes. Beyond the
/// maximal length the first ones are dropped, as in Python.
impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Deque<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&DEQUE)?;
        loader.begin_args(&mut object, 0)?;
        let (mut items, mut maxlen) = (VecDeque::new(), None);
        if loader.more_args(&mut object)? {
            items = load_list(loader)?;
            if loader.more_args(&mut object)? {
                maxlen = loader.load()?;
            }
        }
        loader.end_args(&mut object)?;
        let mut rest = loader.list_items(&mut object, T::STARTS)?;
        while loader.next_item(&mut rest)? {
            items.push_back(deeper(|| loader.load())?);
        }
        loader.end_object(object)?;
        if let Some(maxlen) = maxlen {
            items.drain(..items.len().saturating_sub(maxlen));
        }
        Ok(Deque { items, maxlen })
    }

    fn vacant() -> Option<Self> {
        Some(Deque::default())
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        self.items.relink(loader)
    }
}

fn load_list<'de, T: Reconstruct<'de>, L: Loader<'de>>(loader: &mut L) -> Result<VecDeque<T>> {
    if !matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
        return Err(loader.mismatch("list"));
    }
    // Not as a `Vec`, which of `u8` would be bytes.
    deeper(|| {
        let mut items = VecDeque::new();
        let mut list = loader.begin_list()?;
        while loader.next_item(&mut list)? {
            items.push_back(loader.load()?);
        }
        Ok(items)
    })
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn a_repeated_key_keeps_its_place_and_takes_the_last_value() {
        assert_eq!(
            distinct(vec![(1, 'a'), (2, 'b'), (1, 'c'), (3, 'd')]),
            [(1, 'c'), (2, 'b'), (3, 'd')]
        );
    }
}
