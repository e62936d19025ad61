//! The first instance of a class in the fast lane: names are spelled out there, and have the order of
//! the class in most pickles.

use super::Predictive;
use super::object::{Phase, short_text};
use super::prediction::NameRef;
use super::replay::Entry;
use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;

impl Predictive<'_, '_> {
    /// Takes the beginning of the first instance of a class up to its first attribute, and tells
    /// whether it is one that the lane can take.
    #[cold]
    #[inline(never)]
    pub(super) fn first_header(&mut self, class: &'static Class) -> Result<bool> {
        let opcode = self.opcode()?;
        let start = self.pos();
        let (number, is_open) = if class.is_dict {
            if opcode != op::EMPTY_DICT {
                return Ok(false);
            }
            let number = self.shape(class);
            (number, self.learn_dict(number, start)? == Phase::Batch)
        } else {
            if !matches!(opcode, op::SHORT_BINUNICODE | op::GLOBAL) && !self.is_at_text() {
                return Ok(false);
            }
            let (global, reference) = self.global()?;
            self.variant(global, std::slice::from_ref(class))?;
            let number = self.shape(class);
            (number, self.learn_header(number, start, reference)?)
        };
        if let Some(shape) = self.classes.at_mut(number)
            && is_open
            && shape.is_known()
        {
            shape.names = (0..class.attributes.len()).map(NameRef::spelled_out).collect();
        }
        Ok(is_open)
    }

    /// Whether a reference to a text is here.
    fn is_at_text(&self) -> bool {
        match self.rest {
            [op::BINGET, index, ..] => {
                matches!(self.memo.get(u32::from(*index)), Some(Entry::Text(_)))
            }
            _ => false,
        }
    }

    /// Takes a name that is not the short reference predicted.
    #[cold]
    #[inline(never)]
    pub(super) fn other_name(&mut self, class: &'static Class, name: NameRef) -> Result<bool> {
        let is_here = match name.place() {
            None => self.byte() == Some(op::LONG_BINGET) && self.long_name(name)?,
            Some(place) => self.first_name(class, place),
        };
        if is_here { Ok(true) } else { self.name_behind_others(class, name) }
    }

    /// Takes the name at a place in a class, of which nothing was known yet, if it is spelled out as it
    /// is in most pickles.
    #[inline]
    fn first_name(&mut self, class: &'static Class, place: usize) -> bool {
        let (start, is_usual) = (self.pos(), !self.gaps && !self.replaying);
        let Some(expected) = class.attributes.get(place) else { return false };
        match short_text(self.rest, expected) {
            Some([op::MEMOIZE, rest @ ..]) if is_usual => {
                let index = self.memo.next();
                self.learn_name(class, place, index);
                self.memo.push(Entry::Text(start));
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes a name in whatever spelling: a long reference, one behind the beginning of a frame, one
    /// that nothing was known of.
    pub(super) fn name_here(&mut self, class: &'static Class, name: NameRef) -> Result<bool> {
        match name.place() {
            None => self.long_name(name),
            Some(place) => match class.attributes.get(place) {
                Some(expected) => self.unusual_name(class, place, expected),
                None => Ok(false),
            },
        }
    }

    /// Takes a name that is in the memo already, or not put there by `MEMOIZE`.
    #[inline(never)]
    fn unusual_name(
        &mut self,
        class: &'static Class,
        place: usize,
        expected: &str,
    ) -> Result<bool> {
        let opcode = self.opcode()?;
        let index = if let Some(after) = short_text(self.rest, expected) {
            let start = self.pos();
            self.rest = after;
            self.memoize(Entry::Text(start))?
        } else if matches!(opcode, op::BINGET | op::LONG_BINGET) {
            let at = self.rest;
            let index = self.memo_index()?;
            self.rest = at;
            if self.text_from_memo()? != expected {
                self.rest = at;
                return Ok(false);
            }
            Some(index)
        } else {
            return Ok(false);
        };
        self.learn_name(class, place, index);
        Ok(true)
    }

    /// Remembers the memo index of the name at a place in a class.
    #[inline(never)]
    fn learn_name(&mut self, class: &'static Class, place: usize, index: Option<u32>) {
        if let Some(shape) = self.classes.get_mut(class) {
            shape.learn_name(place, index);
        }
    }
}
