//! Where a record goes that the fast lane has read.
//!
//! It is put together in its place. To hand it over as a whole takes longer than to read one of its
//! fields: what was stored last, in narrow words, has to arrive in the cache before it can be copied in
//! wide ones.

use super::lane::LaneReader;
use super::walk::Walk;
use crate::reconstruct::Reconstruct;

/// A place for one value.
pub trait Place<'de, T> {
    /// Puts the value there that `make` makes of its parts; the lane stands behind it.
    fn put(&mut self, lane: &mut LaneReader<'_, '_, 'de>, make: impl FnOnce() -> T);
}

impl<T> Place<'_, T> for Option<T> {
    #[inline(always)]
    fn put(&mut self, _lane: &mut LaneReader<'_, '_, '_>, make: impl FnOnce() -> T) {
        *self = Some(make());
    }
}

/// How many bytes a value has at most that is in registers as a rule.
const LARGE: usize = 2 * size_of::<usize>();

/// The end of a list.
pub(super) struct End<'v, T> {
    pub(super) walk: &'v Walk,
    pub(super) vec: &'v mut Vec<T>,
}

impl<'de, T: Reconstruct<'de>> Place<'de, T> for End<'_, T> {
    #[inline(always)]
    fn put(&mut self, lane: &mut LaneReader<'_, '_, 'de>, make: impl FnOnce() -> T) {
        if self.vec.len() == self.vec.capacity() {
            lane.loader.reserve(lane.rest, self.walk, self.vec);
        }
        // `push` is not inlined for large values, and would be handed one to copy; numbers take longer
        // to extend by.
        if size_of::<T>() > LARGE {
            self.vec.extend(std::iter::once_with(make));
        } else {
            self.vec.push(make());
        }
    }
}
