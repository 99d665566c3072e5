//! What is said where it cannot be asked with an identity that is known.

use super::*;
use crate::domain::identity::FindingSet;
use crate::domain::inventory::{Delta, Dirty};
use crate::domain::model::{Reading, Time};

#[test]
fn what_is_no_role_arn_is_said_to_be_none_and_never_waited_for() {
    let role = RoleArn::from("arn:aws:iam::111122223333:role/my app");
    let asking = asking_of_role(&Inventory::default(), Some(&role), None);
    let why = "arn:aws:iam::111122223333:role/my app is no role ARN: it holds white space".to_owned();
    assert_eq!(asking.instead, Some(Instead::No(Layer::Trust, why)));
    assert_eq!(asking.bearer, None, "it has no policies to ask");
}

#[test]
fn what_was_not_read_of_a_service_account_is_named_and_no_binding_ruled_out() {
    let mut inventory = Inventory::default();
    let answered = |inventory: &Inventory| {
        let askings = askings_of_account(inventory, &Identities::default(), "shop", "api");
        let asked = Asked {
            action: "s3:GetObject".into(),
            resources: Vec::new(),
            takes_no_resource: false,
            remarks: Vec::new(),
        };
        let access = askings[0].answered(&[], &asked);
        (access.sentence(), access.gaps.into_iter().map(|gap| gap.call.clone()).collect::<Vec<_>>())
    };
    let unbound = "whether an association binds it was not read".to_owned();
    assert_eq!(answered(&inventory), (unbound, vec!["eks:ListPodIdentityAssociations".to_owned()]));
    let read = |value| Delta::Associations(Reading::Read { value, at: Time::UNIX_EPOCH });
    inventory.apply(read(Vec::new()), &mut Dirty::default());
    let unlisted = "nothing binds it, and which pods of it run was not read: each has its node's role".to_owned();
    assert_eq!(answered(&inventory), (unlisted, vec!["list pods".to_owned()]));
    inventory.apply(Delta::Listed(Kind::Pod, Time::UNIX_EPOCH), &mut Dirty::default());
    let (said, gaps) = answered(&inventory);
    assert!(said.starts_with("nothing binds it and no pod of it runs") && gaps.is_empty(), "{said} {gaps:?}");
}

#[test]
fn an_answer_about_a_target_role_hangs_on_the_associations_own_role_too() {
    let role = |name: &str| RoleArn::from(format!("arn:aws:iam::111122223333:role/{name}").as_str());
    let binding = Binding {
        mechanism: IdentityKind::PodIdentity,
        role: Some(role("own")),
        target: Some(role("target")),
        association_id: None,
        since: None,
        findings: FindingSet::default(),
        target_findings: FindingSet::default(),
    };
    let asking = asking_of_binding(&Inventory::default(), (&"shop".into(), &"api".into()), &binding);
    assert_eq!(asking.roles().collect::<Vec<_>>(), [&role("target"), &role("own")]);
}
