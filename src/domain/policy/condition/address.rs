//! IP addresses and ranges of them, version 4 and 6.

use core::net::IpAddr;
use ipnet::IpNet;

/// A range of addresses as a policy writes it: `203.0.113.0/24`, `2001:db8::/32`, or one address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Range(IpNet);

impl Range {
    /// The range that the text writes; `None` where it writes none. Bits behind the prefix do not count.
    pub(crate) fn read(text: &str) -> Option<Self> {
        if text.contains('/') {
            return text.parse::<IpNet>().ok().map(|net| Self(net.trunc()));
        }
        address(text).map(|address| Self(IpNet::from(address)))
    }

    /// Whether the address stands in it. Never across versions.
    pub(crate) fn holds(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }

    /// Its first and its last address.
    pub(crate) fn ends(&self) -> [IpAddr; 2] {
        [self.0.network(), self.0.broadcast()]
    }
}

/// Ranges, in order and apart: what overlaps is one.
pub(crate) struct Ranges(Vec<[IpAddr; 2]>);

impl Ranges {
    /// All of these.
    pub(crate) fn of(all: impl Iterator<Item = Range>) -> Self {
        let mut all: Vec<_> = all.map(|range| range.ends()).collect();
        all.sort_unstable();
        let mut apart: Vec<[IpAddr; 2]> = Vec::with_capacity(all.len());
        for [first, last] in all {
            match apart.last_mut() {
                Some([_, before]) if first <= *before => *before = last.max(*before),
                _ => apart.push([first, last]),
            }
        }
        Self(apart)
    }

    /// Whether the address stands in one of them.
    pub(crate) fn hold(&self, address: IpAddr) -> bool {
        let behind = self.0.partition_point(|[first, _]| *first <= address);
        behind.checked_sub(1).and_then(|at| self.0.get(at)).is_some_and(|[_, last]| address <= *last)
    }

    /// The first and the last address of each.
    pub(crate) fn ends(&self) -> &[[IpAddr; 2]] {
        &self.0
    }
}

/// The address that the text writes; `None` where it writes none.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// The address before and the one behind; `None` at the ends.
pub(crate) fn neighbours(of: IpAddr) -> [Option<IpAddr>; 2] {
    match of {
        IpAddr::V4(v4) => {
            let bits = v4.to_bits();
            [bits.checked_sub(1), bits.checked_add(1)].map(|bits| bits.map(|bits| IpAddr::V4(bits.into())))
        }
        IpAddr::V6(v6) => {
            let bits = v6.to_bits();
            [bits.checked_sub(1), bits.checked_add(1)].map(|bits| bits.map(|bits| IpAddr::V6(bits.into())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(range: &str, one: &str) -> bool {
        Range::read(range).unwrap().holds(address(one).unwrap())
    }

    #[test]
    fn a_range_holds_its_addresses_and_no_other_versions() {
        assert!(holds("203.0.113.0/24", "203.0.113.255"));
        assert!(!holds("203.0.113.0/24", "203.0.114.0"));
        assert!(holds("203.0.113.7/24", "203.0.113.0"), "bits behind the prefix do not count");
        assert!(holds("203.0.113.7", "203.0.113.7"));
        assert!(!holds("203.0.113.7", "203.0.113.8"));
        assert!(holds("0.0.0.0/0", "255.255.255.255"));
        assert!(!holds("0.0.0.0/0", "::1"));
        assert!(holds("2001:db8::/32", "2001:DB8:0:0:1::"));
        assert!(!holds("2001:db8::/32", "2001:db9::"));
        assert!(holds("::/0", "::ffff:203.0.113.7"));
    }

    #[test]
    fn what_writes_no_range_is_none() {
        for text in
            ["", "*", "10.0.0.*", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "10.0.0.0/8 ", "10.0.0.256", "::/a"]
        {
            assert_eq!(Range::read(text), None, "{text:?}");
        }
    }

    #[test]
    fn neighbours_stop_at_the_ends() {
        let v4 = |text: &str| address(text).unwrap();
        assert_eq!(neighbours(v4("10.0.0.255")), [Some(v4("10.0.0.254")), Some(v4("10.0.1.0"))]);
        assert_eq!(neighbours(v4("0.0.0.0"))[0], None);
        assert_eq!(neighbours(v4("255.255.255.255"))[1], None);
        assert_eq!(neighbours(v4("2001:db8::"))[1], Some(v4("2001:db8::1")));
    }
}
