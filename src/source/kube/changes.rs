//! Writing to Kubernetes: ServiceAccounts and their annotations, each with a precondition on what was looked at.

use super::access::Asked;
use super::api::{Answer, Api, Ask, Sent};
use super::rollout::{Associated, Restart, group_resource, restarted};
use super::target::encoded;
use super::trouble::{Cause, Trouble};
use crate::domain::inventory::Scope;
use crate::domain::model::{Name, Time, shell_word};
use crate::domain::plan::{Change, Content, ROLE_ARN, Target, same_content};
use crate::source::change::Rehearsal;
use crate::source::{Access, Changes, Failure, Held, Touch};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The name under which the API server notes what we own (`metadata.managedFields`).
pub(super) const MANAGER: &str = "rolecall";

/// A cluster that may be written to.
pub(in crate::source) struct Writer {
    api: Api,
    /// Whom to ask whether an association binds a ServiceAccount.
    associated: Option<Associated>,
}

impl Writer {
    pub(super) fn new(api: Api) -> Self {
        Self { api, associated: None }
    }

    /// The same, asking so whether an association binds a ServiceAccount: it wins over the annotation.
    pub(in crate::source) fn asking(self, associated: Associated) -> Self {
        Self { associated: Some(associated), ..self }
    }

    async fn look(&self, change: &Change) -> Result<Held, Trouble> {
        match &change.target {
            Target::ServiceAccount { namespace, name } | Target::Annotations { namespace, name } => {
                let line = format!("get serviceaccount {} -n {} -o json", shell_word(name), shell_word(namespace));
                match self.api.call(&line, Ask::get(&service_account(namespace, name))).await {
                    Ok(body) => held(&read(&body)?, change),
                    Err(trouble) if trouble.cause == Cause::NotFound => Ok(Held::only(Content::Absent)),
                    Err(trouble) => Err(trouble),
                }
            }
            Target::Rollout { .. } => match self.restart(change) {
                Some((restart, _)) => restart.look().await,
                None => Err(elsewhere(change)),
            },
            _ => Err(elsewhere(change)),
        }
    }

    async fn make(&self, change: &Change, held: &Held) -> Result<(), Trouble> {
        if let Some((restart, at)) = self.restart(change) {
            return restart.make(at, held, self.associated.as_ref()).await;
        }
        self.send(change, held, Mode::Write).await.map(|_| ())
    }

    /// What the server would say to it, with all of admission.
    async fn rehearse(&self, change: &Change) -> Result<Rehearsal, Trouble> {
        let held = self.look(change).await?;
        if !same_content(&held.content, &change.from) {
            return Err(Trouble::new(Cause::Conflict, "it was changed since it was read"));
        }
        let tried = match self.restart(change) {
            Some((restart, at)) => restart.try_out(at, self.associated.as_ref()).await,
            None => self.send(change, &held, Mode::Try).await.map(|answer| (answer, None)),
        };
        let (answer, in_vain) = match tried {
            // a webhook that may do more than answer (k8s.io/apiserver, `NewDryRunUnsupportedErr`)
            Err(trouble) if trouble.said.contains("does not support dry run") => {
                return Ok(Rehearsal::NotPossible(trouble.said));
            }
            tried => tried?,
        };
        let stood = match (&change.to, self.restart(change)) {
            (Content::Absent, _) => None,
            (_, Some(_)) => Some(restarted(&read(&answer.body)?)),
            _ => Some(content_of(&read(&answer.body)?, change)?),
        };
        let otherwise = stood.filter(|stood| !same_content(stood, &change.to));
        Ok(Rehearsal::Taken { warnings: answer.warnings, otherwise, in_vain })
    }

