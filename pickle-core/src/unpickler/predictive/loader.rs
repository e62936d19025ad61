//! The predictive route as a loader.

use std::borrow::Cow;

use super::object::{Global, Object, Phase};
use super::prediction::END;
use super::replay::Entry;
use super::walk::{Elements, Walk};
use super::{Predictive, Replay, miss};
use crate::class::Class;
use crate::error::{Error, ErrorKind, Result};
use crate::global;
use crate::loader::{AnyObject, Kind, Loader, Member};
use crate::opcode::op;
use crate::reconstruct::{Reconstruct, Starts};
use crate::registry::{Pointer, Registry};
use crate::stack::deeper;
use crate::wire::integer::Integer;
use crate::wire::length;

/// How many bytes a list has room for at least, but for one item.
const SMALL: usize = 128;

impl<'de> Loader<'de> for Predictive<'_, 'de> {
    const PREDICTS: bool = true;

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
            op::NEXT_BUFFER => Kind::Bytes,
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
        let outer = std::mem::replace(&mut self.in_key, true);
        let key = T::reconstruct(self)?;
        self.in_key = outer;
        Ok(key)
    }

    fn skip(&mut self) -> Result<()> {
        self.pass_over()
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
        let mut lane = self.open_lane();
        if let Some(value) = lane.int() {
            lane.close();
            return Ok(value);
        }
        // It is behind a frame, or `LONG4`, or does not fit.
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
        // A long one may not be exact.
        match self.small_int()?.map(i32::try_from) {
            Some(Ok(value)) => Ok(value.into()),
            _ => miss(),
        }
    }

    #[inline]
    fn load_str(&mut self) -> Result<Cow<'de, str>> {
        self.begin_str().map(Cow::Borrowed)
    }

    fn load_string(&mut self) -> Result<String> {
        // What a shared pointer waits for is found by the loader.
        if self.watch.0 != self.pos() {
            let mut lane = self.open_lane();
            if let Some(text) = lane.string() {
                lane.close();
                return Ok(text);
            }
        }
        self.load_str().map(Cow::into_owned)
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
    /// what is left: other values may follow. A list that is still short grows fourfold, unless lists
    /// like it were as short, and a long one sixteenfold at most, since there may be many, or some in
    /// each other; where that is not enough it grows so that the next time is. Atoms are counted after
    /// the first.
    #[cold]
    fn more_items<T: Reconstruct<'de>>(&self, items: &Walk, len: usize) -> usize {
        let size = size_of::<T>().max(1);
        if len == 0 && T::STARTS.is_atom() {
            return 1 + length::items(self.rest);
        }
        let read = self.pos().saturating_sub(items.start).max(1);
        let alike = (len + 1).saturating_mul(self.rest.len()) / read;
        // To be a few short would take a second list for a moment.
        let alike = alike.saturating_add(alike / 32 + 1);
        if len < 256 {
            let least = len.max(SMALL / size).max(1);
            let most = if items.expected == 0 { 3 * len } else { len / 2 };
            return alike.clamp(least, most.max(8).max(least));
        }
        let affordable = self.rest.len().saturating_mul(2) / size;
        let alike = alike.min(affordable);
        let more = if alike > 15 * len { (alike / 16).min(15 * len) } else { alike };
        more.max(len / 8)
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
        if len > 3 {
            if opcode != op::MARK {
                return miss();
            }
            self.pass(1);
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
        if self.in_base {
            return Ok(self.begin_base(class));
        }
        if let Some(number) = self.classes.find(class)
            && !(class.is_dict && self.in_key)
        {
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

    /// Another class is for the general route, which can stay where it is.
    fn find_variant(&mut self, classes: &'static [Class]) -> Result<Option<(usize, Object)>> {
        self.begin_variant(classes).map(Some)
    }

    fn begin_member(&mut self, class: &'static Class) -> Result<Member<Object>> {
        self.member(class)
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

    /// No value begins with the end of a tuple, and none without arguments is called.
    fn more_args(&mut self, object: &mut Object) -> Result<bool> {
        match self.opcode()? {
            op::TUPLE1 | op::TUPLE2 | op::TUPLE3 | op::TUPLE => return Ok(false),
            op::EMPTY_TUPLE if matches!(self.rest.get(1), Some(&op::NEWOBJ | &op::REDUCE)) => {
                return Ok(false);
            }
            _ => {}
        }
        // A tuple of more than three would have begun with a mark.
        if object.args >= 3 {
            return miss();
        }
        object.args += 1;
        Ok(true)
    }

    #[inline]
    fn end_args(&mut self, object: &mut Object) -> Result<()> {
        if object.phase != Phase::Args {
            return Ok(());
        }
        self.end_positional(object)?;
        match self.opcode()? {
            op::NEWOBJ | op::REDUCE => self.pass(1),
            _ => return miss(),
        }
        self.memoize(Entry::Value(object.start))?;
        object.phase = Phase::Called;
        Ok(())
    }

    fn begin_keywords(&mut self, object: &mut Object) -> Result<()> {
        self.keywords(object)
    }

    fn next_keyword(&mut self, object: &mut Object) -> Result<Option<usize>> {
        self.keyword(object)
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
            && let Some(attribute) = self.take_key(object)
        {
            if attribute == END {
                object.phase = Phase::Done;
                return Ok(None);
            }
            return Ok(Some(attribute));
        }
        if object.phase == Phase::Base {
            return self.base_attribute(object);
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
            Phase::Base if object.next == object.class.attributes.len() => {}
            Phase::State => self.expect(op::BUILD)?,
            _ => return miss(),
        }
        self.leave(object.replay);
        Ok(())
    }

    fn in_base<T>(
        &mut self,
        object: &mut Object,
        make: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.base_of(object, make)
    }

    /// No integer begins with the end of a tuple, so its length need not be known.
    fn load_integers(&mut self) -> Result<Vec<usize>> {
        self.enter()?;
        let start = self.pos();
        let mut integers = Vec::new();
        let is_marked = self.opcode()? == op::MARK;
        if is_marked {
            self.pass(1);
        }
        let end = loop {
            match self.opcode()? {
                end @ (op::EMPTY_TUPLE | op::TUPLE1 | op::TUPLE2 | op::TUPLE3 | op::TUPLE) => {
                    break end;
                }
                _ => integers.push(self.load_integer()?),
            }
        };
        let expected = match (is_marked, integers.len()) {
            (true, _) => op::TUPLE,
            (false, 0) => op::EMPTY_TUPLE,
            (false, 1) => op::TUPLE1,
            (false, 2) => op::TUPLE2,
            (false, 3) => op::TUPLE3,
            _ => return miss(),
        };
        if end != expected {
            return miss();
        }
        self.pass(1);
        if !integers.is_empty() {
            self.memoize(Entry::Opaque(start))?;
        }
        self.leave(Replay::NONE);
        Ok(integers)
    }

    /// Objects are predicted from their classes, so one of any class is for the general route.
    fn begin_any(&mut self) -> Result<AnyObject<Object>> {
        miss()
    }

    fn begin_kwargs(&mut self, _object: &mut Object) -> Result<bool> {
        miss()
    }

    fn peek_bytearray(&mut self) -> Result<bool> {
        Ok(match self.opcode()? {
            op::NEXT_BUFFER => self.rest.get(1) != Some(&op::READONLY_BUFFER),
            opcode => opcode == op::BYTEARRAY8,
        })
    }

    fn reread<T: Reconstruct<'de>>(&mut self, _pickle: &[u8]) -> Result<T> {
        miss()
    }

    fn general_only(&mut self) -> Result<()> {
        miss()
    }

    /// The id comes before the instruction that makes it one. It begins where the object does, but
    /// is not what a shared pointer waits for.
    fn load_persistent_id<I: Reconstruct<'de>>(&mut self) -> Result<I> {
        self.enter()?;
        let watch = std::mem::replace(&mut self.watch, (usize::MAX, None));
        let id = deeper(|| I::reconstruct(self))?;
        self.watch = watch;
        self.expect(op::BINPERSID)?;
        self.leave(Replay::NONE);
        Ok(id)
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
        if self.watch.1.is_none() {
            // An atom, which only a deep copy memoizes.
            self.memoize(Entry::Opaque(start))?;
        }
        let (_, index) = std::mem::replace(&mut self.watch, outer);
        if let Some(index) = index {
            self.shared.insert(index, Box::new(pointer.clone()));
        }
        Ok(pointer)
    }

    fn load_global<T>(
        &mut self,
        find: impl FnOnce(Option<&Registry>, &str, &str) -> Option<T>,
        _expected: impl FnOnce() -> String,
    ) -> Result<T> {
        let (number, _) = self.global()?;
        let Some(&Global { module, name, .. }) = self.globals.get(number) else { return miss() };
        let found = if self.old_names {
            let (module, name) = global::python3_qualname(module, name);
            find(self.settings.registry, module, &name)
        } else {
            find(self.settings.registry, module, name)
        };
        found.map_or_else(miss, Ok)
    }

    fn load_implementor<P: Pointer>(&mut self) -> Result<P> {
        let Some(registry) = self.settings.registry else { return miss() };
        let (module, name) = self.peek_global()?;
        match registry.find_implementor(module, name, self.old_names) {
            Some(implementor) => (P::load_of(implementor).predictive)(self),
            None => miss(),
        }
    }

    /// Nothing is left vacant on this route.
    fn relink_implementor<D: ?Sized + 'static>(&mut self, _value: &D) -> Result<()> {
        miss()
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
    fn lane<T: Reconstruct<'de>>(&mut self) -> Result<Option<T>> {
        let here = self.pos();
        if self.watch.0 == here || self.refused == here || !self.has_lane {
            return Ok(None);
        }
        let mut lane = self.open_lane();
        let value = T::reconstruct_lane(&mut lane)?;
        lane.close();
        Ok(value)
    }

    #[inline]
    fn batches<T: Reconstruct<'de>>(&mut self, items: &mut Walk, vec: &mut Vec<T>) -> Result<()> {
        Predictive::batches(self, items, vec)
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
        match self.settings.registry {
            // A base is attributes, whatever its type is elsewhere.
            Some(registry) if !self.in_base => registry.load_predictive(self),
            _ => None,
        }
    }

    fn attribute_name(&self) -> String {
        String::new()
    }
}
