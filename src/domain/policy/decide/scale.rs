//! How statements add up to an answer: the one place where AWS's order of layers is written down.
//!
//! IAM user guide, "Policy evaluation logic", "Determining whether a request is allowed or denied within an account",
//! "Cross-account policy evaluation logic"; for roles and sessions named by a resource policy, "Difference for
//! resource-based policies" under "Permissions boundaries" and "Session policies".

use crate::domain::policy::decision::Outcome;
use crate::domain::policy::document::Effect;
use crate::domain::policy::layers::{Layer, LayerSet};
use crate::domain::policy::truth::Truth;

/// How closely a resource policy names the caller. Within an account it decides what its Allow may pass by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Grant {
    /// By its account: the account's own policies must allow, too.
    Account,
    /// By its role, or by the user that federated it: identity policies may be silent.
    Role,
    /// By its very self, or as anybody: identity, boundary and session policies may be silent.
    Whole,
}

/// Who has to allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sides {
    /// The resource's policy alone: the caller can have no policies.
    ResourceAlone,
    /// Caller and resource are of one account: either side is enough.
    Either,
    /// They are of one account, but the resource decides: a role that is assumed, a KMS key.
    ResourceFirst,
    /// They are of two accounts: both.
    Both,
}

/// What a request and its layers have in common, whatever the statements say.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms {
    pub(crate) sides: Sides,
    /// The root user of an account: it may all that its own account can allow.
    pub(crate) root: bool,
    /// The layers that are there, and so must let the request pass.
    pub(crate) there: LayerSet,
    /// The layers of which something was not read, as far as that leaves the answer open: identity, boundary and session
    /// policies, and a resource policy that is needed.
    pub(crate) unread: LayerSet,
}

/// What the statements of all layers come to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    terms: Terms,
    deny: Truth,
    identity: Truth,
    boundary: Truth,
    session: Truth,
    endpoint: Truth,
    /// By how closely the caller is named: at least by its account, its role, its self.
    resource: [Truth; 3],
    /// All levels so far, of SCPs and RCPs.
    levels: Truth,
    /// The level that is being weighed.
    level: Truth,
}

impl Scale {
    pub(crate) fn new(terms: Terms) -> Self {
        let gap = |layer| if terms.unread.has(layer) { Truth::Depends } else { Truth::No };
        Self {
            terms,
            deny: if terms.unread.is_empty() { Truth::No } else { Truth::Depends },
            identity: if terms.root { Truth::Yes } else { gap(Layer::Identity) },
            boundary: gap(Layer::Boundary),
            session: gap(Layer::Session),
            endpoint: Truth::No,
            resource: [gap(Layer::Resource); 3],
            levels: Truth::Yes,
            level: Truth::No,
        }
    }

    /// A statement of this layer applies, as far as is known. `grant` counts for resource policies alone.
    pub(crate) fn add(&mut self, layer: Layer, effect: Effect, grant: Grant, applies: Truth) {
        if effect == Effect::Deny {
            self.deny = self.deny.or(applies);
            return;
        }
        let side = match layer {
            Layer::Identity => &mut self.identity,
            Layer::Boundary => &mut self.boundary,
            Layer::Session => &mut self.session,
            Layer::Endpoint => &mut self.endpoint,
            Layer::Scp | Layer::Rcp => &mut self.level,
            Layer::Resource => {
                for (at_least, truth) in [Grant::Account, Grant::Role, Grant::Whole].iter().zip(&mut self.resource) {
                    if grant >= *at_least {
                        *truth = truth.or(applies);
                    }
                }
                return;
            }
            Layer::Trust | Layer::Credentials => return,
        };
        *side = side.or(applies);
    }

    /// The end of one level of an SCP or RCP layer. It says whether the level allows.
    pub(crate) fn close_level(&mut self) -> Truth {
        let level = std::mem::replace(&mut self.level, Truth::No);
        self.levels = self.levels.and(level);
        level
    }

    /// Whether some Deny applies.
    pub(crate) fn denied(&self) -> Truth {
        self.deny
    }

    /// Whether everything that must allow does. Denies are not looked at.
    pub(crate) fn allowed(&self) -> Truth {
        self.granted().and(self.levels).and(self.endpoint_lets_pass())
    }

    pub(crate) fn outcome(&self) -> Outcome {
        match (self.deny, self.allowed()) {
            (Truth::Yes, _) => Outcome::ExplicitDeny,
            (_, Truth::No) => Outcome::ImplicitDeny,
            (Truth::No, Truth::Yes) => Outcome::Allowed,
            _ => Outcome::Depends,
        }
    }

    /// Whether this layer, SCPs and RCPs left out, lets the request pass: it allows, or need not.
    pub(crate) fn passes(&self, layer: Layer) -> Truth {
        let [account, role, whole] = self.resource;
        let (is_resource_alone, is_both) = (self.terms.sides == Sides::ResourceAlone, self.terms.sides == Sides::Both);
        let by_resource = |grant: Truth| if is_both { Truth::No } else { grant };
        match layer {
            Layer::Resource if self.terms.sides == Sides::Either => Truth::Yes,
            Layer::Resource => account,
            Layer::Identity | Layer::Boundary | Layer::Session if is_resource_alone => Truth::Yes,
            Layer::Identity => self.identity.or(by_resource(role)),
            Layer::Boundary => self.boundary_lets_pass().or(by_resource(whole)),
            Layer::Session => self.session_lets_pass().or(by_resource(whole)),
            Layer::Endpoint => self.endpoint_lets_pass(),
            Layer::Scp | Layer::Rcp | Layer::Trust | Layer::Credentials => Truth::Yes,
        }
    }

    /// Whether a resource policy's Allow of this closeness has a say.
    pub(crate) fn counts(&self, grant: Grant) -> bool {
        self.terms.sides != Sides::Either || grant > Grant::Account
    }

    fn granted(&self) -> Truth {
        let [account, role, whole] = self.resource;
        let limits = self.boundary_lets_pass().and(self.session_lets_pass());
        let by_resource = whole.or(role.and(limits));
        match self.terms.sides {
            Sides::ResourceAlone => account,
            Sides::Either => by_resource.or(self.identity.and(limits)),
            Sides::ResourceFirst => by_resource.or(account.and(self.identity).and(limits)),
            Sides::Both => account.and(self.identity).and(limits),
        }
    }

    fn is_there(&self, layer: Layer) -> bool {
        self.terms.there.has(layer) || self.terms.unread.has(layer)
    }

    fn boundary_lets_pass(&self) -> Truth {
        if self.is_there(Layer::Boundary) { self.boundary } else { Truth::Yes }
    }

    fn session_lets_pass(&self) -> Truth {
        if self.is_there(Layer::Session) { self.session } else { Truth::Yes }
    }

    fn endpoint_lets_pass(&self) -> Truth {
        if self.is_there(Layer::Endpoint) { self.endpoint } else { Truth::Yes }
    }
}
