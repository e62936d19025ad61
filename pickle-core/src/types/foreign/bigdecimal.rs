//! `bigdecimal`.

use super::through;
use crate::types;

through! {
    /// A `decimal.Decimal`; infinities and NaN are errors.
    bigdecimal::BigDecimal as types::Decimal, "decimal.Decimal":
        |number| number.to_scientific_notation().parse().ok(),
        |number| number.as_str().parse().ok();
}
