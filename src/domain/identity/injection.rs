//! Whether the webhook did, at the pod's creation, what the cluster configures now; and if not, why.
//!
//! It acts once, when a pod is created, fails open, and leaves alone what is skipped or already set
//! (amazon-eks-pod-identity-webhook, `pkg/handler/handler.go`).

use super::webhook::{SKIP_LABEL, webhook_acts, webhook_acts_in, webhook_is_younger};
use super::{Confidence, Fallback, Finding, FindingSet, Situation, Trace};
use crate::domain::inventory::Lookup;
use crate::domain::model::{Container, ContainerKind, Gap, GapReason, RoleAnnotation, Time, Webhook};
use std::cmp::Ordering;

/// The variables the webhook sets for a role annotation; either of them set by hand keeps both away.
pub const WEB_IDENTITY_PAIR: [&str; 2] = ["AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"];

/// The variables it sets for an association.
pub const POD_IDENTITY_PAIR: [&str; 2] =
    ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];

/// Why a container whose ServiceAccount is bound was not injected, with the findings that say so.
pub(super) fn missing_injection(
    situation: &Situation<'_>,
    container: &Container,
    trace: &mut Trace,
) -> (Fallback, FindingSet) {
    let mut findings = FindingSet::default();
    let by_association = situation.association.found().is_some();
    if container.kind == ContainerKind::Ephemeral {
        trace.fact(|| {
            (
                "an ephemeral container: the webhook never sees those".into(),
                situation.origin("spec.ephemeralContainers"),
            )
        });
        return (Fallback::Skipped, findings);
    }
    if let Some(why) = skipped(situation, container) {
        trace.fact(|| why.told(situation));
        findings.insert(Finding::InjectionSkipped);
        match webhook_acts_in(situation.inventory, &situation.pod.namespace) {
            // taking the label or annotation away alone would change nothing
            Some(false) => findings.insert(Finding::WebhookNotActing),
            // only the selector of the live webhook says whether the label is obeyed
            None if why == Skip::Label => {
                webhook_acts(situation, trace);
            }
            _ => {}
        }
        return (Fallback::Skipped, findings);
    }
    let pair = if by_association { POD_IDENTITY_PAIR } else { WEB_IDENTITY_PAIR };
    if let Some(name) = pair.into_iter().find(|name| container.env(name).is_some()) {
        trace.fact(|| {
            (
                format!("env sets {name} itself, so the webhook left the container alone"),
                situation.env_origin(container),
            )
        });
        findings.insert(Finding::EnvOverridesBinding);
        return (Fallback::Overridden, findings);
    }
    let age = if by_association { since_association(situation, trace) } else { since_annotation(situation, trace) };
    let acts = webhook_acts(situation, trace);
    if acts == Some(false) {
        findings.insert(Finding::WebhookNotActing);
    }
    if age == Age::StartedBefore {
        findings.insert(if by_association { Finding::AssociationNotInjected } else { Finding::StartedBeforeBinding });
        return (Fallback::StartedBeforeBinding, findings);
    }
    if acts == Some(false) {
        return (Fallback::WebhookNotActing, findings);
    }
    if webhook_is_younger(situation, trace) {
        findings.insert(Finding::WebhookNotActing);
        return (Fallback::WebhookNotActing, findings);
    }
    findings.insert(if by_association && age == Age::Unknown {
        Finding::AssociationNotInjected
    } else {
        Finding::NotInjected
    });
    (Fallback::NotInjected, findings)
}

/// How a pod's start and its binding lie in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// The pod started before it was bound.
    StartedBefore,
    /// It was bound already.
    StartedAfter,
    /// It cannot be told.
    Unknown,
}

/// The pod against the annotation, by the managedFields entry that owns it: its time is only an upper bound, unless it
/// owns nothing else.
pub(super) fn since_annotation(situation: &Situation<'_>, trace: &mut Trace) -> Age {
    let (Some(created), Some(annotation)) = (situation.pod.created, situation.annotation()) else {
        trace.no_better_than(Confidence::Likely);
        return Age::Unknown;
    };
    let account_created = situation.account.found().and_then(|account| account.created);
    if account_created.is_some_and(|account| account > created) {
        trace.fact(|| {
            (
                "the pod is older than its ServiceAccount".into(),
                format!("{} metadata.creationTimestamp", situation.account_origin()),
            )
        });
        return Age::StartedBefore;
    }
    let Some(set) = &annotation.set else {
        return by_resource_version(situation, trace);
    };
    trace.fact(|| {
        (
            set_sentence(annotation, set.at),
            format!("{} metadata.managedFields[{}]", situation.account_origin(), set.manager),
        )
    });
    trace.fact(|| (format!("the pod was created {created}"), situation.origin("metadata.creationTimestamp")));
    match seconds(set.at).cmp(&seconds(created)) {
        Ordering::Greater => {
            if !set.exact {
                trace.no_better_than(Confidence::Likely);
            }
            Age::StartedBefore
        }
        Ordering::Equal => {
            trace.no_better_than(Confidence::Likely);
            Age::StartedAfter
        }
        Ordering::Less => Age::StartedAfter,
    }
}

