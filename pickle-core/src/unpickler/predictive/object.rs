//! Objects: their classes, calls and attributes.

use super::prediction::{END, NO_KEYS, NameRef};
use super::replay::Entry;
use super::{Predictive, Replay, miss};
use crate::class::{Class, StateForm};
use crate::error::Result;
use crate::loader::Loader;
use crate::opcode::op;
use crate::wire::encode::Reference;

/// A class or function that the pickle names.
#[derive(Debug)]
pub(super) struct Global<'de> {
    pub(super) module: &'de str,
    pub(super) name: &'de str,
    /// The table of classes in which it was looked up last, and where it was found.
    pub(super) variant: (usize, usize),
}

impl Global<'_> {
    /// Whether it was looked up last in this table of classes, and is in it.
    #[inline]
    pub(super) fn is_known_as(&self, classes: &'static [Class]) -> bool {
        self.variant.0 == classes.as_ptr() as usize
    }
}

/// An object that is being taken apart.
pub(crate) struct Object {
    pub(super) class: &'static Class,
    pub(super) number: usize,
    /// The entry in `Predictive::keys` of its first attribute.
    pub(super) keys: usize,
    /// How many attributes were passed.
    pub(super) next: usize,
    pub(super) phase: Phase,
    pub(super) args: usize,
    pub(super) start: usize,
    pub(super) replay: Replay,
}

/// What of an object was taken last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
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
    /// An attribute of a base, or the beginning of its own.
    Base,
    /// A name of a keyword argument among several, or the mark before them.
    Keywords,
    /// The beginning of a dict with one keyword argument.
    Keyword,
    /// A keyword argument that an instruction of its own must add.
    LastKeyword,
    /// As `Batch`, in the second half of a pair.
    SlotBatch,
    /// As `Single`, in the second half of a pair.
    SlotSingle,
    /// A value in a tuple without names, or the mark before them.
    Tuple,
    /// A value among several in a list without names, or the mark before them.
    ListBatch,
    /// The beginning of a list with one value without a name.
    ListSingle,
    /// The state as one value.
    State,
    /// Everything.
    Done,
}

