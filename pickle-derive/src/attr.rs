//! `#[reduce(…)]` as the user wrote it: what is there, before it is asked whether it makes sense.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{
    Attribute, Expr, ExprLit, ExprPath, ExprUnary, Ident, Lit, LitFloat, LitStr, Token, UnOp,
    WherePredicate,
};

use crate::ctxt::Ctxt;
use crate::rename::Rule;
use crate::symbol::{self, Place};

/// The attributes of a struct or enum.
#[derive(Default)]
pub(crate) struct ContainerAttrs {
    pub(crate) module: Option<LitStr>,
    pub(crate) name: Option<LitStr>,
    pub(crate) ctors: Vec<ExprPath>,
    pub(crate) new: Option<Ident>,
    pub(crate) init: Option<Ident>,
    pub(crate) getstate: Option<ExprPath>,
    pub(crate) setstate: Option<ExprPath>,
    pub(crate) state: Option<(StateForm, LitStr)>,
    pub(crate) state_setter: Option<LitStr>,
    pub(crate) migrate: Option<ExprPath>,
    pub(crate) members: Option<(Spelling, Ident)>,
    pub(crate) after: Option<ExprPath>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) rename_all: Option<Rule>,
    pub(crate) dict: Option<Ident>,
    pub(crate) transparent: Option<Ident>,
    pub(crate) deny_unknown: Option<Ident>,
    pub(crate) bound: Option<Vec<WherePredicate>>,
    pub(crate) krate: Option<ExprPath>,
}

/// The attributes of a field.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) ctor: Option<Ident>,
    pub(crate) state: Option<Ident>,
    pub(crate) skip: Option<Ident>,
    pub(crate) rename: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) default: Option<DefaultValue>,
    pub(crate) with: Option<ExprPath>,
    pub(crate) skip_if: Option<ExprPath>,
    pub(crate) args: Option<Ident>,
    pub(crate) kw: Option<Ident>,
    pub(crate) listitems: Option<Ident>,
    pub(crate) dictitems: Option<Ident>,
    pub(crate) flatten: Option<Ident>,
    pub(crate) hint: Option<LitStr>,
}

/// The attributes of a variant.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) name: Option<LitStr>,
    pub(crate) aliases: Vec<LitStr>,
    pub(crate) value: Option<Literal>,
    /// Whether a value was given, right or wrong.
    pub(crate) has_value: bool,
    pub(crate) other: Option<Ident>,
}

/// The form of a state, `StateForm` of `pickle-core`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StateForm {
    Dict,
    Slots,
    Tuple,
    List,
}

/// How a member of a Python enum is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// `cls(value)`
    Value,
    /// `getattr(cls, name)`
    Name,
}

/// The value of a member of a Python enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Literal {
    Int(i64),
    Bool(bool),
    Str(String),
    /// The bits of a finite one.
    Float(u64),
    Tuple(Vec<Literal>),
}

/// What a field holds when the pickle does not say.
pub(crate) enum DefaultValue {
    /// `default`: that of the type.
    Trait(Ident),
    /// `default = …`: a function that is called, or any other expression, such as a constant.
    Expr(Expr),
}

/// One attribute of a list: a name, and what it is set to.
struct Item {
    name: Ident,
    value: Value,
}

enum Value {
    /// `name`
    Flag,
    /// `name = …`
    Expr(Expr),
    /// `name(…)`, which is never right.
    List(TokenStream),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Item> {
        // Keywords too: `crate` is a name here.
        let name = input.call(Ident::parse_any)?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Value::Expr(ungrouped(input.parse()?))
        } else if input.peek(syn::token::Paren) {
            let list;
            syn::parenthesized!(list in input);
            Value::List(list.parse()?)
        } else {
            Value::Flag
        };
        Ok(Item { name, value })
    }
}

/// What a macro passed in as one expression, out of the invisible parentheses around it.
fn ungrouped(mut value: Expr) -> Expr {
    while let Expr::Group(group) = value {
        value = *group.expr;
    }
    value
}

impl Item {
    fn span(&self) -> Span {
        self.name.span()
    }

    /// The tokens to point at when the value is wrong.
    fn at(&self) -> TokenStream {
        match &self.value {
            Value::Expr(value) => value.to_token_stream(),
            Value::Flag | Value::List(_) => self.name.to_token_stream(),
        }
    }

