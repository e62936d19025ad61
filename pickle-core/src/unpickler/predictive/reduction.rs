//! The parts of an object that few classes have: keyword arguments, states that are no dict, and
//! members of enums.

use super::object::{Object, Phase};
use super::prediction::END;
use super::replay::Entry;
use super::{Predictive, miss};
use crate::class::{Class, StateForm};
use crate::error::Result;
use crate::loader::{Loader, Member};
use crate::opcode::op;

impl Predictive<'_, '_> {
    /// Takes what makes the object of the arguments just read.
    fn made(&mut self, object: &mut Object) -> Result<()> {
        self.memoize(Entry::Value(object.start))?;
        object.phase = Phase::Called;
        Ok(())
    }

    /// Takes the end of the positional arguments, and goes on to those by keyword if there are any.
    pub(super) fn keywords(&mut self, object: &mut Object) -> Result<()> {
        if object.phase != Phase::Args {
            return Ok(());
        }
        self.end_positional(object)?;
        match self.opcode()? {
            op::NEWOBJ | op::REDUCE => {
                self.pass(1);
                return self.made(object);
            }
            op::EMPTY_DICT => {}
            _ => return miss(),
        }
        let start = self.pos();
        self.pass(1);
        self.memoize(Entry::Value(start))?;
        match self.opcode()? {
            op::NEWOBJ_EX => {
                self.pass(1);
                self.made(object)
            }
            op::MARK => {
                self.pass(1);
                object.phase = Phase::Keywords;
                Ok(())
            }
            _ => {
                object.phase = Phase::Keyword;
                Ok(())
            }
        }
    }

    /// The keyword argument at which the object stands.
    pub(super) fn keyword(&mut self, object: &mut Object) -> Result<Option<usize>> {
        let close = match object.phase {
            Phase::Keywords if self.opcode()? == op::SETITEMS => op::SETITEMS,
            Phase::LastKeyword => op::SETITEM,
            Phase::Keywords | Phase::Keyword => {
                if object.phase == Phase::Keyword {
                    object.phase = Phase::LastKeyword;
                }
                let name = self.begin_str()?;
                return Ok(Some(object.class.attribute_index(name)));
            }
            _ => return Ok(None),
        };
        self.expect(close)?;
        self.expect(op::NEWOBJ_EX)?;
        self.made(object)?;
        Ok(None)
    }

    /// The beginning of a state without names.
    pub(super) fn begin_values(&mut self, class: &'static Class) -> Result<Phase> {
        if class.state == StateForm::Tuple {
            if class.state_len() > 3 {
                self.expect(op::MARK)?;
            }
            return Ok(Phase::Tuple);
        }
        let start = self.pos();
        if self.opcode()? != op::EMPTY_LIST {
            return miss();
        }
        self.pass(1);
        self.memoize(Entry::Value(start))?;
        if self.opcode()? != op::MARK {
            // Without a mark, APPEND adds one value.
            return if class.state_len() == 1 { Ok(Phase::ListSingle) } else { miss() };
        }
        self.pass(1);
        Ok(Phase::ListBatch)
    }

    /// The attribute in a state that is no dict.
    pub(super) fn formed_attribute(&mut self, object: &mut Object) -> Result<Option<usize>> {
        match object.phase {
            Phase::SlotBatch if self.opcode()? == op::SETITEMS => {
                self.pass(1);
                self.end_pair(object)
            }
            Phase::SlotBatch => match self.take_key(object) {
                Some(END) => miss(),
                Some(attribute) => Ok(Some(attribute)),
                None => self.attribute_in_batch(object),
            },
            Phase::SlotSingle if object.next == 1 => {
                self.expect(op::SETITEM)?;
                self.end_pair(object)
            }
            // An empty dict.
            Phase::SlotSingle if self.opcode()? == op::TUPLE2 => self.end_pair(object),
            Phase::SlotSingle => {
                object.next += 1;
                let name = self.begin_str()?;
                Ok(Some(object.class.attribute_index(name)))
            }
            Phase::Tuple | Phase::ListBatch | Phase::ListSingle => self.value_in_order(object),
            _ => miss(),
        }
    }

    fn end_pair(&mut self, object: &mut Object) -> Result<Option<usize>> {
        let start = self.pos();
        self.expect(op::TUPLE2)?;
        self.memoize(Entry::Opaque(start))?;
        self.expect(op::BUILD)?;
        object.phase = Phase::Done;
        Ok(None)
    }

    fn value_in_order(&mut self, object: &mut Object) -> Result<Option<usize>> {
        let len = object.class.state_len();
        if object.next < len {
            object.next += 1;
            return Ok(Some(object.class.attribute_in_order(object.next - 1, len)));
        }
        match object.phase {
            Phase::Tuple => self.end_tuple_of(len)?,
            Phase::ListBatch => self.expect(op::APPENDS)?,
            _ => self.expect(op::APPEND)?,
        }
        self.expect(op::BUILD)?;
        object.phase = Phase::Done;
        Ok(None)
    }

    /// Takes a member of an enum; see [`Loader::begin_member`].
    pub(super) fn member(&mut self, class: &'static Class) -> Result<Member<Object>> {
        let start = self.pos();
        let (number, _) = match self.opcode()? {
            op::BINGET | op::LONG_BINGET => {
                let index = self.memo_index()?;
                self.seek(start);
                if let Some(Entry::Value(_)) = self.memo.get(index) {
                    return self.begin_object(class).map(Member::Called);
                }
                self.global()?
            }
            _ => self.global()?,
        };
        let Some(global) = self.globals.get(number) else { return miss() };
        if !matches!((global.module, global.name), ("builtins" | "__builtin__", "getattr")) {
            return self.called(class, number, start);
        }
        let (outer, _) = self.global()?;
        self.variant(outer, std::slice::from_ref(class))?;
        let name = self.begin_str()?.to_owned();
        self.end_tuple_of(2)?;
        self.expect(op::REDUCE)?;
        self.memoize(Entry::Value(start))?;
        Ok(Member::Named(class.attribute_index(&name), name))
    }

    /// Goes into the call of a class that was just named.
    fn called(
        &mut self,
        class: &'static Class,
        global: usize,
        start: usize,
    ) -> Result<Member<Object>> {
        self.enter()?;
        self.variant(global, std::slice::from_ref(class))?;
        let number = self.shape(class);
        Ok(Member::Called(self.object(class, number, Phase::Class, start)))
    }

    /// Takes the instruction that makes a tuple, and the one that memoizes it.
    fn end_tuple_of(&mut self, len: usize) -> Result<()> {
        let start = self.pos();
        self.expect(match len {
            0 => op::EMPTY_TUPLE,
            1 => op::TUPLE1,
            2 => op::TUPLE2,
            3 => op::TUPLE3,
            _ => op::TUPLE,
        })?;
        if len != 0 {
            self.memoize(Entry::Opaque(start))?;
        }
        Ok(())
    }

    pub(super) fn end_positional(&mut self, object: &Object) -> Result<()> {
        self.end_tuple_of(object.args)
    }
}
