//! The predictive route: typed values straight from the bytes.
//!
//! The type says what comes next, so each call expects the instructions that picklers really
//! write for it. Whatever else comes is no error here: every failure of this route makes the
//! caller start again on the general one, which knows all instructions and all messages.
//!
//! What keeps it sound: an instruction is only taken where its operands on the machine's stack
//! are known to be the values just read, so a pickle that this route accepts means the same to
//! the machine.

use std::any::Any;
use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::class::{Class, ClassTable};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::opcode::op;
use crate::reconstruct::{AnyObject, Kind, Loader, Reconstruct, Starts};
use crate::registry::Registry;
use crate::unpickler::lane::LaneReader;
use crate::unpickler::prediction::{END, Key, Shape};
use crate::unpickler::replay::{Entry, Memo};
use crate::wire::encode::BinaryGet;
use crate::wire::integer::Integer;

/// Gives up on the predictive route.
#[cold]
#[inline(never)]
pub(super) fn miss<T>() -> Result<T> {
    Err(Error::new(ErrorKind::Unpredicted))
}

/// The loader of the predictive route.
pub(crate) struct Predictive<'a, 'de> {
    pub(super) input: &'de [u8],
    /// What of the input is not read yet.
    pub(super) rest: &'de [u8],
    pub(super) memo: Memo,
    pub(super) classes: ClassTable,
    pub(super) shapes: Vec<Shape>,
    pub(super) keys: Vec<Key>,
    /// The globals that the memo names by number.
    globals: Vec<Global<'de>>,
    /// Where the current frame must end, if there is one.
    frame: Option<usize>,
    depth: usize,
    /// Whether the value is a key, which Python must be able to hash.
    in_key: bool,
    limits: &'a Limits,
    /// Whether the value is read for a second time, for a memo reference to it.
    pub(super) replaying: bool,
    /// How many bytes may still be read again or looked at ahead of time.
    pub(super) patience: usize,
    /// The value that a shared pointer waits for: where it begins, and its memo index once known.
    pub(super) watch: (usize, Option<u32>),
    shared: FxHashMap<u32, Box<dyn Any>>,
    registry: Option<&'a Registry>,
}

/// A class or function that the pickle names.
#[derive(Debug)]
pub(super) struct Global<'de> {
    module: &'de str,
    name: &'de str,
    /// The table of classes in which it was looked up last, and where it was found.
    variant: (usize, usize),
}

/// A list, set, dict or long tuple that is being read.
pub(crate) struct Walk {
    state: State,
    starts: Starts,
    count: usize,
    start: usize,
    /// The instructions that add one item, and a batch of them.
    closes: (u8, u8),
    replay: Replay,
}

/// A tuple that is being read.
pub(crate) struct Elements {
    len: usize,
    watched: bool,
    start: usize,
}

/// An object that is being taken apart.
pub(crate) struct Object {
    class: &'static Class,
    number: usize,
    /// The entry in `Predictive::keys` of its first attribute.
    keys: usize,
    /// How many attributes were passed.
    next: usize,
    phase: Phase,
    args: usize,
    start: usize,
    replay: Replay,
}

/// What of an object was taken last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The class.
    Class,
    /// The beginning of the arguments.
    Args,
    /// The call that makes it.
    Called,
    /// An attribute in a batch of several, or the mark before them.
    Batch,
    /// An attribute that an instruction of its own must add.
    Single,
    /// The state as one value.
    State,
    /// Everything.
    Done,
}

/// How many bytes each memo reference may read again without using up patience.
const FREE_REPLAY: usize = 64;

/// Where reading goes on after a value was read again for a memo reference.
#[derive(Clone, Copy)]
pub(super) struct Replay(Option<(usize, bool, usize)>);

impl Replay {
    pub(super) const NONE: Replay = Replay(None);
}

/// Where in a container the walk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Behind the container or a full batch: more may follow.
    Fresh,
    /// Between a mark and the instruction that adds the batch.
    Batch,
    /// At an item that an instruction of its own must add.
    Single,
    /// Between a mark and the instruction that makes the whole container.
    Marked,
    /// At the end.
    Done,
}

