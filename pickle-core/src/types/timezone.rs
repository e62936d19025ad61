//! Spans of time and time zones: Python's `timedelta`, `timezone` and `ZoneInfo`.

use std::fmt;

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static TIMEDELTA: Class = Class::new("datetime", "timedelta");

const SECONDS_PER_DAY: i64 = 86_400;
const MICROS_PER_SECOND: i64 = 1_000_000;

/// A span of time, to the microsecond: `datetime.timedelta`.
///
/// As in Python, days may be negative, and seconds and microseconds count on from there.
///
/// ```
/// use pickle_core::types::TimeDelta;
///
/// let delta = TimeDelta::new(0, -1, 0).ok_or("too long")?;
/// assert_eq!((delta.days(), delta.seconds(), delta.microseconds()), (-1, 86_399, 0));
/// assert_eq!(delta.total_microseconds(), -1_000_000);
/// assert_eq!(pickle_core::from_slice::<TimeDelta>(&pickle_core::to_vec(&delta)?)?, delta);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimeDelta {
    days: i32,
    seconds: u32,
    microseconds: u32,
}

impl TimeDelta {
    /// No time at all.
    pub const ZERO: TimeDelta = TimeDelta { days: 0, seconds: 0, microseconds: 0 };

    /// `timedelta.min`.
    pub const MIN: TimeDelta = TimeDelta { days: -999_999_999, seconds: 0, microseconds: 0 };

    /// `timedelta.max`.
    pub const MAX: TimeDelta =
        TimeDelta { days: 999_999_999, seconds: 86_399, microseconds: 999_999 };

    /// The sum of these, any of which may be negative; `None` beyond [`MIN`](TimeDelta::MIN) and
    /// [`MAX`](TimeDelta::MAX).
    #[must_use]
    pub fn new(days: i64, seconds: i64, microseconds: i64) -> Option<TimeDelta> {
        let seconds = seconds.checked_add(microseconds.div_euclid(MICROS_PER_SECOND))?;
        let days = days.checked_add(seconds.div_euclid(SECONDS_PER_DAY))?;
        let days = i32::try_from(days).ok()?;
        let delta = TimeDelta {
            days,
            seconds: u32::try_from(seconds.rem_euclid(SECONDS_PER_DAY)).ok()?,
            microseconds: u32::try_from(microseconds.rem_euclid(MICROS_PER_SECOND)).ok()?,
        };
        (TimeDelta::MIN <= delta && delta <= TimeDelta::MAX).then_some(delta)
    }

    /// Whole days, rounded down.
    #[must_use]
    pub fn days(self) -> i32 {
        self.days
    }

    /// Seconds after the whole days, 0 to 86399.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.seconds
    }

    /// Microseconds after the whole seconds, 0 to 999999.
    #[must_use]
    pub fn microseconds(self) -> u32 {
        self.microseconds
    }

    /// Days and seconds together, rounded down.
    #[must_use]
    pub fn total_seconds(self) -> i64 {
        i64::from(self.days) * SECONDS_PER_DAY + i64::from(self.seconds)
    }

    /// All of it in microseconds.
    #[must_use]
    pub fn total_microseconds(self) -> i128 {
        i128::from(self.total_seconds()) * i128::from(MICROS_PER_SECOND)
            + i128::from(self.microseconds)
    }
}

/// As `str()` of it in Python, such as `-1 day, 23:59:59`.
impl fmt::Display for TimeDelta {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (days, seconds) = (self.days, self.seconds);
        if days != 0 {
            let plural = if days.abs() == 1 { "" } else { "s" };
            write!(f, "{days} day{plural}, ")?;
        }
        write!(f, "{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        if self.microseconds == 0 { Ok(()) } else { write!(f, ".{:06}", self.microseconds) }
    }
}

/// By days, seconds and microseconds, as `timedelta.__reduce__` does.
impl Reduce for TimeDelta {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&TIMEDELTA, &(self.days, self.seconds, self.microseconds))
    }
}

impl<'de> Reconstruct<'de> for TimeDelta {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (days, seconds, micros) = loader.load_call(&TIMEDELTA)?;
        TimeDelta::new(days, seconds, micros)
            .ok_or_else(|| loader.mismatch("timedelta within its limits"))
    }
}

/// A fixed offset from UTC, with or without a name: `datetime.timezone`.
///
/// ```
/// use pickle_core::types::{TimeDelta, TimeZone};
///
/// let offset = TimeDelta::new(0, 5 * 3600 + 1800, 0).ok_or("too long")?;
/// let india = TimeZone::new(offset).ok_or("a day or more")?.named("IST");
/// assert_eq!(india.name(), Some("IST"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct TimeZone {
    offset: TimeDelta,
    name: Option<Box<str>>,
}

impl TimeZone {
    /// `timezone.utc`.
    pub const UTC: TimeZone = TimeZone { offset: TimeDelta::ZERO, name: None };

    /// The zone this far east of UTC; `None` unless it is less than a day.
    #[must_use]
    pub fn new(offset: TimeDelta) -> Option<TimeZone> {
        let micros = offset.total_microseconds().unsigned_abs();
        let day = u128::from(SECONDS_PER_DAY.unsigned_abs() * MICROS_PER_SECOND.unsigned_abs());
        (micros < day).then_some(TimeZone { offset, name: None })
    }

