//! Putting a policy, or one statement more, into a role.

use super::attach::bounded;
use super::escalation::{self, Given};
use super::loss::warn_of_role_loss;
use super::owned::warn_of_keepers;
use super::users::Users;
use super::{Change, Content, Plan, PlanKind, PlanRefusal, Seen, Target, rules};
use crate::domain::access::{Policies, Source};
use crate::domain::model::{InlinePolicy, Name, Role, RoleArn};
use crate::domain::policy::{Kind, Layer, compact, indented, statement_texts, with_statement};
use std::sync::Arc;

/// The plan that puts `text` into the inline policy `name` of a role: a whole document takes the place of what is there;
/// one statement comes beside what is there.
///
/// # Errors
/// Where the role cannot be changed from here, or IAM would refuse the document, its name or its size.
pub fn put(seen: Seen<'_>, role: &RoleArn, name: &Name, text: &str) -> Result<Plan, PlanRefusal> {
    let read = seen.role_to_change(role)?;
    rules::policy_name(name)?;
    let inline = read.inline.as_deref().map_err(PlanRefusal::unread)?;
    let there = match inline.iter().find(|own| own.name == *name) {
        Some(own) => Some(own.document.as_ref().map_err(PlanRefusal::unread)?),
        None => None,
    };
    let is_document = statement_texts(text).is_some();
    if !is_document && there.is_some_and(|there| holds(there, text)) {
        return Err(says_that(name, role));
    }
    let document = if is_document { text.to_owned() } else { with(there, text)? };
    let parsed = Arc::new(rules::document(&document, Kind::Identity, &format!("inline policy {name}"))?);
    size(inline, name, &document)?;
    let role_name = role.path_and_name();
    let title = match (there.is_some(), is_document) {
        (false, _) => format!("put inline policy {name} into role {role_name}"),
        (true, true) => format!("replace inline policy {name} in role {role_name}"),
        (true, false) => format!("add a statement to inline policy {name} in role {role_name}"),
    };
    let mut plan = Plan::new(PlanKind::Put, title);
    plan.push(Change {
        target: Target::Inline { role: Name::from(role.role_name()), policy: name.clone() },
        from: there.map_or(Content::Absent, |text| Content::Document(text.clone())),
        to: Content::Document(Name::from(&*document)),
    });
    if plan.steps.is_empty() {
        return Err(says_that(name, role));
    }
    let users = Users::of(seen, role);
    escalation::warn(&mut plan, seen, role, &Given { name, document: parsed }, &users.namespaces());
    bounded(&mut plan, read);
    plan.effects.push("what it says holds within seconds, for running pods, too".to_owned());
    let source = Source { name: name.clone(), managed: false, text: document.into() };
    let then = |now: Policies| now.without(name, false).with(Layer::Identity, Kind::Identity, source);
    warn_of_role_loss(&mut plan, seen, role, then, users.may_be_any());
    warn_of_keepers(&mut plan, seen);
    users.tell(&mut plan, role, &[]);
    Ok(plan)
}

/// Whether a policy holds the statement already, however either is laid out.
fn holds(document: &str, statement: &str) -> bool {
    let own = statement_texts(document).unwrap_or_default();
    own.iter().any(|own| compact(own) == compact(statement))
}

fn says_that(name: &Name, role: &RoleArn) -> PlanRefusal {
    let role = role.path_and_name();
    PlanRefusal::new(format!("inline policy {name} in role {role} says that already: nothing to change"))
}

/// Whether an inline policy may be called so.
///
/// # Errors
/// What IAM would not take of it.
pub fn inline_policy_name(name: &str) -> Result<(), PlanRefusal> {
    rules::policy_name(name)
}

/// One statement, beside what is there or by itself.
pub(super) fn with(there: Option<&Name>, statement: &str) -> Result<String, PlanRefusal> {
    let Some(laid_out) = indented(statement) else {
        // says where it is no JSON
        rules::document(statement, Kind::Identity, "the statement")?;
        return Err(PlanRefusal::new("the statement cannot be read"));
    };
    let alone = || format!(r#"{{"Version":"2012-10-17","Statement":[{laid_out}]}}"#);
    match there {
        Some(text) => with_statement(text, &laid_out)
            .ok_or_else(|| PlanRefusal::new("the policy that is there cannot be read: put a whole document")),
        None => Ok(indented(&alone()).unwrap_or_else(alone)),
    }
}

/// Minds what all inline policies of the role come to.
fn size(inline: &[InlinePolicy], name: &Name, document: &str) -> Result<(), PlanRefusal> {
    let others = inline.iter().filter(|own| own.name != *name).filter_map(|own| own.document.as_ref().ok());
    let size = others.map(|text| rules::size(text)).sum::<usize>() + rules::size(document);
    if size > rules::INLINE_SIZE {
        let said = format!("the role's inline policies would have {size} characters, IAM takes {}", rules::INLINE_SIZE);
        return Err(PlanRefusal::new(said).hint("make a managed policy of it: each may have 6144"));
    }
    Ok(())
}

/// The inline policies of a role as they would be taken out of it.
pub(super) fn removals(role: &Role) -> Result<Vec<Change>, PlanRefusal> {
    let inline = role.inline.as_deref().map_err(PlanRefusal::unread)?;
    let removal = |own: &InlinePolicy| {
        let from = Content::Document(own.document.as_ref().map_err(PlanRefusal::unread)?.clone());
        let target = Target::Inline { role: Name::from(role.arn.role_name()), policy: own.name.clone() };
        Ok(Change { target, from, to: Content::Absent })
    };
    inline.iter().map(removal).collect()
}
