//! The cards of a ServiceAccount and of a namespace.

use super::summary::{Summary, by_identity};
use crate::domain::identity::{AccountRow, Binding, Counts, FindingSet, IdentityKind, Usable};
use crate::domain::model::{Name, ServiceAccount, visible};
use crate::tui::view::scene::Scene;
use crate::tui::view::words;
use crate::tui::{text, theme};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the card of a ServiceAccount: what new pods get, since when, and what its pods have.
pub(super) fn draw(scene: &Scene<'_>, namespace: &Name, name: &Name, area: Rect, buffer: &mut Buffer) {
    let mut card = Summary::new(format!("serviceaccount/{} in {}", visible(name), visible(namespace)));
    let Some(row) = scene.state.identities.account(namespace, name) else {
        card.draw(area, buffer);
        return;
    };
    let account = scene.shard(namespace).and_then(|shard| shard.service_account(name));
    let association = scene.state.inventory.aws().association(namespace, name);
    card.headline(headline(scene, row, association.is_unread()));
    for (number, binding) in row.bindings.iter().enumerate() {
        let label = if number == 0 { "bound" } else { "also bound" };
        card.say(label, bound(scene, binding, account), theme::PLAIN);
    }
    if account.is_none()
        && !scene.state.inventory.listings().covers(crate::domain::inventory::Kind::ServiceAccount, namespace)
    {
        card.say("", "? the ServiceAccount itself was not read", theme::FAINT);
    } else if account.is_none() {
        card.say("", "there is no such ServiceAccount: only pods or an association name it", theme::BAD);
    }
    pods(&mut card, &row.pods);
    wrong(&mut card, row.findings);
    if let Some(gap) = scene.state.inventory.aws().association_gap(namespace, name) {
        card.say("not read", visible(&gap.sentence).into_owned(), theme::FAINT);
    }
    card.draw(area, buffer);
}

fn headline(scene: &Scene<'_>, row: &AccountRow, is_open: bool) -> Vec<Span<'static>> {
    let Some(binding) = row.bindings.first() else {
        let (kind, said) = if is_open {
            (IdentityKind::Unknown, "it cannot be told yet what new pods get")
        } else {
            (IdentityKind::Nobody, "bound to no role: new pods get the node role or nothing")
        };
        return vec![Span::styled(format!("{} ", theme::mark(kind)), theme::FAINT), Span::styled(said, theme::STRONG)];
    };
    let usable = if binding.is_broken() { Usable::No } else { Usable::Yes };
    let style = theme::identity(binding.mechanism, usable);
    let role = binding.target.as_ref().or(binding.role.as_ref());
    let said = role.map_or_else(|| "a role that was not read".to_owned(), |arn| scene.role(arn).into_owned());
    let mut spans = vec![
        Span::styled(format!("{} ", theme::mark(binding.mechanism)), style),
        Span::styled("new pods get the role  ", theme::STRONG),
        Span::styled(said, style.patch(theme::STRONG)),
        Span::styled(format!("  by {}", binding.mechanism.label()), theme::FAINT),
    ];
    if let Some(fault) = binding.fault() {
        let said = words::finding(fault);
        spans.push(Span::styled(format!("  {} {said}", theme::BROKEN_MARK), theme::BROKEN));
    }
    spans
}

fn bound(scene: &Scene<'_>, binding: &Binding, account: Option<&ServiceAccount>) -> String {
    let role = binding.role.as_ref().map_or_else(|| "a role that was not read".into(), |arn| scene.role(arn));
    let since = binding.since.map(|since| format!(" {}", text::moment(since))).unwrap_or_default();
    match (&binding.association_id, &binding.target) {
        (Some(id), Some(target)) => format!(
            "by Pod Identity association {}, to {role} and on to {}, since{since}",
            visible(id),
            scene.role(target)
        ),
        (Some(id), None) => format!("by Pod Identity association {}, to {role}, since{since}", visible(id)),
        (None, _) => {
            let set = account.and_then(|account| account.role.as_ref()).and_then(|role| role.set.as_ref());
            let by = set.map(|set| format!(", by {}", visible(&set.manager))).unwrap_or_default();
            format!("by annotation, to {role}, set{since}{by}")
        }
    }
}

fn pods(card: &mut Summary, counts: &Counts) {
    if counts.total() == 0 {
        card.say("pods", "none runs as it", theme::FAINT);
    } else {
        card.say_parts("pods", by_identity(counts));
    }
}

pub(super) fn wrong(card: &mut Summary, findings: FindingSet) {
    for (number, finding) in findings.iter().enumerate() {
        card.say(if number == 0 { "wrong" } else { "" }, words::finding(finding), theme::BAD);
    }
}

/// Draws the card of a namespace.
pub(super) fn draw_namespace(scene: &Scene<'_>, name: &Name, area: Rect, buffer: &mut Buffer) {
    let mut card = Summary::new(format!("namespace/{}", visible(name)));
    let rows = scene.state.identities.namespace(name);
    let counts = rows.map(|rows| rows.counts).unwrap_or_default();
    counted(scene, &mut card, rows.map_or(0, |rows| rows.accounts.len()), &counts);
    card.draw(area, buffer);
}

/// Draws the card of everything.
pub(super) fn draw_all(scene: &Scene<'_>, area: Rect, buffer: &mut Buffer) {
    let identities = &scene.state.identities;
    let (title, accounts, counts) = match words::namespace_in_view(scene) {
        Some(name) => {
            let rows = identities.namespace(name);
            (
                format!("namespace/{}", visible(name)),
                rows.map_or(0, |rows| rows.accounts.len()),
                rows.map(|rows| rows.counts).unwrap_or_default(),
            )
        }
        None => (
            "all namespaces".to_owned(),
            identities.namespaces().map(|(_, rows)| rows.accounts.len()).sum(),
            *identities.total(),
        ),
    };
    let mut card = Summary::new(title);
    counted(scene, &mut card, accounts, &counts);
    card.draw(area, buffer);
}

fn counted(scene: &Scene<'_>, card: &mut Summary, accounts: usize, counts: &Counts) {
    card.headline(vec![
        Span::styled(text::things(counts.total() as usize, "pod"), theme::STRONG),
        Span::styled(format!(" of {}", text::things(accounts, "ServiceAccount")), theme::FAINT),
    ]);
    card.say_parts("who AWS sees", by_identity(counts));
    if counts.with_findings > 0 {
        let pods = text::things(counts.with_findings as usize, "pod");
        let said = match (counts.with_findings, scene.state.problems_only) {
            (1, false) => "has a finding; ctrl-z shows only it",
            (1, true) => "has a finding; ctrl-z shows all rows again",
            (_, false) => "have a finding; ctrl-z shows only those",
            (_, true) => "have a finding; ctrl-z shows all rows again",
        };
        card.say("wrong", format!("{pods} {said}"), theme::BAD);
    }
}
