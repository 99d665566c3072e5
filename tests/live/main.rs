//! Everything the program does, against the lab of `tests/lab`: a real API server, the real webhook, moto for AWS.
//!
//! `tests/lab/run` brings a lab up and runs these. Without one (plain `cargo test`) each is reported as ignored, and a
//! line says what would run it. They share one lab, so they run one after the other.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test program of its own harness: clippy does not see that these are tests"
)]

mod access;
mod asking;
mod aws_denied;
mod aws_faults;
mod broken;
mod can;
mod capture;
mod changes;
mod changes_asked;
mod changes_associate;
mod changes_failing;
mod changes_iam;
mod changes_killed;
mod changes_kube;
mod changes_provider;
mod changes_refused;
mod changes_rights;
mod contexts;
mod inside;
mod kept_out;
mod kubernetes_faults;
mod policies;
mod sign_in;
mod support;
#[path = "../support/terminal.rs"]
#[allow(dead_code, reason = "shared with tests/pty.rs, which uses other parts of it")]
mod terminal;
mod tui;
mod tui_changes;
mod tui_mends;
mod tui_roles;
mod verdicts;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let lab = std::env::var_os("ROLECALL_LAB").is_some();
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    if !lab && !arguments.list {
        println!("\ntests/live did not run: it needs the lab, which `tests/lab/run` brings up");
    }
    let trials: Vec<Trial> =
        all().into_iter().map(|trial| if lab { trial } else { trial.with_ignored_flag(true) }).collect();
    libtest_mimic::run(&arguments, trials).exit();
}

/// Every test, in the order in which they run: those that disturb the lab come last.
fn all() -> Vec<Trial> {
    [
        policies::trials(),
        verdicts::trials(),
        access::trials(),
        sign_in::trials(),
        capture::trials(),
        aws_denied::trials(),
        aws_faults::trials(),
        can::trials(),
        kubernetes_faults::trials(),
        changes::trials(),
        asking::trials(),
        contexts::trials(),
        inside::trials(),
        tui::trials(),
        changes_kube::trials(),
        kept_out::trials(),
        tui_changes::trials(),
        tui_mends::trials(),
        tui_roles::trials(),
        changes_iam::trials(),
        changes_associate::trials(),
        changes_provider::trials(),
        changes_rights::trials(),
        changes_failing::trials(),
        changes_asked::trials(),
        changes_refused::trials(),
        broken::trials(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The named functions of a module as tests.
macro_rules! named {
    ($module:ident: $($name:ident),+ $(,)?) => {
        vec![$(libtest_mimic::Trial::test(concat!(stringify!($module), "::", stringify!($name)), || {
            $name();
            Ok(())
        })),+]
    };
}
use named;
