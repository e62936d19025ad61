//! The parts of a reduction that few classes have: keyword arguments, states that are no dict, and
//! state setters.

use crate::class::{Class, StateForm};
use crate::error::Result;
use crate::opcode::op;
use crate::pickler::global::GETATTR;
use crate::pickler::identity::{Identity, Progress};
use crate::pickler::memo::UNWRITTEN;
use crate::pickler::object::{Call, Callable, Instance};
use crate::pickler::saver::Saver;
use crate::protocol::Protocol;
use crate::reduce::Reduce;

static PARTIAL: Class = Class::new("functools", "partial");

impl Call {
    /// Has the state given to a function, as `setter(object, state)`, in place of `BUILD`: the
    /// sixth part of a reduction (`save_reduce` of `pickle.py`, since CPython 3.8).
    ///
    /// ```
    /// use pickle_core::{Class, Reduce, Result, Saver};
    ///
    /// static CELL: Class = Class::new("cells", "Cell");
    /// static FILL: Class = Class::new("cells", "fill");
    ///
    /// struct Cell(u8);
    ///
    /// impl Reduce for Cell {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         let mut call = saver.begin_new(&CELL, 0)?.with_setter(&FILL);
    ///         saver.end_call(&mut call)?;
    ///         saver.end_with_state(call, &self.0)
    ///     }
    /// }
    /// # let pickle = pickle_core::to_vec(&Cell(7)).unwrap();
    /// # assert!(pickle.ends_with(b"fill\x93\x94h\x01K\x07\x86R0."));
    /// ```
    pub fn with_setter(mut self, setter: &'static Class) -> Call {
        self.setter = Some(setter);
        self
    }
}

