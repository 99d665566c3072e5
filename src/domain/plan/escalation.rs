//! Policies that give away more than was meant: whoever can create pods with the ServiceAccount gets it all.
//!
//! IAM user guide, "Grant a user permissions to pass a role to an AWS service"; what makes an administrator of who has
//! it: everything on everything, or the right to change what roles may do.

use super::attach::bounded;
use super::surroundings::{NAMED, named};
use super::warning::WarningKind;
use super::{Plan, Seen};
use crate::domain::access::policies_of;
use crate::domain::model::{Name, Reading, RoleArn};
use crate::domain::policy::{Context, Document, Kind, Layer, Layers, Others, Outcome, Request, outcome};
use std::sync::Arc;

/// Actions by which a role can give itself, or a role that it then takes, everything.
const OVER_POLICIES: [&str; 4] =
    ["iam:AttachRolePolicy", "iam:PutRolePolicy", "iam:CreatePolicyVersion", "iam:UpdateAssumeRolePolicy"];

/// A policy by its name, with what it says.
pub(super) struct Given<'a> {
    pub(super) name: &'a str,
    pub(super) document: Arc<Document>,
}

/// Warns of a policy that makes an administrator, or lets pass or assume any role; `namespaces`: where the role's
/// ServiceAccounts live.
pub(super) fn warn(plan: &mut Plan, role: &RoleArn, given: &Given<'_>, namespaces: &[&Name]) {
    let what = of_policy(role, &given.document);
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
        warn(plan, role, &Given { name, document: document.clone() }, &[namespace]);
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
fn of_policy(role: &RoleArn, document: &Arc<Document>) -> Vec<String> {
    let account = role.account().unwrap_or("*");
    let partition = role.partition().unwrap_or("aws");
    // what nothing is called is allowed only by who allows it on all
    let policies = format!("arn:{partition}:iam::{account}:policy/rolecall-any-other-name");
    let roles = format!("arn:{partition}:iam::{account}:role/rolecall-any-other-name");
    let over = OVER_POLICIES.map(|action| {
        let on = if action.ends_with("PolicyVersion") { &policies } else { &roles };
        (action, asked(role, document, action, on))
    });
    let is_over = |outcome: &Outcome| over.iter().any(|(_, own)| own == outcome);
    // no service is named so: only `*`, or all but a few, allows it; without IAM it makes no administrator
    let all = asked(role, document, "any-service:AnyAction", "*");
    let may_all = matches!(all, Outcome::Allowed | Outcome::Depends);
    if all == Outcome::Allowed && is_over(&Outcome::Allowed) {
        return vec!["makes the role an administrator: it allows everything".to_owned()];
    }
    if let Some((action, _)) = over.iter().find(|(_, own)| *own == Outcome::Allowed) {
        return vec![format!("makes the role an administrator: {action} lets it change what any role may do")];
    }
    if may_all && is_over(&Outcome::Depends) {
        return vec!["makes the role an administrator where its conditions hold".to_owned()];
    }
    let taking = [("iam:PassRole", "pass"), ("sts:AssumeRole", "assume")];
    let what = taking.into_iter().filter_map(|(action, does)| match asked(role, document, action, &roles) {
        Outcome::Allowed => Some(format!("lets the role {does} any role of the account ({action})")),
        Outcome::Depends => {
            Some(format!("lets the role {does} any role of the account where its conditions hold ({action})"))
        }
        _ => None,
    });
    what.collect()
}

fn asked(role: &RoleArn, document: &Arc<Document>, action: &str, resource: &str) -> Outcome {
    let mut request = Request::new(role.as_str(), action, resource);
    request.context = Context::new(Others::Unknown);
    let mut layers = Layers { identity: vec![document.clone()], ..Layers::default() };
    if action.starts_with("sts:") {
        // a trust policy has its say, too: as if it left the decision to the account
        layers.resource.extend(leaves_it_to_the_account(role));
    }
    outcome(&request, &layers)
}

fn leaves_it_to_the_account(role: &RoleArn) -> Option<Arc<Document>> {
    let text = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{}"}},"Action":"sts:AssumeRole"}}]}}"#,
        role.account()?
    );
    Document::parse(&text, Kind::Trust).ok().map(Arc::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(statement: &str) -> Vec<String> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let document = Arc::new(Document::parse(&text, Kind::Identity).unwrap());
        of_policy(&RoleArn::from("arn:aws:iam::111122223333:role/eks/api"), &document)
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
            warn(&mut plan, &RoleArn::from("arn:aws:iam::111122223333:role/r"), &given, &namespaces);
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
            r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
        ] {
            assert_eq!(said(statement), [""; 0], "{statement}");
        }
    }
}
