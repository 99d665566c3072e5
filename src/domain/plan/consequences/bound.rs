//! The ServiceAccounts whose pods get something else by changes, or are made anew by them.

use crate::domain::identity::{IdentityKind, account_of};
use crate::domain::inventory::{Lookup, Shard};
use crate::domain::model::{Association, Name, RoleArn};
use crate::domain::plan::annotate::ROLE_ARN;
use crate::domain::plan::surroundings::AssociationThen;
use crate::domain::plan::{Change, Content, Seen, Target};
use std::collections::{BTreeMap, BTreeSet};

/// A ServiceAccount: what binds it before, and then.
pub(super) struct Bound {
    pub(super) namespace: Name,
    pub(super) name: Name,
    pub(super) before: Option<RoleArn>,
    pub(super) after: Option<RoleArn>,
    /// The association by which it is bound then; none: by its annotation, if at all.
    pub(super) via: Option<Box<Association>>,
    /// Its annotations then, as far as they change.
    pub(super) annotations: BTreeMap<Name, Option<Name>>,
    /// What changes of what binds it.
    pub(super) rebound: Rebound,
    /// What becomes of its association.
    pub(super) association: AssociationThen,
    /// Its pods are made anew.
    pub(super) is_restarted: bool,
    /// It is there no more.
    pub(super) is_gone: bool,
}

/// What changes of what binds a ServiceAccount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rebound {
    /// Nothing.
    No,
    /// How its token is made.
    Token,
    /// By what it is bound.
    Role,
}

impl Bound {
    /// The ServiceAccounts that changes are about, each once.
    pub(super) fn of(seen: Seen<'_>, changes: &[Change]) -> Vec<Self> {
        let rebound: BTreeSet<(Name, Name)> = changes.iter().filter_map(rebound).collect();
        let restarted: BTreeSet<(Name, Name)> = changes.iter().flat_map(|change| restarted(seen, change)).collect();
        let all = rebound.union(&restarted);
        let of = |key: &(Name, Name)| {
            let own = Own { seen, changes, namespace: &key.0, name: &key.1 };
            Self {
                namespace: key.0.clone(),
                name: key.1.clone(),
                before: own.role(|change| &change.from),
                after: own.role(|change| &change.to),
                via: own.via().map(Box::new),
                annotations: own.annotations(),
                rebound: if rebound.contains(key) { own.rebound() } else { Rebound::No },
                association: own.association(),
                is_restarted: restarted.contains(key),
                is_gone: own.is_gone(),
            }
        };
        all.map(of).collect()
    }

    /// Its namespace and name.
    pub(super) fn key(&self) -> (Name, Name) {
        (self.namespace.clone(), self.name.clone())
    }
}

/// By which mechanism a ServiceAccount is bound after the changes; `None`: by none, as far as was read.
pub(in crate::domain::plan) fn bound_by(
    seen: Seen<'_>,
    changes: &[Change],
    namespace: &Name,
    name: &Name,
) -> Option<IdentityKind> {
    let own = Own { seen, changes, namespace, name };
    if own.via().is_some() {
        return Some(IdentityKind::PodIdentity);
    }
    own.role(|change| &change.to).map(|_| IdentityKind::WebIdentity)
}

/// The ServiceAccount whose binding, or token, a change is of.
fn rebound(change: &Change) -> Option<(Name, Name)> {
    match &change.target {
        Target::Annotations { namespace, name } | Target::ServiceAccount { namespace, name } => {
            Some((namespace.clone(), name.clone()))
        }
        Target::Association { namespace, service_account, .. } => Some((namespace.clone(), service_account.clone())),
        _ => None,
    }
}

/// The ServiceAccounts of the pods that a change makes anew.
fn restarted(seen: Seen<'_>, change: &Change) -> BTreeSet<(Name, Name)> {
    let Target::Rollout { namespace, kind, name, account } = &change.target else { return BTreeSet::new() };
    if let Some(account) = account {
        return BTreeSet::from([(namespace.clone(), account.clone())]);
    }
    let pods = seen.inventory.shard(namespace).into_iter().flat_map(Shard::pods).map(|(_, pod)| pod);
    let own = pods.filter(|pod| {
        pod.counts() && pod.workload().is_some_and(|workload| workload.kind == *kind && workload.name == *name)
    });
    own.map(|pod| (namespace.clone(), pod.spec.service_account.clone())).collect()
}

