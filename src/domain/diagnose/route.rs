//! The way from pod to policies as a chain of links, with the broken one marked: what the identity card draws.

use super::Case;
use super::rules::why_nobody;
use crate::domain::identity::{
    Agent, Finding, Identities, Identity, Mechanism, Reach, Situation, TrustCheck, Verdict, trust_review,
};
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Compute, ContainerKind, Pod, Reading, RoleArn};
use crate::domain::policy::Truth;

/// One way to credentials. The one that should have been taken stands before the one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its links in order, the pod first.
    pub links: Vec<Link>,
    /// It is the way that the container really takes.
    pub taken: bool,
}

/// One link of a route. Its state is about the step that leads to it from the link before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What stands there.
    pub kind: LinkKind,
    /// How it is called on screen: `ServiceAccount api`, `role eks/shop-api`, `3 policies`.
    pub label: String,
    /// Whether the step to it holds.
    pub state: LinkState,
    /// One short line under it, where something is to be said: `nothing was injected`, `hop limit 2`.
    pub note: Option<String>,
}

/// What a link is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkKind {
    /// The pod or container itself.
    Pod,
    /// Its ServiceAccount.
    ServiceAccount,
    /// The Pod Identity association.
    Association,
    /// The Pod Identity agent on its node.
    Agent,
    /// A role of its own.
    Role,
    /// That role's trust policy.
    Trust,
    /// A role's policies.
    Policies,
    /// The node.
    Node,
    /// The instance's metadata.
    Metadata,
    /// The node's role.
    NodeRole,
    /// Static keys, or another endpoint that hands out credentials.
    Elsewhere,
    /// No credentials.
    Nothing,
}

/// Whether a step holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// It does.
    Holds,
    /// It does not.
    Broken,
    /// It cannot be told, or has not been judged yet.
    Unknown,
}

/// The routes of one container, at least one: what its ServiceAccount binds it to, and, where that is not what it
/// takes, what it takes instead.
pub fn routes(
    inventory: &Inventory,
    identities: &Identities,
    pod: &Pod,
    container: usize,
    verdict: &Verdict,
) -> Vec<Route> {
    let situation = Situation::of(inventory, pod);
    let Some(container) = pod.spec.containers.get(container) else { return Vec::new() };
    let case = Case { situation: &situation, container, verdict, identities };
    let mut routes = Vec::new();
    let bound = bound_route(&case);
    let taken = bound.as_ref().is_some_and(|route| route.taken);
    routes.extend(bound);
    if !taken {
        routes.push(Route { links: taken_links(&case), taken: true });
    }
    routes
}

/// The way that the ServiceAccount's binding lays out.
fn bound_route(case: &Case<'_>) -> Option<Route> {
    let situation = case.situation;
    let role = case.bound_role();
    let by_association = situation.association.found();
    if role.is_none() && by_association.is_none() {
        return None;
    }
    let taken = match &case.verdict.identity {
        Some(Identity::Role { role: own, by: Mechanism::PodIdentity { .. } }) => {
            by_association.is_some() && own.as_ref() == role
        }
        Some(Identity::Role { role: own, by: Mechanism::WebIdentity }) => {
            by_association.is_none() && own.as_ref() == role
        }
        _ => false,
    };
    let step = if taken { LinkState::Holds } else { LinkState::Broken };
    let account = format!("ServiceAccount {}", situation.pod.spec.service_account);
    let mut links = vec![pod_link()];
    links.push(Link::new(LinkKind::ServiceAccount, account, step).noted((!taken).then(|| why_not(case))));
    if let Some(association) = by_association {
        links.push(
            Link::new(LinkKind::Association, "association", LinkState::Holds).noted(Some(association.id.to_string())),
        );
        if taken {
            links.push(agent_link(case));
        }
        if let (Some(via), Some(_)) = (&association.role_arn, &association.target_role_arn) {
            links.push(source_link(case, via));
        }
    }
    if let Some(role) = role {
        links.extend(role_links(case, role));
    } else {
        let why = by_association.and_then(Association::gap).map(|gap| gap.reason.to_string());
        links.push(Link::new(LinkKind::Role, "a role that was not read", LinkState::Unknown).noted(why));
    }
    Some(Route { links, taken })
}

