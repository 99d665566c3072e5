//! Whom a statement is for.
//!
//! IAM User Guide, "AWS JSON policy elements: Principal". A principal is kept as written; its kind says how it is to be
//! compared.

use std::fmt;

/// One entry of `Principal` or `NotPrincipal`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    /// What it is.
    pub kind: PrincipalKind,
    /// As written.
    text: Box<str>,
}

/// What a principal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    /// `"*"` or `{"AWS": "*"}`: everybody, also without credentials.
    Anyone,
    /// An account and all in it: its number or its root's ARN.
    Account,
    /// A role, whichever session of it: `arn:aws:iam::…:role/PATH/NAME`.
    Role,
    /// One session of a role: `arn:aws:sts::…:assumed-role/NAME/SESSION`.
    Session,
    /// A user.
    User,
    /// A session of a federated user: `arn:aws:sts::…:federated-user/NAME`.
    FederatedUser,
    /// An OIDC or SAML provider of the account, by ARN, or one known to AWS, by name (`accounts.google.com`).
    Provider,
    /// An AWS service: `pods.eks.amazonaws.com`.
    Service,
    /// An account by its canonical user ID, as S3 writes it.
    CanonicalUser,
    /// The unique ID (`AROA…`, `AIDA…`) that AWS leaves in place of a role or user that was deleted: nobody.
    Deleted,
    /// Of a kind or shape that is not known.
    Unknown,
}

/// The keys of a `Principal` object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum PrincipalType {
    /// `AWS`
    Aws,
    /// `Federated`
    Federated,
    /// `Service`
    Service,
    /// `CanonicalUser`
    CanonicalUser,
}

impl Principal {
    /// Everybody: `*`.
    pub fn anyone() -> Self {
        Self { kind: PrincipalKind::Anyone, text: "*".into() }
    }

    /// The principal that stands under the key `AWS`, `Federated`, `Service` or `CanonicalUser`; another key gives one
    /// of unknown kind.
    ///
    /// ```
    /// use rolecall::domain::policy::{Principal, PrincipalKind};
    ///
    /// let role = Principal::new("AWS", "arn:aws:iam::111122223333:role/eks/api");
    /// assert_eq!((role.kind, role.account(), role.name()), (PrincipalKind::Role, Some("111122223333"), Some("api")));
    /// assert_eq!(Principal::new("AWS", "111122223333").kind, PrincipalKind::Account);
    /// ```
    pub fn new(key: &str, text: &str) -> Self {
        let kind = PrincipalType::named(key).map_or(PrincipalKind::Unknown, |of| of.kind_of(text));
        Self { kind, text: text.into() }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The account it belongs to, where it says so.
    pub fn account(&self) -> Option<&str> {
        match self.kind {
            PrincipalKind::Account if !self.text.contains(':') => Some(&self.text),
            _ => self.part(4).filter(|account| is_account(account)),
        }
    }

    /// The partition of its ARN: `aws`, `aws-cn`, …
    pub fn partition(&self) -> Option<&str> {
        self.part(1)
    }

    /// The name of the role, user or federated user, without its path and session: within an account it is unique.
    pub fn name(&self) -> Option<&str> {
        let (_, within) = self.part(5)?.split_once('/')?;
        match self.kind {
            PrincipalKind::Role | PrincipalKind::User => within.rsplit('/').next(),
            PrincipalKind::Session | PrincipalKind::FederatedUser => within.split('/').next(),
            _ => None,
        }
    }

    fn part(&self, index: usize) -> Option<&str> {
        self.text.splitn(6, ':').nth(index).filter(|_| self.text.starts_with("arn:"))
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PrincipalType {
    /// Each with the name AWS documents.
    const NAMES: [(&'static str, Self); 4] = [
        ("AWS", Self::Aws),
        ("Federated", Self::Federated),
        ("Service", Self::Service),
        ("CanonicalUser", Self::CanonicalUser),
    ];

    /// As AWS writes it.
    pub(super) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, of)| *of == self).map_or("", |(name, _)| name)
    }

    /// The one of this name, in any case.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, of)| *of)
    }

    fn kind_of(self, text: &str) -> PrincipalKind {
        let is_plain = !text.is_empty() && !text.contains(['*', '?', ' ', '/', ':']);
        match self {
            Self::Aws => aws_kind(text),
            Self::Federated if text.starts_with("arn:") => provider_kind(text),
            Self::Federated if is_plain => PrincipalKind::Provider,
            Self::Service if is_plain && text.contains('.') => PrincipalKind::Service,
            Self::CanonicalUser if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                PrincipalKind::CanonicalUser
            }
            Self::Federated | Self::Service | Self::CanonicalUser => PrincipalKind::Unknown,
        }
    }
}

