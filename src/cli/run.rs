//! From arguments to an exit code.

use super::args::{Cli, Command, ListArgs, RolesArgs, SourceArgs};
use super::exit::{INTERRUPTED, Stop, USAGE};
use super::list::{self, Listed, Marks};
use super::{can, capture, change, connect, evaluate, identity, info, role, shell, trust};
use crate::source::Source;
use crate::source::change::ChangeLog;
use crate::telemetry;
use crate::tui::app::Options;
use clap::FromArgMatches;
use std::ffi::OsString;
use std::process::ExitCode;

/// How many threads work: one reads and decodes, one takes in and judges.
const WORKERS: usize = 2;

/// Does what the arguments say.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let command = shell::command(arguments.first().map(OsString::as_os_str));
    let cli = match command.try_get_matches_from(arguments).and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        // Help and version are asked for, and go to standard output; nobody may be there to read them.
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { USAGE } else { 0 });
        }
    };
    let _log = telemetry::to_file();
    let is_demo = cli.source.demo;
    let result = dispatch(cli);
    if is_demo {
        ChangeLog::leave_demo();
    }
    done(result)
}

fn done(result: Result<(), Stop>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => stop.say(),
    }
}

fn dispatch(cli: Cli) -> Result<(), Stop> {
    match cli.subcommand {
        Some(Command::Completion { shell }) => return shell::completion(shell),
        Some(Command::Man) => return shell::man(),
        Some(Command::Evaluate { file }) => return evaluate::run(file.as_deref()),
        Some(Command::Log(it)) => return change::log(it.output),
        _ => {}
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| Stop::unreached(format!("no threads can be started: {error}")))?;
    let done = runtime.block_on(obey(cli));
    // An exec plugin that hangs is not waited for.
    runtime.shutdown_background();
    done
}

async fn obey(cli: Cli) -> Result<(), Stop> {
    let input = connect::input(&cli.source)?;
    let marks = Marks::new(cli.ascii);
    let Some(command) = cli.subcommand else {
        let namespace = cli.source.namespace.clone();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let (ascii, no_mouse) = (marks.ascii(), cli.no_mouse);
        let options = Options { ascii, no_color, no_mouse, command: cli.command, namespace };
        return super::screen::run(input, options).await;
    };
    tokio::spawn(until_interrupted(cli.source.demo));
    let source = connect::open(&input).await?;
    let args = &cli.source;
    if only_reads(&command) {
        change::tell_left(&source);
    }
    match command {
        Command::Pods(it) => list::run(&source, Listed::Pods, args, it, marks).await,
        Command::ServiceAccounts(it) => list::run(&source, Listed::ServiceAccounts, args, it, marks).await,
        Command::Nodes(it) => list::run(&source, Listed::Nodes, args, it, marks).await,
        Command::Namespaces(it) => list::run(&source, Listed::Namespaces, args, it, marks).await,
        Command::Roles(it) => Box::pin(roles(&source, args, it, marks)).await,
        Command::Identity(it) => Box::pin(identity::run(&source, args, &it, marks)).await,
        Command::Can(it) => can::run(&source, args, &it, marks).await,
        Command::Trust(it) => trust::run(&source, args, &it, marks).await,
        Command::Annotate(it) => Box::pin(change::annotate(&source, args, &it, marks)).await,
        Command::CreateRole(it) => Box::pin(change::create_role(&source, args, &it, marks)).await,
        Command::RepairTrust(it) => Box::pin(change::repair_trust(&source, args, &it, marks)).await,
        Command::Attach(it) => Box::pin(change::attach(&source, args, &it, marks)).await,
        Command::Detach(it) => Box::pin(change::detach(&source, args, &it, marks)).await,
        Command::Put(it) => Box::pin(change::put(&source, args, &it, marks)).await,
        Command::DeleteRole(it) => Box::pin(change::delete_role(&source, args, &it, marks)).await,
        Command::Restart(it) => Box::pin(change::restart(&source, args, &it, marks)).await,
        Command::Associate(it) => Box::pin(change::associate(&source, args, &it, marks)).await,
        Command::Dissociate(it) => Box::pin(change::dissociate(&source, args, &it, marks)).await,
        Command::CreateProvider(it) => Box::pin(change::create_provider(&source, args, &it, marks)).await,
        Command::Undo(it) => Box::pin(change::undo(&source, args, &it, marks)).await,
        Command::Resume(it) => Box::pin(change::resume(&source, args, &it, marks)).await,
        Command::Capture(it) => capture::run(&source, args, it.file.as_deref()).await,
        Command::Info(it) => Box::pin(info::run(&source, args, it.output)).await,
        Command::Evaluate { .. } | Command::Log(_) | Command::Completion { .. } | Command::Man => Ok(()),
    }
}

/// Whether it changes nothing: those that do tell themselves of what was left unfinished.
fn only_reads(command: &Command) -> bool {
    use Command::{Can, Capture, Identity, Info, Namespaces, Nodes, Pods, Roles, ServiceAccounts, Trust};
    matches!(
        command,
        Pods(_)
            | ServiceAccounts(_)
            | Nodes(_)
            | Namespaces(_)
            | Roles(_)
            | Identity(_)
            | Can(_)
            | Trust(_)
            | Capture(_)
            | Info(_)
    )
}

/// The one role that is named, or all.
async fn roles(source: &Source, args: &SourceArgs, command: RolesArgs, marks: Marks) -> Result<(), Stop> {
    let RolesArgs { role: wanted, output } = command;
    if let Some(wanted) = wanted {
        return Box::pin(role::run(source, args, &wanted, output.output, marks)).await;
    }
    list::run(source, Listed::Roles, args, ListArgs { output, selector: None }, marks).await
}

/// Ends the program at Ctrl-C, whatever it is doing: nothing that a command has begun needs to be put in order.
async fn until_interrupted(is_demo: bool) {
    if tokio::signal::ctrl_c().await.is_ok() {
        super::progress::clear();
        if is_demo {
            ChangeLog::leave_demo();
        }
        std::process::exit(i32::from(INTERRUPTED));
    }
}
