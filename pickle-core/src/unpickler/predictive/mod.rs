//! The predictive route: typed values straight from the bytes.
//!
//! The type says what comes next, so each call expects the instructions that picklers really
//! write for it. Whatever else comes is no error here: every failure of this route makes the
//! caller start again on the general one, which knows all instructions and all messages.
//!
//! What keeps it sound: an instruction is only taken where its operands on the machine's stack
//! are known to be the values just read, so a pickle that this route accepts means the same to
//! the machine.

mod atom;
mod base;
mod first;
mod followers;
mod lane;
mod lengths;
mod loader;
mod member;
mod object;
mod others;
mod place;
mod prediction;
mod reduction;
mod replay;
mod skip;
mod template;
mod walk;

use std::any::Any;

use rustc_hash::FxHashMap;

use crate::class::ClassTable;
use crate::error::{Error, ErrorKind, Result};
use crate::opcode::op;
use crate::protocol::Protocol;
use crate::reconstruct::Reconstruct;
use crate::registry::Registry;
use crate::unpickler::settings::Settings;

use followers::Followers;
pub use lane::{LaneReader, LaneRecord};
use lengths::Lengths;
use member::KnownMembers;
use object::Global;
pub use place::Place;
pub use prediction::NameRef;
use prediction::{Key, Shape};
use replay::{Entry, Memo};
use skip::Part;
pub use template::{FixedBytes, FixedLen, TemplateMaker};

/// Gives up on the predictive route.
#[cold]
#[inline(never)]
fn miss<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Unpredicted))
}

/// The loader of the predictive route.
pub(crate) struct Predictive<'a, 'de> {
    input: &'de [u8],
    /// What of the input is not read yet.
    rest: &'de [u8],
    memo: Memo,
    /// Whether the memo has holes, so that `MEMOIZE`, which counts entries, is not its length.
    gaps: bool,
    classes: ClassTable<Shape>,
    keys: Vec<Key>,
    /// The first of its entries there that a class has as a base, by its address.
    bases: FxHashMap<usize, usize>,
    /// The globals that the memo names by number.
    globals: Vec<Global<'de>>,
    /// The numbers of those that extension codes stand for.
    extensions: FxHashMap<i32, usize>,
    /// Where out-of-band buffers were taken.
    buffers: Vec<usize>,
    /// Where frames began and must end. A payload outside of them ends the one before it.
    frames: Vec<(usize, Option<usize>)>,
    /// How many levels more may nest.
    levels: usize,
    /// Whether the value is a key, which Python must be able to hash.
    in_key: bool,
    /// Whether the object that begins next is a base of the one around it.
    in_base: bool,
    settings: &'a Settings<'de>,
    /// Whether records may take the fast lane at all.
    has_lane: bool,
    /// Whether the globals have the names of Python 2.
    old_names: bool,
    /// Whether the value is read for a second time, for a memo reference to it.
    replaying: bool,
    /// How many bytes may still be read again or looked at ahead of time.
    patience: usize,
    /// Where the fast lane gave up last.
    refused: usize,
    /// The value that a shared pointer waits for: where it begins, and its memo index once known.
    watch: (usize, Option<u32>),
    shared: FxHashMap<u32, Box<dyn Any>>,
    members: KnownMembers,
    lengths: Lengths,
    followers: Followers<'de>,
    /// The stack while a value is passed over.
    parts: Vec<Part>,
}

/// How many bytes each memo reference may read again without using up patience.
const FREE_REPLAY: usize = 64;

/// Where reading goes on after a value was read again for a memo reference.
#[derive(Clone, Copy)]
struct Replay(Option<(usize, bool, usize)>);

impl Replay {
    const NONE: Replay = Replay(None);
}

