//! What a plan about a ServiceAccount has to know of its surroundings: whether it may be planned at all, who else is
//! hit, what its pods run on now.

use super::removal::hours;
use super::warning::WarningKind;
use super::withheld::{Binding, warn_of_withheld};
use super::{Plan, PlanRefusal};
use crate::domain::identity::{Identities, IdentityKind, PodRow, Usable, account_of};
use crate::domain::inventory::{Inventory, Kind, Lookup};
use crate::domain::model::{Confirmation, Name, Reading, RoleArn, ServiceAccount};
use crate::domain::policy::catalogue::Catalogue;

/// What plans read.
#[derive(Debug, Clone, Copy)]
pub struct Seen<'a> {
    /// What was read.
    pub inventory: &'a Inventory,
    /// What is true of it.
    pub identities: &'a Identities,
    /// What AWS has. Without it more is told as lost than there is to lose.
    pub catalogue: Option<&'a Catalogue>,
}

/// What a plan does to the association of a ServiceAccount. Pods that were injected for one ask the agent for credentials
/// again and again, and it looks at the association each time: they need no restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum AssociationThen {
    /// Nothing.
    Stays,
    /// There is one then, or it names another role.
    Names,
    /// The same; what becomes of the pods that have it is said where it is changed.
    Moves,
    /// There is none any more: that its role is kept until the session ends is said where it is removed.
    Goes,
}

/// How many names a sentence gives before it only counts.
pub(super) const NAMED: usize = 5;

impl<'a> Seen<'a> {
    /// Refuses where the account that we are signed in to is another cluster's: whatever was planned from its facts would
    /// be wrong.
    pub(super) fn is_of_this_cluster(self) -> Result<(), PlanRefusal> {
        let cluster = self.inventory.aws().cluster().and_then(Reading::value);
        match cluster.map(|cluster| &cluster.confirmation) {
            Some(Confirmation::Refuted(sentence)) => {
                let hint = "sign in to the cluster's own account: --profile, or --context for the other cluster";
                Err(PlanRefusal::new(format!("nothing is changed: {sentence}")).hint(hint))
            }
            _ => Ok(()),
        }
    }

    /// The ServiceAccount, which has to be there.
    pub(super) fn account(self, namespace: &Name, name: &Name) -> Result<&'a ServiceAccount, PlanRefusal> {
        match account_of(self.inventory, namespace, name) {
            Lookup::Found(account) => Ok(account),
            Lookup::Absent => Err(PlanRefusal::new(format!("there is no ServiceAccount {namespace}/{name}"))
                .hint(format!("make it first: kubectl create serviceaccount {name} -n {namespace}"))),
            Lookup::Unread(Some(gap)) => Err(PlanRefusal::unread(gap)),
            Lookup::Unread(None) => {
                Err(PlanRefusal::new(format!("ServiceAccount {namespace}/{name} has not been read yet")))
            }
        }
    }

    /// The running pods of a ServiceAccount, in order of name.
    pub(super) fn running(self, namespace: &str, account: &'a str) -> impl Iterator<Item = (&'a Name, &'a PodRow)> {
        let rows = self.identities.namespace(namespace);
        rows.into_iter().flat_map(move |rows| rows.pods_of(account)).filter(|(_, row)| !row.dimmed)
    }

    /// What goes with any change of what pods of a ServiceAccount get.
    pub(super) fn warn_of_account(self, plan: &mut Plan, namespace: &Name, account: &Name) {
        warn_of_cluster(plan, namespace);
        if &**account == "default" {
            let pods: Vec<&Name> = self.running(namespace, account).map(|(name, _)| name).collect();
            let sentence = match pods.len() {
                0 => "every pod that names no ServiceAccount gets what `default` is bound to".to_owned(),
                _ => {
                    format!("every pod that names no ServiceAccount gets what `default` is bound to: {}", all(&pods))
                }
            };
            plan.warn(WarningKind::SharedBy, sentence);
        }
    }

    /// The same by the annotation, which counts only where no association binds the ServiceAccount.
    pub(super) fn annotated_pods_keep(self, plan: &mut Plan, namespace: &Name, account: &Name, new: &str) {
        let new = match self.inventory.aws().association(namespace, account) {
            Lookup::Found(association) => {
                let role = association.effective_role().map_or("what they got", |role| role.path_and_name());
                format!("{role} by the association, as before")
            }
            Lookup::Absent | Lookup::Unread(_) => new.to_owned(),
        };
        self.running_pods_keep(plan, (namespace, account), &new, AssociationThen::Stays);
    }

    /// What running pods have now and keep: how a pod comes by its identity is decided when it is created.
    pub(super) fn running_pods_keep(
        self,
        plan: &mut Plan,
        (namespace, account): (&Name, &Name),
        new: &str,
        association: AssociationThen,
    ) {
        let binding = Binding::after(plan, self, namespace, account);
        let mut kinds: Vec<(Option<String>, usize)> = Vec::new();
        let (mut asking, mut all) = (0, 0);
        for (name, row) in self.running(namespace, account) {
            all += 1;
            if row.kind == IdentityKind::PodIdentity && association != AssociationThen::Stays {
                asking += 1;
                continue;
            }
            let Some(own) = binding.reached(namespace, (name, row)) else { continue };
            let word = identity(own.kind, own.role.as_ref(), own.usable);
            match kinds.iter_mut().find(|(known, _)| *known == word) {
                Some((_, count)) => *count += 1,
                None => kinds.push((word, 1)),
            }
        }
        self.new_pods_get(plan, namespace, account, new);
        if !self.inventory.listings().covers(Kind::Pod, namespace) {
            // those that were seen are counted below all the same
            plan.effects
                .push("not all pods are read: those of it that run keep what they have until restarted".to_owned());
        } else if all == 0 {
            plan.effects.push("no pod of it runs now".to_owned());
        }
        if asking > 0 && association == AssociationThen::Names {
            let pods = if asking == 1 {
                "1 running pod was injected for an association before: it gets".to_owned()
            } else {
                format!("{asking} running pods were injected for an association before: they get")
            };
            let hours = hours(self.inventory.aws().association(namespace, account).found());
            plan.effects.push(format!("{pods} {new} when next asking the agent, within {hours}, without a restart"));
        }
        for (word, count) in kinds {
            plan.effects.push(format!("{} until restarted", keep(count, None, word.as_deref())));
        }
    }

    /// What new pods of a ServiceAccount get, and which of them do not.
    pub(super) fn new_pods_get(self, plan: &mut Plan, namespace: &Name, account: &Name, new: &str) {
        let is_withheld = warn_of_withheld(plan, self, namespace, account);
        if Binding::after(plan, self, namespace, account).is_in_vain(namespace) {
            return;
        }
        let unless = if is_withheld { ", unless their template keeps it from them" } else { "" };
        plan.effects
            .push(format!("new pods of {account} get {new}, whether restarted by hand, scaled or moved{unless}"));
    }
}

