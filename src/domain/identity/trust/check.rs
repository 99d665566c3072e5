//! The way to a role step by step: does it exist, does its trust policy name who asks and what is asked, under which
//! conditions, and does the provider that vouches for tokens exist and accept their audience.

use super::asked::{Token, cluster_arn, cluster_gap, issuer, pod_identity};
use super::opening::{Opening, openings};
use super::provider::{Provider, provider_gap, provider_of};
use super::source::{Hindrance, Source};
use super::statement;
use super::trusted::{policy_of, request_of, trust_of};
use crate::domain::identity::Finding;
use crate::domain::identity::situation::refuted_gap;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Gap, GapReason, Name, Pod, Reading, RoleArn};
use crate::domain::policy::{
    ASSUME_WITH_WEB_IDENTITY, Actual, ConditionLine, Document, Layers, Mistake, MistakeKind, Outcome,
    POD_IDENTITY_SERVICE, Subject, TrustReview, Truth, WebIdentity, is_of_eks, outcome,
};
use std::sync::Arc;

/// One way by which a ServiceAccount comes, or would come, by a role.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustCheck {
    /// The ServiceAccount's namespace.
    pub namespace: Name,
    /// The ServiceAccount.
    pub service_account: Name,
    /// The role.
    pub role: RoleArn,
    /// By which way.
    pub way: Way,
    /// Whether its pods get the role: yes only where every step holds.
    pub answer: Truth,
    /// The steps, in the order in which AWS takes them.
    pub steps: Vec<Step>,
    /// What the trust policy says, condition by condition; `None` where it was not read.
    pub review: Option<TrustReview>,
    /// What of the source role's own policies keeps it from this role, on the way to a target.
    pub hindrances: Vec<Hindrance>,
    /// What the trust policy leaves open.
    pub openings: Vec<Opening>,
    /// The statement that would let in this ServiceAccount, as JSON; `None` where the cluster was not read.
    pub statement: Option<String>,
    /// Whether that lets in no other: without session tags, and without an external ID, nothing tells it from others.
    pub is_alone: bool,
    /// What is wrong, by name; more than one thing can be.
    pub findings: Vec<Finding>,
    /// What was not read.
    pub gaps: Vec<Gap>,
}

/// How a role is come by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// IRSA: by a token for this audience; `None` where no token is seen.
    WebIdentity(Option<Name>),
    /// By a Pod Identity association.
    PodIdentity,
    /// On from the role of an association, which is named, to its target role.
    Target(RoleArn),
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which.
    pub kind: StepKind,
    /// Whether it holds.
    pub holds: Truth,
    /// What is so, one line.
    pub sentence: String,
}

/// The steps on the way to a role, conditions aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// The role exists.
    RoleExists,
    /// The trust policy names who asks.
    Principal,
    /// It allows every action that is asked.
    Action,
    /// The policies of the role that an association goes on from let it.
    SourceRole,
    /// The role's account has an OIDC provider for the cluster's issuer.
    ProviderExists,
    /// That provider accepts the token's audience.
    AudienceAccepted,
}

impl StepKind {
    /// The word of the machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::RoleExists => "roleExists",
            Self::Principal => "principal",
            Self::Action => "action",
            Self::SourceRole => "sourceRole",
            Self::ProviderExists => "providerExists",
            Self::AudienceAccepted => "audienceAccepted",
        }
    }
}

impl TrustCheck {
    /// The mistakes of the statement that came nearest, or of all where it has none.
    pub fn mistakes(&self) -> Vec<&Mistake> {
        let Some(review) = &self.review else { return Vec::new() };
        let near: Vec<&Mistake> = review.mistakes.iter().filter(|it| Some(it.statement) == review.statement).collect();
        if near.is_empty() { review.mistakes.iter().collect() } else { near }
    }

    /// Whether a step is known not to hold.
    pub fn fails(&self, kind: StepKind) -> bool {
        self.steps.iter().any(|step| step.kind == kind && step.holds.is_no())
    }

