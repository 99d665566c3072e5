//! Opening a screen: going into a row, its evidence, its text, who uses it, and the screens by name.

use super::changing::{history, offering};
use super::{keys, questions, scope};
use crate::tui::app::screen::{
    EvidenceScreen, Feed, HelpScreen, ListScreen, NodeScreen, Pane, RoleScreen, Screen, Scroll, TextBody, TextScreen,
    TrustScreen,
};
use crate::tui::app::select::{Item, Of, Sort, SortBy};
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Job, State, Target, TargetKind, page};

/// Goes into the selected row.
pub(super) fn go_in(state: &mut State) -> Vec<Job> {
    let Some(item) = state.selected().cloned() else { return Vec::new() };
    if let Screen::Explorer(explorer) = state.screen_mut() {
        match explorer.focus {
            Pane::Namespaces => {
                explorer.focus = Pane::Accounts;
                if let Item::Namespace(name) = &item {
                    scope::remember(state, name);
                }
                return Vec::new();
            }
            Pane::Accounts => {
                explorer.focus = Pane::Pods;
                return Vec::new();
            }
            Pane::Pods => {}
        }
    }
    match item {
        Item::All => {}
        Item::Namespace(name) => {
            scope::narrow(state, Some(name));
            state.status = None;
            push(state, Screen::List(ListScreen::new(Of::Accounts)));
        }
        Item::Account(namespace, name) => push_list(state, Of::PodsOfAccount(namespace, name)),
        Item::Pod(namespace, name) => {
            let pod = state.inventory.shard(&namespace).and_then(|shard| shard.pod(&name));
            if pod.is_some_and(|pod| pod.spec.containers.len() > 1) {
                push_list(state, Of::Containers(namespace, name));
            } else {
                evidence(state);
            }
        }
        Item::Container(..) | Item::Trouble(_) | Item::Call(_) => evidence(state),
        Item::Change(id) => return history::open(state, &id),
        Item::Offer(offer) => {
            if let Some(action) = offering::action(offer) {
                return keys::act(state, action);
            }
        }
        Item::Node(node) => push(state, Screen::Node(NodeScreen::new(node))),
        Item::Role(arn) => push(state, Screen::Role(RoleScreen { arn, scroll: Scroll::default() })),
        Item::Context(name) => return connect(state, TargetKind::Context, &name),
        Item::Profile(name) => return connect(state, TargetKind::Profile, &name),
    }
    Vec::new()
}

/// The evidence of the selected row.
pub(super) fn evidence(state: &mut State) {
    match state.subject() {
        Some(Item::Role(arn)) => {
            if !matches!(state.screen(), Screen::Role(_)) {
                push(state, Screen::Role(RoleScreen { arn, scroll: Scroll::default() }));
            }
        }
        Some(subject) => push(state, Screen::Evidence(EvidenceScreen { subject, scroll: Scroll::default() })),
        None => state.say(StatusKind::Failed, state.why_no_subject()),
    }
}

/// Whether the roles of the selected row trust it, or whom the selected role would trust.
pub(super) fn trust(state: &mut State) {
    let role = match state.screen() {
        Screen::List(ListScreen { list, .. }) => match &list.of {
            Of::UsersOfRole(arn) => Some(arn.clone()),
            _ => None,
        },
        _ => None,
    };
    match state.subject().filter(Item::is_about_trust) {
        Some(subject) => push(state, Screen::Trust(TrustScreen::new(subject, role))),
        None => state.say(StatusKind::Failed, "select a pod, a ServiceAccount or a role"),
    }
}

/// The text of the selected row.
pub(super) fn text(state: &mut State) -> Vec<Job> {
    match state.subject() {
        Some(subject) if subject.has_text() => return text_of(state, subject),
        Some(_) => state.say(StatusKind::Failed, "there is no object behind this: what is known of it stands here"),
        None => state.say(StatusKind::Failed, state.why_no_subject()),
    }
    Vec::new()
}

/// The text of an object: read anew from Kubernetes, or what is known of a role.
pub(super) fn text_of(state: &mut State, subject: Item) -> Vec<Job> {
    let (body, jobs) = match (&subject, subject.object()) {
        (Item::Role(arn), _) => (page::role_json(state, arn), Vec::new()),
        (_, Some(object)) => {
            let ticket = state.ticket(Pending::Text);
            (TextBody::Loading(ticket), vec![Job::Read(ticket, object)])
        }
        _ => return Vec::new(),
    };
    push(state, Screen::Text(TextScreen { subject, body, scroll: Scroll::default() }));
    jobs
}

/// Who uses the selected row's role.
pub(super) fn used_by(state: &mut State) -> Vec<Job> {
    let roles = state.subject().map(|item| questions::roles_of(state, &item)).unwrap_or_default();
    match roles.into_iter().next() {
        Some(arn) => return go_to(state, Of::UsersOfRole(arn)),
        None => state.say(StatusKind::Failed, "this row has no role, or it is not known yet"),
    }
    Vec::new()
}

/// The pods of the selected pod's workload.
pub(super) fn owner(state: &mut State) -> Vec<Job> {
    let subject = state.subject();
    let Some((namespace, name)) = subject.as_ref().and_then(Item::pod) else {
        state.say(StatusKind::Failed, "only pods have an owner");
        return Vec::new();
    };
    let pod = state.inventory.shard(namespace).and_then(|shard| shard.pod(name));
    match pod.map(crate::domain::model::Pod::workload) {
        Some(Some(workload)) => {
            return go_to(state, Of::PodsOfOwner(namespace.clone(), workload.kind, workload.name));
        }
        Some(None) => state.say(StatusKind::Failed, "nothing made this pod: it has no owner"),
        None => state.say(StatusKind::Failed, "the pod is gone"),
    }
    Vec::new()
}

