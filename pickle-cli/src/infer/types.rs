//! The types of Rust for shapes.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::names::{self, Names};
use super::plan::{Key, Plan, Pointer};
use super::shape::{ClassId, DICT, FROZEN_SET, Kind, Record, SET, Shape, has_keys};

/// Writes types, and remembers what has to be imported, and what has to be said, for them.
#[derive(Debug)]
pub struct Types<'p> {
    plan: &'p Plan<'p>,
    /// The paths of the types.
    pub imports: BTreeSet<&'static str>,
    notes: BTreeSet<String>,
    names: Names,
    /// The structs for dicts, of which `written` were asked for.
    records: Vec<(Record, Ident)>,
    written: usize,
    /// The places of those structs by their keys.
    places: HashMap<Vec<String>, Vec<usize>>,
    /// The struct and the field whose type is written.
    owner: String,
    field: String,
}

/// A type, and what has to be said about it.
#[derive(Debug)]
pub struct Typed {
    /// The type.
    pub tokens: TokenStream,
    /// Sentences.
    pub notes: Vec<String>,
    /// Whether it is an `Option`.
    pub optional: bool,
}

impl<'p> Types<'p> {
    /// For the classes of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Types<'p> {
        Types {
            plan,
            imports: BTreeSet::new(),
            notes: BTreeSet::new(),
            names: plan.taken().clone(),
            records: Vec::new(),
            written: 0,
            places: HashMap::new(),
            owner: String::new(),
            field: String::new(),
        }
    }

    /// Says whose field the next types are for, after which structs for dicts are called.
    pub fn within(&mut self, owner: &str, field: &str) {
        owner.clone_into(&mut self.owner);
        field.clone_into(&mut self.field);
    }

    /// The name of the struct for dicts: of the field, or of one of several in it.
    fn record(&mut self, record: &Record, is_field: bool) -> Ident {
        let places = self.places.get(&keys(record)).into_iter().flatten();
        let mut known = places.filter_map(|&place| self.records.get(place));
        if let Some((_, name)) = known.find(|(known, _)| known == record) {
            return name.clone();
        }
        let name = if is_field { names::type_name } else { names::item };
        let own = (!self.field.is_empty()).then(|| name(&self.field));
        let last = if self.field.is_empty() { "dict" } else { &self.field };
        let whole = names::type_name(&format!("{}_{last}", self.owner));
        let name = self.names.pick(own.into_iter().chain([whole]));
        self.push_record(record.clone(), name.clone());
        name
    }

    fn push_record(&mut self, record: Record, name: Ident) {
        self.places.entry(keys(&record)).or_default().push(self.records.len());
        self.records.push((record, name));
    }

    /// Whether there are structs for dicts.
    #[must_use]
    pub fn has_records(&self) -> bool {
        !self.records.is_empty()
    }

    /// The next struct for dicts that is to be written.
    pub fn next_record(&mut self) -> Option<(Record, Ident)> {
        let next = self.records.get(self.written).cloned()?;
        self.written += 1;
        Some(next)
    }

    /// Says that the first struct for dicts has a name, and is written already.
    pub fn add_record(&mut self, record: Record, name: Ident) {
        self.push_record(record, name);
        self.written += 1;
    }

    /// The type of a value that stands by itself.
    pub fn alone(&mut self, shape: &Shape) -> Typed {
        let tokens = self.write(shape, false);
        let optional = shape.optional && !self.is_value(shape);
        Typed { tokens, notes: std::mem::take(&mut self.notes).into_iter().collect(), optional }
    }

    /// The type of a part of an instance, which may be `missing`: an `Option` says whether it is there,
    /// and is around the cell of what is on a cycle.
    pub fn part(&mut self, shape: &Shape, missing: bool) -> Typed {
        let tokens = self.content(shape, true);
        let known = shape.optional && !self.is_value(shape);
        let tokens = if missing && !known { quote!(Option<#tokens>) } else { tokens };
        let notes = std::mem::take(&mut self.notes).into_iter().collect();
        Typed { tokens, notes, optional: known || missing }
    }

    /// The type of the items of an instance.
    pub fn items(&mut self, item: &Shape) -> Typed {
        let tokens = self.content(item, false);
        let notes = std::mem::take(&mut self.notes).into_iter().collect();
        Typed { tokens: quote!(Vec<#tokens>), notes, optional: false }
    }

    /// The type of the entries of an instance: in order where it may count, which is in what is not
    /// made as a plain dict is, and where there is no map for the keys.
    pub fn entries(&mut self, keys: &Shape, values: &Shape) -> Typed {
        let (key, value) = (self.content(keys, false), self.content(values, false));
        let notes = std::mem::take(&mut self.notes).into_iter().collect();
        Typed { tokens: quote!(Vec<(#key, #value)>), notes, optional: false }
    }

    /// The type of what an instance has, in a cell if it is on a cycle, which is closed there: what is
    /// in it can be left vacant at first. Items are added one by one, so cells are around each of them.
    fn content(&mut self, shape: &Shape, direct: bool) -> TokenStream {
        if !self.plan.is_cyclic(shape) {
            return self.write(shape, direct);
        }
        let tokens = self.write(shape, true);
        let vacant = match &shape.kind {
            Kind::Type(path, _) => matches!(*path, "Vec" | DICT | SET),
            Kind::Record(record) => !record.is_struct(),
            _ => false,
        };
        let vacant = vacant || shape.optional;
        let tokens = if vacant { tokens } else { quote!(Option<#tokens>) };
        let cell = self.import("std::cell::RefCell");
        self.notes.insert(" On a cycle: nothing frees one that is made of `Rc` alone.".to_owned());
        quote!(#cell<#tokens>)
    }

    /// The type of values; `direct` if they are within an instance without anything between.
    fn write(&mut self, shape: &Shape, direct: bool) -> TokenStream {
        let tokens = match &shape.kind {
            Kind::Unseen => {
                if shape.optional {
                    self.notes.insert(" Nothing but `None` was found.".to_owned());
                }
                return self.import("pickle_core::Value");
            }
            Kind::Mixed(what) => {
                return self.value(&what.iter().cloned().collect::<Vec<_>>().join(", "));
            }
            Kind::Type(DICT, parts) => match &parts[..] {
                [keys, values] => match self.map(keys, values) {
                    Some(tokens) => tokens,
                    None => return self.value("dicts with keys that have no hash in Rust"),
                },
                _ => return self.import("pickle_core::Value"),
            },
            Kind::Type(FROZEN_SET, parts) => match self.set(parts) {
                Some(set) => {
                    let frozen = self.import(FROZEN_SET);
                    quote!(#frozen<#set>)
                }
                None => return self.value("frozensets of what has no hash in Rust"),
            },
            Kind::Type(SET, parts) => match self.set(parts) {
                Some(set) => set,
                None => return self.value("sets of what has no hash in Rust"),
            },
            Kind::Type(path, parts) if has_keys(path) => match &parts[..] {
                [keys, values] if self.plan.key(keys) != Key::No => {
                    let (map, keys) = (self.import(path), self.key(keys));
                    let values = self.write(values, false);
                    quote!(#map<#keys, #values>)
                }
                _ => return self.value("dicts with keys that have no hash in Rust"),
            },
            Kind::Type(path, parts) => {
                let name = self.import(path);
                let parts: Vec<_> = parts.iter().map(|part| self.write(part, false)).collect();
                if parts.is_empty() { name } else { quote!(#name<#(#parts),*>) }
            }
            Kind::Tuple(items) => {
                let items: Vec<_> = items.iter().map(|item| self.write(item, direct)).collect();
                quote!((#(#items,)*))
            }
            Kind::Array(length, item) => {
                let item = self.write(item, direct);
                let length = proc_macro2::Literal::usize_unsuffixed(*length);
                quote!([#item; #length])
            }
            Kind::Record(record) if record.is_struct() => {
                let name = self.record(record, direct);
                quote!(#name)
            }
            Kind::Record(record) => {
                let map = Shape { optional: shape.optional, ..record.map() };
                return self.write(&map, direct);
            }
            Kind::Class(classes) => match self.class(classes, direct) {
                Ok(tokens) => tokens,
                Err(what) => return self.value(&what),
            },
        };
        if shape.optional { quote!(Option<#tokens>) } else { tokens }
    }

    fn map(&mut self, keys: &Shape, values: &Shape) -> Option<TokenStream> {
        let path = match self.plan.key(keys) {
            Key::Ord => DICT,
            Key::Hash => "std::collections::HashMap",
            Key::No => return None,
        };
        let (map, keys, values) = (self.import(path), self.key(keys), self.write(values, false));
        Some(quote!(#map<#keys, #values>))
    }

    /// The type of keys; a guess if there are none.
    fn key(&mut self, shape: &Shape) -> TokenStream {
        if shape.kind != Kind::Unseen {
            return self.write(shape, false);
        }
        let (found, key) = match shape.optional {
            true => ("nothing but `None` in them", quote!(Option<String>)),
            false => ("only empty ones", quote!(String)),
        };
        self.notes.insert(format!(" Found {found}: the type of the keys is a guess."));
        key
    }

    /// The type of a set, if its members can be in one.
    fn set(&mut self, parts: &[Shape]) -> Option<TokenStream> {
        let member = parts.first()?;
        let path = match self.plan.key(member) {
            Key::Ord => SET,
            Key::Hash => "std::collections::HashSet",
            Key::No => return None,
        };
        let (set, member) = (self.import(path), self.key(member));
        Some(quote!(#set<#member>))
    }

    fn class(&mut self, classes: &BTreeSet<ClassId>, direct: bool) -> Result<TokenStream, String> {
        let name = self.plan.type_name(classes)?;
        Ok(match self.plan.pointer(classes) {
            Pointer::Rc => {
                let rc = self.import("std::rc::Rc");
                quote!(#rc<#name>)
            }
            Pointer::Box if direct => quote!(Box<#name>),
            Pointer::Box | Pointer::None => quote!(#name),
        })
    }

    /// Whether the type is that of any value, which may be `None` as well.
    fn is_value(&self, shape: &Shape) -> bool {
        match &shape.kind {
            Kind::Unseen | Kind::Mixed(_) => true,
            Kind::Class(classes) => self.plan.type_name(classes).is_err(),
            Kind::Record(record) => !record.is_struct() && self.is_value(&record.map()),
            Kind::Type(path, parts) if has_keys(path) => {
                parts.first().is_none_or(|keys| self.plan.key(keys) == Key::No)
            }
            _ => false,
        }
    }

    fn value(&mut self, found: &str) -> TokenStream {
        self.notes.insert(format!(" Found {found}."));
        self.import("pickle_core::Value")
    }

    /// The name of a type, which is imported by its path.
    pub fn import(&mut self, path: &'static str) -> TokenStream {
        if path.contains("::") {
            self.imports.insert(path);
        }
        let name = format_ident!("{}", path.rsplit("::").next().unwrap_or(path));
        quote!(#name)
    }
}

fn keys(record: &Record) -> Vec<String> {
    record.keys.keys().cloned().collect()
}
