//! Collects every error, so that all are reported at once.

use std::fmt::Display;

use quote::ToTokens;

/// The errors found so far.
#[derive(Default)]
#[must_use = "the errors must be looked at"]
pub(crate) struct Ctxt {
    errors: Vec<syn::Error>,
}

impl Ctxt {
    /// Adds an error that points at these tokens of the user's.
    pub(crate) fn error(&mut self, at: impl ToTokens, message: impl Display) {
        self.errors.push(syn::Error::new_spanned(at, message));
    }

    /// Adds an error that points at this place.
    pub(crate) fn error_at(&mut self, at: proc_macro2::Span, message: impl Display) {
        self.errors.push(syn::Error::new(at, message));
    }

    /// Adds an error of the parser.
    pub(crate) fn push(&mut self, error: syn::Error) {
        self.errors.push(error);
    }

    /// All errors as one, if there are any.
    pub(crate) fn finish(self) -> syn::Result<()> {
        let all = self.errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        all.map_or(Ok(()), Err)
    }
}
