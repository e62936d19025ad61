//! Persistent ids: names for objects that stay outside of the pickle.

use std::any::{Any, TypeId};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::private::IntoConstructed;
use crate::reconstruct::ReconstructOwned;
use crate::reduce::Reduce;
use crate::registry::Registry;
use crate::registry::reducer::unbox;
use crate::unpickler::GraphLoader;

/// How values of one type get their ids and come back by them, with the types forgotten.
pub(super) trait Persistent: Send + Sync {
    /// The id of a value, given itself or behind a shared pointer.
    fn id(&self, value: &dyn Any) -> Option<Box<dyn Reduce>>;
    fn load(&self, loader: &mut GraphLoader<'_, '_, '_>) -> Result<Box<dyn Any>>;
}

struct Hook<F, G, T, I, R> {
    id: F,
    load: G,
    types: PhantomData<fn(T, I) -> R>,
}

impl<F, G, T, I, R> Persistent for Hook<F, G, T, I, R>
where
    T: 'static,
    F: Fn(&T) -> Option<I> + Send + Sync,
    G: Fn(I) -> R + Send + Sync,
    I: Reduce + ReconstructOwned + 'static,
    R: IntoConstructed<T>,
{
    fn id(&self, value: &dyn Any) -> Option<Box<dyn Reduce>> {
        let value = value
            .downcast_ref::<T>()
            .or_else(|| value.downcast_ref::<Rc<T>>().map(|pointer| &**pointer))
            .or_else(|| value.downcast_ref::<Arc<T>>().map(|pointer| &**pointer))?;
        (self.id)(value).map(|id| Box::new(id) as Box<dyn Reduce>)
    }

    fn load(&self, loader: &mut GraphLoader<'_, '_, '_>) -> Result<Box<dyn Any>> {
        let id = loader.load_persistent_id()?;
        let value = (self.load)(id).into_constructed();
        Ok(Box::new(value.map_err(|error| loader.locate(error))?))
    }
}

impl Registry {
    /// Keeps values of one type outside of the pickle: `id` gives the persistent id of a value, or
    /// `None` to pickle it as usual, and `load` finds the value again. It is what `persistent_id`
    /// and `persistent_load` are in Python.
    ///
    /// The type is one that derives [`Reduce`](derive@crate::Reduce), a
    /// [`Value`](crate::Value), or any other in a [`Registered`](crate::Registered). A hook for
    /// `T` is asked for the pointee of an `Rc<T>` or `Arc<T>` too, each time and before the memo
    /// (`save` of `pickle.py`); one for `Rc<T>` itself can give the same pointer back every time.
    ///
    /// An id may be of any type. At protocol 0 it is text: a `str` in ASCII without newlines.
    ///
    /// ```
    /// use pickle_core::{PickleOptions, Reduce, Registry, UnpickleOptions};
    ///
    /// #[derive(Debug, PartialEq, Reduce)]
    /// #[reduce(module = "shop")]
    /// struct Customer { id: u32, name: String }
    ///
    /// let mut registry = Registry::new();
    /// registry.persistent(
    ///     |customer: &Customer| Some(("customer".to_owned(), customer.id)),
    ///     |(table, id): (String, u32)| match (&*table, id) {
    ///         ("customer", 7) => Ok(Customer { id: 7, name: "Ada".to_owned() }),
    ///         _ => Err("no such record"),
    ///     },
    /// );
    /// let ada = Customer { id: 7, name: "Ada".to_owned() };
    /// let pickle = PickleOptions::new().registry(&registry).to_vec(&ada)?;
    /// assert_eq!(&pickle[11..], b"\x8c\x08customerK\x07\x86Q.");
    /// let back: Customer = UnpickleOptions::new().registry(&registry).from_slice(&pickle)?;
    /// assert_eq!(back, ada);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    pub fn persistent<T, I, R>(
        &mut self,
        id: impl Fn(&T) -> Option<I> + Send + Sync + 'static,
        load: impl Fn(I) -> R + Send + Sync + 'static,
    ) -> &mut Registry
    where
        T: 'static,
        I: Reduce + ReconstructOwned + 'static,
        R: IntoConstructed<T> + 'static,
    {
        let hook: Arc<dyn Persistent> =
            Arc::new(Hook::<_, _, T, I, R> { id, load, types: PhantomData });
        self.pointees.insert(TypeId::of::<Rc<T>>(), hook.clone());
        self.pointees.insert(TypeId::of::<Arc<T>>(), hook.clone());
        self.persistent.insert(TypeId::of::<T>(), hook);
        self
    }

    /// The persistent id of a value, if its type has a hook that gives it one.
    pub(crate) fn persistent_id<T: 'static>(&self, value: &T) -> Option<Box<dyn Reduce>> {
        self.persistent.get(&TypeId::of::<T>())?.id(value)
    }

    /// The persistent id of a shared pointer or of its pointee.
    pub(crate) fn persistent_pointer<P: 'static>(&self, pointer: &P) -> Option<Box<dyn Reduce>> {
        let pointee = || self.pointees.get(&TypeId::of::<P>())?.id(pointer);
        self.persistent_id(pointer).or_else(pointee)
    }

    /// Makes a value from the persistent id at which the loader stands; `None` if there is no id,
    /// or no hook for the type.
    pub(super) fn load_persistent<T: 'static>(
        &self,
        loader: &mut GraphLoader<'_, '_, '_>,
    ) -> Option<Result<T>> {
        if !loader.is_persistent_id() {
            return None;
        }
        let value = self.persistent.get(&TypeId::of::<T>())?.load(loader);
        Some(value.and_then(unbox))
    }
}

/// Writes what the hooks of the registry say about values.
impl Saver<'_> {
    /// Writes the persistent id of a value in its place, if it has one.
    #[doc(hidden)]
    pub fn persistent<T: 'static>(&mut self, value: &T) -> Option<Result<()>> {
        let id = self.registry()?.persistent_id(value)?;
        Some(self.persistent_id(&*id))
    }

    /// As [`persistent`](Saver::persistent), for a shared pointer.
    #[doc(hidden)]
    pub fn persistent_pointer<P: 'static>(&mut self, pointer: &P) -> Option<Result<()>> {
        let id = self.registry()?.persistent_pointer(pointer)?;
        Some(self.persistent_id(&*id))
    }
}
