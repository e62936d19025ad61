//! The types of other crates, behind their features. Their own `Display` says what they are, so what
//! their conversions do is seen by Python.

use bigdecimal::BigDecimal;
use bytes::{Bytes, BytesMut};
use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use indexmap::{IndexMap, IndexSet};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use num_bigint::{BigInt, BigUint};
use num_complex::Complex64;
use pickle_core::types;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::sample::select;

use crate::spelled::{Spelled, bytes, pairs};
use crate::strategies as any_;
use crate::{ANY, ORDERED, PY3, Peers};

/// Types whose text is an argument in Python.
macro_rules! displayed {
    ($($t:ty as $python:literal, $value:ident => $text:expr;)*) => {$(
        impl Spelled for $t {
            fn python(&self) -> String {
                let $value = self;
                format!($python, $text)
            }
        }
    )*};
}

const MICROS: &str = "%Y-%m-%dT%H:%M:%S%.6f";
const MICROS_AND_OFFSET: &str = "%Y-%m-%dT%H:%M:%S%.6f%::z";

displayed! {
    NaiveDate as "datetime.date.fromisoformat('{}')", date => date.format("%Y-%m-%d");
    NaiveTime as "datetime.time.fromisoformat('{}')", time => time.format("%H:%M:%S%.6f");
    NaiveDateTime as "datetime.datetime.fromisoformat('{}')", moment => moment.format(MICROS);
    chrono::DateTime<Utc> as "datetime.datetime.fromisoformat('{}')",
        moment => moment.format(MICROS_AND_OFFSET);
    chrono::DateTime<FixedOffset> as "datetime.datetime.fromisoformat('{}')",
        moment => moment.format(MICROS_AND_OFFSET);
    chrono::TimeDelta as "datetime.timedelta(microseconds={})", delta => delta.num_microseconds().unwrap();
    jiff::civil::Date as "datetime.date.fromisoformat('{}')", date => date.strftime("%Y-%m-%d");
    jiff::civil::Time as "datetime.time.fromisoformat('{}')", time => time.strftime("%H:%M:%S%.6f");
    jiff::civil::DateTime as "datetime.datetime.fromisoformat('{}')", moment => moment.strftime(MICROS);
    SignedDuration as "datetime.timedelta(microseconds={})", delta => delta.as_micros();
    Timestamp as "datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + \
                  datetime.timedelta(microseconds={})", instant => instant.as_microsecond();
    rust_decimal::Decimal as "decimal.Decimal('{}')", number => number;
    uuid::Uuid as "uuid.UUID('{}')", uuid => uuid;
    BigInt as "{}", number => number;
    BigUint as "{}", number => number;
    Bytes as "{}", value => bytes(value);
    BytesMut as "bytearray({})", value => bytes(value);
}

impl Spelled for Zoned {
    fn python(&self) -> String {
        let zone = self.time_zone().iana_name().unwrap();
        format!("({}).astimezone(zoneinfo.ZoneInfo('{zone}'))", self.timestamp().python())
    }
}

impl Spelled for BigDecimal {
    fn python(&self) -> String {
        let (digits, scale) = self.as_bigint_and_exponent();
        format!("decimal.Decimal({digits}).scaleb({}, decimal.Context(prec=999))", -scale)
    }
}

impl Spelled for Complex64 {
    fn python(&self) -> String {
        format!("complex({}, {})", self.re.python(), self.im.python())
    }
}

impl<K: Spelled, V: Spelled> Spelled for IndexMap<K, V> {
    fn python(&self) -> String {
        format!("dict({})", pairs(self))
    }
}

impl<T: Spelled> Spelled for IndexSet<T> {
    fn python(&self) -> String {
        format!("set([{}])", crate::spelled::listed(self))
    }
}

/// The dates that `datetime` has, in microseconds since 1970.
fn micros() -> impl Strategy<Value = i64> {
    any_::between(-62_135_596_800_000_000, 253_402_300_799_999_999)
}

const SETUP: &str = "import datetime, zoneinfo";
const OLD: &str = "import datetime";

