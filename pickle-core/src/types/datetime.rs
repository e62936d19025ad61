//! Points in time: Python's `date`, `time` and `datetime`.
//!
//! Each is reduced to packed bytes and, if it has one, its `tzinfo` (`_pydatetime.py`, `_getstate`).

use std::fmt;

use crate::class::Class;
use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::protocol::Protocol;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::types::{TimeZone, TzInfo};

static DATE: Class = Class::new("datetime", "date");
static TIME: Class = Class::new("datetime", "time");
static DATETIME: Class = Class::new("datetime", "datetime");

/// The bit of the month of a `datetime`, and of the hour of a `time`, that holds its fold.
const FOLD: u8 = 0x80;

/// A day in the Gregorian calendar, in the years 1 to 9999: `datetime.date`.
///
/// ```
/// use pickle_core::types::Date;
///
/// let date = Date::new(2024, 2, 29).ok_or("no leap year")?;
/// assert_eq!(date.to_string(), "2024-02-29");
/// assert_eq!(Date::new(2023, 2, 29), None);
/// assert_eq!(pickle_core::from_slice::<Date>(&pickle_core::to_vec(&date)?)?, date);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `date.min`.
    pub const MIN: Date = Date { year: 1, month: 1, day: 1 };

    /// `date.max`.
    pub const MAX: Date = Date { year: 9999, month: 12, day: 31 };

    /// The day of this year, month (1 to 12) and day of the month; `None` if there is none.
    #[must_use]
    pub const fn new(year: u16, month: u8, day: u8) -> Option<Date> {
        let leap =
            year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 => 28 + leap as u8,
            _ => 0,
        };
        if year == 0 || year > 9999 || day == 0 || day > days {
            return None;
        }
        Some(Date { year, month, day })
    }

    /// The year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// The day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// The day so many days after 1970-01-01; `None` outside the years 1 to 9999.
    ///
    /// ```
    /// use pickle_core::types::Date;
    /// assert_eq!(Date::from_unix_days(-1), Date::new(1969, 12, 31));
    /// ```
    #[must_use]
    pub fn from_unix_days(days: i64) -> Option<Date> {
        // Years begin in March here, so that leap days come last.
        let days = days.checked_add(719_468)?;
        let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Date::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// How many days after 1970-01-01 it is.
    ///
    /// ```
    /// use pickle_core::types::Date;
    /// assert_eq!(Date::MAX.to_unix_days(), 2_932_896);
    /// ```
    #[must_use]
    pub fn to_unix_days(self) -> i64 {
        let (year, month, day) = (i64::from(self.year), i64::from(self.month), i64::from(self.day));
        let year = if month <= 2 { year - 1 } else { year };
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn pack(self) -> [u8; 4] {
        let [y0, y1] = self.year.to_be_bytes();
        [y0, y1, self.month, self.day]
    }

    fn unpack([y0, y1, month, day]: [u8; 4]) -> Option<Date> {
        Date::new(u16::from_be_bytes([y0, y1]), month, day)
    }
}

/// As `date.isoformat()`.
impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl Reduce for Date {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&DATE, &(self.pack(),))
    }
}

impl<'de> Reconstruct<'de> for Date {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (packed,) = loader.load_call(&DATE)?;
        Date::unpack(packed).ok_or_else(|| loader.mismatch("the four bytes of a date"))
    }
}

/// A time of day, with or without a time zone: `datetime.time`.
///
/// ```
/// use pickle_core::types::{Time, TzInfo};
///
/// let time = Time::new(9, 30, 0, 500).ok_or("no such time")?.in_zone(TzInfo::UTC);
/// assert_eq!(time.to_string(), "09:30:00.000500+00:00");
/// assert_eq!(pickle_core::from_slice::<Time>(&pickle_core::to_vec(&time)?)?, time);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Time {
    hour: u8,
    minute: u8,
    second: u8,
    microsecond: u32,
    fold: bool,
    tzinfo: Option<TzInfo>,
}

impl Time {
    /// Midnight.
    pub const MIN: Time =
        Time { hour: 0, minute: 0, second: 0, microsecond: 0, fold: false, tzinfo: None };

