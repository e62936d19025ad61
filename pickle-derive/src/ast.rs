//! The input with its attributes resolved: every field with its role and its index.

use proc_macro2::Span;
use quote::format_ident;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Member, Type};

use crate::attr::{ContainerAttrs, FieldAttrs, Literal, StateForm, VariantAttrs};
use crate::ctxt::Ctxt;
use crate::rename::Rule;

/// What the derive stands on.
pub(crate) struct Input<'a> {
    pub(crate) derive: &'a DeriveInput,
    pub(crate) attrs: ContainerAttrs,
    /// The qualified name of the class, or what goes before those of the variants.
    pub(crate) name: String,
    pub(crate) body: Body<'a>,
}

pub(crate) enum Body<'a> {
    Struct(Record<'a>),
    Enum(Vec<Variant<'a>>),
}

/// One class: a struct or a variant.
pub(crate) struct Record<'a> {
    pub(crate) style: Style,
    pub(crate) fields: Vec<Field<'a>>,
    /// The callable runs `__new__` only.
    pub(crate) new: bool,
    /// The class is called although there are no arguments.
    pub(crate) init: bool,
    pub(crate) form: StateForm,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Named,
    Tuple,
    Unit,
}

pub(crate) struct Variant<'a> {
    pub(crate) ident: &'a Ident,
    /// All attributes, of which the documentation is some.
    pub(crate) docs: &'a [Attribute],
    pub(crate) attrs: VariantAttrs,
    /// The last part of the qualified name, or the name of the member.
    pub(crate) name: String,
    pub(crate) record: Record<'a>,
    /// Its place among the classes or members; `None` if it stands for all others.
    pub(crate) index: Option<usize>,
    /// The value of a member of a Python enum, if it is known.
    pub(crate) value: Option<Literal>,
}

impl Variant<'_> {
    /// The field of a variant that stands for all others, if it holds what it stands for.
    pub(crate) fn held(&self) -> Option<&Field<'_>> {
        self.record.fields.first()
    }
}

pub(crate) struct Field<'a> {
    pub(crate) member: Member,
    /// The variable that holds its value, or a reference to it.
    pub(crate) var: Ident,
    /// The variable for a state that comes after the argument of the same field.
    pub(crate) late: Ident,
    pub(crate) ty: &'a Type,
    /// All attributes, of which the documentation is some.
    pub(crate) docs: &'a [Attribute],
    pub(crate) span: Span,
    pub(crate) attrs: FieldAttrs,
    /// The name of the attribute.
    pub(crate) name: String,
    pub(crate) role: Role,
    /// Its index in `Class::attributes`, if it is in the pickle.
    pub(crate) index: Option<usize>,
}

/// What a field is to its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Role {
    /// An argument of the constructor, or all of them.
    pub(crate) arg: Arg,
    /// An attribute in the state.
    pub(crate) state: bool,
    /// What is added to the object as to a container.
    pub(crate) items: Option<Items>,
    /// A struct whose attributes are among those of this one.
    pub(crate) base: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arg {
    No,
    One,
    Keyword,
    /// A tuple that is the whole argument list.
    All,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Items {
    List,
    Dict,
}

impl Field<'_> {
    pub(crate) fn is_arg(&self) -> bool {
        self.role.arg == Arg::One
    }

    pub(crate) fn is_args(&self) -> bool {
        self.role.arg == Arg::All
    }

    pub(crate) fn is_keyword(&self) -> bool {
        self.role.arg == Arg::Keyword
    }

    /// Whether the pickle has the field, in whatever role.
    pub(crate) fn is_written(&self) -> bool {
        self.role.is_named() || self.is_whole()
    }

    /// Whether the field is a part of the object that has no name: items, or a base.
    pub(crate) fn is_whole(&self) -> bool {
        self.role.items.is_some() || self.role.base
    }
}

