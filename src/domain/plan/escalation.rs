//! Policies that give away more than was meant: whoever can create pods with the ServiceAccount gets it all.
//!
//! IAM user guide, "Grant a user permissions to pass a role to an AWS service"; what makes an administrator of who has
//! it: everything on everything, or the right to change what roles may do.

use super::Plan;
use super::warning::WarningKind;
use crate::domain::model::{Name, RoleArn};
use crate::domain::policy::{Context, Document, Kind, Layers, Others, Outcome, Request, outcome};
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
    let Some(what) = of_policy(role, &given.document) else { return };
    let who = match namespaces {
        [] => "everyone who gets the role".to_owned(),
        names => {
            let names: Vec<&str> = names.iter().map(|name| &***name).collect();
            format!("everyone who can create pods in {}", names.join(" or "))
        }
    };
    plan.warn(WarningKind::Escalation, format!("policy {} {what}, and with it {who}", given.name));
}

/// What is too much about a policy, in words; `None` where nothing is.
fn of_policy(role: &RoleArn, document: &Arc<Document>) -> Option<String> {
    // no service is named so: only `*` allows it
    match asked(role, document, "any-service:AnyAction", "*") {
        Outcome::Allowed => return Some("makes the role an administrator: it allows everything".to_owned()),
        Outcome::Depends => return Some("makes the role an administrator where its conditions hold".to_owned()),
        _ => {}
    }
    let account = role.account().unwrap_or("*");
    let partition = role.partition().unwrap_or("aws");
    // what nothing is called is allowed only by who allows it on all
    let policies = format!("arn:{partition}:iam::{account}:policy/rolecall-any-other-name");
    let roles = format!("arn:{partition}:iam::{account}:role/rolecall-any-other-name");
    for action in OVER_POLICIES {
        let on = if action.ends_with("PolicyVersion") { &policies } else { &roles };
        if asked(role, document, action, on) == Outcome::Allowed {
            return Some(format!("makes the role an administrator: {action} lets it change what any role may do"));
        }
    }
    for (action, does) in [("iam:PassRole", "pass"), ("sts:AssumeRole", "assume")] {
        match asked(role, document, action, &roles) {
            Outcome::Allowed => return Some(format!("lets the role {does} any role of the account ({action})")),
            Outcome::Depends => {
                return Some(format!(
                    "lets the role {does} any role of the account where its conditions hold ({action})"
                ));
            }
            _ => {}
        }
    }
    None
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

    fn said(statement: &str) -> Option<String> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let document = Arc::new(Document::parse(&text, Kind::Identity).unwrap());
        of_policy(&RoleArn::from("arn:aws:iam::111122223333:role/eks/api"), &document)
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
            assert!(said.as_deref().is_some_and(|said| said.contains(word)), "{statement}: {said:?}");
        }
    }

    #[test]
    fn what_is_usual_is_not() {
        for statement in [
            r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
            r#"{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::111122223333:role/eks/one"}"#,
            r#"{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::444455556666:role/one"}"#,
            r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#,
        ] {
            assert_eq!(said(statement), None, "{statement}");
        }
    }
}
