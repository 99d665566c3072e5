//! The way on from the role of an association to its target role: who keeps whom out, and what would help.

use crate::{BOTH, ROLE, arn, going_on, second_hop, with_role};
use rolecall::domain::diagnose::remedies;
use rolecall::domain::identity::KeptOutBy;
use rolecall::domain::inventory::{Delta, Dirty, Inventory};
use rolecall::domain::model::{Gap, GapReason, ManagedPolicy, Name, Reading, Role, Time};
use rolecall::domain::policy::Truth;

#[test]
fn of_a_source_role_that_was_not_read_nothing_is_known() {
    let mut inventory = going_on(&[], "arn:aws:iam::111122223333:role/mailer");
    let trust = format!(
        r#"{{"Effect":"Allow","Principal":{{"AWS":"{ROLE}mailer"}},"Action":{BOTH},"Condition":{{"StringEquals":{{"aws:PrincipalTag/team":"data"}}}}}}"#
    );
    with_role(&mut inventory, "hub", &trust, &[]);
    assert_eq!(second_hop(&inventory).answer, Truth::No, "it has no tags");
    let gap = Gap::new("role mailer", "iam:GetRole", GapReason::Forbidden, "not allowed: iam:GetRole mailer");
    let delta = Delta::Role(arn("mailer").name_shared(), Reading::Unread(gap.clone()));
    inventory.apply(delta, &mut Dirty::default());
    let check = second_hop(&inventory);
    assert_eq!((check.answer, check.gaps.as_slice(), check.findings.len()), (Truth::Depends, &[gap][..], 0));
    assert!(remedies(&inventory, &check).is_empty());
    assert!(check.because().ends_with("depends on aws:PrincipalTag/team"), "{}", check.because());
}

