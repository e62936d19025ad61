//! The trait of values that can be pickled.

use std::any::Any;

use crate::error::Result;
use crate::pickler::{Fixed, LaneWriter, Name, Saver, Stencil};
use crate::stack::deeper;

/// A value that can be pickled: what `copyreg` calls a reducer.
///
/// `#[derive(Reduce)]` writes it together with [`Reconstruct`](crate::Reconstruct). An
/// implementation describes the value to a [`Saver`] as exactly one Python value, and never sees
/// an opcode:
///
/// ```
/// use pickle_core::{Class, Reduce, Result, Saver};
///
/// struct Celsius(f64);
///
/// static CELSIUS: Class = Class::new("weather", "Celsius");
///
/// impl Reduce for Celsius {
///     // As `return (Celsius, (self.degrees,))` in a Python `__reduce__`.
///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
///         let mut call = saver.begin_call(&CELSIUS, 1)?;
///         saver.save(&self.0)?;
///         saver.end_call(&mut call)?;
///         saver.end_object(call)
///     }
/// }
/// # assert_eq!(pickle_core::to_vec(&Celsius(1.0)).unwrap().last(), Some(&b'.'));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be pickled: it does not implement `Reduce`",
    label = "this type has no reducer",
    note = "add `#[derive(Reduce)]` to `{Self}` if it is yours",
    note = "for a type of another crate, put `#[reduce(with = module)]` on the field, or \
            `#[reduce(skip)]` to leave the field out"
)]
pub trait Reduce {
    /// Describes the value to the saver, as exactly one Python value.
    ///
    /// # Errors
    /// What the saver returns, and [`Error::custom`](crate::Error::custom) for reasons of your own.
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()>;

    /// Describes the value behind its attribute name in the fast lane.
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
    #[doc(hidden)]
    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.spell(name, self)
    }

    /// What all values have in common in the fast lane.
    #[doc(hidden)]
    #[inline(always)]
    fn fixed() -> Fixed
    where
        Self: Sized,
    {
        Fixed::NONE
    }

    /// Fills in what they do not have in common.
    #[doc(hidden)]
    #[inline(always)]
    fn reduce_fixed(&self, _at: usize, _stencil: &mut Stencil<'_>)
    where
        Self: Sized,
    {
    }

    /// Describes a slice of such values behind its attribute name in the fast lane.
    ///
    /// # Errors
    /// As [`reduce_slice`](Reduce::reduce_slice).
    #[doc(hidden)]
    #[inline]
    fn reduce_slice_lane(
        items: &[Self],
        form: Sequence,
        name: Name,
        lane: &mut LaneWriter<'_, '_>,
    ) -> Result<()>
    where
        Self: Sized,
    {
        lane.slice(name, items, form)
    }

    /// Describes instances of a class in the fast lane: the items of a list, or one behind its
    /// attribute name.
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
    #[doc(hidden)]
    #[inline]
    fn reduce_records<const IN_LIST: bool>(
        items: &[Self],
        name: Name,
        lane: &mut LaneWriter<'_, '_>,
    ) -> Result<()>
    where
        Self: Sized,
    {
        items.iter().try_for_each(|item| lane.spell(name, item))
    }

    /// Describes items of a list in the fast lane.
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
    #[doc(hidden)]
    #[inline]
    fn reduce_items(items: &[Self], lane: &mut LaneWriter<'_, '_>) -> Result<()>
    where
        Self: Sized,
    {
        // Values of a fixed length hold no pointers and no containers.
        if Self::fixed().is_some() { lane.each(items) } else { deeper(|| lane.each(items)) }
    }

    /// Describes a slice of such values.
    ///
    /// A list or a tuple by default. `u8` makes it `bytes`, here and in
    /// [`reduce_slice_lane`](Reduce::reduce_slice_lane).
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
    #[doc(hidden)]
    fn reduce_slice(items: &[Self], form: Sequence, saver: &mut Saver<'_>) -> Result<()>
    where
        Self: Sized,
    {
        match form {
            Sequence::List => {
                let mut list = saver.begin_list(items.len())?;
                deeper(|| saver.items(&mut list, items))?;
                saver.end_list(list)
            }
            Sequence::Tuple => {
                let tuple = saver.begin_tuple(items.len())?;
                saver.elements(items)?;
                saver.end_tuple(tuple)
            }
        }
    }

    /// Whether each value is one instruction, and so the same where Python has to hash it.
    #[doc(hidden)]
    #[inline(always)]
    fn is_atom() -> bool
    where
        Self: Sized,
    {
        false
    }
}

/// A supertrait for traits whose objects are pickled, such as `Box<dyn Shape>`.
///
/// Whatever is [`Reduce`] and does not borrow has it; see
/// [`Registry::implementor`](crate::Registry::implementor) for an example.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be pickled behind a trait object: it does not implement `Reduce`, \
               or it borrows",
    label = "this type has no reducer, or a lifetime",
    note = "for a trait, make it a supertrait: `trait Shape: pickle_core::DynReduce`",
    note = "for a type of your own, add `#[derive(Reduce)]`"
)]
pub trait DynReduce: Reduce + Any {
    /// The value with its type forgotten. The name is long so that it is nobody else's.
    #[doc(hidden)]
    fn reduce_as_any(&self) -> &dyn Any;
}

