//! Integers, floats, bools: Python's `int`, `float` and `bool`.

use std::num::NonZero;

use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::{LaneWriter, Name, Saver};
use crate::reconstruct::{Reconstruct, Starts, reconstruct_list, reconstruct_tuple};
use crate::reduce::{Reduce, Sequence};
use crate::unpickler::LaneReader;

macro_rules! integers {
    ($($int:ty),*) => {$(
        impl Reduce for $int {
            #[inline]
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.integer(*self)
            }

            #[inline(always)]
            fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                lane.int(name, *self)
            }
        }

        impl<'de> Reconstruct<'de> for $int {
            const STARTS: Starts = Starts::INT.atom();
    const LANE: bool = true;

            #[inline]
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load_integer()
            }

            #[inline(always)]
            fn reconstruct_lane(lane: &mut LaneReader<'_, 'de>) -> Option<Self> {
                lane.int()
            }
        }
    )*};
}

integers!(i8, i16, i32, i64, i128, isize, u16, u32, u64, u128, usize);

/// A slice of these is `bytes`; a list of integers arrives as well.
impl Reduce for u8 {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.int(i64::from(*self));
        Ok(())
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.int(name, *self)
    }

    fn reduce_slice(items: &[u8], _form: Sequence, saver: &mut Saver<'_>) -> Result<()> {
        saver.bytes(items)
    }
}

impl<'de> Reconstruct<'de> for u8 {
    const STARTS: Starts = Starts::INT.atom();
    const LANE: bool = true;

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_integer()
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, 'de>) -> Option<Self> {
        lane.int()
    }

    fn reconstruct_vec<L: Loader<'de>>(loader: &mut L) -> Result<Vec<u8>> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return reconstruct_list(loader);
        }
        loader.load_bytes().map(std::borrow::Cow::into_owned)
    }

    fn reconstruct_array<const N: usize, L: Loader<'de>>(loader: &mut L) -> Result<[u8; N]> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return reconstruct_tuple(loader);
        }
        let bytes = loader.load_bytes()?;
        bytes.as_ref().try_into().map_err(|_| loader.mismatch(&format!("bytes of {N}")))
    }
}

impl Reduce for f64 {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.float(*self);
        Ok(())
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.float(name, *self);
        Ok(())
    }
}

impl<'de> Reconstruct<'de> for f64 {
    const STARTS: Starts = Starts::FLOAT.or(Starts::INT).atom();
    const LANE: bool = true;

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_f64()
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, 'de>) -> Option<Self> {
        lane.float()
    }
}

impl Reduce for f32 {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.float(f64::from(*self));
        Ok(())
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.float(name, f64::from(*self));
        Ok(())
    }
}

/// Rounds to the nearest `f32`.
impl<'de> Reconstruct<'de> for f32 {
    const STARTS: Starts = Starts::FLOAT.or(Starts::INT).atom();
    const LANE: bool = true;

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "rounding is what the type asks for")]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_f64().map(|value| value as f32)
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "rounding is what the type asks for")]
    fn reconstruct_lane(lane: &mut LaneReader<'_, 'de>) -> Option<Self> {
        lane.float().map(|value| value as f32)
    }
}

impl Reduce for bool {
    #[inline]
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.bool(*self);
        Ok(())
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.bool(name, *self);
        Ok(())
    }
}

impl<'de> Reconstruct<'de> for bool {
    const STARTS: Starts = Starts::BOOL.atom();
    const LANE: bool = true;

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_bool()
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, 'de>) -> Option<Self> {
        lane.bool()
    }
}

macro_rules! wrappers {
    ($($wrapper:ident)*) => {$(
        impl<T: Reduce> Reduce for std::num::$wrapper<T> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.save(&self.0)
            }
        }

        impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for std::num::$wrapper<T> {
            const STARTS: Starts = T::STARTS;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load().map(Self)
            }
        }
    )*};
}

wrappers!(Wrapping Saturating);

macro_rules! nonzero {
    ($($int:ty),*) => {$(
        impl Reduce for NonZero<$int> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.integer(self.get())
            }
        }

        impl<'de> Reconstruct<'de> for NonZero<$int> {
            const STARTS: Starts = Starts::INT.atom();

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                let value = loader.load_integer::<$int>()?;
                NonZero::new(value)
                    .ok_or_else(|| loader.mismatch(concat!("nonzero ", stringify!($int))))
            }
        }
    )*};
}

nonzero!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);
