//! Changes that were planned before and are made now: refused wherever a new plan would be, before the first of them.

use crate::world::{World, allowing, arn, attached, inline, moment, name, read, refused, role, trusting, world};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{
    Gap, GapReason, Keeper, LastUsed, Name, Question, Reading, Role, RoleAnnotation, ServiceAccount, Time, Tool,
};
use rolecall::domain::plan::{
    Annotations, Change, Content, Plan, PlanKind, PlanRefusal, RoleContent, Target, annotate, consequence_questions,
    delete_role, rest, undo,
};

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const DEFAULT: &str = "\"system:serviceaccount:shop:default\"";

fn own() -> Role {
    Role {
        tags: vec![(name("rolecall:cluster"), name("prod"))],
        attached: Ok(vec![attached(S3)]),
        inline: Ok(vec![inline("queue", &allowing("sqs:SendMessage", "*"))]),
        ..role("eks/spare", &trusting(DEFAULT))
    }
}

/// The plan that deletes it, of which the first step is done, and the role as it is since.
fn begun() -> (Plan, Role) {
    let mut world = world();
    world.role(own());
    let plan = delete_role(world.seen(), &arn("eks/spare"), moment()).unwrap();
    (plan.left(|place| place == 0), Role { attached: Ok(Vec::new()), ..own() })
}

fn others(role: &Role) -> Vec<(&'static str, Role)> {
    let with =
        r#""Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"},"#;
    let ec2 = trusting(DEFAULT).replace("\"Statement\":[", with);
    let elsewhere = trusting(DEFAULT).replace("/id/ABC", "/id/DEF");
    let with = |change: fn(&mut Role)| {
        let mut role = role.clone();
        change(&mut role);
        role
    };
    vec![
        ("ec2.amazonaws.com", Role { trust: Some(ec2.as_str().into()), ..role.clone() }),
        ("id/DEF", Role { trust: Some(elsewhere.as_str().into()), ..role.clone() }),
        (
            "given policies since: AdministratorAccess",
            with(|role| {
                role.attached = Ok(vec![attached(S3), attached("arn:aws:iam::aws:policy/AdministratorAccess")]);
            }),
        ),
        ("given policies since: more", with(|role| role.inline.as_mut().unwrap().push(inline("more", "{}")))),
        ("changed since: its tags", with(|role| role.tags.push((name("team"), name("post"))))),
        ("its permissions boundary", with(|role| role.boundary_arn = Some(name("arn:aws:iam::1:policy/b")))),
        ("changed since: its longest session", with(|role| role.max_session_seconds = Some(7200))),
    ]
}

fn with(role: Role) -> World {
    let mut world = world();
    world.role(role);
    world
}

fn held_by_a_profile(world: &mut World) {
    let profile = name("arn:aws:iam::111122223333:instance-profile/x");
    world.tell(vec![Delta::ProfilesOf(arn("eks/spare").name_shared(), read(vec![profile]))]);
}

#[test]
fn the_rest_of_a_deletion_is_refused_where_the_deletion_would_be() {
    let (left, now) = begun();
    let rest_of = |world: &World| rest(world.seen(), left.clone(), moment());
    assert_eq!(rest_of(&with(now.clone())).unwrap().taken().count(), 2);
    for (word, role) in others(&now) {
        let said = refused(rest_of(&with(role)));
        assert!(said.contains(word), "{word}: {said}");
    }
    let used = LastUsed { at: Time::from_second(moment().as_second() - 86_400).unwrap(), region: None };
    let said = refused(rest_of(&with(Role { last_used: Some(used), ..now.clone() })));
    assert!(said.contains("was last used yesterday"), "{said}");
    let said = refused(rest_of(&with(Role { tags: Vec::new(), ..now.clone() })));
    assert!(said.contains("no tag rolecall:cluster"), "{said}");

    let mut world = with(now.clone());
    held_by_a_profile(&mut world);
    assert!(refused(rest_of(&world)).contains("instance-profile/x"));
    let mut world = with(now.clone());
    let account = ServiceAccount {
        namespace: name("shop"),
        name: name("mailer"),
        role: Some(RoleAnnotation { arn: arn("eks/spare"), set: None }),
        ..ServiceAccount::default()
    };
    world.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    let said = refused(rest_of(&world));
    assert!(said.contains("used by ServiceAccounts: shop/mailer") && said.contains("--remove"), "{said}");
    let mut world = with(now);
    let gap = Gap::new("associations", "eks:ListPodIdentityAssociations", GapReason::Forbidden, "may not");
    world.tell(vec![Delta::Associations(Reading::Unread(gap))]);
    assert!(refused(rest_of(&world)).contains("associations were not read"));
}

