//! Which traits the type parameters must have.
//!
//! For `struct Pair<T, U> { first: T, second: Vec<U>, #[reduce(skip)] cache: Cache<T> }` the derive
//! asks for `T: Reduce, U: Reduce`: a trait for each *parameter* that a pickled field mentions. It
//! does not ask for `Vec<U>: Reduce`, as the standard derives do not, because a recursive type
//! would then need itself: `struct Node<T> { next: Option<Box<Node<T>>> }`.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::visit::{self, Visit};
use syn::{Generics, Ident, Type, TypePath, WhereClause, WherePredicate, parse_quote};

use crate::ast::{Field, Input};
use crate::attr::DefaultValue;

/// The `where` clause of one of the impls.
pub(crate) struct Bounds {
    pub(crate) clause: WhereClause,
}

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Reduce,
    Reconstruct,
    PythonType,
}

impl Bounds {
    /// The user's own clause with ours added.
    pub(crate) fn new(input: &Input<'_>, direction: Direction) -> Bounds {
        let generics = &input.derive.generics;
        let mut clause = generics.where_clause.clone().unwrap_or_else(|| parse_quote!(where));
        if direction == Direction::Reconstruct {
            for lifetime in generics.lifetimes().map(|param| &param.lifetime) {
                clause.predicates.push(parse_quote!('__de: #lifetime));
            }
        }
        if let Some(bound) = &input.attrs.bound {
            clause.predicates.extend(bound.iter().cloned());
            return Bounds { clause };
        }
        let krate = quote!(__pickle);
        let bound = match direction {
            Direction::Reduce => quote!(#krate::Reduce),
            Direction::Reconstruct => quote!(#krate::Reconstruct<'__de>),
            Direction::PythonType => quote!(#krate::PythonType),
        };
        for ty in mentioned(input) {
            clause.predicates.push(parse_quote!(#ty: #bound));
        }
        clause.predicates.extend(bases(input));
        if direction != Direction::Reduce {
            for param in defaulted(input) {
                clause
                    .predicates
                    .push(parse_quote!(#param: #krate::private::std::default::Default));
            }
        }
        Bounds { clause }
    }
}

/// Everything about one impl's header: `impl #params Trait for #name #args #clause`.
pub(crate) fn reconstruct_params(generics: &Generics) -> Generics {
    let mut generics = generics.clone();
    generics.params.insert(0, parse_quote!('__de));
    generics
}

/// The parameters, and paths that begin with one as `T::Item`, that pickled fields mention.
fn mentioned(input: &Input<'_>) -> Vec<TokenStream> {
    let params = input.derive.generics.type_params().map(|param| &param.ident).collect();
    let mut found = Mentioned { params, types: Vec::new() };
    let records = input.records();
    // A field that a module writes needs nothing of its type.
    let pickled = |field: &&Field<'_>| field.is_written() && field.attrs.with.is_none();
    for field in records.iter().flat_map(|record| &record.fields).filter(pickled) {
        found.visit_type(field.ty);
    }
    let mut seen = Vec::new();
    let mut unique = Vec::new();
    for ty in found.types {
        let text = ty.to_string();
        if !seen.contains(&text) {
            seen.push(text);
            unique.push(ty);
        }
    }
    unique
}

struct Mentioned<'a> {
    params: Vec<&'a Ident>,
    types: Vec<TokenStream>,
}

impl<'ast> Visit<'ast> for Mentioned<'_> {
    fn visit_type_path(&mut self, ty: &'ast TypePath) {
        let first = ty.path.segments.first().filter(|_| ty.qself.is_none());
        if first.is_some_and(|first| self.params.iter().any(|param| **param == first.ident)) {
            self.types.push(ty.to_token_stream());
        }
        // There is nothing of `T` in a `PhantomData<T>` to pickle.
        if ty.path.segments.last().is_none_or(|last| last.ident != "PhantomData") {
            visit::visit_type_path(self, ty);
        }
    }
}

/// The parameters that are the very type of a field that is filled by `Default`.
fn defaulted<'a>(input: &Input<'a>) -> Vec<&'a Type> {
    params(input, |field| match field.attrs.default {
        Some(DefaultValue::Trait(_)) => true,
        Some(DefaultValue::Expr(_)) => false,
        None => !field.is_written(),
    })
}

/// That the parameters which are the very type of a flattened field can be bases.
pub(crate) fn bases(input: &Input<'_>) -> Vec<WherePredicate> {
    let params = params(input, |field| field.role.base).into_iter();
    params.map(|param| parse_quote!(#param: __pickle::private::Base)).collect()
}

/// The parameters that are the very type of such a field.
fn params<'a>(input: &Input<'a>, is_meant: fn(&Field<'_>) -> bool) -> Vec<&'a Type> {
    let is_param = |ty: &Type| match ty {
        Type::Path(ty) => {
            input.derive.generics.type_params().any(|param| ty.path.is_ident(&param.ident))
        }
        _ => false,
    };
    let records = input.records();
    let fields = records.iter().flat_map(|record| &record.fields).filter(|field| is_meant(field));
    fields.map(|field| field.ty).filter(|ty| is_param(ty)).collect()
}
