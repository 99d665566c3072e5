//! The answer to a request: what AWS would decide, by which statements, and on what it hangs.

use super::document::Effect;
use super::layers::Layer;
use super::request::Closed;
use super::truth::Truth;
use crate::domain::model::Name;
use std::borrow::Cow;

/// What AWS would decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// It is allowed.
    Allowed,
    /// A Deny statement applies for certain.
    ExplicitDeny,
    /// Nothing allows it, or not every layer that must.
    ImplicitDeny,
    /// It is allowed for some values of what is not known, and denied for others.
    Depends,
}

/// A decision and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// What AWS would decide.
    pub outcome: Outcome,
    /// The statements that decided; for [`Outcome::ImplicitDeny`] every layer, and level of it, that had to allow and
    /// did not, in the order in which AWS asks them; for [`Outcome::Depends`] what it hangs on.
    pub by: Vec<Reason>,
    /// The keys whose values are not known and make the difference, as the request or else the policy spells them.
    pub unknown: Vec<Name>,
    /// What is odd about this request under these policies.
    pub remarks: Vec<Note>,
    /// What each layer says for itself, in the order of asking; one line per level.
    pub layers: Vec<LayerAnswer>,
}

/// A statement, or a layer without one.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Reason {
    /// The layer.
    pub layer: Layer,
    /// The level, counted from 0: SCPs and RCPs alone have levels.
    pub level: Option<usize>,
    /// The statement; `None` where nothing in the layer allows.
    pub statement: Option<StatementRef>,
}

/// Which statement of a layer or level.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StatementRef {
    /// The document, counted from 0 within its layer or level.
    pub policy: usize,
    /// The statement, counted from 0 within its document.
    pub statement: usize,
    /// Its `Sid`.
    pub sid: Option<Name>,
    /// What it does.
    pub effect: Effect,
}

/// What one layer, or one level of it, says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LayerAnswer {
    /// The layer.
    pub layer: Layer,
    /// The level, for SCPs and RCPs.
    pub level: Option<usize>,
    /// What it says.
    pub answer: Answer,
}

/// What a layer says for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Answer {
    /// A statement allows and none denies.
    Allow,
    /// A statement denies.
    Deny,
    /// Nothing in it applies.
    Silent,
    /// Nothing in it allows; whether a statement denies hangs on what is not known.
    NotAllowed,
    /// It hangs on what is not known.
    Depends,
    /// Something of it could not be read.
    NotRead,
}

/// Something odd about a request under its policies. What is odd about a document alone stands in its own remarks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Note {
    /// An operator without set prefix was asked about a key of several values.
    NeedsSetPrefix {
        /// The operator, as written.
        operator: Name,
        /// The key, as written.
        key: Name,
    },
    /// A value of the request is no number, date or address, though an operator compares it as one.
    NotComparable {
        /// The operator, as written.
        operator: Name,
        /// The key, as written.
        key: Name,
    },
    /// Roles and KMS keys decide by their own policy, and none was given.
    ResourcePolicyNeeded,
    /// `NotPrincipal` lists some but not all of the names the caller goes by.
    NotPrincipalIncomplete,
    /// `NotPrincipal` in a Deny hits every caller that has a permissions boundary.
    NotPrincipalHitsBoundary,
    /// Whoever asks may do nothing of its own without a session policy, and there is none.
    SessionPolicyNeeded,
    /// SCPs and RCPs do not reach service-linked roles.
    ServiceLinkedRole,
    /// The root user has all permissions in its own account.
    RootUser,
    /// The policy of a bucket does not keep its account's root user from that policy.
    OwnerOfBucket,
    /// Identity policies, boundaries, session policies and SCPs do not apply to such a caller.
    NoPoliciesOfItsOwn,
    /// The resource policy names one session of the role, and whether that is the caller is not known.
    NamesOneSession,
    /// The resource policy names a user, and whether it was that user who federated the caller is not known.
    FederatingUser,
    /// An endpoint's policy names an account, and the endpoint may be of a kind where that is its root user alone.
    GatewayEndpoint,
    /// A KMS key was named by an alias, and policies name keys.
    KeyByAlias,
    /// Everybody may do it: no policy is asked.
    NoPermissionNeeded,
    /// Who makes it cannot: no policy is asked.
    Closed(Closed),
    /// An RCP decides, or may, though RCPs are not known to reach this service.
    RcpOfOtherService {
        /// Its prefix.
        service: Name,
    },
}

