//! What holds of every policy that is put into a role or taken from it: what is lost by it is said.

use crate::world::{World, arn, inline, name, role, trusting, warned, world};
use proptest::prelude::*;
use rolecall::domain::access::policies_of;
use rolecall::domain::model::Role;
use rolecall::domain::plan::{Plan, WarningKind, detach, put};
use rolecall::domain::policy::catalogue::KnownAction;
use rolecall::domain::policy::{ActionPattern, Outcome, Request, outcome};
use rolecall::source::catalogue::catalogue;
use serde_json::json;

/// Every request that is told apart: the fourth action stands for all that no statement names, so do the third and fourth
/// resource, one within the wide pattern and one without. The last ones are of another service.
const ACTIONS: [&str; 5] =
    ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:PurgeQueue", "dynamodb:GetItem"];
const RESOURCES: [&str; 6] = [
    "arn:aws:sqs:eu-west-1:111122223333:a",
    "arn:aws:sqs:eu-west-1:111122223333:b",
    "arn:aws:sqs:eu-west-1:111122223333:c",
    "arn:aws:sqs:us-east-1:111122223333:a",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/a",
    "arn:aws:dynamodb:eu-west-1:111122223333:table/b",
];
const WIDE: &str = "arn:aws:sqs:eu-west-1:111122223333:*";
/// Filled up, all of the service.
const SHORT: &str = "arn:aws:sqs";
/// The first, for the role is tagged so.
const TAGGED: &str = "arn:aws:sqs:eu-west-1:111122223333:${aws:PrincipalTag/team}";

