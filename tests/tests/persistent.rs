//! Persistent ids: objects that stay outside of the pickle.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use std::fmt::Debug;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use pickle_core::{
    PersistentId, PickleOptions, Pickler, Protocol, ReconstructOwned, Reduce, Registered, Registry,
    Route, UnpickleOptions, Value,
};
use pickle_tests::check::{Row, agree_on_instances, load, load_with, round_trip, row_of};

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shop")]
struct Customer {
    name: String,
}

#[derive(Debug, Clone, PartialEq, Reduce)]
#[reduce(module = "shop")]
struct Order {
    by: Customer,
    to: Option<Customer>,
    paid: bool,
}

/// A pickler and an unpickler that know customers by their names, those in a tuple or a str.
const SETUP: &str = "\
import io, pickle, sys, types
if 'shop' not in sys.modules:
    module = types.ModuleType('shop')
    sys.modules['shop'] = module
    exec('''
class Customer(object):
    def __init__(self, name):
        self.name = name
class Order(object):
    def __init__(self, by, to, paid):
        self.by, self.to, self.paid = by, to, paid
''', module.__dict__)
from shop import Customer, Order
class Pickler(pickle.Pickler, object):
    def persistent_id(self, value):
        if isinstance(value, Customer) and value.name[:1] != u'?':
            return make_id(value.name)
class Unpickler(pickle.Unpickler, object):
    def persistent_load(self, id):
        return Customer(take_id(id))
def dumps(value, protocol):
    sink = io.BytesIO()
    Pickler(sink, protocol).dump(value)
    return sink.getvalue()
def loads(data):
    return Unpickler(io.BytesIO(data)).load()
";

const TEXT: &str = "
def make_id(name): return name
def take_id(id): return u'%s' % (id,)
";

const TUPLE: &str = "
def make_id(name): return (u'customer', [name])
def take_id(id): return u'%s' % (id[1][0],)
";

fn by_text() -> Registry {
    let mut registry = Registry::new();
    registry.persistent(
        |customer: &Customer| (!customer.name.starts_with('?')).then(|| customer.name.clone()),
        |name: String| Customer { name },
    );
    registry
}

fn by_tuple() -> Registry {
    let mut registry = Registry::new();
    registry.persistent(
        |customer: &Customer| {
            let known = !customer.name.starts_with('?');
            known.then(|| ("customer".to_owned(), vec![customer.name.clone()]))
        },
        |(kind, name): (String, Vec<String>)| match (&*kind, &*name) {
            ("customer", [name]) => Ok(Customer { name: name.clone() }),
            _ => Err("no customer"),
        },
    );
    registry
}

