//! The handle that reducers describe their values to.

use std::any::Any;
use std::io;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::opcode::op;
use crate::pickler::identity::{Identity, Progress};
use crate::pickler::lane::Name;
use crate::pickler::memo::Memo;
use crate::pickler::settings::Settings;
use crate::protocol::Protocol;
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::wire::encode::Encoder;
use crate::wire::integer::Integer;

/// How many items go into one `APPENDS`, `SETITEMS` or `ADDITEMS` (`_BATCHSIZE` of `pickle.py`).
pub(super) const BATCH: usize = 1000;

/// The handle that a reducer describes its value to: one call for each part, in order.
///
/// Values that are one instruction have one method each; containers and objects are begun, filled
/// and ended. See [`Reduce`] for an example.
pub struct Saver<'a> {
    pub(crate) encoder: Encoder<'a>,
    pub(crate) memo: Memo,
    pub(crate) depth: usize,
    /// Whether the value is a key, which Python must be able to hash.
    pub(crate) in_key: bool,
    /// The identity of the shared pointer whose value comes next.
    pub(crate) pending: Option<Identity>,
    pub(crate) settings: Settings<'a>,
    /// Whether records may take the fast lane at all.
    pub(crate) has_lane: bool,
}

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
static BYTES: Class = Class::new("builtins", "bytes");
static BYTEARRAY: Class = Class::new("builtins", "bytearray");
static ENCODE: Class = Class::new("_codecs", "encode");

