//! Where a plan is applied, and what has to be typed before it is.

use crate::domain::inventory::Inventory;
use crate::domain::model::{About, Name, Reading};

/// Where a plan is applied. Two plans of one place are of the same cluster and account.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The kubeconfig context's name.
    pub context: Option<Name>,
    /// The API server's URL.
    pub server: Option<Name>,
    /// The EKS cluster's name.
    pub cluster: Option<Name>,
    /// The account that we are signed in to.
    pub account: Option<Name>,
    /// Who we are in Kubernetes.
    pub user: Option<Name>,
    /// Who we are in AWS.
    pub caller: Option<Name>,
}

/// What has to be typed before a plan is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Consent {
    /// `y`, where nothing else is asked for.
    Yes,
    /// That pods lose something that they may do today.
    Loss,
    /// That others use the role, for whom it changes, too.
    Others,
    /// The name of the place.
    Name(Name),
}

impl Consent {
    /// The word.
    pub fn word(&self) -> &str {
        match self {
            Self::Yes => "y",
            Self::Loss => "lose",
            Self::Others => "all",
            Self::Name(name) => name,
        }
    }

    /// What one would agree to, where that is more than the plan itself.
    pub fn because(&self) -> Option<&'static str> {
        match self {
            Self::Yes | Self::Name(_) => None,
            Self::Loss => Some("pods lose something that they may do today"),
            Self::Others => Some("others use the role, and it changes for them, too"),
        }
    }
}

impl Place {
    /// The place that an inventory was read in.
    pub fn of(about: &About, inventory: &Inventory) -> Self {
        let aws = inventory.aws();
        let caller = aws.caller().and_then(Reading::value);
        Self {
            context: about.context.as_deref().map(Name::from),
            server: about.server.as_deref().map(Name::from),
            cluster: inventory.cluster_name(about).map(Name::from),
            account: caller.map(|caller| caller.account.clone()),
            user: inventory.user().and_then(Reading::value).map(|user| user.name.clone()),
            caller: caller.map(|caller| caller.arn.clone()),
        }
    }

    /// What the place is called when one has to type it: the cluster's name, else the context's.
    pub fn name(&self) -> Option<&Name> {
        self.cluster.as_ref().or(self.context.as_ref())
    }

    /// Whether the other is the same cluster and the same account, as far as both are known.
    pub fn is_same(&self, other: &Self) -> bool {
        let agree = |one: &Option<Name>, other: &Option<Name>| one.is_none() || other.is_none() || one == other;
        let known = self.server.is_some() || self.cluster.is_some() || self.context.is_some();
        known
            && agree(&self.server, &other.server)
            && agree(&self.cluster, &other.cluster)
            && agree(&self.account, &other.account)
            && (self.server.is_some() || self.context == other.context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(context: &str, server: &str, cluster: &str, account: &str) -> Place {
        let name = |text: &str| (!text.is_empty()).then(|| Name::from(text));
        let (context, server, cluster, account) = (name(context), name(server), name(cluster), name(account));
        Place { context, server, cluster, account, ..Place::default() }
    }

    #[test]
    fn a_place_is_the_cluster_and_the_account_as_far_as_both_are_known() {
        let here = place("lab", "https://lab", "lab", "1");
        for same in [
            place("lab", "https://lab", "lab", "1"),
            // the context was renamed, or nobody is signed in to AWS
            place("other-name", "https://lab", "lab", "1"),
            place("lab", "https://lab", "", ""),
        ] {
            assert!(here.is_same(&same) && same.is_same(&here), "{same:?}");
        }
        for other in [
            place("lab", "https://other", "lab", "1"),
            place("lab", "https://lab", "other", "1"),
            place("lab", "https://lab", "lab", "2"),
        ] {
            assert!(!here.is_same(&other) && !other.is_same(&here), "{other:?}");
        }
        let unnamed = Place { user: Some("me".into()), ..Place::default() };
        assert!(!unnamed.is_same(&unnamed), "of which nothing is known");
        let only_context = place("lab", "", "", "1");
        assert!(only_context.is_same(&only_context) && !only_context.is_same(&place("prod", "", "", "1")));
    }
}
