//! The types of other crates, each behind the feature of its crate's name.
//!
//! Each goes through the plain type of its Python class: it can be a field of a record, and be
//! converted from and to the plain type.

#[cfg(feature = "bigdecimal")]
mod bigdecimal;
#[cfg(feature = "bytes")]
mod bytes;
#[cfg(feature = "chrono")]
mod chrono;
#[cfg(feature = "half")]
mod half;
#[cfg(feature = "indexmap")]
mod indexmap;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(feature = "num-bigint")]
mod num_bigint;
#[cfg(feature = "num-complex")]
mod num_complex;
#[cfg(feature = "rust_decimal")]
mod rust_decimal;
#[cfg(feature = "uuid")]
mod uuid;

/// Conversions between a foreign type and a plain one, and its pickles by way of that.
///
/// Both closures return an `Option`; the string says of which values one is left with `None`.
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "num-complex",
    feature = "rust_decimal",
    feature = "uuid"
))]
macro_rules! through {
    ($($(#[$docs:meta])* $theirs:ty as $plain:ty, $name:literal: $to:expr, $from:expr;)*) => {$(
        /// # Errors
        /// When Python has no such value.
        impl TryFrom<&$theirs> for $plain {
            type Error = crate::Error;

            fn try_from(value: &$theirs) -> crate::Result<$plain> {
                let to: fn(&$theirs) -> Option<$plain> = $to;
                to(value).ok_or_else(|| {
                    crate::Error::unrepresentable(format!("{value:?}"), concat!("one that ", $name, " has"))
                })
            }
        }

        /// # Errors
        /// When the other type has no such value.
        impl TryFrom<$plain> for $theirs {
            type Error = crate::Error;

            fn try_from(value: $plain) -> crate::Result<$theirs> {
                let from: fn(&$plain) -> Option<$theirs> = $from;
                from(&value).ok_or_else(|| {
                    crate::Error::mismatch(
                        format!(concat!($name, " {}"), value),
                        concat!("one that ", stringify!($theirs), " has"),
                    )
                })
            }
        }

        $(#[$docs])*
        impl crate::Reduce for $theirs {
            fn reduce(&self, saver: &mut crate::Saver<'_>) -> crate::Result<()> {
                saver.save(&<$plain>::try_from(self)?)
            }
        }

        impl<'de> crate::Reconstruct<'de> for $theirs {
            const STARTS: crate::Starts = crate::Starts::OBJECT;

            fn reconstruct<L: crate::Loader<'de>>(loader: &mut L) -> crate::Result<Self> {
                let plain: $plain = loader.load()?;
                <$theirs>::try_from(plain).map_err(|error| loader.locate(error))
            }
        }
    )*};
}
#[cfg(any(
    feature = "bigdecimal",
    feature = "chrono",
    feature = "jiff",
    feature = "num-complex",
    feature = "rust_decimal",
    feature = "uuid"
))]
use through;
