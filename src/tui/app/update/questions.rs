//! What has to be asked: what is on screen first, the rest behind it, and again what has grown old.

use super::changing::candidates;
use crate::domain::identity::{INSTANCES_A_CALL, Identity, Need, SWEEP_FROM, node_role_of, wanted};
use crate::domain::inventory::{Kind, Scope};
use crate::domain::model::{Gap, GapReason, Name, Question, Reading, RoleArn, Time};
use crate::tui::app::screen::{Form, Screen, ScreenKind};
use crate::tui::app::select::Item;
use crate::tui::app::{Job, State, page};

/// No watch sees AWS: after so many seconds an answer is old.
const OLD: i64 = 60;
/// What a whole look at the inventory waits for after the last one, in milliseconds, while facts pour in.
const PAUSE: i64 = 300;

/// The questions that follow from what has just changed.
pub(super) fn wishes(state: &mut State, facts_changed: bool) -> Vec<Job> {
    let first = roles_on_screen(state);
    let mut jobs = Vec::new();
    for role in &first {
        jobs.extend(role_of_screen(state, role));
    }
    if matches!(state.screen(), Screen::Ask(_)) {
        jobs.extend(first.iter().flat_map(|role| documents_of_screen(state, role)));
    }
    state.wants_stale |= facts_changed;
    if state.wants_stale && state.clock.as_millisecond() >= state.wanted_at.as_millisecond() + PAUSE {
        jobs.extend(all_wanted(state, first));
    }
    jobs
}

/// What is due by the clock: a postponed look, and associations again.
pub(super) fn due(state: &mut State) -> Vec<Job> {
    let question = Question::AssociationsInTurn(within(state));
    let is_asked = [&question, &associations(state)].into_iter().any(|question| state.unanswered.contains(question));
    let is_old = state.inventory.aws().associations().is_some_and(|reading| is_due(state, &question, reading));
    if is_old && state.about.taken_at.is_none() && !is_asked {
        return vec![ask(state, question, false)];
    }
    Vec::new()
}

/// Everything again: lists, who we are, associations, roles, and whatever failed.
pub(super) fn again(state: &mut State) -> Vec<Job> {
    let roles: Vec<Name> = state.inventory.aws().roles().map(|(arn, _)| arn.clone()).collect();
    let aws = state.inventory.aws();
    let mut questions = vec![Question::Caller, Question::Cluster, associations(state), Question::Providers];
    let swept = matches!(aws.sweep(), Some(Reading::Read { .. }));
    if roles.len() >= SWEEP_FROM && swept {
        questions.push(Question::Sweep);
    } else {
        questions.extend(roles.into_iter().map(Question::Role));
    }
    let instances: Vec<Name> = aws.instances().map(|(id, _)| id.clone()).collect();
    questions.extend(instances.chunks(INSTANCES_A_CALL).map(|ids| Question::Instances(ids.to_vec())));
    questions.extend(aws.profiles().map(|(arn, _)| Question::InstanceProfile(arn.clone())));
    questions.extend(aws.roles_in_profiles().cloned().map(Question::ProfilesOf));
    questions.extend(aws.nodegroups().map(|(name, _)| Question::Nodegroup(name.clone())));
    let failed = aws.policies().filter(|(_, reading)| reading.value().is_none_or(|policy| policy.document.is_err()));
    questions.extend(failed.map(|(arn, _)| Question::ManagedPolicy(arn.clone())));
    let inventory = &state.inventory;
    questions.extend(
        inventory.all_config_map_keys().map(|((ns, name), _)| Question::ConfigMapKeys(ns.clone(), name.clone())),
    );
    questions.extend(
        inventory
            .all_templates()
            .map(|((ns, kind, name), _)| Question::Template(ns.clone(), kind.clone(), name.clone())),
    );
    state.asked.clear();
    state.relisted = state.now;
    let first = roles_on_screen(state);
    let mut jobs = vec![Job::Relist];
    for question in questions {
        let is_first = matches!(&question, Question::Role(arn) if first.contains(arn));
        jobs.push(ask(state, question, is_first));
    }
    jobs
}

