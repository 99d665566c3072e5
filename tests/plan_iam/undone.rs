//! What comes of a plan that is taken back or gone on with: the same as of any other plan that does the same.

use crate::world::{
    World, allowing, arn, attached, inline, moment, name, role, steps, trusting, warned, with_pods, world,
};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Association, Name, Question, Role, RoleArn, ServiceAccount};
use rolecall::domain::plan::{
    Annotations, Change, Consent, Content, NewRole, Place, Plan, PlanKind, RoleContent, Target, WarningKind, annotate,
    associate, attach, consequence_questions, create_role, detach, dissociate, put, rest, undo,
};

const S3: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const ADMIN: &str = "arn:aws:iam::aws:policy/AdministratorAccess";
const BOTH: &str = "[\"system:serviceaccount:shop:api\",\"system:serviceaccount:shop:mailer\"]";

/// A role with a managed policy and an inline one, used by the ServiceAccount that is annotated with it and by another
/// role.
fn shared() -> Role {
    let other = r#""Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/deploy"},"Action":"sts:AssumeRole"},"#;
    let trust = trusting(BOTH).replace("\"Statement\":[", other);
    Role {
        attached: Ok(vec![attached(S3)]),
        inline: Ok(vec![inline("queue", &allowing("sqs:SendMessage", "*"))]),
        ..role("eks/api", &trust)
    }
}

fn with(role: Role) -> World {
    let mut world = with_pods(&["api"]);
    world.policy(S3, &allowing("s3:Get*", "*"));
    world.policy(ADMIN, &allowing("*", "*"));
    world.role(role);
    world
}

/// The plan that takes back what this one did, when that is done.
fn undone(world: &World, plan: &Plan) -> Plan {
    let made: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
    undo(world.seen(), &name("1"), plan.kind, &plan.title, &made).unwrap()
}

/// What is left of a plan, told as things are now.
fn left_of(world: &World, left: Plan) -> Plan {
    rest(world.seen(), left, moment()).unwrap()
}

/// What somebody may be harmed by.
fn harm(plan: &Plan) -> Vec<(WarningKind, String)> {
    use WarningKind::{Cluster, Escalation, Loss, OtherUsers, SharedBy};
    let is_meant = |kind| [Cluster, Escalation, Loss, OtherUsers, SharedBy].contains(&kind);
    let warnings = plan.warnings.iter().filter(|own| is_meant(own.kind));
    let mut harm: Vec<_> = warnings.map(|own| (own.kind, own.sentence.clone())).collect();
    harm.sort();
    harm
}

#[track_caller]
fn are_the_same(undone: &Plan, direct: &Plan, consents: &[Consent]) {
    assert_eq!(steps(undone), steps(direct));
    assert_eq!(harm(undone), harm(direct));
    for plan in [undone, direct] {
        assert_eq!(plan.consents(&Place::default(), false), consents, "{:?}", plan.warnings);
    }
}

#[test]
fn what_takes_an_attachment_back_is_asked_as_detaching_is() {
    let before = with(Role { attached: Ok(Vec::new()), ..shared() });
    let attached = attach(before.seen(), &arn("eks/api"), &name(S3)).unwrap();
    let now = with(shared());
    let detached = detach(now.seen(), &arn("eks/api"), S3).unwrap();
    are_the_same(&undone(&now, &attached), &detached, &[Consent::Loss, Consent::Others]);
    are_the_same(&undone(&before, &detached), &attached, &[Consent::Others]);
}

#[test]
fn what_gives_a_policy_again_that_makes_an_administrator_says_so() {
    let administrator = Role { attached: Ok(vec![attached(ADMIN)]), ..shared() };
    let detached = detach(with(administrator).seen(), &arn("eks/api"), ADMIN).unwrap();
    let now = with(Role { attached: Ok(Vec::new()), ..shared() });
    let back = undone(&now, &detached);
    assert!(warned(&back, WarningKind::Escalation)[0].contains("administrator"), "{:?}", back.warnings);
    are_the_same(&back, &attach(now.seen(), &arn("eks/api"), &name(ADMIN)).unwrap(), &[Consent::Others]);
}

