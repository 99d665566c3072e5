//! The two questions that one asks of a pod on the screen: does its role let it in, and what may it do.

use crate::support::program::{self, Program};
use crate::support::world::{self, WHO};
use crate::terminal::Terminal;
use libtest_mimic::Trial;

/// A pod whose role trusts its ServiceAccount by name, and may read from S3 and nothing else.
const POD: &str = "named";
const ROLE: &str = "apps/lab-named";

pub(crate) fn trials() -> Vec<Trial> {
    crate::named!(
        asking: trust_is_shown_by_condition_and_then_what_is_allowed,
        what_no_statement_allows_is_not_allowed,
    )
}

/// The pods' table with that pod alone in it, and its role.
fn selected() -> Terminal {
    world::ready();
    let arguments = ["-n", WHO, "--command", "pods", "--cluster-name", "lab"];
    let mut terminal = Terminal::start(program::path(), &arguments, Program::new().environment(), (150, 45));
    terminal.wait_for("the pods", |text| text.contains("associated"));
    terminal.keys(&format!("/{POD}\r"));
    wait_for_the_row(&terminal);
    terminal
}

fn wait_for_the_row(terminal: &Terminal) {
    terminal.wait_for("its row alone, with its role", |text| text.contains("Pods of who 1 of") && text.contains(ROLE));
}

/// The screen's lines without the frame around them.
fn rows(screen: &str) -> Vec<&str> {
    let frame = |sign: char| sign.is_whitespace() || matches!(sign, '│' | '┃');
    screen.lines().map(|line| line.trim_matches(frame)).collect()
}

/// Whether a condition stands there as one that holds, with what it expects and what is sent.
fn holds(screen: &str, claim: &str, value: &str) -> bool {
    let said = |line: &str, word: &str| line.strip_prefix(word).is_some_and(|said| said.trim_start() == value);
    let key = format!(":{claim} StringEquals");
    rows(screen).windows(3).any(|lines| {
        lines[0].starts_with("✔ condition")
            && lines[0].ends_with(&key)
            && said(lines[1], "expected ")
            && said(lines[2], "sent ")
    })
}

fn ask(terminal: &mut Terminal, question: &str) {
    terminal.keys("x");
    terminal.wait_for("an empty line to ask in", |text| text.contains("ACTION [RESOURCE]"));
    terminal.keys(question);
    terminal.wait_for("the question", |text| text.contains(question));
    terminal.keys("\r");
}

fn wait_for_allowed(terminal: &Terminal) {
    terminal.wait_for("that it is allowed, and the statement", |text| {
        let rows = rows(text);
        rows.iter().any(|row| row.starts_with("✔ allowed"))
            && rows.iter().any(|row| row.starts_with("identity policy") && row.ends_with("✔ allows it"))
            && rows.contains(&"identity policy inline")
            && rows.contains(&"Allow, statement 1")
            && rows.iter().any(|row| row.contains(r#""Action": "s3:GetObject""#))
    });
}

fn wait_for_not_allowed(terminal: &Terminal) {
    terminal.wait_for("that it is not allowed, and by what", |text| {
        let rows = rows(text);
        rows.iter().any(|row| row.starts_with("✖ not allowed: no statement of identity policies allows it"))
            && rows.iter().any(|row| row.starts_with("identity policy") && row.ends_with("says nothing of it"))
            && !rows.iter().any(|row| row.starts_with("✔ allowed"))
    });
}

fn trust_is_shown_by_condition_and_then_what_is_allowed() {
    let mut terminal = selected();
    terminal.keys("t");
    let subject = format!("system:serviceaccount:{WHO}:{POD}");
    terminal.wait_for("that it is trusted, and by which conditions", |text| {
        rows(text).contains(&format!("✔ trusted: its trust policy lets {subject} in").as_str())
            && holds(text, "sub", &subject)
            && holds(text, "aud", "sts.amazonaws.com")
            && !text.contains("✖ condition")
    });
    terminal.keys("\x1b");
    wait_for_the_row(&terminal);
    ask(&mut terminal, "s3:GetObject arn:aws:s3:::shop/a");
    wait_for_allowed(&terminal);
}

fn what_no_statement_allows_is_not_allowed() {
    let mut terminal = selected();
    ask(&mut terminal, "s3:PutObject arn:aws:s3:::shop/a");
    wait_for_not_allowed(&terminal);
}
