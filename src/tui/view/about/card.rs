//! Which card a row has.

use super::{account, feed, node, pod, role};
use crate::domain::model::Name;
use crate::tui::app::select::Item;
use crate::tui::view::scene::Scene;
use crate::tui::widget::pane::Pane;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the card about a row, or an empty one where nothing is selected.
pub(in crate::tui::view) fn draw_card(scene: &Scene<'_>, item: Option<&Item>, area: Rect, buffer: &mut Buffer) {
    if area.height < 2 {
        return;
    }
    match item {
        Some(Item::Pod(namespace, name)) => pod::draw(scene, (namespace, name, None), area, buffer),
        Some(Item::Container(namespace, name, place)) => {
            pod::draw(scene, (namespace, name, Some(usize::from(*place))), area, buffer);
        }
        Some(Item::Account(namespace, name)) => account::draw(scene, namespace, name, area, buffer),
        Some(Item::Namespace(name)) => account::draw_namespace(scene, name, area, buffer),
        Some(Item::All) => account::draw_all(scene, area, buffer),
        Some(Item::Node(name)) => node::draw(scene, name, area, buffer),
        Some(Item::Role(arn)) => role::draw(scene, arn, area, buffer),
        Some(Item::Trouble(place)) => feed::draw_trouble(scene, *place, area, buffer),
        Some(Item::Call(number)) => feed::draw_call(scene, *number, area, buffer),
        Some(Item::Offer(place)) => feed::draw_offer(scene, *place, area, buffer),
        _ => {
            Pane::default().draw(area, buffer);
        }
    }
}

/// Draws the card about a node, below the pods on it.
pub(in crate::tui::view) fn draw_node_card(scene: &Scene<'_>, node: &Name, area: Rect, buffer: &mut Buffer) {
    if area.height >= 2 {
        node::draw(scene, node, area, buffer);
    }
}
