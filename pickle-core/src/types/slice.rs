//! Ranges and slices with all their parts: Python's `range` and `slice`.

use crate::class::Class;
use crate::error::Result;
use crate::impls::range::{RANGE, SLICE};
use crate::loader::Loader;
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

macro_rules! three_parts {
    ($($(#[$docs:meta])* $name:ident<$t:ident> [$part:ty] by $class:ident;)*) => {$(
        $(#[$docs])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name<$t = i64> {
            /// The first index.
            pub start: $part,
            /// The index before which it ends.
            pub stop: $part,
            /// From one index to the next.
            pub step: $part,
        }

        impl<$t: Reduce> Reduce for $name<$t> {
            fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
                let class: &'static Class = &$class;
                saver.save_call(class, &(&self.start, &self.stop, &self.step))
            }
        }

        impl<'de, $t: Reconstruct<'de>> Reconstruct<'de> for $name<$t> {
            const STARTS: Starts = Starts::OBJECT;

            fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
                let (start, stop, step) = loader.load_call(&$class)?;
                Ok($name { start, stop, step })
            }
        }
    )*};
}

three_parts! {
    /// Integers with any step: `range`, Python 2's `xrange`. With step 1 it is a
    /// [`std::ops::Range`].
    ///
    /// ```
    /// use pickle_core::types::Range;
    ///
    /// let down = Range { start: 10, stop: 0, step: -2 };
    /// assert_eq!(pickle_core::from_slice::<Range>(&pickle_core::to_vec(&down)?)?, down);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    Range<T> [T] by RANGE;
    /// What is between the brackets of `items[start:stop:step]`: `slice`.
    ///
    /// ```
    /// use pickle_core::types::Slice;
    ///
    /// let reversed: Slice = Slice { start: None, stop: None, step: Some(-1) };
    /// assert_eq!(pickle_core::from_slice::<Slice>(&pickle_core::to_vec(&reversed)?)?, reversed);
    /// # Ok::<(), pickle_core::Error>(())
    /// ```
    Slice<T> [Option<T>] by SLICE;
}
