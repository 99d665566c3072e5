//! The line for `kubectl` or `aws` that makes the same change.

use super::content::{AssociationContent, RoleContent};
use super::{Change, Content, Target};
use crate::domain::model::{Detour, Name, shell_word as word};
use crate::domain::policy::compact;
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

/// The programs of a line, each with the flags that take it to the place of the plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programs {
    kubectl: String,
    aws: String,
}

impl Default for Programs {
    fn default() -> Self {
        Self::at(&Detour::default())
    }
}

impl Programs {
    /// The programs as they are called to get to a place.
    pub fn at(detour: &Detour) -> Self {
        let called = |dialect: Dialect, flags: &[String]| {
            flags.iter().fold(dialect.word().to_owned(), |line, flag| line + " " + &word(flag))
        };
        Self { kubectl: called(Dialect::Kubectl, &detour.kubectl), aws: called(Dialect::Aws, &detour.aws) }
    }
}

impl Change {
    /// Which program makes it.
    pub fn dialect(&self) -> Dialect {
        if self.target.is_of_kubernetes() { Dialect::Kubectl } else { Dialect::Aws }
    }

    /// The line that makes it, in words that a shell takes apart as they are meant: where the programs go by themselves.
    pub fn command(&self) -> String {
        self.line(&Programs::default())
    }

    /// The line that makes it, by these programs.
    pub fn line(&self, programs: &Programs) -> String {
        if self.target.is_of_kubernetes() { self.of_kubectl(&programs.kubectl) } else { self.of_aws(&programs.aws) }
    }

    fn of_kubectl(&self, kubectl: &str) -> String {
        match &self.target {
            Target::ServiceAccount { namespace, name } => self.of_service_account(kubectl, namespace, name),
            Target::Annotations { namespace, name } => {
                let edits = match &self.to {
                    Content::Annotations(to) => to.iter().map(|(key, value)| edit(key, value.as_deref())).collect(),
                    _ => String::new(),
                };
                format!("{kubectl} annotate serviceaccount {} -n {} --overwrite{edits}", word(name), word(namespace))
            }
            Target::Rollout { namespace, kind, name, .. } => {
                let workload = format!("{}/{name}", kind.to_lowercase());
                format!("{kubectl} rollout restart {} -n {}", word(&workload), word(namespace))
            }
            _ => String::new(),
        }
    }

