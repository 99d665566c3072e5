//! What the sources say, in the words of the pure middle, which knows no source.

use crate::source::{Call, Failure};
use crate::tui::app::{About, CallLine, Origin, Refusal};

pub(super) fn about(about: &crate::source::About) -> About {
    About {
        origin: match &about.origin {
            crate::source::Origin::Live => Origin::Live,
            crate::source::Origin::Capture(file) => Origin::Capture(file.clone()),
            crate::source::Origin::Demo => Origin::Demo,
        },
        context: about.context.clone(),
        server: about.server.clone(),
        cluster_name: about.cluster_name.clone(),
        region: about.region.clone(),
        profile: about.profile.clone(),
        namespace: about.namespace.clone(),
        taken_at: about.taken_at,
    }
}

pub(super) fn refusal(failure: Failure) -> Refusal {
    Refusal { said: failure.said, hint: failure.hint }
}

pub(super) fn call(call: Call) -> CallLine {
    CallLine { at: call.at, command: call.command, milliseconds: call.milliseconds, outcome: call.outcome }
}