    /// The time of this hour (0 to 23), minute, second and microsecond; `None` if there is none.
    #[must_use]
    pub const fn new(hour: u8, minute: u8, second: u8, microsecond: u32) -> Option<Time> {
        if hour > 23 || minute > 59 || second > 59 || microsecond > 999_999 {
            return None;
        }
        Some(Time { hour, minute, second, microsecond, ..Time::MIN })
    }

    /// The same time on the clocks of this zone.
    #[must_use]
    pub fn in_zone(self, zone: impl Into<TzInfo>) -> Time {
        Time { tzinfo: Some(zone.into()), ..self }
    }

    /// The first or the second of two equal times, when clocks were put back (PEP 495).
    #[must_use]
    pub fn folded(self, fold: bool) -> Time {
        Time { fold, ..self }
    }

    /// The hour, 0 to 23.
    #[must_use]
    pub const fn hour(&self) -> u8 {
        self.hour
    }

    /// The minute, 0 to 59.
    #[must_use]
    pub const fn minute(&self) -> u8 {
        self.minute
    }

    /// The second, 0 to 59.
    #[must_use]
    pub const fn second(&self) -> u8 {
        self.second
    }

    /// The microsecond, 0 to 999999.
    #[must_use]
    pub const fn microsecond(&self) -> u32 {
        self.microsecond
    }

    /// Whether it is the second of two equal times.
    #[must_use]
    pub const fn fold(&self) -> bool {
        self.fold
    }

    /// The zone whose clocks show it; `None` for a naive time.
    #[must_use]
    pub const fn tzinfo(&self) -> Option<&TzInfo> {
        self.tzinfo.as_ref()
    }

    fn pack(&self) -> [u8; 6] {
        let [_, u0, u1, u2] = self.microsecond.to_be_bytes();
        [self.hour, self.minute, self.second, u0, u1, u2]
    }

    fn unpack([hour, minute, second, u0, u1, u2]: [u8; 6]) -> Option<Time> {
        Time::new(hour, minute, second, u32::from_be_bytes([0, u0, u1, u2]))
    }
}

/// As `time.isoformat()`; a zone that has no fixed offset is in brackets.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}:{:02}", self.hour, self.minute, self.second)?;
        if self.microsecond != 0 {
            write!(f, ".{:06}", self.microsecond)?;
        }
        match &self.tzinfo {
            None => Ok(()),
            Some(TzInfo::Fixed(zone)) => offset(zone, f),
            Some(TzInfo::Zone(zone)) => write!(f, "[{}]", zone.key()),
        }
    }
}

fn offset(zone: &TimeZone, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let micros = zone.offset().total_microseconds();
    let sign = if micros < 0 { '-' } else { '+' };
    let (seconds, micros) = (micros.unsigned_abs() / 1_000_000, micros.unsigned_abs() % 1_000_000);
    write!(f, "{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60)?;
    if seconds % 60 != 0 || micros != 0 {
        write!(f, ":{:02}", seconds % 60)?;
    }
    if micros == 0 { Ok(()) } else { write!(f, ".{micros:06}") }
}

/// The bit that says that a time is folded; `_getstate` leaves it out below protocol 4.
fn fold_bit(time: &Time, saver: &Saver<'_>) -> u8 {
    if time.fold && saver.protocol() >= Protocol::V4 { FOLD } else { 0 }
}

fn save_packed<const N: usize>(
    class: &'static Class,
    packed: [u8; N],
    tzinfo: Option<&TzInfo>,
    saver: &mut Saver<'_>,
) -> Result<()> {
    match tzinfo {
        None => saver.save_call(class, &(packed,)),
        Some(tzinfo) => saver.save_call(class, &(packed, tzinfo)),
    }
}

fn load_packed<'de, const N: usize, T, L: Loader<'de>>(
    class: &'static Class,
    expected: &str,
    unpack: impl FnOnce([u8; N]) -> Option<T>,
    loader: &mut L,
) -> Result<(T, Option<TzInfo>)> {
    let mut object = loader.begin_object(class)?;
    loader.begin_args(&mut object, 1)?;
    loader.next_arg(&mut object)?;
    let packed = loader.load_bytes()?;
    let value = packed.as_ref().try_into().ok().and_then(unpack);
    let value = value.ok_or_else(|| loader.mismatch(expected))?;
    let tzinfo = if loader.more_args(&mut object)? { loader.load()? } else { None };
    loader.end_args(&mut object)?;
    loader.end_object(object)?;
    Ok((value, tzinfo))
}

/// A fold is lost below protocol 4, as in Python.
impl Reduce for Time {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let mut packed = self.pack();
        let [hour, ..] = &mut packed;
        *hour |= fold_bit(self, saver);
        save_packed(&TIME, packed, self.tzinfo(), saver)
    }
}