impl<'a, 'de> Predictive<'a, 'de> {
    pub(crate) fn new(
        input: &'de [u8],
        limits: &'a Limits,
        registry: Option<&'a Registry>,
    ) -> Predictive<'a, 'de> {
        Predictive {
            input,
            rest: input,
            memo: Memo::new(input.len()),
            classes: ClassTable::default(),
            shapes: Vec::new(),
            keys: Vec::new(),
            globals: Vec::new(),
            frame: None,
            depth: 0,
            in_key: false,
            limits,
            replaying: false,
            patience: limits.replays.saturating_add(input.len()),
            watch: (usize::MAX, None),
            shared: FxHashMap::default(),
            registry,
        }
    }

    /// Reads one whole pickle.
    pub(crate) fn read<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        if self.byte() == Some(op::PROTO) {
            match self.rest.get(1) {
                Some(0..=5) => self.pass(2),
                _ => return miss(),
            }
        }
        let value = T::reconstruct(self)?;
        self.expect(op::STOP)?;
        match self.frame {
            Some(end) if end != self.pos() => miss(),
            _ => Ok(value),
        }
    }

    /// How many bytes were read.
    #[inline]
    pub(crate) fn pos(&self) -> usize {
        self.input.len() - self.rest.len()
    }

    /// Goes on at another offset.
    #[inline]
    pub(super) fn seek(&mut self, pos: usize) {
        self.rest = self.input.get(pos..).unwrap_or_default();
    }

    /// Passes bytes that were looked at already.
    #[inline]
    pub(super) fn pass(&mut self, len: usize) {
        self.rest = self.rest.get(len..).unwrap_or_default();
    }

    #[inline]
    pub(super) fn byte(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// The opcode here, with frame headers taken out of the way.
    #[inline]
    pub(super) fn opcode(&mut self) -> Result<u8> {
        match self.byte() {
            Some(op::FRAME) => self.frame_header(),
            Some(byte) => Ok(byte),
            None => miss(),
        }
    }

    #[cold]
    fn frame_header(&mut self) -> Result<u8> {
        let begin = self.pos();
        let Ok(size) = usize::try_from(u64::from_le_bytes(self.argument()?)) else { return miss() };
        let end = self.pos().checked_add(size).filter(|end| *end <= self.input.len());
        if !self.replaying {
            if end.is_none() || self.frame.is_some_and(|last| last != begin) {
                return miss();
            }
            self.frame = end;
        }
        match self.byte() {
            Some(op::FRAME) | None => miss(),
            Some(byte) => Ok(byte),
        }
    }

    #[inline]
    pub(super) fn expect(&mut self, opcode: u8) -> Result<()> {
        if self.opcode()? == opcode {
            self.pass(1);
            return Ok(());
        }
        miss()
    }

    /// The argument of the instruction here, which is passed.
    #[inline]
    pub(super) fn argument<const N: usize>(&mut self) -> Result<[u8; N]> {
        if let [_, tail @ ..] = self.rest
            && let Some((bytes, rest)) = tail.split_first_chunk::<N>()
        {
            self.rest = rest;
            return Ok(*bytes);
        }
        miss()
    }

    #[inline]
    pub(super) fn take(&mut self, len: usize) -> Result<&'de [u8]> {
        match self.rest.split_at_checked(len) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => miss(),
        }
    }

    #[inline]
    pub(super) fn enter(&mut self) -> Result<()> {
        self.depth += 1;
        if self.depth > self.limits.depth { miss() } else { Ok(()) }
    }

    #[inline]
    pub(super) fn leave(&mut self, replay: Replay) {
        self.depth -= 1;
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
    pub(super) fn replay(&mut self) -> Result<Replay> {
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
    pub(super) fn memo_index(&mut self) -> Result<u32> {
        if self.byte() == Some(op::BINGET) {
            self.argument::<1>().map(|[index]| u32::from(index))
        } else {
            self.argument().map(u32::from_le_bytes)
        }
    }

    /// Takes the instruction that memoizes the value just read, if there is one.
    #[inline]
    pub(super) fn memoize(&mut self, entry: Entry) -> Result<Option<u32>> {
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
        let Some(index) = self.memo.store(index, entry) else { return miss() };
        if entry.start() == Some(self.watch.0) {
            self.watch.1 = Some(index);
        }
        Ok(Some(index))
    }

    /// A payload of at least this size ends a frame before it (`write_large_bytes`).
    #[inline]
    fn check_frame(&mut self, start: usize, len: usize) {
        if len >= 0x1_0000 && self.frame == Some(start) && !self.replaying {
            self.frame = None;
        }
    }

    /// The text of the string instruction here, which is passed.
    pub(super) fn text(&mut self, opcode: u8) -> Result<&'de str> {
        let start = self.pos();
        let len = match opcode {
            op::SHORT_BINUNICODE => usize::from(self.argument::<1>()?[0]),
            op::BINUNICODE => u32::from_le_bytes(self.argument()?) as usize,
            op::BINUNICODE8 => match usize::try_from(u64::from_le_bytes(self.argument()?)) {
                Ok(len) => len,
                Err(_) => return miss(),
            },
            _ => return miss(),
        };
        let bytes = self.take(len)?;
        self.check_frame(start, len);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => miss(),
        }
    }

    /// The string of a memo entry.
    #[inline(never)]
    pub(super) fn text_from_memo(&mut self) -> Result<&'de str> {
        let index = self.memo_index()?;
        let Some(Entry::Text(start)) = self.memo.get(index) else { return miss() };
        if self.patience == 0 {
            return miss();
        }
        let back = Replay(Some((self.pos(), self.replaying, start)));
        self.seek(start);
        self.replaying = true;
        let Some(opcode) = self.byte() else { return miss() };
        let text = self.text(opcode)?;
        self.resume(back);
        Ok(text)
    }

    #[inline]
    fn begin_str(&mut self) -> Result<&'de str> {
        if let [op::SHORT_BINUNICODE, len, tail @ ..] = self.rest {
            let start = self.pos();
            if let Some((bytes, rest)) = tail.split_at_checked(usize::from(*len))
                && let Ok(text) = std::str::from_utf8(bytes)
            {
                self.rest = rest;
                self.memoize(Entry::Text(start))?;
                return Ok(text);
            }
            return miss();
        }
        let opcode = self.opcode()?;
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            return self.text_from_memo();
        }
        let start = self.pos();
        let text = self.text(opcode)?;
        self.memoize(Entry::Text(start))?;
        Ok(text)
    }

    fn bytes(&mut self) -> Result<&'de [u8]> {
        let opcode = self.opcode()?;
        let start = self.pos();
        let len = match opcode {
            op::SHORT_BINBYTES => usize::from(self.argument::<1>()?[0]),
            op::BINBYTES => u32::from_le_bytes(self.argument()?) as usize,
            op::BINBYTES8 | op::BYTEARRAY8 => {
                match usize::try_from(u64::from_le_bytes(self.argument()?)) {
                    Ok(len) => len,
                    Err(_) => return miss(),
                }
            }
            op::BINGET | op::LONG_BINGET => {
                let replay = self.replay()?;
                let bytes = self.bytes()?;
                self.resume(replay);
                return Ok(bytes);
            }
            _ => return miss(),
        };
        let bytes = self.take(len)?;
        self.check_frame(start, len);
        self.memoize(Entry::Value(start))?;
        Ok(bytes)
    }

    #[inline(never)]
    fn long(&mut self, opcode: u8) -> Result<&'de [u8]> {
        let len = match opcode {
            op::LONG1 => usize::from(self.argument::<1>()?[0]),
            op::LONG4 => match usize::try_from(i32::from_le_bytes(self.argument()?)) {
                Ok(len) => len,
                Err(_) => return miss(),
            },
            _ => return miss(),
        };
        self.take(len)
    }

    #[inline]
    fn small_int(&mut self) -> Result<Option<i64>> {
        match *self.rest {
            [op::BININT1, b0, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(b0)))
            }
            [op::BININT2, b0, b1, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(u16::from_le_bytes([b0, b1]))))
            }
            [op::BININT, b0, b1, b2, b3, ref rest @ ..] => {
                self.rest = rest;
                Ok(Some(i64::from(i32::from_le_bytes([b0, b1, b2, b3]))))
            }
            [op::FRAME, ..] => {
                self.frame_header()?;
                if self.byte() == Some(op::FRAME) { miss() } else { self.framed_int() }
            }
            _ => Ok(None),
        }
    }

    #[cold]
    fn framed_int(&mut self) -> Result<Option<i64>> {
        self.small_int()
    }

    /// Moves a list, set or dict to its next item; `false` after the last one.
    ///
    /// Picklers fill batches of 1000 and never follow a smaller one by another.
    #[inline]
    fn advance(&mut self, walk: &mut Walk) -> Result<bool> {
        let (one, many) = walk.closes;
        loop {
            match walk.state {
                State::Batch => {
                    if self.opcode()? != many {
                        walk.count += 1;
                        return Ok(true);
                    }
                    self.pass(1);
                    walk.state =
                        if walk.count.is_multiple_of(1000) { State::Fresh } else { State::Done };
                }
                State::Fresh => {
                    let opcode = self.opcode()?;
                    if opcode == op::MARK {
                        self.pass(1);
                        walk.state = State::Batch;
                    } else if self.single_follows(opcode, one, walk.starts)? {
                        walk.state = State::Single;
                        return Ok(true);
                    } else {
                        walk.state = State::Done;
                    }
                }
                State::Single => {
                    self.expect(one)?;
                    walk.state = State::Done;
                }
                State::Marked => {
                    if self.opcode()? != many {
                        return Ok(true);
                    }
                    self.pass(1);
                    self.memoize(Entry::Value(walk.start))?;
                    walk.state = State::Done;
                }
                State::Done => return Ok(false),
            }
        }
    }

    /// The walk through the container that begins here.
    #[inline]
    fn walk(&mut self, open: u8, closes: (u8, u8), marked: u8, starts: Starts) -> Result<Walk> {
        let mut replay = Replay::NONE;
        let mut opcode = self.opcode()?;
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            replay = self.replay()?;
            opcode = self.opcode()?;
        }
        self.enter()?;
        let start = self.pos();
        let (state, closes) = if opcode == open {
            if self.in_key {
                return miss();
            }
            self.pass(1);
            self.memoize(Entry::Value(start))?;
            (State::Fresh, closes)
        } else if opcode == op::MARK && marked != 0 {
            self.pass(1);
            (State::Marked, (0, marked))
        } else if opcode == op::EMPTY_TUPLE && open == op::EMPTY_LIST {
            self.pass(1);
            (State::Done, closes)
        } else {
            return miss();
        };
        Ok(Walk { state, starts, count: 0, start, closes, replay })
    }

    /// The walk through the items that follow an object.
    fn items_of(&mut self, object: &Object, closes: (u8, u8), starts: Starts) -> Result<Walk> {
        if object.phase != Phase::Called {
            return miss();
        }
        self.enter()?;
        let start = self.pos();
        Ok(Walk { state: State::Fresh, starts, count: 0, start, closes, replay: Replay::NONE })
    }

    /// The global that begins here: its number, and its memo index if it has one.
    #[inline(never)]
    fn global(&mut self) -> Result<(usize, Option<u32>)> {
        let opcode = self.opcode()?;
        let (module, name) = match opcode {
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let index = self.memo_index()?;
                match self.memo.get(index) {
                    Some(Entry::Global(number)) => return Ok((number, Some(index))),
                    Some(Entry::Text(_)) => {
                        self.seek(at);
                        self.stack_global()?
                    }
                    _ => return miss(),
                }
            }
            op::SHORT_BINUNICODE | op::BINUNICODE => self.stack_global()?,
            op::GLOBAL => {
                self.pass(1);
                (self.line()?, self.line()?)
            }
            _ => return miss(),
        };
        let number = self.globals.len();
        self.globals.push(Global { module, name, variant: (0, 0) });
        let index = self.memoize(Entry::Global(number))?;
        Ok((number, index))
    }

    /// A global whose names are on the stack. They begin where an object of the class does, but
    /// are not what a shared pointer waits for.
    fn stack_global(&mut self) -> Result<(&'de str, &'de str)> {
        let watch = std::mem::replace(&mut self.watch, (usize::MAX, None));
        let module = self.begin_str()?;
        let name = self.begin_str()?;
        self.watch = watch;
        self.expect(op::STACK_GLOBAL)?;
        Ok((module, name))
    }

    fn line(&mut self) -> Result<&'de str> {
        let Some(end) = memchr::memchr(b'\n', self.rest) else { return miss() };
        let bytes = self.take(end)?;
        self.pass(1);
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text),
            Err(_) => miss(),
        }
    }

    /// Which of the classes the global is.
    #[inline]
    fn variant(&mut self, number: usize, classes: &'static [Class]) -> Result<usize> {
        let Some(global) = self.globals.get_mut(number) else { return miss() };
        let (key, known) = global.variant;
        if key == classes.as_ptr() as usize {
            return Ok(known);
        }
        let found = classes.iter().position(|class| class.is_called(global.module, global.name));
        let Some(found) = found else { return miss() };
        global.variant = (classes.as_ptr() as usize, found);
        Ok(found)
    }

    #[inline]
    fn object(&self, class: &'static Class, number: usize, phase: Phase, start: usize) -> Object {
        let keys = self.shapes.get(number).map_or(0, |shape| shape.keys);
        Object { class, number, keys, next: 0, phase, args: 0, start, replay: Replay::NONE }
    }

    #[inline(never)]
    fn begin_object_slow(&mut self, classes: &'static [Class]) -> Result<(usize, Object)> {
        let mut replay = Replay::NONE;
        let opcode = self.opcode()?;
        let start = self.pos();
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            let index = self.memo_index()?;
            self.seek(start);
            if let Some(Entry::Value(_)) = self.memo.get(index) {
                replay = self.replay()?;
            }
        }
        let start = self.pos();
        let (global, index) = self.global()?;
        let variant = self.variant(global, classes)?;
        let Some(class) = classes.get(variant) else { return miss() };
        let number = self.shape(class);
        let phase =
            if self.learn_header(number, start, index)? { Phase::Batch } else { Phase::Class };
        Ok((variant, Object { replay, ..self.object(class, number, phase, start) }))
    }

    /// The attribute at which the object stands, when it is not the one predicted.
    #[inline(never)]
    fn next_attribute_slow(&mut self, object: &mut Object) -> Result<Option<usize>> {
        if object.phase == Phase::Class {
            self.begin_args(object, 0)?;
            self.end_args(object)?;
        }
        if object.phase == Phase::Called {
            if self.opcode()? != op::EMPTY_DICT {
                object.phase = Phase::Done;
                return Ok(None);
            }
            let start = self.pos();
            self.pass(1);
            self.memoize(Entry::Value(start))?;
            object.phase = match self.opcode()? {
                op::MARK => {
                    self.pass(1);
                    Phase::Batch
                }
                op::BUILD => {
                    self.pass(1);
                    Phase::Done
                }
                _ => Phase::Single,
            };
        } else if object.phase == Phase::Single {
            self.expect(op::SETITEM)?;
            if self.opcode()? == op::BUILD {
                self.pass(1);
                object.phase = Phase::Done;
            }
        }
        match object.phase {
            Phase::Batch => self.attribute_in_batch(object),
            Phase::Single => {
                let name = self.begin_str()?;
                Ok(Some(object.class.attribute_index(name)))
            }
            _ => Ok(None),
        }
    }

    fn attribute_in_batch(&mut self, object: &mut Object) -> Result<Option<usize>> {
        let slot = (object.number, object.next);
        object.next += 1;
        match self.opcode()? {
            op::SETITEMS => {
                self.pass(1);
                self.expect(op::BUILD)?;
                self.learn_key(slot, Key::new(&[op::SETITEMS, op::BUILD], END));
                object.phase = Phase::Done;
                Ok(None)
            }
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let name = self.text_from_memo()?;
                let attribute = object.class.attribute_index(name);
                let spelled = self.input.get(at..self.pos()).unwrap_or_default();
                self.learn_key(slot, Key::new(spelled, attribute));
                Ok(Some(attribute))
            }
            opcode => {
                let start = self.pos();
                let name = self.text(opcode)?;
                let attribute = object.class.attribute_index(name);
                if let Some(index) = self.memoize(Entry::Text(start))? {
                    self.learn_key(slot, Key::new(BinaryGet::new(index).bytes(), attribute));
                }
                Ok(Some(attribute))
            }
        }
    }
}

