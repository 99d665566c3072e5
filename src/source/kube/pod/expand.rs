//! `$(VAR)` in the value of a variable, as the kubelet expands it.
//!
//! Rules: Kubernetes, `third_party/forked/golang/expansion/expand.go`, and `Container.env` in the API reference: only
//! variables that stand earlier count, `$$` is a dollar sign, and what cannot be resolved stays as it is written.

use std::collections::HashMap;

/// Longer values are not followed: a variable that doubles another twenty times would be.
const LONGEST: usize = 4_096;

/// The variables of one container that stand before the one that is expanded. `None`: set, but to what is not known.
#[derive(Debug)]
pub(super) struct Variables<'a> {
    known: HashMap<&'a str, Option<String>>,
    /// There are `envFrom`s: a variable that is not listed may still be set.
    open: bool,
}

impl<'a> Variables<'a> {
    /// None yet; `open` where `envFrom`s may set more than is listed.
    pub(super) fn new(open: bool) -> Self {
        Self { known: HashMap::new(), open }
    }

    /// Notes a variable for those that come after it.
    pub(super) fn set(&mut self, name: &'a str, value: Option<String>) {
        self.known.insert(name, value.filter(|value| value.len() <= LONGEST));
    }

    /// The value with its references resolved; `None` where one of them leads to what is not known.
    pub(super) fn expand(&self, text: &str) -> Option<String> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((plain, after)) = rest.split_once('$') {
            expanded.push_str(plain);
            rest = if let Some(after) = after.strip_prefix('$') {
                expanded.push('$');
                after
            } else if let Some((name, after)) = after.strip_prefix('(').and_then(|named| named.split_once(')')) {
                match self.known.get(name) {
                    Some(value) => expanded.push_str(value.as_deref()?),
                    None if self.open => return None,
                    None => expanded.extend(["$(", name, ")"]),
                }
                after
            } else {
                expanded.push('$');
                after
            };
            if expanded.len() > LONGEST {
                return None;
            }
        }
        expanded.push_str(rest);
        Some(expanded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_the_kubelet_does() {
        let mut variables = Variables::new(false);
        variables.set("ACCOUNT", Some("111122223333".into()));
        variables.set("HIDDEN", None);
        let expand = |text: &str| variables.expand(text);
        assert_eq!(expand("arn:aws:iam::$(ACCOUNT):role/a").as_deref(), Some("arn:aws:iam::111122223333:role/a"));
        assert_eq!(expand("$$(ACCOUNT) $ACCOUNT $(ACCOUNT").as_deref(), Some("$(ACCOUNT) $ACCOUNT $(ACCOUNT"));
        assert_eq!(expand("$(UNSET)").as_deref(), Some("$(UNSET)"), "what nothing sets stays as it is written");
        assert_eq!(expand("$(HIDDEN)"), None, "a value from elsewhere is not known");
    }

    #[test]
    fn with_env_from_an_unlisted_variable_may_still_be_set() {
        let variables = Variables::new(true);
        assert_eq!(variables.expand("$(ROLE)"), None);
        assert_eq!(variables.expand("plain").as_deref(), Some("plain"));
    }

    #[test]
    fn a_value_that_grows_without_end_is_given_up() {
        let mut variables = Variables::new(false);
        variables.set("A", Some("x".repeat(3_000)));
        assert_eq!(variables.expand("$(A)$(A)"), None);
    }
}