    fn of_aws(&self, aws: &str) -> String {
        match &self.target {
            Target::Role { name } => match &self.to {
                Content::Role(role) => create_role(aws, name, role),
                _ => format!("{aws} iam delete-role{}", flag("--role-name", name)),
            },
            Target::Trust { role } => {
                let document = self.document();
                format!("{aws} iam update-assume-role-policy{} --policy-document {document}", flag("--role-name", role))
            }
            Target::Attachment { role, policy } => {
                let verb = if self.to == Content::Absent { "detach" } else { "attach" };
                format!("{aws} iam {verb}-role-policy{} --policy-arn {}", flag("--role-name", role), word(policy))
            }
            Target::Inline { role, policy } => {
                let named = flag("--role-name", role) + &flag("--policy-name", policy);
                match &self.to {
                    Content::Document(_) => {
                        format!("{aws} iam put-role-policy{named} --policy-document {}", self.document())
                    }
                    _ => format!("{aws} iam delete-role-policy{named}"),
                }
            }
            Target::Provider { arn } => self.of_provider(aws, arn),
            Target::Audience { provider, audience } => {
                let verb = if self.to == Content::Absent { "remove" } else { "add" };
                let preposition = if self.to == Content::Absent { "from" } else { "to" };
                format!(
                    "{aws} iam {verb}-client-id-{preposition}-open-id-connect-provider \
                     --open-id-connect-provider-arn {}{}",
                    word(provider),
                    flag("--client-id", audience)
                )
            }
            Target::Association { cluster, namespace, service_account } => {
                self.of_association(aws, [cluster, namespace, service_account])
            }
            _ => String::new(),
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

    /// The document that it writes, as a word: in one line, which can be copied from a screen.
    fn document(&self) -> String {
        if let Content::Document(document) = &self.to { word(&compact(document)) } else { String::new() }
    }

    fn of_service_account(&self, kubectl: &str, namespace: &str, name: &str) -> String {
        let (name, namespace) = (word(name), word(namespace));
        match &self.to {
            Content::ServiceAccount(annotations) if annotations.is_empty() => {
                format!("{kubectl} create serviceaccount {name} -n {namespace}")
            }
            Content::ServiceAccount(annotations) => {
                let edits: String = annotations.iter().map(|(key, value)| edit(key, Some(value))).collect();
                format!(
                    "{kubectl} create serviceaccount {name} -n {namespace} --dry-run=client -o yaml | \
                     {kubectl} annotate --local -f - -o yaml{edits} | {kubectl} create -f -"
                )
            }
            _ => format!("{kubectl} delete serviceaccount {name} -n {namespace}"),
        }
    }

    fn of_provider(&self, aws: &str, arn: &str) -> String {
        match &self.to {
            Content::Provider(audiences) => {
                let issuer = arn.split_once(":oidc-provider/").map_or(arn, |(_, issuer)| issuer);
                let audiences: Vec<String> = audiences.iter().map(|audience| word(audience)).collect();
                let url = word(&format!("https://{issuer}"));
                format!(
                    "{aws} iam create-open-id-connect-provider --url {url} --client-id-list {}",
                    audiences.join(" ")
                )
            }
            _ => {
                format!("{aws} iam delete-open-id-connect-provider --open-id-connect-provider-arn {}", word(arn))
            }
        }
    }

    fn of_association(&self, aws: &str, [cluster, namespace, account]: [&Name; 3]) -> String {
        let of = format!("--cluster-name {}", word(cluster));
        let whose = format!("--namespace {} --service-account {}", word(namespace), word(account));
        let id = format!(
            "--association-id \"$({aws} eks list-pod-identity-associations {of} {whose} \
             --query 'associations[0].associationId' --output text)\""
        );
        match (&self.from, &self.to) {
            (Content::Association(from), Content::Association(to)) => {
                format!("{aws} eks update-pod-identity-association {of} {id}{}", association_flags(Some(from), to))
            }
            (_, Content::Association(to)) => {
                format!("{aws} eks create-pod-identity-association {of} {whose}{}", association_flags(None, to))
            }
            _ => format!("{aws} eks delete-pod-identity-association {of} {id}"),
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

fn create_role(aws: &str, name: &str, role: &RoleContent) -> String {
    let mut line = format!(
        "{aws} iam create-role{} --path {} --assume-role-policy-document {} --max-session-duration {}",
        flag("--role-name", name),
        word(&role.path),
        word(&role.trust),
        role.max_session_seconds
    );
    if let Some(description) = &role.description {
        line += &flag("--description", description);
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

/// A flag and its value, behind what stands before it. A value that begins as a flag does is joined to its own: alone, `aws`
/// takes it for another (IAM takes names like `-dash`).
fn flag(name: &str, value: &str) -> String {
    if value.starts_with('-') { format!(" {name}={}", word(value)) } else { format!(" {name} {}", word(value)) }
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

    #[test]
    fn a_name_that_begins_as_a_flag_does_is_no_flag() {
        let target = Target::Inline { role: "-dash".into(), policy: "-it's".into() };
        let taken = Change { target, from: Content::Present, to: Content::Absent };
        assert_eq!(taken.command(), r"aws iam delete-role-policy --role-name=-dash --policy-name='-it'\''s'");
    }

    #[test]
    fn each_program_of_a_line_is_taken_to_the_place() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let detour = Detour { kubectl: words(&["--context", "my lab"]), aws: words(&["--profile", "blue"]) };
        let programs = Programs::at(&detour);
        let account = Target::ServiceAccount { namespace: "shop".into(), name: "api".into() };
        let to = Content::ServiceAccount([("a".into(), "kubectl aws".into())].into());
        let made = Change { target: account, from: Content::Absent, to };
        assert_eq!(
            made.line(&programs),
            "kubectl --context 'my lab' create serviceaccount api -n shop --dry-run=client -o yaml | \
             kubectl --context 'my lab' annotate --local -f - -o yaml 'a=kubectl aws' | \
             kubectl --context 'my lab' create -f -"
        );
        let target =
            Target::Association { cluster: "blue".into(), namespace: "shop".into(), service_account: "api".into() };
        let ended = Change { target, from: Content::Present, to: Content::Absent };
        assert_eq!(ended.line(&programs).matches("aws --profile blue eks ").count(), 2, "{}", ended.line(&programs));
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
