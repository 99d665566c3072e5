//! One workload, restarted: tried first with a pod that is never made, then written.

use super::expected::{Associated, Expected};
use super::read::{RESTARTED_AT, account, group_resource, path, restarted_at};
use crate::domain::model::{Name, shell_word};
use crate::domain::plan::{Content, ROLE_ARN};
use crate::source::Held;
use crate::source::kube::api::{Answer, Api, Ask, Sent};
use crate::source::kube::changes::{MANAGER, Mode, read, toucher};
use crate::source::kube::target::encoded;
use crate::source::kube::trouble::{Cause, Trouble};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How long the webhook may take until it knows of a new binding: an association reaches it within seconds.
const REHEARSAL: Duration = Duration::from_mins(1);
/// Between two tries: doubled up to `LONGEST_PAUSE`.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(4);
/// How often the patch is sent anew because only the workload's status moved on.
const TRIES: u32 = 5;

/// The restart of one workload.
pub(in crate::source::kube) struct Restart<'a> {
    pub api: &'a Api,
    pub namespace: &'a str,
    pub kind: &'a str,
    pub name: &'a str,
    /// The ServiceAccount whose pods it is to make; none: that was not told.
    pub account: Option<&'a str>,
}

/// When a workload was last restarted by hand.
pub(in crate::source::kube) fn restarted(object: &Value) -> Content {
    Content::Restarted(restarted_at(object).map(Name::from))
}

