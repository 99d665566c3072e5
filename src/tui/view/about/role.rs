//! The card of a role: what is attached, who uses it, when it was last used.

use super::account::wrong;
use super::summary::Summary;
use crate::domain::identity::Finding;
use crate::domain::model::{Name, Reading, Role, RoleArn, visible};
use crate::tui::view::scene::Scene;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the card.
pub(super) fn draw(scene: &Scene<'_>, arn: &Name, area: Rect, buffer: &mut Buffer) {
    let arn = RoleArn::new(arn.clone());
    // what is no ARN has no name: the whole of it stands below
    let title = if arn.problem().is_none() { format!("role/{}", visible(arn.role_name())) } else { "role".to_owned() };
    let mut card = Summary::new(title);
    card.headline(vec![Span::styled(visible(arn.as_str()).into_owned(), theme::STRONG)]);
    if let Some(problem) = arn.problem() {
        card.say("", format!("{} no role ARN: {}", theme::BROKEN_MARK, problem.sentence()), theme::BAD);
    }
    match scene.state.inventory.aws().role(arn.as_str()) {
        Some(Reading::Read { value, .. }) => policies(value, scene, &mut card),
        Some(Reading::Missing { .. }) => {
            card.say("", format!("{} there is no such role", theme::BROKEN_MARK), theme::BAD);
        }
        Some(Reading::Unread(gap)) => {
            card.say("not read", visible(&gap.sentence).into_owned(), theme::FAINT);
        }
        // what is no ARN is never asked for
        None if arn.problem().is_some() => {}
        None => {
            card.say("", "not read yet", theme::FAINT);
        }
    }
    if let Some(used) = scene.state.roles.get(arn.as_str()) {
        // that it does not exist, or is no ARN, stands above
        let said = [Finding::RoleNotFound, Finding::MalformedRoleArn];
        wrong(&mut card, used.findings.iter().filter(|finding| !said.contains(finding)).collect());
    }
    users(scene, &arn, &mut card);
    card.draw(area, buffer);
}

fn policies(role: &Role, scene: &Scene<'_>, card: &mut Summary) {
    let names = |names: Vec<String>| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
    match &role.attached {
        Ok(attached) => {
            card.say("attached", names(attached.iter().map(|p| visible(&p.name).into_owned()).collect()), theme::PLAIN)
        }
        Err(gap) => card.say("attached", format!("? {}", visible(&gap.sentence)), theme::FAINT),
    };
    match &role.inline {
        Ok(inline) if inline.is_empty() => &mut *card,
        Ok(inline) => {
            card.say("inline", names(inline.iter().map(|p| visible(&p.name).into_owned()).collect()), theme::PLAIN)
        }
        Err(gap) => card.say("inline", format!("? {}", visible(&gap.sentence)), theme::FAINT),
    };
    if let Some(boundary) = &role.boundary_arn {
        card.say("boundary", visible(boundary).into_owned(), theme::PLAIN);
    }
    let used = role.last_used.as_ref().map_or_else(
        || "never, as far as IAM tells".to_owned(),
        |used| {
            let region = used.region.as_deref().map(|region| format!(" in {}", visible(region))).unwrap_or_default();
            format!("{} ago{region}", scene.age(Some(used.at)))
        },
    );
    card.say("last used", used, theme::PLAIN);
}

fn users(scene: &Scene<'_>, arn: &RoleArn, card: &mut Summary) {
    let Some(used) = scene.state.roles.get(arn.as_str()) else { return };
    let pods: usize = used.users.iter().map(|user| user.pods as usize).sum();
    if !used.users.is_empty() {
        let accounts: Vec<String> = used
            .users
            .iter()
            .take(6)
            .map(|user| format!("{}/{}", visible(&user.namespace), visible(&user.service_account)))
            .collect();
        let more = used.users.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        card.say("used by", format!("{}{more}{}", accounts.join(", "), running(pods)), theme::PLAIN);
    }
    if !used.nodes.is_empty() {
        let nodes = text::things(used.nodes.len(), "node");
        let them = if used.nodes.len() == 1 { "it" } else { "them" };
        let (pods, run) = (used.pods_by_node as usize, if used.pods_by_node == 1 { "runs" } else { "run" });
        let said = format!("of {nodes}; {} {run} on it by way of {them}", text::things(pods, "pod"));
        card.say("node role", said, theme::NODE);
    }
}

fn running(pods: usize) -> String {
    match pods {
        0 => ": no pod runs with it".to_owned(),
        1 => ": 1 pod runs with it".to_owned(),
        many => format!(": {} pods run with it", text::figure(many)),
    }
}
