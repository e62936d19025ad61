//! Lists, tuples, dicts and sets, in batches.

use crate::class::Class;
use crate::error::{Error, Result};
use crate::opcode::op;
use crate::pickler::identity::Identity;
use crate::pickler::lane::Name;
use crate::pickler::saver::Saver;
use crate::protocol::Protocol;
use crate::reduce::Reduce;

/// How many items go into one `APPENDS`, `SETITEMS` or `ADDITEMS` (`_BATCHSIZE` of `pickle.py`).
pub(super) const BATCH: usize = 1000;

/// A list, set or dict that is being written, in batches of 1000.
#[derive(Debug)]
#[must_use = "the container must be ended"]
pub struct Batch {
    close: Close,
    left: usize,
    in_batch: usize,
    identity: Option<Identity>,
}

impl Batch {
    /// The length of a list or dict of which it is not known.
    pub(crate) const UNKNOWN: usize = usize::MAX;

    /// Whether the length is not known; no container in memory comes near it.
    fn is_open(&self) -> bool {
        self.left > Batch::UNKNOWN / 2
    }
}

/// How the items of a container get into it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    /// `APPEND` and `APPENDS`.
    List,
    /// `SETITEM` and `SETITEMS`.
    Dict,
    /// `ADDITEMS`.
    Set,
    /// All at once, by `FROZENSET`.
    FrozenSet,
    /// All at once, by an instruction for tuples of this length.
    Tuple(usize),
    /// A list that is the only argument of `set` or `frozenset`, below protocol 4.
    SetCall,
}

/// A tuple that is being written.
#[derive(Debug)]
#[must_use = "the tuple must be ended"]
pub struct TupleToken {
    len: usize,
    identity: Option<Identity>,
}

static SET: Class = Class::new("builtins", "set");
static FROZENSET: Class = Class::new("builtins", "frozenset");

