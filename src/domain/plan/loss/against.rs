//! Two identities held against each other: what the one has now, and what comes in its place.

use crate::domain::access::Policies;
use crate::domain::identity::Bearer;
use crate::domain::policy::{
    ASSUME_ROLE, Action, ActionPattern, Answer, Context, Document, Documents, Effect, KeyName, Layer, Pattern, Request,
    ResourcePattern, Selection, Statement, TAG_SESSION, Truth, Values, decide,
};
use std::sync::Arc;

/// The layers that a role brings with it.
const OWN: [Layer; 3] = [Layer::Identity, Layer::Boundary, Layer::Session];

/// What somebody has now, and what comes in its place.
pub(super) struct Against<'a> {
    now: &'a Bearer,
    /// Without what keeps back the one as well as the other: nobody loses what he was denied before.
    then: Option<Bearer>,
    /// What a boundary or a session of now allows, or a Deny spares (`NotAction`, `NotResource`).
    confined_to: Parts,
    /// What those to come are denied, or an Allow leaves out.
    kept_from: Parts,
}

/// Patterns of actions and of resources that statements name.
#[derive(Default)]
struct Parts {
    actions: Vec<String>,
    resources: Vec<On>,
}

/// What a statement names as a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct On {
    /// As written; with its variables as what they stand for, where all of them are known.
    pub(super) said: String,
    /// As a request asks for all of it.
    pub(super) asked: String,
}

/// Whether a role's own layers allow something: the less, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    /// All of it.
    Yes,
    /// Some of what a pattern stands for.
    Part,
    /// It hangs on conditions, or on what was not read.
    Open,
    /// Nothing of it.
    No,
}

impl<'a> Against<'a> {
    /// `then`: what comes; `None`: nothing does.
    pub(super) fn new(now: &'a Bearer, then: Option<&Bearer>) -> Self {
        let then = then.map(|then| Bearer { policies: apart(then, now), ..then.clone() });
        let (mut confined_to, mut kept_from) = (Parts::default(), Parts::default());
        for layer in OWN {
            for own in documents(&now.policies, layer).iter().flat_map(|own| &own.statements) {
                // what an identity's Allow names is asked for by itself
                if own.effect == Effect::Deny || layer != Layer::Identity {
                    confined_to.add(own, own.effect == Effect::Deny, &now.context);
                }
            }
            if let Some(then) = &then {
                let to_come = documents(&then.policies, layer).iter().flat_map(|own| &own.statements);
                to_come.for_each(|own| kept_from.add(own, own.effect == Effect::Allow, &then.context));
            }
        }
        Self { now, then, confined_to, kept_from }
    }

    /// What is asked for a pair of a statement: itself, and the parts of it that those of now may be confined to, or those to
    /// come kept from. A request for `*` is for itself alone, and an action is asked for as it is written: neither stands
    /// for all that a policy's `*` does.
    pub(super) fn asked(&self, action: &str, resource: &On) -> Vec<(String, On)> {
        let pattern = lower(action);
        let is_part = |own: &&str| lower(own).overlaps(&pattern) && !lower(own).covers(&pattern);
        let actions = [&self.confined_to, &self.kept_from].into_iter().flat_map(|own| &own.actions);
        let actions = actions.map(String::as_str).filter(is_part);
        let on = [&self.confined_to, &self.kept_from].into_iter().flat_map(|own| &own.resources);
        let resources: Vec<&On> = [resource].into_iter().chain(on.filter(|_| resource.asked == "*")).collect();
        let mut asked = Vec::new();
        for part in [action].into_iter().chain(actions) {
            for on in &resources {
                let pair = (part.to_owned(), (*on).clone());
                if !asked.contains(&pair) {
                    asked.push(pair);
                }
            }
        }
        asked
    }

    /// What a statement of now names, as requests ask for it.
    pub(super) fn patterns<'s>(&self, statement: &'s Statement) -> (Vec<&'s str>, Vec<On>) {
        let actions = match &statement.actions {
            Selection::Only(patterns) => {
                patterns.iter().filter(|pattern| !pattern.is_nothing()).map(ActionPattern::as_str).collect()
            }
            Selection::AllBut(_) => vec!["*"],
        };
        let resources = match &statement.resources {
            Some(Selection::Only(patterns)) => {
                patterns.iter().filter_map(|pattern| On::of(pattern, &self.now.context)).collect()
            }
            _ => vec![On { said: "*".to_owned(), asked: "*".to_owned() }],
        };
        (actions, resources)
    }

    /// Whether it is allowed now, and will not be.
    pub(super) fn is_lost(&self, action: &str, resource: &str) -> Truth {
        let then = self.then.as_ref().map_or(Holds::No, |then| self.holds_then(then, action, resource));
        match (holds(self.now, action, resource), then) {
            (Holds::No, Holds::Yes) => Truth::No,
            (Holds::No, _) => self.confined_to.cut(action),
            (_, Holds::Yes) => self.kept_from.cut(action),
            (_, Holds::No | Holds::Part) => Truth::Yes,
            (_, Holds::Open) => Truth::Depends,
        }
    }

    /// Whether it is allowed then. Whose session has tags that go on to the next role has to be allowed to hand them on
    /// ([`Bearer::answer`]).
    fn holds_then(&self, then: &Bearer, action: &str, resource: &str) -> Holds {
        let own = holds(then, action, resource);
        let pattern = lower(action);
        let [assume, tag] = [ASSUME_ROLE, TAG_SESSION].map(|action| pattern.matches(&action.to_ascii_lowercase()));
        if !tags_go_on(self.now, then) || !assume || tag {
            return own;
        }
        own.max(holds(then, TAG_SESSION, resource))
    }
}

