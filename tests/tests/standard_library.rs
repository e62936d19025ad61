//! The types of Python's standard library on every CPython found, both directions, every protocol:
//! chosen values, and random ones that are the same in every run.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot make its values should panic"
)]

use std::collections::BTreeSet;
use std::fmt::Debug;

use pickle_core::types::{
    Array, ArrayItem, ByteArray, Complex, Counter, Date, DateTime, Decimal, DefaultDict, Deque,
    Exception, Fraction, FrozenSet, OrderedDict, PathClass, Pattern, PurePath, Range,
    SimpleNamespace, Slice, Time, TimeDelta, TimeZone, TzInfo, Uuid, ZoneInfo,
};
use pickle_core::{
    Global, Long, PickleOptions, Protocol, ReconstructOwned, Reduce, Route, UnpickleOptions, Value,
};
use pickle_tests::check::{Row, agree, load, row, row_of};
use pickle_tests::random::Random;

const ANY: (u32, u32) = (2, 7);
const PY3: (u32, u32) = (3, 0);

/// How many random values make a row.
const MANY: usize = 100;

/// A row of many random values, each with its Python expression.
fn random<T>(
    seed: u64,
    setup: &str,
    since: (u32, u32),
    make: impl Fn(&mut Random) -> (T, String),
) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    let mut random = Random::new(seed);
    let (values, exprs): (Vec<T>, Vec<String>) = (0..MANY).map(|_| make(&mut random)).unzip();
    row(values, &format!("[{}]", exprs.join(", ")), setup, since)
}

/// A number from a range, with its ends more likely than others.
fn between(random: &mut Random, low: i64, high: i64) -> i64 {
    let width = usize::try_from(high - low).unwrap() + 1;
    match random.below(10) {
        0 => low,
        1 => high,
        _ => low + i64::try_from(random.below(width)).unwrap(),
    }
}

fn small(random: &mut Random, low: i64, high: i64) -> u8 {
    u8::try_from(between(random, low, high)).unwrap()
}

fn any_date(random: &mut Random) -> Date {
    let days = between(random, Date::MIN.to_unix_days(), Date::MAX.to_unix_days());
    Date::from_unix_days(days).unwrap()
}

fn any_time(random: &mut Random) -> Time {
    let micros = u32::try_from(between(random, 0, 999_999)).unwrap();
    let (minute, second) = (small(random, 0, 59), small(random, 0, 59));
    Time::new(small(random, 0, 23), minute, second, micros).unwrap()
}

/// The arguments of a `date`, and those of a `time`.
fn date_args(date: Date) -> String {
    format!("{}, {}, {}", date.year(), date.month(), date.day())
}

fn time_args(time: &Time) -> String {
    format!("{}, {}, {}, {}", time.hour(), time.minute(), time.second(), time.microsecond())
}

fn any_zone(random: &mut Random) -> (TimeZone, String) {
    let seconds = between(random, -86_399, 86_399);
    let zone = TimeZone::from_seconds(i32::try_from(seconds).unwrap()).unwrap();
    let delta = format!("datetime.timedelta(seconds={seconds})");
    if random.below(2) == 0 {
        (zone, format!("datetime.timezone({delta})"))
    } else {
        (zone.named("\u{e9}t\u{e9}"), format!(r"datetime.timezone({delta}, u'\xe9t\xe9')"))
    }
}

