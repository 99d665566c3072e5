//! What can be asked for: an action of a service, and what it is asked on.

use crate::domain::policy::ActionPattern;

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
