//! A container's variables: which are kept at all, and of which the value is.

use super::expand::Variables;
use super::wire;
use crate::domain::model::{EnvFrom, EnvSource, EnvValue, EnvVar, Interner};
use std::borrow::Cow;
use std::collections::HashMap;

const PROXIES: [&str; 6] = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/// Whether a rule reads the variable at all.
pub(in crate::source::kube) fn is_kept(name: &str) -> bool {
    name.starts_with("AWS_") || PROXIES.contains(&name)
}

/// The kept variables, in the order of the spec.
pub(super) fn variables(container: &wire::Container<'_>, pod: &wire::Pod<'_>, interner: &mut Interner) -> Vec<EnvVar> {
    let needs_others = |env: &wire::Env<'_>| {
        EnvValue::is_readable(&env.name) && env.value.as_deref().is_some_and(|value| value.contains('$'))
    };
    if container.env.iter().any(needs_others) {
        return expanded(container, pod, interner);
    }
    let kept = container.env.iter().filter(|env| is_kept(&env.name));
    kept.map(|env| variable(env, env.value.as_deref().map(Cow::Borrowed), pod, interner)).collect()
}

/// The same, where a kept value names other variables: they are all followed, in order.
fn expanded(container: &wire::Container<'_>, pod: &wire::Pod<'_>, interner: &mut Interner) -> Vec<EnvVar> {
    let mut known = Variables::new(!container.env_from.is_empty());
    let mut kept = Vec::new();
    for env in &container.env {
        let literal = env.value.as_deref().filter(|value| !value.is_empty());
        let value = match (&env.value_from, literal) {
            (_, Some(literal)) => known.expand(literal),
            (Some(from), None) => {
                from.field_ref.as_ref().and_then(|field| field_value(&field.field_path, pod)).map(Cow::into_owned)
            }
            (None, None) => Some(String::new()),
        };
        if is_kept(&env.name) {
            // A reference that leads nowhere we see leaves a value that is there and not known.
            let shown = match (literal, &value) {
                (Some(_), None) => EnvVar { name: interner.name(&env.name), value: EnvValue::Present },
                (Some(_), Some(value)) => variable(env, Some(Cow::Borrowed(value)), pod, interner),
                (None, _) => variable(env, None, pod, interner),
            };
            kept.push(shown);
        }
        known.set(&env.name, value);
    }
    kept
}

fn variable(
    env: &wire::Env<'_>,
    literal: Option<Cow<'_, str>>,
    pod: &wire::Pod<'_>,
    interner: &mut Interner,
) -> EnvVar {
    let value = match (literal.filter(|literal| !literal.is_empty()), &env.value_from) {
        (Some(literal), _) => EnvValue::of_literal(&env.name, &literal, interner),
        (None, Some(from)) => elsewhere(&env.name, from, pod, interner),
        (None, None) => EnvValue::Empty,
    };
    EnvVar { name: interner.name(&env.name), value }
}

fn elsewhere(variable: &str, from: &wire::ValueFrom<'_>, pod: &wire::Pod<'_>, interner: &mut Interner) -> EnvValue {
    if let Some(secret) = &from.secret_key_ref {
        let optional = secret.optional.unwrap_or_default();
        return EnvValue::Secret { name: interner.name(&secret.name), key: interner.name(&secret.key), optional };
    }
    if let Some(map) = &from.config_map_key_ref {
        let optional = map.optional.unwrap_or_default();
        return EnvValue::ConfigMap { name: interner.name(&map.name), key: interner.name(&map.key), optional };
    }
    let Some(field) = &from.field_ref else { return EnvValue::Present };
    // A resolved field differs from pod to pod, which costs the sharing of the spec: only where the value is read.
    match EnvValue::is_readable(variable).then(|| field_value(&field.field_path, pod)).flatten() {
        Some(value) => EnvValue::of_literal(variable, &value, interner),
        None => EnvValue::Field(interner.name(&field.field_path)),
    }
}

/// The value of a `fieldRef`, where the pod itself holds it. An annotation that is not there gives an empty value.
fn field_value<'p>(path: &str, pod: &'p wire::Pod<'_>) -> Option<Cow<'p, str>> {
    let key = path.strip_prefix("metadata.annotations['").and_then(|rest| rest.strip_suffix("']"));
    if let Some(key) = key {
        let annotations: HashMap<Cow<'_, str>, String> =
            pod.metadata.annotations.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        return Some(Cow::Owned(annotations.get(key).cloned().unwrap_or_default()));
    }
    match path {
        "metadata.name" => Some(Cow::Borrowed(&*pod.metadata.name)),
        "metadata.namespace" => Some(Cow::Borrowed(&*pod.metadata.namespace)),
        "metadata.uid" => Some(Cow::Borrowed(&*pod.metadata.uid)),
        "spec.serviceAccountName" => pod.spec.service_account_name.as_deref().map(Cow::Borrowed),
        "spec.nodeName" => pod.spec.node_name.as_deref().map(Cow::Borrowed),
        _ => None,
    }
}

/// Whole ConfigMaps and Secrets as variables.
pub(super) fn sources(container: &wire::Container<'_>, interner: &mut Interner) -> Vec<EnvFrom> {
    let mut sources = Vec::with_capacity(container.env_from.len());
    for from in &container.env_from {
        let (object, secret) = match (&from.config_map_ref, &from.secret_ref) {
            (Some(map), _) => (map, false),
            (None, Some(secret)) => (secret, true),
            (None, None) => continue,
        };
        let name = interner.name(&object.name);
        let source = if secret { EnvSource::Secret(name) } else { EnvSource::ConfigMap(name) };
        sources.push(EnvFrom {
            prefix: interner.name(&from.prefix),
            source,
            optional: object.optional.unwrap_or_default(),
        });
    }
    sources
}
