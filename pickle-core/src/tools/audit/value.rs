//! The values of the symbolic machine: what is known about an object that is never made.

use std::borrow::Cow;
use std::rc::Rc;

use crate::tools::repr;

/// How long a preview of arguments may be, in bytes.
const PREVIEW: usize = 96;

/// How long a name may be, in bytes; longer ones name nothing in Python.
pub(super) const NAME: usize = 1024;

/// A value: a place in the heap, or a small atom that takes none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Id(u32);

impl Id {
    /// This bit tells atoms from places; below it, `INT` and more are small integers.
    const ATOM: u32 = 1 << 31;
    const INT: u32 = 16;

    pub(super) const NONE: Id = Id(Id::ATOM);
    pub(super) const TRUE: Id = Id(Id::ATOM | 1);
    pub(super) const FALSE: Id = Id(Id::ATOM | 2);
    /// A number whose value is of no interest.
    pub(super) const NUMBER: Id = Id(Id::ATOM | 3);
    pub(super) const BUFFER: Id = Id(Id::ATOM | 4);

    pub(super) fn int(number: u64) -> Id {
        let small = u32::try_from(number).ok().filter(|&number| number < Id::ATOM - Id::INT);
        small.map_or(Id::NUMBER, |number| Id(Id::ATOM | (Id::INT + number)))
    }
}

/// What Python would import under a name: a module, and attributes of it one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Name {
    pub(super) module: String,
    /// With dots between them; empty for the module itself.
    pub(super) attributes: String,
}

impl Name {
    pub(super) fn new(module: impl Into<String>, attributes: impl Into<String>) -> Name {
        Name { module: module.into(), attributes: attributes.into() }
    }

    /// An attribute of what this names.
    pub(super) fn attribute(&self, attribute: &str) -> Name {
        let mut attributes = self.attributes.clone();
        if attributes.len() <= NAME {
            attributes.push_str(if attributes.is_empty() { "" } else { "." });
            attributes.push_str(attribute);
        }
        Name { module: self.module.clone(), attributes }
    }

    /// As it is shown.
    pub(super) fn text(&self) -> String {
        let mut text = self.module.clone();
        if !self.attributes.is_empty() {
            text.push('.');
            text.push_str(&self.attributes);
        }
        if text.len() > NAME {
            text = text.chars().take(NAME).chain(['…']).collect();
        }
        text
    }
}

/// Text that is still too long for a name when it was: a pickle may use one long text many times.
pub(super) fn cut(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text.get(..=NAME).unwrap_or(text))
}

/// What is known about an object.
#[derive(Debug, Clone)]
pub(super) enum Value<'de> {
    /// A `str` in generalized UTF-8.
    Text(Cow<'de, [u8]>),
    Bytes(Cow<'de, [u8]>),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    /// Keys and values in turns.
    Dict(Vec<Id>),
    Set(Vec<Id>),
    /// What a name leads to.
    Named(Rc<Name>),
    /// What a call of that name returned.
    Made(Rc<Name>),
    /// `functools.partial`, or a bound method.
    Partial {
        callable: Id,
        args: Vec<Id>,
    },
    /// `operator.attrgetter`.
    Getter(Vec<Id>),
    /// `operator.methodcaller`.
    Caller {
        method: Id,
        args: Vec<Id>,
    },
    /// What the reader's `persistent_load` returned.
    Persistent,
    /// An extension code that nobody resolved.
    Extension(i32),
    /// An atom of the [`Id`].
    Atom,
}

/// All values of an audit.
#[derive(Debug, Default)]
pub(super) struct Heap<'de> {
    values: Vec<Value<'de>>,
    /// Whether there is a function whose arguments say what it reaches; most pickles have none.
    pub(super) has_indirect: bool,
}

impl<'de> Heap<'de> {
    /// Adds a value; `None` when there are too many of them to count.
    pub(super) fn add(&mut self, value: Value<'de>) -> Option<Id> {
        let id = u32::try_from(self.values.len()).ok().filter(|&id| id < Id::ATOM)?;
        self.values.push(value);
        Some(Id(id))
    }