impl<'de> Predictive<'_, 'de> {
    /// The global that begins here: its number, and what stands for it from now on.
    #[inline(never)]
    pub(super) fn global(&mut self) -> Result<(usize, Option<Reference>)> {
        let opcode = self.opcode()?;
        let (module, name) = match opcode {
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let index = self.memo_index()?;
                match self.memo.get(index) {
                    Some(Entry::Global(number)) => {
                        return Ok((number, Some(Reference::get(index))));
                    }
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
            op::EXT1 | op::EXT2 | op::EXT4 => return self.extension(),
            _ => return miss(),
        };
        let number = self.add_global(module, name);
        let index = self.memoize(Entry::Global(number))?;
        Ok((number, index.map(Reference::get)))
    }

    /// The number of a global that was named.
    pub(super) fn add_global(&mut self, module: &'de str, name: &'de str) -> usize {
        self.globals.push(Global { module, name, variant: (0, 0) });
        self.globals.len() - 1
    }

    /// The class of the object here, or of the one that a memo reference here names; it stays.
    pub(super) fn peek_global(&mut self) -> Result<(&'de str, &'de str)> {
        let (at, replaying, known) = (self.pos(), self.replaying, self.globals.len());
        if matches!(self.opcode()?, op::BINGET | op::LONG_BINGET) {
            let here = self.pos();
            let index = self.memo_index()?;
            match self.memo.get(index) {
                Some(Entry::Value(start)) => self.seek(start),
                _ => self.seek(here),
            }
        }
        if self.patience == 0 {
            return miss();
        }
        // What is read again is not memoized.
        self.replaying = true;
        let start = self.pos();
        let (number, reference) = self.global()?;
        let Some(&Global { module, name, .. }) = self.globals.get(number) else { return miss() };
        if reference.is_none() {
            self.globals.truncate(known);
        }
        self.pay(self.pos().saturating_sub(start), replaying);
        self.replaying = replaying;
        self.seek(at);
        Ok((module, name))
    }

    fn extension(&mut self) -> Result<(usize, Option<Reference>)> {
        let code = match self.opcode()? {
            op::EXT1 => self.argument::<1>().map(|[code]| i32::from(code))?,
            op::EXT2 => self.argument().map(|bytes| i32::from(u16::from_le_bytes(bytes)))?,
            _ => self.argument().map(i32::from_le_bytes)?,
        };
        let number = match self.extensions.get(&code) {
            Some(&number) => number,
            None => {
                let registry = self.settings.registry;
                let known = registry.and_then(|registry| registry.extension_name(code));
                let Some((module, name)) = known else { return miss() };
                let number = self.add_global(module, name);
                self.extensions.insert(code, number);
                number
            }
        };
        Ok((number, Some(Reference::extension(code))))
    }

    /// A global whose names are on the stack. They begin where an object of the class does, but
    /// are not what a shared pointer waits for.
    pub(super) fn stack_global(&mut self) -> Result<(&'de str, &'de str)> {
        let watch = std::mem::replace(&mut self.watch, (usize::MAX, None));
        let module = self.begin_str()?;
        let name = self.begin_str()?;
        self.watch = watch;
        self.expect(op::STACK_GLOBAL)?;
        Ok((module, name))
    }

    pub(super) fn line(&mut self) -> Result<&'de str> {
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
    pub(super) fn variant(&mut self, number: usize, classes: &'static [Class]) -> Result<usize> {
        let Some(global) = self.globals.get_mut(number) else { return miss() };
        if global.is_known_as(classes) {
            return Ok(global.variant.1);
        }
        let found = Class::find(classes, global.module, global.name, self.old_names);
        let Some(found) = found else { return miss() };
        global.variant = (classes.as_ptr() as usize, found);
        Ok(found)
    }

    #[inline]
    pub(super) fn object(
        &self,
        class: &'static Class,
        number: usize,
        phase: Phase,
        start: usize,
    ) -> Object {
        let keys = self.classes.at(number).map_or(NO_KEYS, |shape| shape.keys);
        Object { class, number, keys, next: 0, phase, args: 0, start, replay: Replay::NONE }
    }

    #[inline(never)]
    pub(super) fn begin_object_slow(
        &mut self,
        classes: &'static [Class],
    ) -> Result<(usize, Object)> {
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
        if let [class @ Class { is_dict: true, .. }] = classes {
            if self.opcode()? != op::EMPTY_DICT || self.in_key {
                return miss();
            }
            let number = self.shape(class);
            let phase = self.learn_dict(number, start)?;
            return Ok((0, Object { replay, ..self.object(class, number, phase, start) }));
        }
        let (global, index) = self.global()?;
        let variant = self.variant(global, classes)?;
        let Some(class) = classes.get(variant) else { return miss() };
        let number = self.shape(class);
        let phase =
            if self.learn_header(number, start, index)? { Phase::Batch } else { Phase::Class };
        Ok((variant, Object { replay, ..self.object(class, number, phase, start) }))
    }

    /// Takes the reference to a name if it is here, which is a long one or behind the beginning of a
    /// frame.
    #[inline(never)]
    pub(super) fn long_name(&mut self, name: NameRef) -> Result<bool> {
        if !matches!(self.opcode()?, op::BINGET | op::LONG_BINGET) {
            return Ok(false);
        }
        let at = self.rest;
        let found = self.memo_index()? == name.index();
        if !found {
            self.rest = at;
        }
        Ok(found)
    }

    /// The attribute at which the object stands, when it is not the one predicted.
    #[inline(never)]
    pub(super) fn next_attribute_slow(&mut self, object: &mut Object) -> Result<Option<usize>> {
        if matches!(object.phase, Phase::Class | Phase::Called) {
            self.begin_state_of(object)?;
        } else if object.phase == Phase::Single && object.next > 0 && object.class.is_dict {
            self.expect(op::SETITEM)?;
            object.phase = Phase::Done;
        } else if object.phase == Phase::Single && !object.class.is_dict {
            self.expect(op::SETITEM)?;
            if self.opcode()? == op::BUILD {
                self.pass(1);
                object.phase = Phase::Done;
            }
        }
        match object.phase {
            Phase::Batch => self.attribute_in_batch(object),
            Phase::Single => {
                object.next += 1;
                let name = self.begin_str()?;
                Ok(Some(object.class.attribute_index(name)))
            }
            Phase::Called | Phase::Done => Ok(None),
            _ => self.formed_attribute(object),
        }
    }

    /// Goes from the class of an object, or from its call, to the first attribute.
    pub(super) fn begin_state_of(&mut self, object: &mut Object) -> Result<()> {
        if object.phase == Phase::Class {
            self.begin_args(object, 0)?;
            self.end_args(object)?;
        }
        object.phase = self.begin_attributes(object.class)?;
        Ok(())
    }

    /// The beginning of the attributes, if a state follows.
    fn begin_attributes(&mut self, class: &'static Class) -> Result<Phase> {
        let is_pair =
            class.state == StateForm::Slots && matches!(self.rest, [op::NONE, op::EMPTY_DICT, ..]);
        if is_pair {
            self.pass(1);
        } else if matches!(class.state, StateForm::Tuple | StateForm::List) {
            return self.begin_values(class);
        } else if self.opcode()? != op::EMPTY_DICT {
            return Ok(Phase::Done);
        }
        let start = self.pos();
        self.pass(1);
        self.memoize(Entry::Value(start))?;
        match self.opcode()? {
            op::MARK => {
                self.pass(1);
                Ok(if is_pair { Phase::SlotBatch } else { Phase::Batch })
            }
            op::BUILD if !is_pair => {
                self.pass(1);
                Ok(Phase::Done)
            }
            _ if is_pair => Ok(Phase::SlotSingle),
            _ => Ok(Phase::Single),
        }
    }

    pub(super) fn attribute_in_batch(&mut self, object: &mut Object) -> Result<Option<usize>> {
        let slot = (object.number, object.next);
        object.next += 1;
        if object.keys == NO_KEYS {
            object.keys = self.keys_of(object.number);
        }
        let opcode = self.opcode()?;
        // Most names have the order of the class, and need no look at what they are made of.
        if let Some(name) = object.class.attributes.get(slot.1)
            && let Some(after) = short_text(self.rest, name)
        {
            let start = self.pos();
            self.rest = after;
            if let Some(index) = self.memoize(Entry::Text(start))? {
                self.learn_key(slot, Some(index), slot.1);
            }
            return Ok(Some(slot.1));
        }
        match opcode {
            // A full batch may be followed by another.
            op::SETITEMS if object.class.is_dict && slot.1 == 1000 => miss(),
            op::SETITEMS => {
                self.pass(1);
                if object.class.is_dict {
                    self.learn_end_of_dict(slot);
                } else {
                    self.expect(op::BUILD)?;
                    self.learn_key(slot, None, END);
                }
                object.phase = Phase::Done;
                Ok(None)
            }
            op::BINGET | op::LONG_BINGET => {
                let at = self.pos();
                let index = self.memo_index()?;
                self.seek(at);
                let name = self.text_from_memo()?;
                let attribute = object.class.attribute_index_at(name, slot.1);
                self.learn_key(slot, Some(index), attribute);
                Ok(Some(attribute))
            }
            opcode => {
                let start = self.pos();
                let name = self.text(opcode)?;
                let attribute = object.class.attribute_index_at(name, slot.1);
                match self.memoize(Entry::Text(start))? {
                    Some(index) => self.learn_key(slot, Some(index), attribute),
                    None if attribute != slot.1 => self.forget_order(slot.0),
                    None => {}
                }
                Ok(Some(attribute))
            }
        }
    }
}

/// What follows a short text, if it is spelled out here.
pub(super) fn short_text<'de>(rest: &'de [u8], text: &str) -> Option<&'de [u8]> {
    let [op::SHORT_BINUNICODE, len, tail @ ..] = rest else { return None };
    if usize::from(*len) != text.len() {
        return None;
    }
    tail.strip_prefix(text.as_bytes())
}
