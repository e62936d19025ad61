//! What the derive writes.

mod class;
mod reconstruct;
mod reduce;
mod relink;

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{Expr, Type};

use crate::ast::{Body, Field, Input, Record, Style};
use crate::attr::DefaultValue;
use crate::bound::{self, Bounds, Direction};

/// The whole expansion of an input without errors.
pub(crate) fn expand(input: &Input<'_>) -> TokenStream {
    let krate = krate(input);
    let classes = class::expand(input);
    let reduce = expand_reduce(input);
    let reconstruct = expand_reconstruct(input);
    // A deprecated field is still pickled.
    let deprecated = is_deprecated(input).then(|| quote!(#[allow(deprecated)]));
    quote! {
        #deprecated
        const _: () = {
            use #krate as __pickle;
            #classes
            #reduce
            #reconstruct
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

fn expand_reduce(input: &Input<'_>) -> TokenStream {
    let name = &input.derive.ident;
    let (impl_generics, ty_generics, _) = input.derive.generics.split_for_impl();
    let clause = Bounds::new(input, Direction::Reduce).clause;
    let body = reduce::body(input);
    let overridden = is_overridable(input).then(|| {
        quote! {
            if let __pickle::private::std::option::Option::Some(__result) =
                __saver.overridden(__name, self)
            {
                return __result;
            }
        }
    });
    let flat = reduce::transparent_flat(input);
    quote! {
        #[automatically_derived]
        impl #impl_generics __pickle::Reduce for #name #ty_generics #clause {
            #[inline]
            fn reduce(&self, __saver: &mut __pickle::Saver<'_>) -> __pickle::Result<()> {
                __pickle::Reduce::reduce_named(self, __pickle::private::Name::NONE, __saver)
            }
            fn reduce_named(
                &self,
                __name: __pickle::private::Name,
                __saver: &mut __pickle::Saver<'_>,
            ) -> __pickle::Result<()> {
                #overridden
                #body
            }
            #flat
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
    let starts = reconstruct::starts(input);
    let stand_ins = reconstruct::stand_ins(input);
    let relink = relink::method(input);
    quote! {
        #[automatically_derived]
        impl #impl_generics __pickle::Reconstruct<'__de> for #name #ty_generics #clause {
            #starts
            fn reconstruct<__L: __pickle::Loader<'__de>>(
                __loader: &mut __L,
            ) -> __pickle::Result<Self> {
                #overridden
                #body
            }
            #stand_ins
            #relink
        }
    }
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

/// Whether an instance can be written and read in one go: all attributes are numbers.
fn is_flat(record: &Record<'_>) -> bool {
    let plain = |field: &Field<'_>| {
        field.role.state
            && !field.is_arg()
            && !field.is_args()
            && field.attrs.with.is_none()
            && field.attrs.skip_if.is_none()
            && is_number(field.ty)
    };
    record.style == Style::Named
        && (2..=16).contains(&record.fields.len())
        && record.fields.iter().all(plain)
}

/// Whether the type is spelled as a number or a bool; `u64` may still be one that does not fit,
/// which the flat route finds out.
fn is_number(ty: &Type) -> bool {
    const NUMBERS: [&str; 13] = [
        "f32", "f64", "u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize",
        "bool",
    ];
    let Type::Path(ty) = ty else { return false };
    ty.qself.is_none() && NUMBERS.iter().any(|number| ty.path.is_ident(number))
}

/// What a field holds when the pickle does not say; `None` if it must say.
fn default(field: &Field<'_>) -> Option<TokenStream> {
    match &field.attrs.default {
        Some(DefaultValue::Expr(Expr::Path(path))) => Some(quote!(#path())),
        Some(DefaultValue::Expr(value)) => Some(quote!(#value)),
        Some(DefaultValue::Trait(_)) => Some(type_default(field)),
        None if !field.is_written() => Some(type_default(field)),
        None => None,
    }
}

fn type_default(field: &Field<'_>) -> TokenStream {
    let ty = field.ty;
    quote::quote_spanned!(at(field.span)=>
        <#ty as __pickle::private::std::default::Default>::default()
    )
}
