//! Trust policies that let in more than anybody meant: any ServiceAccount of a cluster, any audience, any cluster.

use super::clusters::CLUSTER_KEYS;
use super::pod_identity::POD_IDENTITY_SERVICE;
use super::review::allows;
use super::subject::Subject;
use crate::domain::model::Name;
use crate::domain::policy::action::Action;
use crate::domain::policy::document::{Condition, Document, Selection, Statement};
use crate::domain::policy::operator::{SetPrefix, Test};
use crate::domain::policy::principal::PrincipalKind;

/// What is too wide about a trust policy. The number is the statement's, counted from 0.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TooWide {
    /// No condition on `sub`: any ServiceAccount of the cluster can assume the role.
    NoSubject(usize),
    /// A condition on `sub` that any namespace, or any ServiceAccount of a namespace, meets.
    WildSubject(usize, Name),
    /// No condition on `aud`: a token for any audience that the provider accepts will do.
    NoAudience(usize),
    /// Pod Identity without a condition on namespace or ServiceAccount: any association of the account will do.
    AnyAssociation(usize),
    /// Pod Identity without a condition on the cluster: the same names in any other cluster of the account will do.
    AnyCluster(usize),
    /// Anybody at all.
    Anyone(usize),
}

/// What is too wide about a trust policy, statement by statement.
pub fn too_wide(trust: &Document) -> Vec<TooWide> {
    allows(trust).flat_map(|(at, statement)| of_statement(at, statement)).collect()
}

fn of_statement(at: usize, statement: &Statement) -> Vec<TooWide> {
    let mut found = Vec::new();
    let principals = statement.principals.iter().flat_map(Selection::items);
    let allows = |action: &str| statement.actions.selects(&Action::new(action));
    let (mut has_provider, mut has_service, mut has_anyone) = (false, false, false);
    for principal in principals {
        has_provider |= principal.kind == PrincipalKind::Provider && principal.as_str().contains(":oidc-provider/");
        has_service |= principal.as_str() == POD_IDENTITY_SERVICE;
        has_anyone |= principal.kind == PrincipalKind::Anyone;
    }
    if has_anyone && statement.conditions.is_empty() {
        found.push(TooWide::Anyone(at));
    }
    if has_provider && allows("sts:AssumeRoleWithWebIdentity") {
        let subjects: Vec<_> = narrowing(statement).filter(|own| own.key.folded().ends_with(":sub")).collect();
        let wild = |own: &&Condition| {
            let widest = own.values.iter().find(|value| is_wild(own.operator.test, value.as_str()));
            widest.map(|value| Name::from(value.as_str()))
        };
        match subjects.iter().map(wild).collect::<Option<Vec<Name>>>().as_deref() {
            Some([]) => found.push(TooWide::NoSubject(at)),
            Some([first, ..]) => found.push(TooWide::WildSubject(at, first.clone())),
            None => {}
        }
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

/// The conditions that let in only what they name: not those that name what is kept out, or hold of a missing key.
pub(super) fn narrowing(statement: &Statement) -> impl Iterator<Item = &Condition> {
    statement.conditions.iter().filter(|own| {
        let operator = &own.operator;
        let compares = !matches!(operator.test, Test::Null | Test::Unknown);
        compares && !operator.negated && !operator.if_exists && operator.set != Some(SetPrefix::ForAllValues)
    })
}

/// Whether a value of a `sub` condition lets in any namespace, or any ServiceAccount of one.
fn is_wild(test: Test, value: &str) -> bool {
    let all = |text: &str| text.contains('*') && text.bytes().all(|byte| matches!(byte, b'*' | b'?'));
    test == Test::StringLike
        && match Subject::read(value) {
            Some(subject) => all(subject.namespace) || all(subject.service_account),
            // `*`, `system:serviceaccount:*`, `*:api`: the namespace is left open
            None => value.contains('*'),
        }
}
