//! Namespaces and ServiceAccounts.

use super::{Keeper, Name, RoleArn, Time};

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: Name,
    /// It is being deleted.
    pub terminating: bool,
    /// When it was made.
    pub created: Option<Time>,
}

/// A ServiceAccount and what its annotations bind it to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServiceAccount {
    /// Its namespace.
    pub namespace: Name,
    /// Its name.
    pub name: Name,
    /// Its uid.
    pub uid: Box<str>,
    /// The version of the object that was read.
    pub resource_version: Box<str>,
    /// When it was made.
    pub created: Option<Time>,
    /// The role it is annotated with.
    pub role: Option<RoleAnnotation>,
    /// The annotation `eks.amazonaws.com/audience`, verbatim.
    pub audience: Option<Name>,
    /// The annotation `eks.amazonaws.com/sts-regional-endpoints`, verbatim.
    pub regional_sts: Option<Name>,
    /// The annotation `eks.amazonaws.com/token-expiration`, verbatim.
    pub token_expiration: Option<Name>,
    /// Who keeps it as it is, where a tool left its mark. Most are kept by nobody.
    pub keeper: Option<Box<Keeper>>,
}

/// The annotation `eks.amazonaws.com/role-arn`. An empty one is no binding for the webhook and is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleAnnotation {
    /// Its value, as written.
    pub arn: RoleArn,
    /// When and by whom it was last set, as far as managedFields tell.
    pub set: Option<AnnotationSet>,
}

/// The managedFields entry that owns the role annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationSet {
    /// When that manager last changed anything it owns: an upper bound of when the annotation was set.
    pub at: Time,
    /// The manager's name: `helm`, `kubectl-annotate`, …
    pub manager: Name,
    /// It owns nothing but `eks.amazonaws.com/*` annotations, so the time is the annotation's own.
    pub exact: bool,
}
