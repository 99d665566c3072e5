//! What is asked for, said field by field: each as it is typed, looked at by IAM's rules at once.

use super::{NewRole, RoleMechanism};
use crate::domain::model::Name;
use crate::domain::plan::{PlanRefusal, rules};

/// One thing that can be said of a new role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RoleField {
    /// Its name.
    Name,
    /// Its path.
    Path,
    /// `irsa` or `pod-identity`.
    Mechanism,
    /// Managed policies, by ARN.
    Policies,
    /// The permissions boundary, by ARN.
    Boundary,
    /// The longest session, in seconds.
    Session,
    /// Tags, `KEY=VALUE`.
    Tags,
    /// What it is for.
    Description,
    /// The ServiceAccount's name.
    Account,
}

impl NewRole {
    /// Takes in what was typed; nothing typed is the default. `account`: the one that the role is made in.
    ///
    /// # Errors
    /// What IAM would not take of it.
    pub fn say(&mut self, field: RoleField, text: &str, account: Option<&str>) -> Result<(), PlanRefusal> {
        let text = text.trim();
        let words = || text.split_whitespace();
        match field {
            _ if text.is_empty() => {}
            RoleField::Account => {
                rules::account_name(text)?;
                self.service_account = Name::from(text);
            }
            RoleField::Description => {
                rules::description(text)?;
                self.description = Some(Name::from(text));
            }
            RoleField::Name => {
                rules::role_name(text)?;
                self.name = Some(Name::from(text));
            }
            RoleField::Path => {
                rules::path(text)?;
                self.path = Some(Name::from(text));
            }
            RoleField::Mechanism => {
                self.mechanism = match text {
                    "irsa" => RoleMechanism::Irsa,
                    "pod-identity" => RoleMechanism::PodIdentity,
                    _ => {
                        let said = format!("{text} is no mechanism");
                        return Err(PlanRefusal::new(said).hint("irsa or pod-identity"));
                    }
                };
            }
            RoleField::Policies => {
                for arn in words() {
                    rules::policy_arn(arn, account)?;
                    if self.policies.iter().any(|own| **own == *arn) {
                        return Err(PlanRefusal::new(format!("{arn} is given twice")));
                    }
                    self.policies.push(Name::from(arn));
                }
            }
            RoleField::Boundary => {
                rules::policy_arn(text, account)?;
                self.boundary = Some(Name::from(text));
            }
            RoleField::Session => {
                let no_number = || PlanRefusal::new(format!("{text} is no number of seconds"));
                let seconds = text.parse().map_err(|_| no_number())?;
                rules::session(seconds)?;
                self.session_seconds = Some(seconds);
            }
            RoleField::Tags => {
                for tag in words() {
                    let Some((key, value)) = tag.split_once('=') else {
                        return Err(PlanRefusal::new(format!("{tag} is no tag")).hint("a tag is KEY=VALUE"));
                    };
                    rules::tag(key, value)?;
                    self.tags.push((Name::from(key), Name::from(value)));
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "arn:aws:iam::aws:policy/P";

    #[test]
    fn a_role_is_said_field_by_field() {
        let mut wanted = NewRole::default();
        let said = [
            (RoleField::Name, "api"),
            (RoleField::Path, "/eks/"),
            (RoleField::Mechanism, "pod-identity"),
            (RoleField::Policies, POLICY),
            (RoleField::Boundary, POLICY),
            (RoleField::Session, "7200"),
            (RoleField::Tags, " team=blue  stage= "),
            (RoleField::Description, " for the shop "),
            (RoleField::Account, "api"),
        ];
        for (field, text) in said {
            wanted.say(field, text, Some("111122223333")).unwrap();
        }
        let expected = NewRole {
            name: Some("api".into()),
            path: Some("/eks/".into()),
            policies: vec![POLICY.into()],
            boundary: Some(POLICY.into()),
            session_seconds: Some(7200),
            description: Some("for the shop".into()),
            service_account: "api".into(),
            mechanism: RoleMechanism::PodIdentity,
            tags: vec![("team".into(), "blue".into()), ("stage".into(), "".into())],
            ..NewRole::default()
        };
        assert_eq!(wanted, expected);
    }

    #[test]
    fn what_iam_would_not_take_is_said_at_once() {
        let wrong = [
            (RoleField::Name, "a b"),
            (RoleField::Path, "eks"),
            (RoleField::Mechanism, "magic"),
            (RoleField::Policies, "arn:aws:iam::444455556666:policy/P"),
            (RoleField::Boundary, "P"),
            (RoleField::Session, "long"),
            (RoleField::Session, "60"),
            (RoleField::Tags, "team"),
            (RoleField::Tags, "aws:x=y"),
            (RoleField::Description, "an em dash —"),
            (RoleField::Account, "An Account"),
        ];
        for (field, text) in wrong {
            assert!(NewRole::default().say(field, text, Some("111122223333")).is_err(), "{field:?} {text}");
        }
        assert!(NewRole::default().say(RoleField::Policies, &format!("{POLICY} {POLICY}"), None).is_err());
        assert_eq!(NewRole::default().say(RoleField::Name, "", None), Ok(()));
    }
}
