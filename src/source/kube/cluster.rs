//! The adapter of the port `Facts`.

use super::agents::{self, KUBE_SYSTEM};
use super::api::{Api, Ask};
use super::decode::{Keyed, List};
use super::follow::Follower;
use super::target::{MOST_PAGES, Target, without_end};
use super::trouble::{Cause, Trouble};
use super::{access, object, on_demand, rollout, whoami};
use crate::domain::inventory::{Delta, Kind, ObjectRef, OwnerTemplate, Scope};
use crate::domain::model::{Gap, GapReason, Name, Reading, Rollout};
use crate::source::{self, Access, Deltas, Facts, Failure};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

/// Names and nothing else: what a label selector picks.
const METADATA_ONLY: &str = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

/// A live cluster.
pub(in crate::source) struct Cluster {
    api: Api,
    /// Where to go on when cluster-wide lists are refused.
    namespace: Name,
}

impl Cluster {
    pub(super) fn new(api: Api, namespace: Name) -> Self {
        Self { api, namespace }
    }

    /// The key names of a ConfigMap.
    pub(in crate::source) async fn config_map_keys(&self, namespace: &str, name: &str) -> Reading<Vec<Name>> {
        on_demand::config_map_keys(&self.api, namespace, name).await
    }

    /// What an owner's pod template sets by hand.
    pub(in crate::source) async fn template(&self, namespace: &str, kind: &str, name: &str) -> Reading<OwnerTemplate> {
        on_demand::template(&self.api, namespace, kind, name).await
    }

    /// How a workload rolls out its pods.
    pub(in crate::source) async fn rollout(&self, namespace: &str, kind: &str, name: &str) -> Reading<Rollout> {
        rollout::rollout(&self.api, namespace, kind, name).await
    }

    /// The issuer of the API server's tokens.
    pub(in crate::source) async fn issuer(&self) -> Option<String> {
        on_demand::issuer(&self.api).await
    }

    /// Follows the agent's pods by themselves, if the pods that are followed will not be all of kube-system.
    fn agents(&self, pods: &mut Follower, out: Deltas) -> impl Future<Output = ()> + use<> {
        let (narrowed, waits) = oneshot::channel();
        pods.narrowed = Some(narrowed);
        let (api, watch) = (self.api.clone(), pods.watch);
        let apart = pods.target.selector.is_some() || !pods.target.scope.covers(KUBE_SYSTEM);
        async move {
            if apart || waits.await.is_ok_and(|namespace| &*namespace != KUBE_SYSTEM) {
                agents::follow(api, watch, out).await;
            }
        }
    }

    async fn names(&self, kind: Kind, scope: Scope, selector: String) -> Result<Vec<(Name, Name)>, Trouble> {
        let target = Target::new(kind, &scope, Some(selector));
        let mut noted = self.api.note(&format!("{} -o name", target.list_line()));
        let names = self.pages_of_names(&target).await;
        noted.end(names.as_ref().err());
        names
    }

    async fn pages_of_names(&self, target: &Target) -> Result<Vec<(Name, Name)>, Trouble> {
        let (mut names, mut next) = (Vec::new(), String::new());
        for _ in 0..MOST_PAGES {
            let path = target.page(&next);
            let body = self.api.answer(Ask { path: &path, accept: Some(METADATA_ONLY), body: None }).await?;
            let list: List<Keyed<'_>> = serde_json::from_slice(&body)
                .map_err(|error| Trouble::new(Cause::Answer, format!("the answer is no list: {error}")))?;
            for Keyed { metadata } in list.items {
                let namespace = metadata.namespace.as_deref().unwrap_or_default();
                names.push((Name::from(namespace), Name::from(&*metadata.name)));
            }
            next = list.metadata.next;
            if next.is_empty() {
                return Ok(names);
            }
        }
        Err(without_end())
    }
}

impl Facts for Cluster {
    /// Asks for the version, which everybody may see who is let in at all.
    fn reach(&self) -> BoxFuture<'_, Result<(), Failure>> {
        async move {
            let mut noted = self.api.note("get --raw /version");
            let outcome = self.api.once(Ask::get("/version")).await;
            noted.end(outcome.as_ref().err());
            match outcome {
                Err(trouble) if trouble.is_of_the_server() => Err(trouble.failure()),
                _ => Ok(()),
            }
        }
        .boxed()
    }

    fn follow(self: Arc<Self>, ask: source::Ask, out: Deltas) -> BoxFuture<'static, ()> {
        async move {
            let (mut tasks, mut kinds) = (JoinSet::new(), HashMap::new());
            let selected = ask.kinds.first().copied();
            // Pods first: they are what one waits for, and the only list that is long.
            let (pods, others): (Vec<_>, Vec<_>) = ask.kinds.iter().copied().partition(|kind| *kind == Kind::Pod);
            for kind in pods.into_iter().chain(others) {
                let selector = ask.selector.clone().filter(|_| Some(kind) == selected);
                let mut follower =
                    Follower::new(self.api.clone(), Target::new(kind, &ask.scope, selector), out.clone());
                follower.watch = ask.watch;
                follower.fall_back = ask.fall_back.then(|| self.namespace.clone());
                if kind == Kind::Pod && ask.kinds.contains(&Kind::DaemonSet) {
                    tasks.spawn(self.agents(&mut follower, out.clone()));
                }
                kinds.insert(tasks.spawn(follower.run()).id(), kind);
            }
            if ask.user {
                let api = self.api.clone();
                let out = out.clone();
                tasks.spawn(async move {
                    let user = whoami::user(&api).await;
                    // Nobody listening any more is no failure of ours.
                    let _ = out.send(vec![Delta::KubernetesUser(user)]).await;
                });
            }
            // Dropped with this future, the set ends its tasks.
            while let Some(ended) = tasks.join_next_with_id().await {
                let broken = ended.err().and_then(|error| Some((*kinds.get(&error.id())?, error)));
                if let Some((kind, error)) = broken {
                    let said = format!("reading {} broke off before its end: {error}", kind.resource());
                    let call = format!("list {}", kind.resource());
                    let gap = Gap::new(kind.resource(), call, GapReason::NotFoundOut, said);
                    let _ = out.send(vec![Delta::Unreadable(kind, gap)]).await;
                }
            }
        }
        .boxed()
    }

    fn object(&self, object: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        async move { object::yaml(&self.api, &object).await.map_err(Trouble::failure) }.boxed()
    }

    fn labelled(
        &self,
        kind: Kind,
        scope: Scope,
        selector: String,
    ) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        async move { self.names(kind, scope, selector).await.map_err(Trouble::failure) }.boxed()
    }

    fn access(&self, scope: Scope) -> BoxFuture<'_, Vec<Access>> {
        async move { access::access(&self.api, &scope).await }.boxed()
    }
}
