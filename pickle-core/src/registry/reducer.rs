//! Reducers and constructors for types one does not own.

use std::any::{Any, TypeId};

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::{Arguments, Loader};
use crate::pickler::Saver;
use crate::private::IntoConstructed;
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::unpickler::{GraphLoader, Predictive};

/// How one type is reduced and made again, with the types of its arguments forgotten.
pub(super) trait Reducer: Send + Sync {
    /// What it calls.
    fn class(&self) -> &'static Class;
    fn reduce(&self, value: &dyn Any, saver: &mut Saver<'_>) -> Result<()>;
    fn load_predictive(&self, loader: &mut Predictive<'_, '_>) -> Result<Box<dyn Any>>;
    fn load_general(&self, loader: &mut GraphLoader<'_, '_, '_>) -> Result<Box<dyn Any>>;
}

struct Entry<F, G> {
    class: &'static Class,
    reducer: F,
    constructor: G,
}

impl<F, G> Entry<F, G> {
    fn load<'de, T, A, R, L>(&self, loader: &mut L) -> Result<Box<dyn Any>>
    where
        T: 'static,
        A: Arguments<'de>,
        G: Fn(A) -> R,
        R: IntoConstructed<T>,
        L: Loader<'de>,
    {
        let arguments = loader.load_call(self.class)?;
        let value = (self.constructor)(arguments).into_constructed();
        Ok(Box::new(value.map_err(|error| loader.locate(error))?))
    }
}

/// An entry with the types that the traits above do not mention.
struct Typed<F, G, T, A, R>(Entry<F, G>, std::marker::PhantomData<fn(T, A) -> R>);

impl<F, G, T, A, R> Reducer for Typed<F, G, T, A, R>
where
    T: 'static,
    F: Fn(&T) -> A + Send + Sync,
    G: Fn(A) -> R + Send + Sync,
    A: Reduce + for<'de> Arguments<'de>,
    R: IntoConstructed<T>,
{
    fn class(&self) -> &'static Class {
        self.0.class
    }

    fn reduce(&self, value: &dyn Any, saver: &mut Saver<'_>) -> Result<()> {
        let value = value.downcast_ref::<T>().ok_or_else(wrong_type::<T>)?;
        let arguments = (self.0.reducer)(value);
        if <A as Arguments<'static>>::COUNT == 0 {
            // As a value, the unit type is `None`.
            let mut call = saver.begin_call(self.0.class, 0)?;
            saver.end_call(&mut call)?;
            return saver.end_object(call);
        }
        saver.save_call(self.0.class, &arguments)
    }

    fn load_predictive(&self, loader: &mut Predictive<'_, '_>) -> Result<Box<dyn Any>> {
        self.0.load::<T, A, R, _>(loader)
    }

    fn load_general(&self, loader: &mut GraphLoader<'_, '_, '_>) -> Result<Box<dyn Any>> {
        self.0.load::<T, A, R, _>(loader)
    }
}

#[cold]
pub(super) fn wrong_type<T>() -> Error {
    Error::custom(format!("the registry's reducer is for {}", std::any::type_name::<T>()))
}

impl Registry {
    /// Registers how values of one type become a call of a Python class, and how the arguments of
    /// that call become a value again. The constructor may return a value or a result.
    pub fn register<T, A, R>(
        &mut self,
        class: &'static Class,
        reducer: impl Fn(&T) -> A + Send + Sync + 'static,
        constructor: impl Fn(A) -> R + Send + Sync + 'static,
    ) -> &mut Registry
    where
        T: 'static,
        A: Reduce + for<'de> Arguments<'de> + 'static,
        R: IntoConstructed<T> + 'static,
    {
        let entry = Entry { class, reducer, constructor };
        let entry = Typed::<_, _, T, A, R>(entry, std::marker::PhantomData);
        self.reducers.insert(TypeId::of::<T>(), Box::new(entry));
        self
    }

    /// Whether there is a reducer for this very type.
    #[must_use]
    pub fn knows<T: 'static>(&self) -> bool {
        self.reducers.contains_key(&TypeId::of::<T>())
    }

    /// The class that the reducer for this type calls, if there is one.
    pub(super) fn class_of(&self, id: TypeId) -> Option<&'static Class> {
        self.reducers.get(&id).map(|reducer| reducer.class())
    }

    /// Writes a value by its registered reducer; `None` if its type has none.
    pub(crate) fn reduce<T: 'static>(
        &self,
        value: &T,
        saver: &mut Saver<'_>,
    ) -> Option<Result<()>> {
        self.reducers.get(&TypeId::of::<T>()).map(|reducer| reducer.reduce(value, saver))
    }

    /// Makes a value by its registered constructor; `None` if its type has none.
    pub(crate) fn load_predictive<T: 'static>(
        &self,
        loader: &mut Predictive<'_, '_>,
    ) -> Option<Result<T>> {
        let reducer = self.reducers.get(&TypeId::of::<T>())?;
        Some(reducer.load_predictive(loader).and_then(unbox))
    }

    /// As [`load_predictive`](Registry::load_predictive), on the other route.
    pub(crate) fn load_general<T: 'static>(
        &self,
        loader: &mut GraphLoader<'_, '_, '_>,
    ) -> Option<Result<T>> {
        if let Some(value) = self.load_persistent(loader) {
            return Some(value);
        }
        let reducer = self.reducers.get(&TypeId::of::<T>())?;
        Some(reducer.load_general(loader).and_then(unbox))
    }
}

pub(super) fn unbox<T: 'static>(value: Box<dyn Any>) -> Result<T> {
    value.downcast::<T>().map(|value| *value).map_err(|_| wrong_type::<T>())
}
