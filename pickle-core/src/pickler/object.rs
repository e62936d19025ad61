//! Objects: classes, calls and states, and the cache of their spelling.

use crate::class::Class;
use crate::error::{Error, Result};
use crate::opcode::op;
use crate::pickler::fixed::{Stencil, before_attributes};
use crate::pickler::global::Known;
use crate::pickler::identity::Identity;
use crate::pickler::lane::{ATTRIBUTES, Name};
use crate::pickler::memo::{Memo, UNWRITTEN};
use crate::pickler::saver::Saver;
use crate::protocol::Protocol;
use crate::reduce::Reduce;

/// How instances of a class were spelled the first time, and so will be again.
#[derive(Debug)]
pub(crate) struct Shape {
    /// What stands for the class.
    pub(super) class: Known,
    /// The first of its entries in [`Saver::keys`], one for each attribute.
    pub(super) keys: usize,
    /// From the class up to the first attribute: `BINGET c ) NEWOBJ } (`.
    pub(super) header: [u8; 16],
    pub(super) header_len: usize,
    /// From the class up to the name of the first attribute, for the fast lane.
    pub(super) opening: [u8; 8],
    /// The `BINGET`s of the first attribute names, for the fast lane.
    pub(super) names: [[u8; 2]; ATTRIBUTES],
    /// Whether the fast lane is open for instances: there are attributes, and a `BINGET` of two
    /// bytes for each.
    pub(super) lane: bool,
    /// An instance, if all differ in a few places only.
    pub(super) stencil: Option<Box<[u8; Stencil::LEN]>>,
}

impl Shape {
    /// Opens the fast lane for instances of a class, if all its names are in the memo by now.
    fn open_lane(&mut self, class: &Class, keys: &[u32]) {
        let count = class.attributes.len();
        let keys = keys.get(self.keys..).and_then(|keys| keys.get(..count)).unwrap_or_default();
        self.lane = (1..=ATTRIBUTES).contains(&keys.len())
            && self.has_short_header(class.is_dict)
            && self.names.iter_mut().zip(keys).all(|(name, key)| {
                let index = u8::try_from(*key);
                *name = [op::BINGET, index.unwrap_or_default()];
                index.is_ok()
            });
        let before = self.header.iter().take(before_attributes(class.is_dict, count));
        let opening = before.chain(self.names.first().into_iter().flatten());
        self.opening.iter_mut().zip(opening).for_each(|(to, from)| *to = *from);
    }

    /// Whether the reference to the class, if there is one, has two bytes.
    #[inline(always)]
    pub(super) fn has_short_header(&self, is_dict: bool) -> bool {
        self.header_len == before_attributes(is_dict, 2)
    }
}

/// How an object is made from its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Callable {
    /// `cls(*args)`, so that `__init__` runs: `REDUCE`.
    Class,
    /// `cls.__new__(cls, *args)`: `NEWOBJ`.
    New,
}

/// An object that is being written by a call with arguments.
#[derive(Debug)]
#[must_use = "the object must be ended"]
pub struct Call {
    pub(super) class: &'static Class,
    pub(super) callable: Callable,
    pub(super) args: usize,
    pub(super) identity: Option<Identity>,
    /// Whether the object is a key; what is in it need not be hashable.
    pub(super) in_key: bool,
    /// The function that sets the state in place of `BUILD`.
    pub(super) setter: Option<&'static Class>,
    /// The memo index of the object, if a setter needs it.
    pub(super) index: u32,
}

/// The attributes of an object that are being written.
#[derive(Debug)]
#[must_use = "the instance must be ended"]
pub struct Instance {
    pub(super) class: &'static Class,
    pub(super) keys: usize,
    pub(super) attributes: usize,
    pub(super) in_key: bool,
}

static NEWOBJ: Class = Class::new("copyreg", "__newobj__");
static RECONSTRUCTOR: Class = Class::new("copyreg", "_reconstructor");
static NEWOBJ_EX: Class = Class::new("copyreg", "__newobj_ex__");
static OBJECT: Class = Class::new("builtins", "object");
/// Stands in for a class whose name is known at run time only.
static DYNAMIC: Class = Class::new("builtins", "object");

impl Memo {
    /// The shape of a class for which the fast lane was not open, if it is now.
    #[cold]
    #[inline(never)]
    pub(super) fn open_lane(&mut self, class: &'static Class) -> Option<&Shape> {
        let shape = self.classes.get_mut(class)?;
        shape.open_lane(class, &self.keys);
        shape.lane.then_some(shape)
    }
}

