//! Trait objects: which type stands for which class.

use std::any::TypeId;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::global;
use crate::loader::Loader;
use crate::reconstruct::{Reconstruct, ReconstructOwned};
use crate::reduce::DynReduce;
use crate::registry::Registry;
use crate::unpickler::{GraphLoader, Predictive};

/// A trait object that a value of type `T` may be behind.
///
/// [`trait_object!`](crate::trait_object) implements it, for every `T` that implements the trait.
pub trait TraitObject<T>: DynReduce {
    /// Forgets the type of what is in the box.
    fn from_box(value: Box<T>) -> Box<Self>;
    /// Forgets the type of what the pointer points to.
    fn from_rc(value: Rc<T>) -> Rc<Self>;
    /// Forgets the type of what the pointer points to.
    fn from_arc(value: Arc<T>) -> Arc<Self>;
}

/// A pointer to a trait object.
#[doc(hidden)]
pub trait Pointer: Sized {
    /// The trait object.
    type Target: ?Sized + 'static;

    /// How an implementor is made behind such a pointer.
    fn load_of(implementor: Implementor<Self::Target>) -> Load<Self>;
}

/// One function for each route.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "functions have nothing to show")]
pub struct Load<P> {
    pub(crate) predictive: fn(&mut Predictive<'_, '_>) -> Result<P>,
    pub(crate) general: fn(&mut GraphLoader<'_, '_, '_>) -> Result<P>,
}

impl<P> Clone for Load<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for Load<P> {}

impl<P> Load<P> {
    /// Makes a pointer of another type, and then forgets what it points to. So pointers to the
    /// type and pointers to the trait object share what they point to.
    const fn through<Q, C>() -> Load<P>
    where
        Q: ReconstructOwned,
        C: Cast<Q, P>,
    {
        Load {
            predictive: |loader| loader.load().map(C::cast),
            general: |loader| loader.load().map(C::cast),
        }
    }
}

/// How a pointer to a type becomes one to a trait object.
trait Cast<Q, P> {
    fn cast(pointer: Q) -> P;
}

/// How one type is made where a trait object is asked for.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "functions have nothing to show")]
pub struct Implementor<D: ?Sized + 'static> {
    load_box: Load<Box<D>>,
    load_rc: Load<Rc<D>>,
    load_arc: Load<Arc<D>>,
    pub(crate) relink: fn(&D, &mut GraphLoader<'_, '_, '_>) -> Result<()>,
    /// The type, and what it is called.
    id: TypeId,
    name: &'static str,
}

impl<D: ?Sized + 'static> Clone for Implementor<D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D: ?Sized + 'static> Copy for Implementor<D> {}

macro_rules! pointers {
    ($($pointer:ident $load:ident $cast:ident;)*) => {$(
        impl<D: ?Sized + TraitObject<T>, T> Cast<$pointer<T>, $pointer<D>> for (T, $pointer<D>) {
            fn cast(pointer: $pointer<T>) -> $pointer<D> {
                D::$cast(pointer)
            }
        }

        impl<D: ?Sized + 'static> Pointer for $pointer<D> {
            type Target = D;

            fn load_of(implementor: Implementor<D>) -> Load<$pointer<D>> {
                implementor.$load
            }
        }
    )*};
}

pointers! {
    Box load_box from_box;
    Rc load_rc from_rc;
    Arc load_arc from_arc;
}

impl<D: ?Sized + 'static> Implementor<D> {
    fn of<T>() -> Implementor<D>
    where
        T: ReconstructOwned + 'static,
        D: TraitObject<T>,
    {
        Implementor {
            load_box: Load::through::<Box<T>, (T, Box<D>)>(),
            load_rc: Load::through::<Rc<T>, (T, Rc<D>)>(),
            load_arc: Load::through::<Arc<T>, (T, Arc<D>)>(),
            relink: |value, loader| match value.reduce_as_any().downcast_ref() {
                Some(value) => T::relink(value, loader),
                // A hook has put another object in its place.
                None => Ok(()),
            },
            id: TypeId::of::<T>(),
            name: std::any::type_name::<T>(),
        }
    }
}

/// The implementors of one trait.
struct Implementors<D: ?Sized + 'static> {
    all: Vec<Implementor<D>>,
    /// Positions by module and name.
    by_name: FxHashMap<(&'static str, &'static str), usize>,
}

