//! The types of other crates on every CPython found, both directions, every protocol.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot make its values should panic"
)]

use bigdecimal::BigDecimal;
use bytes::{Bytes, BytesMut};
use chrono::{FixedOffset, NaiveDate, TimeZone as _, Utc};
use half::f16;
use indexmap::{IndexMap, IndexSet};
use ndarray::{Array1, Array2, ArrayD, array};
use num_bigint::{BigInt, BigUint};
use num_complex::Complex64;
use pickle_core::types::numpy::{NdArray, Order};
use pickle_core::types::{DateTime, Time, TzInfo, ZoneInfo};
use pickle_tests::check::{agree, agree_on_arrays, load, row};

const ANY: (u32, u32) = (2, 7);
const PY3: (u32, u32) = (3, 0);

#[test]
fn chrono_has_dates_and_times() {
    let setup = "from datetime import *";
    let date = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    let moment = date.and_hms_micro_opt(23, 59, 58, 7).unwrap();
    let east = FixedOffset::east_opt(-12_345).unwrap().from_local_datetime(&moment).unwrap();
    let delta = chrono::TimeDelta::microseconds;
    agree(&[
        row(date, "date(2024, 2, 29)", setup, ANY),
        row(moment.time(), "time(23, 59, 58, 7)", setup, ANY),
        row(moment, "datetime(2024, 2, 29, 23, 59, 58, 7)", setup, ANY),
        row(moment.and_utc(), "datetime(2024, 2, 29, 23, 59, 58, 7, timezone.utc)", setup, PY3),
        row(
            east,
            "datetime(2024, 2, 29, 23, 59, 58, 7, timezone(timedelta(seconds=-12345)))",
            setup,
            (3, 7),
        ),
        row(delta(-1), "timedelta(microseconds=-1)", setup, ANY),
        row(delta(-1_500_000), "timedelta(microseconds=-1500000)", setup, ANY),
        row(delta(86_400_000_001), "timedelta(1, 0, 1)", setup, ANY),
    ]);
    let early = NaiveDate::from_ymd_opt(-5, 1, 1).unwrap();
    assert!(pickle_core::to_vec(&early).unwrap_err().to_string().contains("datetime.date"));
    let aware = pickle_core::to_vec(&moment.and_utc()).unwrap();
    assert!(load::<chrono::NaiveDateTime>(&aware).is_err());
    let offset: chrono::DateTime<Utc> = load(&pickle_core::to_vec(&east).unwrap()).unwrap();
    assert_eq!(offset, east);
}

#[test]
fn jiff_has_dates_and_times() {
    let setup = "from datetime import *";
    let moment = jiff::civil::date(2024, 10, 27).at(2, 30, 0, 7000);
    let utc = moment.to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    agree(&[
        row(moment.date(), "date(2024, 10, 27)", setup, ANY),
        row(moment.time(), "time(2, 30, 0, 7)", setup, ANY),
        row(moment, "datetime(2024, 10, 27, 2, 30, 0, 7)", setup, ANY),
        row(utc.timestamp(), "datetime(2024, 10, 27, 2, 30, 0, 7, timezone.utc)", setup, PY3),
        row(utc, "datetime(2024, 10, 27, 2, 30, 0, 7, timezone.utc)", setup, PY3),
        row(jiff::SignedDuration::from_micros(-1), "timedelta(microseconds=-1)", setup, ANY),
    ]);
    // Half past two came twice that night.
    let date = pickle_core::types::Date::new(2024, 10, 27).unwrap();
    let zone = ZoneInfo::new("Europe/Berlin");
    for (fold, seconds) in [(false, 1_729_989_000), (true, 1_729_992_600)] {
        let time = Time::new(2, 30, 0, 0).unwrap().in_zone(zone.clone()).folded(fold);
        let ours = DateTime { date, time };
        let zoned: jiff::Zoned = load(&pickle_core::to_vec(&ours).unwrap()).unwrap();
        assert_eq!(zoned.timestamp().as_second(), seconds);
        assert_eq!(DateTime::try_from(&zoned).unwrap(), ours);
    }
    assert_eq!(TzInfo::UTC, TzInfo::Fixed(pickle_core::types::TimeZone::UTC));
}