    /// The name alone.
    fn flag(self, ctxt: &mut Ctxt) -> Option<Ident> {
        if matches!(self.value, Value::Flag) {
            return Some(self.name);
        }
        ctxt.error(self.at(), format!("found a value, expected `{}` alone", self.name));
        None
    }

    /// A string.
    fn text(self, ctxt: &mut Ctxt) -> Option<LitStr> {
        if let Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(text), .. })) = self.value {
            return Some(text);
        }
        let name = &self.name;
        let message = match &self.value {
            Value::Expr(Expr::Path(path)) => {
                let path = path.to_token_stream().to_string().replace(' ', "");
                let dotted = path.replace("::", ".");
                format!("found `{path}`, expected a string in quotes: `{name} = \"{dotted}\"`")
            }
            Value::Expr(_) => {
                format!("found another value, expected a string in quotes: `{name} = \"…\"`")
            }
            Value::Flag | Value::List(_) => {
                format!("found no value, expected a string in quotes: `{name} = \"…\"`")
            }
        };
        ctxt.error(self.at(), message);
        None
    }

    /// A path, to a function or a module.
    fn path(self, ctxt: &mut Ctxt) -> Option<ExprPath> {
        let name = &self.name;
        let message = match self.value {
            Value::Expr(Expr::Path(path)) => return Some(path),
            Value::Expr(Expr::Lit(ExprLit { lit: Lit::Str(ref text), .. })) => {
                let text = text.value();
                format!("found a string, expected a path without quotes: `{name} = {text}`")
            }
            Value::Expr(Expr::Closure(_)) => {
                format!("found a closure, expected the path of a function: `{name} = function`")
            }
            Value::Expr(_) => format!("found another value, expected a path: `{name} = path`"),
            Value::Flag => format!("found no value, expected a path: `{name} = path`"),
            Value::List(ref list) => {
                format!(
                    "found parentheses, expected `{name} = {}`",
                    list.to_string().replace(' ', "")
                )
            }
        };
        ctxt.error(self.at(), message);
        None
    }
}

/// The lists of all `#[reduce(…)]` on one thing.
fn items(attrs: &[Attribute], ctxt: &mut Ctxt) -> Vec<Item> {
    let mut items = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(symbol::REDUCE)) {
        let list = match attr.meta.require_list() {
            Ok(list) => list,
            Err(_) => {
                ctxt.error(&attr.meta, "found no list of attributes, expected `#[reduce(…)]`");
                continue;
            }
        };
        match Punctuated::<Item, Token![,]>::parse_terminated.parse2(list.tokens.clone()) {
            Ok(list) => items.extend(list),
            Err(error) => ctxt.push(error),
        }
    }
    items
}

/// Sets what may be set once.
fn once<T>(slot: &mut Option<T>, at: Span, name: &str, value: Option<T>, ctxt: &mut Ctxt) {
    let Some(value) = value else { return };
    if slot.is_some() {
        ctxt.error_at(at, format!("found `{name}` a second time, expected it once"));
    }
    *slot = Some(value);
}

/// Says that a name is not known, and which are.
fn unknown(item: &Item, place: Place, ctxt: &mut Ctxt) {
    ctxt.error(&item.name, symbol::unknown(place, &item.name.to_string()));
}

