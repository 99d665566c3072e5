//! Small worlds for the laws: few names, so that everything meets everything, and every delta there is.

use super::trusts::TRUSTS;
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use proptest::{option::of, sample::select};
use rolecall::domain::inventory::{Delta, Kind, ObjectRef, OwnerTemplate, Scope};
use rolecall::domain::model::{
    AnnotationSet, Association, AttachedPolicy, Caller, Cluster, Compute, Confirmation, Container, ContainerKind,
    EnvFrom, EnvSource, EnvValue, EnvVar, Gap, GapReason, Instance, InstanceProfile, Keeper, KubernetesUser,
    ManagedPolicy, MetadataOptions, Mount, Name, Namespace, Node, Nodegroup, OidcProvider, Owner, Phase, Pod, PodSpec,
    Reading, Role, RoleAnnotation, RoleArn, ServiceAccount, Time, TokenVolume, Tool, Volume, Webhook, WebhookSelector,
};
use std::sync::Arc;

const NAMESPACES: [&str; 3] = ["shop", "kube-system", "pay"];
const PODS: [&str; 4] = ["p0", "p1", "p2\u{1b}[31m", "agent"];
const ACCOUNTS: [&str; 4] = ["a0", "a1", "a2\u{202e}", ""];
const NODES: [&str; 4] = ["n0", "n1", "n2", "fargate-ip-10-0-0-1"];
const IDS: [&str; 2] = ["i-00000000", "i-11111111"];
const PROFILES: [&str; 2] =
    ["arn:aws:iam::111122223333:instance-profile/a", "arn:aws:iam::111122223333:instance-profile/b"];
const ROLES: [&str; 4] = [
    "arn:aws:iam::111122223333:role/r0",
    "arn:aws:iam::111122223333:role/eks/r0",
    "arn:aws:iam::111122223333:role/node",
    "no arn\u{7}",
];
const CONFIG_MAPS: [&str; 2] = ["cm", "aws-cm"];
const TOKEN: &str = "/var/run/secrets/eks.amazonaws.com/serviceaccount";

/// A moment, in seconds from a fixed one.
pub(crate) fn moment(seconds: i64) -> Time {
    Time::from_second(1_790_000_000 + seconds).unwrap_or_default()
}

/// Deltas in any order, in batches.
pub(crate) fn batches() -> impl Strategy<Value = Vec<Vec<Delta>>> {
    vec(vec(delta(), 1..6), 1..14)
}

fn name(of: &'static [&'static str]) -> impl Strategy<Value = Name> + Clone {
    select(of).prop_map(Name::from)
}

fn time() -> impl Strategy<Value = Time> + Clone {
    (0..5_i64).prop_map(moment)
}

fn gap() -> Gap {
    Gap::new("it", "call", GapReason::Forbidden, "it may not be read")
}