impl<'de> Reconstruct<'de> for Time {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let unpack = |mut packed: [u8; 6]| {
            let [hour, ..] = &mut packed;
            let fold = *hour & FOLD != 0;
            *hour &= !FOLD;
            Some(Time::unpack(packed)?.folded(fold))
        };
        let (time, tzinfo) = load_packed(&TIME, "the six bytes of a time", unpack, loader)?;
        Ok(Time { tzinfo, ..time })
    }
}

/// A point in time, with or without a time zone: `datetime.datetime`.
///
/// ```
/// use pickle_core::types::{Date, DateTime, Time, ZoneInfo};
///
/// let date = Date::new(2024, 10, 27).ok_or("no such day")?;
/// let time = Time::new(2, 30, 0, 0).ok_or("no such time")?;
/// // Half past two, the second time that night.
/// let time = time.in_zone(ZoneInfo::new("Europe/Berlin")).folded(true);
/// let moment = DateTime { date, time };
/// assert_eq!(moment.to_string(), "2024-10-27T02:30:00[Europe/Berlin]");
/// assert_eq!(pickle_core::from_slice::<DateTime>(&pickle_core::to_vec(&moment)?)?, moment);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time of that day, with the fold and the time zone of both: what `timetz()` returns.
    pub time: Time,
}

impl DateTime {
    /// The zone whose clocks show it; `None` for a naive one.
    #[must_use]
    pub const fn tzinfo(&self) -> Option<&TzInfo> {
        self.time.tzinfo()
    }

    /// Seconds from midnight of 1970-01-01 to this one on the same clocks, and microseconds.
    pub(crate) fn clock(&self) -> (i64, u32) {
        let Time { hour, minute, second, microsecond, .. } = self.time;
        let of_day = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        (self.date.to_unix_days() * 86_400 + of_day, microsecond)
    }

    /// The inverse of [`clock`](DateTime::clock), without a time zone.
    pub(crate) fn from_clock(seconds: i64, microsecond: u32) -> Option<DateTime> {
        let date = Date::from_unix_days(seconds.div_euclid(86_400))?;
        let of_day = seconds.rem_euclid(86_400);
        let part = |value: i64| u8::try_from(value).ok();
        let (minute, second) = (part(of_day / 60 % 60)?, part(of_day % 60)?);
        let time = Time::new(part(of_day / 3600)?, minute, second, microsecond)?;
        Some(DateTime { date, time })
    }
}

/// As `datetime.isoformat()`; a zone that has no fixed offset is in brackets.
impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// A fold is lost below protocol 4, as in Python.
impl Reduce for DateTime {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let [y0, y1, month, day] = self.date.pack();
        let [hour, minute, second, u0, u1, u2] = self.time.pack();
        let month = month | fold_bit(&self.time, saver);
        let packed = [y0, y1, month, day, hour, minute, second, u0, u1, u2];
        save_packed(&DATETIME, packed, self.tzinfo(), saver)
    }
}

impl<'de> Reconstruct<'de> for DateTime {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let unpack = |[y0, y1, month, day, hour, minute, second, u0, u1, u2]: [u8; 10]| {
            let date = Date::unpack([y0, y1, month & !FOLD, day])?;
            let time = Time::unpack([hour, minute, second, u0, u1, u2])?;
            Some(DateTime { date, time: time.folded(month & FOLD != 0) })
        };
        let (moment, tzinfo) =
            load_packed(&DATETIME, "the ten bytes of a datetime", unpack, loader)?;
        Ok(DateTime { time: Time { tzinfo, ..moment.time }, ..moment })
    }
}
