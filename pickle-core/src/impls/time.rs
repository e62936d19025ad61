//! Points and spans of time: Python's `datetime.datetime` and `datetime.timedelta`.
//!
//! Python counts microseconds; what is finer is cut off when it is written.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static TIMEDELTA: Class = Class::new("datetime", "timedelta");
static TIMEZONE: Class = Class::new("datetime", "timezone");
static DATETIME: Class = Class::new("datetime", "datetime");

const SECONDS_PER_DAY: i64 = 86_400;

impl Reduce for Duration {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let seconds = i64::try_from(self.as_secs()).unwrap_or(i64::MAX);
        let days = seconds / SECONDS_PER_DAY;
        // datetime.timedelta.max, the largest that Python can make.
        if days > 999_999_999 {
            return Err(Error::unrepresentable(
                format!("a duration of {days} days"),
                "at most 999999999 days, the largest timedelta",
            ));
        }
        saver.save_call(&TIMEDELTA, &(days, seconds % SECONDS_PER_DAY, self.subsec_micros()))
    }
}

/// From a timedelta that is not negative.
impl<'de> Reconstruct<'de> for Duration {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (days, seconds, micros) = loader.load_call::<(i64, i64, i64)>(&TIMEDELTA)?;
        let seconds = days.checked_mul(SECONDS_PER_DAY).and_then(|days| days.checked_add(seconds));
        let seconds = seconds.and_then(|seconds| u64::try_from(seconds).ok());
        match (seconds, u32::try_from(micros)) {
            (Some(seconds), Ok(micros @ 0..1_000_000)) => Ok(Duration::new(seconds, micros * 1000)),
            _ => Err(loader.mismatch("timedelta that is not negative")),
        }
    }
}

/// The time zone UTC, as `datetime.timezone.utc` is reduced.
struct Utc;

impl Reduce for Utc {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&TIMEZONE, &(Duration::ZERO,))
    }
}

/// A fixed offset from UTC, in seconds east.
struct Offset(i64);

impl<'de> Reconstruct<'de> for Offset {
    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&TIMEZONE)?;
        let found = loader.begin_args(&mut object, 1)?;
        loader.next_arg(&mut object)?;
        let (days, seconds, _) = loader.load_call::<(i64, i64, i64)>(&TIMEDELTA)?;
        for _ in 1..found {
            loader.next_arg(&mut object)?;
            loader.skip()?;
        }
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(Offset(days.saturating_mul(SECONDS_PER_DAY).saturating_add(seconds)))
    }
}

/// A `datetime` in UTC, between the years 1 and 9999.
impl Reduce for SystemTime {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let (seconds, micros) = since_epoch(*self);
        let packed = pack(seconds, micros).ok_or_else(|| {
            Error::unrepresentable("a time outside the years 1 to 9999", "one that datetime has")
        })?;
        if saver.protocol() >= Protocol::V3 {
            saver.save_call(&DATETIME, &(packed, Utc))
        } else {
            // Python 2 has no time zones to write, but reads this where the names exist.
            saver.save_call(&DATETIME, &(packed.as_slice(), Utc))
        }
    }
}

/// From a `datetime` with a fixed offset from UTC.
impl<'de> Reconstruct<'de> for SystemTime {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&DATETIME)?;
        if loader.begin_args(&mut object, 2)? != 2 {
            return Err(loader.mismatch("datetime with a time zone"));
        }
        loader.next_arg(&mut object)?;
        let packed = loader.load_bytes()?;
        let Some((seconds, micros)) = unpack(&packed) else {
            return Err(loader.mismatch("the ten bytes of a datetime"));
        };
        loader.next_arg(&mut object)?;
        let Offset(offset) = loader.load()?;
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        let seconds = seconds.saturating_sub(offset);
        let span = Duration::from_secs(seconds.unsigned_abs());
        let whole =
            if seconds < 0 { UNIX_EPOCH.checked_sub(span) } else { UNIX_EPOCH.checked_add(span) };
        let time = whole.and_then(|time| time.checked_add(Duration::from_micros(micros.into())));
        time.ok_or_else(|| loader.mismatch("a time that this platform has"))
    }
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

/// The state of a `datetime`: year in two bytes, then month, day, hour, minute, second, and
/// microsecond in three (`datetime.__reduce__`, `_pydatetime.py`).
fn pack(seconds: i64, micros: u32) -> Option<[u8; 10]> {
    let (days, second) = (seconds.div_euclid(SECONDS_PER_DAY), seconds.rem_euclid(SECONDS_PER_DAY));
    let (year, month, day) = civil(days)?;
    let [y0, y1] = year.to_be_bytes();
    let [_, u0, u1, u2] = micros.to_be_bytes();
    let small = |value: i64| u8::try_from(value).ok();
    let (hour, minute) = (small(second / 3600)?, small(second / 60 % 60)?);
    Some([y0, y1, month, day, hour, minute, small(second % 60)?, u0, u1, u2])
}

fn unpack(packed: &[u8]) -> Option<(i64, u32)> {
    let &[y0, y1, month, day, hour, minute, second, u0, u1, u2] = packed else { return None };
    // The highest bit of the month is `fold`, which means nothing at a fixed offset.
    let (month, year) = (month & 0x7f, i64::from(u16::from_be_bytes([y0, y1])));
    let micros = u32::from_be_bytes([0, u0, u1, u2]);
    let valid = (1..=12).contains(&month) && (1..=31).contains(&day) && (1..=9999).contains(&year);
    if !valid || hour > 23 || minute > 59 || second > 59 || micros > 999_999 {
        return None;
    }
    let days = days_from_civil(year, month.into(), day.into());
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
    Some((days * SECONDS_PER_DAY + seconds, micros))
}

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar, with years that begin in
/// March, so that leap days come last.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01, if its year is one that Python has.
fn civil(days: i64) -> Option<(u16, u8, u8)> {
    let days = days.checked_add(719_468)?;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    let year = u16::try_from(year).ok().filter(|year| (1..=9999).contains(year))?;
    Some((year, u8::try_from(month).ok()?, u8::try_from(day).ok()?))
}

#[cfg(test)]
mod tests {
    use super::{days_from_civil, pack, unpack};

    /// Expected values: `datetime.datetime(…).__reduce__()` in CPython 3.13.
    #[test]
    fn packed_datetimes_are_those_of_python() {
        for (seconds, micros, packed) in [
            (0, 0, b"\x07\xb2\x01\x01\0\0\0\0\0\0"),
            (951_782_400, 5, b"\x07\xd0\x02\x1d\0\0\0\0\0\x05"),
            (253_402_300_799, 999_999, b"\x27\x0f\x0c\x1f\x17\x3b\x3b\x0f\x42\x3f"),
            (-62_135_596_800, 0, b"\0\x01\x01\x01\0\0\0\0\0\0"),
        ] {
            assert_eq!(pack(seconds, micros).as_ref(), Some(packed));
            assert_eq!(unpack(packed), Some((seconds, micros)));
        }
        assert_eq!(pack(253_402_300_800, 0), None);
        assert_eq!(pack(-62_135_596_801, 0), None);
    }

    #[test]
    fn every_day_comes_back() {
        for days in (-719_162..2_932_897).step_by(13) {
            let packed = pack(days * 86_400, 0).expect("a year that Python has");
            assert_eq!(unpack(&packed), Some((days * 86_400, 0)));
        }
        assert_eq!(days_from_civil(1970, 1, 1), 0);
    }
}
