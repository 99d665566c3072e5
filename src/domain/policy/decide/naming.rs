//! Whether, and how closely, a statement's `Principal` names who makes the request.
//!
//! IAM user guide, "AWS JSON policy elements: Principal" and "`NotPrincipal`".

use super::scale::Grant;
use crate::domain::policy::document::{Effect, Selection};
use crate::domain::policy::principal::{Principal, PrincipalKind};
use crate::domain::policy::requester::{Requester, RequesterKind};
use crate::domain::policy::truth::Truth;

/// How a `Principal` or `NotPrincipal` reaches a requester.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Naming {
    /// Whether it does.
    pub(crate) truth: Truth,
    /// How closely, where it does.
    pub(crate) grant: Grant,
    /// More closely yet, if the caller is whom it may be.
    pub(crate) perhaps: Option<Grant>,
}

impl Naming {
    /// It does not name the requester.
    pub(crate) const NOT: Self = Self { truth: Truth::No, grant: Grant::Account, perhaps: None };

    /// It is this true that it names the requester wholly.
    pub(crate) fn whole(truth: Truth) -> Self {
        Self { truth, grant: Grant::Whole, perhaps: None }
    }

    /// What of an Allow adds to the scale: how closely, and how true it is.
    pub(crate) fn parts(self) -> impl Iterator<Item = (Grant, Truth)> {
        let perhaps = self.perhaps.map(|grant| (grant, self.truth.and(Truth::Depends)));
        [Some((self.grant, self.truth)), perhaps].into_iter().flatten()
    }
}

/// How the selection reaches the requester.
///
/// A Deny with `NotPrincipal` hits everybody with a permissions boundary, whatever it lists (IAM user guide,
/// "Permissions boundaries for IAM entities"). An Allow with `NotPrincipal` is not supported by AWS: it allows nobody.
pub(crate) fn naming(
    principals: &Selection<Principal>,
    requester: &Requester,
    effect: Effect,
    has_boundary: bool,
) -> Naming {
    match (principals, effect) {
        (Selection::Only(listed), _) => only(listed, requester),
        (Selection::AllBut(_), Effect::Allow) => Naming::NOT,
        (Selection::AllBut(_), Effect::Deny) if has_boundary && requester.has_policies() => Naming::whole(Truth::Yes),
        (Selection::AllBut(listed), Effect::Deny) => Naming::whole(!spared(listed, requester)),
    }
}

fn only(listed: &[Principal], requester: &Requester) -> Naming {
    let sure = listed.iter().filter_map(|one| closeness(one, requester)).max();
    let perhaps = listed.iter().filter_map(|one| may_be(one, requester)).max();
    match (sure, perhaps) {
        (Some(grant), perhaps) => {
            Naming { truth: Truth::Yes, grant, perhaps: perhaps.filter(|perhaps| *perhaps > grant) }
        }
        (None, Some(grant)) => Naming { truth: Truth::Depends, grant, perhaps: None },
        (None, None) => Naming::NOT,
    }
}

/// How closely one principal names the requester if that is whom it may be: a role, of which nobody said which of its
/// sessions it is, is perhaps the session that is named; a federated session is perhaps another user's than its namesake's;
/// and the account that a canonical user ID stands for is perhaps the requester's.
pub(crate) fn may_be(principal: &Principal, requester: &Requester) -> Option<Grant> {
    use RequesterKind as By;
    match (principal.kind, requester.kind()) {
        (PrincipalKind::Session, By::Role) => is_one_session(principal, requester).then_some(Grant::Whole),
        // `GetFederationToken` takes any name: that of the user who called it is but the likeliest
        (PrincipalKind::User, By::FederatedUser) => {
            let is_another = is_of_account(principal, requester) && principal.name() != requester.name();
            is_another.then_some(Grant::Role)
        }
        (PrincipalKind::CanonicalUser, By::Root) => Some(Grant::Whole),
        (PrincipalKind::CanonicalUser, _) => requester.account().map(|_| Grant::Account),
        _ => None,
    }
}

/// Whether one of a role's sessions is named, where nobody said which of them the role is.
pub(crate) fn is_one_session(principal: &Principal, requester: &Requester) -> bool {
    principal.kind == PrincipalKind::Session
        && requester.kind() == RequesterKind::Role
        && is_of_account(principal, requester)
        && principal.name() == requester.name()
}

