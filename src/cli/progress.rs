//! One line on standard error while something takes long.

use crate::domain::inventory::{Inventory, Kind};
use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// How often the line is written.
const EVERY: Duration = Duration::from_millis(100);

/// A line that is written over and over, and gone at the end. Nothing where standard error is no terminal.
pub(super) struct Progress {
    is_terminal: bool,
    last: Instant,
    shown: bool,
}

impl Progress {
    /// Nothing is shown yet.
    pub(super) fn new() -> Self {
        Self { is_terminal: io::stderr().is_terminal(), last: Instant::now(), shown: false }
    }

    /// Says how far it has come.
    pub(super) fn say(&mut self, inventory: &Inventory, open_questions: usize) {
        if self.is_terminal && self.last.elapsed() >= EVERY {
            self.write(&line(inventory, open_questions));
        }
    }

    fn write(&mut self, line: &str) {
        (self.last, self.shown) = (Instant::now(), true);
        let mut err = io::stderr().lock();
        let _ = write!(err, "\r\x1b[K{line}");
        let _ = err.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            self.write("");
        }
    }
}

/// Takes the line away, for whoever ends the program in the middle of it.
pub(super) fn clear() {
    let mut err = io::stderr().lock();
    if io::stderr().is_terminal() {
        let _ = write!(err, "\r\x1b[K");
        let _ = err.flush();
    }
}

fn line(inventory: &Inventory, open_questions: usize) -> String {
    let pods = inventory.listings().of(Kind::Pod);
    let mut line = match pods.expected {
        Some(expected) if pods.running => format!("reading pods {} / {expected}", pods.seen),
        _ if pods.running => format!("reading pods {}", pods.seen),
        _ => "reading".to_owned(),
    };
    if open_questions > 0 {
        let roles = inventory.aws().roles().count();
        line = format!("{line} · roles {roles} · {open_questions} AWS questions open");
    }
    line
}
