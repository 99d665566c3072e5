//! What the SDK in a container finds first: the credential chain over its environment, mounts and tokens.
//!
//! Rank: static keys, web identity, container credentials, instance metadata (the SDKs' standardized credential
//! providers, docs.aws.amazon.com/sdkref; their differences lower the confidence).

use super::{Elsewhere, ValueSource};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Container, EnvFrom, EnvSource, EnvValue, Mount, Name, Pod, PodSpec, RoleArn, TokenVolume};

/// What the chain comes to first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found<'a> {
    /// Static keys.
    Keys(Keys<'a>),
    /// A role ARN and a token file.
    WebIdentity(WebIdentity<'a>),
    /// The Pod Identity agent's address, and the token file for it where one is set.
    PodIdentity {
        /// A token stands where `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` points.
        has_token: bool,
    },
    /// Credentials from somewhere that is neither: an endpoint or a variable that cannot be read.
    Elsewhere(Elsewhere),
    /// Nothing: the instance metadata are asked.
    Nothing,
}

/// Where static keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keys<'a> {
    /// An entry of `env`, by name.
    Env(&'static str, &'a EnvValue),
    /// A key of a ConfigMap in `envFrom`, by the ConfigMap's name.
    ConfigMap(&'a Name),
    /// `AWS_PROFILE`; the name where it is a literal.
    Profile(Option<&'a Name>),
    /// `AWS_SHARED_CREDENTIALS_FILE`; the file where it is a literal.
    NamedFile(Option<&'a Name>),
    /// A Secret mounted where SDKs look for credentials.
    File(&'a Mount, &'a Name),
}

/// Web identity as the environment names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebIdentity<'a> {
    /// The role.
    pub role: RoleArn,
    /// The token file's path.
    pub file: &'a Name,
    /// The projected token that stands at that path, if one does.
    pub token: Option<&'a TokenVolume>,
}

impl<'a> WebIdentity<'a> {
    /// What the token is made for; `None` where no token is seen, or one for the API server itself.
    pub fn audience(&self) -> Option<&'a str> {
        self.token?.audience.as_deref().filter(|audience| !audience.is_empty())
    }
}

/// What lowers the confidence, whatever was found first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Doubts<'a> {
    /// Secrets in `envFrom` that may set a key; their contents are never read.
    pub secrets: Vec<&'a Name>,
    /// ConfigMaps in `envFrom` whose key names are not known.
    pub config_maps: Vec<&'a Name>,
    /// A profile or configuration file that some SDKs read before what was found.
    pub profile: Option<&'static str>,
    /// Both web identity and container credentials are set: the order is the SDK's.
    pub two_families: bool,
    /// A token file is set without a role: some SDKs stop there, others go on to the node's role.
    pub half_pair: bool,
    /// Switches of the instance metadata whose values are not read, and what holds those.
    pub switches: Vec<(&'static str, Option<ValueSource>)>,
    /// What is mounted where SDKs look for configuration and is no Secret; the ConfigMap where it is one.
    pub mounted: Vec<(&'a Mount, Option<&'a Name>)>,
}

impl Doubts<'_> {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
            && self.config_maps.is_empty()
            && self.profile.is_none()
            && self.switches.is_empty()
            && self.mounted.is_empty()
            && !(self.two_families || self.half_pair)
    }
}

