//! The fields of a form: what is wrong with each as it is typed, what it may become, and what they say together.

use super::form::POLICY;
use super::{drafts, files, tokens};
use crate::domain::identity::account_of;
use crate::domain::inventory::Lookup;
use crate::domain::model::{Name, Reading};
use crate::domain::plan::{
    NewRole, PlanRefusal, RoleField, draft_fault, inline_policy_name, role_to_create, whole_document,
};
use crate::tui::app::State;
use crate::tui::app::screen::{Field, FieldKind, Form, FormScreen, Screen, Wrong};
use crate::tui::app::state::PromptKind;

/// So many policies are offered.
const OFFERED: usize = 50;

/// Takes in what is typed, and looks at it.
pub(in crate::tui::app::update) fn settle(state: &State, screen: &mut FormScreen) {
    let Some(prompt) = state.prompt.as_ref().filter(|prompt| prompt.kind == PromptKind::Field) else { return };
    let typed = prompt.input.value();
    let Some(field) = screen.fields.get_mut(screen.at) else { return };
    if field.text == typed {
        return;
    }
    typed.clone_into(&mut field.text);
    let kind = field.kind;
    if kind == FieldKind::Account {
        settle_defaults(state, screen);
    }
    let is_growing = !prompt.completions.is_empty() && prompt.picked.is_none();
    let wrong = if is_growing { None } else { wrong(state, screen, kind) };
    if let Some(field) = screen.fields.get_mut(screen.at) {
        field.wrong = wrong;
    }
}

/// What the fields of a new role are as long as nothing is typed.
///
/// # Errors
/// Where it is not known in which account and for which cluster it would be.
pub(super) fn defaults(state: &State, namespace: &Name, name: &Name) -> Result<Vec<(FieldKind, String)>, PlanRefusal> {
    let wanted = NewRole { namespace: namespace.clone(), service_account: name.clone(), ..NewRole::default() };
    let seen = state.seen();
    let arn = role_to_create(seen, &wanted)?;
    let cluster = state.inventory.aws().cluster().and_then(Reading::value).map(|cluster| cluster.name.clone());
    let cluster = cluster.unwrap_or_default();
    let tags = format!("rolecall:cluster={cluster} rolecall:serviceaccount={namespace}/{name} in any case");
    Ok(vec![
        (FieldKind::RoleName, arn.role_name().to_owned()),
        (FieldKind::Path, "/".to_owned()),
        (FieldKind::Mechanism, "irsa".to_owned()),
        (FieldKind::Policies, "none".to_owned()),
        (FieldKind::PolicyName, POLICY.to_owned()),
        (FieldKind::Document, "none".to_owned()),
        (FieldKind::Boundary, "none".to_owned()),
        (FieldKind::Session, "3600".to_owned()),
        (FieldKind::Tags, tags),
        (FieldKind::Description, wanted.default_description(&cluster)),
    ])
}

/// Another ServiceAccount is meant: what goes by its name goes by that one's.
fn settle_defaults(state: &State, screen: &mut FormScreen) {
    let Form::Role { namespace } = &screen.of else { return };
    let said = Name::from(screen.said(FieldKind::Account));
    for (kind, default) in defaults(state, namespace, &said).unwrap_or_default() {
        if let Some(field) = screen.fields.iter_mut().find(|field| field.kind == kind) {
            field.default = default;
        }
    }
}

/// What is wrong with a field; none: nothing.
pub(super) fn wrong(state: &State, screen: &FormScreen, kind: FieldKind) -> Option<Wrong> {
    let text = screen.typed(kind);
    let refusal = match kind {
        FieldKind::PolicyName => inline_policy_name(screen.said(kind)).err(),
        FieldKind::Document => return document_fault(screen),
        FieldKind::Audience | FieldKind::Expiration | FieldKind::RegionalSts => return tokens::wrong(kind, text),
        _ => NewRole::default().say(role_field(kind)?, text, account(state)).err(),
    };
    refusal.map(|refusal| Wrong { said: refusal.in_words(), line: None })
}

fn document_fault(screen: &FormScreen) -> Option<Wrong> {
    let draft = screen.document.as_ref()?;
    let fault = draft_fault(&draft.text)?;
    Some(Wrong { said: fault.sentence, line: fault.line.and_then(|line| usize::try_from(line).ok()) })
}

/// The account that roles are made in.
fn account(state: &State) -> Option<&str> {
    state.inventory.aws().caller().and_then(Reading::value).map(|caller| &*caller.account)
}