#[test]
fn what_puts_an_older_document_back_is_asked_as_putting_it_is() {
    let (old, new) = (allowing("sqs:SendMessage", "*"), allowing("sqs:*", "*"));
    let replaced = put(with(shared()).seen(), &arn("eks/api"), &name("queue"), &new).unwrap();
    let now = with(Role { inline: Ok(vec![inline("queue", &new)]), ..shared() });
    let direct = put(now.seen(), &arn("eks/api"), &name("queue"), &old).unwrap();
    are_the_same(&undone(&now, &replaced), &direct, &[Consent::Loss, Consent::Others]);
}

#[test]
fn what_binds_by_annotation_again_is_asked_as_annotating_is() {
    let bind = |world: &World, role: &str| {
        annotate(world.seen(), &name("shop"), &name("api"), &Annotations::role(&arn(role))).unwrap()
    };
    let mut now = with(shared());
    // its pods have eks/api, which allows more than eks/old
    let account = ServiceAccount { namespace: name("shop"), name: name("api"), ..ServiceAccount::default() };
    let bound = bind(&now, "eks/old");
    let [step] = &bound.steps[..] else { panic!("{:?}", bound.steps) };
    let to_old = Change { from: step.change.to.clone(), to: step.change.from.clone(), ..step.change.clone() };
    let back = undo(now.seen(), &name("1"), PlanKind::Annotate, "it", &[to_old]).unwrap();
    are_the_same(&back, &bound, &[Consent::Loss]);

    let removed = annotate(now.seen(), &name("shop"), &name("api"), &Annotations::none()).unwrap();
    let made = Change {
        from: removed.steps[0].change.to.clone(),
        to: removed.steps[0].change.from.clone(),
        ..removed.steps[0].change.clone()
    };
    let back = undo(now.seen(), &name("1"), PlanKind::Annotate, "it", &[made]).unwrap();
    are_the_same(&back, &removed, &[Consent::Loss]);

    now.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    let again = bind(&now, "eks/api");
    assert_eq!(again.consents(&Place::default(), false), [Consent::Yes], "nothing is lost: {:?}", again.warnings);
}

#[test]
fn what_ends_an_association_is_asked_as_dissociating_is() {
    let mut world = with_pods(&["mailer"]);
    let mailer = "mailer";
    let own = Role {
        inline: Ok(vec![inline("mail", &allowing("ses:SendEmail", "*"))]),
        ..role(
            mailer,
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}]}"#,
        )
    };
    world.role(own);
    let ended = dissociate(world.seen(), &name("shop"), &name(mailer)).unwrap();
    let made = Change {
        from: ended.steps[0].change.to.clone(),
        to: ended.steps[0].change.from.clone(),
        ..ended.steps[0].change.clone()
    };
    let back = undo(world.seen(), &name("1"), PlanKind::Associate, "it", &[made]).unwrap();
    are_the_same(&back, &ended, &[Consent::Loss]);

    world.tell(vec![Delta::Associations(crate::world::read(Vec::<Association>::new()))]);
    let direct = associate(world.seen(), &name("shop"), &name(mailer), &arn(mailer));
    let again = undo(world.seen(), &name("1"), PlanKind::Dissociate, "it", &[ended.steps[0].change.clone()]).unwrap();
    let why = direct.unwrap_err().sentence;
    assert!(warned(&again, WarningKind::NotEffective).contains(&&*why), "{why}: {:?}", again.warnings);
}

