//! What makes no sense together: mistakes that no attribute shows by itself.

use quote::ToTokens;
use syn::{Ident, LitStr, Type};

use crate::ast::{Arg, Body, Field, Input, Record, Style, Variant};
use crate::ctxt::Ctxt;
use crate::symbol::{
    ALIAS, ARGS, CTOR, DEFAULT, DENY_UNKNOWN, DICTITEMS, FLATTEN, GETSTATE, INIT, KW, LISTITEMS,
    MIGRATE, MODULE, NAME, NEW, RENAME, SETSTATE, SKIP, SKIP_IF, STATE, STATE_SETTER, TRANSPARENT,
    WITH,
};

mod dict;
mod members;
mod parts;

/// Finds every such mistake.
pub(crate) fn check(input: &Input<'_>, ctxt: &mut Ctxt) {
    packed(input, ctxt);
    names(input, ctxt);
    state_value(input, ctxt);
    dict::check(input, ctxt);
    parts::check(input, ctxt);
    members::check(input, ctxt);
    match &input.body {
        Body::Struct(record) if input.attrs.transparent.is_some() => {
            transparent(input, record, ctxt);
        }
        Body::Struct(record) => constructors(input, record, ctxt),
        Body::Enum(variants) => enumeration(input, variants, ctxt),
    }
    for record in input.records() {
        for field in &record.fields {
            roles(field, ctxt);
        }
        if input.attrs.transparent.is_none() {
            attributes(input, record, ctxt);
            whole_arguments(record, ctxt);
        }
    }
}

/// The fields of a packed struct have no references, which every reducer takes.
fn packed(input: &Input<'_>, ctxt: &mut Ctxt) {
    for attr in input.derive.attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
        let _ = attr.parse_nested_meta(|meta| {
            if meta.path.is_ident("packed") {
                let message = "found a packed struct, expected one whose fields can be borrowed; \
                               pickle a struct without `packed` and convert";
                ctxt.error(&meta.path, message);
            }
            // `packed(2)`: the argument does not matter.
            if meta.input.peek(syn::token::Paren) {
                let content;
                syn::parenthesized!(content in meta.input);
                let _: proc_macro2::TokenStream = content.parse()?;
            }
            Ok(())
        });
    }
}

/// Module and class names.
fn names(input: &Input<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    if let Some(module) = &attrs.module {
        dotted(module, "module", ctxt);
    }
    // An enum without a name has its variants as classes of the module.
    let is_enum = matches!(input.body, Body::Enum(_));
    if let Some(name) = attrs.name.as_ref().filter(|name| !(is_enum && name.value().is_empty())) {
        dotted(name, "class", ctxt);
    }
    for alias in &attrs.aliases {
        global(alias, ctxt);
    }
    if let Some(setter) = &attrs.state_setter {
        global(setter, ctxt);
    }
    if let Body::Enum(variants) = &input.body {
        for attrs in variants.iter().map(|variant| &variant.attrs) {
            if let Some(name) = &attrs.name {
                dotted(name, "class", ctxt);
            }
            for alias in &attrs.aliases {
                global(alias, ctxt);
            }
        }
    }
}

/// A name of Python: parts with dots between them.
fn dotted(text: &LitStr, what: &str, ctxt: &mut Ctxt) {
    let value = text.value();
    if value.is_empty() {
        ctxt.error(text, format!("found an empty string, expected the name of a {what}"));
    } else if value.contains("::") {
        let python = value.replace("::", ".");
        let message = format!("found `::`, expected the name as Python spells it: \"{python}\"");
        ctxt.error(text, message);
    } else if value.chars().any(|c| c.is_whitespace() || c.is_control()) {
        ctxt.error(text, format!("found whitespace, expected the name of a {what}"));
    } else if value.split('.').any(str::is_empty) {
        let message = format!("found an empty part between dots, expected the name of a {what}");
        ctxt.error(text, message);
    }
}

/// An older global name.
fn global(text: &LitStr, ctxt: &mut Ctxt) {
    let value = text.value();
    match value.split_once(':') {
        Some((module, name)) if !value.contains("::") => {
            for part in [module, name] {
                dotted(&LitStr::new(part, text.span()), "class", ctxt);
            }
        }
        _ => dotted(text, "class", ctxt),
    }
}

