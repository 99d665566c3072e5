//! Role ARNs as they stand in annotations and container environments, and what can be wrong with them.
//!
//! The webhook only warns about a malformed one and injects it all the same, so it must be kept as written. Its rule:
//! `^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w-\/.@+=,]+$`
//! (amazon-eks-pod-identity-webhook, `pkg/cache/cache.go`).

use super::Name;
use std::fmt;

/// What names a role, as written: kept verbatim, well-formed or not.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoleArn(Name);

/// Why a text is no role ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArnProblem {
    /// Nothing is there.
    Empty,
    /// White space stands before, behind or within it.
    WhiteSpace,
    /// It stands in quotes.
    Quotes,
    /// It does not begin with `arn:aws…:`.
    NotAnArn,
    /// It is an ARN of another service than IAM.
    NotIam,
    /// The account is not twelve digits.
    Account,
    /// It is an ARN of something else than a role: a user, an instance profile, a policy.
    NotARole,
    /// It holds a character that no role name or path has.
    Character,
}

impl ArnProblem {
    /// What is wrong, as part of a sentence: `it …`.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "it is empty",
            Self::WhiteSpace => "it holds white space",
            Self::Quotes => "it stands in quotes",
            Self::NotAnArn => "it does not begin with arn:aws",
            Self::NotIam => "it is not an ARN of IAM",
            Self::Account => "its account is not twelve digits",
            Self::NotARole => "it does not name a role",
            Self::Character => "it holds a character that no role name has",
        }
    }
}

impl RoleArn {
    /// The text as a role ARN, whatever is wrong with it.
    pub fn new(text: Name) -> Self {
        Self(text)
    }

    /// The text as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The shared text.
    pub fn name_shared(&self) -> Name {
        self.0.clone()
    }

    /// What is wrong with it, by the webhook's own rule; `None` for a good one.
    pub fn problem(&self) -> Option<ArnProblem> {
        problem_of(&self.0)
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub fn partition(&self) -> Option<&str> {
        self.0.split(':').nth(1).filter(|_| self.problem().is_none())
    }

    /// The account's twelve digits.
    pub fn account(&self) -> Option<&str> {
        self.0.split(':').nth(4).filter(|_| self.problem().is_none())
    }

    /// Path and name without the leading slash: `eks/shop-api`. What a person is shown.
    pub fn path_and_name(&self) -> &str {
        match self.0.split_once(":role/") {
            Some((_, rest)) if self.problem().is_none() => rest,
            _ => &self.0,
        }
    }

    /// The role's name without its path. IAM names roles by it, and sessions carry only it.
    pub fn role_name(&self) -> &str {
        let rest = self.path_and_name();
        rest.rsplit_once('/').map_or(rest, |(_, name)| name)
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&str> for RoleArn {
    fn from(text: &str) -> Self {
        Self(Name::from(text))
    }
}

fn problem_of(text: &str) -> Option<ArnProblem> {
    if text.is_empty() {
        return Some(ArnProblem::Empty);
    }
    if text.contains(char::is_whitespace) {
        return Some(ArnProblem::WhiteSpace);
    }
    if text.contains(['"', '\'', '`']) {
        return Some(ArnProblem::Quotes);
    }
    let mut parts = text.splitn(6, ':');
    let (arn, partition, service, region, account, resource) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next(), parts.next());
    let partition_is_good =
        |p: &str| p.starts_with("aws") && p.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    match (arn, partition) {
        (Some("arn"), Some(partition)) if partition_is_good(partition) => {}
        _ => return Some(ArnProblem::NotAnArn),
    }
    if service != Some("iam") || region.is_some_and(|r| !r.is_empty()) {
        return Some(ArnProblem::NotIam);
    }
    if !account.is_some_and(|a| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit())) {
        return Some(ArnProblem::Account);
    }
    match resource.and_then(|r| r.strip_prefix("role/")) {
        None | Some("") => Some(ArnProblem::NotARole),
        Some(rest) if !rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-/.@+=,".contains(&b)) => {
            Some(ArnProblem::Character)
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, problem: Option<ArnProblem>) {
        assert_eq!(RoleArn::from(text).problem(), problem, "{text:?}");
    }

    #[test]
    fn good_arns_have_no_problem() {
        for text in [
            "arn:aws:iam::111122223333:role/api",
            "arn:aws-cn:iam::111122223333:role/eks/api",
            "arn:aws-us-gov:iam::111122223333:role/a.b+c=d,e@f_g-h",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn each_mistake_is_named() {
        check("", Some(ArnProblem::Empty));
        check(" arn:aws:iam::111122223333:role/api", Some(ArnProblem::WhiteSpace));
        check("\"arn:aws:iam::111122223333:role/api\"", Some(ArnProblem::Quotes));
        check("api", Some(ArnProblem::NotAnArn));
        check("arn:amazon:iam::111122223333:role/api", Some(ArnProblem::NotAnArn));
        check("arn:aws:sts::111122223333:assumed-role/api/x", Some(ArnProblem::NotIam));
        check("arn:aws:iam::1111:role/api", Some(ArnProblem::Account));
        check("arn:aws:iam::111122223333:user/api", Some(ArnProblem::NotARole));
        check("arn:aws:iam::111122223333:role/", Some(ArnProblem::NotARole));
        check("arn:aws:iam::111122223333:role/a*i", Some(ArnProblem::Character));
        check("arn:aws", Some(ArnProblem::NotIam));
    }

    #[test]
    fn parts_are_read() {
        let arn = RoleArn::from("arn:aws-cn:iam::111122223333:role/eks/prod/api");
        assert_eq!((arn.partition(), arn.account()), (Some("aws-cn"), Some("111122223333")));
        assert_eq!((arn.path_and_name(), arn.role_name()), ("eks/prod/api", "api"));
        assert_eq!(RoleArn::from("nonsense").path_and_name(), "nonsense");
    }
}
