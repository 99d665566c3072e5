//! What the sources say, in the words of the pure middle, which knows no source.

use crate::source::{Call, Failure};
use crate::tui::app::{CallLine, Refusal};

pub(super) fn refusal(failure: Failure) -> Refusal {
    Refusal { said: failure.said, hint: failure.hint }
}

pub(super) fn call(call: Call) -> CallLine {
    CallLine { at: call.at, command: call.command, milliseconds: call.milliseconds, outcome: call.outcome }
}
