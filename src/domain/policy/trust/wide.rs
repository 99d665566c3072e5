//! Trust policies that let in more than anybody meant: any ServiceAccount of a cluster, any audience, any cluster.

use super::clusters::CLUSTER_KEYS;
use super::pod_identity::POD_IDENTITY_SERVICE;
use super::review::allows;
use super::subject::{Subject, is_all, is_wild};
use crate::domain::model::Name;
use crate::domain::policy::action::Action;
use crate::domain::policy::document::{Condition, Document, Selection, Statement};
use crate::domain::policy::operator::{SetPrefix, Test};
use crate::domain::policy::principal::PrincipalKind;
use crate::domain::policy::variable::Template;

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
            | Self::NoAudience(at)
            | Self::AnyAssociation(at)
            | Self::AnyCluster(at)
            | Self::Anyone(at) => *at,
        }
    }
}

/// What is too wide about a trust policy, statement by statement.
pub fn too_wide(trust: &Document) -> Vec<TooWide> {
    allows(trust).flat_map(|(at, statement)| of_statement(at, statement)).collect()
}

/// Whether an issuer, without its scheme, is that of a cluster of EKS (EKS user guide, "Create an IAM OIDC provider for
/// your cluster"; over IPv6 and IPv4 `oidc-eks.REGION.api.aws`).
pub fn is_of_eks(issuer: &str) -> bool {
    issuer.starts_with("oidc.eks.") || issuer.starts_with("oidc-eks.")
}

fn of_statement(at: usize, statement: &Statement) -> Vec<TooWide> {
    let mut found = Vec::new();
    let principals = || statement.principals.iter().flat_map(Selection::items);
    let allows = |action: &str| statement.actions.selects(&Action::new(action));
    let has_service = principals().any(|own| own.as_str() == POD_IDENTITY_SERVICE);
    let providers = principals().filter(|own| own.kind == PrincipalKind::Provider);
    let issuers: Vec<&str> =
        providers.filter_map(|own| own.as_str().split_once(":oidc-provider/").map(|(_, issuer)| issuer)).collect();
    if principals().any(|own| own.kind == PrincipalKind::Anyone) && statement.conditions.is_empty() {
        found.push(TooWide::Anyone(at));
    }
    if !issuers.is_empty() && allows("sts:AssumeRoleWithWebIdentity") {
        found.extend(of_subject(at, statement, &issuers));
        if !narrowing(statement).any(|own| own.key.folded().ends_with(":aud")) {
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

/// Whom the conditions on `sub` leave open, by the narrowest of them.
fn of_subject(at: usize, statement: &Statement, issuers: &[&str]) -> Vec<TooWide> {
    let mut left = None;
    for own in narrowing(statement) {
        let Some((issuer, claim)) = own.key.as_str().rsplit_once(':') else { continue };
        let is_listed = issuers.iter().any(|own| own.eq_ignore_ascii_case(issuer));
        match claim.to_ascii_lowercase().as_str() {
            "sub" => {}
            // issuers that are no cluster's sign for more that names somebody
            claim if claim != "aud" && is_listed && !is_of_eks(issuer) => return Vec::new(),
            _ => continue,
        }
        let reach = |value: &str| if own.operator.test == Test::StringLike { Reach::of(value) } else { Reach::One };
        let values = own.values.iter().map(Template::as_str).rev();
        let Some((reach, value)) = values.map(|value| (reach(value), value)).max_by_key(|own| own.0) else { continue };
        let (issuer, value) = (Name::from(issuer), Name::from(value));
        match reach {
            Reach::One => return Vec::new(),
            Reach::Alike => left = Some(TooWide::LikeNames(at, issuer, value)),
            Reach::Many => left = left.or(Some(TooWide::WildSubject(at, issuer, value))),
        }
    }
    let no_subject = || issuers.iter().map(|issuer| TooWide::NoSubject(at, Name::from(*issuer))).collect();
    left.map_or_else(no_subject, |left| vec![left])
}

/// The conditions that let in only what they name: not those that name what is kept out, or hold of a missing key.
pub(super) fn narrowing(statement: &Statement) -> impl Iterator<Item = &Condition> {
    statement.conditions.iter().filter(|own| {
        let operator = &own.operator;
        let compares = !matches!(operator.test, Test::Null | Test::Unknown);
        compares && !operator.negated && !operator.if_exists && operator.set != Some(SetPrefix::ForAllValues)
    })
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
