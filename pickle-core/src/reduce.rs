//! The trait of values that can be pickled.

use crate::error::Result;
use crate::pickler::{LaneWriter, Name, Saver};
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

    /// Describes the value behind its attribute name, so that both can be written at once.
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
    #[doc(hidden)]
    #[inline]
    fn reduce_named(&self, name: Name, saver: &mut Saver<'_>) -> Result<()> {
        saver.name(name);
        self.reduce(saver)
    }

    /// The most that the value takes in the fast lane with its attribute name; `None` if it does
    /// not fit there.
    #[doc(hidden)]
    #[inline]
    fn lane_size(&self) -> Option<usize> {
        None
    }

    /// Describes the value behind its attribute name in the fast lane, and tells whether it could.
    #[doc(hidden)]
    #[inline]
    fn reduce_lane(&self, _name: Name, _lane: &mut LaneWriter<'_>) -> bool {
        false
    }

    /// Describes a slice of such values.
    ///
    /// A list or a tuple by default; `u8` makes it `bytes`, and numbers have a faster way.
    ///
    /// # Errors
    /// As [`reduce`](Reduce::reduce).
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
                for item in items {
                    saver.save(item)?;
                }
                saver.end_tuple(tuple)
            }
        }
    }
}

/// Which Python sequence a slice becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sequence {
    /// A `list`, for what can grow.
    List,
    /// A `tuple`, for what has a fixed length.
    Tuple,
}
