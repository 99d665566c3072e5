//! Who is asked whether it may do something: a pod's containers, what a ServiceAccount's pods have, a role by itself;
//! those with the same identity are one.

mod node;
#[cfg(test)]
mod tests;

use super::bearer::bearer_of_binding;
use super::trust::{TrustCheck, Way, container_trust, trust_review, unseen_binding};
use super::{
    Bearer, Binding, Confidence, Finding, Identities, Identity, IdentityKind, Mechanism, Situation, Usable, Verdict,
    bearer_of, bearer_of_role, verdict_of,
};
use crate::domain::access::{Access, Asked, Doubt};
use crate::domain::inventory::{Inventory, Kind, Shard};
use crate::domain::model::{Container, Gap, GapReason, Name, Pod, RoleArn};
use crate::domain::policy::{ASSUME_ROLE, Layer, Outcome, Request, Truth};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

pub use node::asking_of_node;

/// One identity, and what it can be asked with.
#[derive(Debug, Clone, PartialEq)]
pub struct Asking {
    /// The containers that have it, where a pod is asked about.
    pub containers: Vec<Name>,
    /// How many pods have it, where a ServiceAccount is asked about. 0: no pod of it runs.
    pub pods: usize,
    /// The least sure verdict about its containers; `None` where a role is asked about by itself.
    pub verdict: Option<Verdict>,
    /// The role that AWS sees, where there is one and it is known.
    pub role: Option<RoleArn>,
    /// An association's own role, where it goes on to a target role, which is the one that AWS sees.
    pub via: Option<RoleArn>,
    /// How it is come by, where that is known.
    pub by: Option<IdentityKind>,
    /// Whether AWS hands out credentials for it now; for a role by itself that is not asked.
    pub usable: Usable,
    /// The role with its policies, where there is one.
    pub bearer: Option<Bearer>,
    /// Why no policy need be asked: no credentials, a role that cannot be assumed, or nobody knows whose.
    pub instead: Option<Instead>,
    /// Why it is not known whose credentials they are, or whether AWS hands out the role's, where that is so.
    pub doubt: Option<Doubt>,
    /// Why it is not known which pods of a ServiceAccount run, where only what binds it is answered for.
    pub unlisted: Option<Gap>,
}

/// What stands before every policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// There are no credentials, or they are not given out.
    No(Layer, String),
    /// It is not known whose credentials they are.
    Open(String),
}

/// A pod's main containers, those with one identity together.
pub fn askings_of_pod(inventory: &Inventory, pod: &Pod) -> Vec<Asking> {
    let mut askings: Vec<Asking> = Vec::new();
    for (place, container) in pod.counted_containers() {
        let Some(asking) = asking_of_container(inventory, pod, place) else { continue };
        match askings.iter_mut().find(|other| other.is_as(&asking)) {
            Some(other) => {
                other.containers.push(container.name.clone());
                other.is_no_surer_than(asking);
            }
            None => askings.push(asking),
        }
    }
    askings
}

