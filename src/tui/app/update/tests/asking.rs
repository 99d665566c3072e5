//! Questions: typed, completed, answered, asked again.

use super::world::*;
use crate::domain::inventory::Delta;
use crate::domain::model::{AttachedPolicy, InlinePolicy, ManagedPolicy, Question, Reading, Role, RoleArn};
use crate::tui::app::screen::{AskScreen, Draft, RoleScreen, Screen, ScreenKind, Scroll};
use crate::tui::app::select::Item;
use crate::tui::app::{Job, Message, Refusal, State, Ticket, update};

const ROLE: &str = "arn:aws:iam::111122223333:role/api";
const POLICY: &str = "arn:aws:iam::111122223333:policy/queues";

/// A role that may read one bucket, with a managed policy that was not read yet.
fn role() -> Delta {
    let document = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::shop","arn:aws:s3:::shop/*"]},
        {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::shop/secret/*",
         "Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#;
    let role = Role {
        arn: RoleArn::new(ROLE.into()),
        id: "AROA".into(),
        created: None,
        max_session_seconds: None,
        trust: None,
        boundary_arn: None,
        tags: vec![("team".into(), "blue".into())],
        last_used: None,
        attached: Ok(vec![AttachedPolicy { arn: POLICY.into(), name: "queues".into() }]),
        inline: Ok(vec![InlinePolicy { name: "bucket".into(), document: Ok(document.into()) }]),
    };
    Delta::Role(ROLE.into(), Reading::Read { value: Box::new(role), at: moment(0) })
}

fn policy() -> Delta {
    let document =
        r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}}"#;
    let policy = ManagedPolicy { arn: POLICY.into(), version: "v1".into(), document: Ok(document.into()) };
    Delta::ManagedPolicy(POLICY.into(), Reading::Read { value: policy, at: moment(0) })
}

fn without_catalogue() -> State {
    State { catalogue: None, ..wide() }
}

/// The page of that role.
fn on_role() -> State {
    let mut state = without_catalogue();
    facts(&mut state, vec![role()]);
    state.screens.push(Screen::Role(RoleScreen { arn: ROLE.into(), scroll: Scroll::default() }));
    state
}

/// The line for a question about it, with the catalogue.
fn asking() -> State {
    let mut state = on_role();
    let jobs = press(&mut state, "x");
    let ticket = jobs.iter().find_map(|job| if let Job::Catalogue(ticket) = job { Some(*ticket) } else { None });
    update(&mut state, Message::Catalogue(ticket.expect("the catalogue is asked for"), catalogue()));
    state
}

fn screen(state: &State) -> &AskScreen {
    let Screen::Ask(screen) = state.screen() else { panic!("{:?}", state.screen().kind()) };
    screen
}

fn said(state: &State) -> String {
    let lines = screen(state).answer.iter().map(|line| format!("{} {}", line.label, line.text));
    lines.collect::<Vec<_>>().join("\n")
}

fn offered(state: &State) -> Vec<&str> {
    state.prompt.iter().flat_map(|prompt| &prompt.completions).map(String::as_str).collect()
}

#[test]
fn a_question_is_answered_from_what_was_read_and_again_when_more_is() {
    let mut state = asking();
    press(&mut state, "sqs:SendMessage<enter>");
    assert!(state.prompt.is_none());
    assert!(said(&state).starts_with(" … reading"), "{}", said(&state));
    facts(&mut state, vec![policy()]);
    assert!(said(&state).starts_with(" ✔ allowed"), "{}", said(&state));
    assert!(said(&state).contains("queues"), "by which policy: {}", said(&state));
}

#[test]
fn what_the_answer_hangs_on_is_asked_for_before_all_else() {
    let mut state = on_role();
    let jobs = press(&mut state, "x");
    let wanted = Job::Ask { question: Question::ManagedPolicy(POLICY.into()), first: true };
    assert!(jobs.contains(&wanted), "{jobs:?}");
    assert!(!press(&mut state, "s3:").contains(&wanted), "once is enough");
}

#[test]
fn the_statement_that_decides_is_lit_up_in_its_document() {
    use crate::tui::app::page::Tone;
    let mut state = asking();
    facts(&mut state, vec![policy()]);
    press(&mut state, "s3:GetObject arn:aws:s3:::shop/a<enter>");
    assert!(said(&state).starts_with(" ✔ allowed"), "{}", said(&state));
    let lit: Vec<&str> =
        screen(&state).answer.iter().filter(|line| line.tone == Tone::Lit).map(|line| line.text.trim()).collect();
    assert!(lit.contains(&"\"arn:aws:s3:::shop/*\"") && !lit.join("").contains("secret"), "{lit:?}");
    press(&mut state, "x<c-u>s3:PutObject arn:aws:s3:::shop/a<enter>");
    assert!(said(&state).starts_with(" ✖ not allowed"), "{}", said(&state));
    assert!(said(&state).contains("allows other actions on the resource"), "{}", said(&state));
}

#[test]
fn what_stands_before_every_policy_is_said_once_of_several_actions() {
    let mut state = wide();
    facts(&mut state, vec![Delta::Role(ROLE.into(), Reading::Missing { at: moment(0) })]);
    state.screens.push(Screen::Role(RoleScreen { arn: ROLE.into(), scroll: Scroll::default() }));
    press(&mut state, "xs3:Get*<enter>");
    let answer = said(&state);
    assert!(answer.contains(&format!("because the role {ROLE} does not exist")), "{answer}");
    assert_eq!(answer.matches("✖ not allowed s3:Get").count(), 2, "{answer}");
    let mut state = asking();
    facts(&mut state, vec![policy()]);
    press(&mut state, "s3:Get* arn:aws:s3:::shop/secret/a<enter>");
    let answer = said(&state);
    assert!(answer.contains("? not read RCPs, SCPs") && answer.contains("ask again with --scp FILE"), "{answer}");
}

#[test]
fn a_node_whose_role_is_not_known_is_no_subject_of_a_command_line() {
    let mut state = wide();
    state.screens.push(Screen::Ask(AskScreen::new(Item::Node("node-a".into()))));
    press(&mut state, "xs3:GetObject<enter>");
    let answer = said(&state);
    assert!(answer.contains("so its role is not known"), "{answer}");
    assert!(!answer.contains("rolecall can"), "{answer}");
}

#[test]
fn a_key_that_is_not_known_can_be_given() {
    let mut state = asking();
    facts(&mut state, vec![policy()]);
    press(&mut state, "s3:GetObject arn:aws:s3:::shop/secret/a<enter>");
    let unknown = said(&state);
    press(&mut state, "x aws:SecureTransport=false<enter>");
    assert!(said(&state).starts_with(" ✖ denied"), "{}", said(&state));
    press(&mut state, "x<c-u>s3:GetObject arn:aws:s3:::shop/secret/a aws:SecureTransport=true<enter>");
    assert!(said(&state).starts_with(" ✔ allowed"), "{}\n{unknown}", said(&state));
}

#[test]
fn actions_come_from_the_roles_policies_first_and_then_from_all_there_are() {
    let mut state = asking();
    press(&mut state, "s3:g");
    assert_eq!(offered(&state), ["s3:GetObject", "s3:GetObjectAcl"]);
    press(&mut state, "<bs><bs><bs><bs>");
    assert_eq!(offered(&state)[..2], ["s3:GetObject", "s3:ListBucket"]);
    press(&mut state, "s3:GetObjct");
    assert_eq!(offered(&state), ["s3:GetObject"], "what was meant");
}

#[test]
fn resources_come_from_the_statements_about_the_action_and_then_from_its_types() {
    let mut state = asking();
    press(&mut state, "s3:GetObject arn");
    assert_eq!(
        offered(&state),
        [
            "s3:GetObject arn:aws:s3:::shop",
            "s3:GetObject arn:aws:s3:::shop/*",
            "s3:GetObject arn:aws:s3:::shop/secret/*",
            "s3:GetObject arn:aws:s3:::*/*"
        ]
    );
    press(&mut state, "<tab><tab><enter>");
    assert_eq!(screen(&state).inquiry.as_ref().map(|it| it.text.as_str()), Some("s3:GetObject arn:aws:s3:::shop/*"));
    press(&mut state, "x aws:Sec");
    assert_eq!(offered(&state), ["s3:GetObject arn:aws:s3:::shop/* aws:SecureTransport="]);
}

