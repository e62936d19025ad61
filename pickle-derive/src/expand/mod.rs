//! What the derive writes.

mod class;
mod fixed;
mod hints;
mod members;
mod python;
mod reconstruct;
mod reduce;
mod relink;

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Expr, ExprPath, GenericArgument, PathArguments, Type};

use crate::ast::{Body, Field, Input, Record, Style};
use crate::attr::{DefaultValue, StateForm};
use crate::bound::{self, Bounds, Direction};

/// The expansion of `PythonType` for an input without errors.
pub(crate) fn expand_python(input: &Input<'_>) -> TokenStream {
    let krate = krate(input);
    let python = python::expand(input);
    quote! {
        const _: () = {
            use #krate as __pickle;
            #python
        };
    }
}

/// The whole expansion of an input without errors.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let krate = krate(input);
    let classes = class::expand(input);
    let reduce = expand_reduce(input);
    let reconstruct = expand_reconstruct(input);
    let base = expand_base(input);
    // A deprecated field is still pickled.
    let deprecated = is_deprecated(input)
        .then(|| quote!(#[allow(deprecated, reason = "it is pickled all the same")]));
    quote! {
        #deprecated
        const _: () = {
            use #krate as __pickle;
            #classes
            #reduce
            #reconstruct
            #base
        };
    }
}

/// The path of `pickle_core`.
fn krate(input: &Input<'_>) -> TokenStream {
    input.attrs.krate.as_ref().map_or_else(|| quote!(::pickle_core), |path| quote!(#path))
}

fn is_deprecated(input: &Input<'_>) -> bool {
    let any = |attrs: &[syn::Attribute]| attrs.iter().any(|a| a.path().is_ident("deprecated"));
    let fields = |fields: &syn::Fields| fields.iter().any(|field| any(&field.attrs));
    any(&input.derive.attrs)
        || match &input.derive.data {
            syn::Data::Struct(data) => fields(&data.fields),
            syn::Data::Enum(data) => {
                data.variants.iter().any(|variant| any(&variant.attrs) || fields(&variant.fields))
            }
            syn::Data::Union(_) => false,
        }
}

/// `reduce` is inline, although it is long: nothing about it is generic, so without it a library
/// would compile it whether it is used or not.
fn expand_reduce(input: &Input<'_>) -> TokenStream {
    let name = &input.derive.ident;
    let (impl_generics, ty_generics, _) = input.derive.generics.split_for_impl();
    let clause = Bounds::new(input, Direction::Reduce).clause;
    let body = reduce::body(input);
    let overridden = is_overridable(input).then(|| {
        quote! {
            if let __pickle::private::std::option::Option::Some(__result) =
                __saver.overridden(self)
            {
                return __result;
            }
        }
    });
    let lane = reduce::lane_method(input);
    quote! {
        #[automatically_derived]
        impl #impl_generics __pickle::Reduce for #name #ty_generics #clause {
            #[inline]
            fn reduce(&self, __saver: &mut __pickle::Saver<'_>) -> __pickle::Result<()> {
                #overridden
                #body
            }
            #lane
        }
    }
}

fn expand_reconstruct(input: &Input<'_>) -> TokenStream {
    let name = &input.derive.ident;
    let (_, ty_generics, _) = input.derive.generics.split_for_impl();
    let generics = bound::reconstruct_params(&input.derive.generics);
    let (impl_generics, _, _) = generics.split_for_impl();
    let clause = Bounds::new(input, Direction::Reconstruct).clause;
    let body = reconstruct::body(input);
    let overridden = is_overridable(input).then(|| {
        quote! {
            if let __pickle::private::std::option::Option::Some(__result) =
                __loader.overridden::<Self>()
            {
                return __result;
            }
        }
    });
    let starts = hints::starts(input);
    let classes = class::method(input);
    let fixed = fixed::items(input);
    let lane = hints::lane_method(input);
    let stand_ins = hints::stand_ins(input);
    let relink = relink::method(input);
    quote! {
        #[automatically_derived]
        impl #impl_generics __pickle::Reconstruct<'__de> for #name #ty_generics #clause {
            #starts
            #classes
            fn reconstruct<__L: __pickle::Loader<'__de>>(
                __loader: &mut __L,
            ) -> __pickle::Result<Self> {
                #overridden
                #body
            }
            #lane
            #fixed
            #stand_ins
            #relink
        }
    }
}

/// What lets other structs flatten this one, if it is attributes and nothing else.
fn expand_base(input: &Input<'_>) -> Option<TokenStream> {
    let Body::Struct(record) = &input.body else { return None };
    let attrs = &input.attrs;
    let is_base = record.is_only_attributes()
        && attrs.dict.is_none()
        && attrs.transparent.is_none()
        && attrs.getstate.is_none()
        && attrs.state_setter.is_none()
        && attrs.migrate.is_none();
    if !is_base {
        return None;
    }
    let name = &input.derive.ident;
    let mut generics = input.derive.generics.clone();
    let base_params = bound::bases(input);
    if !base_params.is_empty() {
        generics.make_where_clause().predicates.extend(base_params);
    }
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let hierarchy = hierarchy(record);
    Some(quote! {
        #[automatically_derived]
        impl #impl_generics __pickle::private::Base for #name #ty_generics #clause {
            const HIERARCHY: __pickle::private::Hierarchy = #hierarchy;
        }
    })
}

