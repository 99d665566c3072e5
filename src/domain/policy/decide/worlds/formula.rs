//! What an undecided statement hangs on, taken apart into atoms: single questions to which the answer is yes or no, and
//! the same answer wherever the same question is asked.

use super::Axis;
use crate::domain::policy::condition::{self, Operands};
use crate::domain::policy::decide::naming::{is_one_session, may_be, spares_by_session};
use crate::domain::policy::decide::scale::Grant;
use crate::domain::policy::decide::statement::{self, Asked};
use crate::domain::policy::decide::walk::Place;
use crate::domain::policy::document::{Condition, Effect, Selection, Statement};
use crate::domain::policy::operator::Test;
use crate::domain::policy::principal::{Principal, PrincipalKind};
use crate::domain::policy::resource::ResourcePattern;
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{KeyName, Template, Values};
use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// A question.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Atom<'a> {
    /// Whether a condition holds whose key is not known, its operands read so; one that is not known matches nothing.
    OfKey(&'a Condition, Operands),
    /// Whether the values of a condition match, where an operand is not known; `Not` is left aside if it can be.
    OfOperands(&'a Condition),
    /// Whether a condition whose key is known holds, where AWS may read an operand otherwise.
    InDoubt(&'a Condition),
    /// Whether a pattern matches what is asked for.
    OfResource(&'a ResourcePattern),
    /// Whether the caller is whom this principal names: the one session of its role, the account of a canonical ID.
    OfPrincipal(&'a Principal),
    /// Whether something holds that was not understood, or that AWS leaves open, of this statement.
    Open(Place),
}

/// An atom, or its contrary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Literal {
    pub(crate) atom: usize,
    pub(crate) negated: bool,
}

/// All of which some literal must hold.
pub(crate) type Formula = Vec<Vec<Literal>>;

/// All atoms so far.
#[derive(Debug, Default)]
pub(crate) struct Atoms<'a> {
    pub(crate) all: Vec<Atom<'a>>,
    /// Where those stand of which this is the gist: among them are all that ask the same.
    by_gist: HashMap<u64, Vec<usize>, RandomState>,
}

impl<'a> Atoms<'a> {
    /// The formula of a statement that applies or does not, depending. What is certain of it is left out.
    pub(crate) fn formula(&mut self, asked: Asked<'a>, place: Place, statement: &'a Statement) -> Formula {
        let mut formula = Formula::new();
        let mut is_open =
            statement::action(asked, statement) == Truth::Depends || statement::understood(statement) == Truth::Depends;
        let named = statement::named(asked, place.layer, statement);
        if named.truth == Truth::Depends {
            // where the account may be the root user alone, it does not hang on the others who are named
            is_open |= statement::is_for_root_alone(asked, place.layer, named)
                || !self.principals(asked, statement, &mut formula);
        }
        if is_open {
            formula.push(vec![self.literal(Atom::Open(place), false)]);
        }
        // what was not understood of either is open already, and may be anything
        if statement::resource(asked, statement) == Truth::Depends && !statement::resources_are_unread(statement) {
            self.resources(asked, statement, &mut formula);
        }
        if statement.effect == Effect::Allow || !statement::conditions_are_unread(statement) {
            self.conditions(asked, statement, &mut formula);
        }
        formula
    }

    /// Whether it could be said on whom it hangs that a statement is for the caller.
    fn principals(&mut self, asked: Asked<'a>, statement: &'a Statement, formula: &mut Formula) -> bool {
        let requester = &asked.request.principal;
        match &statement.principals {
            Some(Selection::Only(_)) if !statement::principals_are_unread(statement) => {
                let named = self.whom_it_may_name(asked, statement, Grant::Account);
                let is_told = !named.is_empty();
                formula.extend(is_told.then_some(named));
                is_told
            }
            Some(Selection::AllBut(listed)) if spares_by_session(listed, requester) => {
                let sessions = listed.iter().filter(|one| is_one_session(one, requester));
                formula.extend(sessions.map(|one| vec![self.literal(Atom::OfPrincipal(one), true)]));
                true
            }
            _ => false,
        }
    }

    /// One of those whom a statement names at least so closely, if the caller is one.
    pub(crate) fn whom_it_may_name(
        &mut self,
        asked: Asked<'a>,
        statement: &'a Statement,
        grant: Grant,
    ) -> Vec<Literal> {
        let Some(Selection::Only(listed)) = &statement.principals else { return Vec::new() };
        let named = listed.iter().filter(|one| may_be(one, &asked.request.principal) >= Some(grant));
        named.map(|one| self.literal(Atom::OfPrincipal(one), false)).collect()
    }

    /// One axis each for the sessions, users and canonical IDs that are named: a caller is one of them at most. `None` where
    /// an axis would have more profiles than this.
    pub(crate) fn of_principals(&self, most: usize) -> Option<Vec<Axis<'a>>> {
        let is = |atom: &Atom<'_>, wanted| matches!(atom, Atom::OfPrincipal(principal) if principal.kind == wanted);
        let of_kind = |kind| -> Vec<usize> {
            self.all.iter().enumerate().filter(|(_, atom)| is(atom, kind)).map(|(at, _)| at).collect()
        };
        let one_at_most = |atoms: Vec<usize>| {
            let one = |at: usize| (0..atoms.len()).map(|other| other == at).collect();
            let profiles = (atoms.len() < most).then(|| (0..=atoms.len()).map(one).collect())?;
            Some(Axis { atoms, profiles, keys: Vec::new() })
        };
        let kinds =
            [PrincipalKind::Session, PrincipalKind::User, PrincipalKind::CanonicalUser].into_iter().map(of_kind);
        kinds.filter(|atoms| !atoms.is_empty()).map(one_at_most).collect()
    }

    fn resources(&mut self, asked: Asked<'a>, statement: &'a Statement, formula: &mut Formula) {
        let Some(selection) = &statement.resources else { return };
        let (request, effect) = (asked.request, statement.effect);
        let depends = selection
            .readings(effect)
            .filter(|pattern| pattern.matches(request.judged(), &request.context) == Truth::Depends);
        match selection {
            Selection::Only(_) => formula.push(depends.map(|own| self.literal(Atom::OfResource(own), false)).collect()),
            Selection::AllBut(_) => formula.extend(depends.map(|own| vec![self.literal(Atom::OfResource(own), true)])),
        }
    }

    fn conditions(&mut self, asked: Asked<'a>, statement: &'a Statement, formula: &mut Formula) {
        let context = &asked.request.context;
        for own in &statement.conditions {
            let strict = condition::truth(own, context, Operands::AsWritten);
            let may_be_meant_otherwise = statement.effect == Effect::Deny && !condition::is_readable(own);
            let clause = match strict {
                Truth::Yes => continue,
                Truth::No if may_be_meant_otherwise => vec![self.in_doubt(own, context)],
                Truth::No => Vec::new(),
                // from matching nothing to matching everything
                Truth::Depends if condition::has_short_arn(own) && !has_unknown_operand(own, context) => {
                    vec![self.in_doubt(own, context)]
                }
                Truth::Depends if may_be_meant_otherwise => {
                    vec![self.condition(own, context), self.in_doubt(own, context)]
                }
                Truth::Depends => vec![self.condition(own, context)],
            };
            formula.push(clause);
            if strict == Truth::Depends && is_partly_known(own, context) {
                // it holds at least where the operands that are known match; behind a `Not`, at most where they do not
                let known = self.literal(Atom::OfKey(own, Operands::AsWritten), false);
                match formula.last_mut() {
                    Some(clause) if !own.operator.negated => clause.push(known),
                    _ => formula.push(vec![known]),
                }
            }
        }
    }

    fn condition<V: Values + ?Sized>(&mut self, own: &'a Condition, values: &V) -> Literal {
        let operator = &own.operator;
        if operator.test == Test::Unknown || has_unknown_operand(own, values) || condition::says_nothing(own) {
            let plain = operator.test != Test::Unknown && is_plain(own);
            return self.literal(Atom::OfOperands(own), plain && operator.negated);
        }
        self.literal(Atom::OfKey(own, Operands::AsWritten), false)
    }

    fn in_doubt<V: Values + ?Sized>(&mut self, own: &'a Condition, values: &V) -> Literal {
        // of a `Null` no value makes a difference: what was meant does
        let is_unknown = values.value(&own.key).is_open() && own.operator.test != Test::Null;
        self.literal(if is_unknown { Atom::OfKey(own, Operands::InDoubt) } else { Atom::InDoubt(own) }, false)
    }

    fn literal(&mut self, atom: Atom<'a>, negated: bool) -> Literal {
        let gist = self.by_gist.hasher().hash_one(Gist(atom));
        let alike = self.by_gist.entry(gist).or_default();
        let known = alike.iter().copied().find(|at| self.all.get(*at).is_some_and(|other| same(*other, atom)));
        let at = known.unwrap_or_else(|| {
            alike.push(self.all.len());
            self.all.push(atom);
            self.all.len() - 1
        });
        Literal { atom: at, negated }
    }
}

impl<'a> Atom<'a> {
    /// The key whose values answer it alone.
    pub(crate) fn key(self) -> Option<&'a KeyName> {
        match self {
            Self::OfKey(condition, _) => Some(&condition.key),
            _ => None,
        }
    }

    /// The unknown keys on which the answer hangs.
    pub(crate) fn unknown_keys<V: Values + ?Sized>(self, values: &V) -> Vec<&'a KeyName> {
        let is_unknown = |key: &&KeyName| values.value(key).is_open();
        match self {
            Self::OfKey(own, _) | Self::OfOperands(own) | Self::InDoubt(own) => {
                let operands = own.values.iter().flat_map(Template::keys);
                std::iter::once(&own.key).chain(operands).filter(is_unknown).collect()
            }
            Self::OfResource(pattern) => pattern.keys().filter(is_unknown).collect(),
            Self::OfPrincipal(_) | Self::Open(_) => Vec::new(),
        }
    }
}

