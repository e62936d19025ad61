//! Cells and locks: what is in them, since Python has no cells.
//!
//! They are also where cycles are closed: what leads back to an object that is still being made is
//! left vacant at first, and filled when the object is complete.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use crate::error::{Error, Result};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

impl<T: Reduce + Copy> Reduce for Cell<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&self.get())
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Cell<T> {
    const STARTS: Starts = T::STARTS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_in_cell().map(Cell::new)
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        if let Some(value) = loader.refill()? {
            self.set(value);
        }
        Ok(())
    }
}

impl<T: ?Sized + Reduce> Reduce for RefCell<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        let value = self.try_borrow().map_err(|_| busy("a RefCell that is mutably borrowed"))?;
        saver.save(&*value)
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for RefCell<T> {
    const STARTS: Starts = T::STARTS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_in_cell().map(RefCell::new)
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        if let Some(value) = loader.refill()? {
            self.replace(value);
        }
        // Also what was filled in: where the root is no pointer, the reference back leads to another
        // one of the same object, whose cells are vacant as well.
        self.borrow().relink(loader)
    }
}

/// A poisoned lock is an error: what it guards may be half changed.
macro_rules! locks {
    ($($lock:ident $read:ident $write:ident;)*) => {$(
        impl<T: ?Sized + Reduce> Reduce for $lock<T> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                let value = self.$read().map_err(|_| busy("a poisoned lock"))?;
                saver.save(&*value)
            }
        }

        impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for $lock<T> {
            const STARTS: Starts = T::STARTS;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                loader.load_in_cell().map($lock::new)
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                if let Some(value) = loader.refill()? {
                    *self.$write().unwrap_or_else(PoisonError::into_inner) = value;
                }
                self.$read().unwrap_or_else(PoisonError::into_inner).relink(loader)
            }
        }
    )*};
}

locks! {
    Mutex lock lock;
    RwLock read write;
}

macro_rules! once {
    ($($cell:ident)*) => {$(
        /// `None` until it is set.
        impl<T: Reduce> Reduce for $cell<T> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.save(&self.get())
            }
        }

        impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for $cell<T> {
            const STARTS: Starts = T::STARTS.or(Starts::NONE.atom());

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                let cell = $cell::new();
                if let Some(value) = loader.load_in_cell()? {
                    let _ = cell.set(value);
                }
                Ok(cell)
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                if self.get().is_none()
                    && let Some(Some(value)) = loader.refill()?
                {
                    let _ = self.set(value);
                }
                self.get().map_or(Ok(()), |value| value.relink(loader))
            }
        }
    )*};
}

once!(OnceCell OnceLock);

#[cold]
fn busy(what: &'static str) -> Error {
    Error::unrepresentable(what, "one that can be read")
}
