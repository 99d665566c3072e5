//! Trust policies that let in more than anybody meant: any ServiceAccount of a cluster, any audience, any cluster.

use super::clusters::CLUSTER_KEYS;
use super::pod_identity::POD_IDENTITY_SERVICE;
use super::review::allows;
use super::subject::{Subject, is_all, is_wild};
use super::web_identity::ASSUME_WITH_WEB_IDENTITY;
use crate::domain::model::Name;
use crate::domain::policy::action::Action;
use crate::domain::policy::condition::of_missing;
use crate::domain::policy::document::{Condition, Document, Effect, Selection, Statement};
use crate::domain::policy::operator::{SetPrefix, Test};
use crate::domain::policy::principal::{Principal, PrincipalKind};

/// What is too wide about a trust policy. The number is the statement's, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TooWide {
    /// No condition on `sub`: whomever this issuer signs for can assume the role.
    NoSubject(usize, Name),
    /// A condition on the `sub` of this issuer, and its value, that more than one namespace, or any ServiceAccount of one,
    /// meets.
    WildSubject(usize, Name, Name),
    /// The same that ServiceAccounts of one namespace meet whose names are alike.
    LikeNames(usize, Name, Name),
    /// The conditions on the `sub` of this issuer only say who is kept out, by these values: everybody else is let in.
    AllBut(usize, Name, Vec<Name>),
    /// No condition on `aud`: a token for any audience that the provider accepts will do.
    NoAudience(usize),
    /// Pod Identity without a condition on namespace or ServiceAccount: any association of the account will do.
    AnyAssociation(usize),
    /// Pod Identity without a condition on the cluster: the same names in any other cluster of the account will do.
    AnyCluster(usize),
    /// Anybody at all.
    Anyone(usize),
}

impl TooWide {
    /// The statement, counted from 0.
    pub fn statement(&self) -> usize {
        match self {
            Self::NoSubject(at, _)
            | Self::WildSubject(at, ..)
            | Self::LikeNames(at, ..)
            | Self::AllBut(at, ..)
            | Self::NoAudience(at)
            | Self::AnyAssociation(at)
            | Self::AnyCluster(at)
            | Self::Anyone(at) => *at,
        }
    }
}

/// What is too wide about a trust policy, statement by statement.
pub fn too_wide(trust: &Document) -> Vec<TooWide> {
    allows(trust).flat_map(|(at, statement)| of_statement(at, statement, trust)).collect()
}

/// Whether an issuer, without its scheme, is that of a cluster of EKS (EKS user guide, "Create an IAM OIDC provider for
/// your cluster"; over IPv6 and IPv4 `oidc-eks.REGION.api.aws`).
pub fn is_of_eks(issuer: &str) -> bool {
    issuer.starts_with("oidc.eks.") || issuer.starts_with("oidc-eks.")
}

fn of_statement(at: usize, statement: &Statement, trust: &Document) -> Vec<TooWide> {
    let mut found = Vec::new();
    let principals = || statement.principals.iter().flat_map(Selection::items);
    let allows = |action: &str| statement.actions.selects(&Action::new(action));
    // a token always has an audience
    let asks_audience = |own: &Condition| own.key.folded().ends_with(":aud") && Claim::of(own) == Claim::Narrows;
    let has_service = principals().any(|own| own.as_str() == POD_IDENTITY_SERVICE);
    let providers = principals().filter(|own| own.kind == PrincipalKind::Provider);
    let issuers: Vec<&str> =
        providers.filter_map(|own| own.as_str().split_once(":oidc-provider/").map(|(_, issuer)| issuer)).collect();
    if principals().any(|own| own.kind == PrincipalKind::Anyone) && statement.conditions.is_empty() {
        found.push(TooWide::Anyone(at));
    }
    if !issuers.is_empty() && allows(ASSUME_WITH_WEB_IDENTITY) {
        found.extend(issuers.iter().filter_map(|issuer| of_subject(at, statement, (trust, issuer))));
        if !statement.conditions.iter().any(asks_audience) {
            found.push(TooWide::NoAudience(at));
        }
    }
    if has_service && allows("sts:AssumeRole") {
        let asks = |keys: &[&str]| narrowing(statement).any(|own| keys.contains(&own.key.folded()));
        if !asks(&["aws:requesttag/kubernetes-namespace", "aws:requesttag/kubernetes-service-account"]) {
            found.push(TooWide::AnyAssociation(at));
        } else if !asks(&CLUSTER_KEYS) {
            found.push(TooWide::AnyCluster(at));
        }
    }
    found
}

/// Which tokens of an issuer are left open, by the narrowest of what says so: the conditions of the statement, and the
/// Deny statements beside it.
fn of_subject(at: usize, statement: &Statement, (trust, issuer): (&Document, &str)) -> Option<TooWide> {
    let denies = trust.statements.iter().filter(|own| own.effect == Effect::Deny && is_about(own, issuer));
    let (mut left, mut but) = (None, Vec::new());
    for limit in
        statement.conditions.iter().map(|own| Limit::of(own, issuer)).chain(denies.map(|own| denied(own, issuer)))
    {
        match limit {
            Limit::None | Limit::Whatever => {}
            Limit::Closed | Limit::To(Reach::One, _) => return None,
            Limit::But(values) => but.extend(values),
            Limit::To(Reach::Alike, value) => left = Some(TooWide::LikeNames(at, issuer.into(), value)),
            Limit::To(Reach::Many, value) => left = left.or(Some(TooWide::WildSubject(at, issuer.into(), value))),
        }
    }
    let rest =
        || if but.is_empty() { TooWide::NoSubject(at, issuer.into()) } else { TooWide::AllBut(at, issuer.into(), but) };
    Some(left.unwrap_or_else(rest))
}

