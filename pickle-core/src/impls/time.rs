//! Points and spans of time: Python's `datetime.datetime` and `datetime.timedelta`.
//!
//! Python counts microseconds; what is finer is cut off when it is written.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::types::{DateTime, TimeDelta, TzInfo};

impl Reduce for Duration {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let seconds = i64::try_from(self.as_secs()).unwrap_or(i64::MAX);
        let delta = TimeDelta::new(0, seconds, self.subsec_micros().into()).ok_or_else(|| {
            Error::unrepresentable(
                format!("a duration of {} days", seconds / 86_400),
                "at most 999999999 days, the largest timedelta",
            )
        })?;
        saver.save(&delta)
    }
}

/// From a timedelta that is not negative.
impl<'de> Reconstruct<'de> for Duration {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let delta: TimeDelta = loader.load()?;
        match u64::try_from(delta.total_seconds()) {
            Ok(seconds) => Ok(Duration::new(seconds, delta.microseconds() * 1000)),
            Err(_) => Err(loader.mismatch("timedelta that is not negative")),
        }
    }
}

/// A `datetime` in UTC, between the years 1 and 9999.
impl Reduce for SystemTime {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let (seconds, micros) = since_epoch(*self);
        let moment = DateTime::from_clock(seconds, micros).ok_or_else(|| {
            Error::unrepresentable("a time outside the years 1 to 9999", "one that datetime has")
        })?;
        saver.save(&DateTime { time: moment.time.in_zone(TzInfo::UTC), ..moment })
    }
}

/// From a `datetime` with a fixed offset from UTC.
impl<'de> Reconstruct<'de> for SystemTime {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let moment: DateTime = loader.load()?;
        let Some(TzInfo::Fixed(zone)) = moment.tzinfo() else {
            return Err(loader.mismatch("datetime with a fixed offset from UTC"));
        };
        let (seconds, micros) = moment.clock();
        let seconds = seconds.saturating_sub(zone.offset().total_seconds());
        let micros = i64::from(micros) - i64::from(zone.offset().microseconds());
        let time = shift(UNIX_EPOCH, seconds, 1_000_000).and_then(|time| shift(time, micros, 1));
        time.ok_or_else(|| loader.mismatch("a time that this platform has"))
    }
}

/// A time later, or earlier, by so many units of so many microseconds.
fn shift(time: SystemTime, units: i64, micros: u64) -> Option<SystemTime> {
    let span = Duration::from_micros(units.unsigned_abs().checked_mul(micros)?);
    if units < 0 { time.checked_sub(span) } else { time.checked_add(span) }
}

/// Whole seconds since 1970, rounded down, and microseconds.
fn since_epoch(time: SystemTime) -> (i64, u32) {
    let clamp = |seconds: u64| i64::try_from(seconds).unwrap_or(i64::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (clamp(after.as_secs()), after.subsec_micros()),
        Err(before) => {
            let before = before.duration();
            match before.subsec_nanos().div_ceil(1000) {
                0 => (-clamp(before.as_secs()), 0),
                micros => (-clamp(before.as_secs()) - 1, 1_000_000 - micros),
            }
        }
    }
}
