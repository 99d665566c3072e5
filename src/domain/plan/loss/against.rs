//! Two identities held against each other: what the one has now, and what comes in its place.

use crate::domain::access::Policies;
use crate::domain::identity::Bearer;
use crate::domain::policy::{
    ActionPattern, Answer, Document, Documents, Effect, Layer, Pattern, Request, ResourcePattern, Selection, Statement,
    decide,
};
use std::sync::Arc;

/// The layers that a role brings with it.
const OWN: [Layer; 3] = [Layer::Identity, Layer::Boundary, Layer::Session];

/// What somebody has now, and what comes in its place.
pub(super) struct Against<'a> {
    now: &'a Bearer,
    /// Without what keeps back the one as well as the other: nobody loses what he was denied before.
    then: Option<Bearer>,
    /// What those to come are denied.
    denied: Vec<Denied>,
}

/// What a Deny names: patterns of actions and of resources; `*` where it names all but some.
struct Denied {
    actions: Vec<String>,
    resources: Vec<String>,
}

/// Whether a role's own layers allow something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// All of it.
    Yes,
    /// Some of what a pattern stands for.
    Part,
    /// Nothing of it.
    No,
    /// It hangs on conditions, or on what was not read.
    Open,
}

impl<'a> Against<'a> {
    /// `then`: what comes; `None`: nothing does.
    pub(super) fn new(now: &'a Bearer, then: Option<&Bearer>) -> Self {
        let then = then.map(|then| Bearer { policies: apart(&then.policies, &now.policies), ..then.clone() });
        let statements = then.iter().flat_map(|then| OWN.map(|layer| documents(&then.policies, layer))).flatten();
        let statements = statements.flat_map(|document| &document.statements).filter(|own| own.effect == Effect::Deny);
        let denied = statements.map(|own| {
            let (actions, resources) = patterns(own);
            let texts = |own: Vec<&str>| own.into_iter().map(str::to_owned).collect();
            Denied { actions: texts(actions), resources: texts(resources) }
        });
        let denied = denied.collect();
        Self { now, then, denied }
    }

    /// What is asked for a pair of a statement: itself, and what of it those to come are denied. A request for `*` is for
    /// itself alone, and an action is asked for as it is written: neither stands for all that a policy's `*` does.
    pub(super) fn asked(&self, action: &str, resource: &str) -> Vec<(String, String)> {
        let mut asked = vec![(action.to_owned(), resource.to_owned())];
        let pattern = lower(action);
        for denied in &self.denied {
            let overlapping = denied.actions.iter().filter(|own| lower(own).overlaps(&pattern));
            for own in overlapping {
                let part = if lower(own).covers(&pattern) { action } else { own };
                let resources = denied.resources.iter().map(String::as_str).filter(|_| resource == "*");
                for on in resources.chain([resource]) {
                    let pair = (part.to_owned(), on.to_owned());
                    if !asked.contains(&pair) {
                        asked.push(pair);
                    }
                }
            }
        }
        asked
    }

    /// Whether those to come are denied some of what the pattern of actions stands for, and it cannot be told which.
    pub(super) fn is_cut(&self, action: &str) -> bool {
        let pattern = lower(action);
        let mut denied = self.denied.iter().flat_map(|denied| &denied.actions).map(|own| lower(own));
        denied.any(|own| own.overlaps(&pattern) && !own.covers(&pattern) && !pattern.covers(&own))
    }

    /// Whether it is allowed now.
    pub(super) fn is_had(&self, action: &str, resource: &str) -> bool {
        holds(self.now, action, resource) != Holds::No
    }

    /// Whether it will be.
    pub(super) fn will_be(&self, action: &str, resource: &str) -> Holds {
        self.then.as_ref().map_or(Holds::No, |then| holds(then, action, resource))
    }
}

/// What a statement names, as requests ask for it.
pub(super) fn patterns(statement: &Statement) -> (Vec<&str>, Vec<&str>) {
    let actions = match &statement.actions {
        Selection::Only(patterns) => {
            patterns.iter().filter(|pattern| !pattern.is_nothing()).map(ActionPattern::as_str).collect()
        }
        Selection::AllBut(_) => vec!["*"],
    };
    let resources = match &statement.resources {
        Some(Selection::Only(patterns)) => patterns.iter().map(ResourcePattern::as_str).collect(),
        _ => vec!["*"],
    };
    (actions, resources)
}

/// A pattern of actions, whatever its case.
fn lower(action: &str) -> Pattern {
    Pattern::new(&action.to_ascii_lowercase())
}

fn documents(policies: &Policies, layer: Layer) -> &[Arc<Document>] {
    policies.layers.level(layer, 0).unwrap_or_default()
}

/// The policies without the Denies and the boundary that others have, too, whoever asks.
fn apart(policies: &Policies, others: &Policies) -> Policies {
    let mut own = policies.clone();
    let held: Vec<&Statement> = documents(others, Layer::Identity).iter().flat_map(|own| &own.statements).collect();
    let is_shared = |statement: &Statement| {
        let is_plain = statement.effect == Effect::Deny && statement.conditions.is_empty();
        is_plain && held.iter().any(|other| other.says_as(statement))
    };
    let without = |document: &Arc<Document>| {
        if !document.statements.iter().any(is_shared) {
            return document.clone();
        }
        let statements = document.statements.iter().filter(|own| !is_shared(own)).cloned().collect();
        Arc::new(Document { statements, ..(**document).clone() })
    };
    own.layers.identity = own.layers.identity.iter().map(without).collect();
    let is_plain = |documents: &Documents| {
        documents.iter().flat_map(|document| &document.statements).all(|statement| statement.conditions.is_empty())
    };
    let is_same = own.layers.boundary == others.layers.boundary && is_plain(&own.layers.boundary);
    let is_read = |policies: &Policies| !policies.layers.unread.has(Layer::Boundary);
    if is_same && is_read(policies) && is_read(others) {
        own.layers.boundary.clear();
    }
    own
}

fn holds(bearer: &Bearer, action: &str, resource: &str) -> Holds {
    let policies: &Policies = &bearer.policies;
    let request = Request { context: bearer.context.clone(), ..Request::new(bearer.role.as_str(), action, resource) };
    let decision = decide(&request, &policies.layers);
    let mut all = Holds::Yes;
    for layer in OWN {
        let is_unread = policies.layers.unread.has(layer);
        let said = decision.layers.iter().find(|answer| answer.layer == layer).map(|answer| answer.answer);
        let answer = match said {
            None | Some(Answer::Silent) if is_unread => Answer::NotRead,
            None if layer == Layer::Identity => Answer::Silent,
            None => Answer::Allow,
            Some(answer) => answer,
        };
        match answer {
            Answer::Allow => {}
            Answer::Deny | Answer::Silent | Answer::NotAllowed => return Holds::No,
            // where nothing else is open it hangs on what the pattern stands for
            Answer::Depends if request.resource.is_pattern() && decision.unknown.is_empty() && !is_unread => {
                if all == Holds::Yes {
                    all = Holds::Part;
                }
            }
            Answer::Depends | Answer::NotRead => all = Holds::Open,
        }
    }
    all
}
