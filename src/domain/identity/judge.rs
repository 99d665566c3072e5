//! The rule book for one container: what its chain finds, held against what is configured now.

use super::chain::{Doubts, Found, Keys, WebIdentity, asks_for_aws, chain, speaks_of_keys};
use super::injection::{binding_gaps, is_hand_set, missing_injection, since_association};
use super::node_role::fallback;
use super::{Confidence, Fallback, Finding, FindingSet, Identity, Mechanism, Situation, Trace, Usable};
use crate::domain::inventory::Lookup;
use crate::domain::model::{
    Association, Compute, Confirmation, Container, EnvValue, Gap, GapReason, Name, Reading, RoleArn,
};

/// What the rules come to, before it is dressed as a verdict or a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Judgement {
    /// What the SDK settles on.
    pub(super) identity: Option<Identity>,
    /// Whether AWS hands out credentials for it.
    pub(super) usable: Usable,
    /// What is wrong.
    pub(super) findings: FindingSet,
}

/// Judges one container of a pod.
pub(super) fn judge(situation: &Situation<'_>, container: &Container, trace: &mut Trace) -> Judgement {
    let (found, doubts) = chain(situation.inventory, situation.pod, container);
    let mut judgement = match found {
        Found::Keys(keys) => static_keys(situation, container, &keys, trace),
        Found::WebIdentity(web) => web_identity(situation, container, &web, trace),
        Found::PodIdentity { has_token } => pod_identity(situation, container, has_token, trace),
        Found::Elsewhere { variable, value } => elsewhere(situation, container, (variable, value), trace),
        Found::Nothing => nothing(situation, container, trace),
    };
    doubt(situation, container, &doubts, (&mut judgement, trace));
    if situation.association.found().is_some() && situation.annotation().is_some() {
        judgement.findings.insert(Finding::TwoBindings);
    }
    if situation.pod.spec.legacy_role.is_some() {
        judgement.findings.insert(Finding::LegacyAnnotation);
    }
    let cluster = situation.inventory.aws().cluster().and_then(Reading::value);
    if cluster.is_some_and(|cluster| cluster.confirmation == Confirmation::Open) {
        trace.no_better_than(Confidence::Likely);
        trace.own_gap(|| {
            let sentence = "that these AWS credentials are of this cluster's account could not be shown";
            Gap::new("account of the cluster", "eks:DescribeCluster", GapReason::ClusterNotConfirmed, sentence)
        });
    }
    if !situation.pod.counts() {
        judgement.findings = FindingSet::default();
    }
    judgement
}

/// Keys win over everything in almost every SDK (facts.md §3).
fn static_keys(situation: &Situation<'_>, container: &Container, keys: &Keys<'_>, trace: &mut Trace) -> Judgement {
    let namespace = &situation.pod.namespace;
    let (from, origin, likely) = match keys {
        Keys::Env(name, EnvValue::Secret { name: secret, optional, .. }) => {
            (format!("env {name} from secret {namespace}/{secret}"), situation.env_origin(container), *optional)
        }
        Keys::Env(name, EnvValue::ConfigMap { name: map, optional, .. }) => {
            (format!("env {name} from configmap {namespace}/{map}"), situation.env_origin(container), *optional)
        }
        Keys::Env(name, _) => (format!("env {name}"), situation.env_origin(container), *name != "AWS_ACCESS_KEY_ID"),
        Keys::ConfigMap(map) => {
            (format!("envFrom configmap {namespace}/{map}"), format!("configmap/{namespace}/{map} keys"), false)
        }
        Keys::Profile(name) => {
            let named = name.map(|name| format!(" {name}")).unwrap_or_default();
            (format!("AWS_PROFILE{named}"), situation.env_origin(container), true)
        }
        Keys::File(mount, secret) => {
            let field = format!("spec.{}[{}].volumeMounts", container.kind.field(), container.name);
            (format!("secret {namespace}/{secret} mounted at {}", mount.path), situation.origin(&field), true)
        }
    };
    trace.fact(|| (format!("credentials come from {from}"), origin));
    if likely {
        trace.no_better_than(Confidence::Likely);
    }
    let findings = [Finding::StaticKeys].into_iter().collect();
    Judgement { identity: Some(Identity::StaticKeys { from }), usable: Usable::Unknown, findings }
}