/// Whether a content of a ServiceAccount says with which role it is annotated, or that there is none.
fn speaks_of_role(content: &Content) -> bool {
    match content {
        Content::Annotations(annotations) => annotations.contains_key(ROLE_ARN),
        _ => true,
    }
}

/// The role that it is annotated with by that content.
fn annotated(content: &Content) -> Option<RoleArn> {
    let arn = match content {
        Content::Annotations(annotations) => annotations.get(ROLE_ARN)?.clone(),
        Content::ServiceAccount(annotations) => annotations.get(ROLE_ARN).cloned(),
        _ => None,
    };
    arn.map(RoleArn::new)
}

/// One ServiceAccount among changes.
struct Own<'a> {
    seen: Seen<'a>,
    changes: &'a [Change],
    namespace: &'a Name,
    name: &'a Name,
}

impl Own<'_> {
    /// The role that its new pods get, by one side of the changes; an association wins over the annotation.
    fn role(&self, side: impl Fn(&Change) -> &Content) -> Option<RoleArn> {
        let association = self.changes.iter().find(|change| self.is_association(change)).map(&side);
        let associated = match association {
            Some(Content::Association(content)) => {
                Some(RoleArn::new(content.target_role_arn.as_ref().unwrap_or(&content.role_arn).clone()))
            }
            Some(_) => None,
            None => match self.seen.inventory.aws().association(self.namespace, self.name) {
                Lookup::Found(association) => association.effective_role().cloned(),
                Lookup::Absent | Lookup::Unread(_) => None,
            },
        };
        let of_account = self.changes.iter().filter(|change| self.is_account(change));
        let own = of_account.map(side).find(|content| speaks_of_role(content));
        let present = || {
            let account = account_of(self.seen.inventory, self.namespace, self.name).found()?;
            account.role.as_ref().map(|annotation| annotation.arn.clone())
        };
        associated.or_else(|| own.map_or_else(present, annotated))
    }

    /// The association that binds it after the changes.
    fn via(&self) -> Option<Association> {
        let present = self.seen.inventory.aws().association(self.namespace, self.name).found();
        match self.changes.iter().find(|change| self.is_association(change)).map(|change| &change.to) {
            Some(Content::Association(to)) => Some(to.held_by(present, (self.namespace, self.name))),
            Some(_) => None,
            None => present.cloned(),
        }
    }

    fn annotations(&self) -> BTreeMap<Name, Option<Name>> {
        let mut all = BTreeMap::new();
        for change in self.changes.iter().filter(|change| self.is_account(change)) {
            match &change.to {
                Content::Annotations(to) => all.extend(to.clone()),
                Content::ServiceAccount(to) => {
                    all.extend(to.iter().map(|(key, value)| (key.clone(), Some(value.clone()))));
                }
                _ => {}
            }
        }
        all
    }

    /// Whether a change is of what binds it, or only of its token.
    fn rebound(&self) -> Rebound {
        let speaks = |change: &Change| speaks_of_role(&change.from) || speaks_of_role(&change.to);
        let is_of_role = |it: &Change| self.is_association(it) || (self.is_account(it) && speaks(it));
        if self.changes.iter().any(is_of_role) { Rebound::Role } else { Rebound::Token }
    }

    fn association(&self) -> AssociationThen {
        match self.changes.iter().find(|change| self.is_association(change)).map(|change| &change.to) {
            None => AssociationThen::Stays,
            Some(Content::Absent) => AssociationThen::Goes,
            Some(_) => AssociationThen::Names,
        }
    }

    fn is_gone(&self) -> bool {
        let mut own = self.changes.iter().filter(|change| self.is_account(change));
        own.any(|it| matches!((&it.target, &it.to), (Target::ServiceAccount { .. }, Content::Absent)))
    }

    fn is_association(&self, change: &Change) -> bool {
        matches!(&change.target, Target::Association { namespace, service_account, .. }
            if namespace == self.namespace && service_account == self.name)
    }

    fn is_account(&self, change: &Change) -> bool {
        matches!(&change.target, Target::Annotations { namespace, name } | Target::ServiceAccount { namespace, name }
            if namespace == self.namespace && name == self.name)
    }
}
