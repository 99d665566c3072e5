//! The page of evidence: every fact that a verdict rests on, where it was read, and what could not be.

use super::{Line, Tone};
use crate::domain::diagnose::{Diagnosis, Fix, RULES, Severity, diagnose};
use crate::domain::identity::{
    Counts, Fallback, Finding, Identity, IdentityKind, Mechanism, Usable, Verdict, node_role_of, verdict_of,
};
use crate::domain::model::{ContainerKind, Name, Pod, Reading};
use crate::tui::app::screen::{Feed, ListScreen, Screen};
use crate::tui::app::select::Item;
use crate::tui::app::{State, mending};
use crate::tui::keymap::key_of;

/// The lines about a row.
pub(super) fn lines(state: &State, subject: &Item) -> Vec<Line> {
    match subject {
        Item::Pod(namespace, name) => of_pod(state, namespace, name, None),
        Item::Container(namespace, name, place) => of_pod(state, namespace, name, Some(usize::from(*place))),
        Item::Account(namespace, name) => of_account(state, namespace, name),
        Item::Node(name) => of_node(state, name),
        Item::Namespace(name) => of_namespace(state, name),
        Item::Role(arn) => super::role::lines(state, arn),
        Item::Trouble(place) => of_trouble(state, *place),
        Item::Call(number) => of_call(state, *number),
        Item::All | Item::Context(_) | Item::Profile(_) | Item::Change(_) | Item::Offer(_) => Vec::new(),
    }
}

/// What went wrong, whole.
fn of_trouble(state: &State, place: usize) -> Vec<Line> {
    let Some(trouble) = state.troubles.get(place) else { return Vec::new() };
    let mut lines = vec![
        Line::new(Tone::Plain, "where", &trouble.source),
        Line::new(Tone::Plain, "last at", trouble.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()),
        Line::new(Tone::Plain, "times", trouble.times.to_string()),
        Line::new(Tone::Bad, if trouble.over { "what was so" } else { "what is so" }, &trouble.said),
    ];
    if trouble.over {
        lines.push(Line::new(Tone::Plain, "by now", "it was read since"));
    }
    lines.extend(trouble.hint.iter().map(|hint| Line::new(Tone::Plain, "what to do", hint)));
    lines
}

/// A call, whole.
fn of_call(state: &State, number: usize) -> Vec<Line> {
    let mut feeds = state.screens.iter().rev().filter_map(|screen| match screen {
        Screen::List(ListScreen { feed: Feed::Calls(calls), .. }) => Some(calls),
        _ => None,
    });
    let Some(call) = feeds.find_map(|calls| calls.line(number)) else { return Vec::new() };
    let mut lines = vec![
        Line::new(Tone::Plain, "command", &call.command),
        Line::new(Tone::Plain, "sent at", call.at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()),
    ];
    lines.extend(call.milliseconds.map(|ms| Line::new(Tone::Plain, "took", format!("{ms} ms"))));
    lines.push(match &call.outcome {
        None => Line::new(Tone::Quiet, "outcome", "it is still running"),
        Some(Ok(())) => Line::new(Tone::Good, "outcome", "ok"),
        Some(Err(said)) => Line::new(Tone::Bad, "outcome", said),
    });
    lines
}

fn gone(what: &str) -> Vec<Line> {
    vec![Line::new(Tone::Warning, "", format!("this {what} is gone"))]
}