impl<'a> Record<'a> {
    /// The fields that are arguments of their own.
    pub(crate) fn args(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.is_arg())
    }

    /// The field that is the whole argument list.
    pub(crate) fn all_args(&self) -> Option<&Field<'a>> {
        self.fields.iter().find(|field| field.is_args())
    }

    /// The fields that are arguments by keyword.
    pub(crate) fn keywords(&self) -> impl Iterator<Item = (usize, &Field<'a>)> {
        self.attributes().filter(|(_, field)| field.is_keyword())
    }

    /// The fields that a constructor is called with, unless one is the whole argument list.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.is_arg() || field.is_keyword())
    }

    /// The fields that are parts without a name.
    pub(crate) fn wholes(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.is_whole())
    }

    /// The fields that are bases.
    pub(crate) fn bases(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.role.base)
    }

    /// Whether there are attributes, of the struct itself or of a base.
    pub(crate) fn has_state(&self) -> bool {
        self.fields.iter().any(|field| field.role.state || field.role.base)
    }

    /// Whether the struct can be a base of another: it is attributes and nothing else.
    pub(crate) fn is_only_attributes(&self) -> bool {
        self.style == Style::Named
            && !self.is_called()
            && !self.init
            && matches!(self.form, StateForm::Dict | StateForm::Slots)
            && self.fields.iter().all(|field| field.role.items.is_none())
    }

    /// The fields that are attributes in the state.
    pub(crate) fn state(&self) -> impl Iterator<Item = &Field<'a>> {
        self.fields.iter().filter(|field| field.role.state)
    }

    /// Whether the callable has arguments.
    pub(crate) fn is_called(&self) -> bool {
        self.fields.iter().any(|field| field.role.arg != Arg::No)
    }

    /// The fields whose names are in the class, by their index.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = (usize, &Field<'a>)> {
        self.fields.iter().filter_map(|field| Some((field.index?, field)))
    }

    /// Whether the arguments have no names, so that no attribute can stand in for them.
    pub(crate) fn is_positional(&self) -> bool {
        self.style == Style::Tuple && self.args().all(|field| field.attrs.rename.is_none())
    }
}

impl<'a> Input<'a> {
    pub(crate) fn parse(derive: &'a DeriveInput, ctxt: &mut Ctxt) -> Input<'a> {
        let attrs = ContainerAttrs::parse(&derive.attrs, ctxt);
        let own = derive.ident.unraw().to_string();
        let name = attrs.name.as_ref().map_or(own, LitStr::value);
        let body = match &derive.data {
            Data::Struct(data) => {
                Body::Struct(Record::parse(&data.fields, &attrs, attrs.rename_all, ctxt))
            }
            Data::Enum(data) => Body::Enum(Variant::parse_all(data, &attrs, ctxt)),
            Data::Union(data) => {
                let message = "found a union, expected a struct or an enum: \
                               which field of a union holds a value is not known";
                ctxt.error(data.union_token, message);
                Body::Enum(Vec::new())
            }
        };
        Input { derive, attrs, name, body }
    }

    /// The records with the span of each.
    pub(crate) fn records(&self) -> Vec<&Record<'a>> {
        match &self.body {
            Body::Struct(record) => vec![record],
            Body::Enum(variants) => variants.iter().map(|variant| &variant.record).collect(),
        }
    }
}