/// What could not be asked as long as nobody knew which cluster it is.
pub(super) fn learned(state: &mut State) -> Vec<Job> {
    let aws = state.inventory.aws();
    let readings = [
        (Question::Caller, aws.caller().and_then(Reading::gap)),
        (Question::Cluster, aws.cluster().and_then(Reading::gap)),
        (associations(state), aws.associations().and_then(Reading::gap)),
    ];
    let lost = |gap: &Gap| gap.reason == GapReason::NotFoundOut;
    let questions = readings.into_iter().filter(|(_, gap)| gap.is_some_and(lost)).map(|(question, _)| question);
    let nodegroups = aws.nodegroups().filter(|(_, reading)| reading.gap().is_some_and(lost));
    let questions: Vec<Question> =
        questions.chain(nodegroups.map(|(name, _)| Question::Nodegroup(name.clone()))).collect();
    questions.into_iter().map(|question| ask(state, question, false)).collect()
}

/// The question about the associations of what is listed.
pub(super) fn associations(state: &State) -> Question {
    within(state).map_or(Question::Associations, Question::AssociationsOf)
}

/// The one namespace that ServiceAccounts and pods are listed of, where more is not granted.
fn within(state: &State) -> Option<Name> {
    let listings = state.inventory.listings();
    match (&listings.of(Kind::ServiceAccount).scope, &listings.of(Kind::Pod).scope) {
        (Scope::Namespace(one), Scope::Namespace(other)) if one == other => Some(one.clone()),
        _ => None,
    }
}

/// Notes a question as put, and puts it.
pub(super) fn ask(state: &mut State, question: Question, first: bool) -> Job {
    state.asked.insert(question.clone());
    state.asked_at.insert(question.clone(), state.now);
    state.unanswered.insert(question.clone());
    Job::Ask { question, first }
}

/// A role that is on screen: asked for if it was not read, or is old; hastened if it waits.
fn role_of_screen(state: &mut State, role: &Name) -> Option<Job> {
    let question = Question::Role(role.clone());
    let reading = state.inventory.aws().role(role);
    let is_wanted = match reading {
        None => RoleArn::new(role.clone()).problem().is_none(),
        Some(reading) => state.about.taken_at.is_none() && is_due(state, &question, reading),
    };
    if state.unanswered.contains(&question) {
        // it may wait behind others; said once, as long as it stays in front
        return state.hastened.insert(question.clone()).then_some(Job::Ask { question, first: true });
    }
    let is_known_source = state.inventory.aws().caller().is_some() || state.inventory.aws().cluster().is_some();
    let was_put = state.asked.contains(&question) && reading.is_none();
    (is_wanted && !was_put && is_known_source).then(|| {
        state.hastened.insert(question.clone());
        ask(state, question, true)
    })
}

/// The documents that an answer on screen hangs on: asked for before all others, if they were not read.
fn documents_of_screen(state: &mut State, role: &Name) -> Vec<Job> {
    let aws = state.inventory.aws();
    let Some(role) = aws.role(role).and_then(Reading::value) else { return Vec::new() };
    let attached = role.attached.iter().flatten().map(|policy| &policy.arn);
    let open: Vec<Question> = attached
        .chain(role.boundary_arn.as_ref())
        .filter(|arn| aws.policy(arn).is_none())
        .map(|arn| Question::ManagedPolicy(arn.clone()))
        .collect();
    let mut jobs = Vec::new();
    for question in open {
        let is_waiting = state.unanswered.contains(&question);
        if is_waiting || !state.asked.contains(&question) {
            // it may wait behind others; said once, as long as it stays in front
            let is_news = state.hastened.insert(question.clone());
            jobs.extend((is_news || !is_waiting).then(|| ask(state, question, true)));
        }
    }
    jobs
}

