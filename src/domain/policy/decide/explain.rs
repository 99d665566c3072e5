//! From the outcome to its reasons: which statements decided, which layers did not allow.

use super::notes;
use super::scale::{Grant, Scale};
use super::statement::{Asked, applies};
use super::terms::terms;
use super::walk::{Place, Stop, walk};
use super::worlds::{self, Refined};
use crate::domain::model::Name;
use crate::domain::policy::decision::{Answer, Decision, LayerAnswer, Outcome, Reason, StatementRef};
use crate::domain::policy::document::{Effect, Statement};
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::truth::Truth;
use foldhash::fast::RandomState;
use std::collections::HashSet;

/// A statement that applies, or may.
struct Found<'a> {
    place: Place,
    /// Where its level stands among all levels.
    level: usize,
    statement: &'a Statement,
    grant: Grant,
    truth: Truth,
}

/// What one level of a layer comes to.
struct Level {
    layer: Layer,
    number: usize,
    allow: Truth,
    deny: Truth,
}

/// Everything that was weighed.
struct Weighed<'a> {
    found: Vec<Found<'a>>,
    levels: Vec<Level>,
    scale: Scale,
}

/// The decision with its reasons.
pub(crate) fn explained(asked: Asked<'_>, layers: &Layers) -> Decision {
    let weighed = weigh(asked, layers);
    let Refined { outcome, keys, certain } = worlds::settled(asked, layers, &weighed.scale);
    let by = match outcome {
        Outcome::ExplicitDeny => weighed.denies(&certain),
        Outcome::ImplicitDeny => weighed.blockers(),
        Outcome::Allowed => weighed.allows(),
        Outcome::Depends => weighed.open_ends(layers),
    };
    let context = &asked.request.context;
    let spelled = |key| Name::from(context.spelling(key).unwrap_or(key.as_str()));
    let mut remarks = notes::notes(asked, layers);
    remarks.extend(notes::of_rcps(asked, outcome, &by));
    Decision { outcome, by, unknown: keys.into_iter().map(spelled).collect(), remarks, layers: weighed.answers(layers) }
}

fn weigh<'a>(asked: Asked<'_>, layers: &'a Layers) -> Weighed<'a> {
    let mut weighed =
        Weighed { found: Vec::new(), levels: Vec::new(), scale: Scale::new(terms(asked.request, layers)) };
    let (mut allow, mut deny) = (Truth::No, Truth::No);
    walk(asked.request, layers, |stop| {
        match stop {
            Stop::Statement(place, statement) => {
                let naming = applies(asked, place.layer, statement);
                if naming.truth.is_no() {
                    return true;
                }
                let (grant, truth) = (naming.grant, naming.truth);
                for (grant, truth) in naming.parts() {
                    weighed.scale.add(place.layer, statement.effect, grant, truth);
                }
                let side = if statement.effect == Effect::Allow { &mut allow } else { &mut deny };
                *side = side.or(truth);
                let level = weighed.levels.len();
                weighed.found.push(Found { place, level, statement, grant, truth });
            }
            Stop::Close(layer, level) => {
                if matches!(layer, Layer::Scp | Layer::Rcp) {
                    weighed.scale.close_level();
                }
                weighed.levels.push(Level { layer, number: level, allow, deny });
                (allow, deny) = (Truth::No, Truth::No);
            }
        }
        true
    });
    weighed
}

