//! Changes: a role chosen, the plan looked at, agreed to, followed, taken back; and nothing of it where it is read-only.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{Caller, Gap, GapReason, Reading, Role, RoleArn};
use crate::domain::plan::{Content, Place, PlanKind, PlanState, WarningKind};
use crate::tui::app::screen::{Phase, Screen, ScreenKind};
use crate::tui::app::{
    About, Entry, Halt, Job, Message, Options, Order, Outcome, Stage, State, StatusKind, Ticket, Told, page, update,
};
use std::sync::Arc;

const FITS: &str = "arn:aws:iam::111122223333:role/eks/api";
pub(super) const OTHER: &str = "arn:aws:iam::111122223333:role/eks/bank";

pub(super) fn role(arn: &str) -> Delta {
    let role = Role {
        arn: RoleArn::new(arn.into()),
        id: "AROA".into(),
        created: None,
        max_session_seconds: None,
        trust: None,
        boundary_arn: None,
        tags: Vec::new(),
        last_used: None,
        attached: Ok(Vec::new()),
        inline: Ok(Vec::new()),
    };
    Delta::Role(arn.into(), Reading::Read { value: Box::new(role), at: moment(0) })
}

/// The cluster with two roles, on the pod api-1.
pub(super) fn on_a_pod() -> State {
    let mut state = wide();
    facts(&mut state, vec![role(FITS), role(OTHER), Delta::Associations(read(Vec::new()))]);
    press(&mut state, "N/api-1<enter>");
    state
}

/// The preview of binding shop/api to a role, and whether it is allowed is known.
pub(super) fn previewed() -> State {
    let mut state = on_a_pod();
    let jobs = press(&mut state, "eeks/api<enter>");
    let Some(Job::May(ticket, changes)) = jobs.last() else { panic!("{jobs:?}") };
    assert_eq!(changes.len(), 1);
    update(&mut state, Message::May(*ticket, Vec::new()));
    state
}

/// The same, agreed to.
pub(super) fn applying() -> (State, Ticket) {
    let mut state = previewed();
    let jobs = press(&mut state, "<enter>y");
    let [Job::Apply(ticket, order)] = &jobs[..] else { panic!("{jobs:?}") };
    let Order { plan, resumes, .. } = &**order;
    assert_eq!((plan.kind, resumes), (PlanKind::Annotate, &None));
    let ticket = *ticket;
    (state, ticket)
}

pub(super) fn tell(state: &mut State, ticket: Ticket, told: Told) -> Vec<Job> {
    update(state, Message::Told(ticket, told))
}

pub(super) fn said(state: &State) -> String {
    let lines = page::lines(state).into_iter().map(|line| [line.label, line.text, line.aside].join(" "));
    lines.collect::<Vec<_>>().join("\n")
}

pub(super) fn status(state: &State) -> &str {
    state.status.as_ref().map_or("", |status| &status.text)
}

#[test]
fn the_roles_are_narrowed_by_what_is_typed_and_the_picked_one_is_held_on_to() {
    let mut state = on_a_pod();
    press(&mut state, "e");
    assert_eq!(choice(&state).rows.len(), 2);
    press(&mut state, "<down>");
    let picked = choice(&state).picked().cloned();
    assert_eq!(picked.as_deref(), Some(OTHER));
    facts(&mut state, vec![role("arn:aws:iam::111122223333:role/eks/a")]);
    assert_eq!((choice(&state).rows.len(), choice(&state).picked()), (3, picked.as_ref()), "rows come in above it");
    press(&mut state, "EKS/API");
    assert_eq!(choice(&state).picked().map(|arn| &**arn), Some(FITS), "what is typed begins anew");
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert!(state.prompt.is_none());
}

#[test]
fn a_role_that_is_typed_is_read_before_it_is_planned() {
    let mut state = on_a_pod();
    let typed = "arn:aws:iam::111122223333:role/typed";
    let jobs = press(&mut state, &format!("e{typed}"));
    let asks = |jobs: &[Job]| jobs.iter().any(|job| format!("{job:?}").contains("role/typed"));
    assert!(!asks(&jobs), "nothing is asked while it is typed: {jobs:?}");
    facts(&mut state, vec![caller()]);
    let jobs = press(&mut state, "<enter>");
    assert!(asks(&jobs), "{jobs:?}");
    assert_eq!(state.screen().kind(), ScreenKind::Choose, "it waits");
    let jobs = facts(&mut state, vec![role(typed)]);
    assert!(jobs.iter().any(|job| matches!(job, Job::May(..))), "{jobs:?}");
    assert_eq!(plan(&state).plan.title, "bind serviceaccount/api in shop to role typed");
}

