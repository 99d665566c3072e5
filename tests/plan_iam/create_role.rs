//! Making a role for a ServiceAccount.

use crate::world::{World, allowing, arn, document, moment, name, read, refused, role, steps, trusting, warned, world};
use rolecall::domain::identity::trust_review;
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Association, Caller, OidcProvider, Reading, RoleArn};
use rolecall::domain::plan::{
    Content, NewRole, Plan, PlanRefusal, RoleMechanism, Target, WarningKind, create_role, role_to_create,
};
use rolecall::domain::policy::Truth;

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";

fn wanted(service_account: &str) -> NewRole {
    NewRole { namespace: name("shop"), service_account: name(service_account), ..NewRole::default() }
}

/// As the command line plans it: IAM is asked for the role first.
fn plan(world: &mut World, wanted: &NewRole) -> Result<Plan, PlanRefusal> {
    let arn = role_to_create(world.seen(), wanted)?;
    if world.inventory.aws().role(arn.as_str()).is_none() {
        world.no_role(&arn);
    }
    create_role(world.seen(), wanted)
}

/// Whether the ServiceAccount is let in once the plan is carried out.
fn is_trusted(world: &mut World, plan: &Plan, arn: &RoleArn, account: &str) -> Vec<Truth> {
    let made = role(arn.path_and_name(), &document(plan, 0));
    world.role(made);
    trust_review(&world.inventory, &name("shop"), &name(account), Some(arn)).iter().map(|check| check.answer).collect()
}

#[test]
fn without_a_word_it_is_irsa_with_a_name_made_up() {
    let mut world = world();
    let plan = plan(&mut world, &wanted("default")).unwrap();
    assert_eq!(steps(&plan), ["create role/prod-shop-default", "annotate serviceaccount/default"]);
    assert_eq!(warned(&plan, WarningKind::NotEffective).len(), 1, "no policies: {:?}", plan.warnings);
    let Content::Role(made) = &plan.steps[0].change.to else { panic!() };
    assert_eq!((&*made.path, made.max_session_seconds), ("/", 3600));
    let tags: Vec<_> = made.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(tags, ["rolecall:cluster=prod", "rolecall:serviceaccount=shop/default"]);
    let made = arn("prod-shop-default");
    assert_eq!(is_trusted(&mut world, &plan, &made, "default"), [Truth::Yes]);
    assert_eq!(is_trusted(&mut world, &plan, &made, "mailer"), [Truth::No], "and nobody else");
}

#[test]
fn all_that_is_asked_for_is_a_step_in_its_order() {
    let mut world = world();
    world.policy(S3, &allowing("s3:Get*", "*"));
    let wanted = NewRole {
        name: Some(name("orders")),
        path: Some(name("/eks/")),
        policies: vec![name(S3)],
        inline: vec![(name("queue"), name(&allowing("sqs:SendMessage", "*")))],
        boundary: Some(name("arn:aws:iam::111122223333:policy/limit")),
        tags: vec![(name("team"), name("blue"))],
        session_seconds: Some(7200),
        create_service_account: true,
        ..wanted("orders")
    };
    let plan = plan(&mut world, &wanted).unwrap().tagged(&name("20261129-1"));
    assert_eq!(
        steps(&plan),
        [
            "create role/orders",
            "attach policy AmazonS3ReadOnlyAccess on role/orders",
            "create inline policy queue in role/orders",
            "create serviceaccount/orders"
        ]
    );
    let Content::ServiceAccount(annotations) = &plan.steps[3].change.to else { panic!() };
    let annotated: Vec<_> = annotations.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(annotated, ["eks.amazonaws.com/role-arn=arn:aws:iam::111122223333:role/eks/orders"]);
    let Content::Role(made) = &plan.steps[0].change.to else { panic!() };
    assert_eq!((&*made.path, made.max_session_seconds, made.tags.len()), ("/eks/", 7200, 4));
    assert!(plan.warnings.is_empty(), "{:?}", plan.warnings);
    assert_eq!(is_trusted(&mut world, &plan, &arn("eks/orders"), "orders"), [Truth::Yes]);
}

