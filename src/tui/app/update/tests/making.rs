//! A role is made: said field by field, defaults seen before, read for, planned.

use super::changing::{said, status, tell};
use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{ManagedPolicy, Question, Reading, Rollout};
use crate::domain::plan::{Content, PlanKind, RoleMechanism};
use crate::tui::app::screen::{Draft, FieldKind, Screen, ScreenKind};
use crate::tui::app::{Halt, Intent, Job, Message, Outcome, Stage, State, Told, update};

const POLICY: &str = "arn:aws:iam::aws:policy/AmazonSESFullAccess";
const ROLE: &str = "arn:aws:iam::111122223333:role/eks/mailer";

fn on_a_pod() -> State {
    let mut state = in_account();
    facts(&mut state, vec![owner("api"), Delta::Associations(read(Vec::new()))]);
    press(&mut state, "N/api-1<enter>");
    state
}

/// What made the pods of a ServiceAccount of `shop`, as it was read.
fn owner(of: &str) -> Delta {
    Delta::Workload("shop".into(), "StatefulSet".into(), of.into(), read(Rollout::default()))
}

fn wrong(state: &State) -> Option<String> {
    form(state).field().and_then(|field| field.wrong.as_ref()).map(|wrong| wrong.said.clone())
}

fn managed() -> Delta {
    let document =
        Ok(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ses:*","Resource":"*"}}"#.into());
    Delta::ManagedPolicy(POLICY.into(), read(ManagedPolicy { arn: POLICY.into(), version: "v1".into(), document }))
}

#[test]
fn what_it_is_by_default_is_seen_before_anything_is_typed() {
    let mut state = on_a_pod();
    press(&mut state, "C");
    let by_default: Vec<(FieldKind, &str)> =
        form(&state).fields.iter().map(|field| (field.kind, &*field.default)).collect();
    assert_eq!(
        by_default[..4],
        [
            (FieldKind::Account, "api"),
            (FieldKind::RoleName, "prod-shop-api"),
            (FieldKind::Path, "/"),
            (FieldKind::Mechanism, "irsa")
        ]
    );
    assert!(by_default.contains(&(FieldKind::Description, "serviceaccount shop/api of cluster prod")));
    assert!(
        by_default.iter().any(|(_, text)| text.starts_with("rolecall:cluster=prod rolecall:serviceaccount=shop/api"))
    );
}

#[test]
fn a_service_account_that_is_not_there_yet_is_made_with_its_role() {
    let mut state = in_account();
    facts(&mut state, vec![Delta::Associations(read(Vec::new()))]);
    press(&mut state, ":ns<enter>");
    assert_eq!(selected(&state), "pay", "a namespace");
    press(&mut state, "C<enter>");
    assert_eq!(form(&state).field().map(|field| field.kind), Some(FieldKind::Account), "it has to be said");
    assert!(wrong(&state).is_some_and(|said| said.contains("which ServiceAccount")), "{:?}", wrong(&state));
    press(&mut state, "Fresh");
    assert!(wrong(&state).is_some_and(|said| said.contains("is no name of a ServiceAccount")), "{:?}", wrong(&state));
    press(&mut state, "<c-u>fresh");
    assert_eq!((wrong(&state), form(&state).said(FieldKind::RoleName)), (None, "prod-pay-fresh"));
    assert!(form(&state).said(FieldKind::Tags).contains("rolecall:serviceaccount=pay/fresh"));
    let made = ROLE.replace("eks/mailer", "prod-pay-fresh");
    facts(&mut state, vec![Delta::Role(made.as_str().into(), Reading::Missing { at: moment(0) })]);
    press(&mut state, "<enter>");
    let steps: Vec<String> =
        plan(&state).plan.taken().map(|(_, step)| format!("{} {}", step.change.verb(), step.change.target)).collect();
    assert_eq!(steps, ["create role/prod-pay-fresh", "create serviceaccount/fresh"]);
}

#[test]
fn another_one_of_the_namespace_can_be_meant_and_is_not_made_again() {
    let mut state = on_a_pod();
    press(&mut state, "C<up>we<tab>");
    assert_eq!(form(&state).said(FieldKind::Account), "web", "it is completed");
    assert_eq!(form(&state).said(FieldKind::RoleName), "prod-shop-web");
    let made = ROLE.replace("eks/mailer", "prod-shop-web");
    facts(&mut state, vec![Delta::Role(made.as_str().into(), Reading::Missing { at: moment(0) })]);
    let jobs = press(&mut state, "<enter>");
    let asked: Vec<&Question> =
        jobs.iter().filter_map(|job| if let Job::Ask { question, .. } = job { Some(question) } else { None }).collect();
    let owners = Question::Workload("shop".into(), "StatefulSet".into(), "web".into());
    assert_eq!(asked, [&owners], "what made its pods was not asked for as the form was opened");
    assert_eq!(state.screen().kind(), ScreenKind::Form, "it waits");
    facts(&mut state, vec![owner("web")]);
    let Some(Intent::CreateRole(wanted)) = &plan(&state).intent else { panic!("{:?}", plan(&state).intent) };
    assert!(!wanted.create_service_account, "it is there");
    let steps: Vec<(String, bool)> =
        plan(&state).plan.steps.iter().map(|step| (step.change.target.to_string(), step.taken)).collect();
    let restart = ("statefulset/web".to_owned(), false);
    let made = ["role/prod-shop-web", "serviceaccount/web"].map(|target| (target.to_owned(), true));
    assert_eq!(steps, [&made[..], &[restart]].concat(), "its restart is offered");
}

#[test]
fn where_what_made_its_pods_cannot_be_read_the_role_is_planned_all_the_same() {
    let mut state = on_a_pod();
    press(&mut state, "C<up>we<tab>");
    let made = ROLE.replace("eks/mailer", "prod-shop-web");
    facts(&mut state, vec![Delta::Role(made.as_str().into(), Reading::Missing { at: moment(0) })]);
    press(&mut state, "<enter>");
    assert_eq!(state.screen().kind(), ScreenKind::Form, "it waits");
    answered(&mut state);
    assert_eq!(plan(&state).plan.steps.len(), 2);
}

#[test]
fn what_the_role_is_for_can_be_said() {
    let mut state = on_a_pod();
    let made = ROLE.replace("eks/mailer", "prod-shop-api");
    facts(&mut state, vec![Delta::Role(made.as_str().into(), Reading::Missing { at: moment(0) })]);
    let description = form_with(&mut state, FieldKind::Description, "for the shop");
    assert_eq!(description, "for the shop");
    press(&mut state, "<enter>");
    let Content::Role(role) = &plan(&state).plan.steps[0].change.to else { panic!("{:?}", plan(&state).plan.steps) };
    assert_eq!(role.description.as_deref(), Some("for the shop"));
}

/// Opens the form, goes to a field and types; gives what it says then.
fn form_with(state: &mut State, kind: FieldKind, typed: &str) -> String {
    press(state, "C");
    while form(state).field().is_some_and(|field| field.kind != kind) {
        press(state, "<down>");
    }
    press(state, typed);
    form(state).said(kind).to_owned()
}

#[test]
fn the_path_of_a_file_is_completed_as_in_a_shell() {
    let mut state = on_a_pod();
    assert_eq!(form_with(&mut state, FieldKind::Document, ""), "none");
    let jobs = press(&mut state, "po");
    let [Job::Files(ticket, folder)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!(folder, "", "where the program was started");
    let names = [".policy", "notes", "policies/", "policy.json"].map(str::to_owned).to_vec();
    update(&mut state, Message::Files(*ticket, names));
    let offered = |state: &State| state.prompt.as_ref().map(|prompt| prompt.completions.clone()).unwrap_or_default();
    assert_eq!(offered(&state), ["policies/", "policy.json"]);
    press(&mut state, "<tab>");
    assert_eq!(form(&state).typed(FieldKind::Document), "polic", "as far as they are the same");
    press(&mut state, "<tab><tab>");
    assert_eq!(form(&state).typed(FieldKind::Document), "policy.json", "then one after the other");
    press(&mut state, "<c-u>polici");
    let jobs = press(&mut state, "<tab>");
    assert_eq!(form(&state).typed(FieldKind::Document), "policies/");
    let [Job::Files(ticket, folder)] = &jobs[..] else { panic!("what is in it is asked for: {jobs:?}") };
    assert_eq!(folder, "policies/");
    update(&mut state, Message::Files(*ticket, vec!["queue.json".to_owned()]));
    press(&mut state, "<tab>");
    assert_eq!(form(&state).typed(FieldKind::Document), "policies/queue.json");
    let jobs = press(&mut state, "<tab>");
    assert!(matches!(&jobs[..], [Job::ReadFile(_, path)] if path == "policies/queue.json"), "it is read: {jobs:?}");
    assert_eq!(
        form(&state).field().map(|field| field.kind),
        Some(FieldKind::Boundary),
        "and the next field is gone to"
    );
}

#[test]
fn a_role_is_said_read_for_and_planned() {
    let mut state = on_a_pod();
    press(&mut state, "Cmailer<down>/eks/<down><down>");
    let jobs = press(&mut state, &format!("{POLICY}<enter>"));
    let asked =
        |question: Question| jobs.iter().any(|job| matches!(job, Job::Ask { question: own, .. } if *own == question));
    assert!(asked(Question::ManagedPolicy(POLICY.into())) && asked(Question::Role(ROLE.into())), "{jobs:?}");
    assert_eq!(state.screen().kind(), ScreenKind::Form, "it waits");
    facts(&mut state, vec![managed(), Delta::Role(ROLE.into(), Reading::Missing { at: moment(0) })]);
    let screen = plan(&state);
    assert_eq!(screen.plan.kind, PlanKind::CreateRole);
    let targets: Vec<String> = screen.plan.taken().map(|(_, step)| step.change.target.to_string()).collect();
    assert_eq!(targets, ["role/mailer", "policy AmazonSESFullAccess on role/mailer", "serviceaccount/api"]);
    assert!(state.prompt.is_none());
    press(&mut state, "<esc>");
    assert_eq!(form(&state).said(FieldKind::RoleName), "mailer", "and it can be changed");
}

/// Its name is taken then: planned anew it would be refused.
#[test]
fn a_half_made_role_is_taken_back_before_it_is_planned_anew() {
    for is_made in [false, true] {
        let mut state = on_a_pod();
        facts(&mut state, vec![Delta::Role(ROLE.into(), Reading::Missing { at: moment(0) })]);
        press(&mut state, "Cmailer<down>/eks/<enter>");
        let jobs = press(&mut state, "<enter>y");
        let Some(Job::Apply(ticket, _)) = jobs.last() else { panic!("{jobs:?}") };
        tell(&mut state, *ticket, Told::Begun("id-1".into()));
        if is_made {
            tell(&mut state, *ticket, Told::Step(0, Stage::Done));
        }
        let halt = Halt { step: 1, said: "it moved".to_owned(), hint: None, is_uncertain: false, now: None };
        tell(&mut state, *ticket, Told::Ended(Outcome::Stopped(halt)));
        let shown = said(&state);
        assert_eq!((shown.contains("n plans it anew"), shown.contains("u takes back")), (!is_made, is_made), "{shown}");
        press(&mut state, "n");
        let expected = if is_made {
            "this plan cannot be made anew: take back first what was made, u"
        } else {
            "planned with what is there now"
        };
        assert_eq!(status(&state), expected);
    }
}

#[test]
fn the_plans_id_is_on_the_role_and_not_on_what_others_are_given_to_make() {
    let mut state = on_a_pod();
    facts(&mut state, vec![Delta::Role(ROLE.into(), Reading::Missing { at: moment(0) })]);
    press(&mut state, "Cmailer<down>/eks/<enter>");
    assert!(plan(&state).plan.tag().is_some());
    let jobs = press(&mut state, "c");
    let [Job::Copy(copied)] = &jobs[..] else { panic!("{jobs:?}") };
    for key in ["K", "W"] {
        press(&mut state, key);
        let Screen::Export(screen) = state.screen() else { panic!("{:?}", state.screen().kind()) };
        for text in [&screen.export.text, copied] {
            assert!(text.contains("rolecall:cluster") && !text.contains("rolecall:plan"), "{text}");
        }
        press(&mut state, "<esc>");
    }
}

#[test]
fn what_iam_would_not_take_is_said_as_it_is_typed_and_gone_to() {
    let mut state = on_a_pod();
    press(&mut state, "Ca b");
    assert!(wrong(&state).is_some_and(|said| said.contains("it holds ' '")), "{:?}", wrong(&state));
    press(&mut state, "<bs><bs><down>eks");
    assert!(wrong(&state).is_some_and(|said| said.contains("is no path of a role")), "{:?}", wrong(&state));
    press(&mut state, "<down><down><enter>");
    assert_eq!(form(&state).field().map(|field| field.kind), Some(FieldKind::Path), "the field is gone to");
    assert_eq!(state.screen().kind(), ScreenKind::Form);
    press(&mut state, "<esc>");
    assert!(state.prompt.is_none() && state.screen().kind() == ScreenKind::Explorer);
}

#[test]
fn policies_and_mechanisms_are_completed() {
    let mut state = on_a_pod();
    facts(&mut state, vec![managed()]);
    press(&mut state, "C<down><down>pod<tab><down>ses<tab>");
    assert_eq!(form(&state).said(FieldKind::Mechanism), "pod-identity");
    assert_eq!(form(&state).typed(FieldKind::Policies), POLICY);
    assert_eq!(wrong(&state), None);
}

#[test]
fn a_lone_statement_becomes_an_inline_policy_of_its_own() {
    let mut state = on_a_pod();
    facts(
        &mut state,
        vec![Delta::Role(ROLE.replace("eks/mailer", "prod-shop-api").into(), Reading::Missing { at: moment(0) })],
    );
    let jobs = press(&mut state, "C<c-o>");
    let Some(Job::Edit(ticket, text)) = jobs.last() else { panic!("{jobs:?}") };
    assert!(text.contains("\"Effect\": \"Allow\""), "{text}");
    let statement = r#"{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}"#;
    update(&mut state, Message::Draft(*ticket, Ok(Some(Draft { text: statement.into(), path: None }))));
    press(&mut state, "<enter>");
    let Some(Intent::CreateRole(wanted)) = &plan(&state).intent else { panic!("{:?}", plan(&state).intent) };
    assert_eq!((wanted.mechanism, wanted.inline.len()), (RoleMechanism::Irsa, 1));
    assert!(wanted.inline[0].1.contains("\"Version\""), "{:?}", wanted.inline);
    assert_eq!(&*wanted.inline[0].0, "rolecall");
}
