//! How two patterns stand to each other: whether one matches all that the other does, or anything of it. Exact, for
//! patterns as people write them and as attackers do.

use super::pattern::{Pattern, Step};
use super::truth::Truth;

/// How much [`Pattern::covers`] does before it gives up and says no, which is the careful answer: words of position
/// sets held against each other. Only long runs of `?` between many stars come near it.
const WORK: usize = 2_000_000;

impl Pattern {
    /// Whether it matches every text that the other does.
    ///
    /// A text of the other in which each of its wildcards is filled with a character that stands in neither pattern is
    /// the hardest of its length: only a wildcard matches there. So it is enough to follow the other with that
    /// character, once for each `?` and any number of times for each `*`.
    ///
    /// ```
    /// use rolecall::domain::policy::Pattern;
    ///
    /// let bucket = Pattern::new("shop/*");
    /// assert!(bucket.covers(&Pattern::new("shop/orders/?*")));
    /// assert!(!bucket.covers(&Pattern::new("shop*")));
    /// assert!(bucket.overlaps(&Pattern::new("*/orders")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        if self.is_everything() || self == other {
            return true;
        }
        if let Some(text) = other.as_text() {
            return self.matches(text);
        }
        let own = Machine::of(&self.steps());
        // more are given up below
        let most = (WORK / own.stars.0.len()).isqrt();
        let (mut fronts, mut work) = (vec![own.start()], 0);
        for step in other.steps() {
            fronts = match step {
                Step::Char(char) => own.moved_all(&fronts, &own.taking(char)),
                Step::Any => own.moved_all(&fronts, &own.any),
                Step::Star => fronts.into_iter().flat_map(|front| own.moved_any_number(front, most)).collect(),
            };
            work += fronts.len() * fronts.len() * own.stars.0.len();
            if work > WORK || fronts.iter().any(Positions::is_empty) {
                return false;
            }
            keep_smallest(&mut fronts);
        }
        fronts.iter().all(|front| front.has(own.len))
    }

    /// Whether it matches every text that the other does, none, or some.
    pub(super) fn relation(&self, other: &Self) -> Truth {
        if self.covers(other) {
            Truth::Yes
        } else if self.overlaps(other) {
            Truth::Depends
        } else {
            Truth::No
        }
    }

    /// Whether there is a text that both match. It is said of patterns too long to be looked through, too.
    pub fn overlaps(&self, other: &Self) -> bool {
        match (self.as_text(), other.as_text()) {
            (_, Some(text)) => return self.matches(text),
            (Some(text), _) => return other.matches(text),
            (None, None) => {}
        }
        let (own, others) = (self.steps(), other.steps());
        if own.len().saturating_mul(others.len()) > WORK {
            return true;
        }
        // `meets[j]`: some text is matched by the steps so far of one, and by the first j of the other.
        let mut meets = vec![true];
        for step in &others {
            meets.push(meets.last() == Some(&true) && *step == Step::Star);
        }
        for step in own {
            let mut next = vec![meets.first() == Some(&true) && step == Step::Star];
            for (other, before) in others.iter().zip(meets.windows(2)) {
                let &[both_before, one_before] = before else { continue };
                let other_before = next.last() == Some(&true);
                next.push(match (step, *other) {
                    (Step::Star, _) | (_, Step::Star) => one_before || other_before,
                    (Step::Char(a), Step::Char(b)) => both_before && a == b,
                    (Step::Any, _) | (_, Step::Any) => both_before,
                });
            }
            meets = next;
        }
        meets.last() == Some(&true)
    }
}

/// A pattern as an automaton over its positions: position i is before step i, the last one is the end.
struct Machine {
    steps: Vec<Step>,
    len: usize,
    stars: Positions,
    any: Positions,
}

/// A set of positions.
#[derive(Clone, PartialEq, Eq)]
struct Positions(Box<[u64]>);

impl Machine {
    fn of(steps: &[Step]) -> Self {
        // Two stars in a row are one; that one step over a star is then enough to get past it.
        let mut steps = steps.to_vec();
        steps.dedup_by(|a, b| *a == Step::Star && *b == Step::Star);
        let len = steps.len();
        let at = |wanted: Step| Positions::of(len, steps.iter().map(|step| *step == wanted));
        Self { stars: at(Step::Star), any: at(Step::Any), len, steps }
    }

    /// The positions from which this character is a step; those of `?` included.
    fn taking(&self, char: char) -> Positions {
        Positions::of(self.len, self.steps.iter().map(|step| matches!(step, Step::Any) || *step == Step::Char(char)))
    }

    fn start(&self) -> Positions {
        self.past_stars(&Positions::of(self.len, [true]))
    }

    fn moved_all(&self, fronts: &[Positions], taking: &Positions) -> Vec<Positions> {
        fronts.iter().map(|front| self.moved(front, taking)).collect()
    }

    /// Where one gets with one character that is a step from these positions.
    fn moved(&self, front: &Positions, taking: &Positions) -> Positions {
        let stepped = front.and(taking).next();
        self.past_stars(&stepped.or(&front.and(&self.stars)))
    }

    /// Where one gets with a character of no pattern, none or any number of times. Ends where nothing changes any
    /// more, after as many times as the longest run of `?` at most; or with more than so many.
    fn moved_any_number(&self, front: Positions, most: usize) -> Vec<Positions> {
        let mut all = vec![front];
        while let Some(last) = all.last().filter(|_| all.len() <= most) {
            let moved = self.moved(last, &self.any);
            if moved == *last {
                break;
            }
            all.push(moved);
        }
        all
    }

    fn past_stars(&self, front: &Positions) -> Positions {
        front.or(&front.and(&self.stars).next())
    }
}

impl Positions {
    /// Those of `0..=len` for which the flag is set.
    fn of(len: usize, flags: impl IntoIterator<Item = bool>) -> Self {
        let mut words = vec![0_u64; len / 64 + 1];
        for (position, _) in flags.into_iter().enumerate().filter(|(_, flag)| *flag) {
            if let Some(word) = words.get_mut(position / 64) {
                *word |= 1 << (position % 64);
            }
        }
        Self(words.into())
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    fn or(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a | b).collect())
    }

    /// Each one further.
    fn next(&self) -> Self {
        let mut carried = 0;
        let shifted = self.0.iter().map(|word| {
            let moved = word << 1 | carried;
            carried = word >> 63;
            moved
        });
        Self(shifted.collect())
    }

    fn has(&self, position: usize) -> bool {
        self.0.get(position / 64).is_some_and(|word| word >> (position % 64) & 1 == 1)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    fn is_within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }
}

/// Leaves out what lies around another: what can go on from the smaller set can go on from the larger.
fn keep_smallest(fronts: &mut Vec<Positions>) {
    let mut kept: Vec<Positions> = Vec::new();
    for front in fronts.drain(..) {
        if !kept.iter().any(|smaller| smaller.is_within(&front)) {
            kept.retain(|larger| !front.is_within(larger));
            kept.push(front);
        }
    }
    *fronts = kept;
}

#[cfg(test)]
mod tests;
