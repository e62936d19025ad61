//! Tuples: Python's `tuple`, and the argument lists of calls.

#![allow(non_snake_case, reason = "the variables of the macros are named for the types")]

use crate::error::Result;
use crate::loader::{Arguments, Loader};
use crate::pickler::{Fixed, LaneWriter, Name, Saver, Stencil};
use crate::private::{Constructor, SaveArguments, wrong_arguments};
use crate::reconstruct::Reconstruct;
use crate::reduce::Reduce;
use crate::unpickler::LaneReader;

/// The first element goes behind the name that a short tuple has.
macro_rules! lane_elements {
    ($name:ident, $lane:ident, $first:expr $(, $rest:expr)*) => {
        $first.reduce_lane($name, $lane)?;
        $($rest.reduce_lane(Name::NONE, $lane)?;)*
    };
}

macro_rules! tuples {
    ($($count:literal: $($t:ident $index:tt),*;)*) => {$(
        impl<$($t: Reduce),*> Reduce for ($($t,)*) {
            #[inline]
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                let tuple = saver.begin_tuple($count)?;
                $(saver.save(&self.$index)?;)*
                saver.end_tuple(tuple)
            }

            #[inline]
            fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                let name = lane.begin_tuple(name, $count)?;
                lane_elements!(name, lane, $(self.$index),*);
                lane.end_tuple($count);
                Ok(())
            }

            #[inline(always)]
            fn fixed() -> Fixed {
                Fixed::tuple($count)$(.element::<$t>())*
            }

            #[inline(always)]
            fn reduce_fixed(&self, at: usize, stencil: &mut Stencil<'_>) {
                let at = stencil.begin_tuple(at, $count);
                $(let at = stencil.element(at, &self.$index);)*
                let _ = at;
            }
        }

        impl<'de, $($t: Reconstruct<'de>),*> Reconstruct<'de> for ($($t,)*) {
            #[inline]
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                let mut elements = loader.begin_tuple($count)?;
                $(
                    loader.next_element(&mut elements)?;
                    let $t = loader.load()?;
                )*
                loader.end_tuple(elements)?;
                Ok(($($t,)*))
            }

            #[inline(always)]
            fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
                let elements = lane.begin_tuple($count)?;
                $(let $t = lane.value()?;)*
                lane.end_tuple(elements)?;
                Ok(Some(($($t,)*)))
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                let mut elements = loader.begin_tuple($count)?;
                $(
                    loader.next_element(&mut elements)?;
                    self.$index.relink(loader)?;
                )*
                loader.end_tuple(elements)
            }
        }
    )*};
}

macro_rules! arguments {
    ($($count:literal: $($t:ident $index:tt),*;)*) => {$(
        impl<'de, $($t: Reconstruct<'de>),*> Arguments<'de> for ($($t,)*) {
            const COUNT: usize = $count;

            #[inline]
            fn load<L: Loader<'de>>(
                loader: &mut L,
                object: &mut L::Object,
                found: usize,
            ) -> Result<Self> {
                if found != $count {
                    return Err(wrong_arguments(loader, found, $count));
                }
                $(
                    loader.next_arg(object)?;
                    let $t = loader.load()?;
                )*
                let _ = object;
                Ok(($($t,)*))
            }
        }

        impl<$($t: Reduce),*> SaveArguments for ($($t,)*) {
            const COUNT: usize = $count;

            #[inline]
            fn save_all(&self, saver: &mut Saver<'_>) -> Result<()> {
                $(saver.save(&self.$index)?;)*
                let _ = saver;
                Ok(())
            }
        }

        impl<FN: Fn($($t),*) -> R, R, $($t),*> Constructor<($($t,)*)> for FN {
            type Output = R;

            fn construct(&self, ($($t,)*): ($($t,)*)) -> R {
                self($($t),*)
            }
        }
    )*};
}

tuples! {
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11;
}

arguments! {
    0: ;
    1: A 0;
    2: A 0, B 1;
    3: A 0, B 1, C 2;
    4: A 0, B 1, C 2, D 3;
    5: A 0, B 1, C 2, D 3, E 4;
    6: A 0, B 1, C 2, D 3, E 4, F 5;
    7: A 0, B 1, C 2, D 3, E 4, F 5, G 6;
    8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7;
    9: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8;
    10: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9;
    11: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10;
    12: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7, I 8, J 9, K 10, M 11;
}
