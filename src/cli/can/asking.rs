//! Who is asked about, as the command line names it.

use crate::cli::exit::Stop;
use crate::cli::list::{View, one_role};
use crate::domain::access::Access;
use crate::domain::identity::{
    self, Bearer, IdentityKind, Instead, asking_of_role, askings_of_account, askings_of_pod,
};
use crate::domain::model::{Name, Pod, RoleArn};
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
    /// Why no policy need be asked.
    pub(super) instead: Option<Instead>,
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
    fn of(asking: identity::Asking, namespace: Option<Name>, subject: String) -> Self {
        let identity = match &asking.verdict {
            Some(verdict) => IdentityWire::from(verdict),
            None => IdentityWire::of_role(asking.role.as_ref(), asking.by.and_then(mechanism)),
        };
        let asker = Asker { namespace, subject, containers: asking.containers, identity };
        Self { asker, bearer: asking.bearer, instead: asking.instead }
    }

    /// The answer without any policy, or by the policies.
    pub(super) fn answered(&self, by_policies: impl Fn(&Bearer) -> Access) -> Access {
        identity::answered(self.instead.as_ref(), self.bearer.as_ref(), by_policies)
    }
}

/// A pod's main containers, those with one identity together.
pub(super) fn of_pod(view: &View<'_>, pod: &Pod) -> Vec<Asking> {
    let named = |asking| Asking::of(asking, Some(pod.namespace.clone()), format!("pod/{}", pod.name));
    askings_of_pod(view.inventory, pod).into_iter().map(named).collect()
}

/// What the running pods of a ServiceAccount have, each identity once; what binds it where none runs.
pub(super) fn of_account(view: &View<'_>, name: &str) -> Result<Vec<Asking>, Stop> {
    let covered = view.identities.namespaces().filter(|(namespace, _)| view.scope.covers(namespace));
    let found: Vec<&Name> = covered.filter(|(_, rows)| rows.accounts.contains_key(name)).map(|(ns, _)| ns).collect();
    let namespace = match found.as_slice() {
        [one] => *one,
        [] => {
            let said = format!("there is no ServiceAccount {name}");
            return Err(Stop::unreached(said).hint("name its namespace with -n"));
        }
        [first, second, ..] => {
            let said = format!("there is a ServiceAccount {name} in {first} and in {second}");
            return Err(Stop::usage(said).hint("name its namespace with -n"));
        }
    };
    let named = |asking| Asking::of(asking, Some(namespace.clone()), format!("serviceaccount/{name}"));
    Ok(askings_of_account(view.inventory, view.identities, namespace, name).into_iter().map(named).collect())
}

/// A role that the cluster names.
pub(super) fn of_named_role(view: &View<'_>, wanted: &str) -> Result<Vec<Asking>, Stop> {
    let (arn, _) = one_role(view, wanted)?;
    let role = RoleArn::new(arn);
    let subject = format!("role/{}", role.role_name());
    Ok(vec![Asking::of(asking_of_role(view.inventory, Some(&role), None), None, subject)])
}

fn mechanism(by: IdentityKind) -> Option<&'static str> {
    match by {
        IdentityKind::PodIdentity => Some("podIdentity"),
        IdentityKind::WebIdentity => Some("webIdentity"),
        _ => None,
    }
}
