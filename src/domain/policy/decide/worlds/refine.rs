//! Every world that a request leaves open, and what they agree on.

use super::formula::{Atoms, Formula};
use super::profiles::Profile;
use super::tally::Tally;
use super::{formula, language, operands, profiles, search};
use crate::domain::policy::decide::scale::{Grant, Scale};
use crate::domain::policy::decide::statement::{Asked, applies};
use crate::domain::policy::decide::terms::terms;
use crate::domain::policy::decide::walk::{Place, Stop, walk};
use crate::domain::policy::decision::Outcome;
use crate::domain::policy::document::Effect;
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::KeyName;
use foldhash::fast::RandomState;
use std::collections::{HashMap, HashSet};

/// No more worlds than this are looked at.
const WORLDS: usize = 4_096;

/// What looking at the worlds found out.
#[derive(Debug)]
pub(crate) struct Refined<'a> {
    pub(crate) outcome: Outcome,
    /// The unknown keys that make the difference.
    pub(crate) keys: Vec<&'a KeyName>,
    /// Deny statements that apply in every world, though it depended of each of their parts.
    pub(crate) certain: HashSet<Place, RandomState>,
}

/// What adds to the scale, in order.
pub(super) enum Event {
    /// A statement that applies in every world, or where its formula holds.
    Statement { place: Place, effect: Effect, grant: Grant, formula: Option<Formula> },
    /// The end of a level.
    Close,
}

/// Atoms whose answers hang together, and the ways in which they can come out.
pub(super) struct Axis<'a> {
    pub(super) atoms: Vec<usize>,
    pub(super) profiles: Vec<Profile>,
    pub(super) keys: Vec<&'a KeyName>,
}

/// The outcome of what was weighed. Where that is [`Outcome::Depends`], or a Deny that may apply stands beside layers that
/// do not allow, all worlds are looked at.
pub(crate) fn settled<'a>(asked: Asked<'a>, layers: &'a Layers, scale: &Scale) -> Refined<'a> {
    let plain = |outcome| Refined { outcome, keys: Vec::new(), certain: HashSet::default() };
    match (scale.outcome(), scale.denied()) {
        (Outcome::Depends, _) => refine(asked, layers),
        (Outcome::ImplicitDeny, Truth::Depends) => {
            let refined = refine(asked, layers);
            if refined.outcome == Outcome::ExplicitDeny { refined } else { plain(Outcome::ImplicitDeny) }
        }
        (outcome, _) => plain(outcome),
    }
}

fn refine<'a>(asked: Asked<'a>, layers: &'a Layers) -> Refined<'a> {
    let (events, atoms) = events(asked, layers);
    let empty = Scale::new(terms(asked.request, layers));
    let every_key = || {
        let mut seen = HashSet::<&KeyName, RandomState>::default();
        let keys = atoms.all.iter().flat_map(|atom| atom.unknown_keys(&asked.request.context));
        keys.filter(|key| seen.insert(key)).collect()
    };
    let axes = axes(asked, &atoms);
    let worlds = axes.as_ref().and_then(|axes| {
        axes.iter()
            .try_fold(1_usize, |product, axis| product.checked_mul(axis.profiles.len()).filter(|all| *all <= WORLDS))
    });
    match (axes, worlds) {
        (Some(axes), Some(worlds)) => {
            Tally::over(&events, &axes, atoms.all.len(), worlds, &empty).refined(&events, &axes)
        }
        (axes, _) => {
            let searched = axes.and_then(|axes| search::searched(&events, &axes, (atoms.all.len(), WORLDS), &empty));
            match searched {
                Some((outcome, certain)) => Refined { outcome, keys: Vec::new(), certain },
                None => Refined { outcome: Outcome::Depends, keys: every_key(), certain: HashSet::default() },
            }
        }
    }
}

