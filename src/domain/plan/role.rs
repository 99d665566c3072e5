//! The role that a plan changes: read, of the account that we are signed in to, and nobody else's to change.

use super::fit::is_reserved;
use super::surroundings::Seen;
use super::{PlanRefusal, rules};
use crate::domain::model::{Gap, GapReason, Name, Reading, Role, RoleArn};
use std::sync::Arc;

impl<'a> Seen<'a> {
    /// The account that IAM would be changed in.
    pub(super) fn signed_in_to(self) -> Result<&'a Name, PlanRefusal> {
        match self.inventory.aws().caller() {
            Some(Reading::Read { value, .. }) => Ok(&value.account),
            Some(Reading::Unread(gap)) => Err(PlanRefusal::unread(gap)),
            _ => Err(PlanRefusal::unread(&Gap::new(
                "AWS account",
                "sts:GetCallerIdentity",
                GapReason::NotLoadedYet,
                "which account this is has not been read yet",
            ))),
        }
    }

    /// The role of that name in the account that we are signed in to, as it was read: with its path.
    pub(super) fn role_named(self, name: &str) -> Option<&'a Arc<Role>> {
        let own = self.signed_in_to().ok()?;
        let mut roles = self.inventory.aws().roles().filter_map(|(_, reading)| reading.value());
        roles.find(|role| role.arn.role_name() == name && role.arn.account() == Some(own))
    }

    /// The ARN that a role of that path and name has in the account that we are signed in to.
    pub(super) fn arn_here(self, path_and_name: &str) -> Option<Name> {
        let aws = self.inventory.aws();
        let caller = aws.caller().and_then(Reading::value)?;
        Some(Name::from(format!("arn:{}:iam::{}:role{path_and_name}", aws.partition(), caller.account)))
    }

    /// The role, where it can be changed from here.
    pub(super) fn role_to_change(self, role: &RoleArn) -> Result<&'a Arc<Role>, PlanRefusal> {
        self.is_of_this_cluster()?;
        self.may_be_changed(role)?;
        match self.inventory.aws().role(role.as_str()) {
            Some(Reading::Read { value, .. }) => Ok(value),
            Some(Reading::Missing { .. }) => {
                Err(PlanRefusal::new(format!("there is no role {} in its account", role.path_and_name())))
            }
            Some(Reading::Unread(gap)) => Err(PlanRefusal::unread(gap)),
            None => {
                let sentence = format!("role {} not read yet", role.path_and_name());
                let what = format!("role {}", role.path_and_name());
                Err(PlanRefusal::unread(&Gap::new(what, "iam:GetRole", GapReason::NotLoadedYet, sentence)))
            }
        }
    }

    /// Whether a role could be changed from here, as far as its ARN tells.
    pub(super) fn may_be_changed(self, role: &RoleArn) -> Result<(), PlanRefusal> {
        let name = role.path_and_name();
        if let Some(problem) = role.problem() {
            return Err(PlanRefusal::new(format!("{role} is no role's ARN: {}", problem.sentence())));
        }
        if is_reserved(role) {
            return Err(PlanRefusal::new(format!("role {name} is AWS's own: nobody else changes it")));
        }
        let account = self.signed_in_to()?;
        match role.account() {
            Some(own) if own != &**account => {
                let sentence =
                    format!("role {name} is of account {own}, and this is {account}: IAM changes its own only");
                Err(PlanRefusal::new(sentence).hint(format!("sign in to {own}: --profile")))
            }
            _ => Ok(()),
        }
    }

    /// A managed policy that is to be attached: its ARN, and that it is there.
    pub(super) fn policy_to_attach(self, policy: &Name) -> Result<(), PlanRefusal> {
        rules::policy_arn(policy, Some(self.signed_in_to()?))?;
        match self.inventory.aws().policy(policy) {
            Some(Reading::Missing { .. }) => Err(PlanRefusal::new(format!("there is no policy {policy}"))),
            _ => Ok(()),
        }
    }
}

/// Why a role cannot be changed from here, as far as it is known: what was not asked for yet is no reason.
pub fn refused_change(seen: Seen<'_>, role: &RoleArn) -> Option<PlanRefusal> {
    let is_asked_for = seen.inventory.aws().role(role.as_str()).is_some();
    let refused = match seen.may_be_changed(role) {
        Ok(()) if is_asked_for => seen.role_to_change(role).err(),
        Ok(()) => None,
        Err(refusal) => Some(refusal),
    };
    refused.filter(|refusal| !refusal.is_loading())
}