#[test]
fn what_keeps_the_source_role_from_going_on_is_said_of_its_own_policies() {
    let allow = format!(r#"{{"Effect":"Allow","Action":{BOTH},"Resource":"{ROLE}hub"}}"#);
    let deny = r#"{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}"#;
    for (own, principal, sentence, fix) in [
        (
            vec![&*allow, deny],
            &*format!("{ROLE}mailer"),
            "statement 1 of the identity policy own-1 of role mailer denies sts:AssumeRole",
            "narrow statement 1 of the identity policy own-1 of role mailer, so that it does not deny sts:AssumeRole on role hub",
        ),
        (
            vec![],
            "111122223333",
            "no identity policy of role mailer allows sts:AssumeRole and sts:TagSession on it",
            "let role mailer go on to role hub: an identity policy that allows it",
        ),
    ] {
        let inventory = going_on(&own, principal);
        let check = second_hop(&inventory);
        assert_eq!((check.answer, check.because().as_str()), (Truth::No, sentence));
        let rows = check.rows();
        let first = rows.first().unwrap();
        assert_eq!((first.name, first.holds, first.said.as_str()), ("source role", Truth::No, sentence));
        assert!(rows.iter().skip(1).all(|row| row.holds.is_yes()), "{rows:?}");
        assert_eq!(check.in_short(), "role mailer may not go on to it");
        assert!(!check.is_refused_by_trust());
        let fixes: Vec<_> = remedies(&inventory, &check).into_iter().map(|fix| fix.summary).collect();
        assert_eq!(fixes, [fix]);
    }
    let missing = second_hop(&going_on(&[], "111122223333")).source_policy().unwrap();
    assert!(missing.contains(&format!(r#""Resource": "{ROLE}hub""#)), "{missing}");
    assert_eq!(second_hop(&going_on(&[&missing_statement(&missing)], "111122223333")).answer, Truth::Yes);
}

/// The statement of a policy that is laid out with one.
fn missing_statement(policy: &str) -> String {
    policy.split_once('[').and_then(|(_, rest)| rest.rsplit_once(']')).unwrap().0.to_owned()
}

#[test]
fn a_trust_policy_that_names_nobody_is_at_fault_itself() {
    let check = second_hop(&going_on(&[], "arn:aws:iam::111122223333:role/other"));
    assert_eq!((check.answer, check.kept_out_by(), check.hindrances.len()), (Truth::No, Some(KeptOutBy::Trust), 0));
    assert!(check.because().starts_with("its trust policy keeps role mailer out: "), "{}", check.because());
}

/// Role mailer, changed.
fn with_mailer(inventory: &mut Inventory, change: impl FnOnce(&mut Role)) {
    let read = inventory.aws().role(arn("mailer").as_str()).unwrap();
    let (mut value, at) = (Box::new(read.value().unwrap().as_ref().clone()), read.at().unwrap());
    change(&mut value);
    let delta = Delta::Role(arn("mailer").name_shared(), Reading::Read { value, at });
    inventory.apply(delta, &mut Dirty::default());
}

/// A boundary of role mailer that speaks of S3 alone, or one that was not read.
fn bounded(inventory: &mut Inventory, is_read: bool) {
    let policy = Name::from("arn:aws:iam::111122223333:policy/s3-only");
    with_mailer(inventory, |role| role.boundary_arn = Some(policy.clone()));
    let text = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let (arn, version, document) = (policy.clone(), "v1".into(), Ok(text.into()));
    let read = Reading::Read { value: ManagedPolicy { arn, version, document }, at: Time::UNIX_EPOCH };
    let gap = Gap::new("policy s3-only", "iam:GetPolicyVersion", GapReason::Forbidden, "not allowed");
    let delta = Delta::ManagedPolicy(policy, if is_read { read } else { Reading::Unread(gap) });
    inventory.apply(delta, &mut Dirty::default());
}

const ELSEWHERE: &str = "arn:aws:iam::111122223333:role/other";
const ACCOUNT: &str = "111122223333";
const SILENT: &str = "no identity policy of role mailer allows sts:AssumeRole and sts:TagSession on it";
const BOUNDARY: &str = "the permissions boundary of role mailer does not allow sts:AssumeRole and sts:TagSession on it";
const DENIED: &str = "statement 1 of the identity policy own-1 of role mailer denies sts:AssumeRole and sts:TagSession";
const NARROW: &str = "narrow statement 1 of the identity policy own-1 of role mailer, so that it does not deny \
                      sts:AssumeRole and sts:TagSession on role hub";
const LET: &str = "let role mailer go on to role hub: an identity policy that allows it";
const WIDEN: &str = "widen the permissions boundary of role mailer: it has to allow this, too";

#[test]
fn all_that_keeps_the_source_role_from_going_on_is_named_whatever_the_trust_policy_says() {
    use KeptOutBy::{Both, Source};
    let allow = format!(r#"{{"Effect":"Allow","Action":{BOTH},"Resource":"{ROLE}hub"}}"#);
    let deny = format!(r#"{{"Effect":"Deny","Action":{BOTH},"Resource":"*"}}"#);
    let both = (format!("{SILENT}; {BOUNDARY}"), format!("{LET}; {WIDEN}"));
    let denied = (format!("{DENIED}; {BOUNDARY}"), format!("{NARROW}; {WIDEN}"));
    for (own, principal, by, (sentence, fix)) in [
        (vec![&*allow], ACCOUNT, Source, (BOUNDARY.to_owned(), WIDEN.to_owned())),
        (vec![&*allow], ELSEWHERE, Both, (BOUNDARY.to_owned(), WIDEN.to_owned())),
        (vec![], ACCOUNT, Source, both),
        (vec![&*allow, &*deny], ELSEWHERE, Both, denied),
        // within an account the trust policy alone is enough, once it names the role
        (vec![], ELSEWHERE, Both, (BOUNDARY.to_owned(), WIDEN.to_owned())),
    ] {
        let mut inventory = going_on(&own, principal);
        bounded(&mut inventory, true);
        let check = second_hop(&inventory);
        let step = check.steps.last().unwrap();
        assert_eq!((check.kept_out_by(), step.holds, &step.sentence), (Some(by), Truth::No, &sentence), "{principal}");
        assert_eq!(remedies(&inventory, &check).last().unwrap().summary, fix);
        assert_eq!(check.lets_in(), Truth::from(by == Source));
    }
}

#[test]
fn a_source_role_whose_policies_were_not_read_is_not_said_to_be_free() {
    let allow = format!(r#"{{"Effect":"Allow","Action":{BOTH},"Resource":"{ROLE}hub"}}"#);
    for (principal, answer) in [(ACCOUNT, Truth::Depends), (ELSEWHERE, Truth::No)] {
        let mut inventory = going_on(&[&allow], principal);
        bounded(&mut inventory, false);
        let check = second_hop(&inventory);
        assert_eq!(
            (check.answer, check.may_go_on(), check.gaps.len()),
            (answer, Some(Truth::Depends), 1),
            "{principal}"
        );
    }
    let mut inventory = going_on(&[&allow], ACCOUNT);
    bounded(&mut inventory, false);
    let check = second_hop(&inventory);
    let said = "whether the policies of role mailer let it go on is not known";
    assert_eq!((check.sentence().as_str(), check.lets_in()), (said, Truth::Yes), "no word of its trust policy");
    assert_eq!(check.origin(), format!("policies of role {ROLE}mailer"));
}

#[test]
fn a_policy_that_is_put_takes_nothing_away() {
    let part = format!(r#"{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"{ROLE}hub"}}"#);
    let mut inventory = going_on(&[&part], ACCOUNT);
    with_mailer(&mut inventory, |role| role.inline.as_mut().unwrap()[0].name = "assume-hub".into());
    let check = second_hop(&inventory);
    assert_eq!(check.fault(), "no identity policy of role mailer allows sts:TagSession on it");
    let fix = remedies(&inventory, &check).remove(0);
    assert!(fix.document.unwrap().contains(r#""Action": ["sts:AssumeRole", "sts:TagSession"]"#));
    let put =
        "aws iam put-role-policy --role-name mailer --policy-name assume-hub-2 --policy-document file://policy.json";
    assert_eq!(fix.commands, [put]);
}

#[test]
fn of_the_actions_only_those_that_lack_are_named() {
    let mut inventory = going_on(&[], &format!("{ROLE}mailer"));
    let trust = format!(r#"{{"Effect":"Allow","Principal":{{"AWS":"{ROLE}mailer"}},"Action":"sts:AssumeRole"}}"#);
    with_role(&mut inventory, "hub", &trust, &[]);
    assert_eq!(second_hop(&inventory).fault(), "it does not allow sts:TagSession");
}