/// The keys of the shown screen.
pub(super) fn help(state: &mut State) {
    let of = state.screen().kind();
    push(state, Screen::Help(HelpScreen { of, scroll: Scroll::default() }));
}

/// What went wrong.
pub(super) fn troubles(state: &mut State) -> Vec<Job> {
    go_to(state, Of::Troubles)
}

/// The calls made.
pub(super) fn calls(state: &mut State) -> Vec<Job> {
    let mut jobs = go_to(state, Of::Calls);
    jobs.extend(feed(state, &Of::Calls));
    jobs
}

/// Asks anew for what fills the shown table from outside.
pub(super) fn feed(state: &mut State, of: &Of) -> Vec<Job> {
    let (mut jobs, ticket, job) = match of {
        Of::Calls => {
            let jobs = state.cancel(|pending| *pending == Pending::Calls);
            let ticket = state.ticket(Pending::Calls);
            (jobs, ticket, Job::Calls(ticket, None))
        }
        Of::Changes => {
            let jobs = state.cancel(|pending| *pending == Pending::Log);
            let ticket = state.ticket(Pending::Log);
            (jobs, ticket, Job::Log(ticket))
        }
        Of::Contexts | Of::Profiles => {
            let kind = if *of == Of::Contexts { TargetKind::Context } else { TargetKind::Profile };
            let jobs = state.cancel(|pending| *pending == Pending::Targets(kind));
            let ticket = state.ticket(Pending::Targets(kind));
            (jobs, ticket, Job::Targets(ticket, kind))
        }
        _ => return Vec::new(),
    };
    if let Screen::List(screen) = state.screen_mut()
        && screen.list.of == *of
        && !matches!(screen.feed, Feed::Calls(_) | Feed::Targets(..) | Feed::Changes(_))
    {
        screen.feed = Feed::Loading(ticket);
    }
    jobs.push(job);
    jobs
}

/// Whether more calls are made, as long as their screen is open, also below another: asked for by what is shown of them.
pub(super) fn later_calls(state: &mut State) -> Option<Job> {
    let shown = state.screens.iter().rev().find_map(|screen| match screen {
        Screen::List(ListScreen { feed: Feed::Calls(calls), .. }) => Some(calls.revision),
        _ => None,
    })?;
    if state.open.values().any(|pending| *pending == Pending::Calls) {
        return None;
    }
    Some(Job::Calls(state.ticket(Pending::Calls), Some(shown)))
}

/// Connects elsewhere; the present world stays until the other answers.
pub(super) fn connect(state: &mut State, kind: TargetKind, name: &str) -> Vec<Job> {
    let mut jobs = state.cancel(|pending| matches!(pending, Pending::Connect(_)));
    let ticket = state.ticket(Pending::Connect(name.to_owned()));
    state.say(StatusKind::Busy, format!("connecting to {} {name}…", kind.word()));
    jobs.push(Job::Connect(ticket, Target { kind, name: name.to_owned() }));
    jobs
}

/// A table by its command: right above the explorer, with the cursor on what was looked at.
pub(super) fn by_command(state: &mut State, of: &Of) -> Vec<Job> {
    let wanted = state.subject().and_then(|item| counterpart(state, &item, of));
    state.screens.truncate(1);
    let mut jobs = state.cancel(keys::is_of_screen);
    push_list(state, of.clone());
    if let Some(item) = wanted
        && let Some(list) = state.screen_mut().list_mut()
    {
        (list.cursor.item, list.cursor.moved) = (Some(item), true);
    }
    jobs.extend(feed(state, of));
    jobs
}

/// What of the other table belongs to a row: a pod's role, its node, its ServiceAccount.
fn counterpart(state: &State, item: &Item, of: &Of) -> Option<Item> {
    let pod = item.pod().and_then(|(namespace, name)| state.inventory.shard(namespace)?.pod(name));
    match of {
        Of::Roles => questions::roles_of(state, item).into_iter().next().map(Item::Role),
        Of::Nodes => pod.and_then(|pod| pod.node.clone()).map(Item::Node),
        Of::Namespaces => item.namespace().cloned().map(Item::Namespace),
        Of::Accounts => pod.map(|pod| Item::Account(pod.namespace.clone(), pod.spec.service_account.clone())),
        Of::Pods => item.pod().map(|(namespace, name)| Item::Pod(namespace.clone(), name.clone())),
        _ => None,
    }
}

pub(super) fn push_list(state: &mut State, of: Of) {
    let mut screen = ListScreen::new(of);
    if screen.list.of.is_of_pods() {
        screen.list.sort = Sort { by: SortBy::Identity, reversed: false };
    }
    push(state, Screen::List(screen));
}

fn push(state: &mut State, screen: Screen) {
    state.screens.push(screen);
}

/// Goes to a table: back to it where only tables were opened since, so that none is there twice.
fn go_to(state: &mut State, of: Of) -> Vec<Job> {
    let is_it = |screen: &Screen| matches!(screen, Screen::List(screen) if screen.list.of == of);
    let tables = state.screens.iter().rev().take_while(|screen| matches!(screen, Screen::List(_)));
    if let Some(above) = tables.map(is_it).position(|is_it| is_it) {
        state.screens.truncate(state.screens.len() - above);
        return state.cancel_left(keys::is_of_screen);
    }
    push_list(state, of);
    Vec::new()
}