impl<'a> Variant<'a> {
    fn parse_all(
        data: &'a syn::DataEnum,
        outer: &ContainerAttrs,
        ctxt: &mut Ctxt,
    ) -> Vec<Variant<'a>> {
        let mut last = None;
        let mut count = 0;
        let parsed = data.variants.iter().map(|variant| {
            let mut parsed = Variant::parse(variant, outer, ctxt);
            let discriminant = variant.discriminant.as_ref().map(|(_, value)| value);
            // As in Rust: a discriminant that is left out is the one before and one.
            last = match discriminant {
                Some(value) => Literal::of(value),
                None => last.take().and_then(Literal::successor),
            };
            parsed.value = parsed.attrs.value.clone().or_else(|| last.clone());
            // One with a value of its own is written as that.
            if parsed.attrs.other.is_none() || parsed.attrs.value.is_some() {
                parsed.index = Some(count);
                count += 1;
            }
            parsed
        });
        parsed.collect()
    }

    fn parse(variant: &'a syn::Variant, outer: &ContainerAttrs, ctxt: &mut Ctxt) -> Variant<'a> {
        let attrs = VariantAttrs::parse(&variant.attrs, ctxt);
        let own = variant.ident.unraw().to_string();
        let own = outer.rename_all.map_or(own.clone(), |rule| rule.apply(&own));
        let name = attrs.name.as_ref().map_or(own, LitStr::value);
        // `rename_all` of an enum is for the variants, as in serde.
        let record = Record::parse(&variant.fields, outer, None, ctxt);
        let (ident, docs) = (&variant.ident, variant.attrs.as_slice());
        Variant { ident, docs, attrs, name, record, index: None, value: None }
    }
}

impl<'a> Record<'a> {
    fn parse(
        fields: &'a Fields,
        outer: &ContainerAttrs,
        rule: Option<Rule>,
        ctxt: &mut Ctxt,
    ) -> Record<'a> {
        let style = match fields {
            Fields::Named(_) => Style::Named,
            Fields::Unnamed(_) => Style::Tuple,
            Fields::Unit => Style::Unit,
        };
        let has_state_value = outer.getstate.is_some();
        let mut parsed = Vec::new();
        let mut attributes = 0;
        for (position, (member, field)) in fields.members().zip(fields).enumerate() {
            let attrs = FieldAttrs::parse(&field.attrs, ctxt);
            let role = Role::of(&attrs, style, has_state_value);
            let own = match &member {
                Member::Named(ident) => {
                    let own = ident.unraw().to_string();
                    rule.map_or(own.clone(), |rule| rule.apply(&own))
                }
                Member::Unnamed(index) => index.index.to_string(),
            };
            let name = attrs.rename.as_ref().map_or(own, LitStr::value);
            let index = role.is_named().then_some(attributes);
            attributes += usize::from(role.is_named());
            // The variables point at the field, so that what is wrong with its type does too.
            let span = Span::call_site().located_at(field.ty.span());
            parsed.push(Field {
                member,
                var: format_ident!("__field{position}", span = span),
                late: format_ident!("__state{position}", span = span),
                ty: &field.ty,
                docs: &field.attrs,
                span: field.ty.span(),
                attrs,
                name,
                role,
                index,
            });
        }
        let form = outer.state.as_ref().map_or(StateForm::Dict, |(form, _)| *form);
        Record { style, fields: parsed, new: outer.new.is_some(), init: outer.init.is_some(), form }
    }
}

impl Role {
    const NONE: Role = Role { arg: Arg::No, state: false, items: None, base: false };

    fn of(attrs: &FieldAttrs, style: Style, has_state_value: bool) -> Role {
        if attrs.skip.is_some() {
            return Role::NONE;
        }
        if attrs.listitems.is_some() {
            return Role { items: Some(Items::List), ..Role::NONE };
        }
        if attrs.dictitems.is_some() {
            return Role { items: Some(Items::Dict), ..Role::NONE };
        }
        if attrs.flatten.is_some() {
            return Role { base: true, ..Role::NONE };
        }
        let arg = match attrs {
            FieldAttrs { args: Some(_), .. } => Arg::All,
            FieldAttrs { kw: Some(_), .. } => Arg::Keyword,
            FieldAttrs { ctor: Some(_), .. } => Arg::One,
            FieldAttrs { state: None, .. } if style == Style::Tuple => Arg::One,
            _ => Arg::No,
        };
        // `getstate` gives the state as one value, so a field is none of it.
        let state = attrs.state.is_some() || (arg == Arg::No && !has_state_value);
        Role { arg, state, ..Role::NONE }
    }

    /// Whether the field has a name in the pickle.
    pub(crate) fn is_named(self) -> bool {
        self.state || self.arg != Arg::No
    }
}
