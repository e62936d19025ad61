//! What is between the attributes of a record in the fast lane, or behind them: those that the struct
//! does not have.

use super::Predictive;
use super::prediction::{NameRef, may_be_text};
use super::replay::Entry;
use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;

/// Whose the name is that a reference stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// An attribute of the class.
    Class,
    /// The class was found not to have it.
    Other,
    Unknown,
}

impl<'de> Predictive<'_, 'de> {
    /// Takes a name that may come behind attributes which the class does not have; `false` if it does
    /// not come next.
    #[inline(never)]
    pub(super) fn name_behind_others(
        &mut self,
        class: &'static Class,
        name: NameRef,
    ) -> Result<bool> {
        loop {
            match self.owner(class) {
                Owner::Class => return Ok(false),
                Owner::Other => self.pass(2),
                Owner::Unknown if self.name_here(class, name)? => return Ok(true),
                Owner::Unknown if self.take_other_name(class)? => {}
                Owner::Unknown => return Ok(false),
            }
            self.pass_over()?;
            if let Some((&spelled, rest)) = self.rest.split_first_chunk()
                && name.is_spelled(spelled)
            {
                self.rest = rest;
                return Ok(true);
            }
        }
    }

    /// Passes over all attributes that the class does not have up to the end of the record, and tells
    /// what follows that; `None` if something else is here.
    #[cold]
    #[inline(never)]
    pub(super) fn later_end(
        &mut self,
        class: &'static Class,
        end: &[u8],
    ) -> Result<Option<&'de [u8]>> {
        loop {
            match self.owner(class) {
                Owner::Class => return Ok(None),
                Owner::Other => self.pass(2),
                Owner::Unknown if self.take_other_name(class)? => {}
                Owner::Unknown => return Ok(self.rest.strip_prefix(end)),
            }
            self.pass_over()?;
        }
    }

    /// What is known of the reference here, if it is a short one.
    #[inline]
    fn owner(&self, class: &'static Class) -> Owner {
        match self.rest.first_chunk() {
            Some(&spelled @ [op::BINGET, _]) => {
                self.classes.get(class).map_or(Owner::Unknown, |shape| shape.owner(spelled))
            }
            _ => Owner::Unknown,
        }
    }

    /// Takes a name that the class does not have.
    #[inline(never)]
    fn take_other_name(&mut self, class: &'static Class) -> Result<bool> {
        let opcode = self.opcode()?;
        if class.denies_unknown || !may_be_text(opcode) {
            return Ok(false);
        }
        let (before, start) = (self.rest, self.pos());
        let is_reference = matches!(opcode, op::BINGET | op::LONG_BINGET);
        let name = if is_reference { self.text_from_memo()? } else { self.text(opcode)? };
        if class.attribute_index(name) < class.attributes.len() {
            self.rest = before;
            return Ok(false);
        }
        if !is_reference {
            self.memoize(Entry::Text(start))?;
        } else if let (Some(spelled), Some(shape)) =
            (before.first_chunk(), self.classes.get_mut(class))
        {
            shape.learn_other(*spelled);
        }
        Ok(true)
    }
}
