//! Objects that somebody else keeps as they are: what one writes there lasts until that tool runs again.

use super::surroundings::Seen;
use super::warning::WarningKind;
use super::{Plan, PlanRefusal, Target};
use crate::domain::model::{Keeper, Name, Reading, Role, ServiceAccount, Tool};

impl Seen<'_> {
    /// Refuses what an EKS add-on keeps: EKS puts it back, and the add-on has a setting for it (EKS user guide,
    /// "Retrieve IAM information about an Amazon EKS add-on").
    ///
    /// # Errors
    /// Where the ServiceAccount is one of an EKS add-on.
    pub fn is_no_add_ons(self, account: &ServiceAccount) -> Result<(), PlanRefusal> {
        let association = self.inventory.aws().association(&account.namespace, &account.name).found();
        let add_on = association.and_then(|association| association.owner_arn.as_deref());
        let is_applied = account.keeper.as_ref().is_some_and(|keeper| keeper.tool == Tool::EksAddOn);
        if !is_applied && add_on.is_none() {
            return Ok(());
        }
        // arn:PARTITION:eks:REGION:ACCOUNT:addon/CLUSTER/ADD-ON/ID
        let named = add_on.and_then(|arn| arn.split('/').nth(2));
        let whose = named.map_or_else(|| "an EKS add-on".to_owned(), |name| format!("the EKS add-on {name}"));
        let cluster = self.inventory.aws().cluster().and_then(Reading::value);
        let cluster = cluster.map_or("CLUSTER", |cluster| &*cluster.name);
        let sentence = format!(
            "serviceaccount/{} in {} belongs to {whose}, and EKS would put it back: it is not changed here",
            account.name, account.namespace
        );
        Err(PlanRefusal::new(sentence).hint(format!(
            "give the role to the add-on: aws eks update-addon --cluster-name {cluster} --addon-name {} \
             --service-account-role-arn ARN, or --pod-identity-associations",
            named.unwrap_or("NAME")
        )))
    }
}

/// Warns of everything that the plan's own steps change and somebody else keeps. A restart sees to itself.
pub(super) fn warn_of_keepers(plan: &mut Plan, seen: Seen<'_>) {
    let kept: Vec<String> = plan.taken().filter_map(|(_, step)| kept_elsewhere(seen, &step.change.target)).collect();
    for sentence in kept {
        plan.warn(WarningKind::OwnedElsewhere, sentence);
    }
}

fn kept_elsewhere(seen: Seen<'_>, target: &Target) -> Option<String> {
    match target {
        Target::ServiceAccount { namespace, name } | Target::Annotations { namespace, name } => {
            let account = seen.inventory.shard(namespace)?.service_account(name)?;
            Some(sentence(account.keeper.as_deref()?, &format!("serviceaccount/{name}")))
        }
        Target::Role { .. } | Target::Trust { .. } | Target::Attachment { .. } | Target::Inline { .. } => {
            let role = seen.role_named(target.role()?)?;
            Some(sentence(&keeper_of_role(role)?, &format!("role {}", role.arn.path_and_name())))
        }
        Target::Association { namespace, service_account, .. } => {
            let association = seen.inventory.aws().association(namespace, service_account).found()?;
            let keeper = keeper_by_tags(&association.tags.iter().collect::<Vec<_>>())?;
            Some(sentence(&keeper, &target.to_string()))
        }
        Target::Rollout { .. } | Target::Provider { .. } | Target::Audience { .. } => None,
    }
}

/// Whose it is, what comes of the change, and what to do instead.
fn sentence(keeper: &Keeper, what: &str) -> String {
    let (then, instead) = match keeper.tool {
        Tool::ArgoCd => {
            ("what its source says comes back with the next sync, at once where it heals itself", "change it there")
        }
        Tool::Flux => ("what its source says comes back with the next reconciliation", "change it there"),
        Tool::Helm => ("what its chart says comes back with the next upgrade or rollback", "set it in its values"),
        Tool::Eksctl => ("eksctl will not know of it, and may put it back", "change it with eksctl"),
        Tool::EksAddOn => ("EKS puts it back with the next update of the add-on", "set it in the add-on"),
        Tool::CloudFormation => {
            ("the stack drifts, and its next update may put it back or fail", "change it in the template")
        }
        Tool::Terraform => ("the next apply puts back what its configuration says", "change it there"),
        Tool::Ack | Tool::Crossplane => {
            ("its controller puts back what its resource says within minutes", "change the resource")
        }
    };
    format!("{what} is kept by {keeper}: {then}; {instead}, or leave it and export the commands")
}

