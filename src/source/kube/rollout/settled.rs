//! A rollout, watched to its end: first one new pod that was injected and is ready, then all.

use super::expected::{Associated, Expected};
use super::read::{RESTARTED_AT, restarted_at};
use super::restart::{Restart, template};
use crate::domain::model::shell_word;
use crate::source::kube::api::Ask;
use crate::source::kube::changes::read;
use crate::source::kube::target::{MOST_PAGES, encoded, without_end};
use crate::source::kube::trouble::{Cause, Trouble};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long a rollout may stand still, where it does not say itself (`progressDeadlineSeconds`).
const PATIENCE: Duration = Duration::from_mins(10);
/// Between two looks: doubled up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How far a rollout has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Standing {
    /// The controller has seen the template.
    observed: bool,
    /// How many pods there shall be new.
    wanted: u64,
    /// How many there are.
    updated: u64,
    /// How many of all are old.
    old: u64,
    /// How many of all can be used.
    available: u64,
    /// The controller gave it up.
    given_up: bool,
}

impl Standing {
    /// What the controller says (kubectl, `pkg/polymorphichelpers/rollout_status.go`).
    fn of(kind: &str, object: &Value) -> Self {
        let number = |path: &str| object.pointer(path).and_then(Value::as_u64);
        let observed = number("/status/observedGeneration") >= number("/metadata/generation");
        let replicas = number("/spec/replicas").unwrap_or(1);
        let status = |field: &str| number(&format!("/status/{field}")).unwrap_or(0);
        match kind {
            "DaemonSet" => {
                let (wanted, updated) = (status("desiredNumberScheduled"), status("updatedNumberScheduled"));
                let available = status("numberAvailable");
                Self { observed, wanted, updated, old: 0, available, given_up: false }
            }
            "StatefulSet" => {
                let partition = number("/spec/updateStrategy/rollingUpdate/partition").unwrap_or(0);
                let (wanted, updated) = (replicas.saturating_sub(partition), status("updatedReplicas"));
                Self { observed, wanted, updated, old: 0, available: status("readyReplicas"), given_up: false }
            }
            _ => {
                let conditions = object.pointer("/status/conditions").and_then(Value::as_array);
                let given_up = conditions.into_iter().flatten().any(|condition| {
                    condition.get("reason").and_then(Value::as_str) == Some("ProgressDeadlineExceeded")
                });
                let updated = status("updatedReplicas");
                let old = status("replicas").saturating_sub(updated);
                let available = status("availableReplicas");
                Self { observed, wanted: replicas, updated, old, available, given_up: given_up && observed }
            }
        }
    }

    fn is_done(self) -> bool {
        self.observed && self.updated >= self.wanted && self.old == 0 && self.available >= self.wanted
    }
}