/// What the chain of a container comes to first, and what is doubtful about it.
pub fn chain<'a>(inventory: &Inventory, pod: &'a Pod, container: &'a Container) -> (Found<'a>, Doubts<'a>) {
    let mut doubts = Doubts::default();
    let from_map = env_from(inventory, pod, container, &mut doubts);
    let web = web_identity(&pod.spec, container);
    let pod_identity = container_credentials(&pod.spec, container);
    if let Some(keys) = env_keys(container).or(from_map.map(Keys::ConfigMap)) {
        // JavaScript skips the keys where a profile is named; .NET 3 asks web identity first
        doubts.profile = set(container, "AWS_PROFILE").map(|_| "AWS_PROFILE");
        doubts.two_families = web.is_some();
        return (Found::Keys(keys), doubts);
    }
    doubts.profile = configuration(&pod.spec, container).or_else(|| profile_by_map(inventory, pod, container));
    doubts.mounted = mounted_configuration(&pod.spec, container);
    if let Some(web) = web {
        doubts.two_families = pod_identity.is_some();
        return (web, doubts);
    }
    if let Some(keys) = file_keys(&pod.spec, container) {
        return (Found::Keys(keys), doubts);
    }
    let found = pod_identity
        .or_else(|| metadata_elsewhere(container))
        .or_else(|| elsewhere_by_map(inventory, pod, container))
        .unwrap_or(Found::Nothing);
    if found == Found::Nothing {
        doubts.half_pair = set(container, "AWS_WEB_IDENTITY_TOKEN_FILE").is_some();
        let unreadable = |name| {
            if let Some(value) = container.env(name) {
                return (value.is_set() && value.literal().is_none()).then(|| (name, ValueSource::of(value)));
            }
            let map = map_that_sets(inventory, pod, container, name)?;
            Some((name, Some(ValueSource::ConfigMap(map.clone()))))
        };
        doubts.switches = [METADATA_DISABLED, METADATA_V1_DISABLED].into_iter().filter_map(unreadable).collect();
    }
    (found, doubts)
}

/// Whether a name speaks of AWS keys, so that a Secret called so probably holds them.
pub fn speaks_of_keys(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["aws", "iam", "s3", "credential"].iter().any(|word| name.contains(word))
}

/// Whether anything in the container asks for AWS: a variable, or a mounted configuration.
pub(super) fn asks_for_aws(spec: &PodSpec, container: &Container) -> bool {
    container.env.iter().any(|var| var.name.starts_with("AWS_")) || configuration(spec, container).is_some()
}

/// A literal's truth as SDKs read it.
pub fn is_true(container: &Container, variable: &str) -> bool {
    container.env(variable).and_then(EnvValue::literal).is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}

fn set<'a>(container: &'a Container, variable: &str) -> Option<&'a EnvValue> {
    container.env(variable).filter(|value| value.is_set())
}

/// `AWS_ACCESS_KEY_ID`; Go reads `AWS_ACCESS_KEY` too.
fn env_keys(container: &Container) -> Option<Keys<'_>> {
    ["AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"].into_iter().find_map(|name| Some(Keys::Env(name, set(container, name)?)))
}

/// The ConfigMap of `envFrom` that sets the key, if one is known to; `env` wins over `envFrom`.
fn env_from<'a>(
    inventory: &Inventory,
    pod: &'a Pod,
    container: &'a Container,
    doubts: &mut Doubts<'a>,
) -> Option<&'a Name> {
    const KEY: &str = "AWS_ACCESS_KEY_ID";
    if container.env(KEY).is_some() {
        return None;
    }
    for entry in container.env_from.iter().filter(|entry| key_for(entry, KEY).is_some()) {
        match &entry.source {
            EnvSource::Secret(name) => doubts.secrets.push(name),
            EnvSource::ConfigMap(name) => {
                if inventory.config_map_keys(&pod.namespace, name).is_none_or(|keys| keys.gap().is_some()) {
                    doubts.config_maps.push(name);
                }
            }
        }
    }
    map_that_sets(inventory, pod, container, KEY)
}

/// The key that makes the variable, behind the entry's prefix.
fn key_for<'v>(entry: &EnvFrom, variable: &'v str) -> Option<&'v str> {
    variable.strip_prefix(&*entry.prefix).filter(|key| !key.is_empty())
}

/// The ConfigMap of `envFrom` whose key names were read and that sets the variable; the last one counts.
fn map_that_sets<'a>(
    inventory: &Inventory,
    pod: &'a Pod,
    container: &'a Container,
    variable: &str,
) -> Option<&'a Name> {
    container.env_from.iter().rev().find_map(|entry| {
        let (EnvSource::ConfigMap(name), Some(key)) = (&entry.source, key_for(entry, variable)) else { return None };
        let keys = inventory.config_map_keys(&pod.namespace, name)?.value()?;
        keys.iter().any(|it| &**it == key).then_some(name)
    })
}

