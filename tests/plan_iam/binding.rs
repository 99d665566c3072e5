//! Binding a ServiceAccount to a role that is there: what the role gives away, whose it is, and what is never written.

use crate::world::{World, allowing, attached, inline, name, refused, role, trusting, warned, with_pods, world};
use rolecall::domain::model::{Gap, GapReason, Role, RoleArn};
use rolecall::domain::plan::{Annotations, Content, Edit, Plan, PlanRefusal, WarningKind, annotate, associate};

const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const POWER: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*","account:*"],"Resource":"*"}]}"#;

fn annotated(world: &World, account: &str, role: &str) -> Plan {
    let annotations = Annotations::role(&RoleArn::from(role));
    annotate(world.seen(), &name("shop"), &name(account), &annotations).unwrap()
}

fn associated(world: &World, account: &str, role: &str) -> Plan {
    associate(world.seen(), &name("shop"), &name(account), &RoleArn::from(role)).unwrap()
}

fn admin() -> Role {
    Role { attached: Ok(vec![attached(ADMIN)]), ..role("admin", &trusting("\"system:serviceaccount:shop:default\"")) }
}

#[test]
fn whoever_binds_an_administrator_is_told() {
    let mut world = world();
    world.role(admin());
    world.policy(ADMIN, &allowing("*", "*"));
    let arn = "arn:aws:iam::111122223333:role/admin";
    for plan in [annotated(&world, "default", arn), associated(&world, "default", arn)] {
        let said = warned(&plan, WarningKind::Escalation);
        assert!(
            matches!(&*said, [said] if said.contains("makes the role an administrator")
                && said.ends_with("everyone who can create pods in shop")),
            "{:?}",
            plan.warnings
        );
    }
    let bounded = Role { boundary_arn: Some(name("arn:aws:iam::111122223333:policy/edge")), ..admin() };
    world.role(bounded);
    let plan = annotated(&world, "default", arn);
    assert!(plan.effects.iter().any(|said| said.contains("permissions boundary edge has to allow it")), "{plan:#?}");
}

#[test]
fn all_but_iam_is_no_administrator() {
    let mut world = world();
    world.role(Role { attached: Ok(Vec::new()), inline: Ok(vec![inline("power", POWER)]), ..admin() });
    let plan = annotated(&world, "default", "arn:aws:iam::111122223333:role/admin");
    let said = warned(&plan, WarningKind::Escalation);
    assert!(
        matches!(&*said, [said] if said.contains("assume any role") && !said.contains("administrator")),
        "{said:?}"
    );
}

#[test]
fn what_was_not_read_of_it_is_told() {
    let mut world = world();
    let told = |world: &World| {
        let plan = annotated(world, "default", "arn:aws:iam::111122223333:role/admin");
        assert!(warned(&plan, WarningKind::Escalation).is_empty(), "{:?}", plan.warnings);
        let said = warned(&plan, WarningKind::NotRead);
        assert!(said.iter().any(|said| said.contains("makes an administrator is not known")), "{said:?}");
    };
    told(&world);
    world.role(admin());
    told(&world);
    let gap = Gap::new("policies", "iam:ListAttachedRolePolicies", GapReason::Forbidden, "may not list policies");
    world.role(Role { attached: Err(gap), ..admin() });
    told(&world);
    world.role(Role { attached: Ok(Vec::new()), ..admin() });
    let plan = annotated(&world, "default", "arn:aws:iam::111122223333:role/admin");
    let said = warned(&plan, WarningKind::NotRead);
    assert!(!said.iter().any(|said| said.contains("administrator")), "all was read: {said:?}");
}

#[test]
fn a_role_of_another_account_needs_the_provider_there() {
    let plan = annotated(&world(), "default", "arn:aws:iam::444455556666:role/target");
    let said = plan.effects.iter().map(String::as_str).chain(warned(&plan, WarningKind::NotRead));
    let needed =
        "the role is of account 444455556666, the cluster is of 111122223333: 444455556666 needs an OIDC provider";
    assert!(said.clone().any(|said| said.contains(needed)), "{:?} {:?}", plan.effects, plan.warnings);
    let plan = annotated(&world(), "default", "arn:aws:iam::444455556666:role/not-read");
    let said = warned(&plan, WarningKind::NotRead);
    assert!(
        said.iter().any(|said| said.contains(needed) && said.contains("could be looked at from here")),
        "nobody could look: {said:?}"
    );
    let plan = annotated(&world(), "default", "arn:aws:iam::111122223333:role/eks/old");
    let said = plan.effects.iter().map(String::as_str).chain(warned(&plan, WarningKind::NotRead));
    assert!(!said.clone().any(|said| said.contains("OIDC provider for its issuer")), "it is of this one");
}

fn edited(world: &World, annotations: &Annotations) -> Result<Plan, PlanRefusal> {
    annotate(world.seen(), &name("shop"), &name("api"), annotations)
}

#[test]
fn nothing_empty_is_written() {
    assert_eq!([Edit::of(""), Edit::of(" \t")], [Edit::Remove, Edit::Remove]);
    assert_eq!(Edit::of(" sts.amazonaws.com "), Edit::Set(name("sts.amazonaws.com")));
    let world = with_pods(&["api"]);
    for audience in ["", " "] {
        let set = Annotations { audience: Edit::Set(name(audience)), ..Annotations::default() };
        assert!(refused(edited(&world, &set)).contains("audience is not empty"));
    }
    let set = Annotations { regional_sts: Edit::Set(name("perhaps")), ..Annotations::default() };
    assert!(refused(edited(&world, &set)).contains("true or false"));
}

#[test]
fn each_annotation_goes_by_itself() {
    let mut world = with_pods(&["api"]);
    let annotated = rolecall::domain::model::ServiceAccount {
        namespace: name("shop"),
        name: name("api"),
        audience: Some(name("other")),
        token_expiration: Some(name("3600")),
        regional_sts: Some(name("true")),
        ..Default::default()
    };
    world.tell(vec![rolecall::domain::inventory::Delta::ServiceAccount(Box::new(annotated))]);
    let gone = Edit::Remove;
    for (annotations, key) in [
        (Annotations { audience: gone.clone(), ..Annotations::default() }, "audience"),
        (Annotations { token_expiration: gone.clone(), ..Annotations::default() }, "token-expiration"),
        (Annotations { regional_sts: gone.clone(), ..Annotations::default() }, "sts-regional-endpoints"),
    ] {
        let plan = edited(&world, &annotations).unwrap();
        let Content::Annotations(to) = &plan.steps[0].change.to else { panic!("{:?}", plan.steps) };
        assert_eq!(to.iter().collect::<Vec<_>>(), [(&name(&format!("eks.amazonaws.com/{key}")), &None)]);
    }
}
