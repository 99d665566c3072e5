//! The page of a role: who may assume it, what bounds it, what it may do by which policies, who uses it.

use super::evidence::explained;
use super::{Line, Tone};
use crate::domain::identity::openings;
use crate::domain::model::{AttachedPolicy, ManagedPolicy, Name, Reading, Role, RoleArn};
use crate::domain::policy::indented;
use crate::tui::app::State;
use crate::tui::app::screen::TextBody;
use std::sync::Arc;

/// The lines of a role's page.
pub(super) fn lines(state: &State, arn: &Name) -> Vec<Line> {
    let mut lines = vec![Line::new(Tone::Title, "role", arn)];
    match state.inventory.aws().role(arn) {
        Some(Reading::Read { value, at }) => {
            facts(value, &mut lines);
            lines.push(Line::new(Tone::Quiet, "read", at.strftime("%Y-%m-%d %H:%M:%SZ").to_string()));
            users(state, arn, &mut lines);
            policies(state, value, &mut lines);
        }
        Some(Reading::Missing { .. }) => {
            lines.push(Line::new(Tone::Bad, "", "this role does not exist: nobody can assume it"));
            users(state, arn, &mut lines);
        }
        Some(Reading::Unread(gap)) => {
            lines.push(Line::gap("", gap));
            users(state, arn, &mut lines);
        }
        None => {
            let malformed = malformed(arn).map(|said| Line::new(Tone::Bad, "", said));
            lines.push(malformed.unwrap_or_else(|| Line::new(Tone::Quiet, "", "not read yet")));
            users(state, arn, &mut lines);
        }
    }
    lines
}

/// Why nothing can be read of it: it is no role's ARN.
fn malformed(arn: &Name) -> Option<String> {
    RoleArn::new(arn.clone()).problem().map(|problem| format!("this is no role ARN: {}", problem.sentence()))
}

fn facts(role: &Role, lines: &mut Vec<Line>) {
    if let Some(created) = role.created {
        lines.push(Line::new(Tone::Plain, "created", created.strftime("%Y-%m-%d").to_string()));
    }
    match &role.last_used {
        Some(used) => {
            let region = used.region.as_deref().map(|region| format!(" in {region}")).unwrap_or_default();
            lines.push(Line::new(Tone::Plain, "last used", format!("{}{region}", used.at.strftime("%Y-%m-%d %H:%MZ"))));
        }
        None => lines.push(Line::new(Tone::Quiet, "last used", "never, as far as IAM tells")),
    }
    if let Some(seconds) = role.max_session_seconds {
        lines.push(Line::new(Tone::Plain, "sessions", format!("at most {} minutes", seconds / 60)));
    }
    match &role.boundary_arn {
        Some(boundary) => lines.push(Line::new(Tone::Warning, "boundary", boundary)),
        None => lines.push(Line::new(Tone::Quiet, "boundary", "none")),
    }
    if !role.tags.is_empty() {
        let tags: Vec<String> = role.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        lines.push(Line::new(Tone::Plain, "tags", tags.join("  ")));
    }
}

/// Who uses it, the most pods first.
fn users(state: &State, arn: &Name, lines: &mut Vec<Line>) {
    const SHOWN: usize = 12;
    let Some(role_use) = state.roles.get(arn) else { return };
    lines.extend(role_use.findings.iter().map(|finding| Line::new(Tone::Bad, finding.word(), explained(finding))));
    let wide = openings(&state.inventory, &RoleArn::new(arn.clone())).into_iter().filter(|own| own.is_too_wide);
    lines.extend(wide.map(|own| Line::new(Tone::Bad, "", own.sentence)));
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Title, "", "used by"));
    let mut users: Vec<_> = role_use.users.iter().collect();
    users.sort_by_key(|user| std::cmp::Reverse(user.pods));
    for user in users.iter().take(SHOWN) {
        let bound = if user.bound { "" } else { ", no longer bound: only running pods still carry it" };
        let text =
            format!("{}/{}  {}{bound}", user.namespace, user.service_account, counted(user.pods as usize, "pod"));
        lines.push(Line::new(if user.bound { Tone::Plain } else { Tone::Warning }, user.mechanism.label(), text));
    }
    if users.len() > SHOWN {
        lines.push(Line::new(
            Tone::Quiet,
            "",
            format!("and {} more ServiceAccounts: u lists them", users.len() - SHOWN),
        ));
    }
    if !role_use.nodes.is_empty() {
        let nodes = counted(role_use.nodes.len(), "node");
        let text = format!("{nodes}, and {} by way of them", counted(role_use.pods_by_node as usize, "pod"));
        lines.push(Line::new(Tone::Warning, "node role", text));
    }
    if users.is_empty() && role_use.nodes.is_empty() {
        lines.push(Line::new(Tone::Quiet, "", "nobody"));
    }
}

