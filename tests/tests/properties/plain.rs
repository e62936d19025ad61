//! The types of Python's standard library, and Rust's own.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use pickle_core::Global;
use pickle_core::types::{
    Array, ByteArray, Complex, Counter, Date, DateTime, Decimal, DefaultDict, Deque, Exception,
    Fraction, FrozenSet, IpInterface, IpNetwork, OrderedDict, PathClass, Pattern, PurePath, Range,
    SimpleNamespace, Slice, Time, TimeDelta, TimeZone, TzInfo, Uuid, ZoneInfo,
};
use proptest::collection::{btree_map, btree_set, hash_set, vec};
use proptest::option;
use proptest::prelude::*;

use crate::spelled::{Spelled, bytes, listed, pairs};
use crate::strategies as any_;
use crate::{ANY, ORDERED, PY3, Peers};

impl Spelled for Date {
    fn python(&self) -> String {
        format!("datetime.date({}, {}, {})", self.year(), self.month(), self.day())
    }
}

/// The arguments that `time` and `datetime` share.
fn time_args(time: &Time) -> String {
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    format!("{hour}, {minute}, {second}, {}, {}", time.microsecond(), zone(time.tzinfo()))
}

fn zone(tzinfo: Option<&TzInfo>) -> String {
    match tzinfo {
        Some(TzInfo::Fixed(zone)) => zone.python(),
        Some(TzInfo::Zone(zone)) => zone.python(),
        _ => "None".to_owned(),
    }
}

impl Spelled for Time {
    fn python(&self) -> String {
        format!("datetime.time({})", time_args(self))
    }
}

impl Spelled for DateTime {
    fn python(&self) -> String {
        let (year, month, day) = (self.date.year(), self.date.month(), self.date.day());
        format!("datetime.datetime({year}, {month}, {day}, {})", time_args(&self.time))
    }
}

impl Spelled for TimeDelta {
    fn python(&self) -> String {
        let (days, seconds, micros) = (self.days(), self.seconds(), self.microseconds());
        format!("datetime.timedelta({days}, {seconds}, {micros})")
    }
}

impl Spelled for TimeZone {
    fn python(&self) -> String {
        let name = self.name().map(|name| format!(", {}", name.python())).unwrap_or_default();
        format!("datetime.timezone({}{name})", self.offset().python())
    }
}

impl Spelled for ZoneInfo {
    fn python(&self) -> String {
        format!("zoneinfo.ZoneInfo({})", self.key().python())
    }
}

#[test]
fn dates_and_times() {
    let peers = Peers::all("agree.py");
    let setup = "import datetime";
    peers.agree_on(setup, ANY, any_::date());
    peers.agree_on(setup, ANY, any_::time());
    peers.agree_on(setup, ANY, any_::moment());
    peers.agree_on(setup, ANY, any_::delta());
    peers.agree_on(setup, ORDERED, any_::zone());
    let zones = "import datetime, zoneinfo";
    peers.agree_on(zones, (3, 9), any_::zone_info());
    let time = (any_::time(), any_::tzinfo()).prop_map(|(time, zone)| time.in_zone(zone));
    peers.agree_on(zones, (3, 9), time);
    let moment = (any_::moment(), any_::tzinfo())
        .prop_map(|(moment, zone)| DateTime { time: moment.time.in_zone(zone), ..moment });
    peers.agree_on(zones, (3, 9), moment);
    peers.agree_on(setup, ANY, (0..86_400_000_000_000u64).prop_map(Duration::from_micros));
    let system = (0..250_000_000_000_000_000u64)
        .prop_map(|micros| UNIX_EPOCH + Duration::from_micros(micros));
    peers.agree_on(setup, PY3, system);
}

impl Spelled for Duration {
    fn python(&self) -> String {
        format!("datetime.timedelta(microseconds={})", self.as_micros())
    }
}

impl Spelled for SystemTime {
    fn python(&self) -> String {
        let since = self.duration_since(UNIX_EPOCH).unwrap().python();
        format!("datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc) + {since}")
    }
}

impl Spelled for Decimal {
    fn python(&self) -> String {
        format!("decimal.Decimal('{self}')")
    }
}

impl<T: Spelled> Spelled for Fraction<T> {
    fn python(&self) -> String {
        let (top, bottom) = (self.numerator.python(), self.denominator.python());
        format!("fractions.Fraction({top}, {bottom})")
    }
}