/// Every statement that can apply, and the atoms on which those that need not hang.
fn events<'a>(asked: Asked<'a>, layers: &'a Layers) -> (Vec<Event>, Atoms<'a>) {
    let (mut events, mut atoms) = (Vec::new(), Atoms::default());
    walk(asked.request, layers, |stop| {
        match stop {
            Stop::Statement(place, statement) => {
                let naming = applies(asked, place.layer, statement);
                let formula = match naming.truth {
                    Truth::No => return true,
                    Truth::Depends => Some(atoms.formula(asked, place, statement)),
                    Truth::Yes => None,
                };
                let effect = statement.effect;
                if let Some(grant) = naming.perhaps.filter(|_| effect == Effect::Allow) {
                    let mut formula = formula.clone().unwrap_or_default();
                    formula.push(atoms.whom_it_may_name(asked, statement, grant));
                    events.push(Event::Statement { place, effect, grant, formula: Some(formula) });
                }
                events.push(Event::Statement { place, effect, grant: naming.grant, formula });
            }
            Stop::Close(Layer::Scp | Layer::Rcp, _) => events.push(Event::Close),
            Stop::Close(..) => {}
        }
        true
    });
    (events, atoms)
}

/// One axis for each unknown key, and one for each atom that no key answers alone.
fn axes<'a>(asked: Asked<'a>, atoms: &Atoms<'a>) -> Option<Vec<Axis<'a>>> {
    let context = &asked.request.context;
    let mut axes: Vec<Axis<'a>> = atoms.of_principals(WORLDS)?;
    let mut of_key = HashMap::<&KeyName, usize, RandomState>::default();
    for (at, atom) in atoms.all.iter().enumerate() {
        let known = atom.key().and_then(|key| of_key.get(key)).and_then(|place| axes.get_mut(*place));
        match (atom, atom.key(), known) {
            // of these there are axes already
            (formula::Atom::OfPrincipal(_), ..) => {}
            (_, Some(_), Some(own)) => own.atoms.push(at),
            (_, Some(key), None) => {
                of_key.insert(key, axes.len());
                axes.push(Axis { atoms: vec![at], profiles: Vec::new(), keys: vec![key] });
            }
            (_, None, _) => axes.push(Axis {
                atoms: vec![at],
                profiles: vec![vec![false], vec![true]],
                keys: atom.unknown_keys(context),
            }),
        }
    }
    if let Some(axis) = of_resources(asked, atoms) {
        axes.retain(|other| other.atoms.iter().all(|at| !axis.atoms.contains(at)));
        axes.push(axis);
    }
    for axis in axes.iter_mut().filter(|axis| axis.profiles.is_empty()) {
        let questions: Vec<_> = axis
            .atoms
            .iter()
            .filter_map(|at| match atoms.all.get(*at) {
                Some(formula::Atom::OfKey(condition, operands)) => Some((*condition, *operands)),
                _ => None,
            })
            .collect();
        axis.profiles = profiles::profiles(&questions, context)?;
    }
    Some(axes)
}

/// The patterns that match some of what a pattern asks for, all on one axis: which of them one resource matches together.
fn of_resources<'a>(asked: Asked<'a>, atoms: &Atoms<'a>) -> Option<Axis<'a>> {
    let judged = asked.request.judged();
    let mut patterns = vec![operands::joined(judged.patterns()?)];
    patterns.extend(judged.short_of().map(|arns| operands::joined(&arns)));
    let asked_for = patterns.len();
    let mut own = Vec::new();
    for (at, atom) in atoms.all.iter().enumerate() {
        if let formula::Atom::OfResource(pattern) = atom
            && let Some(parts) = pattern.patterns(&asked.request.context)
        {
            patterns.push(operands::joined(&parts));
            own.push(at);
        }
    }
    let combinations = language::combinations(&patterns)?.into_iter();
    let are_asked_for = combinations.filter(|met| met.iter().take(asked_for).all(|met| *met));
    let profiles = are_asked_for.map(|met| met.into_iter().skip(asked_for).collect()).collect();
    (!own.is_empty()).then_some(Axis { atoms: own, profiles, keys: Vec::new() })
}