#[test]
fn dates_and_times() {
    let setup = "import datetime";
    let delta = |days, seconds, micros| TimeDelta::new(days, seconds, micros).unwrap();
    agree(&[
        row(Date::MIN, "datetime.date.min", setup, ANY),
        row(Date::MAX, "datetime.date.max", setup, ANY),
        random(1, setup, ANY, |random| {
            let date = any_date(random);
            (date, format!("datetime.date({})", date_args(date)))
        }),
        random(2, setup, ANY, |random| {
            let time = any_time(random);
            let expr = format!("datetime.time({})", time_args(&time));
            (time, expr)
        }),
        random(3, setup, ANY, |random| {
            let (date, time) = (any_date(random), any_time(random));
            let expr = format!("datetime.datetime({}, {})", date_args(date), time_args(&time));
            (DateTime { date, time }, expr)
        }),
        row(delta(0, -1, 0), "datetime.timedelta(-1, 86399)", setup, ANY),
        row(TimeDelta::MIN, "datetime.timedelta.min", setup, ANY),
        row(TimeDelta::MAX, "datetime.timedelta.max", setup, ANY),
        random(4, setup, ANY, |random| {
            let days = between(random, -999_999_996, 999_999_996);
            let (seconds, micros) =
                (between(random, -100_000, 100_000), between(random, -2_000_000, 2_000_000));
            let expr = format!("datetime.timedelta({days}, {seconds}, {micros})");
            (delta(days, seconds, micros), expr)
        }),
    ]);
}

#[test]
fn time_zones() {
    let setup = "import datetime";
    let zones = "import datetime, zoneinfo";
    let berlin = "zoneinfo.ZoneInfo('Europe/Berlin')";
    agree(&[
        row(TimeZone::UTC, "datetime.timezone.utc", setup, PY3),
        random(5, setup, (3, 7), any_zone),
        random(6, setup, (3, 7), |random| {
            let (date, time) = (any_date(random), any_time(random));
            let (zone, expr) = any_zone(random);
            let (d, t) = (date_args(date), time_args(&time));
            let expr = format!("datetime.datetime({d}, {t}, {expr})");
            (DateTime { date, time: time.in_zone(zone) }, expr)
        }),
        random(7, setup, (3, 7), |random| {
            let time = any_time(random);
            let (zone, expr) = any_zone(random);
            let expr = format!("datetime.time({}, {expr})", time_args(&time));
            (time.in_zone(zone), expr)
        }),
        row(ZoneInfo::new("Europe/Berlin"), berlin, zones, (3, 9)),
        random(8, zones, (3, 9), |random| {
            let (date, time) = (any_date(random), any_time(random));
            let (d, t) = (date_args(date), time_args(&time));
            let zone = ["Europe/Berlin", "America/New_York"][random.below(2)];
            let expr = format!("datetime.datetime({d}, {t}, zoneinfo.ZoneInfo('{zone}'))");
            (DateTime { date, time: time.in_zone(ZoneInfo::new(zone)) }, expr)
        }),
    ]);
}

/// A row for a value that has a fold, which CPython leaves out below protocol 4, and so do we.
fn folded<T>(fold: impl Fn(bool) -> T, expr: &str) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    let options = |protocol| PickleOptions::new().protocol(protocol);
    let pickle = |protocol| options(protocol).to_vec(&fold(true)).unwrap();
    let (with, without) = (fold(true), fold(false));
    assert_eq!(load::<T>(&pickle(Protocol::V3)).as_ref(), Ok(&without));
    let pickles = [pickle(Protocol::V4), pickle(Protocol::V5)];
    let check = move |pickle: &[u8]| {
        let keeps = matches!(pickle, [0x80, 4..=5, ..]);
        let (found, expected) = (load::<T>(pickle)?, if keeps { &with } else { &without });
        if found == *expected { Ok(()) } else { Err(format!("{found:?}, expected {expected:?}")) }
    };
    // The numbers of the protocols are those of the row, so protocol 4 is there as the first.
    row_of(&pickles[..1], expr, "import datetime", check).since((3, 6))
}

#[test]
fn the_second_of_two_equal_times() {
    let date = Date::new(2024, 10, 27).unwrap();
    let time = || Time::new(23, 30, 0, 1).unwrap().in_zone(TzInfo::UTC);
    let expr = "23, 30, 0, 1, datetime.timezone.utc, fold=1";
    agree(&[
        folded(|fold| time().folded(fold), &format!("datetime.time({expr})")),
        folded(
            |fold| DateTime { date, time: time().folded(fold) },
            &format!("datetime.datetime(2024, 10, 27, {expr})"),
        ),
    ]);
}

