//! From the wire to the model: what is kept of a pod, and what its replicas share.

use super::{env, mounts, wire};
use crate::domain::inventory::Delta;
use crate::domain::model::{Container, ContainerKind, Interner, Name, Owner, Phase, Pod, PodSpec};
use crate::source::kube::decode::{Narrow, Undecoded};
use crate::source::kube::meta::time;
use std::sync::Arc;

impl Narrow for wire::Pod<'_> {
    fn delta(self, interner: &mut Interner) -> Result<Delta, Undecoded> {
        let meta = &self.metadata;
        if meta.name.is_empty() || meta.namespace.is_empty() {
            return Err(Undecoded::without_name());
        }
        Ok(Delta::Pod(Box::new(Pod {
            namespace: interner.name(&meta.namespace),
            name: Name::from(&*meta.name),
            uid: Box::from(&*meta.uid),
            resource_version: Box::from(&*meta.resource_version),
            created: time(meta.creation_timestamp.as_ref()),
            terminating: meta.deletion_timestamp.is_some(),
            phase: Phase::from_word(&self.status.phase),
            ready: self.status.conditions.iter().any(|c| &*c.kind == "Ready" && &*c.status == "True"),
            owner: owner(&self, interner),
            node: self.spec.node_name.as_deref().filter(|node| !node.is_empty()).map(|node| interner.name(node)),
            spec: spec(&self, interner),
        })))
    }
}

fn owner(pod: &wire::Pod<'_>, interner: &mut Interner) -> Option<Owner> {
    let owner = pod.metadata.owner_references.iter().find(|owner| owner.controller)?;
    let hash = pod.metadata.labels.template_hash.as_deref().filter(|hash| !hash.is_empty());
    let ends_in_hash = hash.and_then(|hash| owner.name.strip_suffix(hash)).is_some_and(|rest| rest.ends_with('-'));
    Some(Owner {
        kind: interner.name(&owner.kind),
        name: interner.name(&owner.name),
        from_template_hash: &*owner.kind == "ReplicaSet" && ends_in_hash,
    })
}

fn spec(pod: &wire::Pod<'_>, interner: &mut Interner) -> Arc<PodSpec> {
    let wire = &pod.spec;
    let annotations = annotations(pod);
    let account = wire.service_account_name.as_deref().filter(|name| !name.is_empty()).unwrap_or("default");
    let init = wire.init_containers.iter().map(|container| {
        let stays = container.restart_policy.as_deref() == Some("Always");
        (container, if stays { ContainerKind::Sidecar } else { ContainerKind::Init })
    });
    let main = wire.containers.iter().map(|container| (container, ContainerKind::Main));
    let ephemeral = wire.ephemeral_containers.iter().map(|container| (container, ContainerKind::Ephemeral));
    let containers: Vec<_> =
        init.chain(main).chain(ephemeral).map(|(wire, kind)| container(wire, kind, pod, interner)).collect();
    let mut text = |text: Option<&str>| text.map(|text| interner.name(text));
    let spec = PodSpec {
        service_account: text(Some(account)).unwrap_or_default(),
        host_network: wire.host_network,
        windows: [&wire.node_selector.os, &wire.node_selector.beta_os]
            .into_iter()
            .flatten()
            .any(|os| &**os == "windows"),
        skip_label: pod.metadata.labels.skip.is_some(),
        skip_containers: text(annotations.skip_containers.as_deref()),
        token_expiration: text(annotations.token_expiration.as_deref()),
        role_arn_annotation: text(annotations.role_arn.as_deref()),
        legacy_role: text(annotations.legacy_role.as_deref()),
        volumes: mounts::volumes(&wire.volumes, &containers, interner),
        containers,
    };
    interner.spec(spec)
}

/// The annotations that a rule reads. Most pods have none of them; a look for their common end spares the parsing.
fn annotations<'p>(pod: &'p wire::Pod<'_>) -> wire::Annotations<'p> {
    let raw = pod.metadata.annotations.map(serde_json::value::RawValue::get).unwrap_or_default();
    if !raw.contains("amazonaws.com/") {
        return wire::Annotations::default();
    }
    serde_json::from_str(raw).unwrap_or_default()
}

fn container(
    wire: &wire::Container<'_>,
    kind: ContainerKind,
    pod: &wire::Pod<'_>,
    interner: &mut Interner,
) -> Container {
    let mut container = Container {
        name: interner.name(&wire.name),
        kind,
        env: env::variables(wire, pod, interner),
        env_from: env::sources(wire, interner),
        mounts: Vec::new(),
    };
    container.mounts = mounts::mounts(wire, &container, &pod.spec.volumes, interner);
    container
}