impl Weighed<'_> {
    /// The Deny statements that apply for certain, and those that do in every world.
    fn denies(&self, certain: &HashSet<Place, RandomState>) -> Vec<Reason> {
        let denies = |found: &&Found<'_>| found.statement.effect == Effect::Deny;
        let applies = |found: &&Found<'_>| found.truth.is_yes() || certain.contains(&found.place);
        self.found.iter().filter(denies).filter(applies).map(reason).collect()
    }

    /// The statements that allow, of each layer whose word counts.
    fn allows(&self) -> Vec<Reason> {
        let allows = |found: &&Found<'_>| {
            let level = self.levels.get(found.level);
            // where some Allow is certain, those that depend did not decide
            let decided = found.truth.is_yes() || level.is_some_and(|level| !level.allow.is_yes());
            found.statement.effect == Effect::Allow && decided && self.counts(found)
        };
        self.found.iter().filter(allows).map(reason).collect()
    }

    /// The layers and levels that had to allow and do not. Where none is sure not to, those that may not, and the Deny
    /// statements that may apply: between them they let nothing through.
    fn blockers(&self) -> Vec<Reason> {
        let certain: Vec<Reason> = self.lacking(Truth::is_no).collect();
        if !certain.is_empty() {
            return certain;
        }
        let denies = self.found.iter().filter(|found| found.statement.effect == Effect::Deny).map(reason);
        denies.chain(self.lacking(|passes| !passes.is_yes())).collect()
    }

    /// What it hangs on: Deny statements that may apply, Allow statements that may in layers where no other does, and
    /// layers that could not be read.
    fn open_ends(&self, layers: &Layers) -> Vec<Reason> {
        let open = |found: &&Found<'_>| {
            let level = self.levels.get(found.level);
            found.truth == Truth::Depends
                && match found.statement.effect {
                    Effect::Deny => true,
                    Effect::Allow => level.is_some_and(|level| !level.allow.is_yes()) && self.counts(found),
                }
        };
        let unread = |layer: &Layer| layers.unread.has(*layer) && !self.scale.passes(*layer).is_yes();
        let of_layer = |layer| Reason { layer, level: None, statement: None };
        self.found
            .iter()
            .filter(open)
            .map(reason)
            .chain(Layer::WEIGHED.into_iter().filter(unread).map(of_layer))
            .collect()
    }

    fn counts(&self, found: &Found<'_>) -> bool {
        found.place.layer != Layer::Resource || self.scale.counts(found.grant)
    }

    /// The layers and levels whose leave is this.
    fn lacking<'a>(&'a self, lacks: impl Fn(Truth) -> bool + 'a) -> impl Iterator<Item = Reason> + 'a {
        Layer::WEIGHED.into_iter().flat_map(move |layer| {
            let mut reasons = Vec::new();
            if has_levels(layer) {
                let levels = self.levels.iter().filter(|level| level.layer == layer && lacks(level.allow));
                reasons.extend(levels.map(|level| Reason { layer, level: Some(level.number), statement: None }));
            } else if lacks(self.scale.passes(layer)) {
                reasons.push(Reason { layer, level: None, statement: None });
            }
            reasons
        })
    }

    /// What each layer that is there says for itself.
    fn answers(&self, layers: &Layers) -> Vec<LayerAnswer> {
        let mut answers = Vec::new();
        for layer in Layer::WEIGHED {
            let unread = layers.unread.has(layer);
            for level in self.levels.iter().filter(|level| level.layer == layer) {
                let answer = level.answer();
                let answer = if unread && answer != Answer::Deny { Answer::NotRead } else { answer };
                answers.push(LayerAnswer { layer, level: has_levels(layer).then_some(level.number), answer });
            }
            if unread && !answers.iter().any(|answer| answer.layer == layer) {
                answers.push(LayerAnswer { layer, level: None, answer: Answer::NotRead });
            }
        }
        answers
    }
}

impl Level {
    fn answer(&self) -> Answer {
        match (self.deny, self.allow) {
            (Truth::Yes, _) => Answer::Deny,
            (Truth::No, Truth::Yes) => Answer::Allow,
            (Truth::No, Truth::No) => Answer::Silent,
            (_, Truth::No) => Answer::NotAllowed,
            _ => Answer::Depends,
        }
    }
}

fn has_levels(layer: Layer) -> bool {
    matches!(layer, Layer::Scp | Layer::Rcp)
}

fn reason(found: &Found<'_>) -> Reason {
    let Place { layer, level, policy, statement } = found.place;
    let sid = found.statement.sid.as_deref().map(Name::from);
    let effect = found.statement.effect;
    let statement = Some(StatementRef { policy, statement, sid, effect });
    Reason { layer, level: has_levels(layer).then_some(level), statement }
}
