//! `PythonType`: the class as a program tells it to whoever writes a module of Python.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{Attribute, Expr, ExprLit, Lit, Meta};

use super::class::{constant, module, qualified, split};
use super::{at, default, transparent};
use crate::ast::{Arg, Body, Field, Input, Items, Record, Variant};
use crate::attr::{Literal, Spelling, StateForm};
use crate::bound::{Bounds, Direction};

/// The impl.
pub(super) fn expand(input: &Input<'_>) -> TokenStream {
    let name = &input.derive.ident;
    let (impl_generics, ty_generics, _) = input.derive.generics.split_for_impl();
    let clause = Bounds::new(input, Direction::PythonType).clause;
    let module = input.attrs.dict.is_none().then(|| module(input));
    let body = match (transparent(input), &input.body) {
        (Some((_, field)), _) => hint(field),
        (None, Body::Struct(record)) if input.attrs.dict.is_some() => dict(record),
        (None, Body::Struct(record)) => {
            class(input, record, &input.name, &doc(&input.derive.attrs))
        }
        (None, Body::Enum(variants)) if input.attrs.members.is_some() => members(input, variants),
        (None, Body::Enum(variants)) => classes(input, variants),
    };
    quote! {
        #module
        #[automatically_derived]
        impl #impl_generics __pickle::PythonType for #name #ty_generics #clause {
            fn hint(__modules: &mut __pickle::python::Modules) -> __pickle::python::Hint {
                #body
            }
        }
    }
}

/// The documentation of something, without the space at the beginning of each line.
fn doc(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<_> =
        lines.map(|line| line.strip_prefix(' ').unwrap_or(&line).to_owned()).collect();
    lines.join("\n").trim().to_owned()
}

/// The type hint of a field.
fn hint(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    match (&field.attrs.hint, &field.attrs.with) {
        (Some(hint), _) => quote!(__pickle::python::Hint::parse(#hint)),
        (None, Some(_)) => quote!(__pickle::python::Hint::any()),
        (None, None) => {
            quote_spanned!(at(field.span)=> <#ty as __pickle::PythonType>::hint(__modules))
        }
    }
}

/// A dict of anything. The classes of what is in it are in the module as well.
fn dict(record: &Record<'_>) -> TokenStream {
    let hints = record.fields.iter().filter(|field| field.is_written()).map(hint);
    quote! {
        #(let _ = #hints;)*
        __pickle::python::Hint::builtin("dict")
            .of([__pickle::python::Hint::builtin("str"), __pickle::python::Hint::any()])
    }
}

/// Each variant as a class, and the type that is one of them.
fn classes(input: &Input<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let outer = &input.name;
    let namespace = (!outer.is_empty()).then(|| {
        let doc = doc(&input.derive.attrs);
        quote!(__modules.namespace(__MODULE, #outer, #doc);)
    });
    let hints = variants.iter().map(|variant| match variant.index {
        Some(_) => {
            let name = qualified(outer, &variant.name);
            class(input, &variant.record, &name, &doc(variant.docs))
        }
        None => variant.held().map_or_else(|| quote!(__pickle::python::Hint::any()), hint),
    });
    quote! {
        #namespace
        let __hints = [#(#hints),*];
        __pickle::python::Hint::union(__hints)
    }
}

/// A Python enum.
fn members(input: &Input<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let name = &input.name;
    let enum_doc = doc(&input.derive.attrs);
    let by_name = matches!(input.attrs.members, Some((Spelling::Name, _)));
    let by_name = by_name.then(|| quote!(__class.by_name();));
    let members = variants.iter().map(|variant| {
        if variant.index.is_none() {
            let held = variant.held().map(hint);
            return held
                .map(|hint| {
                    quote! {
                        let __hint = #hint;
                        __class.other(__hint);
                    }
                })
                .unwrap_or_default();
        }
        let (name, doc) = (&variant.name, doc(variant.docs));
        let value = match &variant.value {
            Some(Literal::Int(value)) => quote!(#value),
            Some(Literal::Bool(value)) => quote!(#value),
            Some(Literal::Str(value)) => quote!(#value),
            Some(value) => {
                // Inside, it can refer to what lives forever.
                let value = constant(value);
                quote!(const { #value })
            }
            None => quote!(__pickle::Value::None),
        };
        quote!(__class.member(#name, #doc, #value);)
    });
    quote! {
        __modules.enumeration::<Self>(__MODULE, #name, |__modules, __class| {
            __class.doc(#enum_doc);
            #by_name
            #(#members)*
        })
    }
}

/// One class.
fn class(input: &Input<'_>, record: &Record<'_>, name: &str, doc: &str) -> TokenStream {
    let doc = (!doc.is_empty()).then(|| quote!(__class.doc(#doc);));
    let made = if record.new {
        Some(quote!(__class.made_by_new();))
    } else {
        (record.init || record.is_called()).then(|| quote!(__class.called();))
    };
    let form = match record.form {
        StateForm::Dict => None,
        StateForm::Slots => Some(quote!(Slots)),
        StateForm::Tuple => Some(quote!(Tuple)),
        StateForm::List => Some(quote!(List)),
    };
    let form = form.map(|form| quote!(__class.state_form(__pickle::StateForm::#form);));
    let state = input.attrs.getstate.as_ref().map(|getstate| quote! {
        __class.state_value(__pickle::private::state_hint(|__value: &Self| #getstate(__value), __modules));
    });
    let setter = input.attrs.state_setter.as_ref().map(|setter| {
        let (module, name) = split(setter);
        quote!(__class.state_setter(#module, #name);)
    });
    let fields = record.fields.iter().filter(|field| field.is_written());
    let fields = fields.map(part);
    quote! {
        __modules.class::<Self>(__MODULE, #name, |__modules, __class| {
            #doc #made #form #(#fields)* #state #setter
        })
    }
}

/// What a field adds to the class.
fn part(field: &Field<'_>) -> TokenStream {
    let hint = hint(field);
    match field.role.items {
        Some(Items::List) => {
            return quote!(let __hint = #hint; __class.list_items(&__hint););
        }
        Some(Items::Dict) => {
            return quote!(let __hint = #hint; __class.dict_items(&__hint););
        }
        None if field.role.base => {
            return quote!(let __hint = #hint; __class.base(__hint););
        }
        None if !field.role.is_named() => return TokenStream::new(),
        None => {}
    }
    let name = &field.name;
    let doc = doc(field.docs);
    let doc = (!doc.is_empty()).then(|| quote!(.doc(#doc)));
    let argument = match field.role.arg {
        Arg::No => None,
        Arg::One => Some(quote!(Positional)),
        Arg::Keyword => Some(quote!(Keyword)),
        Arg::All => Some(quote!(All)),
    };
    let is_state = field.role.state;
    let argument = argument
        .map(|argument| quote!(.argument(__pickle::python::Argument::#argument, #is_state)));
    // What a module writes has no reducer of its own.
    let default = default(field).filter(|_| field.attrs.with.is_none()).map(|value| {
        let ty = field.ty;
        quote_spanned!(at(field.span)=> .default::<#ty>(&#value))
    });
    quote! {
        let __field = __pickle::python::Field::new(#name, #hint)#doc #argument #default;
        __class.field(__field);
    }
}