fn policies(state: &State, role: &Role, lines: &mut Vec<Line>) {
    section(lines, "trust policy: who may assume it");
    match &role.trust {
        Some(trust) => document(lines, trust),
        None => lines.push(Line::new(Tone::Quiet, "", "not read")),
    }
    if let Some(boundary) = &role.boundary_arn {
        section(lines, &format!("permissions boundary {boundary}"));
        managed(lines, state.inventory.aws().policy(boundary));
    }
    match &role.attached {
        Ok(attached) if attached.is_empty() => {}
        Ok(attached) => {
            for AttachedPolicy { arn, name } in attached {
                section(lines, &format!("attached policy {name}"));
                lines.push(Line::new(Tone::Quiet, "", arn));
                managed(lines, state.inventory.aws().policy(arn));
            }
        }
        Err(gap) => lines.push(Line::gap("attached", gap)),
    }
    match &role.inline {
        Ok(inline) => {
            for policy in inline {
                section(lines, &format!("inline policy {}", policy.name));
                match &policy.document {
                    Ok(text) => document(lines, text),
                    Err(gap) => lines.push(Line::gap("", gap)),
                }
            }
        }
        Err(gap) => lines.push(Line::gap("inline", gap)),
    }
    if matches!((&role.attached, &role.inline), (Ok(attached), Ok(inline)) if attached.is_empty() && inline.is_empty())
    {
        lines.push(Line::blank());
        lines.push(Line::new(Tone::Warning, "", "no policies: whoever assumes it may do nothing"));
    }
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn section(lines: &mut Vec<Line>, title: &str) {
    lines.push(Line::blank());
    lines.push(Line::new(Tone::Title, "", title));
}

fn managed(lines: &mut Vec<Line>, reading: Option<&Reading<Arc<ManagedPolicy>>>) {
    match reading {
        Some(Reading::Read { value, .. }) => match &value.document {
            Ok(text) => {
                lines.push(Line::new(Tone::Quiet, "", format!("version {}", value.version)));
                document(lines, text);
            }
            Err(gap) => lines.push(Line::gap("", gap)),
        },
        Some(Reading::Missing { .. }) => lines.push(Line::new(Tone::Bad, "", "this policy does not exist")),
        Some(Reading::Unread(gap)) => lines.push(Line::gap("", gap)),
        None => lines.push(Line::new(Tone::Quiet, "", "not read yet")),
    }
}

/// A document as a person reads it; what is no JSON stays as it is, and is said to be none.
fn document(lines: &mut Vec<Line>, text: &str) {
    if let Some(indented) = indented(text) {
        lines.extend(indented.lines().map(|line| Line::new(Tone::Code, "", line)));
    } else {
        lines.push(Line::new(Tone::Bad, "", "this document is not JSON; as it stands:"));
        lines.extend(text.lines().map(|line| Line::new(Tone::Code, "", line)));
    }
}

/// A role with its documents as JSON, for `y`.
pub(in crate::tui::app) fn json(state: &State, arn: &Name) -> TextBody {
    let role = match state.inventory.aws().role(arn) {
        Some(Reading::Read { value, .. }) => value,
        Some(Reading::Missing { .. }) => return TextBody::Failed("this role does not exist".to_owned(), None),
        Some(Reading::Unread(gap)) => return TextBody::Failed(gap.sentence.clone(), None),
        None => {
            let wait = "esc, wait until it is read, y again".to_owned();
            let unread = || TextBody::Failed("this role was not read yet".to_owned(), Some(wait));
            return malformed(arn).map_or_else(unread, |said| TextBody::Failed(said, None));
        }
    };
    let parsed = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| serde_json::Value::from(text));
    let attached: Vec<_> = role
        .attached
        .iter()
        .flatten()
        .map(|policy| {
            let reading = state.inventory.aws().policy(&policy.arn).and_then(Reading::value);
            let document = reading.and_then(|policy| policy.document.as_ref().ok()).map(|text| parsed(text));
            serde_json::json!({ "PolicyName": &*policy.name, "PolicyArn": &*policy.arn, "Document": document })
        })
        .collect();
    let inline: Vec<_> = role
        .inline
        .iter()
        .flatten()
        .map(|policy| {
            let document = policy.document.as_ref().ok().map(|text| parsed(text));
            serde_json::json!({ "PolicyName": &*policy.name, "PolicyDocument": document })
        })
        .collect();
    let value = serde_json::json!({
        "Arn": role.arn.as_str(),
        "RoleId": &*role.id,
        "CreateDate": role.created.map(|at| at.to_string()),
        "MaxSessionDuration": role.max_session_seconds,
        "PermissionsBoundary": role.boundary_arn.as_deref(),
        "Tags": role.tags.iter().map(|(k, v)| serde_json::json!({ "Key": &**k, "Value": &**v })).collect::<Vec<_>>(),
        "AssumeRolePolicyDocument": role.trust.as_deref().map(parsed),
        "AttachedPolicies": attached,
        "InlinePolicies": inline,
    });
    match serde_json::to_string_pretty(&value) {
        Ok(text) => TextBody::Ready(text.lines().map(str::to_owned).collect()),
        Err(error) => TextBody::Failed(error.to_string(), None),
    }
}
