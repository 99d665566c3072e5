//! What a role loses when its policies change, and with it whoever uses it: running pods, too, for IAM asks the policies at
//! every call.

use super::against::Against;
use super::lost::{Lost, allows, unread};
use crate::domain::access::Policies;
use crate::domain::identity::{Bearer, bearer_of_role};
use crate::domain::model::RoleArn;
use crate::domain::plan::warning::WarningKind;
use crate::domain::plan::{Plan, Seen};
use crate::domain::policy::{Effect, Statement};

/// Says what a role may do today and may not with the policies `then`. `is_used`: whether there is, or may be, anybody to
/// lose it; else it is told, and nobody is asked about it.
pub(in crate::domain::plan) fn warn_of_role_loss(
    plan: &mut Plan,
    seen: Seen<'_>,
    role: &RoleArn,
    then: impl FnOnce(Policies) -> Policies,
    is_used: bool,
) {
    let now = bearer_of_role(seen.inventory, role);
    let then = Bearer { policies: then(now.policies.clone()), ..now.clone() };
    let whose = format!("role {}", role.path_and_name());
    let statements = |bearer: &Bearer| -> Vec<Statement> {
        let documents = &bearer.policies.layers.identity;
        documents.iter().flat_map(|document| document.statements.clone()).collect()
    };
    let after = statements(&then);
    let before = statements(&now);
    let is_new = |own: &Statement| !before.iter().any(|other| own.says_as(other));
    let is_denied_more = after.iter().any(|own| own.effect == Effect::Deny && is_new(own));
    let stays = |own: &&Statement| !is_denied_more && after.iter().any(|other| own.says_as(other));
    let touched: Vec<&Statement> = allows(&before).filter(|own| !stays(own)).collect();
    if touched.is_empty() {
        return;
    }
    unread(plan, &now.policies.gaps, &whose);
    let (mut lost, against) = (Lost::of(seen.catalogue), Against::new(&now, Some(&then)));
    for statement in touched {
        lost.weigh(&whose, statement, &against);
    }
    for sentence in lost.sentences(|loss| format!("{whose} may no longer {}", loss.in_words())) {
        if is_used {
            plan.warn(WarningKind::Loss, sentence);
        } else {
            plan.effects.push(sentence);
        }
    }
    lost.tell_doubt(plan, &whose);
}