fn has_unknown_operand<V: Values + ?Sized>(condition: &Condition, values: &V) -> bool {
    condition.values.iter().flat_map(Template::keys).any(|key| values.value(key).is_open())
}

/// Whether a condition on an unknown key has operands of both kinds, known and not.
fn is_partly_known<V: Values + ?Sized>(condition: &Condition, values: &V) -> bool {
    let is_known = |own: &Template| own.keys().all(|key| !values.value(key).is_open());
    let is_asked = condition.operator.test != Test::Unknown && values.value(&condition.key).is_open();
    is_asked && condition.values.iter().any(is_known) && !condition.values.iter().all(is_known)
}

/// Whether `Not` says the contrary of the operator without it, also of a missing key.
fn is_plain(condition: &Condition) -> bool {
    !condition.operator.if_exists && condition.operator.set.is_none() && !condition::says_nothing(condition)
}

/// What two atoms that ask the same have in common, for looking them up.
struct Gist<'a>(Atom<'a>);

impl Hash for Gist<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0 {
            Atom::OfKey(own, _) | Atom::OfOperands(own) | Atom::InDoubt(own) => {
                own.operator.test.hash(state);
                own.key.hash(state);
                own.values.iter().for_each(|value| value.as_str().hash(state));
                if own.operator.test == Test::Unknown {
                    own.operator.text.hash(state);
                }
            }
            Atom::OfResource(pattern) => pattern.as_str().hash(state),
            Atom::OfPrincipal(principal) => principal.hash(state),
            Atom::Open(place) => (place.level, place.policy, place.statement).hash(state),
        }
    }
}