/// Who keeps a role.
pub fn keeper_of_role(role: &Role) -> Option<Keeper> {
    keeper_by_tags(&role.tags.iter().map(|(key, value)| (key, value)).collect::<Vec<_>>())
}

/// Who keeps what has these tags: eksctl (`pkg/apis/eksctl.io/v1alpha5`), CloudFormation's own (CloudFormation user guide,
/// "Resource tags"), ACK and Crossplane (their default tags), and what people write who use Terraform, which leaves none of
/// its own.
fn keeper_by_tags(tags: &[(&Name, &Name)]) -> Option<Keeper> {
    let tag = |key: &str| tags.iter().find(|(known, _)| &***known == key).map(|(_, value)| &***value);
    let begins = |prefix: &str| tags.iter().any(|(key, _)| key.starts_with(prefix));
    let stack = tag("aws:cloudformation:stack-name");
    if begins("alpha.eksctl.io/") || begins("eksctl.cluster.k8s.io/") {
        return Some(Keeper::new(Tool::Eksctl, stack));
    }
    if stack.is_some() || begins("aws:cloudformation:") {
        return Some(Keeper::new(Tool::CloudFormation, stack));
    }
    if begins("services.k8s.aws/") {
        return Some(Keeper::new(Tool::Ack, tag("services.k8s.aws/namespace")));
    }
    if begins("crossplane-") {
        return Some(Keeper::new(Tool::Crossplane, tag("crossplane-name")));
    }
    let is_terraform = |(key, value): &(&Name, &Name)| {
        let plain: String = key.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        let names_it = ["terraform", "opentofu"].iter().any(|tool| value.to_ascii_lowercase().contains(tool));
        match &*plain {
            "managedby" | "createdby" | "provisioner" | "provisionedby" | "iac" => names_it,
            "terraform" | "opentofu" | "terraformmanaged" => {
                !matches!(&*value.to_ascii_lowercase(), "false" | "no" | "0")
            }
            _ => false,
        }
    };
    tags.iter().any(is_terraform).then(|| Keeper::new(Tool::Terraform, None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::RoleArn;

    fn kept(tags: &[(&str, &str)]) -> Option<String> {
        let role = Role {
            arn: RoleArn::from("arn:aws:iam::111122223333:role/eks/api"),
            id: "AROAEXAMPLE".into(),
            created: None,
            max_session_seconds: None,
            trust: None,
            boundary_arn: None,
            tags: tags.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect(),
            last_used: None,
            attached: Ok(Vec::new()),
            inline: Ok(Vec::new()),
        };
        keeper_of_role(&role).map(|keeper| keeper.to_string())
    }

    #[test]
    fn tags_tell_who_keeps_a_role() {
        assert_eq!(
            kept(&[("aws:cloudformation:stack-name", "shop-iam")]).as_deref(),
            Some("CloudFormation (stack shop-iam)")
        );
        let eksctl = [
            ("aws:cloudformation:stack-name", "eksctl-prod-addon-iamserviceaccount-shop-api"),
            ("alpha.eksctl.io/iamserviceaccount-name", "shop/api"),
        ];
        assert_eq!(kept(&eksctl).as_deref(), Some("eksctl (stack eksctl-prod-addon-iamserviceaccount-shop-api)"));
        for tag in [("ManagedBy", "terraform"), ("managed-by", "Terraform"), ("terraform", "true"), ("iac", "OpenTofu")]
        {
            assert_eq!(kept(&[tag]).as_deref(), Some("Terraform"), "{tag:?}");
        }
        assert_eq!(kept(&[("crossplane-name", "api-role")]).as_deref(), Some("Crossplane (api-role)"));
        assert_eq!(kept(&[("services.k8s.aws/controller-version", "iam-1.3")]).as_deref(), Some("ACK"));
        for tag in [("terraform", "false"), ("team", "terraform"), ("ManagedBy", "hand"), ("rolecall:plan", "1")] {
            assert_eq!(kept(&[tag]), None, "{tag:?}");
        }
    }
}
