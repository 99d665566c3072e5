//! The adapter itself: which question is answered where, and what is remembered between questions.

use super::AwsHints;
use super::associations::{Described, IN_TURN};
use super::clients::Clients;
use super::refusal::Refusal;
use super::shelf::Shelf;
use super::wire::{Line, Wire};
use crate::domain::inventory::Delta;
use crate::domain::model::{Caller, Cluster, Gap, GapReason, Name, Question, Reading, Time};
use crate::source::{Access, Deltas, Roles};
use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What clients are built on.
#[derive(Debug)]
pub(super) struct Ground {
    /// The SDK's configuration.
    pub(super) base: SdkConfig,
    /// What calls that are signed by hand go through.
    pub(super) connector: SharedHttpConnector,
    /// The region by flag, environment or profile.
    pub(super) region: Option<String>,
}

/// The AWS side of a live cluster.
pub(super) struct Account {
    pub(super) hints: AwsHints,
    pub(super) wire: Wire,
    pub(super) shelf: Shelf,
    ground: Ground,
    known: Mutex<Known>,
    caller: tokio::sync::Mutex<Option<Caller>>,
    /// The associations as they were told last; `None` before that.
    pub(super) described: Mutex<Option<Described>>,
}

/// What is remembered between questions.
struct Known {
    cluster_name: Option<String>,
    clients: Arc<Clients>,
    /// The cluster as it was last described.
    cluster: Option<Cluster>,
    /// An instance of one of its nodes that was found in this account.
    instance: Option<Name>,
}