impl ContainerAttrs {
    pub(crate) fn parse(attrs: &[Attribute], ctxt: &mut Ctxt) -> ContainerAttrs {
        let mut out = ContainerAttrs::default();
        for item in items(attrs, ctxt) {
            let (name, at) = (item.name.to_string(), item.span());
            match name.as_str() {
                symbol::MODULE => once(&mut out.module, at, &name, item.text(ctxt), ctxt),
                symbol::NAME => once(&mut out.name, at, &name, item.text(ctxt), ctxt),
                symbol::CTOR => out.ctors.extend(item.path(ctxt)),
                symbol::NEW => once(&mut out.new, at, &name, item.flag(ctxt), ctxt),
                symbol::INIT => once(&mut out.init, at, &name, item.flag(ctxt), ctxt),
                symbol::GETSTATE => once(&mut out.getstate, at, &name, item.path(ctxt), ctxt),
                symbol::SETSTATE => once(&mut out.setstate, at, &name, item.path(ctxt), ctxt),
                symbol::STATE => {
                    let state = one_of(item, &STATES, ctxt);
                    once(&mut out.state, at, &name, state, ctxt);
                }
                symbol::STATE_SETTER => {
                    once(&mut out.state_setter, at, &name, item.text(ctxt), ctxt);
                }
                symbol::MIGRATE => once(&mut out.migrate, at, &name, item.path(ctxt), ctxt),
                symbol::ENUM => {
                    let ident = item.name.clone();
                    let members = match item.value {
                        Value::Flag => Some((Spelling::Value, ident)),
                        _ => one_of(item, &SPELLINGS, ctxt).map(|(form, _)| (form, ident)),
                    };
                    once(&mut out.members, at, &name, members, ctxt);
                }
                symbol::AFTER => once(&mut out.after, at, &name, item.path(ctxt), ctxt),
                symbol::ALIAS => out.aliases.extend(item.text(ctxt)),
                symbol::RENAME_ALL => {
                    let rule = rule(item, ctxt);
                    once(&mut out.rename_all, at, &name, rule, ctxt);
                }
                symbol::DICT => once(&mut out.dict, at, &name, item.flag(ctxt), ctxt),
                symbol::TRANSPARENT => once(&mut out.transparent, at, &name, item.flag(ctxt), ctxt),
                symbol::DENY_UNKNOWN => {
                    once(&mut out.deny_unknown, at, &name, item.flag(ctxt), ctxt);
                }
                symbol::BOUND => {
                    let bound = bound(item, ctxt);
                    once(&mut out.bound, at, &name, bound, ctxt);
                }
                symbol::CRATE => once(&mut out.krate, at, &name, item.path(ctxt), ctxt),
                _ => unknown(&item, Place::Container, ctxt),
            }
        }
        out
    }
}

impl FieldAttrs {
    pub(crate) fn parse(attrs: &[Attribute], ctxt: &mut Ctxt) -> FieldAttrs {
        let mut out = FieldAttrs::default();
        for item in items(attrs, ctxt) {
            let (name, at) = (item.name.to_string(), item.span());
            match name.as_str() {
                symbol::CTOR => once(&mut out.ctor, at, &name, item.flag(ctxt), ctxt),
                symbol::STATE => once(&mut out.state, at, &name, item.flag(ctxt), ctxt),
                symbol::SKIP => once(&mut out.skip, at, &name, item.flag(ctxt), ctxt),
                symbol::RENAME => once(&mut out.rename, at, &name, item.text(ctxt), ctxt),
                symbol::ALIAS => out.aliases.extend(item.text(ctxt)),
                symbol::DEFAULT => {
                    let default = default(item, ctxt);
                    once(&mut out.default, at, &name, default, ctxt);
                }
                symbol::WITH => once(&mut out.with, at, &name, item.path(ctxt), ctxt),
                symbol::SKIP_IF => once(&mut out.skip_if, at, &name, item.path(ctxt), ctxt),
                symbol::ARGS => once(&mut out.args, at, &name, item.flag(ctxt), ctxt),
                symbol::KW => once(&mut out.kw, at, &name, item.flag(ctxt), ctxt),
                symbol::LISTITEMS => once(&mut out.listitems, at, &name, item.flag(ctxt), ctxt),
                symbol::DICTITEMS => once(&mut out.dictitems, at, &name, item.flag(ctxt), ctxt),
                symbol::HINT => once(&mut out.hint, at, &name, item.text(ctxt), ctxt),
                symbol::FLATTEN => once(&mut out.flatten, at, &name, item.flag(ctxt), ctxt),
                _ => unknown(&item, Place::Field, ctxt),
            }
        }
        out
    }
}

impl VariantAttrs {
    pub(crate) fn parse(attrs: &[Attribute], ctxt: &mut Ctxt) -> VariantAttrs {
        let mut out = VariantAttrs::default();
        for item in items(attrs, ctxt) {
            let (name, at) = (item.name.to_string(), item.span());
            match name.as_str() {
                symbol::NAME => once(&mut out.name, at, &name, item.text(ctxt), ctxt),
                symbol::ALIAS => out.aliases.extend(item.text(ctxt)),
                symbol::VALUE => {
                    out.has_value = true;
                    once(&mut out.value, at, &name, literal(item, ctxt), ctxt);
                }
                symbol::OTHER => once(&mut out.other, at, &name, item.flag(ctxt), ctxt),
                _ => unknown(&item, Place::Variant, ctxt),
            }
        }
        out
    }
}