    fn begun(inventory: &Inventory, (namespace, account): (&Name, &Name), role: &RoleArn, way: Way) -> Self {
        let mut check = Self {
            namespace: namespace.clone(),
            service_account: account.clone(),
            role: role.clone(),
            way,
            answer: Truth::Depends,
            steps: Vec::new(),
            review: None,
            hindrances: Vec::new(),
            openings: openings(inventory, role),
            statement: None,
            is_alone: true,
            findings: Vec::new(),
            gaps: Vec::new(),
        };
        check.role_exists(inventory);
        check
    }

    fn step(&mut self, kind: StepKind, holds: Truth, sentence: String) {
        self.steps.push(Step { kind, holds, sentence });
    }

    fn miss(&mut self, gap: Gap) {
        if !self.gaps.contains(&gap) {
            self.gaps.push(gap);
        }
    }

    fn role_exists(&mut self, inventory: &Inventory) {
        let role = self.role.clone();
        let name = role.path_and_name();
        if let Some(problem) = role.problem() {
            self.findings.push(Finding::MalformedRoleArn);
            return self.step(
                StepKind::RoleExists,
                Truth::No,
                format!("{role} is no role ARN: {}", problem.sentence()),
            );
        }
        let refuted = refuted_gap(inventory);
        match inventory.aws().role(role.as_str()).filter(|_| refuted.is_none()) {
            Some(Reading::Read { .. }) => self.step(StepKind::RoleExists, Truth::Yes, format!("role {name} exists")),
            Some(Reading::Missing { .. }) => {
                self.findings.push(Finding::RoleNotFound);
                self.step(StepKind::RoleExists, Truth::No, format!("role {name} does not exist"));
            }
            unread => {
                let loading = || {
                    let sentence = format!("role {name} not read yet");
                    Gap::new(format!("role {name}"), "iam:GetRole", GapReason::NotLoadedYet, sentence)
                };
                self.miss(refuted.or_else(|| unread.and_then(Reading::gap).cloned()).unwrap_or_else(loading));
                self.step(StepKind::RoleExists, Truth::Depends, format!("whether role {name} exists was not read"));
            }
        }
    }

    /// Takes in what the trust policy says, or why it is not known.
    fn trust(&mut self, inventory: &Inventory, review: Option<TrustReview>, (asks, actions): (&str, &[&str])) {
        let Some(review) = review else {
            self.gaps.extend(trust_gap(inventory, &self.role).filter(|gap| !self.gaps.contains(gap)));
            return;
        };
        let principal = match review.principal {
            Truth::Yes => format!("it names {asks}"),
            Truth::No => format!("no statement of its trust policy names {asks}"),
            Truth::Depends => format!("whether it names {asks} cannot be told"),
        };
        self.step(StepKind::Principal, review.principal, principal);
        if !review.principal.is_no() {
            let (actions, lacking) = (actions.join(" and "), review.lacking.join(" and "));
            let action = match review.action {
                Truth::Yes => format!("it allows {actions}"),
                Truth::No => format!("it does not allow {lacking}"),
                Truth::Depends => format!("whether it allows {actions} cannot be told"),
            };
            self.step(StepKind::Action, review.action, action);
        }
        self.review = Some(review);
    }

    fn concluded(mut self) -> Self {
        let trust = self.review.as_ref().map_or(Truth::Depends, |review| review.answer);
        let steps = self.steps.iter().map(|step| step.holds);
        self.answer = Truth::all(steps.chain([trust]));
        self
    }
}

