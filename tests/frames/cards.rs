//! The identity card of every kind of verdict, in the room that it has on each size of screen.

use crate::stage::picture;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rolecall::domain::diagnose::{Diagnosis, Fix, Link, LinkKind, LinkState, Route, Severity};
use rolecall::domain::identity::{
    Confidence, Evidence, Fallback, Finding, FindingSet, Identity, Mechanism, Usable, Verdict,
};
use rolecall::domain::model::{Gap, GapReason, RoleArn};
use rolecall::tui::widget::card::Card;
use rolecall::tui::widget::pane::Pane;

/// What one card is made of.
struct Case {
    verdict: Verdict,
    diagnoses: Vec<Diagnosis>,
    routes: Vec<Route>,
}

/// Takes a picture of the card in the room that it has on screens of 120x40, 80x24 and 40x24.
fn check(name: &str, case: &Case) {
    for (width, height) in [(120, 11), (80, 10), (40, 10)] {
        let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
        let inner = Pane::named("pod/api-7d9f6c-x2kqv", false).draw(buffer.area, &mut buffer);
        let card = Card {
            key: None,
            verdict: &case.verdict,
            diagnoses: &case.diagnoses,
            routes: &case.routes,
            account: Some("111122223333"),
            alike: Some((2, 5)),
        };
        card.draw(inner, &mut buffer);
        insta::assert_snapshot!(format!("card-{name}-{width}"), picture(&buffer));
    }
}

fn verdict(identity: Option<Identity>) -> Verdict {
    Verdict {
        identity,
        elsewhere: None,
        usable: Usable::Unknown,
        confidence: Confidence::Proven,
        findings: FindingSet::default(),
        evidence: vec![Evidence {
            fact: "container env AWS_ROLE_ARN is arn:aws:iam::111122223333:role/eks/shop-api".to_owned(),
            origin: "pod/shop/api-7d9f6c-x2kqv spec.containers[app].env".to_owned(),
        }],
        gaps: Vec::new(),
    }
}

fn diagnosis(finding: Finding, sentence: &str, fix: &str) -> Diagnosis {
    Diagnosis {
        finding,
        severity: Severity::High,
        confidence: Confidence::Proven,
        sentence: sentence.to_owned(),
        fix: Fix::words(fix),
    }
}

/// A link by kind, label, state (`+` holds, `x` broken, `?` unknown) and note.
fn link((kind, label, state, note): (LinkKind, &str, char, &str)) -> Link {
    let state = match state {
        '+' => LinkState::Holds,
        'x' => LinkState::Broken,
        _ => LinkState::Unknown,
    };
    Link { kind, label: label.to_owned(), state, note: (!note.is_empty()).then(|| note.to_owned()) }
}

fn route(taken: bool, links: &[(LinkKind, &str, char, &str)]) -> Route {
    Route { links: links.iter().copied().map(link).collect(), taken }
}

fn role(name: &str) -> RoleArn {
    RoleArn::from(&*format!("arn:aws:iam::111122223333:role/{name}"))
}

const POD: (LinkKind, &str, char, &str) = (LinkKind::Pod, "pod", '+', "");

#[test]
fn node_role_instead_of_the_own_one() {
    let identity = Identity::NodeRole {
        node: "ip-10-0-0-1".into(),
        profile: None,
        role: Some(role("ng-main-node")),
        because: Fallback::StartedBeforeBinding,
    };
    let sentence = "not eks/shop-api: this pod started 3 d before the role was set on its ServiceAccount (2026-11-21 \
                    09:14, by helm)";
    let case = Case {
        verdict: Verdict { confidence: Confidence::Likely, ..verdict(Some(identity)) },
        diagnoses: vec![diagnosis(Finding::StartedBeforeBinding, sentence, "restart deployment/api")],
        routes: vec![
            route(
                false,
                &[
                    POD,
                    (LinkKind::ServiceAccount, "ServiceAccount api", 'x', "nothing was injected"),
                    (LinkKind::Role, "role eks/shop-api", '+', ""),
                    (LinkKind::Trust, "trust", '?', ""),
                    (LinkKind::Policies, "3 policies", '+', ""),
                ],
            ),
            route(
                true,
                &[
                    POD,
                    (LinkKind::Node, "node ip-10-0-0-1", '+', ""),
                    (LinkKind::Metadata, "metadata", '+', "tokens required, hop limit 2"),
                    (LinkKind::NodeRole, "role ng-main-node", '+', ""),
                    (LinkKind::Policies, "5 policies, shared by 212 pods", '+', ""),
                ],
            ),
        ],
    };
    check("node-role", &case);
}

