//! Restarting the owners of a ServiceAccount's pods: what a pod is given is decided when it is made, and never again.
//!
//! `kubectl rollout restart` does the same: it writes the time into an annotation of the pod template, and the
//! controller rolls (Kubernetes documentation, "kubectl rollout restart").

use super::next::warn_of_next;
use super::surroundings::{Seen, named, warn_of_cluster};
use super::warning::WarningKind;
use super::withheld::Binding;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, Target};
use crate::domain::inventory::{Kind, Shard};
use crate::domain::model::{Name, Pod, Question, Reading, Rollout, Strategy, Time, Workload};
use std::collections::BTreeMap;

/// The plan that restarts the owners of the running pods of a ServiceAccount; `at` is now.
///
/// # Errors
/// Where no pod of it runs, or nothing that makes its pods can be restarted.
pub fn restart(seen: Seen<'_>, namespace: &Name, account: &Name, at: Time) -> Result<Plan, PlanRefusal> {
    seen.is_of_this_cluster()?;
    let listing = seen.inventory.listings().of(Kind::Pod);
    if let Some(gap) = listing.gap.as_ref().filter(|_| !listing.is_read()) {
        return Err(PlanRefusal::unread(gap));
    }
    let mut plan = Plan::new(PlanKind::Restart, format!("restart the pods of serviceaccount/{account} in {namespace}"));
    let owners = Owners::of(seen, namespace, account);
    if owners.is_empty() {
        return Err(PlanRefusal::new(format!(
            "no pod of serviceaccount/{account} runs in {namespace}: nothing to restart"
        )));
    }
    if let Some(gap) = owners.unread(seen, namespace) {
        return Err(PlanRefusal::unread(gap));
    }
    owners.put(&mut plan, seen, namespace, at);
    if plan.steps.is_empty() {
        let why: Vec<&str> = plan.warnings.iter().map(|warning| &*warning.sentence).collect();
        return Err(PlanRefusal::new(format!("nothing can be restarted: {}", why.join("; "))));
    }
    for step in &mut plan.steps {
        step.taken = true;
    }
    warn_of_cluster(&mut plan, namespace);
    warn_of_next(&mut plan, seen, namespace, account);
    Ok(plan)
}

/// Offers, behind a plan's own steps, the restart of the owners of the ServiceAccount's running pods; each is a step that
/// somebody has to take in. Owners whose pods get nothing new by it are left out.
pub fn offer_restarts(plan: &mut Plan, seen: Seen<'_>, namespace: &Name, account: &Name, at: Time) {
    let binding = Binding::after(plan, seen, namespace, account);
    let mut owners = Owners::of(seen, namespace, account);
    owners.workloads.retain(|_, pods| !pods.iter().all(|pod| binding.is_withheld(pod)));
    owners.bare.retain(|pod| !binding.is_withheld(pod));
    owners.put(plan, seen, namespace, at);
}

/// Takes in what a plan offers to restart.
pub fn take_restarts(plan: &mut Plan) {
    let restarts = |step: &&mut super::Step| matches!(step.change.target, Target::Rollout { .. });
    plan.steps.iter_mut().filter(restarts).for_each(|step| step.taken = true);
}

/// Whether a target is the rollout of what made a pod.
pub(super) fn is_rollout_of(target: &Target, pod: &Pod) -> bool {
    let Target::Rollout { namespace, kind, name, .. } = target else { return false };
    *namespace == pod.namespace && pod.workload().is_some_and(|of| *kind == of.kind && *name == of.name)
}

/// What has to be read before the owners of a ServiceAccount's pods can be restarted, and was not.
pub fn restart_questions(seen: Seen<'_>, namespace: &Name, account: &Name) -> Vec<Question> {
    let owners = Owners::of(seen, namespace, account);
    let rolling = owners.workloads.into_keys().filter(Workload::can_roll);
    let open = rolling.filter(|it| seen.inventory.workload(namespace, &it.kind, &it.name).is_none());
    open.map(|it| Question::Workload(namespace.clone(), it.kind, it.name)).collect()
}

