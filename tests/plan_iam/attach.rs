//! Attaching, detaching, putting: what the role may do changes for all who use it.

use crate::world::{
    allowing, arn, attached, document, inline, name, refused, role, steps, trusting, warned, with_pods, world,
};
use rolecall::domain::model::{Role, RoleArn};
use rolecall::domain::plan::{Consent, Content, Place, Plan, WarningKind, attach, detach, put, repair_trust, undo};

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
    assert!(warned(&plan, WarningKind::OtherUsers)[0].contains("2 users"), "{:?}", plan.warnings);
    assert!(plan.consents(&Place::default(), false).contains(&Consent::Others), "it is asked for once more");
    assert!(
        plan.effects.iter().any(|said| said.contains("arn:aws:iam::111122223333:role/deploy")),
        "{:?}",
        plan.effects
    );
    assert!(plan.effects.iter().any(|said| said.contains("other clusters and accounts cannot be seen")));
    world.role(own());
    let plan = attach(world.seen(), &arn("eks/api"), &name("arn:aws:iam::aws:policy/Other")).unwrap();
    assert_eq!(plan.consents(&Place::default(), false), [Consent::Yes], "one user is nobody else");
    let production = Place { cluster: Some(name("prod")), ..Place::default() };
    assert_eq!(plan.consents(&production, true), [Consent::Name(name("prod"))]);
}

/// Whoever can create pods gets the role of the node that they run on.
#[test]
fn those_who_have_it_from_their_nodes_are_named() {
    let mut world = with_pods(&["apiBare", "mailerBare", "api"]);
    let admin = name("arn:aws:iam::aws:policy/AdministratorAccess");
    world.policy(&admin, &allowing("*", "*"));
    let plan = attach(world.seen(), &arn("main-node"), &admin).unwrap();
    let line = "role main-node is used by ServiceAccounts whose pods get it from their nodes: kube-system/default (1 pod), \
                shop/api (1 pod), shop/mailer (1 pod)";
    assert!(plan.effects.iter().any(|said| said == line), "{:?}", plan.effects);
    let said = warned(&plan, WarningKind::Escalation)[0];
    assert!(said.ends_with("and with it everyone who can create pods in kube-system or shop"), "{said}");
    assert_eq!(
        warned(&plan, WarningKind::OtherUsers),
        ["role main-node has 5 users that can be seen: this changes it for all"]
    );
}

#[test]
fn a_trust_policy_that_lets_in_any_cluster_is_told() {
    let mut world = world();
    let any = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
    world.role(Role { trust: Some(any.into()), ..own() });
    let plan = detach(world.seen(), &arn("eks/api"), S3).unwrap();
    assert!(plan.effects.iter().any(|said| said.contains("lets in others than this cluster")), "{:?}", plan.effects);
}

#[test]
fn what_a_role_loses_by_it_is_said_and_asked_for() {
    let mut world = world();
    world.role(own());
    world.policy(S3, &allowing("s3:Get*", "*"));
    let api = arn("eks/api");
    let losses = |plan: &Plan| warned(plan, WarningKind::Loss).join("; ");
    let detached = detach(world.seen(), &api, S3).unwrap();
    assert_eq!(losses(&detached), "role eks/api may no longer do all of s3:Get* on any resource");
    assert_eq!(detached.consents(&Place::default(), false), [Consent::Loss]);
    assert!(warned(&detached, WarningKind::NotRead).is_empty(), "{:?}", detached.warnings);

    let replaced = put(world.seen(), &api, &name("queue"), &allowing("sqs:ReceiveMessage", "*")).unwrap();
    assert_eq!(losses(&replaced), "role eks/api may no longer sqs:SendMessage on any resource");
    let wider = put(world.seen(), &api, &name("queue"), &allowing("sqs:*", "*")).unwrap();
    assert_eq!(losses(&wider), "");
    let joined = r#"{"Effect":"Allow","Action":"sqs:ReceiveMessage","Resource":"*"}"#;
    assert_eq!(losses(&put(world.seen(), &api, &name("queue"), joined).unwrap()), "");
    let deny = r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#;
    let denied = put(world.seen(), &api, &name("queue"), deny).unwrap();
    assert_eq!(
        losses(&denied),
        "role eks/api may no longer do all of s3:Get* on any resource",
        "a Deny takes away, too"
    );

    // what another policy gives as well is not lost
    world.role(Role { inline: Ok(vec![inline("all", &allowing("s3:*", "*"))]), ..own() });
    assert_eq!(losses(&detach(world.seen(), &api, S3).unwrap()), "");
}