/// A token's way to a role.
pub(in crate::domain::identity) fn of_token(inventory: &Inventory, token: Token<'_>) -> TrustCheck {
    let way = Way::WebIdentity(token.audience.map(Name::from));
    let mut check = TrustCheck::begun(inventory, (token.namespace, token.account), token.role, way);
    let who = token.web_identity(inventory);
    if who.is_none() {
        check.miss(cluster_gap(inventory));
    }
    let review = who.as_ref().zip(policy_of(inventory, token.role)).map(|(who, policy)| {
        let mut review = who.review(policy);
        if token.audience.is_none() {
            review.answer = outcome(&request_of(who, token), &Layers::of_trust(policy)).into();
            without_audience(&mut review);
        }
        if review.answer.is_no() {
            check.findings.push(why(policy, &review));
        }
        review
    });
    check.statement = who.as_ref().map(statement::for_token);
    let provider = who.as_ref().map_or_else(|| "the cluster's OIDC provider".to_owned(), WebIdentity::provider);
    check.trust(inventory, review, (&provider, &[ASSUME_WITH_WEB_IDENTITY]));
    check.provider(inventory, token);
    check.concluded()
}

/// Both hops of an association's way, or the one.
pub(in crate::domain::identity) fn of_association(
    inventory: &Inventory,
    association: &Association,
    pod: Option<&Pod>,
) -> Vec<TrustCheck> {
    let Some(role) = &association.role_arn else { return Vec::new() };
    let account = (&association.namespace, &association.service_account);
    let arn = cluster_arn(inventory, role);
    let who = arn.as_deref().and_then(|arn| pod_identity(association, arn, pod));
    let actions: &[&str] = who.as_ref().map_or(&[], |who| who.actions());
    let mut first = TrustCheck::begun(inventory, account, role, Way::PodIdentity);
    if who.is_none() {
        first.miss(cluster_gap(inventory));
    }
    let review = who.as_ref().zip(policy_of(inventory, role)).map(|(who, policy)| who.review(policy));
    first.statement = who.as_ref().map(statement::for_association);
    first.is_alone = !association.disable_session_tags;
    first.pod_identity(inventory, review, (POD_IDENTITY_SERVICE, actions));
    let mut checks = vec![first.concluded()];
    if let Some(target) = &association.target_role_arn {
        let mut second = TrustCheck::begun(inventory, account, target, Way::Target(role.clone()));
        let source = Source::of(inventory, role);
        let known = who.as_ref().zip(policy_of(inventory, target));
        let review = known.map(|(who, trust)| who.review_target(&source.hop(association, (target, trust))));
        let own = review.as_ref().map(|review| source.step(target, review));
        let is_open = |step: &Step| step.holds == Truth::Depends;
        if review.as_ref().is_some_and(|own| own.answer == Truth::Depends) || own.iter().any(|own| is_open(&own.0)) {
            source.policies.gaps.into_iter().for_each(|gap| second.miss(gap));
        }
        second.statement = who.as_ref().map(|who| statement::for_target(who, association.external_id.as_deref()));
        second.is_alone = association.external_id.is_some();
        second.pod_identity(inventory, review, (role.as_str(), actions));
        if let Some((step, hindrances)) = own {
            second.steps.push(step);
            second.hindrances = hindrances;
        }
        checks.push(second.concluded());
    }
    checks
}

impl TrustCheck {
    fn pod_identity(&mut self, inventory: &Inventory, review: Option<TrustReview>, asked: (&str, &[&str])) {
        if review.as_ref().is_some_and(|review| review.answer.is_no()) {
            self.findings.push(Finding::PodIdentityTrust);
        }
        self.trust(inventory, review, asked);
    }

