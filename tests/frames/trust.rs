//! The page of trust: trusted, not trusted, not known, and whom a role would let in.

#![expect(clippy::expect_used, reason = "a failed test panics by name")]

use crate::stage::Stage;
use rolecall::report::capture;
use rolecall::tui::app::Options;

const SIZES: [(u16, u16); 3] = [(120, 40), (80, 24), (40, 10)];

fn stage(size: (u16, u16), options: Options) -> Stage {
    let mut stage = Stage::with_options(size, options);
    let text = include_str!("../cli/trust.json");
    stage.read(capture::from_text(text).expect("the small cluster is a good capture").into_deltas());
    stage
}

fn at_every_size(name: &str, keys: &str) {
    for (width, height) in SIZES {
        let mut stage = stage((width, height), Options::default());
        stage.go("sa");
        stage.press(keys);
        insta::assert_snapshot!(format!("trust-{name}-{width}x{height}"), stage.picture());
    }
}

#[test]
fn trusted() {
    at_every_size("trusted", "/ a p i enter t");
}

#[test]
fn not_trusted() {
    at_every_size("not-trusted", "/ w e b enter t");
}

#[test]
fn not_known() {
    at_every_size("unknown", "/ f a r enter t");
}

#[test]
fn bound_twice_and_scrolled_to_the_documents() {
    at_every_size("both", "/ b o t h enter t G");
}

#[test]
fn what_comes_of_each_hop_stands_above_the_first() {
    let mut stage = Stage::with_options((120, 40), Options::default());
    let text = include_str!("../cli/hop.json");
    stage.read(capture::from_text(text).expect("the small cluster is a good capture").into_deltas());
    stage.go("sa");
    stage.press("/ a p i enter t");
    let picture = stage.picture();
    let at = |text: &str| picture.find(text).expect("it is on the screen");
    assert!(
        at("✔ role api by Pod Identity: trusted") < at("✖ role hub from role api by Pod Identity: no"),
        "{picture}"
    );
    assert!(at("✖ role hub from role api by Pod Identity: no") < at("✔ role exists"), "{picture}");
}

#[test]
fn bound_to_nothing() {
    at_every_size("unbound", "/ n o n e enter t");
}

#[test]
fn whom_a_role_would_let_in() {
    for (width, height) in SIZES {
        let mut stage = stage((width, height), Options::default());
        stage.go("roles");
        stage.press("/ o p e n enter t");
        insta::assert_snapshot!(format!("trust-role-{width}x{height}"), stage.picture());
    }
}

#[test]
fn without_colour_and_beyond_ascii() {
    let mut stage = stage((80, 24), Options { ascii: true, no_color: true, ..Options::default() });
    stage.go("sa");
    stage.press("/ w e b enter t");
    let (picture, styles) =
        stage.picture().split_once("--\n").map(|(a, b)| (a.to_owned(), b.to_owned())).expect("both");
    assert!(picture.is_ascii(), "{picture}");
    assert!(!styles.contains("red") && !styles.contains("green"), "{styles}");
    assert!(picture.contains("x not trusted"), "{picture}");
}
