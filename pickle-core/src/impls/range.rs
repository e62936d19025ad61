//! Ranges: Python's `range` for integers with two ends, `slice` for the others.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo};

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::wire::integer::Integer;

pub(crate) static RANGE: Class = Class::new("builtins", "range").aliases(&[
    ("__builtin__", "xrange"),
    ("__builtin__", "range"),
    ("builtins", "xrange"),
]);

pub(crate) static SLICE: Class =
    Class::new("builtins", "slice").aliases(&[("__builtin__", "slice")]);

impl<T: Reduce + Integer> Reduce for Range<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&RANGE, &(self.start, self.end, 1u8))
    }
}

fn load_range<'de, T: Reconstruct<'de>, L: Loader<'de>>(loader: &mut L) -> Result<(T, T)> {
    let (start, end, step) = loader.load_call::<(T, T, i64)>(&RANGE)?;
    if step == 1 { Ok((start, end)) } else { Err(loader.mismatch("range with step 1")) }
}

impl<'de, T: Reconstruct<'de> + Integer> Reconstruct<'de> for Range<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        load_range(loader).map(|(start, end)| start..end)
    }
}

/// Python's ranges exclude their end, so it is one more there.
impl<T: Reduce + Integer> Reduce for RangeInclusive<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let end = i128::from_long(&self.end().to_long()).and_then(|end| end.checked_add(1));
        let end = end.ok_or_else(|| {
            Error::unrepresentable(
                "a range that ends at the largest integer",
                "one that ends before",
            )
        })?;
        saver.save_call(&RANGE, &(*self.start(), end, 1u8))
    }
}

impl<'de, T: Reconstruct<'de> + Integer> Reconstruct<'de> for RangeInclusive<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (start, end) = load_range::<i128, L>(loader)?;
        let last = end.checked_sub(1).and_then(|last| T::from_long(&last.to_long()));
        let start = T::from_long(&start.to_long());
        match (start, last) {
            (Some(start), Some(last)) => Ok(start..=last),
            _ => Err(loader.mismatch(&format!("range of {}", T::NAME))),
        }
    }
}

type Slice<A, B> = (Option<A>, Option<B>, Option<i64>);

/// A slice of which some ends are open.
macro_rules! slices {
    ($([$($generics:tt)*] $t:ty as $name:literal, $start:ty, $end:ty;
       $value:ident => $parts:expr; $pattern:pat => $made:expr;)*) => {$(
        impl<$($generics)*: Reduce> Reduce for $t {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                let $value = self;
                saver.save_call(&SLICE, &$parts)
            }
        }

        impl<'de, $($generics)*: Reconstruct<'de>> Reconstruct<'de> for $t {
            const STARTS: Starts = Starts::OBJECT;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                match loader.load_call::<Slice<$start, $end>>(&SLICE)? {
                    $pattern => Ok($made),
                    _ => Err(loader.mismatch($name)),
                }
            }
        }
    )*};
}

slices! {
    [T] RangeFrom<T> as "slice with a start alone", T, ();
        range => (Some(&range.start), (), ());
        (Some(start), None, None | Some(1)) => start..;
    [T] RangeTo<T> as "slice with an end alone", (), T;
        range => ((), Some(&range.end), ());
        (None, Some(end), None | Some(1)) => ..end;
}

impl Reduce for RangeFull {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&SLICE, &((), (), ()))
    }
}

impl<'de> Reconstruct<'de> for RangeFull {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        match loader.load_call::<Slice<(), ()>>(&SLICE)? {
            (None, None, None | Some(1)) => Ok(..),
            _ => Err(loader.mismatch("slice with open ends")),
        }
    }
}