impl Saver<'_> {
    /// Memoizes an object that was just made, if something may refer to it.
    #[inline]
    pub(super) fn memoize_object(&mut self, call: &mut Call) {
        let identity = call.identity.take();
        if call.setter.is_none() {
            return self.memoize_as(identity);
        }
        call.index = self.memoize();
        if let Some(identity) = identity {
            self.memo.identities.set(identity, Progress::Memoized(call.index));
        }
    }

    /// Begins an object that is made by `cls.__new__(cls, *args, **kwargs)` with this many
    /// positional arguments, which follow by [`save`](Saver::save).
    ///
    /// That is `NEWOBJ_EX`, and below protocol 4 `functools.partial(cls.__new__, cls, *args,
    /// **kwargs)()` (`save_reduce` of `pickle.py`).
    ///
    /// ```
    /// use pickle_core::{Class, Reduce, Result, Saver};
    ///
    /// static COLOUR: Class = Class::new("paint", "Colour").attributes(&["alpha"]);
    ///
    /// /// Python's `Colour.__new__(Colour, name, alpha=alpha)`.
    /// struct Colour(String, f64);
    ///
    /// impl Reduce for Colour {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         let mut call = saver.begin_new_ex(&COLOUR, 1)?;
    ///         saver.save(&self.0)?;
    ///         let keywords = saver.begin_keywords(&mut call, 1)?;
    ///         saver.attribute(&keywords, 0, &self.1)?;
    ///         saver.end_keywords(&mut call, keywords)?;
    ///         saver.end_object(call)
    ///     }
    /// }
    /// # assert!(pickle_core::to_vec(&Colour("red".to_owned(), 1.0)).is_ok());
    /// ```
    ///
    /// # Errors
    /// When the limit of nesting is reached, or the protocol cannot express the name.
    pub fn begin_new_ex(&mut self, class: &'static Class, args: usize) -> Result<Call> {
        self.enter()?;
        let identity = self.pending.take();
        if self.protocol() >= Protocol::V4 {
            self.global(class)?;
            self.encoder.before_tuple(args);
        } else {
            self.begin_partial(class, args)?;
        }
        let in_key = std::mem::take(&mut self.in_key);
        let callable = Callable::New;
        Ok(Call { class, callable, args, identity, in_key, setter: None, index: 0 })
    }

    /// `partial(cls.__new__)`, and its state up to the arguments (`functools.partial.__reduce__`).
    fn begin_partial(&mut self, class: &'static Class, args: usize) -> Result<()> {
        self.global(&PARTIAL)?;
        self.encoder.before_tuple(1);
        self.global(&GETATTR)?;
        self.encoder.before_tuple(2);
        self.global(class)?;
        self.encoder.unicode("__new__")?;
        self.encoder.after_tuple(2);
        self.encoder.op(op::REDUCE);
        let function = self.memoize();
        self.encoder.after_tuple(1);
        self.encoder.op(op::REDUCE);
        self.encoder.before_tuple(4);
        self.encoder.get(function);
        self.encoder.before_tuple(args + 1);
        self.global(class)
    }

    /// Ends the positional arguments and begins this many by keyword, which follow by
    /// [`attribute`](Saver::attribute).
    ///
    /// # Errors
    /// None at present.
    pub fn begin_keywords(&mut self, call: &mut Call, keywords: usize) -> Result<Instance> {
        let class = usize::from(self.protocol() < Protocol::V4);
        self.encoder.after_tuple(call.args + class);
        self.begin_attributes(keywords);
        Ok(self.instance(call, keywords))
    }

    /// Ends the keyword arguments and makes the object.
    ///
    /// # Errors
    /// None at present.
    pub fn end_keywords(&mut self, call: &mut Call, keywords: Instance) -> Result<()> {
        self.end_attributes(&keywords);
        if self.protocol() >= Protocol::V4 {
            self.encoder.op(op::NEWOBJ_EX);
        } else {
            self.encoder.none();
            self.encoder.after_tuple(4);
            self.encoder.op(op::BUILD);
            self.encoder.before_tuple(0);
            self.encoder.after_tuple(0);
            self.encoder.op(op::REDUCE);
        }
        self.memoize_object(call);
        Ok(())
    }

    /// Closes a dict of attributes.
    fn end_attributes(&mut self, instance: &Instance) {
        if self.encoder.is_binary() {
            match instance.attributes {
                0 => {}
                1 => self.encoder.op(op::SETITEM),
                _ => self.encoder.op(op::SETITEMS),
            }
        }
    }

    /// Begins the state of an object in the form that its class has: [`StateForm::Dict`] or
    /// [`StateForm::Slots`]. This many attributes follow by [`attribute`](Saver::attribute).
    ///
    /// ```
    /// use pickle_core::{Class, Reduce, Result, Saver, StateForm};
    ///
    /// static PIXEL: Class =
    ///     Class::new("shapes", "Pixel").attributes(&["x", "y"]).state(StateForm::Slots);
    ///
    /// struct Pixel(u8, u8);
    ///
    /// impl Reduce for Pixel {
    ///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
    ///         let mut call = saver.begin_new(&PIXEL, 0)?;
    ///         saver.end_call(&mut call)?;
    ///         let state = saver.begin_formed_state(&call, 2)?;
    ///         saver.attribute(&state, 0, &self.0)?;
    ///         saver.attribute(&state, 1, &self.1)?;
    ///         saver.end_formed_state(call, state)
    ///     }
    /// }
    /// # let pickle = pickle_core::to_vec(&Pixel(1, 2)).unwrap();
    /// # assert!(pickle.ends_with(b"K\x02u\x86b."));
    /// ```
    ///
    /// # Errors
    /// When the name of the state setter cannot be written.
    pub fn begin_formed_state(&mut self, call: &Call, attributes: usize) -> Result<Instance> {
        if attributes > 0 || call.setter.is_some() {
            self.begin_state_value(call)?;
            if call.class.state == StateForm::Slots {
                self.encoder.before_tuple(2);
                self.encoder.none();
            }
            self.begin_attributes(attributes);
        }
        Ok(self.instance(call, attributes))
    }

    /// Ends the state and the object.
    ///
    /// # Errors
    /// None at present.
    pub fn end_formed_state(&mut self, call: Call, state: Instance) -> Result<()> {
        if state.attributes == 0 && call.setter.is_none() {
            return self.end_object(call);
        }
        self.end_attributes(&state);
        if call.class.state == StateForm::Slots {
            self.encoder.after_tuple(2);
        }
        self.end_state_value(call)
    }

    /// Writes the attributes of a base among those of an object.
    pub(crate) fn base<T: Reduce>(&mut self, _instance: &Instance, base: &T) -> Result<()> {
        self.pending = Some(Identity::BASE);
        let result = self.save(base);
        self.pending = None;
        result
    }

    /// Begins the attributes of a base, whose names have places of their own in the memo.
    pub(super) fn begin_base(&mut self, class: &'static Class) -> Result<Instance> {
        self.enter()?;
        self.pending = None;
        let end = self.memo.keys.len();
        let keys = *self.memo.bases.entry(std::ptr::from_ref(class) as usize).or_insert(end);
        if keys == end {
            let names = class.attributes.len();
            self.memo.keys.resize(end + names, UNWRITTEN);
        }
        // No attributes of its own, so that its end closes no dict.
        Ok(Instance { class, keys, attributes: 0, in_key: self.in_key })
    }

    /// Begins an instance whose attributes are in slots: the object with its state, or attributes
    /// among those of an object of which it is a base.
    ///
    /// # Errors
    /// As [`begin_new`](Saver::begin_new).
    #[doc(hidden)]
    pub fn begin_slotted(
        &mut self,
        class: &'static Class,
        attributes: usize,
    ) -> Result<(Option<Call>, Instance)> {
        if self.pending == Some(Identity::BASE) {
            return Ok((None, self.begin_base(class)?));
        }
        let mut call = self.begin_new(class, 0)?;
        self.end_call(&mut call)?;
        let state = self.begin_formed_state(&call, attributes)?;
        Ok((Some(call), state))
    }

    /// Ends what [`begin_slotted`](Saver::begin_slotted) began.
    ///
    /// # Errors
    /// None at present.
    #[doc(hidden)]
    pub fn end_slotted(&mut self, call: Option<Call>, state: Instance) -> Result<()> {
        match call {
            Some(call) => self.end_formed_state(call, state),
            None => self.end_instance(state),
        }
    }

    /// Announces the state as one value, which follows.
    ///
    /// # Errors
    /// When the name of the state setter cannot be written.
    pub fn begin_state_value(&mut self, call: &Call) -> Result<()> {
        if let Some(setter) = call.setter {
            self.global(setter)?;
            self.encoder.before_tuple(2);
            self.encoder.get(call.index);
        }
        Ok(())
    }

    /// Gives the object the state just written, and ends it.
    ///
    /// # Errors
    /// None at present.
    pub fn end_state_value(&mut self, call: Call) -> Result<()> {
        if call.setter.is_some() {
            self.encoder.after_tuple(2);
            self.encoder.code([op::REDUCE, op::POP]);
        } else {
            self.encoder.op(op::BUILD);
        }
        self.end_object(call)
    }

    /// Ends an object whose state is one value of any type, as its `__setstate__` takes it.
    ///
    /// # Errors
    /// As [`Reduce::reduce`].
    pub fn end_with_state<T: ?Sized + Reduce>(&mut self, call: Call, state: &T) -> Result<()> {
        self.begin_state_value(&call)?;
        self.save(state)?;
        self.end_state_value(call)
    }
}
