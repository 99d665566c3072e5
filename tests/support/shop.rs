//! The cluster of the scenarios with more in it, for plans about what new pods get.

use rolecall::domain::identity::{Identities, resolve_all};
use rolecall::domain::inventory::{Dirty, Inventory};
use rolecall::domain::model::Time;
use rolecall::domain::plan::{Plan, PlanRefusal, Seen, WarningKind, restart};
use rolecall::report::capture::from_text;
use rolecall::source::catalogue::catalogue;
use serde_json::{Value, json};

pub(crate) const NEW: &str = "arn:aws:iam::111122223333:role/eks/new";
pub(crate) const NODE: &str = "arn:aws:iam::111122223333:role/main-node";

pub(crate) struct World {
    pub(crate) inventory: Inventory,
    pub(crate) identities: Identities,
}

impl World {
    /// The cluster of the scenarios with these pods, workloads, roles and policies more.
    pub(crate) fn with(more: &Value) -> Self {
        let mut capture: Value =
            serde_json::from_str(include_str!("../scenarios/base/cluster.json")).expect("it is JSON");
        for (path, key) in [
            ("/kubernetes", "pods"),
            ("/kubernetes", "workloads"),
            ("/kubernetes", "serviceAccounts"),
            ("/aws", "roles"),
            ("/aws", "policies"),
        ] {
            let Some(added) = more.get(key).and_then(Value::as_array) else { continue };
            let half = capture.pointer_mut(path).and_then(Value::as_object_mut).expect("a half of the capture");
            let items = half.entry(key).or_insert_with(|| json!([]));
            let items = items.as_array_mut().expect("a list");
            // what is given stands for what has its ARN or name in the base
            let same = |one: &Value, other: &Value| {
                ["arn", "name"].iter().any(|key| one.get(key).is_some() && one.get(key) == other.get(key))
            };
            items.retain(|item| !added.iter().any(|new| same(new, item)));
            items.extend(added.iter().cloned());
        }
        let capture = from_text(&capture.to_string()).expect("it is a capture");
        let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
        capture.into_deltas().into_iter().for_each(|delta| inventory.apply(delta, &mut dirty));
        let identities = resolve_all(&inventory);
        Self { inventory, identities }
    }

    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen { inventory: &self.inventory, identities: &self.identities, catalogue: Some(catalogue()) }
    }

    pub(crate) fn restart(&self, account: &str) -> Result<Plan, PlanRefusal> {
        restart(self.seen(), &"shop".into(), &account.into(), Time::UNIX_EPOCH)
    }
}

pub(crate) fn of_kind(plan: &Plan, kind: WarningKind) -> Vec<&str> {
    plan.warnings.iter().filter(|warning| warning.kind == kind).map(|warning| &*warning.sentence).collect()
}

pub(crate) fn deployment(name: &str, spec: &str) -> Value {
    let owner = json!({"kind": "ReplicaSet", "name": format!("{name}-1"), "fromTemplateHash": true});
    json!({"namespace": "shop", "name": format!("{name}-1-a"), "node": "open", "owner": owner, "spec": spec})
}

pub(crate) fn role(arn: &str, statements: &Value) -> Value {
    json!({"arn": arn, "attached": [], "inline": [{"name": "p",
        "document": {"Version": "2012-10-17", "Statement": statements}}]})
}
