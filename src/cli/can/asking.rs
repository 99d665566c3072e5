//! Who is asked about: a pod's containers, what a ServiceAccount's pods get, a role; those with the same identity are one.

use crate::cli::exit::Stop;
use crate::cli::list::{View, one_role};
use crate::domain::access::Access;
use crate::domain::identity::{Bearer, Identity, IdentityKind, Usable, Verdict, bearer_of, bearer_of_role, verdict_of};
use crate::domain::inventory::Shard;
use crate::domain::model::{Container, ContainerKind, Pod, RoleArn};
use crate::domain::policy::Layer;
use crate::report::{Asker, IdentityWire};

/// Whom a command line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Subject {
    Pod(String),
    Account(String),
    Role(String),
}

/// One identity, and what it can be asked with.
pub(super) struct Asking {
    pub(super) asker: Asker,
    /// The role with its policies, where there is one.
    pub(super) bearer: Option<Bearer>,
    /// Why no policy need be asked: no credentials, a role that cannot be assumed, or nobody knows whose.
    pub(super) instead: Option<Instead>,
}

/// What stands before every policy.
pub(super) enum Instead {
    /// There are no credentials, or they are not given out.
    No(Layer, String),
    /// It is not known whose credentials they are.
    Open(String),
}

impl Subject {
    /// `pod/NAME`, `sa/NAME`, `role/NAME`, an ARN; a bare name is a pod.
    pub(super) fn of(text: &str) -> Result<Self, Stop> {
        if text.starts_with("arn:") {
            return Ok(Self::Role(text.to_owned()));
        }
        match text.split_once('/') {
            None => Ok(Self::Pod(text.to_owned())),
            Some(("pod" | "pods" | "po", name)) if !name.is_empty() => Ok(Self::Pod(name.to_owned())),
            Some(("sa" | "serviceaccount" | "serviceaccounts", name)) if !name.is_empty() => {
                Ok(Self::Account(name.to_owned()))
            }
            Some(("role" | "roles", name)) if !name.is_empty() => Ok(Self::Role(name.to_owned())),
            Some((kind, _)) => Err(Stop::usage(format!("{kind} is nobody who asks AWS for anything"))
                .hint("give pod/NAME, sa/NAME, role/NAME or a role's ARN")),
        }
    }
}

impl Asking {
    /// The answer without any policy, or by the policies.
    pub(super) fn answered(&self, by_policies: impl Fn(&Bearer) -> Access) -> Access {
        let would = self.bearer.as_ref().map(by_policies);
        match (&self.instead, would) {
            (Some(Instead::No(layer, why)), would) => Access::without_credentials(*layer, why, would),
            (Some(Instead::Open(why)), _) => Access::unknown_identity(why.clone()),
            (None, Some(access)) => access,
            (None, None) => Access::unknown_identity("the role is not known, so its policies are not either"),
        }
    }
}

/// A pod's main containers, those with one identity together.
pub(super) fn of_pod(view: &View<'_>, pod: &Pod) -> Vec<Asking> {
    let has_main = pod.main_containers().next().is_some();
    let mut askings: Vec<(Verdict, Asking)> = Vec::new();
    for (at, container) in pod.spec.containers.iter().enumerate() {
        if has_main && container.kind != ContainerKind::Main {
            continue;
        }
        let verdict = verdict_of(view.inventory, pod, at);
        let same =
            |(other, _): &&mut (Verdict, Asking)| other.identity == verdict.identity && other.usable == verdict.usable;
        if let Some((_, asking)) = askings.iter_mut().find(same) {
            asking.asker.containers.push(container.name.clone());
            continue;
        }
        let asking = of_container(view, (pod, container), &verdict, format!("pod/{}", pod.name));
        askings.push((verdict, asking));
    }
    askings.into_iter().map(|(_, asking)| asking).collect()
}

