//! What is read of Kubernetes on demand: a ConfigMap's key names, an owner's pod template, the issuer of tokens.

use super::api::{Api, Ask};
use super::meta::{Text, nullable};
use super::pod::is_kept;
use super::target::encoded;
use super::trouble::{Cause, Trouble};
use crate::domain::inventory::OwnerTemplate;
use crate::domain::model::{Gap, GapReason, Name, Reading, Time, shell_word};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// The key names of a ConfigMap; its values are skipped as they come.
pub(super) async fn config_map_keys(api: &Api, namespace: &str, name: &str) -> Reading<Vec<Name>> {
    let path = format!("/api/v1/namespaces/{}/configmaps/{}", encoded(namespace), encoded(name));
    let line = format!("get configmap {} -n {} -o json", shell_word(name), shell_word(namespace));
    let answer = api.call(&line, Ask::get(&path)).await;
    reading(answer, "configmap", "get configmaps", &format!("{namespace}/{name}"), |body| {
        let map: ConfigMap<'_> = serde_json::from_slice(body).ok()?;
        Some(map.data.0.iter().map(|key| Name::from(&**key)).collect())
    })
}

#[derive(Deserialize)]
struct ConfigMap<'a> {
    #[serde(borrow, default, deserialize_with = "nullable")]
    data: Keys<'a>,
}

/// A map's keys, in its order; the API server sorts them.
#[derive(Default)]
struct Keys<'a>(Vec<Text<'a>>);

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct KeysOfMap;
        impl<'de> Visitor<'de> for KeysOfMap {
            type Value = Keys<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Keys<'de>, A::Error> {
                let mut keys = Vec::new();
                while let Some((key, IgnoredAny)) = map.next_entry()? {
                    keys.push(key);
                }
                Ok(Keys(keys))
            }
        }
        from.deserialize_map(KeysOfMap)
    }
}

/// The variables that matter in an owner's pod template, by container.
pub(super) async fn template(api: &Api, namespace: &str, kind: &str, name: &str) -> Reading<OwnerTemplate> {
    let (group, resource) = match kind {
        "Deployment" => ("/apis/apps/v1", "deployments"),
        "StatefulSet" => ("/apis/apps/v1", "statefulsets"),
        "DaemonSet" => ("/apis/apps/v1", "daemonsets"),
        "ReplicaSet" => ("/apis/apps/v1", "replicasets"),
        "Job" => ("/apis/batch/v1", "jobs"),
        "CronJob" => ("/apis/batch/v1", "cronjobs"),
        "ReplicationController" => ("/api/v1", "replicationcontrollers"),
        _ => {
            let sentence = format!("the pod template of a {kind} is not read; compare it with the pod by hand");
            let gap = Gap::new("pod template", "get", GapReason::NotSupported, sentence);
            return Reading::Unread(gap.about(format!("{namespace}/{name}")));
        }
    };
    let path = format!("{group}/namespaces/{}/{resource}/{}", encoded(namespace), encoded(name));
    let line = format!("get {resource} {} -n {} -o json", shell_word(name), shell_word(namespace));
    let answer = api.call(&line, Ask::get(&path)).await;
    reading(answer, "pod template", &format!("get {resource}"), &format!("{namespace}/{name}"), |body| {
        let owner: Value = serde_json::from_slice(body).ok()?;
        let job = owner.pointer("/spec/jobTemplate/spec/template/spec");
        job.or_else(|| owner.pointer("/spec/template/spec")).map(variables)
    })
}

fn variables(spec: &Value) -> OwnerTemplate {
    let lists = ["initContainers", "containers"].into_iter().filter_map(|list| spec.get(list)?.as_array());
    let env = lists.flatten().filter_map(|container| {
        let names = container.get("env").and_then(Value::as_array).map_or(&[][..], Vec::as_slice).iter();
        let names = names.filter_map(|env| env.get("name")?.as_str()).filter(|name| is_kept(name));
        Some((Name::from(container.get("name")?.as_str()?), names.map(Name::from).collect()))
    });
    OwnerTemplate { env: env.collect() }
}

/// The issuer of the API server's tokens; `None` where it does not say.
pub(super) async fn issuer(api: &Api) -> Option<String> {
    #[derive(Deserialize)]
    struct Discovery<'a> {
        #[serde(borrow)]
        issuer: Text<'a>,
    }
    let path = "/.well-known/openid-configuration";
    let body = api.call(&format!("get --raw {path}"), Ask::get(path)).await.ok()?;
    let discovery: Discovery<'_> = serde_json::from_slice(&body).ok()?;
    Some(discovery.issuer.to_string()).filter(|issuer| !issuer.is_empty())
}

pub(super) fn reading<T>(
    answer: Result<Vec<u8>, Trouble>,
    what: &str,
    call: &str,
    object: &str,
    read: impl FnOnce(&[u8]) -> Option<T>,
) -> Reading<T> {
    let at = Time::now();
    let trouble = match answer {
        Ok(body) => match read(&body) {
            Some(value) => return Reading::Read { value, at },
            None => Trouble::new(Cause::Answer, "the answer could not be understood"),
        },
        Err(trouble) if trouble.cause == Cause::NotFound => return Reading::Missing { at },
        Err(trouble) => trouble,
    };
    Reading::Unread(trouble.gap(&format!("{what} {object}"), call).about(object))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_variables_that_a_template_sets_by_hand() {
        let template = variables(&json!({"initContainers": [{"name": "init"}],
            "containers": [{"name": "app", "env": [{"name": "AWS_ROLE_ARN", "value": "x"}, {"name": "PORT", "value": "1"}]}]}));
        assert!(
            template.sets("app", "AWS_ROLE_ARN")
                && !template.sets("app", "PORT")
                && !template.sets("init", "AWS_ROLE_ARN")
        );
    }
}
