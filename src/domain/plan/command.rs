//! The line for `kubectl` or `aws` that makes the same change.

use super::content::{AssociationContent, RoleContent};
use super::{Change, Content, Target};
use crate::domain::model::Name;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Which program a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `kubectl`.
    Kubectl,
    /// The AWS CLI.
    Aws,
}

impl Dialect {
    /// The program.
    pub fn word(self) -> &'static str {
        match self {
            Self::Kubectl => "kubectl",
            Self::Aws => "aws",
        }
    }
}

impl Change {
    /// Which program makes it.
    pub fn dialect(&self) -> Dialect {
        if self.target.is_of_kubernetes() { Dialect::Kubectl } else { Dialect::Aws }
    }

    /// The line that makes it, in words that a shell takes apart as they are meant.
    pub fn command(&self) -> String {
        match &self.target {
            Target::ServiceAccount { namespace, name } => self.of_service_account(namespace, name),
            Target::Annotations { namespace, name } => {
                let edits = match &self.to {
                    Content::Annotations(to) => to.iter().map(|(key, value)| edit(key, value.as_deref())).collect(),
                    _ => String::new(),
                };
                format!("kubectl annotate serviceaccount {} -n {} --overwrite{edits}", word(name), word(namespace))
            }
            Target::Rollout { namespace, kind, name, .. } => {
                let workload = format!("{}/{name}", kind.to_lowercase());
                format!("kubectl rollout restart {} -n {}", word(&workload), word(namespace))
            }
            Target::Role { name } => match &self.to {
                Content::Role(role) => create_role(name, role),
                _ => format!("aws iam delete-role --role-name {}", word(name)),
            },
            Target::Trust { role } => {
                let document = self.document();
                format!("aws iam update-assume-role-policy --role-name {} --policy-document {document}", word(role))
            }
            Target::Attachment { role, policy } => {
                let verb = if self.to == Content::Absent { "detach" } else { "attach" };
                format!("aws iam {verb}-role-policy --role-name {} --policy-arn {}", word(role), word(policy))
            }
            Target::Inline { role, policy } => {
                let named = format!("--role-name {} --policy-name {}", word(role), word(policy));
                match &self.to {
                    Content::Document(_) => {
                        format!("aws iam put-role-policy {named} --policy-document {}", self.document())
                    }
                    _ => format!("aws iam delete-role-policy {named}"),
                }
            }
            Target::Provider { arn } => self.of_provider(arn),
            Target::Audience { provider, audience } => {
                let verb = if self.to == Content::Absent { "remove" } else { "add" };
                let preposition = if self.to == Content::Absent { "from" } else { "to" };
                format!(
                    "aws iam {verb}-client-id-{preposition}-open-id-connect-provider \
                     --open-id-connect-provider-arn {} --client-id {}",
                    word(provider),
                    word(audience)
                )
            }
            Target::Association { cluster, namespace, service_account } => {
                self.of_association(cluster, namespace, service_account)
            }
        }
    }

    /// The manifest of what it makes, as YAML; `None` for everything else: of an object that is there one that names only
    /// what is changed would have `kubectl apply` take away what else was applied of it (Kubernetes documentation,
    /// "Declarative Management of Kubernetes Objects Using Configuration Files", "How apply calculates differences").
    pub fn manifest(&self) -> Option<String> {
        let (Target::ServiceAccount { namespace, name }, Content::ServiceAccount(annotations)) =
            (&self.target, &self.to)
        else {
            return None;
        };
        let mut manifest = format!(
            "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: {}\n  namespace: {}\n",
            quoted(name),
            quoted(namespace)
        );
        if !annotations.is_empty() {
            manifest += "  annotations:\n";
            let lines = annotations.iter().map(|(key, value)| format!("    {key}: {}\n", quoted(value)));
            manifest.extend(lines);
        }
        Some(manifest)
    }

    /// The document that it writes, as a word.
    fn document(&self) -> String {
        if let Content::Document(document) = &self.to { word(document) } else { String::new() }
    }

    fn of_service_account(&self, namespace: &str, name: &str) -> String {
        let (name, namespace) = (word(name), word(namespace));
        match &self.to {
            Content::ServiceAccount(annotations) if annotations.is_empty() => {
                format!("kubectl create serviceaccount {name} -n {namespace}")
            }
            Content::ServiceAccount(annotations) => {
                let edits: String = annotations.iter().map(|(key, value)| edit(key, Some(value))).collect();
                format!(
                    "kubectl create serviceaccount {name} -n {namespace} --dry-run=client -o yaml | \
                     kubectl annotate --local -f - -o yaml{edits} | kubectl create -f -"
                )
            }
            _ => format!("kubectl delete serviceaccount {name} -n {namespace}"),
        }
    }

    fn of_provider(&self, arn: &str) -> String {
        match &self.to {
            Content::Provider(audiences) => {
                let issuer = arn.split_once(":oidc-provider/").map_or(arn, |(_, issuer)| issuer);
                let audiences: Vec<String> = audiences.iter().map(|audience| word(audience)).collect();
                let url = word(&format!("https://{issuer}"));
                format!("aws iam create-open-id-connect-provider --url {url} --client-id-list {}", audiences.join(" "))
            }
            _ => {
                format!("aws iam delete-open-id-connect-provider --open-id-connect-provider-arn {}", word(arn))
            }
        }
    }

