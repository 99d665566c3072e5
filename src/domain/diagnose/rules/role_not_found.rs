//! D9 `roleNotFound`: the role that is annotated or set does not exist, or not under that path.

use super::Rule;
use crate::domain::diagnose::{Case, Fix, Severity};
use crate::domain::identity::Finding;
use crate::domain::model::{Reading, RoleArn};

/// The rule.
pub(super) const RULE: Rule = Rule {
    finding: Finding::RoleNotFound,
    severity: Severity::High,
    explanation: "the role that is annotated or set does not exist, or not under that path",
    say,
};

/// Says which role is missing, and which one of the same name there is.
fn say(case: &Case<'_>) -> (String, Fix) {
    let role = missing_role(case);
    let twin = case.situation.inventory.aws().roles().find_map(|(_, reading)| {
        let found = reading.value()?;
        (found.arn.role_name().eq_ignore_ascii_case(role.role_name()) && found.arn != role).then(|| found.arn.clone())
    });
    if let Some(twin) = twin {
        (beside(&role, &twin), annotate(case, twin.as_str()))
    } else {
        let account = role.account().unwrap_or("the account");
        (
            format!("role {} does not exist in {account}", role.path_and_name()),
            Fix::words("create the role, or bind the ServiceAccount to one that exists"),
        )
    }
}

/// What tells the role that is missing from the one of its name that is there.
fn beside(role: &RoleArn, twin: &RoleArn) -> String {
    let (own, other) = (role.path_and_name(), twin.path_and_name());
    if let (true, Some(own), Some(its)) = (own == other, role.partition(), twin.partition())
        && own != its
    {
        return format!("role {other} is in partition {its}, and the ARN says {own}: no such role exists");
    }
    let why =
        if own.eq_ignore_ascii_case(other) { "upper and lower case differ" } else { "the path is missing or wrong" };
    format!("role {own} does not exist; {other} does: {why}")
}

fn missing_role(case: &Case<'_>) -> RoleArn {
    let own = case.verdict.identity.as_ref().and_then(|identity| identity.role());
    let is_missing = |role: &&RoleArn| case.situation.role(role).is_some_and(Reading::is_missing);
    let association = case.situation.association.found().and_then(|association| association.role_arn.as_ref());
    [own, association, case.bound_role()]
        .into_iter()
        .flatten()
        .find(is_missing)
        .or(own)
        .cloned()
        .unwrap_or_else(|| RoleArn::from(""))
}

fn annotate(case: &Case<'_>, role: &str) -> Fix {
    let (namespace, account) = (&case.situation.pod.namespace, &case.situation.pod.spec.service_account);
    let annotate = format!(
        "kubectl -n {namespace} annotate serviceaccount {account} eks.amazonaws.com/role-arn={role} --overwrite"
    );
    let restart = case.restart();
    Fix {
        summary: format!("annotate serviceaccount/{account} with {role}, then {}", restart.summary),
        commands: std::iter::once(annotate).chain(restart.commands).collect(),
        ..Fix::default()
    }
}

#[cfg(test)]
mod tests {
    use super::beside;
    use crate::domain::model::RoleArn;

    #[test]
    fn what_tells_two_roles_of_one_name_apart() {
        let said = |role: &str| beside(&RoleArn::from(role), &RoleArn::from("arn:aws:iam::111122223333:role/eks/api"));
        assert_eq!(
            said("arn:aws:iam::111122223333:role/api"),
            "role api does not exist; eks/api does: the path is missing or wrong"
        );
        assert_eq!(
            said("arn:aws:iam::111122223333:role/eks/API"),
            "role eks/API does not exist; eks/api does: upper and lower case differ"
        );
        assert_eq!(
            said("arn:aws-cn:iam::111122223333:role/eks/api"),
            "role eks/api is in partition aws, and the ARN says aws-cn: no such role exists"
        );
    }
}
