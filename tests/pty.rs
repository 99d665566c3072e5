//! The program in a terminal, with the demo: how it starts, fits, stops, and what it leaves behind.

#![expect(clippy::expect_used, reason = "helpers of tests")]

#[path = "support/terminal.rs"]
#[allow(dead_code, reason = "shared with tests/live, which uses other parts of it")]
mod terminal;

use futures_util::future::BoxFuture;
use rolecall::config::Connection;
use rolecall::domain::inventory::{Kind, ObjectRef, Scope};
use rolecall::domain::model::Name;
use rolecall::source::{self, Access, Ask, Deltas, Facts, Failure};
use std::sync::Arc;
use terminal::Terminal;

const SIZE: (u16, u16) = (130, 40);

fn demo(arguments: &[&str], environment: &[(&str, &str)], size: (u16, u16)) -> Terminal {
    let home = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let home = home.to_str().expect("UTF-8");
    let environment = [("HOME", home), ("PATH", "/usr/bin:/bin")].into_iter().chain(environment.iter().copied());
    Terminal::start(env!("CARGO_BIN_EXE_rolecall"), &[&["--demo"], arguments].concat(), environment, size)
}

/// Started, and the answer is on the first screen.
fn started() -> Terminal {
    let terminal = demo(&[], &[], SIZE);
    terminal.wait_for("pods with their identities", shows_identities);
    terminal
}

fn shows_identities(text: &str) -> bool {
    text.contains("IRSA") && text.contains("node role")
}

