//! Attaching, detaching, putting: what the role may do changes for all who use it.

use crate::world::{allowing, arn, attached, document, inline, name, refused, role, steps, trusting, warned, world};
use rolecall::domain::model::{Role, RoleArn};
use rolecall::domain::plan::{Content, WarningKind, attach, detach, put};

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

fn own() -> Role {
    Role {
        attached: Ok(vec![attached(S3)]),
        inline: Ok(vec![inline("queue", &allowing("sqs:SendMessage", "*"))]),
        ..role("eks/api", &trusting("\"system:serviceaccount:shop:api\""))
    }
}

#[test]
fn a_policy_is_attached_once() {
    let mut world = world();
    world.role(own());
    let admin = name("arn:aws:iam::aws:policy/AdministratorAccess");
    world.policy(&admin, &allowing("*", "*"));
    let plan = attach(world.seen(), &arn("eks/api"), &admin).unwrap();
    assert_eq!(steps(&plan), ["attach policy AdministratorAccess on role/api"]);
    assert!(
        warned(&plan, WarningKind::Escalation)[0].contains("everyone who can create pods in shop"),
        "{:?}",
        plan.warnings
    );
    assert!(plan.effects.iter().any(|said| said.contains("shop/api")), "who uses it: {:?}", plan.effects);
    assert!(refused(attach(world.seen(), &arn("eks/api"), &name(S3))).contains("attached to role eks/api already"));
    assert!(refused(attach(world.seen(), &arn("eks/api"), &name("S3"))).contains("whole ARN"));
}

#[test]
fn the_quota_is_minded() {
    let mut world = world();
    let many = |count: usize| Role {
        attached: Ok((0..count).map(|at| attached(&format!("arn:aws:iam::aws:policy/p{at}"))).collect()),
        ..own()
    };
    world.role(many(10));
    let plan = attach(world.seen(), &arn("eks/api"), &name(S3)).unwrap();
    assert!(warned(&plan, WarningKind::NotEffective)[0].contains("IAM takes 10"), "{:?}", plan.warnings);
    world.role(many(25));
    assert!(refused(attach(world.seen(), &arn("eks/api"), &name(S3))).contains("25 managed policies"));
}

#[test]
fn a_policy_is_detached_by_arn_or_name() {
    let mut world = world();
    world.role(own());
    for policy in [S3, "AmazonS3ReadOnlyAccess"] {
        let plan = detach(world.seen(), &arn("eks/api"), policy).unwrap();
        assert_eq!(steps(&plan), ["detach policy AmazonS3ReadOnlyAccess on role/api"]);
        assert!(plan.steps[0].change.is_removal());
        assert!(plan.effects.iter().any(|said| said.contains("running pods")), "{:?}", plan.effects);
    }
    assert!(refused(detach(world.seen(), &arn("eks/api"), "Other")).contains("these are: AmazonS3ReadOnlyAccess"));
}

#[test]
fn more_than_one_user_is_a_warning() {
    let mut world = world();
    let trust = trusting("\"system:serviceaccount:shop:api\"").replace(
        "\"Statement\":[",
        "\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::111122223333:role/deploy\"},\"Action\":\"sts:AssumeRole\"},",
    );
    world.role(Role { trust: Some(trust.as_str().into()), ..own() });
    let plan = detach(world.seen(), &arn("eks/api"), S3).unwrap();
    assert!(warned(&plan, WarningKind::SharedBy)[0].contains("2 users"), "{:?}", plan.warnings);
    assert!(
        plan.effects.iter().any(|said| said.contains("arn:aws:iam::111122223333:role/deploy")),
        "{:?}",
        plan.effects
    );
    assert!(plan.effects.iter().any(|said| said.contains("other clusters and accounts cannot be seen")));
}

#[test]
fn a_document_replaces_and_a_statement_joins() {
    let mut world = world();
    world.role(own());
    let seen = world.seen();
    let whole = allowing("s3:GetObject", "*");
    let plan = put(seen, &arn("eks/api"), &name("queue"), &whole).unwrap();
    assert_eq!((steps(&plan), document(&plan, 0)), (vec!["update inline policy queue in role/api".to_owned()], whole));
    let statement = r#"{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}"#;
    let plan = put(seen, &arn("eks/api"), &name("queue"), statement).unwrap();
    let joined = allowing("sqs:SendMessage", "*").replace("}]}", &format!("}}, {statement}]}}"));
    assert_eq!(document(&plan, 0), joined);
    let plan = put(seen, &arn("eks/api"), &name("new"), statement).unwrap();
    assert_eq!(plan.steps[0].change.from, Content::Absent);
    assert!(document(&plan, 0).contains("2012-10-17"));
    for (text, word) in [
        ("{", "line 1, column 2"),
        ("{}", "IAM would refuse"),
        (&*allowing("sqs:SendMessage", "*"), "says that already"),
        (&*allowing("s3:Get", &"a".repeat(10_240)), "IAM"),
    ] {
        let said = refused(put(seen, &arn("eks/api"), &name("queue"), text));
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn roles_that_are_not_ours_to_change_are_refused() {
    let world = world();
    for (role, word) in [
        ("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1", "AWS's own"),
        ("arn:aws:iam::111122223333:role/aws-service-role/eks.amazonaws.com/X", "AWS's own"),
        ("arn:aws:iam::444455556666:role/target", "sign in to 444455556666"),
        ("arn:aws:iam::111122223333:role/gone", "there is no role gone"),
        ("arn:aws:iam::111122223333:role/never-asked", "not read yet"),
        ("api", "no role's ARN"),
    ] {
        let said = refused(attach(world.seen(), &RoleArn::from(role), &name(S3)));
        assert!(said.contains(word), "{role}: {said}");
    }
}