impl Parts {
    /// Adds what a statement names, for those whose requests carry this: as what is left out, or not.
    fn add(&mut self, statement: &Statement, all_but: bool, values: &Context) {
        if statement.actions.is_all_but() == all_but {
            let named = statement.actions.items().iter().filter(|pattern| !pattern.is_nothing());
            self.actions.extend(named.map(|pattern| pattern.as_str().to_owned()));
        }
        if let Some(resources) = statement.resources.as_ref().filter(|own| own.is_all_but() == all_but) {
            self.resources.extend(resources.items().iter().filter_map(|pattern| On::of(pattern, values)));
        }
    }

    /// Whether one of them is some of what the pattern of actions stands for, and not all of it: that is not certain, for
    /// it cannot be told which.
    fn cut(&self, action: &str) -> Truth {
        let pattern = lower(action);
        let mut own = self.actions.iter().map(|own| lower(own));
        let is_cut = own.any(|own| own.overlaps(&pattern) && !own.covers(&pattern) && !pattern.covers(&own));
        if is_cut { Truth::Depends } else { Truth::No }
    }
}

impl On {
    /// `None` where it names nothing: a variable in it has no value.
    fn of(pattern: &ResourcePattern, values: &Context) -> Option<Self> {
        let asked = pattern.asked_for(values)?;
        let mut keys = pattern.keys().peekable();
        let is_filled = keys.peek().is_some() && keys.all(|key| !values.value(key).is_open());
        let said = if is_filled { asked.clone() } else { pattern.as_str().to_owned() };
        Some(Self { said, asked })
    }
}

/// A pattern of actions, whatever its case.
fn lower(action: &str) -> Pattern {
    Pattern::new(&action.to_ascii_lowercase())
}

fn documents(policies: &Policies, layer: Layer) -> &[Arc<Document>] {
    policies.layers.level(layer, 0).unwrap_or_default()
}

/// The policies without the Denies and the boundary that others have, too, whoever asks.
fn apart(then: &Bearer, now: &Bearer) -> Policies {
    let (mut own, others) = (then.policies.clone(), &now.policies);
    let is_plain = |statement: &Statement| {
        let patterns = statement.resources.iter().flat_map(Selection::items);
        let is_alike = |key: &KeyName| {
            let value = then.context.value(key);
            !value.is_open() && value == now.context.value(key)
        };
        statement.conditions.is_empty() && patterns.flat_map(ResourcePattern::keys).all(is_alike)
    };
    let held: Vec<&Statement> = documents(others, Layer::Identity).iter().flat_map(|own| &own.statements).collect();
    let is_shared = |statement: &Statement| {
        let is_plain_deny = statement.effect == Effect::Deny && is_plain(statement);
        is_plain_deny && held.iter().any(|other| other.says_as(statement))
    };
    let without = |document: &Arc<Document>| {
        if !document.statements.iter().any(is_shared) {
            return document.clone();
        }
        let statements = document.statements.iter().filter(|own| !is_shared(own)).cloned().collect();
        Arc::new(Document { statements, ..(**document).clone() })
    };
    own.layers.identity = own.layers.identity.iter().map(without).collect();
    let is_all_plain = |documents: &Documents| documents.iter().flat_map(|document| &document.statements).all(is_plain);
    let is_same = own.layers.boundary == others.layers.boundary && is_all_plain(&own.layers.boundary);
    let is_read = |policies: &Policies| !policies.layers.unread.has(Layer::Boundary);
    if is_same && is_read(&own) && is_read(others) {
        own.layers.boundary.clear();
    }
    own
}

/// Whether the one has what the other has: the same role, in sessions that nothing in its policies tells apart.
pub(super) fn is_same(now: &Bearer, then: &Bearer) -> bool {
    let session = |own: &Bearer| (own.policies.layers.session.clone(), own.policies.layers.unread.has(Layer::Session));
    if now.role != then.role || session(now) != session(then) {
        return false;
    }
    let is_read = now.policies.gaps.is_empty() && then.policies.gaps.is_empty();
    let documents = OWN.into_iter().flat_map(|layer| documents(&now.policies, layer));
    let mut statements = documents.flat_map(|document| &document.statements);
    let is_alike = |key: &KeyName| now.context.value(key) == then.context.value(key);
    let goes_on = |own: &Statement| own.effect == Effect::Allow && own.actions.selects(&Action::new(ASSUME_ROLE));
    let is_as_before =
        |own: &Statement| own.is_understood() && own.keys().all(is_alike) && !(tags_go_on(now, then) && goes_on(own));
    now.context == then.context || (is_read && statements.all(is_as_before))
}

/// Whether a session comes whose tags go on to the next role, where there was none.
fn tags_go_on(now: &Bearer, then: &Bearer) -> bool {
    then.has_transitive_tags && !now.has_transitive_tags
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