impl Spelled for Complex {
    fn python(&self) -> String {
        format!("complex({}, {})", self.re.python(), self.im.python())
    }
}

#[test]
fn numbers() {
    let peers = Peers::all("agree.py");
    peers.agree_on("", ANY, any::<bool>());
    macro_rules! integers {
        ($($t:ty)*) => {$(
            // Not only large ones.
            let shifted = (any::<$t>(), 0..<$t>::BITS).prop_map(|(number, shift)| (number >> shift,));
            peers.agree_on("", ANY, shifted);
        )*};
    }
    integers!(i8 u8 i16 u16 i32 u32 i64 u64 i128 u128 usize isize);
    peers.agree_on("", ANY, any_::long());
    peers.agree_on("", ANY, any_::float());
    peers.agree_on("", ANY, any::<f32>().prop_filter("NaN", |float| !float.is_nan()));
    peers.agree_on("import decimal", ANY, any_::decimal());
    // An odd number and a power of two are in lowest terms.
    let fraction = (-1i64 << 60..1 << 60, 0..62u32)
        .prop_map(|(half, power)| Fraction { numerator: 2 * half + 1, denominator: 1i64 << power });
    peers.agree_on("import fractions", ANY, fraction);
    let whole = any_::long()
        .prop_map(|numerator| Fraction { numerator, denominator: pickle_core::Long::from(1i128) });
    peers.agree_on("import fractions", ANY, whole);
    peers.agree_on("", ANY, (any_::float(), any_::float()).prop_map(|(re, im)| Complex { re, im }));
}

impl Spelled for Uuid {
    fn python(&self) -> String {
        format!("uuid.UUID(int={})", self.0)
    }
}

impl Spelled for IpAddr {
    fn python(&self) -> String {
        format!("ipaddress.ip_address(u'{self}')")
    }
}

impl Spelled for Ipv4Addr {
    fn python(&self) -> String {
        IpAddr::from(*self).python()
    }
}

impl Spelled for Ipv6Addr {
    fn python(&self) -> String {
        IpAddr::from(*self).python()
    }
}

impl Spelled for IpNetwork {
    fn python(&self) -> String {
        format!("ipaddress.ip_network(u'{self}')")
    }
}

impl Spelled for IpInterface {
    fn python(&self) -> String {
        format!("ipaddress.ip_interface(u'{self}')")
    }
}

impl Spelled for SocketAddr {
    fn python(&self) -> String {
        match self {
            SocketAddr::V4(address) => format!("(u'{}', {})", address.ip(), address.port()),
            SocketAddr::V6(address) => {
                let (flow, scope) = (address.flowinfo(), address.scope_id());
                format!("(u'{}', {}, {flow}, {scope})", address.ip(), address.port())
            }
        }
    }
}

#[test]
fn identifiers_and_addresses() {
    let peers = Peers::all("agree.py");
    peers.agree_on("import uuid", ANY, any::<u128>().prop_map(Uuid));
    let setup = "import ipaddress";
    peers.agree_on(setup, PY3, any::<IpAddr>());
    peers.agree_on(setup, PY3, any::<Ipv4Addr>());
    peers.agree_on(setup, PY3, any::<Ipv6Addr>());
    let interface = (any::<IpAddr>(), any::<u8>()).prop_map(|(address, prefix)| {
        let bits = if address.is_ipv4() { 32 } else { 128 };
        IpInterface::new(address, prefix % (bits + 1)).unwrap()
    });
    peers.agree_on(setup, PY3, interface.clone());
    let network = interface.prop_map(|interface| {
        let mask = |bits: u32| u128::MAX.checked_shl(bits - u32::from(interface.prefix()));
        let address: IpAddr = match interface.address() {
            IpAddr::V4(address) => {
                Ipv4Addr::from(address.to_bits() & mask(32).unwrap_or(0) as u32).into()
            }
            IpAddr::V6(address) => {
                Ipv6Addr::from(address.to_bits() & mask(128).unwrap_or(0)).into()
            }
        };
        IpNetwork::new(address, interface.prefix()).unwrap()
    });
    peers.agree_on(setup, PY3, network);
    peers.agree_on("", ANY, any::<SocketAddr>());
}