    fn provider(&mut self, inventory: &Inventory, token: Token<'_>) {
        let issuer = issuer(inventory).unwrap_or("the cluster's issuer").to_owned();
        // what is no role ARN names no account to look in
        let Some(account) = token.role.account() else { return };
        let provider = provider_of(inventory, token.role);
        match provider {
            Provider::Missing => {
                self.findings.push(Finding::ProviderMissing);
                let sentence = format!("account {account} has no OIDC provider for {issuer}");
                return self.step(StepKind::ProviderExists, Truth::No, sentence);
            }
            Provider::Accepts(_) | Provider::There => {
                let sentence = format!("account {account} has an OIDC provider for {issuer}");
                self.step(StepKind::ProviderExists, Truth::Yes, sentence);
            }
            Provider::Unread => {
                let loading = || {
                    let (what, call) = ("OIDC providers of the role's account", "iam:ListOpenIDConnectProviders");
                    Gap::new(what, call, GapReason::NotLoadedYet, format!("{what} not read yet"))
                };
                self.miss(provider_gap(inventory, token.role).unwrap_or_else(loading));
                let sentence = format!("whether account {account} has an OIDC provider for {issuer} was not read");
                self.step(StepKind::ProviderExists, Truth::Depends, sentence);
            }
        }
        let Some(audience) = token.audience else { return };
        match provider {
            Provider::Accepts(listed) if listed.iter().any(|it| &**it == audience) => {
                let sentence = format!("the provider accepts the token's audience {audience}");
                self.step(StepKind::AudienceAccepted, Truth::Yes, sentence);
            }
            Provider::Accepts(_) => {
                if !self.findings.contains(&Finding::AudienceMismatch) {
                    self.findings.push(Finding::AudienceMismatch);
                }
                let sentence = format!("the provider does not list the token's audience {audience}");
                self.step(StepKind::AudienceAccepted, Truth::No, sentence);
            }
            Provider::There => {
                self.gaps.extend(provider_gap(inventory, token.role));
                let sentence = format!("whether the provider accepts the token's audience {audience} was not read");
                self.step(StepKind::AudienceAccepted, Truth::Depends, sentence);
            }
            Provider::Missing | Provider::Unread => {}
        }
    }
}

/// Why the trust policy of a role that was read is not known.
fn trust_gap(inventory: &Inventory, role: &RoleArn) -> Option<Gap> {
    inventory.aws().role(role.as_str()).and_then(Reading::value)?;
    let name = role.path_and_name();
    let sentence = match trust_of(inventory, role).map(|trust| &trust.policy) {
        Some(Ok(_)) => return None,
        Some(Err(error)) => format!("the trust policy of role {name} cannot be read: {error}"),
        None => format!("the trust policy of role {name} is not among what was read"),
    };
    Some(
        Gap::new(format!("trust policy of role {name}"), "iam:GetRole", GapReason::NotSupported, sentence)
            .about(role.as_str()),
    )
}

/// Why a trust policy keeps a token out, by name: another cluster's issuer, the audience alone, or anything else.
pub(super) fn why(policy: &Arc<Document>, review: &TrustReview) -> Finding {
    let denied = review.decisions.iter().any(|(_, decision)| decision.outcome == Outcome::ExplicitDeny);
    let near: Vec<&Mistake> = review.mistakes.iter().filter(|it| Some(it.statement) == review.statement).collect();
    if denied || near.is_empty() {
        return Finding::TrustMismatch;
    }
    if near.iter().all(|mistake| mistake.kind == MistakeKind::OtherIssuer && is_of_cluster(policy, mistake)) {
        return Finding::TrustOtherCluster;
    }
    let of_audience = |line: &ConditionLine| !line.holds.is_no() || line.key.to_ascii_lowercase().ends_with(":aud");
    if near.iter().all(|mistake| mistake.kind.is_of_audience()) && review.conditions.iter().all(of_audience) {
        return Finding::AudienceMismatch;
    }
    Finding::TrustMismatch
}

/// Whether the issuer that is named instead is a cluster's, and not a forge's or an identity provider's of people.
fn is_of_cluster(policy: &Document, mistake: &Mistake) -> bool {
    let names_account = |own: &crate::domain::policy::Condition| {
        own.values.iter().any(|value| value.as_str().starts_with(Subject::BEGINNING))
    };
    let statement = policy.statements.get(mistake.statement);
    is_of_eks(mistake.issuer()) || statement.is_some_and(|statement| statement.conditions.iter().any(names_account))
}

/// Takes out of a review what was said of an audience that is not known.
fn without_audience(review: &mut TrustReview) {
    review.mistakes.retain(|mistake| !mistake.kind.is_of_audience());
    for line in review.conditions.iter_mut().filter(|line| line.key.to_ascii_lowercase().ends_with(":aud")) {
        (line.actual, line.holds) = (Actual::Unknown, Truth::Depends);
    }
}