/// The plan that makes a role for a ServiceAccount, as it stands in the log; and the world where it is done.
fn made(account: &str, pods: &[&str]) -> (Plan, World) {
    let mut world = with_pods(pods);
    world.policy(S3, &allowing("s3:Get*", "*"));
    let own = arn("made");
    world.no_role(&own);
    let wanted = NewRole {
        namespace: name("shop"),
        service_account: name(account),
        name: Some(name("made")),
        policies: vec![name(S3)],
        ..NewRole::default()
    };
    let plan = create_role(world.seen(), &wanted).unwrap();
    let Content::Role(content) = &plan.steps[0].change.to else { panic!("{:?}", plan.steps) };
    let tags = content.tags.clone().into_iter().collect();
    let made = Role { tags, attached: Ok(vec![attached(S3)]), ..role("made", &content.trust) };
    world.role(made);
    let annotation = annotate(world.seen(), &name("shop"), &name(account), &Annotations::role(&own)).unwrap();
    let account = ServiceAccount {
        namespace: name("shop"),
        name: name(account),
        role: Some(rolecall::domain::model::RoleAnnotation { arn: own, set: None }),
        ..ServiceAccount::default()
    };
    assert_eq!(annotation.steps.len(), 1);
    world.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    (plan, world)
}

#[test]
fn a_role_that_nobody_runs_with_goes_without_a_word_and_one_that_others_use_does_not() {
    let (plan, mut world) = made("default", &[]);
    let back = undone(&world, &plan);
    assert_eq!(
        steps(&back),
        ["annotate serviceaccount/default", "detach policy AmazonS3ReadOnlyAccess on role/made", "delete role/made"]
    );
    let loss = [warned(&back, WarningKind::Loss), warned(&back, WarningKind::OtherUsers)].concat();
    assert_eq!(loss, [""; 0], "it goes with what binds it");
    assert!(warned(&back, WarningKind::SharedBy)[0].contains("`default`"), "{:?}", back.warnings);

    let other = ServiceAccount {
        namespace: name("shop"),
        name: name("mailer"),
        role: Some(rolecall::domain::model::RoleAnnotation { arn: arn("made"), set: None }),
        ..ServiceAccount::default()
    };
    world.tell(vec![Delta::ServiceAccount(Box::new(other))]);
    let back = undone(&world, &plan);
    assert_eq!(back.consents(&Place::default(), false), [Consent::Loss, Consent::Others], "{:?}", back.warnings);
    assert!(
        warned(&back, WarningKind::Loss)[0].contains("role made may no longer do all of s3:Get*"),
        "{:?}",
        back.warnings
    );
    assert!(warned(&back, WarningKind::OtherUsers)[0].contains("1 other user"), "{:?}", back.warnings);
}

#[test]
fn who_is_let_in_no_more_loses_it() {
    let trust = trusting("\"system:serviceaccount:shop:mailer\"");
    let document = |text: &str| Content::Document(name(text));
    let change = Change {
        target: Target::Trust { role: name("api") },
        from: document(&trust),
        to: Content::Document(shared().trust.unwrap()),
    };
    let world = with(shared());
    let back = undo(world.seen(), &name("1"), PlanKind::RepairTrust, "it", &[change]).unwrap();
    assert_eq!(back.consents(&Place::default(), false), [Consent::Loss, Consent::Others], "{:?}", back.warnings);
    let lost = warned(&back, WarningKind::Loss).join("; ");
    assert!(lost.contains("do all of s3:Get*") && lost.contains("sqs:SendMessage"), "{lost}");
    assert!(warned(&back, WarningKind::OtherUsers)[0].contains("1 other user"), "{:?}", back.warnings);
}

/// What took a repair back is taken back itself: it lets in again, and takes nothing from anybody.
#[test]
fn who_is_let_in_again_loses_nothing() {
    let trust = trusting("\"system:serviceaccount:shop:mailer\"");
    let document = |text: &str| Content::Document(name(text));
    let target = Target::Trust { role: name("api") };
    let change = Change { target, from: document(&shared().trust.unwrap()), to: document(&trust) };
    let world = with(Role { trust: Some(name(&trust)), ..shared() });
    let again = undo(world.seen(), &name("1"), PlanKind::Undo, "it", std::slice::from_ref(&change)).unwrap();
    assert!(!again.effects.iter().any(|it| it.contains("do not get it again")), "{:?}", again.effects);
    let back = Change { from: change.to, to: change.from, ..change };
    let back = undo(with(shared()).seen(), &name("1"), PlanKind::RepairTrust, "it", &[back]).unwrap();
    assert!(back.effects.iter().any(|it| it.contains("do not get it again")), "{:?}", back.effects);
}