/// A pod's containers, the one that its row speaks of first.
fn of_pod(state: &State, namespace: &Name, name: &Name, only: Option<usize>) -> Vec<Line> {
    let Some(pod) = state.inventory.shard(namespace).and_then(|shard| shard.pod(name)) else { return gone("pod") };
    let mut lines = vec![
        Line::new(Tone::Plain, "ServiceAccount", &pod.spec.service_account),
        Line::new(Tone::Plain, "node", pod.node.as_deref().unwrap_or("none yet")),
    ];
    if let Some(created) = pod.created {
        lines.push(Line::new(Tone::Plain, "created", created.strftime("%Y-%m-%d %H:%M:%SZ").to_string()));
    }
    if let Some(workload) = pod.workload() {
        lines.push(Line::new(Tone::Plain, "owner", workload.kubectl_name()));
    }
    if !pod.counts() {
        let word = if pod.terminating { "terminating" } else { pod.phase.word() };
        lines.push(Line::new(Tone::Quiet, "phase", format!("{word}: in no count and no finding")));
    }
    let worst = state.identities.pod(namespace, name).map_or(0, |row| usize::from(row.container));
    let mut places: Vec<usize> = (0..pod.spec.containers.len()).collect();
    places.sort_by_key(|place| *place != worst);
    for place in places.into_iter().filter(|place| only.is_none_or(|only| only == *place)) {
        of_container(state, pod, place, &mut lines);
    }
    lines
}

fn of_container(state: &State, pod: &Pod, place: usize, lines: &mut Vec<Line>) {
    let Some(container) = pod.spec.containers.get(place) else { return };
    let kind = match container.kind {
        ContainerKind::Main => "",
        ContainerKind::Init => " (init)",
        ContainerKind::Sidecar => " (sidecar)",
        ContainerKind::Ephemeral => " (ephemeral)",
    };
    let verdict = verdict_of(&state.inventory, pod, place);
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Title, "", format!("container {}{kind}", container.name)));
    lines.push(Line::new(tone(&verdict), "AWS sees", sentence(&verdict)));
    lines.push(Line::new(
        Tone::Quiet,
        "",
        format!("{}, usable: {}", verdict.confidence.label(), verdict.usable.word()),
    ));
    let diagnoses = diagnose(&state.inventory, &state.identities, pod, place, &verdict);
    for (at, diagnosis) in diagnoses.iter().enumerate() {
        let tone = if diagnosis.severity >= Severity::High { Tone::Bad } else { Tone::Warning };
        lines.push(Line::new(tone, diagnosis.finding.word(), &diagnosis.sentence));
        // what helps against several is said once, behind the last of them
        if !diagnoses.iter().skip(at + 1).any(|later| later.fix == diagnosis.fix) {
            remedy(state, pod, &diagnosis.fix, &diagnoses, lines);
        }
    }
    for evidence in &verdict.evidence {
        lines.push(Line::new(Tone::Plain, "fact", &evidence.fact));
        lines.push(Line::new(Tone::Quiet, "", &evidence.origin));
    }
    lines.extend(verdict.gaps.iter().map(|gap| Line::gap("not read", gap)));
}

/// What helps, with the key that does it, and the lines that do the same.
fn remedy(state: &State, pod: &Pod, fix: &Fix, diagnoses: &[Diagnosis], lines: &mut Vec<Line>) {
    if !fix.summary.is_empty() {
        let item = Item::Pod(pod.namespace.clone(), pod.name.clone());
        let mut helped = diagnoses.iter().filter(|diagnosis| diagnosis.fix == *fix);
        let offer = helped.find_map(|diagnosis| mending(state, diagnosis.finding, &item));
        let key = offer.map(|offer| format!(" ({})", key_of(offer.action))).unwrap_or_default();
        lines.push(Line::new(Tone::Plain, "  what to do", format!("{}{key}", fix.summary)));
    }
    let document = fix.document.iter().flat_map(|document| document.lines());
    let code = document.chain(fix.commands.iter().map(String::as_str));
    lines.extend(code.map(|line| Line::new(Tone::Code, "", format!("    {line}"))));
}

fn tone(verdict: &Verdict) -> Tone {
    match (verdict.kind(), verdict.usable) {
        (IdentityKind::StaticKeys, _) | (_, Usable::No) => Tone::Bad,
        (IdentityKind::NodeRole, _) => Tone::Warning,
        (IdentityKind::PodIdentity | IdentityKind::WebIdentity, _) => Tone::Good,
        (IdentityKind::Unknown | IdentityKind::Nobody, _) => Tone::Quiet,
    }
}

