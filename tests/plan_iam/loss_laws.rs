//! What holds of every policy that is put into a role or taken from it: what is lost by it is said.

use crate::world::{World, arn, inline, name, role, trusting, warned, world};
use proptest::prelude::*;
use rolecall::domain::access::policies_of;
use rolecall::domain::model::Role;
use rolecall::domain::plan::{Plan, WarningKind, detach, put};
use rolecall::domain::policy::{Outcome, Request, outcome};

/// Every request that is told apart: the last action stands for all that no statement names, so do the last resources,
/// one within the wide pattern and one without.
const ACTIONS: [&str; 4] = ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue"];
const RESOURCES: [&str; 4] = [
    "arn:aws:sqs:eu-west-1:111122223333:a",
    "arn:aws:sqs:eu-west-1:111122223333:b",
    "arn:aws:sqs:eu-west-1:111122223333:c",
    "arn:aws:sqs:us-east-1:111122223333:a",
];
const WIDE: &str = "arn:aws:sqs:eu-west-1:111122223333:*";

fn listed(texts: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let texts = texts.to_vec();
    proptest::collection::vec(proptest::sample::select(texts), 1..3)
        .prop_map(|own| serde_json::to_string(&own).unwrap_or_default())
}

fn statement() -> impl Strategy<Value = String> {
    let actions = listed(&[ACTIONS[0], ACTIONS[1], ACTIONS[2], "sqs:*"]);
    let resources = listed(&[RESOURCES[0], RESOURCES[1], WIDE, "*"]);
    (actions, resources, proptest::bool::weighted(0.8)).prop_map(|(actions, resources, allows)| {
        let effect = if allows { "Allow" } else { "Deny" };
        format!(r#"{{"Effect":"{effect}","Action":{actions},"Resource":{resources}}}"#)
    })
}

fn document() -> impl Strategy<Value = String> {
    proptest::collection::vec(statement(), 1..3)
        .prop_map(|own| format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, own.join(",")))
}

/// What the role may do.
fn allowed(world: &World) -> Vec<(&'static str, &'static str)> {
    let policies = policies_of(&world.inventory, &arn("eks/api"));
    let pairs = ACTIONS.into_iter().flat_map(|action| RESOURCES.into_iter().map(move |resource| (action, resource)));
    let may = |(action, resource): &(&str, &str)| {
        outcome(&Request::new(arn("eks/api").as_str(), action, resource), &policies.layers) == Outcome::Allowed
    };
    pairs.filter(may).collect()
}

fn with(policies: &[(&str, &str)]) -> World {
    let mut world = world();
    let inline = Ok(policies.iter().map(|(name, document)| inline(name, document)).collect());
    world.role(Role { inline, ..role("eks/api", &trusting("\"system:serviceaccount:shop:api\"")) });
    world
}

/// Whether the plan says so where something is lost from the one world to the other; and, where no Deny cuts a part out of
/// what patterns stand for, only there.
fn is_said(plan: &Plan, before: &World, after: &World, documents: &[&str]) -> Result<(), TestCaseError> {
    let then = allowed(after);
    let lost: Vec<_> = allowed(before).into_iter().filter(|pair| !then.contains(pair)).collect();
    let said = warned(plan, WarningKind::Loss);
    prop_assert!(lost.is_empty() || !said.is_empty(), "lost and not said: {:?}", lost);
    let is_exact = !documents.iter().any(|own| own.contains("Deny"));
    prop_assert!(!is_exact || said.is_empty() || !lost.is_empty(), "said and not lost: {:?}", said);
    prop_assert!(warned(plan, WarningKind::NotRead).is_empty(), "{:?}", plan.warnings);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn what_is_lost_is_said(old in document(), new in document(), other in document()) {
        let before = with(&[("own", &old), ("other", &other)]);
        let Ok(plan) = put(before.seen(), &arn("eks/api"), &name("own"), &new) else { return Ok(()) };
        is_said(&plan, &before, &with(&[("own", &new), ("other", &other)]), &[&old, &new, &other])?;
    }

    #[test]
    fn a_statement_that_only_allows_loses_nothing(old in document(), more in statement()) {
        let before = with(&[("own", &old)]);
        let Ok(plan) = put(before.seen(), &arn("eks/api"), &name("own"), &more) else { return Ok(()) };
        let whole = crate::world::document(&plan, 0);
        is_said(&plan, &before, &with(&[("own", &whole)]), &[&whole])?;
        prop_assert!(more.contains("Deny") || warned(&plan, WarningKind::Loss).is_empty());
    }

    #[test]
    fn what_is_detached_is_lost_unless_another_gives_it(managed in document(), other in document()) {
        let policy = "arn:aws:iam::111122223333:policy/own";
        let mut before = with(&[("other", &other)]);
        let inline = Ok(vec![inline("other", &other)]);
        let attached = Ok(vec![crate::world::attached(policy)]);
        before.role(Role { inline, attached, ..role("eks/api", &trusting("\"system:serviceaccount:shop:api\"")) });
        before.policy(policy, &managed);
        let plan = detach(before.seen(), &arn("eks/api"), policy).map_err(|refusal| TestCaseError::fail(refusal.sentence))?;
        is_said(&plan, &before, &with(&[("other", &other)]), &[&managed, &other])?;
    }
}