#[test]
fn pod_identity_is_an_association_for_this_cluster_alone() {
    let mut world = world();
    let wanted = NewRole { mechanism: RoleMechanism::PodIdentity, ..wanted("api") };
    let plan = plan(&mut world, &wanted).unwrap();
    assert_eq!(steps(&plan), ["create role/prod-shop-api", "create association of shop/api"]);
    let target = &plan.steps[1].change.target;
    assert!(matches!(target, Target::Association { cluster, .. } if &**cluster == "prod"), "{target:?}");
    let trust = document(&plan, 0);
    for part in ["sts:TagSession", "eks-cluster-arn", "kubernetes-namespace", "kubernetes-service-account"] {
        assert!(trust.contains(part), "{trust}");
    }
}

#[test]
fn an_association_or_annotation_that_is_there_goes_on_to_the_new_role() {
    let mut world = world();
    let of = |account: &str, mechanism| NewRole { mechanism, ..wanted(account) };
    let moved = plan(&mut world, &of("mailer", RoleMechanism::PodIdentity)).unwrap();
    assert_eq!(steps(&moved), ["create role/prod-shop-mailer", "update association of shop/mailer"]);
    let said = "an association binds it to mailer now, and goes on to the new role";
    assert!(moved.effects.iter().any(|effect| effect == said), "{:?}", moved.effects);
    let won_over = plan(&mut world, &of("api", RoleMechanism::PodIdentity)).unwrap();
    let said = "it stays annotated with eks/api: the association wins";
    assert!(won_over.effects.iter().any(|effect| effect.starts_with(said)), "{:?}", won_over.effects);
    let moved = plan(&mut world, &of("api", RoleMechanism::Irsa)).unwrap();
    let said = "it is annotated with eks/api now, and goes on to the new role";
    assert!(moved.effects.iter().any(|effect| effect == said), "{:?}", moved.effects);

    let chained = Association {
        namespace: name("shop"),
        service_account: name("mailer"),
        role_arn: Some(arn("mailer")),
        target_role_arn: Some(RoleArn::from("arn:aws:iam::444455556666:role/target")),
        ..Association::default()
    };
    world.tell(vec![Delta::Associations(read(vec![chained]))]);
    let said = refused(plan(&mut world, &of("mailer", RoleMechanism::PodIdentity)));
    assert!(said.contains("target role target") && said.contains("rolecall dissociate sa/mailer -n shop"), "{said}");
}

#[test]
fn a_taken_name_says_who_keeps_the_role() {
    let mut world = world();
    let tags = vec![(name("aws:cloudformation:stack-name"), name("shop-iam"))];
    world.role(rolecall::domain::model::Role { tags, ..role("prod-shop-api", &trusting("[]")) });
    let said = refused(plan(&mut world, &wanted("api")));
    assert!(said.contains("kept by CloudFormation (stack shop-iam)"), "{said}");
}

#[test]
fn an_association_wins_over_the_annotation() {
    let plan = plan(&mut world(), &wanted("mailer")).unwrap();
    let kept = "new pods of mailer get mailer by the association, as before";
    assert!(plan.effects.iter().any(|said| said.starts_with(kept)), "{:?}", plan.effects);
    assert!(warned(&plan, WarningKind::NotEffective).iter().any(|said| said.contains("wins")), "{:?}", plan.warnings);
}

#[test]
fn what_iam_would_refuse_is_refused_before() {
    let refused = |wanted: NewRole| refused(plan(&mut world(), &wanted));
    let long = "x".repeat(65);
    let cases = [
        (NewRole { name: Some(name("a b")), ..wanted("api") }, "no role's name"),
        (NewRole { name: Some(name(&long)), ..wanted("api") }, "65 characters"),
        (NewRole { path: Some(name("eks")), ..wanted("api") }, "no path"),
        (NewRole { session_seconds: Some(60), ..wanted("api") }, "3600 to 43200"),
        (NewRole { description: Some(name("—")), ..wanted("api") }, "description"),
        (NewRole { tags: vec![(name("aws:x"), name("y"))], ..wanted("api") }, "AWS's own"),
        (NewRole { tags: vec![(name("a"), name("1")), (name("A"), name("2"))], ..wanted("api") }, "given twice"),
        (NewRole { policies: vec![name("S3")], ..wanted("api") }, "whole ARN"),
        (
            NewRole { boundary: Some(name("arn:aws:iam::444455556666:policy/x")), ..wanted("api") },
            "account 444455556666",
        ),
        (NewRole { inline: vec![(name("a/b"), name("{}"))], ..wanted("api") }, "no policy's name"),
        (NewRole { inline: vec![(name("a"), name("{\n\"Statement\": [}"))], ..wanted("api") }, "line 2, column 15"),
        (NewRole { inline: vec![(name("a"), name(&allowing("s3:Get", &"x".repeat(10_240))))], ..wanted("api") }, "IAM"),
        (NewRole { policies: vec![name(S3), name(S3)], ..wanted("api") }, "given twice"),
        (wanted("nobody"), "--create-service-account"),
        (NewRole { create_service_account: true, ..wanted("No_Body") }, "no name of a ServiceAccount"),
    ];
    for (wanted, word) in cases {
        let said = refused(wanted.clone());
        assert!(said.contains(word), "{said}: {wanted:?}");
    }
}

