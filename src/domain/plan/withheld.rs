//! The running pods that get nothing by what binds their ServiceAccount, restarted or not: their templates or the webhook
//! keep it from them. They lose nothing by a plan, and no restart helps them.

use super::consequences::bound_by;
use super::surroundings::{Seen, identity, keep};
use super::warning::WarningKind;
use super::{Change, Plan};
use crate::domain::identity::{
    Identity, IdentityKind, PodRow, Situation, Withheld, verdict_of, webhook_acts_in, withheld,
};
use crate::domain::model::{Container, Name, Pod};

/// What binds a ServiceAccount once a plan is carried out, and what keeps that from its pods.
#[derive(Debug, Clone, Copy)]
pub(super) struct Binding<'a> {
    seen: Seen<'a>,
    by: Option<IdentityKind>,
}

impl<'a> Binding<'a> {
    /// By the steps of a plan that are taken, and by what is there.
    pub(super) fn after(plan: &Plan, seen: Seen<'a>, namespace: &Name, account: &Name) -> Self {
        let changes: Vec<Change> = plan.taken().map(|(_, step)| step.change.clone()).collect();
        Self { seen, by: bound_by(seen, &changes, namespace, account) }
    }

    /// What keeps it from a container.
    pub(super) fn kept_from(self, pod: &Pod, container: &Container) -> Option<Withheld> {
        withheld(&Situation::of(self.seen.inventory, pod), container, self.by)
    }

    /// Whether it is kept from every container of a pod.
    pub(super) fn is_withheld(self, pod: &Pod) -> bool {
        pod.counted_containers().all(|(_, container)| self.kept_from(pod, container).is_some())
    }

    /// The row of a running pod by those of its containers that it is not kept from; `None` where it is kept from all.
    pub(super) fn reached(self, namespace: &str, (name, row): (&Name, &PodRow)) -> Option<PodRow> {
        let Some(pod) = self.seen.inventory.shard(namespace).and_then(|shard| shard.pod(name)) else {
            return Some(row.clone());
        };
        let (place, _) = pod.counted_containers().find(|(_, container)| self.kept_from(pod, container).is_none())?;
        if !row.differ {
            return Some(row.clone());
        }
        let verdict = verdict_of(self.seen.inventory, pod, place);
        let role = verdict.identity.as_ref().and_then(Identity::role).cloned();
        Some(PodRow { kind: verdict.kind(), role, usable: verdict.usable, ..row.clone() })
    }

    /// Whether no new pod of the namespace gets anything by it: no webhook is asked about them.
    pub(super) fn is_in_vain(self, namespace: &str) -> bool {
        self.by.is_some() && webhook_acts_in(self.seen.inventory, namespace) == Some(false)
    }
}

/// Containers alike: those of whole pods where no name is given.
struct Group {
    container: Option<Name>,
    has: Option<String>,
    because: String,
    pods: usize,
}

/// Says which running pods get nothing by what binds their ServiceAccount then, and why; whether there are any.
pub(super) fn warn_of_withheld(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name) -> bool {
    let binding = Binding::after(plan, seen, namespace, account);
    let mut groups: Vec<Group> = Vec::new();
    let shard = seen.inventory.shard(namespace);
    let mut is_without_webhook = false;
    for (pod, row) in seen.running(namespace, account).filter_map(|(name, row)| Some((shard?.pod(name)?, row))) {
        let is_whole = !row.differ && binding.is_withheld(pod);
        for (place, container) in pod.counted_containers() {
            let Some(why) = binding.kept_from(pod, container) else { continue };
            is_without_webhook |= why == Withheld::NoWebhook;
            let verdict = verdict_of(seen.inventory, pod, place);
            let role = verdict.identity.as_ref().and_then(Identity::role);
            let has = identity(verdict.kind(), role, verdict.usable);
            let because = because(seen, pod, why, verdict.identity.as_ref());
            let container = (!is_whole).then(|| container.name.clone());
            let is_like = |own: &&mut Group| own.container == container && own.has == has && own.because == because;
            match groups.iter_mut().find(is_like) {
                Some(group) => group.pods += 1,
                None => groups.push(Group { container, has, because, pods: 1 }),
            }
            if is_whole {
                break;
            }
        }
    }
    for Group { container, has, because, pods } in &groups {
        let kept = keep(*pods, container.as_deref(), has.as_deref());
        plan.warn(WarningKind::NotEffective, format!("{kept}, restarted or not: {because}"));
    }
    if binding.is_in_vain(namespace) && !is_without_webhook {
        let sentence = format!("new pods of {account} are given no role: {}", no_webhook(seen));
        plan.warn(WarningKind::NotEffective, sentence);
    }
    !groups.is_empty()
}

/// Why, and what to do about it.
fn because(seen: Seen<'_>, pod: &Pod, why: Withheld, has: Option<&Identity>) -> String {
    let of = pod.workload().map_or_else(|| format!("pod/{}", pod.name), |workload| workload.kubectl_name());
    let template = format!("the template of {of}");
    match (why, has) {
        (Withheld::Keys, Some(Identity::StaticKeys { from })) => {
            format!("{from} comes first; take it out of {template}")
        }
        (Withheld::Keys, _) => format!("static keys come first; take them out of {template}"),
        (Withheld::Set(name), _) => format!("{template} sets {name} itself; take it out there"),
        (Withheld::Skipped(skip), _) => {
            format!("{} {} keeps the webhook away; take it out of {template}", skip.noun(), skip.key())
        }
        (Withheld::NoWebhook, _) => no_webhook(seen),
    }
}

/// That the webhook does not act, and where to look.
fn no_webhook(seen: Seen<'_>) -> String {
    match seen.inventory.webhooks().next() {
        None => "no pod identity webhook is configured; put the MutatingWebhookConfiguration back first".to_owned(),
        Some(webhook) => format!(
            "the webhook is not asked about such pods; look at its selectors first: kubectl get \
             mutatingwebhookconfiguration {} -o yaml",
            webhook.configuration
        ),
    }
}
