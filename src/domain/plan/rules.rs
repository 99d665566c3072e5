//! IAM's rules for what is sent to it, so that nothing is sent that it would refuse (IAM API reference, "`CreateRole`",
//! "`PutRolePolicy`"; IAM user guide, "IAM and STS quotas").

use super::PlanRefusal;
use crate::domain::policy::{Document, Kind, compact};

/// How many characters a trust policy may have, unless the account's quota was raised.
pub(super) const TRUST_SIZE: usize = 2_048;
/// As many where it was raised as far as AWS does.
pub(super) const TRUST_SIZE_RAISED: usize = 8_192;
/// How many characters all inline policies of a role may have together.
pub(super) const INLINE_SIZE: usize = 10_240;
/// How many managed policies a role may have, unless the account's quota was raised.
pub(super) const ATTACHED: usize = 10;
/// As many where it was raised as far as AWS does.
pub(super) const ATTACHED_RAISED: usize = 25;

/// The name of a role: at most 64 of IAM's characters.
pub(super) fn role_name(name: &str) -> Result<(), PlanRefusal> {
    named("role", name, 64)
}

/// The name of an inline policy: at most 128 of IAM's characters.
pub(super) fn policy_name(name: &str) -> Result<(), PlanRefusal> {
    named("policy", name, 128)
}

fn named(what: &str, name: &str, longest: usize) -> Result<(), PlanRefusal> {
    let is_good = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let length = name.chars().count();
    let said = match name.chars().find(|c| !is_good(*c)) {
        _ if name.is_empty() => format!("a {what}'s name is not empty"),
        Some(wrong) => format!("{name} is no {what}'s name: it holds {wrong:?}"),
        None if length > longest => {
            format!("{name} is no {what}'s name: it has {length} characters, IAM takes {longest}")
        }
        None => return Ok(()),
    };
    Err(PlanRefusal::new(said).hint("letters, digits and _+=,.@- make up a name"))
}

/// The name of a ServiceAccount: a DNS subdomain (Kubernetes documentation, "Object Names and IDs").
pub(super) fn account_name(name: &str) -> Result<(), PlanRefusal> {
    let is_end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let is_part = |part: &str| {
        let is_good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        part.chars().all(is_good) && is_end(part.chars().next()) && is_end(part.chars().last())
    };
    if name.len() <= 253 && name.split('.').all(is_part) {
        return Ok(());
    }
    let hint = "small letters, digits, - and . make up a name, 253 at most, with a letter or a digit at both ends";
    Err(PlanRefusal::new(format!("{name} is no name of a ServiceAccount")).hint(hint))
}

/// A path: `/`, or `/…/` of printable characters.
pub(super) fn path(path: &str) -> Result<(), PlanRefusal> {
    let is_printable = path.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
    let has_slashes = path.starts_with('/') && path.ends_with('/');
    // what the webhook and ARNs of roles take: fewer than IAM's own rule
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-/.@+=,".contains(&byte));
    if has_slashes && is_printable && is_plain && path.len() <= 512 && !path.contains("//") {
        return Ok(());
    }
    let hint = "a path begins and ends with a slash: /eks/";
    Err(PlanRefusal::new(format!("{path} is no path of a role")).hint(hint))
}

/// A description: IAM's characters, at most 1,000.
pub(super) fn description(text: &str) -> Result<(), PlanRefusal> {
    let is_good = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ff}');
    match text.chars().find(|c| !is_good(*c)) {
        Some(wrong) => Err(PlanRefusal::new(format!("IAM takes no {wrong:?} in a description"))),
        None if text.chars().count() > 1000 => Err(PlanRefusal::new("IAM takes 1000 characters in a description")),
        None => Ok(()),
    }
}

/// How long a session may be.
pub(super) fn session(seconds: i32) -> Result<(), PlanRefusal> {
    if (3600..=43_200).contains(&seconds) {
        return Ok(());
    }
    Err(PlanRefusal::new(format!("{seconds} is no longest session: it is a number of seconds from 3600 to 43200")))
}

/// Whether nobody but AWS sets a tag of that key.
pub(super) fn is_of_aws(key: &str) -> bool {
    key.get(..4).is_some_and(|beginning| beginning.eq_ignore_ascii_case("aws:"))
}

/// A tag.
pub(super) fn tag(key: &str, value: &str) -> Result<(), PlanRefusal> {
    let is_good = |c: char| c.is_alphanumeric() || (c.is_whitespace() && !c.is_control()) || "_.:/=+-@".contains(c);
    let said = if key.is_empty() || key.chars().count() > 128 {
        format!("the tag {key:?} is too short or too long: a key has 1 to 128 characters")
    } else if value.chars().count() > 256 {
        format!("the value of the tag {key} is too long: IAM takes 256 characters")
    } else if is_of_aws(key) {
        format!("the tag {key} is AWS's own: nobody else sets tags that begin with aws:")
    } else if let Some(wrong) = key.chars().chain(value.chars()).find(|c| !is_good(*c)) {
        format!("the tag {key} holds {wrong:?}, which IAM does not take")
    } else {
        return Ok(());
    };
    Err(PlanRefusal::new(said))
}

