//! Pods as the API server writes them, and what is kept of each.

use crate::domain::inventory::{Delta, Kind};
use crate::domain::model::{Container, ContainerKind, EnvSource, EnvValue, Interner, Phase, Pod};
use crate::source::kube::decode;
use serde_json::{Value, json};
use std::sync::Arc;

fn read(pod: &Value, interner: &mut Interner) -> Pod {
    match decode::object(Kind::Pod, &pod.to_string(), interner) {
        Ok(Delta::Pod(pod)) => *pod,
        other => panic!("no pod: {other:?}"),
    }
}

fn pod(spec: &Value) -> Pod {
    let whole = json!({"metadata": {"name": "api-0", "namespace": "shop", "uid": "u-1",
        "annotations": {"team/role": "arn:aws:iam::111122223333:role/by-annotation"}}, "spec": spec});
    read(&whole, &mut Interner::default())
}

fn literal<'a>(container: &'a Container, name: &str) -> Option<&'a str> {
    container.env(name).and_then(EnvValue::literal).map(|value| &**value)
}

const IRSA_PATH: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
const POD_IDENTITY_PATH: &str = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";

/// As the webhook of EKS leaves one, with what a real cluster adds.
fn injected_with_irsa(name: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": name, "generateName": "api-7d9f6c5b4-", "namespace": "shop", "uid": "u-1", "resourceVersion": "4711",
            "creationTimestamp": "2026-11-20T08:00:00Z",
            "labels": {"app": "api", "pod-template-hash": "7d9f6c5b4"},
            "annotations": {"kubectl.kubernetes.io/restartedAt": "2026-11-20T07:59:00Z",
                "eks.amazonaws.com/skip-containers": "proxy", "eks.amazonaws.com/token-expiration": "3600"},
            "ownerReferences": [{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "api-7d9f6c5b4", "uid": "r", "controller": true,
                "blockOwnerDeletion": true}],
            "managedFields": [{"manager": "kube-controller-manager", "operation": "Update", "apiVersion": "v1",
                "time": "2026-11-20T08:00:00Z", "fieldsType": "FieldsV1", "fieldsV1": {"f:metadata": {"f:labels": {}}}}]
        },
        "spec": {
            "volumes": [
                {"name": "aws-iam-token", "projected": {"defaultMode": 420, "sources": [
                    {"serviceAccountToken": {"audience": "sts.amazonaws.com", "expirationSeconds": 86400, "path": "token"}}]}},
                {"name": format!("kube-api-access-{name}"), "projected": {"sources": [
                    {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
                    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}}]}},
                {"name": "data", "emptyDir": {}}
            ],
            "containers": [{
                "name": "app", "image": "api:1",
                "env": [
                    {"name": "DATABASE_PASSWORD", "value": "hunter2"},
                    {"name": "AWS_STS_REGIONAL_ENDPOINTS", "value": "regional"},
                    {"name": "AWS_DEFAULT_REGION", "value": "eu-west-1"},
                    {"name": "AWS_REGION", "value": "eu-west-1"},
                    {"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::111122223333:role/api"},
                    {"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": format!("{IRSA_PATH}/token")}
                ],
                "volumeMounts": [
                    {"name": "data", "mountPath": "/data"},
                    {"name": format!("kube-api-access-{name}"), "readOnly": true, "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                    {"name": "aws-iam-token", "readOnly": true, "mountPath": IRSA_PATH}
                ]
            }],
            "nodeName": "ip-10-0-0-1", "serviceAccountName": "api", "serviceAccount": "api"
        },
        "status": {"phase": "Running", "conditions": [{"type": "PodScheduled", "status": "True"}, {"type": "Ready", "status": "True"}]}
    })
}

