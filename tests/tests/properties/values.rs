//! Values of any shape: trees that are not known to the type.

use pickle_core::{Global, Object, Value};
use proptest::collection::{hash_set, vec};
use proptest::prelude::*;

use crate::spelled::{Spelled, bytes, listed, pairs};
use crate::strategies as any_;
use crate::{ANY, ORDERED, Peers};

impl Spelled for Value {
    fn python(&self) -> String {
        match self {
            Value::None => ().python(),
            Value::Bool(value) => value.python(),
            Value::Int(value) => value.python(),
            Value::Long(value) => value.python(),
            Value::Float(value) => value.python(),
            Value::Str(value) => value.python(),
            Value::Bytes(value) => bytes(value),
            Value::ByteArray(value) => format!("bytearray({})", bytes(value)),
            Value::List(items) => items.python(),
            Value::Tuple(items) if items.is_empty() => "()".to_owned(),
            Value::Tuple(items) => format!("({},)", listed(items)),
            Value::Set(items) => format!("set([{}])", listed(items)),
            Value::FrozenSet(items) => format!("frozenset([{}])", listed(items)),
            Value::Dict(entries) => {
                format!("dict({})", pairs(entries.iter().map(|(key, value)| (key, value))))
            }
            Value::Global(global) => global.name.clone(),
            // An exception within another.
            Value::Object(object) => format!("{}({})", object.class.name, listed(&object.args)),
            other => panic!("{other:?}"),
        }
    }
}

fn atom(since: (u32, u32)) -> BoxedStrategy<Value> {
    let atom = prop_oneof![
        Just(Value::None),
        any::<bool>().prop_map(Value::Bool),
        any_::integer().prop_map(Value::Int),
        any_::float().prop_map(Value::Float),
        any_::text().prop_map(Value::Str),
        any_::bytes().prop_map(Value::ByteArray),
        // One that does not fit 64 bits is a `Value::Long`.
        (any_::long(), any::<bool>())
            .prop_map(
                |(long, _)| pickle_core::from_slice(&pickle_core::to_vec(&long).unwrap()).unwrap()
            ),
        proptest::sample::select(&["list", "dict", "len"][..])
            .prop_map(|name| Value::from(Global::new("builtins", name))),
    ];
    // Those of Python 2 are its strings.
    if since > ANY {
        prop_oneof![4 => atom, 1 => any_::bytes().prop_map(Value::Bytes)].boxed()
    } else {
        atom.boxed()
    }
}

/// Keys that differ, also as Python sees it.
fn keys() -> impl Strategy<Value = Vec<Value>> {
    let key = prop_oneof![
        any_::text().prop_map(|text| format!("s{text}")),
        any_::integer().prop_map(|number| number.to_string()),
    ];
    hash_set(key, 0..4).prop_map(|keys| {
        let key = |key: String| key.parse().map_or_else(|_| Value::Str(key), Value::Int);
        keys.into_iter().map(key).collect()
    })
}

/// A value of any shape. Sets have one member, as they have no order.
pub(crate) fn value(since: (u32, u32)) -> BoxedStrategy<Value> {
    let tree = atom(since).prop_recursive(4, 24, 5, move |inner| {
        // Where they have no order, with one entry at the most.
        let most = if since >= ORDERED { 4 } else { 1 };
        let dict = (keys(), vec(inner.clone(), most))
            .prop_map(|(keys, values)| Value::Dict(keys.into_iter().zip(values).collect()));
        let member = || any_::text().prop_map(|text| vec![Value::Str(text)]);
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            vec(inner, 0..5).prop_map(Value::Tuple),
            dict,
            member().prop_map(Value::Set),
            member().prop_map(Value::FrozenSet),
        ]
    });
    tree.boxed()
}

#[test]
fn trees() {
    let peers = Peers::all("agree.py");
    peers.agree_on("", ANY, value(ANY));
    peers.agree_on("", ORDERED, value(ORDERED));
    let objects = vec(value(ANY), 0..3)
        .prop_map(|args| Value::from(Object::call(Global::new("builtins", "ValueError"), args)));
    peers.agree_on("", ANY, objects);
}
