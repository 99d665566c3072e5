//! Associations that send no session tags, or go on to a target role: what plans say of them holds for them as they are.

use crate::world::{World, allowing, arn, document, inline, name, read, role, warned, with_pods};
use rolecall::domain::identity::trust_review;
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Association, Name, Reading, Role, RoleArn};
use rolecall::domain::plan::{
    Change, Content, NewRole, PlanKind, RoleMechanism, Target, WarningKind, associate, create_role, dissociate, fit_of,
    undo,
};
use rolecall::domain::policy::Truth;

/// Lets in whatever this cluster's Pod Identity asks without tags.
const UNTAGGED: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;

fn mailers() -> (Name, Name) {
    (name("shop"), name("mailer"))
}

/// Running pods whose association is so.
fn with(association: Association) -> World {
    let (namespace, service_account) = mailers();
    let mut world = with_pods(&["mailer"]);
    let own = Role { inline: Ok(vec![inline("mail", &allowing("ses:SendEmail", "*"))]), ..role("mailer", UNTAGGED) };
    world.role(own);
    let agent = inline("agent", &allowing("eks-auth:AssumeRoleForPodIdentity", "*"));
    world.role(Role { inline: Ok(vec![agent]), ..role("main-node", UNTAGGED) });
    let role_arn = Some(arn("mailer"));
    let association = Association { id: name("a-mailer"), namespace, service_account, role_arn, ..association };
    world.tell(vec![Delta::Associations(read(vec![association]))]);
    world
}

fn without_tags() -> World {
    with(Association { disable_session_tags: true, ..Association::default() })
}

fn going_on() -> World {
    let target_role_arn = Some(RoleArn::from("arn:aws:iam::444455556666:role/target"));
    with(Association { target_role_arn, ..Association::default() })
}

#[test]
fn a_role_made_for_an_association_lets_it_in_with_its_tags_off() {
    let mut world = without_tags();
    let made = arn("made");
    world.no_role(&made);
    let (namespace, service_account) = mailers();
    let wanted = NewRole {
        namespace,
        service_account,
        mechanism: RoleMechanism::PodIdentity,
        name: Some(name("made")),
        ..NewRole::default()
    };
    let plan = create_role(world.seen(), &wanted).unwrap();
    let trust = document(&plan, 0);
    assert!(trust.contains("aws:SourceArn") && !trust.contains("aws:RequestTag"), "{trust}");
    let said = "any association of the cluster that sends none may be given the new role, too";
    assert!(plan.effects.iter().any(|effect| effect.ends_with(said)), "{:?}", plan.effects);
    world.role(role("made", &trust));
    let (namespace, service_account) = mailers();
    let checks = trust_review(&world.inventory, &namespace, &service_account, Some(&made));
    assert_eq!(checks.iter().map(|check| check.answer).collect::<Vec<_>>(), [Truth::Yes]);
}

#[test]
fn a_role_that_asks_for_no_tags_fits_an_association_that_sends_none() {
    let (namespace, service_account) = mailers();
    let fit = |world: &World| {
        fit_of(&world.inventory, (&namespace, &service_account), &arn("mailer"), RoleMechanism::PodIdentity).answer
    };
    assert_eq!(fit(&without_tags()), Truth::Yes);
    assert_eq!(fit(&with(Association::default())), Truth::No, "tags take sts:TagSession");
}

#[test]
fn an_association_with_its_tags_off_is_given_back_as_it_was() {
    let mut world = without_tags();
    let ended = dissociate(world.seen(), &mailers().0, &mailers().1).unwrap();
    let done: Vec<Change> = ended.taken().map(|(_, step)| step.change.clone()).collect();
    world.tell(vec![Delta::Associations(read(Vec::new()))]);
    let back = undo(world.seen(), &name("1"), PlanKind::Dissociate, "it", &done).unwrap();
    assert!(
        !warned(&back, WarningKind::NotEffective).iter().any(|said| said.contains("let these pods in")),
        "{back:#?}"
    );
    let said = "new pods of mailer get mailer, whether restarted";
    assert!(back.effects.iter().any(|own| own.starts_with(said)), "{:?}", back.effects);
}

/// The role's trust policy lets in whatever sends tags, too, from now on; what it was.
fn let_tags_in(world: &mut World) -> Name {
    let tagged = UNTAGGED.replace("\"sts:AssumeRole\"", "[\"sts:AssumeRole\",\"sts:TagSession\"]");
    let read = world.inventory.aws().role(arn("mailer").as_str()).and_then(Reading::value).unwrap();
    let role = (**read).clone();
    world.role(Role { trust: Some(name(&tagged)), ..role });
    name(&tagged)
}

/// Of a trust policy that is put back, it is told whom it keeps out then: by associations as they are.
#[test]
fn whom_a_trust_policy_keeps_out_is_told_of_associations_as_they_are() {
    for (mut world, is_lost) in [(without_tags(), false), (with(Association::default()), true)] {
        let tagged = let_tags_in(&mut world);
        let document = |text: &str| Content::Document(name(text));
        let done = [Change {
            target: Target::Trust { role: name("mailer") },
            from: document(UNTAGGED),
            to: document(&tagged),
        }];
        let back = undo(world.seen(), &name("1"), PlanKind::RepairTrust, "it", &done).unwrap();
        assert_eq!(!warned(&back, WarningKind::Loss).is_empty(), is_lost, "{:?}", back.warnings);
    }
}

/// EKS gives credentials of 6 hours, and of 59 minutes where a target role is assumed with them.
#[test]
fn how_long_credentials_are_kept_is_told_by_whether_there_is_a_target_role() {
    let (namespace, account) = mailers();
    for (mut world, hours, role) in [
        (with(Association::default()), "6 hours", "111122223333:role/mailer"),
        (going_on(), "59 minutes", "444455556666:role/target"),
    ] {
        let_tags_in(&mut world);
        let there = world.inventory.aws().association(&namespace, &account).found().cloned().unwrap();
        let ended = dissociate(world.seen(), &namespace, &account).unwrap();
        let kept = format!("until the session expires ({hours} at most)");
        assert!(ended.effects.iter().any(|said| said.contains(&kept)), "{:?}", ended.effects);

        let moved = associate(world.seen(), &namespace, &account, &arn("eks/old")).unwrap();
        let said: Vec<&str> =
            moved.effects.iter().map(String::as_str).chain(warned(&moved, WarningKind::Loss)).collect();
        let within: Vec<&&str> = said.iter().filter(|said| said.contains("within ")).collect();
        let is_right = |said: &&&str| said.contains(&format!("within {hours}"));
        assert!(!within.is_empty() && within.iter().all(is_right), "{said:?}");

        let made = Change {
            from: ended.steps[0].change.to.clone(),
            to: ended.steps[0].change.from.clone(),
            ..ended.steps[0].change.clone()
        };
        world.tell(vec![Delta::Associations(read(vec![there]))]);
        let back = undo(world.seen(), &name("1"), PlanKind::Associate, "it", &[made]).unwrap();
        let kept = format!("got arn:aws:iam::{role} by the association keep it until the session expires ({hours}");
        assert!(back.effects.iter().any(|said| said.contains(&kept)), "{:?}", back.effects);
    }
}
