//! What a shell needs: completion scripts and the manual page.

use super::args::Cli;
use super::exit::Stop;
use super::output;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;

/// The name under which kubectl finds the program as its plugin.
const PLUGIN: &str = "kubectl-rolecall";

/// The command as it was called: as kubectl's plugin its help says so.
pub(super) fn command(argv0: Option<&std::ffi::OsStr>) -> clap::Command {
    let name = argv0.map(std::path::Path::new).and_then(std::path::Path::file_stem);
    let command = Cli::command();
    if name.is_some_and(|name| name == PLUGIN) { command.bin_name("kubectl rolecall") } else { command }
}

/// Writes the completion script.
pub(super) fn completion(shell: Shell) -> Result<(), Stop> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "rolecall", &mut script);
    write(&script)
}

/// Writes the manual page.
pub(super) fn man() -> Result<(), Stop> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Cli::command()).render(&mut page)?;
    write(&page)
}

fn write(bytes: &[u8]) -> Result<(), Stop> {
    let mut out = output::stdout();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}
