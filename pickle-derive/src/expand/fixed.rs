//! Records of which every instance takes as many bytes, and how they are read by a template.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{PathArguments, Type};

use super::{always_inline, at, lane};
use crate::ast::{Field, Input};

/// The constant and the methods of a record whose fields may all be of a fixed length.
pub(super) fn items(input: &Input<'_>) -> Option<TokenStream> {
    let record = lane(input)?;
    if !record.fields.iter().all(|field| may_have_template(field.ty)) {
        return None;
    }
    let is_dict = input.attrs.dict.is_some();
    let option = quote!(__pickle::private::std::option::Option);
    let of = |field: &Field<'_>, item: TokenStream| {
        let ty = field.ty;
        quote_spanned!(at(field.span)=> <#ty as __pickle::Reconstruct<'__de>>::#item)
    };
    let lengths = record.fields.iter().map(|field| of(field, quote!(FIXED)));
    let parts = record.fields.iter().map(|field| of(field, quote!(fixed_template)));
    let members = record.fields.iter().map(|field| {
        let member = &field.member;
        let load = of(field, quote!(reconstruct_fixed(__bytes)?));
        quote!(#member: { __bytes.name()?; #load })
    });
    let inline = always_inline();
    Some(quote! {
        const FIXED: #option<__pickle::private::FixedLen> =
            __pickle::private::FixedLen::record(#is_dict, &[#(#lengths),*]);
        fn fixed_template(
            __template: &mut __pickle::private::TemplateMaker<'_>,
        ) -> #option<()> {
            __template.record(&__CLASS, &[#(#parts),*])
        }
        #inline
        fn reconstruct_fixed<const __MEMOIZED: __pickle::private::std::primitive::bool>(
            __bytes: &mut __pickle::private::FixedBytes<'_, __MEMOIZED>,
        ) -> #option<Self> {
            __bytes.begin(#is_dict)?;
            let __value = Self { #(#members),* };
            __bytes.end(#is_dict)?;
            #option::Some(__value)
        }
    })
}

/// Whether the type is spelled as one whose values take different numbers of bytes; of the others, only the
/// type itself knows.
pub(super) fn has_any_length(ty: &Type) -> bool {
    const VARYING: [&str; 16] = [
        "String", "Vec", "Option", "Box", "char", "u16", "u32", "u64", "u128", "usize", "i8",
        "i16", "i32", "i64", "i128", "isize",
    ];
    let Type::Path(ty) = ty else { return false };
    let last = ty.path.segments.last();
    ty.qself.is_none() && last.is_some_and(|last| VARYING.iter().any(|known| last.ident == known))
}

/// Whether there may be a template for the type, which none of those with arguments has.
fn may_have_template(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| matches!(last.arguments, PathArguments::None)) && !has_any_length(ty)
}
