//! `rust_decimal`.

use super::through;
use crate::types;

through! {
    /// A `decimal.Decimal`. One that has more digits than fit is an error, and is not rounded.
    rust_decimal::Decimal as types::Decimal, "decimal.Decimal":
        |number| number.to_string().parse().ok(),
        |number| {
            let text = number.as_str();
            let exact = rust_decimal::Decimal::from_str_exact(text);
            exact.or_else(|_| rust_decimal::Decimal::from_scientific(text)).ok()
        };
}