fn listed(texts: &[&'static str]) -> impl Strategy<Value = String> + use<> {
    let texts = texts.to_vec();
    proptest::collection::vec(proptest::sample::select(texts), 1..3)
        .prop_map(|own| serde_json::to_string(&own).unwrap_or_default())
}

fn statement() -> impl Strategy<Value = String> {
    let actions = listed(&[ACTIONS[0], ACTIONS[1], ACTIONS[2], "sqs:*", ACTIONS[4], "*:*"]);
    let resources = listed(&[RESOURCES[0], RESOURCES[1], WIDE, "*", RESOURCES[4], SHORT, TAGGED]);
    let not = || proptest::bool::weighted(0.2).prop_map(|is| if is { "Not" } else { "" });
    (actions, resources, proptest::bool::weighted(0.8), not(), not()).prop_map(
        |(actions, resources, allows, no, not)| {
            let effect = if allows { "Allow" } else { "Deny" };
            format!(r#"{{"Effect":"{effect}","{no}Action":{actions},"{not}Resource":{resources}}}"#)
        },
    )
}

fn document() -> impl Strategy<Value = String> {
    proptest::collection::vec(statement(), 1..3)
        .prop_map(|own| format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, own.join(",")))
}

/// What the role may do.
fn allowed(world: &World) -> Vec<(&'static str, &'static str)> {
    let policies = policies_of(&world.inventory, &arn("eks/api"));
    let pairs = ACTIONS.into_iter().flat_map(|action| RESOURCES.into_iter().map(move |resource| (action, resource)));
    let service = |text: &str, at| text.split(':').nth(at).map(str::to_owned);
    // a queue's action is never asked for on a table
    let pairs = pairs.filter(|(action, resource)| service(action, 0) == service(resource, 2));
    let may = |(action, resource): &(&str, &str)| {
        let mut request = Request::new(arn("eks/api").as_str(), action, resource);
        request.context.set("aws:PrincipalTag/team", "a");
        outcome(&request, &policies.layers) == Outcome::Allowed
    };
    pairs.filter(may).collect()
}

fn with(policies: &[(&str, &str)]) -> World {
    let mut world = world();
    let inline = Ok(policies.iter().map(|(name, document)| inline(name, document)).collect());
    world.role(Role { inline, ..tagged() });
    world
}

/// A role that has no policy yet.
fn tagged() -> Role {
    let tags = vec![(name("team"), name("a"))];
    Role { tags, ..role("eks/api", &trusting("\"system:serviceaccount:shop:api\"")) }
}

/// Whether the plan says so where something is lost from the one world to the other; and, where nothing cuts a part out of
/// what patterns stand for, and that is no more than what is told apart here, only there.
fn is_said(plan: &Plan, before: &World, after: &World, documents: &[&str]) -> Result<(), TestCaseError> {
    let then = allowed(after);
    let lost: Vec<_> = allowed(before).into_iter().filter(|pair| !then.contains(pair)).collect();
    let said = warned(plan, WarningKind::Loss);
    prop_assert!(lost.is_empty() || !said.is_empty(), "lost and not said: {:?}", lost);
    let is_exact =
        !documents.iter().any(|own| ["Deny", "Not", "*:*", "arn:aws:sqs\""].iter().any(|word| own.contains(word)));
    prop_assert!(!is_exact || said.is_empty() || !lost.is_empty(), "said and not lost: {:?}", said);
    prop_assert!(warned(plan, WarningKind::NotRead).is_empty(), "{:?}", plan.warnings);
    Ok(())
}

/// An action that AWS has, and a resource that it may be asked for on: one of a shape of its own, or `*`.
fn asked() -> impl Strategy<Value = (String, String)> {
    let all: Vec<KnownAction<'_>> = catalogue().expand(&ActionPattern::new("*")).collect();
    let names = proptest::collection::vec(proptest::sample::select(vec!["a", "b-c", "Dd", "e/f", "g:h/i"]), 8);
    (0..all.len(), any::<proptest::sample::Index>(), names).prop_map(move |(at, kind, names)| {
        let action = all[at];
        let kinds: Vec<&str> = action.resource_uses().map(|used| used.resource_type).collect();
        if kinds.is_empty() {
            return (action.full_name(), "*".to_owned());
        }
        let resource_type = action.service().resource_type(kinds[kind.index(kinds.len())]);
        let shapes: Vec<&str> = resource_type.map_or_else(|| vec!["*"], |kind| kind.arn_shapes().collect());
        (action.full_name(), filled(shapes[kind.index(shapes.len())], &names))
    })
}

/// A resource of that shape. Buckets and tables have no slash in their names.
fn filled(shape: &str, names: &[&str]) -> String {
    let (mut text, mut rest, mut names) = (String::new(), shape, names.iter().cycle());
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(match name {
            "Partition" => "aws",
            "BucketName" | "TableName" => "logs",
            _ if text.matches(':').count() < 5 => "one",
            _ => names.next().copied().unwrap_or("a"),
        });
        rest = after;
    }
    (text + rest).replace('*', "x")
}

/// A pattern that may match the text: parts of it are given up.
fn loosened(text: &str, cuts: &[(proptest::sample::Index, usize)]) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    for (at, length) in cuts {
        let at = at.index(letters.len());
        let end = (at + length).min(letters.len());
        letters.splice(at..end, [if *length == 1 { '?' } else { '*' }]);
    }
    letters.into_iter().collect()
}

/// It is filled up, in a policy and where it is asked for.
#[test]
fn what_a_short_arn_stands_for_is_lost_with_it() {
    for named in ["arn:aws:ec2:**", "arn:aws:ec2*", "arn:*", "arn:aws:*:one:*"] {
        let before = with(&[("own", &crate::world::allowing("ebs:CompleteSnapshot", named))]);
        let new = crate::world::allowing("tiros:CreateQuery", "arn:aws:s3:::nothing");
        let plan = put(before.seen(), &arn("eks/api"), &name("own"), &new).expect("it can be planned");
        let lost = format!("ebs:CompleteSnapshot on {named}");
        assert!(warned(&plan, WarningKind::Loss).iter().any(|said| said.contains(&lost)), "{named}: {plan:?}");
    }
}