#[test]
fn a_resource_is_offered_with_what_its_variables_stand_for() {
    let mut state = asking();
    let document = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:GetObject",
        "Resource":["arn:aws:s3:::${aws:PrincipalTag/team}/*","arn:aws:s3:::in-${aws:SourceVpc, 'none'}/*"]}}"#;
    let policy = ManagedPolicy { arn: POLICY.into(), version: "v1".into(), document: Ok(document.into()) };
    facts(&mut state, vec![Delta::ManagedPolicy(POLICY.into(), Reading::Read { value: policy, at: moment(0) })]);
    press(&mut state, "s3:GetObject arn:aws:s3:::in");
    assert_eq!(offered(&state), ["s3:GetObject arn:aws:s3:::in-*/*"], "what is not known may be anything");
    press(&mut state, "<bs><bs>b");
    assert_eq!(offered(&state), ["s3:GetObject arn:aws:s3:::blue/*"]);
    press(&mut state, "<tab><enter>");
    assert!(said(&state).starts_with(" ✔ allowed"), "{}", said(&state));
}

#[test]
fn half_an_action_that_was_picked_is_gone_on_with() {
    let mut state = asking();
    press(&mut state, "sq<tab>");
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.input.value()), Some("sqs:"));
    press(&mut state, "<enter>");
    assert_eq!(offered(&state), ["sqs:SendMessage"]);
}