impl Restart<'_> {
    /// Waits until the rollout that began at `at` is done, and its pods got what they were to get.
    pub(in crate::source::kube) async fn settle(
        &self,
        at: &str,
        associated: Option<&Associated>,
    ) -> Result<(), Trouble> {
        let (mut moved, mut pause, mut last, mut expected) = (Instant::now(), FIRST_PAUSE, Standing::default(), None);
        loop {
            let object = self.object().await?;
            if restarted_at(&object) != Some(at) {
                let said = format!("{} was restarted once more, or taken back, while it rolled", self.workload());
                return Err(Trouble::new(Cause::Conflict, said));
            }
            let expected = match &expected {
                Some(known) => known,
                None => expected.insert(self.expected(&object, associated).await?),
            };
            let standing = Standing::of(self.kind, &object);
            self.all_given(at, &object, expected).await?;
            if standing.is_done() {
                return Ok(());
            }
            if standing != last {
                (last, moved) = (standing, Instant::now());
            }
            let deadline = object.pointer("/spec/progressDeadlineSeconds").and_then(Value::as_u64);
            let patience = deadline.map_or(PATIENCE, Duration::from_secs).min(PATIENCE);
            if standing.given_up || moved.elapsed() >= patience {
                return Err(self.stuck(standing));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    fn stuck(&self, standing: Standing) -> Trouble {
        let (workload, namespace) = (self.workload(), self.namespace);
        let said = format!(
            "its rollout does not get on: {} of {} pods are new, {} of all are ready",
            standing.updated, standing.wanted, standing.available
        );
        Trouble::new(Cause::Timeout, said).with_hint(format!(
            "see why: kubectl describe {workload} -n {namespace}; back to the pods before: kubectl rollout undo {workload} -n \
             {namespace}"
        ))
    }

    /// Stops at the first new pod that was not given what it was to be given.
    async fn all_given(&self, at: &str, object: &Value, expected: &Expected) -> Result<(), Trouble> {
        let template = template(object);
        for pod in self.pods(object).await? {
            let is_new =
                pod.pointer("/metadata/annotations").and_then(|map| map.get(RESTARTED_AT)?.as_str()) == Some(at);
            if is_new && !expected.is_in(&pod, template) {
                let name = pod.pointer("/metadata/name").and_then(Value::as_str).unwrap_or("a new pod");
                let said = if expected.is_something() {
                    format!("its new pod {name} was made without {expected}, and stays so")
                } else {
                    format!("its new pod {name} was given an identity that nothing binds it to, and keeps it")
                };
                let (workload, namespace) = (self.workload(), self.namespace);
                return Err(Trouble::new(Cause::Answer, said).with_hint(format!(
                    "stop the rollout: kubectl rollout pause {workload} -n {namespace}, then see what the webhook goes by"
                )));
            }
        }
        Ok(())
    }

    /// The workload's pods.
    async fn pods(&self, object: &Value) -> Result<Vec<Value>, Trouble> {
        let selector = object.pointer("/spec/selector").map(selector).unwrap_or_default();
        let line = format!("get pods -n {} -l {} -o json", shell_word(self.namespace), shell_word(&selector));
        let (mut pods, mut next) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            let path = format!(
                "/api/v1/namespaces/{}/pods?limit=500&labelSelector={}&continue={}",
                encoded(self.namespace),
                encoded(&selector),
                encoded(&next)
            );
            let mut page = read(&self.api.call(&line, Ask::get(&path)).await?)?;
            if let Some(items) = page.get_mut("items").and_then(Value::as_array_mut) {
                pods.append(items);
            }
            match page.pointer("/metadata/continue").and_then(Value::as_str).filter(|next| !next.is_empty()) {
                Some(more) => more.clone_into(&mut next),
                None => return Ok(pods),
            }
        }
        Err(without_end())
    }
}

/// A selector as queries spell it (Kubernetes documentation, "Labels and Selectors").
fn selector(selector: &Value) -> String {
    let labels = selector.get("matchLabels").and_then(Value::as_object).into_iter().flatten();
    let mut terms: Vec<String> = labels.filter_map(|(key, value)| Some(format!("{key}={}", value.as_str()?))).collect();
    for expression in selector.get("matchExpressions").and_then(Value::as_array).into_iter().flatten() {
        let Some(key) = expression.get("key").and_then(Value::as_str) else { continue };
        let values = expression.get("values").and_then(Value::as_array).into_iter().flatten();
        let values = values.filter_map(Value::as_str).collect::<Vec<_>>().join(",");
        match expression.get("operator").and_then(Value::as_str) {
            Some("In") => terms.push(format!("{key} in ({values})")),
            Some("NotIn") => terms.push(format!("{key} notin ({values})")),
            Some("Exists") => terms.push(key.to_owned()),
            Some("DoesNotExist") => terms.push(format!("!{key}")),
            _ => {}
        }
    }
    terms.join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_rollout_is_done_when_all_pods_are_new_and_ready() {
        let deployment =
            |status: Value| json!({"metadata": {"generation": 3}, "spec": {"replicas": 2}, "status": status});
        let of = |status: Value| Standing::of("Deployment", &deployment(status));
        let done = json!({"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2});
        assert!(of(done).is_done());
        for open in [
            json!({"observedGeneration": 2, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 2}),
            json!({"observedGeneration": 3, "replicas": 3, "updatedReplicas": 2, "availableReplicas": 2}),
            json!({"observedGeneration": 3, "replicas": 2, "updatedReplicas": 2, "availableReplicas": 1}),
        ] {
            assert!(!of(open.clone()).is_done(), "{open}");
        }
        let given_up = json!({"observedGeneration": 3, "conditions": [{"type": "Progressing", "reason": "ProgressDeadlineExceeded"}]});
        assert!(of(given_up).given_up);
        let set = json!({"metadata": {"generation": 1}, "spec": {"replicas": 3, "updateStrategy": {"rollingUpdate": {"partition": 2}}},
            "status": {"observedGeneration": 1, "updatedReplicas": 1, "readyReplicas": 3}});
        assert!(Standing::of("StatefulSet", &set).is_done());
    }

    #[test]
    fn selectors_are_spelled_as_queries_take_them() {
        let all = json!({"matchLabels": {"app": "api"}, "matchExpressions": [
            {"key": "tier", "operator": "In", "values": ["a", "b"]}, {"key": "old", "operator": "DoesNotExist"}]});
        assert_eq!(selector(&all), "app=api,tier in (a,b),!old");
    }
}
