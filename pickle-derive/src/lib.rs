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

/// Derives `pickle_core::Reduce` and `pickle_core::Reconstruct`.
///
/// A struct is an instance of a Python class. What its fields are to the class is said by
/// attributes; without any, it is pickled as Python pickles a plain object:
///
/// ```
/// use pickle_core::Reduce;
///
/// // class Point:                     in shapes.py
/// //     def __init__(self, x, y): …
/// #[derive(Debug, PartialEq, Reduce)]
/// #[reduce(module = "shapes")]
/// struct Point {
///     x: f64,
///     y: f64,
/// }
///
/// let point = Point { x: 1.0, y: 2.0 };
/// assert_eq!(pickle_core::from_slice::<Point>(&pickle_core::to_vec(&point)?)?, point);
/// # Ok::<(), pickle_core::Error>(())
/// ```
///
/// # Forms
///
/// | Rust | Python | pickled as |
/// |---|---|---|
/// | struct with named fields | an object with attributes | `cls.__new__(cls)`, then a dict of state |
/// | … some with `ctor` | `return cls, (a, b), state` | `cls(a, b)`, then a dict of the others |
/// | … and `new` on the struct | `__getnewargs__` | `cls.__new__(cls, a, b)`, then the others |
/// | … one with `args` | `return cls, self.coords` | `cls(*coords)`, then the others |
/// | tuple struct | `return cls, (a, b)` | `cls(a, b)` |
/// | unit struct | an object without attributes | `cls.__new__(cls)` |
/// | `transparent` struct | nothing of its own | its field |
/// | enum | a class nested in another for each variant | each variant as a struct of its form |
///
/// Reading takes an equivalent instance however it was pickled. In particular, attributes may
/// carry what a constructor's arguments do not, as they do when the Python class has no
/// `__reduce__`.
///
/// # On a struct or enum
///
/// - `module = "…"`: the Python module. Otherwise that of Rust, with dots.
/// - `name = "…"`: the qualified name of the class. Otherwise that of the type. On an enum it goes
///   before the names of the variants; `name = ""` there makes the variants classes of the module.
/// - `ctor = path`: the function that makes the value, called with the `ctor` fields in order. It
///   returns `Self` or `Result<Self, E>`. The state is assigned to what it returns, and fields
///   that are in neither keep what it gave them. Further ones are for older argument lists: they
///   are tried in turn, and their own parameters say what the arguments are. In a generic struct
///   write them as `Self::path`.
/// - `new`: the arguments go to `__new__` and not to `__init__`.
/// - `getstate = path`, `setstate = path`: the state is the one value that `fn(&Self) -> S`
///   returns, and `fn(&mut Self, S)` takes it, which may return a `Result<(), E>`. Fields that are
///   not arguments have their default before that.
/// - `after = path`: `fn(&mut Self)`, or with a `Result<(), E>`, called last: to check what was
///   read, or to open a file again.
/// - `alias = "old.module.Name"`: another global name to accept, any number of times. The last dot
///   ends the module; a colon does so for a nested class, as in `"old.module:Outer.Inner"`.
/// - `rename_all = "camelCase"`: how the names of fields, or of an enum's variants, are spelled in
///   Python: `lowercase`, `UPPERCASE`, `PascalCase`, `camelCase`, `snake_case`,
///   `SCREAMING_SNAKE_CASE`, `kebab-case` or `SCREAMING-KEBAB-CASE`.
/// - `transparent`: the struct is written as its only field.
/// - `deny_unknown`: an attribute that is not a field is an error, and not passed over.
/// - `bound = "T: Trait"`: replaces the bounds on type parameters, in both impls.
/// - `crate = path`: where `pickle_core` is.
///
/// # On a field
///
/// - `ctor`: an argument of the constructor.
/// - `state`: an attribute, which is the default. `#[reduce(ctor, state)]` makes it both.
/// - `skip`: not in the pickle; made by `Default`, by `default = …`, or by the constructor.
/// - `rename = "…"`: the name of the attribute.
/// - `alias = "…"`: another name to accept, any number of times.
/// - `default`: an attribute that is missing is not an error. `default = path` calls a function,
///   `default = expression` takes any other expression.
/// - `with = module`: `module::reduce(&T, &mut Saver) -> Result<()>` writes the field and
///   `module::reconstruct(&mut L) -> Result<T>` reads it, with `L: Loader<'de>`.
/// - `skip_if = path`: the attribute is left out when `fn(&T) -> bool` says so. Add `default`.
/// - `args`: the field is a tuple, and that is the whole argument list of the constructor.
///
/// # On a variant
///
/// - `name = "…"`: the name of the class within that of the enum. Otherwise that of the variant.
/// - `alias = "…"`: another name: within the enum without a dot, or else a global one.
///
/// # Bounds
///
/// Each type parameter that a pickled field mentions gets the trait, as in `T: Reduce`; one that
/// is the type of a skipped field gets `Default`. The fields' own types are not bounded, so
/// recursive types need nothing special.
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

fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let mut ctxt = ctxt::Ctxt::default();
    let ast = ast::Input::parse(input, &mut ctxt);
    check::check(&ast, &mut ctxt);
    ctxt.finish()?;
    Ok(expand::expand(&ast))
}