/// The ARN of a managed policy: `arn:aws:iam::aws:policy/…` or `arn:aws:iam::111122223333:policy/…`.
pub(super) fn policy_arn(arn: &str, account: Option<&str>) -> Result<(), PlanRefusal> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [first, partition, service, region, owner, resource] = parts.as_slice() else {
        return Err(no_policy(arn, "give the whole ARN, as arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"));
    };
    let is_account = owner.len() == 12 && owner.bytes().all(|byte| byte.is_ascii_digit());
    let name = resource.strip_prefix("policy/").and_then(|rest| rest.rsplit('/').next());
    let is_named = name.is_some_and(|name| policy_name(name).is_ok());
    let is_iam = *first == "arn" && partition.starts_with("aws") && *service == "iam" && region.is_empty();
    if !is_iam || !(is_account || *owner == "aws") || !is_named || arn.contains(char::is_whitespace) {
        return Err(no_policy(
            arn,
            "a managed policy is arn:aws:iam::aws:policy/NAME or arn:aws:iam::ACCOUNT:policy/NAME",
        ));
    }
    match account {
        Some(account) if is_account && *owner != account => Err(no_policy(
            arn,
            &format!("it lies in account {owner}, and the role in {account}: IAM attaches its own only"),
        )),
        _ => Ok(()),
    }
}

fn no_policy(arn: &str, hint: &str) -> PlanRefusal {
    PlanRefusal::new(format!("{arn} cannot be attached: it is no managed policy of the role's account")).hint(hint)
}

/// A document that IAM would take: read by our own parser, its characters and its size looked at.
pub(super) fn document(text: &str, kind: Kind, named: &str) -> Result<Document, PlanRefusal> {
    let is_good = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{ff}');
    if let Some(wrong) = text.chars().find(|c| !is_good(*c)) {
        return Err(PlanRefusal::new(format!("{named} holds {wrong:?}: IAM takes no such character in a policy")));
    }
    let read = Document::parse(text, kind)
        .map_err(|unreadable| PlanRefusal::new(format!("{named} cannot be read: {unreadable}")))?;
    match read.refused() {
        Some(remark) => Err(PlanRefusal::new(format!("IAM would refuse {named}: {remark} ({:?})", remark.rule))),
        None => Ok(read),
    }
}

/// How many characters of a policy count.
pub(super) fn size(text: &str) -> usize {
    compact(text).chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_paths_follow_iam() {
        assert!(role_name("prod-shop-api_+=,.@").is_ok() && role_name(&"a".repeat(64)).is_ok());
        for bad in ["", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(role_name(bad).is_err(), "{bad}");
        }
        assert!(path("/").is_ok() && path("/eks/prod/").is_ok());
        for bad in ["", "eks/", "/eks", "//", "/a b/", "/é/"] {
            assert!(path(bad).is_err(), "{bad}");
        }
        assert!(session(3600).is_ok() && session(43_200).is_ok() && session(3599).is_err() && session(43_201).is_err());
        assert!(account_name("api").is_ok() && account_name("a.b-2").is_ok() && account_name(&"a".repeat(253)).is_ok());
        for bad in ["", "-a", "a-", "A", "a_b", "a..b", &"a".repeat(254)] {
            assert!(account_name(bad).is_err(), "{bad}");
        }
        assert!(description("for shop, naïve").is_ok() && description("an em dash —").is_err());
    }

    #[test]
    fn tags_follow_iam() {
        assert!(tag("rolecall:cluster", "prod").is_ok() && tag("Ort", "Köln 1").is_ok() && tag("k", "").is_ok());
        for (key, value) in
            [("", "x"), ("aws:x", "y"), ("AWS:x", "y"), ("a\n", "y"), ("a", "*"), ("a", &"v".repeat(257))]
        {
            assert!(tag(key, value).is_err(), "{key:?} {value:?}");
        }
    }

    #[test]
    fn policies_are_named_by_whole_arns_of_their_account() {
        let account = Some("111122223333");
        assert!(policy_arn("arn:aws:iam::aws:policy/service-role/AmazonX", account).is_ok());
        assert!(policy_arn("arn:aws-cn:iam::111122223333:policy/x", account).is_ok());
        for bad in [
            "AmazonX",
            "arn:aws:iam::aws:role/x",
            "arn:aws:s3:::x",
            "arn:aws:iam::444455556666:policy/x",
            "arn:aws:iam::aws:policy/",
            "arn:aws:iam::1:policy/x",
        ] {
            assert!(policy_arn(bad, account).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_bad_document_is_refused_with_its_place() {
        let said = |text| document(text, Kind::Identity, "policy p").unwrap_err().sentence;
        assert!(said("{\n \"Statement\": [}").contains("line 2, column 16"), "{}", said("{\n \"Statement\": [}"));
        let no_effect = r#"{"Version":"2012-10-17","Statement":[{"Action":"s3:GetObject","Resource":"*"}]}"#;
        assert!(said(no_effect).contains("statement 1"), "{}", said(no_effect));
        assert!(said("{\"Statement\":\"—\"}").contains("character"));
        let good =
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
        assert!(document(good, Kind::Identity, "policy p").is_ok());
    }
}