/// Whether a `NotPrincipal` spares a role in those of its sessions that it lists, and in no other.
pub(crate) fn spares_by_session(listed: &[Principal], requester: &Requester) -> bool {
    let has = |grant: Grant| listed.iter().any(|one| closeness(one, requester) == Some(grant));
    has(Grant::Account)
        && has(Grant::Role)
        && !has(Grant::Whole)
        && listed.iter().any(|one| is_one_session(one, requester))
}

/// How closely one principal names the requester, if it does.
fn closeness(principal: &Principal, requester: &Requester) -> Option<Grant> {
    use RequesterKind as By;
    let is_same = || principal.as_str() == requester.as_str();
    let is_of_name = || is_of_account(principal, requester) && principal.name() == requester.name();
    match (principal.kind, requester.kind()) {
        (PrincipalKind::Anyone, _) => Some(Grant::Whole),
        (PrincipalKind::Account, By::Root) if is_of_account(principal, requester) => Some(Grant::Whole),
        (PrincipalKind::Account, By::Anonymous | By::Service | By::Provider | By::Root) => None,
        (PrincipalKind::Account, _) if is_of_account(principal, requester) => Some(Grant::Account),
        (PrincipalKind::Role, By::Role) if is_same() => Some(Grant::Role),
        // a session's ARN leaves the role's path out, but names are unique within an account; and the user that
        // federated a session is known by the name it gave it
        (PrincipalKind::Role, By::Session) | (PrincipalKind::User, By::FederatedUser) if is_of_name() => {
            Some(Grant::Role)
        }
        (PrincipalKind::Session, By::Session)
        | (PrincipalKind::User, By::User)
        | (PrincipalKind::FederatedUser, By::FederatedUser)
        | (PrincipalKind::Provider, By::Provider | By::Service)
        | (PrincipalKind::Service, By::Service)
            if is_same() =>
        {
            Some(Grant::Whole)
        }
        _ => None,
    }
}

fn is_of_account(principal: &Principal, requester: &Requester) -> bool {
    let same_partition = principal.partition().is_none_or(|partition| requester.partition() == Some(partition));
    same_partition && principal.account().is_some() && principal.account() == requester.account()
}