#[test]
fn numbers() {
    let decimal = "from decimal import Decimal";
    let huge = BigInt::from(-7).pow(201);
    let any = |text: &str| text.parse::<rust_decimal::Decimal>().unwrap();
    agree(&[
        row(any("19.90"), "Decimal('19.90')", decimal, ANY),
        row(any("-0.0000001"), "Decimal('-0.0000001')", decimal, ANY),
        row("-1.50".parse::<BigDecimal>().unwrap(), "Decimal('-1.50')", decimal, ANY),
        row("1E+30".parse::<BigDecimal>().unwrap(), "Decimal('1E+30')", decimal, ANY),
        row(Complex64::new(1.5, -2.0), "complex(1.5, -2.0)", "", ANY),
        row(huge.clone(), "-7 ** 201", "", ANY),
        row(BigInt::from(5), "5", "", ANY),
        row(BigUint::from(7u8).pow(200), "7 ** 200", "", ANY),
    ]);
    assert!(load::<BigUint>(&pickle_core::to_vec(&-huge).unwrap()).is_ok());
    assert!(load::<BigUint>(&pickle_core::to_vec(&-5).unwrap()).is_err());
    let nan = pickle_core::to_vec(&"NaN".parse::<pickle_core::types::Decimal>().unwrap()).unwrap();
    assert!(load::<BigDecimal>(&nan).is_err());
    let long = "1.23456789012345678901234567890123456789";
    let long = pickle_core::to_vec(&long.parse::<pickle_core::types::Decimal>().unwrap()).unwrap();
    assert!(load::<rust_decimal::Decimal>(&long).is_err());
}

#[test]
fn collections_and_bytes() {
    let dns = uuid::Uuid::from_u128(0x6ba7_b810_9dad_11d1_80b4_00c0_4fd4_30c8);
    agree(&[
        row(dns, "uuid.NAMESPACE_DNS", "import uuid", ANY),
        row(
            IndexMap::from([("b".to_owned(), 1), ("a".to_owned(), 2)]),
            "{'b': 1, 'a': 2}",
            "",
            (3, 7),
        ),
        row(IndexSet::from([1]), "{1}", "", ANY),
        row(Bytes::from_static(b"a\xff"), r"b'a\xff'", "", PY3),
        row(BytesMut::from(&b"a\xff"[..]), r"bytearray(b'a\xff')", "", ANY),
    ]);
}

#[test]
fn ndarray_has_arrays() {
    agree_on_arrays(&[
        row(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], "np.arange(1.0, 7.0).reshape(2, 3)", "", PY3),
        row(array![true, false], "np.array([True, False])", "", PY3),
        row(array![f16::from_f32(0.5)], "np.array([0.5], np.float16)", "", PY3),
        row(ArrayD::from_elem(vec![], 5i64), "np.array(5)", "", PY3),
    ]);
    // Fortran order and the other byte order.
    let data = vec![0, 1, 0, 3, 0, 2, 0, 4];
    let big = NdArray::from_bytes(">u2".parse().unwrap(), [2, 2], Order::Fortran, data).unwrap();
    let pickle = pickle_core::to_vec(&big).unwrap();
    assert_eq!(load::<Array2<u16>>(&pickle).unwrap(), array![[1, 2], [3, 4]]);
    assert!(load::<Array1<u16>>(&pickle).unwrap_err().contains("ndarray of 1 axes"));
    assert!(load::<Array2<i16>>(&pickle).unwrap_err().contains("dtype >u2"));
    assert!(big.view::<u16>().is_err());

    let little =
        NdArray::from_bytes("|u1".parse().unwrap(), [2, 2], Order::Fortran, [1, 3, 2, 4]).unwrap();
    let view = little.view::<u8>().unwrap();
    assert_eq!(view, array![[1, 2], [3, 4]].into_dyn());
    assert_eq!(view.as_ptr(), little.as_bytes().as_ptr());
    let transposed = array![[1, 2], [3, 4]].reversed_axes();
    assert_eq!(
        load::<Array2<i32>>(&pickle_core::to_vec(&transposed).unwrap()).unwrap(),
        transposed
    );
}