/// Digits of any number up to a length, without leading zeros.
fn digits(random: &mut Random, most: usize) -> String {
    let mut digits = String::from(char::from(b'1' + small(random, 0, 8)));
    digits.extend((0..random.below(most)).map(|_| char::from(b'0' + small(random, 0, 9))));
    digits
}

fn signed(random: &mut Random, most: usize) -> String {
    let sign = if random.below(2) == 0 { "-" } else { "" };
    format!("{sign}{}", digits(random, most))
}

#[test]
fn numbers() {
    let (decimal, fractions) = ("from decimal import Decimal", "from fractions import Fraction");
    let exact = |text: &str| {
        row(text.parse::<Decimal>().unwrap(), &format!("Decimal('{text}')"), decimal, ANY)
    };
    let mut rows: Vec<Row> =
        ["0", "-0", "1.50", "1E+5", "0E-12", "Infinity", "-Infinity"].map(exact).into();
    rows.push(random(9, decimal, ANY, |random| {
        let mut text = signed(random, 40);
        if random.below(2) == 0 {
            text = format!("{text}.{}", digits(random, 20));
        }
        (text.parse::<Decimal>().unwrap(), format!("Decimal('{text}')"))
    }));
    rows.push(random(10, fractions, ANY, |random| {
        // An odd number and a power of two are in lowest terms.
        let (odd, power) = (2 * between(random, -1 << 60, 1 << 60) + 1, 1i64 << random.below(62));
        let fraction = Fraction { numerator: odd, denominator: power };
        (fraction, format!("Fraction({odd}, {power})"))
    }));
    rows.push(random(11, fractions, ANY, |random| {
        let text = signed(random, 60);
        let fraction =
            Fraction { numerator: text.parse::<Long>().unwrap(), denominator: Long::from(1i128) };
        (fraction, format!("Fraction({text})"))
    }));
    rows.push(random(12, "", ANY, |random| {
        let (re, im) =
            (f64::from(small(random, 0, 255)) / 8.0, -f64::from(small(random, 1, 255)) / 4.0);
        (Complex { re, im }, format!("complex({re:?}, {im:?})"))
    }));
    rows.push(row(Complex { re: -0.0, im: f64::INFINITY }, "complex(-0.0, float('inf'))", "", ANY));
    rows.push(random(13, "", ANY, |random| {
        let text = signed(random, 400);
        (text.parse::<Long>().unwrap(), text)
    }));
    agree(&rows);
}

#[test]
fn uuids() {
    let setup = "from uuid import UUID";
    let mut rows = vec![random(14, setup, ANY, |random| {
        let uuid = Uuid(u128::from(random.bits()) << 64 | u128::from(random.bits()));
        (uuid, format!("UUID('{uuid}')"))
    })];
    for number in [0, 1, u128::MAX] {
        rows.push(row(Uuid(number), &format!("UUID(int={number})"), setup, ANY));
    }
    agree(&rows);
}