/// IRSA: what stands in the environment is what the container uses, whatever the ServiceAccount says now.
fn web_identity(
    situation: &Situation<'_>,
    container: &Container,
    web: &WebIdentity<'_>,
    trace: &mut Trace,
) -> Judgement {
    let mut findings = FindingSet::default();
    trace.fact(|| (format!("container env AWS_ROLE_ARN is {}", web.role), situation.env_origin(container)));
    let audience = web.token.and_then(|token| token.audience.as_deref());
    match web.token {
        Some(token) => trace.fact(|| {
            let audience = token.audience.as_deref().unwrap_or("the API server");
            (format!("token {} is projected for audience {audience}", web.file), situation.origin("spec.volumes"))
        }),
        None => {
            trace.no_better_than(Confidence::Likely);
            trace.fact(|| (format!("no projected token is mounted at {}", web.file), situation.origin("spec.volumes")));
        }
    }
    let mut usable = role_usable(situation, &web.role, (&mut findings, trace));
    if web.token.is_some() && audience.is_none_or(str::is_empty) {
        findings.insert(Finding::AudienceMismatch);
        usable = Usable::No;
    }
    binding_gaps(situation, trace);
    if situation.association.found().is_some() {
        findings = findings.union(association_not_taken(situation, trace));
    } else if let Lookup::Found(account) = situation.account {
        let annotated = account.role.as_ref().map(|role| &role.arn);
        if annotated == Some(&web.role) {
            trace.fact(|| (format!("its ServiceAccount is annotated with {}", web.role), situation.account_origin()));
        } else {
            findings = findings.union(not_as_annotated(situation, container, annotated, trace));
        }
    }
    let identity = Identity::Role { role: Some(web.role.clone()), by: Mechanism::WebIdentity };
    Judgement { identity: Some(identity), usable, findings }
}

/// The environment names another role than the annotation (facts.md §1.4, the stale matrix).
fn not_as_annotated(
    situation: &Situation<'_>,
    container: &Container,
    annotated: Option<&RoleArn>,
    trace: &mut Trace,
) -> FindingSet {
    trace.fact(|| match annotated {
        Some(arn) => (format!("its ServiceAccount is annotated with {arn} now"), situation.account_origin()),
        None => ("its ServiceAccount is not annotated now".into(), situation.account_origin()),
    });
    // whose hand it was decides only which finding it is; the identity itself stands in the pod
    let by_hand = trace.aside(|trace| is_hand_set(situation, container, trace));
    match (by_hand, annotated) {
        (true, Some(_)) => [Finding::EnvOverridesBinding].into_iter().collect(),
        (true, None) => FindingSet::default(),
        (false, _) => [Finding::StaleRole].into_iter().collect(),
    }
}

/// There is an association, but the container has web identity only.
fn association_not_taken(situation: &Situation<'_>, trace: &mut Trace) -> FindingSet {
    let age = trace.aside(|trace| since_association(situation, trace));
    let finding =
        if age == super::injection::Age::StartedAfter { Finding::NotInjected } else { Finding::AssociationNotInjected };
    [finding].into_iter().collect()
}

