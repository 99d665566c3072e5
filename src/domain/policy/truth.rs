//! Three-valued logic: what is so, what is not, and what depends on something that is not known.

/// Whether something holds. Ordered: `No < Depends < Yes`, so that *and* is the least and *or* the greatest (Kleene's
/// strong logic).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold, whatever is not known.
    No,
    /// It hangs on something that is not known.
    Depends,
    /// It holds, whatever is not known.
    Yes,
}

impl Truth {
    /// Both hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// One of them holds, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// Whether all hold; `Yes` of none. Stops at the first that does not.
    pub fn all(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::Yes;
        for truth in truths {
            all = all.and(truth);
            if all == Self::No {
                break;
            }
        }
        all
    }

    /// Whether any holds; `No` of none. Stops at the first that does.
    pub fn any(truths: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Self::No;
        for truth in truths {
            any = any.or(truth);
            if any == Self::Yes {
                break;
            }
        }
        any
    }

    /// Whether it is certain that it holds.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// Whether it is certain that it does not hold.
    pub fn is_no(self) -> bool {
        self == Self::No
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Depends => Self::Depends,
            Self::Yes => Self::No,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{Depends, No, Yes};
    use super::*;

    const ALL: [Truth; 3] = [No, Depends, Yes];

    /// What a truth may turn out to be.
    fn worlds(truth: Truth) -> &'static [bool] {
        match truth {
            No => &[false],
            Depends => &[false, true],
            Yes => &[true],
        }
    }

    /// The truth of a formula over every way its parts may turn out.
    fn over_worlds(a: Truth, b: Truth, formula: fn(bool, bool) -> bool) -> Truth {
        let seen: Vec<bool> = worlds(a).iter().flat_map(|a| worlds(b).iter().map(|b| formula(*a, *b))).collect();
        match (seen.contains(&true), seen.contains(&false)) {
            (true, true) => Depends,
            (true, false) => Yes,
            _ => No,
        }
    }

    #[test]
    fn and_or_and_not_say_what_every_world_says() {
        for a in ALL {
            assert_eq!(!a, over_worlds(a, Yes, |a, _| !a), "not {a:?}");
            for b in ALL {
                assert_eq!(a.and(b), over_worlds(a, b, |a, b| a && b), "{a:?} and {b:?}");
                assert_eq!(a.or(b), over_worlds(a, b, |a, b| a || b), "{a:?} or {b:?}");
                assert_eq!(!a.and(b), (!a).or(!b));
            }
        }
    }

    #[test]
    fn all_of_none_holds_and_any_of_none_does_not() {
        assert_eq!(Truth::all([]), Yes);
        assert_eq!(Truth::any([]), No);
        assert_eq!(Truth::all([Yes, Depends]), Depends);
        assert_eq!(Truth::any([No, Depends]), Depends);
        assert_eq!(Truth::all([Depends, No]), No);
        assert_eq!(Truth::any([Depends, Yes]), Yes);
    }
}
