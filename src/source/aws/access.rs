//! What we may read in AWS, for `rolecall info`: each call is tried once in its cheapest form. None of them changes
//! anything.

use super::account::Account;
use super::ec2;
use super::refusal::{Circumstances, Refusal};
use super::wire::Line;
use crate::domain::model::GapReason;
use crate::source::Access;
use aws_sdk_iam::types::EntityType;

/// A name that nothing bears, no role, association, node group, provider or instance profile: that there is none is an answer, and so an allowed call.
const NOBODY: &str = "rolecall-probe";

impl Account {
    /// Each of [`AWS_READS`](crate::source::AWS_READS), and whether it is allowed.
    pub(super) async fn readable(&self) -> Vec<Access> {
        let caller = self.caller().await.map(|_| ());
        if let Err(refusal) = &caller
            && matches!(refusal.reason, GapReason::NoCredentials | GapReason::Expired)
        {
            // One sentence says it; a dozen would only repeat it.
            return vec![access("sts:GetCallerIdentity", caller)];
        }
        let (eks, roles, account, ec2) =
            tokio::join!(self.readable_eks(), self.readable_roles(), self.readable_account(), self.instances_allowed());
        let mut all = vec![access("sts:GetCallerIdentity", caller)];
        all.extend(eks.into_iter().chain(roles).chain(account));
        all.push(access(ec2::ACTION, ec2));
        all
    }

    async fn readable_eks(&self) -> Vec<Access> {
        const CALLS: [&str; 4] = [
            "eks:DescribeCluster",
            "eks:ListPodIdentityAssociations",
            "eks:DescribePodIdentityAssociation",
            "eks:DescribeNodegroup",
        ];
        let known = self.cluster_name().and_then(|name| Ok((name, self.regional()?)));
        let (name, (clients, region)) = match known {
            Ok(known) => known,
            Err(refusal) => return CALLS.into_iter().map(|call| access(call, Err(refusal.clone()))).collect(),
        };
        let [describe, list, association, nodegroup] = CALLS;
        let (region, eks, wire) = (Some(&*region), &clients.eks, &self.wire);
        let line = |call, more: &[(&str, &str)]| Line::new(call, &[&[("--cluster-name", &*name)], more].concat());
        let (described, listed, of_association, of_nodegroup) = tokio::join!(
            wire.ask(Line::new(describe, &[("--name", &name)]), region, eks.describe_cluster().name(&name).send()),
            wire.ask(
                line(list, &[("--max-items", "1")]),
                region,
                eks.list_pod_identity_associations().cluster_name(&name).max_results(1).send()
            ),
            wire.ask(
                line(association, &[("--association-id", NOBODY)]),
                region,
                eks.describe_pod_identity_association().cluster_name(&name).association_id(NOBODY).send()
            ),
            wire.ask(
                line(nodegroup, &[("--nodegroup-name", NOBODY)]),
                region,
                eks.describe_nodegroup().cluster_name(&name).nodegroup_name(NOBODY).send()
            ),
        );
        vec![
            access(describe, described.map(drop)),
            access(list, listed.map(drop)),
            access(association, of_association.map(drop)),
            access(nodegroup, of_nodegroup.map(drop)),
        ]
    }

    async fn readable_roles(&self) -> Vec<Access> {
        let clients = self.clients();
        let (iam, wire, role) = (&clients.iam, &self.wire, self.role_to_try().await);
        let named = |call| Line::new(call, &[("--role-name", &*role)]);
        let (get, attached, inline, document) = tokio::join!(
            wire.ask(named("iam:GetRole"), None, iam.get_role().role_name(&role).send()),
            wire.ask(
                named("iam:ListAttachedRolePolicies"),
                None,
                iam.list_attached_role_policies().role_name(&role).max_items(1).send()
            ),
            wire.ask(
                named("iam:ListRolePolicies"),
                None,
                iam.list_role_policies().role_name(&role).max_items(1).send()
            ),
            wire.ask(
                Line::new("iam:GetRolePolicy", &[("--role-name", &*role), ("--policy-name", NOBODY)]),
                None,
                iam.get_role_policy().role_name(&role).policy_name(NOBODY).send()
            ),
        );
        vec![
            access("iam:GetRole", get.map(drop)),
            access("iam:ListAttachedRolePolicies", attached.map(drop)),
            access("iam:ListRolePolicies", inline.map(drop)),
            access("iam:GetRolePolicy", document.map(drop)),
        ]
    }

