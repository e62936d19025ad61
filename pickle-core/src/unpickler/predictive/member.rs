//! Members of enums, which are calls of their class with a number, or references to such calls.

use super::Predictive;
use super::lane::LaneReader;
use super::replay::Entry;
use crate::class::Class;
use crate::opcode::op;

/// The members that were taken last, by how they were spelled.
#[derive(Debug, Default)]
pub(super) struct KnownMembers([Known; KnownMembers::PLACES]);

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    /// The address of the class; 0 for none.
    class: usize,
    spelled: Spelled,
    member: usize,
}

/// How a member is spelled: the reference to the call that made it, or the class and the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Spelled(u64);

impl Spelled {
    fn reference(index: u32) -> Spelled {
        Spelled(u64::from(index) << 32)
    }

    fn call(class: u8, argument: u8) -> Spelled {
        Spelled(u64::from(argument) << 32 | u64::from(class) << 8 | 1)
    }
}

impl KnownMembers {
    const PLACES: usize = 16;

    fn place(spelled: Spelled) -> usize {
        (spelled.0 >> 32) as usize % KnownMembers::PLACES
    }

    fn get(&self, class: &'static Class, spelled: Spelled) -> Option<usize> {
        let known = self.0.get(KnownMembers::place(spelled))?;
        let is_known =
            known.class == std::ptr::from_ref(class) as usize && known.spelled == spelled;
        is_known.then_some(known.member)
    }

    fn learn(&mut self, class: &'static Class, spelled: Spelled, member: usize) {
        if let Some(known) = self.0.get_mut(KnownMembers::place(spelled)) {
            *known = Known { class: std::ptr::from_ref(class) as usize, spelled, member };
        }
    }
}

impl<'de> Predictive<'_, 'de> {
    /// Whether a memo entry is this class.
    fn is_class(&self, index: u8, class: &'static Class) -> Option<()> {
        let Entry::Global(number) = self.memo.get(index.into())? else { return None };
        self.globals.get(number)?.is_known_as(std::slice::from_ref(class)).then_some(())
    }

    /// The member that a reference to a call stands for.
    #[inline(never)]
    fn member_in_memo(
        &mut self,
        class: &'static Class,
        index: u32,
        find: impl FnOnce(u8) -> Option<usize>,
    ) -> Option<usize> {
        let Entry::Value(start) = self.memo.get(index)? else { return None };
        let bytes = self.input.get(start..)?;
        let argument = match call_of_byte(bytes) {
            Some(call) => {
                self.is_class(call.class, class)?;
                call.argument
            }
            None => self.first_call(class, bytes)?,
        };
        let member = find(argument)?;
        self.members.learn(class, Spelled::reference(index), member);
        Some(member)
    }

    /// The byte with which the first call of a class is made, where its names are spelled.
    fn first_call(&self, class: &'static Class, bytes: &'de [u8]) -> Option<u8> {
        let (module, rest) = self.text_at(bytes)?;
        let (name, rest) = self.text_at(rest)?;
        let rest = behind_memoize(rest.strip_prefix(&[op::STACK_GLOBAL])?);
        let [op::BININT1, argument, op::TUPLE1, ref rest @ ..] = *rest else { return None };
        behind_memoize(rest).strip_prefix(&[op::REDUCE])?;
        Class::find(std::slice::from_ref(class), module, name, self.old_names)?;
        Some(argument)
    }

    /// The short text with which these bytes begin, and what follows.
    fn text_at(&self, bytes: &'de [u8]) -> Option<(&'de str, &'de [u8])> {
        let (at, after) = match *bytes {
            [op::BINGET, index, ref rest @ ..] => match self.memo.get(index.into())? {
                Entry::Text(start) => (self.input.get(start..)?, Some(rest)),
                _ => return None,
            },
            _ => (bytes, None),
        };
        let [op::SHORT_BINUNICODE, len, ref tail @ ..] = *at else { return None };
        let (text, rest) = tail.split_at_checked(len.into())?;
        let text = std::str::from_utf8(text).ok()?;
        Some((text, after.unwrap_or_else(|| behind_memoize(rest))))
    }
}

/// What follows, without the instruction that memoizes what was before.
fn behind_memoize(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(&[op::MEMOIZE]).unwrap_or(bytes)
}

/// A call of a class with one byte.
struct Call<'de> {
    class: u8,
    argument: u8,
    is_tuple_memoized: bool,
    is_memoized: bool,
    rest: &'de [u8],
}

/// The call of what a memo reference stands for with one byte.
#[inline]
fn call_of_byte(bytes: &[u8]) -> Option<Call<'_>> {
    let [op::BINGET, class, op::BININT1, argument, op::TUPLE1, ref rest @ ..] = *bytes else {
        return None;
    };
    let (is_tuple_memoized, rest) = match rest {
        [op::MEMOIZE, op::REDUCE, rest @ ..] => (true, rest),
        [op::REDUCE, rest @ ..] => (false, rest),
        _ => return None,
    };
    let (is_memoized, rest) = match rest {
        [op::MEMOIZE, rest @ ..] => (true, rest),
        [op::BINPUT | op::LONG_BINPUT, ..] => return None,
        rest => (false, rest),
    };
    Some(Call { class, argument, is_tuple_memoized, is_memoized, rest })
}

impl<'de> LaneReader<'_, '_, 'de> {
    /// Takes the member of an enum that the call of a known class makes of a small number, of which
    /// `find` knows the index, or a reference to such a one.
    #[inline]
    pub(crate) fn member(
        &mut self,
        class: &'static Class,
        find: impl FnOnce(u8) -> Option<usize>,
    ) -> Option<usize> {
        if self.loader.replaying || self.loader.gaps || self.levels == 0 {
            return None;
        }
        if let Some(call) = call_of_byte(self.rest) {
            return self.called_member(class, &call, find);
        }
        let (index, rest) = match *self.rest {
            [op::BINGET, index, ref rest @ ..] => (index.into(), rest),
            [op::LONG_BINGET, b0, b1, b2, b3, ref rest @ ..] => {
                (u32::from_le_bytes([b0, b1, b2, b3]), rest)
            }
            _ => return None,
        };
        let member = match self.loader.members.get(class, Spelled::reference(index)) {
            Some(member) => member,
            None => self.loader.member_in_memo(class, index, find)?,
        };
        self.rest = rest;
        Some(member)
    }

    #[inline]
    fn called_member(
        &mut self,
        class: &'static Class,
        call: &Call<'de>,
        find: impl FnOnce(u8) -> Option<usize>,
    ) -> Option<usize> {
        let spelled = Spelled::call(call.class, call.argument);
        let start = self.pos();
        let loader = &mut *self.loader;
        let member = match loader.members.get(class, spelled) {
            Some(member) => member,
            None => {
                loader.is_class(call.class, class)?;
                let member = find(call.argument)?;
                loader.members.learn(class, spelled, member);
                member
            }
        };
        if call.is_tuple_memoized {
            loader.memo.push(Entry::Opaque(start + 4));
        }
        if call.is_memoized {
            loader.memo.push(Entry::Value(start));
        }
        self.rest = call.rest;
        Some(member)
    }
}
