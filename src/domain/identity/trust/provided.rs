//! Which roles hang on an OIDC provider: those whose trust policies name it.

use super::trusted::names;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Reading, RoleArn};

/// The roles that were read whose trust policies name this provider, in order of ARN.
pub fn naming_provider(inventory: &Inventory, provider: &str) -> Vec<RoleArn> {
    let is_named = |role: &RoleArn| {
        let policy = inventory.aws().trust(role.as_str()).and_then(|trust| trust.policy.as_ref().ok());
        policy.is_some_and(|policy| names(policy, |principal| principal == provider || principal == "*"))
    };
    read(inventory).into_iter().filter(is_named).collect()
}

/// The roles that were read, and whose trust policies nobody could read.
pub fn unread_trusts(inventory: &Inventory) -> Vec<RoleArn> {
    let is_unread = |role: &RoleArn| inventory.aws().trust(role.as_str()).is_none_or(|trust| trust.policy.is_err());
    read(inventory).into_iter().filter(is_unread).collect()
}

fn read(inventory: &Inventory) -> Vec<RoleArn> {
    let roles = inventory.aws().roles().filter_map(|(_, reading)| Reading::value(reading).map(|role| role.arn.clone()));
    let mut roles: Vec<RoleArn> = roles.collect();
    roles.sort();
    roles.dedup();
    roles
}
