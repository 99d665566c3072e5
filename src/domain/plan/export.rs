//! A plan for others to apply: lines of a shell for one program or the other, or the manifest of what is made new.

use super::{Dialect, Plan};
use crate::domain::model::visible;
use std::fmt::Write as _;

/// A plan as a text that does the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The text, each line ended.
    pub text: String,
    /// Whether it is YAML for `kubectl create`; else it is a script.
    pub is_manifest: bool,
}

impl Plan {
    /// The steps that are taken, as lines for a program, or as the manifest of what it makes; all others stand there as
    /// comments, in their order.
    pub fn export(&self, dialect: Dialect) -> Export {
        let plan = self.clone().untagged();
        let is_manifest = dialect == Dialect::Kubectl && plan.taken().any(|(_, step)| step.change.manifest().is_some());
        let mut text = format!("# {}\n", visible(&plan.title));
        for (_, step) in plan.taken() {
            let change = &step.change;
            let _ = match change.manifest().filter(|_| is_manifest) {
                Some(manifest) => write!(text, "---\n{manifest}"),
                None if change.dialect() == dialect && !is_manifest => writeln!(text, "{}", change.command()),
                // in one line, whatever its document looks like: what stood on the next would be run
                None => writeln!(text, "# {}", visible(&change.command())),
            };
        }
        Export { text, is_manifest }
    }

    /// The steps that are taken, as lines of a shell, whichever program it is.
    pub fn commands(&self) -> Vec<String> {
        self.clone().untagged().taken().map(|(_, step)| step.change.command()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Change, Content, PlanKind, RoleContent, Target};

    fn plan() -> Plan {
        let mut plan = Plan::new(PlanKind::CreateRole, "bind it");
        let target = Target::Attachment { role: "r".into(), policy: "arn:aws:iam::aws:policy/P".into() };
        plan.push(Change { target, from: Content::Absent, to: Content::Present });
        let set = |value: Option<&str>| Content::Annotations([("a".into(), value.map(Into::into))].into());
        let target = Target::Annotations { namespace: "shop".into(), name: "api".into() };
        plan.push(Change { target, from: set(None), to: set(Some("b")) });
        plan
    }

    #[test]
    fn what_others_make_of_it_names_no_plan_of_the_log() {
        let mut plan = Plan::new(PlanKind::CreateRole, "make it");
        let role = RoleContent { tags: [("team".into(), "blue".into())].into(), ..RoleContent::bare() };
        let to = Content::Role(Box::new(role));
        plan.push(Change { target: Target::Role { name: "r".into() }, from: Content::Absent, to });
        let plan = plan.tagged(&"20261129-1".into());
        assert_eq!(plan.tag().map(|id| &**id), Some("20261129-1"));
        let lines = plan.commands().join("\n");
        assert_eq!(plan.export(Dialect::Aws).text, format!("# make it\n{lines}\n"));
        assert!(lines.contains("Key=team,Value=blue") && !lines.contains("20261129-1"), "{lines}");
    }

    #[test]
    fn what_the_other_program_does_is_a_comment() {
        let attach = "aws iam attach-role-policy --role-name r --policy-arn arn:aws:iam::aws:policy/P";
        let aws = plan().export(Dialect::Aws);
        let annotate = "kubectl annotate serviceaccount api -n shop --overwrite a=b";
        assert_eq!((aws.text, aws.is_manifest), (format!("# bind it\n{attach}\n# {annotate}\n"), false));
        let kubectl = plan().export(Dialect::Kubectl);
        assert_eq!((kubectl.text, kubectl.is_manifest), (format!("# bind it\n# {attach}\n{annotate}\n"), false));
    }

    #[test]
    fn what_is_made_new_is_a_manifest() {
        let mut plan = plan();
        let target = Target::ServiceAccount { namespace: "shop".into(), name: "new".into() };
        let to = Content::ServiceAccount([("a".into(), "it's".into())].into());
        plan.push(Change { target, from: Content::Absent, to });
        let Export { text, is_manifest } = plan.export(Dialect::Kubectl);
        assert!(is_manifest && text.starts_with("# bind it\n# aws iam attach-role-policy "), "{text}");
        let manifest = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: \"new\"\n  namespace: \"shop\"\n  \
                        annotations:\n    a: \"it's\"\n";
        assert!(text.ends_with(manifest), "{text}");
    }

    /// A shell ends a comment at a line feed, YAML at a carriage return, too (YAML 1.2, 5.4 "Line Break Characters").
    #[test]
    fn a_document_of_several_lines_is_a_comment_of_one() {
        let document = Content::Document("{\r\n  \"Version\": \"2012-10-17\"\n}\n".into());
        let put = Target::Inline { role: "r".into(), policy: "p".into() };
        let trust = Target::Trust { role: "r".into() };
        let account = Target::ServiceAccount { namespace: "shop".into(), name: "new".into() };
        let mut own = plan();
        for target in [put, trust] {
            own.push(Change { target, from: Content::Absent, to: document.clone() });
        }
        own.push(Change { target: account, from: Content::Absent, to: Content::ServiceAccount([].into()) });
        let text = own.export(Dialect::Kubectl).text;
        let of_aws = text.lines().filter(|line| line.contains("2012-10-17"));
        assert_eq!(of_aws.filter(|line| line.starts_with("# aws iam ")).count(), 2, "{text}");
        assert!(!text.contains('\r') && text.lines().all(|line| !line.starts_with(['{', '}', '\''])), "{text}");
    }
}