#[test]
fn a_pod_that_irsa_was_injected_into() {
    let pod = read(&injected_with_irsa("api-7d9f6c5b4-x2x2x"), &mut Interner::default());
    assert_eq!((&*pod.namespace, &*pod.name, &*pod.uid), ("shop", "api-7d9f6c5b4-x2x2x", "u-1"));
    assert_eq!((&*pod.resource_version, pod.phase, pod.ready, pod.terminating), ("4711", Phase::Running, true, false));
    assert_eq!(pod.created.map(|at| at.to_string()).as_deref(), Some("2026-11-20T08:00:00Z"));
    assert_eq!(pod.node.as_deref(), Some("ip-10-0-0-1"));
    assert_eq!(pod.workload().map(|workload| workload.kubectl_name()).as_deref(), Some("deployment/api"));

    let spec = &pod.spec;
    assert_eq!((&*spec.service_account, spec.skip_containers.as_deref()), ("api", Some("proxy")));
    assert_eq!(spec.token_expiration.as_deref(), Some("3600"));
    let [container] = &spec.containers[..] else { panic!("one container") };
    let names: Vec<_> = container.env.iter().map(|env| &*env.name).collect();
    assert_eq!(names[..2], ["AWS_STS_REGIONAL_ENDPOINTS", "AWS_DEFAULT_REGION"], "in the order of the spec");
    assert!(!names.contains(&"DATABASE_PASSWORD"));
    assert_eq!(literal(container, "AWS_ROLE_ARN"), Some("arn:aws:iam::111122223333:role/api"));
    assert_eq!(container.mounts.len(), 1, "only the token's mount: {:?}", container.mounts);
    let token = spec.token_at(container, &format!("{IRSA_PATH}/token")).expect("the token is mounted there");
    assert_eq!((token.audience.as_deref(), token.expiration_seconds), (Some("sts.amazonaws.com"), Some(86_400)));
}

#[test]
fn replicas_share_one_spec() {
    let mut interner = Interner::default();
    let pods =
        ["api-7d9f6c5b4-aaaaa", "api-7d9f6c5b4-bbbbb"].map(|name| read(&injected_with_irsa(name), &mut interner));
    assert!(Arc::ptr_eq(&pods[0].spec, &pods[1].spec));
}

#[test]
fn a_pod_that_pod_identity_was_injected_into() {
    let identity = |seconds: i64| {
        json!({"serviceAccountName": "api",
            "volumes": [{"name": "eks-pod-identity-token", "projected": {"sources": [{"serviceAccountToken":
                {"audience": "pods.eks.amazonaws.com", "expirationSeconds": seconds, "path": "eks-pod-identity-token"}}]}}],
            "containers": [{"name": "app",
                "env": [{"name": "AWS_CONTAINER_CREDENTIALS_FULL_URI", "value": "http://169.254.170.23/v1/credentials"},
                    {"name": "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "value": format!("{POD_IDENTITY_PATH}/eks-pod-identity-token")}],
                "volumeMounts": [{"name": "eks-pod-identity-token", "mountPath": POD_IDENTITY_PATH, "readOnly": true}]}]})
    };
    let one = pod(&identity(86_400));
    let container = &one.spec.containers[0];
    assert_eq!(literal(container, "AWS_CONTAINER_CREDENTIALS_FULL_URI"), Some("http://169.254.170.23/v1/credentials"));
    let token = one.spec.token_at(container, &format!("{POD_IDENTITY_PATH}/eks-pod-identity-token")).expect("mounted");
    assert_eq!((token.audience.as_deref(), token.expiration_seconds), (Some("pods.eks.amazonaws.com"), None));
    assert_eq!(one.spec, pod(&identity(80_123)).spec, "the expiry is drawn at random and must not tell replicas apart");
}

#[test]
fn no_secret_is_kept() {
    let read = pod(&json!({"containers": [{"name": "app", "env": [
        {"name": "AWS_ACCESS_KEY_ID", "value": "AKIAIOSFODNN7EXAMPLE"}, {"name": "AWS_SECRET_ACCESS_KEY", "value": ""},
        {"name": "AWS_SESSION_TOKEN", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "token", "optional": true}}},
        {"name": "HTTPS_PROXY", "value": "http://user:pass@proxy"}, {"name": "no_proxy"},
        {"name": "AWS_PROFILE", "valueFrom": {"configMapKeyRef": {"name": "aws", "key": "profile"}}}]}]}));
    let container = &read.spec.containers[0];
    assert_eq!(container.env("AWS_ACCESS_KEY_ID"), Some(&EnvValue::Present));
    assert_eq!(container.env("AWS_SECRET_ACCESS_KEY"), Some(&EnvValue::Empty));
    assert!(matches!(container.env("AWS_SESSION_TOKEN"), Some(EnvValue::Secret { optional: true, .. })));
    assert_eq!(container.env("HTTPS_PROXY"), Some(&EnvValue::Present));
    assert_eq!(container.env("no_proxy"), Some(&EnvValue::Empty));
    assert!(matches!(container.env("AWS_PROFILE"), Some(EnvValue::ConfigMap { optional: false, .. })));
    assert!(!format!("{read:?}").contains("AKIA"));
    assert_eq!(&*read.spec.service_account, "default", "a pod that names none runs as default");
}