/// A Deny of a short ARN denies what that stands for, with a wildcard in it or without.
#[test]
fn what_a_short_arn_denies_is_lost() {
    let before = with(&[("own", &crate::world::allowing("s3:DeleteObject", "*"))]);
    for named in ["arn:aws:s3", "arn:aws:s3:", "arn:aws:s3::", "arn:aws", "arn:aws:s3*"] {
        let denying = crate::world::allowing("s3:DeleteObject", named).replace("Allow", "Deny");
        let plan = put(before.seen(), &arn("eks/api"), &name("deny"), &denying).expect("it can be planned");
        let lost = format!("role eks/api may no longer s3:DeleteObject on {named}");
        assert_eq!(warned(&plan, WarningKind::Loss), [&*lost], "{named}");
    }
}

/// What variables stand for is asked for, where the role says what that is; else it is a doubt.
#[test]
fn what_a_variable_stands_for_is_lost_with_it() {
    let of = |tag: &str| format!("arn:aws:s3:::home/${{aws:PrincipalTag/{tag}}}/*");
    let world = |document: &str| {
        let inline = Ok(vec![inline("own", document)]);
        let mut world = world();
        world.role(Role { inline, ..tagged() });
        world
    };
    let lost = "role eks/api may no longer s3:GetObject on arn:aws:s3:::home/a/*";
    let doubt = "whether role eks/api may still do 1 of the things that may be done today hangs on conditions or on what was \
                 not read";
    let everywhere = world(&crate::world::allowing("s3:GetObject", "*"));
    for (tag, said, doubted) in [("team", vec![lost], vec![]), ("other", vec![], vec![doubt])] {
        let denying = crate::world::allowing("s3:GetObject", &of(tag)).replace("Allow", "Deny");
        let plan = put(everywhere.seen(), &arn("eks/api"), &name("deny"), &denying).expect("it can be planned");
        assert_eq!(warned(&plan, WarningKind::Loss), said, "{tag}");
        assert_eq!(warned(&plan, WarningKind::NotRead), doubted, "{tag}");
    }
    let home = world(&crate::world::allowing("s3:GetObject", &of("team")));
    let nothing = crate::world::allowing("tiros:CreateQuery", "arn:aws:s3:::nothing");
    let plan = put(home.seen(), &arn("eks/api"), &name("own"), &nothing).expect("it can be planned");
    assert_eq!(warned(&plan, WarningKind::Loss), [lost]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 400, ..ProptestConfig::default() })]

    /// Whatever the catalogue has, asked for as it says: what a statement allows of it is told when the statement goes.
    #[test]
    fn no_pair_that_is_ever_asked_for_is_left_out(
        (action, resource) in asked(),
        cuts in proptest::collection::vec((any::<proptest::sample::Index>(), 0..9_usize), 0..4),
        shortened in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let named = loosened(&resource, &cuts);
        let (service, own) = action.split_once(':').unwrap_or_default();
        let actions = match shortened {
            Some(at) => format!("{service}:{}*", own.chars().take(at.index(own.len())).collect::<String>()),
            None => action.clone(),
        };
        let old = json!({"Version": "2012-10-17", "Statement":
            [{"Effect": "Allow", "Action": actions, "Resource": named}]});
        let before = with(&[("own", &old.to_string())]);
        let policies = policies_of(&before.inventory, &arn("eks/api"));
        let request = Request::new(arn("eks/api").as_str(), &action, &resource);
        let is_allowed = outcome(&request, &policies.layers) == Outcome::Allowed;
        let new = crate::world::allowing("tiros:CreateQuery", "arn:aws:s3:::nothing");
        let plan = put(before.seen(), &arn("eks/api"), &name("own"), &new).map_err(|refusal| TestCaseError::fail(refusal.sentence))?;
        let said = warned(&plan, WarningKind::Loss);
        prop_assert!(!is_allowed || !said.is_empty(), "{action} on {resource} is lost and not said: {old}");
    }

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
        before.role(Role { inline, attached, ..tagged() });
        before.policy(policy, &managed);
        let plan = detach(before.seen(), &arn("eks/api"), policy).map_err(|refusal| TestCaseError::fail(refusal.sentence))?;
        is_said(&plan, &before, &with(&[("other", &other)]), &[&managed, &other])?;
    }
}