/// Container credentials of the Pod Identity agent: the role is the association's, at call time.
fn pod_identity(situation: &Situation<'_>, container: &Container, has_token: bool, trace: &mut Trace) -> Judgement {
    let mut findings = FindingSet::default();
    trace.fact(|| ("container env names the Pod Identity agent".into(), situation.env_origin(container)));
    if !has_token {
        trace.no_better_than(Confidence::Likely);
        trace.fact(|| ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is not set".into(), situation.env_origin(container)));
    }
    let role = |association: Option<&Association>| {
        let via = association.filter(|a| a.target_role_arn.is_some()).and_then(|a| a.role_arn.clone());
        Some(Identity::Role {
            role: association.and_then(Association::effective_role).cloned(),
            by: Mechanism::PodIdentity { via },
        })
    };
    let mut usable = Usable::Unknown;
    let identity = match situation.association {
        Lookup::Found(association) => {
            trace.fact(|| association_fact(association));
            usable = association_usable(situation, association, (&mut findings, trace));
            role(Some(association))
        }
        Lookup::Absent => {
            trace.fact(|| {
                ("no association binds its ServiceAccount any more".into(), "eks:ListPodIdentityAssociations".into())
            });
            findings.insert(Finding::AssociationGone);
            usable = Usable::No;
            role(None)
        }
        Lookup::Unread(_) => {
            binding_gaps(situation, trace);
            role(None)
        }
    };
    match agent_answers(situation, trace) {
        Some(false) => {
            findings.insert(Finding::PodIdentityAgent);
            usable = Usable::No;
        }
        None if usable != Usable::No => usable = Usable::Unknown,
        _ => {}
    }
    Judgement { identity, usable, findings }
}

fn association_fact(association: &Association) -> (String, String) {
    let role = association.role_arn.as_ref().map_or("a role that could not be read", RoleArn::as_str);
    let target =
        association.target_role_arn.as_ref().map(|target| format!(", which goes on to {target}")).unwrap_or_default();
    (format!("association {} names {role}{target}", association.id), "eks:DescribePodIdentityAssociation".into())
}

fn association_usable(
    situation: &Situation<'_>,
    association: &Association,
    (findings, trace): (&mut FindingSet, &mut Trace),
) -> Usable {
    let Some(own) = &association.role_arn else {
        trace.no_better_than(Confidence::Likely);
        trace.own_gap(|| {
            let sentence = "the association's role could not be read: needs eks:DescribePodIdentityAssociation";
            Gap::new("role of the association", "eks:DescribePodIdentityAssociation", GapReason::Forbidden, sentence)
                .about(&*association.id)
        });
        return Usable::Unknown;
    };
    let own = role_usable(situation, own, (findings, trace));
    let target = association.target_role_arn.as_ref().map(|target| role_usable(situation, target, (findings, trace)));
    if own == Usable::No || target == Some(Usable::No) { Usable::No } else { Usable::Unknown }
}

/// Whether a Pod Identity agent answers on the pod's node; `None` where that was not read (facts.md §2.3, §2.4).
fn agent_answers(situation: &Situation<'_>, trace: &mut Trace) -> Option<bool> {
    let node = situation.pod.node.as_deref()?;
    match situation.compute() {
        Some(Compute::Auto) => {
            trace.fact(|| ("the agent is built into Auto Mode nodes".into(), format!("node/{node}")));
            return Some(true);
        }
        Some(Compute::Fargate) => {
            trace.fact(|| ("the agent does not run on Fargate".into(), format!("node/{node}")));
            return Some(false);
        }
        _ if situation.is_windows() => {
            trace.fact(|| ("the agent does not run on Windows".into(), format!("node/{node}")));
            return Some(false);
        }
        _ => {}
    }
    let answers = situation
        .inventory
        .agent_on(node)
        .or_else(|| situation.inventory.agent_installed().filter(|installed| !installed));
    match answers {
        Some(true) => trace.fact(|| {
            (format!("a ready agent pod runs on {node}"), "daemonset/kube-system/eks-pod-identity-agent".into())
        }),
        Some(false) => trace.fact(|| {
            (format!("no ready agent pod runs on {node}"), "daemonset/kube-system/eks-pod-identity-agent".into())
        }),
        None => trace.gap(None, "the Pod Identity agent's pods", "list pods in kube-system"),
    }
    answers
}

/// Credentials from an address or a variable that cannot be read: unknown, never the node role by elimination.
fn elsewhere(
    situation: &Situation<'_>,
    container: &Container,
    (variable, value): (&str, Option<&Name>),
    trace: &mut Trace,
) -> Judgement {
    let from = value.map_or_else(|| format!("what {variable} names, which is not a literal"), |url| url.to_string());
    trace.fact(|| (format!("credentials come from {from}"), situation.env_origin(container)));
    trace.no_better_than(Confidence::Unknown);
    trace.own_gap(|| {
        let sentence = format!("credentials come from {from}; whose they are cannot be seen");
        Gap::new("credentials of the container", "get pods", GapReason::NotFoundOut, sentence).about(variable)
    });
    Judgement { identity: None, usable: Usable::Unknown, findings: FindingSet::default() }
}

/// No credentials of its own: the node's role, or none.
fn nothing(situation: &Situation<'_>, container: &Container, trace: &mut Trace) -> Judgement {
    trace.fact(|| {
        ("container env names neither a role nor the Pod Identity agent".into(), situation.env_origin(container))
    });
    let (because, mut findings) = match situation.is_bound() {
        Some(true) => {
            trace.fact(|| bound_fact(situation));
            missing_injection(situation, container, trace)
        }
        Some(false) => {
            trace.fact(|| ("its ServiceAccount is bound to no role".into(), situation.account_origin()));
            (Fallback::NoBinding, FindingSet::default())
        }
        None => (Fallback::BindingUnknown, FindingSet::default()),
    };
    let identity = fallback(situation, container, because, trace);
    match &identity {
        Some(Identity::NodeRole { .. }) => findings.insert(Finding::NodeRoleFallback),
        Some(Identity::Nobody { .. }) if asks(situation, container) => findings.insert(Finding::NoIdentity),
        _ => {}
    }
    if because == Fallback::BindingUnknown {
        binding_gaps(situation, trace);
    }
    let usable = if matches!(identity, Some(Identity::Nobody { .. })) { Usable::No } else { Usable::Unknown };
    Judgement { identity, usable, findings }
}

fn bound_fact(situation: &Situation<'_>) -> (String, String) {
    if let Some(association) = situation.association.found() {
        return association_fact(association);
    }
    let arn = situation.annotation().map(|role| role.arn.to_string()).unwrap_or_default();
    (format!("its ServiceAccount is annotated with {arn}"), situation.account_origin())
}

fn asks(situation: &Situation<'_>, container: &Container) -> bool {
    situation.is_bound() == Some(true) || asks_for_aws(&situation.pod.spec, container)
}

/// Whether a role can be used at all: it exists, and its name is one. Whether it lets this pod in is the trust's matter.
fn role_usable(situation: &Situation<'_>, role: &RoleArn, (findings, trace): (&mut FindingSet, &mut Trace)) -> Usable {
    if let Some(problem) = role.problem() {
        trace.fact(|| (format!("{role:?} is no role ARN: {}", problem.sentence()), "its text".into()));
        findings.insert(Finding::MalformedRoleArn);
        return Usable::No;
    }
    match situation.role(role) {
        Some(Reading::Missing { at }) => {
            trace.fact(|| {
                (format!("role {} does not exist (read {at})", role.path_and_name()), format!("iam:GetRole {role}"))
            });
            findings.insert(Finding::RoleNotFound);
            Usable::No
        }
        Some(Reading::Read { .. }) => {
            trace.fact(|| (format!("role {} exists", role.path_and_name()), format!("iam:GetRole {role}")));
            Usable::Unknown
        }
        other => {
            trace.gap(other.and_then(Reading::gap), &format!("role {}", role.path_and_name()), "iam:GetRole");
            Usable::Unknown
        }
    }
}

/// What is doubtful whatever was found first.
fn doubt(
    situation: &Situation<'_>,
    container: &Container,
    doubts: &Doubts<'_>,
    (judgement, trace): (&mut Judgement, &mut Trace),
) {
    if doubts.is_empty() {
        return;
    }
    trace.no_better_than(Confidence::Likely);
    let namespace = &situation.pod.namespace;
    let may_set = |kind: &str, name: &Name, call: &str, reason| {
        let sentence = format!("{kind} {namespace}/{name} may set AWS_ACCESS_KEY_ID");
        Gap::new(format!("keys of {kind} {namespace}/{name}"), call, reason, sentence)
            .about(format!("{namespace}/{name}"))
    };
    for secret in &doubts.secrets {
        trace.own_gap(|| may_set("secret", secret, "get secrets", GapReason::NotSupported));
        if speaks_of_keys(secret) {
            judgement.findings.insert(Finding::StaticKeys);
        }
    }
    for map in &doubts.config_maps {
        let reason = situation
            .inventory
            .config_map_keys(namespace, map)
            .and_then(Reading::gap)
            .map_or(GapReason::NotLoadedYet, |gap| gap.reason);
        trace.own_gap(|| may_set("configmap", map, "get configmaps", reason));
    }
    if let Some(profile) = doubts.profile {
        trace.fact(|| {
            (
                format!("{profile} is there too; which of them comes first differs between SDKs"),
                situation.env_origin(container),
            )
        });
        if matches!(judgement.identity, Some(Identity::Role { .. })) {
            judgement.findings.insert(Finding::StaticKeys);
        }
    }
    if doubts.two_families {
        trace.fact(|| {
            (
                "more than one kind of credentials is set; which comes first differs between SDKs".into(),
                situation.env_origin(container),
            )
        });
    }
}