    async fn readable_account(&self) -> Vec<Access> {
        let clients = self.clients();
        let (iam, wire) = (&clients.iam, &self.wire);
        let (policy, version) = (self.policy_to_try().await, "v1");
        let of_policy = |call| Line::new(call, &[("--policy-arn", &*policy)]);
        let (got, got_version, all, providers, provider, profile) = tokio::join!(
            wire.ask(of_policy("iam:GetPolicy"), None, iam.get_policy().policy_arn(&policy).send()),
            wire.ask(
                of_policy("iam:GetPolicyVersion"),
                None,
                iam.get_policy_version().policy_arn(&policy).version_id(version).send()
            ),
            wire.ask(
                Line::new("iam:GetAccountAuthorizationDetails", &[("--filter", "Role"), ("--max-items", "1")]),
                None,
                iam.get_account_authorization_details().filter(EntityType::Role).max_items(1).send()
            ),
            wire.ask(Line::bare("iam:ListOpenIDConnectProviders"), None, iam.list_open_id_connect_providers().send()),
            self.provider_allowed("iam:GetOpenIDConnectProvider"),
            wire.ask(
                Line::new("iam:GetInstanceProfile", &[("--instance-profile-name", NOBODY)]),
                None,
                iam.get_instance_profile().instance_profile_name(NOBODY).send()
            ),
        );
        vec![
            access("iam:GetPolicy", got.map(drop)),
            access("iam:GetPolicyVersion", got_version.map(drop)),
            access("iam:GetAccountAuthorizationDetails", all.map(drop)),
            access("iam:ListOpenIDConnectProviders", providers.map(drop)),
            access("iam:GetOpenIDConnectProvider", provider),
            access("iam:GetInstanceProfile", profile.map(drop)),
        ]
    }

    /// A provider of our own account, for IAM answers for no other's.
    async fn provider_allowed(&self, call: &'static str) -> Result<(), Refusal> {
        let caller = self.caller().await?;
        let partition = caller.arn.split(':').nth(1).unwrap_or("aws");
        let arn = format!("arn:{partition}:iam::{}:oidc-provider/{NOBODY}", caller.account);
        let asked = self.clients().iam.get_open_id_connect_provider().open_id_connect_provider_arn(&arn).send();
        self.wire.ask(Line::new(call, &[("--open-id-connect-provider-arn", &arn)]), None, asked).await.map(drop)
    }

    /// Our own role where we are one, for a role may often be read by itself; else one that is not there.
    async fn role_to_try(&self) -> String {
        let caller = self.caller().await.ok();
        let session = caller.as_ref().and_then(|caller| caller.arn.split_once(":assumed-role/"));
        session.and_then(|(_, rest)| rest.split('/').next()).unwrap_or(NOBODY).to_owned()
    }

    /// A policy that every account has.
    async fn policy_to_try(&self) -> String {
        let caller = self.caller().await.ok();
        let partition = caller.as_ref().and_then(|caller| caller.arn.split(':').nth(1)).unwrap_or("aws");
        format!("arn:{partition}:iam::aws:policy/ReadOnlyAccess")
    }

    async fn instances_allowed(&self) -> Result<(), Refusal> {
        let (clients, region) = self.regional()?;
        let credentials = self.wire.sign_in().credentials().await?;
        let (to, profile) = (self.wire.receiver("ec2"), self.wire.profile().clone());
        let circumstances = Circumstances { action: ec2::ACTION, to: &to, profile: &profile };
        let mut line = Line::bare(ec2::ACTION);
        line.arguments.push_str(" --dry-run");
        let call = clients.ec2.would_be_allowed(&credentials, circumstances);
        self.wire.pass(line, Some(&region), call).await
    }
}

fn access(call: &str, answer: Result<(), Refusal>) -> Access {
    let (allowed, sentence) = match answer {
        Ok(()) => (Some(true), None),
        Err(refusal) if refusal.is_absent() => (Some(true), None),
        Err(refusal) => ((refusal.reason == GapReason::Forbidden).then_some(false), Some(refusal.sentence)),
    };
    Access { call: call.to_owned(), allowed, sentence }
}