/// Who AWS sees, as a sentence's end.
fn sentence(verdict: &Verdict) -> String {
    match &verdict.identity {
        None => "it cannot be told: see what could not be read".to_owned(),
        Some(Identity::StaticKeys { from }) => format!("static keys, from {from}"),
        Some(Identity::Role { role: None, .. }) => {
            let role = if verdict.usable == Usable::No { "no role" } else { "a role that is not known" };
            format!("{}, of {role}", verdict.kind().label())
        }
        Some(Identity::Role { role: Some(role), by }) => match by {
            Mechanism::WebIdentity => format!("{role} by IRSA"),
            Mechanism::PodIdentity { via: None } => format!("{role} by Pod Identity"),
            Mechanism::PodIdentity { via: Some(via) } => format!("{role} by Pod Identity, via {via}"),
        },
        Some(Identity::NodeRole { node, role, because, .. }) => {
            let role = role.as_ref().map_or("a role that is not known", |role| role.as_str());
            format!("the role of node {node}, {role}: {}", why(*because))
        }
        Some(Identity::Nobody { because }) => format!("nobody: {}", why(*because)),
    }
}

fn why(fallback: Fallback) -> &'static str {
    match fallback {
        Fallback::NoBinding => "its ServiceAccount is bound to no role",
        Fallback::StartedBeforeBinding => "it started before its ServiceAccount was bound",
        Fallback::NotInjected => "nothing was injected, for no known reason",
        Fallback::Skipped => "the webhook was told to leave it alone",
        Fallback::WebhookNotActing => "the webhook is missing or leaves it out",
        Fallback::Overridden => "its own environment stands in the way",
        Fallback::BindingUnknown => "whether its ServiceAccount is bound could not be read",
    }
}

fn of_account(state: &State, namespace: &Name, name: &Name) -> Vec<Line> {
    let mut lines = Vec::new();
    let account = state.inventory.shard(namespace).and_then(|shard| shard.service_account(name));
    if account.is_none() {
        lines.push(Line::new(
            Tone::Warning,
            "",
            "this ServiceAccount was not seen: only pods or an association name it",
        ));
    }
    if let Some(annotation) = account.and_then(|account| account.role.as_ref()) {
        lines.push(Line::new(Tone::Plain, "annotation", annotation.arn.as_str()));
        if let Some(problem) = annotation.arn.problem() {
            lines.push(Line::new(Tone::Bad, "", format!("this is no role ARN: {}", problem.sentence())));
        }
        if let Some(set) = &annotation.set {
            let at = set.at.strftime("%Y-%m-%d %H:%M:%SZ");
            let how = if set.exact { "set" } else { "set not later than" };
            lines.push(Line::new(Tone::Quiet, "", format!("{how} {at}, by {}", set.manager)));
        }
        lines.push(Line::new(Tone::Quiet, "", format!("serviceaccount/{namespace}/{name} metadata.annotations")));
    }
    if let Some(row) = state.identities.account(namespace, name) {
        for binding in &row.bindings {
            let role =
                binding.target.as_ref().or(binding.role.as_ref()).map_or("a role that is not known", |r| r.as_str());
            let broken = binding.fault().map(|fault| format!(": {}", explained(fault))).unwrap_or_default();
            let tone = if binding.is_broken() { Tone::Bad } else { Tone::Good };
            lines.push(Line::new(tone, binding.mechanism.label(), format!("{role}{broken}")));
            let since = binding.since.map(|at| format!("since {}", at.strftime("%Y-%m-%d %H:%M:%SZ")));
            let id = binding.association_id.as_ref().map(|id| format!("association {id}"));
            let more: Vec<String> = [id, since].into_iter().flatten().collect();
            if !more.is_empty() {
                lines.push(Line::new(Tone::Quiet, "", more.join(", ")));
            }
        }
        if row.bindings.is_empty() {
            lines.push(Line::new(Tone::Quiet, "binding", "none: its pods have no role of their own"));
        }
        lines.extend(row.findings.iter().map(|finding| Line::new(Tone::Bad, "finding", finding.word())));
        counts(&row.pods, &mut lines);
    }
    if let Some(gap) = state.inventory.aws().association_gap(namespace, name) {
        lines.push(Line::gap("not read", &gap));
    }
    lines
}

