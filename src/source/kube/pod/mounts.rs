//! Which mounts and volumes are kept: projected tokens, and what stands where SDKs look for configuration.

use super::wire;
use crate::domain::model::{Container, EnvValue, Interner, Mount, Name, TokenVolume, Volume};

/// The volume with the API server's own token has another name in every pod; its beginning does for all.
const API_ACCESS: &str = "kube-api-access";

const TOKEN_FILES: [&str; 2] = ["AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
const CONFIG_FILES: [&str; 2] = ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"];

/// The audience whose expiry the webhook draws at random between 79,200 and 86,400 s
/// (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`): kept, no two replicas would share a spec.
const POD_IDENTITY_AUDIENCE: &str = "pods.eks.amazonaws.com";

/// The mounts of one container that matter, by its own variables.
pub(super) fn mounts(
    wire: &wire::Container<'_>,
    container: &Container,
    volumes: &[wire::Volume<'_>],
    interner: &mut Interner,
) -> Vec<Mount> {
    let points_into = |names: &[&str], path: &str| {
        let files = names.iter().filter_map(|name| container.env(name).and_then(EnvValue::literal));
        files.into_iter().any(|file| lies_under(file, path))
    };
    let matters = |mount: &&wire::Mount<'_>| {
        let path = &*mount.path;
        if is_configuration_path(path) || points_into(&CONFIG_FILES, path) {
            return true;
        }
        let volume = volumes.iter().find(|volume| volume.name == mount.name);
        volume.is_some_and(|volume| {
            projects_token(volume) && (!is_api_access(&volume.name) || points_into(&TOKEN_FILES, path))
        })
    };
    let kept = wire.volume_mounts.iter().filter(matters);
    kept.map(|mount| Mount {
        volume: volume_name(&mount.name, interner),
        path: interner.name(&mount.path),
        sub_path: mount.sub_path.as_deref().filter(|path| !path.is_empty()).map(|path| interner.name(path)),
    })
    .collect()
}

/// The volumes behind kept mounts, and those that project a token for AWS though nothing mounts them.
pub(super) fn volumes(wire: &[wire::Volume<'_>], containers: &[Container], interner: &mut Interner) -> Vec<Volume> {
    let mut kept = Vec::new();
    for volume in wire {
        let name = volume_name(&volume.name, interner);
        let mounted = || containers.iter().flat_map(|c| &c.mounts).any(|mount| mount.volume == name);
        if (projects_token(volume) && !is_api_access(&volume.name)) || mounted() {
            kept.push(self::volume(name, volume, interner));
        }
    }
    kept
}

fn volume(name: Name, wire: &wire::Volume<'_>, interner: &mut Interner) -> Volume {
    let sources = wire.projected.as_ref().map_or(&[][..], |projected| &projected.sources);
    let secret = wire.secret.as_ref().map(|secret| &secret.secret_name);
    let secret = secret.or_else(|| sources.iter().find_map(|source| source.secret.as_ref()).map(|secret| &secret.name));
    let config_map = wire.config_map.as_ref().or_else(|| sources.iter().find_map(|source| source.config_map.as_ref()));
    // The API server's certificate lies beside its token; that is no configuration for AWS.
    let config_map = config_map.filter(|_| &*name != API_ACCESS);
    Volume {
        tokens: sources
            .iter()
            .filter_map(|source| source.service_account_token.as_ref())
            .map(|t| token(t, interner))
            .collect(),
        secret: secret.map(|name| interner.name(name)),
        config_map: config_map.map(|map| interner.name(&map.name)),
        name,
    }
}

fn token(wire: &wire::TokenProjection<'_>, interner: &mut Interner) -> TokenVolume {
    let audience = wire.audience.as_deref().filter(|audience| !audience.is_empty());
    TokenVolume {
        path: interner.name(&wire.path),
        audience: audience.map(|audience| interner.name(audience)),
        expiration_seconds: wire.expiration_seconds.filter(|_| audience != Some(POD_IDENTITY_AUDIENCE)),
    }
}

fn projects_token(volume: &wire::Volume<'_>) -> bool {
    let sources = volume.projected.as_ref().map_or(&[][..], |projected| &projected.sources);
    sources.iter().any(|source| source.service_account_token.is_some())
}

fn is_api_access(volume: &str) -> bool {
    volume.strip_prefix(API_ACCESS).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

fn volume_name(name: &str, interner: &mut Interner) -> Name {
    interner.name(if is_api_access(name) { API_ACCESS } else { name })
}

/// `~/.aws` of whichever home, or a file in it; on Windows too.
fn is_configuration_path(path: &str) -> bool {
    path.trim_end_matches(['/', '\\']).split(['/', '\\']).skip(1).any(|part| part == ".aws")
}

fn lies_under(file: &str, path: &str) -> bool {
    let path = path.trim_end_matches(['/', '\\']);
    !path.is_empty() && file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\']))
}
