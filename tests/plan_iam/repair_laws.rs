//! What holds of every repair, whatever the policy was: the one is let in, and nobody else who was not.

use crate::world::{ACCOUNT, ISSUER, World, arn, document, name, role, world};
use proptest::prelude::*;
use rolecall::domain::identity::{IdentityKind, trust_if_bound};
use rolecall::domain::model::RoleArn;
use rolecall::domain::plan::repair_trust;
use rolecall::domain::policy::{Truth, same_document, statement_texts};

const NAMESPACES: [&str; 3] = ["shop", "dev", "x"];
const ACCOUNTS: [&str; 4] = ["api", "web", "default", "y"];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> + Clone {
    proptest::sample::select(texts).prop_map(str::to_owned)
}

fn listed(texts: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    proptest::collection::vec(texts, 1..3).prop_map(|texts| {
        let quoted: Vec<String> = texts.iter().map(|text| format!("\"{text}\"")).collect();
        if let [one] = quoted.as_slice() { one.clone() } else { format!("[{}]", quoted.join(",")) }
    })
}

fn issuer() -> impl Strategy<Value = String> + Clone {
    one_of(&[
        ISSUER,
        ISSUER,
        ISSUER,
        "oidc.eks.eu-west-1.amazonaws.com/id/OTHER",
        "oidc.eu-west-1.eks.amazonaws.com/id/ABC",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC",
    ])
}

fn subject() -> impl Strategy<Value = String> {
    (one_of(&["shop", "dev", "*", "sh?p"]), one_of(&["api", "web", "*", "a*"]))
        .prop_map(|(namespace, account)| format!("system:serviceaccount:{namespace}:{account}"))
        .boxed()
        .prop_union(one_of(&["sts.amazonaws.com", "*", "repo:a/b"]).boxed())
}

fn audience() -> impl Strategy<Value = String> {
    one_of(&["sts.amazonaws.com", "sts.amazonaws.com", "sts.amazon.com", "vault", "system:serviceaccount:shop:api"])
}

fn operator() -> impl Strategy<Value = String> {
    one_of(&[
        "StringEquals",
        "StringEquals",
        "StringLike",
        "StringNotEquals",
        "ForAnyValue:StringLike",
        "StringEqualsIfExists",
    ])
}

/// A statement for tokens.
fn of_tokens() -> impl Strategy<Value = String> {
    let conditions = (operator(), issuer(), listed(subject()), operator(), issuer(), listed(audience()));
    (issuer(), one_of(&["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole", "sts:*"]), conditions).prop_map(
        |(provider, action, (first, of, subjects, second, by, audiences))| {
            format!(
                r#"{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/{provider}"}},"Action":"{action}","Condition":{{"{first}":{{"{of}:sub":{subjects}}},"{second}x":{{"{by}:aud":{audiences}}}}}}}"#
            )
            .replace("x\":{\"", if first == second { "IfExists\":{\"" } else { "\":{\"" })
        },
    )
}

/// A statement for associations.
fn of_associations() -> impl Strategy<Value = String> {
    let names = (listed(one_of(&["shop", "dev", "*"])), listed(one_of(&["api", "web", "a*"])));
    let cluster = one_of(&["prod", "dev"]);
    (operator(), names, cluster, any::<[bool; 3]>()).prop_map(|(operator, (namespaces, accounts), cluster, [tags, asks, names])| {
        let actions = if tags { r#"["sts:AssumeRole","sts:TagSession"]"# } else { "\"sts:AssumeRole\"" };
        let mut conditions = vec![format!(r#""aws:RequestTag/kubernetes-service-account":{accounts}"#)];
        conditions.extend(names.then(|| format!(r#""aws:RequestTag/kubernetes-namespace":{namespaces}"#)));
        conditions.extend(
            asks.then(|| format!(r#""aws:RequestTag/eks-cluster-arn":"arn:aws:eks:eu-west-1:{ACCOUNT}:cluster/{cluster}""#)),
        );
        format!(
            r#"{{"Effect":"Allow","Principal":{{"Service":"pods.eks.amazonaws.com"}},"Action":{actions},"Condition":{{"{operator}":{{{}}}}}}}"#,
            conditions.join(",")
        )
    })
}

fn policies() -> impl Strategy<Value = String> {
    let others = one_of(&[
        r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"sts:AssumeRole"}"#,
    ]);
    let statement = prop_oneof![3 => of_tokens(), 3 => of_associations(), 1 => others];
    proptest::collection::vec(statement, 1..4).prop_map(|statements| {
        format!("{{\"Version\":\"2012-10-17\",\n \"Statement\": [{}]}}", statements.join(",\n  "))
    })
}

/// What the role says to each ServiceAccount, by both mechanisms.
fn answers(world: &World, role: &RoleArn) -> Vec<((&'static str, &'static str, IdentityKind), Truth)> {
    let mut all = Vec::new();
    for namespace in NAMESPACES {
        for account in ACCOUNTS {
            for way in [IdentityKind::WebIdentity, IdentityKind::PodIdentity] {
                let own = (&name(namespace), &name(account));
                let check = trust_if_bound(&world.inventory, own, role, way).unwrap();
                all.push(((namespace, account, way), check.review.unwrap().answer));
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn one_is_let_in_and_nobody_else(trust in policies()) {
        let (mut world, arn) = (world(), arn("eks/law"));
        for namespace in NAMESPACES {
            for account in ACCOUNTS {
                world.account(namespace, account);
            }
        }
        world.role(role("eks/law", &trust));
        let before = answers(&world, &arn);
        let Ok(plan) = repair_trust(world.seen(), (&name("shop"), &name("api")), Some(&arn)) else { return Ok(()) };
        let after_text = document(&plan, 0);
        world.role(role("eks/law", &after_text));
        let after = answers(&world, &arn);
        let own = |(who, _): &((&str, &str, IdentityKind), Truth)| (who.0, who.1) == ("shop", "api");
        prop_assert!(after.iter().filter(|one| own(one)).any(|(_, answer)| answer.is_yes()), "{trust}\n{after_text}");
        for (one, other) in before.iter().zip(&after).filter(|(one, _)| !own(one)) {
            prop_assert!(one.1 >= other.1, "{:?} was {:?}, is {:?}:\n{trust}\n{after_text}", one.0, one.1, other.1);
        }
        // every statement but one stands as it stood
        let (old, new) = (statement_texts(&trust).unwrap(), statement_texts(&after_text).unwrap());
        let changed = old.iter().zip(&new).filter(|(old, new)| old != new).count();
        prop_assert!(changed + (new.len() - old.len()) == 1, "{trust}\n{after_text}");
        prop_assert!(!same_document(&trust, &after_text));
    }
}
