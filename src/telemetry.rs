//! What the program notes about itself: to a file only, never to a screen.

use etcetera::{BaseStrategy, choose_base_strategy};
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::EnvFilter;

/// What is noted where `RUST_LOG` says nothing. Every error of the client is told to the user in words anyway.
const DEFAULT: &str = "warn,rolecall=info,kube_client=error";

/// Notes go to `$XDG_STATE_HOME/rolecall/rolecall.log` for as long as the guard lives. Without such a place, a full or
/// read-only home, say, nothing is noted and nothing else is lost.
pub fn to_file() -> Option<WorkerGuard> {
    let dirs = choose_base_strategy().ok()?;
    let directory = dirs.state_dir().unwrap_or_else(|| dirs.cache_dir()).join("rolecall");
    std::fs::create_dir_all(&directory).ok()?;
    let file = std::fs::OpenOptions::new().create(true).append(true).open(directory.join("rolecall.log")).ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(DEFAULT));
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init().ok()?;
    Some(guard)
}
