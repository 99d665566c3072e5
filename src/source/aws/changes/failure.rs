//! A write that failed, in words: what happened, and what to do about it.
//!
//! Codes: the errors of each action in the IAM and EKS API references.

use crate::domain::model::GapReason;
use crate::domain::plan::Change;
use crate::source::aws::refusal::Refusal;
use crate::source::{Failure, FailureKind};

/// What a refusal means to somebody who wants to change something.
pub(super) fn failure(refusal: &Refusal, change: &Change) -> Failure {
    let code = refusal.code.as_deref().unwrap_or_default();
    let kind = match refusal.reason {
        _ if is_conflict(code) => FailureKind::Conflict,
        _ if refusal.is_absent() => FailureKind::NotFound,
        GapReason::Forbidden => FailureKind::Forbidden,
        GapReason::Throttled => FailureKind::Throttled,
        GapReason::Timeout => FailureKind::Unreachable,
        GapReason::Expired | GapReason::NoCredentials => FailureKind::Unauthenticated,
        GapReason::NotSupported => FailureKind::NotSupported,
        GapReason::NotFoundOut | GapReason::NotLoadedYet | GapReason::ClusterNotConfirmed => FailureKind::Other,
    };
    let hint = hint(code, kind).map(str::to_owned);
    // what it is about, where AWS's own words do not say
    let said = match (kind, refusal.is_wordless) {
        (FailureKind::NotFound, true) => format!("{}: {}", refusal.sentence, change.target),
        _ => refusal.sentence.clone(),
    };
    Failure { said, hint, kind }
}

/// That a target is not AWS's.
pub(super) fn not_here(change: &Change) -> Refusal {
    Refusal::new(GapReason::NotSupported, format!("{} is not changed in AWS", change.target))
}

/// That a change is none that can be made of its target.
pub(super) fn not_so(change: &Change) -> Refusal {
    let sentence = format!("{} cannot be changed in this way: delete it and make it anew", change.target);
    Refusal::new(GapReason::NotSupported, sentence)
}

/// Whether somebody else was there meanwhile, or something still hangs on it.
fn is_conflict(code: &str) -> bool {
    matches!(
        code,
        "EntityAlreadyExists"
            | "EntityAlreadyExistsException"
            | "ConcurrentModification"
            | "ConcurrentModificationException"
            | "EntityTemporarilyUnmodifiable"
            | "EntityTemporarilyUnmodifiableException"
            | "DeleteConflict"
            | "DeleteConflictException"
            | "ResourceInUseException"
    )
}

fn hint(code: &str, kind: FailureKind) -> Option<&'static str> {
    match code.strip_suffix("Exception").unwrap_or(code) {
        "EntityAlreadyExists" => {
            Some("somebody else has made it, or made it before: look at it, and choose another name")
        }
        "ConcurrentModification" => Some("somebody else changes it just now: plan it anew"),
        "EntityTemporarilyUnmodifiable" => Some("it was made or deleted a moment ago: try again in a minute"),
        "DeleteConflict" => {
            Some("a policy, an instance profile or another thing still hangs on it: take that away first")
        }
        "ResourceInUse" => Some("the ServiceAccount has an association already: plan it anew"),
        "MalformedPolicyDocument" => {
            Some("a principal that it names may not exist, or AWS reads the document otherwise: see the words above")
        }
        "LimitExceeded" | "ServiceQuotaExceeded" | "ResourceLimitExceeded" => {
            Some("a quota is used up: take something away, or ask AWS for more (Service Quotas)")
        }
        "UnmodifiableEntity" => Some("only the AWS service that made the role may change it"),
        "PolicyNotAttachable" => Some("AWS keeps this policy for its own services"),
        _ if kind == FailureKind::Forbidden => {
            Some("the README names the least permissions for changing things (assets/permissions/iam-change.json)")
        }
        _ => None,
    }
}