#[test]
fn values_that_lead_elsewhere_are_followed_where_they_are_read() {
    let field = |path: &str| json!({"fieldRef": {"apiVersion": "v1", "fieldPath": path}});
    let read = pod(&json!({"containers": [{"name": "app", "env": [
        {"name": "ACCOUNT", "value": "111122223333"},
        {"name": "AWS_ROLE_ARN", "value": "arn:aws:iam::$(ACCOUNT):role/api"},
        {"name": "AWS_PROFILE", "valueFrom": field("metadata.annotations['team/role']")},
        {"name": "AWS_REGION", "valueFrom": field("metadata.annotations['absent']")},
        {"name": "AWS_CONFIG_FILE", "value": "/etc/$(UNSET)/config"},
        {"name": "AWS_POD", "valueFrom": field("metadata.name")}, {"name": "AWS_DEFAULT_REGION", "valueFrom": field("status.podIP")}]}]}));
    let container = &read.spec.containers[0];
    assert_eq!(literal(container, "AWS_ROLE_ARN"), Some("arn:aws:iam::111122223333:role/api"));
    assert_eq!(literal(container, "AWS_PROFILE"), Some("arn:aws:iam::111122223333:role/by-annotation"));
    assert_eq!(container.env("AWS_REGION"), Some(&EnvValue::Empty));
    assert_eq!(literal(container, "AWS_CONFIG_FILE"), Some("/etc/$(UNSET)/config"));
    assert_eq!(
        container.env("AWS_POD"),
        Some(&EnvValue::Field("metadata.name".into())),
        "it would differ in every pod"
    );
    assert_eq!(container.env("AWS_DEFAULT_REGION"), Some(&EnvValue::Field("status.podIP".into())));
}

#[test]
fn env_from_and_an_open_reference() {
    let read = pod(&json!({"containers": [{"name": "app",
        "envFrom": [{"secretRef": {"name": "aws-keys"}}, {"prefix": "AWS_", "configMapRef": {"name": "settings", "optional": true}}],
        "env": [{"name": "AWS_ROLE_ARN", "value": "$(ROLE)"}]}]}));
    let container = &read.spec.containers[0];
    let [secret, map] = &container.env_from[..] else { panic!("two sources") };
    assert_eq!((&secret.source, secret.optional), (&EnvSource::Secret("aws-keys".into()), false));
    assert_eq!((&map.source, &*map.prefix, map.optional), (&EnvSource::ConfigMap("settings".into()), "AWS_", true));
    assert_eq!(container.env("AWS_ROLE_ARN"), Some(&EnvValue::Present), "ROLE may come from either of them");
}

#[test]
fn containers_in_the_order_in_which_they_start() {
    let read = pod(&json!({
        "containers": [{"name": "app"}],
        "initContainers": [{"name": "migrate"}, {"name": "mesh", "restartPolicy": "Always"}],
        "ephemeralContainers": [{"name": "debugger", "targetContainerName": "app"}], "hostNetwork": true}));
    let kinds: Vec<_> = read.spec.containers.iter().map(|container| (&*container.name, container.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("migrate", ContainerKind::Init),
            ("mesh", ContainerKind::Sidecar),
            ("app", ContainerKind::Main),
            ("debugger", ContainerKind::Ephemeral),
        ]
    );
    assert!(read.spec.host_network);
}