#[test]
fn a_name_that_is_taken_is_refused_whatever_its_case_and_path() {
    let mut world = world();
    world.role(role("elsewhere/API-of-shop", &trusting("[]")));
    let wanted = NewRole { name: Some(name("api-OF-shop")), ..wanted("api") };
    let said = refused(plan(&mut world, &wanted));
    assert!(said.contains("role/elsewhere/API-of-shop"), "{said}");
}

#[test]
fn what_gives_too_much_away_is_named() {
    let mut world = world();
    world.policy("arn:aws:iam::aws:policy/AdministratorAccess", &allowing("*", "*"));
    let wanted = NewRole {
        policies: vec![name("arn:aws:iam::aws:policy/AdministratorAccess"), name(S3)],
        inline: vec![(name("pass"), name(&allowing("iam:PassRole", "*")))],
        ..wanted("api")
    };
    let plan = plan(&mut world, &wanted).unwrap();
    let said = warned(&plan, WarningKind::Escalation);
    assert!(said[0].contains("policy pass lets the role pass any role") && said[0].contains("in shop"), "{said:?}");
    assert!(said[1].contains("AdministratorAccess makes the role an administrator"), "{said:?}");
    assert_eq!(warned(&plan, WarningKind::NotRead), [format!("what policy {S3} allows was not read")]);
}

#[test]
fn a_provider_that_is_missing_is_named_with_what_makes_it() {
    let mut world = world();
    world.tell(vec![Delta::Providers(read(Vec::<OidcProvider>::new()))]);
    let plan = plan(&mut world, &wanted("default")).unwrap();
    let said = warned(&plan, WarningKind::NotEffective);
    assert!(said.iter().any(|said| said.contains("rolecall create-provider")), "{said:?}");
}

#[test]
fn accounts_are_compared() {
    let mut world = world();
    let caller = Caller { arn: name("arn:aws:iam::444455556666:user/anna"), account: name("444455556666") };
    world.tell(vec![Delta::Caller(read(caller))]);
    let other = NewRole { mechanism: RoleMechanism::PodIdentity, ..wanted("api") };
    let said = refused(plan(&mut world, &other));
    assert!(said.contains("of account 111122223333, and this is 444455556666"), "{said}");
    let plan = plan(&mut world, &wanted("default")).unwrap();
    assert!(plan.effects.iter().any(|said| said.contains("444455556666 needs an OIDC provider")), "{:?}", plan.effects);
    assert!(
        document(&plan, 0).contains("arn:aws:iam::444455556666:oidc-provider/"),
        "the provider of the role's account"
    );
}

#[test]
fn what_was_not_read_is_no_ground_to_build_on() {
    let mut world = world();
    let gap = rolecall::domain::model::Gap::new(
        "caller",
        "sts:GetCallerIdentity",
        rolecall::domain::model::GapReason::Forbidden,
        "refused",
    );
    world.tell(vec![Delta::Caller(Reading::Unread(gap.clone()))]);
    let refusal = create_role(world.seen(), &wanted("api")).unwrap_err();
    assert_eq!(refusal.gap.as_deref(), Some(&gap));
    let mut world = crate::world::world();
    world.tell(vec![Delta::Cluster(Reading::Missing { at: moment() })]);
    assert!(refused(create_role(world.seen(), &wanted("api"))).contains("--cluster-name"));
}
