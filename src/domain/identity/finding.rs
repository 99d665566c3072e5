//! What can be wrong, by name: one name for one cause, as the machine formats spell it.

/// A finding's name. The rules that make them stand in the diagnose room, one file each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Finding {
    /// D1: it runs on the node's role.
    NodeRoleFallback,
    /// D2: it asks for AWS and has no identity.
    NoIdentity,
    /// D3: it started before its ServiceAccount was annotated.
    StartedBeforeBinding,
    /// D3: it should have been injected and was not, for no known reason.
    NotInjected,
    /// D4: it keeps the role that the annotation named when it started.
    StaleRole,
    /// D4: its template sets a role by hand, which the annotation never changes.
    EnvOverridesBinding,
    /// D5: the role's trust policy does not let the ServiceAccount in.
    TrustMismatch,
    /// D6: the role trusts another cluster's issuer, and not this one's.
    TrustOtherCluster,
    /// D7: the role's account has no OIDC provider for this cluster.
    ProviderMissing,
    /// D9: the role does not exist.
    RoleNotFound,
    /// D9: what is annotated or set is no role ARN.
    MalformedRoleArn,
    /// D17: it started before the association, which it therefore does not use.
    AssociationNotInjected,
    /// D17: its association is gone.
    AssociationGone,
    /// D18: both an annotation and an association bind the ServiceAccount.
    TwoBindings,
    /// D19: a role of the association does not let Pod Identity in.
    PodIdentityTrust,
    /// D20: no Pod Identity agent answers on its node.
    PodIdentityAgent,
    /// D21: static keys win over the role.
    StaticKeys,
    /// D24: the webhook is missing or leaves the pod out.
    WebhookNotActing,
    /// D24: a skip label or annotation keeps the webhook away.
    InjectionSkipped,
    /// D8: the token's audience is not accepted.
    AudienceMismatch,
    /// D25: the trust policy lets in any ServiceAccount, or more than anybody can have meant.
    TrustTooWide,
    /// D25: the pod carries an annotation of kube2iam or kiam.
    LegacyAnnotation,
    /// D25: the role may give itself every permission, or take on any role.
    AdminRole,
    /// D25: the node's role may do more than a node needs, and every pod that reaches it may, too.
    NodeRoleTooWide,
    /// D25: the ServiceAccount `default` is bound: every pod that names none gets the role.
    DefaultAccountBound,
    /// D25: more than one ServiceAccount is bound to the role.
    SharedRole,
    /// D25: the ServiceAccount is bound, no pod uses it, and its role was not used for months.
    UnusedBinding,
    /// D25: nobody has used the role for months.
    UnusedRole,
}

impl Finding {
    /// Every finding, most telling first.
    pub const ALL: [Self; 28] = [
        Self::RoleNotFound,
        Self::MalformedRoleArn,
        Self::TrustOtherCluster,
        Self::TrustMismatch,
        Self::ProviderMissing,
        Self::PodIdentityTrust,
        Self::StaticKeys,
        Self::EnvOverridesBinding,
        Self::StartedBeforeBinding,
        Self::AssociationNotInjected,
        Self::AssociationGone,
        Self::PodIdentityAgent,
        Self::AudienceMismatch,
        Self::WebhookNotActing,
        Self::InjectionSkipped,
        Self::NotInjected,
        Self::StaleRole,
        Self::TwoBindings,
        Self::NodeRoleFallback,
        Self::NoIdentity,
        Self::AdminRole,
        Self::TrustTooWide,
        Self::NodeRoleTooWide,
        Self::DefaultAccountBound,
        Self::SharedRole,
        Self::LegacyAnnotation,
        Self::UnusedBinding,
        Self::UnusedRole,
    ];

    /// Whether it keeps somebody from an identity, or gives another one; those that do not are about how much a role may
    /// do and who may have it.
    pub fn breaks(self) -> bool {
        !matches!(
            self,
            Self::AdminRole
                | Self::TrustTooWide
                | Self::NodeRoleTooWide
                | Self::DefaultAccountBound
                | Self::SharedRole
                | Self::LegacyAnnotation
                | Self::UnusedBinding
                | Self::UnusedRole
        )
    }

    /// The name of the machine formats.
    pub fn word(self) -> &'static str {
        match self {
            Self::NodeRoleFallback => "nodeRoleFallback",
            Self::NoIdentity => "noIdentity",
            Self::StartedBeforeBinding => "startedBeforeBinding",
            Self::NotInjected => "notInjected",
            Self::StaleRole => "staleRole",
            Self::EnvOverridesBinding => "envOverridesBinding",
            Self::TrustMismatch => "trustMismatch",
            Self::TrustOtherCluster => "trustOtherCluster",
            Self::ProviderMissing => "providerMissing",
            Self::RoleNotFound => "roleNotFound",
            Self::MalformedRoleArn => "malformedRoleArn",
            Self::AssociationNotInjected => "associationNotInjected",
            Self::AssociationGone => "associationGone",
            Self::TwoBindings => "twoBindings",
            Self::PodIdentityTrust => "podIdentityTrust",
            Self::PodIdentityAgent => "podIdentityAgent",
            Self::StaticKeys => "staticKeys",
            Self::WebhookNotActing => "webhookNotActing",
            Self::InjectionSkipped => "injectionSkipped",
            Self::AudienceMismatch => "audienceMismatch",
            Self::TrustTooWide => "trustTooWide",
            Self::LegacyAnnotation => "legacyAnnotation",
            Self::AdminRole => "adminRole",
            Self::NodeRoleTooWide => "nodeRoleTooWide",
            Self::DefaultAccountBound => "defaultAccountBound",
            Self::SharedRole => "sharedRole",
            Self::UnusedBinding => "unusedBinding",
            Self::UnusedRole => "unusedRole",
        }
    }
}

/// A set of findings, in four bytes: there is one for every container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FindingSet(u32);

impl FindingSet {
    /// Adds one.
    pub fn insert(&mut self, finding: Finding) {
        self.0 |= 1 << finding as u32;
    }

    /// Whether it is in.
    pub fn contains(self, finding: Finding) -> bool {
        self.0 & (1 << finding as u32) != 0
    }

    /// Both sets in one.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether nothing is wrong.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The findings, most telling first.
    pub fn iter(self) -> impl Iterator<Item = Finding> {
        Finding::ALL.into_iter().filter(move |finding| self.contains(*finding))
    }
}

impl FromIterator<Finding> for FindingSet {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        let mut set = Self::default();
        findings.into_iter().for_each(|finding| set.insert(finding));
        set
    }
}
