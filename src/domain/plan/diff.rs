//! What a change changes, line by line.

use super::content::{AssociationContent, RoleContent};
use super::{Change, Content, Target};
use crate::domain::model::Name;
use crate::domain::policy::indented;
use std::collections::BTreeMap;

/// One line of a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiffLine {
    /// Whether it comes, goes or stays.
    pub sign: DiffSign,
    /// The line.
    pub text: String,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DiffSign {
    /// It comes.
    Added,
    /// It goes.
    Removed,
    /// It stays.
    Kept,
}

impl DiffSign {
    /// As diff writes it.
    pub fn mark(self) -> char {
        match self {
            Self::Added => '+',
            Self::Removed => '-',
            Self::Kept => ' ',
        }
    }
}

impl Change {
    /// What it changes, line by line. Documents are laid out anew on both sides, so that only what they say counts.
    pub fn diff(&self) -> Vec<DiffLine> {
        lines_between(&lines(&self.from, &self.target), &lines(&self.to, &self.target))
    }
}

/// What a content looks like, line by line.
fn lines(content: &Content, target: &Target) -> Vec<String> {
    match content {
        Content::Absent | Content::Restarted(None) => Vec::new(),
        Content::Present => match target {
            Target::Attachment { policy, .. } => vec![format!("policy: {policy}")],
            Target::Audience { audience, .. } => vec![format!("audience: {audience}")],
            other => vec![other.to_string()],
        },
        Content::Annotations(annotations) => annotations
            .iter()
            .filter_map(|(key, value)| value.as_ref().map(|value| format!("{key}: {value}")))
            .collect(),
        Content::ServiceAccount(annotations) => pairs(annotations),
        Content::Restarted(Some(at)) => vec![format!("kubectl.kubernetes.io/restartedAt: {at}")],
        Content::Role(role) => of_role(role),
        Content::Document(document) => of_document(document),
        Content::Provider(audiences) => audiences.iter().map(|audience| format!("audience: {audience}")).collect(),
        Content::Association(association) => of_association(association),
    }
}

fn pairs(pairs: &BTreeMap<Name, Name>) -> Vec<String> {
    pairs.iter().map(|(key, value)| format!("{key}: {value}")).collect()
}

fn of_document(document: &str) -> Vec<String> {
    indented(document).unwrap_or_else(|| document.to_owned()).lines().map(str::to_owned).collect()
}

fn of_role(role: &RoleContent) -> Vec<String> {
    let mut lines = vec![format!("path: {}", role.path)];
    lines.extend(role.description.iter().map(|description| format!("description: {description}")));
    lines.push(format!("longest session: {} s", role.max_session_seconds));
    lines.extend(role.boundary.iter().map(|boundary| format!("permissions boundary: {boundary}")));
    lines.extend(role.tags.iter().map(|(key, value)| format!("tag {key}: {value}")));
    lines.push("trust policy:".to_owned());
    lines.extend(of_document(&role.trust).into_iter().map(|line| format!("  {line}")));
    lines
}

fn of_association(association: &AssociationContent) -> Vec<String> {
    let mut lines = vec![format!("role: {}", association.role_arn)];
    lines.extend(association.target_role_arn.iter().map(|target| format!("target role: {target}")));
    if association.disable_session_tags {
        lines.push("session tags: none".to_owned());
    }
    if let Some(policy) = &association.policy {
        lines.push("session policy:".to_owned());
        lines.extend(of_document(policy).into_iter().map(|line| format!("  {line}")));
    }
    lines.extend(association.tags.iter().map(|(key, value)| format!("tag {key}: {value}")));
    lines
}

/// The shortest way from one text to the other, by the longest common subsequence; policies are short.
fn lines_between(before: &[String], after: &[String]) -> Vec<DiffLine> {
    let mut lengths = vec![vec![0_usize; after.len() + 1]; before.len() + 1];
    for (i, old) in before.iter().enumerate().rev() {
        for (j, new) in after.iter().enumerate().rev() {
            lengths[i][j] =
                if old == new { lengths[i + 1][j + 1] + 1 } else { lengths[i + 1][j].max(lengths[i][j + 1]) };
        }
    }
    let (mut i, mut j, mut lines) = (0, 0, Vec::new());
    while i < before.len() || j < after.len() {
        let (sign, text) = match (before.get(i), after.get(j)) {
            (Some(old), Some(new)) if old == new => {
                (i, j) = (i + 1, j + 1);
                (DiffSign::Kept, old)
            }
            (Some(old), new) if new.is_none() || lengths[i + 1][j] >= lengths[i][j + 1] => {
                i += 1;
                (DiffSign::Removed, old)
            }
            (_, Some(new)) => {
                j += 1;
                (DiffSign::Added, new)
            }
            (_, None) => break,
        };
        lines.push(DiffLine { sign, text: text.clone() });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_shows_what_it_changes() {
        let provider = Name::from("arn:aws:iam::111122223333:oidc-provider/oidc.example/id/1");
        let policy = Name::from("arn:aws:iam::aws:policy/P");
        let targets = [
            (Target::Audience { provider, audience: "sts.amazonaws.com".into() }, "+audience: sts.amazonaws.com"),
            (Target::Attachment { role: "r".into(), policy }, "+policy: arn:aws:iam::aws:policy/P"),
        ];
        for (target, told) in targets {
            let change = Change { target, from: Content::Absent, to: Content::Present };
            let diff = |change: &Change| -> Vec<String> {
                change.diff().iter().map(|line| format!("{}{}", line.sign.mark(), line.text)).collect()
            };
            assert_eq!(diff(&change), [told]);
            assert_eq!(change.inverse().map(|back| diff(&back)), Some(vec![told.replacen('+', "-", 1)]));
        }
    }

    #[test]
    fn a_diff_tells_what_comes_goes_and_stays() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let diff = lines_between(&lines("a\nb\nc"), &lines("a\nx\nc\nd"));
        let told: Vec<String> = diff.iter().map(|line| format!("{}{}", line.sign.mark(), line.text)).collect();
        assert_eq!(told, [" a", "-b", "+x", " c", "+d"]);
    }
}
