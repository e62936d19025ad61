//! `jiff`: dates, times, instants, and spans of time.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, Zoned};

use super::through;
use crate::types;
use crate::types::TzInfo;

fn date(date: Date) -> Option<types::Date> {
    let part = |part: i8| u8::try_from(part).ok();
    types::Date::new(u16::try_from(date.year()).ok()?, part(date.month())?, part(date.day())?)
}

fn their_date(date: types::Date) -> Option<Date> {
    let part = |part: u8| i8::try_from(part).ok();
    Date::new(i16::try_from(date.year()).ok()?, part(date.month())?, part(date.day())?).ok()
}

fn time(time: Time) -> Option<types::Time> {
    let part = |part: i8| u8::try_from(part).ok();
    let micros = u32::try_from(time.subsec_nanosecond() / 1000).ok()?;
    types::Time::new(part(time.hour())?, part(time.minute())?, part(time.second())?, micros)
}

fn their_time(time: &types::Time) -> Option<Time> {
    let part = |part: u8| i8::try_from(part).ok();
    let nanos = i32::try_from(time.microsecond()).ok()? * 1000;
    Time::new(part(time.hour())?, part(time.minute())?, part(time.second())?, nanos).ok()
}

fn moment(moment: DateTime) -> Option<types::DateTime> {
    Some(types::DateTime { date: date(moment.date())?, time: time(moment.time())? })
}

fn their_moment(moment: &types::DateTime) -> Option<DateTime> {
    Some(their_date(moment.date)?.to_datetime(their_time(&moment.time)?))
}

fn naive<T>(tzinfo: Option<&TzInfo>, value: Option<T>) -> Option<T> {
    value.filter(|_| tzinfo.is_none())
}

fn zoned(zoned: &Zoned) -> Option<types::DateTime> {
    let moment = moment(zoned.datetime())?;
    let zone = match zoned.time_zone().iana_name() {
        Some("UTC") => TzInfo::UTC,
        Some(name) => types::ZoneInfo::new(name).into(),
        None => types::TimeZone::from_seconds(zoned.time_zone().to_fixed_offset().ok()?.seconds())?
            .into(),
    };
    let ambiguous = zoned.time_zone().to_ambiguous_zoned(zoned.datetime());
    let fold = match ambiguous.offset() {
        AmbiguousOffset::Fold { after, .. } => after == zoned.offset(),
        _ => false,
    };
    Some(types::DateTime { time: moment.time.in_zone(zone).folded(fold), ..moment })
}

/// A zone by name needs the database of time zones that jiff finds.
fn their_zoned(moment: &types::DateTime) -> Option<Zoned> {
    let zone = match moment.tzinfo()? {
        TzInfo::Fixed(zone) if *zone == types::TimeZone::UTC => TimeZone::UTC,
        TzInfo::Fixed(zone) => {
            let offset = zone.offset();
            let seconds = i32::try_from(offset.total_seconds()).ok()?;
            TimeZone::fixed(
                Offset::from_seconds(seconds).ok().filter(|_| offset.microseconds() == 0)?,
            )
        }
        TzInfo::Zone(zone) => TimeZone::get(zone.key()).ok()?,
    };
    let ambiguous = zone.into_ambiguous_zoned(their_moment(moment)?);
    if moment.time.fold() { ambiguous.later().ok() } else { ambiguous.earlier().ok() }
}

through! {
    /// A `datetime.date`.
    Date as types::Date, "datetime.date": |theirs| date(*theirs), |date| their_date(*date);
    /// A `datetime.time`, cut to microseconds.
    Time as types::Time, "datetime.time":
        |theirs| time(*theirs), |time| naive(time.tzinfo(), their_time(time));
    /// A naive `datetime.datetime`, cut to microseconds.
    DateTime as types::DateTime, "datetime.datetime":
        |theirs| moment(*theirs), |moment| naive(moment.tzinfo(), their_moment(moment));
    /// A `datetime.datetime` in UTC, cut to microseconds; any zone is read.
    Timestamp as types::DateTime, "datetime.datetime":
        |instant| zoned(&instant.to_zoned(TimeZone::UTC)),
        |moment| Some(their_zoned(moment)?.timestamp());
    /// A `datetime.datetime` with a `ZoneInfo` or a fixed offset, cut to microseconds.
    Zoned as types::DateTime, "datetime.datetime": zoned, their_zoned;
    /// A `datetime.timedelta`, cut to microseconds.
    SignedDuration as types::TimeDelta, "datetime.timedelta":
        |span| {
            let micros = i64::from(span.subsec_nanos()).div_euclid(1000);
            types::TimeDelta::new(0, span.as_secs(), micros)
        },
        |delta| {
            let nanos = i32::try_from(delta.microseconds()).ok()? * 1000;
            Some(SignedDuration::new(delta.total_seconds(), nanos))
        };
}
