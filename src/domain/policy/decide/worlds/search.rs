//! Where there are more worlds than can be looked at one by one: a question at a time is answered in each of its ways, until
//! what is still open makes no difference. What nothing hangs on is then never asked, however much of it there is.

use super::formula::Formula;
use super::{Axis, Event};
use crate::domain::policy::decide::scale::Scale;
use crate::domain::policy::decide::walk::Place;
use crate::domain::policy::decision::Outcome;
use crate::domain::policy::document::Effect;
use crate::domain::policy::truth::Truth;
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// What the worlds agree on, where that was found out by looking so often; and the Deny statements that apply in all of them
/// for certain.
pub(super) fn searched(
    events: &[Event],
    axes: &[Axis<'_>],
    (atoms, looks): (usize, usize),
    empty: &Scale,
) -> Option<(Outcome, HashSet<Place, RandomState>)> {
    // each answer of each question is looked at before the first is taken
    axes.iter().try_fold(looks, |left, axis| left.checked_sub(axis.profiles.len()))?;
    let answers = vec![Truth::Depends; atoms];
    let mut search = Search { events, axes, empty, answers, looks, agreed: None, certain: None };
    search.go(&mut (0..axes.len()).collect())?;
    let certain = search.certain.unwrap_or_default();
    let outcome = match search.agreed? {
        true => Outcome::Allowed,
        false if certain.is_empty() => Outcome::ImplicitDeny,
        false => Outcome::ExplicitDeny,
    };
    Some((outcome, certain))
}

struct Search<'s, 'a> {
    events: &'s [Event],
    axes: &'s [Axis<'a>],
    empty: &'s Scale,
    /// Of each atom, as far as it was asked.
    answers: Vec<Truth>,
    /// How often the events may still be gone through.
    looks: usize,
    /// Whether all worlds so far allow, or all deny.
    agreed: Option<bool>,
    /// The Deny statements that applied in all worlds so far.
    certain: Option<HashSet<Place, RandomState>>,
}

impl Search<'_, '_> {
    /// Goes through what these axes leave open. `None` where worlds do not agree, or that takes too long.
    fn go(&mut self, open: &mut Vec<usize>) -> Option<()> {
        let outcome = self.look()?;
        if outcome != Outcome::Depends {
            return self.agree(outcome);
        }
        let at = self.next(open)?;
        let axis = open.swap_remove(at);
        for profile in 0..self.axes.get(axis)?.profiles.len() {
            self.answer(axis, Some(profile));
            self.go(open)?;
        }
        self.answer(axis, None);
        open.push(axis);
        Some(())
    }

    /// Where the axis stands that leaves the least open.
    fn next(&mut self, open: &[usize]) -> Option<usize> {
        let mut best = None;
        for (at, axis) in open.iter().enumerate() {
            let profiles = self.axes.get(*axis)?.profiles.len();
            let mut left = 0;
            for profile in 0..profiles {
                self.answer(*axis, Some(profile));
                left += usize::from(self.look()? == Outcome::Depends);
            }
            self.answer(*axis, None);
            let rank = (left, profiles);
            if best.is_none_or(|(least, _)| rank < least) {
                best = Some((rank, at));
            }
            if left == 0 {
                break;
            }
        }
        best.map(|(_, at)| at)
    }

    fn answer(&mut self, axis: usize, profile: Option<usize>) {
        let Some(axis) = self.axes.get(axis) else { return };
        let profile = profile.and_then(|at| axis.profiles.get(at));
        for (at, atom) in axis.atoms.iter().enumerate() {
            let truth = profile.and_then(|own| own.get(at)).map_or(Truth::Depends, |own| Truth::from(*own));
            if let Some(own) = self.answers.get_mut(*atom) {
                *own = truth;
            }
        }
    }

    /// What is decided by the answers so far.
    fn look(&mut self) -> Option<Outcome> {
        self.looks = self.looks.checked_sub(1)?;
        let mut scale = *self.empty;
        for event in self.events {
            match event {
                Event::Close => drop(scale.close_level()),
                Event::Statement { place, effect, grant, formula } => {
                    scale.add(place.layer, *effect, *grant, self.truth(formula.as_ref()));
                }
            }
        }
        Some(scale.outcome())
    }

    fn truth(&self, formula: Option<&Formula>) -> Truth {
        Truth::all(formula.into_iter().flatten().map(|clause| {
            Truth::any(clause.iter().map(|literal| {
                let answer = self.answers.get(literal.atom).copied().unwrap_or(Truth::Depends);
                if literal.negated { !answer } else { answer }
            }))
        }))
    }

    /// Notes what was decided of the worlds that are left. `None` where others said otherwise.
    fn agree(&mut self, outcome: Outcome) -> Option<()> {
        let allows = outcome == Outcome::Allowed;
        (*self.agreed.get_or_insert(allows) == allows).then_some(())?;
        let denies = |event: &Event| match event {
            Event::Statement { place, effect: Effect::Deny, formula, .. } => {
                self.truth(formula.as_ref()).is_yes().then_some(*place)
            }
            _ => None,
        };
        let applied: HashSet<Place, RandomState> = self.events.iter().filter_map(denies).collect();
        match &mut self.certain {
            Some(certain) => certain.retain(|place| applied.contains(place)),
            None => self.certain = Some(applied),
        }
        Some(())
    }
}