/// The two functions for a state that is one value.
fn state_value(input: &Input<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    let (given, missing) = match (&attrs.getstate, &attrs.setstate) {
        (Some(path), None) => (path, SETSTATE),
        (None, Some(path)) => (path, GETSTATE),
        (None, None) => return,
        (Some(path), Some(_)) => {
            for field in input.records().iter().flat_map(|record| &record.fields) {
                without_attributes(field, ctxt);
            }
            if let Body::Enum(_) = input.body {
                let message = "found `getstate` on an enum, expected it on a struct; make the \
                               variant hold a struct that has it";
                ctxt.error(path, message);
            }
            if let Some(flag) = &attrs.deny_unknown {
                let message = format!(
                    "found `{DENY_UNKNOWN}` with `{GETSTATE}`: there are no attributes to deny, \
                     the state is one value"
                );
                ctxt.error(flag, message);
            }
            return;
        }
    };
    let found = if missing == SETSTATE { GETSTATE } else { SETSTATE };
    let message = format!(
        "found `{found}` alone, expected `{missing} = path` too: \
         what one writes the other must read"
    );
    ctxt.error(given, message);
}

/// With `getstate`, a field that is no argument is not in the pickle.
fn without_attributes(field: &Field<'_>, ctxt: &mut Ctxt) {
    let mut refuse = |name: &str, at: &dyn ToTokens| {
        let message = format!(
            "found `{name}` on a field of a struct with `{GETSTATE}`: its state is the one value \
             that the function returns; remove `{name}`"
        );
        ctxt.error(at.to_token_stream(), message);
    };
    if let Some(state) = &field.attrs.state {
        refuse(STATE, state);
    }
    if let Some(rename) = &field.attrs.rename {
        refuse(RENAME, rename);
    }
    if let Some(alias) = field.attrs.aliases.first() {
        refuse(ALIAS, alias);
    }
    if let Some(with) = field.attrs.with.as_ref().filter(|_| field.role.arg == Arg::No) {
        refuse(WITH, with);
    }
}

/// A struct that is its only field.
fn transparent(input: &Input<'_>, record: &Record<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    let Some(flag) = &attrs.transparent else { return };
    let written: Vec<_> = record.fields.iter().filter(|field| field.is_written()).collect();
    match written.as_slice() {
        [_] => {}
        [] => {
            let message = "found no field to pickle, expected one: \
                           a transparent struct is written as its field";
            ctxt.error(flag, message);
        }
        [_, more @ ..] => {
            for field in more {
                let message = format!(
                    "found a second field in a transparent struct, expected one; \
                     `#[reduce({SKIP})]` leaves this one out"
                );
                ctxt.error(&field.member, message);
            }
        }
    }
    let mut refuse = |name: &str, at: &dyn ToTokens| {
        let message = format!(
            "found `{name}` on a transparent struct, which has no class of its own: \
             remove `{name}` or `{TRANSPARENT}`"
        );
        ctxt.error(at.to_token_stream(), message);
    };
    let texts = [(MODULE, &attrs.module), (NAME, &attrs.name)];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?))) {
        refuse(name, text);
    }
    for path in &attrs.ctors {
        refuse(CTOR, path);
    }
    for alias in &attrs.aliases {
        refuse(ALIAS, alias);
    }
    if let Some((_, form)) = &attrs.state {
        refuse(STATE, form);
    }
    if let Some(setter) = &attrs.state_setter {
        refuse(STATE_SETTER, setter);
    }
    if let Some(path) = &attrs.migrate {
        refuse(MIGRATE, path);
    }
    let flags = [(NEW, &attrs.new), (INIT, &attrs.init), (DENY_UNKNOWN, &attrs.deny_unknown)];
    for (name, flag) in flags {
        if let Some(flag) = flag {
            refuse(name, flag);
        }
    }
    if let Some(path) = &attrs.getstate {
        refuse(GETSTATE, path);
    }
    for field in &written {
        if let Some((name, ident)) = role_flag(field) {
            refuse(name, ident);
        }
        if let Some(rename) = &field.attrs.rename {
            refuse(RENAME, rename);
        }
        if let Some(skip_if) = &field.attrs.skip_if {
            refuse(SKIP_IF, skip_if);
        }
    }
}

