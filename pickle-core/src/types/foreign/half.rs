//! `half`: NumPy's `float16`.

use half::f16;

use crate::private::Sealed;
use crate::types::numpy::{ByteOrder, Dtype, Element, Type};

impl Sealed for f16 {}

impl Element for f16 {
    fn dtype() -> Dtype {
        Dtype::new(Type::Float, 2)
    }

    fn from_bytes(bytes: &[u8], order: ByteOrder) -> Option<f16> {
        let bytes = bytes.try_into().ok()?;
        Some(if order == ByteOrder::Big {
            f16::from_be_bytes(bytes)
        } else {
            f16::from_le_bytes(bytes)
        })
    }

    fn append_to(self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.to_le_bytes());
    }
}