#[test]
fn starts_on_the_alternate_screen_and_q_gives_the_terminal_back() {
    let mut terminal = started();
    assert!(terminal.is_full_screen());
    terminal.keys("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored(), "{}", terminal.text());
}

#[test]
fn ctrl_c_gives_the_terminal_back() {
    let mut terminal = started();
    terminal.keys("\x03");
    terminal.ended();
    assert!(terminal.is_restored(), "{}", terminal.text());
}

#[test]
fn signals_that_end_it_give_the_terminal_back() {
    for (signal, code) in [("TERM", 0), ("HUP", 129)] {
        let mut terminal = started();
        terminal.signal(signal);
        assert_eq!(terminal.ended().exit_code(), code, "after SIG{signal}");
        assert!(terminal.is_restored(), "after SIG{signal}: {}", terminal.text());
    }
}

#[test]
fn ends_when_its_terminal_is_gone() {
    let mut terminal = started();
    terminal.close();
    let status = terminal.ended();
    assert_eq!((status.exit_code(), status.signal()), (129, None), "of itself, and in order");
}

#[test]
fn follows_the_size_of_the_terminal() {
    let terminal = started();
    for (columns, rows) in [(80, 24), (40, 10), (200, 60), (100, 30)] {
        terminal.resize(columns, rows);
        let fits = |text: &str| {
            let lines: Vec<&str> = text.lines().collect();
            let widest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
            lines.len() > usize::from(rows) - 3 && widest > usize::from(columns) * 9 / 10
        };
        terminal.wait_for(&format!("{columns} by {rows} filled"), fits);
    }
    terminal.wait_for("the same as at the start", shows_identities);
}

#[test]
fn without_colour_no_colour_is_written() {
    let terminal = demo(&[], &[("NO_COLOR", "1")], SIZE);
    terminal.wait_for("pods with their identities", shows_identities);
    assert!(!terminal.has_colour());
    let plain = colour_codes(&terminal.bytes());
    assert!(plain.is_empty(), "{plain:?}");
    let coloured = started();
    assert!(coloured.has_colour(), "and with colour there is some");
}

/// The parameters of every `CSI … m` that sets a colour.
fn colour_codes(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let sequences =
        text.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m').map(|(parameters, _)| parameters));
    let parameters =
        sequences.filter(|parameters| parameters.chars().all(|sign| sign.is_ascii_digit() || ";:".contains(sign)));
    let sets_colour = |parameters: &&str| {
        parameters.split(';').any(|code| matches!(code.parse::<u8>(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)))
    };
    parameters.filter(sets_colour).map(str::to_owned).collect()
}

#[test]
fn ascii_draws_no_other_signs() {
    let terminal = demo(&["--ascii"], &[], SIZE);
    let text = terminal.wait_for("pods with their identities", shows_identities);
    let others: String = text.chars().filter(|sign| !sign.is_ascii()).collect();
    assert_eq!(others, "");
}

#[test]
fn ctrl_z_shows_problems_only_and_does_not_stop_it() {
    let mut terminal = started();
    terminal.keys("\x1a");
    terminal.wait_for("problems only", |text| text.contains("─ problems "));
    assert_ne!(terminal.process_state(), 'T');
}

#[test]
fn it_can_be_suspended_and_comes_back_whole() {
    let mut terminal = started();
    terminal.signal("TSTP");
    terminal.wait_until("stopped", |terminal| terminal.process_state() == 'T');
    terminal.wait_until("the shell has its screen", Terminal::is_restored);
    terminal.signal("CONT");
    terminal.wait_until("the screen is back", Terminal::is_full_screen);
    terminal.wait_until("and the mouse", Terminal::reports_mouse);
    terminal.wait_for("all of it", shows_identities);
    terminal.keys("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored());
}

/// The column and the row, both from 1, at which a text stands on the screen.
fn place_of(screen: &str, wanted: &str) -> (usize, usize) {
    let mut lines = screen.lines().zip(1..);
    let found =
        lines.find_map(|(line, row)| line.find(wanted).map(|at| (line.split_at(at).0.chars().count() + 1, row)));
    found.expect("it is on the screen")
}

/// What stands on the screen once it is as wanted and no more of it is drawn: places in half a frame are nobody's.
fn at_rest(terminal: &Terminal, what: &str, wanted: impl Fn(&str) -> bool) -> String {
    let mut text = terminal.wait_for(what, &wanted);
    loop {
        std::thread::sleep(std::time::Duration::from_millis(200));
        let now = terminal.wait_for(what, &wanted);
        if now == text {
            return now;
        }
        text = now;
    }
}

/// A press of the first button and its release, as terminals write them.
fn click((column, row): (usize, usize)) -> String {
    format!("\x1b[<0;{column};{row}M\x1b[<0;{column};{row}m")
}

#[test]
fn the_mouse_selects_scrolls_and_copies() {
    let mut terminal = started();
    terminal.wait_until("the mouse is reported", Terminal::reports_mouse);
    let asked = String::from_utf8_lossy(&terminal.bytes()).into_owned();
    assert!(
        asked.contains("\x1b[?1002h") && !asked.contains("\x1b[?1003h"),
        "moves without a button are not asked for"
    );
    let screen = at_rest(&terminal, "all namespaces", |text| text.contains("Namespaces 15"));
    terminal.keys(&click(place_of(&screen, "kube-system")));
    let screen = at_rest(&terminal, "the namespace", |text| text.contains("ServiceAccounts of kube-system"));
    terminal.keys(&click(place_of(&screen, "? help")));
    at_rest(&terminal, "the help", |text| text.contains("Keys of the explorer") && text.contains("go in: "));
    terminal.keys("\x1b[<65;40;20M");
    let help = at_rest(&terminal, "what stands below", |text| !text.contains("go in: ") && text.contains("warp: "));
    let (column, row) = place_of(&help, "warp: ");
    let last = column + "warp".len() - 1;
    terminal.keys(&format!("\x1b[<0;{column};{row}M\x1b[<32;{last};{row}M\x1b[<0;{last};{row}m"));
    terminal.wait_for("what was copied", |text| text.contains("copied warp"));
    let copied = String::from_utf8_lossy(&terminal.bytes()).contains("\x1b]52;c;d2FycA==");
    assert!(copied, "base64 of it, by OSC 52");
    terminal.keys("qq");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored(), "{}", terminal.text());
}

#[test]
fn the_mouse_is_left_to_the_terminal_where_that_is_wanted() {
    let mut terminal = demo(&["--no-mouse"], &[], SIZE);
    terminal.wait_for("pods with their identities", shows_identities);
    assert!(!terminal.reports_mouse());
    terminal.signal("TSTP");
    terminal.wait_until("the shell has its screen", Terminal::is_restored);
    terminal.signal("CONT");
    terminal.wait_for("all of it", shows_identities);
    terminal.wait_until("the screen is back", Terminal::is_full_screen);
    assert!(!terminal.reports_mouse());
    terminal.keys("?G");
    let help = terminal
        .wait_for("the end of the help", |text| text.contains("Keys of the explorer") && text.contains("ctrl-c"));
    assert!(!help.contains("wheel"), "what it does not do is not in its help");
}

/// The demo, whose objects nobody can read without a panic.
struct Panicking(Arc<dyn Facts>);

impl Facts for Panicking {
    fn follow(self: Arc<Self>, ask: Ask, out: Deltas) -> BoxFuture<'static, ()> {
        self.0.clone().follow(ask, out)
    }

    #[expect(clippy::panic, reason = "what the test is about")]
    fn object(&self, _: ObjectRef) -> BoxFuture<'_, Result<String, Failure>> {
        Box::pin(async { panic!("an object that cannot be read") })
    }

    fn labelled(&self, kind: Kind, scope: Scope, by: String) -> BoxFuture<'_, Result<Vec<(Name, Name)>, Failure>> {
        self.0.labelled(kind, scope, by)
    }

    fn access(&self, scope: Scope) -> BoxFuture<'_, Vec<Access>> {
        self.0.access(scope)
    }
}

