//! A role that goes by a plan of before is still the one that was planned, and nothing hangs on it that the plan does not
//! take from it.
//!
//! IAM refuses to delete what something hangs on (IAM API reference, "`DeleteRole`", `DeleteConflict`), and the guard what
//! was changed since: both at the last step, when its policies are gone and nobody can do anything with it. So it is
//! looked at before the first.

use super::surroundings::{Seen, named};
use super::users::Users;
use super::{Change, PlanRefusal, RoleContent, Target};
use crate::domain::model::{Name, Role};
use crate::domain::policy::{Document, Effect, Kind, Principal, Selection, same_document};

/// Whether the role that is there is as the plan knows it; `changes`: all of the plan, what is done of it, too.
///
/// # Errors
/// Where it is another by now, or something else hangs on it.
pub(super) fn is_as_planned(
    seen: Seen<'_>,
    (role, planned): (&Role, &RoleContent),
    changes: &[&Change],
) -> Result<(), PlanRefusal> {
    let name = role.arn.path_and_name();
    let refused = |what: String| Err(PlanRefusal::new(what).hint("see who did that, and take it away first"));
    let mut now = RoleContent::of(role);
    // a sweep over all roles does not tell it
    now.max_session_seconds = role.max_session_seconds.unwrap_or(planned.max_session_seconds);
    if role.trust.is_some() && !same_document(&now.trust, &planned.trust) {
        let come = come(&planned.trust, &now.trust);
        let who = if come.is_empty() { String::new() } else { format!(", and lets in {}", named(&come)) };
        return refused(format!("the trust policy of role {name} was changed since{who}"));
    }
    let differing = differing(&now, planned);
    if !differing.is_empty() {
        return refused(format!("role {name} was changed since: {}", differing.join(", ")));
    }
    let is_taken = |own: &Target| changes.iter().any(|change| change.target == *own);
    let role_name = || Name::from(role.arn.role_name());
    let attached = role.attached.iter().flatten();
    let mut policies: Vec<Name> = attached
        .filter(|own| !is_taken(&Target::Attachment { role: role_name(), policy: own.arn.clone() }))
        .map(|own| own.name.clone())
        .collect();
    let inline = role.inline.iter().flatten();
    policies.extend(
        inline
            .filter(|own| !is_taken(&Target::Inline { role: role_name(), policy: own.name.clone() }))
            .map(|own| own.name.clone()),
    );
    if !policies.is_empty() {
        return refused(format!("role {name} was given policies since: {}", named(&policies)));
    }
    let profiles = Users::of(seen, &role.arn).profiles;
    if !profiles.is_empty() {
        return refused(format!("role {name} is in instance profiles: {}", named(&profiles)));
    }
    Ok(())
}

/// Whom a trust policy lets in that the other does not.
fn come(before: &str, now: &str) -> Vec<String> {
    let (before, now) = (let_in(before), let_in(now));
    now.into_iter().filter(|own| !before.contains(own)).map(|own| own.as_str().to_owned()).collect()
}

/// Whom a trust policy lets in, each once.
fn let_in(text: &str) -> Vec<Principal> {
    let Ok(policy) = Document::parse(text, Kind::Trust) else { return Vec::new() };
    let mut all: Vec<Principal> = Vec::new();
    for statement in policy.statements.iter().filter(|own| own.effect == Effect::Allow) {
        for principal in statement.principals.iter().flat_map(Selection::items) {
            if !all.contains(principal) {
                all.push(principal.clone());
            }
        }
    }
    all
}

/// In what two roles differ, apart from their trust.
fn differing(now: &RoleContent, planned: &RoleContent) -> Vec<&'static str> {
    let parts = [
        (now.path != planned.path, "its path"),
        (now.max_session_seconds != planned.max_session_seconds, "its longest session"),
        (now.boundary != planned.boundary, "its permissions boundary"),
        (now.tags != planned.tags, "its tags"),
    ];
    parts.into_iter().filter_map(|(is_other, what)| is_other.then_some(what)).collect()
}
