//! How the program ends.

use crate::source::{Failure, FailureKind};
use std::io::{self, Write};
use std::process::ExitCode;

/// Why a command stops before it is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// What happened, in one line; nothing is said where it is empty.
    pub(super) said: String,
    /// What to do about it.
    pub(super) hint: Option<String>,
    /// The exit code.
    pub(super) code: u8,
}

/// Denied, or not trusted.
pub(super) const DENIED: u8 = 1;
/// It depends on something that is not known.
pub(super) const DEPENDS: u8 = 4;
/// Wrong usage, or input that is refused before anything is asked.
pub(super) const USAGE: u8 = 2;
/// Not reached, not permitted, or not there.
pub(super) const UNREACHED: u8 = 3;
/// A guard or a failed step stopped a change.
pub(super) const GUARDED: u8 = 5;
/// By Ctrl-C, or declined.
pub(super) const INTERRUPTED: u8 = 130;

impl Stop {
    /// A refusal of what was asked for.
    pub(super) fn usage(said: impl Into<String>) -> Self {
        Self { said: said.into(), hint: None, code: USAGE }
    }

    /// Something could not be reached, or is not there.
    pub(super) fn unreached(said: impl Into<String>) -> Self {
        Self { said: said.into(), hint: None, code: UNREACHED }
    }

    /// An answer that is no error: it was given already, and this is its code.
    pub(super) fn silent(code: u8) -> Self {
        Self { said: String::new(), hint: None, code }
    }

    /// With what to do about it.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Says it on standard error, and gives the code.
    pub(super) fn say(&self) -> ExitCode {
        if !self.said.is_empty() {
            let mut err = io::stderr().lock();
            // Where standard error itself is closed there is nobody left to tell.
            let _ = writeln!(err, "error: {}", crate::domain::model::visible(&self.said));
            if let Some(hint) = &self.hint {
                let _ = writeln!(err, "hint: {}", crate::domain::model::visible(hint));
            }
        }
        ExitCode::from(self.code)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        let code = if failure.kind == FailureKind::NotSupported { USAGE } else { UNREACHED };
        Self { said: failure.said, hint: failure.hint, code }
    }
}

impl From<io::Error> for Stop {
    /// A pipe that closes is no error: whoever read has seen enough.
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self { said: String::new(), hint: None, code: 0 };
        }
        Self { said: format!("standard output cannot be written: {error}"), hint: None, code: UNREACHED }
    }
}

impl From<tokio::task::JoinError> for Stop {
    /// A task that broke down leaves an answer of which nobody knows how much is missing.
    fn from(error: tokio::task::JoinError) -> Self {
        let hint = "this is a fault of rolecall: please report it with the message above";
        Self::unreached(format!("reading broke off before its end: {error}")).hint(hint)
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        io::Error::from(error).into()
    }
}
