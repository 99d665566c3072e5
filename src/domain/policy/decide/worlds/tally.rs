//! Going through all worlds, and what their outcomes have in common.

use super::formula::{Formula, Literal};
use super::{Axis, Event, Refined};
use crate::domain::policy::decide::scale::Scale;
use crate::domain::policy::decision::Outcome;
use crate::domain::policy::document::Effect;
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::KeyName;
use std::collections::HashSet;

/// The outcomes of all worlds.
pub(super) struct Tally {
    /// One for each world; world `w` takes of each axis the profile that `w`, read with one digit per axis, says.
    outcomes: Vec<Outcome>,
    /// For each event, whether it applied in every world.
    always: Vec<bool>,
}

impl Tally {
    /// Looks at this many worlds.
    pub(super) fn over(events: &[Event], axes: &[Axis<'_>], atoms: usize, worlds: usize, empty: &Scale) -> Self {
        let (mut answers, mut outcomes) = (vec![false; atoms], Vec::with_capacity(worlds));
        let mut always = vec![true; events.len()];
        for world in 0..worlds {
            answer(axes, world, &mut answers);
            let mut scale = *empty;
            for (event, always) in events.iter().zip(&mut always) {
                match event {
                    Event::Close => drop(scale.close_level()),
                    Event::Statement { place, effect, grant, formula } => {
                        let applies = formula.as_ref().is_none_or(|formula| holds(formula, &answers));
                        *always &= applies;
                        scale.add(place.layer, *effect, *grant, applies.into());
                    }
                }
            }
            outcomes.push(scale.outcome());
        }
        Self { outcomes, always }
    }

    /// What the worlds agree on, and on which keys it hangs where they do not.
    pub(super) fn refined<'a>(&self, events: &[Event], axes: &[Axis<'a>]) -> Refined<'a> {
        let is_certain = |(event, always): &(&Event, &bool)| {
            **always && matches!(event, Event::Statement { effect: Effect::Deny, .. })
        };
        let certain: HashSet<_, _> = events
            .iter()
            .zip(&self.always)
            .filter(is_certain)
            .filter_map(|(event, _)| match event {
                Event::Statement { place, .. } => Some(*place),
                Event::Close => None,
            })
            .collect();
        let outcome = if !certain.is_empty() {
            Outcome::ExplicitDeny
        } else if self.outcomes.iter().all(|outcome| outcome.is_denied()) {
            Outcome::ImplicitDeny
        } else if self.outcomes.iter().all(|outcome| *outcome == Outcome::Allowed) {
            Outcome::Allowed
        } else {
            Outcome::Depends
        };
        let keys = if outcome == Outcome::Depends { self.deciding_keys(axes) } else { Vec::new() };
        Refined { outcome, keys, certain }
    }

    /// The keys of those axes that alone turn the outcome in some world.
    fn deciding_keys<'a>(&self, axes: &[Axis<'a>]) -> Vec<&'a KeyName> {
        let mut keys: Vec<&KeyName> = Vec::new();
        let mut stride = 1;
        for axis in axes {
            let size = axis.profiles.len();
            let turns = (0..self.outcomes.len()).any(|world| {
                let first = world - (world / stride % size) * stride;
                self.is_allowed(world) != self.is_allowed(first)
            });
            for key in axis.keys.iter().filter(|_| turns) {
                if !keys.contains(key) {
                    keys.push(key);
                }
            }
            stride *= size;
        }
        keys
    }

    fn is_allowed(&self, world: usize) -> Option<Truth> {
        self.outcomes.get(world).copied().map(Truth::from)
    }
}

/// Fills in the answers that the atoms have in this world.
fn answer(axes: &[Axis<'_>], world: usize, answers: &mut [bool]) {
    let mut rest = world;
    for axis in axes {
        let profile = axis.profiles.get(rest % axis.profiles.len());
        rest /= axis.profiles.len();
        for (atom, answer) in axis.atoms.iter().zip(profile.into_iter().flatten()) {
            if let Some(own) = answers.get_mut(*atom) {
                *own = *answer;
            }
        }
    }
}

fn holds(formula: &Formula, answers: &[bool]) -> bool {
    let holds = |literal: &Literal| answers.get(literal.atom).is_some_and(|answer| *answer != literal.negated);
    formula.iter().all(|clause| clause.iter().any(holds))
}
