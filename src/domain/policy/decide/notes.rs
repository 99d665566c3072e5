//! What is odd about a request under its policies, and worth a remark beside the decision.

use super::naming::{is_one_session, may_be};
use super::scale::Sides;
use super::statement::{self, Asked};
use super::terms::{is_reached_by_rcps, terms};
use super::walk::{Stop, walk};
use crate::domain::model::Name;
use crate::domain::policy::condition::is_comparable;
use crate::domain::policy::decision::{Note, Outcome, Reason};
use crate::domain::policy::document::{Condition, Effect, Selection, Statement};
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::operator::Test;
use crate::domain::policy::principal::{Principal, PrincipalKind};
use crate::domain::policy::truth::Truth;
use crate::domain::policy::variable::{Value, Values};

/// The notes, each once, in order of their kind.
pub(crate) fn notes(asked: Asked<'_>, layers: &Layers) -> Vec<Note> {
    let mut notes = of_request(asked, layers);
    walk(asked.request, layers, |stop| {
        if let Stop::Statement(place, statement) = stop {
            let before = notes.len();
            notes.extend(statement.conditions.iter().filter_map(|own| of_condition(asked, own)));
            // asked last, for it takes longest, and of most statements there is nothing to note
            let is_odd = notes.len() > before || place.layer.names_principals();
            if is_odd && concerns(asked, statement) {
                notes.extend(of_principal(asked, place.layer, statement));
            } else {
                notes.truncate(before);
            }
        }
        true
    });
    notes.sort_unstable();
    notes.dedup();
    notes
}

fn of_request(asked: Asked<'_>, layers: &Layers) -> Vec<Note> {
    let request = asked.request;
    let terms = terms(request, layers);
    let own = [&layers.identity, &layers.boundary, &layers.session];
    let has_own = own.iter().any(|layer| !layer.is_empty()) || !layers.scp.is_empty();
    let needs = request.needs_resource_policy() && layers.resource.is_empty() && !layers.unread.has(Layer::Resource);
    let lacks_session = layers.session.is_empty() && !layers.unread.has(Layer::Session);
    let linked = request.principal.is_service_linked() && !(layers.scp.is_empty() && layers.rcp.is_empty());
    [
        (needs, Note::ResourcePolicyNeeded),
        (lacks_session && request.principal.needs_session_policy(), Note::SessionPolicyNeeded),
        (linked, Note::ServiceLinkedRole),
        (request.is_by_alias(), Note::KeyByAlias),
        (terms.root && terms.sides == Sides::Either, Note::RootUser),
        (request.passes_by_bucket_policy() && !layers.resource.is_empty(), Note::OwnerOfBucket),
        (terms.sides == Sides::ResourceAlone && has_own, Note::NoPoliciesOfItsOwn),
    ]
    .into_iter()
    .filter_map(|(holds, note)| holds.then_some(note))
    .collect()
}

/// That an RCP decides, or may, though AWS is not known to ask any about this service.
pub(crate) fn of_rcps(asked: Asked<'_>, outcome: Outcome, by: &[Reason]) -> Option<Note> {
    let service = asked.request.action.service();
    let decides = outcome != Outcome::Allowed && by.iter().any(|reason| reason.layer == Layer::Rcp);
    (decides && !is_reached_by_rcps(service)).then(|| Note::RcpOfOtherService { service: service.into() })
}

/// Whether a statement is about what is asked for, its principals and conditions left aside.
fn concerns(asked: Asked<'_>, statement: &Statement) -> bool {
    !statement::action(asked, statement).is_no() && !statement::resource(asked, statement).is_no()
}

fn of_principal(asked: Asked<'_>, layer: Layer, statement: &Statement) -> Option<Note> {
    if names_one_session(asked, layer, statement) {
        return Some(Note::NamesOneSession);
    }
    if names_another_user(asked, layer, statement) {
        return Some(Note::FederatingUser);
    }
    if layer.names_principals() && statement::is_for_root_alone(asked, layer, statement::named(asked, layer, statement))
    {
        return Some(Note::GatewayEndpoint);
    }
    let is_deny_but = statement.effect == Effect::Deny && matches!(statement.principals, Some(Selection::AllBut(_)));
    if !layer.names_principals() || !is_deny_but || !asked.request.principal.has_policies() {
        return None;
    }
    match statement::named(asked, layer, statement).truth {
        Truth::Yes if asked.has_boundary => Some(Note::NotPrincipalHitsBoundary),
        Truth::Depends => Some(Note::NotPrincipalIncomplete),
        _ => None,
    }
}

fn names_one_session(asked: Asked<'_>, layer: Layer, statement: &Statement) -> bool {
    let Some(Selection::Only(listed)) = &statement.principals else { return false };
    layer.names_principals() && listed.iter().any(|one| is_one_session(one, &asked.request.principal))
}

/// Whether it names a user who may have federated the session that asks, though that has another name.
fn names_another_user(asked: Asked<'_>, layer: Layer, statement: &Statement) -> bool {
    let Some(Selection::Only(listed)) = &statement.principals else { return false };
    let requester = &asked.request.principal;
    let is_user = |one: &&Principal| one.kind == PrincipalKind::User && may_be(one, requester).is_some();
    layer.names_principals() && listed.iter().any(|one| is_user(&one))
}

fn of_condition(asked: Asked<'_>, condition: &Condition) -> Option<Note> {
    let operator = &condition.operator;
    let named = || (Name::from(&*operator.text), Name::from(condition.key.as_str()));
    let incomparable = |value: &str| !is_comparable(operator.test, value);
    let is_incomparable = match asked.request.context.value(&condition.key) {
        Value::Many(_) if operator.set.is_none() && !matches!(operator.test, Test::Null | Test::Unknown) => {
            let (operator, key) = named();
            return Some(Note::NeedsSetPrefix { operator, key });
        }
        Value::Many(values) => values.iter().any(|value| incomparable(value)),
        Value::One(value) => incomparable(value),
        Value::Absent | Value::Unknown | Value::Shaped(_) => false,
    };
    is_incomparable.then(|| {
        let (operator, key) = named();
        Note::NotComparable { operator, key }
    })
}
