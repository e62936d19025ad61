//! The handle that values are made through.

use std::borrow::Cow;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::reconstruct::{Reconstruct, Starts};
use crate::registry::{Pointer, Registry};
use crate::wire::integer::Integer;

/// The kind of Python value at which a loader stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// `None`.
    None,
    /// A `bool`.
    Bool,
    /// An `int` of any size.
    Int,
    /// A `float`.
    Float,
    /// A `str`, also the 8-bit one of Python 2.
    Str,
    /// A `bytes` or `bytearray`.
    Bytes,
    /// A `list`.
    List,
    /// A `tuple`.
    Tuple,
    /// A `dict`.
    Dict,
    /// A `set`.
    Set,
    /// A `frozenset`.
    FrozenSet,
    /// A class or function.
    Global,
    /// Anything else: an instance of a class, a persistent id, a buffer.
    Object,
}

/// An object of any class, or a class or function itself.
#[doc(hidden)]
#[derive(Debug)]
pub struct AnyObject<O> {
    /// The module of the class or function.
    pub module: String,
    /// Its qualified name.
    pub name: String,
    /// `None` for the class or function itself; for an object whether `__new__` makes it, and its
    /// parts.
    pub made: Option<(bool, O)>,
}

/// A member of a Python enum.
#[doc(hidden)]
#[derive(Debug)]
pub enum Member<O> {
    /// By its name: the index of that in [`Class::attribute_names`], and the name itself.
    Named(usize, String),
    /// By a call of the class with its value.
    Called(O),
}

