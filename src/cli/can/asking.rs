//! Who is asked about, as the command line names it.

use crate::cli::exit::Stop;
use crate::cli::list::{View, one_role};
use crate::cli::subject::{Named, kind_typed, named, role_named, the_account};
use crate::domain::identity::{self, IdentityKind, asking_of_role, askings_of_account, askings_of_pod};
use crate::domain::model::{Name, Pod, RoleArn};
use crate::report::{Asker, IdentityWire};

/// One identity, what it can be asked with, and how the answer names it.
pub(super) struct Asking {
    pub(super) asker: Asker,
    pub(super) own: identity::Asking,
}

impl Asking {
    fn of(own: identity::Asking, namespace: Option<Name>, subject: String) -> Self {
        let identity = match &own.verdict {
            Some(verdict) => IdentityWire::from(verdict),
            None => IdentityWire {
                via: own.via.as_ref().map(RoleArn::name_shared),
                usable: own.usable.word(),
                ..IdentityWire::of_role(own.role.as_ref(), own.by.and_then(mechanism))
            },
        };
        let asker = Asker { namespace, subject, containers: own.containers.clone(), identity };
        Self { asker, own }
    }
}

/// Whom a text names: `pod/NAME`, `sa/NAME`, `role/NAME`, an ARN; a bare name is a pod.
pub(super) fn subject(text: &str) -> Result<Named<'_>, Stop> {
    if text.starts_with("arn:") {
        return Ok(Named::Role(text));
    }
    match named(text) {
        Named::Bare(name) => Ok(Named::Pod(name)),
        Named::Other => Err(Stop::usage(format!("{} is nobody who asks AWS for anything", kind_typed(text)))
            .hint("give pod/NAME, sa/NAME, role/NAME or a role's ARN")),
        own => Ok(own),
    }
}

/// A pod's main containers, those with one identity together.
pub(super) fn of_pod(view: &View<'_>, pod: &Pod) -> Vec<Asking> {
    let named = |asking| Asking::of(asking, Some(pod.namespace.clone()), format!("pod/{}", pod.name));
    askings_of_pod(view.inventory, pod).into_iter().map(named).collect()
}

/// What the running pods of a ServiceAccount have, each identity once; what binds it where none runs.
pub(super) fn of_account(view: &View<'_>, name: &str) -> Result<Vec<Asking>, Stop> {
    let namespace = the_account(view, name)?;
    let named = |asking| Asking::of(asking, Some(namespace.clone()), format!("serviceaccount/{name}"));
    Ok(askings_of_account(view.inventory, view.identities, namespace, name).into_iter().map(named).collect())
}

/// A role that the cluster names, or any by its ARN.
pub(super) fn of_named_role(view: &View<'_>, wanted: &str) -> Result<Vec<Asking>, Stop> {
    let role =
        if wanted.starts_with("arn:") { role_named(view, wanted)? } else { RoleArn::new(one_role(view, wanted)?.0) };
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