impl Account {
    /// Nothing is asked yet.
    pub(super) fn new(hints: AwsHints, wire: Wire, ground: Ground, shelf: Shelf) -> Self {
        let clients = Arc::new(Clients::new(&ground.base, &ground.connector, ground.region.clone()));
        let known = Known { cluster_name: hints.cluster_name.clone(), clients, cluster: None, instance: None };
        let (known, caller) = (Mutex::new(known), tokio::sync::Mutex::default());
        Self { hints, wire, shelf, ground, known, caller, described: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The clients of the region that is known by now.
    pub(super) fn clients(&self) -> Arc<Clients> {
        self.known().clients.clone()
    }

    /// The clients and the region of calls that go to a region.
    pub(super) fn regional(&self) -> Result<(Arc<Clients>, String), Refusal> {
        let clients = self.clients();
        match clients.region.clone() {
            Some(region) => Ok((clients, region)),
            None => Err(Refusal::new(
                GapReason::NotFoundOut,
                "the AWS region could not be found out: name it with --region",
            )),
        }
    }

    /// The cluster's name, where flags, kubeconfig or node labels said it.
    pub(super) fn cluster_name(&self) -> Result<String, Refusal> {
        self.known().cluster_name.clone().ok_or_else(|| {
            Refusal::new(
                GapReason::NotFoundOut,
                "the EKS cluster's name could not be found out: name it with --cluster-name",
            )
        })
    }

    /// The same, or what stands nearest in the way: without credentials that hold, no name helps.
    pub(super) async fn named_cluster(&self) -> Result<String, Refusal> {
        let unnamed = match self.cluster_name() {
            Ok(name) => return Ok(name),
            Err(unnamed) => unnamed,
        };
        match self.caller().await {
            Err(nearer) if matches!(nearer.reason, GapReason::Expired | GapReason::NoCredentials) => Err(nearer),
            _ => Err(unnamed),
        }
    }

    /// Takes a name for the cluster's that nothing else had said, once the cluster of that name is proven to be it.
    pub(super) fn adopt(&self, name: &str) {
        self.known().cluster_name.get_or_insert_with(|| name.to_owned());
    }

    /// Remembers the cluster as it was described, and gives it back as what is known by now makes it.
    pub(super) fn remember_cluster(&self, cluster: Cluster) -> Cluster {
        let mut known = self.known();
        let cluster = match &known.instance {
            Some(instance) => super::cluster::confirmed_by_instance(&cluster, instance).unwrap_or(cluster),
            None => cluster,
        };
        known.cluster = Some(cluster.clone());
        cluster
    }

    /// Remembers that a node's instance is in this account; the cluster, if that has just confirmed it.
    pub(super) fn remember_instance(&self, instance: &Name) -> Option<Cluster> {
        let mut known = self.known();
        known.instance.get_or_insert_with(|| instance.clone());
        let confirmed = super::cluster::confirmed_by_instance(known.cluster.as_ref()?, instance)?;
        known.cluster = Some(confirmed.clone());
        Some(confirmed)
    }

    /// Who we are: asked once, and again as long as there was no answer.
    pub(super) async fn caller(&self) -> Result<Caller, Refusal> {
        let mut known = self.caller.lock().await;
        if let Some(caller) = &*known {
            return Ok(caller.clone());
        }
        let caller = self.caller_anew().await?;
        *known = Some(caller.clone());
        Ok(caller)
    }

    async fn caller_anew(&self) -> Result<Caller, Refusal> {
        let clients = self.clients();
        let call = clients.sts.get_caller_identity().send();
        let said = self.wire.ask(Line::bare("sts:GetCallerIdentity"), clients.region.as_deref(), call).await?;
        match (said.arn(), said.account()) {
            (Some(arn), Some(account)) => Ok(Caller { arn: Name::from(arn), account: Name::from(account) }),
            _ => Err(Refusal::new(GapReason::NotSupported, "STS answered without an ARN or an account")),
        }
    }

    async fn answer_caller(&self) -> Vec<Delta> {
        // Whoever needs it meanwhile waits for this answer.
        let mut known = self.caller.lock().await;
        let answer = self.caller_anew().await;
        if let Ok(caller) = &answer {
            *known = Some(caller.clone());
        }
        vec![Delta::Caller(reading(answer, "AWS caller", "sts:GetCallerIdentity"))]
    }

    /// The question's answer, but for those that stream.
    async fn deltas(&self, question: Question) -> Vec<Delta> {
        match question {
            Question::Caller => self.answer_caller().await,
            Question::Cluster => self.answer_cluster().await,
            Question::Providers => self.answer_providers().await,
            Question::Role(arn) => self.answer_role(arn).await,
            Question::ManagedPolicy(arn) => self.answer_policy(arn).await,
            Question::Instances(ids) => self.answer_instances(ids).await,
            Question::InstanceProfile(arn) => self.answer_profile(arn).await,
            Question::ProfilesOf(role) => self.answer_profiles_of(role).await,
            Question::Nodegroup(name) => self.answer_nodegroup(name).await,
            Question::Sweep
            | Question::Associations
            | Question::AssociationsOf(_)
            | Question::AssociationsInTurn(_) => Vec::new(),
            Question::ConfigMapKeys(namespace, name) => {
                let gap = elsewhere(&format!("ConfigMap {namespace}/{name}"), "get configmaps");
                vec![Delta::ConfigMapKeys(namespace, name, Reading::Unread(gap))]
            }
            Question::Template(namespace, kind, name) => {
                let gap = elsewhere(&format!("{kind} {namespace}/{name}"), "get pod template");
                vec![Delta::Template(namespace, kind, name, Reading::Unread(gap))]
            }
            Question::Workload(namespace, kind, name) => {
                let gap = elsewhere(&format!("{kind} {namespace}/{name}"), "get workload");
                vec![Delta::Workload(namespace, kind, name, Reading::Unread(gap))]
            }
        }
    }
}

impl Roles for Account {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        async move {
            let answer = async {
                match question {
                    Question::Sweep => self.answer_sweep(out.clone()).await,
                    Question::Associations => self.answer_associations(None, usize::MAX, &out).await,
                    Question::AssociationsOf(namespace) => {
                        self.answer_associations(Some(namespace), usize::MAX, &out).await;
                    }
                    Question::AssociationsInTurn(namespace) => self.answer_associations(namespace, IN_TURN, &out).await,
                    question => {
                        let _ = out.send(self.deltas(question).await).await;
                    }
                }
            };
            tokio::select! {
                () = answer => {}
                () = out.closed() => {}
            }
        }
        .boxed()
    }

    fn learn(&self, cluster_name: Option<&str>, region: Option<&str>) {
        let mut known = self.known();
        if let (None, Some(name)) = (&known.cluster_name, cluster_name) {
            known.cluster_name = Some(name.to_owned());
        }
        // The nodes are where they are: that outweighs the environment and the profile, but not what was said for this
        // very cluster.
        if let (None, Some(region)) = (&self.hints.region, region)
            && known.clients.region.as_deref() != Some(region)
        {
            let clients = Clients::new(&self.ground.base, &self.ground.connector, Some(region.to_owned()));
            known.clients = Arc::new(clients);
        }
    }

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        self.readable().boxed()
    }
}

/// An answer, or its gap.
pub(super) fn reading<T>(answer: Result<T, Refusal>, what: &str, action: &str) -> Reading<T> {
    match answer {
        Ok(value) => Reading::Read { value, at: Time::now() },
        Err(refusal) => Reading::Unread(refusal.gap(what, action)),
    }
}

/// An answer, that there is no such thing, or its gap.
pub(super) fn reading_or_missing<T>(answer: Result<T, Refusal>, what: &str, action: &str) -> Reading<T> {
    match answer {
        Err(refusal) if refusal.is_absent() => Reading::Missing { at: Time::now() },
        answer => reading(answer, what, action),
    }
}

fn elsewhere(what: &str, call: &str) -> Gap {
    Gap::new(what, call, GapReason::NotSupported, "this is asked of Kubernetes, not of AWS")
}
