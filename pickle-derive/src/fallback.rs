//! Hollow impls beside the errors: without them, every use of the type would add an error of its
//! own that says nothing new.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attr::ContainerAttrs;
use crate::bound;
use crate::ctxt::Ctxt;

/// The impls of a type whose attributes are wrong.
pub(crate) fn expand(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let (impl_generics, ty_generics, clause) = input.generics.split_for_impl();
    let generics = bound::reconstruct_params(&input.generics);
    let (with_lifetime, _, _) = generics.split_for_impl();
    // What is wrong with the attributes was said already.
    let krate = ContainerAttrs::parse(&input.attrs, &mut Ctxt::default()).krate;
    let krate = krate.map_or_else(|| quote!(::pickle_core), |path| quote!(#path));
    quote! {
        const _: () = {
            use #krate as __pickle;
            #[automatically_derived]
            impl #impl_generics __pickle::Reduce for #name #ty_generics #clause {
                fn reduce(&self, _: &mut __pickle::Saver<'_>) -> __pickle::Result<()> {
                    __pickle::private::core::unreachable!()
                }
            }
            #[automatically_derived]
            impl #with_lifetime __pickle::Reconstruct<'__de> for #name #ty_generics #clause {
                fn reconstruct<__L: __pickle::Loader<'__de>>(
                    _: &mut __L,
                ) -> __pickle::Result<Self> {
                    __pickle::private::core::unreachable!()
                }
            }
        };
    }
}

/// The impl of `PythonType` for a type whose attributes are wrong.
pub(crate) fn expand_python(input: &DeriveInput) -> TokenStream {
    let name = &input.ident;
    let (impl_generics, ty_generics, clause) = input.generics.split_for_impl();
    let krate = ContainerAttrs::parse(&input.attrs, &mut Ctxt::default()).krate;
    let krate = krate.map_or_else(|| quote!(::pickle_core), |path| quote!(#path));
    quote! {
        const _: () = {
            use #krate as __pickle;
            #[automatically_derived]
            impl #impl_generics __pickle::PythonType for #name #ty_generics #clause {
                fn hint(_: &mut __pickle::python::Modules) -> __pickle::python::Hint {
                    __pickle::private::core::unreachable!()
                }
            }
        };
    }
}
