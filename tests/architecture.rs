//! The rules of the house, checked over the source text: which room may use which, how large a file gets, what may
//! stand in a `mod.rs`, and what the pure core never touches. `ARCHITECTURE.md` says why.

#![expect(clippy::unwrap_used, reason = "a source tree that cannot be read is a failed test")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// The rooms of `src`, and whom each may use. A file belongs to the room with the longest matching path; its own room
/// it may always use, and `domain` stands for every room in it.
const ROOMS: [(&str, &[&str]); 20] = [
    ("domain", &[]),
    ("domain/model", &[]),
    ("domain/policy", &["domain/model"]),
    ("domain/inventory", &["domain/model", "domain/policy"]),
    ("domain/access", &["domain/model", "domain/policy", "domain/inventory"]),
    ("domain/identity", &["domain/model", "domain/policy", "domain/inventory", "domain/access"]),
    ("domain/diagnose", &["domain/model", "domain/policy", "domain/inventory", "domain/access", "domain/identity"]),
    (
        "domain/plan",
        &["domain/model", "domain/policy", "domain/inventory", "domain/access", "domain/identity", "domain/diagnose"],
    ),
    ("config", &[]),
    ("telemetry", &["config"]),
    ("report", &["domain"]),
    ("source", &["domain", "report", "config"]),
    ("tui", &["domain", "source", "report", "config"]),
    ("tui/app", &["domain", "tui/keymap", "tui/text"]),
    ("tui/theme", &["domain"]),
    ("tui/text", &["domain"]),
    ("tui/keymap", &["domain", "tui/app"]),
    ("tui/widget", &["domain", "tui/app", "tui/keymap", "tui/text", "tui/theme"]),
    ("tui/view", &["domain", "tui/app", "tui/keymap", "tui/text", "tui/theme", "tui/widget"]),
    ("cli", &["domain", "source", "report", "config", "telemetry", "tui"]),
];

/// What the pure core never names: no I/O, no async, no clock, no printing, no serde on its types.
const NOT_IN_DOMAIN: [(&str, &str); 17] = [
    ("serde", "no serde on its types: wire types stand in report"),
    ("tokio", "no async"),
    ("futures_util", "no async"),
    ("async fn", "no async"),
    (".await", "no async"),
    ("kube::", "nothing of the network"),
    ("k8s_openapi", "nothing of the network"),
    ("aws_sdk_", "nothing of the network"),
    ("ratatui", "nothing of the screen"),
    ("crossterm", "nothing of the screen"),
    ("std::fs", "no I/O"),
    ("std::io", "no I/O"),
    ("std::net", "no I/O"),
    ("std::env", "no I/O"),
    ("std::time", "no clock: now is an argument"),
    ("Timestamp::now", "no clock: now is an argument"),
    ("println!", "no printing"),
];

/// A file as long as this holds more than one idea.
const LINES: usize = 400;

#[test]
fn rooms_use_only_what_stands_above_them() {
    let mut broken = Broken::default();
    for file in sources() {
        let Some(room) = file.room() else { continue };
        let allowed = ROOMS.iter().find(|(name, _)| *name == room).map_or(&[][..], |(_, allowed)| allowed);
        for (line, text) in file.code() {
            for used in rooms_in(text) {
                let own = used == room || is_in(used, room);
                if !own && !allowed.iter().any(|room| used == *room || is_in(used, room)) {
                    broken.note(&file, line, &format!("{room} must not use {used}"));
                }
            }
        }
    }
    broken.report("an import goes against the arrows (see ARCHITECTURE.md)");
}

#[test]
fn imports_name_their_room() {
    let mut broken = Broken::default();
    for file in sources() {
        for (line, text) in file.code() {
            if let Some(braces) = hiding(text) {
                broken.note(&file, line, &format!("{braces} hides which room is used: one `use crate::room::…` each"));
            }
        }
    }
    broken.report("an import does not say which room it uses");
}

#[test]
fn the_core_is_pure() {
    let mut broken = Broken::default();
    for file in sources().iter().filter(|file| file.path.starts_with("domain")) {
        for (line, text) in file.code() {
            for (word, reason) in NOT_IN_DOMAIN {
                if text.contains(word) {
                    broken.note(file, line, &format!("`{word}`: {reason}"));
                }
            }
        }
    }
    broken.report("domain is pure: facts in, verdicts out");
}

#[test]
fn the_network_stays_behind_the_ports() {
    let mut broken = Broken::default();
    for file in sources().iter().filter(|file| !file.path.starts_with("source")) {
        for (line, text) in file.code() {
            for word in ["kube::", "k8s_openapi::", "aws_sdk_", "aws_config::", "aws_smithy_"] {
                if text.contains(word) && !text.contains(&format!("::{word}")) {
                    broken.note(file, line, &format!("`{word}` is named outside source"));
                }
            }
        }
    }
    broken.report("only source talks to Kubernetes and AWS");
}

