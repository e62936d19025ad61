//! What an impl of `Reconstruct` says of its type besides how to read it: what a value begins with,
//! what stands in for one, and the fast lane.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::reconstruct::load;
use super::{at, default, lane, members, transparent};
use crate::ast::{Body, Field, Input, Record};

/// The constant for what a value of the type begins with.
pub(super) fn starts(input: &Input<'_>) -> TokenStream {
    let starts = match transparent(input) {
        None if has_other(input) => return TokenStream::new(),
        None if input.attrs.dict.is_some() => {
            quote!(__pickle::Starts::DICT.or(__pickle::Starts::GLOBAL))
        }
        None => quote!(__pickle::Starts::OBJECT),
        Some((_, field)) if field.attrs.with.is_some() => return TokenStream::new(),
        Some((_, field)) => {
            let ty = field.ty;
            quote_spanned!(at(field.span)=> <#ty as __pickle::Reconstruct<'__de>>::STARTS)
        }
    };
    quote!(const STARTS: __pickle::Starts = #starts;)
}

/// Whether a variant stands for values of whatever kind.
fn has_other(input: &Input<'_>) -> bool {
    let Body::Enum(variants) = &input.body else { return false };
    input.attrs.members.is_none() && variants.iter().any(|variant| variant.attrs.other.is_some())
}

/// What a transparent struct has from its field: the values that stand in.
pub(super) fn stand_ins(input: &Input<'_>) -> TokenStream {
    let Some((record, field)) = transparent(input) else { return TokenStream::new() };
    if field.attrs.with.is_some() || input.attrs.after.is_some() {
        return TokenStream::new();
    }
    let (ty, var) = (field.ty, &field.var);
    let literal = wrap(record, field);
    let option = quote!(__pickle::private::std::option::Option);
    let methods = ["absent", "vacant"].map(|name| {
        let name = proc_macro2::Ident::new(name, proc_macro2::Span::call_site());
        let inner = quote_spanned!(at(field.span)=> <#ty as __pickle::Reconstruct<'__de>>::#name());
        quote! {
            fn #name() -> #option<Self> {
                #inner.map(|#var| #literal)
            }
        }
    });
    quote! {
        #(#methods)*
    }
}

/// A transparent struct around the value of its field.
fn wrap(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    let members = record.fields.iter().map(|other| {
        let member = &other.member;
        let value = if other.member == field.member {
            let var = &field.var;
            quote!(#var)
        } else {
            default(other).unwrap_or_default()
        };
        quote!(#member: #value)
    });
    quote!(Self { #(#members),* })
}

pub(super) fn delegate(record: &Record<'_>, field: &Field<'_>) -> TokenStream {
    let (var, load) = (&field.var, load(field));
    let literal = wrap(record, field);
    quote! {
        let #var = #load;
        __pickle::private::std::result::Result::Ok(#literal)
    }
}

/// The fast lane, if the instance is spelled as the last one.
pub(super) fn take_lane() -> TokenStream {
    quote! {
        if let __pickle::private::std::option::Option::Some(__value) = __loader.lane::<Self>()? {
            return __pickle::private::std::result::Result::Ok(__value);
        }
    }
}

/// What a type is in the fast lane: a plain record, or its field if it is transparent.
pub(super) fn lane_method(input: &Input<'_>) -> Option<TokenStream> {
    let option = quote!(__pickle::private::std::option::Option);
    let ok = quote!(__pickle::private::std::result::Result::Ok);
    let inline = super::lane_inline(input);
    if let Some((record, field)) = transparent(input) {
        if field.attrs.with.is_some() || input.attrs.after.is_some() {
            return None;
        }
        let (ty, var, literal) = (field.ty, &field.var, wrap(record, field));
        let value = quote_spanned! {at(field.span)=>
            <#ty as __pickle::Reconstruct<'__de>>::reconstruct_lane(__lane)?
        };
        return Some(quote! {
            #inline
            fn reconstruct_lane(
                __lane: &mut __pickle::private::LaneReader<'_, '_, '__de>,
            ) -> __pickle::Result<#option<Self>> {
                #ok(#value.map(|#var| #literal))
            }
        });
    }
    if let Body::Enum(_) = &input.body {
        return members::lane_method(input);
    }
    let record = lane(input)?;
    let end = if input.attrs.dict.is_some() { quote!(end_dict) } else { quote!(end) };
    let vars = record.fields.iter().map(|field| &field.var);
    let values = record.fields.iter().map(|field| {
        let (ty, var) = (field.ty, &field.var);
        let absent = default(field).unwrap_or_else(|| {
            quote_spanned! {at(field.span)=>
                match <#ty as __pickle::Reconstruct<'__de>>::absent() {
                    #option::Some(__value) => __value,
                    #option::None => return __record.give_up(),
                }
            }
        });
        quote_spanned! {at(field.span)=>
            let #var = match <#ty as __pickle::Reconstruct<'__de>>::reconstruct_shortest(
                &mut __record,
                #var,
            ) {
                #option::Some(__value) => __value,
                #option::None if __record.name(#var)? => {
                    <#ty as __pickle::Reconstruct<'__de>>::reconstruct_attribute(&mut __record)?
                }
                #option::None => #absent,
            };
        }
    });
    let members = record.fields.iter().map(|field| {
        let (member, var) = (&field.member, &field.var);
        quote!(#member: #var)
    });
    let always = super::always_inline();
    Some(quote! {
        #always
        fn reconstruct_lane(
            __lane: &mut __pickle::private::LaneReader<'_, '_, '__de>,
        ) -> __pickle::Result<#option<Self>> {
            let mut __place = #option::None;
            Self::reconstruct_lane_in(__lane, &mut __place)?;
            #ok(__place)
        }

        #inline
        fn reconstruct_lane_in(
            __lane: &mut __pickle::private::LaneReader<'_, '_, '__de>,
            __place: &mut impl __pickle::private::Place<'__de, Self>,
        ) -> __pickle::Result<__pickle::private::std::primitive::bool> {
            let #option::Some((mut __record, [#(#vars),*])) = __lane.begin(&__CLASS) else {
                return #ok(false);
            };
            #(#values)*
            __record.#end(__place, || Self { #(#members),* })
        }
    })
}
