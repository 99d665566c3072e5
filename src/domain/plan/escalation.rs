//! Policies that give away more than was meant: whoever can create pods with the ServiceAccount gets it all.
//!
//! What makes an administrator of who has it is asked in one place, of roles as they are and of documents that they get.

use super::attach::bounded;
use super::surroundings::{NAMED, named};
use super::warning::WarningKind;
use super::{Plan, Seen};
use crate::domain::access::{AdminAsking, AdminWay, policies_of};
use crate::domain::model::{Name, Reading, Role, RoleArn};
use crate::domain::policy::{Document, Layer, Truth};
use std::sync::Arc;

/// A policy by its name, with what it says.
pub(super) struct Given<'a> {
    pub(super) name: &'a str,
    pub(super) document: Arc<Document>,
}

/// Warns of a policy that makes an administrator, or lets pass or assume any role; `namespaces`: where the role's
/// ServiceAccounts live.
pub(super) fn warn(plan: &mut Plan, seen: Seen<'_>, role: &RoleArn, given: &Given<'_>, namespaces: &[&Name]) {
    let read = seen.inventory.aws().role(role.as_str()).and_then(Reading::value);
    warn_of(plan, (role, read.map(|read| &**read)), given, namespaces);
}

fn warn_of(plan: &mut Plan, role: (&RoleArn, Option<&Role>), given: &Given<'_>, namespaces: &[&Name]) {
    let what = of_policy(role, given);
    if what.is_empty() {
        return;
    }
    let who = match namespaces {
        [] => "everyone who gets the role".to_owned(),
        names => {
            let all: Vec<&str> = names.iter().map(|name| &***name).collect();
            let names = if all.len() > NAMED { named(&all) } else { all.join(" or ") };
            format!("everyone who can create pods in {names}")
        }
    };
    let sentence = format!("policy {} {}, and with it {who}", given.name, what.join(" and "));
    plan.warn(WarningKind::Escalation, sentence);
}

/// Warns of what the policies of a role that is there give to whoever can create pods in the namespace in which it is
/// bound, and says where they were not read.
pub(super) fn warn_of_bound(plan: &mut Plan, seen: Seen<'_>, role: &RoleArn, namespace: &Name) {
    let policies = policies_of(seen.inventory, role);
    let known = plan.warnings.len();
    for (place, document) in policies.layers.identity.iter().enumerate() {
        let name = policies.source(Layer::Identity, place).map_or("", |source| &*source.name);
        warn(plan, seen, role, &Given { name, document: document.clone() }, &[namespace]);
    }
    if let Some(read) = seen.inventory.aws().role(role.as_str()).and_then(Reading::value)
        && plan.warnings.len() > known
    {
        bounded(plan, read);
    }
    if policies.layers.unread.has(Layer::Identity) {
        let why = policies.gaps.first().map_or("its policies were not read", |gap| &*gap.sentence);
        let sentence = format!("whether role {} makes an administrator is not known: {why}", role.path_and_name());
        plan.warn(WarningKind::NotRead, sentence);
    }
}

/// What is too much about a policy, in words; empty where nothing is.
fn of_policy((role, read): (&RoleArn, Option<&Role>), given: &Given<'_>) -> Vec<String> {
    let asking = AdminAsking::of_document(role, read, (given.name, &given.document));
    // who assumes any role has more than its own by those that let it in, which is told by itself
    let ways: Vec<(AdminWay, Truth)> = asking.ways().filter(|(way, _)| *way != AdminWay::Assumes).collect();
    let first = |answer: Truth| ways.iter().find(|(_, own)| *own == answer).map(|(way, _)| *way);
    let all = asking.may_all();
    match (first(Truth::Yes), first(Truth::Depends)) {
        // whoever allows all but IAM makes no administrator by that
        (Some(_), _) if all.is_yes() => {
            return vec!["makes the role an administrator: it allows everything".to_owned()];
        }
        (Some(way), _) => return vec![format!("makes the role an administrator: {}", in_words(way))],
        (None, Some(_)) if !all.is_no() => {
            return vec!["makes the role an administrator where its conditions hold".to_owned()];
        }
        (None, Some(way)) => {
            return vec![format!("makes the role an administrator where its conditions hold: {}", in_words(way))];
        }
        (None, None) => {}
    }
    let taking = [("iam:PassRole", "pass"), ("sts:AssumeRole", "assume")];
    let what = taking.into_iter().filter_map(|(action, does)| match asking.may_any_role(action) {
        Truth::Yes => Some(format!("lets the role {does} any role of the account ({action})")),
        Truth::Depends => {
            Some(format!("lets the role {does} any role of the account where its conditions hold ({action})"))
        }
        Truth::No => None,
    });
    what.collect()
}

