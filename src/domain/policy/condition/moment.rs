//! Moments as policies and requests write them: a date or date and time of ISO 8601, or seconds since 1970.
//!
//! IAM takes the W3C's profile of ISO 8601 or epoch time (IAM user guide, "Date condition operators";
//! <https://www.w3.org/TR/NOTE-datetime>). Without a zone it is UTC.

use crate::domain::model::Time;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// The moment that the text writes; `None` where it writes none.
///
/// Four digits are a year, as in the profile; any other run of digits counts seconds.
pub(crate) fn moment(text: &str) -> Option<Time> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        return if is_year { start_of(Date::new(text.parse().ok()?, 1, 1).ok()?) } else { seconds(text) };
    }
    // nothing but what the profile has: jiff would read more (a space before the time, a zone's name in brackets)
    let is_profile =
        |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b':' | b'.' | b'T' | b't' | b'Z' | b'z');
    if !text.bytes().all(is_profile) {
        return None;
    }
    match text.split_once(['T', 't']) {
        Some(_) => text.parse().ok().or_else(|| in_utc(text.parse::<DateTime>().ok()?)),
        None if text.len() == 7 => start_of(month(text)?),
        None => start_of(text.parse().ok()?),
    }
}

/// Epoch seconds, with or without a fraction.
fn seconds(text: &str) -> Option<Time> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.contains('.') || (text.contains('.') && fraction.is_empty()) {
        return None;
    }
    let nanoseconds: i32 = fraction
        .bytes()
        .chain(std::iter::repeat(b'0'))
        .take(9)
        .fold(0, |sum, digit| sum * 10 + i32::from(digit - b'0'));
    Time::new(whole.parse().ok()?, if text.starts_with('-') { -nanoseconds } else { nanoseconds }).ok()
}

/// `2026-11` as that month's first day.
fn month(text: &str) -> Option<Date> {
    let (year, month) = text.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()
}

fn start_of(day: Date) -> Option<Time> {
    in_utc(day.to_datetime(jiff::civil::Time::midnight()))
}

fn in_utc(moment: DateTime) -> Option<Time> {
    TimeZone::UTC.to_timestamp(moment).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_moment_is_read() {
        for (text, same) in [
            ("2020-04-01T00:00:01Z", "2020-04-01T00:00:01Z"),
            ("2020-04-01T02:00:01+02:00", "2020-04-01T00:00:01Z"),
            ("2020-04-01T00:00:01.5Z", "2020-04-01T00:00:01.5Z"),
            ("2020-04-01t00:00:01z", "2020-04-01T00:00:01Z"),
            ("2020-04-01T00:00Z", "2020-04-01T00:00:00Z"),
            ("2020-04-01T00:00:01", "2020-04-01T00:00:01Z"),
            ("2020-04-01", "2020-04-01T00:00:00Z"),
            ("2020-04", "2020-04-01T00:00:00Z"),
            ("2020", "2020-01-01T00:00:00Z"),
            ("1585699201", "2020-04-01T00:00:01Z"),
            ("1585699201.25", "2020-04-01T00:00:01.25Z"),
            ("0", "1970-01-01T00:00:00Z"),
            ("-1.5", "1969-12-31T23:59:58.5Z"),
        ] {
            assert_eq!(moment(text), Some(same.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_writes_no_moment_is_none() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            "1.2.3",
            "yesterday",
            "2020-13",
            "2020-13-01",
            "2020-02-30",
            "2020-4-1",
            "2020/04/01",
            "2020-04-01 00:00:00Z",
            "2020-04-01T25:00:00Z",
            "2020-04-01T00:00:00[UTC]",
            "1585699201000000",
            "20x0",
            " 2020",
        ] {
            assert_eq!(moment(text), None, "{text:?}");
        }
    }
}
