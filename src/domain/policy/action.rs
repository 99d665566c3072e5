//! Actions: `service:Name`, without case, and the patterns over them.
//!
//! IAM User Guide, "IAM JSON policy elements: Action" and "… `NotAction`". The service is literal; wildcards stand in the
//! name.

use super::document::{Kind, Selection};
use super::pattern::matches_without_case;
use std::fmt;

/// An action that somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Action {
    /// As written.
    text: Box<str>,
    /// `service` and `name`, in lower case, with the colon between.
    folded: Box<str>,
    /// Where the colon stands in `folded`; its end if there is none.
    colon: usize,
}

/// An entry of `Action` or `NotAction`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ActionPattern {
    text: Box<str>,
    form: Form,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `*`, `*:*`
    Everything,
    /// `s3:Get*`: where the colon stands.
    Named(usize),
    /// Nothing that an action could be named.
    Nothing,
}

impl Action {
    /// The action that the text names.
    pub fn new(text: &str) -> Self {
        let folded = text.to_ascii_lowercase();
        let colon = memchr::memchr(b':', folded.as_bytes()).unwrap_or(folded.len());
        Self { text: text.into(), folded: folded.into(), colon }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The service's prefix, in lower case: `s3`. All of it where there is no colon.
    pub fn service(&self) -> &str {
        self.folded.get(..self.colon).unwrap_or_default()
    }

    /// What the policy of a resource is read as where this is asked of it: a role's own is its trust policy, which names
    /// no resource.
    pub fn kind_of_resource_policy(&self) -> Kind {
        if self.service() == "sts" { Kind::Trust } else { Kind::Resource }
    }

    /// The name, in lower case: `getobject`. Empty where there is no colon.
    pub fn name(&self) -> &str {
        self.folded.get(self.colon + 1..).unwrap_or_default()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl ActionPattern {
    /// The pattern that the text stands for. One that no action can be named like (`s3:Get,Put`, `s3:`, `s*:Get`)
    /// matches nothing.
    pub fn new(text: &str) -> Self {
        Self { text: text.into(), form: form_of(text) }
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it matches every action.
    pub fn is_everything(&self) -> bool {
        self.form == Form::Everything
    }

    /// Whether no action can be named so.
    pub fn is_nothing(&self) -> bool {
        self.form == Form::Nothing
    }

    /// The one service whose actions it matches, as written; none for `*`.
    pub fn service(&self) -> Option<&str> {
        self.parts().map(|(service, _)| service)
    }

    /// What it asks of an action's name, as written, wildcards included.
    pub fn name(&self) -> Option<&str> {
        self.parts().map(|(_, name)| name)
    }

    /// Whether it matches the action.
    ///
    /// ```
    /// use rolecall::domain::policy::{Action, ActionPattern};
    ///
    /// assert!(ActionPattern::new("S3:get*").matches(&Action::new("s3:GetObject")));
    /// assert!(!ActionPattern::new("s3:Get,Put").matches(&Action::new("s3:Get")));
    /// ```
    pub fn matches(&self, action: &Action) -> bool {
        self.form == Form::Everything
            || self.parts().is_some_and(|(service, name)| {
                service.eq_ignore_ascii_case(action.service()) && matches_without_case(name, action.name())
            })
    }

    fn parts(&self) -> Option<(&str, &str)> {
        let Form::Named(colon) = self.form else { return None };
        Some((self.text.get(..colon)?, self.text.get(colon + 1..)?))
    }
}

impl Selection<ActionPattern> {
    /// Whether it selects the action.
    pub fn selects(&self, action: &Action) -> bool {
        self.items().iter().any(|pattern| pattern.matches(action)) != self.is_all_but()
    }
}

fn form_of(text: &str) -> Form {
    let Some((service, name)) = text.split_once(':') else {
        return if is_stars(text) { Form::Everything } else { Form::Nothing };
    };
    if is_stars(service) && is_stars(name) {
        return Form::Everything;
    }
    let names_service = !service.is_empty() && service.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let names_action = !name.is_empty() && name.bytes().all(is_in_name);
    if names_service && names_action { Form::Named(service.len()) } else { Form::Nothing }
}

/// The characters of action names in the Service Authorization Reference, and wildcards.
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*' | b'?')
}

fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn matches(pattern: &str, action: &str) -> bool {
        ActionPattern::new(pattern).matches(&Action::new(action))
    }

    /// IAM User Guide, "IAM JSON policy elements: Action".
    #[test]
    fn actions_are_matched_without_case_and_within_their_service() {
        for (pattern, action, expected) in [
            ("*", "s3:GetObject", true),
            ("*:*", "s3:GetObject", true),
            ("s3:*", "s3:GetObject", true),
            ("S3:getobject", "s3:GetObject", true),
            ("s3:GetObject", "S3:GETOBJECT", true),
            ("s3:Get*", "s3:PutObject", false),
            ("s3:*Object?", "s3:GetObjectX", true),
            ("s3:*Object?", "s3:GetObject", false),
            ("s3:Get*", "s3express:GetObject", false),
            ("execute-api:*", "execute-api:Invoke", true),
            ("iam:*Access*Key*", "iam:CreateAccessKey", true),
        ] {
            assert_eq!(matches(pattern, action), expected, "{pattern} on {action}");
        }
    }

    /// What names no action matches none, not even itself.
    #[test]
    fn what_names_no_action_matches_nothing() {
        for pattern in [
            "",
            "s3",
            "s3:",
            ":Get",
            "s3:Get,Put",
            "s3 :Get",
            "s*:Get",
            "?3:Get",
            "*:Get",
            "s3:Get:Put",
            "s3:é",
            "s3:${*}",
        ] {
            assert!(ActionPattern::new(pattern).is_nothing(), "{pattern}");
            assert!(!matches(pattern, pattern), "{pattern}");
        }
    }

    #[test]
    fn parts_are_as_written() {
        let pattern = ActionPattern::new("S3:Get*");
        assert_eq!((pattern.service(), pattern.name()), (Some("S3"), Some("Get*")));
        let action = Action::new("S3:GetObject");
        assert_eq!((action.service(), action.name(), action.as_str()), ("s3", "getobject", "S3:GetObject"));
        assert_eq!((Action::new("x").service(), Action::new("x").name()), ("x", ""));
        assert_eq!(ActionPattern::new("**").service(), None);
    }

    proptest! {
        #[test]
        fn case_never_matters(pattern in "[a-c]{1,2}:[A-Ca-c*?]{1,5}", action in "[a-c]{1,2}:[A-Ca-c]{0,6}") {
            let expected = matches(&pattern, &action);
            prop_assert_eq!(matches(&pattern.to_uppercase(), &action), expected);
            prop_assert_eq!(matches(&pattern, &action.to_uppercase()), expected);
        }

        #[test]
        fn not_action_is_all_that_action_is_not(patterns in prop::collection::vec("[ab]:[ab*]{1,3}", 0..4), action in "[ab]:[ab]{1,3}") {
            let patterns: Vec<_> = patterns.iter().map(|text| ActionPattern::new(text)).collect();
            let action = Action::new(&action);
            let only = Selection::Only(patterns.clone()).selects(&action);
            prop_assert_ne!(only, Selection::AllBut(patterns).selects(&action));
        }
    }
}
