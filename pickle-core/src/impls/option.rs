//! `Option` and unit: Python's `None`.

use std::marker::PhantomData;

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::{LaneWriter, Name, Saver};
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::unpickler::LaneReader;

impl<T: Reduce> Reduce for Option<T> {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            Some(value) => saver.save(value),
            None => {
                saver.none();
                Ok(())
            }
        }
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        match self {
            Some(value) => value.reduce_lane(name, lane),
            None => {
                lane.none(name);
                Ok(())
            }
        }
    }
}

/// An attribute that is absent is `None`.
impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Option<T> {
    const STARTS: Starts = T::STARTS.or(Starts::NONE.atom());

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        if loader.take_none()? { Ok(None) } else { loader.load().map(Some) }
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        if lane.none() {
            return Ok(Some(None));
        }
        // Behind a frame there may be a `None` as well.
        if lane.is_at_frame() { Ok(None) } else { Ok(T::reconstruct_lane(lane)?.map(Some)) }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }

    fn vacant() -> Option<Self> {
        Some(None)
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        match self {
            Some(value) => value.relink(loader),
            None => loader.skip(),
        }
    }
}

macro_rules! nothing {
    ($([$($generics:tt)*] $t:ty = $value:expr;)*) => {$(
        impl<$($generics)*> Reduce for $t {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.none();
                Ok(())
            }
        }

        impl<'de, $($generics)*> Reconstruct<'de> for $t {
            const STARTS: Starts = Starts::NONE.atom();

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                if loader.take_none()? { Ok($value) } else { Err(loader.mismatch("None")) }
            }
        }
    )*};
}

nothing! {
    [] () = ();
    [T: ?Sized] PhantomData<T> = PhantomData;
}
