//! Numbers as policies and requests write them, compared exactly: digit by digit and not as floating point, so that
//! 9007199254740993 is another number than its neighbour.

use std::cmp::Ordering;

/// A decimal number, kept as written: `[+-]digits[.digits][e[+-]digits]`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number<'a> {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: &'a [u8],
    /// Digits behind the point, without trailing zeros.
    fraction: &'a [u8],
    exponent: i64,
}

impl<'a> Number<'a> {
    /// The number that the text writes; `None` where it writes none.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes() {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] | rest => (false, rest),
        };
        let (mantissa, exponent) = match rest.iter().position(|byte| matches!(byte, b'e' | b'E')) {
            Some(at) => (rest.get(..at)?, exponent_of(rest.get(at + 1..)?)?),
            None => (rest, 0),
        };
        let (whole, fraction) = match mantissa.iter().position(|byte| *byte == b'.') {
            Some(at) => (mantissa.get(..at)?, mantissa.get(at + 1..)?),
            None => (mantissa, &[][..]),
        };
        let is_digits = whole.iter().chain(fraction).all(u8::is_ascii_digit);
        if !is_digits || (whole.is_empty() && fraction.is_empty()) {
            return None;
        }
        let leading = whole.iter().take_while(|digit| **digit == b'0').count();
        let trailing = fraction.iter().rev().take_while(|digit| **digit == b'0').count();
        let (whole, fraction) = (whole.get(leading..)?, fraction.get(..fraction.len() - trailing)?);
        Some(Self { negative, whole, fraction, exponent })
    }

    /// Which of the two is greater.
    pub(crate) fn compare(&self, other: &Self) -> Ordering {
        match (self.sign(), other.sign()) {
            (a, b) if a != b => a.cmp(&b),
            (0, _) => Ordering::Equal,
            (-1, _) => other.compare_magnitude(self),
            _ => self.compare_magnitude(other),
        }
    }

    fn sign(&self) -> i8 {
        match self.digits().next() {
            None => 0,
            Some(_) if self.negative => -1,
            Some(_) => 1,
        }
    }

    fn compare_magnitude(&self, other: &Self) -> Ordering {
        self.position().cmp(&other.position()).then_with(|| self.compare_digits(other))
    }

    /// The significant digits, first the greatest. None of zero.
    fn digits(&self) -> impl Iterator<Item = u8> {
        self.whole.iter().chain(self.fraction).copied().skip_while(|digit| *digit == b'0')
    }

    /// Where the first significant digit stands: how many places before the point, or, negative, behind it.
    fn position(&self) -> i64 {
        let places = if self.whole.is_empty() {
            -count(self.fraction.iter().take_while(|digit| **digit == b'0').count())
        } else {
            count(self.whole.len())
        };
        places.saturating_add(self.exponent)
    }

    /// Compares the digits of two numbers whose first digits stand at the same place.
    fn compare_digits(&self, other: &Self) -> Ordering {
        let (mut ours, mut theirs) = (self.digits(), other.digits());
        loop {
            match (ours.next(), theirs.next()) {
                (None, None) => return Ordering::Equal,
                (a, b) => match a.unwrap_or(b'0').cmp(&b.unwrap_or(b'0')) {
                    Ordering::Equal => {}
                    unequal => return unequal,
                },
            }
        }
    }
}

/// The digits of an exponent as a number. One of more than 18 digits is cut at what no mantissa makes up for.
fn exponent_of(text: &[u8]) -> Option<i64> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] | digits => (false, digits),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0_i64, |value, digit| {
        value.saturating_mul(10).saturating_add(i64::from(digit - b'0')).min(1_000_000_000_000_000_000)
    });
    Some(if negative { -value } else { value })
}

fn count(of: usize) -> i64 {
    i64::try_from(of).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compared(a: &str, b: &str) -> Option<Ordering> {
        Some(Number::read(a)?.compare(&Number::read(b)?))
    }

    #[test]
    fn numbers_are_compared_by_value_and_not_by_text() {
        for (less, greater) in [
            ("9", "10"),
            ("-10", "-9"),
            ("-1", "0"),
            ("0", "0.001"),
            ("1.5", "1.50001"),
            ("0.09", "0.1"),
            ("9007199254740992", "9007199254740993"),
            ("1e2", "101"),
            ("1e-3", "0.01"),
            ("-1e400", "1e-400"),
            ("1e400", "1e401"),
            ("99999999999999999999999999", "100000000000000000000000000"),
        ] {
            assert_eq!(compared(less, greater), Some(Ordering::Less), "{less} < {greater}");
            assert_eq!(compared(greater, less), Some(Ordering::Greater), "{greater} > {less}");
        }
    }

    #[test]
    fn one_number_has_many_spellings() {
        for (a, b) in [
            ("10", "10.0"),
            ("010", "10"),
            ("+10", "10"),
            ("-0", "0"),
            ("0.0", ".0"),
            ("1e1", "10"),
            ("1.20", "1.2"),
            ("5.", "5"),
            ("100e-2", "1"),
            ("0e99", "0"),
        ] {
            assert_eq!(compared(a, b), Some(Ordering::Equal), "{a} = {b}");
        }
    }

    #[test]
    fn what_writes_no_number_is_none() {
        for text in
            ["", " 1", "1 ", "abc", "1,5", "0x10", "1.2.3", "-", "+", ".", "e5", "1e", "1e+", "--1", "inf", "NaN", "١"]
        {
            assert!(Number::read(text).is_none(), "{text:?}");
        }
    }
}
