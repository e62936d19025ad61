//! The Python side of one's types, generated: a module with the classes that pickles name.
//!
//! `#[derive(PythonType)]` beside `#[derive(Reduce)]` describes the class of a type: how an instance
//! is made, what its state is, and the type hints of its attributes. [`Modules`] collects a type and
//! all that it leads to, and writes the modules of Python in which they are:
//!
//! ```
//! use pickle_core::python::Modules;
//! use pickle_core::{PythonType, Reduce};
//!
//! /// A circle in the plane.
//! #[derive(Reduce, PythonType)]
//! #[reduce(module = "shapes")]
//! struct Circle {
//!     #[reduce(ctor)]
//!     center: (f64, f64),
//!     #[reduce(ctor)]
//!     radius: f64,
//!     /// What it is called.
//!     label: Option<String>,
//! }
//!
//! let expected = r#"from __future__ import annotations
//!
//! import dataclasses
//! import typing
//!
//!
//! @dataclasses.dataclass
//! class Circle:
//!     """A circle in the plane."""
//!
//!     center: tuple[float, float]
//!     radius: float
//!     ## What it is called.
//!     label: str | None = None
//!
//!     def __reduce__(self) -> tuple[typing.Any, ...]:
//!         return self.__class__, (self.center, self.radius), {"label": self.label}
//! "#;
//! assert_eq!(Modules::of::<Circle>().source("shapes")?, expected);
//! # Ok::<(), pickle_core::Error>(())
//! ```
//!
//! What is written runs in CPython 3.7 and later, imports nothing but the standard library, and
//! passes `mypy --strict`. `pickle.loads` makes instances of its classes from pickles of the Rust
//! types, and what `pickle.dumps` makes of them is read as the Rust types again, in all protocols.
//!
//! # What stays in Rust
//!
//! Functions are not translated: a `ctor`, `after` or `migrate` function is not called in Python,
//! and `skip_if` leaves nothing out there. What `getstate` returns is kept in an attribute `state`.
//! Names that only old pickles have (`alias`) are not known there either. A field with
//! `with = module` is `typing.Any`, unless `#[reduce(hint = "…")]` says what it is; so must one of
//! trait objects, as `list[Circle | Square]`:
//!
//! ```
//! # mod seconds {
//! #     use pickle_core::{Loader, Result, Saver};
//! #     pub fn reduce(_: &u32, _: &mut Saver<'_>) -> Result<()> { Ok(()) }
//! #     pub fn reconstruct<'de, L: Loader<'de>>(loader: &mut L) -> Result<u32> { loader.load() }
//! # }
//! use pickle_core::python::Modules;
//! use pickle_core::{PythonType, Reduce};
//!
//! #[derive(Reduce, PythonType)]
//! #[reduce(module = "app")]
//! struct Timeout {
//!     #[reduce(with = seconds, hint = "datetime.timedelta | None")]
//!     after: u32,
//! }
//!
//! let source = Modules::of::<Timeout>().source("app")?;
//! assert!(source.contains("    after: datetime.timedelta | None\n"));
//! # Ok::<(), pickle_core::Error>(())
//! ```

mod class;
mod hint;
mod literal;
mod modules;
mod names;
mod render;
mod types;

pub use class::{Argument, ClassDef, EnumDef, Field};
pub use hint::Hint;
pub use modules::Modules;

use crate::reduce::Reduce;

/// A type whose values have a type in Python, as a type hint (PEP 484) says it.
///
/// `#[derive(PythonType)]` writes it for what has `#[derive(Reduce)]`, from the same attributes. An
/// implementation by hand names the class:
///
/// ```
/// use pickle_core::python::{Hint, Modules};
/// use pickle_core::{PythonType, Reduce, Result, Saver};
///
/// struct Celsius(f64);
///
/// impl Reduce for Celsius {
///     fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
///         saver.save(&self.0)
///     }
/// }
///
/// impl PythonType for Celsius {
///     fn hint(modules: &mut Modules) -> Hint {
///         f64::hint(modules)
///     }
/// }
///
/// assert_eq!(Vec::<Celsius>::hint(&mut Modules::new()).to_string(), "list[float]");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no type in Python: it does not implement `PythonType`",
    label = "this type has no type hint",
    note = "add `PythonType` to the `#[derive(Reduce)]` of `{Self}` if it is yours",
    note = "otherwise say what the field is in Python: `#[reduce(hint = \"typing.Any\")]`"
)]
pub trait PythonType: Reduce {
    /// The type hint of the values; the classes that it leads to are added to the modules.
    fn hint(modules: &mut Modules) -> Hint;

    /// The type hint of a slice of such values.
    #[doc(hidden)]
    fn slice_hint(modules: &mut Modules) -> Hint {
        Hint::builtin("list").of([Self::hint(modules)])
    }

    /// The type hint of an array of such values.
    #[doc(hidden)]
    fn array_hint(len: usize, modules: &mut Modules) -> Hint {
        let item = Self::hint(modules);
        // Longer ones say more in fewer words.
        if len <= 4 { Hint::tuple(vec![item; len]) } else { Hint::tuple_of_any(item) }
    }
}