impl<K: Spelled, V: Spelled> Spelled for OrderedDict<K, V> {
    fn python(&self) -> String {
        format!(
            "collections.OrderedDict({})",
            pairs(self.0.iter().map(|(key, value)| (key, value)))
        )
    }
}

impl<K: Spelled, V: Spelled> Spelled for DefaultDict<K, V> {
    fn python(&self) -> String {
        let entries = pairs(self.entries.iter().map(|(key, value)| (key, value)));
        let factory = self.default_factory.as_ref().map_or("None", |factory| &factory.name);
        format!("collections.defaultdict({factory}, {entries})")
    }
}

impl<K: Spelled> Spelled for Counter<K> {
    fn python(&self) -> String {
        let counts = pairs(self.0.iter().map(|(key, count)| (key, count)));
        format!("collections.Counter(dict({counts}))")
    }
}

impl<T: Spelled> Spelled for Deque<T> {
    fn python(&self) -> String {
        format!("collections.deque([{}], {})", listed(&self.items), self.maxlen.python())
    }
}

/// Entries with keys that differ, in any order.
fn entries<V: Strategy>(values: impl Fn() -> V) -> impl Strategy<Value = Vec<(String, V::Value)>> {
    hash_set(any_::text(), 0..5).prop_flat_map(move |keys| {
        let keys: Vec<String> = keys.into_iter().collect();
        let values = vec(values(), keys.len());
        (Just(keys), values).prop_map(|(keys, values)| keys.into_iter().zip(values).collect())
    })
}

#[test]
fn collections() {
    let peers = Peers::all("agree.py");
    let setup = "import collections";
    let values = || option::of(any_::text());
    peers.agree_on(setup, ANY, entries(values).prop_map(OrderedDict));
    // Python 2 has a pair of the class and a list of pairs.
    peers.agree_on(
        setup,
        ANY,
        entries(|| entries(any_::integer).prop_map(OrderedDict)).prop_map(OrderedDict),
    );
    let factories = option::of(proptest::sample::select(&["list", "int", "dict"][..]));
    let default = (factories, entries(values)).prop_map(|(factory, entries)| DefaultDict {
        default_factory: factory.map(|name| Global::new("builtins", name)),
        entries,
    });
    peers.agree_on(setup, ORDERED, default);
    peers.agree_on(setup, ORDERED, entries(any_::integer).prop_map(Counter));
    let deque = (vec(any_::text(), 0..6), option::of(0..9usize)).prop_map(|(items, maxlen)| {
        let dropped = items.len().saturating_sub(maxlen.unwrap_or(usize::MAX));
        Deque { items: items.into_iter().skip(dropped).collect(), maxlen }
    });
    peers.agree_on(setup, ANY, deque);
    peers.agree_on(setup, ANY, vec(any::<u8>(), 0..5).prop_map(VecDeque::from));
    peers.agree_on(setup, ANY, vec(vec(any_::integer(), 0..3), 0..5));
    let frozen = || btree_set(any_::text(), 0..5).prop_map(FrozenSet);
    peers.agree_on("", ANY, vec((frozen(), btree_set(frozen(), 0..3)), 0..3));
    // About as long as a batch.
    peers.agree_on_each("", ANY, vec(any::<i16>(), 999..1003));
    peers.agree_on("", ANY, vec(any_::text(), 0..4).prop_map(|list| (list.len() as u8, list)));
    peers.agree_on("", ANY, btree_map(any_::integer(), any_::text(), 0..5));
    peers.agree_on("", ANY, btree_map((any::<u8>(), any_::text()), any::<[u16; 5]>(), 0..2));
    peers.agree_on("", ANY, btree_set(any_::text(), 0..5));
    peers.agree_on(
        "",
        ANY,
        (any_::text(), option::of(any_::float()), any::<char>(), any::<bool>()),
    );
}

impl Spelled for Range {
    fn python(&self) -> String {
        format!("range({}, {}, {})", self.start, self.stop, self.step)
    }
}

impl Spelled for RangeInclusive<i32> {
    fn python(&self) -> String {
        format!("range({}, {})", self.start(), i64::from(*self.end()) + 1)
    }
}

impl Spelled for std::ops::Range<u32> {
    fn python(&self) -> String {
        format!("range({}, {})", self.start, self.end)
    }
}