/// The pod against the annotation where managedFields do not tell, as of an object that was never applied: a
/// ServiceAccount that changed after the pod last did was probably annotated then. Resource versions of one cluster can
/// be compared as numbers (Kubernetes API concepts, "Resource versions"; KEP-5504).
fn by_resource_version(situation: &Situation<'_>, trace: &mut Trace) -> Age {
    trace.no_better_than(Confidence::Likely);
    trace.own_gap(|| {
        let sentence = "when the annotation was set is not recorded in managedFields";
        Gap::new("time of the role annotation", "get serviceaccounts", GapReason::NotSupported, sentence)
            .about(situation.account_origin())
    });
    let version = |text: &str| text.parse::<u64>().ok();
    let account = situation.account.found().and_then(|account| version(&account.resource_version));
    let (Some(account), Some(pod)) = (account, version(&situation.pod.resource_version)) else { return Age::Unknown };
    if account <= pod {
        return Age::Unknown;
    }
    trace.fact(|| {
        let fact = format!("its ServiceAccount changed after the pod last did (resourceVersion {account}, pod {pod})");
        (fact, format!("{} metadata.resourceVersion", situation.account_origin()))
    });
    Age::StartedBefore
}

/// The pod against the association, by when that was made.
pub(super) fn since_association(situation: &Situation<'_>, trace: &mut Trace) -> Age {
    let association = situation.association.found();
    let made = association.and_then(|association| association.created);
    let (Some(created), Some(made)) = (situation.pod.created, made) else {
        trace.no_better_than(Confidence::Likely);
        trace.perhaps(|| association?.gap());
        return Age::Unknown;
    };
    trace.fact(|| {
        (
            format!("the association was made {made}, the pod {created}"),
            "eks:DescribePodIdentityAssociation createdAt".into(),
        )
    });
    match seconds(made).cmp(&seconds(created)) {
        Ordering::Greater => Age::StartedBefore,
        Ordering::Equal => {
            trace.no_better_than(Confidence::Likely);
            Age::StartedAfter
        }
        Ordering::Less => Age::StartedAfter,
    }
}

/// The annotation on a pod that lists containers which EKS's webhook leaves alone.
const SKIP_CONTAINERS: &str = "eks.amazonaws.com/skip-containers";

/// Why the webhook leaves a container alone although it acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Skip {
    /// The pod carries the skip label.
    Label,
    /// The pod's annotation lists the container.
    Annotation,
}

impl Skip {
    /// What of the pod says so.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Label => "label",
            Self::Annotation => "annotation",
        }
    }

    /// Its key (amazon-eks-pod-identity-webhook, README, "Usage").
    pub fn key(self) -> &'static str {
        match self {
            Self::Label => SKIP_LABEL,
            Self::Annotation => SKIP_CONTAINERS,
        }
    }

    fn told(self, situation: &Situation<'_>) -> (String, String) {
        let (does, origin) = match self {
            Self::Label => ("keeps the webhook away", "metadata.labels"),
            Self::Annotation => ("lists the container", "metadata.annotations"),
        };
        (format!("{} {} {does}", self.noun(), self.key()), situation.origin(origin))
    }
}

/// Whether and how a container is skipped.
pub fn skipped(situation: &Situation<'_>, container: &Container) -> Option<Skip> {
    let honoured = || situation.inventory.webhooks().all(Webhook::honours_skip_label);
    if situation.pod.spec.skip_label && honoured() {
        return Some(Skip::Label);
    }
    let listed = situation.pod.spec.skip_containers.as_deref().map(skipped_names).unwrap_or_default();
    listed.iter().any(|name| *name == *container.name).then_some(Skip::Annotation)
}

