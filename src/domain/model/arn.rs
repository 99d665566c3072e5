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
        parts_of(&self.0).err()
    }

    /// The ARN that was meant, where only the quotes or the white space around it are wrong.
    pub fn without_wrapping(&self) -> Option<&str> {
        let within = self.0.trim_matches(|c: char| c.is_whitespace() || QUOTES.contains(&c));
        (within.len() < self.0.len() && parts_of(within).is_ok()).then_some(within)
    }

    /// The partition: `aws`, `aws-cn`, `aws-us-gov`, …
    pub fn partition(&self) -> Option<&str> {
        parts_of(&self.0).ok().map(|parts| parts.partition)
    }

    /// The account's twelve digits.
    pub fn account(&self) -> Option<&str> {
        parts_of(&self.0).ok().map(|parts| parts.account)
    }

    /// Path and name without the leading slash: `eks/shop-api`. What a person is shown.
    pub fn path_and_name(&self) -> &str {
        parts_of(&self.0).map_or(&self.0, |parts| parts.path_and_name)
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

/// What a good role ARN is made of.
struct Parts<'a> {
    partition: &'a str,
    account: &'a str,
    path_and_name: &'a str,
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

fn parts_of(text: &str) -> Result<Parts<'_>, ArnProblem> {
    good_parts(text).map_err(|problem| match problem {
        _ if text.is_empty() => ArnProblem::Empty,
        _ if text.contains(char::is_whitespace) => ArnProblem::WhiteSpace,
        _ if text.contains(QUOTES) => ArnProblem::Quotes,
        other => other,
    })
}

fn good_parts(text: &str) -> Result<Parts<'_>, ArnProblem> {
    let behind = text.strip_prefix("arn:").ok_or(ArnProblem::NotAnArn)?;
    let (partition, behind) = behind.split_once(':').unwrap_or((behind, ""));
    let partition_is_good =
        partition.starts_with("aws") && partition.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !partition_is_good {
        return Err(ArnProblem::NotAnArn);
    }
    let behind = match behind.strip_prefix("iam::") {
        None if matches!(behind, "iam" | "iam:") => "", // it ends too early, before the account
        other => other.ok_or(ArnProblem::NotIam)?,
    };
    let twelve = behind.split_at_checked(12).filter(|(account, _)| account.bytes().all(|b| b.is_ascii_digit()));
    let (account, behind) = twelve.ok_or(ArnProblem::Account)?;
    if !(behind.is_empty() || behind.starts_with(':')) {
        return Err(ArnProblem::Account);
    }
    match behind.strip_prefix(":role/") {
        None | Some("") => Err(ArnProblem::NotARole),
        Some(rest) if !rest.bytes().all(is_of_name) => Err(ArnProblem::Character),
        Some(path_and_name) => Ok(Parts { partition, account, path_and_name }),
    }
}

fn is_of_name(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'/' | b'.' | b'@' | b'+' | b'=' | b',')
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
    fn what_was_meant_is_told_where_only_its_wrapping_is_wrong() {
        let good = "arn:aws:iam::111122223333:role/eks/api";
        for wrapped in [format!("\"{good}\""), format!(" {good}\n"), format!("'{good}' ")] {
            assert_eq!(RoleArn::from(&*wrapped).without_wrapping(), Some(good), "{wrapped:?}");
        }
        for other in [good, "\"api\"", "", "\"", "arn:aws:iam::111122223333:role/a b"] {
            assert_eq!(RoleArn::from(other).without_wrapping(), None, "{other:?}");
        }
    }

    #[test]
    fn parts_are_read() {
        let arn = RoleArn::from("arn:aws-cn:iam::111122223333:role/eks/prod/api");
        assert_eq!((arn.partition(), arn.account()), (Some("aws-cn"), Some("111122223333")));
        assert_eq!((arn.path_and_name(), arn.role_name()), ("eks/prod/api", "api"));
        assert_eq!(RoleArn::from("nonsense").path_and_name(), "nonsense");
    }
}
