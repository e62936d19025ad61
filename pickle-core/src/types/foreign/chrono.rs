//! `chrono`: dates, times, and spans of time.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use chrono::{Datelike as _, Timelike as _};

use super::through;
use crate::types;
use crate::types::TzInfo;

fn date(date: &NaiveDate) -> Option<types::Date> {
    let part = |part: u32| u8::try_from(part).ok();
    types::Date::new(u16::try_from(date.year()).ok()?, part(date.month())?, part(date.day())?)
}

fn their_date(date: types::Date) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(date.year().into(), date.month().into(), date.day().into())
}

/// A leap second is none in Python.
fn time(time: &NaiveTime) -> Option<types::Time> {
    let part = |part: u32| u8::try_from(part).ok();
    let micros = time.nanosecond() / 1000;
    types::Time::new(part(time.hour())?, part(time.minute())?, part(time.second())?, micros)
}

fn their_time(time: &types::Time) -> Option<NaiveTime> {
    let (hour, minute, second) = (time.hour().into(), time.minute().into(), time.second().into());
    NaiveTime::from_hms_micro_opt(hour, minute, second, time.microsecond())
}

fn moment(moment: &NaiveDateTime) -> Option<types::DateTime> {
    Some(types::DateTime { date: date(&moment.date())?, time: time(&moment.time())? })
}

fn their_moment(moment: &types::DateTime) -> Option<NaiveDateTime> {
    Some(their_date(moment.date)?.and_time(their_time(&moment.time)?))
}

fn naive<T>(tzinfo: Option<&TzInfo>, value: Option<T>) -> Option<T> {
    value.filter(|_| tzinfo.is_none())
}

/// With a fixed offset of whole seconds.
fn with_offset(moment: &types::DateTime) -> Option<DateTime<FixedOffset>> {
    let Some(TzInfo::Fixed(zone)) = moment.tzinfo() else { return None };
    let offset = zone.offset();
    let seconds = i32::try_from(offset.total_seconds()).ok().filter(|_| offset.microseconds() == 0);
    their_moment(moment)?.and_local_timezone(FixedOffset::east_opt(seconds?)?).single()
}

fn delta(delta: &TimeDelta) -> Option<types::TimeDelta> {
    let micros = i64::from(delta.subsec_nanos()).div_euclid(1000);
    types::TimeDelta::new(0, delta.num_seconds(), micros)
}

through! {
    /// A `datetime.date`.
    NaiveDate as types::Date, "datetime.date": date, |date| their_date(*date);
    /// A `datetime.time`, cut to microseconds.
    NaiveTime as types::Time, "datetime.time":
        time, |time| naive(time.tzinfo(), their_time(time));
    /// A naive `datetime.datetime`, cut to microseconds.
    NaiveDateTime as types::DateTime, "datetime.datetime":
        moment, |moment| naive(moment.tzinfo(), their_moment(moment));
    /// A `datetime.datetime` in UTC, cut to microseconds; any fixed offset is read.
    DateTime<Utc> as types::DateTime, "datetime.datetime":
        |utc| {
            let moment = moment(&utc.naive_utc())?;
            Some(types::DateTime { time: moment.time.in_zone(TzInfo::UTC), ..moment })
        },
        |moment| Some(with_offset(moment)?.to_utc());
    /// A `datetime.datetime` with a fixed offset, cut to microseconds.
    DateTime<FixedOffset> as types::DateTime, "datetime.datetime":
        |local| {
            let moment = moment(&local.naive_local())?;
            let zone = types::TimeZone::from_seconds(local.offset().local_minus_utc())?;
            Some(types::DateTime { time: moment.time.in_zone(zone), ..moment })
        },
        with_offset;
    /// A `datetime.timedelta`, cut to microseconds.
    TimeDelta as types::TimeDelta, "datetime.timedelta":
        delta,
        |delta| {
            let nanos = delta.microseconds() * 1000;
            TimeDelta::new(delta.total_seconds(), nanos)
        };
}
