use super::{Capture, from_text, to_json};
use crate::domain::inventory::{Dirty, Inventory, Kind};
use crate::domain::model::{EnvValue, Gap};

/// The example of the module's documentation: it must stay true.
fn example() -> String {
    let source = include_str!("mod.rs");
    let block = source.split("```").nth(1).unwrap();
    block.lines().skip(1).map(|line| line.strip_prefix("//!").unwrap()).collect::<Vec<_>>().join("\n")
}

fn inventory_of(capture: Capture) -> Inventory {
    let (mut inventory, mut dirty) = (Inventory::default(), Dirty::default());
    for delta in capture.into_deltas() {
        inventory.apply(delta, &mut dirty);
    }
    inventory
}

fn json_of(capture: &Capture) -> String {
    let mut bytes = Vec::new();
    to_json(capture, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_documented_example_is_read_whole() {
    let capture = from_text(&example()).unwrap();
    assert_eq!(capture.broken(), Vec::<Gap>::new());
    let inventory = inventory_of(capture);
    let shop = inventory.shard("shop").unwrap();
    assert_eq!(shop.pods().len(), 2);
    let container = &shop.pod("api-7d9f6c-x2kqv").unwrap().spec.containers[0];
    assert!(matches!(container.env("AWS_ROLE_ARN"), Some(EnvValue::Literal(_))));
    assert!(inventory.listings().of(Kind::Node).is_unreadable());
}

#[test]
fn a_capture_of_what_a_capture_told_is_the_same() {
    let capture = from_text(&example()).unwrap();
    let taken_at = capture.taken_at;
    let first = Capture::of(&inventory_of(capture), taken_at);
    let text = json_of(&first);
    let second = Capture::of(&inventory_of(from_text(&text).unwrap()), taken_at);
    assert_eq!(text, json_of(&second));
}