/// A variable that leads to credentials and comes from a ConfigMap of `envFrom`, whose values are never read.
fn elsewhere_by_map<'a>(inventory: &Inventory, pod: &'a Pod, container: &'a Container) -> Option<Found<'a>> {
    const LEADING: [&str; 4] = [
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        METADATA_ENDPOINT,
    ];
    if container.env_from.is_empty() {
        return None;
    }
    let leads = |name: &&str| *name != METADATA_ENDPOINT || !is_true(container, METADATA_DISABLED);
    let by_map = |name| {
        let map = container.env(name).is_none().then(|| map_that_sets(inventory, pod, container, name))??;
        let from = Some(ValueSource::ConfigMap(map.clone()));
        Some(Found::Elsewhere(Elsewhere::Unread { variable: name, from }))
    };
    let names_file = set(container, "AWS_WEB_IDENTITY_TOKEN_FILE").is_some();
    let role_by_map = || names_file.then(|| by_map("AWS_ROLE_ARN")).flatten();
    LEADING.into_iter().filter(leads).find_map(by_map).or_else(role_by_map)
}

/// The switch that keeps SDKs from asking the instance metadata, at whatever address.
pub const METADATA_DISABLED: &str = "AWS_EC2_METADATA_DISABLED";
/// The switch that keeps them from asking without a token (`IMDSv1`).
pub const METADATA_V1_DISABLED: &str = "AWS_EC2_METADATA_V1_DISABLED";
/// Where SDKs ask for the instance metadata instead of the usual address.
const METADATA_ENDPOINT: &str = "AWS_EC2_METADATA_SERVICE_ENDPOINT";

/// The place that a variable leads to, by its value or by what holds that.
fn place<'a>(variable: &'static str, value: &EnvValue) -> Found<'a> {
    Found::Elsewhere(match value.literal() {
        Some(uri) => Elsewhere::Endpoint { variable, uri: uri.clone() },
        None => Elsewhere::Unread { variable, from: ValueSource::of(value) },
    })
}

fn web_identity<'a>(spec: &'a PodSpec, container: &'a Container) -> Option<Found<'a>> {
    let [role_value, file_value] = [set(container, "AWS_ROLE_ARN")?, set(container, "AWS_WEB_IDENTITY_TOKEN_FILE")?];
    let Some(role) = role_value.literal() else { return Some(place("AWS_ROLE_ARN", role_value)) };
    let Some(file) = file_value.literal() else { return Some(place("AWS_WEB_IDENTITY_TOKEN_FILE", file_value)) };
    Some(Found::WebIdentity(WebIdentity {
        role: RoleArn::new(role.clone()),
        file,
        token: spec.token_at(container, file),
    }))
}

/// `AWS_CONTAINER_CREDENTIALS_*`: the agent of EKS answers at 169.254.170.23 and `[fd00:ec2::23]`; 169.254.170.2 is ECS.
fn container_credentials<'a>(spec: &PodSpec, container: &'a Container) -> Option<Found<'a>> {
    const FULL: &str = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    const RELATIVE: &str = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    if let Some(relative) = set(container, RELATIVE) {
        return Some(place(RELATIVE, relative));
    }
    let uri = set(container, FULL)?;
    if uri.literal().is_some_and(|uri| is_agent(uri)) {
        let token = set(container, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        let stands = |value: &EnvValue| value.literal().is_none_or(|file| spec.token_at(container, file).is_some());
        return Some(Found::PodIdentity { has_token: token.is_some_and(stands) });
    }
    Some(place(FULL, uri))
}

fn is_agent(uri: &str) -> bool {
    is_host(uri, ["169.254.170.23", "[fd00:ec2::23]"])
}