/// What a field was said to be.
fn role_flag<'b>(field: &'b Field<'_>) -> Option<(&'static str, &'b Ident)> {
    let attrs = &field.attrs;
    let flags = [
        (CTOR, &attrs.ctor),
        (STATE, &attrs.state),
        (ARGS, &attrs.args),
        (KW, &attrs.kw),
        (LISTITEMS, &attrs.listitems),
        (DICTITEMS, &attrs.dictitems),
        (FLATTEN, &attrs.flatten),
    ];
    flags.into_iter().find_map(|(name, flag)| Some((name, flag.as_ref()?)))
}

/// The functions that make the value.
fn constructors(input: &Input<'_>, record: &Record<'_>, ctxt: &mut Ctxt) {
    if let Some(new) = input.attrs.new.as_ref().filter(|_| !record.is_called()) {
        let message = format!(
            "found `{NEW}`, expected a field with `#[reduce({CTOR})]` to pass to `__new__`; \
             without one, `__new__` is what is called already"
        );
        ctxt.error(new, message);
    }
    if input.attrs.ctors.is_empty() {
        return;
    }
    for field in &record.fields {
        // The constructor makes what is not passed to it; a default would never be used.
        let is_made = !field.is_written() || (field.role.state && field.role.arg == Arg::No);
        if let Some(default) = field.attrs.default.as_ref().filter(|_| is_made) {
            let message = format!(
                "found `{DEFAULT}` on a field that the constructor sets already: \
                 remove `{DEFAULT}`, or the container's `{CTOR} = path`"
            );
            match default {
                crate::attr::DefaultValue::Trait(ident) => ctxt.error(ident, message),
                crate::attr::DefaultValue::Expr(value) => ctxt.error(value, message),
            }
        }
    }
}

fn enumeration(input: &Input<'_>, variants: &[Variant<'_>], ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    if variants.is_empty() && matches!(input.derive.data, syn::Data::Enum(_)) {
        let message = "found an enum without variants, expected at least one: \
                       it has no values to pickle";
        ctxt.error(&input.derive.ident, message);
    }
    if let Some(flag) = &attrs.transparent {
        let message = format!("found `{TRANSPARENT}` on an enum, expected it on a struct");
        ctxt.error(flag, message);
    }
    for path in &attrs.ctors {
        let message = format!(
            "found `{CTOR} = path` on an enum, expected it on a struct; \
             make the variant hold a struct that has it"
        );
        ctxt.error(path, message);
    }
    let is_called = variants.iter().any(|variant| variant.record.is_called());
    if let Some(new) = attrs.new.as_ref().filter(|_| !is_called && attrs.members.is_none()) {
        ctxt.error(new, format!("found `{NEW}`, expected a variant with arguments"));
    }
    for (at, variant) in variants.iter().enumerate() {
        let mut earlier = variants.iter().take(at).filter(|earlier| earlier.index.is_some());
        let earlier = earlier.find(|earlier| earlier.name == variant.name);
        if let Some(earlier) = earlier.filter(|_| variant.index.is_some()) {
            let what = if attrs.members.is_some() { "member" } else { "class" };
            let message = format!(
                "found the {what} name \"{}\" again, which is that of `{}`; \
                 give one of them another by `#[reduce({NAME} = \"…\")]`",
                variant.name, earlier.ident,
            );
            match &variant.attrs.name {
                Some(name) => ctxt.error(name, message),
                None => ctxt.error(variant.ident, message),
            }
        }
    }
}

/// What the attributes of one field say of each other.
fn roles(field: &Field<'_>, ctxt: &mut Ctxt) {
    let attrs = &field.attrs;
    if attrs.skip.is_some() {
        let mut refuse = |name: &str, at: &dyn ToTokens| {
            let message = format!(
                "found `{name}` on a skipped field, which is not in the pickle: \
                 remove `{name}` or `{SKIP}`"
            );
            ctxt.error(at.to_token_stream(), message);
        };
        if let Some((name, flag)) = role_flag(field) {
            refuse(name, flag);
        }
        if let Some(rename) = &attrs.rename {
            refuse(RENAME, rename);
        }
        if let Some(alias) = attrs.aliases.first() {
            refuse(ALIAS, alias);
        }
        if let Some(with) = &attrs.with {
            refuse(WITH, with);
        }
        if let Some(skip_if) = &attrs.skip_if {
            refuse(SKIP_IF, skip_if);
        }
        return;
    }
    let is_named = field.role.state || field.is_keyword();
    if let Some(skip_if) = attrs.skip_if.as_ref().filter(|_| !is_named && !field.is_whole()) {
        let message = format!(
            "found `{SKIP_IF}` on an argument, expected it on an attribute: \
             an argument cannot be left out"
        );
        ctxt.error(skip_if, message);
    }
    parts::roles(field, ctxt);
    if let (Some(_), Some(ctor)) = (&attrs.args, &attrs.ctor) {
        let message = format!(
            "found `{CTOR}` with `{ARGS}`: the tuple is the whole argument list; remove `{CTOR}`"
        );
        ctxt.error(ctor, message);
    }
    if let (Some(_), Some(with)) = (&attrs.args, &attrs.with) {
        let message = format!(
            "found `{WITH}` with `{ARGS}`: the arguments are written one by one, without \
             the tuple; remove `{WITH}`"
        );
        ctxt.error(with, message);
    }
}