#[test]
fn the_rest_of_a_plan_is_asked_as_things_are_now() {
    let before = with(Role { attached: Ok(Vec::new()), ..role("eks/api", &trusting(BOTH)) });
    let plan = attach(before.seen(), &arn("eks/api"), &name(S3)).unwrap();
    assert_eq!(plan.consents(&Place::default(), false), [Consent::Yes]);
    let logged = Plan { warnings: Vec::new(), effects: Vec::new(), ..plan };
    let left = left_of(&with(Role { attached: Ok(Vec::new()), ..shared() }), logged.clone());
    assert_eq!(left.consents(&Place::default(), false), [Consent::Others], "another uses it by now");
    let left = left_of(&with(shared()), logged.left(|_| true));
    assert_eq!((left.taken().count(), harm(&left)), (0, Vec::new()), "what is done is asked of nobody");

    // the role is made, and what binds it is not: pods have another role, which allows more
    let (plan, mut world) = made("api", &["api"]);
    world.role(shared());
    let account = ServiceAccount {
        namespace: name("shop"),
        name: name("api"),
        role: Some(rolecall::domain::model::RoleAnnotation { arn: arn("eks/api"), set: None }),
        ..ServiceAccount::default()
    };
    world.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    let left = left_of(&world, plan.left(|place| place < 2));
    assert_eq!(left.taken().count(), 1);
    assert!(warned(&left, WarningKind::Loss)[0].contains("may no longer sqs:SendMessage"), "{:?}", left.warnings);
    let whole = left_of(&world, plan);
    let lost = |plan: &Plan| warned(plan, WarningKind::Loss).join("; ");
    assert_eq!(lost(&whole), lost(&left), "and so it is where the role is still to be made");
}

#[test]
fn what_tells_it_is_read_first() {
    let mut world = world();
    let attachment = |role: &str| Change {
        target: Target::Attachment { role: name(role), policy: name(S3) },
        from: Content::Absent,
        to: Content::Present,
    };
    let unknown = Question::Role(name("arn:aws:iam::111122223333:role/unknown"));
    let managed = Question::ManagedPolicy(name(S3));
    assert_eq!(consequence_questions(world.seen(), &[attachment("unknown")]), [unknown, managed.clone()]);
    // IAM gives the role with its path, which is then asked for by its whole ARN
    let read = Role { attached: Ok(vec![attached(ADMIN)]), ..role("team/unknown", &trusting(BOTH)) };
    world.tell(vec![Delta::Role(
        name("arn:aws:iam::111122223333:role/unknown"),
        crate::world::read(Box::new(read.clone())),
    )]);
    let whole = Question::Role(RoleArn::from("arn:aws:iam::111122223333:role/team/unknown").name_shared());
    assert_eq!(consequence_questions(world.seen(), &[attachment("unknown")]), [managed.clone(), whole]);
    world.role(read);
    let admin = Question::ManagedPolicy(name(ADMIN));
    assert_eq!(consequence_questions(world.seen(), &[attachment("unknown")]), [managed, admin.clone()]);
    world.policy(S3, &allowing("s3:Get*", "*"));
    world.policy(ADMIN, &allowing("*", "*"));
    assert_eq!(consequence_questions(world.seen(), &[attachment("unknown")]), []);
}

