//! A struct that is a plain dict.

use quote::ToTokens;

use super::role_flag;
use crate::ast::{Body, Input, Style};
use crate::ctxt::Ctxt;
use crate::symbol::{
    ALIAS, CTOR, DICT, ENUM, GETSTATE, INIT, MIGRATE, MODULE, NAME, NEW, SETSTATE, STATE,
    STATE_SETTER, TRANSPARENT,
};

pub(super) fn check(input: &Input<'_>, ctxt: &mut Ctxt) {
    let attrs = &input.attrs;
    let Some(flag) = &attrs.dict else { return };
    let found = match &input.body {
        Body::Enum(_) => Some("an enum"),
        Body::Struct(record) if record.style != Style::Named => Some("a struct without names"),
        Body::Struct(_) => None,
    };
    if let Some(found) = found {
        let message = format!(
            "found `{DICT}` on {found}, expected it on a struct with named fields, which are the keys"
        );
        ctxt.error(flag, message);
        return;
    }
    let mut refuse = |name: &str, at: &dyn ToTokens| {
        let message = format!(
            "found `{name}` on a struct that is a dict and has no class of its own: \
             remove `{name}` or `{DICT}`"
        );
        ctxt.error(at.to_token_stream(), message);
    };
    let texts = [
        (MODULE, attrs.module.as_ref()),
        (NAME, attrs.name.as_ref()),
        (STATE, attrs.state.as_ref().map(|(_, form)| form)),
        (STATE_SETTER, attrs.state_setter.as_ref()),
    ];
    for (name, text) in texts.into_iter().filter_map(|(name, text)| Some((name, text?))) {
        refuse(name, text);
    }
    for alias in &attrs.aliases {
        refuse(ALIAS, alias);
    }
    for path in &attrs.ctors {
        refuse(CTOR, path);
    }
    let paths =
        [(GETSTATE, &attrs.getstate), (SETSTATE, &attrs.setstate), (MIGRATE, &attrs.migrate)];
    for (name, path) in paths.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?))) {
        refuse(name, path);
    }
    let members = attrs.members.as_ref().map(|(_, flag)| flag);
    let flags = [
        (NEW, attrs.new.as_ref()),
        (INIT, attrs.init.as_ref()),
        (ENUM, members),
        (TRANSPARENT, attrs.transparent.as_ref()),
    ];
    for (name, flag) in flags.into_iter().filter_map(|(name, flag)| Some((name, flag?))) {
        refuse(name, flag);
    }
    for field in input.records().iter().flat_map(|record| &record.fields) {
        if let Some((name, flag)) = role_flag(field).filter(|(name, _)| *name != STATE) {
            let message = format!(
                "found `{name}` on a field of a dict, which is the value of a key; remove `{name}`"
            );
            ctxt.error(flag, message);
        }
    }
}