/// A whole look at what is still to be asked.
fn all_wanted(state: &mut State, first: Vec<Name>) -> Vec<Job> {
    (state.wants_stale, state.wanted_at) = (false, state.clock);
    let documents = matches!(state.screen().kind(), ScreenKind::Roles | ScreenKind::Role | ScreenKind::UsedBy)
        || !state.inventory.listings().of(Kind::Pod).running;
    let need = Need { verdicts: true, roles: true, documents, first, within: within(state) };
    let questions = wanted(&state.inventory, &state.identities, &need, &state.asked);
    questions
        .into_iter()
        .map(|question| {
            let first = matches!(&question, Question::Role(arn) if need.first.contains(arn));
            ask(state, question, first)
        })
        .collect()
}

/// Whether an answer has grown old, or one that did not come may come now. What is refused stays so until a person asks
/// for it again.
fn is_due<T>(state: &State, question: &Question, reading: &Reading<T>) -> bool {
    let rests = state.asked_at.get(question).is_none_or(|at| is_old(*at, state.now));
    let comes = match reading {
        Reading::Read { at, .. } | Reading::Missing { at } => is_old(*at, state.now),
        Reading::Unread(gap) => gap.reason.passes(),
    };
    rests && comes
}

fn is_old(at: Time, now: Time) -> bool {
    now.as_second() - at.as_second() >= OLD
}

/// The roles that the reader looks at: of the selected row, or of the page.
fn roles_on_screen(state: &State) -> Vec<Name> {
    match state.screen() {
        Screen::Role(screen) => vec![screen.arn.clone()],
        Screen::Evidence(screen) => roles_of(state, &screen.subject),
        Screen::Ask(screen) => screen.roles().collect(),
        Screen::Choose(screen) => candidates::roles_on_screen(state, screen),
        Screen::Plan(_) => Vec::new(),
        Screen::Form(screen) => match &screen.of {
            Form::Policy { role } => vec![role.name_shared()],
            Form::Role { .. } | Form::Tokens { .. } => Vec::new(),
        },
        Screen::Trust(screen) => page::trust_roles(state, screen),
        _ => state.card_subject().map(|item| roles_of(state, &item)).unwrap_or_default(),
    }
}

/// The roles of a row: its identity's and those that bind it.
pub(super) fn roles_of(state: &State, item: &Item) -> Vec<Name> {
    let mut roles = Vec::new();
    match item {
        Item::Role(arn) => roles.push(arn.clone()),
        Item::Pod(namespace, name) => {
            roles.extend(
                state.identities.pod(namespace, name).and_then(|row| row.role.as_ref()).map(RoleArn::name_shared),
            );
            if let Some(pod) = state.inventory.shard(namespace).and_then(|shard| shard.pod(name)) {
                roles.extend(roles_of(state, &Item::Account(namespace.clone(), pod.spec.service_account.clone())));
            }
        }
        Item::Container(namespace, name, place) => {
            if let Some(pod) = state.inventory.shard(namespace).and_then(|shard| shard.pod(name))
                && usize::from(*place) < pod.spec.containers.len()
            {
                let verdict = crate::domain::identity::verdict_of(&state.inventory, pod, usize::from(*place));
                roles.extend(verdict.identity.as_ref().and_then(Identity::role).map(RoleArn::name_shared));
            }
        }
        Item::Account(namespace, name) => {
            let row = state.identities.account(namespace, name);
            let bound = row.into_iter().flat_map(|row| &row.bindings);
            roles.extend(bound.filter_map(|b| b.target.as_ref().or(b.role.as_ref())).map(RoleArn::name_shared));
        }
        Item::Node(name) => {
            let node = state.inventory.node(name);
            roles.extend(
                node.and_then(|node| node_role_of(&state.inventory, node)).map(|role| RoleArn::name_shared(&role)),
            );
        }
        _ => {}
    }
    roles.dedup();
    roles
}