/// How a role gets what it lacks, in words.
fn in_words(way: AdminWay) -> String {
    match way {
        AdminWay::Gives(action) => format!("{action} lets it give itself any policy"),
        AdminWay::Rewrites => "iam:CreatePolicyVersion lets it rewrite a policy that it has".to_owned(),
        AdminWay::Trusts => "iam:UpdateAssumeRolePolicy lets it have itself let into any role".to_owned(),
        AdminWay::Passes(action) => format!("iam:PassRole and {action} let it run code with any role"),
        AdminWay::Assumes => "sts:AssumeRole lets it assume any role".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy::Kind;

    const ROLE: &str = "arn:aws:iam::111122223333:role/eks/api";

    fn said(statement: &str) -> Vec<String> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let document = Arc::new(Document::parse(&text, Kind::Identity).unwrap());
        of_policy((&RoleArn::from(ROLE), None), &Given { name: "p", document })
    }

    #[test]
    fn many_namespaces_are_a_handful_and_a_count() {
        let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let document = Arc::new(Document::parse(text, Kind::Identity).unwrap());
        let names: Vec<Name> = (1..=7).map(|at| Name::from(format!("n{at}"))).collect();
        for (count, who) in [(2, "n1 or n2"), (7, "n1, n2, n3, n4, n5 and 2 more")] {
            let mut plan = Plan::new(crate::domain::plan::PlanKind::Attach, "test");
            let namespaces: Vec<&Name> = names.iter().take(count).collect();
            let given = Given { name: "p", document: document.clone() };
            warn_of(&mut plan, (&RoleArn::from(ROLE), None), &given, &namespaces);
            let said = &plan.warnings[0].sentence;
            assert!(said.ends_with(&format!("everyone who can create pods in {who}")), "{said}");
        }
    }

    #[test]
    fn what_gives_everything_away_is_named() {
        for (statement, word) in [
            (r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#, "allows everything"),
            (r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#, "administrator"),
            (r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#, "iam:AttachRolePolicy"),
            (r#"{"Effect":"Allow","Action":"iam:UpdateAssumeRolePolicy","Resource":"*"}"#, "let into any role"),
            (
                r#"{"Effect":"Allow","Action":"iam:PutRolePolicy","Resource":"arn:aws:iam::111122223333:role/eks/api"}"#,
                "administrator: iam:PutRolePolicy lets it give itself",
            ),
            (
                r#"{"Effect":"Allow","Action":["iam:PassRole","lambda:CreateFunction"],"Resource":"*"}"#,
                "administrator: iam:PassRole and lambda:CreateFunction",
            ),
            (
                r#"{"Effect":"Allow","Action":["iam:PassRole","ec2:RunInstances"],"Resource":["arn:aws:iam::*:role/*","arn:aws:ec2:*:*:*"]}"#,
                "administrator: iam:PassRole and ec2:RunInstances",
            ),
            (r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}"#, "pass any role"),
            (r#"{"Effect":"Allow","Action":["s3:*","iam:Pass*"],"Resource":"arn:aws:iam::*:role/*"}"#, "pass any role"),
            (
                r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}"#,
                "where its conditions hold",
            ),
            (r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}"#, "assume any role"),
        ] {
            let said = said(statement);
            assert!(matches!(&*said, [said] if said.contains(word)), "{statement}: {said:?}");
        }
    }

    /// AWS's `PowerUserAccess` is so: nobody gives himself more by it, but by roles that let him in.
    #[test]
    fn all_but_iam_makes_no_administrator() {
        let power = r#"{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
            {"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","iam:DeleteServiceLinkedRole","iam:ListRoles"],"Resource":"*"}"#;
        for statement in [power, r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#] {
            assert_eq!(said(statement), ["lets the role assume any role of the account (sts:AssumeRole)"]);
        }
        let here =
            r#"{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-1"}}}"#;
        assert_eq!(said(here), ["makes the role an administrator where its conditions hold"]);
    }

    #[test]
    fn what_passes_and_assumes_is_named_for_both() {
        let both = r#"{"Effect":"Allow","Action":["iam:PassRole","sts:AssumeRole"],"Resource":"*"}"#;
        assert_eq!(
            said(both),
            [
                "lets the role pass any role of the account (iam:PassRole)",
                "lets the role assume any role of the account (sts:AssumeRole)"
            ]
        );
    }

    #[test]
    fn what_is_usual_is_not() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/eks/one"}"#,
            r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/one"}"#,
            r#"{"Effect":"Allow","Action":"iam:AttachRolePolicy","Resource":"*","Condition":{"ArnEquals":{"iam:PolicyARN":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}"#,
            r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
        ] {
            assert_eq!(said(statement), [""; 0], "{statement}");
        }
    }
}