#[test]
fn collections() {
    let setup = "from collections import *";
    let pairs = |count: i32| (0..count).map(|n| (n.to_string(), vec![n])).collect::<Vec<_>>();
    let factory = |name: &str| Some(Global::new("builtins", name));
    let mut rows = Vec::new();
    for count in [0, 1, 2, 5, 1000, 1001] {
        let expr = format!("[(u'%d' % n, [n]) for n in range({count})]");
        rows.push(row(OrderedDict(pairs(count)), &format!("OrderedDict({expr})"), setup, ANY));
        for (name, default_factory) in [("list", factory("list")), ("None", None)] {
            // Before 3.7, a dict is in no order.
            let (entries, expr) = (pairs(count), format!("defaultdict({name}, {expr})"));
            let since = if count > 1 { (3, 7) } else { ANY };
            rows.push(row(DefaultDict { default_factory, entries }, &expr, setup, since));
        }
        for maxlen in [None, Some(0), Some(3), Some(5000)] {
            let items = 0..u32::try_from(count).unwrap();
            let kept = maxlen.map_or(0, |maxlen| items.len().saturating_sub(maxlen));
            let items = items.skip(kept).collect();
            let none = maxlen.map_or("None".to_owned(), |maxlen| maxlen.to_string());
            let expr = format!("deque(range({count}), {none})");
            rows.push(row(Deque { items, maxlen }, &expr, setup, ANY));
        }
    }
    rows.push(row(
        Deque { items: [7u8, 8].into(), maxlen: Some(3) },
        "deque([7, 8], 3)",
        setup,
        ANY,
    ));
    rows.push(row(Counter(vec![("a".to_owned(), -2)]), "Counter({u'a': -2})", setup, ANY));
    rows.push(row(Counter::<String>::default(), "Counter()", setup, ANY));
    let letters = vec![('b', 3), ('a', 1)];
    rows.push(row(Counter(letters), "Counter({u'b': 3, u'a': 1})", setup, (3, 7)));
    agree(&rows);
}

#[test]
fn ranges_and_slices() {
    agree(&[
        random(15, "", PY3, |random| {
            let (start, stop) = (between(random, -1 << 61, 1 << 61), between(random, -9, 9));
            let step = [-7, -1, 1, 300][random.below(4)];
            (Range { start, stop, step }, format!("range({start}, {stop}, {step})"))
        }),
        random(16, "", ANY, |random| {
            let mut part = || (random.below(3) > 0).then(|| between(random, -70_000, 70_000));
            let slice: Slice = Slice { start: part(), stop: part(), step: part() };
            let text = |part: Option<i64>| part.map_or("None".to_owned(), |part| part.to_string());
            let (start, stop, step) = (text(slice.start), text(slice.stop), text(slice.step));
            (slice, format!("slice({start}, {stop}, {step})"))
        }),
        row(
            Slice { start: Some("a".to_owned()), stop: None, step: None },
            "slice(u'a', None)",
            "",
            ANY,
        ),
    ]);
}

#[test]
fn paths() {
    let path = |class, name: &str, path: &str| {
        let expr = format!("pathlib.{name}({path:?})");
        row(PurePath { class, path: path.to_owned() }, &expr, "import pathlib", PY3)
    };
    agree(&[
        path(PathClass::PurePosix, "PurePosixPath", "/a/b"),
        path(PathClass::PurePosix, "PurePosixPath", "a"),
        path(PathClass::PurePosix, "PurePosixPath", "/"),
        path(PathClass::PurePosix, "PurePosixPath", "//host/a"),
        path(PathClass::PureWindows, "PureWindowsPath", r"C:\a\b"),
        path(PathClass::PureWindows, "PureWindowsPath", r"C:a"),
        path(PathClass::PureWindows, "PureWindowsPath", r"\\host\share\a"),
        path(PathClass::PureWindows, "PureWindowsPath", r"a\b"),
        #[cfg(unix)]
        path(PathClass::Posix, "PosixPath", "/a"),
    ]);
}

fn any_array<T>(
    random: &mut Random,
    typecodes: &str,
    rows: &mut Vec<Row>,
    any: impl Fn(u64) -> (T, String),
) where
    T: ArrayItem + Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    for typecode in typecodes.chars() {
        for count in [0, 1, 5, 300] {
            let (items, exprs): (Vec<T>, Vec<String>) =
                (0..count).map(|_| any(random.bits())).unzip();
            let expr = format!("array.array('{typecode}', [{}])", exprs.join(", "));
            let since = if T::TYPECODE.eq_ignore_ascii_case(&'q') { PY3 } else { ANY };
            rows.push(row(Array(items), &expr, "import array", since));
        }
    }
}

