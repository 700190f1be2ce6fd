//! Numbers of JSON as doubles, correctly rounded.

/// Powers of ten that a double holds exactly.
const POWERS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// Reads the JSON number at the start of `text`: its value and its length in bytes. `None` when the grammar is broken:
/// no `+1`, `.5`, `1.`, `01`, `NaN`. The value may be infinite (`1e400`).
///
/// Short numbers take the exact path of Clinger ("How to read floating point numbers accurately", 1990): a whole
/// number below 2^53 divided by a power of ten up to 10^22 is rounded once, so it is right. The rest goes to
/// fast-float2.
#[inline]
pub(super) fn number(text: &[u8]) -> Option<(f64, usize)> {
    let negative = text.first() == Some(&b'-');
    let whole = usize::from(negative);
    let mut at = whole;
    let mut mantissa: u64 = 0;
    digits(text, &mut at, &mut mantissa);
    let mut count = at - whole;
    if count == 0 || (count > 1 && text[whole] == b'0') {
        return None;
    }
    let mut decimals = 0;
    if text.get(at) == Some(&b'.') {
        at += 1;
        let start = at;
        digits(text, &mut at, &mut mantissa);
        decimals = at - start;
        count += decimals;
        if decimals == 0 {
            return None;
        }
    }
    if matches!(text.get(at), Some(b'e' | b'E')) {
        return with_exponent(text, at);
    }
    // Up to 19 digits, the mantissa has not overflowed.
    if count <= 19 && mantissa <= 1 << 53 && decimals < POWERS.len() {
        #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
        let value = mantissa as f64 / POWERS[decimals];
        return Some((if negative { -value } else { value }, at));
    }
    Some((fast_float2::parse(&text[..at]).ok()?, at))
}

/// Takes digits into the mantissa, which wraps when there are too many.
#[inline]
fn digits(text: &[u8], at: &mut usize, mantissa: &mut u64) {
    while let Some(&byte) = text.get(*at) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        *mantissa = mantissa.wrapping_mul(10).wrapping_add(u64::from(digit));
        *at += 1;
    }
}

/// A number with an exponent that starts at `at`.
#[cold]
fn with_exponent(text: &[u8], mut at: usize) -> Option<(f64, usize)> {
    at += 1;
    at += usize::from(matches!(text.get(at), Some(b'+' | b'-')));
    let start = at;
    digits(text, &mut at, &mut 0);
    if at == start {
        return None;
    }
    Some((fast_float2::parse(&text[..at]).ok()?, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_of_json_are_read() {
        for (text, value, length) in [
            ("0", 0.0, 1),
            ("-0", -0.0, 2),
            ("120.7293899,", 120.729_389_9, 11),
            ("1e3]", 1000.0, 3),
            ("1.5E+2", 150.0, 6),
            ("1e-7 ", 1e-7, 4),
            ("0.1234567890123456789012345", 0.123_456_789_012_345_68, 27),
            ("9007199254740993", 9_007_199_254_740_992.0, 16),
            ("1e400", f64::INFINITY, 5),
        ] {
            assert_eq!(number(text.as_bytes()), Some((value, length)), "{text}");
        }
    }

    #[test]
    fn what_json_calls_no_number_is_refused() {
        for text in ["", "-", "+1", ".5", "1.", "01", "-01", "1e", "1e+", "NaN", "Infinity", "-Infinity", "1.e5", "0x1"]
        {
            let whole = number(text.as_bytes()).filter(|&(_, length)| length == text.len());
            assert_eq!(whole, None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_double_comes_back_to_the_bit(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let text = zmij::Buffer::new().format_finite(value).to_owned();
            let (back, length) = number(text.as_bytes()).unwrap();
            prop_assert_eq!((back.to_bits(), length), (value.to_bits(), text.len()));
        }

        #[test]
        fn decimals_are_rounded_as_the_standard_library_does(text in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?") {
            let (value, length) = number(text.as_bytes()).unwrap();
            prop_assert_eq!((value.to_bits(), length), (text.parse::<f64>().unwrap().to_bits(), text.len()));
        }
    }
}
