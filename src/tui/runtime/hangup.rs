//! The terminal is gone: its window was closed, or the connection behind it broke.

use crate::source::change::ChangeLog;
use std::fmt;
use std::io;
use std::process::exit;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// What the loop has for an orderly end.
const GRACE: Duration = Duration::from_secs(1);
/// What a terminal that is gone answers to whoever writes to it or asks it (POSIX, "General Terminal Interface", Modem
/// Disconnect); the number is the same on Linux and macOS.
const EIO: i32 = 5;

/// The terminal was closed: nobody is left to whom anything could be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl Gone {
    /// What a shell says of a program that SIGHUP ended.
    pub const CODE: u8 = 129;
}

impl fmt::Display for Gone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the terminal was closed")
    }
}

impl std::error::Error for Gone {}

/// Whether it is the error of a terminal that is gone.
pub(super) fn is_of_one_gone(error: &io::Error) -> bool {
    error.raw_os_error() == Some(EIO)
}

/// Ends the process soon after a hangup, whatever the loop is doing. crossterm's reader takes neither the end of a terminal
/// nor its error for an end: it reads again and again, on the loop's own thread, which never hears of the signal then.
///
/// # Errors
/// The signal cannot be listened to.
pub(super) fn watch(is_demo: bool) -> io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        hangup.recv().await;
        tokio::time::sleep(GRACE).await;
        if is_demo {
            ChangeLog::leave_demo();
        }
        exit(Gone::CODE.into());
    });
    Ok(())
}