/// The way that the container takes, where no binding lays it out.
fn taken_links(case: &Case<'_>) -> Vec<Link> {
    let mut links = vec![pod_link()];
    match &case.verdict.identity {
        Some(Identity::Role { role: Some(role), .. }) => links.extend(role_links(case, role)),
        Some(Identity::Role { role: None, .. }) => {
            links.push(agent_link(case));
            let gone = case.verdict.findings.contains(Finding::AssociationGone);
            let state = if gone { LinkState::Broken } else { LinkState::Unknown };
            links.push(
                Link::new(LinkKind::Association, "association", state)
                    .noted(Some(if gone { "gone" } else { "not read" }.into())),
            );
        }
        Some(Identity::NodeRole { role, .. }) => {
            links.extend(node_links(case));
            let label = role
                .as_ref()
                .map_or_else(|| "node role not read".into(), |role| format!("role {}", role.path_and_name()));
            let state = if role.is_some() { LinkState::Holds } else { LinkState::Unknown };
            links.push(Link::new(LinkKind::NodeRole, label, state));
            links.extend(role.as_ref().map(|role| policies_link(case, role)));
        }
        Some(Identity::Nobody { .. }) => {
            links.extend(node_links(case));
            // where the metadata are open, something else keeps the node's role away
            let is_open = links.last().is_some_and(|link| link.state == LinkState::Holds);
            let note = is_open.then(|| why_nobody(case));
            links.push(Link::new(LinkKind::Nothing, "no credentials", LinkState::Broken).noted(note));
        }
        Some(Identity::StaticKeys { from }) => {
            links.push(Link::new(LinkKind::Elsewhere, "static keys", LinkState::Holds).noted(Some(from.clone())));
        }
        None => {
            let gap = case.verdict.gaps.first().map(|gap| gap.sentence.clone());
            let (kind, label) = match &case.verdict.elsewhere {
                Some(elsewhere) => (LinkKind::Elsewhere, elsewhere.label()),
                None => (LinkKind::Node, "its node".into()),
            };
            links.push(Link::new(kind, label, LinkState::Unknown).noted(gap));
        }
    }
    links
}

fn pod_link() -> Link {
    Link::new(LinkKind::Pod, "pod", LinkState::Holds)
}

/// Why the binding was not taken, in a few words.
fn why_not(case: &Case<'_>) -> String {
    let findings = case.verdict.findings;
    let said = [
        (Finding::InjectionSkipped, "the webhook was told to skip it"),
        (Finding::EnvOverridesBinding, "its template sets a role itself"),
        (Finding::StartedBeforeBinding, "started before the binding: nothing was injected"),
        (Finding::AssociationNotInjected, "started before the association: nothing was injected"),
        (Finding::WebhookNotActing, "the webhook does not act"),
        (Finding::NotInjected, "nothing was injected"),
        (Finding::StaleRole, "it keeps the role from when it started"),
        (Finding::AssociationGone, "its association is gone"),
        (Finding::StaticKeys, "static keys come first"),
    ];
    let found = said.into_iter().find(|(finding, _)| findings.contains(*finding)).map(|(_, words)| words);
    let otherwise = if case.container.kind == ContainerKind::Ephemeral {
        "the webhook never sees ephemeral containers"
    } else {
        "not taken"
    };
    found.unwrap_or(otherwise).into()
}

fn agent_link(case: &Case<'_>) -> Link {
    let state = match Agent::of(case.situation).and_then(Agent::answers) {
        Some(true) => LinkState::Holds,
        Some(false) => LinkState::Broken,
        None => LinkState::Unknown,
    };
    let is_absent = state == LinkState::Broken;
    Link::new(LinkKind::Agent, "agent", state).noted(is_absent.then(|| "none is ready on its node".into()))
}

fn role_link(case: &Case<'_>, role: &RoleArn) -> Link {
    let reading = case.situation.role(role);
    let (state, note) = match (role.problem(), reading) {
        (Some(problem), _) => (LinkState::Broken, Some(problem.sentence().to_owned())),
        (None, Some(Reading::Read { .. })) => (LinkState::Holds, None),
        (None, Some(Reading::Missing { .. })) => (LinkState::Broken, Some("does not exist".into())),
        (None, Some(Reading::Unread(gap))) => {
            (LinkState::Unknown, Some(gap.reason.to_string()).filter(|_| !gap.is_loading()))
        }
        (None, None) => (LinkState::Unknown, None),
    };
    Link::new(LinkKind::Role, format!("role {}", role.path_and_name()), state).noted(note)
}

/// A role, its trust and its policies.
fn role_links(case: &Case<'_>, role: &RoleArn) -> Vec<Link> {
    let link = role_link(case, role);
    if link.state == LinkState::Broken {
        return vec![link];
    }
    let check = check_of(case, role);
    let onward = check
        .as_ref()
        .and_then(|check| Some((check.may_go_on()?, check.not_going_on().or_else(|| check.unknown_in_short()))));
    let link = match onward {
        Some((may, why)) => link.doubted(may, why),
        None => link,
    };
    vec![link, trust_link(case, role, check.as_ref()), policies_link(case, role)]
}

