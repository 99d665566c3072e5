//! What a role allows may hang on how it is come by: session tags are an association's, claims are a token's. The same role
//! by the other mechanism may allow less (EKS user guide, "Grant Pods access to AWS resources based on tags"; IAM user
//! guide, "Available keys for AWS OIDC federation").

use crate::shop::{NEW, NODE, World, deployment, of_kind, role};
use crate::{API, MAILER, associate_with, paired, running, tell, trusting};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Name, Reading, RoleAnnotation, RoleArn, ServiceAccount, Time};
use rolecall::domain::plan::{
    Annotations, Plan, PlanKind, WarningKind, annotate, associate, dissociate, offer_restarts, take_restarts, undo,
    warn_of_waiting,
};
use serde_json::{Value, json};

const QUEUE: &str = "arn:aws:sqs:eu-west-1:111122223333:shop";
const SUB: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub";

fn message(plan: &Plan) -> String {
    of_kind(plan, WarningKind::Loss).join("; ")
}

/// A statement that allows on these resources where a key has a value.
fn allowing(resource: &str, key: &str, value: &str) -> Value {
    json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": resource,
        "Condition": {"StringEquals": {key: value}}})
}

/// The role lets in by token and by association, and allows what the statements say.
fn letting(arn: &str, subject: &str, statements: &[Value]) -> Value {
    let mut role = trusting(arn, subject);
    role["trust"] = paired(arn)["trust"].clone();
    role["trust"]["Statement"][0]["Condition"]["StringEquals"][SUB] = json!(subject);
    role["inline"][0]["document"]["Statement"] = json!(statements);
    role
}

fn annotated(world: &mut World, account: &str, arn: &str) {
    let shard = world.inventory.shard("shop").expect("the namespace");
    let own = shard.service_account(account).expect("it is there").clone();
    let role = Some(RoleAnnotation { arn: RoleArn::from(arn), set: None });
    tell(world, Delta::ServiceAccount(Box::new(ServiceAccount { role, ..own })));
}

/// Pods that have the role by an association whose ServiceAccount is annotated with it, too.
fn by_both(statements: &[Value]) -> World {
    let mailer = letting(MAILER, "system:serviceaccount:shop:mailer", statements);
    let mut world = World::with(&json!({"pods": [deployment("mailer", "mailer")], "roles": [mailer],
        "workloads": [{"namespace": "shop", "kind": "Deployment", "name": "mailer", "replicas": 2, "surges": true}]}));
    annotated(&mut world, "mailer", MAILER);
    world
}

#[test]
fn what_a_role_allows_by_the_one_mechanism_alone_is_lost_with_it() {
    let subject = |of: &str| format!("system:serviceaccount:shop:{of}");
    let tag = "aws:PrincipalTag/kubernetes-namespace";
    let (by_tag, by_pod) = (allowing("*", tag, "shop"), allowing("*", "aws:PrincipalTag/kubernetes-pod-name", "x"));
    let by_name = json!({"Effect": "Allow", "Action": "sqs:SendMessage",
        "Resource": format!("arn:aws:sqs:eu-west-1:111122223333:${{{tag}}}")});
    let always = json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"});
    let anywhere = "any resource";
    for (statement, of_association, of_token) in [
        (always, None, None),
        (allowing("*", "aws:SourceVpc", "vpc-1"), None, None),
        (by_tag, Some(anywhere), None),
        (by_pod, Some(anywhere), None),
        (by_name, Some(QUEUE), None),
        (allowing("*", SUB, "THEIRS"), None, Some(anywhere)),
    ] {
        let of = |account: &str| {
            let text = statement.to_string().replace("THEIRS", &subject(account));
            [serde_json::from_str(&text).expect("it is JSON")]
        };
        let said = |on: Option<&str>, role: &str| -> Vec<String> {
            let lost = |on| format!("new pods may no longer sqs:SendMessage on {on} (role {role} allows it)");
            on.into_iter().map(lost).collect()
        };
        let world = by_both(&of("mailer"));
        let (namespace, mailer): (Name, Name) = ("shop".into(), "mailer".into());
        let mut ended = dissociate(world.seen(), &namespace, &mailer).expect("it can be planned");
        offer_restarts(&mut ended, world.seen(), &namespace, &mailer, Time::UNIX_EPOCH);
        take_restarts(&mut ended);
        warn_of_waiting(&mut ended, world.seen());
        assert_eq!(of_kind(&ended, WarningKind::Loss), said(of_association, "mailer"), "{statement}");
        let restarted = world.restart("mailer").expect("it can be planned");
        assert_eq!(restarted.warnings, [], "they have it by the same: {statement}");

        let node = role(NODE, &json!([{"Effect": "Allow", "Action": "eks-auth:*", "Resource": "*"}]));
        let mut world = running("api", &[node, letting(API, &subject("api"), &of("api"))]);
        let bound = associate(world.seen(), &namespace, &"api".into(), &RoleArn::from(API)).expect("it can be planned");
        associate_with(&mut world, Some(API), None);
        let made =
            dissociate(world.seen(), &namespace, &"api".into()).expect("it can be planned").steps[0].change.clone();
        associate_with(&mut world, None, None);
        let back = undo(world.seen(), &"1".into(), PlanKind::Dissociate, "", &[made]).expect("it can be taken back");
        for plan in [bound, back] {
            assert_eq!(of_kind(&plan, WarningKind::Loss), said(of_token, "eks/api"), "{}: {statement}", plan.title);
            assert_eq!(of_kind(&plan, WarningKind::NotRead), [""; 0], "{}: {statement}", plan.title);
        }
    }
}

