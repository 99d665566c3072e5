//! What the trust policy of a role leaves open, in sentences.

use super::asked::issuer;
use super::trusted::trust_of;
use crate::domain::inventory::Inventory;
use crate::domain::model::RoleArn;
use crate::domain::policy::{Subject, TooWide, is_all, is_of_eks, is_wild};

/// Whom a statement lets in beside those that it names one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The statement, counted from 0.
    pub statement: usize,
    /// Whether that is more than anybody can have meant.
    pub is_too_wide: bool,
    /// One line, about `it`, the role.
    pub sentence: String,
}

/// What the trust policy of a role leaves open, but for what AWS's own examples do (any association of the account, any
/// audience of the provider): whom that lets in is what [`assumers`](super::assumers()) tells.
pub fn openings(inventory: &Inventory, role: &RoleArn) -> Vec<Opening> {
    let own = issuer(inventory);
    let wide = trust_of(inventory, role).into_iter().flat_map(|trust| &trust.too_wide);
    let opening = |wide: &TooWide| {
        let sentence = sentence(wide, own)?;
        Some(Opening { statement: wide.statement(), is_too_wide: is_unmeant(wide), sentence })
    };
    wide.filter_map(opening).collect()
}

/// Whether something that is left open is more than anybody can have meant, and about ServiceAccounts: a forge's subjects
/// have wildcards of their own.
pub(super) fn is_unmeant(wide: &TooWide) -> bool {
    match wide {
        TooWide::Anyone(_) | TooWide::NoSubject(..) | TooWide::AllBut(..) => true,
        TooWide::WildSubject(_, _, value) => {
            let plain = value.split(['*', '?']).next().unwrap_or_default();
            plain.starts_with(Subject::BEGINNING) || Subject::BEGINNING.starts_with(plain)
        }
        TooWide::LikeNames(..) | TooWide::NoAudience(_) | TooWide::AnyAssociation(_) | TooWide::AnyCluster(_) => false,
    }
}

fn sentence(wide: &TooWide, own: Option<&str>) -> Option<String> {
    let number = wide.statement() + 1;
    Some(match wide {
        TooWide::Anyone(_) => format!("statement {number} lets in anybody at all"),
        TooWide::NoSubject(_, issuer) => {
            format!("statement {number} has no condition on `sub`: {} can assume it", all_of(issuer, own))
        }
        TooWide::AllBut(_, issuer, but) => {
            let but: Vec<String> = but.iter().map(|value| format!("`{value}`")).collect();
            let (but, all) = (but.join(" and "), all_of(issuer, own));
            format!("statement {number} takes any `sub` but {but}: {all} but those can assume it")
        }
        TooWide::WildSubject(_, issuer, value) | TooWide::LikeNames(_, issuer, value)
            if is_unmeant(wide) || value.starts_with(Subject::BEGINNING) =>
        {
            format!("statement {number} takes `{value}` for `sub`: {} can assume it", matched(issuer, value, own))
        }
        _ => return None,
    })
}

/// Everybody whom an issuer signs for: of a cluster its ServiceAccounts.
fn all_of(issuer: &str, own: Option<&str>) -> String {
    match own {
        Some(own) if own.eq_ignore_ascii_case(issuer) => "any ServiceAccount of the cluster".to_owned(),
        _ if is_of_eks(issuer) => format!("any ServiceAccount of cluster {issuer}"),
        _ => format!("anybody that {issuer} signs for"),
    }
}

/// Those whose subject a pattern matches.
fn matched(issuer: &str, pattern: &str, own: Option<&str>) -> String {
    let is_of_cluster = own.is_some_and(|own| own.eq_ignore_ascii_case(issuer));
    let beside = if is_of_cluster { String::new() } else { format!(" in cluster {issuer}") };
    let of = |namespace: &str| match namespace {
        _ if is_all(namespace) => "any namespace".to_owned(),
        _ if is_wild(namespace) => format!("every namespace like `{namespace}`"),
        _ => namespace.to_owned(),
    };
    match Subject::read(pattern) {
        Some(Subject { namespace, service_account }) if is_all(namespace) && is_all(service_account) => {
            all_of(issuer, own)
        }
        Some(Subject { namespace, service_account: name }) => {
            let whose = match name.strip_suffix('*') {
                _ if is_all(name) => format!("every ServiceAccount of {}", of(namespace)),
                Some(begin) if !is_wild(begin) => {
                    format!("every ServiceAccount of {} whose name begins with {begin}", of(namespace))
                }
                _ if is_wild(name) => format!("every ServiceAccount of {} with a name like `{name}`", of(namespace)),
                _ => format!("ServiceAccount {name} of {}", of(namespace)),
            };
            whose + &beside
        }
        None if is_all(pattern.strip_prefix(Subject::BEGINNING).unwrap_or(pattern)) => all_of(issuer, own),
        None if is_of_cluster || is_of_eks(issuer) => format!("more ServiceAccounts than one{beside}"),
        None => format!("more than one of those that {issuer} signs for"),
    }
}