#[test]
fn files_are_short() {
    let mut broken = Broken::default();
    let others = ["tests", "benches", "examples"].into_iter().flat_map(files_below);
    for file in sources().into_iter().chain(others) {
        let lines = file.text.lines().count();
        if lines >= LINES {
            broken.note(&file, lines, &format!("{lines} lines: split it by idea (fewer than {LINES})"));
        }
    }
    broken.report("a file is too long");
}

#[test]
fn files_say_what_they_are_for() {
    let mut broken = Broken::default();
    for file in sources() {
        if !file.text.starts_with("//! ") {
            broken.note(&file, 1, "begin with a sentence of module documentation (`//! …`)");
        }
    }
    broken.report("a file does not say what it is for");
}

#[test]
fn mod_files_hold_no_logic() {
    let mut broken = Broken::default();
    for file in sources().iter().filter(|file| file.path.ends_with("mod.rs")) {
        for (line, text) in file.code() {
            if is_free_function(text) {
                broken.note(file, line, "a free function in a mod.rs: give it a file with a name");
            }
        }
    }
    broken.report("mod.rs holds docs, `mod`, `use` and the room's central type");
}

#[test]
fn nothing_panics_on_purpose() {
    let mut broken = Broken::default();
    for file in sources() {
        for (line, text) in file.code() {
            for word in [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("] {
                if text.contains(word) && !file.excuses(line) {
                    broken.note(&file, line, &format!("`{word}` outside tests: make it a value, a gap or an error"));
                }
            }
        }
    }
    broken.report("foreign input never ends the program");
}

/// One file.
struct Source {
    /// The folder of the project that it lies in, `src`.
    below: &'static str,
    /// Its path below that.
    path: PathBuf,
    text: String,
}

impl Source {
    /// The room it belongs to; none for `main.rs` and `lib.rs`.
    fn room(&self) -> Option<&'static str> {
        let path = self.path.with_extension("").to_string_lossy().replace('\\', "/");
        longest_room(&path)
    }

    /// Whether one of the lines right above gives the reason why this one cannot fail.
    fn excuses(&self, line: usize) -> bool {
        let above = self.text.lines().take(line).skip(line.saturating_sub(5));
        above.clone().any(|line| line.contains("#[expect(clippy::expect_used, reason = "))
    }

    /// Its lines of code, numbered from 1: without comments and without what is only compiled for tests.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate().map(|(index, line)| (index + 1, line));
        let mut tests = Tests::default();
        let code = lines.filter(move |(_, line)| !tests.hold(line));
        code.map(|(number, line)| (number, without_comment(line))).filter(|(_, line)| !line.trim().is_empty())
    }
}

/// Where in a file one is: among code, or in an item that is only compiled for tests. Files are formatted by rustfmt, so an
/// item begins and ends at the first column.
#[derive(Default)]
enum Tests {
    #[default]
    Code,
    /// Behind `#[cfg(test)]`, before the item itself.
    Announced,
    /// Within the item, up to the line that closes it.
    Within,
    /// The whole file is.
    Whole,
}

impl Tests {
    /// Whether the next line belongs to tests.
    fn hold(&mut self, line: &str) -> bool {
        *self = match self {
            Self::Whole => return true,
            _ if line.starts_with("#![cfg(test)]") => Self::Whole,
            Self::Code if line.starts_with("#[cfg(test)]") => Self::Announced,
            Self::Code => return false,
            Self::Announced if line.starts_with('#') || line.starts_with("//") => return true,
            Self::Announced if line.ends_with(';') => Self::Code,
            Self::Announced => Self::Within,
            Self::Within if line.starts_with('}') => Self::Code,
            Self::Within => return true,
        };
        true
    }
}

/// What was found to be against a rule.
#[derive(Default)]
struct Broken(String);

impl Broken {
    fn note(&mut self, file: &Source, line: usize, what: &str) {
        let _ = writeln!(self.0, "  {}/{}:{line}: {what}", file.below, file.path.display());
    }

    fn report(self, rule: &str) {
        assert!(self.0.is_empty(), "{rule}\n{}", self.0);
    }
}

/// Every file under `src` but those that hold nothing but tests.
fn sources() -> Vec<Source> {
    let mut files = files_below("src");
    files.retain(|file| !is_test(&file.path));
    assert!(files.len() > 20, "the source tree was not found");
    files
}

/// Every Rust file in a folder of the project.
fn files_below(below: &'static str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(below);
    let mut files = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push(Source { below, path: path.strip_prefix(&root).unwrap().to_owned(), text });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn is_test(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "tests") || path.components().any(|part| part.as_os_str() == "tests")
}

