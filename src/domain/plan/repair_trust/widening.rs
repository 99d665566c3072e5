//! Whether a changed trust policy lets in anybody beside the one it was changed for.

use crate::domain::identity::Assumers;
use crate::domain::model::Name;
use crate::domain::policy::{
    Context, Document, Layers, Others, PodIdentity, Request, Subject, Template, Truth, WebIdentity, outcome,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Whom the change is for, and by which names the cluster is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct For<'a> {
    pub(super) namespace: &'a Name,
    pub(super) service_account: &'a Name,
    pub(super) role: &'a str,
    pub(super) issuer: Option<&'a str>,
    pub(super) audience: &'a str,
    pub(super) cluster_arn: Option<&'a str>,
}

/// A word that nobody names anything by.
const ANY: &str = "rolecall-any-other-name";

/// Somebody whom the new policy lets in, or may, and the old one did not; `None`: nobody. Asked are the names that either
/// policy holds, wildcards filled in, each with each, and names that nothing is called by: what conditions on single
/// names let in is found by those.
pub(super) fn widened(old: &Arc<Document>, new: &Arc<Document>, own: For<'_>) -> Option<String> {
    let (namespaces, accounts) = names(&[old, new], own);
    for namespace in &namespaces {
        for account in &accounts {
            let is_own = **namespace == **own.namespace && **account == **own.service_account;
            if let Some(by) = by_token(old, new, own, (namespace, account), is_own) {
                return Some(format!("{namespace}/{account} {by}"));
            }
            if let Some(by) = by_association(old, new, own, (namespace, account), is_own) {
                return Some(format!("{namespace}/{account} {by}"));
            }
        }
    }
    others(old, new, own.role)
}

/// Somebody of the ServiceAccounts that were seen who could assume the role after the change and could not before.
pub(super) fn newly_let_in(before: &Assumers, after: &Assumers, own: For<'_>) -> Option<String> {
    let could = |assumers: &Assumers, namespace: &Name, account: &Name, by| {
        let same = assumers
            .found
            .iter()
            .find(|it| it.namespace == *namespace && it.service_account == *account && it.by == by);
        same.map_or(Truth::No, |found| found.could)
    };
    let is_own = |namespace: &Name, account: &Name| namespace == own.namespace && account == own.service_account;
    let more = after.found.iter().filter(|it| !is_own(&it.namespace, &it.service_account));
    more.into_iter()
        .find(|it| could(before, &it.namespace, &it.service_account, it.by) < it.could)
        .map(|it| format!("{}/{}", it.namespace, it.service_account))
}

fn by_token(
    old: &Arc<Document>,
    new: &Arc<Document>,
    own: For<'_>,
    (namespace, service_account): (&str, &str),
    is_own: bool,
) -> Option<&'static str> {
    let issuer = own.issuer?;
    for (of, audience, is_wanted) in [
        (issuer, own.audience, is_own),
        (issuer, ANY, false),
        ("oidc.eks.rolecall-any.amazonaws.com/id/0", own.audience, false),
    ] {
        let who = WebIdentity { role: own.role, issuer: of, audience, namespace, service_account, region: None };
        if !is_wanted && is_more(old, new, &[who.request()]) {
            return Some(if of == issuer { "by a token" } else { "by a token of another cluster" });
        }
    }
    None
}

fn by_association(
    old: &Arc<Document>,
    new: &Arc<Document>,
    own: For<'_>,
    (namespace, service_account): (&str, &str),
    is_own: bool,
) -> Option<&'static str> {
    let arn = own.cluster_arn?;
    let elsewhere = format!("{}/{ANY}", arn.rsplit_once('/').map_or(arn, |(before, _)| before));
    for (cluster_arn, is_wanted) in [(arn, is_own), (elsewhere.as_str(), false)] {
        for tags in [true, false] {
            let who = PodIdentity { role: own.role, cluster_arn, namespace, service_account, pod: None, tags };
            if !is_wanted && is_more(old, new, &who.requests()) {
                return Some(if cluster_arn == arn {
                    "by an association"
                } else {
                    "by an association of another cluster"
                });
            }
        }
    }
    None
}

/// Whoever else asks: the account, another role, anybody.
fn others(old: &Arc<Document>, new: &Arc<Document>, role: &str) -> Option<String> {
    let account = role.split(':').nth(4).unwrap_or_default();
    for principal in [format!("arn:aws:iam::{account}:role/{ANY}"), format!("arn:aws:iam::000000000000:role/{ANY}")] {
        for action in ["sts:AssumeRole", "sts:TagSession"] {
            let mut request = Request::new(&principal, action, role);
            request.context = Context::new(Others::Unknown);
            if is_more(old, new, &[request]) {
                return Some(format!("{principal} by {action}"));
            }
        }
    }
    None
}

fn is_more(old: &Arc<Document>, new: &Arc<Document>, requests: &[Request]) -> bool {
    let answer = |policy: &Arc<Document>| {
        let layers = Layers::of_trust(policy);
        Truth::all(requests.iter().map(|request| Truth::from(outcome(request, &layers))))
    };
    answer(new) > answer(old)
}

/// The namespaces and the ServiceAccounts that policies name, wildcards filled in.
fn names(policies: &[&Arc<Document>], own: For<'_>) -> (BTreeSet<String>, BTreeSet<String>) {
    let filled = |text: &str| text.replace('*', ANY).replace('?', "x");
    let mut namespaces = BTreeSet::from([own.namespace.to_string(), ANY.to_owned()]);
    let mut accounts = BTreeSet::from([own.service_account.to_string(), ANY.to_owned()]);
    let statements = policies.iter().flat_map(|policy| &policy.statements);
    for condition in statements.flat_map(|statement| &statement.conditions) {
        let key = condition.key.as_str().to_ascii_lowercase();
        for value in condition.values.iter().map(Template::as_str) {
            if key.ends_with("/kubernetes-namespace") {
                namespaces.insert(filled(value));
            } else if key.ends_with("/kubernetes-service-account") {
                accounts.insert(filled(value));
            } else if let Some(subject) = Subject::read(value) {
                namespaces.insert(filled(subject.namespace));
                accounts.insert(filled(subject.service_account));
            }
        }
    }
    (namespaces, accounts)
}