/// One container, by its place in the pod's spec.
pub fn asking_of_container(inventory: &Inventory, pod: &Pod, place: usize) -> Option<Asking> {
    let container = pod.spec.containers.get(place)?;
    let verdict = verdict_of(inventory, pod, place);
    let bearer = bearer_of(inventory, pod, container, &verdict);
    let checks = || container_trust(&Situation::of(inventory, pod), container);
    let instead = match (&verdict.identity, verdict.usable) {
        (Some(Identity::Nobody { .. }), _) => {
            Some(Instead::No(Layer::Credentials, "the container has no AWS credentials at all".into()))
        }
        (Some(Identity::StaticKeys { from }), _) => {
            Some(Instead::Open(format!("static keys from {from}: whose they are cannot be seen from here")))
        }
        (None, _) => Some(Instead::Open("which identity the container has cannot be told".into())),
        (Some(_), Usable::No) => refused(&checks()).or_else(|| {
            let why = verdict.findings.iter().find_map(withholds).unwrap_or("its evidence says why");
            Some(Instead::No(Layer::Trust, format!("AWS hands out no credentials for its role now: {why}")))
        }),
        _ => None,
    };
    let role = verdict.identity.as_ref().and_then(Identity::role).cloned();
    let (by, usable) = (Some(verdict.kind()), verdict.usable);
    let via = match &verdict.identity {
        Some(Identity::Role { by: Mechanism::PodIdentity { via }, .. }) => via.clone(),
        _ => None,
    };
    let is_doubted = matches!(verdict.identity, Some(Identity::Role { .. })) && usable == Usable::Unknown;
    let doubt = is_doubted.then(|| doubt(&checks(), &verdict.gaps));
    let containers = vec![container.name.clone()];
    let (verdict, unlisted) = (Some(verdict), None);
    Some(Asking { containers, pods: 0, verdict, role, via, by, usable, bearer, instead, doubt, unlisted })
}

/// What is not known of the way to a role: by its trust policies, else by what else was not read.
fn doubt(checks: &[TrustCheck], others: &[Gap]) -> Doubt {
    let Some(check) = checks.iter().find(|check| check.answer == Truth::Depends) else {
        let why = others.first().map_or("its evidence says why", |gap| &gap.sentence).to_owned();
        let gap = || Gap::new("credentials of the role", ASSUME_ROLE, GapReason::NotFoundOut, why.clone());
        let gaps = if others.is_empty() { vec![gap()] } else { others.to_vec() };
        return Doubt { why, is_of_trust: false, gaps };
    };
    let is_of_trust = check.review.as_ref().is_some_and(|review| review.answer == Truth::Depends);
    let why = match (is_of_trust, check.unknown_in_short()) {
        (true, Some(short)) if !check.unknown().is_empty() => {
            format!("the trust policy of role {} {short}", check.role.path_and_name())
        }
        (true, _) => format!("of role {}, {}", check.role.path_and_name(), check.because()),
        (false, _) => check.because(),
    };
    Doubt { why, is_of_trust, gaps: check.gaps.clone() }
}

/// That a role is not handed out, and why not, where its trust says so.
fn refused(checks: &[TrustCheck]) -> Option<Instead> {
    let check = checks.iter().find(|check| check.answer.is_no())?;
    let why = match &check.way {
        Way::Target(own) if check.is_refused_by_trust() => {
            format!("role {} does not let role {} in", check.role.path_and_name(), own.path_and_name())
        }
        Way::PodIdentity if checks.len() > 1 && check.is_refused_by_trust() => {
            format!("role {} does not let Pod Identity in", check.role.path_and_name())
        }
        // of two roles one has to be named
        _ if checks.len() > 1 => check.because(),
        _ => check.findings.iter().copied().find_map(withholds).unwrap_or("its trust says why").to_owned(),
    };
    Some(Instead::No(Layer::Trust, format!("AWS hands out no credentials for its role now: {why}")))
}

/// Why a container gets no credentials for the role that it is bound to, where a finding says so.
fn withholds(finding: Finding) -> Option<&'static str> {
    Some(match finding {
        Finding::RoleNotFound => "the role does not exist",
        Finding::MalformedRoleArn => "what it is bound to is no role ARN",
        Finding::TrustOtherCluster => "the role trusts another cluster, and not this one",
        Finding::TrustMismatch => "the role's trust policy does not let its ServiceAccount in",
        Finding::ProviderMissing => "the role's account has no OIDC provider for this cluster",
        Finding::PodIdentityTrust => "a role of its association keeps it out",
        Finding::AssociationGone => "the association that it was injected for is gone",
        Finding::PodIdentityAgent => "no Pod Identity agent answers on its node",
        Finding::AudienceMismatch => "the OIDC provider does not list its token's audience",
        _ => return None,
    })
}

