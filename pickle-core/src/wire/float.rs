//! Floats as Python spells them.

/// The `repr` of a Python float: the shortest digits that read back as the same number, with an
/// exponent below 1e-4 and from 1e16 on.
pub(crate) fn float_repr(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = shortest(value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i16 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    match usize::try_from(exponent) {
        Ok(places) => {
            let (whole, rest) = digits.split_at_checked(places + 1).unwrap_or((&digits, ""));
            let rest = if rest.is_empty() { "0" } else { rest };
            format!("{sign}{whole:0<width$}.{rest}", width = places + 1)
        }
        Err(_) => {
            let zeros = usize::from(exponent.unsigned_abs()) - 1;
            format!("{sign}0.{:0<zeros$}{digits}", "")
        }
    }
}

/// The shortest digits in scientific notation; of two that are equally near, the even ones.
fn shortest(value: f64) -> String {
    let shortest = format!("{value:e}");
    let decimals = shortest
        .split_once('e')
        .and_then(|(mantissa, _)| mantissa.split_once('.'))
        .map_or(0, |(_, decimals)| decimals.len());
    // Numbers of 15 digits are never so near to each other that both stand for one float.
    if decimals >= 15 {
        // Rust takes either of the two that are equally near, but rounds to even at a given number
        // of digits. Next to a power of two, the nearest may stand for another float.
        let even = format!("{value:.decimals$e}");
        if even.parse() == Ok(value) {
            return even;
        }
    }
    shortest
}

#[cfg(test)]
mod tests {
    use super::float_repr;

    /// Expected values: `repr` in CPython 3.13.
    #[test]
    fn float_repr_is_that_of_python() {
        for (value, repr) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (0.1, "0.1"),
            (1e16, "1e+16"),
            (9_999_999_999_999_998.0, "9999999999999998.0"),
            (1e-5, "1e-05"),
            (0.0001, "0.0001"),
            (-0.001_25, "-0.00125"),
            (123_400.0, "123400.0"),
            // Halfway between two candidates.
            (1_048_708.0 / 524_288.0, "2.0002517700195312"),
            (2f64.powi(-44), "5.684341886080802e-14"),
            (1.5e300, "1.5e+300"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
            (f64::NAN, "nan"),
        ] {
            assert_eq!(float_repr(value), repr);
        }
    }
}