/// Whether an address goes to one of the hosts, over plain HTTP and its usual port.
fn is_host(uri: &str, hosts: [&str; 2]) -> bool {
    let Some(rest) = uri.strip_prefix("http://") else { return false };
    let host = rest.split('/').next().unwrap_or_default();
    let host = host.strip_suffix(":80").unwrap_or(host);
    hosts.into_iter().any(|it| host.eq_ignore_ascii_case(it))
}

fn metadata_elsewhere(container: &Container) -> Option<Found<'_>> {
    if is_true(container, METADATA_DISABLED) {
        return None;
    }
    let value = set(container, METADATA_ENDPOINT)?;
    let usual = |uri: &Name| is_host(uri, ["169.254.169.254", "[fd00:ec2::254]"]);
    (!value.literal().is_some_and(usual)).then(|| place(METADATA_ENDPOINT, value))
}

/// A profile or a file's name that a ConfigMap of `envFrom` sets.
fn profile_by_map(inventory: &Inventory, pod: &Pod, container: &Container) -> Option<&'static str> {
    let by_map =
        |name: &&str| container.env(name).is_none() && map_that_sets(inventory, pod, container, name).is_some();
    CONFIGURATION.into_iter().find(by_map)
}

/// The variables that lead SDKs to a profile or a file of their own. The last one only some of them read (Python's and
/// the AWS CLI, Go's, C++'s), so it is never more than a doubt.
const CONFIGURATION: [&str; 4] =
    ["AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_DEFAULT_PROFILE"];

/// A profile, a named file, or a Secret mounted where SDKs look for credentials: read before container credentials and
/// metadata by every SDK, before or after web identity depending on which.
fn file_keys<'a>(spec: &'a PodSpec, container: &'a Container) -> Option<Keys<'a>> {
    let mounted = container.mounts.iter().find_map(|mount| {
        let volume = spec.volumes.iter().find(|volume| volume.name == mount.volume)?;
        Some(Keys::File(mount, volume.secret.as_ref()?)).filter(|_| is_configuration(container, mount))
    });
    let named = || Some(Keys::NamedFile(set(container, "AWS_SHARED_CREDENTIALS_FILE")?.literal()));
    mounted.or_else(named).or_else(|| Some(Keys::Profile(set(container, "AWS_PROFILE")?.literal())))
}

/// What of a profile or a configuration file is there.
fn configuration(spec: &PodSpec, container: &Container) -> Option<&'static str> {
    let variable = CONFIGURATION.into_iter().find(|name| set(container, name).is_some());
    let is_token = |mount: &Mount| spec.volumes.iter().any(|v| v.name == mount.volume && !v.tokens.is_empty());
    let mounted = || container.mounts.iter().any(|mount| !is_token(mount) && is_configuration(container, mount));
    variable.or_else(|| mounted().then_some("a mounted ~/.aws"))
}

/// What is mounted where SDKs look for configuration and is neither a Secret nor a token: its contents are not read.
fn mounted_configuration<'a>(spec: &'a PodSpec, container: &'a Container) -> Vec<(&'a Mount, Option<&'a Name>)> {
    let holder = |mount: &'a Mount| {
        let volume = spec.volumes.iter().find(|volume| volume.name == mount.volume);
        let is_other = volume.is_none_or(|volume| volume.secret.is_none() && volume.tokens.is_empty());
        (is_other && is_configuration(container, mount)).then(|| (mount, volume.and_then(|it| it.config_map.as_ref())))
    };
    container.mounts.iter().filter_map(holder).collect()
}

fn is_configuration(container: &Container, mount: &Mount) -> bool {
    let path = mount.path.replace('\\', "/");
    let path = path.trim_end_matches('/');
    let named = ["AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"]
        .into_iter()
        .filter_map(|name| container.env(name)?.literal())
        .map(|file| file.replace('\\', "/"));
    path.ends_with("/.aws")
        || path.contains("/.aws/")
        || named
            .into_iter()
            .any(|file| file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