/// What is to be said of a role that is, or is made, in another account than the cluster's: there IAM has to know the
/// issuer of the cluster's tokens (EKS user guide, "Authenticate to another account with IRSA").
pub(super) fn of_another_account(seen: Seen<'_>, role: &RoleArn, verb: &str) -> Option<String> {
    let aws = seen.inventory.aws();
    let theirs = aws.cluster().and_then(Reading::value).and_then(|cluster| cluster.account.as_deref());
    let (own, theirs) = (role.account()?, theirs.or(aws.account())?);
    let said = format!(
        "the role is {verb} account {own}, the cluster is of {theirs}: {own} needs an OIDC provider for its issuer"
    );
    (own != theirs).then_some(said)
}

/// What goes with any change of pods that the whole cluster hangs on.
pub(super) fn warn_of_cluster(plan: &mut Plan, namespace: &str) {
    if namespace == "kube-system" {
        let sentence =
            "this is kube-system: a mistake here can stop new pods, networking or storage of the whole cluster";
        plan.warn(WarningKind::Cluster, sentence);
    }
}

/// What a pod has now, in words; nothing where it has no identity.
pub(super) fn identity(kind: IdentityKind, role: Option<&RoleArn>, usable: Usable) -> Option<String> {
    let words = match (kind, role.map(RoleArn::path_and_name)) {
        (IdentityKind::Nobody, _) => return None,
        // its association is gone, and with it the credentials
        (IdentityKind::PodIdentity, None) if usable == Usable::No => return None,
        (IdentityKind::NodeRole, Some(role)) => format!("the node role {role}"),
        (IdentityKind::NodeRole, None) => "the node role".to_owned(),
        (IdentityKind::Unknown, _) => "an identity that cannot be told".to_owned(),
        (kind, Some(role)) => format!("{role} ({})", kind.label()),
        (kind, None) => kind.label().to_owned(),
    };
    Some(words)
}

/// That so many pods, or that container of them, keep what they have.
pub(super) fn keep(count: usize, container: Option<&str>, has: Option<&str>) -> String {
    let pods = if count == 1 { "1 running pod".to_owned() } else { format!("{count} running pods") };
    let s = if count == 1 || container.is_some() { "s" } else { "" };
    let who = container.map_or_else(|| pods.clone(), |container| format!("container {container} of {pods}"));
    match has {
        Some(has) => format!("{who} keep{s} {has}"),
        None => format!("{who} stay{s} without an identity"),
    }
}

/// Every name, where one has to see whom it is about.
pub(super) fn all<N: AsRef<str>>(names: &[N]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", ")
}

/// Some names, and how many there are beyond them.
pub(super) fn named<N: AsRef<str>>(names: &[N]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMED).map(AsRef::as_ref).collect();
    let rest = names.len().saturating_sub(NAMED);
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