impl Restart<'_> {
    /// As kubectl names it.
    pub(super) fn workload(&self) -> String {
        format!("{}/{}", self.kind.to_lowercase(), self.name)
    }

    fn path(&self) -> Result<String, Trouble> {
        let unknown = || Trouble::new(Cause::Answer, format!("a {} cannot be restarted", self.kind));
        Ok(path(self.namespace, group_resource(self.kind).ok_or_else(unknown)?, self.name))
    }

    /// The workload as it is.
    pub(super) async fn object(&self) -> Result<Value, Trouble> {
        let line = format!("get {} -n {} -o json", shell_word(&self.workload()), shell_word(self.namespace));
        read(&self.api.call(&line, Ask::get(&self.path()?)).await?)
    }

    /// When it was last restarted by hand.
    pub(in crate::source::kube) async fn look(&self) -> Result<Held, Trouble> {
        let object = match self.object().await {
            Err(trouble) if trouble.cause == Cause::NotFound => return Ok(Held::only(Content::Absent)),
            object => object?,
        };
        let fields = [format!("f:{RESTARTED_AT}")];
        Ok(Held {
            content: restarted(&object),
            version: text(&object, "/metadata/resourceVersion"),
            id: text(&object, "/metadata/uid"),
            by: toucher(&object, "/fieldsV1/f:spec/f:template/f:metadata/f:annotations", &fields),
        })
    }

    /// Tries it, and writes it.
    pub(in crate::source::kube) async fn make(
        &self,
        at: &str,
        held: &Held,
        associated: Option<&Associated>,
    ) -> Result<(), Trouble> {
        let mut object = self.object().await?;
        if restarted(&object) != held.content || text(&object, "/metadata/uid") != held.id {
            return Err(self.moved());
        }
        self.is_of_account(&object)?;
        self.is_rolling(&object)?;
        let expected = self.expected(&object, associated).await?;
        self.rehearse(&object, &expected).await?;
        let generation = object.pointer("/metadata/generation").cloned();
        for _ in 0..TRIES {
            match self.patch(at, &object, Mode::Write).await {
                // whose version moved on while its spec did not has got another status and no more
                Err(trouble) if trouble.cause == Cause::Conflict => {
                    object = self.object().await?;
                    if object.pointer("/metadata/generation") != generation.as_ref() {
                        return Err(self.moved());
                    }
                }
                answer => return answer.map(|_| ()),
            }
        }
        Err(self.moved())
    }

    /// Refuses what was paused since it was read.
    fn is_rolling(&self, object: &Value) -> Result<(), Trouble> {
        if object.pointer("/spec/paused").and_then(Value::as_bool) != Some(true) {
            return Ok(());
        }
        let hint = format!("resume it first: kubectl rollout resume {} -n {}", self.workload(), self.namespace);
        Err(Trouble::new(Cause::Answer, "it was paused meanwhile: nothing of it is made anew").with_hint(hint))
    }

    /// Refuses to make pods of another ServiceAccount than those that run.
    fn is_of_account(&self, object: &Value) -> Result<(), Trouble> {
        let (theirs, own) = (account(object), self.account);
        if own.is_none_or(|own| own == theirs) {
            return Ok(());
        }
        let said = format!(
            "{} makes its pods with serviceaccount/{theirs} now: a restart would not renew those of serviceaccount/{}",
            self.workload(),
            own.unwrap_or_default()
        );
        let hint = "plan it anew, for the ServiceAccount that its template names";
        Err(Trouble::new(Cause::Answer, said).with_hint(hint))
    }

    fn moved(&self) -> Trouble {
        Trouble::new(Cause::Conflict, format!("{} was changed meanwhile", self.workload()))
    }

    /// What the server would say to it, and why it would be in vain: what a new pod would not be given as things are.
    pub(in crate::source::kube) async fn try_out(
        &self,
        at: &str,
        associated: Option<&Associated>,
    ) -> Result<(Answer, Option<(String, String)>), Trouble> {
        let object = self.object().await?;
        self.is_of_account(&object)?;
        self.is_rolling(&object)?;
        let answer = self.patch(at, &object, Mode::Try).await?;
        let expected = self.expected(&object, associated).await?;
        let is_given = expected.is_in(&self.trial(&object).await?, template(&object));
        Ok((answer, (!is_given).then(|| self.in_vain(&expected, "a dry run"))))
    }

    async fn patch(&self, at: &str, object: &Value, mode: Mode) -> Result<Answer, Trouble> {
        let (uid, version) = (object.pointer("/metadata/uid"), object.pointer("/metadata/resourceVersion"));
        let change = json!({"metadata": {"uid": uid, "resourceVersion": version},
            "spec": {"template": {"metadata": {"annotations": {RESTARTED_AT: at}}}}});
        let workload = format!("{} -n {}", shell_word(&self.workload()), shell_word(self.namespace));
        let line = match mode {
            Mode::Write => format!("rollout restart {workload}"),
            // `kubectl rollout restart` has no dry run
            Mode::Try => {
                let patch = json!({"spec": change["spec"]}).to_string();
                format!("patch {workload} --type merge -p {}{}", shell_word(&patch), mode.flag())
            }
        };
        let path = format!("{}?fieldManager={MANAGER}{}", self.path()?, mode.query());
        let body = Some(Sent::MergePatch(&change.to_string()));
        self.api.write(&line, Ask { path: &path, accept: None, body }).await
    }

    /// What new pods are to be given, by what binds their ServiceAccount now.
    pub(super) async fn expected(&self, object: &Value, associated: Option<&Associated>) -> Result<Expected, Trouble> {
        let account = account(object);
        let path = format!("/api/v1/namespaces/{}/serviceaccounts/{}", encoded(self.namespace), encoded(account));
        let line = format!("get serviceaccount {} -n {} -o json", shell_word(account), shell_word(self.namespace));
        let read = read(&self.api.call(&line, Ask::get(&path)).await?)?;
        let annotations = read.pointer("/metadata/annotations");
        let role = annotations.and_then(|map| map.get(ROLE_ARN)?.as_str());
        let role = role.filter(|role| !role.is_empty()).map(Name::from);
        let associated = match associated {
            Some(ask) => ask(Name::from(self.namespace), Name::from(account)).await,
            None => None,
        };
        Ok(Expected::new(role, associated))
    }

    /// Sends a pod of the template that is never made, until the webhook gives it what it is to give, and no more than
    /// that: a real one that comes too early stays as it is for good.
    async fn rehearse(&self, object: &Value, expected: &Expected) -> Result<(), Trouble> {
        let (began, mut pause) = (Instant::now(), FIRST_PAUSE);
        while !expected.is_in(&self.trial(object).await?, template(object)) {
            if began.elapsed() >= REHEARSAL {
                let (said, hint) = self.in_vain(expected, &format!("a dry run for {} s", REHEARSAL.as_secs()));
                return Err(Trouble::new(Cause::Answer, said).with_hint(hint));
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
        Ok(())
    }

    /// A pod of the template as it would be made, and is not.
    async fn trial(&self, object: &Value) -> Result<Value, Trouble> {
        let path = format!("/api/v1/namespaces/{}/pods?dryRun=All&fieldManager={MANAGER}", encoded(self.namespace));
        let line = format!("create -f - --dry-run=server -n {}", shell_word(self.namespace));
        let pod = self.pod_of(object).to_string();
        let answer = self.api.call(&line, Ask { path: &path, accept: None, body: Some(Sent::Post(&pod)) }).await;
        let answer = answer.map_err(|mut trouble| {
            // whatever became of the try, nothing was made by it
            trouble.cause = if trouble.cause == Cause::Forbidden { Cause::Forbidden } else { Cause::Answer };
            trouble.said = format!("a pod of {}, tried by a dry run, is refused: {}", self.workload(), trouble.said);
            trouble
        });
        read(&answer?)
    }

    /// That what was tried so came to nothing, and what to do.
    fn in_vain(&self, expected: &Expected, tried: &str) -> (String, String) {
        let workload = self.workload();
        let (said, hint) = if expected.is_something() {
            let said =
                format!("a new pod of {workload} would not get {expected}: one tried by {tried} was not injected");
            let hint = "look for what keeps the webhook from it, a variable in the template or a label: \
                        rolecall identity POD; kubectl get mutatingwebhookconfigurations";
            (said, hint)
        } else {
            let said = format!(
                "a new pod of {workload} would be given an identity that nothing binds it to: so was one tried by {tried}"
            );
            let hint = "the webhook may not know yet that the binding is gone, or another one injects: try again in a while; \
                        kubectl get mutatingwebhookconfigurations";
            (said, hint)
        };
        (said, hint.to_owned())
    }

    /// A pod as the controller would make it. Claims of a StatefulSet's template are volumes that only it knows.
    fn pod_of(&self, object: &Value) -> Value {
        let template = |path: &str| object.pointer(&format!("/spec/template/{path}")).cloned().unwrap_or(Value::Null);
        let mut spec = template("spec");
        let claims = object.pointer("/spec/volumeClaimTemplates").and_then(Value::as_array);
        let claimed = claims.into_iter().flatten().filter_map(|claim| claim.pointer("/metadata/name"));
        let claimed: Vec<Value> = claimed.map(|name| json!({"name": name, "emptyDir": {}})).collect();
        if let (false, Some(spec)) = (claimed.is_empty(), spec.as_object_mut()) {
            let volumes = spec.entry("volumes").or_insert_with(|| json!([]));
            if let Some(volumes) = volumes.as_array_mut() {
                volumes.extend(claimed);
            }
        }
        json!({"apiVersion": "v1", "kind": "Pod", "spec": spec, "metadata": {
            "generateName": format!("{}-", self.name), "namespace": self.namespace,
            "labels": template("metadata/labels"), "annotations": template("metadata/annotations")}})
    }
}

/// What the pods of a workload are made from.
pub(super) fn template(object: &Value) -> &Value {
    object.pointer("/spec/template").unwrap_or(&Value::Null)
}

/// A text of an object.
pub(super) fn text(object: &Value, path: &str) -> Option<String> {
    object.pointer(path).and_then(Value::as_str).map(str::to_owned)
}
