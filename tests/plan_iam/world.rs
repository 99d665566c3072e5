//! The cluster of the scenarios, with parts of it changed.

use rolecall::domain::identity::{Identities, resolve_all};
use rolecall::domain::inventory::{Delta, Dirty, Inventory};
use rolecall::domain::model::{
    AttachedPolicy, InlinePolicy, ManagedPolicy, Name, Reading, Role, RoleArn, ServiceAccount, Time,
};
use rolecall::domain::plan::{Content, Plan, PlanRefusal, Seen, WarningKind};
use rolecall::report::capture::from_text;
use rolecall::source::catalogue::catalogue;
use serde_json::{Value, json};

pub(crate) const ACCOUNT: &str = "111122223333";
pub(crate) const ISSUER: &str = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

/// What was read, and what is true of it.
pub(crate) struct World {
    pub(crate) inventory: Inventory,
    identities: Identities,
}

pub(crate) fn world() -> World {
    with_pods(&[])
}

/// The same with a running pod of each of these specs.
pub(crate) fn with_pods(specs: &[&str]) -> World {
    let mut base: Value = serde_json::from_str(include_str!("../scenarios/base/cluster.json")).unwrap();
    let pods = base["kubernetes"]["pods"].as_array_mut().unwrap();
    for spec in specs {
        pods.push(
            json!({"namespace": "shop", "name": format!("{}-1", spec.to_lowercase()), "node": "open", "spec": spec}),
        );
    }
    let mut world = World { inventory: Inventory::default(), identities: Identities::default() };
    world.tell(from_text(&base.to_string()).unwrap().into_deltas());
    world
}

impl World {
    pub(crate) fn seen(&self) -> Seen<'_> {
        Seen { inventory: &self.inventory, identities: &self.identities, catalogue: Some(catalogue()) }
    }

    pub(crate) fn tell(&mut self, deltas: Vec<Delta>) {
        let mut dirty = Dirty::default();
        for delta in deltas {
            self.inventory.apply(delta, &mut dirty);
        }
        self.identities = resolve_all(&self.inventory);
    }

    /// A role more, or another one of its ARN; no instance profile holds it.
    pub(crate) fn role(&mut self, role: Role) {
        let arn = role.arn.name_shared();
        self.tell(vec![Delta::Role(arn.clone(), read(Box::new(role))), Delta::ProfilesOf(arn, read(Vec::new()))]);
    }

    /// IAM says that there is no role of that ARN.
    pub(crate) fn no_role(&mut self, arn: &RoleArn) {
        self.tell(vec![Delta::Role(arn.name_shared(), Reading::Missing { at: moment() })]);
    }

    pub(crate) fn policy(&mut self, arn: &str, document: &str) {
        let policy = ManagedPolicy { arn: arn.into(), version: "v1".into(), document: Ok(document.into()) };
        self.tell(vec![Delta::ManagedPolicy(arn.into(), read(policy))]);
    }

    pub(crate) fn account(&mut self, namespace: &str, name: &str) {
        let account = ServiceAccount { namespace: namespace.into(), name: name.into(), ..ServiceAccount::default() };
        self.tell(vec![Delta::ServiceAccount(Box::new(account))]);
    }
}

pub(crate) fn read<T>(value: T) -> Reading<T> {
    Reading::Read { value, at: moment() }
}

pub(crate) fn moment() -> Time {
    Time::from_second(1_795_000_000).unwrap()
}

pub(crate) fn arn(path_and_name: &str) -> RoleArn {
    RoleArn::from(format!("arn:aws:iam::{ACCOUNT}:role/{path_and_name}").as_str())
}

/// A role that was read, with this trust policy and nothing else.
pub(crate) fn role(path_and_name: &str, trust: &str) -> Role {
    Role {
        arn: arn(path_and_name),
        id: "AROA".into(),
        created: None,
        max_session_seconds: Some(3600),
        trust: Some(trust.into()),
        boundary_arn: None,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    }
}

pub(crate) fn attached(arn: &str) -> AttachedPolicy {
    AttachedPolicy { arn: arn.into(), name: arn.rsplit('/').next().unwrap().into() }
}

pub(crate) fn inline(name: &str, document: &str) -> InlinePolicy {
    InlinePolicy { name: name.into(), document: Ok(document.into()) }
}

/// A trust policy that lets ServiceAccounts of the cluster in by their tokens.
pub(crate) fn trusting(subjects: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"Federated":"arn:aws:iam::{ACCOUNT}:oidc-provider/{ISSUER}"}},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{{"StringEquals":{{"{ISSUER}:sub":{subjects},"{ISSUER}:aud":"sts.amazonaws.com"}}}}}}]}}"#
    )
}

/// One statement that allows an action on a resource, as a policy.
pub(crate) fn allowing(action: &str, resource: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{action}","Resource":"{resource}"}}]}}"#
    )
}

/// The steps as a person reads them.
pub(crate) fn steps(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.change.verb(), step.change.target)).collect()
}

/// The document that the step at that place writes.
pub(crate) fn document(plan: &Plan, at: usize) -> String {
    match &plan.steps[at].change.to {
        Content::Document(text) => text.to_string(),
        Content::Role(role) => role.trust.to_string(),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn warned(plan: &Plan, kind: WarningKind) -> Vec<&str> {
    plan.warnings.iter().filter(|own| own.kind == kind).map(|own| own.sentence.as_str()).collect()
}

#[track_caller]
pub(crate) fn refused(plan: Result<Plan, PlanRefusal>) -> String {
    match plan {
        Err(refusal) => format!("{} ({})", refusal.sentence, refusal.hint.unwrap_or_default()),
        Ok(plan) => panic!("{plan:#?}"),
    }
}

pub(crate) fn name(text: &str) -> Name {
    Name::from(text)
}
