//! The attributes of base classes, which lie among those of an object.
//!
//! Those of a base come before those of the class, as `__init__` of a class calls that of its base
//! first, and all of them are there. So a base takes as many as it has, and the walk of its class goes
//! on behind them. What comes otherwise is for the general route, which looks at the attributes as
//! often as anyone asks.

use super::object::{Object, Phase};
use super::prediction::{Key, key_count};
use super::{Predictive, Replay, miss};
use crate::class::Class;
use crate::error::Result;
use crate::opcode::op;

impl Predictive<'_, '_> {
    /// Runs what makes a base where the first attribute of an object is.
    pub(super) fn base_of<T>(
        &mut self,
        object: &mut Object,
        make: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        if matches!(object.phase, Phase::Class | Phase::Called) {
            self.begin_state_of(object)?;
        }
        if !matches!(object.phase, Phase::Batch | Phase::Base) || object.next != 0 {
            return miss();
        }
        self.in_base = true;
        // There is no instance here that the fast lane could take.
        self.refused = self.pos();
        make(self)
    }

    /// The base that begins here.
    pub(super) fn begin_base(&mut self, class: &'static Class) -> Object {
        self.in_base = false;
        // The names of a base are other entries of the memo than those of its own instances, if it was
        // one of our picklers that wrote them.
        let end = self.keys.len();
        let keys = *self.bases.entry(std::ptr::from_ref(class) as usize).or_insert(end);
        if keys == end {
            self.keys.resize(end + key_count(class), Key::NEVER);
        }
        let (start, replay) = (self.pos(), Replay::NONE);
        let (number, phase) = (usize::MAX, Phase::Base);
        Object { class, number, keys, next: 0, phase, args: 0, start, replay }
    }

    /// The attribute at which a base stands.
    #[inline]
    pub(super) fn base_attribute(&mut self, object: &mut Object) -> Result<Option<usize>> {
        if object.next == object.class.attributes.len() {
            return Ok(None);
        }
        match self.take_key(object) {
            Some(attribute) => Ok(Some(attribute)),
            None => self.base_name(object).map(Some),
        }
    }

    /// The attribute of a base whose name is here, in another spelling than that of the last object.
    #[inline(never)]
    fn base_name(&mut self, object: &mut Object) -> Result<usize> {
        let (class, place) = (object.class, object.next);
        object.next += 1;
        let opcode = self.opcode()?;
        let before = self.rest;
        let name = self.begin_str()?;
        let attribute = class.attribute_index_at(name, place);
        if attribute == class.attributes.len() {
            return miss();
        }
        let len = before.len() - self.rest.len();
        if matches!(opcode, op::BINGET | op::LONG_BINGET)
            && let Some(key) = self.keys.get_mut(object.keys + place)
            && let Some(reference) = before.get(..len)
        {
            *key = Key::new(reference, attribute);
        }
        Ok(attribute)
    }
}
