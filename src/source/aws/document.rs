//! Policy documents as IAM sends them, and times as the SDK gives them.

use crate::domain::model::{Name, Time};
use aws_smithy_types::DateTime;
use percent_encoding::percent_decode_str;

/// The document in plain text. IAM encodes documents by RFC 3986: a `+` is a plus (IAM API reference, `GetRolePolicy`).
pub(super) fn decoded(document: &str) -> Name {
    Name::from(percent_decode_str(document).decode_utf8_lossy())
}

/// The moment; `None` for one that no calendar holds.
pub(super) fn time_of(time: &DateTime) -> Option<Time> {
    Time::new(time.secs(), i32::try_from(time.subsec_nanos()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_plus_and_a_stray_percent_stays() {
        assert_eq!(&*decoded("%7B%22a%22%3A%22x+y%20z%C3%BC%22%7D"), "{\"a\":\"x+y zü\"}");
        assert_eq!(&*decoded("100%"), "100%");
        assert_eq!(&*decoded("{\"plain\":1}"), "{\"plain\":1}");
    }

    #[test]
    fn times_keep_their_fraction() {
        let time = DateTime::from_secs_and_nanos(1_700_000_000, 500_000_000);
        assert_eq!(time_of(&time).map(|t| t.to_string()).as_deref(), Some("2023-11-14T22:13:20.5Z"));
        assert_eq!(time_of(&DateTime::from_secs(i64::MAX)), None);
    }
}
