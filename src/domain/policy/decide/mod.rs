//! What AWS would decide: every statement is held against the request ([`statement`]), all of them together are weighed
//! ([`scale`]), and where that depends on what is not known, every world it leaves open is looked at ([`worlds`]).

mod explain;
mod naming;
mod notes;
mod scale;
mod statement;
mod terms;
mod walk;
mod worlds;

use super::decision::{Decision, Outcome};
use super::layers::{Layer, Layers};
use super::request::Request;
use scale::Scale;
use statement::{Asked, applies};
use walk::Stop;

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
    explain::explained(asked(request, layers), layers)
}

/// What AWS would decide, and nothing else. Nothing is allocated, except where it depends at first sight.
pub fn outcome(request: &Request, layers: &Layers) -> Outcome {
    let asked = asked(request, layers);
    let mut scale = Scale::new(terms::terms(request, layers));
    walk::walk(request, layers, |stop| {
        match stop {
            Stop::Statement(place, statement) => {
                let naming = applies(asked, place.layer, statement);
                if !naming.truth.is_no() {
                    scale.add(place.layer, statement.effect, naming.grant, naming.truth);
                }
            }
            Stop::Close(Layer::Scp | Layer::Rcp, _) => drop(scale.close_level()),
            Stop::Close(..) => {}
        }
        !scale.denied().is_yes()
    });
    match scale.outcome() {
        Outcome::Depends => worlds::refine(asked, layers).outcome,
        certain => certain,
    }
}

fn asked<'a>(request: &'a Request, layers: &Layers) -> Asked<'a> {
    Asked { request, has_boundary: !layers.boundary.is_empty() || layers.unread.has(Layer::Boundary) }
}