/// Whether a `NotPrincipal` leaves the requester alone.
///
/// AWS may look at the account first, then at the role, then at the session, and each must be listed: only then is the
/// requester spared for sure. Its account or role beside somebody else in them is listed for the sake of that other:
/// AWS's example lists the account and its user Bob, and denies all but Bob. Any other part of the chain leaves it open.
fn spared(listed: &[Principal], requester: &Requester) -> Truth {
    use RequesterKind as By;
    let has = |grant: Grant| listed.iter().any(|one| closeness(one, requester) == Some(grant));
    let (account, role) = (has(Grant::Account), has(Grant::Role));
    let own = has(Grant::Whole) || listed.iter().any(|one| is_one_session(one, requester));
    let whole = match requester.kind() {
        By::Session | By::FederatedUser => account && role && own,
        // whichever of its sessions it is would have to be listed, too
        By::Role => false,
        By::User if requester.has_policies() => account && own,
        _ => own,
    };
    let within = |one: &&Principal| one.kind != PrincipalKind::Account && is_of_account(one, requester);
    let other_session = |one: &Principal| one.kind == PrincipalKind::Session && one.name() == requester.name();
    let for_another = if role {
        requester.kind() == By::Session && listed.iter().filter(within).any(other_session)
    } else {
        listed.iter().any(|one| within(&one))
    };
    if whole || listed.iter().any(|one| one.kind == PrincipalKind::Anyone) {
        Truth::Yes
    } else if own || (account || role) && !for_another {
        Truth::Depends
    } else {
        Truth::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";
    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/api/i-0a";
    const USER: &str = "arn:aws:iam::111122223333:user/ann";
    const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/ann";
    const ROOT: &str = "arn:aws:iam::111122223333:root";

    fn close(key: &str, principal: &str, requester: &str) -> Option<Grant> {
        closeness(&Principal::new(key, principal), &Requester::read(requester))
    }

    /// facts: evaluation order, the table of what a same-account resource policy names.
    #[test]
    fn a_caller_is_named_by_all_it_goes_by() {
        for (key, principal, requester, grant) in [
            ("AWS", "*", "*", Some(Grant::Whole)),
            ("AWS", "*", SESSION, Some(Grant::Whole)),
            ("AWS", "*", "s3.amazonaws.com", Some(Grant::Whole)),
            ("AWS", "111122223333", ROLE, Some(Grant::Account)),
            ("AWS", ROOT, SESSION, Some(Grant::Account)),
            ("AWS", ROOT, ROOT, Some(Grant::Whole)),
            ("AWS", "444455556666", ROLE, None),
            ("AWS", "111122223333", "*", None),
            ("AWS", "arn:aws-cn:iam::111122223333:root", ROLE, None),
            ("AWS", ROLE, ROLE, Some(Grant::Role)),
            ("AWS", ROLE, SESSION, Some(Grant::Role)),
            ("AWS", "arn:aws:iam::111122223333:role/ap", SESSION, None),
            ("AWS", "arn:aws:iam::444455556666:role/api", SESSION, None),
            ("AWS", SESSION, SESSION, Some(Grant::Whole)),
            ("AWS", SESSION, ROLE, None), // perhaps: see `may_be`
            ("AWS", USER, USER, Some(Grant::Whole)),
            ("AWS", USER, FEDERATED, Some(Grant::Role)),
            ("AWS", FEDERATED, FEDERATED, Some(Grant::Whole)),
            ("Service", "pods.eks.amazonaws.com", "pods.eks.amazonaws.com", Some(Grant::Whole)),
            ("Service", "ec2.amazonaws.com", "pods.eks.amazonaws.com", None),
            (
                "Federated",
                "arn:aws:iam::111122223333:oidc-provider/h/id/A",
                "arn:aws:iam::111122223333:oidc-provider/h/id/A",
                Some(Grant::Whole),
            ),
            (
                "Federated",
                "arn:aws:iam::111122223333:oidc-provider/h/id/A",
                "arn:aws:iam::111122223333:oidc-provider/h/id/AB",
                None,
            ),
            ("AWS", "111122223333", "arn:aws:iam::111122223333:oidc-provider/h/id/A", None),
        ] {
            assert_eq!(close(key, principal, requester), grant, "{principal} names {requester}");
        }
    }

    /// IAM user guide, `NotPrincipal`: the account, the role and the session; the examples of Bob and of the audit app.
    #[test]
    fn not_principal_spares_only_whom_it_names_wholly() {
        const OTHER: &str = "arn:aws:sts::111122223333:assumed-role/api/i-0b";
        for (listed, requester, expected) in [
            (&[ROLE, SESSION, ROOT][..], SESSION, Truth::Yes),
            (&[ROLE, SESSION, ROOT], OTHER, Truth::No),
            (&[ROLE, SESSION, ROOT], USER, Truth::No),
            (&[ROLE, SESSION], SESSION, Truth::Depends),
            (&[ROLE, ROOT], SESSION, Truth::Depends),
            (&[ROLE, ROOT], ROLE, Truth::Depends),
            (&[ROLE, ROOT, SESSION], ROLE, Truth::Depends),
            (&[SESSION, ROOT], ROLE, Truth::Depends),
            (&[SESSION], ROLE, Truth::Depends),
            (&["arn:aws:sts::111122223333:assumed-role/web/i-0a", ROOT], ROLE, Truth::No),
            (&["*"], ROLE, Truth::Yes),
            (&[ROLE], SESSION, Truth::Depends),
            (&[SESSION], SESSION, Truth::Depends),
            (&[ROOT], SESSION, Truth::Depends),
            (&[USER], SESSION, Truth::No),
            (&[USER, ROOT], USER, Truth::Yes),
            (&[USER, ROOT], SESSION, Truth::No),
            (&[USER, ROOT], ROLE, Truth::No),
            (&[USER, ROOT], "arn:aws:iam::111122223333:user/bob", Truth::No),
            (&[USER, ROOT], ROOT, Truth::Yes),
            (&[USER], USER, Truth::Depends),
            (&["444455556666", "arn:aws:iam::444455556666:user/ann"], USER, Truth::No),
            (&[FEDERATED, USER, ROOT], FEDERATED, Truth::Yes),
            (&[USER, ROOT], FEDERATED, Truth::Depends),
            (&["*"], SESSION, Truth::Yes),
            (&[ROOT], ROOT, Truth::Yes),
            (&[ROOT], "*", Truth::No),
        ] {
            let principals: Vec<Principal> = listed.iter().map(|one| Principal::new("AWS", one)).collect();
            assert_eq!(spared(&principals, &Requester::read(requester)), expected, "{listed:?} of {requester}");
        }
    }
}
