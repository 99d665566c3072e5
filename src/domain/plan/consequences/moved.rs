//! Whom a change of a trust policy moves: what their pods lose by it is told, and has to be read before.

use super::touched::Touched;
use crate::domain::identity::association_trust;
use crate::domain::inventory::Inventory;
use crate::domain::model::{Association, Name, Reading};
use crate::domain::plan::repair_trust::with_trust;
use crate::domain::plan::users::Users;
use crate::domain::plan::{Change, RoleMechanism, Seen, fit_of};

/// The ServiceAccounts that another trust policy keeps out or lets in.
pub(super) struct Moved {
    pub(super) kept_out: Vec<(Name, Name)>,
    pub(super) let_in: Vec<(Name, Name)>,
}

/// Whether another trust policy lets somebody in, and keeps out nobody of those who are seen to use its role.
pub(in crate::domain::plan) fn only_lets_in(seen: Seen<'_>, change: &Change) -> bool {
    Touched::of(seen, std::slice::from_ref(change)).iter().any(|own| {
        let moved = Moved::of(seen, own, &Users::of(seen, &own.role));
        moved.kept_out.is_empty() && !moved.let_in.is_empty()
    })
}

impl Moved {
    /// Those who use a role whose trust policy changes.
    pub(super) fn of(seen: Seen<'_>, own: &Touched<'_>, users: &Users) -> Self {
        let mut moved = Self { kept_out: Vec::new(), let_in: Vec::new() };
        let Some((before, after)) = own.trust() else { return moved };
        let Some(role) = seen.inventory.aws().role(own.role.as_str()).and_then(Reading::value) else { return moved };
        let (before, after) = (with_trust(seen.inventory, role, before), with_trust(seen.inventory, role, after));
        for key in &users.bound {
            let association = seen.inventory.aws().association(&key.0, &key.1);
            // both hops, whichever of them takes the role
            let takes = |it: &&Association| it.role_arn.iter().chain(&it.target_role_arn).any(|role| *role == own.role);
            let association = association.found().filter(takes);
            let is_in = |inventory: &Inventory| match association {
                Some(it) => association_trust(inventory, it).iter().all(|check| check.answer.is_yes()),
                None => fit_of(inventory, (&key.0, &key.1), &own.role, RoleMechanism::Irsa).answer.is_yes(),
            };
            match (is_in(&before), is_in(&after)) {
                (true, false) => moved.kept_out.push(key.clone()),
                (false, true) => moved.let_in.push(key.clone()),
                _ => {}
            }
        }
        moved
    }
}
