//! The card of a node: its role, and who reaches it.

use super::summary::Summary;
use crate::domain::identity::{IdentityKind, node_role_of};
use crate::domain::inventory::Kind;
use crate::domain::model::{Name, Node, Reading, visible};
use crate::tui::view::scene::Scene;
use crate::tui::view::words;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the card.
pub(super) fn draw(scene: &Scene<'_>, name: &Name, area: Rect, buffer: &mut Buffer) {
    let mut card = Summary::new(format!("node/{}", visible(name)));
    let Some(node) = scene.state.inventory.node(name) else {
        card.headline(vec![Span::styled("? the node itself was not read", theme::FAINT)]);
        card.draw(area, buffer);
        return;
    };
    card.headline(headline(scene, node));
    let instance = node.instance_id().map(|id| format!(" · instance {}", visible(id))).unwrap_or_default();
    card.say("runs on", format!("{}{instance}", words::compute(node)), theme::PLAIN);
    let (reached, style) = words::reach(scene, node);
    card.say("metadata", reached, style);
    let on_it = scene.state.identities.on_node_role(name) as usize;
    let said = match on_it {
        0 => "no pod on this node falls back to it".to_owned(),
        1 => "1 of its pods runs on it".to_owned(),
        many => format!("{} of its pods run on it", text::figure(many)),
    };
    card.say("who uses it", said, if on_it == 0 { theme::PLAIN } else { theme::NODE });
    policies(scene, node, &mut card);
    gaps(scene, node, &mut card);
    card.draw(area, buffer);
}

fn headline(scene: &Scene<'_>, node: &Node) -> Vec<Span<'static>> {
    let Some(role) = node_role_of(&scene.state.inventory, node) else {
        let said = match words::no_node_role(scene, node) {
            "" => "no node role: pods here get their own role or nothing".to_owned(),
            said => format!("its role: {said}"),
        };
        return vec![Span::styled(said, theme::STRONG)];
    };
    let sharing = scene.state.identities.sharing_node_role(role.as_str()) as usize;
    let mut spans = vec![
        Span::styled(format!("{} ", theme::mark(IdentityKind::NodeRole)), theme::NODE),
        Span::styled("its role is  ", theme::STRONG),
        Span::styled(scene.role(&role).into_owned(), theme::NODE.patch(theme::STRONG)),
    ];
    if sharing > 0 {
        let place = scene.state.inventory.listings().of(Kind::Pod).counted_over();
        spans.push(Span::styled(
            format!("  shared by {}{place} on all nodes", text::things(sharing, "pod")),
            theme::FAINT,
        ));
    }
    spans
}

fn policies(scene: &Scene<'_>, node: &Node, card: &mut Summary) {
    let Some(role) = node_role_of(&scene.state.inventory, node) else { return };
    let read = scene.state.inventory.aws().role(role.as_str()).and_then(Reading::value);
    let Some(Ok(attached)) = read.map(|role| role.attached.as_ref()) else { return };
    let names: Vec<_> = attached.iter().map(|policy| visible(&policy.name)).collect();
    card.say("policies", names.join(", "), theme::PLAIN);
}

fn gaps(scene: &Scene<'_>, node: &Node, card: &mut Summary) {
    let aws = scene.state.inventory.aws();
    let gap = node.instance_id().and_then(|id| aws.instance(id)).and_then(Reading::gap);
    if let Some(gap) = gap.filter(|gap| !gap.is_loading()) {
        card.say("not read", visible(&gap.sentence).into_owned(), theme::FAINT);
    }
}
