//! The statements of a request, all of them weighed.

use super::scale::Scale;
use super::statement::{Asked, applies};
use super::walk::Stop;
use super::{explain, terms, walk, worlds};
use crate::domain::policy::decision::{Decision, Note, Outcome};
use crate::domain::policy::layers::{Layer, Layers};
use crate::domain::policy::request::Request;

/// What AWS would decide, and by which statements.
///
/// ```
/// use rolecall::domain::policy::{Document, Kind, Layers, Outcome, Request, decide};
/// use std::sync::Arc;
///
/// let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:Get*","Resource":"*"}}"#;
/// let identity = vec![Arc::new(Document::parse(policy, Kind::Identity)?)];
/// let layers = Layers { identity, ..Layers::default() };
/// let role = "arn:aws:iam::111122223333:role/api";
/// let decision = decide(&Request::new(role, "s3:GetObject", "arn:aws:s3:::shop/a"), &layers);
/// assert_eq!(decision.outcome, Outcome::Allowed);
/// assert_eq!(decision.by[0].layer.name(), "identity");
/// # Ok::<(), rolecall::domain::policy::Unreadable>(())
/// ```
pub fn decide(request: &Request, layers: &Layers) -> Decision {
    match before_policies(request) {
        Some((outcome, note)) => {
            Decision { outcome, by: Vec::new(), unknown: Vec::new(), remarks: vec![note], layers: Vec::new() }
        }
        None => explain::explained(asked(request, layers), layers),
    }
}

/// What AWS would decide, and nothing else. Nothing is allocated, except where it depends at first sight.
pub fn outcome(request: &Request, layers: &Layers) -> Outcome {
    if let Some((outcome, _)) = before_policies(request) {
        return outcome;
    }
    let asked = asked(request, layers);
    let mut scale = Scale::new(terms::terms(request, layers));
    walk::walk(request, layers, |stop| {
        match stop {
            Stop::Statement(place, statement) => {
                let naming = applies(asked, place.layer, statement);
                if !naming.truth.is_no() {
                    for (grant, truth) in naming.parts() {
                        scale.add(place.layer, statement.effect, grant, truth);
                    }
                }
            }
            Stop::Close(Layer::Scp | Layer::Rcp, _) => drop(scale.close_level()),
            Stop::Close(..) => {}
        }
        !scale.denied().is_yes()
    });
    worlds::settled(asked, layers, &scale).outcome
}

/// What is decided whatever policies say.
fn before_policies(request: &Request) -> Option<(Outcome, Note)> {
    if request.takes_no_permission() {
        Some((Outcome::Allowed, Note::NoPermissionNeeded))
    } else {
        request.closed().map(|closed| (Outcome::ImplicitDeny, Note::Closed(closed)))
    }
}

fn asked<'a>(request: &'a Request, layers: &Layers) -> Asked<'a> {
    Asked { request, has_boundary: !layers.boundary.is_empty() || layers.unread.has(Layer::Boundary) }
}