/// A row for a registry, from a protocol on.
fn hooked<T>(value: T, registry: Registry, since: Protocol, expr: &str, ids: &str) -> Row
where
    T: Reduce + ReconstructOwned + Debug + PartialEq + 'static,
{
    let pickles = Protocol::ALL.map(|protocol| {
        let options = PickleOptions::new().protocol(protocol).registry(&registry);
        let result = options.to_vec(&value);
        assert_eq!(result.is_ok(), protocol >= since, "protocol {protocol}");
        let pickle = result.unwrap_or_default();
        let options = UnpickleOptions::new().registry(&registry);
        if protocol >= since {
            assert_eq!(load_with::<T>(options, &pickle).unwrap(), value, "protocol {protocol}");
        }
        pickle
    });
    let setup = format!("{SETUP}{ids}");
    row_of(&pickles, expr, &setup, move |pickle| {
        match load_with::<T>(UnpickleOptions::new().registry(&registry), pickle) {
            Ok(back) if back == value => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

fn customer(name: &str) -> Customer {
    Customer { name: name.to_owned() }
}

fn order(by: &str, to: Option<&str>) -> Order {
    Order { by: customer(by), to: to.map(customer), paid: true }
}

#[test]
fn python_agrees() {
    agree_on_instances(&[
        hooked(customer("ada"), by_text(), Protocol::V0, "Customer(u'ada')", TEXT),
        hooked(customer("?"), by_text(), Protocol::V0, "Customer(u'?')", TEXT),
        hooked(
            vec![order("a b", Some("?new")), order("", None)],
            by_text(),
            Protocol::V0,
            "[Order(Customer(u'a b'), Customer(u'?new'), True), Order(Customer(u''), None, True)]",
            TEXT,
        ),
    ]);
}

/// Any object is an id from protocol 1 on; at protocol 0 Python makes the `str` of it.
#[test]
fn ids_of_any_type() {
    let registry = by_tuple();
    let value = vec![order("é\n", Some("x")), order("?", Some("y"))];
    for protocol in Protocol::ALL {
        let options = PickleOptions::new().protocol(protocol).registry(&registry);
        let result = options.to_vec(&value);
        if protocol == Protocol::V0 {
            assert_eq!(
                result.unwrap_err().to_string(),
                "found a persistent id that is no str at protocol 0, expected a str, or a protocol \
                 above 0"
            );
            continue;
        }
        let options = UnpickleOptions::new().registry(&registry);
        assert_eq!(load_with::<Vec<Order>>(options, &result.unwrap()).unwrap(), value);
    }
    let row = hooked_above_zero(order("é\n", Some("x")));
    agree_on_instances(&[row]);
}

fn hooked_above_zero(value: Order) -> Row {
    let registry = by_tuple();
    let pickles = Protocol::ALL.map(|protocol| {
        let protocol = protocol.max(Protocol::V1);
        PickleOptions::new().protocol(protocol).registry(&registry).to_vec(&value).unwrap()
    });
    let setup = format!(
        "{SETUP}{TUPLE}dumps_ = dumps\ndef dumps(value, protocol): return dumps_(value, max(protocol, 1))\n"
    );
    let expr = "Order(Customer(u'\\xe9\\n'), Customer(u'x'), True)";
    row_of(&pickles, expr, &setup, move |pickle| {
        match load_with::<Order>(UnpickleOptions::new().registry(&registry), pickle) {
            Ok(back) if back == value => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
}

#[test]
fn text_ids_must_fit_their_line() {
    let registry = by_text();
    let options = PickleOptions::new().protocol(Protocol::V0).registry(&registry);
    for name in ["a\nb", "é"] {
        let error = options.to_vec(&customer(name)).unwrap_err().to_string();
        assert_eq!(
            error,
            format!(
                "found the persistent id {name:?}, expected one in ASCII without newlines, or a \
                 protocol above 0"
            )
        );
    }
    assert_eq!(options.to_vec(&customer("a\\b")).unwrap(), b"Pa\\b\n.");
}

/// Expected bytes: the C pickler of CPython 3.13, without the place in the memo that no reference
/// needs.
#[test]
fn bare_ids() {
    let id = PersistentId("id1".to_owned());
    for (pickle, expected) in round_trip(&id).iter().zip([
        &b"Pid1\n."[..],
        b"X\x03\0\0\0id1Q.",
        b"\x80\x02X\x03\0\0\0id1Q.",
    ]) {
        assert_eq!(pickle, expected);
    }
    let options = UnpickleOptions::new().route(Route::Predictive);
    let ids = vec![(PersistentId(7u8), 1.5), (PersistentId(8), 2.5)];
    let pickle = pickle_core::to_vec(&ids).unwrap();
    assert_eq!(options.from_slice::<Vec<(PersistentId<u8>, f64)>>(&pickle).unwrap(), ids);
    let error = load::<PersistentId<u8>>(b"K\x01.").unwrap_err();
    assert_eq!(error, "found int 1, expected a persistent id (offset 0)");
    let error = load::<PersistentId<u8>>(b"X\x01\0\0\0aQ.").unwrap_err();
    assert_eq!(error, "found str \"a\", expected u8, in .persistent_id (offset 0)");
}

/// A shared id is memoized, and what it stands for is not.
#[test]
fn ids_have_identity_of_their_own() {
    let shared: Rc<PersistentId<Rc<str>>> = Rc::new(PersistentId("same".into()));
    let name = shared.0.clone();
    let value = vec![shared.clone(), shared, Rc::new(PersistentId(name))];
    for protocol in Protocol::ALL.into_iter().skip(1) {
        let pickle = PickleOptions::new().protocol(protocol).to_vec(&value).unwrap();
        assert_eq!(pickle.windows(4).filter(|window| window == b"same").count(), 1);
        assert_eq!(pickle.iter().filter(|byte| **byte == b'Q').count(), 3);
        for route in [Route::Auto, Route::General] {
            let options = UnpickleOptions::new().route(route);
            let back: Vec<Rc<PersistentId<Rc<str>>>> = options.from_slice(&pickle).unwrap();
            assert_eq!(back, value);
            assert!(Rc::ptr_eq(&back[0].0, &back[2].0));
            assert!(!Rc::ptr_eq(&back[0], &back[1]));
        }
    }
}

/// `save` of `pickle.py` asks for the id first, and only then looks into the memo.
#[test]
fn an_id_wins_over_the_memo() {
    static STORED: AtomicBool = AtomicBool::new(false);
    let mut registry = Registry::new();
    registry.persistent(
        |customer: &Customer| STORED.load(Ordering::Relaxed).then(|| customer.name.clone()),
        |name: String| Customer { name },
    );
    let customer = Arc::new(customer("ada"));
    // A pointer that is the only one has no place in the memo.
    let _other = customer.clone();
    let mut pickler = Pickler::with_options(
        Vec::new(),
        PickleOptions::new().registry(&registry).protocol(Protocol::V2),
    );
    pickler.dump(&customer).unwrap();
    pickler.dump(&customer).unwrap();
    STORED.store(true, Ordering::Relaxed);
    pickler.dump(&customer).unwrap();
    let pickles = pickler.into_inner();
    assert!(pickles.ends_with(b"\x80\x02h\x01.\x80\x02X\x03\0\0\0adaQ."), "{pickles:?}");
}

/// A hook for the pointer itself gives the same object for every reference.
#[test]
fn a_hook_for_a_shared_pointer() {
    let ada = Rc::new(customer("ada"));
    let calls = Arc::new(AtomicUsize::new(0));
    let mut registry = Registry::new();
    let counted = calls.clone();
    registry.persistent(
        |pointer: &Rc<Customer>| Some(pointer.name.clone()),
        move |name: String| {
            counted.fetch_add(1, Ordering::Relaxed);
            Rc::new(Customer { name })
        },
    );
    let pickle = PickleOptions::new().registry(&registry).to_vec(&vec![ada.clone(), ada]).unwrap();
    let options = UnpickleOptions::new().registry(&registry);
    let back: Vec<Rc<Customer>> = options.from_slice(&pickle).unwrap();
    assert_eq!((&*back[0].name, back.len()), ("ada", 2));
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[test]
fn foreign_types_and_trees() {
    let mut registry = Registry::new();
    registry.persistent(
        |value: &Value| value.as_str().map(str::len),
        |len: usize| Value::Str("x".repeat(len)),
    );
    registry.persistent(|code: &std::process::ExitStatus| code.code(), |_: i32| Err("none"));
    let value = Value::List(vec![Value::from("xx"), Value::from(1)]);
    let pickle = PickleOptions::new().registry(&registry).to_vec(&value).unwrap();
    assert!(pickle.windows(3).any(|window| window == b"K\x02Q"));
    let options = UnpickleOptions::new().registry(&registry);
    assert_eq!(load_with::<Value>(options, &pickle).unwrap(), value);
    let status = Registered(std::process::ExitStatus::default());
    let pickle = PickleOptions::new().registry(&registry).to_vec(&status).unwrap();
    assert!(pickle.ends_with(b"K\0Q."), "{pickle:?}");
    let error = load_with::<Registered<std::process::ExitStatus>>(options, &pickle).unwrap_err();
    assert_eq!(error, "none (offset 11)");
}

#[test]
fn ids_without_a_hook_are_errors_that_name_them() {
    let way_out = "; `Registry::persistent` says what an id stands for";
    for (pickle, found) in [
        (&b"Pcustomer 7\n."[..], "persistent id \"customer 7\""),
        (b"K\x07Q.", "persistent id 7"),
        (b"\x80\x02K\x07K\x08\x86Q.", "persistent id that is a tuple"),
        (b"NQQQQQ.", "persistent id that is a persistent id"),
    ] {
        let error = load::<Customer>(pickle).unwrap_err();
        let error = error.split(" (offset").next().unwrap();
        assert_eq!(error, format!("found {found}, expected shop.Customer object{way_out}"));
        assert!(load::<Value>(pickle).unwrap_err().contains(way_out));
    }
    let error = load::<Customer>(b"\x80\x02K\x07Q)R.").unwrap_err();
    assert!(error.starts_with("found an object of persistent id 7, expected shop"), "{error}");
}

/// An id that has an id, and so on, ends at the limit of depth.
#[test]
fn endless_ids() {
    let mut registry = Registry::new();
    registry
        .persistent(|customer: &Customer| Some(customer.clone()), |customer: Customer| customer);
    let error = PickleOptions::new().registry(&registry).to_vec(&customer("a")).unwrap_err();
    assert!(error.to_string().contains("`Limits::depth` raises it"), "{error}");
    let pickle = [b"N".to_vec(), vec![b'Q'; 1 << 20], b".".to_vec()].concat();
    let error =
        load_with::<Customer>(UnpickleOptions::new().registry(&registry), &pickle).unwrap_err();
    assert!(error.contains("`Limits::depth` raises it"), "{error}");
}
