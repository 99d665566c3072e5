//! Numbers, dates and addresses as policies write them; `None` for what is none.

use std::net::IpAddr;

pub(crate) fn number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|it| it.is_ascii_digit() || matches!(it, '-' | '+' | '.'));
    if plain { text.parse().ok() } else { None }
}

/// Milliseconds since 1970: W3C's profile of ISO 8601, or seconds as a number
/// (`reference_policies_elements_condition_operators`, date operators).
pub(crate) fn moment(text: &str) -> Option<i64> {
    if !text.is_empty() && text.chars().all(|it| it.is_ascii_digit()) {
        return text.parse::<i64>().ok().map(|seconds| seconds * 1000);
    }
    let (date, time) = text.split_once('T').unwrap_or((text, "00:00:00Z"));
    let date: Vec<i64> = date.split('-').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [year, month, day] = date[..] else { return None };
    let (time, offset) = zone(time)?;
    let time: Vec<&str> = time.split(':').collect();
    let (hour, minute) = (time.first()?.parse::<i64>().ok()?, time.get(1)?.parse::<i64>().ok()?);
    let seconds: f64 = time.get(2).map_or(Some(0.0), |part| part.parse().ok())?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || time.len() > 3 {
        return None;
    }
    let minutes = (days(year, month, day) * 24 + hour) * 60 + minute - offset;
    Some(minutes * 60_000 + (seconds * 1000.0) as i64)
}

/// A time of day and its distance from UTC in minutes.
fn zone(time: &str) -> Option<(&str, i64)> {
    if let Some(time) = time.strip_suffix('Z') {
        return Some((time, 0));
    }
    let sign = if time.contains('+') { 1 } else { -1 };
    let (time, offset) = time.split_once(['+', '-'])?;
    let (hours, minutes) = offset.split_once(':')?;
    Some((time, sign * (hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?)))
}

/// Days from 1970 to a day of the Gregorian calendar, counted year by year and month by month.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let years: i64 = (1970..year).map(|it| if leap(it) { 366 } else { 365 }).sum();
    let months: i64 = (1..month)
        .map(|it| match it {
            2 if leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        })
        .sum();
    years + months + day - 1
}

/// A network: an address and how many of its first bits count; an address alone is a network of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

pub(crate) fn network(text: &str) -> Option<Network> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(all);
    (bits <= all).then_some(Network { address, bits })
}

impl Network {
    pub(crate) fn holds(self, other: IpAddr) -> bool {
        let (own, other) = (binary(self.address), binary(other));
        own.len() == other.len() && own.iter().zip(&other).take(self.bits as usize).all(|(a, b)| a == b)
    }

    /// Its first and its last address.
    pub(crate) fn ends(self) -> [String; 2] {
        [false, true].map(|fill| {
            let mut bits = binary(self.address);
            for bit in bits.iter_mut().skip(self.bits as usize) {
                *bit = fill;
            }
            let number = bits.iter().fold(0u128, |sum, bit| sum * 2 + u128::from(*bit));
            match self.address {
                IpAddr::V4(_) => std::net::Ipv4Addr::from(number as u32).to_string(),
                IpAddr::V6(_) => std::net::Ipv6Addr::from(number).to_string(),
            }
        })
    }
}

fn binary(address: IpAddr) -> Vec<bool> {
    match address {
        IpAddr::V4(it) => (0..32).map(|bit| u32::from(it) >> (31 - bit) & 1 == 1).collect(),
        IpAddr::V6(it) => (0..128).map(|bit| u128::from(it) >> (127 - bit) & 1 == 1).collect(),
    }
}

#[test]
fn dates_are_those_of_the_calendar() {
    assert_eq!(moment("1970-01-02T00:00:00Z"), Some(86_400_000));
    assert_eq!(moment("2024-03-01T00:00:00Z"), Some(1_709_251_200_000));
    assert_eq!(moment("1709251200"), Some(1_709_251_200_000));
    assert_eq!(moment("2024-03-01T02:00:00+02:00"), Some(1_709_251_200_000));
    assert_eq!(moment("2024-02-29T23:30:00-00:30"), Some(1_709_251_200_000));
    assert_eq!(moment("2024-03-01"), Some(1_709_251_200_000));
    assert_eq!(moment("soon"), None);
}

#[test]
fn networks_hold_their_own_addresses() {
    let ten = network("10.1.2.3/8").unwrap();
    assert!(ten.holds("10.255.0.1".parse().unwrap()));
    assert!(!ten.holds("11.0.0.1".parse().unwrap()));
    assert!(!ten.holds("::1".parse().unwrap()));
    assert_eq!(ten.ends(), ["10.0.0.0", "10.255.255.255"]);
    assert!(network("10.0.0.0/33").is_none());
    assert!(network("2001:db8::/32").unwrap().holds("2001:db8:1::7".parse().unwrap()));
}