#[test]
fn arrays() {
    let (mut rows, random) = (Vec::new(), &mut Random::new(17));
    macro_rules! integers {
        ($($t:ty: $typecodes:literal;)*) => {$(
            any_array(random, $typecodes, &mut rows, |bits| {
                let item = <$t>::from_le_bytes(bits.to_le_bytes()[..size_of::<$t>()].try_into().unwrap());
                (item, item.to_string())
            });
        )*};
    }
    // On this platform a C `long` has 64 bits.
    integers! {
        i8: "b"; u8: "B"; i16: "h"; u16: "H"; i32: "i"; u32: "I"; i64: "q"; u64: "Q";
    }
    if cfg!(all(unix, target_pointer_width = "64")) {
        integers! { i64: "l"; u64: "L"; }
    }
    any_array(random, "f", &mut rows, |bits| {
        let item = f32::from(u8::try_from(bits % 256).unwrap()) / 8.0;
        (item, format!("{item:?}"))
    });
    any_array(random, "d", &mut rows, |bits| {
        let item = f64::from(u32::try_from(bits >> 32).unwrap()) / 3.0;
        (item, format!("{item:?}"))
    });
    rows.push(row(ByteArray(Vec::new()), "bytearray()", "", ANY));
    rows.push(row(ByteArray(vec![0, 255, 10]), r"bytearray(b'\x00\xff\n')", "", ANY));
    agree(&rows);
    let big =
        b"\x80\x03carray\n_array_reconstructor\n(carray\narray\nX\x01\0\0\0hK\x05C\x02\x01\x02tR.";
    assert_eq!(load::<Array<i16>>(big), Ok(Array(vec![0x102])));
    assert!(load::<Array<u16>>(big).unwrap_err().contains("machine format"));
    assert!(load::<Array<i16>>(&big.map(|byte| if byte == b'h' { b'i' } else { byte })).is_ok());
}

#[test]
fn patterns_namespaces_and_exceptions() {
    let text = |text: &str| Value::from(text);
    let namespace = SimpleNamespace(vec![("a".to_owned(), 1), ("b\u{e9}".to_owned(), -2)]);
    let unicode = Pattern::UNICODE;
    agree(&[
        row(
            Pattern { pattern: r"\w+".to_owned(), flags: unicode },
            r"re.compile(u'\\w+', re.U)",
            "import re",
            ANY,
        ),
        row(
            Pattern {
                pattern: "a b".to_owned(),
                flags: unicode | Pattern::IGNORECASE | Pattern::VERBOSE,
            },
            "re.compile('a b', re.I | re.X)",
            "import re",
            PY3,
        ),
        row(
            Pattern { pattern: b"\xff+".to_vec(), flags: 0 },
            r"re.compile(b'\xff+')",
            "import re",
            PY3,
        ),
        row(namespace, "types.SimpleNamespace(**{'a': 1, 'b\\xe9': -2})", "import types", (3, 6)),
        row(SimpleNamespace::<u8>(Vec::new()), "types.SimpleNamespace()", "import types", PY3),
    ]);
    let exception =
        |name: &str, args: &[Value]| Exception::new(Global::new("builtins", name), args);
    let noted = Exception {
        attributes: vec![("__notes__".to_owned(), Value::List(vec![text("late")]))],
        ..exception("ValueError", &[text("bad"), 1.into()])
    };
    agree(&[
        row(exception("KeyError", &[text("a")]), "KeyError(u'a')", "", PY3),
        row(exception("StopIteration", &[]), "StopIteration()", "", PY3),
        row(noted, "error", "error = ValueError('bad', 1)\nerror.__notes__ = ['late']", PY3),
    ]);
}