impl Saver<'_> {
    /// The number of the class in [`Memo::classes`], after writing the class if it is new.
    pub(super) fn shape(&mut self, class: &'static Class) -> Result<(usize, bool)> {
        if let Some(number) = self.memo.classes.find(class) {
            return Ok((number, false));
        }
        // A dict needs no class.
        let known =
            (!class.is_dict).then(|| self.new_global(class.module, class.name)).transpose()?;
        let keys = self.memo.keys.len();
        let attributes = class.attributes.len();
        self.memo.keys.resize(keys + attributes, UNWRITTEN);
        let reference = known.map(Known::reference);
        let mut header = [0; 16];
        let mut header_len = 0;
        let make = [op::EMPTY_TUPLE, op::NEWOBJ];
        let class_bytes = reference.iter().flat_map(|class| class.bytes().iter().chain(&make));
        let dict = [op::EMPTY_DICT, op::MARK];
        for (to, from) in header.iter_mut().zip(class_bytes.chain(&dict)) {
            *to = *from;
            header_len += 1;
        }
        let shape = Shape {
            class: known.unwrap_or(Known::Nothing),
            keys,
            header,
            header_len,
            opening: [0; 8],
            names: [[0; 2]; ATTRIBUTES],
            lane: false,
            stencil: None,
        };
        Ok((self.memo.classes.insert(class, shape), true))
    }

    /// Begins an object without arguments and with this many attributes, as a plain Python
    /// instance pickles: `NEWOBJ`, and `BUILD` with a dict. The attributes follow by
    /// [`attribute`](Saver::attribute).
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the stream fails.
    #[inline]
    pub fn begin_instance(&mut self, class: &'static Class, attributes: usize) -> Result<Instance> {
        if attributes > 1
            && self.pending.is_none()
            && !self.in_key
            && let Some(shape) = self.memo.classes.get(class)
            && self.encoder.protocol() >= Protocol::V2
        {
            let (header, len, keys) = (shape.header, shape.header_len, shape.keys);
            self.enter()?;
            self.encoder.prefix(header, len);
            return Ok(Instance { class, keys, attributes, in_key: false });
        }
        self.begin_instance_slow(class, attributes)
    }

    #[inline(never)]
    fn begin_instance_slow(
        &mut self,
        class: &'static Class,
        attributes: usize,
    ) -> Result<Instance> {
        if self.pending == Some(Identity::BASE) {
            return self.begin_base(class);
        }
        if class.is_dict {
            return self.begin_mapping(class, attributes);
        }
        let mut call = if self.protocol() >= Protocol::V2 {
            self.begin_new(class, 0)?
        } else {
            // As `object.__reduce_ex__` for protocols 0 and 1 (copyreg.py, `_reduce_ex`).
            let call = self.begin_call(&RECONSTRUCTOR, 3)?;
            self.global(class)?;
            self.global(&OBJECT)?;
            self.none();
            call
        };
        self.end_call(&mut call)?;
        call.class = class;
        self.begin_state(&call, attributes)
    }

    /// Begins a plain dict, whose keys are the attributes of a class.
    fn begin_mapping(&mut self, class: &'static Class, attributes: usize) -> Result<Instance> {
        if self.in_key {
            return Err(Error::unrepresentable("a dict as a key", "what Python can hash"));
        }
        self.enter()?;
        let (number, _) = self.shape(class)?;
        let keys = self.memo.classes.at(number).map_or(usize::MAX, |shape| shape.keys);
        self.encoder.empty_dict();
        let identity = self.pending.take();
        self.memoize_as(identity);
        if attributes > 1 && self.encoder.is_binary() {
            self.encoder.op(op::MARK);
        }
        Ok(Instance { class, keys, attributes, in_key: false })
    }

    /// Begins an object that is made by `cls(*args)` with this many arguments, so that `__init__`
    /// runs in Python. The arguments follow by [`save`](Saver::save).
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the protocol cannot express the name.
    #[inline]
    pub fn begin_call(&mut self, class: &'static Class, args: usize) -> Result<Call> {
        self.begin_object(class, Callable::Class, args)
    }

    /// Begins an object that is made by `cls.__new__(cls, *args)` with this many arguments.
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the protocol cannot express the name.
    #[inline]
    pub fn begin_new(&mut self, class: &'static Class, args: usize) -> Result<Call> {
        self.begin_object(class, Callable::New, args)
    }

    fn begin_object(
        &mut self,
        class: &'static Class,
        callable: Callable,
        args: usize,
    ) -> Result<Call> {
        self.enter()?;
        let identity = self.pending.take();
        if callable == Callable::New && self.protocol() < Protocol::V2 {
            self.global(&NEWOBJ)?;
            self.encoder.before_tuple(args + 1);
            self.global(class)?;
        } else {
            self.global(class)?;
            self.encoder.before_tuple(args);
        }
        let in_key = std::mem::take(&mut self.in_key);
        Ok(Call { class, callable, args, identity, in_key, setter: None, index: 0 })
    }

    /// As [`begin_call`](Saver::begin_call) and [`begin_new`](Saver::begin_new), for a class or
    /// function whose name is known at run time only. Such an object has a state by
    /// [`end_with_state`](Saver::end_with_state).
    ///
    /// ```
    /// use pickle_core::{Callable, Reduce, Result, Saver};
    ///
    /// /// What any function makes of a number.
    /// struct Applied(&'static str, &'static str, i64);
    ///
    /// impl Reduce for Applied {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         let mut call = saver.begin_dynamic_call(self.0, self.1, Callable::Class, 1)?;
    ///         saver.save(&self.2)?;
    ///         saver.end_call(&mut call)?;
    ///         saver.end_object(call)
    ///     }
    /// }
    /// # assert!(pickle_core::to_vec(&Applied("fractions", "Fraction", 3)).is_ok());
    /// ```
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the protocol cannot express the name.
    pub fn begin_dynamic_call(
        &mut self,
        module: &str,
        name: &str,
        callable: Callable,
        args: usize,
    ) -> Result<Call> {
        self.enter()?;
        let identity = self.pending.take();
        let in_key = std::mem::take(&mut self.in_key);
        if callable == Callable::New && self.protocol() < Protocol::V2 {
            self.global(&NEWOBJ)?;
            self.encoder.before_tuple(args + 1);
            self.dynamic_global(module, name)?;
        } else {
            self.dynamic_global(module, name)?;
            self.encoder.before_tuple(args);
        }
        Ok(Call { class: &DYNAMIC, callable, args, identity, in_key, setter: None, index: 0 })
    }

    /// Makes an object by `cls.__new__(cls, *args, **kwargs)`: `NEWOBJ_EX`, or below protocol 4 a
    /// call of the function of `copyreg` that does the same.
    pub(crate) fn begin_dynamic_new_ex<A: Reduce, K: Reduce>(
        &mut self,
        module: &str,
        name: &str,
        args: &A,
        kwargs: &K,
    ) -> Result<Call> {
        self.enter()?;
        let identity = self.pending.take();
        let in_key = std::mem::take(&mut self.in_key);
        let is_opcode = self.protocol() >= Protocol::V4;
        if !is_opcode {
            self.global(&NEWOBJ_EX)?;
            self.encoder.before_tuple(3);
        }
        self.dynamic_global(module, name)?;
        self.save(args)?;
        self.save(kwargs)?;
        if is_opcode {
            self.encoder.op(op::NEWOBJ_EX);
        } else {
            self.encoder.after_tuple(3);
            self.encoder.op(op::REDUCE);
        }
        self.memoize_as(identity);
        let call = Call {
            class: &DYNAMIC,
            callable: Callable::New,
            args: 0,
            identity: None,
            in_key,
            setter: None,
            index: 0,
        };
        Ok(call)
    }

    /// Ends the arguments and makes the object.
    ///
    /// # Errors
    /// None at present.
    #[inline]
    pub fn end_call(&mut self, call: &mut Call) -> Result<()> {
        match call.callable {
            Callable::New if self.protocol() >= Protocol::V2 => {
                self.encoder.after_tuple(call.args);
                self.encoder.op(op::NEWOBJ);
            }
            Callable::New => {
                self.encoder.after_tuple(call.args + 1);
                self.encoder.op(op::REDUCE);
            }
            Callable::Class => {
                self.encoder.after_tuple(call.args);
                self.encoder.op(op::REDUCE);
            }
        }
        self.memoize_object(call);
        Ok(())
    }

    /// Begins the state of an object: a dict with this many attributes.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn begin_state(&mut self, call: &Call, attributes: usize) -> Result<Instance> {
        if attributes > 0 {
            self.begin_attributes(attributes);
        }
        Ok(self.instance(call, attributes))
    }

    /// The dict that attributes go into.
    pub(super) fn begin_attributes(&mut self, attributes: usize) {
        self.encoder.empty_dict();
        if attributes > 1 && self.encoder.is_binary() {
            self.encoder.op(op::MARK);
        }
    }

    /// The token for attributes of an object whose class was written.
    pub(super) fn instance(&self, call: &Call, attributes: usize) -> Instance {
        let keys = self.memo.classes.get(call.class).map_or(usize::MAX, |shape| shape.keys);
        Instance { class: call.class, keys, attributes, in_key: call.in_key }
    }

    /// Writes one attribute: its name, from the memo if it was written before, and its value.
    ///
    /// # Errors
    /// As [`Reduce::reduce`].
    #[inline]
    pub fn attribute<T: ?Sized + Reduce>(
        &mut self,
        instance: &Instance,
        index: usize,
        value: &T,
    ) -> Result<()> {
        let known = self.memo.keys.get(instance.keys.wrapping_add(index));
        match known.map(|index| u8::try_from(*index)) {
            Some(Ok(index)) => self.named(Name::new([op::BINGET, index]), value)?,
            _ => {
                self.attribute_name(instance, index)?;
                self.save(value)?;
            }
        }
        if !self.encoder.is_binary() {
            self.encoder.op(op::SETITEM);
        }
        Ok(())
    }

    #[inline(never)]
    fn attribute_name(&mut self, instance: &Instance, attribute: usize) -> Result<()> {
        let slot = instance.keys.wrapping_add(attribute);
        let name = instance.class.attributes.get(attribute).copied().unwrap_or_default();
        let Some(known) = self.memo.keys.get_mut(slot) else { return self.encoder.unicode(name) };
        if *known != UNWRITTEN {
            self.encoder.get(*known);
            return Ok(());
        }
        let index = self.memo.len;
        if !self.encoder.memoized(name) {
            self.encoder.unicode(name)?;
            if !self.encoder.is_binary() {
                return Ok(());
            }
            self.encoder.put(index);
        }
        *known = index;
        self.memo.len += 1;
        Ok(())
    }

    /// Ends the attributes and the object.
    ///
    /// # Errors
    /// None at present.
    #[inline]
    pub fn end_instance(&mut self, instance: Instance) -> Result<()> {
        self.leave();
        self.in_key = instance.in_key;
        match instance.attributes {
            0 => {}
            1 if instance.class.is_dict && self.encoder.is_binary() => {
                self.encoder.op(op::SETITEM);
            }
            _ if instance.class.is_dict && self.encoder.is_binary() => {
                self.encoder.op(op::SETITEMS);
            }
            // Each entry has an instruction of its own in text.
            _ if instance.class.is_dict => {}
            n if !self.encoder.is_binary() => {
                debug_assert!(n > 0);
                self.encoder.op(op::BUILD);
            }
            1 => self.encoder.code([op::SETITEM, op::BUILD]),
            _ => self.encoder.code([op::SETITEMS, op::BUILD]),
        }
        Ok(())
    }

    /// Ends an object without state.
    ///
    /// # Errors
    /// None at present.
    #[inline]
    pub fn end_object(&mut self, call: Call) -> Result<()> {
        self.leave();
        self.in_key = call.in_key;
        Ok(())
    }

    /// Writes an object that is made by a call and nothing else, with its arguments as a tuple.
    ///
    /// The unit `()` is Python's `None` and no empty tuple; a call without arguments is written by
    /// [`begin_call`](Saver::begin_call) with none.
    ///
    /// # Errors
    /// As [`Reduce::reduce`].
    pub fn save_call<A: ?Sized + Reduce>(&mut self, class: &'static Class, args: &A) -> Result<()> {
        self.enter()?;
        let identity = self.pending.take();
        let in_key = std::mem::take(&mut self.in_key);
        self.global(class)?;
        self.save(args)?;
        self.in_key = in_key;
        self.encoder.op(op::REDUCE);
        self.memoize_as(identity);
        self.leave();
        Ok(())
    }

    /// Writes an object as the registry says: by its persistent id, or by the reducer for its type.
    #[doc(hidden)]
    #[inline]
    pub fn overridden<T: 'static>(&mut self, value: &T) -> Option<Result<()>> {
        let registry = self.registry()?;
        // A base is attributes, whatever its type is elsewhere.
        if self.pending == Some(Identity::BASE) {
            return None;
        }
        if let Some(id) = registry.persistent_id(value) {
            return Some(self.persistent_id(&*id));
        }
        if !registry.knows::<T>() {
            return None;
        }
        registry.reduce(value, self)
    }
}