impl crate::private::Sealed for Predictive<'_, '_> {}

impl<'de> Loader<'de> for Predictive<'_, 'de> {
    type Items = Walk;
    type Entries = Walk;
    type Elements = Elements;
    type Object = Object;

    fn peek(&mut self) -> Result<Kind> {
        Ok(match self.opcode()? {
            op::NONE => Kind::None,
            op::NEWTRUE | op::NEWFALSE => Kind::Bool,
            op::BININT | op::BININT1 | op::BININT2 | op::LONG1 | op::LONG4 => Kind::Int,
            op::BINFLOAT => Kind::Float,
            op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8 => Kind::Str,
            op::SHORT_BINBYTES | op::BINBYTES | op::BINBYTES8 | op::BYTEARRAY8 => Kind::Bytes,
            op::EMPTY_LIST => Kind::List,
            op::EMPTY_TUPLE => Kind::Tuple,
            op::EMPTY_DICT => Kind::Dict,
            op::EMPTY_SET => Kind::Set,
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let index = self.memo_index()?;
                self.seek(at);
                match self.memo.get(index) {
                    Some(Entry::Text(_)) => Kind::Str,
                    _ => return miss(),
                }
            }
            _ => return miss(),
        })
    }

    /// A short tuple begins as its first element does, so the general route takes those where a
    /// list would do.
    fn peek_sequence(&mut self) -> Result<Option<Kind>> {
        Ok(match self.opcode()? {
            op::EMPTY_LIST => Some(Kind::List),
            op::EMPTY_TUPLE | op::MARK => Some(Kind::Tuple),
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let index = self.memo_index()?;
                self.seek(at);
                match self.memo.get(index) {
                    Some(Entry::Value(start)) if self.input.get(start) == Some(&op::EMPTY_LIST) => {
                        Some(Kind::List)
                    }
                    Some(Entry::Value(_) | Entry::Text(_)) => None,
                    _ => return miss(),
                }
            }
            _ => None,
        })
    }

    /// A key that Python could not hash is for the general route to refuse.
    fn load_key<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        if self.opcode()? == op::BYTEARRAY8 {
            return miss();
        }
        let outer = std::mem::replace(&mut self.in_key, true);
        let key = T::reconstruct(self)?;
        self.in_key = outer;
        Ok(key)
    }

    /// Passes over atoms, and over lists and dicts of them; the rest is for the general route.
    fn skip(&mut self) -> Result<()> {
        match self.peek()? {
            Kind::None => self.expect(op::NONE),
            Kind::Bool => self.load_bool().map(drop),
            Kind::Int => self.load_long().map(drop),
            Kind::Float => self.load_f64().map(drop),
            Kind::Str => self.load_str().map(drop),
            Kind::Bytes => self.load_bytes().map(drop),
            Kind::List => {
                let mut items = self.begin_list()?;
                while self.next_item(&mut items)? {
                    self.skip()?;
                }
                Ok(())
            }
            Kind::Dict => {
                let mut entries = self.begin_dict()?;
                while self.next_key(&mut entries)? {
                    self.load_str()?;
                    self.next_value(&mut entries)?;
                    self.skip()?;
                }
                Ok(())
            }
            _ => miss(),
        }
    }

    #[inline]
    fn take_none(&mut self) -> Result<bool> {
        let is_none = self.opcode()? == op::NONE;
        if is_none {
            self.pass(1);
        }
        Ok(is_none)
    }

    #[inline]
    fn load_bool(&mut self) -> Result<bool> {
        let opcode = self.opcode()?;
        self.pass(1);
        match opcode {
            op::NEWTRUE => Ok(true),
            op::NEWFALSE => Ok(false),
            _ => miss(),
        }
    }

    #[inline]
    fn load_integer<I: Integer>(&mut self) -> Result<I> {
        let value = match self.small_int()? {
            Some(value) => I::from_i64(value),
            None => {
                let opcode = self.opcode()?;
                I::from_long(self.long(opcode)?)
            }
        };
        match value {
            Some(value) => Ok(value),
            None => miss(),
        }
    }

    fn load_long(&mut self) -> Result<Cow<'de, [u8]>> {
        match self.small_int()? {
            Some(value) => Ok(Cow::Owned(value.to_le_bytes().to_vec())),
            None => {
                let opcode = self.opcode()?;
                self.long(opcode).map(Cow::Borrowed)
            }
        }
    }

    #[inline]
    fn load_f64(&mut self) -> Result<f64> {
        if let [op::BINFLOAT, tail @ ..] = self.rest
            && let Some((bytes, rest)) = tail.split_first_chunk()
        {
            self.rest = rest;
            return Ok(f64::from_be_bytes(*bytes));
        }
        if self.opcode()? == op::BINFLOAT {
            return self.argument().map(f64::from_be_bytes);
        }
        miss()
    }

    #[inline]
    fn load_str(&mut self) -> Result<Cow<'de, str>> {
        self.begin_str().map(Cow::Borrowed)
    }

    fn load_bytes(&mut self) -> Result<Cow<'de, [u8]>> {
        self.bytes().map(Cow::Borrowed)
    }

    #[inline]
    fn begin_items(&mut self, _expected: &'static str, starts: Starts) -> Result<Walk> {
        self.walk(op::EMPTY_LIST, (op::APPEND, op::APPENDS), op::TUPLE, starts)
    }

    fn items_hint<T>(&self, _items: &Walk) -> usize {
        0
    }

    /// As many as fit in what is left if they are like those before, but no more memory than twice
    /// what is left: other values may follow.
    #[cold]
    fn more_items(&self, items: &Walk, len: usize, size: usize) -> usize {
        let read = self.pos().saturating_sub(items.start).max(1);
        let alike = len.saturating_mul(self.rest.len() / read + 1);
        let affordable = self.rest.len().saturating_mul(2) / size.max(1);
        alike.min(affordable).max(len).max(4)
    }

    fn begin_set(&mut self) -> Result<Walk> {
        self.walk(op::EMPTY_SET, (0, op::ADDITEMS), op::FROZENSET, Starts::ANY)
    }

    #[inline]
    fn next_item(&mut self, items: &mut Walk) -> Result<bool> {
        let more = self.advance(items)?;
        if !more {
            self.leave(items.replay);
        }
        Ok(more)
    }

    #[inline]
    fn begin_dict(&mut self) -> Result<Walk> {
        self.walk(op::EMPTY_DICT, (op::SETITEM, op::SETITEMS), 0, Starts::ANY)
    }

    #[inline]
    fn next_key(&mut self, entries: &mut Walk) -> Result<bool> {
        self.next_item(entries)
    }

    #[inline]
    fn next_value(&mut self, _entries: &mut Walk) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn begin_tuple(&mut self, len: usize) -> Result<Elements> {
        self.enter()?;
        let opcode = self.opcode()?;
        let start = self.pos();
        let marked = len > 3;
        if marked {
            self.expect(op::MARK)?;
        } else if len > 0 && matches!(opcode, op::MARK) {
            return miss();
        }
        let watched = self.watch.0 == start;
        if watched {
            self.watch.0 = usize::MAX;
        }
        Ok(Elements { len, watched, start })
    }

    #[inline]
    fn next_element(&mut self, _elements: &mut Elements) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn end_tuple(&mut self, elements: Elements) -> Result<()> {
        self.expect(match elements.len {
            0 => op::EMPTY_TUPLE,
            1 => op::TUPLE1,
            2 => op::TUPLE2,
            3 => op::TUPLE3,
            _ => op::TUPLE,
        })?;
        if elements.watched {
            self.watch.0 = elements.start;
        }
        if elements.len != 0 {
            self.memoize(Entry::Opaque(elements.start))?;
        }
        self.leave(Replay::NONE);
        Ok(())
    }

    #[inline]
    fn begin_object(&mut self, class: &'static Class) -> Result<Object> {
        self.enter()?;
        if let Some(number) = self.classes.find(class) {
            let start = self.pos();
            if self.take_header(number) {
                return Ok(self.object(class, number, Phase::Batch, start));
            }
        }
        self.begin_object_slow(std::slice::from_ref(class)).map(|(_, object)| object)
    }

    fn begin_variant(&mut self, classes: &'static [Class]) -> Result<(usize, Object)> {
        self.enter()?;
        if let [op::BINGET, index, ..] = self.rest
            && let Some(Entry::Global(global)) = self.memo.get(u32::from(*index))
        {
            let variant = self.variant(global, classes)?;
            let Some(class) = classes.get(variant) else { return miss() };
            let start = self.pos();
            let number = self.shape(class);
            if self.take_header(number) {
                return Ok((variant, self.object(class, number, Phase::Batch, start)));
            }
        }
        self.begin_object_slow(classes)
    }

    #[inline]
    fn begin_args(&mut self, object: &mut Object, expected: usize) -> Result<usize> {
        if object.phase != Phase::Class {
            return Ok(0);
        }
        object.phase = Phase::Args;
        if self.opcode()? == op::EMPTY_TUPLE
            && matches!(self.rest.get(1), Some(&op::NEWOBJ | &op::REDUCE))
        {
            return Ok(0);
        }
        object.args = expected;
        if expected > 3 {
            self.expect(op::MARK)?;
        }
        Ok(expected)
    }

    #[inline]
    fn next_arg(&mut self, _object: &mut Object) -> Result<()> {
        Ok(())
    }

    #[inline]
    fn end_args(&mut self, object: &mut Object) -> Result<()> {
        if object.phase != Phase::Args {
            return Ok(());
        }
        let start = self.pos();
        self.expect(match object.args {
            0 => op::EMPTY_TUPLE,
            1 => op::TUPLE1,
            2 => op::TUPLE2,
            3 => op::TUPLE3,
            _ => op::TUPLE,
        })?;
        if object.args != 0 {
            self.memoize(Entry::Opaque(start))?;
        }
        match self.opcode()? {
            op::NEWOBJ | op::REDUCE => self.pass(1),
            _ => return miss(),
        }
        self.memoize(Entry::Value(object.start))?;
        object.phase = Phase::Called;
        Ok(())
    }

    fn list_items(&mut self, object: &mut Object, starts: Starts) -> Result<Walk> {
        self.items_of(object, (op::APPEND, op::APPENDS), starts)
    }

    fn dict_items(&mut self, object: &mut Object) -> Result<Walk> {
        self.items_of(object, (op::SETITEM, op::SETITEMS), Starts::ANY)
    }

    #[inline]
    fn next_attribute(&mut self, object: &mut Object) -> Result<Option<usize>> {
        if object.phase == Phase::Batch
            && let Some(attribute) = self.take_key(object.keys + object.next)
        {
            object.next += 1;
            if attribute == END {
                object.phase = Phase::Done;
                return Ok(None);
            }
            return Ok(Some(attribute));
        }
        self.next_attribute_slow(object)
    }

    fn begin_state(&mut self, object: &mut Object) -> Result<bool> {
        if object.phase != Phase::Called {
            return miss();
        }
        object.phase = Phase::State;
        Ok(true)
    }

    #[inline]
    fn end_object(&mut self, object: Object) -> Result<()> {
        match object.phase {
            Phase::Done | Phase::Called => {}
            Phase::State => self.expect(op::BUILD)?,
            _ => return miss(),
        }
        self.leave(object.replay);
        Ok(())
    }

    /// Objects are predicted from their classes, so one of any class is for the general route.
    fn begin_any(&mut self) -> Result<AnyObject<Object>> {
        miss()
    }

    fn begin_kwargs(&mut self, _object: &mut Object) -> Result<bool> {
        miss()
    }

    fn peek_bytearray(&mut self) -> Result<bool> {
        Ok(self.opcode()? == op::BYTEARRAY8)
    }

    fn general_only(&mut self) -> Result<()> {
        miss()
    }

    fn load_shared<P: Clone + 'static>(
        &mut self,
        make: impl FnOnce(&mut Self) -> Result<P>,
    ) -> Result<P> {
        let opcode = self.opcode()?;
        let start = self.pos();
        if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            let index = self.memo_index()?;
            if !matches!(self.memo.get(index), Some(Entry::Global(_))) {
                let known = self.shared.get(&index).and_then(|known| known.downcast_ref::<P>());
                return known.cloned().map_or_else(miss, Ok);
            }
            self.seek(start);
        }
        if self.replaying {
            return miss();
        }
        let outer = std::mem::replace(&mut self.watch, (start, None));
        let pointer = make(self)?;
        let (_, index) = std::mem::replace(&mut self.watch, outer);
        if let Some(index) = index {
            self.shared.insert(index, Box::new(pointer.clone()));
        }
        Ok(pointer)
    }

    fn load_in_cell<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        T::reconstruct(self)
    }

    fn refill<T: Reconstruct<'de>>(&mut self) -> Result<Option<T>> {
        miss()
    }

    fn either<T>(
        &mut self,
        first: impl FnOnce(&mut Self) -> Result<T>,
        _second: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        first(self)
    }

    #[inline]
    fn lane<T: Reconstruct<'de>>(&mut self) -> Option<T> {
        if self.shapes.is_empty() || self.registry.is_some() || self.watch.0 == self.pos() {
            return None;
        }
        let before = self.memo.len();
        let mut lane = LaneReader {
            input: self.input,
            rest: self.rest,
            classes: &self.classes,
            shapes: &self.shapes,
            memo: &mut self.memo,
            replaying: self.replaying,
            levels: self.limits.depth.saturating_sub(self.depth),
        };
        match T::reconstruct_lane(&mut lane) {
            Some(value) => {
                self.rest = lane.rest;
                Some(value)
            }
            None => {
                self.memo.truncate(before);
                None
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn mismatch(&mut self, _expected: &str) -> Error {
        Error::new(ErrorKind::Unpredicted)
    }

    fn locate(&self, error: Error) -> Error {
        error
    }

    #[inline]
    fn overridden<T: 'static>(&mut self) -> Option<Result<T>> {
        match self.registry {
            Some(registry) => registry.load_predictive(self),
            None => None,
        }
    }

    fn attribute_name(&self) -> String {
        String::new()
    }
}