/// Session tags go on to the next role, and have to be handed on (EKS user guide, "Grant Pods access to AWS resources based
/// on tags": they are transitive).
#[test]
fn the_next_role_is_lost_where_tags_may_not_be_handed_on() {
    let next = "arn:aws:iam::444455556666:role/next";
    let lost = format!("new pods may no longer sts:AssumeRole on {next} (role eks/api allows it)");
    for (actions, expected) in [
        (json!("sts:AssumeRole"), vec![lost.as_str()]),
        (json!(["sts:AssumeRole", "sts:TagSession"]), vec![]),
        (json!("sts:*"), vec![]),
        (json!("sts:TagSession"), vec![]),
    ] {
        let node = role(NODE, &json!([{"Effect": "Allow", "Action": "eks-auth:*", "Resource": "*"}]));
        let statement = json!({"Effect": "Allow", "Action": actions, "Resource": next});
        let world = running("api", &[node, letting(API, "system:serviceaccount:shop:api", &[statement])]);
        let plan = associate(world.seen(), &"shop".into(), &"api".into(), &RoleArn::from(API)).expect("a plan");
        assert_eq!(of_kind(&plan, WarningKind::Loss), expected, "{actions}");
    }
}

/// How new pods come by the role is known, and with it what their sessions carry.
#[test]
fn what_the_new_session_decides_is_certain() {
    let lost = "new pods may no longer do all of dynamodb:* on any resource (the node role main-node allows it)";
    for (subject, expected) in
        [("system:serviceaccount:shop:api", vec![]), ("system:serviceaccount:shop:b", vec![lost])]
    {
        let mut statement = allowing("*", SUB, subject);
        statement["Action"] = json!("dynamodb:*");
        let world = running("apiBare", &[letting(NEW, "system:serviceaccount:shop:api", &[statement])]);
        let role = Annotations::role(&RoleArn::from(NEW));
        let plan = annotate(world.seen(), &"shop".into(), &"api".into(), &role).expect("it can be planned");
        assert_eq!(of_kind(&plan, WarningKind::Loss), expected);
        assert_eq!(of_kind(&plan, WarningKind::NotRead), [""; 0], "{subject}");
    }
}

/// Both have the same words in a Deny, or the same boundary, which stand for other things for the one and for the other.
#[test]
fn what_variables_stand_for_tells_apart_what_is_written_alike() {
    let home = "arn:aws:s3:::home/${aws:PrincipalTag/team}/*";
    let all = json!({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"});
    let spared = json!({"Effect": "Deny", "Action": "s3:GetObject", "NotResource": home});
    let confined = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": home}]});
    let boundary = "arn:aws:iam::111122223333:policy/home";
    for is_boundary in [false, true] {
        let of = |arn: &str, team: Option<&str>| {
            let statements = if is_boundary { vec![all.clone()] } else { vec![all.clone(), spared.clone()] };
            let mut role = letting(arn, "system:serviceaccount:shop:api", &statements);
            if is_boundary {
                role["boundaryArn"] = json!(boundary);
            }
            role["tags"] = team.map_or_else(|| json!({}), |team| json!({"team": team}));
            role
        };
        let policies = json!([{"arn": boundary, "version": "v1", "document": confined}]);
        for (team, expected) in [
            (Some("blue"), vec![]),
            (
                Some("green"),
                vec!["new pods may no longer s3:GetObject on arn:aws:s3:::home/blue/* (role eks/api allows it)"],
            ),
            (None, vec!["new pods may no longer s3:GetObject on arn:aws:s3:::home/blue/* (role eks/api allows it)"]),
        ] {
            let world = World::with(&json!({"pods": [deployment("api", "api")], "policies": policies,
                "roles": [role(NODE, &json!([])), of(API, Some("blue")), of(NEW, team)]}));
            let role = Annotations::role(&RoleArn::from(NEW));
            let plan = annotate(world.seen(), &"shop".into(), &"api".into(), &role).expect("it can be planned");
            assert_eq!(of_kind(&plan, WarningKind::Loss), expected, "{is_boundary} {team:?}");
            assert_eq!(of_kind(&plan, WarningKind::NotRead), [""; 0], "{is_boundary} {team:?}");
        }
    }
}

/// Pods that had their credentials by an association have none once their session expires; those that are made anew before
/// lose nothing.
#[test]
fn pods_that_are_not_made_anew_are_left_without_credentials() {
    let mut world = by_both(&[json!({"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"})]);
    let (namespace, mailer): (Name, Name) = ("shop".into(), "mailer".into());
    let mut plan = dissociate(world.seen(), &namespace, &mailer).expect("it can be planned");
    offer_restarts(&mut plan, world.seen(), &namespace, &mailer, Time::UNIX_EPOCH);
    let left = "running pods are without credentials once their session expires, unless made anew before: mailer-1-a";
    assert_eq!(message(&plan), left);
    let made = plan.steps[0].change.clone();
    take_restarts(&mut plan);
    warn_of_waiting(&mut plan, world.seen());
    assert_eq!(message(&plan), "");
    plan.steps[1].taken = false;
    warn_of_waiting(&mut plan, world.seen());
    assert_eq!(message(&plan), left);

    // what takes its beginning back does the same
    let inverse = made.inverse().expect("it is made again");
    let back = undo(world.seen(), &"1".into(), PlanKind::Associate, "", &[inverse]).expect("it can be taken back");
    assert_eq!(message(&back), left);
    // who has none has none to lose
    let none = Reading::Missing { at: Time::UNIX_EPOCH };
    tell(&mut world, Delta::Role(Name::from(MAILER), none));
    let plan = dissociate(world.seen(), &namespace, &mailer).expect("it can be planned");
    assert_eq!(message(&plan), "");
}