/// What the running pods of a ServiceAccount have, each identity once; what binds it where none runs.
pub fn askings_of_account(inventory: &Inventory, identities: &Identities, namespace: &str, name: &str) -> Vec<Asking> {
    let mut askings = askings_of_running(inventory, identities, (namespace, name), |_, _| true);
    if askings.is_empty() {
        let binding = identities.account(namespace, name).and_then(|row| row.binding());
        let account = (&Name::from(namespace), &Name::from(name));
        let unseen = unseen_binding(inventory, account.0, account.1);
        askings.push(match binding {
            Some(binding) => {
                let asking = asking_of_binding(inventory, account, binding).unless_bound(unseen);
                Asking { unlisted: unlisted(inventory, account.0), ..asking }
            }
            None => asking_of_nothing(inventory, account.0, unseen),
        });
    }
    askings
}

/// What the running pods of a ServiceAccount (namespace, name) have in those of their containers that are meant, each
/// identity once.
pub fn askings_of_running(
    inventory: &Inventory,
    identities: &Identities,
    (namespace, name): (&str, &str),
    is_meant: impl Fn(&Pod, &Container) -> bool,
) -> Vec<Asking> {
    let mut askings: Vec<Asking> = Vec::new();
    // thousands of pods of one template have one identity: it is looked up once
    let mut known: HashMap<_, Vec<usize>> = HashMap::new();
    let pods = inventory.shard(namespace).into_iter().flat_map(Shard::pods).map(|(_, pod)| pod);
    for pod in pods.filter(|pod| pod.counts() && &*pod.spec.service_account == name) {
        let meant: HashSet<&Name> =
            pod.spec.containers.iter().filter(|own| is_meant(pod, own)).map(|own| &own.name).collect();
        let row = identities.pod(namespace, &pod.name).filter(|row| !row.differ && !meant.is_empty());
        let like =
            row.map(|row| (Arc::as_ptr(&pod.spec).addr(), row.kind, row.role.as_ref(), (row.usable, row.confidence)));
        if let Some(places) = like.as_ref().and_then(|like| known.get(like)) {
            join_all(&mut askings, places, inventory, pod);
            continue;
        }
        let mut places = Vec::new();
        for mut asking in askings_of_pod(inventory, pod) {
            if !asking.containers.iter().any(|name| meant.contains(name)) {
                continue;
            }
            (asking.pods, asking.containers) = (1, Vec::new());
            if let Some(place) = askings.iter().position(|other| other.is_as(&asking)) {
                join_all(&mut askings, &[place], inventory, pod);
                if let Some(same) = askings.get_mut(place) {
                    same.is_no_surer_than(asking);
                }
                places.push(place);
            } else {
                places.push(askings.len());
                askings.push(asking);
            }
        }
        known.extend(like.filter(|_| !places.is_empty()).map(|like| (like, places)));
    }
    askings
}

/// One pod more has the identities at these places.
fn join_all(askings: &mut [Asking], places: &[usize], inventory: &Inventory, pod: &Pod) {
    for place in places {
        let Some(asking) = askings.get_mut(*place) else { continue };
        asking.pods += 1;
        if let Some(bearer) = &mut asking.bearer {
            bearer.share(inventory, pod, asking.by);
        }
    }
}