/// The handle through which values are made: it stands at one Python value, and each call takes
/// that value or goes into it.
///
/// There are two, with equal results: one reads the pickle itself and predicts what comes next
/// from the types, the other walks a [`Graph`](crate::Graph) of any pickle. The trait is sealed.
///
/// Containers are walked by a pair of calls: one begins and returns a token, one moves on.
///
/// ```
/// use pickle_core::{Loader, Reconstruct, Result};
///
/// /// The sum of a list of integers.
/// struct Sum(i64);
///
/// impl<'de> Reconstruct<'de> for Sum {
///     fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
///         let mut sum = 0i64;
///         let mut items = loader.begin_list()?;
///         while loader.next_item(&mut items)? {
///             sum += loader.load::<i64>()?;
///         }
///         Ok(Sum(sum))
///     }
/// }
///
/// let pickle = b"\x80\x02](K\x01K\x02K\x04e.";
/// assert_eq!(pickle_core::from_slice::<Sum>(pickle).unwrap().0, 7);
/// ```
pub trait Loader<'de>: Sized + crate::private::Sealed {
    /// Whether the type has to say what comes next, and every error means to begin again.
    #[doc(hidden)]
    const PREDICTS: bool;

    /// A list, tuple or set that is being walked.
    type Items;
    /// A dict that is being walked.
    type Entries;
    /// A tuple of known length that is being walked.
    type Elements;
    /// An object that is being taken apart.
    type Object;

    /// Makes a value of any type from the value here.
    ///
    /// # Errors
    /// As its [`Reconstruct::reconstruct`].
    #[inline]
    fn load<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        T::reconstruct(self)
    }

    /// The kind of the value here; the value stays.
    ///
    /// # Errors
    /// When the input ends here.
    fn peek(&mut self) -> Result<Kind>;

    /// Whether the value here is a list or a tuple, as far as one can tell without going into it.
    #[doc(hidden)]
    fn peek_sequence(&mut self) -> Result<Option<Kind>>;

    /// Takes a key of a dict or a member of a set, which must be hashable in Python.
    ///
    /// # Errors
    /// As [`Reconstruct::reconstruct`].
    fn load_key<T: Reconstruct<'de>>(&mut self) -> Result<T> {
        T::reconstruct(self)
    }

    /// Passes over the value here.
    ///
    /// # Errors
    /// When the value is ill-formed.
    fn skip(&mut self) -> Result<()>;

    /// Takes `None` if the value here is it, and tells whether it was.
    ///
    /// # Errors
    /// When the input ends here.
    fn take_none(&mut self) -> Result<bool>;

    /// Takes a `bool`.
    ///
    /// # Errors
    /// When the value is none.
    fn load_bool(&mut self) -> Result<bool>;

    /// Takes an `int`.
    ///
    /// # Errors
    /// When the value is none, or does not fit.
    fn load_integer<I: Integer>(&mut self) -> Result<I>;

    /// Takes an `int` of any size, as two's complement, little endian.
    ///
    /// # Errors
    /// When the value is none.
    fn load_long(&mut self) -> Result<Cow<'de, [u8]>>;

    /// Takes a `float`, or an `int` that one can hold exactly.
    ///
    /// # Errors
    /// When the value is neither.
    fn load_f64(&mut self) -> Result<f64>;

    /// Takes a `str`; borrowed when the pickle spells it out.
    ///
    /// # Errors
    /// When the value is none, or holds a lone surrogate.
    fn load_str(&mut self) -> Result<Cow<'de, str>>;

    /// Takes a copy of a `str`.
    ///
    /// # Errors
    /// As [`load_str`](Loader::load_str).
    #[doc(hidden)]
    fn load_string(&mut self) -> Result<String> {
        self.load_str().map(Cow::into_owned)
    }

    /// Takes `bytes` or a `bytearray`; borrowed when the pickle spells it out.
    ///
    /// # Errors
    /// When the value is neither.
    fn load_bytes(&mut self) -> Result<Cow<'de, [u8]>>;

    /// Goes into a list or a tuple.
    ///
    /// # Errors
    /// When the value is neither.
    fn begin_list(&mut self) -> Result<Self::Items> {
        self.begin_items("list", Starts::ANY)
    }

    #[doc(hidden)]
    fn begin_items(&mut self, expected: &'static str, starts: Starts) -> Result<Self::Items>;

    #[doc(hidden)]
    fn items_hint<T>(&self, items: &Self::Items) -> usize;

    /// How many items to make room for, after so many and one that was just read.
    #[doc(hidden)]
    fn more_items<T: Reconstruct<'de>>(&self, _items: &Self::Items, len: usize) -> usize {
        len.max(4)
    }

    /// Goes into a set or a frozenset.
    ///
    /// # Errors
    /// When the value is neither.
    fn begin_set(&mut self) -> Result<Self::Items>;

    /// Moves to the next item; `false` after the last one, with the loader behind the container.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn next_item(&mut self, items: &mut Self::Items) -> Result<bool>;

    /// Goes into a dict.
    ///
    /// # Errors
    /// When the value is none.
    fn begin_dict(&mut self) -> Result<Self::Entries>;

    /// Moves to the next key; `false` after the last entry, with the loader behind the dict.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn next_key(&mut self, entries: &mut Self::Entries) -> Result<bool>;

    /// Moves from a key to its value.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn next_value(&mut self, entries: &mut Self::Entries) -> Result<()>;

    /// Goes into a tuple of this length, or a list of it.
    ///
    /// # Errors
    /// When the value is neither, or has another length.
    fn begin_tuple(&mut self, len: usize) -> Result<Self::Elements>;

    /// Moves to the next element.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn next_element(&mut self, elements: &mut Self::Elements) -> Result<()>;

    /// Leaves the tuple.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn end_tuple(&mut self, elements: Self::Elements) -> Result<()>;

    /// Goes into an object of this class, however it was pickled.
    ///
    /// The parts come in this order, and those that a type does not have are left out:
    /// [`begin_args`](Loader::begin_args) to [`end_args`](Loader::end_args) or
    /// [`next_keyword`](Loader::next_keyword),
    /// [`list_items`](Loader::list_items), [`dict_items`](Loader::dict_items), then either
    /// [`next_attribute`](Loader::next_attribute) until it returns `None` or
    /// [`begin_state`](Loader::begin_state), and [`end_object`](Loader::end_object).
    ///
    /// # Errors
    /// When the value is no object, or one of another class.
    #[inline]
    fn begin_object(&mut self, class: &'static Class) -> Result<Self::Object> {
        self.begin_variant(std::slice::from_ref(class)).map(|(_, object)| object)
    }

    /// Goes into an object of one of these classes, and tells of which.
    ///
    /// # Errors
    /// When the value is no object, or one of another class.
    fn begin_variant(&mut self, classes: &'static [Class]) -> Result<(usize, Self::Object)>;

    /// As [`begin_variant`](Loader::begin_variant); `None` for any other value, which stays.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn find_variant(&mut self, classes: &'static [Class]) -> Result<Option<(usize, Self::Object)>>;

    /// Takes a member of a Python enum by its name, or goes into the call that makes it.
    ///
    /// # Errors
    /// When the value is neither.
    #[doc(hidden)]
    fn begin_member(&mut self, class: &'static Class) -> Result<Member<Self::Object>>;

    /// Goes into the arguments of the call that made the object, of which `expected` are likely,
    /// and tells how many there are.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn begin_args(&mut self, object: &mut Self::Object, expected: usize) -> Result<usize>;

    /// Moves to the next argument.
    ///
    /// # Errors
    /// When there is none.
    fn next_arg(&mut self, object: &mut Self::Object) -> Result<()>;

    /// Moves to one more argument, if there is one, behind those that are always there.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn more_args(&mut self, object: &mut Self::Object) -> Result<bool>;

    /// Leaves the arguments, all of which must have been taken.
    ///
    /// # Errors
    /// When there are more.
    fn end_args(&mut self, object: &mut Self::Object) -> Result<()>;

    /// Leaves the arguments as [`end_args`](Loader::end_args) does, and goes on to those by
    /// keyword: [`next_keyword`](Loader::next_keyword) follows until it returns `None`.
    ///
    /// # Errors
    /// When there are more.
    fn begin_keywords(&mut self, object: &mut Self::Object) -> Result<()>;

    /// Moves to the value of the next keyword argument, and tells its index in
    /// [`Class::attribute_names`]; the number of attributes for one that the class does not know,
    /// `None` after the last one.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn next_keyword(&mut self, object: &mut Self::Object) -> Result<Option<usize>>;

    /// Goes into the list items of the object: those of a subclass of `list`, or of a `deque`.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn list_items(&mut self, object: &mut Self::Object, starts: Starts) -> Result<Self::Items>;

    /// Goes into the dict items of the object: those of a subclass of `dict`.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn dict_items(&mut self, object: &mut Self::Object) -> Result<Self::Entries>;

    /// Moves to the value of the next attribute in the object's state, and tells its index in
    /// [`Class::attribute_names`]; the number of attributes for one that the class does not know,
    /// `None` after the last one.
    ///
    /// # Errors
    /// When the state is no dict and no pair of dicts.
    fn next_attribute(&mut self, object: &mut Self::Object) -> Result<Option<usize>>;

    /// Moves to the state of the object as one value, and tells whether there is one.
    ///
    /// # Errors
    /// When the input is ill-formed.
    fn begin_state(&mut self, object: &mut Self::Object) -> Result<bool>;

    /// Leaves the object.
    ///
    /// # Errors
    /// When a part of it was not taken.
    fn end_object(&mut self, object: Self::Object) -> Result<()>;

    /// Runs `make` where the object is, so that the next object to begin is a base of it: a struct
    /// of which it has the attributes, whatever its class is.
    ///
    /// # Errors
    /// As `make`.
    #[doc(hidden)]
    fn in_base<T>(
        &mut self,
        object: &mut Self::Object,
        make: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T>;

    /// Takes a tuple of integers.
    ///
    /// # Errors
    /// When the value is none, or one of them does not fit.
    #[doc(hidden)]
    fn load_integers(&mut self) -> Result<Vec<usize>> {
        self.load()
    }

    /// Goes into an object of whatever class, or takes a class or function.
    ///
    /// # Errors
    /// When the value is neither, or an object that has no name for what is called.
    #[doc(hidden)]
    fn begin_any(&mut self) -> Result<AnyObject<Self::Object>>;

    /// Moves to the keyword arguments of the object as a dict, and tells whether there are any.
    ///
    /// # Errors
    /// When the input is ill-formed.
    #[doc(hidden)]
    fn begin_kwargs(&mut self, object: &mut Self::Object) -> Result<bool>;

    /// Counts work that is more than in proportion to the pickle.
    ///
    /// # Errors
    /// When it is too much.
    #[doc(hidden)]
    fn spend(&mut self, _steps: usize) -> Result<()> {
        Ok(())
    }

    /// Whether the value here, which is [`Kind::Bytes`], is a `bytearray`.
    ///
    /// # Errors
    /// When the input ends here.
    #[doc(hidden)]
    fn peek_bytearray(&mut self) -> Result<bool>;

    /// Begins one level of a tree, which must not contain itself.
    ///
    /// # Errors
    /// When it does.
    #[doc(hidden)]
    fn begin_tree(&mut self) -> Result<()> {
        Ok(())
    }

    /// Ends the level of a tree that was begun last.
    #[doc(hidden)]
    fn end_tree(&mut self) {}

    /// Leaves the pickle to the general route, where this does nothing.
    ///
    /// # Errors
    /// On the predictive route.
    #[doc(hidden)]
    fn general_only(&mut self) -> Result<()> {
        Ok(())
    }

    /// Makes a value from another pickle, which stands for the object here and cannot be borrowed
    /// from.
    ///
    /// # Errors
    /// As its [`Reconstruct::reconstruct`]; always on the predictive route.
    #[doc(hidden)]
    fn reread<T: Reconstruct<'de>>(&mut self, pickle: &[u8]) -> Result<T>;

    /// Whether the loader stands at the beginning of such a pickle; the first time.
    #[doc(hidden)]
    fn take_reread(&mut self) -> bool {
        false
    }

    /// Takes an object that is made by a call with arguments and nothing else.
    ///
    /// # Errors
    /// When the value is no such object, or the arguments have another number or type.
    fn load_call<A: Arguments<'de>>(&mut self, class: &'static Class) -> Result<A> {
        let mut object = self.begin_object(class)?;
        let found = self.begin_args(&mut object, A::COUNT)?;
        let arguments = A::load(self, &mut object, found)?;
        self.end_args(&mut object)?;
        self.end_object(object)?;
        Ok(arguments)
    }

    /// Takes the persistent id of an object that is not in the pickle.
    ///
    /// # Errors
    /// When the value is none, and as [`Reconstruct::reconstruct`] of the id.
    fn load_persistent_id<I: Reconstruct<'de>>(&mut self) -> Result<I>;

    /// Whether the value here is a persistent id, as far as one can tell without going into it.
    #[doc(hidden)]
    fn is_persistent_id(&self) -> bool {
        false
    }

    /// Takes the value here as a shared pointer: the same one for every reference to one object.
    ///
    /// # Errors
    /// When `make` fails, or the value is still being made further out.
    fn load_shared<P: Clone + 'static>(
        &mut self,
        make: impl FnOnce(&mut Self) -> Result<P>,
    ) -> Result<P>;

    /// Takes a class or function itself, if `find` knows its module and name, which are those of
    /// Python 3.
    ///
    /// # Errors
    /// When the value is no such thing.
    #[doc(hidden)]
    fn load_global<T>(
        &mut self,
        find: impl FnOnce(Option<&Registry>, &str, &str) -> Option<T>,
        expected: impl FnOnce() -> String,
    ) -> Result<T>;

    /// Makes the value here behind a pointer to a trait object, by the type that the registry has
    /// for its class.
    ///
    /// # Errors
    /// When there is none, and as [`Reconstruct::reconstruct`] of that type.
    #[doc(hidden)]
    fn load_implementor<P: Pointer>(&mut self) -> Result<P>;

    /// Fills the cells in a value behind a pointer to a trait object.
    ///
    /// # Errors
    /// As [`Reconstruct::relink`].
    #[doc(hidden)]
    fn relink_implementor<D: ?Sized + 'static>(&mut self, value: &D) -> Result<()>;

    /// Makes a value that will live in a cell, so that it may stay vacant for now when it leads
    /// back to an object that is still being made.
    ///
    /// # Errors
    /// As its [`Reconstruct::reconstruct`].
    fn load_in_cell<T: Reconstruct<'de>>(&mut self) -> Result<T>;

    /// Makes the value here again if it was left vacant.
    ///
    /// # Errors
    /// As its [`Reconstruct::reconstruct`].
    fn refill<T: Reconstruct<'de>>(&mut self) -> Result<Option<T>>;

    /// Whether the object here was not relinked yet behind a pointer of this type. In Python a pointer
    /// to a pointer is what that points to, so one object may be there by several types.
    #[doc(hidden)]
    fn first_visit<P: 'static>(&mut self) -> bool {
        false
    }

    /// Runs `first`, and `second` from the same place if it fails.
    ///
    /// # Errors
    /// When both fail: the error of the one that came further.
    fn either<T>(
        &mut self,
        first: impl FnOnce(&mut Self) -> Result<T>,
        second: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T>;

    /// Takes a record in the fast lane, if it is spelled as the last one.
    ///
    /// # Errors
    /// As its [`Reconstruct::reconstruct`].
    #[doc(hidden)]
    #[inline]
    fn lane<T: Reconstruct<'de>>(&mut self) -> Result<Option<T>> {
        Ok(None)
    }

    /// Takes items as far as they come in batches.
    ///
    /// # Errors
    /// As their [`Reconstruct::reconstruct`].
    #[doc(hidden)]
    #[inline]
    fn batches<T: Reconstruct<'de>>(
        &mut self,
        _items: &mut Self::Items,
        _vec: &mut Vec<T>,
    ) -> Result<()> {
        Ok(())
    }

    /// Runs `make`. If it fails, the error gets the place at which the loader stands now, and the
    /// loader goes back there.
    ///
    /// # Errors
    /// As `make`.
    #[doc(hidden)]
    fn located<T>(&mut self, make: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        make(self)
    }

    /// Whether the value here is an object that [`begin_dict`](Loader::begin_dict) goes into.
    #[doc(hidden)]
    fn is_mapping(&self) -> bool {
        false
    }

    /// An error that says what was found here instead of what was expected.
    fn mismatch(&mut self, expected: &str) -> Error;

    /// Gives an error the place at which the loader stands.
    fn locate(&self, error: Error) -> Error;

    /// Makes the value here by the constructor that the registry has for its type, if it has one.
    fn overridden<T: 'static>(&mut self) -> Option<Result<T>>;

    /// The name of the attribute at which the loader stands.
    #[doc(hidden)]
    fn attribute_name(&self) -> String;

    /// A few attributes of the object where the loader stands that its class does not know.
    #[doc(hidden)]
    fn unknown_attributes(&self, _class: &'static Class) -> Vec<String> {
        Vec::new()
    }
}

/// A tuple of arguments of a call.
pub trait Arguments<'de>: Sized {
    /// How many there are.
    const COUNT: usize;

    /// Takes the arguments of an object of which `found` were found.
    ///
    /// # Errors
    /// When the number or the type of one differs.
    fn load<L: Loader<'de>>(loader: &mut L, object: &mut L::Object, found: usize) -> Result<Self>;
}
