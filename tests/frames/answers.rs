//! Questions and their answers, over the demo's account: its roles have policies that say something.

#![expect(clippy::expect_used, reason = "what a test stands on is there, or the test is wrong")]

use crate::stage::Stage;
use rolecall::domain::inventory::Delta;
use rolecall::report::capture;
use rolecall::source::catalogue::catalogue;
use rolecall::tui::app::{Message, Options};

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];
const ACCOUNT: &str = "111122223333";

/// The demo as it begins.
fn demo() -> Vec<Delta> {
    let bytes = include_bytes!("../../assets/demo/cluster.json.gz");
    capture::from_bytes(bytes).expect("the demo is a good capture").into_deltas()
}

/// The screen of a question about a row of a table, found by its name, with the catalogue.
fn asking_of(stage: &mut Stage, table: &str, row: &str) {
    stage.go(table);
    stage.press("/");
    stage.write(row);
    stage.state.catalogue = None;
    stage.press("enter x");
    stage.answer(|ticket| Message::Catalogue(ticket, catalogue()));
}

/// Takes a picture of the answer at every size.
fn answer(name: &str, (table, row): (&str, &str), question: &str) {
    for size in SIZES {
        let mut stage = Stage::empty(size);
        stage.read(demo());
        asking_of(&mut stage, table, row);
        stage.write(question);
        stage.press("enter");
        insta::assert_snapshot!(format!("answer-{name}-{}x{}", size.0, size.1), stage.picture());
    }
}

#[test]
fn allowed_with_the_statement_that_allows_it() {
    let table = format!("dynamodb:GetItem arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/carts");
    answer("allowed", ("roles", "shop-cart"), &table);
}

#[test]
fn not_allowed_with_the_statements_that_come_nearest() {
    answer("not-allowed", ("roles", "shop-cart"), "s3:PutObject arn:aws:s3:::prod-eu-shop-images/logo.png");
}

#[test]
fn denied_by_a_statement_of_the_boundary() {
    answer("denied", ("roles", "shop-cart"), "s3:DeleteBucket arn:aws:s3:::prod-eu-shop-images");
}

#[test]
fn hanging_on_a_key_that_is_not_known() {
    let invoice = "s3:PutObject arn:aws:s3:::prod-eu-shop-invoices/2026/1.pdf";
    answer("depends", ("roles", "shop-checkout"), invoice);
}

#[test]
fn a_layer_that_allows_a_part_of_a_pattern_hangs_on_nothing() {
    let mut stage = Stage::empty((120, 40));
    stage.read(demo());
    asking_of(&mut stage, "roles", "shop-cart");
    stage.write(&format!("dynamodb:GetItem arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/*"));
    stage.press("enter");
    let picture = stage.picture();
    assert!(picture.contains("? allows a part of it") && !picture.contains("hangs on what is not known"), "{picture}");
}

#[test]
fn a_pattern_of_actions_is_answered_action_by_action() {
    answer("pattern", ("roles", "shop-cart"), "dynamodb:*Item");
}

#[test]
fn pods_of_one_account_that_differ_are_answered_each_by_itself() {
    let table = format!("dynamodb:GetItem arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/sessions");
    answer("account", ("sa shop", "api"), &table);
}

#[test]
fn nobody_without_credentials_may_do_anything() {
    answer("no-credentials", ("po", "zookeeper-0"), "s3:GetObject arn:aws:s3:::prod-eu-export/a");
}

#[test]
fn policies_that_are_on_their_way_are_waited_for() {
    for size in SIZES {
        let mut stage = Stage::empty(size);
        let (late, soon): (Vec<Delta>, Vec<Delta>) =
            demo().into_iter().partition(|delta| matches!(delta, Delta::ManagedPolicy(..)));
        stage.read(soon);
        asking_of(&mut stage, "roles", "shop-cart");
        stage.write("s3:DeleteBucket arn:aws:s3:::prod-eu-shop-images");
        stage.press("enter");
        insta::assert_snapshot!(format!("answer-loading-{}x{}", size.0, size.1), stage.picture());
        assert!(stage.picture().contains("… reading"));
        stage.read(late);
        assert!(stage.picture().contains("✖ denied"), "the answer comes with them");
    }
}

#[test]
fn what_can_be_asked_is_offered() {
    for (name, typed) in
        [("empty", ""), ("actions", "dynamodb:G"), ("resources", "s3:GetObject "), ("none", "s3GetObject")]
    {
        for size in SIZES {
            let mut stage = Stage::empty(size);
            stage.read(demo());
            asking_of(&mut stage, "roles", "shop-cart");
            stage.write(typed);
            match name {
                "resources" => stage.press("tab"),
                "none" => stage.press("enter"),
                _ => {}
            }
            insta::assert_snapshot!(format!("ask-{name}-{}x{}", size.0, size.1), stage.picture());
        }
    }
}

#[test]
fn marks_and_words_are_enough_without_colours_and_glyphs() {
    let options = Options { ascii: true, no_color: true, ..Options::default() };
    let mut stage = Stage::with_options((80, 24), options);
    stage.read(demo());
    asking_of(&mut stage, "roles", "shop-cart");
    stage.write("s3:DeleteBucket arn:aws:s3:::prod-eu-shop-images");
    stage.press("enter");
    let picture = stage.picture();
    insta::assert_snapshot!("answer-ascii-80x24", picture);
    assert!(picture.split("--\n").next().is_some_and(str::is_ascii));
}