    fn of_association(&self, cluster: &str, namespace: &str, account: &str) -> String {
        let of = format!("--cluster-name {}", word(cluster));
        let whose = format!("--namespace {} --service-account {}", word(namespace), word(account));
        let id = format!(
            "--association-id \"$(aws eks list-pod-identity-associations {of} {whose} \
             --query 'associations[0].associationId' --output text)\""
        );
        match (&self.from, &self.to) {
            (Content::Association(from), Content::Association(to)) => {
                format!("aws eks update-pod-identity-association {of} {id}{}", association_flags(Some(from), to))
            }
            (_, Content::Association(to)) => {
                format!("aws eks create-pod-identity-association {of} {whose}{}", association_flags(None, to))
            }
            _ => format!("aws eks delete-pod-identity-association {of} {id}"),
        }
    }
}

/// One annotation as `kubectl annotate` takes it.
fn edit(key: &str, value: Option<&str>) -> String {
    match value {
        Some(value) => format!(" {}", word(&format!("{key}={value}"))),
        None => format!(" {}", word(&format!("{key}-"))),
    }
}

fn create_role(name: &str, role: &RoleContent) -> String {
    let mut line = format!(
        "aws iam create-role --role-name {} --path {} --assume-role-policy-document {} --max-session-duration {}",
        word(name),
        word(&role.path),
        word(&role.trust),
        role.max_session_seconds
    );
    if let Some(description) = &role.description {
        let _ = write!(line, " --description {}", word(description));
    }
    if let Some(boundary) = &role.boundary {
        let _ = write!(line, " --permissions-boundary {}", word(boundary));
    }
    line + &tags_flag(&role.tags)
}

/// The flags of an association; `from`: it is there, and what it shall have no more is told as empty.
fn association_flags(from: Option<&AssociationContent>, to: &AssociationContent) -> String {
    let mut line = format!(" --role-arn {}", word(&to.role_arn));
    let parts = [
        ("--target-role-arn", &to.target_role_arn, from.map(|from| &from.target_role_arn)),
        ("--policy", &to.policy, from.map(|from| &from.policy)),
    ];
    for (flag, after, before) in parts {
        match (after, before) {
            (Some(after), _) => line.extend([" ", flag, " ", &word(after)]),
            (None, Some(Some(_))) => line.extend([" ", flag, " ''"]),
            (None, _) => {}
        }
    }
    match (to.disable_session_tags, from.is_some_and(|from| from.disable_session_tags)) {
        (true, _) => line += " --disable-session-tags",
        (false, true) => line += " --no-disable-session-tags",
        (false, false) => {}
    }
    if from.is_none() && !to.tags.is_empty() {
        // of EKS a map, in one word: IAM's are a list
        let tags: Vec<String> = to.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        line.extend([" --tags ", &word(&tags.join(","))]);
    }
    line
}

/// The tags of a role, each a word of its own.
fn tags_flag(tags: &BTreeMap<Name, Name>) -> String {
    if tags.is_empty() {
        return String::new();
    }
    let words = tags.iter().map(|(key, value)| format!(" {}", word(&format!("Key={key},Value={value}"))));
    format!(" --tags{}", words.collect::<String>())
}

/// A text as YAML takes it for a text, whatever it looks like (YAML 1.2, double-quoted style).
fn quoted(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| match c {
        '"' | '\\' => vec!['\\', c],
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)).chars().collect(),
        c => vec![c],
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// A text as one word of a POSIX shell.
pub(super) fn word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "@%_+=:,./-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn annotations(pairs: &[(&str, Option<&str>)]) -> Content {
        Content::Annotations(pairs.iter().map(|(key, value)| (Name::from(*key), value.map(Name::from))).collect())
    }

    #[test]
    fn lines_say_what_is_changed_in_words_of_a_shell() {
        let target = Target::Annotations { namespace: "shop".into(), name: "api".into() };
        let from = annotations(&[("a", None), ("b", Some("x"))]);
        let to = annotations(&[("a", Some("it's")), ("b", None)]);
        let change = Change { target, from, to };
        assert_eq!(change.command(), r"kubectl annotate serviceaccount api -n shop --overwrite 'a=it'\''s' b-");
        let detach = Change {
            target: Target::Attachment { role: "r".into(), policy: "arn:aws:iam::aws:policy/P".into() },
            from: Content::Present,
            to: Content::Absent,
        };
        assert_eq!(detach.command(), "aws iam detach-role-policy --role-name r --policy-arn arn:aws:iam::aws:policy/P");
    }

    /// AWS CLI command reference, `create-pod-identity-association`: `--tags KeyName1=string,KeyName2=string`.
    #[test]
    fn tags_of_an_association_are_one_word() {
        let tags = [("rolecall:cluster", "blue"), ("team", "a b")].map(|(key, value)| (key.into(), value.into()));
        let to = AssociationContent {
            role_arn: "arn:aws:iam::111122223333:role/api".into(),
            target_role_arn: None,
            policy: None,
            disable_session_tags: false,
            tags: tags.into(),
        };
        let target =
            Target::Association { cluster: "blue".into(), namespace: "shop".into(), service_account: "api".into() };
        let change = Change { target, from: Content::Absent, to: Content::Association(Box::new(to)) };
        assert_eq!(
            change.command(),
            "aws eks create-pod-identity-association --cluster-name blue --namespace shop --service-account api --role-arn \
             arn:aws:iam::111122223333:role/api --tags 'rolecall:cluster=blue,team=a b'"
        );
    }
}