/// Whether the line begins a function that belongs to no type.
fn is_free_function(text: &str) -> bool {
    let before_name = text.split_once("fn ").map(|(before, _)| before);
    let is_prefix = |word: &str| matches!(word, "pub" | "async" | "const" | "unsafe") || word.starts_with("pub(");
    before_name.is_some_and(|before| {
        !before.starts_with(' ') && before.replace("pub(in ", "pub(").split_whitespace().all(is_prefix)
    })
}

/// What of a line hides which room is used from a check that reads line by line.
fn hiding(text: &str) -> Option<&'static str> {
    let anywhere = ["crate::{", "super::super::"].into_iter().find(|hiding| text.contains(hiding));
    anywhere.or_else(|| ["crate::domain::{", "crate::tui::{"].into_iter().find(|open| text.ends_with(open)))
}

/// The rooms that a line of code names by `crate::…`, also in braces: `crate::tui::{text, theme}`.
fn rooms_in(text: &str) -> Vec<&'static str> {
    let mut rooms = Vec::new();
    for rest in text.split("crate::").skip(1) {
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':')).unwrap_or(rest.len());
        let (path, rest) = rest.split_at(end);
        let within = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map_or("", |(within, _)| within);
        let names = within.split(',').map(|name| format!("{path}{}", name.trim()));
        rooms.extend(names.filter_map(|path| longest_room(path.trim_end_matches(':').replace("::", "/").as_str())));
    }
    rooms
}

fn longest_room(path: &str) -> Option<&'static str> {
    let matching = ROOMS.iter().map(|(room, _)| *room).filter(|room| path == *room || is_in(path, room));
    matching.max_by_key(|room| room.len())
}

fn is_in(path: &str, room: &str) -> bool {
    path.strip_prefix(room).is_some_and(|rest| rest.starts_with('/'))
}

/// The line up to its comment. A `//` within a string (a URL) ends it early, which these rules can bear.
fn without_comment(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _)| code)
}

/// What is shipped inherits the daily build, which leaves packages unoptimised where that saves building time; cargo hands
/// each of these down unless it is named again.
#[test]
fn what_is_shipped_is_optimised_whole() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let manifest: toml::Table = fs::read_to_string(manifest).unwrap().parse().unwrap();
    let packages = |profile: &str| manifest["profile"][profile]["package"].as_table().unwrap();
    assert_eq!(manifest["profile"]["dist"]["inherits"].as_str(), Some("release"));
    let spared: Vec<_> = packages("release").keys().filter(|name| !packages("dist").contains_key(*name)).collect();
    assert!(spared.is_empty(), "name them under profile.dist.package, too: {spared:?}");
    for (name, own) in packages("dist") {
        assert_eq!(own["opt-level"].as_integer(), Some(3), "{name}");
    }
}

#[test]
fn the_rules_see_what_they_should() {
    assert_eq!(longest_room("domain/model/arn"), Some("domain/model"));
    assert_eq!(longest_room("main"), None);
    let rooms = rooms_in("use crate::domain::identity::{Finding}; crate::tui::app::State");
    assert_eq!(rooms, ["domain/identity", "tui/app"]);
    assert_eq!(rooms_in("use crate::tui::{text, theme};"), ["tui/text", "tui/theme"]);
    assert!(rooms_in("crate::domain_name").is_empty());
}

#[test]
fn only_what_is_compiled_for_tests_is_left_out() {
    let text = "use a;\n#[cfg(test)]\nmod tests;\nfn b() {}\n#[cfg(test)]\n#[expect(lint)]\nmod more {\n    fn c() {}\n}\nfn d() {}\n";
    let file = Source { below: "src", path: PathBuf::from("mod.rs"), text: text.to_owned() };
    assert_eq!(file.code().map(|(line, _)| line).collect::<Vec<_>>(), [1, 4, 10]);
    assert!(["fn a() {", "pub(super) fn a(", "pub(in crate::a) async fn a("].iter().all(|text| is_free_function(text)));
    assert!(
        ["    fn method(&self) {", "pub use fnord;", "type F = Box<dyn Fn ()>;"]
            .iter()
            .all(|text| !is_free_function(text))
    );
}

#[test]
fn each_room_of_the_domain_uses_only_those_above_it() {
    let order = ["model", "policy", "inventory", "access", "identity", "diagnose", "plan"];
    for (place, room) in order.iter().enumerate() {
        let above: Vec<String> = order.iter().take(place).map(|room| format!("domain/{room}")).collect();
        let allowed = ROOMS.iter().find(|(name, _)| *name == format!("domain/{room}")).map(|(_, allowed)| *allowed);
        assert_eq!(allowed, Some(above.iter().map(String::as_str).collect::<Vec<_>>().as_slice()), "domain/{room}");
    }
}