/// What the running pods of a ServiceAccount have, each identity once; what binds it where none runs.
pub(super) fn of_account(view: &View<'_>, name: &str) -> Result<Vec<Asking>, Stop> {
    let covered = view.identities.namespaces().filter(|(namespace, _)| view.scope.covers(namespace));
    let found: Vec<_> = covered.filter_map(|(namespace, rows)| Some((namespace, rows.accounts.get(name)?))).collect();
    let (namespace, row) = match found.as_slice() {
        [one] => *one,
        [] => {
            let said = format!("there is no ServiceAccount {name}");
            return Err(Stop::unreached(said).hint("name its namespace with -n"));
        }
        [(first, _), (second, _), ..] => {
            let said = format!("there is a ServiceAccount {name} in {first} and in {second}");
            return Err(Stop::usage(said).hint("name its namespace with -n"));
        }
    };
    let subject = format!("serviceaccount/{name}");
    let mut askings: Vec<Asking> = Vec::new();
    let shard = view.inventory.shard(namespace);
    let pods = shard.into_iter().flat_map(Shard::pods).map(|(_, pod)| pod);
    for pod in pods.filter(|pod| pod.counts() && &*pod.spec.service_account == name) {
        for mut asking in of_pod(view, pod) {
            let known = askings.iter().any(|other| other.asker.identity == asking.asker.identity);
            if !known {
                asking.asker.subject.clone_from(&subject);
                asking.asker.containers.clear();
                askings.push(asking);
            }
        }
    }
    if askings.is_empty() {
        let role = row.binding().and_then(|binding| binding.target.as_ref().or(binding.role.as_ref()));
        let kind = row.binding().map(|binding| binding.mechanism);
        let mut asking = of_role(view, role, subject, kind);
        asking.asker.namespace = Some(namespace.clone());
        askings.push(asking);
    }
    Ok(askings)
}

/// A role that the cluster names.
pub(super) fn of_named_role(view: &View<'_>, wanted: &str) -> Result<Vec<Asking>, Stop> {
    let (arn, _) = one_role(view, wanted)?;
    let role = RoleArn::new(arn);
    let subject = format!("role/{}", role.role_name());
    Ok(vec![of_role(view, Some(&role), subject, None)])
}

fn of_role(view: &View<'_>, role: Option<&RoleArn>, subject: String, mechanism: Option<IdentityKind>) -> Asking {
    let mechanism = match mechanism {
        Some(IdentityKind::PodIdentity) => Some("podIdentity"),
        Some(IdentityKind::WebIdentity) => Some("webIdentity"),
        _ => None,
    };
    let identity = IdentityWire::of_role(role, mechanism);
    let asker = Asker { namespace: None, subject, containers: Vec::new(), identity };
    let instead = role.is_none().then(|| {
        Instead::Open(
            "nothing binds it and no pod of it runs: it would be the role of the node that a pod runs on".into(),
        )
    });
    let bearer = role.map(|role| bearer_of_role(view.inventory, role));
    let missing = bearer.as_ref().filter(|bearer| bearer.policies.is_missing);
    let gone = missing.map(|bearer| Instead::No(Layer::Trust, format!("the role {} does not exist", bearer.role)));
    Asking { asker, bearer, instead: instead.or(gone) }
}

fn of_container(view: &View<'_>, (pod, container): (&Pod, &Container), verdict: &Verdict, subject: String) -> Asking {
    let identity = IdentityWire::from(verdict);
    let asker =
        Asker { namespace: Some(pod.namespace.clone()), subject, containers: vec![container.name.clone()], identity };
    let bearer = bearer_of(view.inventory, pod, container, verdict);
    let instead = match (&verdict.identity, verdict.usable) {
        (Some(Identity::Nobody { .. }), _) => {
            Some(Instead::No(Layer::Credentials, "the container has no AWS credentials at all".into()))
        }
        (Some(Identity::StaticKeys { from }), _) => {
            Some(Instead::Open(format!("static keys from {from}: whose they are cannot be seen from here")))
        }
        (None, _) => Some(Instead::Open("which identity the container has cannot be told".into())),
        (Some(_), Usable::No) => {
            let why = "AWS hands out no credentials for its role now (`rolecall identity` says why)";
            Some(Instead::No(Layer::Trust, why.into()))
        }
        _ => None,
    };
    Asking { asker, bearer, instead }
}