impl<T: Reduce + Any> DynReduce for T {
    fn reduce_as_any(&self) -> &dyn Any {
        self
    }
}

/// Lets `Box<dyn Trait>`, `Rc<dyn Trait>` and `Arc<dyn Trait>` be made from pickles, also with
/// `Send` and `Sync`. The trait has [`DynReduce`](crate::DynReduce) as a supertrait, and
/// [`Registry::implementor`](crate::Registry::implementor) says which types there are.
///
/// ```
/// trait Shape: pickle_core::DynReduce {}
/// pickle_core::trait_object!(Shape);
/// ```
#[macro_export]
macro_rules! trait_object {
    (@ $trait:path $(, $auto:ident)*) => {
        impl<__T> $crate::TraitObject<__T> for dyn $trait $(+ $crate::private::std::marker::$auto)*
        where
            __T: $trait $(+ $crate::private::std::marker::$auto)* + 'static,
        {
            fn from_box(
                value: $crate::private::std::boxed::Box<__T>,
            ) -> $crate::private::std::boxed::Box<Self> {
                value
            }

            fn from_rc(
                value: $crate::private::std::rc::Rc<__T>,
            ) -> $crate::private::std::rc::Rc<Self> {
                value
            }

            fn from_arc(
                value: $crate::private::std::sync::Arc<__T>,
            ) -> $crate::private::std::sync::Arc<Self> {
                value
            }
        }

        impl<'de> $crate::Pointee<'de> for dyn $trait $(+ $crate::private::std::marker::$auto)* {
            const BEGINS: $crate::Starts = $crate::Starts::OBJECT;

            fn load_box<L: $crate::Loader<'de>>(
                loader: &mut L,
            ) -> $crate::Result<$crate::private::std::boxed::Box<Self>> {
                loader.load_implementor()
            }

            fn load_rc<L: $crate::Loader<'de>>(
                loader: &mut L,
            ) -> $crate::Result<$crate::private::std::rc::Rc<Self>> {
                loader.load_implementor()
            }

            fn load_arc<L: $crate::Loader<'de>>(
                loader: &mut L,
            ) -> $crate::Result<$crate::private::std::sync::Arc<Self>> {
                loader.load_implementor()
            }

            fn relink_pointee<L: $crate::Loader<'de>>(
                &self,
                loader: &mut L,
            ) -> $crate::Result<()> {
                loader.relink_implementor(self)
            }
        }
    };
    ($trait:path) => {
        $crate::trait_object!(@ $trait);
        $crate::trait_object!(@ $trait, Send);
        $crate::trait_object!(@ $trait, Sync);
        $crate::trait_object!(@ $trait, Send, Sync);
    };
}

/// Which Python sequence a slice becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// A `list`, for what can grow.
    List,
    /// A `tuple`, for what has a fixed length.
    Tuple,
}
