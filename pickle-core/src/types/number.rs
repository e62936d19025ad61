//! Numbers: Python's `Decimal`, `Fraction` and `complex`.

use std::fmt;
use std::str::FromStr;

use crate::class::Class;
use crate::error::{Error, Result};
use crate::loader::{Kind, Loader};
use crate::pickler::Saver;
use crate::reconstruct::{Reconstruct, Starts};
use crate::reduce::Reduce;

static DECIMAL: Class = Class::new("decimal", "Decimal");
static FRACTION: Class = Class::new("fractions", "Fraction");
static COMPLEX: Class = Class::new("builtins", "complex").aliases(&[("__builtin__", "complex")]);

/// A decimal number of any length as Python spells it: `decimal.Decimal`.
///
/// It holds text and does no arithmetic; the features `rust_decimal` and `bigdecimal` have types
/// that do. Two decimals are equal when they are spelled alike: `1.50` is not `1.5`.
///
/// ```
/// use pickle_core::types::Decimal;
///
/// let price: Decimal = "19.90".parse()?;
/// assert_eq!(price.as_str(), "19.90");
/// assert_eq!(pickle_core::from_slice::<Decimal>(&pickle_core::to_vec(&price)?)?, price);
/// assert!("19,90".parse::<Decimal>().is_err());
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Decimal(Box<str>);

impl Decimal {
    /// The text, as `str()` gives it in Python.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The numeric strings of `decimal.Decimal`, in ASCII and without underscores.
///
/// # Errors
/// When the text is none.
impl FromStr for Decimal {
    type Err = Error;

    fn from_str(text: &str) -> Result<Decimal> {
        if is_numeric(text) {
            Ok(Decimal(text.into()))
        } else {
            Err(Error::mismatch(format!("{text:?}"), "a decimal number"))
        }
    }
}

/// The grammar in the documentation of Python's `decimal.Decimal`.
fn is_numeric(text: &str) -> bool {
    let text = text.strip_prefix(['+', '-']).unwrap_or(text).to_ascii_lowercase();
    let text = text.as_str();
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((_, payload)) = text.split_once("nan") {
        return (text.starts_with("nan") || text.starts_with("snan")) && are_digits(payload);
    }
    if matches!(text, "inf" | "infinity") {
        return true;
    }
    let (mantissa, exponent) = match text.split_once('e') {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_exponent = |text: &str| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        !digits.is_empty() && are_digits(digits)
    };
    are_digits(whole)
        && are_digits(part)
        && !(whole.is_empty() && part.is_empty())
        && exponent.is_none_or(is_exponent)
}

impl Reduce for Decimal {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&DECIMAL, &(self.as_str(),))
    }
}

impl<'de> Reconstruct<'de> for Decimal {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (text,) = loader.load_call::<(std::borrow::Cow<'de, str>,)>(&DECIMAL)?;
        text.parse().map_err(|error| loader.locate(error))
    }
}

/// A ratio of two integers: `fractions.Fraction`.
///
/// `T` is any integer of Rust, [`Long`](crate::Long), or with the feature `num-bigint` a `BigInt`.
/// Python reduces what it makes to lowest terms; this type takes the terms as they are.
///
/// ```
/// use pickle_core::types::Fraction;
///
/// let third = Fraction { numerator: 1i64, denominator: 3 };
/// assert_eq!(pickle_core::from_slice::<Fraction<i64>>(&pickle_core::to_vec(&third)?)?, third);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fraction<T> {
    /// What is divided; it bears the sign.
    pub numerator: T,
    /// What it is divided by.
    pub denominator: T,
}

/// As `1/3`, or `2` if the denominator is shown as `1`.
impl<T: fmt::Display> fmt::Display for Fraction<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.denominator.to_string().as_str() {
            "1" => self.numerator.fmt(f),
            denominator => write!(f, "{}/{denominator}", self.numerator),
        }
    }
}

/// By its two terms, which every version takes; before 3.12 Python itself writes text.
impl<T: Reduce> Reduce for Fraction<T> {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&FRACTION, &(&self.numerator, &self.denominator))
    }
}

/// From two terms, or the text of the versions before 3.12.
impl<'de, T: Reconstruct<'de> + FromStr> Reconstruct<'de> for Fraction<T> {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let mut object = loader.begin_object(&FRACTION)?;
        loader.begin_args(&mut object, 1)?;
        loader.next_arg(&mut object)?;
        let fraction = if loader.peek()? == Kind::Str {
            let text = loader.load_str()?;
            parse(&text).ok_or_else(|| loader.mismatch("two integers, as \"1/3\""))?
        } else {
            let numerator = loader.load()?;
            if !loader.more_args(&mut object)? {
                return Err(loader.mismatch("numerator and denominator"));
            }
            Fraction { numerator, denominator: loader.load()? }
        };
        loader.end_args(&mut object)?;
        loader.end_object(object)?;
        Ok(fraction)
    }
}

fn parse<T: FromStr>(text: &str) -> Option<Fraction<T>> {
    let (numerator, denominator) = text.split_once('/').unwrap_or((text, "1"));
    let term = |text: &str| text.parse().ok();
    Some(Fraction { numerator: term(numerator)?, denominator: term(denominator)? })
}

/// A complex number: Python's `complex`. The feature `num-complex` has one that calculates.
///
/// ```
/// use pickle_core::types::Complex;
///
/// let i = Complex { re: 0.0, im: 1.0 };
/// assert_eq!(pickle_core::from_slice::<Complex>(&pickle_core::to_vec(&i)?)?, i);
/// # Ok::<(), pickle_core::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

/// As `str()` of it in Python, nearly.
impl fmt::Display for Complex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}{:+}j)", self.re, self.im)
    }
}

impl Reduce for Complex {
    fn reduce(&self, saver: &mut Saver<'_>) -> Result<()> {
        saver.save_call(&COMPLEX, &(self.re, self.im))
    }
}

impl<'de> Reconstruct<'de> for Complex {
    const STARTS: Starts = Starts::OBJECT;

    fn reconstruct<L: Loader<'de>>(loader: &mut L) -> Result<Self> {
        let (re, im) = loader.load_call(&COMPLEX)?;
        Ok(Complex { re, im })
    }
}

#[cfg(test)]
mod tests {
    use super::is_numeric;

    /// Expected values: `decimal.Decimal(text)` in CPython 3.13.
    #[test]
    fn decimals_are_those_of_python() {
        for text in
            ["0", "-0", "+1.", ".5", "1e5", "1E+5", "0e-12", "Infinity", "-inf", "NaN", "sNaN12"]
        {
            assert!(is_numeric(text), "{text}");
        }
        for text in ["", "-", ".", "e5", "1e", "1e+", "1.2.3", "x", "nanx", "xnan", "infin", "--1"]
        {
            assert!(!is_numeric(text), "{text}");
        }
    }
}
