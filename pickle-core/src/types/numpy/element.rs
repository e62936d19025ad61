//! Rust types that are items of an array.

use super::dtype::{ByteOrder, Dtype, Type};
use crate::private::Sealed;
use crate::types::Complex;

/// A Rust type that a dtype of numbers or bools stands for. The trait is sealed.
pub trait Element: Copy + Sealed {
    /// The dtype of such items, little endian.
    fn dtype() -> Dtype;

    /// The items whose bytes lie side by side in this order; `None` if the last one lacks some.
    fn vec_from_bytes(bytes: &[u8], order: ByteOrder) -> Option<Vec<Self>>;

    /// Appends the bytes of the items, little endian.
    fn append_to(items: &[Self], bytes: &mut Vec<u8>);
}

/// An [`Element`] whose bytes are an array, so that a vector of them is made by one loop over whole
/// items, which the compiler makes a copy of memory where the orders agree.
macro_rules! elements {
    ($($t:ty as $kind:ident;)*) => {$(
        impl $crate::types::numpy::Element for $t {
            fn dtype() -> $crate::types::numpy::Dtype {
                use $crate::types::numpy::{Dtype, Type};
                Dtype::new(Type::$kind, size_of::<$t>())
            }

            fn vec_from_bytes(
                bytes: &[u8],
                order: $crate::types::numpy::ByteOrder,
            ) -> Option<Vec<$t>> {
                use $crate::types::numpy::ByteOrder;
                let (items, rest) = bytes.as_chunks();
                rest.is_empty().then(|| match order {
                    ByteOrder::Big => items.iter().map(|item| <$t>::from_be_bytes(*item)).collect(),
                    _ => items.iter().map(|item| <$t>::from_le_bytes(*item)).collect(),
                })
            }

            fn append_to(items: &[$t], bytes: &mut Vec<u8>) {
                let start = bytes.len();
                bytes.resize(start + size_of_val(items), 0);
                let (_, room) = bytes.split_at_mut(start);
                for (place, item) in room.as_chunks_mut().0.iter_mut().zip(items) {
                    *place = item.to_le_bytes();
                }
            }
        }
    )*};
}
#[cfg(feature = "half")]
pub(in crate::types) use elements;

elements! {
    i8 as Int;
    i16 as Int;
    i32 as Int;
    i64 as Int;
    u8 as Uint;
    u16 as Uint;
    u32 as Uint;
    u64 as Uint;
    f32 as Float;
    f64 as Float;
}

// Integers are sealed as such.
impl Sealed for f32 {}
impl Sealed for f64 {}
impl Sealed for bool {}
impl Sealed for Complex {}

impl Element for bool {
    fn dtype() -> Dtype {
        Dtype::new(Type::Bool, 1)
    }

    fn vec_from_bytes(bytes: &[u8], _order: ByteOrder) -> Option<Vec<bool>> {
        Some(bytes.iter().map(|byte| *byte != 0).collect())
    }

    fn append_to(items: &[bool], bytes: &mut Vec<u8>) {
        bytes.extend(items.iter().map(|item| u8::from(*item)));
    }
}

impl Element for Complex {
    fn dtype() -> Dtype {
        Dtype::new(Type::Complex, 16)
    }

    fn vec_from_bytes(bytes: &[u8], order: ByteOrder) -> Option<Vec<Complex>> {
        pairs_from_bytes(bytes, order, |re, im| Complex { re, im })
    }

    fn append_to(items: &[Complex], bytes: &mut Vec<u8>) {
        for item in items {
            f64::append_to(&[item.re, item.im], bytes);
        }
    }
}

/// Complex numbers, whose two parts lie side by side.
pub(in crate::types) fn pairs_from_bytes<T: Element, P>(
    bytes: &[u8],
    order: ByteOrder,
    pair: impl Fn(T, T) -> P,
) -> Option<Vec<P>> {
    let parts = T::vec_from_bytes(bytes, order)?;
    let (pairs, rest) = parts.as_chunks();
    rest.is_empty().then(|| pairs.iter().map(|[re, im]| pair(*re, *im)).collect())
}
