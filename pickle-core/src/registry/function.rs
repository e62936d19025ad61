//! Functions by name.

use std::any::TypeId;
use std::fmt;
use std::ops::Deref;

use rustc_hash::FxHashMap;

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::registry::{AnyTable, Registry};

/// A function that is pickled by its name, as Python pickles functions: the pickle says
/// `module.name`, and whoever reads it must have a function of that name.
///
/// In Rust those are the functions that [`Registry::function`] was given, by their type: a pickle
/// cannot name another. `F` is whatever can be called, such as a `fn` or an `Arc<dyn Fn>`.
/// Functions are equal when their names are.
///
/// ```
/// use pickle_core::{Function, PickleOptions, Reduce, Registry, UnpickleOptions};
///
/// type Scale = fn(f64) -> f64;
///
/// const SQRT: Function<Scale> = Function::new("math", "sqrt", f64::sqrt);
/// const EXP: Function<Scale> = Function::new("math", "exp", f64::exp);
///
/// #[derive(Reduce)]
/// #[reduce(module = "plots")]
/// struct Axis { label: String, scale: Function<Scale> }
///
/// let mut registry = Registry::new();
/// registry.function(SQRT).function(EXP);
/// let pickle = pickle_core::to_vec(&Axis { label: "x".into(), scale: SQRT })?;
/// // In Python: axis.scale is math.sqrt
/// let axis: Axis = UnpickleOptions::new().registry(&registry).from_slice(&pickle)?;
/// assert_eq!((axis.scale)(9.0), 3.0);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Function<F> {
    module: &'static str,
    name: &'static str,
    call: F,
}

impl<F> Function<F> {
    /// The function with this module and qualified name in Python.
    #[must_use]
    pub const fn new(module: &'static str, name: &'static str, call: F) -> Function<F> {
        Function { module, name, call }
    }

    /// The module that Python finds it in.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// Its qualified name there.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// What is called.
impl<F> Deref for Function<F> {
    type Target = F;

    fn deref(&self) -> &F {
        &self.call
    }
}

impl<F> PartialEq for Function<F> {
    fn eq(&self, other: &Self) -> bool {
        (self.module, self.name) == (other.module, other.name)
    }
}

impl<F> Eq for Function<F> {}

impl<F> std::hash::Hash for Function<F> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.module, self.name).hash(state);
    }
}

impl<F> fmt::Debug for Function<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({self})")
    }
}

impl<F> fmt::Display for Function<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.module, self.name)
    }
}

impl<F> Reduce for Function<F> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.dynamic_global(self.module, self.name)
    }
}

impl<'de, F: Clone + 'static> Reconstruct<'de> for Function<F> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_global(
            |registry, module, name| registry?.find_function(module, name),
            || {
                format!(
                    "a registered function of type {}; `Registry::function` registers one",
                    std::any::type_name::<F>()
                )
            },
        )
    }
}

/// The functions of one type, by module and name.
type Functions<F> = FxHashMap<(&'static str, &'static str), Function<F>>;

impl Registry {
    /// Makes a function one of those that a [`Function`] of its type can be read as. Writing needs
    /// no registration.
    pub fn function<F>(&mut self, function: Function<F>) -> &mut Registry
    where
        F: Clone + Send + Sync + 'static,
    {
        let empty = || Box::new(Functions::<F>::default()) as AnyTable;
        let of_type = self.functions.entry(TypeId::of::<F>()).or_insert_with(empty);
        if let Some(functions) = of_type.downcast_mut::<Functions<F>>() {
            functions.insert((function.module, function.name), function);
        }
        self
    }

    fn find_function<F: Clone + 'static>(&self, module: &str, name: &str) -> Option<Function<F>> {
        let functions = self.functions.get(&TypeId::of::<F>())?.downcast_ref::<Functions<F>>()?;
        let functions: &FxHashMap<(&str, &str), Function<F>> = functions;
        functions.get(&(module, name)).cloned()
    }
}
