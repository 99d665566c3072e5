//! Deleting a role: only what was made here and nobody can be using.

use crate::world::{World, allowing, arn, attached, inline, moment, name, refused, role, steps, trusting, world};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Association, Gap, GapReason, InstanceProfile, LastUsed, Reading, Role, Time};
use rolecall::domain::plan::{Change, Plan, PlanKind, PlanRefusal, can_be_taken_back, delete_role, undo};

fn own() -> Role {
    Role {
        tags: vec![(name("rolecall:cluster"), name("prod"))],
        attached: Ok(vec![attached("arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")]),
        inline: Ok(vec![inline("queue", &allowing("sqs:SendMessage", "*"))]),
        ..role("eks/spare", &trusting("\"system:serviceaccount:shop:default\""))
    }
}

fn plan(world: &World) -> Result<Plan, PlanRefusal> {
    delete_role(world.seen(), &arn("eks/spare"), moment())
}

fn days_ago(days: i64) -> LastUsed {
    let at = Time::from_second(moment().as_second() - days * 86_400).unwrap();
    LastUsed { at, region: None }
}

#[test]
fn its_policies_go_first_and_there_is_no_way_back() {
    let mut world = world();
    world.role(Role { last_used: Some(days_ago(91)), ..own() });
    let plan = plan(&world).unwrap();
    assert_eq!(
        steps(&plan),
        [
            "detach policy AmazonS3ReadOnlyAccess on role/spare",
            "delete inline policy queue in role/spare",
            "delete role/spare"
        ]
    );
    assert!(plan.steps[2].change.inverse().is_none());
}

#[test]
fn no_use_is_told_of_no_longer_than_the_role_is_there() {
    let mut world = world();
    let ago = |days| Some(days_ago(days).at);
    for (created, last_used, said) in [
        (ago(0), None, format!("IAM knows of no use of it since it was made on {}; ", moment().strftime("%Y-%m-%d"))),
        (ago(400), None, "IAM knows of no use of it in 400 days; ".to_owned()),
        (None, None, "IAM knows of no use of it in 400 days; ".to_owned()),
        (ago(500), Some(days_ago(91)), "it was last used on ".to_owned()),
    ] {
        world.role(Role { created, last_used, ..own() });
        let plan = plan(&world).unwrap();
        assert!(plan.effects.iter().any(|effect| effect.starts_with(&said)), "{said}: {:?}", plan.effects);
    }
}

/// What takes back the first `made` steps of the deletion.
fn undone(world: &World, plan: &Plan, made: usize) -> Result<Plan, PlanRefusal> {
    let made: Vec<Change> = plan.steps.iter().take(made).map(|step| step.change.clone()).collect();
    undo(world.seen(), &name("id-1"), PlanKind::DeleteRole, &plan.title, &made)
}

#[test]
fn a_deleted_role_is_given_nothing_back_nor_is_another_of_its_name() {
    let mut world = world();
    world.role(own());
    let plan = plan(&world).unwrap();
    let gone = [&name("spare")];
    assert!(plan.steps.iter().all(|step| !can_be_taken_back(&step.change, &gone)));
    // begun and not made: the role is there as it was, and gets its policies back
    let back = undone(&world, &plan, 3).unwrap();
    assert_eq!(
        steps(&back),
        ["create inline policy queue in role/spare", "attach policy AmazonS3ReadOnlyAccess on role/spare"]
    );
    assert_eq!(steps(&undone(&world, &plan, 1).unwrap()), ["attach policy AmazonS3ReadOnlyAccess on role/spare"]);
    world.role(Role { tags: Vec::new(), attached: Ok(Vec::new()), inline: Ok(Vec::new()), ..own() });
    let said = refused(undone(&world, &plan, 3));
    assert!(said.contains("a role of the same name is another one"), "somebody else's: {said}");
    world.tell(vec![Delta::Role(own().arn.name_shared(), Reading::Missing { at: moment() })]);
    assert!(refused(undone(&world, &plan, 3)).contains("role spare was deleted"));
}

