//! A Deployment, StatefulSet or DaemonSet, as far as a restart reads it.

use crate::domain::model::{Gap, GapReason, Name, Reading, Rollout, Strategy, shell_word};
use crate::source::kube::api::{Api, Ask};
use crate::source::kube::keeper::{ADD_ON_MANAGER, Labels, Marks, keeper};
use crate::source::kube::on_demand::reading;
use crate::source::kube::target::encoded;
use serde::Deserialize;
use serde_json::Value;

/// Where the time of the last restart by hand stands.
pub(super) const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";

/// The resource of a kind that can be restarted, in the plural; all are of the group `apps`.
pub(in crate::source::kube) fn group_resource(kind: &str) -> Option<&'static str> {
    match kind {
        "Deployment" => Some("deployments"),
        "StatefulSet" => Some("statefulsets"),
        "DaemonSet" => Some("daemonsets"),
        _ => None,
    }
}

/// The path of a workload.
pub(super) fn path(namespace: &str, resource: &str, name: &str) -> String {
    format!("/apis/apps/v1/namespaces/{}/{resource}/{}", encoded(namespace), encoded(name))
}

/// How a workload rolls out its pods.
pub(in crate::source::kube) async fn rollout(api: &Api, namespace: &str, kind: &str, name: &str) -> Reading<Rollout> {
    let object = format!("{namespace}/{name}");
    let Some(resource) = group_resource(kind) else {
        let sentence = format!("a {kind} cannot be restarted by its pod template");
        return Reading::Unread(Gap::new("workload", "get", GapReason::NotSupported, sentence).about(object));
    };
    let path = path(namespace, resource, name);
    let line = format!("get {resource} {} -n {} -o json", shell_word(name), shell_word(namespace));
    let answer = api.call(&line, Ask::get(&path)).await;
    reading(answer, &kind.to_lowercase(), &format!("get {resource}"), &object, |body| {
        of(kind, &serde_json::from_slice(body).ok()?)
    })
}

/// What an object says of its rollouts.
fn of(kind: &str, object: &Value) -> Option<Rollout> {
    let spec = object.get("spec")?;
    let strategy = spec.get(if kind == "Deployment" { "strategy" } else { "updateStrategy" });
    let rolling = |field: &str| strategy?.get("rollingUpdate")?.get(field);
    let number = |value: Option<&Value>| value.and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let word = strategy.and_then(|strategy| strategy.get("type")?.as_str());
    Some(Rollout {
        replicas: (kind != "DaemonSet").then(|| number(spec.get("replicas")).unwrap_or(1)),
        paused: spec.get("paused").and_then(Value::as_bool).unwrap_or(false),
        strategy: word.and_then(Strategy::from_word).unwrap_or_default(),
        surges: rolling("maxSurge").is_some_and(is_more_than_none),
        partition: number(rolling("partition")).unwrap_or(0),
        restarted_at: restarted_at(object).map(Name::from),
        account: Some(Name::from(account(object))),
        keeper: kept_by(object).map(Box::new),
    })
}

/// The time of the last restart by hand, verbatim.
pub(super) fn restarted_at(object: &Value) -> Option<&str> {
    object.pointer("/spec/template/metadata/annotations")?.get(RESTARTED_AT)?.as_str()
}

/// The ServiceAccount of the pods that it makes (Kubernetes documentation, "Configure Service Accounts for Pods").
pub(super) fn account(object: &Value) -> &str {
    let named = object.pointer("/spec/template/spec/serviceAccountName").and_then(Value::as_str);
    named.filter(|name| !name.is_empty()).unwrap_or("default")
}

/// A share is rounded up (Kubernetes API, `RollingUpdateDeployment.maxSurge`).
fn is_more_than_none(value: &Value) -> bool {
    match value {
        Value::String(share) => share.trim_end_matches('%').parse::<u32>().is_ok_and(|share| share > 0),
        other => other.as_u64().is_some_and(|number| number > 0),
    }
}

fn kept_by(object: &Value) -> Option<crate::domain::model::Keeper> {
    let metadata = object.get("metadata")?;
    let labels = metadata.get("labels").and_then(|labels| Labels::deserialize(labels).ok()).unwrap_or_default();
    let annotation = |key: &str| metadata.get("annotations")?.get(key)?.as_str();
    let marks = Marks {
        tracking_id: annotation("argocd.argoproj.io/tracking-id"),
        release: annotation("meta.helm.sh/release-name"),
    };
    let managers = metadata.get("managedFields").and_then(Value::as_array);
    let is_of_an_add_on = managers
        .into_iter()
        .flatten()
        .any(|entry| entry.get("manager").and_then(Value::as_str) == Some(ADD_ON_MANAGER));
    keeper(&labels, marks, is_of_an_add_on)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_restart_reads_of_each_kind() {
        let api = json!({"metadata": {"labels": {"app.kubernetes.io/managed-by": "Helm"},
                "annotations": {"meta.helm.sh/release-name": "shop"}},
            "spec": {"replicas": 3, "paused": true, "strategy": {"type": "RollingUpdate",
                "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}},
                "template": {"metadata": {"annotations": {RESTARTED_AT: "2026-11-01T10:00:00Z"}},
                    "spec": {"serviceAccountName": "api"}}}});
        let read = of("Deployment", &api).unwrap();
        assert!(read.paused && read.surges && read.replicas == Some(3) && read.strategy == Strategy::RollingUpdate);
        assert_eq!(read.restarted_at.as_deref(), Some("2026-11-01T10:00:00Z"));
        assert_eq!(read.account.as_deref(), Some("api"));
        assert_eq!(read.keeper.unwrap().to_string(), "Helm (release shop)");
        let db = json!({"spec": {"updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}}});
        let read = of("StatefulSet", &db).unwrap();
        assert_eq!((read.replicas, read.partition, read.surges), (Some(1), 2, false));
        let agent = json!({"spec": {"updateStrategy": {"type": "OnDelete"}}});
        let read = of("DaemonSet", &agent).unwrap();
        assert_eq!((read.replicas, read.strategy), (None, Strategy::OnDelete));
        assert_eq!(read.account.as_deref(), Some("default"), "it names none");
        let still = json!({"spec": {"strategy": {"rollingUpdate": {"maxSurge": "0%"}}}});
        assert!(!of("Deployment", &still).unwrap().surges);
    }
}
