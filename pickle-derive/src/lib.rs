//! `#[derive(Reduce)]`.

use proc_macro::TokenStream;

/// Placeholder.
#[proc_macro_derive(Reduce, attributes(reduce))]
pub fn derive_reduce(_input: TokenStream) -> TokenStream {
    TokenStream::new()
}