impl Saver<'_> {
    /// Begins a list of this length.
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    #[inline]
    pub fn begin_list(&mut self, len: usize) -> Result<Batch> {
        self.enter()?;
        if self.in_key {
            return Ok(self.begin_tuple_items(len));
        }
        self.encoder.empty_list();
        let identity = self.pending.take();
        self.memoize_as(identity);
        Ok(Batch { close: Close::List, left: len, in_batch: 0, identity: None })
    }

    fn begin_tuple_items(&mut self, len: usize) -> Batch {
        self.encoder.before_tuple(len);
        let identity = self.pending.take();
        Batch { close: Close::Tuple(len), left: len, in_batch: 0, identity }
    }

    /// Writes the next item of a list.
    ///
    /// # Errors
    /// As [`Reduce::reduce`], and when there are more items than announced.
    #[inline]
    pub fn item<T: ?Sized + Reduce>(&mut self, batch: &mut Batch, item: &T) -> Result<()> {
        self.before_item(batch)?;
        self.save(item)?;
        self.after_item(batch);
        Ok(())
    }

    /// Writes items of a list that lie side by side.
    ///
    /// # Errors
    /// As [`item`](Saver::item).
    #[inline]
    pub fn items<T: Reduce>(&mut self, batch: &mut Batch, items: &[T]) -> Result<()> {
        let is_all = batch.close == Close::List && batch.in_batch == 0 && batch.left == items.len();
        if is_all && let Some(result) = self.lane(|lane| lane.items(items)) {
            batch.left = 0;
            return result;
        }
        items.iter().try_for_each(|item| self.item(batch, item))
    }

    /// Writes elements of a tuple that lie side by side.
    pub(crate) fn elements<T: Reduce>(&mut self, elements: &[T]) -> Result<()> {
        let in_lane = self.lane(|lane| {
            elements.iter().try_for_each(|element| element.reduce_lane(Name::NONE, lane))
        });
        in_lane.unwrap_or_else(|| elements.iter().try_for_each(|element| self.save(element)))
    }

    #[inline]
    fn roll_when_full(&mut self) -> Result<()> {
        if self.encoder.is_full() { self.encoder.roll() } else { Ok(()) }
    }

    #[inline]
    fn before_item(&mut self, batch: &mut Batch) -> Result<()> {
        self.roll_when_full()?;
        if batch.in_batch == 0 {
            if batch.left == 0 {
                return Err(Error::custom("found more items than the length announced"));
            }
            let alone = batch.left == 1 || !self.encoder.is_binary();
            match batch.close {
                Close::List | Close::Dict | Close::SetCall if alone => {}
                Close::FrozenSet | Close::Tuple(_) => {}
                _ => self.encoder.op(op::MARK),
            }
        }
        batch.left = batch.left.wrapping_sub(1);
        batch.in_batch += 1;
        Ok(())
    }

    #[inline]
    fn after_item(&mut self, batch: &mut Batch) {
        if batch.left == 0 || batch.in_batch == BATCH || !self.encoder.is_binary() {
            self.close_batch(batch);
        }
    }

    fn close_batch(&mut self, batch: &mut Batch) {
        let many = batch.in_batch > 1 || (batch.is_open() && self.encoder.is_binary());
        match batch.close {
            Close::List | Close::SetCall => {
                self.encoder.op(if many { op::APPENDS } else { op::APPEND });
            }
            Close::Dict => self.encoder.op(if many { op::SETITEMS } else { op::SETITEM }),
            Close::Set => self.encoder.op(op::ADDITEMS),
            Close::FrozenSet | Close::Tuple(_) => return,
        }
        batch.in_batch = 0;
    }

    /// Ends a list.
    ///
    /// # Errors
    /// When there were fewer items than announced.
    #[inline]
    pub fn end_list(&mut self, batch: Batch) -> Result<()> {
        if let Close::Tuple(len) = batch.close {
            self.encoder.after_tuple(len);
            self.memoize_tuple(len, batch.identity);
        }
        self.end_batch(batch)
    }

    #[inline]
    fn end_batch(&mut self, batch: Batch) -> Result<()> {
        self.leave();
        if batch.left == 0 { Ok(()) } else { self.end_early(batch) }
    }

    /// Ends a container whose length was not known, or was not the one announced.
    #[cold]
    fn end_early(&mut self, mut batch: Batch) -> Result<()> {
        if !batch.is_open() {
            return too_few(&batch);
        }
        if batch.in_batch > 0 {
            self.close_batch(&mut batch);
        }
        Ok(())
    }

    /// Begins a dict of this length.
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    #[inline]
    pub fn begin_dict(&mut self, len: usize) -> Result<Batch> {
        if self.in_key {
            return Err(Error::unrepresentable("a dict as a key", "what Python can hash"));
        }
        self.enter()?;
        self.encoder.empty_dict();
        let identity = self.pending.take();
        self.memoize_as(identity);
        Ok(Batch { close: Close::Dict, left: len, in_batch: 0, identity: None })
    }

    /// Writes the next key and value of a dict.
    ///
    /// # Errors
    /// As [`Reduce::reduce`], and when there are more entries than announced.
    #[inline]
    pub fn entry<K, V>(&mut self, batch: &mut Batch, key: &K, value: &V) -> Result<()>
    where
        K: ?Sized + Reduce,
        V: ?Sized + Reduce,
    {
        self.key(batch, key)?;
        self.save(value)?;
        self.end_entry(batch);
        Ok(())
    }

    /// Writes entries of a dict.
    #[inline]
    pub(crate) fn entries<'k, K, V>(
        &mut self,
        batch: &mut Batch,
        mut entries: impl Iterator<Item = (&'k K, &'k V)>,
    ) -> Result<()>
    where
        K: Reduce + 'k,
        V: Reduce + 'k,
    {
        let len = batch.left;
        if K::is_atom()
            && let Some(result) = self.lane(|lane| lane.entries(&mut entries, len, BATCH))
        {
            batch.left = 0;
            return result;
        }
        entries.try_for_each(|(key, value)| self.entry(batch, key, value))
    }

    /// Writes the next key of a dict; its value follows, and [`end_entry`](Saver::end_entry).
    #[inline]
    pub(crate) fn key<K: ?Sized + Reduce>(&mut self, batch: &mut Batch, key: &K) -> Result<()> {
        self.before_item(batch)?;
        self.hashable(key)
    }

    /// Writes the next key of a dict, which is text.
    #[cfg(feature = "serde")]
    #[inline]
    pub(crate) fn text_key(&mut self, batch: &mut Batch, key: &str) -> Result<()> {
        self.before_item(batch)?;
        self.encoder.unicode(key)
    }

    /// Ends an entry that was begun by its key.
    #[inline]
    pub(crate) fn end_entry(&mut self, batch: &mut Batch) {
        // SETITEMS and SETITEM are told apart by entries, not by the objects on the stack.
        self.after_item(batch);
    }

    /// Ends a dict.
    ///
    /// # Errors
    /// When there were fewer entries than announced.
    #[inline]
    pub fn end_dict(&mut self, batch: Batch) -> Result<()> {
        self.end_batch(batch)
    }

    /// Begins a set of this length.
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    pub fn begin_set(&mut self, len: usize) -> Result<Batch> {
        if self.in_key {
            return self.begin_frozenset(len);
        }
        self.enter()?;
        let mut identity = self.pending.take();
        let close = if self.protocol() >= Protocol::V4 {
            self.encoder.op(op::EMPTY_SET);
            self.memoize_as(identity.take());
            Close::Set
        } else {
            self.begin_set_call(&SET)?
        };
        Ok(Batch { close, left: len, in_batch: 0, identity })
    }

    /// Begins a frozenset of this length.
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    pub fn begin_frozenset(&mut self, len: usize) -> Result<Batch> {
        self.enter()?;
        let identity = self.pending.take();
        let close = if self.protocol() >= Protocol::V4 {
            self.encoder.op(op::MARK);
            Close::FrozenSet
        } else {
            self.begin_set_call(&FROZENSET)?
        };
        Ok(Batch { close, left: len, in_batch: 0, identity })
    }

    fn begin_set_call(&mut self, class: &'static Class) -> Result<Close> {
        self.global(class)?;
        self.encoder.before_tuple(1);
        self.encoder.empty_list();
        Ok(Close::SetCall)
    }

    /// Ends a set or frozenset.
    ///
    /// # Errors
    /// When there were fewer items than announced.
    pub fn end_set(&mut self, batch: Batch) -> Result<()> {
        match batch.close {
            Close::FrozenSet => self.encoder.op(op::FROZENSET),
            Close::SetCall => {
                self.encoder.after_tuple(1);
                self.encoder.op(op::REDUCE);
            }
            _ => {}
        }
        self.memoize_as(batch.identity);
        self.end_batch(batch)
    }

    /// Writes the next member of a set.
    ///
    /// # Errors
    /// As [`item`](Saver::item).
    pub fn member<T: ?Sized + Reduce>(&mut self, batch: &mut Batch, member: &T) -> Result<()> {
        self.before_item(batch)?;
        self.hashable(member)?;
        self.after_item(batch);
        Ok(())
    }

    /// Writes a value that Python must be able to hash: lists in it become tuples, and sets
    /// frozensets.
    pub(crate) fn hashable<T: ?Sized + Reduce>(&mut self, value: &T) -> Result<()> {
        let outer = std::mem::replace(&mut self.in_key, true);
        let result = self.save(value);
        self.in_key = outer;
        result
    }

    /// Begins to append this many items to the object just made: a subclass of `list`, a `deque`.
    pub fn list_items(&mut self, len: usize) -> Batch {
        Batch { close: Close::List, left: len, in_batch: 0, identity: None }
    }

    /// Begins to store this many entries in the object just made: a subclass of `dict`.
    pub fn dict_items(&mut self, len: usize) -> Batch {
        Batch { close: Close::Dict, left: len, in_batch: 0, identity: None }
    }

    /// Ends the items that were added to an object.
    ///
    /// # Errors
    /// When there were fewer items than announced.
    pub fn end_list_items(&mut self, batch: &Batch) -> Result<()> {
        too_few(batch)
    }

    /// Begins a tuple of this length; its elements follow by [`save`](Saver::save).
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    #[inline]
    pub fn begin_tuple(&mut self, len: usize) -> Result<TupleToken> {
        self.enter()?;
        self.encoder.before_tuple(len);
        Ok(TupleToken { len, identity: self.pending.take() })
    }

    /// Ends a tuple.
    ///
    /// # Errors
    /// None at present.
    #[inline]
    pub fn end_tuple(&mut self, tuple: TupleToken) -> Result<()> {
        self.leave();
        self.encoder.after_tuple(tuple.len);
        self.memoize_tuple(tuple.len, tuple.identity);
        Ok(())
    }

    /// The empty tuple has no identity in Python.
    #[inline]
    fn memoize_tuple(&mut self, len: usize, identity: Option<Identity>) {
        if len != 0 {
            self.memoize_as(identity);
        } else if let Some(identity) = identity {
            self.end_atom(identity);
        }
    }
}

fn too_few(batch: &Batch) -> Result<()> {
    if batch.left == 0 {
        return Ok(());
    }
    Err(Error::custom(format!("found {} items less than the length announced", batch.left)))
}
