//! Room on the stack for nested values.

/// How much of the stack must be left for what lies between two pointers or containers of a value:
/// the frames of one record, however large.
const RED_ZONE: usize = 256 * 1024;

/// How much more is taken when less than that is left.
const SEGMENT: usize = 2 * 1024 * 1024;

/// Runs what makes or writes the inside of a pointer or container.
///
/// Values nest through pointers and containers alone, so checking there keeps the stack from
/// overflowing at any depth that [`Limits`](crate::Limits) allows.
#[inline]
pub(crate) fn deeper<T>(run: impl FnOnce() -> T) -> T {
    if cfg!(miri) { run() } else { stacker::maybe_grow(RED_ZONE, SEGMENT, run) }
}

/// Whether little of the stack is left, so that what follows has to run by [`deeper`]: for a
/// container whose items come one call at a time.
#[cfg(feature = "serde")]
pub(crate) fn is_low() -> bool {
    !cfg!(miri) && stacker::remaining_stack().is_none_or(|left| left < RED_ZONE)
}