    /// The zone this many seconds east of UTC; `None` unless it is less than a day.
    #[must_use]
    pub fn from_seconds(seconds: i32) -> Option<TimeZone> {
        TimeZone::new(TimeDelta::new(0, seconds.into(), 0)?)
    }

    /// The same zone under this name.
    #[must_use]
    pub fn named(self, name: impl Into<Box<str>>) -> TimeZone {
        TimeZone { name: Some(name.into()), ..self }
    }

    /// How far east of UTC it is.
    #[must_use]
    pub fn offset(&self) -> TimeDelta {
        self.offset
    }

    /// Its name, if it was given one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl Reduce for TimeZone {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [timezone, ..] = &TZINFO;
        match self.name() {
            None => saver.save_call(timezone, &(self.offset,)),
            Some(name) => saver.save_call(timezone, &(self.offset, &name)),
        }
    }
}

impl<'de> Reconstruct<'de> for TimeZone {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        match loader.load()? {
            TzInfo::Fixed(zone) => Ok(zone),
            TzInfo::Zone(_) => Err(loader.mismatch("datetime.timezone object")),
        }
    }
}

/// A zone of the IANA database: `zoneinfo.ZoneInfo`.
///
/// ```
/// use pickle_core::types::ZoneInfo;
/// assert_eq!(ZoneInfo::new("Europe/Berlin").key(), "Europe/Berlin");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ZoneInfo {
    key: Box<str>,
}

impl ZoneInfo {
    /// The zone with this name, which is not looked up.
    #[must_use]
    pub fn new(key: impl Into<Box<str>>) -> ZoneInfo {
        ZoneInfo { key: key.into() }
    }

    /// Its name, such as `Europe/Berlin`.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// By name, to be taken from Python's cache (`ZoneInfo.__reduce__`).
impl Reduce for ZoneInfo {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [_, zoneinfo, _] = &TZINFO;
        saver.save_call(zoneinfo, &(self.key(), 1u8))
    }
}

impl<'de> Reconstruct<'de> for ZoneInfo {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        match loader.load()? {
            TzInfo::Zone(zone) => Ok(zone),
            TzInfo::Fixed(_) => Err(loader.mismatch("zoneinfo.ZoneInfo object")),
        }
    }
}

static TZINFO: [Class; 3] = [
    Class::new("datetime", "timezone"),
    Class::new("zoneinfo", "ZoneInfo._unpickle")
        .aliases(&[("backports.zoneinfo", "ZoneInfo._unpickle")]),
    // Older ways to say UTC, which are read only.
    Class::new("pytz", "_UTC").aliases(&[("dateutil.tz.tz", "tzutc"), ("dateutil.tz", "tzutc")]),
];

/// What a [`DateTime`](crate::types::DateTime) or [`Time`](crate::types::Time) is relative to: a
/// `tzinfo`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TzInfo {
    /// A fixed offset from UTC.
    Fixed(TimeZone),
    /// A zone with a history.
    Zone(ZoneInfo),
}

impl TzInfo {
    /// `timezone.utc`.
    pub const UTC: TzInfo = TzInfo::Fixed(TimeZone::UTC);
}

impl From<TimeZone> for TzInfo {
    fn from(zone: TimeZone) -> TzInfo {
        TzInfo::Fixed(zone)
    }
}

impl From<ZoneInfo> for TzInfo {
    fn from(zone: ZoneInfo) -> TzInfo {
        TzInfo::Zone(zone)
    }
}

impl Reduce for TzInfo {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        match self {
            TzInfo::Fixed(zone) => saver.save(zone),
            TzInfo::Zone(zone) => saver.save(zone),
        }
    }
}

/// The UTC of `pytz` and `dateutil` will do as well.
impl<'de> Reconstruct<'de> for TzInfo {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (class, mut object) = loader.begin_variant(&TZINFO)?;
        let expected = [1, 2, 0].get(class).copied().unwrap_or_default();
        loader.begin_args(&mut object, expected)?;
        let zone = match class {
            0 => load_timezone(loader, &mut object).map(TzInfo::from),
            1 => load_zoneinfo(loader, &mut object).map(TzInfo::from),
            _ => Ok(TzInfo::UTC),
        };
        let zone = zone?;
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(zone)
    }
}

fn load_timezone<'de, L: Loader<'de>>(loader: &mut L, object: &mut L::Object) -> Result<TimeZone> {
    loader.next_arg(object)?;
    let zone = TimeZone::new(loader.load()?);
    let zone = zone.ok_or_else(|| loader.mismatch("an offset of less than a day"))?;
    if !loader.more_args(object)? {
        return Ok(zone);
    }
    let name = loader.load_str()?;
    Ok(zone.named(name))
}

fn load_zoneinfo<'de, L: Loader<'de>>(loader: &mut L, object: &mut L::Object) -> Result<ZoneInfo> {
    loader.next_arg(object)?;
    // The key is `None` for a zone from a file, which Python does not pickle.
    let key = loader.load_str()?;
    loader.next_arg(object)?;
    // Whether it comes from the cache is a matter of the process that wrote it.
    loader.skip()?;
    Ok(ZoneInfo::new(key))
}
