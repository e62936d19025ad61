//! Integers, floats, bools, and atomics of them: Python's `int`, `float` and `bool`.

use std::convert::identity;
use std::num::NonZero;
use std::sync::atomic::{self, Ordering};

use crate::error::Result;
use crate::loader::{Kind, Loader};
use crate::pickler::{Fixed, LaneWriter, Name, Saver, Stencil};
use crate::reconstruct::{Reconstruct, Starts, reconstruct_list, reconstruct_tuple};
use crate::reduce::{Reduce, Sequence};
use crate::unpickler::{FixedBytes, FixedLen, LaneReader, LaneRecord, NameRef, TemplateMaker};

macro_rules! integers {
    ($($int:ty),*) => {$(
        impl Reduce for $int {
            #[inline]
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.integer(*self)
            }

            #[inline(always)]
            fn is_atom() -> bool {
                true
            }

            #[inline(always)]
            fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                lane.int(name, *self)
            }

            #[inline]
            fn reduce_items(items: &[Self], lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                lane.ints(items)
            }

            #[inline(always)]
            fn reduce_slice_lane(
                items: &[Self],
                form: Sequence,
                name: Name,
                lane: &mut LaneWriter<'_, '_>,
            ) -> Result<()> {
                lane.int_slice(name, items, form)
            }
        }

        impl<'de> Reconstruct<'de> for $int {
            const STARTS: Starts = Starts::INT.atom();

            #[inline]
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load_integer()
            }

            #[inline(always)]
            fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
                Ok(lane.int())
            }

            #[inline(always)]
            fn reconstruct_attribute(record: &mut LaneRecord<'_, '_, 'de>) -> Result<Self> {
                record.int()
            }

            #[inline]
            fn reconstruct_array_lane<const N: usize>(
                lane: &mut LaneReader<'_, '_, 'de>,
            ) -> Result<Option<[Self; N]>> {
                lane.numbers()
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
    fn is_atom() -> bool {
        true
    }

    #[inline(always)]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        lane.int(name, *self)
    }

    #[inline(always)]
    fn fixed() -> Fixed {
        Fixed::BYTE
    }

    #[inline(always)]
    fn reduce_fixed(&self, at: usize, stencil: &mut Stencil<'_>) {
        stencil.byte(at, *self);
    }

    fn reduce_slice(items: &[u8], _form: Sequence, saver: &mut Saver<'_>) -> Result<()> {
        saver.bytes(items)
    }

    #[inline]
    fn reduce_slice_lane(
        items: &[u8],
        form: Sequence,
        name: Name,
        lane: &mut LaneWriter<'_, '_>,
    ) -> Result<()> {
        lane.bytes(name, items, form)
    }
}

impl<'de> Reconstruct<'de> for u8 {
    const STARTS: Starts = Starts::INT.atom();
    const FIXED: Option<FixedLen> = FixedLen::BYTE;

    #[inline]
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_integer()
    }

    #[inline(always)]
    fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
        Ok(lane.int())
    }

    /// Of the integers only these have one: whether another takes so few bytes would be a guess.
    #[inline(always)]
    fn reconstruct_shortest(record: &mut LaneRecord<'_, '_, 'de>, name: NameRef) -> Option<Self> {
        record.byte(name)
    }

    fn fixed_template(template: &mut TemplateMaker<'_>) -> Option<()> {
        template.byte()
    }

    #[inline(always)]
    fn reconstruct_fixed<const MEMOIZED: bool>(
        bytes: &mut FixedBytes<'_, MEMOIZED>,
    ) -> Option<Self> {
        bytes.byte()
    }

    fn reconstruct_vec<L: Loader<'de>>(loader: &mut L) -> Result<Vec<u8>> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return reconstruct_list(loader);
        }
        loader.load_bytes().map(std::borrow::Cow::into_owned)
    }

    /// Bytes do not fit there.
    fn reconstruct_array_lane<const N: usize>(
        _lane: &mut LaneReader<'_, '_, 'de>,
    ) -> Result<Option<[u8; N]>> {
        Ok(None)
    }

    fn reconstruct_array<const N: usize, L: Loader<'de>>(loader: &mut L) -> Result<[u8; N]> {
        if matches!(loader.peek_sequence()?, Some(Kind::List | Kind::Tuple)) {
            return reconstruct_tuple(loader);
        }
        let bytes = loader.load_bytes()?;
        bytes.as_ref().try_into().map_err(|_| loader.mismatch(&format!("bytes of {N}")))
    }
}