/// `*` as an action, or as a resource, is asked for in the parts that those to come, or a boundary of today, name.
#[test]
fn what_an_allow_leaves_out_is_lost() {
    let losses = |boundary: Option<&str>, old: &str, new: &str| {
        let mut world = world();
        let document = |statements: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        let policy = "arn:aws:iam::111122223333:policy/boundary";
        if let Some(boundary) = boundary {
            world.policy(policy, &document(boundary));
        }
        let inline = Ok(vec![inline("own", &document(old))]);
        let boundary_arn = boundary.map(|_| policy.into());
        world.role(Role { attached: Ok(Vec::new()), inline, boundary_arn, ..own() });
        let plan = put(world.seen(), &arn("eks/api"), &name("own"), &document(new)).unwrap();
        let said = |kind| warned(&plan, kind).join("; ").replace("role eks/api may ", "");
        (said(WarningKind::Loss), said(WarningKind::NotRead))
    };
    let allow = |what: &str| format!(r#"{{"Effect":"Allow",{what}}}"#);
    let on_all = |what: &str| allow(&format!(r#"{what},"Resource":"*""#));
    let admin = on_all(r#""Action":"*""#);
    let no_iam = on_all(r#""NotAction":"iam:*""#);
    let without_secret = |action: &str| allow(&format!(r#""Action":"{action}","NotResource":"arn:aws:s3:::secret/*""#));
    for (old, new, lost) in [
        (admin.clone(), no_iam.clone(), "no longer do all of iam:* on any resource"),
        (no_iam.clone(), on_all(r#""NotAction":["iam:*","s3:*"]"#), "no longer do all of s3:* on any resource"),
        (
            on_all(r#""Action":"s3:*""#),
            on_all(r#""NotAction":"s3:DeleteObject""#),
            "no longer s3:DeleteObject on any resource",
        ),
        (
            on_all(r#""Action":"s3:GetObject""#),
            without_secret("s3:GetObject"),
            "no longer s3:GetObject on arn:aws:s3:::secret/*",
        ),
        (
            allow(r#""Action":"s3:GetObject","Resource":"arn:aws:s3:::*""#),
            without_secret("s3:GetObject"),
            "no longer s3:GetObject on arn:aws:s3:::*",
        ),
        (
            admin.clone(),
            format!("{},{}", without_secret("s3:*"), on_all(r#""NotAction":"s3:*""#)),
            "no longer do all of s3:* on arn:aws:s3:::secret/*",
        ),
        (
            format!(r#"{admin},{{"Effect":"Deny","NotAction":"s3:*","Resource":"*"}}"#),
            on_all(r#""Action":"sqs:*""#),
            "no longer do all of s3:* on any resource",
        ),
        (admin.clone(), format!("{no_iam},{}", on_all(r#""Action":"iam:*""#)), ""),
        (on_all(r#""Action":["s3:*","sqs:*"]"#), no_iam.clone(), ""),
        (no_iam, admin.clone(), ""),
    ] {
        assert_eq!(losses(None, &old, &new), (lost.to_owned(), String::new()), "{old} to {new}");
    }
    let (lost, doubt) = losses(None, &on_all(r#""Action":"s3:Get*""#), &on_all(r#""NotAction":"s3:*Object""#));
    assert_eq!(lost, "");
    assert!(doubt.contains("still do 1 of the things"), "which of them is not known: {doubt}");
    let (lost, _) = losses(Some(&on_all(r#""Action":"s3:*""#)), &admin, &on_all(r#""Action":"sqs:*""#));
    assert_eq!(lost, "no longer do all of s3:* on any resource", "that is all that its boundary lets it do");
}

#[test]
fn what_only_an_administrator_may_is_lost_with_it() {
    let mut world = world();
    let (admin, power) = ("arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/PowerUserAccess");
    world.role(Role { attached: Ok(vec![attached(admin), attached(power)]), ..own() });
    world.policy(admin, &allowing("*", "*"));
    let own = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"},
        {"Effect":"Allow","Action":["iam:CreateServiceLinkedRole","organizations:DescribeOrganization"],"Resource":"*"}]}"#;
    world.policy(power, own);
    let plan = detach(world.seen(), &arn("eks/api"), "AdministratorAccess").unwrap();
    assert_eq!(
        warned(&plan, WarningKind::Loss),
        ["role eks/api may no longer do all of iam:*, organizations:*, account:* on any resource"]
    );
    assert_eq!(plan.consents(&Place::default(), false), [Consent::Loss]);
}

#[test]
fn what_the_whole_cluster_hangs_on_asks_for_its_name() {
    let mut world = world();
    let place = Place { cluster: Some(name("prod")), ..Place::default() };
    let asked = |plan: &Plan| plan.consents(&place, false).contains(&Consent::Name(name("prod")));
    let plan = attach(world.seen(), &arn("main-node"), &name("arn:aws:iam::aws:policy/Other")).unwrap();
    assert!(asked(&plan), "{:?}", plan.warnings);
    world.role(own());
    let plan = attach(world.seen(), &arn("eks/api"), &name("arn:aws:iam::aws:policy/Other")).unwrap();
    assert!(!asked(&plan), "{:?}", plan.warnings);
}

#[test]
fn what_nobody_uses_nobody_loses_and_what_was_not_read_is_named() {
    let mut world = world();
    let spare =
        Role { attached: own().attached, ..role("eks/spare", &trusting("\"system:serviceaccount:shop:spare\"")) };
    world.role(spare);
    world.policy(S3, &allowing("s3:Get*", "*"));
    let plan = detach(world.seen(), &arn("eks/spare"), S3).unwrap();
    assert_eq!(warned(&plan, WarningKind::Loss), [""; 0]);
    assert!(plan.effects.iter().any(|said| said.contains("may no longer do all of s3:Get*")), "{:?}", plan.effects);
    assert!(plan.effects.iter().any(|said| said.contains("nobody that can be seen uses")), "{:?}", plan.effects);

    let mut world = crate::world::world();
    world.role(own());
    let plan = detach(world.seen(), &arn("eks/api"), S3).unwrap();
    assert!(
        warned(&plan, WarningKind::NotRead)[0].contains("what is lost with it is not known"),
        "{:?}",
        plan.warnings
    );
}

#[test]
fn who_keeps_the_role_is_named_by_every_plan_that_changes_it() {
    let mut world = world();
    let kept = |role: Role| Role { tags: vec![(name("ManagedBy"), name("terraform"))], ..role };
    world.role(kept(own()));
    world.policy(S3, &allowing("s3:Get*", "*"));
    let api = arn("eks/api");
    let other = name("arn:aws:iam::aws:policy/Other");
    let attached = attach(world.seen(), &api, &other).unwrap();
    let undone = undo(world.seen(), &name("1"), attached.kind, "", &[attached.steps[0].change.clone()]).unwrap();
    let detached = detach(world.seen(), &api, S3).unwrap();
    let put = put(world.seen(), &api, &name("new"), &allowing("sqs:*", "*")).unwrap();
    world.role(kept(role("eks/api", &trusting("\"system:serviceaccount:shop:other\""))));
    let repaired = repair_trust(world.seen(), (&name("shop"), &name("api")), None).unwrap();
    for plan in [attached, detached, put, repaired, undone] {
        let said = warned(&plan, WarningKind::OwnedElsewhere);
        assert_eq!(said.len(), 1, "{}: {:?}", plan.title, plan.warnings);
        assert!(said[0].contains("role eks/api is kept by Terraform: the next apply puts back"), "{said:?}");
        assert!(said[0].ends_with("or leave it and export the commands"), "{said:?}");
    }
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
