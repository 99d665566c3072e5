//! Static keys: where they come from, and how sure that is.

use super::chain::Keys;
use super::judge::Judgement;
use super::{Confidence, Finding, Identity, Situation, Trace, Usable};
use crate::domain::model::{Container, EnvValue};

/// Keys win over everything in almost every SDK (AWS SDKs reference guide, "Standardized credential
/// providers").
pub(super) fn static_keys(
    situation: &Situation<'_>,
    container: &Container,
    keys: &Keys<'_>,
    trace: &mut Trace,
) -> Judgement {
    let namespace = &situation.pod.namespace;
    let (from, origin, likely) = match keys {
        Keys::Env(name, EnvValue::Secret { name: secret, optional, .. }) => {
            (format!("env {name} from secret {namespace}/{secret}"), situation.env_origin(container), *optional)
        }
        Keys::Env(name, EnvValue::ConfigMap { name: map, optional, .. }) => {
            (format!("env {name} from configmap {namespace}/{map}"), situation.env_origin(container), *optional)
        }
        Keys::Env(name, _) => (format!("env {name}"), situation.env_origin(container), *name != "AWS_ACCESS_KEY_ID"),
        Keys::ConfigMap(map) => {
            (format!("envFrom configmap {namespace}/{map}"), format!("configmap/{namespace}/{map} keys"), false)
        }
        Keys::Profile(name) => {
            let named = name.map(|name| format!(" {name}")).unwrap_or_default();
            (format!("AWS_PROFILE{named}"), situation.env_origin(container), true)
        }
        Keys::NamedFile(file) => {
            let named = file.map(|file| format!(" {file}")).unwrap_or_default();
            (format!("AWS_SHARED_CREDENTIALS_FILE{named}"), situation.env_origin(container), true)
        }
        Keys::File(mount, secret) => {
            let field = format!("spec.{}[{}].volumeMounts", container.kind.field(), container.name);
            (format!("secret {namespace}/{secret} mounted at {}", mount.path), situation.origin(&field), true)
        }
    };
    trace.fact(|| (format!("credentials come from {from}"), origin));
    if likely {
        trace.no_better_than(Confidence::Likely);
    }
    let findings = [Finding::StaticKeys].into_iter().collect();
    Judgement { identity: Some(Identity::StaticKeys { from }), elsewhere: None, usable: Usable::Unknown, findings }
}
