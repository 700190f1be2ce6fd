//! Numbers as people write them: `5,000`, `1.2万`, `０.５`, with signs of Chinese keyboards.

/// A number that somebody wrote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Written {
    /// Its value.
    pub value: f64,
    /// How many decimals were written; 0 behind a word such as 万, which leaves none to tell.
    pub decimals: i32,
}

impl Written {
    /// Reads a whole text: digits, separators of thousands, a decimal point, a sign, and perhaps 万 or 亿.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (digits, unit) = match (text.strip_suffix('万'), text.strip_suffix('亿')) {
            (Some(digits), _) => (digits, 1e4),
            (_, Some(digits)) => (digits, 1e8),
            _ => (text, 1.0),
        };
        let digits = digits.replace(',', "");
        let is_plain = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        let value: f64 = digits.parse().ok().filter(|_| is_plain)?;
        let decimals = digits.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let decimals = if unit > 1.0 { 0 } else { decimals };
        Some(Self { value: value * unit, decimals: i32::try_from(decimals).unwrap_or(0) })
    }

    /// Whether a value is this number, to as many decimals as were written.
    #[must_use]
    pub fn equals(self, value: f64) -> bool {
        let scale = 10_f64.powi(self.decimals);
        ((value * scale).round() - (self.value * scale).round()).abs() < 0.5
    }
}

/// A sign as Chinese keyboards write it, as others do: full-width digits, points, comparisons, spaces.
#[must_use]
pub fn plain_sign(sign: char) -> char {
    match sign {
        '＞' | '〉' => '>',
        '＜' | '〈' => '<',
        '＝' => '=',
        '！' => '!',
        '．' => '.',
        '，' => ',',
        '－' | '−' => '-',
        '＋' => '+',
        '＊' => '*',
        '／' => '/',
        '～' => '~',
        '\u{3000}' => ' ',
        digit @ '０'..='９' => char::from_digit(u32::from(digit) - u32::from('０'), 10).unwrap_or(digit),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, value, decimals) in
            [("5,000", 5000.0, 0), ("1.2万", 12_000.0, 0), ("-0.50", -0.5, 2), ("3亿", 3e8, 0), ("+7", 7.0, 0)]
        {
            assert_eq!(Written::read(text), Some(Written { value, decimals }), "{text}");
        }
        for text in ["", "万", "1e5", "nan", "inf", "1.2.3", "5km", "--1"] {
            assert_eq!(Written::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_equals_what_it_rounds_to() {
        let number = Written::read("12.3").unwrap();
        assert!(number.equals(12.34) && !number.equals(12.36));
    }
}
