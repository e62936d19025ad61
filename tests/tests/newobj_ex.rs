//! `__getnewargs_ex__`: instances that `__new__` makes from positional and keyword arguments.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should panic")]

use pickle_core::{Callable, Global, Object, PickleOptions, Protocol, Reduce, Value};
use pickle_tests::check::{Row, agree_on_instances, load, row_of};

const SETUP: &str = "\
import sys, types
if 'keyed' not in sys.modules:
    module = types.ModuleType('keyed')
    sys.modules['keyed'] = module
    exec('''
class X(object):
    def __new__(cls, a, k=None):
        self = object.__new__(cls)
        self.made = (a, k)
        return self
    def __getnewargs_ex__(self):
        return (self.made[0],), {} if self.made[1] is None else {\"k\": self.made[1]}
class Outer(object):
    class X(X):
        pass
Outer.X.__qualname__ = \"Outer.X\"
''', module.__dict__)
from keyed import X, Outer
";

fn made(name: &str, a: i64, k: Option<i64>) -> Value {
    let mut object = Object::instance(
        Global::new("keyed", name),
        [("made".into(), Value::Tuple(vec![a.into(), k.into()]))],
    );
    object.args = vec![a.into()];
    object.kwargs = k.map(|k| ("k".into(), k.into())).into_iter().collect();
    assert_eq!(object.callable, Callable::New);
    Value::from(object)
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "keyed", new)]
struct X {
    #[reduce(ctor)]
    a: i64,
    made: (i64, Option<i64>),
}

#[derive(Debug, PartialEq, Reduce)]
#[reduce(module = "keyed", name = "Outer.X", new)]
struct Inner {
    #[reduce(ctor)]
    a: i64,
    made: (i64, Option<i64>),
}

fn row(name: &str, a: i64, k: Option<i64>) -> Row {
    let value = made(name, a, k);
    let pickles = Protocol::ALL
        .map(|protocol| PickleOptions::new().protocol(protocol).to_vec(&value).unwrap());
    for pickle in &pickles {
        assert_eq!(load::<Value>(pickle).unwrap(), value);
    }
    let expr = format!("{name}({a}, {})", k.map_or("None".to_owned(), |k| k.to_string()));
    let is_inner = name.contains('.');
    row_of(&pickles, &expr, SETUP, move |pickle| {
        // Protocols 0 and 1 have no keyword arguments; Python leaves all of them out.
        if pickle.windows(14).any(|window| window == b"_reconstructor") {
            return Ok(());
        }
        let found = load::<Value>(pickle)?;
        if found != value {
            return Err(format!("{found:?}"));
        }
        let (typed, made) = if is_inner {
            let Inner { a, made } = load(pickle)?;
            (a, made)
        } else {
            let X { a, made } = load(pickle)?;
            (a, made)
        };
        if (typed, made) == (a, (a, k)) { Ok(()) } else { Err(format!("{typed}, {made:?}")) }
    })
    .since((3, 6))
}

#[test]
fn python_agrees() {
    agree_on_instances(&[row("X", 1, Some(2)), row("X", 1, None), row("Outer.X", 3, Some(4))]);
}

/// The C pickler of CPython 3.13, at protocol 2.
const PARTIAL: &[u8] = b"\x80\x02cfunctools\npartial\nq\0c__builtin__\ngetattr\nq\x01ckeyed\nX\n\
    X\x07\0\0\0__new__q\x02\x86Rq\x03\x85q\x04Rq\x05(h\x03ckeyed\nX\nq\x06K\x01\x86q\x07}q\x08\
    X\x01\0\0\0kq\tK\x02sNtq\nb)Rq\x0b.";

#[test]
fn the_spelling_of_protocol_2() {
    let mut object = Object::call(Global::new("keyed", "X"), [1.into()]);
    object.callable = Callable::New;
    object.kwargs = vec![("k".into(), 2.into())];
    assert_eq!(load::<Value>(PARTIAL).unwrap(), Value::from(object));
}

/// What is nearly this spelling is not: another function, arguments of the call, no state.
#[test]
fn other_partial_objects() {
    let replace = |from: &[u8], to: &[u8]| -> Vec<u8> {
        let at = PARTIAL.windows(from.len()).rposition(|window| window == from).unwrap();
        [&PARTIAL[..at], to, &PARTIAL[at + from.len()..]].concat()
    };
    for pickle in [
        replace(b"__new__", b"__old__"),
        replace(b")Rq\x0b", b"K\x01\x85Rq\x0b"),
        replace(b"partial", b"Partial"),
        replace(b"sNtq\nb", b"sNtq\n0"),
    ] {
        assert!(load::<X>(&pickle).is_err());
        assert!(load::<Value>(&pickle).is_err());
    }
}