/// The class of a struct with its bases, as a constant.
fn hierarchy(record: &Record<'_>) -> TokenStream {
    let bases = record.bases().map(|field| {
        let ty = field.ty;
        quote_spanned!(at(field.span)=> <#ty as __pickle::private::Base>::HIERARCHY)
    });
    quote!(__pickle::private::Hierarchy::new(&__CLASS, &[#(#bases),*]))
}

/// Whether the registry can know the type: it is asked by `TypeId`.
fn is_overridable(input: &Input<'_>) -> bool {
    input.derive.generics.params.is_empty()
}

/// Where an error in these tokens is shown, without a change of what the names in them mean.
fn at(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The field of a transparent struct that is the value.
fn transparent<'b, 'a>(input: &'b Input<'a>) -> Option<(&'b Record<'a>, &'b Field<'a>)> {
    input.attrs.transparent.as_ref()?;
    let Body::Struct(record) = &input.body else { return None };
    Some((record, record.fields.iter().find(|field| field.is_written())?))
}

/// The record of a struct whose instances are read in the fast lane when their values fit there: all
/// fields are attributes, in the order of their declaration, with nothing special about them.
fn lane<'b, 'a>(input: &'b Input<'a>) -> Option<&'b Record<'a>> {
    let Body::Struct(record) = &input.body else { return None };
    let plain = |field: &Field<'_>| {
        field.role.state
            && !field.is_arg()
            && !field.is_args()
            && field.attrs.with.is_none()
            && field.attrs.skip_if.is_none()
    };
    let attrs = &input.attrs;
    let is_plain = record.style == Style::Named
        && !record.new
        && !record.init
        && attrs.transparent.is_none()
        && attrs.getstate.is_none()
        && attrs.setstate.is_none()
        && attrs.ctors.is_empty()
        && attrs.after.is_none()
        && attrs.migrate.is_none()
        && attrs.state_setter.is_none()
        && record.form == StateForm::Dict
        && (2..=64).contains(&record.fields.len())
        && record.fields.iter().all(plain);
    is_plain.then_some(record)
}

/// The attributes of a function that is a few instructions where it is called.
fn always_inline() -> TokenStream {
    quote! {
        #[allow(clippy::inline_always, reason = "it takes less than to call it")]
        #[inline(always)]
    }
}

/// How the fast lane of a type is inlined. A few numbers are less code than the call, and keep the
/// lane of the record around them in registers.
fn lane_inline(input: &Input<'_>) -> TokenStream {
    let is_small = |record: &Record<'_>| {
        let numbers = record.fields.iter().map(|field| numbers(field.ty));
        numbers.sum::<Option<usize>>().is_some_and(|numbers| numbers <= 8)
    };
    match &input.body {
        Body::Struct(record) if is_small(record) => always_inline(),
        Body::Enum(_) if input.attrs.members.is_some() => always_inline(),
        _ => quote!(#[inline]),
    }
}

/// How many numbers and bools a type has that is spelled as one, or as a tuple of them.
fn numbers(ty: &Type) -> Option<usize> {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().map(numbers).sum(),
        _ => is_number(ty).then_some(1),
    }
}

/// Whether the type is spelled as a number or a bool.
fn is_number(ty: &Type) -> bool {
    const NUMBERS: [&str; 13] = [
        "f32", "f64", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize",
        "bool",
    ];
    let Type::Path(ty) = ty else { return false };
    ty.qself.is_none() && NUMBERS.iter().any(|number| ty.path.is_ident(number))
}

/// Whether the type is spelled as one in which there is no cell: numbers and text, and options,
/// vectors and tuples of them.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        Type::Path(path) if path.qself.is_none() => {
            let [segment] = path.path.segments.iter().collect::<Vec<_>>()[..] else {
                return false;
            };
            match &segment.arguments {
                PathArguments::None => is_number(ty) || segment.ident == "String",
                PathArguments::AngleBracketed(arguments) => (segment.ident == "Option"
                    || segment.ident == "Vec")
                    && arguments.args.iter().all(
                        |argument| matches!(argument, GenericArgument::Type(ty) if is_plain(ty)),
                    ),
                PathArguments::Parenthesized(_) => false,
            }
        }
        _ => false,
    }
}

/// What a field holds when the pickle does not say; `None` if it must say.
fn default(field: &Field<'_>) -> Option<TokenStream> {
    match &field.attrs.default {
        Some(DefaultValue::Expr(Expr::Path(path))) if is_function(path) => Some(quote!(#path())),
        Some(DefaultValue::Expr(value)) => Some(quote!(#value)),
        Some(DefaultValue::Trait(_)) => Some(type_default(field)),
        None if !field.is_written() => Some(type_default(field)),
        None => None,
    }
}

/// Whether a path is that of a function, by its spelling: constants and variants have capitals.
fn is_function(path: &ExprPath) -> bool {
    path.path
        .segments
        .last()
        .is_some_and(|last| !last.ident.to_string().starts_with(char::is_uppercase))
}

fn type_default(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    quote_spanned!(at(field.span)=>
        <#ty as __pickle::private::std::default::Default>::default()
    )
}
