//! What a role may do, changed from its row: policies attached and detached, documents put, a role deleted or not.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{AttachedPolicy, InlinePolicy, ManagedPolicy, Question, Reading, RoleAnnotation, RoleArn};
use crate::domain::plan::{Consent, Content, Place, Plan, PlanKind, PlanState};
use crate::domain::policy::Truth;
use crate::tui::app::screen::{Draft, FieldKind, ScreenKind};
use crate::tui::app::{Entry, Job, Message, OFFERS, Refusal, Stage, State, Ticket, update, why_not};
use crate::tui::keymap::Action;
use std::sync::Arc;

const READ: &str = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess";
const FULL: &str = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
const STATEMENT: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;

fn policy(arn: &str) -> Delta {
    let document = Ok(format!(r#"{{"Version":"2012-10-17","Statement":{STATEMENT}}}"#).into());
    Delta::ManagedPolicy(arn.into(), read(ManagedPolicy { arn: arn.into(), version: "v1".into(), document }))
}

/// On the role `api` in the table of roles: one policy attached, one inline.
fn on_a_role() -> State {
    let mut state = in_account();
    let Delta::Role(arn, Reading::Read { mut value, at }) = role("api", None) else { panic!("a role") };
    value.attached = Ok(vec![AttachedPolicy { name: "AmazonS3ReadOnlyAccess".into(), arn: READ.into() }]);
    let document = format!(r#"{{"Version":"2012-10-17","Statement":[{STATEMENT}]}}"#);
    value.inline = Ok(vec![InlinePolicy { name: "buckets".into(), document: Ok(document.into()) }]);
    let role = Delta::Role(arn.clone(), Reading::Read { value, at });
    facts(&mut state, vec![role, policy(READ), policy(FULL), Delta::Associations(read(Vec::new()))]);
    let mut account = match account("shop", "api") {
        Delta::ServiceAccount(account) => account,
        other => panic!("{other:?}"),
    };
    account.role = Some(RoleAnnotation { arn: RoleArn::new(arn.clone()), set: None });
    facts(&mut state, vec![Delta::ServiceAccount(account)]);
    press(&mut state, ":roles<enter>");
    assert_eq!(selected(&state), &*arn);
    state
}

#[test]
fn a_policy_is_attached_those_that_can_be_first() {
    let mut state = on_a_role();
    press(&mut state, "+");
    let said: Vec<(&str, Truth, &str)> =
        choice(&state).candidates.iter().map(|own| (&*own.arn, own.fit.answer, &*own.fit.because)).collect();
    assert_eq!(said, [(FULL, Truth::Yes, "AWS's own"), (READ, Truth::No, "it is attached already")]);
    press(&mut state, "fullaccess<enter>");
    assert_eq!(plan(&state).plan.kind, PlanKind::Attach);
}

/// On the log, with one plan: it attached a policy that the role has by now, and stands so.
fn logged(stands: PlanState, stage: Stage) -> State {
    let mut on = on_a_role();
    press(&mut on, "+fullaccess<enter>");
    let logged = Plan { warnings: Vec::new(), effects: Vec::new(), ..plan(&on).plan.clone() };
    let place = Place::of(&on.about, &on.inventory);
    let (id, stages) = ("id-1".into(), vec![stage]);
    let entry = Entry { id, time: moment(0), place, plan: logged, stages, error: None, state: stands };
    press(&mut on, "<esc><esc>");
    // another ServiceAccount has come to use it
    let mut other = match account("shop", "web") {
        Delta::ServiceAccount(account) => account,
        other => panic!("{other:?}"),
    };
    other.role = Some(RoleAnnotation { arn: RoleArn::new("arn:aws:iam::111122223333:role/api".into()), set: None });
    facts(&mut on, vec![Delta::ServiceAccount(other)]);
    let jobs = press(&mut on, ":log<enter>");
    let Some(Job::Log(ticket)) = jobs.last() else { panic!("{jobs:?}") };
    update(&mut on, Message::Log(*ticket, Ok(vec![Arc::new(entry)])));
    on
}

#[test]
fn what_is_gone_on_with_is_asked_as_things_are_now() {
    let mut state = logged(PlanState::Unfinished, Stage::Uncertain);
    press(&mut state, "<enter>");
    answered(&mut state);
    press(&mut state, "<enter>");
    let wanted: Vec<Consent> = plan(&state).wanted.clone();
    assert_eq!(wanted, [Consent::Others], "{:?}", plan(&state).plan.warnings);
    assert_eq!(press(&mut state, "y<enter>"), [], "one key is not enough");
    let jobs = press(&mut state, "<enter>all<enter>");
    assert!(matches!(&jobs[..], [Job::Apply(_, order)] if order.resumes.as_deref() == Some("id-1")), "{jobs:?}");
}

#[test]
fn what_is_taken_back_is_asked_as_any_other_plan_that_does_the_same() {
    let mut state = logged(PlanState::Done, Stage::Done);
    let Delta::Role(arn, Reading::Read { mut value, at }) = role("api", None) else { panic!("a role") };
    value.attached = Ok(vec![AttachedPolicy { name: "AmazonS3FullAccess".into(), arn: FULL.into() }]);
    facts(&mut state, vec![Delta::Role(arn, Reading::Read { value, at })]);
    press(&mut state, "u");
    answered(&mut state);
    assert_eq!(plan(&state).plan.undoes.as_deref(), Some("id-1"));
    press(&mut state, "<enter>");
    assert_eq!(plan(&state).wanted, [Consent::Loss, Consent::Others], "{:?}", plan(&state).plan.warnings);
    let jobs = press(&mut state, "lose<enter>all<enter>");
    assert!(matches!(&jobs[..], [Job::Apply(_, order)] if order.resumes.is_none()), "{jobs:?}");
}

#[test]
fn a_policy_that_is_typed_is_looked_at_and_read_first() {
    let mut state = on_a_role();
    press(&mut state, "+arn:aws:iam::444455556666:policy/x");
    let typed = |state: &State| {
        let screen = choice(state);
        screen.rows.first().and_then(|pick| screen.candidate(pick)).cloned().expect("what was typed")
    };
    assert!(typed(&state).fit.because.contains("IAM attaches its own only"), "{:?}", typed(&state));
    press(&mut state, "<enter>");
    assert!(choice(&state).refused.is_some(), "nor is it planned");
    press(&mut state, "<c-u>arn:aws:iam::aws:policy/New");
    assert_eq!(typed(&state).fit.answer, Truth::Yes);
    let jobs = press(&mut state, "<enter>");
    let asked = Question::ManagedPolicy("arn:aws:iam::aws:policy/New".into());
    assert!(jobs.iter().any(|job| matches!(job, Job::Ask { question, .. } if *question == asked)), "{jobs:?}");
    facts(&mut state, vec![policy("arn:aws:iam::aws:policy/New")]);
    assert_eq!(plan(&state).plan.title, "attach policy New to role api");
}

#[test]
fn a_policy_is_detached_from_a_pods_own_role() {
    let mut state = on_a_role();
    press(&mut state, "<esc>N/api-1<enter>-");
    let known: Vec<&str> = choice(&state).candidates.iter().map(|own| &*own.arn).collect();
    assert_eq!(known, [READ]);
    press(&mut state, "<enter>");
    assert_eq!(plan(&state).plan.title, "detach policy AmazonS3ReadOnlyAccess from role api");
}

/// Opens the form of a policy and types a path into it; the ticket of what is read.
fn reading(state: &mut State) -> Ticket {
    press(state, "i");
    assert_eq!(form(state).said(FieldKind::PolicyName), "buckets", "the one that is there");
    let jobs = press(state, "<down>policy.json<enter>");
    let Some(Job::ReadFile(ticket, path)) = jobs.last() else { panic!("{jobs:?}") };
    assert_eq!(path, "policy.json");
    *ticket
}

fn draft(ticket: Ticket, text: &str, path: Option<&str>) -> Message {
    Message::Draft(ticket, Ok(Some(Draft { text: text.into(), path: path.map(str::to_owned) })))
}

#[test]
fn a_statement_from_a_file_is_put_beside_what_is_there() {
    let mut state = on_a_role();
    let ticket = reading(&mut state);
    let statement = STATEMENT.replace("GetObject", "PutObject");
    update(&mut state, draft(ticket, &statement, Some("policy.json")));
    let plan = &plan(&state).plan;
    assert_eq!(plan.title, "add a statement to inline policy buckets in role api", "return was pressed once");
    let Content::Document(document) = &plan.steps[0].change.to else { panic!("{plan:?}") };
    assert!(document.contains("GetObject") && document.contains("PutObject"), "{document}");
    press(&mut state, "<esc>");
    assert_eq!(form(&state).typed(FieldKind::Document), "policy.json", "and it can be gone back to");
}

#[test]
fn what_is_wrong_with_a_document_is_shown_at_its_line() {
    let mut state = on_a_role();
    let ticket = reading(&mut state);
    update(&mut state, draft(ticket, "{\n  \"Statement\": [}\n", Some("policy.json")));
    let wrong = form(&state).field().and_then(|field| field.wrong.clone()).expect("something is wrong");
    assert_eq!(wrong.line, Some(2));
    assert!(wrong.said.starts_with("line 2, column 17: "), "{wrong:?}");
    // and what is not there is said in the same place
    let jobs = press(&mut state, "<c-u>other<enter>");
    let [Job::ReadFile(ticket, _)] = &jobs[..] else { panic!("{jobs:?}") };
    let refusal = Refusal { said: "other cannot be read: no such file".to_owned(), hint: None };
    update(&mut state, Message::Draft(*ticket, Err(refusal)));
    assert!(form(&state).field().is_some_and(|field| field.wrong.is_some()));
    assert_eq!(state.screen().kind(), ScreenKind::Form);
}

#[test]
fn the_editor_begins_with_what_is_there_and_what_it_makes_of_it_is_put() {
    let mut state = on_a_role();
    press(&mut state, "i");
    let jobs = press(&mut state, "<c-o>");
    let [Job::Edit(ticket, text)] = &jobs[..] else { panic!("{jobs:?}") };
    assert!(text.contains("s3:GetObject") && text.lines().count() > 5, "laid out: {text}");
    update(&mut state, Message::Draft(*ticket, Ok(None)));
    press(&mut state, "<enter>");
    let said = form(&state).field().and_then(|field| field.wrong.clone()).map(|wrong| wrong.said);
    assert!(said.as_ref().is_some_and(|said| said.starts_with("there is nothing to put yet")), "{said:?}");
    let jobs = press(&mut state, "<c-o>");
    let [Job::Edit(ticket, text)] = &jobs[..] else { panic!("{jobs:?}") };
    let edited = text.replace("GetObject", "ListBucket");
    update(&mut state, draft(*ticket, &edited, None));
    assert_eq!(state.screen().kind(), ScreenKind::Form, "it can be looked at");
    press(&mut state, "<enter>");
    assert_eq!(plan(&state).plan.title, "replace inline policy buckets in role api");
}

#[test]
fn a_name_that_iam_does_not_take_is_said_as_it_is_typed() {
    let mut state = on_a_role();
    press(&mut state, "ia b");
    let wrong = |state: &State| form(state).field().and_then(|field| field.wrong.clone());
    assert!(wrong(&state).is_some_and(|wrong| wrong.said.contains("it holds ' '")));
    press(&mut state, "<bs><bs>");
    assert_eq!(wrong(&state), None);
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.completions.len()), Some(0));
    press(&mut state, "<bs>b");
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.completions.clone()), Some(vec!["buckets".to_owned()]));
}

#[test]
fn only_what_rolecall_made_is_deleted() {
    let state = on_a_role();
    let offer = OFFERS.iter().find(|offer| offer.action == Action::DeleteRole).expect("it is listed");
    let item = state.selected().cloned().expect("a role");
    let said = why_not(&state, offer, &item).expect("it is not ours");
    assert_eq!(said, "role api has no tag rolecall:cluster: rolecall deletes only what it made");
}

#[test]
fn what_is_still_being_read_is_no_reason() {
    let mut state = wide();
    facts(&mut state, vec![role("api", None)]);
    let offer = OFFERS.iter().find(|offer| offer.action == Action::Attach).expect("it is listed");
    let item = crate::tui::app::select::Item::Role("arn:aws:iam::111122223333:role/api".into());
    assert_eq!(why_not(&state, offer, &item), None, "which account this is comes in time");
}