#[tokio::test]
#[ignore = "it takes the terminal: the test below gives it one"]
async fn with_a_task_that_panics() -> color_eyre::Result<()> {
    let demo = source::demo::source(false).expect("the demo");
    let source = source::Source { facts: Arc::new(Panicking(demo.facts.clone())), ..demo };
    rolecall::tui::run(source, Connection::default(), rolecall::tui::app::Options::default()).await
}

#[test]
fn a_panic_in_a_task_gives_the_terminal_back_and_is_told_on_it() {
    let this = std::env::current_exe().expect("this program");
    let arguments = ["--ignored", "--exact", "with_a_task_that_panics", "--nocapture"];
    let home = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let mut terminal = Terminal::start(this.to_str().expect("UTF-8"), &arguments, [("HOME", home)], SIZE);
    terminal.wait_for("pods with their identities", shows_identities);
    terminal.keys("y");
    assert_ne!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored(), "{}", terminal.text());
    let text = terminal.text();
    assert!(text.contains("an object that cannot be read"), "{text}");
    assert!(text.contains("its report stands above"), "{text}");
}

#[test]
fn without_a_terminal_it_says_so_and_what_to_do() {
    let output = assert_cmd::Command::new(env!("CARGO_BIN_EXE_rolecall")).arg("--demo").output().expect("it starts");
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("terminal"), "{said}");
    assert!(output.stdout.is_empty(), "no screen is drawn into a pipe");
}

/// What is for a machine comes afterwards; whoever is asked has seen the plan before.
#[test]
fn what_is_asked_about_was_shown_before_in_machine_formats_too() {
    for format in ["json", "yaml"] {
        let arguments = ["detach", "role/shop-search", "shop-catalogue-read", "-o", format];
        let mut terminal = demo(&arguments, &[], SIZE);
        let text = terminal.wait_for("the question", |text| text.contains("type lose to do it all the same"));
        for shown in
            ["detach policy shop-catalogue-read", "$ aws iam detach-role-policy", "!  role eks/shop-search may"]
        {
            assert!(text.contains(shown), "{shown}: {text}");
        }
        terminal.keys("lose\r");
        terminal.wait_for("the other question", |text| text.contains("type all to do it all the same"));
        terminal.keys("no\r");
        assert_eq!(terminal.ended().exit_code(), 130);
        assert!(!terminal.text().contains("apiVersion"), "nothing was done: {}", terminal.text());
    }
}

#[test]
fn the_editor_has_the_terminal_and_gives_it_back() {
    let folder = tempfile::tempdir().expect("a directory");
    let at = |name: &str| folder.path().join(name);
    let script = "while [ ! -e \"$0.go\" ]; do sleep 0.05; done; sed -i s/GetObject/PutObject/ \"$1\"";
    std::fs::write(at("editor"), script).expect("an editor");
    let editor = format!("sh {}", at("editor").display());
    let mut terminal = demo(&["--command", "roles"], &[("EDITOR", &editor)], SIZE);
    terminal.wait_for("roles", |text| text.contains("legacy-exporter"));
    terminal.keys("/legacy-exporter\r");
    terminal.wait_for("it alone", |text| text.contains("1 of "));
    terminal.keys("i");
    terminal.wait_for("the form", |text| text.contains("put into an inline policy of role"));
    terminal.keys("\x15fresh\x0f");
    terminal.wait_until("the editor has the screen", Terminal::is_restored);
    std::fs::write(at("editor.go"), "").expect("the editor is told to end");
    terminal.wait_until("the screen is back", Terminal::is_full_screen);
    terminal.wait_until("and the mouse", Terminal::reports_mouse);
    terminal.wait_for("what was written", |text| text.contains("as written") && text.contains("s3:PutObject"));
    terminal.keys("\r");
    terminal.wait_for("the plan", |text| text.contains("put inline policy fresh into role"));
    terminal.keys("q");
    terminal.wait_for("the form again", |text| text.contains("its document"));
    terminal.keys("\x1b");
    terminal.wait_for("roles", |text| text.contains("1 of "));
    terminal.keys("q");
    assert_eq!(terminal.ended().exit_code(), 0);
    assert!(terminal.is_restored(), "{}", terminal.text());
}
