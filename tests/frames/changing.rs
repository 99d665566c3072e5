//! Changes: the choice of a role, the plan, the question, what came of it, the log.

use crate::stage::Stage;
use rolecall::domain::inventory::Delta;
use rolecall::domain::model::Time;
use rolecall::domain::plan::{Change, Content, Place, Plan, PlanKind, PlanState, Target, Trial, WarningKind};
use rolecall::report::capture;
use rolecall::tui::app::screen::{Draft, PlanScreen, Screen};
use rolecall::tui::app::{Entry, Halt, Message, Options, Outcome, Stage as Step, State, Ticket, Told, update};
use std::sync::Arc;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

fn deltas() -> Vec<Delta> {
    let text = include_str!("../cli/trust.json");
    capture::from_text(text).map(capture::Capture::into_deltas).unwrap_or_default()
}

/// The table of ServiceAccounts, where something may be changed.
pub(crate) fn stage(size: (u16, u16)) -> Stage {
    let mut stage = Stage::with_options(size, Options::default());
    stage.state.about.may_change = true;
    stage.read(deltas());
    stage.go("sa");
    stage
}

fn at_every_size(name: &str, act: impl Fn(&mut Stage)) {
    for (width, height) in SIZES {
        let mut stage = stage((width, height));
        act(&mut stage);
        insta::assert_snapshot!(format!("change-{name}-{width}x{height}"), stage.picture());
    }
}

/// The preview of binding the ServiceAccount `web` to another role.
pub(crate) fn preview(stage: &mut Stage) {
    stage.press("/ w e b enter e a p i enter");
    stage.answer(|ticket| Message::May(ticket, Vec::new()));
}

fn apply(stage: &mut Stage) -> Ticket {
    preview(stage);
    stage.press("enter y");
    let ticket = stage.state.last_ticket;
    tell(&mut stage.state, ticket, Told::Begun("20261124-090000-1a2b".into()));
    ticket
}

fn tell(state: &mut State, ticket: Ticket, told: Told) {
    update(state, Message::Told(ticket, told));
}

#[test]
fn a_role_is_chosen() {
    at_every_size("choose", |stage| stage.press("/ w e b enter e"));
}

#[test]
fn how_tokens_are_made_is_said_field_by_field() {
    at_every_size("tokens", |stage| stage.press("/ w e b enter a j enter"));
}

#[test]
fn why_a_role_does_not_fit_is_said_in_full_of_the_picked_one() {
    let mut stage = stage((80, 24));
    stage.press("/ w e b enter e down");
    let picture = stage.picture();
    let (_, said) = picture.split_once("─ 444455556666:far ─").unwrap_or_default();
    assert!(said.contains("OIDC providers of the role's account not read"), "{picture}");
}

#[test]
fn why_something_cannot_be_done_is_said_in_full_of_the_selected_one() {
    let mut stage = stage((80, 24));
    stage.press("/ w e b enter a j j j j j j");
    let picture = stage.picture();
    let (_, said) = picture.split_once("─ key shift-i ─").unwrap_or_default();
    assert!(said.contains("why not here   the account has the provider"), "{picture}");
}

#[test]
fn what_is_longer_than_the_last_line_takes_those_above_it() {
    let mut stage = stage((60, 20));
    stage.press("/ a p i enter T");
    let picture = stage.picture();
    let lines: Vec<&str> = picture.lines().take(20).collect();
    let said = lines.iter().rev().take(3).rev().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
    assert!(
        said.contains("✖ nothing to repair: role eks/api lets system:serviceaccount:shop:api in already"),
        "{picture}"
    );
    assert!(!said.contains("help"), "hints would read as more of the sentence: {picture}");
}

#[test]
fn no_role_is_found() {
    at_every_size("choose-none", |stage| stage.press("/ w e b enter e x x x"));
}

#[test]
fn a_plan_is_previewed() {
    at_every_size("preview", preview);
}

#[test]
fn a_plan_is_previewed_in_full() {
    at_every_size("preview-full", |stage| {
        preview(stage);
        stage.press("d");
    });
}

#[test]
fn a_plan_is_tried() {
    at_every_size("tried", |stage| {
        preview(stage);
        stage.press("D");
        let otherwise = "admission would make of it: eks.amazonaws.com/role-arn=arn:aws:iam::111122223333:role/other";
        let said = vec![otherwise.to_owned(), "policies.example: roles are given by the platform team".to_owned()];
        stage.answer(|ticket| Message::Rehearsed(ticket, vec![(0, Trial::Accepted(said.clone()))]));
    });
}

#[test]
fn a_plan_would_be_refused() {
    at_every_size("tried-refused", |stage| {
        preview(stage);
        stage.press("D");
        let said = "admission webhook \"policies.example\" denied the request: roles are given by the platform team";
        let refused = Trial::Refused { said: said.to_owned(), hint: None };
        stage.answer(|ticket| Message::Rehearsed(ticket, vec![(0, refused.clone())]));
    });
}