/// What a field says of a new role; none: something else.
fn role_field(kind: FieldKind) -> Option<RoleField> {
    Some(match kind {
        FieldKind::RoleName => RoleField::Name,
        FieldKind::Path => RoleField::Path,
        FieldKind::Mechanism => RoleField::Mechanism,
        FieldKind::Policies => RoleField::Policies,
        FieldKind::Boundary => RoleField::Boundary,
        FieldKind::Session => RoleField::Session,
        FieldKind::Tags => RoleField::Tags,
        FieldKind::Description => RoleField::Description,
        FieldKind::Account => RoleField::Account,
        FieldKind::PolicyName
        | FieldKind::Document
        | FieldKind::Audience
        | FieldKind::Expiration
        | FieldKind::RegionalSts => return None,
    })
}

/// The role that the form asks for, or what is wrong with which field.
pub(super) fn new_role(state: &State, screen: &FormScreen) -> Result<NewRole, (usize, Wrong)> {
    let Form::Role { namespace } = &screen.of else { return Ok(NewRole::default()) };
    let service_account = Name::from(screen.said(FieldKind::Account));
    if service_account.is_empty() {
        let said = "say which ServiceAccount it is for: one that is not there is made, too".to_owned();
        return Err((screen.place(FieldKind::Account).unwrap_or_default(), Wrong { said, line: None }));
    }
    let is_there = !matches!(account_of(&state.inventory, namespace, &service_account), Lookup::Absent);
    let mut wanted = NewRole {
        namespace: namespace.clone(),
        service_account,
        create_service_account: !is_there,
        ..NewRole::default()
    };
    let wrong = |refusal: PlanRefusal| Wrong { said: refusal.in_words(), line: None };
    for (place, Field { kind, text, .. }) in screen.fields.iter().enumerate() {
        if let Some(field) = role_field(*kind) {
            wanted.say(field, text, account(state)).map_err(|refusal| (place, wrong(refusal)))?;
        }
    }
    if let Some(draft) = &screen.document {
        let place = screen.place(FieldKind::Document).unwrap_or_default();
        let document = whole_document(&draft.text).map_err(|refusal| (place, wrong(refusal)))?;
        wanted.inline.push((screen.said(FieldKind::PolicyName).into(), document));
    }
    Ok(wanted)
}

/// What the text of the shown form's field may become.
pub(in crate::tui::app::update) fn completions(state: &State, text: &str) -> Vec<String> {
    let Screen::Form(screen) = state.screen() else { return Vec::new() };
    match screen.field().map(|field| field.kind) {
        Some(FieldKind::Policies) => policies(state, text),
        Some(FieldKind::Boundary) => policies(state, text.trim()),
        Some(FieldKind::Account) => accounts(state, screen, text),
        Some(FieldKind::Document) => files::completions(screen, text),
        Some(FieldKind::RegionalSts) => beginning(["true", "false"].map(Name::from), text),
        Some(FieldKind::Mechanism) => beginning(["irsa", "pod-identity"].map(Name::from), text),
        Some(FieldKind::PolicyName) => match &screen.of {
            Form::Policy { role } => beginning(drafts::inline_names(state, role), text),
            Form::Role { .. } | Form::Tokens { .. } => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The ServiceAccounts of the form's namespace.
fn accounts(state: &State, screen: &FormScreen, text: &str) -> Vec<String> {
    let Form::Role { namespace } = &screen.of else { return Vec::new() };
    let shard = state.inventory.shard(namespace).filter(|_| !text.trim().is_empty());
    let names = shard.into_iter().flat_map(|shard| shard.service_accounts().map(|(name, _)| name.clone()));
    beginning(names, text)
}

fn beginning(names: impl IntoIterator<Item = Name>, text: &str) -> Vec<String> {
    let meant = names.into_iter().filter(|name| name.starts_with(text.trim()) && **name != *text);
    meant.map(|name| name.to_string()).collect()
}

/// What the last word may become: a managed policy that was read, by part of its ARN.
fn policies(state: &State, text: &str) -> Vec<String> {
    let (before, word) = text.rsplit_once(' ').map_or(("", text), |(before, word)| (before, word));
    let word = word.to_lowercase();
    let aws = state.inventory.aws();
    let attached = aws.roles().filter_map(|(_, reading)| reading.value());
    let attached = attached.flat_map(|role| role.attached.iter().flatten()).map(|own| &own.arn);
    let known = aws.policies().map(|(arn, _)| arn).chain(attached);
    let mut found: Vec<&Name> = known.filter(|arn| arn.to_lowercase().contains(&word)).collect();
    found.retain(|arn| !text.split(' ').any(|typed| typed == &***arn));
    found.sort();
    found.dedup();
    let with = |arn: &Name| if before.is_empty() { arn.to_string() } else { format!("{before} {arn}") };
    found.into_iter().take(OFFERED).map(with).collect()
}
