//! What can be asked for: an action of a service, and what it is asked on.

use crate::domain::policy::{ActionPattern, is_account};

/// Why a text is no question, and how to write one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoQuestion {
    /// What is wrong.
    pub said: String,
    /// What to write instead.
    pub hint: &'static str,
}

/// Refuses what names no action and no pattern of actions: a service's prefix and a name, or `*` for all (IAM user guide,
/// "IAM JSON policy elements: Action").
///
/// # Errors
/// What is wrong with it, and how to write it.
pub fn is_action(text: &str) -> Result<(), NoQuestion> {
    if !ActionPattern::new(text).is_nothing() {
        return Ok(());
    }
    Err(NoQuestion { said: format!("{} is no action", shown(text)), hint: "write service:Action, as in s3:GetObject" })
}

/// Refuses what can be the ARN of nothing: a resource is one, or a pattern of them, or `*` (IAM user guide, "IAM JSON policy
/// elements: Resource").
///
/// # Errors
/// What is wrong with it, and how to write it.
pub fn is_resource(text: &str) -> Result<(), NoQuestion> {
    let may_be_short = text.contains(['*', '?']);
    if text == "*" || (text.starts_with("arn:") && (may_be_short || text.splitn(6, ':').count() == 6)) {
        return Ok(());
    }
    Err(NoQuestion {
        said: format!("{} is no ARN", shown(text)),
        hint: "write the whole ARN, as in arn:aws:s3:::bucket/key, or *",
    })
}

/// Refuses a value that a key cannot have: whose the resource is decides which sides have to allow, and an account has twelve
/// digits.
///
/// # Errors
/// What is wrong with it, and how to write it.
pub fn is_key(key: &str, value: &str) -> Result<(), NoQuestion> {
    if !key.eq_ignore_ascii_case("aws:ResourceAccount") || is_account(value) {
        return Ok(());
    }
    Err(NoQuestion { said: format!("{key}: {} is no account", shown(value)), hint: "write its twelve digits" })
}

/// The text as it was typed: of an empty one its quotes.
fn shown(text: &str) -> &str {
    if text.is_empty() { "\"\"" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_action_has_a_service_and_a_name() {
        for text in ["s3:GetObject", "s3:*", "*", "*:*", "s3:Get?"] {
            assert_eq!(is_action(text), Ok(()), "{text}");
        }
        for text in ["", ":", "s3:", ":Get", "getobject", "arn:aws:s3:::b", "s3:Get,Put", "s*:Get"] {
            let refused = is_action(text).unwrap_err();
            assert_eq!(refused.said, format!("{} is no action", shown(text)));
        }
    }

    #[test]
    fn an_account_has_twelve_digits() {
        for (key, value) in [("aws:ResourceAccount", "111122223333"), ("aws:PrincipalAccount", "x"), ("k", "")] {
            assert_eq!(is_key(key, value), Ok(()), "{key}={value}");
        }
        for value in ["", "1111-2222-3333", "*", "11112222333"] {
            let refused = is_key("AWS:resourceaccount", value).unwrap_err();
            assert_eq!(refused.said, format!("AWS:resourceaccount: {} is no account", shown(value)));
        }
    }

    #[test]
    fn a_resource_is_an_arn_or_a_pattern_of_them() {
        for text in ["*", "arn:aws:s3:::b", "arn:aws:s3*", "arn:aws:sqs:eu-west-1:111122223333:orders", "arn:*"] {
            assert_eq!(is_resource(text), Ok(()), "{text}");
        }
        for text in ["", "b/x", "arn:aws:s3", "orders", "b/*"] {
            let refused = is_resource(text).unwrap_err();
            assert_eq!(refused.said, format!("{} is no ARN", shown(text)));
        }
    }
}