#[test]
fn it_asks_once_more() {
    at_every_size("confirm", |stage| {
        preview(stage);
        stage.press("enter");
    });
}

#[test]
fn it_asks_for_the_name() {
    at_every_size("confirm-name", |stage| {
        stage.state.about.production = true;
        preview(stage);
        stage.press("enter l a");
    });
}

#[test]
fn it_is_applied() {
    at_every_size("applying", |stage| {
        let ticket = apply(stage);
        tell(&mut stage.state, ticket, Told::Step(0, Step::Writing));
    });
}

#[test]
fn it_is_done() {
    at_every_size("done", |stage| {
        let ticket = apply(stage);
        tell(&mut stage.state, ticket, Told::Step(0, Step::Done));
        tell(&mut stage.state, ticket, Told::Ended(Outcome::Done));
    });
}

#[test]
fn it_stopped_because_somebody_else_was_there() {
    at_every_size("stopped", |stage| {
        let ticket = apply(stage);
        let key = "eks.amazonaws.com/role-arn";
        let now = Content::Annotations([(key.into(), Some("arn:aws:iam::111122223333:role/theirs".into()))].into());
        let said = "serviceaccount/web was changed by helm since it was read".to_owned();
        let halt = Halt { step: 0, said, hint: None, is_uncertain: false, now: Some(now) };
        tell(&mut stage.state, ticket, Told::Ended(Outcome::Stopped(halt)));
    });
}

fn document(lines: usize) -> Content {
    let actions: Vec<String> = (0..lines).map(|at| format!("\"s3:Action{at}\"")).collect();
    let document = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":[{}],"Resource":"*"}}]}}"#,
        actions.join(",")
    );
    Content::Document(document.into())
}

/// A plan of everything that a preview can hold.
pub(crate) fn rich() -> Plan {
    let mut plan =
        Plan::new(PlanKind::CreateRole, "create role eks/prod-eu-shop-mailer for serviceaccount/mailer in shop");
    let role: rolecall::domain::model::Name = "prod-eu-shop-mailer".into();
    plan.push(Change { target: Target::Trust { role: role.clone() }, from: document(2), to: document(3) });
    let inline = Target::Inline { role: role.clone(), policy: "buckets".into() };
    plan.push(Change { target: inline, from: Content::Absent, to: document(12) });
    let policy = "arn:aws:iam::aws:policy/AmazonSESFullAccess".into();
    plan.push(Change { target: Target::Attachment { role, policy }, from: Content::Absent, to: Content::Present });
    for name in ["mailer", "mailer-worker"] {
        let target =
            Target::Rollout { namespace: "shop".into(), kind: "Deployment".into(), name: name.into(), account: None };
        let to = Content::Restarted(Some("2026-11-24T09:00:00Z".into()));
        plan.offer(Change { target, from: Content::Restarted(None), to });
    }
    plan.warn(
        WarningKind::OwnedElsewhere,
        "serviceaccount/mailer belongs to Argo CD (app mailer): the next sync takes the annotation away",
    );
    plan.warn(WarningKind::Loss, "pods of mailer lose sqs:SendMessage on arn:aws:sqs:eu-west-1:111122223333:mail");
    plan.effects
        .push("new pods of mailer get eks/prod-eu-shop-mailer, whether restarted by hand, scaled or moved".into());
    plan.effects.push("4 running pods keep the node role ng-main-node until restarted".into());
    plan
}

pub(crate) fn show(stage: &mut Stage, plan: Plan) {
    let screen = PlanScreen::preview(None, plan, Place { cluster: Some("prod-eu".into()), ..Place::default() });
    stage.state.screens.push(Screen::Plan(screen));
}

#[test]
fn a_plan_of_many_steps_with_offers_and_warnings() {
    at_every_size("rich", |stage| {
        show(stage, rich());
        stage.press("tab");
        stage.write(" ");
    });
}

#[test]
fn what_will_be_lost_is_typed() {
    at_every_size("lose", |stage| {
        show(stage, rich());
        let here = Place::of(&stage.state.about, &stage.state.inventory);
        if let Screen::Plan(screen) = stage.state.screen_mut() {
            screen.place = here;
        }
        stage.press("enter");
    });
}

#[test]
fn however_narrow_a_question_says_how_it_is_answered_and_left() {
    for width in 28..=120 {
        let mut stage = stage((width, 10));
        preview(&mut stage);
        stage.press("enter");
        let last = |stage: &Stage| stage.picture().lines().nth(9).unwrap_or_default().to_owned();
        let said = last(&stage);
        assert!(said.contains("apply") && said.contains("?   y yes  esc no"), "{width}: {said}");
        assert!(width < 40 || said.contains(" to prod?"), "{width}: {said}");
        let mut stage = self::stage((width, 10));
        show(&mut stage, rich());
        let here = Place::of(&stage.state.about, &stage.state.inventory);
        if let Screen::Plan(screen) = stage.state.screen_mut() {
            screen.place = here;
        }
        stage.press("enter");
        let said = last(&stage);
        assert!(said.contains("type lose") && said.ends_with("esc no"), "{width}: {said}");
        stage.write("lose");
        assert!(last(&stage).contains(": lose   "), "{width}: {}", last(&stage));
    }
}