impl<'a> Saver<'a> {
    #[inline(always)]
    pub(crate) fn new(
        buffer: Vec<u8>,
        settings: Settings<'a>,
        sink: Option<&'a mut dyn io::Write>,
    ) -> Saver<'a> {
        let Settings { protocol, registry, .. } = settings;
        Saver {
            encoder: Encoder::new(buffer, protocol, settings.limits.digits, sink),
            memo: Memo::default(),
            depth: 0,
            in_key: false,
            pending: None,
            settings,
            has_lane: protocol >= Protocol::V4
                && registry.is_none_or(Registry::leaves_records_alone),
        }
    }

    /// Writes one pickle.
    pub(crate) fn dump<T: ?Sized + Reduce>(&mut self, value: &T) -> Result<()> {
        if self.settings.buffers.is_some() && self.protocol() < Protocol::V5 {
            return Err(Error::unrepresentable(
                format!("a buffer callback at protocol {}", self.protocol()),
                "protocol 5 or above",
            ));
        }
        self.encoder.begin();
        self.save(value)?;
        self.encoder.end()
    }

    /// The protocol that is written.
    #[must_use]
    pub fn protocol(&self) -> Protocol {
        self.encoder.protocol()
    }

    /// The registry that the caller passed in.
    #[must_use]
    pub fn registry(&self) -> Option<&'a Registry> {
        self.settings.registry
    }

    /// Writes any value.
    ///
    /// # Errors
    /// As its [`Reduce::reduce`].
    #[inline]
    pub fn save<T: ?Sized + Reduce>(&mut self, value: &T) -> Result<()> {
        self.named(Name::NONE, value)
    }

    /// Goes one level deeper, and closes a frame that is full.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.settings.limits.depth || self.encoder.is_full() {
            return self.enter_slow();
        }
        Ok(())
    }

    #[cold]
    fn enter_slow(&mut self) -> Result<()> {
        if self.depth > self.settings.limits.depth {
            return Err(Error::limit(
                "levels of nesting",
                self.depth,
                self.settings.limits.depth,
                "depth",
            ));
        }
        self.encoder.roll()
    }

    #[inline]
    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Stores what is on top of the stack in the memo, and tells the index.
    pub(crate) fn memoize(&mut self) -> u32 {
        let index = self.memo.len;
        self.encoder.put(index);
        self.memo.len += 1;
        index
    }

    /// Memoizes what is on top of the stack if it is what a shared pointer points to.
    #[inline]
    pub(crate) fn memoize_as(&mut self, identity: Option<Identity>) {
        if let Some(identity) = identity {
            let index = self.memoize();
            self.memo.identities.set(identity, Progress::Memoized(index));
        }
    }

    /// Writes `None`.
    #[inline]
    pub fn none(&mut self) {
        self.encoder.none();
    }

    /// Writes a `bool`.
    #[inline]
    pub fn bool(&mut self, value: bool) {
        self.encoder.bool(value);
    }

    /// Writes an `int`.
    #[inline]
    pub fn int(&mut self, value: i64) {
        self.encoder.int(value);
    }

    /// Writes an `int` of any Rust type.
    ///
    /// # Errors
    /// Never for Rust's own integers.
    #[inline]
    pub fn integer<I: Integer>(&mut self, value: I) -> Result<()> {
        match value.to_i64() {
            Some(value) => {
                self.encoder.int(value);
                Ok(())
            }
            None => self.encoder.long(&value.to_long()),
        }
    }

    /// Writes an `int` given in two's complement, little endian.
    ///
    /// # Errors
    /// When it is longer than 2 GiB.
    pub fn long(&mut self, bytes: &[u8]) -> Result<()> {
        self.encoder.long(bytes)
    }

    /// Writes a `float`.
    #[inline]
    pub fn float(&mut self, value: f64) {
        self.encoder.float(value);
    }

    /// Writes a `str`.
    ///
    /// # Errors
    /// When it is longer than the protocol allows.
    #[inline]
    pub fn str(&mut self, text: &str) -> Result<()> {
        self.encoder.unicode(text)?;
        if self.pending.is_some() {
            let identity = self.pending.take();
            self.memoize_as(identity);
        }
        Ok(())
    }

    /// Writes `bytes`; below protocol 3 as the call that Python 3 writes there, which makes a
    /// `str` in Python 2.
    ///
    /// # Errors
    /// When they are longer than the protocol allows.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let identity = self.pending.take();
        if self.protocol() >= Protocol::V3 {
            self.encoder.bytes(bytes)?;
        } else if bytes.is_empty() {
            let mut call = self.begin_call(&BYTES, 0)?;
            self.end_call(&mut call)?;
            self.end_object(call)?;
        } else {
            let latin1: String = bytes.iter().copied().map(char::from).collect();
            let mut call = self.begin_call(&ENCODE, 2)?;
            self.str(&latin1)?;
            self.str("latin1")?;
            self.end_call(&mut call)?;
            self.end_object(call)?;
        }
        self.memoize_as(identity);
        Ok(())
    }

    /// Writes a `bytearray`; below protocol 5 as a call.
    ///
    /// # Errors
    /// When it is longer than the protocol allows.
    pub fn bytearray(&mut self, bytes: &[u8]) -> Result<()> {
        if self.in_key {
            return Err(Error::unrepresentable("a bytearray as a key", "what Python can hash"));
        }
        let identity = self.pending.take();
        if self.protocol() >= Protocol::V5 {
            self.encoder.bytearray(bytes)?;
        } else {
            let mut call = self.begin_call(&BYTEARRAY, usize::from(!bytes.is_empty()))?;
            if !bytes.is_empty() {
                self.bytes(bytes)?;
            }
            self.end_call(&mut call)?;
            self.end_object(call)?;
        }
        self.memoize_as(identity);
        Ok(())
    }

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

    /// Notes that what a shared pointer points to is an atom, which is on top of the stack.
    fn end_atom(&mut self, identity: Identity) {
        if self.settings.memoize_atoms {
            self.memoize_as(Some(identity));
        } else {
            self.memo.identities.set(identity, Progress::Atom);
        }
    }

    /// Writes what a shared pointer points to: once, and from the memo afterwards.
    ///
    /// `address` is that of the object, and `alive` a pointer that keeps it from being used for
    /// another one; it is called once.
    ///
    /// # Errors
    /// As [`Reduce::reduce`], and for an object that is an argument of its own constructor.
    pub fn shared<T: ?Sized + Reduce>(
        &mut self,
        address: *const (),
        alive: impl FnOnce() -> Box<dyn Any>,
        value: &T,
    ) -> Result<()> {
        let address = address as usize;
        match self.memo.identities.find(address) {
            None => {
                let identity = self.memo.identities.insert(address, self.pending, alive());
                self.save_identified(identity, value)
            }
            Some((identity, Progress::Atom)) => {
                let outer = self.pending.take();
                self.save_identified(identity, value)?;
                if let Some(outer) = outer {
                    self.memo.identities.set(outer, self.memo.identities.progress(identity));
                }
                Ok(())
            }
            Some((_, Progress::Memoized(index))) => {
                if let Some(outer) = self.pending.take() {
                    self.memo.identities.set(outer, Progress::Memoized(index));
                }
                self.encoder.get(index);
                Ok(())
            }
            Some((_, Progress::Started)) => Err(Error::new(crate::ErrorKind::Cycle {
                through: "the arguments of an object's own constructor".into(),
                expected: "the way back in its state, which is set after it is made".into(),
            })),
        }
    }

    fn save_identified<T: ?Sized + Reduce>(&mut self, identity: Identity, value: &T) -> Result<()> {
        self.pending = Some(identity);
        let result = self.save(value);
        if self.pending.take() == Some(identity) {
            self.end_atom(identity);
        }
        result
    }
}

fn too_few(batch: &Batch) -> Result<()> {
    if batch.left == 0 {
        return Ok(());
    }
    Err(Error::custom(format!("found {} items less than the length announced", batch.left)))
}
