//! The order of hashable values: by kind, and numbers by what they are worth.

use std::cmp::Ordering;

use num_bigint::BigInt;

use super::compat::HashableValue;
use crate::stack::deeper;

/// A number of any type.
enum Number<'v> {
    Small(i64),
    Large(&'v BigInt),
    Float(f64),
}

impl HashableValue {
    fn number(&self) -> Option<Number<'_>> {
        match self {
            HashableValue::Bool(bool) => Some(Number::Small(i64::from(*bool))),
            HashableValue::I64(number) => Some(Number::Small(*number)),
            HashableValue::Int(number) => Some(Number::Large(number)),
            HashableValue::F64(number) => Some(Number::Float(*number)),
            _ => None,
        }
    }

    /// Where values of this kind are among all.
    fn rank(&self) -> u8 {
        match self {
            HashableValue::None => 0,
            HashableValue::Bool(_)
            | HashableValue::I64(_)
            | HashableValue::Int(_)
            | HashableValue::F64(_) => 1,
            HashableValue::Bytes(_) => 2,
            HashableValue::String(_) => 3,
            HashableValue::FrozenSet(_) => 4,
            HashableValue::Tuple(_) => 5,
        }
    }
}

impl Ord for HashableValue {
    fn cmp(&self, other: &HashableValue) -> Ordering {
        if let (Some(a), Some(b)) = (self.number(), other.number()) {
            return a.compare(&b);
        }
        match (self, other) {
            (HashableValue::Bytes(a), HashableValue::Bytes(b)) => a.cmp(b),
            (HashableValue::String(a), HashableValue::String(b)) => a.cmp(b),
            (HashableValue::FrozenSet(a), HashableValue::FrozenSet(b)) => deeper(|| a.cmp(b)),
            (HashableValue::Tuple(a), HashableValue::Tuple(b)) => deeper(|| a.cmp(b)),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for HashableValue {
    fn partial_cmp(&self, other: &HashableValue) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for HashableValue {
    fn eq(&self, other: &HashableValue) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for HashableValue {}

impl Number<'_> {
    fn compare(&self, other: &Number<'_>) -> Ordering {
        match (self, other) {
            (Number::Small(a), Number::Small(b)) => a.cmp(b),
            (Number::Float(a), Number::Float(b)) => {
                // NaN is behind all numbers, and like itself, or a tree could not find it again.
                a.partial_cmp(b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
            }
            (Number::Float(a), b) => with_float(*a, b).reverse(),
            (a, Number::Float(b)) => with_float(*b, a),
            (a, b) => a.to_big().cmp(&b.to_big()),
        }
    }

    fn to_big(&self) -> BigInt {
        match self {
            Number::Small(number) => BigInt::from(*number),
            Number::Large(number) => BigInt::clone(number),
            Number::Float(number) => floor(*number),
        }
    }
}

/// Compares an integer with a float.
fn with_float(float: f64, integer: &Number<'_>) -> Ordering {
    if !float.is_finite() {
        return if float == f64::NEG_INFINITY { Ordering::Greater } else { Ordering::Less };
    }
    // An integer that is equal to what is below the float is less than it, if it has a fraction.
    integer.to_big().cmp(&floor(float)).then(if float.fract() == 0.0 {
        Ordering::Equal
    } else {
        Ordering::Less
    })
}

/// The largest integer that is not above a finite float.
fn floor(float: f64) -> BigInt {
    const FRACTION: u64 = (1 << 52) - 1;
    let float = float.floor();
    let bits = float.to_bits();
    let exponent = i32::try_from(bits >> 52 & 0x7ff).unwrap_or_default() - 1075;
    let significand = BigInt::from(bits & FRACTION | (FRACTION + 1));
    let magnitude = match u32::try_from(exponent) {
        _ if float == 0.0 => BigInt::from(0),
        Ok(shift) => significand << shift,
        Err(_) => significand >> exponent.unsigned_abs(),
    };
    if float < 0.0 { -magnitude } else { magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_what_they_are_worth() {
        let power = |shift: u32| BigInt::from(1) << shift;
        let big = |shift| HashableValue::Int(power(shift));
        let float = HashableValue::F64;
        let ordered = [
            HashableValue::None,
            float(f64::NEG_INFINITY),
            HashableValue::Int(-power(80)),
            float(-1.5),
            HashableValue::I64(-1),
            float(-0.5),
            HashableValue::Bool(false),
            float(0.5),
            HashableValue::I64(1),
            float(1.5),
            HashableValue::I64(i64::MAX),
            float(9_223_372_036_854_775_808.0),
            big(70),
            float(1.1805916207174116e21),
            float(f64::MAX),
            big(2000),
            float(f64::INFINITY),
            float(f64::NAN),
            HashableValue::Bytes(vec![]),
            HashableValue::String(String::new()),
            HashableValue::FrozenSet([].into()),
            HashableValue::Tuple(vec![]),
        ];
        for (i, a) in ordered.iter().enumerate() {
            for (j, b) in ordered.iter().enumerate() {
                assert_eq!(a.cmp(b), i.cmp(&j), "{a:?} and {b:?}");
            }
        }
        let equal = [
            (HashableValue::Bool(true), float(1.0)),
            (float(0.0), float(-0.0)),
            (big(70), float(1_180_591_620_717_411_303_424.0)),
            (HashableValue::I64(-3), float(-3.0)),
        ];
        for (a, b) in equal {
            assert_eq!(a, b);
        }
    }
}
