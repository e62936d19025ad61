//! `bigdecimal`.

use super::through;
use crate::types;

through! {
    /// A `decimal.Decimal`; infinities and NaN are errors.
    bigdecimal::BigDecimal as types::Decimal, "decimal.Decimal":
        // The crate's own text of a zero lacks the exponent.
        |number| {
            let (digits, scale) = number.as_bigint_and_exponent();
            format!("{digits}E{}", -i128::from(scale)).parse().ok()
        },
        |number| number.as_str().parse().ok();
}