fn reading<T: std::fmt::Debug + Clone + 'static>(
    value: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Reading<T>> {
    prop_oneof![
        4 => value.prop_map(|value| Reading::Read { value, at: moment(9) }),
        1 => Just(Reading::Missing { at: moment(9) }),
        1 => select(vec![GapReason::Forbidden, GapReason::Timeout]).prop_map(|reason| Reading::Unread(Gap { reason, ..gap() })),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    select(&Kind::ALL[..])
}

fn delta() -> impl Strategy<Value = Delta> {
    let kubernetes = prop_oneof![
        6 => pod().prop_map(|pod| Delta::Pod(Box::new(pod))),
        4 => account().prop_map(|account| Delta::ServiceAccount(Box::new(account))),
        3 => node().prop_map(|node| Delta::Node(Box::new(node))),
        1 => name(&NAMESPACES).prop_map(|name| Delta::Namespace(Namespace { name, terminating: false, created: None })),
        1 => webhooks(),
        1 => Just(Delta::AgentDaemonSet),
        1 => reading(btree_set(name(&NODES), 0..3)).prop_map(Delta::AgentNodes),
        3 => gone().prop_map(Delta::Gone),
    ];
    prop_oneof![6 => kubernetes, 4 => listing(), 6 => aws(), 2 => on_demand()]
}

fn listing() -> impl Strategy<Value = Delta> {
    let scope = prop_oneof![3 => Just(Scope::Cluster), 1 => name(&NAMESPACES).prop_map(Scope::Namespace)];
    prop_oneof![
        3 => (kind(), scope).prop_map(|(kind, scope)| Delta::Listing { kind, scope, expected: None }),
        4 => kind().prop_map(|kind| Delta::Listed(kind, moment(9))),
        1 => kind().prop_map(|kind| Delta::Stalled(kind, moment(9), gap())),
        1 => kind().prop_map(|kind| Delta::Resumed(kind, moment(9))),
        1 => kind().prop_map(|kind| Delta::Unreadable(kind, gap())),
        1 => kind().prop_map(|kind| Delta::LeftOut(kind, gap())),
        1 => kind().prop_map(|kind| Delta::Narrowed(kind, gap())),
        1 => (kind(), 0..9_usize).prop_map(|(kind, count)| Delta::Expected(kind, count)),
    ]
}

fn gone() -> impl Strategy<Value = ObjectRef> {
    let within = (name(&NAMESPACES), name(&PODS), name(&ACCOUNTS)).prop_flat_map(|(namespace, pod, account)| {
        let gone = [
            ObjectRef::new(Kind::Pod, namespace.clone(), pod),
            ObjectRef::new(Kind::ServiceAccount, namespace.clone(), account),
            ObjectRef::cluster(Kind::Namespace, namespace.clone()),
            ObjectRef::new(Kind::DaemonSet, Name::from("kube-system"), Name::from("eks-pod-identity-agent")),
            ObjectRef::cluster(Kind::Webhook, Name::from("webhook")),
        ];
        select(gone.to_vec())
    });
    prop_oneof![4 => within, 1 => name(&NODES).prop_map(|node| ObjectRef::cluster(Kind::Node, node))]
}

fn aws() -> impl Strategy<Value = Delta> {
    let caller = Caller { arn: Name::from("arn:aws:iam::111122223333:user/u"), account: Name::from("111122223333") };
    prop_oneof![
        1 => reading(Just(caller)).prop_map(Delta::Caller),
        3 => reading(cluster()).prop_map(Delta::Cluster),
        4 => reading(vec(association(), 0..4)).prop_map(Delta::Associations),
        1 => reading(vec(provider(), 0..2)).prop_map(Delta::Providers),
        4 => name(&ROLES).prop_flat_map(|arn| (Just(arn.clone()), reading(role(arn).prop_map(Box::new))))
            .prop_map(|(arn, role)| Delta::Role(arn, role)),
        1 => reading(policy()).prop_map(|policy| Delta::ManagedPolicy(Name::from("policy"), policy)),
        1 => reading(Just(())).prop_map(Delta::Sweep),
        3 => name(&IDS).prop_flat_map(|id| (Just(id.clone()), reading(instance(id))))
            .prop_map(|(id, instance)| Delta::Instance(id, instance)),
        2 => name(&PROFILES).prop_flat_map(|arn| (Just(arn.clone()), reading(profile(arn))))
            .prop_map(|(arn, profile)| Delta::InstanceProfile(arn, profile)),
        1 => reading(of(name(&ROLES)).prop_map(|role| Nodegroup { name: Name::from("main"), role_arn: role.map(RoleArn::new) }))
            .prop_map(|group| Delta::Nodegroup(Name::from("main"), group)),
    ]
}

fn on_demand() -> impl Strategy<Value = Delta> {
    let keys =
        select(vec![vec![], vec!["AWS_ACCESS_KEY_ID"], vec!["ACCESS_KEY_ID"], vec!["AWS_WEB_IDENTITY_TOKEN_FILE"]])
            .prop_map(|keys| keys.into_iter().map(Name::from).collect::<Vec<Name>>());
    let template = select(vec![vec![], vec!["AWS_ROLE_ARN"]])
        .prop_map(|names| OwnerTemplate { env: vec![(Name::from("c0"), names.into_iter().map(Name::from).collect())] });
    let user = KubernetesUser { name: Name::from("u"), groups: Vec::new() };
    prop_oneof![
        3 => (name(&NAMESPACES), name(&CONFIG_MAPS), reading(keys)).prop_map(|(ns, map, keys)| Delta::ConfigMapKeys(ns, map, keys)),
        2 => (name(&NAMESPACES), reading(template))
            .prop_map(|(ns, template)| Delta::Template(ns, Name::from("Deployment"), Name::from("web"), template)),
        2 => (name(&NAMESPACES), reading(super::rollouts::rollout()))
            .prop_map(|(ns, rollout)| Delta::Workload(ns, Name::from("Deployment"), Name::from("web"), rollout)),
        1 => reading(Just(user)).prop_map(Delta::KubernetesUser),
    ]
}

fn pod() -> impl Strategy<Value = Pod> {
    let phase =
        select(vec![Phase::Running, Phase::Running, Phase::Running, Phase::Pending, Phase::Succeeded, Phase::Failed]);
    let owner = |kind: &str, name: &str, from_template_hash| {
        Some(Owner { kind: Name::from(kind), name: Name::from(name), from_template_hash })
    };
    let owners = vec![
        None,
        owner("ReplicaSet", "web-1", true),
        owner("DaemonSet", "eks-pod-identity-agent", false),
        owner("Job", "once", false),
    ];
    let place = (name(&NAMESPACES), name(&PODS), of(name(&NODES)));
    let life = (of(time()), prop::bool::weighted(0.1), phase, any::<bool>(), select(owners));
    (place, life, spec()).prop_map(|((namespace, name, node), (created, terminating, phase, ready, owner), spec)| Pod {
        namespace,
        name,
        uid: "uid".into(),
        resource_version: "1".into(),
        created,
        terminating,
        phase,
        ready,
        owner,
        node,
        spec: Arc::new(spec),
    })
}

fn spec() -> impl Strategy<Value = PodSpec> {
    let flag = || prop::bool::weighted(0.2);
    let skip = select(vec![None, Some("c0"), Some("c1, c0"), Some("c0,\"x")]);
    let flags = (flag(), flag(), flag(), skip, flag(), select(vec![Some("sts.amazonaws.com"), None]));
    (name(&ACCOUNTS), flags, vec(container(), 0..4)).prop_map(|(service_account, flags, containers)| {
        let (host_network, windows, skip_label, skip, legacy, audience) = flags;
        let rename =
            |(at, container): (usize, Container)| Container { name: Name::from(format!("c{at}")), ..container };
        let token =
            TokenVolume { path: Name::from("token"), audience: audience.map(Name::from), expiration_seconds: None };
        let volume = |name: &str, tokens, secret: Option<&str>| Volume {
            name: Name::from(name),
            tokens,
            secret: secret.map(Name::from),
            config_map: None,
        };
        PodSpec {
            service_account,
            host_network,
            windows,
            skip_label,
            skip_containers: skip.map(Name::from),
            legacy_role: legacy.then(|| Name::from("old")),
            containers: containers.into_iter().enumerate().map(rename).collect(),
            volumes: vec![volume("aws-iam-token", vec![token], None), volume("creds", Vec::new(), Some("aws-creds"))],
            ..PodSpec::default()
        }
    })
}

/// One variable: its name and where it comes from.
fn env() -> impl Strategy<Value = EnvVar> {
    let literal = |value: &str| EnvValue::Literal(Name::from(value));
    let secret = EnvValue::Secret { name: Name::from("s"), key: Name::from("k"), optional: true };
    let mut all: Vec<(&str, EnvValue)> = ROLES.iter().map(|role| ("AWS_ROLE_ARN", literal(role))).collect();
    all.extend([
        ("AWS_WEB_IDENTITY_TOKEN_FILE", literal(&format!("{TOKEN}/token"))),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", literal("/x")),
        ("AWS_ROLE_ARN", EnvValue::Empty),
        ("AWS_ROLE_ARN", secret.clone()),
        ("AWS_REGION", literal("eu-west-1")),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", literal("http://169.254.170.23/v1/credentials")),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", literal("http://127.0.0.1/")),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", literal("/t")),
        ("AWS_EC2_METADATA_DISABLED", literal("true")),
        ("AWS_EC2_METADATA_V1_DISABLED", literal("true")),
        ("AWS_PROFILE", literal("p")),
        ("AWS_ACCESS_KEY_ID", EnvValue::Present),
        ("AWS_ACCESS_KEY_ID", secret),
        ("AWS_ACCESS_KEY_ID", EnvValue::Empty),
    ]);
    select(all).prop_map(|(name, value)| EnvVar { name: Name::from(name), value })
}

fn container() -> impl Strategy<Value = Container> {
    use ContainerKind::{Ephemeral, Init, Main, Sidecar};
    let kind = select(vec![Main, Main, Main, Init, Sidecar, Ephemeral]);
    let injected = name(&ROLES).prop_map(|role| {
        let pair = [("AWS_ROLE_ARN", role), ("AWS_WEB_IDENTITY_TOKEN_FILE", Name::from(format!("{TOKEN}/token")))];
        pair.map(|(name, value)| EnvVar { name: Name::from(name), value: EnvValue::Literal(value) }).to_vec()
    });
    let env = prop_oneof![2 => Just(Vec::new()), 2 => injected, 3 => vec(env(), 0..4)];
    let source = prop_oneof![
        name(&CONFIG_MAPS).prop_map(EnvSource::ConfigMap),
        select(vec!["aws-keys", "other"]).prop_map(|name| EnvSource::Secret(Name::from(name))),
    ];
    let from =
        (name(&["", "AWS_", "X"]), source).prop_map(|(prefix, source)| EnvFrom { prefix, source, optional: false });
    let mount = select(vec![("aws-iam-token", TOKEN), ("creds", "/root/.aws"), ("nothing", "/home/x/.aws")])
        .prop_map(|(volume, path)| Mount { volume: Name::from(volume), path: Name::from(path), sub_path: None });
    (kind, env, vec(from, 0..2), vec(mount, 0..2)).prop_map(|(kind, env, env_from, mounts)| Container {
        name: Name::from("c"),
        kind,
        env,
        env_from,
        mounts,
    })
}

fn account() -> impl Strategy<Value = ServiceAccount> {
    let set = (time(), any::<bool>()).prop_map(|(at, exact)| AnnotationSet { at, manager: Name::from("helm"), exact });
    let role = (name(&ROLES), of(set)).prop_map(|(arn, set)| RoleAnnotation { arn: RoleArn::new(arn), set });
    let keeper =
        (select(Tool::ALL.to_vec()), of(name(&["shop", "x"]))).prop_map(|(tool, name)| Box::new(Keeper { tool, name }));
    let account = (name(&NAMESPACES), name(&ACCOUNTS), of(time()), of(role), of(keeper));
    account.prop_map(|(namespace, name, created, role, keeper)| ServiceAccount {
        namespace,
        name,
        uid: "uid".into(),
        resource_version: "1".into(),
        created,
        role,
        audience: None,
        regional_sts: None,
        token_expiration: None,
        keeper,
    })
}

fn node() -> impl Strategy<Value = Node> {
    let compute =
        select(vec![Compute::Ec2, Compute::Ec2, Compute::Ec2, Compute::Auto, Compute::Fargate, Compute::Hybrid]);
    (name(&NODES), compute, of(name(&IDS)), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
        |(name, compute, id, grouped, windows)| Node {
            name,
            created: None,
            compute,
            provider_id: id.map(|id| Name::from(format!("aws:///eu-west-1a/{id}"))),
            region: None,
            nodegroup: grouped.then(|| Name::from("main")),
            nodepool: None,
            fargate_profile: None,
            cluster_name: None,
            windows,
        },
    )
}

fn webhooks() -> impl Strategy<Value = Delta> {
    let selector = |key: &str, operator: &str, values: Vec<Name>| WebhookSelector {
        key: Name::from(key),
        operator: Name::from(operator),
        values,
    };
    let skip = selector("eks.amazonaws.com/skip-pod-identity-webhook", "DoesNotExist", Vec::new());
    let left_out = selector("kubernetes.io/metadata.name", "NotIn", vec![Name::from("pay")]);
    let webhook =
        (any::<bool>(), any::<bool>(), any::<bool>(), of(time())).prop_map(move |(honours, all, covers, created)| {
            Webhook {
                configuration: Name::from("webhook"),
                name: Name::from("w"),
                object_selector: honours.then(|| skip.clone()).into_iter().collect(),
                namespace_selector: (!all).then(|| left_out.clone()).into_iter().collect(),
                covers_pod_creation: covers,
                fails_open: true,
                created,
            }
        });
    vec(webhook, 0..2).prop_map(|webhooks| Delta::Webhooks(Name::from("webhook"), webhooks))
}

fn cluster() -> impl Strategy<Value = Cluster> {
    let confirmation = select(vec![
        Confirmation::Confirmed("so".into()),
        Confirmation::Confirmed("so".into()),
        Confirmation::Open,
        Confirmation::Refuted("the issuers differ".into()),
    ]);
    confirmation.prop_map(|confirmation| Cluster {
        name: Name::from("prod"),
        arn: Some(Name::from("arn:aws:eks:eu-west-1:111122223333:cluster/prod")),
        account: Some(Name::from("111122223333")),
        issuer: Some(Name::from("https://oidc.example/id/ABC")),
        confirmation,
        ..Cluster::default()
    })
}

fn association() -> impl Strategy<Value = Association> {
    let roles = (of(name(&ROLES)), of(name(&ROLES)));
    (name(&NAMESPACES), name(&ACCOUNTS), roles, of(time())).prop_map(
        |(namespace, service_account, (own, target), created)| Association {
            id: Name::from("a-1"),
            namespace,
            service_account,
            role_arn: own.map(RoleArn::new),
            target_role_arn: target.map(RoleArn::new),
            created,
            tags: [("team".into(), "shop".into())].into(),
            ..Association::default()
        },
    )
}

fn provider() -> impl Strategy<Value = OidcProvider> {
    select(vec![None, Some("sts.amazonaws.com"), Some("https://kubernetes.default.svc")]).prop_map(|audience| {
        OidcProvider {
            arn: Name::from("arn:aws:iam::111122223333:oidc-provider/oidc.example/id/ABC"),
            client_ids: audience.map(|audience| vec![Name::from(audience)]),
            unread: audience.is_none().then(gap),
        }
    })
}

fn role(arn: Name) -> impl Strategy<Value = Role> {
    (of(Just(Name::from("policy"))), of(name(&TRUSTS))).prop_map(move |(boundary_arn, trust)| Role {
        arn: RoleArn::new(arn.clone()),
        id: Name::from("AROA"),
        created: None,
        max_session_seconds: None,
        trust,
        boundary_arn,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(vec![AttachedPolicy { arn: Name::from("policy/one"), name: Name::from("one") }]),
        inline: Ok(Vec::new()),
    })
}

fn policy() -> impl Strategy<Value = ManagedPolicy> {
    let going_on = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:*","Resource":"*"}}"#;
    select(vec!["{}", going_on]).prop_map(|text| ManagedPolicy {
        arn: Name::from("policy"),
        version: Name::from("v1"),
        document: Ok(text.into()),
    })
}

fn instance(id: Name) -> impl Strategy<Value = Instance> {
    (of(name(&PROFILES)), any::<bool>(), any::<bool>(), 1..3_u8).prop_map(
        move |(profile_arn, enabled, tokens_required, hop_limit)| Instance {
            id: id.clone(),
            profile_arn,
            metadata: MetadataOptions { enabled, tokens_required, hop_limit },
        },
    )
}

fn profile(arn: Name) -> impl Strategy<Value = InstanceProfile> {
    of(name(&ROLES)).prop_map(move |role| InstanceProfile { arn: arn.clone(), role_arn: role.map(RoleArn::new) })
}
