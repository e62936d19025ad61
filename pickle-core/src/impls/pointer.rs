//! Pointers: a box is what is in it, as a wrapper is; `Rc` and `Arc` have identity, so that what is
//! shared in Rust is one object in Python, and the other way round.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};
use std::rc::{self, Rc};
use std::sync::{self, Arc};

use crate::error::Result;
use crate::loader::Loader;
use crate::pickler::{LaneWriter, Name, Saver};
use crate::reconstruct::{Pointee, Reconstruct, Starts};
use crate::reduce::Reduce;
use crate::stack::deeper;

impl<T: ?Sized + Reduce> Reduce for &T {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(*self)
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        (**self).reduce_lane(name, lane)
    }
}

impl<T: ?Sized + Reduce> Reduce for &mut T {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&**self)
    }
}

impl<T: ?Sized + Reduce> Reduce for Box<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        deeper(|| saver.save(&**self))
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        deeper(|| (**self).reduce_lane(name, lane))
    }
}

impl<'de, T: ?Sized + Pointee<'de>> Reconstruct<'de> for Box<T> {
    const STARTS: Starts = T::BEGINS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        deeper(|| T::load_box(loader))
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        deeper(|| (**self).relink_pointee(loader))
    }
}

impl<B: ?Sized + ToOwned + Reduce> Reduce for Cow<'_, B> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&**self)
    }
}

/// Borrows from the pickle when it spells the string out.
impl<'de: 'a, 'a> Reconstruct<'de> for Cow<'a, str> {
    const STARTS: Starts = Starts::STR.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_str()
    }
}

/// Borrows from the pickle when it spells the bytes out.
impl<'de: 'a, 'a> Reconstruct<'de> for Cow<'a, [u8]> {
    const STARTS: Starts = Starts::BYTES.atom();

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load_bytes()
    }
}

/// Owned, since the pickle has no path to borrow.
impl<'de> Reconstruct<'de> for Cow<'_, Path> {
    const STARTS: Starts = PathBuf::STARTS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load::<PathBuf>().map(Cow::Owned)
    }
}

impl<T: Reduce> Reduce for Reverse<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save(&self.0)
    }

    #[inline]
    fn reduce_lane(&self, name: Name, lane: &mut LaneWriter<'_, '_>) -> Result<()> {
        self.0.reduce_lane(name, lane)
    }
}

impl<'de, T: Reconstruct<'de>> Reconstruct<'de> for Reverse<T> {
    const STARTS: Starts = T::STARTS;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        loader.load().map(Reverse)
    }

    fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
        self.0.relink(loader)
    }
}

macro_rules! shared {
    ($pointer:ident, $weak:path, $load:ident, $dangling:ident) => {
        /// One object for each pointee, however many pointers there are.
        impl<T: ?Sized + Reduce + 'static> Reduce for $pointer<T> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                if let Some(result) = saver.persistent_pointer(self) {
                    return result;
                }
                if $pointer::strong_count(self) == 1 && $pointer::weak_count(self) == 0 {
                    return deeper(|| saver.save(&**self));
                }
                let address = $pointer::as_ptr(self).cast::<()>();
                deeper(|| saver.shared(address, || Box::new(self.clone()), &**self))
            }
        }

        /// One pointee for each object, however many references there are.
        impl<'de, T: ?Sized + Pointee<'de> + 'static> Reconstruct<'de> for $pointer<T> {
            const STARTS: Starts = T::BEGINS;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                if let Some(result) = loader.overridden::<Self>() {
                    return result;
                }
                deeper(|| T::$load(loader))
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                if loader.is_persistent_id() || !loader.first_visit::<Self>() {
                    return Ok(());
                }
                deeper(|| (**self).relink_pointee(loader))
            }
        }

        /// The object that the strong pointers point to, or `None` when there is none left.
        impl<T: ?Sized + Reduce + 'static> Reduce for $weak {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                saver.save(&self.upgrade())
            }
        }

        /// Points to an object that strong pointers keep; on its own it dangles. Rust has no weak
        /// pointer to nothing of type `dyn Trait`, so `None` needs an `Option` around such a one.
        impl<'de, T: ?Sized + Pointee<'de> + 'static> Reconstruct<'de> for $weak {
            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                if let Some(dangling) = T::$dangling()
                    && loader.take_none()?
                {
                    return Ok(dangling);
                }
                loader.load().map(|strong: $pointer<T>| $pointer::downgrade(&strong))
            }

            fn absent() -> Option<Self> {
                T::$dangling()
            }

            fn vacant() -> Option<Self> {
                T::$dangling()
            }

            fn relink<L: Loader<'de>>(&self, loader: &mut L) -> Result<()> {
                match self.upgrade() {
                    Some(strong) => Reconstruct::relink(&strong, loader),
                    None => Ok(()),
                }
            }
        }
    };
}

shared!(Rc, rc::Weak<T>, load_rc, dangling_rc);
shared!(Arc, sync::Weak<T>, load_arc, dangling_arc);

impl<'de> Pointee<'de> for str {
    const BEGINS: Starts = Starts::STR.atom();

    fn load_box<L: Loader<'de>>(loader: &mut L) -> Result<Box<str>> {
        loader.load_str().map(|text| text.into_owned().into_boxed_str())
    }
}

impl<'de, T: Reconstruct<'de>> Pointee<'de> for [T] {
    const BEGINS: Starts = <Vec<T> as Reconstruct<'de>>::STARTS;

    fn load_box<L: Loader<'de>>(loader: &mut L) -> Result<Box<[T]>> {
        T::reconstruct_vec(loader).map(Vec::into_boxed_slice)
    }
}
