//! What the first instance of a class teaches about the next ones.

use super::replay::{Entry, Memo};
use super::{Predictive, miss};
use crate::class::{Class, LANE_ATTRIBUTES};
use crate::error::Result;
use crate::opcode::op;
use crate::reconstruct::Starts;
use crate::wire::encode::Reference;
use crate::wire::length;

/// The bytes with which instances of a class begin.
#[derive(Debug)]
pub(super) struct Shape {
    /// From the class to the first attribute, and which bits of it count; none before it is known.
    header: u128,
    mask: u128,
    header_len: usize,
    /// Where in the header an instruction memoizes the instance and its state; 0 for nowhere.
    memoized: [usize; 2],
    /// The first of its entries in `Predictive::keys`.
    pub(super) keys: usize,
    /// How many entries it has there.
    key_count: usize,
    /// How many attributes there are.
    attributes: usize,
    /// The names of the first attributes, in two bytes each.
    pub(super) names: [[u8; 2]; LANE_ATTRIBUTES],
    /// Whether all attributes come in their order, each by a name of two bytes.
    pub(super) lane: bool,
}

impl Shape {
    /// What follows the beginning of an instance that is spelled as the last one.
    #[inline]
    pub(super) fn after_header<'de>(&self, rest: &'de [u8]) -> Option<&'de [u8]> {
        let word = u128::from_le_bytes(*rest.first_chunk::<16>()?);
        if (word ^ self.header) & self.mask != 0 || self.mask == 0 {
            return None;
        }
        rest.get(self.header_len..)
    }

    pub(super) fn memoizes_instance(&self) -> bool {
        self.memoized.first() != Some(&0)
    }

    /// Stores the entries of the header, which begins at `start`.
    #[inline]
    pub(super) fn memoize_header(&self, start: usize, memo: &mut Memo) {
        let [instance, state] = self.memoized;
        if instance != 0 {
            memo.push(Entry::Value(start));
        }
        if state != 0 {
            memo.push(Entry::Value(start + state));
        }
    }
}

/// The bytes that came at one place in the sequence of attributes, and what they meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key {
    pattern: u64,
    mask: u64,
    len: usize,
    pub(super) attribute: usize,
}

/// Stands for the end of the attributes in the place of an index.
pub(super) const END: usize = usize::MAX;

/// How many attributes that the struct does not know are remembered for a class.
const UNKNOWN_KEYS: usize = 8;

impl Key {
    /// Matches nothing: a word that differs from the pattern in a bit that counts.
    const NEVER: Key = Key { pattern: u64::MAX, mask: 0, len: 0, attribute: 0 };

    pub(super) fn new(bytes: &[u8], attribute: usize) -> Key {
        let mut pattern = [0; 8];
        let mut mask = [0; 8];
        for ((byte, to), bits) in bytes.iter().zip(&mut pattern).zip(&mut mask) {
            *to = *byte;
            *bits = 0xff;
        }
        Key {
            pattern: u64::from_le_bytes(pattern),
            mask: u64::from_le_bytes(mask),
            len: bytes.len(),
            attribute,
        }
    }
}

impl Predictive<'_, '_> {
    /// The number of the shape of a class.
    #[inline]
    pub(super) fn shape(&mut self, class: &'static Class) -> usize {
        match self.classes.find(class) {
            Some(number) => number,
            None => self.new_shape(class),
        }
    }

    #[cold]
    fn new_shape(&mut self, class: &'static Class) -> usize {
        let keys = self.keys.len();
        let key_count = class.attributes.len() + 1 + UNKNOWN_KEYS;
        self.keys.resize(keys + key_count, Key::NEVER);
        self.shapes.push(Shape {
            header: 0,
            mask: 0,
            header_len: 0,
            memoized: [0; 2],
            keys,
            key_count,
            attributes: class.attributes.len(),
            names: [[0; 2]; LANE_ATTRIBUTES],
            lane: false,
        });
        self.classes.insert(class)
    }

    /// Takes the beginning of an instance up to its first attribute, if it is spelled as last time.
    #[inline]
    pub(super) fn take_header(&mut self, number: usize) -> bool {
        if self.gaps {
            return false;
        }
        let Some(shape) = self.shapes.get(number) else { return false };
        let Some(rest) = shape.after_header(self.rest) else { return false };
        let start = self.pos();
        if !self.replaying {
            if self.watch.0 == start {
                self.watch.1 = shape.memoizes_instance().then(|| self.memo.next()).flatten();
            }
            shape.memoize_header(start, &mut self.memo);
        }
        self.rest = rest;
        true
    }

    /// Takes what follows the class of a plain instance, up to its first attribute: no arguments,
    /// `NEWOBJ`, a dict, a mark. Remembers it for the next instances. `start` is where the
    /// instance began, `class` what stands for its class.
    pub(super) fn learn_header(
        &mut self,
        number: usize,
        start: usize,
        class: Option<Reference>,
    ) -> Result<bool> {
        let rest = self.rest;
        if !matches!(rest, [op::EMPTY_TUPLE, op::NEWOBJ, ..]) {
            return Ok(false);
        }
        let has = |at: usize, opcode: u8| rest.get(at).copied() == Some(opcode);
        let first = usize::from(has(2, op::MEMOIZE));
        if !has(2 + first, op::EMPTY_DICT) {
            return Ok(false);
        }
        let second = usize::from(has(3 + first, op::MEMOIZE));
        if !has(3 + first + second, op::MARK) {
            return Ok(false);
        }
        let tail_len = 4 + first + second;
        let tail = rest.get(..tail_len).unwrap_or_default();
        if let (Some(class), Some(shape)) = (class, self.shapes.get_mut(number)) {
            let (mut header, mut mask) = ([0; 16], [0; 16]);
            for ((byte, to), bits) in
                class.bytes().iter().chain(tail).zip(&mut header).zip(&mut mask)
            {
                *to = *byte;
                *bits = 0xff;
            }
            shape.header = u128::from_le_bytes(header);
            shape.mask = u128::from_le_bytes(mask);
            shape.header_len = class.len + tail_len;
            shape.memoized = [
                if first == 1 { class.len + 2 } else { 0 },
                if second == 1 { class.len + 2 + first } else { 0 },
            ];
        }
        self.pass(2);
        self.memoize(Entry::Value(start))?;
        let state = self.pos();
        self.pass(1);
        self.memoize(Entry::Value(state))?;
        self.pass(1);
        Ok(true)
    }