#[test]
fn irsa_that_works_as_far_as_was_read() {
    let identity = Identity::Role { role: Some(role("eks/shop-api")), by: Mechanism::WebIdentity };
    let gap = Gap::new(
        "role eks/shop-api",
        "iam:GetRole",
        GapReason::Forbidden,
        "role eks/shop-api was not read: iam:GetRole is not allowed for assumed-role/SRE/anna",
    );
    let case = Case {
        verdict: Verdict { gaps: vec![gap], ..verdict(Some(identity)) },
        diagnoses: Vec::new(),
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::ServiceAccount, "ServiceAccount api", '+', ""),
                (LinkKind::Role, "role eks/shop-api", '?', "not read"),
                (LinkKind::Trust, "trust", '?', ""),
            ],
        )],
    };
    check("irsa", &case);
}

#[test]
fn irsa_with_a_role_that_does_not_exist() {
    let identity = Identity::Role { role: Some(role("eks/reports")), by: Mechanism::WebIdentity };
    let sentence = "role eks/reports does not exist: every AWS call of this container fails";
    let case = Case {
        verdict: Verdict { usable: Usable::No, ..verdict(Some(identity)) },
        diagnoses: vec![
            diagnosis(Finding::RoleNotFound, sentence, "create the role, or name another on serviceaccount/reports"),
            diagnosis(Finding::StaleRole, "it still carries the role that was set when it started", ""),
            diagnosis(Finding::TwoBindings, "an association binds it too", ""),
        ],
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::ServiceAccount, "ServiceAccount reports", '+', ""),
                (LinkKind::Role, "role eks/reports", 'x', "no such role"),
            ],
        )],
    };
    check("role-not-found", &case);
}

#[test]
fn pod_identity_with_a_target_in_another_account() {
    let target = RoleArn::from("arn:aws:iam::444455556666:role/reader");
    let by = Mechanism::PodIdentity { via: Some(role("shop-mailer")) };
    let case = Case {
        verdict: Verdict { usable: Usable::Yes, ..verdict(Some(Identity::Role { role: Some(target), by })) },
        diagnoses: Vec::new(),
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::ServiceAccount, "ServiceAccount mailer", '+', ""),
                (LinkKind::Association, "association a-0123456789", '+', ""),
                (LinkKind::Agent, "agent", '+', ""),
                (LinkKind::Role, "role shop-mailer", '+', ""),
                (LinkKind::Role, "role 444455556666:reader", '?', ""),
            ],
        )],
    };
    check("pod-identity", &case);
}

#[test]
fn pod_identity_whose_association_is_gone() {
    let identity = Identity::Role { role: None, by: Mechanism::PodIdentity { via: None } };
    let sentence = "its Pod Identity association is gone: the agent hands out no credentials";
    let case = Case {
        verdict: Verdict { usable: Usable::No, ..verdict(Some(identity)) },
        diagnoses: vec![diagnosis(Finding::AssociationGone, sentence, "associate the role again")],
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::ServiceAccount, "ServiceAccount mailer", '+', ""),
                (LinkKind::Association, "association", 'x', "there is none any more"),
            ],
        )],
    };
    check("association-gone", &case);
}

#[test]
fn static_keys() {
    let identity = Identity::StaticKeys { from: "secret shop/aws-keys".to_owned() };
    let sentence = "env AWS_ACCESS_KEY_ID comes from secret aws-keys and wins over the role of the ServiceAccount";
    let case = Case {
        verdict: verdict(Some(identity)),
        diagnoses: vec![diagnosis(Finding::StaticKeys, sentence, "take AWS_ACCESS_KEY_ID out of deployment/legacy")],
        routes: vec![route(true, &[POD, (LinkKind::Elsewhere, "static keys", '+', "secret shop/aws-keys")])],
    };
    check("static-keys", &case);
}

#[test]
fn static_keys_where_no_role_is_bound() {
    let from = "env AWS_ACCESS_KEY_ID from secret shop/aws-keys".to_owned();
    let sentence = format!("uses static keys from {from}: whoever copies them is the same user to AWS");
    let fix = "bind the ServiceAccount to a role, then take the keys out";
    let case = Case {
        verdict: verdict(Some(Identity::StaticKeys { from: from.clone() })),
        diagnoses: vec![diagnosis(Finding::StaticKeys, &sentence, fix)],
        routes: vec![route(true, &[POD, (LinkKind::Elsewhere, "static keys", '+', &from)])],
    };
    check("static-keys-unbound", &case);
}

