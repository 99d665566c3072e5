//! The terminal is gone: its window was closed, or the connection behind it broke.

use std::process::exit;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// What the loop has for an orderly end.
const GRACE: Duration = Duration::from_secs(1);
/// What a shell says of a program that SIGHUP ended.
const CODE: i32 = 129;

/// Ends the process soon after a hangup, whatever the loop is doing. crossterm's reader takes neither the end of a terminal
/// nor its error for an end: it reads again and again, on the loop's own thread, which never hears of the signal then.
///
/// # Errors
/// The signal cannot be listened to.
pub(super) fn watch() -> std::io::Result<()> {
    let mut hangup = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        hangup.recv().await;
        tokio::time::sleep(GRACE).await;
        exit(CODE);
    });
    Ok(())
}
