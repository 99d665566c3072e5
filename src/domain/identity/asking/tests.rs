//! What is said where it cannot be asked with an identity that is known.

use super::*;
use crate::domain::access::{Policies, Source};
use crate::domain::identity::{FindingSet, resolve_all};
use crate::domain::inventory::{Delta, Dirty};
use crate::domain::model::{Reading, RoleAnnotation, ServiceAccount, Time};
use crate::domain::policy;

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
fn what_a_service_account_is_bound_to_is_of_new_pods_where_those_that_run_were_not_listed() {
    let role = RoleAnnotation { arn: RoleArn::from("arn:aws:iam::111122223333:role/api"), set: None };
    let account =
        ServiceAccount { namespace: "shop".into(), name: "api".into(), role: Some(role), ..ServiceAccount::default() };
    let mut inventory = Inventory::default();
    inventory.apply(Delta::ServiceAccount(Box::new(account)), &mut Dirty::default());
    let asking = |inventory: &Inventory| {
        askings_of_account(inventory, &resolve_all(inventory), "shop", "api").into_iter().next().unwrap()
    };
    let unlisted = asking(&inventory);
    assert!(unlisted.beforehand().unwrap().ends_with("this is of new pods: which pods of it run was not read"));
    let gaps = answer_to(&unlisted, "odd").gaps;
    assert!(gaps.iter().any(|gap| &*gap.call == "list pods"), "{gaps:?}");
    inventory.apply(Delta::Listed(Kind::Pod, Time::UNIX_EPOCH), &mut Dirty::default());
    assert!(!asking(&inventory).beforehand().unwrap().contains("new pods"));
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

/// A role that may do everything, in a container of which that much is known.
fn asking_with(confidence: Confidence, gaps: Vec<Gap>) -> Asking {
    let role = RoleArn::from("arn:aws:iam::111122223333:role/api");
    let everything = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let mut asking = asking_of_role(&Inventory::default(), Some(&role), Some(IdentityKind::WebIdentity));
    let source = Source { name: "own".into(), managed: false, text: everything.into() };
    let policies = Policies::default().with(Layer::Identity, policy::Kind::Identity, source);
    asking.bearer = asking.bearer.map(|bearer| Bearer { policies, ..bearer });
    let identity = Some(Identity::Role { role: Some(role), by: Mechanism::WebIdentity });
    let (elsewhere, usable, findings, evidence) = (None, Usable::Yes, FindingSet::default(), Vec::new());
    asking.verdict = Some(Verdict { identity, elsewhere, usable, confidence, findings, evidence, gaps });
    asking
}

fn answer_to(asking: &Asking, remark: &str) -> Access {
    let resources = vec!["arn:aws:s3:::a/b".to_owned()];
    let remarks = vec![remark.to_owned()];
    let asked = Asked { action: "s3:GetObject".into(), resources, takes_no_resource: false, remarks };
    let request = Request::new("arn:aws:iam::111122223333:role/api", "s3:GetObject", "arn:aws:s3:::a/b");
    asking.answered(&[request], &asked)
}

#[test]
fn what_is_allowed_to_who_it_only_likely_is_is_said_to_hang_on_that() {
    let secret = Gap::new("keys", "get secrets", GapReason::NotSupported, "secret aws may set AWS_ACCESS_KEY_ID");
    let likely = asking_with(Confidence::Likely, vec![secret.clone()]);
    let access = answer_to(&likely, "odd");
    let said = "; its identity is likely, not proven: secret aws may set AWS_ACCESS_KEY_ID";
    assert_eq!(access.decision.outcome, Outcome::Allowed);
    assert!(access.sentence().ends_with(said) && access.sentence_above_layers().ends_with(said), "{access:?}");
    assert_eq!(access.gaps, std::slice::from_ref(&secret));
    assert_eq!(likely.beforehand().as_deref(), said.strip_prefix("; "), "of several actions, too");
    let proven = answer_to(&asking_with(Confidence::Proven, vec![secret]), "odd");
    assert!(!proven.sentence().contains("likely") && proven.gaps.is_empty(), "{proven:?}");
    let mut first = asking_with(Confidence::Proven, Vec::new());
    first.is_no_surer_than(likely);
    assert!(answer_to(&first, "odd").sentence().ends_with(said), "of two pods neither is forgotten");
}

#[test]
fn what_is_odd_about_a_question_and_what_was_not_read_is_said_without_credentials_too() {
    let unread = Gap::new("nodes", "list nodes", GapReason::Forbidden, "nodes may not be listed");
    let mut asking = asking_with(Confidence::Unknown, vec![unread.clone()]);
    asking.instead = Some(Instead::Open("which identity it has cannot be told".into()));
    let open = answer_to(&asking, "odd");
    assert_eq!((open.remarks, open.gaps), (vec!["odd".to_owned()], vec![unread]));
    for bearer in [asking.bearer.clone(), None] {
        asking.bearer = bearer;
        asking.instead = Some(Instead::No(Layer::Trust, "the role is not handed out".into()));
        assert_eq!(answer_to(&asking, "odd").remarks, ["odd"]);
    }
}

#[test]
fn of_what_is_no_role_nothing_more_is_told() {
    let mut asking = asking_with(Confidence::Proven, Vec::new());
    asking.instead = Some(Instead::No(Layer::Trust, "what it is bound to is no role ARN".into()));
    assert!(answer_to(&asking, "odd").sentence().contains("; with the role's credentials: allowed"));
    let quoted = RoleArn::from("\"arn:aws:iam::111122223333:role/api\"");
    asking.bearer = asking.bearer.map(|bearer| Bearer { role: quoted, ..bearer });
    assert_eq!(answer_to(&asking, "odd").sentence(), "what it is bound to is no role ARN");
}