fn aws_kind(text: &str) -> PrincipalKind {
    if text == "*" {
        return PrincipalKind::Anyone;
    }
    if is_account(text) {
        return PrincipalKind::Account;
    }
    // "A" and the kind, then upper case and digits: AIDA user, AROA role (IAM User Guide, "IAM identifiers").
    if matches!(text.get(..4), Some("AROA" | "AIDA")) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return PrincipalKind::Deleted;
    }
    let Some((service, account, resource)) = arn_parts(text) else { return PrincipalKind::Unknown };
    // CloudFront's origin access identities are users of an account that nobody else is of (CloudFront developer guide,
    // "Use an origin access identity").
    if (service, account) == ("iam", "cloudfront") && resource.starts_with("user/") {
        return PrincipalKind::User;
    }
    // "You cannot use a wildcard to match part of a principal name or ARN."
    if !is_account(account) || resource.contains(['*', '?']) {
        return PrincipalKind::Unknown;
    }
    match (service, resource.split_once('/')) {
        ("iam", None) if resource == "root" => PrincipalKind::Account,
        ("iam", Some(("role", name))) if !name.is_empty() => PrincipalKind::Role,
        ("iam", Some(("user", name))) if !name.is_empty() => PrincipalKind::User,
        ("sts", Some(("assumed-role", rest))) if rest.contains('/') => PrincipalKind::Session,
        ("sts", Some(("federated-user", name))) if !name.is_empty() => PrincipalKind::FederatedUser,
        _ => PrincipalKind::Unknown,
    }
}

fn provider_kind(text: &str) -> PrincipalKind {
    let Some((service, account, resource)) = arn_parts(text) else { return PrincipalKind::Unknown };
    let names_one =
        matches!(resource.split_once('/'), Some(("oidc-provider" | "saml-provider", name)) if !name.is_empty());
    if service == "iam" && is_account(account) && names_one && !resource.contains(['*', '?']) {
        PrincipalKind::Provider
    } else {
        PrincipalKind::Unknown
    }
}

/// Service, account and resource of an ARN.
fn arn_parts(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.splitn(6, ':');
    parts.next().filter(|arn| *arn == "arn")?;
    parts.next().filter(|partition| partition.starts_with("aws"))?;
    let service = parts.next()?;
    parts.next().filter(|region| region.is_empty())?;
    Some((service, parts.next()?, parts.next()?))
}

/// Whether a text is the number of an account.
pub fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::PrincipalKind::{
        Account, Anyone, CanonicalUser, Deleted, FederatedUser, Provider, Role, Service, Session, Unknown, User,
    };
    use super::*;

    const CANONICAL: &str = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be";

    /// IAM User Guide, "AWS JSON policy elements: Principal", one row per section.
    #[test]
    fn kinds_are_told_apart() {
        for (key, text, kind, account, name) in [
            ("AWS", "*", Anyone, None, None),
            ("AWS", "111122223333", Account, Some("111122223333"), None),
            ("AWS", "arn:aws:iam::111122223333:root", Account, Some("111122223333"), None),
            ("AWS", "arn:aws-cn:iam::111122223333:role/api", Role, Some("111122223333"), Some("api")),
            ("aws", "arn:aws:iam::111122223333:role/eks/prod/api", Role, Some("111122223333"), Some("api")),
            ("AWS", "arn:aws:iam::111122223333:user/ops/ann", User, Some("111122223333"), Some("ann")),
            ("AWS", "arn:aws:sts::111122223333:assumed-role/api/i-0a", Session, Some("111122223333"), Some("api")),
            ("AWS", "arn:aws:sts::111122223333:federated-user/ann", FederatedUser, Some("111122223333"), Some("ann")),
            ("AWS", "AROAEXAMPLEID", Deleted, None, None),
            (
                "Federated",
                "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A",
                Provider,
                Some("111122223333"),
                None,
            ),
            ("Federated", "arn:aws:iam::111122223333:saml-provider/corp", Provider, Some("111122223333"), None),
            ("Federated", "cognito-identity.amazonaws.com", Provider, None, None),
            ("Service", "pods.eks.amazonaws.com", Service, None, None),
            ("CanonicalUser", CANONICAL, CanonicalUser, None, None),
            ("AWS", "arn:aws:iam::111122223333:role/*", Unknown, Some("111122223333"), None),
            ("AWS", "arn:aws:iam::111122223333:group/ops", Unknown, Some("111122223333"), None),
            ("AWS", "arn:aws:sts::111122223333:assumed-role/api", Unknown, Some("111122223333"), None),
            ("AWS", "arn:aws:iam::*:root", Unknown, None, None),
            ("AWS", "11112222333", Unknown, None, None),
            ("AWS", "", Unknown, None, None),
            ("Federated", "https://oidc.eks.eu-west-1.amazonaws.com/id/A", Unknown, None, None),
            ("Service", "*", Unknown, None, None),
            ("Martian", "111122223333", Unknown, None, None),
        ] {
            let principal = Principal::new(key, text);
            assert_eq!((principal.kind, principal.account(), principal.name()), (kind, account, name), "{key} {text}");
            assert_eq!(principal.as_str(), text);
        }
    }
}