/// Attribute names: of tuples, and used twice.
fn attributes(input: &Input<'_>, record: &Record<'_>, ctxt: &mut Ctxt) {
    let mut taken: Vec<(String, String)> = Vec::new();
    for field in record.fields.iter().filter(|field| field.role.is_named()) {
        let member = field.member.to_token_stream().to_string();
        let is_nameless = record.style == Style::Tuple && field.attrs.rename.is_none();
        if is_nameless && field.is_keyword() {
            let message = format!(
                "found a keyword argument without a name, expected `#[reduce({KW}, {RENAME} = \"…\")]`"
            );
            ctxt.error(&field.attrs.kw, message);
        } else if is_nameless && field.role.state && input.attrs.getstate.is_none() {
            let message = format!(
                "found an attribute without a name, expected `#[reduce({STATE}, {RENAME} = \"…\")]`: \
                 the fields of a tuple struct are arguments unless they are named"
            );
            match &field.attrs.state {
                Some(state) => ctxt.error(state, message),
                None => ctxt.error(field.ty, message),
            }
        }
        let aliases = field.attrs.aliases.iter().map(|alias| (alias.value(), Some(alias)));
        let own = (field.name.clone(), field.attrs.rename.as_ref());
        for (name, text) in std::iter::once(own).chain(aliases) {
            if let Some((_, other)) = taken.iter().find(|(known, _)| *known == name) {
                let message = if *other == member {
                    format!("found the attribute \"{name}\" again on the same field; remove it")
                } else {
                    format!("found the attribute \"{name}\" again, which is that of `{other}`")
                };
                match text {
                    Some(text) => ctxt.error(text, message),
                    None => ctxt.error(&field.member, message),
                }
            }
            if text.is_some_and(|text| text.value().is_empty()) {
                ctxt.error(text, "found an empty string, expected the name of an attribute");
            }
            taken.push((name, member.clone()));
        }
    }
}

/// A tuple that is the whole argument list.
fn whole_arguments(record: &Record<'_>, ctxt: &mut Ctxt) {
    let Some(whole) = record.all_args() else { return };
    for field in &record.fields {
        if field.is_args() && field.member != whole.member {
            let message = format!(
                "found `{ARGS}` on a second field, expected it on one: \
                 its tuple is the whole argument list"
            );
            ctxt.error(&field.attrs.args, message);
        }
        if field.is_arg() || field.is_keyword() {
            let message = format!(
                "found an argument beside `{ARGS}` on `{}`, whose tuple is the whole argument \
                 list; move it into the tuple, or make the field `{STATE}` or `{SKIP}`",
                whole.member.to_token_stream(),
            );
            match field.attrs.ctor.as_ref().or(field.attrs.kw.as_ref()) {
                Some(flag) => ctxt.error(flag, message),
                None => ctxt.error(field.ty, message),
            }
        }
    }
    // An alias of a tuple is one too, so only what is certainly none is refused.
    let is_tuple = |ty: &Type| match ty {
        Type::Tuple(tuple) => !tuple.elems.is_empty(),
        Type::Path(ty) => ty.path.segments.last().is_some_and(|last| last.arguments.is_empty()),
        _ => false,
    };
    let numbers = ["f64", "f32", "u8", "u32", "u64", "i32", "i64", "usize", "bool", "String"];
    let is_number =
        matches!(whole.ty, Type::Path(ty) if numbers.iter().any(|n| ty.path.is_ident(n)));
    if !is_tuple(whole.ty) || is_number {
        let message = format!(
            "found a type that is no tuple, expected a tuple of arguments for `{ARGS}`; \
             for one argument write `#[reduce({CTOR})]`"
        );
        ctxt.error(whole.ty, message);
    }
}