#[test]
fn what_is_no_question_is_said_and_the_line_stays() {
    let mut state = asking();
    press(&mut state, "nonsense<enter>");
    assert!(screen(&state).refused.as_ref().is_some_and(|said| said.contains("no action")), "{:?}", screen(&state));
    assert!(state.prompt.is_some());
    press(&mut state, "<c-u>s3:GetObject<enter>");
    assert_eq!(screen(&state).refused, None);
}

#[test]
fn what_was_asked_comes_back_with_the_arrow_also_about_another() {
    let mut state = asking();
    press(&mut state, "s3:GetObject<enter>x<c-u>s3:PutObject<enter>");
    press(&mut state, "x<c-u><up>");
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.input.value()), Some("s3:PutObject"));
    press(&mut state, "<down>");
    assert_eq!(state.prompt.as_ref().map(|prompt| prompt.input.value()), Some("s3:GetObject"));
    press(&mut state, "<esc><esc><esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    press(&mut state, "x<up><enter>");
    assert_eq!(screen(&state).inquiry.as_ref().map(|it| it.text.as_str()), Some("s3:PutObject"));
}

#[test]
fn leaving_before_anything_was_asked_leaves_the_screen() {
    let mut state = without_catalogue();
    press(&mut state, "xs3<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    press(&mut state, "xs3:GetObject<enter>x<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Ask, "the answer stays");
    press(&mut state, "<esc>");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
}

#[test]
fn namespaces_ask_for_nothing() {
    let mut state = without_catalogue();
    press(&mut state, "hhjx");
    assert_eq!(state.screen().kind(), ScreenKind::Explorer);
    assert!(state.status.is_some());
}

const GIVEN: &str = "s3:GetObject arn:aws:s3:::shop/a --scp limits.json --resource-policy own.json";

/// The line for a question with two files, and the tickets they are read by.
fn given() -> (State, Vec<(Ticket, String)>) {
    let mut state = asking();
    facts(&mut state, vec![policy()]);
    let jobs = press(&mut state, &format!("{GIVEN}<enter>"));
    let reads = jobs
        .into_iter()
        .filter_map(|job| if let Job::ReadFile(ticket, path) = job { Some((ticket, path)) } else { None });
    let reads = reads.collect();
    (state, reads)
}

fn read(state: &mut State, (ticket, path): &(Ticket, String), text: &str) {
    let draft = Draft { text: text.into(), path: Some(path.clone()) };
    update(state, Message::Draft(*ticket, Ok(Some(draft))));
}

#[test]
fn policies_that_are_given_in_files_decide_too() {
    let (mut state, reads) = given();
    let paths: Vec<&str> = reads.iter().map(|(_, path)| path.as_str()).collect();
    assert_eq!(paths, ["limits.json", "own.json"]);
    read(&mut state, &reads[0], r#"{"Statement":{"Effect":"Deny","Action":"s3:GetObject","Resource":"*"}}"#);
    assert!(state.prompt.is_some(), "not asked before all of them are read");
    read(&mut state, &reads[1], r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#);
    assert!(state.prompt.is_none());
    let answer = said(&state);
    assert!(answer.starts_with(" ✖ denied") && answer.contains("service control policy 1 ✖ denies it"), "{answer}");
    assert!(answer.contains("--scp limits.json --resource-policy own.json"), "{answer}");
    assert!(answer.contains("service control policy limits.json\n Deny, statement 1"), "{answer}");
    assert!(!answer.contains("ask again with"), "nothing is left that could be given: {answer}");
    let mut state = asking();
    press(&mut state, "s3:GetObject arn:aws:s3:::shop/a<enter>");
    let answer = said(&state);
    assert!(answer.contains("ask again with --scp FILE, --resource-policy FILE"), "{answer}");
}

#[test]
fn a_file_that_is_no_policy_or_not_there_is_no_question() {
    let (mut state, reads) = given();
    read(&mut state, &reads[0], "[");
    read(&mut state, &reads[1], "{}");
    let refused = screen(&state).refused.clone().unwrap_or_default();
    assert!(refused.starts_with("limits.json is no "), "{refused}");
    assert!(screen(&state).inquiry.is_none() && state.prompt.is_some(), "it can be mended");
    let (mut state, reads) = given();
    let refusal = Refusal { said: "limits.json cannot be read: it is not there".into(), hint: None };
    update(&mut state, Message::Draft(reads[0].0, Err(refusal)));
    read(&mut state, &reads[1], "{}");
    assert_eq!(screen(&state).refused.as_deref(), Some("limits.json cannot be read: it is not there"));
}

#[test]
fn what_can_be_given_is_offered_and_a_file_is_no_resource() {
    let mut state = asking();
    press(&mut state, "s3:GetObject --s");
    assert_eq!(offered(&state), ["s3:GetObject --scp "]);
    press(&mut state, "cp limits.json arn:aws:s3:::shop/");
    assert!(offered(&state).contains(&"s3:GetObject --scp limits.json arn:aws:s3:::shop/*"), "{:?}", offered(&state));
}
