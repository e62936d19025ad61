//! The parts that few classes have: the form of the state, its setter, keyword arguments, items and
//! bases.

use quote::ToTokens;

use crate::ast::{Body, Field, Input, Items, Record};
use crate::attr::StateForm;
use crate::ctxt::Ctxt;
use crate::symbol::{
    ALIAS, CTOR, DEFAULT, DICTITEMS, FLATTEN, GETSTATE, INIT, KW, LISTITEMS, NEW, RENAME, SKIP_IF,
    STATE, STATE_SETTER, WITH,
};

pub(super) fn check(input: &Input<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    if let (Some((_, form)), Some(_)) = (&attrs.state, &attrs.getstate) {
        let message = format!(
            "found `{STATE} = …` with `{GETSTATE}`: the state is the one value that the function \
             returns; remove `{STATE}`"
        );
        ctxt.error(form, message);
    }
    let records = input.records();
    if let Some(init) = &attrs.init {
        if let Some(new) = &attrs.new {
            let message = format!(
                "found `{NEW}` with `{INIT}`, expected one of them: `__new__` alone makes the \
                 object, or the class is called"
            );
            ctxt.error(new, message);
        }
        if records.iter().all(|record| record.is_called()) {
            let message = format!(
                "found `{INIT}` on a class with arguments, which is called with them already; \
                 remove `{INIT}`"
            );
            ctxt.error(init, message);
        }
    }
    let has_state = attrs.getstate.is_some() || records.iter().any(|record| record.has_state());
    if attrs.transparent.is_none() && attrs.members.is_none() && !has_state {
        let unused = [
            (STATE, attrs.state.as_ref().map(|(_, form)| form)),
            (STATE_SETTER, attrs.state_setter.as_ref()),
        ];
        for (name, at) in unused.into_iter().filter_map(|(name, at)| Some((name, at?))) {
            let message =
                format!("found `{name}`, expected a field that is an attribute: there is no state");
            ctxt.error(at, message);
        }
    }
    for record in records {
        without_names(record, ctxt);
        items(record, ctxt);
        keywords(input, record, ctxt);
        bases(input, record, ctxt);
    }
}

/// What a state that is a tuple or a list cannot have.
fn without_names(record: &Record<'_>, ctxt: &mut Ctxt) {
    let form = match record.form {
        StateForm::Dict | StateForm::Slots => return,
        StateForm::Tuple => "tuple",
        StateForm::List => "list",
    };
    for field in record.state() {
        if let Some(skip_if) = &field.attrs.skip_if {
            let message = format!(
                "found `{SKIP_IF}` in a state that is a {form}, where a value that is left out \
                 moves the others; remove `{SKIP_IF}`"
            );
            ctxt.error(skip_if, message);
        }
    }
    for field in record.bases() {
        let message = format!(
            "found `{FLATTEN}` in a state that is a {form}, which has no names; \
             write the fields of the base here, or `{STATE} = \"dict\"`"
        );
        ctxt.error(&field.attrs.flatten, message);
    }
}

/// An object is one list and one dict at most.
fn items(record: &Record<'_>, ctxt: &mut Ctxt) {
    for (items, name) in [(Items::List, LISTITEMS), (Items::Dict, DICTITEMS)] {
        let mut fields = record.fields.iter().filter(|field| field.role.items == Some(items));
        let Some(first) = fields.next() else { continue };
        for field in fields {
            let message = format!(
                "found `{name}` on a second field, expected it on one: the object has the items of \
                 `{}` already",
                first.member.to_token_stream(),
            );
            ctxt.error(flag(field), message);
        }
    }
}

fn keywords(input: &Input<'_>, record: &Record<'_>, ctxt: &mut Ctxt) {
    if input.attrs.new.is_some() {
        return;
    }
    for (_, field) in record.keywords() {
        let message = format!(
            "found `{KW}` without `{NEW}`, expected `#[reduce({NEW})]` on the container: a pickle \
             has keyword arguments for `__new__` only; make it `{CTOR}`, or add `{NEW}`"
        );
        ctxt.error(&field.attrs.kw, message);
    }
}

fn bases(input: &Input<'_>, record: &Record<'_>, ctxt: &mut Ctxt) {
    for field in record.bases() {
        if input.attrs.getstate.is_some() {
            let message = format!(
                "found `{FLATTEN}` on a field of a struct with `{GETSTATE}`: its state is the one \
                 value that the function returns; remove `{FLATTEN}`"
            );
            ctxt.error(&field.attrs.flatten, message);
        }
        if input.attrs.transparent.is_some() || matches!(input.body, Body::Enum(_)) {
            let message =
                format!("found `{FLATTEN}`, expected it on a field of a struct with a class");
            ctxt.error(&field.attrs.flatten, message);
        }
    }
}

/// What the attributes of one field say of each other.
pub(super) fn roles(field: &Field<'_>, ctxt: &mut Ctxt) {
    let attrs = &field.attrs;
    if let (Some(_), Some(ctor)) = (&attrs.kw, &attrs.ctor) {
        let message = format!(
            "found `{CTOR}` with `{KW}`: an argument is given by its place or by its name; \
             remove one of the two"
        );
        ctxt.error(ctor, message);
    }
    if !field.is_whole() {
        return;
    }
    let name = whole(field);
    let mut refuse = |other: &str, at: &dyn ToTokens| {
        let message = format!(
            "found `{other}` with `{name}`: the field is no attribute and no argument of its own; \
             remove `{other}` or `{name}`"
        );
        ctxt.error(at.to_token_stream(), message);
    };
    let flags = [
        (CTOR, &attrs.ctor),
        (KW, &attrs.kw),
        (STATE, &attrs.state),
        (LISTITEMS, &attrs.listitems),
        (DICTITEMS, &attrs.dictitems),
        (FLATTEN, &attrs.flatten),
    ];
    for (other, flag) in flags.into_iter().filter(|(other, _)| *other != name) {
        if let Some(flag) = flag {
            refuse(other, flag);
        }
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
    match &attrs.default {
        Some(crate::attr::DefaultValue::Trait(ident)) => refuse(DEFAULT, ident),
        Some(crate::attr::DefaultValue::Expr(value)) => refuse(DEFAULT, value),
        None => {}
    }
}

/// The name of the attribute that makes the field a part of its own.
fn whole(field: &Field<'_>) -> &'static str {
    match field.role.items {
        Some(Items::List) => LISTITEMS,
        Some(Items::Dict) => DICTITEMS,
        None => FLATTEN,
    }
}

fn flag<'b>(field: &'b Field<'_>) -> impl ToTokens + 'b {
    let attrs = &field.attrs;
    attrs.listitems.as_ref().or(attrs.dictitems.as_ref()).or(attrs.flatten.as_ref())
}