/// `identity` and the like say how such a number becomes the one that Python has, and comes back.
macro_rules! fixed {
    ($($t:ty: $kind:ident $slice:ident $fixed:ident $load:ident $starts:expr, $there:path, $back:path;)*) => {$(
        impl Reduce for $t {
            #[inline]
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.$kind($there(*self));
                Ok(())
            }

            #[inline(always)]
            fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                lane.$kind(name, $there(*self));
                Ok(())
            }

            #[inline(always)]
            fn fixed() -> Fixed {
                Fixed::$fixed
            }

            #[inline(always)]
            fn reduce_fixed(&self, at: usize, stencil: &mut Stencil<'_>) {
                stencil.$kind(at, $there(*self));
            }

            #[inline(always)]
            fn reduce_slice_lane(
                items: &[Self],
                form: Sequence,
                name: Name,
                lane: &mut LaneWriter<'_, '_>,
            ) -> Result<()> {
                lane.$slice(name, items, form)
            }
        }

        impl<'de> Reconstruct<'de> for $t {
            const STARTS: Starts = $starts.atom();
            const FIXED: Option<FixedLen> = FixedLen::$fixed;

            #[inline]
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.$load().map($back)
            }

            #[inline(always)]
            fn reconstruct_lane(lane: &mut LaneReader<'_, '_, 'de>) -> Result<Option<Self>> {
                Ok(lane.$kind().map($back))
            }

            #[inline(always)]
            fn reconstruct_shortest(
                record: &mut LaneRecord<'_, '_, 'de>,
                name: NameRef,
            ) -> Option<Self> {
                record.$kind(name).map($back)
            }

            #[inline]
            fn reconstruct_array_lane<const N: usize>(
                lane: &mut LaneReader<'_, '_, 'de>,
            ) -> Result<Option<[Self; N]>> {
                lane.numbers()
            }

            fn fixed_template(template: &mut TemplateMaker<'_>) -> Option<()> {
                template.$kind()
            }

            #[inline(always)]
            fn reconstruct_fixed<const MEMOIZED: bool>(
                bytes: &mut FixedBytes<'_, MEMOIZED>,
            ) -> Option<Self> {
                bytes.$kind().map($back)
            }
        }
    )*};
}

fixed! {
    f64: float float_slice FLOAT load_f64 Starts::FLOAT.or(Starts::INT), identity, identity;
    f32: float float_slice FLOAT load_f64 Starts::FLOAT.or(Starts::INT), f64::from, nearest;
    bool: bool bool_slice BOOL load_bool Starts::BOOL, identity, identity;
}

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rounding is what the type asks for")]
fn nearest(value: f64) -> f32 {
    value as f32
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

/// Hands all atomics to a macro, by the widths that a target may lack.
macro_rules! with_atomics {
    ($make:ident) => {
        $make! {
            "8": AtomicBool bool, AtomicI8 i8, AtomicU8 u8;
            "16": AtomicI16 i16, AtomicU16 u16;
            "32": AtomicI32 i32, AtomicU32 u32;
            "64": AtomicI64 i64, AtomicU64 u64;
            "ptr": AtomicIsize isize, AtomicUsize usize;
        }
    };
}
pub(crate) use with_atomics;

macro_rules! numbers {
    ($($width:literal: $($atomic:ident $value:ty),*;)*) => {$($(
        #[cfg(target_has_atomic = $width)]
        impl Reduce for atomic::$atomic {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.save(&self.load(Ordering::Relaxed))
            }

            #[inline]
            fn is_atom() -> bool {
                true
            }

            #[inline]
            fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
                self.load(Ordering::Relaxed).reduce_lane(name, lane)
            }
        }

        #[cfg(target_has_atomic = $width)]
        impl<'de> Reconstruct<'de> for atomic::$atomic {
            const STARTS: Starts = <$value>::STARTS;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load().map(Self::new)
            }
        }
    )*)*};
}

with_atomics!(numbers);

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
