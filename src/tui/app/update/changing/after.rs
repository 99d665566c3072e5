//! After a change: what AWS holds is read again, since no watch tells of it. Kubernetes tells of itself.

use crate::domain::model::{Name, Question};
use crate::domain::plan::{Change, Content, Target};
use crate::tui::app::update::questions;
use crate::tui::app::{Job, State};

/// Asks again for what a change has touched.
pub(super) fn read_again(state: &mut State, change: &Change) -> Vec<Job> {
    let asked = about(state, change);
    asked.into_iter().map(|question| questions::ask(state, question, true)).collect()
}

/// What is asked of AWS to see a change.
fn about(state: &State, change: &Change) -> Vec<Question> {
    match &change.target {
        Target::ServiceAccount { .. } | Target::Annotations { .. } | Target::Rollout { .. } => Vec::new(),
        Target::Role { name: role }
        | Target::Trust { role }
        | Target::Attachment { role, .. }
        | Target::Inline { role, .. } => arns(state, role, change).into_iter().map(Question::Role).collect(),
        Target::Provider { .. } | Target::Audience { .. } => vec![Question::Providers],
        Target::Association { .. } => vec![questions::associations(state)],
    }
}

/// The ARNs under which a role of our account is known, or will be.
fn arns(state: &State, role: &str, change: &Change) -> Vec<Name> {
    let aws = state.inventory.aws();
    let account = aws.account();
    let named = aws.roles().filter_map(|(arn, _)| {
        let parsed = crate::domain::model::RoleArn::new(arn.clone());
        (parsed.role_name() == role && (account.is_none() || parsed.account() == account)).then(|| arn.clone())
    });
    let mut arns: Vec<Name> = named.collect();
    if let (Content::Role(made), Some(account)) = (&change.to, account) {
        let arn = Name::from(format!("arn:{}:iam::{account}:role{}{role}", aws.partition(), made.path));
        if !arns.contains(&arn) {
            arns.push(arn);
        }
    }
    arns
}