impl<D: ?Sized + 'static> Implementors<D> {
    fn add(&mut self, new: Implementor<D>, classes: &'static [Class]) -> Result<()> {
        for (module, name) in classes.iter().flat_map(Class::names) {
            let known = self.by_name.get(&(module, name)).and_then(|at| self.all.get(*at));
            if let Some(known) = known.filter(|known| known.id != new.id) {
                return Err(Error::custom(format!(
                    "found {} for {module}.{name} as {}, expected another class: it stands for {}",
                    new.name,
                    short::<D>(),
                    known.name
                )));
            }
        }
        let names = classes.iter().flat_map(Class::names);
        self.by_name.extend(names.map(|name| (name, self.all.len())));
        self.all.push(new);
        Ok(())
    }
}

/// The name of a type without the modules of its parts.
pub(crate) fn short<D: ?Sized>() -> String {
    let name = std::any::type_name::<D>();
    let parts = name.split_inclusive(|char: char| !(char.is_alphanumeric() || "_:".contains(char)));
    parts.map(|part| part.rsplit("::").next().unwrap_or(part)).collect()
}

impl Registry {
    /// Makes a type one of those that a trait object can be read as. Writing needs no
    /// registration: a trait object is written as the class of the value behind it, and that
    /// class decides which type is made again.
    ///
    /// ```
    /// use pickle_core::{DynReduce, PickleOptions, Reduce, Registry, UnpickleOptions};
    ///
    /// trait Shape: DynReduce {
    ///     fn area(&self) -> f64;
    /// }
    /// pickle_core::trait_object!(Shape);
    ///
    /// #[derive(Reduce)]
    /// #[reduce(module = "shapes")]
    /// struct Circle { radius: f64 }
    ///
    /// #[derive(Reduce)]
    /// #[reduce(module = "shapes")]
    /// struct Square { side: f64 }
    /// # impl Shape for Circle { fn area(&self) -> f64 { 3.0 * self.radius * self.radius } }
    /// # impl Shape for Square { fn area(&self) -> f64 { self.side * self.side } }
    ///
    /// let mut registry = Registry::new();
    /// registry.implementor::<dyn Shape, Circle>()?.implementor::<dyn Shape, Square>()?;
    ///
    /// let shapes: Vec<Box<dyn Shape>> =
    ///     vec![Box::new(Circle { radius: 1.0 }), Box::new(Square { side: 2.0 })];
    /// let pickle = pickle_core::to_vec(&shapes)?;
    /// // In Python: [<shapes.Circle object>, <shapes.Square object>]
    /// let options = UnpickleOptions::new().registry(&registry);
    /// let back: Vec<Box<dyn Shape>> = options.from_slice(&pickle)?;
    /// assert_eq!(back.iter().map(|shape| shape.area()).sum::<f64>(), 7.0);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    ///
    /// The classes of the type are those of its derive, with their aliases, and the one of its
    /// [registered](Registry::register) reducer. A pickle can name nothing else.
    ///
    /// # Errors
    /// When another type stands for the class already, or when the type has none.
    pub fn implementor<D, T>(&mut self) -> Result<&mut Registry>
    where
        D: ?Sized + TraitObject<T>,
        T: ReconstructOwned + 'static,
    {
        let classes = <T as Reconstruct<'static>>::classes();
        let new = Implementor::<D>::of::<T>();
        if classes.is_empty() && !self.knows::<T>() {
            return Err(Error::custom(format!(
                "found {}, which is an instance of no class, expected a type that derives `Reduce`, \
                 or has `Reconstruct::classes`, or a reducer by `Registry::register`",
                new.name
            )));
        }
        let empty = || Implementors::<D> { all: Vec::new(), by_name: FxHashMap::default() };
        let of_trait =
            self.implementors.entry(TypeId::of::<D>()).or_insert_with(|| Box::new(empty()));
        if let Some(implementors) = of_trait.downcast_mut::<Implementors<D>>() {
            implementors.add(new, classes)?;
        }
        Ok(self)
    }

    /// The type that stands for a class behind a trait object.
    pub(crate) fn find_implementor<D: ?Sized + 'static>(
        &self,
        module: &str,
        name: &str,
        is_old_name: bool,
    ) -> Option<Implementor<D>> {
        let implementors = self.implementors.get(&TypeId::of::<D>())?;
        let Implementors { all, by_name } = implementors.downcast_ref::<Implementors<D>>()?;
        let find = |module: &str, name: &str| {
            let by_name: &FxHashMap<(&str, &str), usize> = by_name;
            all.get(*by_name.get(&(module, name))?).copied()
        };
        let renamed = || {
            let (module, name) = is_old_name.then(|| global::python3_qualname(module, name))?;
            find(module, &name)
        };
        let overridden = || {
            let is_class = |class| {
                Class::find(std::slice::from_ref(class), module, name, is_old_name).is_some()
            };
            all.iter().find(|each| self.class_of(each.id).is_some_and(is_class)).copied()
        };
        find(module, name).or_else(renamed).or_else(overridden)
    }
}