/// Whether a statement is about tokens of this issuer.
fn is_about(statement: &Statement, issuer: &str) -> bool {
    let is_of_issuer = |own: &Principal| own.as_str().split_once(":oidc-provider/").is_some_and(|it| it.1 == issuer);
    let names = |all: &[Principal]| all.iter().any(|own| own.kind == PrincipalKind::Anyone || is_of_issuer(own));
    let is_named = match &statement.principals {
        Some(Selection::Only(principals)) => names(principals),
        Some(Selection::AllBut(principals)) => !names(principals),
        None => false,
    };
    is_named && statement.actions.selects(&Action::new(ASSUME_WITH_WEB_IDENTITY))
}

/// What a Deny leaves over: everything is kept out of which its one condition on `sub` holds. Of several all would have to
/// hold, and others are about more than the token.
fn denied(statement: &Statement, issuer: &str) -> Limit {
    match statement.conditions.as_slice() {
        [] => Limit::Closed,
        [own] => match Limit::of(own, issuer) {
            Limit::But(values) => Limit::widest(&values, own.operator.test),
            Limit::To(..) => Limit::But(values(own)),
            Limit::Whatever => Limit::Closed,
            Limit::None | Limit::Closed => Limit::None,
        },
        _ => Limit::None,
    }
}

/// What a condition leaves over of the tokens of an issuer.
enum Limit {
    /// All: it asks nothing of whom they are for.
    None,
    /// All: it holds of a `sub` that they do not carry.
    Whatever,
    /// None: it asks what they do not carry, or something else that names somebody.
    Closed,
    /// Those whose `sub` is such a value.
    To(Reach, Name),
    /// Those whose `sub` is none of these.
    But(Vec<Name>),
}

impl Limit {
    /// A token always carries a `sub`, of its own issuer: there `…IfExists` and `ForAllValues:` say what the operator says
    /// without them. It carries none of another issuer.
    fn of(own: &Condition, issuer: &str) -> Self {
        let Some((of, claim)) = own.key.as_str().rsplit_once(':') else { return Self::None };
        let is_own = of.eq_ignore_ascii_case(issuer);
        match (claim.to_ascii_lowercase().as_str(), Claim::of(own)) {
            ("sub", Claim::Narrows) if is_own => Self::widest(&values(own), own.operator.test),
            ("sub", Claim::Excludes) if is_own => Self::But(values(own)),
            ("sub", Claim::Narrows | Claim::Excludes) if !is_own && of_missing(&own.operator) => Self::Whatever,
            ("sub", Claim::Narrows | Claim::Excludes) if !is_own => Self::Closed,
            // issuers that are no cluster's sign for more that names somebody
            (claim, Claim::Narrows) if is_own && claim != "sub" && claim != "aud" && !is_of_eks(issuer) => Self::Closed,
            _ => Self::None,
        }
    }

    /// Those whose `sub` is one of the values, by the widest of them.
    fn widest(values: &[Name], test: Test) -> Self {
        let reach = |value: &str| if test == Test::StringLike { Reach::of(value) } else { Reach::One };
        let values = values.iter().rev().map(|value| (reach(value), value));
        values.max_by_key(|own| own.0).map_or(Self::Closed, |(reach, value)| Self::To(reach, value.clone()))
    }
}

fn values(own: &Condition) -> Vec<Name> {
    own.values.iter().map(|value| value.as_str().into()).collect()
}

/// What a condition says of a claim that is there.
#[derive(PartialEq, Eq)]
enum Claim {
    /// It is one of the values.
    Narrows,
    /// It is none of them.
    Excludes,
    /// Neither.
    Open,
}

impl Claim {
    fn of(own: &Condition) -> Self {
        match own.operator.test {
            Test::Null | Test::Unknown => Self::Open,
            _ if own.operator.negated => Self::Excludes,
            _ => Self::Narrows,
        }
    }
}

/// The conditions that let in only what they name: not those that name what is kept out, or hold of a missing key.
pub(super) fn narrowing(statement: &Statement) -> impl Iterator<Item = &Condition> {
    statement.conditions.iter().filter(|own| narrows(own))
}

fn narrows(own: &Condition) -> bool {
    let is_strict = !own.operator.if_exists && own.operator.set != Some(SetPrefix::ForAllValues);
    Claim::of(own) == Claim::Narrows && is_strict
}

/// How many a value of a `sub` condition lets in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Reach {
    /// One ServiceAccount.
    One,
    /// Those of one namespace whose names are alike.
    Alike,
    /// Those of more than one namespace, or all of one.
    Many,
}

impl Reach {
    fn of(pattern: &str) -> Self {
        match Subject::read(pattern) {
            Some(own) if is_wild(own.namespace) || is_all(own.service_account) => Self::Many,
            Some(own) if is_wild(own.service_account) => Self::Alike,
            // `*`, `system:serviceaccount:*`, `*:api`: the namespace is left open
            None if is_wild(pattern) => Self::Many,
            Some(_) | None => Self::One,
        }
    }
}
