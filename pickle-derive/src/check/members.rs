//! Python enums, and variants that stand for others.

use quote::ToTokens;

use crate::ast::{Body, Input, Style, Variant};
use crate::attr::Spelling;
use crate::ctxt::Ctxt;
use crate::symbol::{
    AFTER, ALIAS, CTOR, DENY_UNKNOWN, ENUM, GETSTATE, INIT, MIGRATE, NAME, NEW, OTHER, STATE,
    STATE_SETTER, VALUE,
};

pub(super) fn check(input: &Input<'_>, ctxt: &mut Ctxt) {
    let Body::Enum(variants) = &input.body else {
        if let Some((_, flag)) = &input.attrs.members {
            let message = format!("found `{ENUM}` on a struct, expected it on an enum");
            ctxt.error(flag, message);
        }
        return;
    };
    others(variants, ctxt);
    match &input.attrs.members {
        Some((spelling, _)) => {
            without_class(input, ctxt);
            members(variants, *spelling, ctxt);
        }
        None => {
            for variant in variants.iter().filter(|variant| variant.attrs.value.is_some()) {
                let message = format!(
                    "found `{VALUE}` on a variant that is a class, expected `#[reduce({ENUM})]` on \
                     the enum; then its variants are the members of a Python enum"
                );
                ctxt.error(variant.ident, message);
            }
        }
    }
}

/// Variants that stand for others: one at most, with one field at most.
fn others(variants: &[Variant<'_>], ctxt: &mut Ctxt) {
    let mut others = variants
        .iter()
        .filter_map(|variant| variant.attrs.other.as_ref().map(|flag| (variant, flag)));
    let Some((first, flag)) = others.next() else { return };
    for (_, flag) in others {
        let message = format!(
            "found `{OTHER}` on a second variant, expected it on one: `{}` stands for all others",
            first.ident
        );
        ctxt.error(flag, message);
    }
    let is_newtype = first.record.style == Style::Tuple && first.record.fields.len() == 1;
    let is_unit = first.record.fields.is_empty();
    if !is_unit && (!is_newtype || first.attrs.value.is_some()) {
        let message = format!(
            "found `{OTHER}` on a variant with fields, expected none, or one without a name that \
             holds what has no variant: `{}(Value)`",
            first.ident
        );
        ctxt.error(flag, message);
    }
    if let Some(name) = first.attrs.name.as_ref().filter(|_| first.index.is_none()) {
        let message =
            format!("found `{NAME}` with `{OTHER}`: the variant stands for every other name");
        ctxt.error(name, message);
    }
    if let Some(alias) = first.attrs.aliases.first().filter(|_| first.index.is_none()) {
        let message =
            format!("found `{ALIAS}` with `{OTHER}`: the variant stands for every other name");
        ctxt.error(alias, message);
    }
}

/// What a Python enum has no use for.
fn without_class(input: &Input<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    let mut refuse = |name: &str, at: Option<&dyn ToTokens>| {
        if let Some(at) = at {
            let message = format!(
                "found `{name}` with `{ENUM}`: a member is its name and its value, and has no \
                 arguments and no state; remove `{name}`"
            );
            ctxt.error(at.to_token_stream(), message);
        }
    };
    fn as_tokens<T: ToTokens>(at: Option<&T>) -> Option<&dyn ToTokens> {
        at.map(|at| at as &dyn ToTokens)
    }
    let flags = [(NEW, &attrs.new), (INIT, &attrs.init), (DENY_UNKNOWN, &attrs.deny_unknown)];
    for (name, flag) in flags {
        refuse(name, as_tokens(flag.as_ref()));
    }
    let paths = [(GETSTATE, &attrs.getstate), (MIGRATE, &attrs.migrate), (AFTER, &attrs.after)];
    for (name, path) in paths {
        refuse(name, as_tokens(path.as_ref()));
    }
    refuse(CTOR, as_tokens(attrs.ctors.first()));
    refuse(STATE, as_tokens(attrs.state.as_ref().map(|(_, form)| form)));
    refuse(STATE_SETTER, as_tokens(attrs.state_setter.as_ref()));
}

fn members(variants: &[Variant<'_>], spelling: Spelling, ctxt: &mut Ctxt) {
    let members = || variants.iter().filter(|variant| variant.index.is_some());
    for (at, variant) in members().enumerate() {
        if variant.record.style != Style::Unit {
            let message = format!(
                "found a variant with fields in a Python enum, whose members have none; remove \
                 `{ENUM}` to make each variant a class, or make the variant `{OTHER}`"
            );
            ctxt.error(variant.ident, message);
        }
        let Some(value) = &variant.value else {
            if spelling == Spelling::Value && !variant.attrs.has_value {
                let message = format!(
                    "found no value, expected that of the member in Python: `{} = 1`, \
                     `#[reduce({VALUE} = \"…\")]`, or `#[reduce({ENUM} = \"name\")]` on the enum",
                    variant.ident
                );
                ctxt.error(variant.ident, message);
            }
            continue;
        };
        if let Some(earlier) = members().take(at).find(|other| other.value.as_ref() == Some(value))
        {
            let message = format!(
                "found the value of `{}` again: to Python they are one member; \
                 remove one, and give the other `#[reduce({ALIAS} = \"…\")]`",
                earlier.ident
            );
            ctxt.error(variant.ident, message);
        }
    }
}