    /// What is restarted, and the moment that is written.
    fn restart<'a>(&'a self, change: &'a Change) -> Option<(Restart<'a>, &'a str)> {
        let (Target::Rollout { namespace, kind, name, account }, Content::Restarted(Some(at))) =
            (&change.target, &change.to)
        else {
            return None;
        };
        Some((Restart { api: &self.api, namespace, kind, name, account: account.as_deref() }, at))
    }

    async fn send(&self, change: &Change, held: &Held, mode: Mode) -> Result<Answer, Trouble> {
        let line = change.command();
        let line = format!("{}{}", line.strip_prefix("kubectl ").unwrap_or(&line), mode.flag());
        let query = format!("?fieldManager={MANAGER}{}", mode.query());
        let (path, body) = match (&change.target, &change.to) {
            (Target::Annotations { namespace, name }, Content::Annotations(to)) => {
                let patch = json!({"metadata": {"uid": held.id, "resourceVersion": held.version, "annotations": to}});
                (service_account(namespace, name) + &query, Write::Patch(patch.to_string()))
            }
            (Target::ServiceAccount { namespace, name }, Content::ServiceAccount(annotations)) => {
                let object = json!({"apiVersion": "v1", "kind": "ServiceAccount",
                    "metadata": {"name": name, "namespace": namespace, "annotations": annotations}});
                (service_accounts(namespace) + &query, Write::Post(object.to_string()))
            }
            (Target::ServiceAccount { namespace, name }, Content::Absent) => {
                // with options in the body the server does not look at the query
                let options = json!({"apiVersion": "v1", "kind": "DeleteOptions", "dryRun": mode.option(),
                    "preconditions": {"uid": held.id, "resourceVersion": held.version}});
                (service_account(namespace, name) + &query, Write::Delete(options.to_string()))
            }
            _ => return Err(elsewhere(change)),
        };
        let body = match &body {
            Write::Patch(json) => Sent::MergePatch(json),
            Write::Post(json) => Sent::Post(json),
            Write::Delete(json) => Sent::Delete(json),
        };
        self.api.write(&line, Ask { path: &path, accept: None, body: Some(body) }).await
    }

    /// Waits for the end of what the change has set going.
    async fn settle(&self, change: &Change) -> Result<(), Trouble> {
        match self.restart(change) {
            Some((restart, at)) => restart.settle(at, self.associated.as_ref()).await,
            None => Ok(()),
        }
    }

    async fn may(&self, change: &Change) -> Access {
        let (namespace, resource) = match &change.target {
            Target::ServiceAccount { namespace, .. } | Target::Annotations { namespace, .. } => {
                (namespace, "serviceaccounts")
            }
            Target::Rollout { namespace, kind, .. } => {
                return self.may_restart(namespace, group_resource(kind).unwrap_or("deployments")).await;
            }
            other => return Access { call: format!("change {other}"), allowed: None, sentence: None },
        };
        let verb = match change.to {
            Content::ServiceAccount(_) => "create",
            Content::Absent => "delete",
            _ => "patch",
        };
        self.asked(verb, "", resource, namespace).await
    }

    /// To restart is to patch the workload; a pod that is tried first has to be one that we may create.
    async fn may_restart(&self, namespace: &Name, resource: &'static str) -> Access {
        let create = self.asked("create", "", "pods", namespace).await;
        if create.allowed == Some(false) { create } else { self.asked("patch", "apps", resource, namespace).await }
    }

    async fn asked(&self, verb: &'static str, group: &'static str, resource: &'static str, namespace: &Name) -> Access {
        let asked = Asked { verb, group, resource, scope: Scope::Namespace(namespace.clone()) };
        let mut access = asked.answer(&self.api).await;
        if access.allowed == Some(false) {
            let call = &access.call;
            access.sentence =
                Some(format!("you may not {call} in namespace {namespace}; a Role there that allows it is missing"));
        }
        access
    }
}

/// Whether a call is made, or only tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Write,
    /// Admission and validation are asked, and nothing is stored (Kubernetes API concepts, "Dry-run").
    Try,
}

impl Mode {
    /// What a query has more.
    pub(super) fn query(self) -> &'static str {
        if self == Self::Try { "&dryRun=All" } else { "" }
    }

    /// What kubectl is given more.
    pub(super) fn flag(self) -> &'static str {
        if self == Self::Try { " --dry-run=server" } else { "" }
    }

    /// What options in a body have.
    fn option(self) -> &'static [&'static str] {
        if self == Self::Try { &["All"] } else { &[] }
    }
}

