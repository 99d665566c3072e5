//! What others tell the process.

use futures_util::FutureExt;
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// The terminal is gone.
    Hangup,
    /// To end.
    End,
    /// To stop, until it is continued.
    Suspend,
    /// It was continued.
    Continued,
}

/// The signals that concern a terminal program.
pub(super) struct Signals {
    pub(super) terminate: Signal,
    pub(super) hangup: Signal,
    pub(super) interrupt: Signal,
    pub(super) suspend: Signal,
    pub(super) resume: Signal,
}

impl Signals {
    pub(super) fn new() -> std::io::Result<Self> {
        let other = |number| signal(SignalKind::from_raw(number));
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            suspend: other(signal_hook::consts::SIGTSTP)?,
            resume: other(signal_hook::consts::SIGCONT)?,
        })
    }

    /// What was meant for another program is no signal for this one.
    pub(super) fn forget(&mut self) {
        for signal in [&mut self.interrupt, &mut self.suspend, &mut self.resume] {
            while signal.recv().now_or_never().is_some() {}
        }
    }

    /// The next one that comes. With the hangup of a terminal the kernel sends SIGCONT: the hangup is heard first, or the
    /// screen would be brought back on a terminal that is no more.
    pub(super) async fn next(&mut self) -> Sent {
        tokio::select! {
            biased;
            _ = self.hangup.recv() => Sent::Hangup,
            _ = self.terminate.recv() => Sent::End,
            _ = self.interrupt.recv() => Sent::End,
            _ = self.suspend.recv() => Sent::Suspend,
            _ = self.resume.recv() => Sent::Continued,
        }
    }
}