/// None of these types is left to the slower route when it comes from a modern pickler.
#[test]
fn types_are_predicted() {
    fn predicted<T: Reduce + ReconstructOwned + Debug + PartialEq>(value: T) {
        let pickle = pickle_core::to_vec(&[&value, &value]).unwrap();
        let options = UnpickleOptions::new();
        let back: [T; 2] = options.route(Route::Predictive).from_slice(&pickle).unwrap();
        assert!(back.iter().all(|back| *back == value), "{back:?}");
    }
    let (date, time) = (Date::MIN, Time::MIN);
    predicted(TimeZone::UTC);
    predicted(TimeZone::UTC.named("Z"));
    predicted(ZoneInfo::new("Asia/Tokyo"));
    predicted(DateTime { date, time: time.clone() });
    predicted(DateTime { date, time: time.in_zone(TzInfo::UTC) });
    predicted("1.5".parse::<Decimal>().unwrap());
    predicted(Fraction { numerator: 1, denominator: 3 });
    predicted(Uuid(1));
    predicted(OrderedDict(vec![(1, 2)]));
    predicted(DefaultDict {
        default_factory: Some(Global::new("builtins", "list")),
        entries: vec![(1, 2)],
    });
    predicted(Deque { items: [1, 2].into(), maxlen: None });
    predicted(Deque { items: [1, 2].into(), maxlen: Some(2) });
    predicted(Counter(vec![(1, 2)]));
    predicted(FrozenSet(BTreeSet::from([1, 2])));
    predicted(Range { start: 1, stop: 2, step: 3 });
}

/// The states of damaged pickles, and values that Python cannot make.
#[test]
fn what_is_no_date_is_refused() {
    let cases: [(&[u8], &str); 3] = [
        (b"\x80\x03cdatetime\ndate\nC\x04\x07\xe4\x02\x1e\x85R.", "the four bytes of a date"),
        (b"\x80\x03cdatetime\ndate\nC\x03\x07\xe4\x02\x85R.", "bytes of 4"),
        (b"\x80\x03cdatetime\ndate\nK\x01K\x02\x86R.", "expected 1"),
    ];
    for (pickle, expected) in cases {
        let error = load::<Date>(pickle).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
    let pytz = b"\x80\x03cdatetime\ndatetime\nC\n\x07\xe4\x02\x1c\0\0\0\0\0\0cpytz\n_UTC\n)R\x86R.";
    let moment = load::<DateTime>(pytz).unwrap();
    assert_eq!(moment.to_string(), "2020-02-28T00:00:00+00:00");
}

/// Damaged pickles are errors or values, by both routes the same.
#[test]
fn the_routes_agree_on_damage() {
    fn damaged<T: Reduce + ReconstructOwned + Debug + PartialEq>(seed: u64, value: T) {
        let mut random = Random::new(seed);
        for protocol in [Protocol::V2, Protocol::V4, Protocol::V5] {
            let options = PickleOptions::new().protocol(protocol);
            let pickle = options.to_vec(&[&value, &value]).unwrap();
            for _ in 0..1500 {
                let _ = load::<[T; 2]>(&random.damage(&pickle));
            }
        }
    }
    let time = Time::MIN.in_zone(TimeZone::UTC.named("Z"));
    damaged(1, DateTime { date: Date::MIN, time });
    damaged(2, ZoneInfo::new("Asia/Tokyo"));
    damaged(3, Fraction { numerator: 1, denominator: 3 });
    damaged(4, OrderedDict(vec![(1, 2), (3, 4)]));
    let default_factory = Some(Global::new("builtins", "list"));
    damaged(5, DefaultDict { default_factory, entries: vec![(1, vec![2])] });
    damaged(6, Deque { items: [1, 2].into(), maxlen: Some(2) });
    damaged(7, Counter(vec![("a".to_owned(), 1)]));
    damaged(8, Array(vec![1i16, 2]));
    damaged(9, SimpleNamespace(vec![("a".to_owned(), 1)]));
    damaged(10, Uuid(1));
    damaged(11, Pattern { pattern: "a".to_owned(), flags: 32 });
    damaged(12, PurePath { class: PathClass::PurePosix, path: "/a".to_owned() });
    damaged(13, "1.5".parse::<Decimal>().unwrap());
}