#[test]
fn nobody() {
    let case = Case {
        verdict: verdict(Some(Identity::Nobody { because: Fallback::NoBinding })),
        diagnoses: Vec::new(),
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::Node, "node fargate-ip-10-0-9-9", '+', ""),
                (LinkKind::Metadata, "metadata", 'x', "Fargate has none"),
                (LinkKind::Nothing, "no credentials", '?', ""),
            ],
        )],
    };
    check("nobody", &case);
}

#[test]
fn unknown_says_what_is_missing() {
    let sentence = "instance i-0abc1234def567809 was not read: ec2:DescribeInstances is not allowed for \
                    assumed-role/SRE/anna";
    let gap = Gap::new("instance", "ec2:DescribeInstances", GapReason::Forbidden, sentence);
    let case = Case {
        verdict: Verdict { confidence: Confidence::Unknown, gaps: vec![gap], evidence: Vec::new(), ..verdict(None) },
        diagnoses: Vec::new(),
        routes: vec![route(
            true,
            &[
                POD,
                (LinkKind::Node, "node ip-10-0-0-9", '+', ""),
                (LinkKind::Metadata, "metadata", '?', "not read"),
                (LinkKind::NodeRole, "node role", '?', ""),
            ],
        )],
    };
    check("unknown", &case);
}

#[test]
fn hostile_names_stay_within_the_card() {
    let long = format!("arn:aws:iam::111122223333:role/{}", "日本語".repeat(80));
    let identity = Identity::Role { role: Some(RoleArn::from(&*long)), by: Mechanism::WebIdentity };
    let name = format!("ServiceAccount evil\u{1b}[31m\u{202e}{}", "界".repeat(120));
    let case = Case {
        verdict: verdict(Some(identity)),
        diagnoses: vec![diagnosis(Finding::StaleRole, &"word ".repeat(100), &"do ".repeat(100))],
        routes: vec![route(
            true,
            &[
                POD,
                (
                    LinkKind::ServiceAccount,
                    &*name,
                    '+',
                    "a note that is longer than the card is wide, said twice: a note",
                ),
                (LinkKind::Role, &*long, 'x', "no such role"),
            ],
        )],
    };
    check("hostile", &case);
}

/// The reason gives way first: what else is wrong, what was not read and what to do are never lost without a mark.
#[test]
fn however_little_room_there_is_nothing_that_is_wrong_is_dropped() {
    let identity = Identity::Role { role: Some(role("eks/reports")), by: Mechanism::WebIdentity };
    let gap = Gap::new("policies", "iam:GetPolicy", GapReason::Forbidden, "the policies of it were not read");
    let case = Case {
        verdict: Verdict { usable: Usable::No, gaps: vec![gap], ..verdict(Some(identity)) },
        diagnoses: vec![
            diagnosis(Finding::RoleNotFound, &"a reason of many words ".repeat(12), "create the role"),
            diagnosis(Finding::PodIdentityAgent, "no agent is ready on its node", ""),
            diagnosis(Finding::TwoBindings, "an association binds it, too", ""),
        ],
        routes: vec![
            route(false, &[POD, (LinkKind::Association, "association a-0123456789", 'x', "")]),
            route(true, &[POD, (LinkKind::Role, "role eks/reports", 'x', "no such role")]),
        ],
    };
    for height in 5..=11 {
        for (width, also) in [(60, "also no agent is ready on its node  and 1 more"), (100, "also no agent is ready")] {
            let mut buffer = Buffer::empty(Rect::new(0, 0, width, height));
            let inner = Pane::named("pod", false).draw(buffer.area, &mut buffer);
            let (verdict, diagnoses, routes) = (&case.verdict, &*case.diagnoses, &*case.routes);
            let card = Card { key: None, verdict, diagnoses, routes, account: Some("111122223333"), alike: None };
            card.draw(inner, &mut buffer);
            let picture = picture(&buffer);
            let said = |said: &str| picture.contains(said);
            assert!(said("a reason of many words") && said("what to do   create the role"), "{height}: {picture}");
            // headline, reason, the two beside it, what to do
            let (is_roomy, short) = (height >= 7, "and 2 more  not all was read");
            assert_eq!((said(also), said("? the policies")), (is_roomy, is_roomy), "{height}: {picture}");
            assert_eq!(said(short), !is_roomy, "{height}: {picture}");
        }
    }
}
