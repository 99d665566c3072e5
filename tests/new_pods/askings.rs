//! What the running pods of a ServiceAccount have: one identity where they share it, counted with those who get as much of
//! it, and nothing known of what sets their sessions apart.

use crate::shop::{World, role};
use crate::{API, OURS, tell, trusting};
use rolecall::domain::identity::{Asking, Instead, Usable, asking_of_node, askings_of_running};
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::{Name, OidcProvider, Reading, Time};
use rolecall::domain::policy::{KeyName, Layer, Value, Values};
use serde_json::{Value as Json, json};

const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

fn pod(name: &str, node: &str, spec: &Json) -> Json {
    json!({"namespace": "shop", "name": name, "node": node, "spec": spec})
}

/// What they have, with the pods of one ServiceAccount.
fn askings(world: &World, account: &str) -> Vec<Asking> {
    askings_of_running(&world.inventory, &world.identities, ("shop", account), |_, _| true)
}

/// What is known of a key of its requests.
fn known(asking: &Asking, key: &str) -> String {
    let bearer = asking.bearer.as_ref().expect("it has a role");
    match bearer.context.value(&KeyName::new(key)) {
        Value::One(value) => value.to_owned(),
        Value::Shaped(shape) => format!("~{}", shape.pattern),
        other => format!("{other:?}"),
    }
}

#[test]
fn pods_of_one_template_are_counted_with_those_who_get_as_much() {
    let [open, fargate] = ["open", "fargate-ip-10-0-0-1"];
    let pods = [("m-a", open), ("m-b", fargate), ("m-c", open), ("m-d", fargate), ("m-e", fargate), ("m-f", fargate)];
    let world = World::with(&json!({"pods": pods.map(|(name, node)| pod(name, node, &json!("mailer")))}));
    let counted: Vec<_> = askings(&world, "mailer").iter().map(|asking| (asking.usable, asking.pods)).collect();
    assert_eq!(counted, [(Usable::Yes, 2), (Usable::No, 4)], "no agent answers on Fargate");
}

#[test]
fn which_pod_asks_is_not_known_of_several() {
    let world = |names: &[&str]| {
        let pods: Vec<Json> = names.iter().map(|name| pod(name, "open", &json!("mailer"))).collect();
        World::with(&json!({"pods": pods}))
    };
    let tags = |world: &World| {
        let askings = askings(world, "mailer");
        let [asking] = askings.as_slice() else { panic!("{askings:?}") };
        ["namespace", "pod-name"].map(|tag| known(asking, &format!("aws:PrincipalTag/kubernetes-{tag}")))
    };
    assert_eq!(tags(&world(&["m-a"])), ["shop", "Unknown"], "its UID was not read");
    let named = |names: &[&str]| {
        let mut pods: Vec<Json> = names.iter().map(|name| pod(name, "open", &json!("mailer"))).collect();
        for pod in &mut pods {
            pod["uid"] = json!(format!("uid of {}", pod["name"]));
        }
        World::with(&json!({"pods": pods}))
    };
    assert_eq!(tags(&named(&["m-a"])), ["shop", "m-a"]);
    assert_eq!(tags(&named(&["m-a", "m-b"])), ["shop", "Unknown"]);
}

#[test]
fn on_which_instance_a_nodes_role_is_had_is_known_of_pods_of_one_node() {
    let on = |nodes: &[&str]| {
        let of = |(at, node): (usize, &&str)| pod(&format!("p-{at}"), node, &json!("plain"));
        let world = World::with(&json!({"pods": nodes.iter().enumerate().map(of).collect::<Vec<_>>()}));
        let askings = askings(&world, "default");
        let [asking] = askings.as_slice() else { panic!("{askings:?}") };
        let bearer = asking.bearer.as_ref().expect("a node's role");
        (asking.pods, bearer.principal().to_owned())
    };
    let session = "arn:aws:sts::111122223333:assumed-role/main-node/i-00000000000000001".to_owned();
    assert_eq!(on(&["open", "open"]), (2, session));
    assert_eq!(on(&["open", "optional"]), (2, "arn:aws:iam::111122223333:role/main-node".to_owned()));
}

/// A pod whose token is made for that; for none that is seen where it is `None`.
fn with_token(name: &str, audience: Option<&str>) -> Json {
    let mut spec = json!({"serviceAccount": "api", "containers": [{"name": "app", "env": [
        {"name": "AWS_ROLE_ARN", "value": API},
        {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": "/var/run/secrets/eks.amazonaws.com/serviceaccount/token"}]}]});
    if let Some(audience) = audience {
        spec["containers"][0]["mounts"] =
            json!([{"volume": "aws-iam-token", "path": "/var/run/secrets/eks.amazonaws.com/serviceaccount"}]);
        spec["volumes"] = json!([{"name": "aws-iam-token", "tokens": [{"path": "token", "audience": audience}]}]);
    }
    pod(name, "open", &spec)
}

#[test]
fn what_a_token_is_made_for_stays_with_the_session_and_is_not_known_where_none_is_seen() {
    let mut trusting = trusting(API, OURS);
    let condition = &mut trusting["trust"]["Statement"][0]["Condition"]["StringEquals"];
    condition.as_object_mut().expect("keys").remove(&format!("{ISSUER}:aud"));
    let of = |pods: &[Json]| {
        let mut world = World::with(&json!({"pods": pods, "roles": [trusting]}));
        let provider = OidcProvider {
            arn: Name::from(format!("arn:aws:iam::111122223333:oidc-provider/{ISSUER}").as_str()),
            client_ids: Some(vec!["sts.amazonaws.com".into(), "vault".into()]),
            unread: None,
        };
        tell(&mut world, Delta::Providers(Reading::Read { value: vec![provider], at: Time::UNIX_EPOCH }));
        let askings = askings(&world, "api");
        askings.iter().map(|asking| (asking.pods, known(asking, &format!("{ISSUER}:aud")))).collect::<Vec<_>>()
    };
    let [first, second] = ["a-1", "a-2"].map(|name| with_token(name, Some("sts.amazonaws.com")));
    assert_eq!(of(&[first.clone(), second]), [(2, "sts.amazonaws.com".to_owned())]);
    let others = [(1, "sts.amazonaws.com".to_owned()), (1, "vault".to_owned())];
    assert_eq!(of(&[first, with_token("a-2", Some("vault"))]), others);
    assert_eq!(of(&[with_token("a-1", None)]), [(1, "Unknown".to_owned())]);
}

#[test]
fn a_node_without_a_role_says_why() {
    let world = World::with(&json!({"roles": [role("arn:aws:iam::111122223333:role/main-node", &json!([]))]}));
    for (node, has_none, why) in [
        ("hybrid", true, "a hybrid node has no instance metadata"),
        ("fargate-ip-10-0-0-1", true, "a Fargate node has no instance metadata"),
        ("profileless", true, "the node's instance has no instance profile"),
        ("roleless", true, "the instance profile of the node holds no role"),
        ("nowhere", false, "the node itself was not read, so its role is not known"),
    ] {
        let asking = asking_of_node(&world.inventory, node);
        let (is_no, said) = match &asking.instead {
            Some(Instead::No(layer, said)) => (*layer == Layer::Credentials, said.as_str()),
            Some(Instead::Open(said)) => (false, said.as_str()),
            None => panic!("{node} has a role"),
        };
        assert!(is_no == has_none && said.starts_with(why), "{node}: {said}");
        assert_eq!(asking.role, None, "{node}");
    }
    assert_eq!(asking_of_node(&world.inventory, "open").instead, None);
}