fn of_namespace(state: &State, name: &Name) -> Vec<Line> {
    let Some(rows) = state.identities.namespace(name) else { return gone("namespace") };
    let mut lines = vec![Line::new(Tone::Plain, "ServiceAccounts", rows.accounts.len().to_string())];
    counts(&rows.counts, &mut lines);
    lines
}

fn counts(counts: &Counts, lines: &mut Vec<Line>) {
    lines.push(Line::blank());
    let pods = if counts.total() == 1 { "pod" } else { "pods" };
    lines.push(Line::new(Tone::Title, "", format!("{} {pods} by identity", counts.total())));
    let present = IdentityKind::ALL.into_iter().filter(|kind| counts.of(*kind) > 0);
    lines.extend(present.map(|kind| Line::new(Tone::Plain, kind.label(), counts.of(kind).to_string())));
    if counts.with_findings > 0 {
        lines.push(Line::new(Tone::Warning, "with findings", counts.with_findings.to_string()));
    }
}

fn of_node(state: &State, name: &Name) -> Vec<Line> {
    let Some(node) = state.inventory.node(name) else { return gone("node") };
    let aws = state.inventory.aws();
    let mut lines = vec![Line::new(Tone::Plain, "compute", node.compute.word())];
    if let Some(id) = &node.provider_id {
        lines.push(Line::new(Tone::Plain, "provider id", id));
    }
    if let Some(group) = &node.nodegroup {
        lines.push(Line::new(Tone::Plain, "node group", group));
    }
    let instance = node.instance_id().and_then(|id| aws.instance(id));
    match instance {
        Some(Reading::Read { value, .. }) => {
            let metadata = value.metadata;
            let endpoint = if metadata.enabled { "on" } else { "off" };
            let tokens = if metadata.tokens_required { "required" } else { "optional" };
            let text = format!("{endpoint}, tokens {tokens}, hop limit {}", metadata.hop_limit);
            lines.push(Line::new(Tone::Plain, "metadata", text));
            lines.push(Line::new(Tone::Quiet, "", format!("ec2:DescribeInstances {}", value.id)));
            lines.push(Line::new(Tone::Plain, "profile", value.profile_arn.as_deref().unwrap_or("none: no role")));
        }
        Some(Reading::Missing { .. }) => lines.push(Line::new(Tone::Warning, "", "its instance was not found")),
        Some(Reading::Unread(gap)) => lines.push(Line::gap("not read", gap)),
        None => {}
    }
    match node_role_of(&state.inventory, node) {
        Some(role) => lines.push(Line::new(Tone::Plain, "role", role.as_str())),
        None => lines.push(Line::new(Tone::Quiet, "role", "none, or not known")),
    }
    let on_role = state.identities.on_node_role(name);
    if on_role > 0 {
        lines.push(Line::new(
            Tone::Warning,
            "on its role",
            format!("{on_role} {} of this node", if on_role == 1 { "pod" } else { "pods" }),
        ));
    }
    if let Some(installed) = state.inventory.agent_on(name) {
        lines.push(Line::new(Tone::Plain, "Pod Identity agent", if installed { "ready" } else { "not here" }));
    }
    lines
}

/// A finding in one line, as its rule explains it.
pub(super) fn explained(finding: Finding) -> &'static str {
    RULES.iter().find(|rule| rule.finding == finding).map_or(finding.word(), |rule| rule.explanation)
}
