//! The identity card of one container of a pod.

use crate::domain::diagnose::{diagnose, routes};
use crate::domain::identity::{Finding, IdentityKind, PodRow, verdict_of};
use crate::domain::model::{Name, Pod, visible};
use crate::tui::app::mending;
use crate::tui::app::select::Item;
use crate::tui::keymap::key_of;
use crate::tui::theme;
use crate::tui::view::scene::Scene;
use crate::tui::widget::card::Card;
use crate::tui::widget::pane::Pane;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

/// Draws the card: of the given container, else of the worst one, which the pod's row speaks of.
pub(super) fn draw(scene: &Scene<'_>, subject: (&Name, &Name, Option<usize>), area: Rect, buffer: &mut Buffer) {
    let (namespace, name, container) = subject;
    let Some((pod, row)) = scene.pod(namespace, name) else {
        Pane::named(&format!("pod/{}", visible(name)), false).draw(area, buffer);
        return;
    };
    let container = container.unwrap_or(usize::from(row.container));
    let state = scene.state;
    let verdict = verdict_of(&state.inventory, pod, container);
    let diagnoses = diagnose(&state.inventory, &state.identities, pod, container, &verdict);
    let routes = routes(&state.inventory, &state.identities, pod, container, &verdict);
    let finding = diagnoses.first().map(|diagnosis| diagnosis.finding);
    let alike = alike(scene, pod, (verdict.kind(), finding)).filter(|_| !row.dimmed);
    let inner = pane(pod, container).draw(area, buffer);
    // the finding whose remedy the card tells
    let told = diagnoses.iter().find(|diagnosis| !diagnosis.fix.summary.is_empty());
    let item = Item::Pod(namespace.clone(), name.clone());
    let key = told.and_then(|told| mending(state, told.finding, &item)).map(|offer| key_of(offer.action));
    let card = Card { verdict: &verdict, diagnoses: &diagnoses, routes: &routes, account: scene.account, key, alike };
    card.draw(inner, buffer);
}

/// Of the pods of its ServiceAccount that count: how many are of that kind and have the finding that the card begins
/// with, or none where it tells of none; and how many there are.
fn alike(scene: &Scene<'_>, pod: &Pod, (kind, finding): (IdentityKind, Option<Finding>)) -> Option<(usize, usize)> {
    let rows = scene.state.identities.namespace(&pod.namespace)?;
    let siblings = rows.pods_of(&pod.spec.service_account).map(|(_, row)| row).filter(|row| !row.dimmed);
    let is_alike = |row: &PodRow| {
        row.kind == kind && finding.map_or(row.findings.is_empty(), |finding| row.findings.contains(finding))
    };
    Some(siblings.fold((0, 0), |(alike, all), row| (alike + usize::from(is_alike(row)), all + 1)))
}

fn pane(pod: &Pod, container: usize) -> Pane<'static> {
    let mut title = vec![Span::styled(format!("pod/{}", visible(&pod.name)), theme::STRONG)];
    if let Some(container) = pod.spec.containers.get(container) {
        title.push(Span::styled(format!(" · container {}", visible(&container.name)), theme::FAINT));
    }
    if pod.terminating {
        title.push(Span::styled(" · ending", theme::FAINT));
    } else if !pod.counts() {
        title.push(Span::styled(format!(" · {}", pod.phase.word().to_lowercase()), theme::FAINT));
    }
    let containers = pod.spec.containers.len();
    let aside = if containers > 1 {
        Line::styled(format!("one of {containers} containers"), theme::FAINT)
    } else {
        Line::default()
    };
    Pane { title: Line::from(title), aside, focused: false }
}
