//! The adapter: what the capture told, told again.

use super::{answers, listing};
use crate::domain::inventory::{Delta, Inventory, Kind, ObjectRef, Scope};
use crate::domain::model::{GapReason, Name, Question, Reading};
use crate::report::capture::{NamespaceWire, NodeWire, PodWire, ServiceAccountWire, SpecRef};
use crate::source::{Access, Ask, Deltas, Facts, Failure, FailureKind, Roles};
use futures_util::future::BoxFuture;
use serde::Serialize;
use std::sync::Arc;

/// How many deltas are sent at once.
const BATCH: usize = 500;

/// What the capture told.
pub(in crate::source) struct Told {
    pub(super) inventory: Inventory,
}

impl Told {
    /// What an inventory holds, to be told.
    pub(in crate::source) fn new(inventory: Inventory) -> Self {
        Self { inventory }
    }
}

impl Facts for Told {
    fn follow(self: Arc<Self>, ask: Ask, out: Deltas) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Some(user) = self.inventory.user().filter(|_| ask.user) {
                let _ = out.send(vec![Delta::KubernetesUser(user.clone())]).await;
            }
            for (place, kind) in ask.kinds.iter().enumerate() {
                let deltas = match &ask.selector {
                    Some(_) if place == 0 => listing::unlabelled(*kind, &ask.scope),
                    _ => listing::deltas(&self.inventory, *kind, &ask.scope),
                };
                if send(deltas, &out).await.is_err() {
                    return;
                }
            }
            if ask.watch {
                // nothing will ever change, but whoever watches goes on watching
                out.closed().await;
            }
        })
    }

    fn object(&self, object: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async move { self.yaml(&object) })
    }

    fn labelled(&self, _: Kind, _: Scope, _: String) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        Box::pin(async {
            Err(Failure {
                said: "captures hold no labels, so there is nothing to select by".to_owned(),
                hint: Some("filter by name instead, or ask the cluster itself".to_owned()),
                kind: FailureKind::NotSupported,
            })
        })
    }

    fn access(&self, _: Scope) -> BoxFuture<'_, Vec<Access>> {
        let listed = self.inventory.listings().iter().map(|(kind, listing)| Access {
            call: format!("list {}", kind.resource()),
            allowed: allowed(listing.is_read(), listing.gap.as_ref().map(|gap| gap.reason)),
            sentence: listing.gap.as_ref().map(|gap| gap.sentence.clone()),
        });
        let listed = listed.collect();
        Box::pin(async { listed })
    }
}

impl Roles for Told {
    fn answer(&self, question: Question, out: Deltas) -> BoxFuture<'_, ()> {
        Box::pin(async move {
            let _ = send(answers::answer(&self.inventory, question), &out).await;
        })
    }

    fn learn(&self, _: Option<&str>, _: Option<&str>) {}

    fn access(&self) -> BoxFuture<'_, Vec<Access>> {
        let aws = self.inventory.aws();
        let calls = [
            ("sts:GetCallerIdentity", aws.caller().map(reading_of)),
            ("eks:DescribeCluster", aws.cluster().map(reading_of)),
            ("eks:ListPodIdentityAssociations", aws.associations().map(reading_of)),
            ("iam:ListOpenIDConnectProviders", aws.providers().map(reading_of)),
        ];
        let access = calls.into_iter().map(|(call, state)| Access {
            call: call.to_owned(),
            allowed: state.as_ref().and_then(|(read, gap)| allowed(*read, gap.as_ref().map(|(reason, _)| *reason))),
            sentence: state.and_then(|(_, gap)| gap).map(|(_, sentence)| sentence),
        });
        let access = access.collect();
        Box::pin(async { access })
    }
}

impl Told {
    /// The object as our wire form.
    fn yaml(&self, object: &ObjectRef) -> Result<String, Failure> {
        let shard = object.namespace.as_deref().and_then(|namespace| self.inventory.shard(namespace));
        let text = match object.kind {
            Kind::Pod => shard
                .and_then(|shard| shard.pod(&object.name))
                .map(|pod| to_yaml(&PodWire::of(pod, SpecRef::Own(Box::new((&*pod.spec).into()))))),
            Kind::ServiceAccount => shard
                .and_then(|shard| shard.service_account(&object.name))
                .map(|account| to_yaml(&ServiceAccountWire::from(account))),
            Kind::Node => self.inventory.node(&object.name).map(|node| to_yaml(&NodeWire::from(node))),
            Kind::Namespace => self
                .inventory
                .shard(&object.name)
                .and_then(|shard| shard.namespace())
                .map(|namespace| to_yaml(&NamespaceWire::from(namespace))),
            Kind::Webhook | Kind::DaemonSet => None,
        };
        text.unwrap_or_else(|| {
            Err(Failure { said: format!("{object} is not in this capture"), hint: None, kind: FailureKind::NotFound })
        })
    }
}

/// It is not the manifest, and shall not be taken for it.
fn to_yaml<T: Serialize>(wire: &T) -> Result<String, Failure> {
    let said = |yaml| format!("# what rolecall reads of it: a capture holds no more\n{yaml}");
    serde_saphyr::to_string(wire).map(said).map_err(|error| Failure {
        said: format!("the object cannot be written as YAML: {error}"),
        hint: None,
        kind: FailureKind::Other,
    })
}

/// Whether it was read, and else why not.
fn reading_of<T>(reading: &Reading<T>) -> (bool, Option<(GapReason, String)>) {
    (reading.at().is_some(), reading.gap().map(|gap| (gap.reason, gap.sentence.clone())))
}

fn allowed(read: bool, gap: Option<GapReason>) -> Option<bool> {
    if read {
        return Some(true);
    }
    (gap == Some(GapReason::Forbidden)).then_some(false)
}

/// Sends in batches; an error once nobody listens any more.
async fn send(deltas: Vec<Delta>, out: &Deltas) -> Result<(), ()> {
    let mut deltas = deltas.into_iter().peekable();
    while deltas.peek().is_some() {
        out.send(deltas.by_ref().take(BATCH).collect()).await.map_err(drop)?;
    }
    Ok(())
}
