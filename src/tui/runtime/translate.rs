//! What the sources say, in the words of the pure middle, which knows no source.

use crate::source::{Call, Failure, LoggedCalls};
use crate::tui::app::{CallLine, CallsMade, Refusal};

pub(super) fn refusal(failure: Failure) -> Refusal {
    Refusal { said: failure.said, hint: failure.hint }
}

pub(super) fn calls(logged: LoggedCalls) -> CallsMade {
    let LoggedCalls { calls, forgotten, revision } = logged;
    CallsMade { lines: calls.into_iter().map(call).collect(), forgotten, revision }
}

fn call(call: Call) -> CallLine {
    CallLine { at: call.at, command: call.command, milliseconds: call.milliseconds, outcome: call.outcome }
}
