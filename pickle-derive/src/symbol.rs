//! The names of the attributes, spelled once, and the nearest one to a name that is none.

pub(crate) const AFTER: &str = "after";
pub(crate) const ALIAS: &str = "alias";
pub(crate) const ARGS: &str = "args";
pub(crate) const BOUND: &str = "bound";
pub(crate) const CRATE: &str = "crate";
pub(crate) const CTOR: &str = "ctor";
pub(crate) const DEFAULT: &str = "default";
pub(crate) const DENY_UNKNOWN: &str = "deny_unknown";
pub(crate) const DICT: &str = "dict";
pub(crate) const DICTITEMS: &str = "dictitems";
pub(crate) const ENUM: &str = "enum";
pub(crate) const FLATTEN: &str = "flatten";
pub(crate) const GETSTATE: &str = "getstate";
pub(crate) const HINT: &str = "hint";
pub(crate) const INIT: &str = "init";
pub(crate) const KW: &str = "kw";
pub(crate) const LISTITEMS: &str = "listitems";
pub(crate) const MIGRATE: &str = "migrate";
pub(crate) const MODULE: &str = "module";
pub(crate) const NAME: &str = "name";
pub(crate) const NEW: &str = "new";
pub(crate) const OTHER: &str = "other";
pub(crate) const REDUCE: &str = "reduce";
pub(crate) const RENAME: &str = "rename";
pub(crate) const RENAME_ALL: &str = "rename_all";
pub(crate) const SETSTATE: &str = "setstate";
pub(crate) const SKIP: &str = "skip";
pub(crate) const SKIP_IF: &str = "skip_if";
pub(crate) const STATE: &str = "state";
pub(crate) const STATE_SETTER: &str = "state_setter";
pub(crate) const TRANSPARENT: &str = "transparent";
pub(crate) const VALUE: &str = "value";
pub(crate) const WITH: &str = "with";

/// What an attribute stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Container,
    Field,
    Variant,
}

impl Place {
    const ALL: [Place; 3] = [Place::Container, Place::Field, Place::Variant];

    /// The place with its article, for messages.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Place::Container => "a struct or enum",
            Place::Field => "a field",
            Place::Variant => "a variant",
        }
    }

    /// The attributes that may stand here, in the order of the reference.
    pub(crate) fn known(self) -> &'static [&'static str] {
        match self {
            Place::Container => &[
                MODULE,
                NAME,
                CTOR,
                NEW,
                INIT,
                STATE,
                STATE_SETTER,
                GETSTATE,
                SETSTATE,
                MIGRATE,
                AFTER,
                ALIAS,
                RENAME_ALL,
                ENUM,
                DICT,
                TRANSPARENT,
                DENY_UNKNOWN,
                BOUND,
                CRATE,
            ],
            Place::Field => &[
                CTOR, KW, ARGS, STATE, LISTITEMS, DICTITEMS, FLATTEN, SKIP, RENAME, ALIAS, DEFAULT,
                WITH, SKIP_IF, HINT,
            ],
            Place::Variant => &[NAME, ALIAS, VALUE, OTHER],
        }
    }
}

/// Names that people bring along from serde or from Python, and what they are called here.
const ELSEWHERE: &[(Place, &str, &str)] = &[
    (Place::Container, "rename", NAME),
    (Place::Container, "deny_unknown_fields", DENY_UNKNOWN),
    (Place::Container, "constructor", CTOR),
    (Place::Container, "__init__", INIT),
    (Place::Container, "__new__", NEW),
    (Place::Container, "__getstate__", GETSTATE),
    (Place::Container, "__setstate__", SETSTATE),
    (Place::Container, "post_init", AFTER),
    (Place::Container, "from", CTOR),
    (Place::Container, "try_from", CTOR),
    (Place::Container, "slots", STATE),
    (Place::Container, "__slots__", STATE),
    (Place::Container, "setter", STATE_SETTER),
    (Place::Container, "version", MIGRATE),
    (Place::Container, "upgrade", MIGRATE),
    (Place::Container, "repr", ENUM),
    (Place::Container, "typeddict", DICT),
    (Place::Container, "TypedDict", DICT),
    (Place::Container, "mapping", DICT),
    (Place::Field, "name", RENAME),
    (Place::Field, "kwargs", KW),
    (Place::Field, "keyword", KW),
    (Place::Field, "base", FLATTEN),
    (Place::Field, "append", LISTITEMS),
    (Place::Field, "list", LISTITEMS),
    (Place::Field, "items", LISTITEMS),
    (Place::Field, "setitem", DICTITEMS),
    (Place::Field, "dict", DICTITEMS),
    (Place::Field, "arg", CTOR),
    (Place::Field, "skip_serializing_if", SKIP_IF),
    (Place::Field, "serialize_with", WITH),
    (Place::Field, "deserialize_with", WITH),
    (Place::Field, "transient", SKIP),
    (Place::Field, "skip_serializing", SKIP),
    (Place::Field, "skip_deserializing", SKIP),
    (Place::Variant, "rename", NAME),
    (Place::Variant, "discriminant", VALUE),
    (Place::Variant, "default", OTHER),
    (Place::Variant, "fallback", OTHER),
];

/// The message for a name that is no attribute of this place.
pub(crate) fn unknown(place: Place, name: &str) -> String {
    let mut message = format!("found `{name}`, which is no attribute of {}", place.describe());
    let homes = Place::ALL.iter().filter(|other| other.known().contains(&name));
    let homes: Vec<_> = homes.map(|other| other.describe()).collect();
    if let Some(nearest) = nearest(place, name) {
        message.push_str(&format!("; did you mean `{nearest}`?"));
    } else if !homes.is_empty() {
        message.push_str(&format!("; it belongs on {}", homes.join(" or ")));
    }
    let known: Vec<_> = place.known().iter().map(|name| format!("`{name}`")).collect();
    message.push_str(&format!("\nknown here: {}", known.join(", ")));
    message
}

/// The attribute that was probably meant.
fn nearest(place: Place, name: &str) -> Option<&'static str> {
    let habit = ELSEWHERE.iter().find(|(at, other, _)| *at == place && *other == name);
    if let Some((_, _, ours)) = habit {
        return Some(ours);
    }
    let scored = place.known().iter().map(|known| (distance(name, known), *known));
    // A third of the letters may differ: `modul` is near, `untagged` is near nothing.
    let (score, known) = scored.min_by_key(|(score, _)| *score)?;
    (score <= name.len().max(3) / 3).then_some(known)
}

/// How many letters must be changed, inserted or removed to get from one name to the other.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.chars().count()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for ((to, &above), &before) in b.chars().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((before + usize::from(from != to)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_what_was_meant() {
        assert_eq!(nearest(Place::Container, "modul"), Some(MODULE));
        assert_eq!(nearest(Place::Container, "deny_unknown_fields"), Some(DENY_UNKNOWN));
        assert_eq!(nearest(Place::Field, "ctr"), Some(CTOR));
        assert_eq!(nearest(Place::Field, "untagged"), None);
        assert_eq!(nearest(Place::Field, "base"), Some(FLATTEN));
    }

    #[test]
    fn counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("skip", "skip"), 0);
        assert_eq!(distance("skpi", "skip"), 2);
    }
}
