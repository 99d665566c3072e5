//! For a no: the Allow statements that came nearest, so that one sees what is missing of them.

use super::Policies;
use crate::domain::policy::{Condition, Effect, Layer, Request, Statement, StatementRef, Truth, condition_holds};

/// So many are told at most.
const TOLD: usize = 5;

/// An Allow statement that came near.
#[derive(Debug, Clone)]
pub struct Near {
    /// The layer it stands in.
    pub layer: Layer,
    /// Which statement.
    pub statement: StatementRef,
    /// What kept it from allowing.
    pub misses: Miss,
}

/// What keeps a statement from allowing a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Miss {
    /// Action and resource are its, a condition does not hold.
    Condition,
    /// It allows the action on other resources.
    Resource,
    /// It allows other actions of the service on the resource.
    Action,
}

impl Miss {
    /// What is so, as part of a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Condition => "allows it only under conditions that do not hold",
            Self::Resource => "allows the action on other resources",
            Self::Action => "allows other actions on the resource",
        }
    }
}

/// The statements of identity policies, boundary and session policy that came nearest, best first.
pub(super) fn nearest(policies: &Policies, request: &Request) -> Vec<Near> {
    let layers = [
        (Layer::Identity, &policies.layers.identity),
        (Layer::Boundary, &policies.layers.boundary),
        (Layer::Session, &policies.layers.session),
    ];
    let mut found = Vec::new();
    for (layer, documents) in layers {
        for (policy, document) in documents.iter().enumerate() {
            for (at, statement) in document.statements.iter().enumerate() {
                let Some(misses) = miss(statement, request) else { continue };
                let sid = statement.sid.as_deref().map(Into::into);
                let which = StatementRef { policy, statement: at, sid, effect: statement.effect };
                found.push(Near { layer, statement: which, misses });
            }
        }
    }
    found.sort_by_key(|near| near.misses);
    found.truncate(TOLD);
    found
}

/// The resources that Allow statements for the action name, in identity policies, each once.
pub(super) fn allowed_on(policies: &Policies, request: &Request) -> Vec<String> {
    let statements = policies.layers.identity.iter().flat_map(|document| &document.statements);
    let allowing = statements.filter(|own| own.effect == Effect::Allow && own.actions.selects(&request.action));
    let mut found: Vec<String> = Vec::new();
    for resources in allowing.filter_map(|own| own.resources.as_ref()) {
        let not = if resources.is_all_but() { "all but " } else { "" };
        for text in resources.items().iter().map(|pattern| format!("{not}{}", pattern.as_str())) {
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

fn miss(statement: &Statement, request: &Request) -> Option<Miss> {
    if statement.effect != Effect::Allow {
        return None;
    }
    let action = statement.actions.selects(&request.action);
    let resource = statement
        .resources
        .as_ref()
        .is_none_or(|resources| resources.selects(request.judged(), statement.effect, &request.context) != Truth::No);
    match (action, resource) {
        (true, true) => {
            let fails = |own: &Condition| condition_holds(own, &request.context) == Truth::No;
            statement.conditions.iter().any(fails).then_some(Miss::Condition)
        }
        (true, false) => Some(Miss::Resource),
        (false, true) if names_service(statement, request) => Some(Miss::Action),
        (false, _) => None,
    }
}

/// Whether it speaks of the service at all: `*` as resource alone would bring every policy near.
fn names_service(statement: &Statement, request: &Request) -> bool {
    let service = request.action.service();
    let of_service = |text: &str| text.split_once(':').is_some_and(|(own, _)| own.eq_ignore_ascii_case(service));
    !statement.actions.is_all_but() && statement.actions.items().iter().any(|pattern| of_service(pattern.as_str()))
}
