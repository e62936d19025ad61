//! Records in the lane.

use super::LaneReader;
use super::atom::bool_of;
use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;
use crate::reconstruct::Reconstruct;
use crate::unpickler::predictive::Predictive;
use crate::unpickler::predictive::place::Place;
use crate::unpickler::predictive::prediction::{END_OF_DICT, END_OF_STATE, NameRef};
use crate::wire::integer::Integer;

/// A record that is being read in a lane of its own.
pub struct LaneRecord<'l, 'a, 'de> {
    lane: LaneReader<'l, 'a, 'de>,
    class: &'static Class,
    /// What the lane around it has not read yet.
    outer: &'l mut &'de [u8],
    /// How long the memo was before.
    memo: usize,
}

impl<'de> Predictive<'_, 'de> {
    /// Begins the first record of a class, whose names are spelled out, and tells what follows.
    #[cold]
    #[inline(never)]
    fn begin_first(&mut self, rest: &'de [u8], class: &'static Class) -> Option<&'de [u8]> {
        if !self.has_lane {
            return None;
        }
        let memo = self.memo.len();
        self.rest = rest;
        let is_open = self.first_header(class).unwrap_or_default();
        let after = self.rest;
        if !is_open {
            self.go_back(after, rest, memo);
            return None;
        }
        Some(after)
    }
}

impl<'a, 'de> LaneReader<'_, 'a, 'de> {
    /// Begins a record that is spelled as the last one, and tells what the names of its attributes
    /// are; `None` if it is spelled otherwise.
    #[inline(always)]
    pub fn begin<const N: usize>(
        &mut self,
        class: &'static Class,
    ) -> Option<(LaneRecord<'_, 'a, 'de>, [NameRef; N])> {
        if class.is_dict && self.loader.in_key {
            return None;
        }
        let levels = self.levels.checked_sub(1)?;
        let memo = self.loader.memo.len();
        let loader = &mut *self.loader;
        let Some(shape) = loader.classes.get(class) else {
            let rest = loader.begin_first(self.rest, class)?;
            let lane = LaneReader { rest, levels, loader };
            let names = std::array::from_fn(NameRef::spelled_out);
            return Some((LaneRecord { lane, class, outer: &mut self.rest, memo }, names));
        };
        let names = *shape.names.first_chunk()?;
        let rest = shape.after_header(self.rest)?;
        if !loader.replaying {
            shape.memoize_header(loader.input.len() - self.rest.len(), &mut loader.memo);
        }
        let lane = LaneReader { rest, levels, loader };
        Some((LaneRecord { lane, class, outer: &mut self.rest, memo }, names))
    }
}

impl<'de> LaneRecord<'_, '_, 'de> {
    /// Takes the reference to a name; the value of the attribute follows. `false` if there is
    /// something else.
    ///
    /// # Errors
    /// When a frame begins here that cannot.
    #[inline(always)]
    pub fn name(&mut self, name: NameRef) -> Result<bool> {
        if let Some((spelled, rest)) = self.lane.rest.split_first_chunk()
            && name.is_spelled(*spelled)
        {
            self.lane.rest = rest;
            return Ok(true);
        }
        let class = self.class;
        self.lane.outside(|loader| loader.other_name(class, name))
    }

    /// Takes an attribute that is an integer of one byte; `None`, with nothing taken, if it is
    /// another value or name.
    #[inline(always)]
    pub(crate) fn byte<I: Integer>(&mut self, name: NameRef) -> Option<I> {
        match *self.lane.rest {
            [b0, b1, op::BININT1, byte, ref rest @ ..] if name.is_spelled([b0, b1]) => {
                let value = I::from_i64(byte.into())?;
                self.lane.rest = rest;
                Some(value)
            }
            _ => None,
        }
    }

    /// As [`byte`](LaneRecord::byte), for a bool.
    #[inline(always)]
    pub(crate) fn bool(&mut self, name: NameRef) -> Option<bool> {
        let [b0, b1, opcode, ref rest @ ..] = *self.lane.rest else { return None };
        if !name.is_spelled([b0, b1]) {
            return None;
        }
        let value = bool_of(opcode)?;
        self.lane.rest = rest;
        Some(value)
    }

    /// As [`byte`](LaneRecord::byte), for a float.
    #[inline(always)]
    pub(crate) fn float(&mut self, name: NameRef) -> Option<f64> {
        let [b0, b1, op::BINFLOAT, ref tail @ ..] = *self.lane.rest else { return None };
        let (bytes, rest) = tail.split_first_chunk()?;
        if !name.is_spelled([b0, b1]) {
            return None;
        }
        self.lane.rest = rest;
        Some(f64::from_be_bytes(*bytes))
    }

    /// Takes the value of an attribute.
    ///
    /// # Errors
    /// When it is not what was predicted.
    #[inline(always)]
    pub(crate) fn value<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        self.lane.value()
    }

    /// Takes the integer that is an attribute.
    ///
    /// # Errors
    /// When it is not what was predicted.
    #[inline(always)]
    pub(crate) fn int<I: Integer + Reconstruct<'de>>(&mut self) -> Result<I> {
        match self.lane.short_int() {
            Some(value) => Ok(value),
            None => self.lane.value(),
        }
    }

    /// Takes the end of the record, and puts what `make` makes of it in its place; `false` if it is not
    /// spelled as the last one.
    ///
    /// # Errors
    /// When what comes before the end cannot be passed over.
    #[inline(always)]
    pub fn end<T>(self, place: &mut impl Place<'de, T>, make: impl FnOnce() -> T) -> Result<bool> {
        let rest = match *self.lane.rest {
            [op::SETITEMS, op::BUILD, ref rest @ ..] => Some(rest),
            _ => None,
        };
        self.end_or_later(rest, END_OF_STATE, place, make)
    }

    /// As [`end`](LaneRecord::end), for a dict.
    ///
    /// # Errors
    /// As [`end`](LaneRecord::end).
    #[inline(always)]
    pub fn end_dict<T>(
        self,
        place: &mut impl Place<'de, T>,
        make: impl FnOnce() -> T,
    ) -> Result<bool> {
        let rest = match *self.lane.rest {
            [op::SETITEMS, ref rest @ ..] => Some(rest),
            _ => None,
        };
        self.end_or_later(rest, END_OF_DICT, place, make)
    }

    /// Goes on behind the end, which may come behind attributes that the class does not have.
    #[inline(always)]
    fn end_or_later<T>(
        mut self,
        mut rest: Option<&'de [u8]>,
        end: &'static [u8],
        place: &mut impl Place<'de, T>,
        make: impl FnOnce() -> T,
    ) -> Result<bool> {
        let class = self.class;
        if rest.is_none() {
            rest = self.lane.outside(|loader| loader.later_end(class, end))?;
        }
        match rest {
            Some(rest) => self.put(rest, place, make),
            None => self.give_up(),
        }
    }

    #[inline(always)]
    fn put<T>(
        mut self,
        rest: &'de [u8],
        place: &mut impl Place<'de, T>,
        make: impl FnOnce() -> T,
    ) -> Result<bool> {
        self.lane.rest = rest;
        *self.outer = rest;
        place.put(&mut self.lane, make);
        Ok(true)
    }

    /// Goes back to the beginning of the record, which is not spelled as the last one after all.
    ///
    /// # Errors
    /// Never.
    #[inline(always)]
    pub fn give_up(self) -> Result<bool> {
        self.lane.loader.go_back(self.lane.rest, self.outer, self.memo);
        Ok(false)
    }
}
