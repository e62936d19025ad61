//! The handle that reducers describe their values to.

use std::any::Any;
use std::io;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::pickler::identity::{Identity, Progress};
use crate::pickler::lane::Name;
use crate::pickler::memo::Memo;
use crate::pickler::settings::Settings;
use crate::protocol::Protocol;
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::wire::encode::Encoder;
use crate::wire::integer::Integer;

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

    /// Notes that what a shared pointer points to is an atom, which is on top of the stack.
    pub(super) fn end_atom(&mut self, identity: Identity) {
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