/// The containers that the annotation names, one CSV record as the webhook's parser reads it: spaces stay, and a record it
/// cannot parse skips nothing.
pub fn skipped_names(text: &str) -> Vec<String> {
    if !is_strict_csv(text) {
        return Vec::new();
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    record.map(|record| record.iter().map(str::to_owned).collect()).unwrap_or_default()
}

/// Whether quotes stand only where Go's `encoding/csv` takes them: around a whole field, or doubled within one. It
/// refuses the record otherwise, where our reader would make something of it.
fn is_strict_csv(text: &str) -> bool {
    let mut characters = text.chars().peekable();
    let (mut quoted, mut at_start) = (false, true);
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
            }
            '"' if quoted => {
                quoted = false;
                if !characters.peek().is_none_or(|next| matches!(next, ',' | '\n' | '\r')) {
                    return false;
                }
            }
            '"' if at_start => quoted = true,
            '"' => return false,
            '\n' if !quoted => return true, // only the first record is read
            _ => {}
        }
        at_start = !quoted && c == ',';
    }
    !quoted
}

/// Whether a container's web identity was set by hand rather than by the webhook. Sure where the owner's template was
/// read; otherwise by the webhook's own hand: it appends the region variables first and the pair last, and always uses
/// the same token path.
pub fn is_hand_set(situation: &Situation<'_>, container: &Container, trace: &mut Trace) -> bool {
    if let Some(workload) = situation.pod.workload()
        && let Some(template) = situation.template()
    {
        let set = WEB_IDENTITY_PAIR.into_iter().any(|name| template.sets(&container.name, name));
        let says = if set { "sets" } else { "does not set" };
        trace.fact(|| {
            (format!("the pod template {says} AWS_ROLE_ARN"), format!("{} spec.template", workload.kubectl_name()))
        });
        return set;
    }
    let place = |name: &str| container.env.iter().position(|var| &*var.name == name);
    let pair = WEB_IDENTITY_PAIR.into_iter().filter_map(place).min();
    let before = ["AWS_STS_REGIONAL_ENDPOINTS", "AWS_DEFAULT_REGION", "AWS_REGION"].into_iter().filter_map(place).min();
    let usual_path = container.env("AWS_WEB_IDENTITY_TOKEN_FILE").and_then(|v| v.literal()).is_some_and(|file| {
        file.replace('\\', "/")
            .trim_start_matches("C:")
            .starts_with("/var/run/secrets/eks.amazonaws.com/serviceaccount/")
    });
    trace.no_better_than(Confidence::Likely);
    !usual_path || matches!((pair, before), (Some(pair), Some(before)) if pair < before)
}

/// The gap of a binding that could not be read, in both its halves.
pub(super) fn binding_gaps(situation: &Situation<'_>, trace: &mut Trace) {
    if let Lookup::Unread(gap) = situation.account {
        trace.gap(gap, "ServiceAccounts", "list serviceaccounts");
        trace.no_better_than(Confidence::Likely);
    }
    if let Lookup::Unread(gap) = situation.association {
        let refuted = super::situation::refuted_gap(situation.inventory);
        trace.gap(refuted.as_ref().or(gap), "Pod Identity associations", "eks:ListPodIdentityAssociations");
        trace.no_better_than(Confidence::Likely);
    }
}

fn set_sentence(annotation: &RoleAnnotation, at: Time) -> String {
    let by = annotation.set.as_ref().map(|set| format!(" by {}", set.manager)).unwrap_or_default();
    let bound = if annotation.set.as_ref().is_some_and(|set| set.exact) { "" } else { " at the latest" };
    format!("annotation eks.amazonaws.com/role-arn was set {at}{bound}{by}")
}

/// Kubernetes' times are whole seconds; finer ones are cut before they are compared.
fn seconds(time: Time) -> i64 {
    time.as_second()
}

#[cfg(test)]
mod tests {
    use super::skipped_names;

    #[test]
    fn skip_containers_is_one_skipped_names_with_its_spaces() {
        assert_eq!(skipped_names("a, b,\"c,d\""), ["a", " b", "c,d"]);
        assert!(skipped_names("").is_empty());
        assert_eq!(skipped_names("a,\"say \"\"b\"\"\",c"), ["a", "say \"b\"", "c"]);
    }

    #[test]
    fn a_record_that_go_refuses_skips_nothing() {
        for text in ["a,\"b", "a\"b,c", "\"a\"b,c", "a, \"b\"", "\""] {
            assert!(skipped_names(text).is_empty(), "{text}");
        }
    }
}