    /// The attribute that comes next if the bytes are those of last time.
    #[inline]
    pub(super) fn take_key(&mut self, slot: usize) -> Option<usize> {
        let key = self.keys.get(slot)?;
        let word = u64::from_le_bytes(*self.rest.first_chunk::<8>()?);
        if (word ^ key.pattern) & key.mask == 0 && key.mask != 0 {
            let len = key.len;
            let attribute = key.attribute;
            self.pass(len);
            return Some(attribute);
        }
        None
    }

    /// Remembers the bytes of an attribute name for the next instance; `place` is the number of
    /// the shape and that of the attribute in the order of the pickle.
    pub(super) fn learn_key(&mut self, place: (usize, usize), key: Key) {
        let Some(shape) = self.shapes.get_mut(place.0).filter(|shape| place.1 < shape.key_count)
        else {
            return;
        };
        let slot = shape.keys + place.1;
        if let Some(known) = self.keys.get_mut(slot) {
            *known = key;
        }
        if let Some(name) = shape.names.get_mut(place.1) {
            let [b0, b1, ..] = key.pattern.to_le_bytes();
            *name = if key.len == 2 && key.attribute == place.1 { [b0, b1] } else { [0; 2] };
        }
        shape.lane = shape.names.get(..shape.attributes).is_some_and(|names| {
            let end = self.keys.get(shape.keys + shape.attributes);
            !names.contains(&[0; 2]) && end.is_some_and(|key| key.attribute == END)
        });
    }

    /// Whether what follows a container is one item for it, which the instruction `close` will
    /// add, or something else that only stands beside it.
    pub(super) fn single_follows(&mut self, opcode: u8, close: u8, starts: Starts) -> Result<bool> {
        let kind = match opcode {
            op::NONE => Starts::NONE,
            op::BININT | op::BININT1 | op::BININT2 | op::LONG1 | op::LONG4 => Starts::INT,
            op::BINFLOAT => Starts::FLOAT,
            op::SHORT_BINUNICODE | op::BINUNICODE | op::BINUNICODE8 => Starts::STR,
            op::SHORT_BINBYTES | op::BINBYTES | op::BINBYTES8 | op::BYTEARRAY8 => Starts::BYTES,
            op::NEWTRUE | op::NEWFALSE => Starts::BOOL,
            op::EMPTY_LIST => Starts::LIST,
            op::EMPTY_DICT => Starts::DICT,
            op::EMPTY_SET => Starts::SET,
            op::EMPTY_TUPLE => Starts::MARK,
            op::GLOBAL | op::EXT1 | op::EXT2 | op::EXT4 => Starts::GLOBAL,
            op::BINGET | op::LONG_BINGET => self.kind_in_memo(),
            _ => return Ok(false),
        };
        if close == 0 || !starts.meets(kind) {
            return Ok(false);
        }
        let after = self.after_instruction(self.pos())?;
        if self.input.get(after).copied() == Some(close) {
            return Ok(true);
        }
        if starts.is_atom() { Ok(false) } else { self.look_ahead(close) }
    }

    fn kind_in_memo(&self) -> Starts {
        let index = match self.rest {
            [op::BINGET, index, ..] => u32::from(*index),
            [_, b0, b1, b2, b3, ..] => u32::from_le_bytes([*b0, *b1, *b2, *b3]),
            _ => return Starts::ANY,
        };
        match self.memo.get(index) {
            Some(Entry::Text(_)) => Starts::STR,
            Some(Entry::Global(_)) => Starts::GLOBAL,
            _ => Starts::ANY,
        }
    }

    /// Where the instruction at an offset ends, with the one that memoizes its value.
    fn after_instruction(&self, at: usize) -> Result<usize> {
        let rest = self.input.get(at..).unwrap_or_default();
        let Some(len) = length::instruction(rest) else { return miss() };
        let memoizes = match rest.get(len) {
            Some(&op::MEMOIZE) => 1,
            Some(&op::BINPUT) => 2,
            Some(&op::LONG_BINPUT) => 5,
            _ => 0,
        };
        Ok(at + len + memoizes)
    }

    /// Follows the stack from here until an instruction reaches below: `close` means that exactly
    /// one item, or one key and value, was for the container there.
    #[inline(never)]
    fn look_ahead(&mut self, close: u8) -> Result<bool> {
        let wanted = if close == op::SETITEM { 2 } else { 1 };
        let mut stack = length::Depth::new();
        let mut at = self.pos();
        loop {
            let rest = self.input.get(at..).unwrap_or_default();
            let (Some(len), Some(&opcode)) = (length::instruction(rest), rest.first()) else {
                return miss();
            };
            let Some(patience) = self.patience.checked_sub(len) else { return miss() };
            self.patience = patience;
            if !stack.apply(opcode) {
                return Ok(opcode == close && stack.is_plain(wanted));
            }
            at += len;
        }
    }
}
