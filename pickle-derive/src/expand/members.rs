//! Enums whose variants are the members of a Python enum, and variants that stand for what has no
//! variant of its own.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::at;
use crate::ast::{Body, Input, Variant};
use crate::attr::Spelling;

/// The body of `Reduce::reduce`.
pub(super) fn reduce(variants: &[Variant<'_>], spelling: Spelling) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let ident = variant.ident;
        match (variant.index, variant.held()) {
            (Some(index), _) => quote!(Self::#ident { .. } => #index,),
            (None, Some(field)) => {
                let var = &field.var;
                let save = match spelling {
                    Spelling::Value => quote!(save_other_member),
                    Spelling::Name => quote!(save_other_name),
                };
                let save = quote_spanned! {at(field.span)=>
                    __pickle::private::#save(&__CLASS, #var, __saver)
                };
                quote!(Self::#ident(#var) => return #save,)
            }
            (None, None) => unknown(variant),
        }
    });
    let save = match spelling {
        Spelling::Value => quote!(save_member(&__CLASS, &__VALUES, __index, __saver)),
        Spelling::Name => quote!(save_member_name(&__CLASS, __index, __saver)),
    };
    quote! {
        let __index: __pickle::private::std::primitive::usize = match self { #(#arms)* };
        __pickle::private::#save
    }
}

/// The body of `Reduce::reduce_lane`: members by their values, which are numbers as a rule. Which member
/// it is cannot be foreseen, so it is a place in a table and no branch.
pub(super) fn reduce_lane(variants: &[Variant<'_>], spelling: Spelling) -> Option<TokenStream> {
    if !matches!(spelling, Spelling::Value) {
        return None;
    }
    let arms = variants.iter().filter_map(|variant| {
        let (ident, index) = (variant.ident, variant.index?);
        Some(quote!(Self::#ident { .. } => #index,))
    });
    let others = variants
        .iter()
        .any(|variant| variant.index.is_none())
        .then(|| quote!(_ => return __lane.spell(__name, self),));
    Some(quote! {
        let __index: __pickle::private::std::primitive::usize = match self { #(#arms)* #others };
        __pickle::private::save_member_in_lane(&__CLASS, &__VALUES, __index, self, __name, __lane)
    })
}

/// An arm for a variant that stands for others and does not hold what it stands for.
pub(super) fn unknown(variant: &Variant<'_>) -> TokenStream {
    let ident = variant.ident;
    let text = ident.to_string();
    quote! {
        Self::#ident { .. } => return __pickle::private::std::result::Result::Err(
            __pickle::private::unwritable_variant(#text),
        ),
    }
}

/// The body of `Reconstruct::reconstruct`.
pub(super) fn reconstruct(
    input: &Input<'_>,
    variants: &[Variant<'_>],
    spelling: Spelling,
) -> TokenStream {
    let arms = variants.iter().filter_map(|variant| Some((variant.index?, variant.ident)));
    let arms = arms.map(|(index, ident)| {
        quote!(#index => __pickle::private::std::result::Result::Ok(Self::#ident {}),)
    });
    let expected = &input.name;
    let members = quote! {
        match __index {
            #(#arms)*
            _ => __pickle::private::std::result::Result::Err(__loader.mismatch(#expected)),
        }
    };
    let Some(other) = variants.iter().find(|variant| variant.attrs.other.is_some()) else {
        return quote! {
            let __index = __pickle::private::load_member(__loader, &__CLASS, &__VALUES)?;
            #members
        };
    };
    let ident = other.ident;
    let (load, pattern, value) = match (other.held(), spelling) {
        (None, _) => (quote!(load_any_member), quote!(_), quote!(Self::#ident {})),
        (Some(field), Spelling::Value) => {
            let var = &field.var;
            let load = quote_spanned!(at(field.span)=> load_member_or);
            (load, quote!(#var), quote!(Self::#ident(#var)))
        }
        (Some(field), Spelling::Name) => {
            let var = &field.var;
            let load = quote_spanned!(at(field.span)=> load_member_or_name);
            (load, quote!(#var), quote!(Self::#ident(#var)))
        }
    };
    quote! {
        match __pickle::private::#load(__loader, &__CLASS, &__VALUES)? {
            __pickle::private::std::result::Result::Ok(__index) => #members,
            __pickle::private::std::result::Result::Err(#pattern) => {
                __pickle::private::std::result::Result::Ok(#value)
            }
        }
    }
}

/// The fast lane of an enum all of whose members are known.
pub(super) fn lane_method(input: &Input<'_>) -> Option<TokenStream> {
    let Body::Enum(variants) = &input.body else { return None };
    let is_by_value = matches!(input.attrs.members, Some((Spelling::Value, _)));
    let is_plain = input.attrs.after.is_none() && input.attrs.migrate.is_none();
    if !is_by_value || !is_plain {
        return None;
    }
    let option = quote!(__pickle::private::std::option::Option);
    let arms = variants.iter().filter_map(|variant| Some((variant.index?, variant.ident)));
    let arms = arms.map(|(index, ident)| quote!(#option::Some(#index) => Self::#ident {},));
    Some(quote! {
        fn reconstruct_lane(
            __lane: &mut __pickle::private::LaneReader<'_, '_, '__de>,
        ) -> __pickle::Result<#option<Self>> {
            let __value = match __pickle::private::lane_member(__lane, &__CLASS, &__VALUES) {
                #(#arms)*
                _ => return __pickle::private::std::result::Result::Ok(#option::None),
            };
            __pickle::private::std::result::Result::Ok(#option::Some(__value))
        }
    })
}

/// What becomes of a value of another class.
pub(super) fn other_class(variants: &[Variant<'_>]) -> Option<TokenStream> {
    let other = variants.iter().find(|variant| variant.attrs.other.is_some())?;
    let ident = other.ident;
    let ok = quote!(__pickle::private::std::result::Result::Ok);
    Some(match other.held() {
        None => quote!({ __loader.skip()?; #ok(Self::#ident {}) }),
        Some(field) => {
            let ty = field.ty;
            let load = quote_spanned!(at(field.span)=> __loader.load::<#ty>()?);
            quote!(#ok(Self::#ident(#load)))
        }
    })
}