#[test]
fn a_windows_pod_keeps_its_token() {
    let folder = r"C:\var\run\secrets\eks.amazonaws.com\serviceaccount";
    let read = pod(&json!({"nodeSelector": {"kubernetes.io/os": "windows"},
        "volumes": [{"name": "aws-iam-token", "projected": {"sources": [{"serviceAccountToken": {"audience": "sts.amazonaws.com", "path": "token"}}]}}],
        "containers": [{"name": "app", "env": [{"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": format!(r"{folder}\token")}],
            "volumeMounts": [{"name": "aws-iam-token", "mountPath": folder}]}]}));
    assert!(read.spec.windows);
    assert!(read.spec.token_at(&read.spec.containers[0], &format!(r"{folder}\token")).is_some());
}

#[test]
fn mounts_where_sdks_look_for_configuration() {
    let read = pod(&json!({
        "volumes": [{"name": "home", "secret": {"secretName": "aws-credentials"}}, {"name": "etc", "configMap": {"name": "aws-config"}},
            {"name": "logs", "emptyDir": {}}],
        "containers": [{"name": "app", "env": [{"name": "AWS_CONFIG_FILE", "value": "/etc/aws/config"}],
            "volumeMounts": [{"name": "home", "mountPath": "/root/.aws/credentials", "subPath": "credentials"},
                {"name": "etc", "mountPath": "/etc/aws/"}, {"name": "logs", "mountPath": "/var/log"}]}]}));
    let mounts: Vec<_> =
        read.spec.containers[0].mounts.iter().map(|mount| (&*mount.volume, mount.sub_path.as_deref())).collect();
    assert_eq!(mounts, [("home", Some("credentials")), ("etc", None)]);
    let [home, etc] = &read.spec.volumes[..] else { panic!("two volumes: {:?}", read.spec.volumes) };
    assert_eq!((home.secret.as_deref(), etc.config_map.as_deref()), (Some("aws-credentials"), Some("aws-config")));
}

#[test]
fn the_api_servers_own_token_only_where_a_variable_points_at_it() {
    let path = "/var/run/secrets/kubernetes.io/serviceaccount";
    let mut whole = injected_with_irsa("api-7d9f6c5b4-x2x2x");
    whole["spec"]["containers"][0]["env"] =
        json!([{"name": "AWS_WEB_IDENTITY_TOKEN_FILE", "value": format!("{path}/token")}]);
    let read = read(&whole, &mut Interner::default());
    let token = read.spec.token_at(&read.spec.containers[0], &format!("{path}/token")).expect("it is mounted");
    assert_eq!((token.audience.as_deref(), token.expiration_seconds), (None, Some(3_607)));
}

#[test]
fn an_object_that_cannot_be_understood_costs_itself() {
    let good = injected_with_irsa("api-7d9f6c5b4-x2x2x");
    let mut bad = injected_with_irsa("api-7d9f6c5b4-broken");
    bad["spec"]["containers"] = json!("none");
    let list = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "9", "continue": "more", "remainingItemCount": 3},
        "items": [good, bad, {"metadata": {}}]});
    let page = decode::page(Kind::Pod, list.to_string().as_bytes(), &mut Interner::default()).expect("it is a list");
    assert_eq!((page.deltas.len(), page.left_out.len()), (1, 2));
    assert_eq!(page.left_out[0].object.as_deref(), Some("shop/api-7d9f6c5b4-broken"));
    assert_eq!((&*page.meta.next, page.meta.remaining_item_count), ("more", Some(3)));
}

#[test]
fn the_head_of_a_list_is_read_without_its_objects() {
    let head = decode::head(
        br#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"c"},"items":[{"meta"#,
    );
    assert_eq!(head.map(|head| (head.resource_version, head.next)), Some(("9".into(), "c".into())));
    assert_eq!(decode::head(br#"{"items":[],"metadata":{}}"#), None, "then the whole body has to be read first");
}