#[test]
fn a_role_that_is_not_there_is_refused_where_it_was_typed() {
    let mut state = on_a_pod();
    let typed = "arn:aws:iam::111122223333:role/gone";
    facts(&mut state, vec![caller(), Delta::Role(typed.into(), Reading::Missing { at: moment(0) })]);
    press(&mut state, &format!("e{typed}<enter>"));
    assert!(choice(&state).refused.as_deref().is_some_and(|said| said.starts_with("there is no role gone")));
    press(&mut state, "<bs>");
    assert_eq!(choice(&state).refused, None);
}

#[test]
fn nothing_is_sent_before_it_is_agreed_to() {
    let mut state = previewed();
    assert!(said(&state).contains("+ eks.amazonaws.com/role-arn: arn:aws:iam::111122223333:role/eks/api"));
    for keys in ["d", "d", "<enter><enter><esc>", "<enter>n", "<enter>x<esc>", "j"] {
        let jobs = press(&mut state, keys);
        assert!(!jobs.iter().any(|job| matches!(job, Job::Apply(..))), "{keys}: {jobs:?}");
        assert_eq!(plan(&state).phase, Phase::Preview);
    }
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Choose, "another role can be chosen");
    assert_eq!(choice(&state).typed, "eks/api");
    press(&mut state, "<esc><esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
}