    pub(super) fn get(&self, id: Id) -> &Value<'de> {
        self.values.get(id.0 as usize).unwrap_or(&Value::Atom)
    }

    pub(super) fn get_mut(&mut self, id: Id) -> Option<&mut Value<'de>> {
        self.values.get_mut(id.0 as usize)
    }

    /// The text of a `str`, if it is no computed one; cut when it is too long for a name.
    pub(super) fn text(&self, id: Id) -> Option<Cow<'_, str>> {
        match self.get(id) {
            Value::Text(text) => Some(cut(text)),
            _ => None,
        }
    }

    pub(super) fn named(&self, id: Id) -> Option<&Rc<Name>> {
        match self.get(id) {
            Value::Named(name) => Some(name),
            _ => None,
        }
    }

    /// The items of a tuple or a list.
    pub(super) fn items(&self, id: Id) -> &[Id] {
        match self.get(id) {
            Value::Tuple(items) | Value::List(items) => items,
            _ => &[],
        }
    }

    /// What a value is made of.
    pub(super) fn parts(&self, id: Id) -> impl Iterator<Item = Id> {
        let (items, callable) = match self.get(id) {
            Value::Tuple(items) | Value::List(items) | Value::Dict(items) | Value::Set(items) => {
                (&items[..], None)
            }
            Value::Partial { callable, args } => (&args[..], Some(*callable)),
            _ => (&[][..], None),
        };
        callable.into_iter().chain(items.iter().copied())
    }

    /// What Python calls the type of a value that has a simple one.
    pub(super) fn type_name(&self, id: Id) -> Option<&'static str> {
        Some(match self.get(id) {
            Value::Text(_) => "str",
            Value::Bytes(_) => "bytes",
            Value::Tuple(_) => "tuple",
            Value::List(_) => "list",
            Value::Dict(_) => "dict",
            Value::Set(_) => "set",
            Value::Atom => match id {
                Id::NONE => "NoneType",
                Id::TRUE | Id::FALSE => "bool",
                Id::BUFFER => "memoryview",
                _ => "int",
            },
            _ => return None,
        })
    }

    /// Arguments as Python shows them, as far as there is room.
    pub(super) fn preview(&self, args: &[Id]) -> String {
        let mut out = String::from("(");
        self.show_all(&mut out, args, 0);
        out.push(')');
        out
    }

    fn show_all(&self, out: &mut String, items: &[Id], depth: usize) {
        for (place, &item) in items.iter().enumerate() {
            if place > 0 {
                out.push_str(", ");
            }
            if out.len() > PREVIEW {
                out.push('…');
                return;
            }
            self.show(out, item, depth);
        }
    }

    fn show(&self, out: &mut String, id: Id, depth: usize) {
        let mut nested = |open: &str, items: &[Id], close: &str| {
            out.push_str(open);
            if depth < 3 {
                self.show_all(out, items, depth + 1);
            } else if !items.is_empty() {
                out.push('…');
            }
            out.push_str(close);
        };
        match self.get(id) {
            Value::Tuple(items) => nested("(", items, if items.len() == 1 { ",)" } else { ")" }),
            Value::List(items) => nested("[", items, "]"),
            Value::Dict(entries) => {
                out.push('{');
                for (place, entry) in entries.chunks(2).enumerate() {
                    out.push_str(if place > 0 { ", " } else { "" });
                    if out.len() > PREVIEW || depth >= 3 {
                        out.push('…');
                        break;
                    }
                    for (place, &part) in entry.iter().enumerate() {
                        out.push_str(if place > 0 { ": " } else { "" });
                        self.show(out, part, depth + 1);
                    }
                }
                out.push('}');
            }
            Value::Set(_) => out.push_str("{…}"),
            Value::Text(text) => {
                let cut = text.get(..PREVIEW).unwrap_or(text);
                repr::str(out, String::from_utf8_lossy(cut).as_bytes());
                out.push_str(if cut.len() < text.len() { "…" } else { "" });
            }
            Value::Bytes(bytes) => {
                let cut = bytes.get(..PREVIEW / 3).unwrap_or(bytes);
                repr::bytes(out, cut);
                out.push_str(if cut.len() < bytes.len() { "…" } else { "" });
            }
            Value::Named(name) => out.push_str(&name.text()),
            Value::Made(name) => {
                out.push_str(&name.text());
                out.push_str("(…)");
            }
            Value::Partial { callable, .. } => {
                out.push_str("partial(");
                if depth < 3 {
                    self.show(out, *callable, depth + 1);
                }
                out.push_str(", …)");
            }
            Value::Getter(_) => out.push_str("attrgetter(…)"),
            Value::Caller { .. } => out.push_str("methodcaller(…)"),
            Value::Persistent => out.push_str("persistent"),
            Value::Extension(code) => out.push_str(&format!("extension {code}")),
            Value::Atom => match id {
                Id::NONE => out.push_str("None"),
                Id::TRUE => out.push_str("True"),
                Id::FALSE => out.push_str("False"),
                Id::BUFFER => out.push_str("buffer"),
                Id(bits) => match (bits & !Id::ATOM).checked_sub(Id::INT) {
                    Some(number) => out.push_str(&number.to_string()),
                    None => out.push_str("number"),
                },
            },
        }
    }
}
