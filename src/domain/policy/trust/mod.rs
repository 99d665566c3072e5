//! Whether a role can be assumed by a pod: the evaluator over a role's trust policy, fed with what EKS really sends, and
//! what people get wrong in such policies.

mod clusters;
mod mistake;
mod pod_identity;
mod review;
mod subject;
mod web_identity;
mod wide;

pub use clusters::other_clusters;
pub use mistake::{Mistake, MistakeKind};
pub use pod_identity::{ASSUME_ROLE, POD_IDENTITY_SERVICE, POD_TAGS, PodIdentity, TAG_SESSION, TargetRole};
pub use review::{Actual, ConditionLine, TrustReview};
pub use subject::{Subject, is_all, is_wild};
pub use web_identity::{ASSUME_WITH_WEB_IDENTITY, TokenRequests, WebIdentity, could_assume, subject};
pub use wide::{TooWide, is_of_eks, too_wide};
