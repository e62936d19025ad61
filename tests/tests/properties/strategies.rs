//! Random values.

use pickle_core::Long;
use pickle_core::types::{Date, DateTime, Decimal, Time, TimeDelta, TimeZone, TzInfo, ZoneInfo};
use proptest::collection::vec;
use proptest::num::f64;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::string::string_regex;

/// A number from a range, with its ends more likely than others.
pub(crate) fn between(low: i64, high: i64) -> impl Strategy<Value = i64> {
    prop_oneof![1 => Just(low), 1 => Just(high), 8 => low..=high]
}

/// A number of any magnitude.
pub(crate) fn integer() -> impl Strategy<Value = i64> {
    (any::<i64>(), 0..64u32).prop_map(|(number, shift)| number >> shift)
}

/// A float that is not NaN, which no `==` of a Python list finds equal.
pub(crate) fn float() -> impl Strategy<Value = f64> {
    f64::POSITIVE | f64::NEGATIVE | f64::NORMAL | f64::SUBNORMAL | f64::ZERO | f64::INFINITE
}

/// Text with line breaks, quotes, other scripts and emoji.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z_]{0,8}",
        2 => r#"[\\'"a\n\r\t\x00\x1a]{0,6}"#,
        2 => "\\PC{0,6}",
        1 => "[a-z]{250,260}",
    ]
}

/// A name that an attribute may have.
pub(crate) fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,5}_"
}

pub(crate) fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => vec(any::<u8>(), 0..8), 1 => vec(any::<u8>(), 250..260)]
}

/// Digits of an integer.
pub(crate) fn digits(most: usize) -> impl Strategy<Value = String> {
    let digits = string_regex(&format!("0|-?[1-9][0-9]{{0,{}}}", most - 1));
    digits.unwrap()
}

pub(crate) fn long() -> impl Strategy<Value = Long> {
    digits(300).prop_map(|digits| digits.parse().unwrap())
}

/// In the form that `str()` gives (`decimal.Decimal.__str__`).
pub(crate) fn decimal() -> impl Strategy<Value = Decimal> {
    let number = (digits(30), -40..40i64).prop_map(|(digits, exponent)| {
        let (sign, digits) = digits.strip_prefix('-').map_or(("", &*digits), |rest| ("-", rest));
        let left = exponent + digits.len() as i64;
        let dot = if exponent <= 0 && left > -6 { left } else { 1 };
        let number = match usize::try_from(dot) {
            Err(_) | Ok(0) => format!("0.{}{digits}", "0".repeat(dot.unsigned_abs() as usize)),
            Ok(dot) if dot >= digits.len() => digits.to_owned(),
            Ok(dot) => format!("{}.{}", &digits[..dot], &digits[dot..]),
        };
        let exponent = if left == dot { String::new() } else { format!("E{:+}", left - dot) };
        format!("{sign}{number}{exponent}")
    });
    let others = select(&["Infinity", "-Infinity", "-0", "-0.00", "1E+999999"][..]);
    prop_oneof![6 => number, 1 => others.prop_map(str::to_owned)]
        .prop_map(|text| text.parse().unwrap())
}

pub(crate) fn date() -> impl Strategy<Value = Date> {
    let days = between(Date::MIN.to_unix_days(), Date::MAX.to_unix_days());
    days.prop_map(|days| Date::from_unix_days(days).unwrap())
}

/// Without a zone.
pub(crate) fn time() -> impl Strategy<Value = Time> {
    (between(0, 86_399), between(0, 999_999)).prop_map(|(seconds, micros)| {
        let part = |part: i64| u8::try_from(part).unwrap();
        let (minute, second) = (part(seconds / 60 % 60), part(seconds % 60));
        Time::new(part(seconds / 3600), minute, second, u32::try_from(micros).unwrap()).unwrap()
    })
}

pub(crate) fn moment() -> impl Strategy<Value = DateTime> {
    (date(), time()).prop_map(|(date, time)| DateTime { date, time })
}

pub(crate) fn delta() -> impl Strategy<Value = TimeDelta> {
    let days = between(-999_999_996, 999_999_996);
    let delta = (days, between(-100_000, 100_000), between(-2_000_000, 2_000_000))
        .prop_map(|(days, seconds, micros)| TimeDelta::new(days, seconds, micros).unwrap());
    prop_oneof![8 => delta, 1 => Just(TimeDelta::MIN), 1 => Just(TimeDelta::MAX)]
}

/// With microseconds, and with a name, as Python 3.7 and above have it.
pub(crate) fn zone() -> impl Strategy<Value = TimeZone> {
    let micros = between(-86_399_999_999, 86_399_999_999);
    let offset = prop_oneof![
        micros.prop_map(|micros| TimeDelta::new(0, 0, micros).unwrap()),
        (-840..840i64).prop_map(|minutes| TimeDelta::new(0, minutes * 60, 0).unwrap()),
    ];
    (offset, proptest::option::of(text())).prop_map(|(offset, name)| {
        let zone = TimeZone::new(offset).unwrap();
        match name {
            Some(name) => zone.named(name),
            None => zone,
        }
    })
}

/// Of the zones that every system has.
pub(crate) fn zone_info() -> impl Strategy<Value = ZoneInfo> {
    select(&["Europe/Berlin", "America/New_York", "Asia/Tokyo", "UTC"][..]).prop_map(ZoneInfo::new)
}

pub(crate) fn tzinfo() -> impl Strategy<Value = TzInfo> {
    prop_oneof![zone().prop_map(TzInfo::from), zone_info().prop_map(TzInfo::from)]
}