/// Whether it is allowed.
impl From<Outcome> for Truth {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Allowed => Self::Yes,
            Outcome::Depends => Self::Depends,
            Outcome::ExplicitDeny | Outcome::ImplicitDeny => Self::No,
        }
    }
}

impl Outcome {
    /// Its word in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::ExplicitDeny => "explicitDeny",
            Self::ImplicitDeny => "implicitDeny",
            Self::Depends => "depends",
        }
    }

    /// Whether it is denied for certain, one way or the other.
    pub fn is_denied(self) -> bool {
        matches!(self, Self::ExplicitDeny | Self::ImplicitDeny)
    }
}

impl Answer {
    /// Its word in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
            Self::Silent => "silent",
            // whether it denies does
            Self::Depends | Self::NotAllowed => "depends",
            Self::NotRead => "notRead",
        }
    }
}

impl Decision {
    /// The layers, and levels, that had to allow and did not.
    pub fn blockers(&self) -> impl Iterator<Item = &Reason> {
        self.by.iter().filter(|reason| reason.statement.is_none())
    }
}

impl Note {
    /// What is so and what follows, for people.
    pub fn sentence(&self) -> Cow<'static, str> {
        match self {
            Self::NeedsSetPrefix { operator, key } => format!(
                "`{key}` has several values, and `{operator}` without ForAnyValue: or ForAllValues: matches none of them"
            )
            .into(),
            Self::NotComparable { operator, key } => {
                format!("the request's `{key}` is nothing that `{operator}` can compare: it equals nothing").into()
            }
            Self::ResourcePolicyNeeded => {
                "a role or KMS key decides by its own policy, and none was given: nothing else can allow this".into()
            }
            Self::NotPrincipalIncomplete => "NotPrincipal spares a caller for certain only if it lists all names it \
                                             goes by: the account, and the user, or the role and its session"
                .into(),
            Self::NotPrincipalHitsBoundary => {
                "a Deny with NotPrincipal hits every caller that has a permissions boundary, whatever it lists".into()
            }
            Self::SessionPolicyNeeded => "a federated user's session without a session policy has no permissions but those that a \
                                          resource policy grants to it"
                .into(),
            Self::ServiceLinkedRole => "SCPs and RCPs do not reach service-linked roles".into(),
            Self::RootUser => "the root user has all permissions in its own account without any policy".into(),
            Self::OwnerOfBucket => {
                "a bucket's policy cannot keep the root user of the bucket's account from seeing to that policy".into()
            }
            Self::NamesOneSession => {
                "the resource policy names one session of the role: whether that is the caller is not known".into()
            }
            Self::FederatingUser => "a federated session has whatever name its user gave it: whether it is that of the user \
                                     that the resource policy names is not known"
                .into(),
            Self::GatewayEndpoint => "an account in the policy of a gateway endpoint is its root user alone, in that of an \
                                      interface endpoint everybody in it: which of the two it is is not known"
                .into(),
            Self::KeyByAlias => "an alias in a policy names no key, and which key it stands for is not known: asked for is \
                                 every key of the alias's account and Region"
                .into(),
            Self::NoPermissionNeeded => "whoever can call this may do it: no policy is asked".into(),
            Self::Closed(Closed::Root) => "the root user can assume no role".into(),
            Self::Closed(Closed::Temporary) => {
                "only a user's own, lasting credentials can do this, not those of a session".into()
            }
            Self::Closed(Closed::Federated) => {
                "a federated user's session can ask nothing of AWS STS but who it is".into()
            }
            Self::Closed(Closed::Unsigned) => {
                "this must be signed with AWS credentials, which whoever asks does not have".into()
            }
            Self::RcpOfOtherService { service } => format!(
                "AWS asks RCPs about some services only, and when this program was made `{service}` was none of them: if \
                 that is still so, the RCPs that stand here say nothing of it"
            )
            .into(),
            Self::NoPoliciesOfItsOwn => {
                "no identity policy, boundary or session policy can allow anything to such a caller, and no SCP reaches it"
                    .into()
            }
        }
    }
}
