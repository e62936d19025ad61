//! Writes structs for classes, and enums for several.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::class::{Class, Layout};
use super::members;
use super::names::{self, Names};
use super::plan::{self, Key, Plan};
use super::shape::{ClassId, Kind, Record, Shape};
use super::types::{Typed, Types};

/// Writes types for the classes of a plan.
#[derive(Debug)]
pub struct Printer<'p> {
    plan: &'p Plan<'p>,
    /// Writes the types of their fields.
    pub types: Types<'p>,
}

/// A field of a struct or of a variant.
struct Part {
    /// What is written in `#[reduce(…)]`.
    attributes: Vec<TokenStream>,
    name: Ident,
    typed: Typed,
}

impl Part {
    /// As it is written: in a tuple struct all fields are arguments, and have no names.
    fn write(&self, is_tuple: bool, visibility: &TokenStream) -> TokenStream {
        let Part { attributes, name, typed: Typed { tokens, notes, .. } } = self;
        if is_tuple {
            return quote!(#(#[doc = #notes])* #visibility #tokens);
        }
        let attributes = (!attributes.is_empty()).then(|| quote!(#[reduce(#(#attributes),*)]));
        quote!(#(#[doc = #notes])* #attributes #visibility #name: #tokens)
    }
}

impl<'p> Printer<'p> {
    /// For the classes of a plan.
    #[must_use]
    pub fn new(plan: &'p Plan<'p>) -> Printer<'p> {
        Printer { plan, types: Types::new(plan) }
    }

    /// What stands for a class.
    pub fn class(&mut self, id: ClassId, name: &Ident, class: &Class) -> Vec<TokenStream> {
        if class.is_enum() {
            vec![members::write(name, class)]
        } else {
            self.instance(id, name, class)
        }
    }

    /// The struct for a class, and what it needs besides.
    fn instance(&mut self, id: ClassId, name: &Ident, class: &Class) -> Vec<TokenStream> {
        let derives = self.derives(id);
        let mut attributes = of_class(class);
        let module = &class.module;
        attributes.insert(0, quote!(module = #module));
        if *name != class.name {
            let name = &class.name;
            attributes.insert(1, quote!(name = #name));
        }
        let mut hooks = Vec::new();
        if class.layout == Some(Layout::Other)
            && let Some(value) = class.values.first()
        {
            attributes.push(quote!(getstate = Self::getstate));
            attributes.push(quote!(setstate = Self::setstate));
            hooks.push(self.hooks(name, value));
        }
        let parts = self.parts(name, class);
        let fields = parts.iter().map(|part| part.write(class.is_tuple(), &quote!(pub)));
        let body = match (parts.is_empty(), class.is_tuple()) {
            (true, _) => quote!(;),
            (false, true) => quote!((#(#fields),*);),
            (false, false) => quote!({ #(#fields),* }),
        };
        let doc = format!(" Python's `{}`.", class.path());
        let item = quote! {
            #[doc = #doc]
            #[derive(#(#derives),*)]
            #[reduce(#(#attributes),*)]
            pub struct #name #body
        };
        [item].into_iter().chain(hooks).collect()
    }

    /// What gives and takes a state that is one value.
    fn hooks(&mut self, name: &Ident, value: &Shape) -> TokenStream {
        let state = self.types.part(value, false).tokens;
        let is_copy = matches!(value.kind, Kind::Type("bool" | "i64" | "u64" | "f64", _));
        let copy = if is_copy { quote!(self.state) } else { quote!(self.state.clone()) };
        quote! {
            impl #name {
                fn getstate(&self) -> Option<#state> {
                    #copy
                }

                fn setstate(&mut self, state: Option<#state>) {
                    self.state = state;
                }
            }
        }
    }

    /// The enum for instances of several classes.
    pub fn union(&mut self, classes: &BTreeSet<ClassId>, name: &Ident) -> TokenStream {
        let plan = self.plan;
        let known = classes.iter().filter_map(|&id| Some((id, plan.name(id)?, plan.class(id)?)));
        let known: Vec<_> = known.collect();
        let endless = classes.iter().any(|&id| plan.is_endless(id));
        let derives = if endless { vec![quote!(Clone)] } else { comparable() };
        let module = known.first().map(|(_, _, class)| &class.module);
        let attributes = known.iter().flat_map(|(_, _, class)| of_class(class));
        let attributes: IndexMap<_, _> =
            attributes.map(|attribute| (attribute.to_string(), attribute)).collect();
        let attributes = attributes.values();
        let variants: Vec<_> =
            known.iter().map(|(_, name, class)| self.variant(name, class)).collect();
        let paths: Vec<_> =
            known.iter().map(|(_, _, class)| format!("`{}`", class.path())).collect();
        let doc = format!(" An instance of Python's {}.", paths.join(" or "));
        quote! {
            #[doc = #doc]
            #[derive(#(#derives,)* Reduce)]
            #[reduce(module = #module, name = "" #(, #attributes)*)]
            pub enum #name {
                #(#variants),*
            }
        }
    }

    fn variant(&mut self, name: &Ident, class: &Class) -> TokenStream {
        let parts = self.parts(name, class);
        let fields = parts.iter().map(|part| part.write(class.is_tuple(), &TokenStream::new()));
        let body = match (parts.is_empty(), class.is_tuple()) {
            (true, _) => quote!(),
            (false, true) => quote!((#(#fields),*)),
            (false, false) => quote!({ #(#fields),* }),
        };
        let other_name = (*name != class.name).then_some(&class.name);
        let other_name = other_name.map(|name| quote!(#[reduce(name = #name)]));
        quote!(#other_name #name #body)
    }

    /// The structs for dicts that were met in the types of fields.
    pub fn records(&mut self) -> Vec<TokenStream> {
        let mut items = Vec::new();
        while let Some((record, name)) = self.types.next_record() {
            items.push(self.record(&name, &record));
        }
        items
    }

    /// The struct for dicts.
    pub fn record(&mut self, name: &Ident, record: &Record) -> TokenStream {
        let plan = self.plan;
        let classes = record.values.iter().flat_map(Shape::classes);
        let endless = classes.into_iter().any(|id| plan.is_endless(id));
        let derives = if endless { vec![quote!(Clone)] } else { comparable() };
        let mut names = Names::default();
        let owner = name.to_string();
        let parts: Vec<_> = record
            .keys
            .iter()
            .zip(&record.values)
            .map(|((key, count), value)| {
                self.types.within(&owner, key);
                self.named(None, key, (value, *count < record.count), &mut names)
            })
            .collect();
        let fields = parts.iter().map(|part| part.write(false, &quote!(pub)));
        quote! {
            /// A dict.
            #[derive(#(#derives,)* Reduce)]
            #[reduce(dict)]
            pub struct #name { #(#fields),* }
        }
    }

    /// The fields for what instances of a class consist of.
    fn parts(&mut self, owner: &Ident, class: &Class) -> Vec<Part> {
        let mut names = Names::default();
        let mut parts = Vec::new();
        let owner = owner.to_string();
        self.types.within(&owner, "");
        for (place, shape) in (1..).zip(&class.arguments) {
            parts.push(self.part(quote!(ctor), format!("arg_{place}"), shape, &mut names));
        }
        for (name, field) in &class.keywords {
            self.types.within(&owner, name);
            let mut missing = field.count < class.count;
            let mut shape = field.shape.clone();
            let mut role = quote!(kw);
            if let Some(attribute) = class.attributes.get(name) {
                missing |= attribute.count < class.count;
                shape.add(attribute.shape.clone());
                role = quote!(kw, state);
            }
            parts.push(self.named(Some(role), name, (&shape, missing), &mut names));
        }
        match class.layout {
            Some(Layout::List | Layout::Tuple) => {
                for (place, shape) in (1..).zip(&class.values) {
                    let mut part =
                        self.part(quote!(state), format!("value_{place}"), shape, &mut names);
                    part.attributes.clear();
                    parts.push(part);
                }
            }
            Some(Layout::Other) => {
                for shape in &class.values {
                    let mut part = self.part(quote!(skip), "state".to_owned(), shape, &mut names);
                    let state = &part.typed.tokens;
                    part.typed.tokens = quote!(Option<#state>);
                    parts.push(part);
                }
            }
            _ => {}
        }
        let attributes = class.attributes.iter();
        for (name, field) in attributes.filter(|(name, _)| !class.keywords.contains_key(*name)) {
            self.types.within(&owner, name);
            let missing = field.count < class.count;
            parts.push(self.named(None, name, (&field.shape, missing), &mut names));
        }
        self.types.within(&owner, "items");
        if let Some(items) = &class.items {
            let items = self.types.items(items);
            let name = names.pick(["items".to_owned()]);
            parts.push(Part { attributes: vec![quote!(listitems)], name, typed: items });
        }
        if let Some((keys, values)) = &class.entries {
            self.types.within(&owner, "entries");
            let entries = self.types.entries(keys, values);
            let name = names.pick(["entries".to_owned()]);
            parts.push(Part { attributes: vec![quote!(dictitems)], name, typed: entries });
        }
        parts
    }

    fn part(&mut self, role: TokenStream, name: String, shape: &Shape, names: &mut Names) -> Part {
        let typed = self.types.part(shape, false);
        Part { attributes: vec![role], name: names.pick([name]), typed }
    }

    /// A field for what has a name in Python.
    fn named(
        &mut self,
        role: Option<TokenStream>,
        python: &str,
        (shape, missing): (&Shape, bool),
        names: &mut Names,
    ) -> Part {
        let typed = self.types.part(shape, missing);
        let name = names.pick([names::field(python)]);
        let mut attributes: Vec<_> = role.into_iter().collect();
        if name.to_string().trim_start_matches("r#") != python {
            attributes.push(quote!(rename = #python));
        }
        if missing {
            attributes.push(quote!(default));
            // What is missing in some and `None` in others is written as `None`.
            if typed.optional && !shape.optional {
                attributes.push(quote!(skip_if = Option::is_none));
            }
        }
        Part { attributes, name, typed }
    }

    fn derives(&self, id: ClassId) -> Vec<TokenStream> {
        let mut derives = if self.plan.is_endless(id) { vec![quote!(Clone)] } else { comparable() };
        match self.plan.class_key(id) {
            Key::No => {}
            Key::Hash => derives.extend([quote!(Eq), quote!(Hash)]),
            Key::Ord => {
                derives.extend([quote!(Eq), quote!(PartialOrd), quote!(Ord), quote!(Hash)]);
            }
        }
        derives.push(quote!(Reduce));
        derives
    }
}

fn comparable() -> Vec<TokenStream> {
    vec![quote!(Debug), quote!(Clone), quote!(PartialEq)]
}

/// What is said of a class as a whole, besides its name.
fn of_class(class: &Class) -> Vec<TokenStream> {
    let mut attributes = Vec::new();
    if plan::is_new(class) {
        attributes.push(quote!(new));
    }
    if plan::is_init(class) {
        attributes.push(quote!(init));
    }
    match class.layout {
        Some(Layout::Slots) => attributes.push(quote!(state = "slots")),
        Some(Layout::List) => attributes.push(quote!(state = "list")),
        Some(Layout::Tuple) => attributes.push(quote!(state = "tuple")),
        Some(Layout::Dict | Layout::Other) | None => {}
    }
    if let Some(setter) = &class.setter {
        attributes.push(quote!(state_setter = #setter));
    }
    attributes
}