impl<'a, 'de> Predictive<'a, 'de> {
    pub(crate) fn new(input: &'de [u8], settings: &'a Settings<'de>) -> Predictive<'a, 'de> {
        Predictive {
            input,
            rest: input,
            memo: Memo::new(input.len()),
            gaps: false,
            classes: ClassTable::default(),
            keys: Vec::new(),
            bases: FxHashMap::default(),
            globals: Vec::new(),
            extensions: FxHashMap::default(),
            buffers: Vec::new(),
            frames: Vec::new(),
            levels: settings.limits.depth,
            in_key: false,
            in_base: false,
            settings,
            has_lane: settings.registry.is_none_or(Registry::leaves_records_alone),
            old_names: settings.has_old_names(Protocol::V0),
            replaying: false,
            patience: settings.limits.replays.saturating_add(input.len()),
            refused: usize::MAX,
            watch: (usize::MAX, None),
            shared: FxHashMap::default(),
            members: KnownMembers::default(),
            lengths: Lengths::default(),
            followers: Followers::default(),
            parts: Vec::new(),
        }
    }

    /// Reads one whole pickle.
    pub(crate) fn read<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        if self.byte() == Some(op::PROTO) {
            match self.rest.get(1).and_then(|number| Protocol::from_number(*number)) {
                Some(protocol) => {
                    self.old_names = self.settings.has_old_names(protocol);
                    self.pass(2);
                }
                None => return miss(),
            }
        }
        let value = T::reconstruct(self)?;
        self.expect(op::STOP)?;
        match self.frame_end() {
            Some(end) if end != self.pos() => miss(),
            _ => Ok(value),
        }
    }

    /// How many bytes were read.
    #[inline]
    fn pos(&self) -> usize {
        self.input.len() - self.rest.len()
    }

    /// Goes on at another offset.
    #[inline]
    fn seek(&mut self, pos: usize) {
        self.rest = self.input.get(pos..).unwrap_or_default();
    }

    /// Passes bytes that were looked at already.
    #[inline]
    fn pass(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }

    #[inline]
    fn byte(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The opcode here, with frame headers taken out of the way.
    #[inline]
    fn opcode(&mut self) -> Result<u8> {
        match self.byte() {
            Some(op::FRAME) => self.frame_header(),
            Some(byte) => Ok(byte),
            None => miss(),
        }
    }

    /// Where the current frame must end, if there is one.
    fn frame_end(&self) -> Option<usize> {
        self.frames.last().and_then(|(_, end)| *end)
    }

    #[cold]
    fn frame_header(&mut self) -> Result<u8> {
        let begin = self.pos();
        let Ok(size) = usize::try_from(u64::from_le_bytes(self.argument()?)) else { return miss() };
        let end = self.pos().checked_add(size).filter(|end| *end <= self.input.len());
        if !self.replaying {
            if end.is_none() || self.frame_end().is_some_and(|last| last != begin) {
                return miss();
            }
            self.frames.push((begin, end));
        }
        match self.byte() {
            Some(op::FRAME) | None => miss(),
            Some(byte) => Ok(byte),
        }
    }

    #[inline]
    fn expect(&mut self, opcode: u8) -> Result<()> {
        if self.opcode()? == opcode {
            self.pass(1);
            return Ok(());
        }
        miss()
    }

    /// The argument of the instruction here, which is passed.
    #[inline]
    fn argument<const N: usize>(&mut self) -> Result<[u8; N]> {
        if let [_, tail @ ..] = self.rest
            && let Some((bytes, rest)) = tail.split_first_chunk::<N>()
        {
            self.rest = rest;
            return Ok(*bytes);
        }
        miss()
    }

    #[inline]
    fn take(&mut self, len: usize) -> Result<&'de [u8]> {
        match self.rest.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => miss(),
        }
    }

    #[inline]
    fn enter(&mut self) -> Result<()> {
        match self.levels.checked_sub(1) {
            Some(levels) => {
                self.levels = levels;
                Ok(())
            }
            None => miss(),
        }
    }

    /// Goes back from where only `rest` is left to where `outer` was: to the beginning of a record
    /// that must be read in another way.
    #[cold]
    #[inline(never)]
    fn go_back(&mut self, rest: &'de [u8], outer: &'de [u8], memo: usize) {
        self.rest = outer;
        let start = self.pos();
        self.refused = start;
        self.memo.truncate(memo);
        self.members = KnownMembers::default();
        self.gaps = false;
        self.frames.truncate(self.frames.partition_point(|(begin, _)| *begin < start));
        self.buffers.truncate(self.buffers.partition_point(|begin| *begin < start));
        self.patience = self.patience.saturating_sub(outer.len() - rest.len());
        if self.patience == 0 {
            self.close_lane();
        }
    }

    /// Leaves all records that follow to the slow way.
    #[cold]
    fn close_lane(&mut self) {
        self.has_lane = false;
        for shape in self.classes.values_mut() {
            shape.names.clear();
            shape.template = None;
        }
    }

    #[inline]
    fn leave(&mut self, replay: Replay) {
        self.levels += 1;
        if replay.0.is_some() {
            self.resume(replay);
        }
    }

    #[inline(never)]
    fn resume(&mut self, replay: Replay) {
        if let Some((pos, replaying, start)) = replay.0 {
            self.pay(self.pos().saturating_sub(start), replaying);
            self.seek(pos);
            self.replaying = replaying;
        }
    }

    /// Pays for bytes that were read again. A reference in the pickle itself has some for free, so
    /// that what it makes stays proportional to the input; one that was itself read again has not.
    #[inline]
    fn pay(&mut self, bytes: usize, nested: bool) {
        let free = if nested { 0 } else { FREE_REPLAY };
        self.patience = self.patience.saturating_sub(bytes.saturating_sub(free));
    }

    /// Goes back to the value that a memo reference names, to read it again.
    #[inline(never)]
    fn replay(&mut self) -> Result<Replay> {
        let index = self.memo_index()?;
        let Some(Entry::Value(start)) = self.memo.get(index) else { return miss() };
        if self.patience == 0 {
            return miss();
        }
        let replay = Replay(Some((self.pos(), self.replaying, start)));
        self.seek(start);
        self.replaying = true;
        Ok(replay)
    }

    /// The index of the `BINGET` or `LONG_BINGET` here, which is passed.
    #[inline]
    fn memo_index(&mut self) -> Result<u32> {
        if self.byte() == Some(op::BINGET) {
            self.argument::<1>().map(|[index]| u32::from(index))
        } else {
            self.argument().map(u32::from_le_bytes)
        }
    }

    /// Takes the instruction that memoizes the value just read, if there is one.
    #[inline]
    fn memoize(&mut self, entry: Entry) -> Result<Option<u32>> {
        match self.byte() {
            Some(op::MEMOIZE) => {
                self.pass(1);
                self.remember(None, entry)
            }
            Some(op::BINPUT | op::LONG_BINPUT) => self.put(entry),
            _ => Ok(None),
        }
    }

    #[inline(never)]
    fn put(&mut self, entry: Entry) -> Result<Option<u32>> {
        let index = if self.byte() == Some(op::BINPUT) {
            self.argument::<1>().map(|[index]| u32::from(index))?
        } else {
            self.argument().map(u32::from_le_bytes)?
        };
        self.remember(Some(index), entry)
    }

    #[inline]
    fn remember(&mut self, index: Option<u32>, entry: Entry) -> Result<Option<u32>> {
        if self.replaying {
            return Ok(None);
        }
        let end = self.memo.len();
        // No pickler counts more values than it wrote bytes; this bounds the holes.
        match index {
            None if self.gaps => return miss(),
            Some(index) if index as usize > self.pos() => return miss(),
            Some(index) if index as usize > end => {
                self.gaps = true;
                self.close_lane();
            }
            Some(_) => {}
            None => {}
        }
        let Some(index) = self.memo.store(index, entry) else { return miss() };
        if entry.start() == Some(self.watch.0) {
            self.watch.1 = Some(index);
        }
        Ok(Some(index))
    }
}

impl crate::private::Sealed for Predictive<'_, '_> {}