#[test]
fn a_plan_is_copied_as_commands() {
    let mut state = previewed();
    let jobs = press(&mut state, "c");
    let [Job::Copy(text)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(
        text,
        "kubectl annotate serviceaccount api -n shop --overwrite eks.amazonaws.com/role-arn=arn:aws:iam::111122223333:role/eks/api"
    );
}

#[test]
fn what_is_not_allowed_is_said_and_not_begun() {
    let mut state = on_a_pod();
    let jobs = press(&mut state, "e<enter>");
    let Some(Job::May(ticket, _)) = jobs.last() else { panic!("{jobs:?}") };
    update(&mut state, Message::May(*ticket, vec!["you may not patch serviceaccounts".to_owned()]));
    assert!(said(&state).contains("you may not patch serviceaccounts"));
    assert_eq!(press(&mut state, "<enter>y"), []);
    assert!(status(&state).starts_with("nothing is sent") || state.prompt.is_none());
    assert_eq!(plan(&state).phase, Phase::Preview);
}

#[test]
fn a_production_context_asks_for_the_clusters_name() {
    let mut state = previewed();
    (state.about.production, state.about.cluster_name) = (true, Some("prod-eu".to_owned()));
    press(&mut state, "<esc>");
    press(&mut state, "<enter>");
    assert_eq!(press(&mut state, "<enter>y<enter>"), [], "y is not its name");
    assert_eq!(status(&state), "nothing was changed: what was typed is not prod-eu");
    let jobs = press(&mut state, "<enter>prod-eu<enter>");
    assert!(matches!(&jobs[..], [Job::Apply(..)]), "{jobs:?}");
}

#[test]
fn where_pods_lose_something_it_is_said_once_more() {
    let mut state = previewed();
    if let Screen::Plan(screen) = state.screen_mut() {
        screen.plan.warn(WarningKind::Loss, "pods lose s3:GetObject");
    }
    assert_eq!(press(&mut state, "<enter>y<enter>"), []);
    let jobs = press(&mut state, "<enter>lose<enter>");
    assert!(matches!(&jobs[..], [Job::Apply(..)]), "{jobs:?}");
}

#[test]
fn where_others_use_the_role_each_question_has_its_own_word() {
    let mut state = previewed();
    if let Screen::Plan(screen) = state.screen_mut() {
        screen.plan.warn(WarningKind::Loss, "role shop-api may no longer s3:GetObject");
        screen.plan.warn(WarningKind::OtherUsers, "role shop-api has 2 users");
    }
    assert_eq!(press(&mut state, "<enter>lose<enter>lose<enter>"), [], "one word is not for both");
    assert_eq!(status(&state), "nothing was changed: what was typed is not all");
    let jobs = press(&mut state, "<enter>lose<enter>all<enter>");
    assert!(matches!(&jobs[..], [Job::Apply(..)]), "{jobs:?}");
}

#[test]
fn a_plan_is_followed_to_its_end_and_taken_back() {
    let (mut state, ticket) = applying();
    tell(&mut state, ticket, Told::Begun("id-1".into()));
    tell(&mut state, ticket, Told::Step(0, Stage::Writing));
    assert_eq!(plan(&state).stages, [Stage::Writing]);
    tell(&mut state, ticket, Told::Step(0, Stage::Done));
    tell(&mut state, ticket, Told::Ended(Outcome::Done));
    assert_eq!(plan(&state).phase, Phase::Done);
    assert!(said(&state).contains("done; in the log as id-1"), "{}", said(&state));
    assert!(state.running.is_empty() && !state.open.contains_key(&ticket));
    press(&mut state, "u");
    let jobs = answered(&mut state);
    let Some(Job::May(_, changes)) = jobs.last() else { panic!("{jobs:?}") };
    assert_eq!(plan(&state).plan.undoes.as_deref(), Some("id-1"));
    assert!(matches!(&changes[0].to, Content::Annotations(to) if to.values().all(Option::is_none)), "{changes:?}");
    press(&mut state, "<esc><esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer, "the choice is not gone back to");
}

#[test]
fn a_stopped_plan_tells_why_and_can_be_gone_on_with_or_planned_anew() {
    let (mut state, ticket) = applying();
    tell(&mut state, ticket, Told::Begun("id-1".into()));
    let halt = Halt {
        step: 0,
        said: "serviceaccount/api was changed by helm since it was read".to_owned(),
        hint: None,
        is_uncertain: false,
        now: None,
    };
    tell(&mut state, ticket, Told::Ended(Outcome::Stopped(halt)));
    let shown = said(&state);
    assert!(shown.contains("stopped at step 1: serviceaccount/api was changed by helm"), "{shown}");
    assert!(shown.contains("failed: step 1"), "{shown}");
    assert!(!shown.contains("u takes back"), "nothing was made: {shown}");
    press(&mut state, "<enter>");
    assert_eq!(status(&state), "what comes of it is being read: press it again");
    answered(&mut state);
    let jobs = press(&mut state, "<enter>y");
    let [Job::Apply(again, order)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(order.resumes.as_deref(), Some("id-1"));
    let refused = Outcome::Refused(crate::tui::app::Refusal { said: "no space".to_owned(), hint: None });
    tell(&mut state, *again, Told::Ended(refused));
    assert!(said(&state).contains("nothing was changed: no space"));
    let jobs = press(&mut state, "n");
    assert!(matches!(&jobs[..], [Job::May(..)]), "{jobs:?}");
    assert_eq!((&plan(&state).phase, &plan(&state).id), (&Phase::Preview, &None));
}

#[test]
fn a_plan_whose_screen_was_left_goes_on_and_its_end_is_told() {
    let (mut state, ticket) = applying();
    let jobs = press(&mut state, "<esc>");
    assert!(!jobs.contains(&Job::Cancel(ticket)), "{jobs:?}");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert_eq!(press(&mut state, "q"), [], "leaving the program is asked twice");
    assert!(status(&state).starts_with("a change is being made"));
    let jobs = press(&mut state, ":ctx test<enter>");
    let Some(Job::Connect(there, _)) = jobs.last() else { panic!("{jobs:?}") };
    update(&mut state, Message::Connected(*there, Ok(Box::new(About { may_change: true, ..About::default() }))));
    tell(&mut state, ticket, Told::Ended(Outcome::Done));
    assert_eq!(status(&state), "done: bind serviceaccount/api in shop to role eks/api");
    assert_eq!(press(&mut state, "q"), [Job::Quit]);
}

fn caller() -> Delta {
    let caller = Caller { account: "111122223333".into(), arn: "arn:aws:sts::111122223333:user/anna".into() };
    Delta::Caller(Reading::Read { value: caller, at: moment(0) })
}

/// What the log says of the plan that [`previewed`] shows, begun at that place.
pub(super) fn entry(id: &str, state: PlanState, place: Place, stages: Vec<Stage>) -> Arc<Entry> {
    let plan = plan(&previewed()).plan.clone();
    Arc::new(Entry { id: id.into(), time: moment(0), place, plan, stages, error: None, state })
}

pub(super) fn here(state: &State) -> Place {
    Place::of(&state.about, &state.inventory)
}

#[test]
fn what_was_left_unfinished_here_is_told_at_the_start_and_gone_on_with() {
    let about = About { may_change: true, context: Some("lab".to_owned()), ..About::default() };
    let mut state = State::new(about, Options::default(), moment(0));
    state.catalogue = Some(catalogue());
    update(&mut state, Message::Size(130, 40));
    assert!(!facts(&mut state, cluster()).iter().any(|job| matches!(job, Job::Log(_))), "not before it is known where");
    let jobs = facts(&mut state, vec![caller()]);
    let Some(Job::Log(ticket)) = jobs.iter().find(|job| matches!(job, Job::Log(_))) else { panic!("{jobs:?}") };
    let place = here(&state);
    let elsewhere = Place { context: Some("other".into()), ..place.clone() };
    let log = vec![
        entry("id-1", PlanState::Unfinished, elsewhere, vec![Stage::Uncertain]),
        entry("id-2", PlanState::Unfinished, place, vec![Stage::Uncertain]),
    ];
    update(&mut state, Message::Log(*ticket, Ok(log.clone())));
    assert!(status(&state).starts_with("left unfinished, 0 of 1 steps done: bind"), "{}", status(&state));
    let jobs = press(&mut state, ":log<enter>");
    let [Job::Log(ticket)] = &jobs[..] else { panic!("{jobs:?}") };
    update(&mut state, Message::Log(*ticket, Ok(log)));
    assert_eq!(rows(&state), ["id-2", "id-1"], "the newest first");
    press(&mut state, "<enter>");
    assert!(said(&state).contains("perhaps made: step 1"), "{}", said(&state));
    assert!(said(&state).contains("reading what comes of the rest"), "{}", said(&state));
    answered(&mut state);
    assert!(!said(&state).contains("reading what comes of the rest"), "{}", said(&state));
    let jobs = press(&mut state, "<enter>y");
    let Some(Job::Apply(_, order)) = jobs.first() else { panic!("{jobs:?}") };
    assert_eq!(order.resumes.as_deref(), Some("id-2"));
}

#[test]
fn a_plan_of_another_cluster_is_shown_and_not_taken_back_here() {
    let mut state = wide();
    state.about.context = Some("lab".to_owned());
    let jobs = press(&mut state, ":log<enter>");
    let [Job::Log(ticket)] = &jobs[..] else { panic!("{jobs:?}") };
    let elsewhere = Place { context: Some("other".into()), cluster: Some("other".into()), ..Place::default() };
    let log = vec![entry("id-1", PlanState::Done, elsewhere, vec![Stage::Done])];
    update(&mut state, Message::Log(*ticket, Ok(log)));
    assert_eq!(press(&mut state, "u"), []);
    assert!(status(&state).starts_with("this plan is of other, and this is lab"), "{}", status(&state));
}

#[test]
fn the_actions_of_a_row_are_listed_with_why_not() {
    let mut state = on_a_pod();
    press(&mut state, "a");
    assert_eq!(state.screen().kind(), ScreenKind::Actions);
    press(&mut state, "<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Choose);
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer, "the list gave way");
    facts(&mut state, vec![pod("shop", "lost-1", "nobody", 1)]);
    press(&mut state, "<esc>/lost<enter>e");
    assert_eq!(status(&state), "there is no ServiceAccount shop/nobody");
    let gap = Gap::new("cluster", "eks:DescribeCluster", GapReason::Forbidden, "no");
    facts(&mut state, vec![Delta::Cluster(Reading::Unread(gap))]);
    assert!(state.status.as_ref().is_some_and(|status| status.kind == StatusKind::Failed));
}

/// Where nothing may be changed no key leads to a change, and none is offered.
#[test]
fn read_only_offers_no_change() {
    use crate::tui::keymap::{TABLE, action_for, help_for, hints_for};
    let changing: Vec<_> = TABLE.iter().filter(|line| line.changes).collect();
    assert!(changing.len() >= 7, "the table marks them");
    for kind in ScreenKind::ALL {
        assert!(hints_for(kind, false).all(|line| !line.changes));
        assert!(help_for(kind, false).iter().flat_map(|(_, lines)| lines).all(|line| !line.changes));
        for chord in changing.iter().flat_map(|line| line.keys) {
            let action = action_for(*chord, kind, false);
            assert!(!changing.iter().any(|line| Some(line.action) == action), "{chord} on {kind:?}: {action:?}");
        }
    }
    let mut state = on_a_pod();
    state.about.may_change = false;
    for keys in ["e", "a"] {
        let before = State { status: None, ..state.clone() };
        assert_eq!(press(&mut state, keys), []);
        assert_eq!(state, before, "{keys} does nothing");
    }
    facts(&mut state, vec![caller()]);
    assert_eq!(state.log_seen_by, None, "nobody can go on with anything here");
}

#[test]
fn a_plan_is_exported_copied_and_saved() {
    let mut state = previewed();
    press(&mut state, "K");
    assert_eq!(state.screen().kind(), ScreenKind::Export);
    assert!(said(&state).contains("eks.amazonaws.com/role-arn=arn:aws:iam::111122223333:role/eks/api"));
    let jobs = press(&mut state, "c");
    assert!(matches!(&jobs[..], [Job::Copy(text)] if text.contains("\nkubectl annotate serviceaccount ")), "{jobs:?}");
    let jobs = press(&mut state, "<c-s>");
    assert!(matches!(&jobs[..], [Job::Save(_, name, _)] if name == "kubectl.sh"), "{jobs:?}");
    press(&mut state, "<esc>W");
    let jobs = press(&mut state, "c");
    let [Job::Copy(text)] = &jobs[..] else { panic!("{jobs:?}") };
    assert!(text.lines().all(|line| line.starts_with('#')), "nothing of it is aws's: {text}");
    assert_eq!(plan_below(&state), Phase::Preview, "nothing is sent");
}

fn plan_below(state: &State) -> Phase {
    let below = state.screens.iter().rev().find_map(|screen| match screen {
        Screen::Plan(screen) => Some(screen.phase.clone()),
        _ => None,
    });
    below.expect("a plan is below")
}
