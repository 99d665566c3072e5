//! One rule, one file: each says one finding in words. A new one is a file and a line in [`RULES`].

mod admin_role;
mod association_gone;
mod association_not_injected;
mod audience_mismatch;
mod default_account_bound;
mod env_overrides_binding;
mod injection_skipped;
mod legacy_annotation;
mod malformed_role_arn;
mod no_identity;
mod node_role_fallback;
mod node_role_too_wide;
mod not_injected;
mod pod_identity_agent;
mod pod_identity_trust;
mod provider_missing;
mod role_not_found;
mod rule;
mod shared_role;
mod stale_role;
mod started_before_binding;
mod static_keys;
mod trust_mismatch;
mod trust_other_cluster;
mod trust_too_wide;
mod two_bindings;
mod unused_binding;
mod unused_role;
mod webhook_not_acting;

pub(super) use no_identity::why as why_nobody;
pub use rule::Rule;

/// Every rule, most telling first.
pub const RULES: &[Rule] = &[
    role_not_found::RULE,
    malformed_role_arn::RULE,
    trust_other_cluster::RULE,
    trust_mismatch::RULE,
    provider_missing::RULE,
    pod_identity_trust::RULE,
    static_keys::RULE,
    env_overrides_binding::RULE,
    started_before_binding::RULE,
    association_not_injected::RULE,
    association_gone::RULE,
    pod_identity_agent::RULE,
    audience_mismatch::RULE,
    webhook_not_acting::RULE,
    injection_skipped::RULE,
    not_injected::RULE,
    stale_role::RULE,
    two_bindings::RULE,
    node_role_fallback::RULE,
    no_identity::RULE,
    admin_role::RULE,
    trust_too_wide::RULE,
    node_role_too_wide::RULE,
    default_account_bound::RULE,
    shared_role::RULE,
    legacy_annotation::RULE,
    unused_binding::RULE,
    unused_role::RULE,
];
