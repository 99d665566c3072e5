//! Actions: `service:Name`, without case, and the patterns over them.
//!
//! IAM User Guide, "IAM JSON policy elements: Action" and "NotAction". The service is literal; wildcards stand in the
//! name.

use super::document::Selection;
use super::pattern::Pattern;
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
    /// `s3:Get*`, both in lower case.
    Named { service: Box<str>, name: Pattern },
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

    /// The one service whose actions it matches, in lower case; none for `*`.
    pub fn service(&self) -> Option<&str> {
        match &self.form {
            Form::Named { service, .. } => Some(service),
            Form::Everything | Form::Nothing => None,
        }
    }

    /// What it asks of an action's name, in lower case.
    pub fn name(&self) -> Option<&Pattern> {
        match &self.form {
            Form::Named { name, .. } => Some(name),
            Form::Everything | Form::Nothing => None,
        }
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
        match &self.form {
            Form::Everything => true,
            Form::Named { service, name } => **service == *action.service() && name.matches(action.name()),
            Form::Nothing => false,
        }
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
    let names_action = !name.is_empty() && name.bytes().all(|byte| is_in_name(byte) || byte == b'*' || byte == b'?');
    if !names_service || !names_action {
        return Form::Nothing;
    }
    Form::Named { service: service.to_ascii_lowercase().into(), name: Pattern::new(&name.to_ascii_lowercase()) }
}

/// The characters of action names in the Service Authorization Reference.
fn is_in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

fn is_stars(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte == b'*')
}
