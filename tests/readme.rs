//! What the README says of the program is what the program does: the table of keys comes from the key table.

use rolecall::tui::keymap::{Group, TABLE};
use std::fmt::Write as _;

const README: &str = include_str!("../README.md");

#[test]
fn the_keys_are_those_of_the_table() {
    let (begin, end) = ("<!-- keys -->\n", "<!-- /keys -->");
    let written = README.split_once(begin).and_then(|(_, rest)| rest.split_once(end)).map(|(keys, _)| keys.trim());
    let table = keys();
    assert!(written == Some(table.trim()), "put this between {begin}and {end} of the README:\n\n{table}");
}

#[test]
fn every_file_that_it_points_to_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let links = README.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.contains("://") && !link.starts_with('#')) {
        assert!(root.join(link).exists(), "the README points to {link}, which is not there");
    }
}

/// The table of keys as Markdown.
fn keys() -> String {
    let mut text = String::from("| key | what it does |\n|---|---|\n");
    for group in Group::ALL {
        let _ = writeln!(text, "| **{}** | |", group.title());
        for line in TABLE.iter().filter(|line| line.group == group && !line.help.is_empty()) {
            let keys = line.keys_text().split(' ').map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "| {keys} | {} |", line.help);
        }
    }
    text
}