enum Write {
    Patch(String),
    Post(String),
    Delete(String),
}

impl Changes for Writer {
    fn look<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Held, Failure>> {
        async move { self.look(change).await.map_err(Trouble::failure) }.boxed()
    }

    fn make<'a>(&'a self, change: &'a Change, held: &'a Held) -> BoxFuture<'a, Result<(), Failure>> {
        async move { self.make(change, held).await.map_err(Trouble::failure) }.boxed()
    }

    fn settle<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<(), Failure>> {
        async move { self.settle(change).await.map_err(Trouble::failure) }.boxed()
    }

    fn rehearse<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Result<Rehearsal, Failure>> {
        async move { self.rehearse(change).await.map_err(Trouble::failure) }.boxed()
    }

    fn may<'a>(&'a self, change: &'a Change) -> BoxFuture<'a, Access> {
        self.may(change).boxed()
    }
}

fn service_accounts(namespace: &str) -> String {
    format!("/api/v1/namespaces/{}/serviceaccounts", encoded(namespace))
}

fn service_account(namespace: &str, name: &str) -> String {
    format!("{}/{}", service_accounts(namespace), encoded(name))
}

/// An object, as it is on the wire.
pub(super) fn read(body: &[u8]) -> Result<Value, Trouble> {
    serde_json::from_slice(body).map_err(|error| Trouble::new(Cause::Answer, format!("the answer is no JSON: {error}")))
}

/// What the object holds of what the change touches.
fn content_of(object: &Value, change: &Change) -> Result<Content, Trouble> {
    let text = |key: &str| object.pointer("/metadata/annotations")?.get(key)?.as_str();
    // the webhook takes an empty role for none, and so does what was read for the plan (webhook, `pkg/cache/cache.go`)
    let annotation = |key: &str| text(key).filter(|value| key != ROLE_ARN || !value.is_empty()).map(Name::from);
    match (&change.from, &change.to) {
        (Content::Annotations(touched), _) => {
            Ok(Content::Annotations(touched.keys().map(|key| (key.clone(), annotation(key))).collect()))
        }
        (Content::ServiceAccount(made), _) | (_, Content::ServiceAccount(made)) => {
            let kept = |key: &Name| Some((key.clone(), annotation(key)?));
            Ok(Content::ServiceAccount(made.keys().filter_map(kept).collect::<BTreeMap<_, _>>()))
        }
        _ => Err(elsewhere(change)),
    }
}

/// The same, of which object, and by whom.
fn held(object: &Value, change: &Change) -> Result<Held, Trouble> {
    let text = |path: &str| object.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let keys: Vec<String> = match &change.from {
        Content::Annotations(touched) => touched.keys().map(|key| format!("f:{key}")).collect(),
        _ => Vec::new(),
    };
    Ok(Held {
        content: content_of(object, change)?,
        version: text("/metadata/resourceVersion"),
        id: text("/metadata/uid"),
        by: toucher(object, "/fieldsV1/f:metadata/f:annotations", &keys),
    })
}

/// The manager that last changed one of the fields at that place of an entry, else the one that last changed anything.
pub(super) fn toucher(object: &Value, place: &str, fields: &[String]) -> Option<Touch> {
    let entries = object.pointer("/metadata/managedFields")?.as_array()?;
    let owns =
        |entry: &&Value| entry.pointer(place).is_some_and(|own| fields.iter().any(|field| own.get(field).is_some()));
    let touch = |entry: &Value| {
        let at: Option<Time> = entry.get("time").and_then(Value::as_str).and_then(|time| time.parse().ok());
        Some(Touch { manager: Name::from(entry.get("manager")?.as_str()?), at })
    };
    let latest = |entries: Vec<&Value>| entries.into_iter().filter_map(touch).max_by_key(|touch| touch.at);
    latest(entries.iter().filter(owns).collect()).or_else(|| latest(entries.iter().collect()))
}

fn elsewhere(change: &Change) -> Trouble {
    Trouble::new(Cause::Answer, format!("{} is not changed in Kubernetes", change.target))
}
