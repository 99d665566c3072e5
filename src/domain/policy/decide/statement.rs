//! Whether one statement applies to a request.

use super::naming::{Naming, naming};
use super::scale::Grant;
use crate::domain::policy::condition::{self, Operands};
use crate::domain::policy::document::{Effect, Element, Selection, Statement};
use crate::domain::policy::layers::Layer;
use crate::domain::policy::request::Request;
use crate::domain::policy::resource::ResourcePattern;
use crate::domain::policy::truth::Truth;

/// What a statement is held against.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) request: &'a Request,
    /// Whether the caller has a permissions boundary, or may have one.
    pub(crate) has_boundary: bool,
}

/// Whether the statement applies, and for a resource policy how closely it names the caller.
pub(crate) fn applies(asked: Asked<'_>, layer: Layer, statement: &Statement) -> Naming {
    let action = action(asked, statement);
    if action.is_no() {
        return Naming::NOT;
    }
    let named = named(asked, layer, statement);
    let truth = action.and(named.truth);
    if truth.is_no() {
        return Naming::NOT;
    }
    let truth = truth.and(resource(asked, statement));
    if truth.is_no() {
        return Naming::NOT;
    }
    Naming { truth: truth.and(conditions(asked, statement)).and(understood(statement)), ..named }
}

/// Whether a trust policy's statement names who makes the request.
pub(crate) fn names(statement: &Statement, request: &Request) -> Truth {
    named(Asked { request, has_boundary: false }, Layer::Resource, statement).truth
}

/// Whether the action is among those a statement is about.
pub(crate) fn selects(statement: &Statement, request: &Request) -> Truth {
    action(Asked { request, has_boundary: false }, statement)
}

/// Whether the action is among those it is about.
pub(crate) fn action(asked: Asked<'_>, statement: &Statement) -> Truth {
    if is_unread(statement, &[Element::Action, Element::NotAction]) {
        return Truth::Depends;
    }
    statement.actions.selects(&asked.request.action).into()
}

/// Whether the caller is among those it is for.
pub(crate) fn named(asked: Asked<'_>, layer: Layer, statement: &Statement) -> Naming {
    if !layer.names_principals() {
        return Naming::whole(Truth::Yes);
    }
    if principals_are_unread(statement) {
        return Naming::whole(Truth::Depends);
    }
    let Some(principals) = &statement.principals else { return Naming::NOT };
    let named = naming(principals, &asked.request.principal, statement.effect, asked.has_boundary);
    let is_for_root = is_for_root_alone(asked, layer, named);
    Naming { truth: if is_for_root { named.truth.and(Truth::Depends) } else { named.truth }, ..named }
}

/// Whether the caller is named by an account of which the root user alone may be meant.
///
/// AWS `PrivateLink` guide, "Endpoint policies for gateway endpoints", "Principals for gateway endpoints": an account lets its
/// root user in and nobody else. Amazon S3 and `DynamoDB` have endpoints of that kind, and interface endpoints too.
pub(crate) fn is_for_root_alone(asked: Asked<'_>, layer: Layer, named: Naming) -> bool {
    layer == Layer::Endpoint
        && named.grant == Grant::Account
        && !named.truth.is_no()
        && matches!(asked.request.action.service(), "s3" | "dynamodb")
}

/// Whether what is asked for is among its resources. A trust policy names none: it is about its role.
pub(crate) fn resource(asked: Asked<'_>, statement: &Statement) -> Truth {
    if resources_are_unread(statement) {
        return Truth::Depends;
    }
    let request = asked.request;
    let selects = |own: &Selection<ResourcePattern>| own.selects(request.judged(), statement.effect, &request.context);
    statement.resources.as_ref().map_or(Truth::Yes, selects)
}

/// Whether its conditions hold. A Deny whose conditions fail for nothing but an operand that cannot be read is in doubt, and
/// so is one of whose conditions something was not understood.
pub(crate) fn conditions(asked: Asked<'_>, statement: &Statement) -> Truth {
    let hold = |operands| {
        Truth::all(statement.conditions.iter().map(|own| condition::truth(own, &asked.request.context, operands)))
    };
    match hold(Operands::AsWritten) {
        Truth::No if statement.effect == Effect::Deny && conditions_are_unread(statement) => Truth::Depends,
        Truth::No if statement.effect == Effect::Deny && !hold(Operands::InDoubt).is_no() => Truth::Depends,
        truth => truth,
    }
}

/// Whether something of its resources was not understood.
pub(crate) fn resources_are_unread(statement: &Statement) -> bool {
    is_unread(statement, &[Element::Resource, Element::NotResource])
}

/// Whether something of its conditions was not understood.
pub(crate) fn conditions_are_unread(statement: &Statement) -> bool {
    is_unread(statement, &[Element::Condition])
}

/// Whether something of whom it is for was not understood.
pub(crate) fn principals_are_unread(statement: &Statement) -> bool {
    is_unread(statement, &[Element::Principal, Element::NotPrincipal])
}

/// `Depends` where something of the statement that has a say was not understood.
pub(crate) fn understood(statement: &Statement) -> Truth {
    let harmless = |element: &Element| matches!(element, Element::Version | Element::Id | Element::Sid);
    if statement.unread.iter().all(harmless) { Truth::Yes } else { Truth::Depends }
}

fn is_unread(statement: &Statement, elements: &[Element]) -> bool {
    statement.unread.iter().any(|unread| *unread == Element::Statement || elements.contains(unread))
}