impl Spelled for Slice {
    fn python(&self) -> String {
        let (start, stop, step) = (self.start.python(), self.stop.python(), self.step.python());
        format!("slice({start}, {stop}, {step})")
    }
}

impl Spelled for PurePath {
    fn python(&self) -> String {
        let class = match self.class {
            PathClass::PurePosix => "PurePosixPath",
            PathClass::PureWindows => "PureWindowsPath",
            PathClass::Posix => "PosixPath",
            PathClass::Windows => "WindowsPath",
        };
        format!("pathlib.{class}({})", self.path.python())
    }
}

impl Spelled for PathBuf {
    fn python(&self) -> String {
        format!("pathlib.Path({})", self.to_str().unwrap().python())
    }
}

#[test]
fn ranges_and_paths() {
    let peers = Peers::all("agree.py");
    let step = prop_oneof![Just(1), Just(-1), Just(300), 2..1_000_000i64];
    let range = (any_::integer(), any_::integer(), step).prop_map(|(start, stop, step)| Range {
        start,
        stop,
        step,
    });
    peers.agree_on("", PY3, range);
    peers.agree_on("", PY3, (any::<u32>(), any::<u32>()).prop_map(|(start, end)| start..end));
    peers.agree_on("", PY3, (any::<i32>(), any::<i32>()).prop_map(|(start, end)| start..=end));
    let part = || option::of(any_::integer());
    let slice = (part(), part(), part());
    peers.agree_on("", ANY, slice.prop_map(|(start, stop, step)| Slice { start, stop, step }));
    let parts = |separator: &'static str| {
        vec("[a-z \u{e9}]{1,5}", 1..5).prop_map(move |parts| parts.join(separator))
    };
    let path = |class: &'static [PathClass], root: &'static [&str], separator| {
        let (class, root) = (proptest::sample::select(class), proptest::sample::select(root));
        (class, root, parts(separator))
            .prop_map(|(class, root, path)| PurePath { class, path: format!("{root}{path}") })
    };
    let posix = if cfg!(unix) {
        &[PathClass::PurePosix, PathClass::Posix][..]
    } else {
        &[PathClass::PurePosix]
    };
    peers.agree_on("import pathlib", PY3, path(posix, &["/", "", "//"], "/"));
    let windows = &[PathClass::PureWindows];
    peers.agree_on(
        "import pathlib",
        PY3,
        path(windows, &["", "C:\\", "d:", r"\\host\share\", "\\"], "\\"),
    );
    let own = parts("/").prop_map(|path| PathBuf::from(format!("/{path}")));
    peers.agree_on("import pathlib", PY3, own);
}

impl Spelled for ByteArray {
    fn python(&self) -> String {
        format!("bytearray({})", bytes(&self.0))
    }
}

/// Bytes that are no list of numbers.
#[derive(Debug, PartialEq, pickle_core::Reduce)]
#[reduce(transparent)]
struct Bytes(Vec<u8>);

impl Spelled for Bytes {
    fn python(&self) -> String {
        bytes(&self.0)
    }
}

impl<T: Spelled + pickle_core::types::ArrayItem> Spelled for Array<T> {
    fn python(&self) -> String {
        format!("array.array('{}', [{}])", T::TYPECODE, listed(&self.0))
    }
}

impl Spelled for Pattern {
    fn python(&self) -> String {
        format!("re.compile({}, {})", self.pattern.python(), self.flags)
    }
}

impl Spelled for Pattern<Vec<u8>> {
    fn python(&self) -> String {
        format!("re.compile({}, {})", bytes(&self.pattern), self.flags)
    }
}

#[test]
fn bytes_arrays_and_text() {
    let peers = Peers::all("agree.py");
    peers.agree_on("", PY3, any_::bytes().prop_map(Bytes));
    peers.agree_on("", ANY, any_::bytes().prop_map(ByteArray));
    peers.agree_on("", ANY, any_::text());
    peers.agree_on("", ANY, any::<String>());
    macro_rules! arrays {
        ($($t:ident $since:expr;)*) => {$(
            peers.agree_on("import array", $since, vec(any::<$t>(), 0..6).prop_map(Array));
        )*};
    }
    arrays! {
        i8 ANY; u8 ANY; i16 ANY; u16 ANY; i32 ANY; u32 ANY; i64 PY3; u64 PY3; char PY3;
    }
    peers.agree_on("import array", ANY, vec(any_::float(), 0..6).prop_map(Array));
    let single = any::<f32>().prop_filter("NaN", |float| !float.is_nan());
    peers.agree_on("import array", ANY, vec(single, 0..6).prop_map(Array));
    let flags = (0..32u32).prop_map(|bits| {
        (Pattern::IGNORECASE * (bits & 1))
            | (Pattern::MULTILINE * (bits >> 1 & 1))
            | (Pattern::DOTALL * (bits >> 2 & 1))
            | (Pattern::VERBOSE * (bits >> 3 & 1))
    });
    // Without what has a meaning, as not all of it is an expression.
    let plain = |text: &str| text.replace(['*', '+', '[', ']', '(', ')'], r"\d");
    let text = "[a-z.*+\\[\\]()|\u{e9}]{0,8}".prop_map(move |text: String| plain(&text));
    let pattern = (text, flags.clone())
        .prop_map(|(pattern, flags)| Pattern { pattern, flags: flags | Pattern::UNICODE });
    peers.agree_on("import re", ANY, pattern);
    let bytes = ("[a-z.*+|\u{80}-\u{ff}]{0,8}", flags).prop_map(move |(text, flags)| {
        let pattern = plain(&text).chars().filter_map(|char| u8::try_from(char).ok()).collect();
        Pattern::<Vec<u8>> { pattern, flags }
    });
    peers.agree_on("import re", PY3, bytes);
}

/// What both sets of attributes are made of.
fn attributes<V: Spelled>(attributes: &[(String, V)]) -> String {
    format!("**dict({})", pairs(attributes.iter().map(|(name, value)| (name, value))))
}

impl<V: Spelled> Spelled for SimpleNamespace<V> {
    fn python(&self) -> String {
        format!("types.SimpleNamespace({})", attributes(&self.0))
    }
}

impl Spelled for Exception {
    fn python(&self) -> String {
        let (name, args) = (&self.class.name, listed(&self.args));
        format!("made({name}({args}), {})", attributes(&self.attributes))
    }
}

/// Attributes with names that differ.
fn named<V: Strategy>(values: impl Fn() -> V) -> impl Strategy<Value = Vec<(String, V::Value)>> {
    hash_set(any_::name(), 0..4).prop_flat_map(move |names| {
        let names: Vec<String> = names.into_iter().collect();
        let values = vec(values(), names.len());
        (Just(names), values).prop_map(|(names, values)| names.into_iter().zip(values).collect())
    })
}

#[test]
fn objects_of_many_shapes() {
    let peers = Peers::all("agree.py");
    let namespace = named(|| option::of(any_::integer())).prop_map(SimpleNamespace);
    peers.agree_on("import types", ORDERED, namespace);
    let nested = named(|| named(any_::text).prop_map(SimpleNamespace)).prop_map(SimpleNamespace);
    peers.agree_on("import types", ORDERED, nested);
    let setup =
        "def made(error, **attributes):\n    vars(error).update(attributes)\n    return error";
    let names = &["ValueError", "KeyError", "RuntimeError", "StopIteration", "ZeroDivisionError"];
    let exception = move |values: fn() -> BoxedStrategy<pickle_core::Value>| {
        let class = proptest::sample::select(&names[..]);
        (class, vec(values(), 0..4), named(values)).prop_map(|(name, args, attributes)| Exception {
            attributes,
            ..Exception::new(Global::new("builtins", name), args)
        })
    };
    peers.agree_on(setup, ORDERED, exception(|| crate::values::value(ORDERED)));
    let no_attributes = exception(|| crate::values::value(ANY))
        .prop_map(|exception| Exception { attributes: Vec::new(), ..exception })
        .boxed();
    peers.agree_on(setup, ANY, no_attributes.clone());
    let group = (any_::text(), vec(no_attributes, 1..3)).prop_map(|(text, exceptions)| {
        let exceptions: Vec<pickle_core::Value> =
            exceptions.into_iter().map(pickle_core::Value::from).collect();
        Exception::new(
            Global::new("builtins", "ExceptionGroup"),
            [pickle_core::Value::from(text), pickle_core::Value::List(exceptions)],
        )
    });
    peers.agree_on(setup, (3, 11), group);
}