#[test]
fn however_narrow_a_choice_and_a_form_say_how_they_are_left() {
    for (width, keys) in [(40, "e"), (40, "C"), (40, "a j enter"), (24, "e"), (24, "C")] {
        let mut stage = stage((width, 10));
        stage.press("/ w e b enter");
        stage.press(keys);
        let picture = stage.picture();
        let last = picture.lines().nth(9).unwrap_or_default();
        assert!(last.ends_with("esc leave"), "{keys}: {last}");
        assert!(width < 40 || last.contains("enter see the plan"), "{keys}: {last}");
    }
}

#[test]
fn an_editor_is_offered_where_there_is_a_document() {
    for (table, keys, offered) in [("sa", "/ w e b enter a j enter", false), ("roles", "i", true)] {
        let mut stage = stage((120, 40));
        stage.go(table);
        stage.press(keys);
        assert_eq!(stage.picture().contains("ctrl-o editor"), offered, "{keys}: {}", stage.picture());
    }
}

#[test]
fn the_log() {
    at_every_size("log", |stage| {
        stage.go("log");
        let standings =
            [PlanState::Undone, PlanState::Stopped, PlanState::Unfinished, PlanState::Running, PlanState::Done];
        let entries = standings.into_iter().zip(1..).map(|(state, number)| {
            let time: Time = format!("2026-11-24T08:0{number}:00Z").parse().unwrap_or_default();
            let place = Place {
                cluster: Some("prod-eu".into()),
                caller: Some("arn:aws:sts::111122223333:assumed-role/SRE/anna".into()),
                ..Place::default()
            };
            let (plan, stages) = (rich(), vec![Step::Done; 5]);
            Arc::new(Entry { id: format!("id-{number}").into(), time, place, plan, stages, error: None, state })
        });
        let entries = entries.collect();
        stage.answer(|ticket| Message::Log(ticket, Ok(entries)));
    });
}

#[test]
fn the_actions_of_a_row() {
    at_every_size("actions", |stage| stage.press("/ w e b enter a"));
}

#[test]
fn without_colour_and_beyond_ascii() {
    let mut stage = Stage::with_options((80, 24), Options { ascii: true, no_color: true, ..Options::default() });
    stage.state.about.may_change = true;
    show(&mut stage, rich());
    insta::assert_snapshot!("change-ascii-80x24", stage.picture());
}

#[test]
fn a_role_is_chosen_for_an_association() {
    at_every_size("associate", |stage| stage.press("/ w e b enter E"));
}

#[test]
fn a_new_role_is_said_field_by_field() {
    at_every_size("form-role", |stage| {
        stage.press("/ w e b enter C down");
        stage.write("eks");
    });
}

#[test]
fn a_service_account_that_is_not_there_is_made_too() {
    at_every_size("form-account", |stage| {
        stage.go("ns");
        stage.press("/ s h o p enter C");
        stage.write("fresh");
    });
}

#[test]
fn the_path_of_a_file_is_completed() {
    at_every_size("form-files", |stage| {
        stage.go("roles");
        stage.press("i down");
        stage.write("policies/q");
        let names = ["archive/", "queue old.json", "queue.json", "queues/"].map(str::to_owned).to_vec();
        stage.answer(|ticket| Message::Files(ticket, names.clone()));
        stage.press("tab tab");
    });
}

#[test]
fn a_policy_of_a_new_role_is_completed() {
    at_every_size("form-complete", |stage| stage.press("/ w e b enter C down down down"));
}

#[test]
fn what_is_wrong_with_a_document_is_pointed_at() {
    at_every_size("form-document", |stage| {
        stage.go("roles");
        stage.press("i down p enter");
        let text = "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [{\n    \"Effect\": \"Allow\",\n    \"Action\": }\n}\n";
        let draft = Draft { text: text.into(), path: Some("p".to_owned()) };
        stage.answer(|ticket| Message::Draft(ticket, Ok(Some(draft))));
    });
}

#[test]
fn a_plan_is_exported() {
    at_every_size("export", |stage| {
        preview(stage);
        stage.press("K");
    });
    at_every_size("export-aws", |stage| {
        show(stage, rich());
        stage.press("W");
    });
}

#[test]
fn what_can_be_done_about_a_role() {
    at_every_size("offers-role", |stage| {
        stage.go("roles");
        stage.press("a");
    });
}