/// What the pods of a ServiceAccount will have by what binds it. Which node they will run on, and whether the agent of Pod
/// Identity answers there, nobody knows.
fn asking_of_binding(inventory: &Inventory, account: (&Name, &Name), binding: &Binding) -> Asking {
    let target = binding.target.as_ref();
    let Some(role) = target.or(binding.role.as_ref()) else {
        let instead = Some(Instead::Open("to which role its association binds it was not read".into()));
        return Asking { instead, ..asking_of_role(inventory, None, Some(binding.mechanism)) };
    };
    let mut checks = trust_review(inventory, account.0, account.1, None);
    let is_by_token = binding.mechanism == IdentityKind::WebIdentity;
    checks.retain(|check| matches!(check.way, Way::WebIdentity(_)) == is_by_token);
    let asking = asking_of_role(inventory, Some(role), Some(binding.mechanism));
    let usable = Truth::all(checks.iter().map(|check| check.answer)).into();
    Asking {
        via: target.and(binding.role.clone()),
        usable,
        bearer: asking.bearer.and_then(|_| bearer_of_binding(inventory, account, binding)),
        instead: asking.instead.or_else(|| refused(&checks)),
        doubt: (usable == Usable::Unknown).then(|| doubt(&checks, &[])),
        ..asking
    }
}

/// Nothing that was read gives the pods of a ServiceAccount a role; `unseen`: of associations nobody knows.
fn asking_of_nothing(inventory: &Inventory, namespace: &Name, unseen: Option<Gap>) -> Asking {
    let (why, gap) = match (unseen, unlisted(inventory, namespace)) {
        (Some(gap), _) => ("whether an association binds it was not read", gap),
        (None, Some(gap)) => ("nothing binds it, and which pods of it run was not read: each has its node's role", gap),
        (None, None) => return asking_of_role(inventory, None, None),
    };
    let doubt = Some(Doubt { why: why.to_owned(), is_of_trust: false, gaps: vec![gap] });
    Asking { instead: Some(Instead::Open(why.to_owned())), doubt, ..asking_of_role(inventory, None, None) }
}

/// Why it is not known which pods of a namespace run.
fn unlisted(inventory: &Inventory, namespace: &Name) -> Option<Gap> {
    let loading = || Gap::new("pods", "list pods", GapReason::NotLoadedYet, "the pods were not listed yet");
    let listings = inventory.listings();
    let is_listed = listings.covers(Kind::Pod, namespace);
    (!is_listed).then(|| listings.of(Kind::Pod).doubt().cloned().unwrap_or_else(loading))
}

/// A role by itself, or nobody's.
pub fn asking_of_role(inventory: &Inventory, role: Option<&RoleArn>, by: Option<IdentityKind>) -> Asking {
    let unbound = "nothing binds it and no pod of it runs: it would be the role of the node that a pod runs on";
    let open = role.is_none().then(|| Instead::Open(unbound.to_owned()));
    let bearer = role.filter(|role| role.problem().is_none()).map(|role| bearer_of_role(inventory, role));
    let missing = bearer.as_ref().filter(|bearer| bearer.policies.is_missing);
    let gone = missing.map(|bearer| Instead::No(Layer::Trust, format!("the role {} does not exist", bearer.role)));
    let malformed = role.and_then(|role| {
        let problem = role.problem()?.sentence();
        Some(Instead::No(Layer::Trust, format!("{role} is no role ARN: {problem}")))
    });
    let instead = open.or(malformed).or(gone);
    let (role, via, usable) = (role.cloned(), None, Usable::Unknown);
    let (containers, verdict, doubt, unlisted) = (Vec::new(), None, None, None);
    Asking { containers, pods: 0, verdict, role, via, by, usable, bearer, instead, doubt, unlisted }
}

impl Asking {
    /// The roles that its answers hang on: the one that AWS sees first.
    pub fn roles(&self) -> impl Iterator<Item = &RoleArn> {
        self.role.iter().chain(&self.via)
    }

    /// What stands before every policy, in one line: there are no credentials, or it is not known whose they are or whether
    /// they are handed out.
    pub fn beforehand(&self) -> Option<String> {
        let said = match &self.instead {
            Some(Instead::No(_, why) | Instead::Open(why)) => Some(why.clone()),
            None => self.doubt.as_ref().map(Doubt::sentence),
        };
        let said: Vec<String> = said.into_iter().chain(self.proviso()).collect();
        (!said.is_empty()).then(|| said.join("; "))
    }

