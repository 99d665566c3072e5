//! When a write is sent again: only where AWS itself turned it away.
//!
//! The SDK sends a call again that had no answer in time. A write may have been done all the same, and somebody else may
//! have written since: sent again, it would overwrite what nobody has looked at.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction, RetryClassifierPriority};

/// Forbids what is not certain; of the rest the SDK's own classifiers decide: throttling is sent again.
#[derive(Debug)]
struct OnlyTurnedAway;

impl ClassifyRetry for OnlyTurnedAway {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let turned_away = context.response().is_some_and(|response| (400..500).contains(&response.status().as_u16()));
        if turned_away { RetryAction::NoActionIndicated } else { RetryAction::RetryForbidden }
    }

    fn name(&self) -> &'static str {
        "only what was turned away"
    }

    fn priority(&self) -> RetryClassifierPriority {
        RetryClassifierPriority::run_before(RetryClassifierPriority::http_status_code_classifier())
    }
}

/// How a write goes to IAM.
pub(super) fn iam() -> aws_sdk_iam::config::Builder {
    aws_sdk_iam::Config::builder().retry_classifier(OnlyTurnedAway)
}

/// How a write goes to EKS.
pub(super) fn eks() -> aws_sdk_eks::config::Builder {
    aws_sdk_eks::Config::builder().retry_classifier(OnlyTurnedAway)
}
