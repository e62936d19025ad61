//! The `static` that describes the class, or one for each variant.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;

use super::{at, transparent};
use crate::ast::{Body, Input, Record, Variant};
use crate::attr::{Literal, StateForm};

/// The statics.
pub(super) fn expand(input: &Input<'_>) -> TokenStream {
    if input.attrs.transparent.is_some() {
        return TokenStream::new();
    }
    let module = input.attrs.dict.is_none().then(|| module(input));
    let classes = match &input.body {
        Body::Struct(record) => {
            let aliases: Vec<_> = input.attrs.aliases.iter().map(|a| alias(a, "")).collect();
            let class = match &input.attrs.dict {
                Some(_) => with_attributes(&quote!(__pickle::Class::dict()), record),
                None => class(&input.name, &aliases, record),
            };
            let deny = input.attrs.deny_unknown.is_some().then(|| quote!(.deny_unknown()));
            quote!(static __CLASS: __pickle::Class = #class #deny;)
        }
        Body::Enum(variants) if input.attrs.members.is_some() => members(input, variants),
        Body::Enum(variants) => {
            let variants = variants.iter().filter(|variant| variant.index.is_some());
            let count = variants.clone().count();
            let classes = variants.map(|variant| {
                let enum_aliases = input.attrs.aliases.iter();
                let enum_aliases = enum_aliases.map(|a| alias(a, &variant.name));
                let aliases = variant.attrs.aliases.iter().map(|text| {
                    let value = text.value();
                    if value.contains(['.', ':']) {
                        return alias(text, "");
                    }
                    let name = qualified(&input.name, &value);
                    quote!((__MODULE, #name))
                });
                let aliases: Vec<_> = aliases.chain(enum_aliases).collect();
                class(&qualified(&input.name, &variant.name), &aliases, &variant.record)
            });
            quote!(static __CLASSES: [__pickle::Class; #count] = [#(#classes),*];)
        }
    };
    let setter = setter(input);
    quote!(#module #classes #setter)
}

/// The constant with the module.
pub(super) fn module(input: &Input<'_>) -> TokenStream {
    match &input.attrs.module {
        Some(module) => quote! {
            const __MODULE: &__pickle::private::std::primitive::str = #module;
        },
        None => quote! {
            const __PATH: &__pickle::private::std::primitive::str = __pickle::private::core::module_path!();
            const __DOTTED: [__pickle::private::std::primitive::u8; __pickle::private::dotted_len(__PATH)] =
                __pickle::private::dotted(__PATH);
            const __MODULE: &__pickle::private::std::primitive::str = __pickle::private::text(&__DOTTED);
        },
    }
}

/// A Python enum: its class, whose attributes are the members, and their values.
fn members(input: &Input<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let name = &input.name;
    let aliases: Vec<_> = input.attrs.aliases.iter().map(|a| alias(a, "")).collect();
    let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
    let members = || variants.iter().filter_map(|variant| Some((variant.index?, variant)));
    let names = members().map(|(_, variant)| &variant.name);
    let older: Vec<_> = members()
        .flat_map(|(index, variant)| variant.attrs.aliases.iter().map(move |text| (text, index)))
        .map(|(text, index)| quote!((#text, #index)))
        .collect();
    let older = (!older.is_empty()).then(|| quote!(.attribute_aliases(&[#(#older),*])));
    let count = members().count();
    let values = members().map(|(_, variant)| match &variant.value {
        Some(value) => constant(value),
        None => quote!(__pickle::private::Constant::Unknown),
    });
    quote! {
        static __CLASS: __pickle::Class =
            __pickle::Class::new(__MODULE, #name) #aliases .attributes(&[#(#names),*]) #older;
        static __VALUES: [__pickle::private::Constant; #count] = [#(#values),*];
    }
}

/// The value of a member.
pub(super) fn constant(value: &Literal) -> TokenStream {
    match value {
        Literal::Int(value) => quote!(__pickle::private::Constant::Int(#value)),
        Literal::Bool(value) => quote!(__pickle::private::Constant::Bool(#value)),
        Literal::Str(value) => quote!(__pickle::private::Constant::Str(#value)),
        Literal::Float(bits) => quote! {
            __pickle::private::Constant::Float(
                __pickle::private::std::primitive::f64::from_bits(#bits),
            )
        },
        Literal::Tuple(values) => {
            let values = values.iter().map(constant);
            quote!(__pickle::private::Constant::Tuple(&[#(#values),*]))
        }
    }
}

/// What tells the classes to whoever looks for a type by them.
pub(super) fn method(input: &Input<'_>) -> TokenStream {
    let classes = match (transparent(input), &input.body) {
        (Some((_, field)), _) if field.attrs.with.is_some() => return TokenStream::new(),
        (Some((_, field)), _) => {
            let ty = field.ty;
            quote_spanned!(at(field.span)=> <#ty as __pickle::Reconstruct<'__de>>::classes())
        }
        // A dict has no class by which it could be found.
        (None, _) if input.attrs.dict.is_some() => return TokenStream::new(),
        (None, Body::Enum(_)) if input.attrs.members.is_none() => quote!(&__CLASSES),
        (None, _) => quote!(__pickle::private::std::slice::from_ref(&__CLASS)),
    };
    quote! {
        fn classes() -> &'static [__pickle::Class] {
            #classes
        }
    }
}

/// The name of a variant in its enum; an enum without a name has its variants in the module.
pub(super) fn qualified(outer: &str, inner: &str) -> String {
    if outer.is_empty() { inner.to_owned() } else { format!("{outer}.{inner}") }
}

/// An older global name: a colon separates module and qualified name, or else the last dot.
fn alias(text: &LitStr, variant: &str) -> TokenStream {
    let (module, name) = split(text);
    let name = if variant.is_empty() { name } else { qualified(&name, variant) };
    quote!((#module, #name))
}

/// The module and the qualified name of a global name.
pub(super) fn split(text: &LitStr) -> (TokenStream, String) {
    let value = text.value();
    let parts = value.split_once(':').or_else(|| value.rsplit_once('.'));
    match parts {
        Some((module, name)) => (quote!(#module), name.to_owned()),
        None => (quote!(__MODULE), value),
    }
}

/// A class with the names of its attributes.
fn with_attributes(class: &TokenStream, record: &Record<'_>) -> TokenStream {
    let names: Vec<_> = record.attributes().map(|(_, field)| &field.name).collect();
    let older: Vec<_> = record
        .attributes()
        .flat_map(|(index, field)| field.attrs.aliases.iter().map(move |text| (text, index)))
        .map(|(text, index)| quote!((#text, #index)))
        .collect();
    let attributes = (!names.is_empty()).then(|| quote!(.attributes(&[#(#names),*])));
    let older = (!older.is_empty()).then(|| quote!(.attribute_aliases(&[#(#older),*])));
    quote!(#class #attributes #older)
}

fn class(name: &str, aliases: &[TokenStream], record: &Record<'_>) -> TokenStream {
    let aliases = (!aliases.is_empty()).then(|| quote!(.aliases(&[#(#aliases),*])));
    let class = quote!(__pickle::Class::new(__MODULE, #name) #aliases);
    let class = with_attributes(&class, record);
    let form = match record.form {
        StateForm::Dict => None,
        StateForm::Slots => Some(quote!(.state(__pickle::StateForm::Slots))),
        StateForm::Tuple => Some(quote!(.state(__pickle::StateForm::Tuple))),
        StateForm::List => Some(quote!(.state(__pickle::StateForm::List))),
    };
    let has_values = matches!(record.form, StateForm::Tuple | StateForm::List);
    let is_all = record.attributes().all(|(_, field)| field.role.state);
    let order = (has_values && !is_all).then(|| {
        let state = record.attributes().filter(|(_, field)| field.role.state);
        let order = state.map(|(index, _)| index);
        quote!(.state_order(&[#(#order),*]))
    });
    let bases = record.bases().next().map(|_| quote!(.with_bases()));
    quote!(#class #form #order #bases)
}

/// The `static` for the function that sets the state.
fn setter(input: &Input<'_>) -> Option<TokenStream> {
    let setter = alias(input.attrs.state_setter.as_ref()?, "");
    Some(quote! {
        static __SETTER: __pickle::Class = {
            const __NAMES: (
                &__pickle::private::std::primitive::str,
                &__pickle::private::std::primitive::str,
            ) = #setter;
            __pickle::Class::new(__NAMES.0, __NAMES.1)
        };
    })
}
