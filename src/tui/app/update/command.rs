//! The command bar: commands, what completes them, what they do.

use super::{keys, opening, scope};
use crate::domain::model::Name;
use crate::tui::app::select::Of;
use crate::tui::app::state::{Pending, StatusKind};
use crate::tui::app::{Job, State, TargetKind};

/// A command with the names it goes by; the first is the one that is completed.
struct Command {
    names: &'static [&'static str],
    does: Does,
}

#[derive(Clone, Copy, PartialEq)]
enum Does {
    Namespaces,
    Accounts,
    Pods,
    Nodes,
    Roles,
    Log,
    Go(TargetKind),
    Quit,
}

const COMMANDS: &[Command] = &[
    Command { names: &["ns", "namespace", "namespaces"], does: Does::Namespaces },
    Command { names: &["sa", "serviceaccount", "serviceaccounts"], does: Does::Accounts },
    Command { names: &["po", "pod", "pods"], does: Does::Pods },
    Command { names: &["roles", "role"], does: Does::Roles },
    Command { names: &["nodes", "node", "no"], does: Does::Nodes },
    Command { names: &["log", "changes"], does: Does::Log },
    Command { names: &["ctx", "context", "contexts"], does: Does::Go(TargetKind::Context) },
    Command { names: &["profile", "profiles"], does: Does::Go(TargetKind::Profile) },
    Command { names: &["q", "quit", "q!"], does: Does::Quit },
];

/// Runs a command. A word that is only begun is taken for the one command it can become.
pub(super) fn run(state: &mut State, text: &str, completions: &[String]) -> Vec<Job> {
    let (word, argument) = split(text);
    if word.is_empty() {
        return Vec::new();
    }
    let Some(does) = does(word).or_else(|| only(completions).and_then(|one| does(split(one).0))) else {
        let known: Vec<&str> = COMMANDS.iter().filter_map(|command| command.names.first().copied()).collect();
        state.say(StatusKind::Failed, format!("no command {word}: {}", known.join(" ")));
        return Vec::new();
    };
    let namespace = Some(argument).filter(|argument| !argument.is_empty() && *argument != "all");
    if matches!(does, Does::Namespaces | Does::Accounts | Does::Pods)
        && let Some(name) = namespace.filter(|name| state.lacks_namespace(name))
    {
        state.say(StatusKind::Failed, format!("there is no namespace {name}"));
        return Vec::new();
    }
    match does {
        Does::Namespaces if argument.is_empty() => opening::by_command(state, &Of::Namespaces),
        Does::Namespaces => {
            state.screens.truncate(1);
            let jobs = state.cancel(keys::is_of_screen);
            scope::narrow(state, namespace.map(Name::from));
            jobs
        }
        Does::Accounts | Does::Pods => {
            if !argument.is_empty() {
                scope::narrow(state, namespace.map(Name::from));
            }
            opening::by_command(state, if does == Does::Pods { &Of::Pods } else { &Of::Accounts })
        }
        Does::Nodes => opening::by_command(state, &Of::Nodes),
        Does::Roles => opening::by_command(state, &Of::Roles),
        Does::Log => opening::by_command(state, &Of::Changes),
        Does::Go(kind) if argument.is_empty() => {
            opening::by_command(state, if kind == TargetKind::Context { &Of::Contexts } else { &Of::Profiles })
        }
        Does::Go(kind) => opening::connect(state, kind, argument),
        Does::Quit => keys::quit(state),
    }
}

/// What a text could become, best first, whole lines.
pub(super) fn completions(state: &State, text: &str) -> Vec<String> {
    let Some((word, argument)) = text.trim_start().split_once(' ') else {
        let typed = text.trim();
        let names = COMMANDS.iter().map(|command| command.names.iter().find(|name| name.starts_with(typed)));
        return names.flatten().map(|name| (*name).to_owned()).collect();
    };
    let argument = argument.trim_start();
    let names: Vec<&Name> = match does(word) {
        Some(Does::Namespaces | Does::Accounts | Does::Pods) => {
            state.inventory.shards().map(|(name, _)| name).collect()
        }
        Some(Does::Go(TargetKind::Context)) => state.contexts.iter().collect(),
        Some(Does::Go(TargetKind::Profile)) => state.profiles.iter().collect(),
        _ => Vec::new(),
    };
    let (begin, within): (Vec<&Name>, Vec<&Name>) =
        names.into_iter().filter(|name| name.contains(argument)).partition(|name| name.starts_with(argument));
    begin.into_iter().chain(within).map(|name| format!("{word} {name}")).collect()
}

/// Asks for the names that complete a command, once they are needed.
pub(super) fn names_wanted(state: &mut State, text: &str) -> Vec<Job> {
    let Some((word, _)) = text.trim_start().split_once(' ') else { return Vec::new() };
    let Some(Does::Go(kind)) = does(word) else { return Vec::new() };
    let known = if kind == TargetKind::Context { &state.contexts } else { &state.profiles };
    let is_asked = state.open.values().any(|pending| *pending == Pending::Targets(kind));
    if !known.is_empty() || is_asked {
        return Vec::new();
    }
    let ticket = state.ticket(Pending::Targets(kind));
    vec![Job::Targets(ticket, kind)]
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(' ').map_or((text, ""), |(word, rest)| (word, rest.trim()))
}

fn does(word: &str) -> Option<Does> {
    COMMANDS.iter().find(|command| command.names.contains(&word)).map(|command| command.does)
}

fn only(completions: &[String]) -> Option<&String> {
    completions.first().filter(|_| completions.len() == 1)
}

/// The commands as docs list them: all names of each.
pub fn command_names() -> impl Iterator<Item = &'static [&'static str]> {
    COMMANDS.iter().map(|command| command.names)
}