#[test]
fn chrono() {
    let peers = Peers::all("agree.py");
    let utc = || {
        micros().prop_map(|micros| chrono::DateTime::<Utc>::from_timestamp_micros(micros).unwrap())
    };
    peers.agree_on(OLD, ORDERED, utc().prop_map(|utc| utc.date_naive()));
    peers.agree_on(OLD, ORDERED, utc().prop_map(|utc| utc.time()));
    peers.agree_on(OLD, ORDERED, utc().prop_map(|utc| utc.naive_utc()));
    peers.agree_on(OLD, ORDERED, utc());
    // A day from either end, so that the local time is within the years as well.
    let within = any_::between(-62_135_510_400_000_000, 253_402_214_400_000_000);
    let local = (within, any_::between(-86_399, 86_399)).prop_map(|(micros, offset)| {
        let offset = FixedOffset::east_opt(i32::try_from(offset).unwrap()).unwrap();
        chrono::DateTime::<Utc>::from_timestamp_micros(micros).unwrap().with_timezone(&offset)
    });
    peers.agree_on(OLD, ORDERED, local);
    let delta = any::<i64>().prop_map(chrono::TimeDelta::microseconds);
    peers.agree_on(OLD, ANY, delta);
}

#[test]
fn jiff() {
    let peers = Peers::all("agree.py");
    // The last day of the year 9999 is beyond what jiff takes for an instant.
    let micros = any_::between(-62_135_596_800_000_000, 253_402_207_200_000_000);
    let instant = micros.prop_map(|micros| Timestamp::from_microsecond(micros).unwrap()).boxed();
    let civil = |instant: Timestamp| instant.to_zoned(TimeZone::UTC).datetime();
    peers.agree_on(OLD, ORDERED, instant.clone().prop_map(move |instant| civil(instant).date()));
    peers.agree_on(OLD, ORDERED, instant.clone().prop_map(move |instant| civil(instant).time()));
    peers.agree_on(OLD, ORDERED, instant.clone().prop_map(civil));
    peers.agree_on(OLD, PY3, instant.clone());
    peers.agree_on(OLD, ANY, any::<i64>().prop_map(SignedDuration::from_micros));
    // Of recent times, since old offsets have seconds, and not twice a year, as a fold is lost below
    // protocol 4.
    let zones = select(&["Europe/Berlin", "America/New_York", "Asia/Tokyo"][..]);
    let seconds = 0..2_000_000_000i64;
    let zoned = (seconds, zones)
        .prop_map(|(second, zone)| Timestamp::from_second(second).unwrap().in_tz(zone).unwrap());
    let zoned =
        zoned.prop_filter("a fold", |zoned| !types::DateTime::try_from(zoned).unwrap().time.fold());
    peers.agree_on(SETUP, (3, 9), zoned);
}

#[test]
fn numbers() {
    let peers = Peers::all("agree.py");
    let number = || any_::digits(200).prop_map(|digits| digits.parse::<BigInt>().unwrap());
    peers.agree_on("", ANY, number());
    peers.agree_on("", ANY, number().prop_map(|number| number.magnitude().clone()));
    let complex = (any_::float(), any_::float()).prop_map(|(re, im)| Complex64::new(re, im));
    peers.agree_on("", ANY, complex);
    let decimal = (any::<i64>(), 0..20u32)
        .prop_map(|(digits, scale)| rust_decimal::Decimal::new(digits, scale));
    peers.agree_on("import decimal", ANY, decimal);
    let decimal = (number(), -50..50i64).prop_map(|(digits, scale)| BigDecimal::new(digits, scale));
    peers.agree_on("import decimal", ANY, decimal);
}

#[test]
fn bytes_and_collections() {
    let peers = Peers::all("agree.py");
    peers.agree_on("import uuid", ANY, any::<u128>().prop_map(uuid::Uuid::from_u128));
    peers.agree_on("", PY3, any_::bytes().prop_map(Bytes::from));
    peers.agree_on("", ANY, any_::bytes().prop_map(|bytes| BytesMut::from(&bytes[..])));
    let map = vec((any_::text(), any_::integer()), 0..5).prop_map(IndexMap::from_iter);
    peers.agree_on("", ORDERED, map);
    let set = btree_set(any_::integer(), 0..2).prop_map(IndexSet::from_iter);
    peers.agree_on("", ANY, set);
}
