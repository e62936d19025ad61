//! What the first instance of a class teaches about the next ones.

use std::rc::Rc;

use super::object::{Object, Phase};
use super::others::Owner;
use super::replay::{Entry, Memo};
use super::template::Template;
use super::{Predictive, miss};
use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;
use crate::reconstruct::Starts;
use crate::wire::encode::Reference;
use crate::wire::length;

/// The bytes with which instances of a class begin.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) class: &'static Class,
    /// From the class to the first attribute, and which bits of it count: none before it is known.
    header: u128,
    mask: u128,
    pub(super) header_len: usize,
    /// Where in the header an instruction memoizes the instance and its state; 0 for nowhere.
    memoized: [usize; 2],
    /// How the entries of the header are stored.
    entries: Entries,
    /// The first of its entries in `Predictive::keys`.
    pub(super) keys: usize,
    /// The names of all attributes, if those that there are come in their order, with what the class
    /// does not have between them or not; none otherwise.
    pub(super) names: Vec<NameRef>,
    /// References to names that the class does not have.
    others: Vec<[u8; 2]>,
    /// The bytes of whole instances, if all take as many.
    pub(super) template: Option<Rc<Template>>,
    /// How often one was made.
    pub(super) templates: u8,
}

/// What the header of a shape memoizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entries {
    None,
    /// The instance and its state, which is so far behind; see [`Memo::behind`].
    Both(u8),
    Other,
}