const STATES: [(&str, StateForm); 4] = [
    ("dict", StateForm::Dict),
    ("slots", StateForm::Slots),
    ("tuple", StateForm::Tuple),
    ("list", StateForm::List),
];

const SPELLINGS: [(&str, Spelling); 2] = [("value", Spelling::Value), ("name", Spelling::Name)];

/// One of a few strings.
fn one_of<T: Copy>(item: Item, known: &[(&str, T)], ctxt: &mut Ctxt) -> Option<(T, LitStr)> {
    let text = item.text(ctxt)?;
    let found = known.iter().find(|(name, _)| *name == text.value());
    if found.is_none() {
        let names: Vec<_> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let message = format!("found \"{}\", expected one of {}", text.value(), names.join(", "));
        ctxt.error(&text, message);
    }
    found.map(|&(_, form)| (form, text))
}

/// The value of a member of an enum.
fn literal(item: Item, ctxt: &mut Ctxt) -> Option<Literal> {
    if let Value::Expr(value) = &item.value
        && let Some(literal) = Literal::of(value)
    {
        return Some(literal);
    }
    let message = format!(
        "found no literal, expected an integer of 64 bits, a float, a string, a bool or a tuple of \
         such: `{} = 1`",
        item.name
    );
    ctxt.error(item.at(), message);
    None
}

impl Literal {
    /// The integer that comes next.
    pub(crate) fn successor(self) -> Option<Literal> {
        match self {
            Literal::Int(value) => value.checked_add(1).map(Literal::Int),
            Literal::Bool(_) | Literal::Str(_) | Literal::Float(_) | Literal::Tuple(_) => None,
        }
    }

    fn float(value: &LitFloat, sign: f64) -> Option<Literal> {
        let value: f64 = value.base10_parse().ok()?;
        value.is_finite().then(|| Literal::Float((sign * value).to_bits()))
    }

    /// The literal that an expression is.
    pub(crate) fn of(value: &Expr) -> Option<Literal> {
        match value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(Literal::Str(text.value())),
            Expr::Lit(ExprLit { lit: Lit::Bool(value), .. }) => Some(Literal::Bool(value.value)),
            Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => {
                value.base10_parse().ok().map(Literal::Int)
            }
            Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => match &**expr {
                Expr::Lit(ExprLit { lit: Lit::Int(value), .. }) => {
                    format!("-{}", value.base10_digits()).parse().ok().map(Literal::Int)
                }
                Expr::Lit(ExprLit { lit: Lit::Float(value), .. }) => Literal::float(value, -1.0),
                _ => None,
            },
            Expr::Lit(ExprLit { lit: Lit::Float(value), .. }) => Literal::float(value, 1.0),
            Expr::Tuple(tuple) => {
                tuple.elems.iter().map(Literal::of).collect::<Option<_>>().map(Literal::Tuple)
            }
            _ => None,
        }
    }
}

fn rule(item: Item, ctxt: &mut Ctxt) -> Option<Rule> {
    let text = item.text(ctxt)?;
    let rule = Rule::find(&text.value());
    if rule.is_none() {
        let message = format!("found \"{}\", expected one of {}", text.value(), Rule::names());
        ctxt.error(&text, message);
    }
    rule
}

fn bound(item: Item, ctxt: &mut Ctxt) -> Option<Vec<WherePredicate>> {
    let text = item.text(ctxt)?;
    let predicates = Punctuated::<WherePredicate, Token![,]>::parse_terminated;
    match text.parse_with(predicates) {
        Ok(predicates) => Some(predicates.into_iter().collect()),
        Err(error) => {
            let message =
                format!("{error}, in what goes behind `where`, as \"T: Trait, U: Trait\"");
            ctxt.error(&text, message);
            None
        }
    }
}

fn default(item: Item, ctxt: &mut Ctxt) -> Option<DefaultValue> {
    match item.value {
        Value::Flag => Some(DefaultValue::Trait(item.name)),
        Value::Expr(Expr::Closure(closure)) => {
            let message = "found a closure, expected a function's path, or the expression itself";
            ctxt.error(closure, message);
            None
        }
        Value::Expr(value) => Some(DefaultValue::Expr(value)),
        Value::List(list) => {
            let message = format!("found parentheses, expected `default` or `default = {list}`");
            ctxt.error_at(list.span(), message);
            None
        }
    }
}