#[test]
fn whatever_may_hang_on_it_stops_it() {
    let refused = |role: Role| {
        let mut world = world();
        world.role(role);
        refused(plan(&world))
    };
    let trusted = |text: &str| Role { trust: Some(text.into()), ..own() };
    let ec2 = trusting("\"system:serviceaccount:shop:default\"")
        .replace("\"Statement\":[", "\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"ec2.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"},");
    let other_cluster = trusting("\"system:serviceaccount:shop:default\"").replace("/id/ABC", "/id/DEF");
    let any = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#;
    let gap = Gap::new("policies", "iam:ListAttachedRolePolicies", GapReason::Forbidden, "may not list policies");
    for (role, word) in [
        (Role { tags: Vec::new(), ..own() }, "no tag rolecall:cluster"),
        (Role { tags: vec![(name("rolecall:cluster"), name("dev"))], ..own() }, "made for cluster dev"),
        (Role { last_used: Some(days_ago(89)), ..own() }, "89 days ago"),
        (Role { last_used: Some(days_ago(0)), ..own() }, "today"),
        (trusted(&ec2), "ec2.amazonaws.com"),
        (trusted(&other_cluster), "oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/DEF"),
        (trusted(any), "Pod Identity of any cluster of the account"),
        (
            trusted(&pods_of("production")),
            "Pod Identity of cluster arn:aws:eks:eu-west-1:111122223333:cluster/production",
        ),
        (Role { trust: None, ..own() }, "was not read"),
        (Role { attached: Err(gap), ..own() }, "may not list policies"),
    ] {
        let said = refused(role);
        assert!(said.contains(word), "{word}: {said}");
    }
}

/// A trust policy that lets in the ServiceAccount `shop/default` by its token, and the Pod Identity of a cluster.
fn pods_of(cluster: &str) -> String {
    let statement = format!(
        r#"{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":["sts:AssumeRole","sts:TagSession"],"Condition":{{"StringEquals":{{"aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:111122223333:cluster/{cluster}","aws:RequestTag/kubernetes-namespace":"shop"}}}}}},"#
    );
    let own = trusting("\"system:serviceaccount:shop:default\"");
    own.replace("\"Statement\":[", &format!("\"Statement\":[{statement}"))
}

#[test]
fn the_pod_identity_of_this_cluster_is_no_other_user() {
    let mut world = world();
    world.role(Role { trust: Some(pods_of("prod").as_str().into()), ..own() });
    plan(&world).unwrap();
}

#[test]
fn a_role_in_use_stays() {
    let mut world = world();
    let tags = own().tags;
    world.role(Role { tags, ..role("eks/api", &trusting("\"system:serviceaccount:shop:api\"")) });
    let said = refused(delete_role(world.seen(), &arn("eks/api"), moment()));
    assert!(said.contains("shop/api (annotation"), "{said}");
}

/// IAM deletes no role that an instance profile holds.
#[test]
fn a_role_that_an_instance_profile_holds_stays() {
    let mut world = world();
    world.role(own());
    let profile = name("arn:aws:iam::111122223333:instance-profile/x");
    let role = || own().arn.name_shared();
    world.tell(vec![Delta::ProfilesOf(role(), crate::world::read(vec![profile.clone()]))]);
    assert!(refused(plan(&world)).contains("instance-profile/x"));
    let gap = Gap::new("profiles", "iam:ListInstanceProfilesForRole", GapReason::Forbidden, "may not list profiles");
    world.tell(vec![Delta::ProfilesOf(role(), Reading::Unread(gap))]);
    assert!(refused(plan(&world)).contains("may not list profiles"), "nobody knows");
    // a sweep tells the profiles of each role
    world.tell(vec![Delta::Sweep(crate::world::read(()))]);
    assert!(plan(&world).is_ok());
    let profile = InstanceProfile { arn: profile, role_arn: Some(arn("eks/spare")) };
    world.tell(vec![Delta::InstanceProfile(profile.arn.clone(), crate::world::read(profile))]);
    assert!(refused(plan(&world)).contains("instance-profile/x"));
}

#[test]
fn users_that_cannot_all_be_seen_stop_it() {
    let mut world = world();
    world.role(own());
    let gap = Gap::new("associations", "eks:ListPodIdentityAssociations", GapReason::Forbidden, "may not");
    world.tell(vec![Delta::Associations(Reading::Unread(gap))]);
    assert!(refused(plan(&world)).contains("associations were not read"));
    // listed, but not described: it may be this role's
    let listed = Association {
        id: name("a-1"),
        namespace: name("shop"),
        service_account: name("default"),
        undescribed: Some(Gap::new(
            "association",
            "eks:DescribePodIdentityAssociation",
            GapReason::Timeout,
            "no answer",
        )),
        ..Association::default()
    };
    world.tell(vec![Delta::Associations(crate::world::read(vec![listed]))]);
    assert!(refused(plan(&world)).contains("associations were not all read"));
}