impl Shape {
    /// What follows the beginning of an instance that is spelled as the last one.
    #[inline]
    pub(super) fn after_header<'de>(&self, rest: &'de [u8]) -> Option<&'de [u8]> {
        let word = u128::from_le_bytes(*rest.first_chunk::<16>()?);
        if (word ^ self.header) & self.mask != 0 {
            return None;
        }
        rest.get(self.header_len..)
    }

    /// Remembers the memo index of the name at a place in the class.
    #[inline]
    pub(super) fn learn_name(&mut self, place: usize, index: Option<u32>) {
        if let Some(known) = self.names.get_mut(place)
            && let Some(name) = index.and_then(NameRef::new)
        {
            *known = name;
        }
    }

    /// Whose the name is that two bytes refer to.
    #[inline]
    pub(super) fn owner(&self, spelled: [u8; 2]) -> Owner {
        if self.others.contains(&spelled) {
            Owner::Other
        } else if self.names.iter().any(|name| name.is_spelled(spelled)) {
            Owner::Class
        } else {
            Owner::Unknown
        }
    }

    /// Remembers the two bytes of a name that the class does not have, if they are all of it.
    pub(super) fn learn_other(&mut self, spelled: [u8; 2]) {
        if matches!(spelled, [op::BINGET, _]) && self.others.len() < UNKNOWN_KEYS {
            self.others.push(spelled);
        }
    }

    /// Whether the header is known.
    pub(super) fn is_known(&self) -> bool {
        self.mask != 0
    }

    /// Whether the header memoizes anything.
    #[inline]
    pub(super) fn memoizes(&self) -> bool {
        self.entries != Entries::None
    }

    pub(super) fn header_bytes(&self) -> [u8; 16] {
        self.header.to_le_bytes()
    }

    /// Where in the header an instruction memoizes the instance and its state; 0 for nowhere.
    pub(super) fn memoized_at(&self) -> (usize, usize) {
        let [instance, state] = self.memoized;
        (instance, state)
    }

    /// Sets the header: the bytes from the class to the first attribute.
    fn learn(&mut self, bytes: &[u8], memoized: [usize; 2]) {
        let (mut header, mut mask) = ([0; 16], [0; 16]);
        for ((byte, to), bits) in bytes.iter().zip(&mut header).zip(&mut mask) {
            *to = *byte;
            *bits = 0xff;
        }
        let header = u128::from_le_bytes(header);
        if header != self.header {
            self.template = None;
        }
        self.header = header;
        self.mask = u128::from_le_bytes(mask);
        self.header_len = bytes.len();
        self.memoized = memoized;
        self.entries = match memoized {
            [0, 0] => Entries::None,
            [_, 0] | [0, _] => Entries::Other,
            [_, state] => Memo::behind(state).map_or(Entries::Other, Entries::Both),
        };
    }

    pub(super) fn memoizes_instance(&self) -> bool {
        self.memoized.first() != Some(&0)
    }

    /// Stores the entries of the header, which begins at `start`.
    #[inline(always)]
    pub(super) fn memoize_header(&self, start: usize, memo: &mut Memo) {
        match self.entries {
            Entries::None => {}
            Entries::Both(behind) => memo.push_values(start, behind),
            Entries::Other => self.memoize_otherwise(start, memo),
        }
    }

    #[cold]
    #[inline(never)]
    fn memoize_otherwise(&self, start: usize, memo: &mut Memo) {
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Key {
    pattern: u64,
    mask: u64,
    len: usize,
    pub(super) attribute: usize,
}

/// Stands for the end of the attributes in the place of an index.
pub(super) const END: usize = usize::MAX;

/// A reference to a name in the memo: the two bytes of `BINGET` as one number, little endian, and
/// where the index has more bits than one byte, they go on above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameRef(u32);

impl NameRef {
    pub(super) fn new(index: u32) -> Option<NameRef> {
        let shifted = index.checked_mul(1 << 8)?;
        Some(NameRef(shifted + u32::from(op::BINGET)))
    }

    /// Stands for the name at a place in the class when it is in no memo. It is no two bytes, and the
    /// lowest of its bytes is not that of a reference.
    #[inline]
    pub(super) fn spelled_out(place: usize) -> NameRef {
        NameRef(u16::try_from(place + 1).map_or(u32::MAX << 16, |place| u32::from(place) << 16))
    }

    /// The place of a name that is in no memo.
    pub(super) fn place(self) -> Option<usize> {
        if self.0 & 0xff == 0 { ((self.0 >> 16) as usize).checked_sub(1) } else { None }
    }

    #[inline(always)]
    pub(super) fn is_spelled(self, bytes: [u8; 2]) -> bool {
        u32::from(u16::from_le_bytes(bytes)) == self.0
    }

    pub(super) fn index(self) -> u32 {
        self.0 >> 8
    }

    /// The two bytes, if two are enough.
    pub(super) fn spelled(self) -> Option<[u8; 2]> {
        u16::try_from(self.0).ok().map(u16::to_le_bytes)
    }
}

/// Whether a string can begin with this opcode.
pub(super) fn may_be_text(opcode: u8) -> bool {
    matches!(
        opcode,
        op::SHORT_BINUNICODE | op::BINUNICODE | op::BINGET | op::LONG_BINGET | op::FRAME
    )
}

/// The names of all attributes of a class by the keys of an instance, up to its end, if they come in
/// their order. Those of attributes that it lacks are in no memo.
fn in_order(class: &Class, keys: &[Key]) -> Option<Vec<NameRef>> {
    let count = class.attributes.len();
    let mut names: Vec<_> = (0..count).map(NameRef::spelled_out).collect();
    let mut next = 0;
    for key in keys.iter().take(key_count(class)) {
        match key.attribute {
            END => return Some(names),
            _ if key.mask == 0 => return None,
            attribute if attribute == count => {}
            attribute if attribute < next => return None,
            attribute => {
                *names.get_mut(attribute)? = key.name()?;
                next = attribute + 1;
            }
        }
    }
    None
}

/// The place of the keys of a class that has none yet.
pub(super) const NO_KEYS: usize = usize::MAX / 2;

/// What follows the last attribute of an instance, and that of a dict.
pub(super) const END_OF_STATE: &[u8] = &[op::SETITEMS, op::BUILD];
pub(super) const END_OF_DICT: &[u8] = &[op::SETITEMS];

/// How many attributes that the struct does not know are remembered for a class.
const UNKNOWN_KEYS: usize = 8;

/// How many keys there are of a class: its attributes, the end, and attributes that it does not know.
#[inline]
pub(super) fn key_count(class: &Class) -> usize {
    class.attributes.len() + 1 + UNKNOWN_KEYS
}

impl Key {
    /// Matches nothing: a word that differs from the pattern in a bit that counts.
    pub(super) const NEVER: Key = Key { pattern: u64::MAX, mask: 0, len: 0, attribute: 0 };

    /// The reference to a name.
    fn get(reference: Reference, attribute: usize) -> Key {
        let mask = u64::MAX >> (64 - 8 * reference.len);
        Key { pattern: reference.word(), mask, len: reference.len, attribute }
    }

    /// The reference that it is.
    fn name(self) -> Option<NameRef> {
        let [opcode, index @ ..] = (self.pattern & self.mask).to_le_bytes();
        let [b0, b1, b2, b3, ..] = index;
        let is_reference = matches!(opcode, op::BINGET | op::LONG_BINGET);
        is_reference.then(|| NameRef::new(u32::from_le_bytes([b0, b1, b2, b3]))).flatten()
    }

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
        let shape = Shape {
            class,
            header: 0,
            mask: 0,
            header_len: 0,
            memoized: [0; 2],
            entries: Entries::None,
            keys: NO_KEYS,
            names: Vec::new(),
            others: Vec::new(),
            template: None,
            templates: 0,
        };
        self.classes.insert(class, shape)
    }

    /// Where the keys of a class are.
    #[inline]
    pub(super) fn keys_of(&mut self, number: usize) -> usize {
        if self.classes.at(number).is_some_and(|shape| shape.keys == NO_KEYS) {
            self.begin_keys(number);
        }
        self.classes.at(number).map_or(NO_KEYS, |shape| shape.keys)
    }

    /// Makes room for the keys of a class, of which the fast lane knows some already.
    #[cold]
    fn begin_keys(&mut self, number: usize) {
        let Some(shape) = self.classes.at_mut(number) else { return };
        shape.keys = self.keys.len();
        self.keys.resize(shape.keys + key_count(shape.class), Key::NEVER);
        let keys = self.keys.iter_mut().skip(shape.keys);
        for ((place, name), key) in shape.names.iter().enumerate().zip(keys) {
            if name.place().is_none() {
                *key = Key::get(Reference::get(name.index()), place);
            }
        }
        let end: &[u8] = if shape.class.is_dict { END_OF_DICT } else { END_OF_STATE };
        if let Some(key) = self.keys.get_mut(shape.keys + shape.class.attributes.len())
            && !shape.names.is_empty()
        {
            *key = Key::new(end, END);
        }
    }

    /// Takes the beginning of an instance up to its first attribute, if it is spelled as last time.
    #[inline]
    pub(super) fn take_header(&mut self, number: usize) -> bool {
        if self.gaps {
            return false;
        }
        let Some(shape) = self.classes.at(number) else { return false };
        if shape.mask == 0 {
            return false;
        }
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
        if let (Some(class), Some(shape)) = (class, self.classes.at_mut(number)) {
            let memoized = [
                if first == 1 { class.len + 2 } else { 0 },
                if second == 1 { class.len + 2 + first } else { 0 },
            ];
            shape.learn(&[class.bytes(), tail].concat(), memoized);
        }
        self.pass(2);
        self.memoize(Entry::Value(start))?;
        let state = self.pos();
        self.pass(1);
        self.memoize(Entry::Value(state))?;
        self.pass(1);
        Ok(true)
    }

    /// Takes the beginning of a dict up to its first key, and remembers it for the next ones.
    pub(super) fn learn_dict(&mut self, number: usize, start: usize) -> Result<Phase> {
        let (len, is_memoized) = match *self.rest {
            [op::EMPTY_DICT, op::MARK, ..] => (2, false),
            [op::EMPTY_DICT, op::MEMOIZE, op::MARK, ..] => (3, true),
            _ => (0, false),
        };
        if let (Some(bytes), Some(shape)) = (self.rest.get(..len), self.classes.at_mut(number))
            && len > 0
        {
            // The dict is the instance, which begins where it does.
            shape.learn(bytes, [usize::from(is_memoized), 0]);
        }
        self.pass(1);
        self.memoize(Entry::Value(start))?;
        let opcode = self.opcode()?;
        if opcode == op::MARK {
            self.pass(1);
            return Ok(Phase::Batch);
        }
        let is_single = self.single_follows(opcode, op::SETITEM, Starts::ANY)?;
        Ok(if is_single { Phase::Single } else { Phase::Done })
    }

    /// The attribute that comes next in an object if the bytes are those of last time.
    #[inline]
    pub(super) fn take_key(&mut self, object: &mut Object) -> Option<usize> {
        // Behind the keys of a class lie those of the next one.
        if object.next >= key_count(object.class) {
            return None;
        }
        let key = self.keys.get(object.keys + object.next)?;
        let word = u64::from_le_bytes(*self.rest.first_chunk::<8>()?);
        if (word ^ key.pattern) & key.mask == 0 && key.mask != 0 {
            let len = key.len;
            let attribute = key.attribute;
            self.pass(len);
            object.next += 1;
            return Some(attribute);
        }
        None
    }

    /// Remembers the reference to an attribute's name for the next instance, or the end of the
    /// attributes; `place` is the number of the shape and that of the attribute in the order of the
    /// pickle.
    pub(super) fn learn_key(&mut self, place: (usize, usize), name: Option<u32>, attribute: usize) {
        self.learn_place(place, name, attribute, END_OF_STATE);
    }

    /// Remembers that the entries of a dict end here.
    pub(super) fn learn_end_of_dict(&mut self, place: (usize, usize)) {
        self.learn_place(place, None, END, END_OF_DICT);
    }

    /// Notes that names come in another order than that of the class.
    pub(super) fn forget_order(&mut self, number: usize) {
        if let Some(shape) = self.classes.at_mut(number) {
            shape.names.clear();
        }
    }

    fn learn_place(
        &mut self,
        place: (usize, usize),
        name: Option<u32>,
        attribute: usize,
        end: &[u8],
    ) {
        let Some(shape) =
            self.classes.at_mut(place.0).filter(|shape| place.1 < key_count(shape.class))
        else {
            return;
        };
        let Some(keys) = self.keys.get_mut(shape.keys..) else { return };
        let Some(known) = keys.get_mut(place.1) else { return };
        let key = match name {
            Some(name) => Key::get(Reference::get(name), attribute),
            None => Key::new(end, END),
        };
        let (was_known, is_end) = (!shape.names.is_empty(), attribute == END);
        if *known == key && was_known {
            return;
        }
        *known = key;
        // All are known at the end.
        if !was_known && !is_end {
            return;
        }
        let names = (self.has_lane && shape.is_known()).then(|| in_order(shape.class, keys));
        let names = names.flatten().unwrap_or_default();
        if names != shape.names {
            shape.template = None;
            shape.names = names;
        }
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
            op::NEXT_BUFFER => Starts::BYTES,
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
        // A class that is named by a string is named by two.
        let is_named = || matches!(self.input.get(after), Some(&first) if may_be_text(first));
        let is_neither = starts == Starts::OBJECT && kind == Starts::STR && !is_named();
        if starts.is_atom() || is_neither {
            return Ok(false);
        }
        // Nothing behind a container that is read again would show that it was another one.
        if self.replaying {
            return self.look_ahead(close);
        }
        if self.levels + 1 == self.settings.limits.depth {
            // Nothing but the end follows the outermost container.
            return Ok(true);
        }
        if kind != Starts::STR {
            return self.look_ahead(close);
        }
        let Some(text) = self.input.get(self.pos()..after) else { return miss() };
        if let Some(is_item) = self.followers.get(text, close) {
            return Ok(is_item);
        }
        let is_item = self.look_ahead(close)?;
        self.followers.learn(text, close, is_item);
        Ok(is_item)
    }

    fn kind_in_memo(&self) -> Starts {
        match self.named_entry() {
            Some(Entry::Text(_)) => Starts::STR,
            Some(Entry::Global(_)) => Starts::GLOBAL,
            _ => Starts::ANY,
        }
    }

    /// The memo entry that a reference here names.
    pub(super) fn named_entry(&self) -> Option<Entry> {
        let index = match self.rest {
            [op::BINGET, index, ..] => u32::from(*index),
            [op::LONG_BINGET, b0, b1, b2, b3, ..] => u32::from_le_bytes([*b0, *b1, *b2, *b3]),
            _ => return None,
        };
        self.memo.get(index)
    }

    /// Where the instruction at an offset ends, with the one that memoizes its value.
    pub(super) fn after_instruction(&self, at: usize) -> Result<usize> {
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

    /// Whether exactly one item, or one key and value, follows for the container here.
    fn look_ahead(&mut self, close: u8) -> Result<bool> {
        let wanted = if close == op::SETITEM { 2 } else { 1 };
        Ok(self.reaching_below()? == Some((close, wanted)))
    }

    /// Follows the stack from here until an instruction reaches below: that one, and how many values
    /// are above, if no mark is among them.
    #[inline(never)]
    pub(super) fn reaching_below(&mut self) -> Result<Option<(u8, usize)>> {
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
                return Ok(stack.plain().map(|items| (opcode, items)));
            }
            at += len;
        }
    }
}