/// What is said to the role by which the container comes, or would come, by it.
fn check_of(case: &Case<'_>, role: &RoleArn) -> Option<TrustCheck> {
    let pod = case.situation.pod;
    let own = case.checks().into_iter().find(|check| check.role == *role);
    let bound = || trust_review(case.situation.inventory, &pod.namespace, &pod.spec.service_account, Some(role));
    own.or_else(|| bound().into_iter().next())
}

/// The role that an association goes on from, and whether its own trust lets the pod in: no link of its own says so.
fn source_link(case: &Case<'_>, role: &RoleArn) -> Link {
    let link = role_link(case, role);
    match check_of(case, role) {
        Some(check) if check.answer.is_no() => link.doubted(Truth::No, Some(check.in_short())),
        Some(check) => link.doubted(check.answer, check.unknown_in_short()),
        None => link,
    }
}

/// Whether the role itself lets the pod in: its trust policy, and the provider that vouches for the token.
fn trust_link(case: &Case<'_>, role: &RoleArn, check: Option<&TrustCheck>) -> Link {
    let own = case.verdict.identity.as_ref().and_then(Identity::role) == Some(role);
    let is_wrong_token = own && case.verdict.findings.contains(Finding::AudienceMismatch);
    let (state, note) = match check.map(TrustCheck::lets_in) {
        // the policy would let the ServiceAccount in by a token for STS, which is not the one that the container shows
        Some(Truth::Yes) if is_wrong_token => (LinkState::Broken, Some("the token's audience is not accepted".into())),
        Some(Truth::Yes) => (LinkState::Holds, None),
        Some(Truth::No) => (LinkState::Broken, check.map(TrustCheck::in_short)),
        Some(Truth::Depends) | None => (LinkState::Unknown, check.and_then(TrustCheck::unknown_in_short)),
    };
    Link::new(LinkKind::Trust, "trust", state).noted(note)
}

fn policies_link(case: &Case<'_>, role: &RoleArn) -> Link {
    let Some(found) = case.situation.role(role).and_then(Reading::value) else {
        return Link::new(LinkKind::Policies, "policies", LinkState::Unknown);
    };
    let (Ok(attached), Ok(inline)) = (&found.attached, &found.inline) else {
        return Link::new(LinkKind::Policies, "policies", LinkState::Unknown).noted(Some("could not be listed".into()));
    };
    let label = match attached.len() + inline.len() {
        0 => "no policies".into(),
        1 => "1 policy".into(),
        n => format!("{n} policies"),
    };
    let place = case.of_the_pods_read();
    let note = matches!(case.verdict.identity, Some(Identity::NodeRole { .. })).then(|| match case.others_on(role) {
        0 => format!("no other pod{place} is on it"),
        others => format!("shared by {} pods{place}", others + 1),
    });
    Link::new(LinkKind::Policies, label, LinkState::Holds).noted(note)
}

/// Node and metadata, with what opens or closes the way.
fn node_links(case: &Case<'_>) -> Vec<Link> {
    let situation = case.situation;
    let node = situation.pod.node.as_deref().unwrap_or("none");
    let on = match situation.compute() {
        Some(Compute::Fargate) => "Fargate",
        Some(Compute::Hybrid) => "hybrid node",
        _ => "node",
    };
    let mut links = vec![Link::new(LinkKind::Node, format!("{on} {node}"), LinkState::Holds)];
    let metadata = match situation.instance().and_then(Reading::value) {
        Some(instance) => {
            let reach = Reach::of(instance.metadata, situation.pod.spec.host_network);
            let state = if reach.is_open() { LinkState::Holds } else { LinkState::Broken };
            Link::new(LinkKind::Metadata, "metadata", state).noted(Some(reach.words()))
        }
        None if on != "node" => {
            Link::new(LinkKind::Metadata, "metadata", LinkState::Broken).noted(Some("there are none".into()))
        }
        None => Link::new(LinkKind::Metadata, "metadata", LinkState::Unknown).noted(Some("not read".into())),
    };
    links.push(metadata);
    links
}

impl Link {
    fn new(kind: LinkKind, label: impl Into<String>, state: LinkState) -> Self {
        Self { kind, label: label.into(), state, note: None }
    }

    fn noted(self, note: Option<String>) -> Self {
        Self { note, ..self }
    }

    /// The same where what is there holds, and something else has a say, too.
    fn doubted(self, holds: Truth, why: Option<String>) -> Self {
        let state = match holds {
            Truth::Yes => return self,
            Truth::No => LinkState::Broken,
            Truth::Depends => LinkState::Unknown,
        };
        if self.state == LinkState::Holds { Self { state, note: why, ..self } } else { self }
    }
}
