//! `#[derive(Reduce)]`: the reducers and constructors of `pickle-core`, written from attributes.
//!
//! The derive is used through `pickle_core`, which re-exports it. Everything about it is at
//! [`Reduce`](macro@Reduce).

mod ast;
mod attr;
mod bound;
mod check;
mod ctxt;
mod expand;
mod fallback;
mod rename;
mod symbol;
#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// Derives `pickle_core::PythonType`: what the class of a struct or enum with `#[derive(Reduce)]` is
/// in Python, from the same attributes. See `pickle_core::python`.
#[proc_macro_derive(PythonType, attributes(reduce))]
pub fn derive_python_type(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    python_type(input.into()).into()
}

#[doc = include_str!("reference.md")]
#[proc_macro_derive(Reduce, attributes(reduce))]
pub fn derive_reduce(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into()).into()
}

/// The derive on tokens that also exist outside of a macro, for the tests.
fn derive(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    expand(&input).unwrap_or_else(|error| {
        let errors = error.to_compile_error();
        let fallback = fallback::expand(&input);
        quote!(#errors #fallback)
    })
}

/// The derive of `PythonType` on tokens. What is wrong with the attributes is for `Reduce` to say.
fn python_type(input: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(input) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut ctxt = ctxt::Ctxt::default();
    let ast = ast::Input::parse(&input, &mut ctxt);
    check::check(&ast, &mut ctxt);
    match ctxt.finish() {
        Ok(()) => expand::expand_python(&ast),
        Err(_) => fallback::expand_python(&input),
    }
}

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut ctxt = ctxt::Ctxt::default();
    let ast = ast::Input::parse(input, &mut ctxt);
    check::check(&ast, &mut ctxt);
    ctxt.finish()?;
    Ok(expand::expand(&ast))
}
