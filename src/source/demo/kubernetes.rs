//! Writes to the demo's Kubernetes: watches show them at once.

use super::changes::failure;
use super::held::{Setter, account, annotated};
use super::rollout::{roll, uid, version};
use super::world::{Now, World};
use crate::domain::inventory::{Delta, Kind, ObjectRef};
use crate::domain::model::{Name, ServiceAccount};
use crate::domain::plan::{Change, Content, Target};
use crate::source::{Failure, FailureKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Makes a change whose guard holds.
pub(super) fn write(world: &Arc<World>, now: &mut Now, change: &Change) -> Result<(), Failure> {
    let by = Setter { at: world.time() };
    match (&change.target, &change.to) {
        (Target::Annotations { namespace, name }, Content::Annotations(to)) => {
            let Some(present) = account(&now.written, namespace, name).cloned() else { return Err(absent(change)) };
            let resource_version = version(now);
            see(now, ServiceAccount { resource_version, ..annotated(present, to, &by) });
        }
        (Target::ServiceAccount { namespace, name }, Content::ServiceAccount(annotations)) => {
            if now.written.shard(namespace).and_then(|shard| shard.namespace()).is_none() {
                return Err(failure(FailureKind::NotFound, format!("there is no namespace {namespace}")));
            }
            let made = ServiceAccount {
                namespace: namespace.clone(),
                name: name.clone(),
                uid: uid(now.number()),
                resource_version: version(now),
                created: Some(by.at),
                ..ServiceAccount::default()
            };
            let all: BTreeMap<Name, Option<Name>> =
                annotations.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
            see(now, annotated(made, &all, &by));
        }
        (Target::ServiceAccount { namespace, name }, Content::Absent) => {
            now.tell(vec![Delta::Gone(ObjectRef::new(Kind::ServiceAccount, namespace.clone(), name.clone()))]);
        }
        (Target::Rollout { namespace, kind, name, .. }, Content::Restarted(Some(at))) => {
            let workload = (namespace.clone(), kind.clone(), name.clone());
            now.restarts.insert(workload.clone(), at.clone());
            tokio::spawn(roll(world.clone(), workload, at.clone()));
        }
        _ => return Err(failure(FailureKind::NotSupported, format!("{} cannot be changed so", change.target))),
    }
    Ok(())
}

fn see(now: &mut Now, account: ServiceAccount) {
    now.tell(vec![Delta::ServiceAccount(Box::new(account))]);
}

fn absent(change: &Change) -> Failure {
    failure(FailureKind::NotFound, format!("there is no {}", change.target))
}