/// Whether two atoms ask the same.
fn same(a: Atom<'_>, b: Atom<'_>) -> bool {
    match (a, b) {
        (Atom::OfKey(a, read), Atom::OfKey(b, other)) => read == other && same_condition(a, b),
        (Atom::InDoubt(a), Atom::InDoubt(b)) => same_condition(a, b),
        (Atom::OfOperands(a), Atom::OfOperands(b)) => {
            same_operands(a, b) && (a.operator.negated == b.operator.negated || is_plain(a))
        }
        (Atom::OfResource(a), Atom::OfResource(b)) => a == b,
        (Atom::OfPrincipal(a), Atom::OfPrincipal(b)) => a == b,
        (Atom::Open(a), Atom::Open(b)) => a == b,
        _ => false,
    }
}

/// Whether two conditions ask the same.
fn same_condition(a: &Condition, b: &Condition) -> bool {
    same_operands(a, b) && a.operator.negated == b.operator.negated
}

/// Whether two conditions ask the same, `Not` left aside.
fn same_operands(a: &Condition, b: &Condition) -> bool {
    let (own, other) = (&a.operator, &b.operator);
    let same_operator = (own.test, own.if_exists, own.set) == (other.test, other.if_exists, other.set);
    let same_name = own.test != Test::Unknown || own.text == other.text;
    same_operator && same_name && a.key == b.key && a.values == b.values
}