#[test]
fn a_role_that_is_gone_is_no_reason_and_one_made_anew_is() {
    let (left, now) = begun();
    let mut world = world();
    let unread = refused(rest(world.seen(), left.clone(), moment()));
    assert!(unread.contains("not read yet"), "{unread}");
    world.no_role(&arn("eks/spare"));
    assert!(rest(world.seen(), left.clone(), moment()).is_ok(), "nothing is left of it to be deleted");
    world.role(Role { arn: arn("other/spare"), ..now });
    let said = refused(rest(world.seen(), left, moment()));
    assert!(said.contains("there is no role eks/spare"), "{said}");
}

#[test]
fn what_a_sweep_does_not_tell_is_read_before_a_role_is_deleted() {
    let swept = || Role { max_session_seconds: None, ..own() };
    let mut world = with(swept());
    let refusal = delete_role(world.seen(), &arn("eks/spare"), moment()).unwrap_err();
    assert!(refusal.is_loading() && refusal.sentence.contains("longest session"), "{refusal:?}");
    let (left, _) = begun();
    let changes: Vec<Change> = left.taken().map(|(_, step)| step.change.clone()).collect();
    assert_eq!(consequence_questions(world.seen(), &changes)[0], Question::Role(own().arn.name_shared()));
    world.role(Role { max_session_seconds: Some(7200), ..own() });
    world.role(swept());
    let plan = delete_role(world.seen(), &arn("eks/spare"), moment()).unwrap();
    let Content::Role(from) = &plan.steps[2].change.from else { panic!("{plan:?}") };
    assert_eq!(from.max_session_seconds, 7200, "it was read before");
    world.role(Role { id: name("AROAOTHER"), ..swept() });
    assert!(delete_role(world.seen(), &arn("eks/spare"), moment()).is_err(), "of another role");
}

/// What a plan did that made the role.
fn made() -> Vec<Change> {
    let target = Target::Role { name: name("spare") };
    let policy = |target| Change { target, from: Content::Absent, to: Content::Present };
    vec![
        Change { target, from: Content::Absent, to: Content::Role(Box::new(RoleContent::of(&own()))) },
        policy(Target::Attachment { role: name("spare"), policy: name(S3) }),
        policy(Target::Inline { role: name("spare"), policy: name("queue") }),
    ]
}

#[test]
fn a_role_that_is_not_what_was_made_any_more_is_not_taken_back() {
    let back = |world: &World| undo(world.seen(), &name("1"), PlanKind::CreateRole, "it", &made());
    let plan = back(&with(own())).unwrap();
    assert_eq!(plan.taken().count(), 3);
    assert!(back(&world()).is_ok(), "what was not read is asked about");
    for (word, role) in others(&own()) {
        let world = with(role);
        for said in [refused(back(&world)), refused(rest(world.seen(), plan.clone(), moment()))] {
            assert!(said.contains(word), "{word}: {said}");
        }
    }
    let mut world = with(own());
    held_by_a_profile(&mut world);
    assert!(refused(back(&world)).contains("is in instance profiles: arn:aws:iam::111122223333:instance-profile/x"));
    // what says the same in other words is the same
    let spaced = Role { trust: own().trust.map(|text| Name::from(text.replace(',', ", ").as_str())), ..own() };
    assert!(back(&with(spaced)).is_ok());
    // a sweep does not tell how long its sessions are
    assert!(back(&with(Role { max_session_seconds: None, ..own() })).is_ok());
}

#[test]
fn what_an_add_on_keeps_is_neither_gone_on_with_nor_taken_back() {
    let mut world = world();
    let of = |keeper: Option<Keeper>| ServiceAccount {
        namespace: name("shop"),
        name: name("mailer"),
        keeper: keeper.map(Box::new),
        ..ServiceAccount::default()
    };
    world.tell(vec![Delta::ServiceAccount(Box::new(of(None)))]);
    let plan = annotate(world.seen(), &name("shop"), &name("mailer"), &Annotations::role(&arn("eks/api"))).unwrap();
    let done: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
    let both = |world: &World| -> [Result<Plan, PlanRefusal>; 2] {
        let back = undo(world.seen(), &name("1"), PlanKind::Annotate, "it", &done);
        [rest(world.seen(), plan.clone(), moment()), back]
    };
    assert!(both(&world).iter().all(Result::is_ok));
    world.tell(vec![Delta::ServiceAccount(Box::new(of(Some(Keeper::new(Tool::EksAddOn, None)))))]);
    for plan in both(&world) {
        let said = refused(plan);
        assert!(said.contains("belongs to an EKS add-on"), "{said}");
    }
}
