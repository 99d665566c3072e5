//! The demo's pod identity webhook: what it makes of a pod that is created, by the binding of that moment
//! (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`).

use crate::domain::identity::{DEFAULT_AUDIENCE, POD_IDENTITY_PAIR, WEB_IDENTITY_PAIR, skipped_names, webhook_acts_in};
use crate::domain::inventory::Inventory;
use crate::domain::model::{
    Container, ContainerKind, EnvValue, EnvVar, Mount, Name, PodSpec, Reading, ServiceAccount, TokenVolume, Volume,
    Webhook,
};

const REGIONAL: &str = "AWS_STS_REGIONAL_ENDPOINTS";
const REGIONS: [&str; 2] = ["AWS_DEFAULT_REGION", "AWS_REGION"];
/// How long a token holds where nothing else is said, in seconds.
const EXPIRATION: i64 = 86_400;

/// One of the two ways to an identity, as the webhook writes it down in a pod.
struct Injection {
    pair: [(&'static str, Name); 2],
    volume: &'static str,
    folder: &'static str,
    token: TokenVolume,
}

/// The spec as its template has it: without what the webhook has put into it.
pub(super) fn template(spec: &PodSpec) -> PodSpec {
    const VOLUMES: [&str; 2] = ["aws-iam-token", "eks-pod-identity-token"];
    let is_injected = |volume: &Volume| VOLUMES.contains(&&*volume.name);
    let mut spec = spec.clone();
    if !spec.volumes.iter().any(is_injected) {
        return spec;
    }
    spec.volumes.retain(|volume| !is_injected(volume));
    for container in &mut spec.containers {
        let before = container.mounts.len();
        container.mounts.retain(|mount| !VOLUMES.contains(&&*mount.volume));
        if container.mounts.len() < before {
            take_back(&mut container.env);
        }
    }
    spec
}

/// Takes the webhook's variables from the end, where it appends them: what a person has set stands before.
fn take_back(env: &mut Vec<EnvVar>) {
    for group in [&WEB_IDENTITY_PAIR[..], &POD_IDENTITY_PAIR[..], &REGIONS[..], &[REGIONAL]] {
        let rest = env.len().saturating_sub(group.len());
        let is_group = env.len() >= group.len() && env[rest..].iter().all(|var| group.contains(&&*var.name));
        if is_group {
            env.truncate(rest);
        }
    }
}

/// The spec of a pod that is created from that template now.
pub(super) fn injected(inventory: &Inventory, namespace: &Name, template: PodSpec) -> PodSpec {
    let mut spec = template;
    let mut webhooks = inventory.webhooks();
    if spec.skip_label && webhooks.any(Webhook::honours_skip_label)
        || webhook_acts_in(inventory, namespace) == Some(false)
    {
        return spec;
    }
    let account = inventory.shard(namespace).and_then(|shard| shard.service_account(&spec.service_account));
    let Some(injection) = injection(inventory, namespace, account, &spec) else { return spec };
    let cluster = inventory.aws().cluster().and_then(Reading::value);
    let region = cluster.and_then(|cluster| cluster.region.clone());
    let regional = account.and_then(|account| account.regional_sts.as_deref()) != Some("false");
    let skipped = spec.skip_containers.as_deref().map(skipped_names).unwrap_or_default();
    for container in &mut spec.containers {
        let is_skipped = skipped.iter().any(|name| **name == *container.name);
        if container.kind != ContainerKind::Ephemeral && !is_skipped {
            inject(container, &injection, region.as_ref(), regional, spec.windows);
        }
    }
    if !spec.volumes.iter().any(|volume| &*volume.name == injection.volume) {
        let (name, tokens) = (Name::from(injection.volume), vec![injection.token]);
        spec.volumes.insert(0, Volume { name, tokens, secret: None, config_map: None });
    }
    spec
}

/// What the pods of a ServiceAccount get: the association's identity, else the annotation's, else none.
fn injection(
    inventory: &Inventory,
    namespace: &Name,
    account: Option<&ServiceAccount>,
    spec: &PodSpec,
) -> Option<Injection> {
    let own = spec.token_expiration.as_ref().or_else(|| account?.token_expiration.as_ref());
    let expiration_seconds = Some(own.and_then(|seconds| seconds.parse().ok()).unwrap_or(EXPIRATION));
    let token = |path: &str, audience: Name| TokenVolume {
        path: Name::from(path),
        audience: Some(audience),
        expiration_seconds,
    };
    if inventory.aws().association(namespace, &spec.service_account).found().is_some() {
        let folder = "/var/run/secrets/pods.eks.amazonaws.com/serviceaccount";
        let file = "eks-pod-identity-token";
        let [uri, path] = POD_IDENTITY_PAIR;
        let pair =
            [(uri, Name::from("http://169.254.170.23/v1/credentials")), (path, Name::from(format!("{folder}/{file}")))];
        let token = token(file, Name::from("pods.eks.amazonaws.com"));
        return Some(Injection { pair, volume: file, folder, token });
    }
    let account = account?;
    let role = account.role.as_ref()?.arn.name_shared();
    let folder = "/var/run/secrets/eks.amazonaws.com/serviceaccount";
    let [arn, path] = WEB_IDENTITY_PAIR;
    let audience = account.audience.clone().unwrap_or_else(|| Name::from(DEFAULT_AUDIENCE));
    let pair = [(arn, role), (path, Name::from(format!("{folder}/token")))];
    Some(Injection { pair, volume: "aws-iam-token", folder, token: token("token", audience) })
}

fn inject(container: &mut Container, injection: &Injection, region: Option<&Name>, regional: bool, windows: bool) {
    let is_set = |container: &Container, name: &str| container.env.iter().any(|var| &*var.name == name);
    let set = |container: &mut Container, name: &str, value: &Name| {
        container.env.push(EnvVar { name: Name::from(name), value: EnvValue::Literal(value.clone()) });
    };
    if regional && !is_set(container, REGIONAL) {
        set(container, REGIONAL, &Name::from("regional"));
    }
    if let Some(region) = region.filter(|_| !REGIONS.iter().any(|name| is_set(container, name))) {
        for name in REGIONS {
            set(container, name, region);
        }
    }
    if !injection.pair.iter().any(|(name, _)| is_set(container, name)) {
        for (name, value) in &injection.pair {
            let is_windows_file = windows && value.starts_with('/');
            let windows_file = || Name::from(format!("C:{}", value.replace('/', "\\")));
            set(container, name, &if is_windows_file { windows_file() } else { value.clone() });
        }
    }
    if !container.mounts.iter().any(|mount| &*mount.volume == injection.volume) {
        let (volume, path) = (Name::from(injection.volume), Name::from(injection.folder));
        container.mounts.push(Mount { volume, path, sub_path: None });
    }
}
