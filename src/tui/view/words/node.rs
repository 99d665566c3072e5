//! A node in a few words.

use crate::domain::identity::Reach;
use crate::domain::model::{Compute, Gap, Node, visible};
use crate::tui::theme;
use crate::tui::view::scene::Scene;
use ratatui::style::Style;

/// What a node runs on and who made it, in a few words.
pub(in crate::tui::view) fn compute(node: &Node) -> String {
    let system = if node.windows { ", Windows" } else { "" };
    let (made_by, name) = match (node.compute, &node.nodegroup, &node.nodepool) {
        (Compute::Fargate, ..) => return "Fargate".to_owned(),
        (Compute::Hybrid, ..) => return format!("hybrid{system}"),
        (Compute::Auto, _, Some(pool)) => ("Auto Mode", pool),
        (Compute::Auto, ..) => return "Auto Mode".to_owned(),
        (Compute::Ec2, Some(group), _) => ("EC2", group),
        (Compute::Ec2, None, Some(pool)) => ("EC2", pool),
        (Compute::Ec2, None, None) => return format!("EC2{system}"),
    };
    format!("{made_by} {}{system}", visible(name))
}

/// Why no role of a node is shown.
pub(in crate::tui::view) fn no_node_role(scene: &Scene<'_>, node: &Node) -> &'static str {
    match node.compute {
        Compute::Fargate | Compute::Hybrid => "",
        Compute::Ec2 | Compute::Auto => match node.instance_id().map(|id| scene.state.inventory.aws().instance(id)) {
            None => "? no instance id",
            Some(None) => "reading…",
            Some(Some(reading)) => match reading.value() {
                Some(instance) if instance.profile_arn.is_none() => "none",
                _ if reading.gap().is_some_and(Gap::is_loading) => "reading…",
                _ => "? not read",
            },
        },
    }
}

/// Whether pods without host network reach the node's metadata, and with it its role.
pub(in crate::tui::view) fn reach(scene: &Scene<'_>, node: &Node) -> (String, Style) {
    if matches!(node.compute, Compute::Fargate | Compute::Hybrid) {
        return ("none".to_owned(), theme::PLAIN);
    }
    let instance = node.instance_id().and_then(|id| scene.state.inventory.aws().instance(id));
    let Some(instance) = instance.and_then(|reading| reading.value()) else {
        return ("? not read".to_owned(), theme::FAINT);
    };
    match Reach::of(instance.metadata, false) {
        Reach::Off => ("off".to_owned(), theme::PLAIN),
        Reach::HopLimit(hops) => (format!("open: hop limit {hops}"), theme::NODE),
        Reach::TokensOptional => ("open: IMDSv1".to_owned(), theme::NODE),
        Reach::OutOfReach | Reach::HostNetwork => ("host network only".to_owned(), theme::PLAIN),
    }
}
