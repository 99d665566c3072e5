//! Numbers, moments and addresses cut a line into cells: within one, every comparison comes out alike. One
//! representative of each is therefore every value there is.

use crate::domain::policy::condition::address::{self, Ranges};
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::cmp::Ordering;

/// A value among sorted, distinct marks: on one, between two, or before or behind all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell(usize);

impl Cell {
    /// All cells that this many marks make.
    pub(crate) fn all(marks: usize) -> impl Iterator<Item = Self> {
        (0..=2 * marks).map(Self)
    }

    /// How a value in this cell compares to a mark.
    pub(crate) fn compare(self, mark: usize) -> Ordering {
        self.0.cmp(&(2 * mark + 1))
    }
}

/// Addresses of which every one stands for those that the same ranges hold.
pub(crate) fn addresses(ranges: &[Ranges]) -> Vec<IpAddr> {
    let mut found = vec![IpAddr::V4(Ipv4Addr::UNSPECIFIED), IpAddr::V6(Ipv6Addr::UNSPECIFIED)];
    for [first, last] in ranges.iter().flat_map(Ranges::ends) {
        found.push(*first);
        found.extend(address::neighbours(*last)[1]);
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::condition::address::Range;
    use Ordering::{Equal, Greater, Less};

    #[test]
    fn cells_stand_on_and_between_the_marks() {
        let compared: Vec<[Ordering; 2]> = Cell::all(2).map(|cell| [cell.compare(0), cell.compare(1)]).collect();
        assert_eq!(compared, [[Less, Less], [Equal, Less], [Greater, Less], [Greater, Equal], [Greater, Greater]]);
        assert_eq!(Cell::all(0).count(), 1);
    }

    #[test]
    fn addresses_stand_in_and_out_of_every_range() {
        let ranges =
            ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"].map(|text| Ranges::of(Range::read(text).into_iter()));
        let mut met: Vec<[bool; 3]> =
            addresses(&ranges).iter().map(|one| ranges.each_ref().map(|range| range.hold(*one))).collect();
        met.sort_unstable();
        met.dedup();
        assert_eq!(met, [[false; 3], [false, false, true], [true, false, false], [true, true, false]]);
        let everything = [Ranges::of(Range::read("0.0.0.0/0").into_iter())];
        assert_eq!(addresses(&everything).iter().filter(|one| everything[0].hold(**one)).count(), 1);
    }
}