    /// Why it is only likely that it asks as this identity, where that is so: other credentials may come before its own, or
    /// may be had where none are seen. Of what binds a ServiceAccount, that pods which run may have another.
    fn proviso(&self) -> Option<String> {
        if self.unlisted.is_some() {
            return Some("this is of new pods: which pods of it run was not read".to_owned());
        }
        let verdict = self.verdict.as_ref().filter(|verdict| verdict.confidence == Confidence::Likely)?;
        // whose static keys are is not known, however sure it is that they are there
        let is_told = self.bearer.is_some() || matches!(self.instead, Some(Instead::No(..)));
        let why = verdict.gaps.first().map(|gap| format!(": {}", gap.sentence)).unwrap_or_default();
        is_told.then(|| format!("its identity is likely, not proven{why}"))
    }

    /// The answer to what was asked: without any policy, or by the policies.
    pub fn answered(&self, requests: &[Request], asked: &Asked) -> Access {
        let by_policies = |bearer: &Bearer| bearer.answer(requests, asked);
        let mut access = match (&self.instead, &self.bearer) {
            (Some(Instead::No(layer, why)), bearer) => {
                // of a role that does not exist, or whose ARN is none, there is nothing to tell
                let is_a_role = |bearer: &&Bearer| !bearer.policies.is_missing && bearer.role.problem().is_none();
                let bearer = bearer.as_ref().filter(is_a_role);
                Access::without_credentials(*layer, why, bearer.map(by_policies))
            }
            (Some(Instead::Open(why)), _) => {
                let gaps = self.doubt.iter().flat_map(|doubt| &doubt.gaps).cloned().collect();
                Access { gaps, ..Access::unknown_identity(why.clone()) }
            }
            (None, Some(bearer)) => match &self.doubt {
                Some(doubt) => by_policies(bearer).doubted(doubt),
                None => by_policies(bearer),
            },
            (None, None) => Access::unknown_identity("the role is not known, so its policies are not either"),
        };
        if access.remarks.is_empty() {
            access.remarks.clone_from(&asked.remarks); // what is odd about the question is so whoever asks it
        }
        let gaps = self.verdict.as_ref().map_or(self.unlisted.as_slice(), |verdict| &verdict.gaps);
        match self.proviso() {
            Some(proviso) => access.supposed(proviso, gaps),
            // no policy was asked, as it is not known whose they would be
            None if access.decision.outcome == Outcome::Depends && access.layers.is_empty() => access.with_gaps(gaps),
            None => access,
        }
    }

    /// Another that is as this one has it, too: what is said of both is no surer than of either.
    fn is_no_surer_than(&mut self, other: Self) {
        let is_surer = |(own, others): (&Verdict, &Verdict)| own.confidence > others.confidence;
        if self.verdict.as_ref().zip(other.verdict.as_ref()).is_some_and(is_surer) {
            self.verdict = other.verdict;
        }
    }

    /// The same, where it is not known whether an association binds it, which new pods would get before what does.
    fn unless_bound(mut self, unseen: Option<Gap>) -> Self {
        if let Some(gap) = unseen {
            let why = "whether an association binds its ServiceAccount, too, was not read".to_owned();
            let doubt = self.doubt.get_or_insert(Doubt { why, is_of_trust: false, gaps: Vec::new() });
            doubt.gaps.push(gap);
        }
        self
    }

    /// Whether both have the same identity. A token's audience stays with the session; in what else the sessions of pods
    /// differ is not known of several of them.
    fn is_as(&self, other: &Self) -> bool {
        let is_same = self.by == other.by && self.role == other.role && self.instead == other.instead;
        let [own, others] = [self, other].map(|it| it.bearer.as_ref().map(|bearer| &bearer.context));
        let is_by_token = self.by == Some(IdentityKind::WebIdentity);
        is_same && self.usable == other.usable && (!is_by_token || own == others)
    }
}
