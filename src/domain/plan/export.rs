//! A plan for others to apply: lines of a shell for one program or the other, or the manifest of what is made new.

use super::{Change, Dialect, Plan, Programs};
use crate::domain::model::visible;
use std::fmt::Write as _;

/// What keeps a shell from running the next line where this one failed (POSIX, "AND Lists"). Unlike `set -e` it leaves
/// alone a shell into which the lines are pasted.
const AND: &str = " &&";

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
    /// comments, in their order. A line that fails keeps the ones behind it from being run, as a step of the plan does.
    pub fn export(&self, dialect: Dialect, programs: &Programs) -> Export {
        let plan = self.clone().untagged();
        let is_manifest = dialect == Dialect::Kubectl && plan.taken().any(|(_, step)| step.change.manifest().is_some());
        let is_own = |change: &Change| change.dialect() == dialect && !is_manifest;
        let mut own = plan.taken().filter(|(_, step)| is_own(&step.change)).count();
        let mut text = format!("# {}\n", visible(&plan.title));
        for (_, step) in plan.taken() {
            let (change, line) = (&step.change, step.change.line(programs));
            let _ = match change.manifest().filter(|_| is_manifest) {
                Some(manifest) => write!(text, "---\n{manifest}"),
                None if is_own(change) => {
                    own -= 1;
                    writeln!(text, "{line}{}", if own > 0 { AND } else { "" })
                }
                // in one line, whatever its document looks like: what stood on the next would be run
                None => writeln!(text, "# {}", visible(&line)),
            };
        }
        Export { text, is_manifest }
    }

    /// The steps that are taken, as lines of a shell, whichever program it is, each run only if the one before it was.
    pub fn commands(&self, programs: &Programs) -> String {
        let plan = self.clone().untagged();
        let lines: Vec<String> = plan.taken().map(|(_, step)| step.change.line(programs)).collect();
        lines.join(&format!("{AND}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::{Content, PlanKind, RoleContent, Target};

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
        let lines = plan.commands(&Programs::default());
        assert_eq!(plan.export(Dialect::Aws, &Programs::default()).text, format!("# make it\n{lines}\n"));
        assert!(lines.contains("Key=team,Value=blue") && !lines.contains("20261129-1"), "{lines}");
    }

    #[test]
    fn what_the_other_program_does_is_a_comment() {
        let attach = "aws iam attach-role-policy --role-name r --policy-arn arn:aws:iam::aws:policy/P";
        let aws = plan().export(Dialect::Aws, &Programs::default());
        let annotate = "kubectl annotate serviceaccount api -n shop --overwrite a=b";
        assert_eq!((aws.text, aws.is_manifest), (format!("# bind it\n{attach}\n# {annotate}\n"), false));
        let kubectl = plan().export(Dialect::Kubectl, &Programs::default());
        assert_eq!((kubectl.text, kubectl.is_manifest), (format!("# bind it\n# {attach}\n{annotate}\n"), false));
    }

    #[test]
    fn a_line_is_run_only_if_the_one_before_it_was() {
        let mut plan = plan();
        let target = Target::Attachment { role: "r".into(), policy: "arn:aws:iam::aws:policy/Q".into() };
        plan.push(Change { target, from: Content::Absent, to: Content::Present });
        let text = plan.export(Dialect::Aws, &Programs::default()).text;
        let (first, rest) = text.split_once("/P &&\n# kubectl ").unwrap();
        assert!(!first.contains("&&") && rest.ends_with("/Q\n"), "a comment may stand between them: {text}");
        assert_eq!(plan.commands(&Programs::default()).matches(" &&\n").count(), 2);
    }

    #[test]
    fn what_is_made_new_is_a_manifest() {
        let mut plan = plan();
        let target = Target::ServiceAccount { namespace: "shop".into(), name: "new".into() };
        let to = Content::ServiceAccount([("a".into(), "it's".into())].into());
        plan.push(Change { target, from: Content::Absent, to });
        let Export { text, is_manifest } = plan.export(Dialect::Kubectl, &Programs::default());
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
        let text = own.export(Dialect::Kubectl, &Programs::default()).text;
        let of_aws = text.lines().filter(|line| line.contains("2012-10-17"));
        assert_eq!(of_aws.filter(|line| line.starts_with("# aws iam ")).count(), 2, "{text}");
        assert!(!text.contains('\r') && text.lines().all(|line| !line.starts_with(['{', '}', '\''])), "{text}");
    }
}
