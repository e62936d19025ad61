//! Rust types that are items of an array.

use super::dtype::{ByteOrder, Dtype, Type};
use crate::private::Sealed;
use crate::types::Complex;

/// A Rust type that a dtype of numbers or bools stands for. The trait is sealed.
pub trait Element: Copy + Sealed {
    /// The dtype of such items, little endian.
    fn dtype() -> Dtype;

    /// The item from its bytes in this order; `None` if they are too few or too many.
    fn from_bytes(bytes: &[u8], order: ByteOrder) -> Option<Self>;

    /// Appends the bytes of the item, little endian.
    fn append_to(self, bytes: &mut Vec<u8>);
}

macro_rules! elements {
    ($($t:ty as $kind:ident;)*) => {$(
        impl Element for $t {
            fn dtype() -> Dtype {
                Dtype::new(Type::$kind, size_of::<$t>())
            }

            #[inline]
            fn from_bytes(bytes: &[u8], order: ByteOrder) -> Option<$t> {
                let bytes = bytes.try_into().ok()?;
                Some(match order {
                    ByteOrder::Big => <$t>::from_be_bytes(bytes),
                    _ => <$t>::from_le_bytes(bytes),
                })
            }

            #[inline]
            fn append_to(self, bytes: &mut Vec<u8>) {
                bytes.extend_from_slice(&self.to_le_bytes());
            }
        }
    )*};
}

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

    #[inline]
    fn from_bytes(bytes: &[u8], _order: ByteOrder) -> Option<bool> {
        match bytes {
            [byte] => Some(*byte != 0),
            _ => None,
        }
    }

    #[inline]
    fn append_to(self, bytes: &mut Vec<u8>) {
        bytes.push(u8::from(self));
    }
}

impl Element for Complex {
    fn dtype() -> Dtype {
        Dtype::new(Type::Complex, 16)
    }

    #[inline]
    fn from_bytes(bytes: &[u8], order: ByteOrder) -> Option<Complex> {
        let (re, im) = bytes.split_at_checked(8)?;
        Some(Complex { re: f64::from_bytes(re, order)?, im: f64::from_bytes(im, order)? })
    }

    #[inline]
    fn append_to(self, bytes: &mut Vec<u8>) {
        self.re.append_to(bytes);
        self.im.append_to(bytes);
    }
}
