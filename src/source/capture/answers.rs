//! Questions, answered from what was written down.

use crate::domain::inventory::{Aws, Delta, Inventory};
use crate::domain::model::{Gap, InstanceProfile, Name, Question, Reading};
use crate::report::capture::not_in_capture;
use std::sync::Arc;

/// The answer, as deltas; at least one.
pub(super) fn answer(inventory: &Inventory, question: Question) -> Vec<Delta> {
    let aws = inventory.aws();
    match question {
        Question::Caller => {
            vec![Delta::Caller(written(aws.caller(), || gap("the AWS caller", "sts:GetCallerIdentity")))]
        }
        Question::Cluster => {
            vec![Delta::Cluster(written(aws.cluster(), || gap("the EKS cluster", "eks:DescribeCluster")))]
        }
        Question::Associations | Question::AssociationsOf(_) | Question::AssociationsInTurn(_) => {
            vec![associations(aws)]
        }
        Question::Providers => {
            vec![Delta::Providers(written(aws.providers(), || gap("OIDC providers", "iam:ListOpenIDConnectProviders")))]
        }
        Question::Role(arn) => vec![role(inventory, arn)],
        Question::ManagedPolicy(arn) => vec![policy(inventory, arn)],
        Question::Sweep => sweep(inventory),
        Question::Instances(ids) => ids.into_iter().map(|id| instance(inventory, id)).collect(),
        Question::InstanceProfile(arn) => {
            let unread = || gap("the instance profile", "iam:GetInstanceProfile").about(&*arn);
            let reading = written(aws.profile(&arn), unread);
            vec![Delta::InstanceProfile(arn, reading)]
        }
        Question::ProfilesOf(role) => vec![profiles_of(aws, role)],
        Question::Nodegroup(name) => {
            let unread = || gap("the node group", "eks:DescribeNodegroup").about(&*name);
            let reading = written(aws.nodegroup(&name), unread);
            vec![Delta::Nodegroup(name, reading)]
        }
        Question::ConfigMapKeys(namespace, name) => {
            let unread = || gap("the ConfigMap's key names", "get configmaps").about(format!("{namespace}/{name}"));
            let reading = written(inventory.config_map_keys(&namespace, &name), unread);
            vec![Delta::ConfigMapKeys(namespace, name, reading)]
        }
        Question::Template(namespace, kind, name) => {
            let unread = || gap("the owner's pod template", "get").about(format!("{namespace}/{name}"));
            let reading = written(inventory.template(&namespace, &kind, &name), unread);
            vec![Delta::Template(namespace, kind, name, reading)]
        }
        Question::Workload(namespace, kind, name) => {
            let unread = || gap("how the workload rolls out its pods", "get").about(format!("{namespace}/{name}"));
            let reading = written(inventory.workload(&namespace, &kind, &name), unread);
            vec![Delta::Workload(namespace, kind, name, reading)]
        }
    }
}

/// Those that were written down, be it of one namespace or of all.
fn associations(aws: &Aws) -> Delta {
    let reading = mapped(
        aws.associations(),
        |associations| associations.values().cloned().collect(),
        || gap("Pod Identity associations", "eks:ListPodIdentityAssociations"),
    );
    match aws.associations_of() {
        Some(namespace) => Delta::AssociationsOf(namespace.clone(), reading),
        None => Delta::Associations(reading),
    }
}

fn gap(what: &str, call: &str) -> Gap {
    not_in_capture(what, call)
}

fn role(inventory: &Inventory, arn: Name) -> Delta {
    let unread = || gap("the role", "iam:GetRole").about(&*arn);
    let reading = mapped(inventory.aws().role(&arn), |role| Box::new((**role).clone()), unread);
    Delta::Role(arn, reading)
}

/// Those of the profiles that were written down, where the role was.
fn profiles_of(aws: &Aws, role: Name) -> Delta {
    let holds = |it: &InstanceProfile| it.role_arn.as_ref().is_some_and(|arn| arn.as_str() == &*role);
    let holding = aws.profiles().filter(|(_, reading)| reading.value().is_some_and(holds));
    let all: Vec<Name> = holding.map(|(arn, _)| arn.clone()).collect();
    let unread = || gap("the role's instance profiles", "iam:ListInstanceProfilesForRole").about(&*role);
    let reading = mapped(aws.role(&role), |_| all, unread);
    Delta::ProfilesOf(role, reading)
}

fn policy(inventory: &Inventory, arn: Name) -> Delta {
    let unread = || gap("the policy", "iam:GetPolicy").about(&*arn);
    let reading = mapped(inventory.aws().policy(&arn), |policy| (**policy).clone(), unread);
    Delta::ManagedPolicy(arn, reading)
}

fn instance(inventory: &Inventory, id: Name) -> Delta {
    let unread = || gap("the instance", "ec2:DescribeInstances").about(&*id);
    let reading = written(inventory.aws().instance(&id), unread);
    Delta::Instance(id, reading)
}

/// All roles and policies at once, where the capture was taken so. Otherwise each is asked for by itself.
fn sweep(inventory: &Inventory) -> Vec<Delta> {
    let aws = inventory.aws();
    let reading = written(aws.sweep(), || gap("all roles at once", "iam:GetAccountAuthorizationDetails"));
    let mut deltas = Vec::new();
    if reading.value().is_some() {
        deltas.extend(aws.roles().map(|(arn, _)| role(inventory, arn.clone())));
        deltas.extend(aws.policies().map(|(arn, _)| policy(inventory, arn.clone())));
    }
    deltas.push(Delta::Sweep(reading));
    deltas
}

fn written<T: Clone>(reading: Option<&Reading<T>>, unread: impl FnOnce() -> Gap) -> Reading<T> {
    reading.cloned().unwrap_or_else(|| Reading::Unread(unread()))
}

fn mapped<T, U>(
    reading: Option<&Reading<Arc<T>>>,
    value: impl FnOnce(&Arc<T>) -> U,
    unread: impl FnOnce() -> Gap,
) -> Reading<U> {
    match reading {
        Some(Reading::Read { value: read, at }) => Reading::Read { value: value(read), at: *at },
        Some(Reading::Missing { at }) => Reading::Missing { at: *at },
        Some(Reading::Unread(gap)) => Reading::Unread(gap.clone()),
        None => Reading::Unread(unread()),
    }
}
