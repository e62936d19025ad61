//! Keys that come twice.
//!
//! The general route reads dicts and sets whose keys are distinct already, as far as the graph
//! can tell; the predictive one reads what the pickle spells out. Both pass through here, so
//! that they agree. Keys that are no simple atom are left to the general route.

use std::collections::HashMap;

use foldhash::quality::RandomState;

use crate::value::Value;

/// Up to how many keys are compared with each other rather than hashed.
const FEW: usize = 8;

/// A key that can be compared without the rules for numbers and containers.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Atom<'a> {
    None,
    /// Also a bool, which is equal to `0` or `1`.
    Int(i64),
    Str(&'a str),
    Bytes(&'a [u8]),
}

impl Atom<'_> {
    fn of(key: &Value) -> Option<Atom<'_>> {
        match key {
            Value::None => Some(Atom::None),
            Value::Bool(bool) => Some(Atom::Int(i64::from(*bool))),
            Value::Int(number) => Some(Atom::Int(*number)),
            Value::Str(text) => Some(Atom::Str(text)),
            Value::Bytes(bytes) => Some(Atom::Bytes(bytes)),
            _ => None,
        }
    }
}

/// Whether keys of this kind are compared here.
pub(super) fn is_atom(key: &Value) -> bool {
    Atom::of(key).is_some()
}

/// For each key the place of the first one that is equal to it; `None` when all are distinct.
fn firsts<T>(items: &[T], key: impl Fn(&T) -> &Value) -> Option<Vec<usize>> {
    let atoms = || items.iter().map(|item| Atom::of(key(item)));
    if items.len() <= FEW {
        let differs = |(place, atom): (usize, Option<Atom<'_>>)| {
            atom.is_none() || !atoms().take(place).any(|other| other == atom)
        };
        if atoms().enumerate().all(differs) {
            return None;
        }
    }
    let mut places = HashMap::with_capacity_and_hasher(items.len(), RandomState::default());
    let mut found = false;
    let firsts = atoms()
        .enumerate()
        .map(|(place, atom)| {
            let first = atom.map_or(place, |atom| *places.entry(atom).or_insert(place));
            found |= first != place;
            first
        })
        .collect();
    found.then_some(firsts)
}

/// The entries with each key once: its first spelling, with its last value.
pub(crate) fn entries(entries: Vec<(Value, Value)>) -> Vec<(Value, Value)> {
    let Some(firsts) = firsts(&entries, |(key, _)| key) else { return entries };
    let mut kept: Vec<(Value, Value)> = Vec::new();
    // Where an entry went.
    let mut moved = Vec::with_capacity(firsts.len());
    for (place, (entry, first)) in entries.into_iter().zip(firsts).enumerate() {
        if first == place {
            moved.push(kept.len());
            kept.push(entry);
        } else {
            let target = moved.get(first).copied().unwrap_or_default();
            moved.push(target);
            if let Some((_, value)) = kept.get_mut(target) {
                *value = entry.1;
            }
        }
    }
    kept
}

/// The members of a set, each once.
pub(super) fn members(members: Vec<Value>) -> Vec<Value> {
    let Some(firsts) = firsts(&members, |member| member) else { return members };
    let places = members.into_iter().zip(firsts).enumerate();
    places.filter(|(place, (_, first))| place == first).map(|(_, (member, _))| member).collect()
}