/// Whom a trust policy keeps out loses what the pods have now, be that another role.
#[test]
fn what_those_lose_who_are_kept_out_is_read_first() {
    let mut world = with_pods(&["api"]);
    world.role(shared());
    world.role(role("eks/other", &trusting(BOTH)));
    let account = ServiceAccount {
        namespace: name("shop"),
        name: name("api"),
        role: Some(rolecall::domain::model::RoleAnnotation { arn: arn("eks/other"), set: None }),
        ..ServiceAccount::default()
    };
    world.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    let document = |subjects: &str| Content::Document(name(&trusting(subjects)));
    let back = Change {
        target: Target::Trust { role: name("other") },
        from: document(BOTH),
        to: document("\"system:serviceaccount:shop:mailer\""),
    };
    let back = std::slice::from_ref(&back);
    assert_eq!(consequence_questions(world.seen(), back), [Question::ManagedPolicy(name(S3))]);
    world.policy(S3, &allowing("s3:Get*", "*"));
    assert_eq!(consequence_questions(world.seen(), back), []);
}

/// What running pods have of a role ends with it, whatever binds them from then on.
#[test]
fn a_role_that_pods_run_with_is_lost_at_once() {
    let own = role("eks/api", &trusting(BOTH));
    let world = with(own.clone());
    let annotations = |arn: Option<Name>| Content::Annotations([(name("eks.amazonaws.com/role-arn"), arn)].into());
    let done = [
        Change {
            target: Target::Role { name: name("api") },
            from: Content::Absent,
            to: Content::Role(Box::new(RoleContent::of(&own))),
        },
        Change {
            target: Target::Annotations { namespace: name("shop"), name: name("api") },
            from: annotations(None),
            to: annotations(Some(own.arn.name_shared())),
        },
    ];
    let back = undo(world.seen(), &name("1"), PlanKind::CreateRole, "it", &done).unwrap();
    let lost = warned(&back, WarningKind::Loss).join("; ");
    assert!(lost.contains("api: 1 running pod of it loses role eks/api at once"), "{lost}");
    let keeps = |effect: &String| effect.contains("until restarted") || effect.contains("until they are made anew");
    assert!(!back.effects.iter().any(keeps), "{:?}", back.effects);
    assert!(back.consents(&Place::default(), false).contains(&Consent::Loss));
}

/// A pod that runs with a ServiceAccount outlives it, and nobody comes in its place.
#[test]
fn pods_of_an_account_that_goes_are_named() {
    for (pods, lost) in [(&["api"][..], "api-1"), (&["apiBare"], "apibare-1"), (&[], "")] {
        let world = with_pods(pods);
        let own = Target::ServiceAccount { namespace: name("shop"), name: name("api") };
        let made = Change { target: own, from: Content::Absent, to: Content::ServiceAccount([].into()) };
        let back = undo(world.seen(), &name("1"), PlanKind::CreateRole, "it", &[made]).unwrap();
        let said = warned(&back, WarningKind::Loss).join("; ");
        let sentence = format!("running pods of api get no new tokens, and cannot be made anew: {lost}");
        assert_eq!(said.contains(&sentence), !lost.is_empty(), "{said}");
        let asked = if lost.is_empty() { Consent::Yes } else { Consent::Loss };
        assert_eq!(back.consents(&Place::default(), false), [asked], "{:?}", back.warnings);
    }
}

/// A role that somebody came to use since its way back stopped, or of which nothing is known, does not go unasked.
#[test]
fn what_is_deleted_or_was_not_read_is_asked_about() {
    let world = with(role("eks/api", &trusting(BOTH)));
    let others = |of: &str| {
        let own = role(&format!("eks/{of}"), &trusting(BOTH));
        let mut plan = Plan::new(PlanKind::Undo, "take it back");
        let from = Content::Role(Box::new(RoleContent::of(&own)));
        plan.push(Change { target: Target::Role { name: name(of) }, from, to: Content::Absent });
        warned(&left_of(&world, plan), WarningKind::OtherUsers).join("; ")
    };
    let (used, unread) = (others("api"), others("unread"));
    assert!(used.contains("role eks/api is deleted, and others use it, or may"), "{used}");
    assert!(unread.contains("cannot be told, for it was not read"), "{unread}");
}