/// What made the running pods of a ServiceAccount.
struct Owners<'a> {
    workloads: BTreeMap<Workload, Vec<&'a Pod>>,
    bare: Vec<&'a Pod>,
}

impl<'a> Owners<'a> {
    fn of(seen: Seen<'a>, namespace: &str, account: &str) -> Self {
        let mut owners = Self { workloads: BTreeMap::new(), bare: Vec::new() };
        let pods = seen.inventory.shard(namespace).into_iter().flat_map(Shard::pods).map(|(_, pod)| pod);
        for pod in pods.filter(|pod| pod.counts() && &*pod.spec.service_account == account) {
            match pod.workload() {
                Some(workload) => owners.workloads.entry(workload).or_default().push(pod),
                None => owners.bare.push(pod),
            }
        }
        owners
    }

    fn is_empty(&self) -> bool {
        self.workloads.is_empty() && self.bare.is_empty()
    }

    /// Why one of them was not read.
    fn unread(&self, seen: Seen<'a>, namespace: &str) -> Option<&'a crate::domain::model::Gap> {
        let mut rolling = self.workloads.keys().filter(|workload| workload.can_roll());
        rolling.find_map(|it| seen.inventory.workload(namespace, &it.kind, &it.name)?.gap())
    }

    /// Adds a step, not taken yet, for each that can be restarted, and says of the others what to do.
    fn put(&self, plan: &mut Plan, seen: Seen<'_>, namespace: &Name, at: Time) {
        for (workload, pods) in &self.workloads {
            if !workload.can_roll() {
                plan.warn(WarningKind::NotEffective, by_hand(workload, pods, namespace));
                continue;
            }
            let name = workload.kubectl_name();
            match seen.inventory.workload(namespace, &workload.kind, &workload.name) {
                Some(Reading::Read { value, .. }) => of_rollout(plan, (namespace, workload), value, pods, at),
                Some(Reading::Missing { .. }) => {
                    plan.warn(WarningKind::NotEffective, format!("{name} is gone: nothing makes its pods anew"));
                }
                Some(Reading::Unread(gap)) => {
                    let sentence = format!("whether {name} can be restarted was not read: {}", gap.sentence);
                    plan.warn(WarningKind::NotRead, sentence);
                }
                None => {
                    plan.warn(WarningKind::NotRead, format!("whether {name} can be restarted was not read yet"));
                }
            }
        }
        if !self.bare.is_empty() {
            let one = self.bare.len() == 1;
            let sentence = format!(
                "{} {} no owner and {} not restarted: save {}, delete and create again \
                 (kubectl get pod {} -n {namespace} -o yaml)",
                named(&self.bare.iter().map(|pod| format!("pod/{}", pod.name)).collect::<Vec<_>>()),
                if one { "has" } else { "have" },
                if one { "is" } else { "are" },
                if one { "it" } else { "them" },
                self.bare.iter().map(|pod| &*pod.name).collect::<Vec<_>>().join(" "),
            );
            plan.warn(WarningKind::NotEffective, sentence);
        }
    }
}

/// What to do with the pods of an owner that cannot be restarted.
fn by_hand(workload: &Workload, pods: &[&Pod], namespace: &str) -> String {
    let name = workload.kubectl_name();
    if &*workload.kind == "Job" {
        return format!(
            "{name} cannot be restarted: let it end, or delete it and create it again; the next Job of a CronJob is made anew \
             by itself"
        );
    }
    let pods: Vec<&str> = pods.iter().map(|pod| &*pod.name).collect();
    format!(
        "{name} cannot be restarted by its template: delete its pods one by one, and it makes new ones \
         (kubectl delete pod {} -n {namespace})",
        pods.join(" ")
    )
}

fn of_rollout(plan: &mut Plan, of: (&Name, &Workload), rollout: &Rollout, pods: &[&Pod], at: Time) {
    let (namespace, workload) = of;
    let name = workload.kubectl_name();
    if let Some(sentence) = of_another(&name, rollout, pods) {
        plan.warn(WarningKind::NotEffective, sentence);
        return;
    }
    if rollout.paused {
        let sentence = format!(
            "{name} is paused, so nothing of it is made anew: kubectl rollout resume {name} -n {namespace} first"
        );
        plan.warn(WarningKind::NotEffective, sentence);
        return;
    }
    if rollout.strategy == Strategy::OnDelete {
        let pods: Vec<&str> = pods.iter().map(|pod| &*pod.name).collect();
        let sentence = format!(
            "{name} does not roll (its update strategy is OnDelete): delete its pods one by one \
             (kubectl delete pod {} -n {namespace})",
            pods.join(" ")
        );
        plan.warn(WarningKind::NotEffective, sentence);
        return;
    }
    if rollout.partition > 0 {
        let sentence = format!(
            "{name} has a partition: only its pods from {}-{} on are made anew",
            workload.name, rollout.partition
        );
        plan.warn(WarningKind::NotEffective, sentence);
    }
    if let Some(sentence) = downtime(&name, rollout) {
        plan.warn(WarningKind::Downtime, sentence);
    }
    if let Some(keeper) = &rollout.keeper {
        let sentence = format!(
            "{name} is kept by {keeper}: where it takes the restart's annotation away again, the pods are made anew once more"
        );
        plan.warn(WarningKind::OwnedElsewhere, sentence);
    }
    let count = if pods.len() == 1 { "1 pod".to_owned() } else { format!("{} pods", pods.len()) };
    plan.effects.push(format!("restart of {name}: {count}, by its own rollout"));
    let at = moment(at, rollout.restarted_at.as_deref());
    let (namespace, kind, name) = (namespace.clone(), workload.kind.clone(), workload.name.clone());
    let target = Target::Rollout { namespace, kind, name, account: rollout.account.clone() };
    let (from, to) = (Content::Restarted(rollout.restarted_at.clone()), Content::Restarted(Some(at)));
    plan.offer(Change { target, from, to });
}

/// Says whose pods it would make, where that is another ServiceAccount than that of those that run: its template names
/// another since they were made.
fn of_another(name: &str, rollout: &Rollout, pods: &[&Pod]) -> Option<String> {
    let (theirs, own) = (rollout.account.as_ref()?, &pods.first()?.spec.service_account);
    let runs = if pods.len() == 1 { "a pod of it still runs" } else { "pods of it still run" };
    (theirs != own).then(|| {
        format!("{name} makes its pods with serviceaccount/{theirs} now, and {runs} as {own}: it is not restarted")
    })
}

/// The moment that is written: another than the one that is there, or nothing would be made anew.
fn moment(at: Time, last: Option<&str>) -> Name {
    let words = |at: Time| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let now = words(at);
    if last != Some(&*now) {
        return Name::from(now);
    }
    Name::from(Time::from_second(at.as_second() + 1).map_or(now, words))
}

/// Says what is not served while a workload (namespace, kind, name) restarts, where it was read.
pub(super) fn warn_of_downtime(plan: &mut Plan, seen: Seen<'_>, (namespace, kind, name): (&Name, &Name, &Name)) {
    warn_of_cluster(plan, namespace);
    let read = seen.inventory.workload(namespace, kind, name).and_then(Reading::value);
    let named = Workload { kind: kind.clone(), name: name.clone() }.kubectl_name();
    if let Some(sentence) = read.and_then(|rollout| downtime(&named, rollout)) {
        plan.warn(WarningKind::Downtime, sentence);
    }
}

/// What is not served while it restarts.
fn downtime(name: &str, rollout: &Rollout) -> Option<String> {
    match (rollout.strategy, rollout.replicas) {
        (Strategy::Recreate, _) => Some(format!(
            "{name} goes down while it restarts: its strategy Recreate ends all pods before new ones come"
        )),
        (_, Some(1)) if !rollout.surges => {
            Some(format!("{name} goes down while it restarts: it has one pod, which ends before the new one comes"))
        }
        (_, None) if !rollout.surges => Some(format!("{name} is down on each node in turn while it restarts")),
        _ => None,
    }
}
